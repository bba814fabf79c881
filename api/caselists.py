"""Which cases a caller asks for, and along which stretches of the indexes they are read."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal

from api.access import Caller
from api.reading import has_few, own_cases, readable, reads_own_alone
from api.searching import MOST_FOUND, CaseSearch, look_through
from api.stretches import Behind, Condition, Lists, Order, Stretches

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
        where = self.condition(lists, now)
        if self._reads_own_alone and has_few(lists, self.caller):
            cases = own_cases(self.caller)
            return [Stretches(_BY_ID, Condition(f"id IN ({cases.words})", cases.values) & where)]
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

    @property
    def _reads_own_alone(self) -> bool:
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
        where = Condition("1 = 1")
        for column in ("procedure", "stage", "store", "subject"):
            if (value := getattr(self, column)) is not None:
                where &= Condition(f"{column} = ?", (value,))
        if self.caller.stores is not None:
            where &= lists.among("store", sorted(self.caller.stores))
        where &= readable(lists, self.caller, TABLE)
        if self.state == "open" or self.overdue:
            where &= _OPEN
        if self.state in ("closed", "incident"):
            where &= Condition(f"state = '{self.state}'")
        if self.overdue is not None:
            late = (
                "next_due < ?" if self.overdue else "(state = 'closed' OR next_due IS NULL OR next_due >= ?)"
            )
            where &= Condition(late, (now,))
        return where


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
    return lists.count(TABLE, {"": wanted.late(lists, now)}, MOST_FOUND + 1)[""] <= MOST_FOUND
