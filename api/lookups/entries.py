"""Finds entries of books: by the words that they are found by, by the cases that are about them, by leaps along an
index.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import UTC, datetime
from typing import Any, NamedTuple

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from api.access import Caller
from api.caselists import CaseFilter, first_cases
from api.labels import Language
from api.privacy import searches_personal
from api.searching import CaseSearch
from api.storage import table_of
from api.stretches import Condition, Lists
from models.roles import STAFF_ROLES
from models.search_words import Wanted, plain, words_looked_for
from models.spelling import trimmed
from models.tables.cases import CaseRow
from models.tables.words import BOOK
from stores.file import StoreSettings

LOOKED_AT = 200
"""So many of those that are found are put in order; of more words there are more."""


class RefEntry(NamedTuple):
    """An entry as a field offers it."""

    code: str
    label: str
    detail: str = ""

    def document(self) -> dict[str, str]:
        """As callers see it."""
        return self._asdict()


class Asked(NamedTuple):
    """Who looks for which entries."""

    session: Session
    caller: Caller
    store: str | None
    """None: in all stores of the caller."""
    stores: tuple[str, ...]
    """Those that this means."""
    text: str
    most: int
    language: Language
    settings: StoreSettings

    @property
    def lists(self) -> Lists:
        """The lists of the database."""
        return Lists(self.session)

    @property
    def is_staff(self) -> bool:
        """Whether the caller is of the people of one of these stores."""
        return any(role.is_staff for store in self.stores for role in self.caller.roles_in(store)) or (
            not self.stores and self.caller.is_staff
        )

    def among_staff(self) -> Asked:
        """The same in those of the stores alone whose people the caller is of."""
        works_in = self.caller.rights.stores_of(STAFF_ROLES)
        some = (store for store in self.stores if works_in is None or store in works_in)
        return self._replace(stores=tuple(some))

    def has(self, text: str) -> bool:
        """Whether this text holds what is looked for."""
        return plain(self.text.strip()) in plain(text)


def in_order(entries: Iterable[RefEntry], asked: Asked) -> list[RefEntry]:
    """Each code once, and first what is asked for, then what begins so."""
    wanted = plain(asked.text.strip())

    def rank(entry: RefEntry) -> tuple[bool, bool, bool, str]:
        code, words = plain(entry.code), plain(entry.label)
        return code != wanted, not code.startswith(wanted), not words.startswith(wanted), code

    each: dict[tuple[str, str], RefEntry] = {}
    for entry in entries:
        each.setdefault((entry.code, entry.detail), entry)
    found = [*each.values()]
    return (sorted(found, key=rank) if wanted else found)[: asked.most]


# --- by words


def found_in(asked: Asked, book: str, stores: Sequence[str] = ("",)) -> list[tuple[str, str]]:
    """Store and code of the book's entries that have all words, the one of just this code first. stores: none but
    the empty one where the book is that of all stores.
    """
    lists, words = asked.lists, words_looked_for(asked.text, as_typed=True)
    if words is None:
        first = Condition("e.book = ? AND e.store = ? ORDER BY e.code")
        return [
            found
            for store in stores
            for found in _rows(lists, "entry_words AS e", first._replace(values=(book, store)), asked.most)
        ]
    where = Condition("e.book = ?", (book,)) & lists.among("e.store", list(stores))
    code = Condition("e.code = ?", (str(trimmed(asked.text)),))
    just_this = _rows(lists, "entry_words AS e", where & code, asked.most)
    if not words:
        return just_this
    if lists.is_sqlite:
        match = Condition("fts_entry_words MATCH ?", (" AND ".join(_each(book, words, '"', " *")),))
        # CROSS: the words first
        rows = "fts_entry_words AS f CROSS JOIN entry_words AS e ON e.number = f.rowid"
    else:
        match = Condition(
            "array_to_tsvector(string_to_array(e.words, ' ')) @@ ?::tsquery",
            (" & ".join(_each(book, words, "'", ":*")),),
        )
        rows = "entry_words AS e"
    return [*just_this, *_rows(lists, rows, match & where, LOOKED_AT)]


def _each(book: str, words: Sequence[Wanted], quote: str, beginning: str) -> Iterable[str]:
    """Each word as a query has it. Words are letters and figures alone, and a book's name a key."""
    yield f"{quote}{BOOK}{book}{quote}"
    for one in words:
        yield f"{quote}{one.word}{quote}{beginning if one.is_beginning else ''}"


def _rows(lists: Lists, table: str, where: Condition, most: int) -> list[tuple[str, str]]:
    found = lists.run(f"SELECT e.store, e.code FROM {table} WHERE {where.words} LIMIT {most:d}", where.values)
    return [(store, code) for store, code in found]


# --- by cases

_cases = table_of(CaseRow)
_by_ids: Any = select(
    *(
        _cases.c[name]
        for name in ("id", "procedure", "version", "store", "subject", "state", "stages", "headline")
    )
).where(_cases.c.id.in_(bindparam("ids", expanding=True)))


def cases_found(asked: Asked, procedure: str | None = None, most: int = LOOKED_AT) -> list[Any]:
    """The newest cases that the caller reads and that have all words."""
    words = words_looked_for(asked.text, as_typed=True)
    if words is not None and not words:
        return []
    wanted = CaseFilter(asked.caller, procedure, store=asked.store)
    search = None
    if words is not None:
        sees_personal = searches_personal(asked.caller, asked.store)
        search = CaseSearch(tuple(words), sees_personal, asked.caller.is_staff)
    ids, _ = first_cases(asked.lists, wanted, search, datetime.now(UTC), most, None)
    rows: Any = asked.session.connection().execute(_by_ids, {"ids": ids}).all()
    known = {row.id: row for row in rows}
    return [known[case] for case in ids if case in known]


def newest_cases(lists: Lists, where: Condition, most: int) -> list[str]:
    """The ids of the newest cases of which this holds."""
    found = lists.run(
        f"SELECT id FROM cases WHERE {where.words} ORDER BY opened_at DESC, id DESC LIMIT {most:d}",
        where.values,
    )
    return [case for (case,) in found]


# --- by leaps


def values_of(
    lists: Lists, table: str, column: str, where: Condition | None = None, most: int = LOOKED_AT
) -> list[str]:
    """The values of a column in their order, each once, found by leaps along an index that begins with what `where`
    says and then has the column.
    """
    also, given = (f" AND {where.words}", where.values) if where else ("", ())
    found = lists.run(
        f"WITH RECURSIVE v(x) AS (SELECT (SELECT min({column}) FROM {table} WHERE {column} <> ''{also}) UNION ALL "
        f"SELECT (SELECT min({column}) FROM {table} WHERE {column} > v.x{also}) FROM v WHERE v.x IS NOT NULL) "
        f"SELECT x FROM v WHERE x IS NOT NULL LIMIT {most:d}",
        (*given, *given),
    )
    return [value for (value,) in found]


def values_in_stores(asked: Asked, table: str, column: str) -> list[str]:
    """Likewise of the asked stores, of a table whose index has the store before the column."""
    each = (
        value
        for store in asked.stores
        for value in values_of(asked.lists, table, column, Condition("store = ?", (store,)))
    )
    return [*dict.fromkeys(each)]


def those_with(asked: Asked, values: Collection[str]) -> list[RefEntry]:
    """Values that say themselves what they are, as entries: those that hold what is looked for."""
    return [RefEntry(value, value) for value in values if asked.has(value)]
