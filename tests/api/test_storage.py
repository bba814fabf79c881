"""The API's way to the database: one request's fault stays its own."""

import asyncio
from datetime import UTC, datetime

import pytest
from sqlalchemy.exc import StatementError
from sqlalchemy.orm import Session

from api.keys import new_key
from api.storage import Storage
from models.database import DatabaseUnavailable
from tests.api.conftest import Site


def made(session: Session, expires_at: datetime | None = None) -> str:
    row, _ = new_key(
        session, name="k", roles=[], stores=None, scopes=[], made_by="tests", expires_at=expires_at
    )
    return row.id


def unkeepable(session: Session) -> str:
    """A row that can't be written: the fault comes while it is flushed."""
    return made(session, datetime(2026, 1, 31))  # noqa: DTZ001 - that it says no time zone is what is wrong


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
