"""The API's way to the database: one request's fault stays its own."""

import asyncio
from datetime import UTC, datetime

import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import StatementError
from sqlalchemy.orm import Session

from api.people.keys import FIRST, new_key
from api.problems import Problem
from api.storage import Storage
from models.database import DatabaseUnavailable
from models.tables.accounts import Account
from models.tables.requests import ApiKey
from tests.api.conftest import Site


def made(session: Session, expires_at: datetime | None = None) -> str:
    owner = session.get_one(Account, FIRST)
    row, _ = new_key(session, owner, made_by="tests", expires_at=expires_at)
    return row.id


def unkeepable(session: Session) -> str:
    """A row that can't be written: the fault comes while it is flushed."""
    return made(session, datetime(2026, 1, 31))  # noqa: DTZ001 - that it says no time zone is what is wrong


def keys(session: Session) -> int:
    return session.scalars(select(func.count()).select_from(ApiKey)).one()


async def test_a_write_that_fails_while_it_is_flushed_stops_none_after_it(on_either: Site) -> None:
    storage = Storage(on_either.engine)
    storage.start()
    try:
        for _ in range(2):
            with pytest.raises(StatementError):
                await storage.write(unkeepable)
            assert await storage.write(made)
            assert await storage.read(lambda session: session.is_active)
        together = [storage.write(made), storage.write(unkeepable), storage.write(made)]
        results = await asyncio.gather(*together, return_exceptions=True)
        assert all(isinstance(result, str | DatabaseUnavailable | StatementError) for result in results)
        assert await storage.write(made, datetime.now(UTC))
    finally:
        await storage.stop()


async def test_of_writes_that_come_together_one_that_is_refused_undoes_itself_alone(on_either: Site) -> None:
    storage = Storage(on_either.engine)
    storage.start()
    row = ApiKey(
        id="key-made-outside", account=FIRST, name="k", hash="0" * 64, roles=[], scopes=[],
        created_at=datetime.now(UTC), created_by="tests",
    )  # fmt: skip

    def kept(session: Session) -> str:
        session.add(row)
        return row.id

    def refused(session: Session) -> str:
        made(session)
        raise Problem("forbidden", "It is refused after it has written.")

    before = await storage.search(keys)
    try:
        first, no, last = await asyncio.gather(
            storage.write(kept), storage.write(refused), storage.write(made), return_exceptions=True
        )
        assert first == row.id
        assert isinstance(no, Problem)
        assert isinstance(last, str)
        assert await storage.search(keys) == before + 2
    finally:
        await storage.stop()
