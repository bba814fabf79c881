"""Streams: many readers, some of whom don't read."""

import asyncio

import httpx
import pytest
from sqlalchemy.orm import Session

from api import streams
from api.notes import announce
from api.rendering import case_row
from models.database import writing
from tests.api.conftest import Site, placed, until


async def connect(site: Site) -> asyncio.StreamWriter:
    """A reader that asks for the stream and then reads nothing."""
    host, port = site.url.removeprefix("http://").split(":")
    reader, writer = await asyncio.open_connection(host, int(port), limit=1024)
    writer.write(
        f"GET /api/v1/stream HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {site.first_key}\r\n\r\n".encode()
    )
    await writer.drain()
    reader._transport.pause_reading()  # pyright: ignore[reportAttributeAccessIssue, reportUnknownMemberType]
    return writer


def figure(metrics: str, name: str) -> float:
    return next(float(line.split()[-1]) for line in metrics.splitlines() if line.startswith(f"{name} "))


async def test_readers_that_do_not_read_are_dropped(
    api: httpx.AsyncClient, site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(streams, "_SEND_WITHIN", 0.3)
    case = await placed(api)
    writers = [await connect(site) for _ in range(20)]

    async def open_streams() -> float:
        return figure((await api.get(f"{site.url}/metrics")).text, "guicheng_streams")

    async def all_open() -> bool:
        return await open_streams() == 20

    await until(all_open)

    def change(session: Session) -> None:
        row = case_row(session, case)
        assert row is not None
        for _ in range(200):
            announce(session, row, "x" * 300)

    async def none_left() -> bool:
        with writing(site.engine) as session:
            change(session)
        return await open_streams() == 0

    await until(none_left, seconds=60)
    assert (await api.get(f"/cases/{case}")).status_code == 200
    for writer in writers:
        writer.close()
