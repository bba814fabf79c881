"""Statements that are run past SQLAlchemy do what they would do through it."""

from __future__ import annotations

import sqlite3
from collections.abc import Generator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import (
    JSON,
    Column,
    DateTime,
    Engine,
    Integer,
    MetaData,
    String,
    Table,
    bindparam,
    delete,
    select,
    text,
    tuple_,
    update,
)
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlmodel import Field, col

from models import database
from models import table as models_table
from models.database import DatabaseError, insert_for, open_database, reading, writing
from models.statements import add_row, found, running
from models.table import Counter, Json, UtcDateTime

_metadata = MetaData()
_goods = Table(
    "goods",
    _metadata,
    Column("id", Integer, primary_key=True),
    Column("sku", String, unique=True, nullable=False),
    Column("of", JSON),
    Column("at", DateTime(timezone=True)),
)
AT = datetime(2026, 11, 11, 8, tzinfo=UTC)


class _Model(models_table.Table):
    """The base of a table of the tests' own, beside the store's."""

    metadata = _metadata


class Parcel(_Model, table=True):
    __tablename__ = "parcels"

    id: int | None = Field(default=None, primary_key=True, sa_type=Counter)
    number: str
    weight: int = 1
    labels: list[str] = Field(default_factory=list, sa_column=Column(Json, nullable=False))
    at: datetime = Field(sa_type=UtcDateTime)
    note: str | None = None


@pytest.fixture
def engine(database_url: str) -> Generator[Engine]:
    made = open_database(database_url)
    _metadata.create_all(made)
    yield made
    made.dispose()


def kept(engine: Engine) -> list[str]:
    with reading(engine) as session:
        return list(session.scalars(select(_goods.c.sku).order_by(_goods.c.sku)))


def test_values_are_written_as_sqlalchemy_writes_them(engine: Engine) -> None:
    insert = insert_for(engine.dialect.name)(_goods)
    with writing(engine) as session, running(session) as run:
        run(insert, {"sku": "cup", "of": {"材料": ["瓷"]}, "at": AT})
        run(insert, {"sku": "pot"})
    with reading(engine) as session:
        cup, pot = session.execute(select(_goods).order_by(_goods.c.sku)).all()
    assert cup.of == {"材料": ["瓷"]}
    assert cup.at.replace(tzinfo=UTC) == AT
    assert (pot.of, pot.at) == (None, None)


def test_counts_lists_and_several_rows(engine: Engine) -> None:
    insert = insert_for(engine.dialect.name)(_goods).on_conflict_do_nothing()
    later = update(_goods).where(_goods.c.sku == bindparam("which")).values(at=bindparam("new"))
    others = delete(_goods).where(_goods.c.sku.not_in(bindparam("kept", expanding=True)))
    with writing(engine) as session, running(session) as run:
        run(insert, [{"sku": sku} for sku in ("cup", "pot", "tea")])
        assert run(insert, {"sku": "cup"}).rowcount == 0
        assert run(later, {"which": "cup", "new": AT}).rowcount == 1
        assert run(later, {"which": "none", "new": AT + timedelta(days=1)}).rowcount == 0
        assert run(others, {"kept": ["cup", "tea"]}).rowcount == 1
    assert kept(engine) == ["cup", "tea"]
    with writing(engine) as session, running(session) as run:
        run(others, {"kept": []})
    assert kept(engine) == []


def test_a_statement_that_fails_undoes_the_whole_transaction(engine: Engine) -> None:
    insert = insert_for(engine.dialect.name)(_goods)

    def twice() -> None:
        with writing(engine) as session, running(session) as run:
            run(insert, {"sku": "cup"})
            run(insert, {"sku": "cup"})

    with pytest.raises(IntegrityError):
        twice()
    assert kept(engine) == []
    with writing(engine) as session, running(session) as run:
        run(insert, {"sku": "cup"})
    assert kept(engine) == ["cup"]


def test_what_a_transaction_that_failed_has_left_harms_no_other(engine: Engine) -> None:
    def leave_a_savepoint() -> None:
        with writing(engine) as session:
            session.info["left"] = True
            session.begin_nested()
            session.execute(_goods.insert(), {"sku": "cup"})
            raise ValueError("it fails")

    for _ in range(2):
        with pytest.raises(ValueError, match="it fails"):
            leave_a_savepoint()
        with writing(engine) as session:
            assert not session.info
            session.execute(_goods.insert(), {"sku": "pot"})
            with session.begin_nested():
                session.execute(delete(_goods).where(_goods.c.sku == "pot"))
    assert kept(engine) == []


def test_a_database_that_is_let_go_is_nobodys(tmp_path: Path) -> None:
    engine = open_database(f"sqlite:///{tmp_path / 'goods.db'}")
    _metadata.create_all(engine)
    for sku in ("jar", "tea"):
        with writing(engine) as session:
            session.execute(_goods.insert(), {"sku": sku})
        engine.dispose()
        with closing(sqlite3.connect(tmp_path / "goods.db", timeout=0)) as other:
            other.execute("PRAGMA locking_mode = exclusive")
            other.execute("PRAGMA journal_mode = delete")
    assert kept(engine) == ["jar", "tea"]
    engine.dispose()


def test_what_the_session_does_before_and_after_is_of_the_same_transaction(engine: Engine) -> None:
    insert = insert_for(engine.dialect.name)(_goods)
    with writing(engine) as session:
        session.execute(insert.values(sku="cup"))
        with running(session) as run:
            run(insert, {"sku": "pot"})
        assert session.scalars(select(_goods.c.sku).order_by(_goods.c.sku)).all() == ["cup", "pot"]
        assert kept(engine) == []
    assert kept(engine) == ["cup", "pot"]


@pytest.fixture
def postgres(postgres_url: str) -> Generator[Engine]:
    made = open_database(postgres_url)
    yield made
    made.dispose()


def test_a_query_on_postgresql_begins_no_transaction(postgres: Engine) -> None:
    query = "SELECT count(*) FROM pg_locks WHERE locktype = 'virtualxid' AND pid = pg_backend_pid()"
    with reading(postgres) as session:
        session.execute(text(query))
        assert session.connection().connection.driver_connection.info.transaction_status.name == "IDLE"  # type: ignore[union-attr]
    with writing(postgres) as session:
        session.execute(text(query))
        assert session.connection().connection.driver_connection.info.transaction_status.name == "INTRANS"  # type: ignore[union-attr]


def test_each_writer_waits_as_long_as_it_says(postgres: Engine) -> None:
    """The connection is the same each time, and a transaction that is undone takes nothing back."""
    for wait in (0.5, 5, 0.5, 20, 20, 0.5):
        with writing(postgres, wait) as session:
            found = session.scalar(text("SELECT current_setting('lock_timeout')::interval"))
            session.rollback()
        assert found == timedelta(seconds=wait)


def test_a_connection_that_the_server_closed_is_replaced_after_a_rest(
    postgres: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(database, "_LOOK_AFTER_REST", -1.0)
    with reading(postgres) as session:
        of = session.scalar(text("SELECT pg_backend_pid()"))
    other = open_database(postgres.url.render_as_string(hide_password=False))
    with writing(other) as session:
        assert session.scalar(text(f"SELECT pg_terminate_backend({of}, 5000)"))
    other.dispose()
    with reading(postgres) as session:
        assert session.scalar(text("SELECT pg_backend_pid()")) != of


def test_rows_are_read_as_sqlalchemy_reads_them(engine: Engine) -> None:
    with writing(engine) as session, running(session) as run:
        insert = insert_for(engine.dialect.name)(_goods)
        run(insert, {"sku": "cup", "of": {"材料": ["瓷"]}, "at": AT})
        run(insert, {"sku": "pot"})
    query = select(_goods).where(_goods.c.sku == bindparam("wanted"))
    with reading(engine) as session:
        for sku in ("cup", "pot", "jar"):
            plainly = session.connection().execute(query, {"wanted": sku}).all()
            assert [one._asdict() for one in found(session, query, {"wanted": sku})] == [
                one._asdict() for one in plainly
            ]


def test_a_query_takes_lists_of_any_length(engine: Engine) -> None:
    with writing(engine) as session, running(session) as run:
        run(insert_for(engine.dialect.name)(_goods), [{"sku": sku} for sku in ("cup", "jar", "pot")])
    query = select(_goods.c.sku).where(_goods.c.sku.in_(bindparam("some", expanding=True)))
    with reading(engine) as session:
        for some in (["cup"], ["jar", "pot", "tea"], []):
            assert {row.sku for row in found(session, query, {"some": some})} == {*some} - {"tea"}


def test_a_list_that_is_filled_up_means_the_same(engine: Engine) -> None:
    goods = [f"G-{number:02}" for number in range(20)]
    with writing(engine) as session, running(session) as run:
        run(insert_for(engine.dialect.name)(_goods), [{"sku": sku} for sku in goods])
        others = delete(_goods).where(_goods.c.sku.not_in(bindparam("kept", expanding=True)))
        assert run(others, {"kept": goods[:17]}).rowcount == 3
    query = select(_goods.c.sku).where(_goods.c.sku.in_(bindparam("some", expanding=True)))
    with reading(engine) as session:
        for length in (9, 11, 16, 17):
            rows = found(session, query, {"some": goods[:length]})
            assert sorted(row.sku for row in rows) == goods[:length]


def test_a_query_takes_lists_of_pairs(engine: Engine) -> None:
    columns = tuple_(_goods.c.id, _goods.c.at)
    of_pairs = (
        select(_goods.c.sku).where(columns.in_(bindparam("pairs", expanding=True))).order_by(_goods.c.sku)
    )
    late = AT + timedelta(days=1)
    with writing(engine) as session, running(session) as run:
        run(_goods.insert(), [{"id": 1, "sku": "A", "at": AT}, {"id": 2, "sku": "B", "at": late}])
    with reading(engine) as session:
        for pairs, skus in ([(1, AT)], ["A"]), ([(1, late), (2, late)], ["B"]), ([(2, late)], ["B"]):
            assert [row.sku for row in found(session, of_pairs, {"pairs": pairs})] == skus


def test_a_row_is_added_with_its_defaults(engine: Engine) -> None:
    with writing(engine) as session:
        add_row(session, Parcel, number="P-1", at=AT)
        add_row(session, Parcel, number="P-2", at=AT, weight=7, labels=["fragile"])
        parcels = session.scalars(select(Parcel).order_by(col(Parcel.id))).all()
    assert [(one.number, one.weight, one.labels, one.at, one.note) for one in parcels] == [
        ("P-1", 1, [], AT, None),
        ("P-2", 7, ["fragile"], AT, None),
    ]


def test_a_query_that_fails_raises_what_sqlalchemy_raises(engine: Engine) -> None:
    query = select(text("nothing")).select_from(text("nowhere"))
    with pytest.raises((DBAPIError, DatabaseError)) as usual, reading(engine) as session:
        session.connection().execute(query)
    with pytest.raises((DBAPIError, DatabaseError)) as ours, reading(engine) as session:
        found(session, query, {})
    assert (type(ours.value), str(ours.value)[:60]) == (type(usual.value), str(usual.value)[:60])
