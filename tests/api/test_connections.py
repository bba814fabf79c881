"""How answers go out."""

from __future__ import annotations

import asyncio
from typing import Any

from api.connections import _HELD, _Together


class Sent(asyncio.Transport):
    """A transport that notes what is sent, and at how many strokes."""

    def __init__(self) -> None:
        super().__init__()
        self.strokes: list[bytes] = []
        self.is_closed = False

    def writelines(self, list_of_data: Any) -> None:
        self.strokes.append(b"".join(list_of_data))

    def write_eof(self) -> None:
        self.strokes.append(b"EOF")

    def close(self) -> None:
        self.is_closed = True

    def is_closing(self) -> bool:
        return self.is_closed


async def test_what_is_written_in_one_turn_is_sent_at_one_stroke() -> None:
    transport = Sent()
    together = _Together(transport, asyncio.get_running_loop())
    together.write(b"head")
    together.write(b"body")
    assert transport.strokes == []
    await asyncio.sleep(0)
    together.write(b"next")
    await asyncio.sleep(0)
    assert transport.strokes == [b"headbody", b"next"]


async def test_what_is_large_does_not_wait() -> None:
    transport = Sent()
    together = _Together(transport, asyncio.get_running_loop())
    together.write(b"head")
    together.write(b"x" * _HELD)
    assert [len(stroke) for stroke in transport.strokes] == [_HELD + 4]


async def test_an_end_comes_behind_what_was_written() -> None:
    transport = Sent()
    together = _Together(transport, asyncio.get_running_loop())
    together.write(b"one")
    together.write_eof()
    together.write(b"two")
    together.close()
    assert transport.strokes == [b"one", b"EOF", b"two"]
    assert transport.is_closed


async def test_nothing_is_sent_on_a_connection_that_is_gone() -> None:
    transport = Sent()
    together = _Together(transport, asyncio.get_running_loop())
    together.write(b"late")
    transport.is_closed = True
    await asyncio.sleep(0)
    assert transport.strokes == []
