"""What cases and entries of books are found by: words of our own making, in each database's own full text search."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any, NamedTuple, TypeVar

from sqlalchemy import Column, Connection, Text, UniqueConstraint, bindparam, delete, event
from sqlmodel import Field, col

from models.database import insert_for
from models.search_words import words_in
from models.table import Counter, Table

T = TypeVar("T", bound=type[Table])
FULL_TEXT_PREFIX = "fts_"
"""How the names begin of what a full text search is made of, which no table here declares."""
BOOK = "~~"
"""What the word begins with that names an entry's book: no word that somebody types does."""
_LONGEST = 200
"""Characters of a text whose words are kept."""
_MOST = 100
"""Words of one entry, at most."""


class CaseWords(Table, table=True):
    """The words that a case is found by, a space between them; personal ones are marked."""

    __tablename__ = "case_words"

    number: int | None = Field(default=None, primary_key=True, sa_type=Counter)
    case: str = Field(max_length=250, unique=True)
    words: str = Field(sa_column=Column(Text, nullable=False))


class EntryWords(Table, table=True):
    """The words that an entry of a book is found by; the first one names the book."""

    __tablename__ = "entry_words"
    __table_args__ = (UniqueConstraint("book", "store", "code"),)

    number: int | None = Field(default=None, primary_key=True, sa_type=Counter)
    book: str = Field(max_length=80)
    store: str = Field(max_length=64)
    """Empty where the book is that of all stores."""
    code: str = Field(max_length=200)
    words: str = Field(sa_column=Column(Text, nullable=False))


_entries = vars(EntryWords)["__table__"]


class FullText(NamedTuple):
    """What one kind of database makes and drops for a full text search over a table."""

    make: tuple[str, ...]
    drop: tuple[str, ...]


def _sqlite(table: str, signs: str) -> FullText:
    """signs: what words may hold beside letters and figures."""
    return FullText(
        make=(
            f"""CREATE VIRTUAL TABLE fts_{table} USING fts5(
    words, content='{table}', content_rowid='number', detail=none, tokenize="ascii tokenchars '{signs}'")""",
            f"""CREATE TRIGGER fts_{table}_new AFTER INSERT ON {table} BEGIN
    INSERT INTO fts_{table}(rowid, words) VALUES (new.number, new.words);
END""",
            f"""CREATE TRIGGER fts_{table}_gone AFTER DELETE ON {table} BEGIN
    INSERT INTO fts_{table}(fts_{table}, rowid, words) VALUES ('delete', old.number, old.words);
END""",
            f"""CREATE TRIGGER fts_{table}_changed AFTER UPDATE ON {table} BEGIN
    INSERT INTO fts_{table}(fts_{table}, rowid, words) VALUES ('delete', old.number, old.words);
    INSERT INTO fts_{table}(rowid, words) VALUES (new.number, new.words);
END""",
        ),
        drop=(f"DROP TABLE fts_{table}",),
    )


def _postgresql(table: str) -> FullText:
    return FullText(
        # the words are taken as they are: no parser takes numbers apart
        make=(
            f"""CREATE INDEX fts_{table} ON {table}
    USING gin (array_to_tsvector(string_to_array(words, ' '))) WITH (gin_pending_list_limit = 256)""",
        ),
        drop=(f"DROP INDEX fts_{table}",),
    )


FULL_TEXT = {
    "case_words": {"sqlite": _sqlite("case_words", "~"), "postgresql": _postgresql("case_words")},
    "entry_words": {"sqlite": _sqlite("entry_words", "~_"), "postgresql": _postgresql("entry_words")},
}
"""By table and kind of database. Triggers keep SQLite's in step with its table, whoever writes that."""


def is_declared(name: str | None) -> bool:
    """Whether a table or index of this name is one that the tables declare, not a part of a full text search."""
    return not (name or "").startswith(FULL_TEXT_PREFIX)


def _make(table: Any, connection: Connection, **_: object) -> None:
    for statement in FULL_TEXT[table.name][connection.dialect.name].make:
        connection.exec_driver_sql(statement)


for _model in (CaseWords, EntryWords):
    event.listen(vars(_model)["__table__"], "after_create", _make)


# --- entries of books


class Findable(NamedTuple):
    """How an entry of a book is found. No text of it is personal."""

    code: str
    texts: tuple[str, ...] = ()
    store: str = ""

    def words(self, book: str) -> str:
        """All words that it is found by, each once, a space between them."""
        each = (word for text in (self.code, *self.texts) for word in words_in(text[:_LONGEST]))
        return " ".join([BOOK + book, *[*dict.fromkeys(each)][:_MOST]])


@cache
def _write(dialect: str) -> Any:
    """Built once: to build it takes longer than to run it."""
    insert = insert_for(dialect)(_entries)
    return insert.on_conflict_do_update(
        index_elements=["book", "store", "code"],
        set_={"words": insert.excluded.words},
        where=_entries.c.words != insert.excluded.words,
    )


_forget = delete(EntryWords).where(
    col(EntryWords.book) == bindparam("of_book"),
    col(EntryWords.store) == bindparam("of_store"),
    col(EntryWords.code) == bindparam("of_code"),
)


def found_by(entry: Callable[[Any], Findable], book: str | Callable[[Any], str]) -> Callable[[T], T]:
    """Has the words of a table's rows written with them. Its rows are written through a session alone.

    entry: how one is found. book: the name of its book.
    """

    def write(_mapper: object, connection: Connection, row: Any) -> None:
        found, name = entry(row), book if isinstance(book, str) else book(row)
        values = {"book": name, "store": found.store, "code": found.code, "words": found.words(name)}
        connection.execute(_write(connection.dialect.name), values)

    def forget(_mapper: object, connection: Connection, row: Any) -> None:
        found, name = entry(row), book if isinstance(book, str) else book(row)
        connection.execute(_forget, {"of_book": name, "of_store": found.store, "of_code": found.code})

    def of(table: T) -> T:
        event.listen(table, "after_insert", write)
        event.listen(table, "after_update", write)
        event.listen(table, "after_delete", forget)
        return table

    return of
