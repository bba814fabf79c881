"""Streams: many readers, some of whom don't read."""

import asyncio
import resource
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

import httpx
import pytest
from sqlalchemy.orm import Session

from api import changes, streams
from api.changes import newest
from api.notes import announce
from cases.positions import case_row
from models.database import reading, writing
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
    writers = [await connect(site) for _ in range(200)]

    async def open_streams() -> float:
        return figure((await api.get(f"{site.url}/metrics")).text, "guicheng_streams")

    async def all_open() -> bool:
        return await open_streams() == 200

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

    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    await until(none_left, seconds=240)
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 100_000  # KiB
    assert (await api.get(f"/cases/{case}")).status_code == 200
    for writer in writers:
        writer.close()


async def listen(client: httpx.AsyncClient, lines: list[str], after: int | None = None) -> None:
    """Read the stream until the API ends it."""
    headers = {} if after is None else {"Last-Event-ID": str(after)}
    async with client.stream("GET", "/stream", headers=headers) as stream:
        async for line in stream.aiter_lines():
            lines.append(line)  # noqa: PERF401 - the test reads them as they come


@asynccontextmanager
async def listening(client: httpx.AsyncClient, lines: list[str], after: int) -> AsyncGenerator[None]:
    """While somebody reads the stream."""
    reader = asyncio.create_task(listen(client, lines, after))
    try:
        yield
    finally:
        reader.cancel()
        await asyncio.gather(reader, return_exceptions=True)


def numbers(lines: list[str]) -> list[int]:
    return [int(line.removeprefix("id: ")) for line in lines if line.startswith("id: ")]


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
async def test_a_reader_that_resumes_gets_what_was_still_being_committed(
    on_either: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    """SQLite has one writer at a time, which commits numbers in their order."""
    monkeypatch.setattr(streams, "_BEAT_EVERY", 0.1)
    monkeypatch.setattr(changes, "_GAP_WAITS", 60)
    site = on_either
    api = site.client(site.first_key)
    case = await placed(api)
    with reading(site.engine) as session:
        row, last = case_row(session, case), newest(session)
    assert row is not None
    lines: list[str] = []
    with writing(site.engine) as late:
        announce(late, row, "late")
        with writing(site.engine) as early:
            announce(early, row, "early")
        async with listening(api, lines, last):
            await until(lambda: ": beat" in lines)  # what it missed has been sent
            late.commit()
            await until(lambda: len(numbers(lines)) == 2)
    assert numbers(lines) == [last + 1, last + 2]


async def test_a_reader_that_knows_more_than_the_database_hears_what_is_new(api: httpx.AsyncClient) -> None:
    """The database was restored, or begun anew."""
    lines: list[str] = []
    async with listening(api, lines, 10**15):
        await until(lambda: lines)
        await placed(api)
        await until(lambda: numbers(lines))


async def test_a_stream_ends_with_its_readers_key(
    api: httpx.AsyncClient, site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(streams, "_BEAT_EVERY", 0.1)
    made = (await api.post("/keys", json={"name": "reader", "roles": ["cs_agent"]})).json()
    lines: list[str] = []
    reading_ = asyncio.create_task(listen(site.client(made["key"]), lines))
    await until(lambda: ": beat" in lines)
    assert not reading_.done()
    await api.delete(f"/keys/{made['id']}")
    await asyncio.wait_for(reading_, 60)
