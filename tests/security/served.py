"""The API at work, as its own tests have it: a module here names the fixtures that it uses."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from typing import Any

import httpx

from tests.api.conftest import Site, api, declared, on_either, site

__all__ = ["Wire", "api", "declared", "limited", "on_either", "site"]


@asynccontextmanager
async def limited(site: Site, **limits: Any) -> AsyncGenerator[httpx.AsyncClient]:
    """The API with these settings, without a worker; a client with the first key."""
    site.settings = site.settings.model_copy(update=limits)
    async with site.serving() as client:
        yield client


class Wire:
    """A connection on which a test says what it likes."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader, self.writer = reader, writer

    @classmethod
    @asynccontextmanager
    async def to(cls, site: Site) -> AsyncGenerator[Wire]:
        host, port = site.url.removeprefix("http://").split(":")
        reader, writer = await asyncio.open_connection(host, int(port))
        try:
            yield cls(reader, writer)
        finally:
            writer.close()

    async def say(self, text: bytes) -> None:
        self.writer.write(text)
        await self.writer.drain()

    async def flood(self, piece: bytes, *, most: int) -> int:
        """Send the same again and again until the other side has enough. How many bytes went out."""
        sent = 0
        try:
            while sent < most:
                await self.say(piece)
                sent += len(piece)
        except ConnectionError:
            pass
        return sent

    async def rest(self) -> bytes:
        """All that is answered until the end; where it ends in a reset, what came before."""
        answered = b""
        try:
            while part := await self.reader.read(65536):
                answered += part
        except ConnectionError:
            pass
        return answered


async def all_the_time(ask: Callable[[], Any], until_done: asyncio.Task[Any]) -> int:
    """Ask again and again while a task runs. How often it was answered."""
    times = 0
    while not until_done.done():
        assert (await ask()).status_code == 200
        times += 1
    return times
