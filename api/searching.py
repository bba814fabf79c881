"""Finds cases by their words."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from api.access import Caller
from api.reading import read_by_role
from api.stretches import Behind, Condition, Lists, Order, Stretches, any_of
from cases.searching import MARK, OWN, Wanted

MOST_FOUND = 10_000
"""So many cases are found and then looked at. Of words that more have, a list is looked through from its beginning:
its first page is full sooner than so many cases could be sorted.
"""
_MOST_READ = 20_000
"""Rows that are looked through for one page; a page that isn't full then says where the next one goes on."""
_AT_ONCE = 1000


class CaseSearch(NamedTuple):
    """What a caller looks for."""

    words: tuple[Wanted, ...]
    sees_personal: bool
    sees_own: bool = True
    """Whether the words count that stand in what the store keeps for itself."""

    def found(self, lists: Lists) -> Condition:
        """The cases that have all words, as what `case_words` is asked."""
        return (
            Condition("fts_case_words MATCH ?", (self._of_sqlite(),))
            if lists.is_sqlite
            else Condition(
                "array_to_tsvector(string_to_array(words, ' ')) @@ ?::tsquery", (self._of_postgresql(),)
            )
        )

    def cases(self, lists: Lists) -> Condition:
        """The same as a SELECT of their ids."""
        found = self.found(lists)
        rows = (
            "fts_case_words AS f JOIN case_words AS w ON w.number = f.rowid"
            if lists.is_sqlite
            else "case_words AS w"
        )
        return Condition(
            f'SELECT w."case" FROM {rows} WHERE {found.words} LIMIT {MOST_FOUND:d}', found.values
        )

    def is_rare(self, lists: Lists) -> bool:
        """Whether so few cases have the words that they can be looked at one by one."""
        found = self.found(lists)
        table = "fts_case_words" if lists.is_sqlite else "case_words"
        if not lists.is_sqlite:  # it may know nothing yet of how rare words are
            lists.run("SELECT set_config('enable_seqscan', 'off', true)")
        ((many,),) = lists.run(
            f"SELECT count(*) FROM (SELECT 1 FROM {table} WHERE {found.words} LIMIT {MOST_FOUND + 1:d}) AS f",
            found.values,
        )
        return many <= MOST_FOUND

    def suiting(self, lists: Lists) -> Condition:
        """That the words of `w`, a row of `case_words`, are found."""
        where = Condition("1 = 1")
        for wanted in self.words:
            end = "" if wanted.is_beginning else " "
            where &= lists.holds(
                "' ' || w.words || ' '", [f" {mark}{wanted.word}{end}" for mark in self._marks]
            )
        return where

    def heeding(self, lists: Lists, caller: Caller, words_of: str = "") -> Condition | None:
        """That a row whose case has the words has them too in what its reader is shown of it: whoever reads a case
        because it is theirs finds it by nothing that the store keeps for itself. None where that needn't be asked.

        words_of: a SELECT of 1 from the words `w` of the row's case; empty where they are at hand.
        """
        whole = read_by_role(lists, caller) if self.sees_own else None
        if whole is None:
            return None
        shown = self._replace(sees_own=False).suiting(lists)
        if words_of:
            shown = Condition(f"EXISTS ({words_of} AND {shown.words})", shown.values)
        return any_of([whole, shown])

    @property
    def _marks(self) -> tuple[str, ...]:
        """What the words may begin with that this caller may find."""
        marks = ("", MARK) if self.sees_personal else ("",)
        return (*marks, *(OWN + mark for mark in marks)) if self.sees_own else marks

    def _of_sqlite(self) -> str:
        either = [" OR ".join(self._each(one, '"', " *")) for one in self.words]
        return " AND ".join(f"({words})" for words in either)

    def _of_postgresql(self) -> str:
        either = [" | ".join(self._each(one, "'", ":*")) for one in self.words]
        return " & ".join(f"({words})" for words in either)

    def _each(self, wanted: Wanted, quote: str, beginning: str) -> Iterator[str]:
        """The word as a query has it, and the marked one. Words are letters and figures alone."""
        for mark in self._marks:
            yield f"{quote}{mark}{wanted.word}{quote}{beginning if wanted.is_beginning else ''}"


def look_through(
    lists: Lists,
    order: Order,
    stretches: Sequence[Stretches],
    search: CaseSearch,
    caller: Caller,
    words_of: str,
    most: int,
    behind: Behind,
) -> tuple[list[str], Behind]:
    """Read a list from its beginning, for words that many cases have: the ids of the first rows of such a case, and
    where to go on if these aren't all that were asked for.

    words_of: a SELECT of the ids of the list's rows `l` with the words `w` of their cases.
    """
    found: list[str] = []
    for _ in range(_MOST_READ // _AT_ONCE):
        rows = lists.first(order, stretches, _AT_ONCE, behind)
        among = lists.among("l.id", [key for _, key in rows])
        suiting = among & search.suiting(lists) & search.heeding(lists, caller)
        suit = lists.ids(f"{words_of} WHERE {suiting.words}", suiting.values)
        found += [key for _, key in rows if key in suit]
        if len(rows) < _AT_ONCE or len(found) >= most:
            return found[:most], None
        behind = rows[-1]
    return found, behind and (lists.moment(behind[0]), behind[1])
