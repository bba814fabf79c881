"""Which cases a caller asks for, and along which stretches of the indexes they are read."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal

from api.access import Caller
from api.reading import along_own, has_few, readable, reads_own_alone
from api.searching import MOST_FOUND, CaseSearch, look_through
from api.stretches import Behind, Condition, Lists, Order, Stretches, all_of, row_of

TABLE = "cases"
NEWEST = Order(TABLE, "opened_at", descends=True)
_BY_ID = "sqlite_autoindex_cases_1"
"""SQLite's index for the primary key."""
_OPEN = Condition("state <> 'closed'")
_WORDS_OF_ROW = 'SELECT 1 FROM case_words AS w WHERE w."case" = cases.id'
_WORDS = 'SELECT l.id FROM cases AS l JOIN case_words AS w ON w."case" = l.id'


@dataclass(frozen=True)
class CaseFilter:
    """What is asked for: cases that the caller may see, of these alone."""

    caller: Caller
    procedure: str | None = None
    stage: str | None = None
    store: str | None = None
    subject: str | None = None
    state: Literal["open", "closed", "incident"] | None = None
    overdue: bool | None = None

    def stretches(self, lists: Lists, now: datetime) -> list[Stretches]:
        """Where they stand in the index that says most of them."""
        if self._is_read_by_party(lists):
            return self._of_own(lists, now)
        where = self.condition(lists, now)
        if self.subject is not None:
            return [Stretches("ix_cases_subject", where)]
        if self.state == "incident":
            return [Stretches("ix_cases_incidents", where)]
        if self.stage is not None:
            stores = ((self.stage, store) for store in self._stores(lists))
            return [Stretches("ix_cases_stage", where, ("stage", "store"), tuple(stores))]
        if self.state == "open" or self.overdue:
            return [Stretches("ix_cases_open", where)]
        if self.procedure is not None:
            stores = ((self.procedure, store) for store in self._stores(lists))
            return [Stretches("ix_cases_procedure", where, ("procedure", "store"), tuple(stores))]
        if self.store is not None or self.caller.stores is not None:
            return [
                Stretches(
                    "ix_cases_store", where, ("store",), tuple((store,) for store in self._stores(lists))
                )
            ]
        return [Stretches("ix_cases_opened", where)]

    def _of_own(self, lists: Lists, now: datetime) -> list[Stretches]:
        """Where the caller's own stand, by their parties."""
        where: list[Condition] = []
        if self.procedure is not None:  # a case's id begins with it
            begins = f"{self.procedure}:"
            where.append(Condition(f'substr("case", 1, {len(begins):d}) = ?', (begins,)))
        if self.store is not None:
            where.append(Condition("store = ?", (self.store,)))
        if (asked := replace(self, procedure=None, store=None).asked(now)) is not None:
            where.append(row_of(TABLE, 'case_parties."case"', asked))
        own = along_own(lists, self.caller, "ix_case_parties_opened", "case_parties", '"case"')
        return [one._replace(where=all_of([one.where, *where])) for one in own]

    def _is_read_by_party(self, lists: Lists) -> bool:
        """Whether they are soon found among the caller's own: all are, unless what is asked is rare."""
        is_rare = self.subject is not None or self.state == "incident"
        return self.are_own_alone and (not is_rare or has_few(lists, self.caller))

    @property
    def are_own_alone(self) -> bool:
        """Whether no procedure's cases are all there for the caller."""
        return all(reads_own_alone(held) for held, _ in self.caller.groups())

    def late(self, lists: Lists, now: datetime) -> list[Stretches]:
        """Where those stand whose limit has passed."""
        return [Stretches("ix_cases_due", replace(self, overdue=True).condition(lists, now))]

    def _stores(self, lists: Lists) -> list[str]:
        if self.store is not None:
            return [self.store] if self.caller.sees(self.store) else []
        if self.caller.stores is not None:
            return sorted(self.caller.stores)
        return lists.stores(TABLE, "ix_cases_store")

    def condition(self, lists: Lists, now: datetime) -> Condition:
        """That a case is one of them."""
        where = self.asked(now) or Condition("1 = 1")
        if self.caller.stores is not None:
            where &= lists.among("store", sorted(self.caller.stores))
        return where & readable(lists, self.caller, TABLE)

    def asked(self, now: datetime) -> Condition | None:
        """That a case is as was asked, whoever asks; None where all are."""
        some = [
            Condition(f"{column} = ?", (value,))
            for column in ("procedure", "stage", "store", "subject")
            if (value := getattr(self, column)) is not None
        ]
        if self.state == "open" or self.overdue:
            some.append(_OPEN)
        if self.state in ("closed", "incident"):
            some.append(Condition(f"state = '{self.state}'"))
        if self.overdue is not None:
            late = (
                "next_due < ?" if self.overdue else "(state = 'closed' OR next_due IS NULL OR next_due >= ?)"
            )
            some.append(Condition(late, (now,)))
        return all_of(some) if some else None


def first_cases(
    lists: Lists, wanted: CaseFilter, search: CaseSearch | None, now: datetime, most: int, behind: Behind
) -> tuple[list[str], Behind]:
    """The ids of the newest cases behind another; and where to go on, if a search has ended before it had so many."""
    if search is not None and search.is_rare(lists):
        cases = search.cases(lists)
        where = Condition(f"id IN ({cases.words})", cases.values) & wanted.condition(lists, now)
        where &= search.heeding(lists, wanted.caller, _WORDS_OF_ROW)
        stretches = [Stretches(_BY_ID, where)]
    elif search is not None:
        stretches = wanted.stretches(lists, now)
        return look_through(lists, NEWEST, stretches, search, wanted.caller, _WORDS, most, behind)
    elif wanted.overdue and wanted.stage is None and wanted.subject is None and _are_few(lists, wanted, now):
        stretches = wanted.late(lists, now)
    else:
        stretches = wanted.stretches(lists, now)
    return [key for _, key in lists.first(NEWEST, stretches, most, behind)], None


def _are_few(lists: Lists, wanted: CaseFilter, now: datetime) -> bool:
    """Whether so few are late that they can be sorted; of more, the newest are soon found."""
    late = wanted.late(lists, now)
    if wanted.are_own_alone:  # of whom nobody knows how many are late
        if has_few(lists, wanted.caller):
            return False
        asked = replace(wanted, overdue=True).asked(now)
        late = [one._replace(where=asked) for one in late if asked is not None]
    return lists.count(TABLE, {"": late}, MOST_FOUND + 1)[""] <= MOST_FOUND
