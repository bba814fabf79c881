"""What cases are found by: words of our own making, in each database's own full text search."""

from __future__ import annotations

from typing import NamedTuple

from sqlalchemy import Column, Connection, Text, event
from sqlmodel import Field

from models.table import Counter, Table

FULL_TEXT_PREFIX = "fts_"
"""How the names begin of what a full text search is made of, which no table here declares."""


class CaseWords(Table, table=True):
    """The words that a case is found by, a space between them; personal ones are marked."""

    __tablename__ = "case_words"

    number: int | None = Field(default=None, primary_key=True, sa_type=Counter)
    case: str = Field(max_length=250, unique=True)
    words: str = Field(sa_column=Column(Text, nullable=False))


class FullText(NamedTuple):
    """What one kind of database makes and drops for a full text search over a table."""

    make: tuple[str, ...]
    drop: tuple[str, ...]


_SQLITE = FullText(
    make=(
        """CREATE VIRTUAL TABLE fts_case_words USING fts5(
    words, content='case_words', content_rowid='number', detail=none, tokenize="ascii tokenchars '~'")""",
        """CREATE TRIGGER fts_case_words_new AFTER INSERT ON case_words BEGIN
    INSERT INTO fts_case_words(rowid, words) VALUES (new.number, new.words);
END""",
        """CREATE TRIGGER fts_case_words_gone AFTER DELETE ON case_words BEGIN
    INSERT INTO fts_case_words(fts_case_words, rowid, words) VALUES ('delete', old.number, old.words);
END""",
        """CREATE TRIGGER fts_case_words_changed AFTER UPDATE ON case_words BEGIN
    INSERT INTO fts_case_words(fts_case_words, rowid, words) VALUES ('delete', old.number, old.words);
    INSERT INTO fts_case_words(rowid, words) VALUES (new.number, new.words);
END""",
    ),
    drop=("DROP TABLE fts_case_words",),
)
_POSTGRESQL = FullText(
    # the words are taken as they are: no parser takes numbers apart
    make=(
        """CREATE INDEX fts_case_words ON case_words
    USING gin (array_to_tsvector(string_to_array(words, ' '))) WITH (gin_pending_list_limit = 256)""",
    ),
    drop=("DROP INDEX fts_case_words",),
)
FULL_TEXT = {"case_words": {"sqlite": _SQLITE, "postgresql": _POSTGRESQL}}
"""By table and kind of database. Triggers keep SQLite's in step with its table, whoever writes that."""


def is_declared(name: str | None) -> bool:
    """Whether a table or index of this name is one that the tables declare, not a part of a full text search."""
    return not (name or "").startswith(FULL_TEXT_PREFIX)


def _make(_table: object, connection: Connection, **_: object) -> None:
    for statement in FULL_TEXT["case_words"][connection.dialect.name].make:
        connection.exec_driver_sql(statement)


event.listen(vars(CaseWords)["__table__"], "after_create", _make)
