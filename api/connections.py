"""Connections with limits: what an HTTP request may be, and how long it may take to come.

uvicorn has settings for few of these. Its protocol class is thin over a parser that keeps whatever comes, so the limits
stand in a class beneath it: they are looked at before and after the parser gets its next piece.
"""

from __future__ import annotations

import asyncio
import resource
import socket
from typing import Any, ClassVar, cast

import httptools
from uvicorn.protocols.http.httptools_impl import STATUS_LINE, HttpToolsProtocol, RequestResponseCycle

from api.problems import Problem, answer, unavailable
from settings.limits import LimitSettings

_PIECE = 16 * 1024
"""Bytes that the parser gets at a time: it may keep so many beyond a limit."""
_LINGER = 0.5
"""Seconds that a refused client has to read why."""
_FRAMING = 8
"""Bytes around each byte of a chunked body that are still no attack."""
_RESERVED_FILES = 200
"""Files that a process has open beside its connections: the database's, Temporal's, uploads."""
_ONCE = frozenset({b"host", b"authorization", b"content-type", b"idempotency-key"})
"""Headers of which two would be read differently by whoever stands before this process."""
_UNREAD = 128 * 1024
"""Bytes that the system keeps of what a client doesn't read; it would keep megabytes of each."""
_PAUSE = 0.05
"""Seconds between two reads of a body whose request is answered already; twice as long where two such bodies come."""
_HELD = 64 * 1024
"""Bytes that are held back to be sent together."""


class _Together:
    """A transport that sends what is written in one turn of the loop at one stroke. uvicorn writes the headers of an
    answer and its body apart: to send each by itself takes the system, and whoever reads it, twice the time.
    """

    def __init__(self, transport: asyncio.Transport, loop: asyncio.AbstractEventLoop) -> None:
        self._transport = transport
        self._loop = loop
        self._held: list[bytes] = []
        self._size = 0

    def __getattr__(self, name: str) -> Any:
        return getattr(self._transport, name)

    def write(self, data: bytes) -> None:
        """Send it with the rest, at the latest once the loop turns."""
        if not self._held:
            self._loop.call_soon(self._send)
        self._held.append(data)
        self._size += len(data)
        if self._size > _HELD:
            self._send()

    def write_eof(self) -> None:
        """Nothing comes behind what was written."""
        self._send()
        self._transport.write_eof()

    def close(self) -> None:
        """Close, once what was written is sent."""
        self._send()
        self._transport.close()

    def _send(self) -> None:
        held, self._held, self._size = self._held, [], 0
        if held and not self._transport.is_closing():
            self._transport.writelines(held)


class BoundedProtocol(HttpToolsProtocol):
    """uvicorn's protocol, within limits. `bounded` makes the class for a server."""

    parser: httptools.HttpRequestParser
    limits: ClassVar[LimitSettings]
    waiting: ClassVar[dict[BoundedProtocol, None]]
    """Connections without a whole request, that which has waited longest first."""
    unwanted: ClassVar[set[BoundedProtocol]]
    """Those whose body still comes, though its request is answered."""

    def __init__(self, *args: Any, **named: Any) -> None:
        super().__init__(*args, **named)
        self._in_headers = True
        self._requests = 0
        self._header_bytes = 0
        self._began = 0.0
        self._body_bytes = 0
        self._framing_bytes = 0
        self._timer: asyncio.TimerHandle | None = None
        self._stall: asyncio.TimerHandle | None = None
        self._fault: Problem | None = None
        """Why the parser is being stopped."""
        self._refused = False

    # --- the connection

    def connection_made(self, transport: asyncio.Transport) -> None:
        """Have it wait for a request; where there are too many, in the place of another that waits."""
        super().connection_made(cast("asyncio.Transport", _Together(transport, self.loop)))
        transport.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, _UNREAD)
        if len(self.connections) > self.limits.http_connections:
            longest = next(iter(self.waiting), None)
            if longest is None:
                return self._refuse(unavailable("Too many connections are open."))
            longest.leave()
        self.waiting[self] = None
        self._timer = self.loop.call_later(self.limits.http_header_seconds, self._too_late)
        return None

    def leave(self) -> None:
        """Make room for another."""
        self.waiting.pop(self, None)
        self.connections.discard(self)
        self.transport.abort()

    def connection_lost(self, exc: Exception | None) -> None:
        """Forget it."""
        self.waiting.pop(self, None)
        self.unwanted.discard(self)
        self._refused = True
        self._stop_timer()
        self._written_again()
        self._unset_keepalive_if_required()
        super().connection_lost(exc)

    def pause_writing(self) -> None:
        """The client doesn't read."""
        super().pause_writing()
        if self._stall is None:
            self._stall = self.loop.call_later(self.limits.http_stall_seconds, self.transport.abort)

    def resume_writing(self) -> None:
        """It does again."""
        self._written_again()
        super().resume_writing()

    def _written_again(self) -> None:
        if self._stall is not None:
            self._stall.cancel()
            self._stall = None

    # --- what comes

    def data_received(self, data: bytes) -> None:
        """Have the parser read it, in pieces."""
        self._unset_keepalive_if_required()
        if len(data) <= _PIECE:
            return self._read(data)
        for start in range(0, len(data), _PIECE):
            self._read(data[start : start + _PIECE])
        return None

    def _read(self, piece: bytes) -> None:
        if self._refused:
            return None
        in_headers, requests, body_bytes = self._in_headers, self._requests, self._body_bytes
        try:
            self.parser.feed_data(piece)
        except httptools.HttpParserUpgrade:
            pass  # there is nothing to upgrade to
        except httptools.HttpParserError:
            return self._refuse(self._fault or Problem("bad_request", "This is not HTTP."))
        if self._in_headers:
            if in_headers and requests == self._requests:
                self._header_bytes += len(piece)
            if self._header_bytes > self.limits.http_header_bytes:
                return self._refuse(Problem("headers_too_large"))
            if self._header_bytes and self._timer is None:
                self._timer = self.loop.call_later(self.limits.http_header_seconds, self._too_late)
            return None
        if self._timer is None:
            self._timer = self.loop.call_later(self.limits.http_body_seconds, self._look_at_body)
        of_the_body = self._body_bytes - (body_bytes if requests == self._requests else 0)
        self._framing_bytes += len(piece) - of_the_body
        if self._framing_bytes > self.limits.http_header_bytes + _PIECE + _FRAMING * self._body_bytes:
            return self._refuse(Problem("bad_request", "The body's frames are larger than the body."))
        return None

    def on_header(self, name: bytes, value: bytes) -> None:
        """Keep a header."""
        if not self._in_headers:
            return  # behind a chunked body: nobody reads it there, and it must not become a header
        if len(self.headers) >= self.limits.http_headers:
            self._stop_parser(Problem("headers_too_large", "There are too many headers."))
        super().on_header(name, value)

    def on_headers_complete(self) -> None:
        """Begin with the request, if its headers are those of one."""
        names = [name for name, _ in self.headers if name in _ONCE]
        if len(set(names)) < len(names):
            twice = next(name for name in names if names.count(name) > 1).decode()
            self._stop_parser(Problem("bad_request", f"The header `{twice}` stands there twice."))
        if b"host" not in names and self.parser.get_http_version() == "1.1":
            self._stop_parser(Problem("bad_request", "The header `host` is missing."))
        self._in_headers = False
        self._requests += 1
        self._header_bytes = self._body_bytes = self._framing_bytes = 0
        self._stop_timer()
        self._unset_keepalive_if_required()
        self._began = self.loop.time()
        super().on_headers_complete()

    def on_body(self, body: bytes) -> None:
        """Pass a part of the body on."""
        self._body_bytes += len(body)
        if self._body_bytes > self.limits.http_body_bytes:
            self._stop_parser(Problem("too_large"))
        if self.cycle.response_complete:
            return self._read_slowly()
        return super().on_body(body)

    def on_message_complete(self) -> None:
        """All of it is here."""
        self._in_headers = True
        self._stop_timer()
        self.waiting.pop(self, None)
        self.unwanted.discard(self)
        if self.cycle.response_complete:  # answered before all of it was here: the next request is waited for
            self.waiting[self] = None
            self._unset_keepalive_if_required()
            self.timeout_keep_alive_task = self.loop.call_later(
                self.timeout_keep_alive, self.timeout_keep_alive_handler
            )
        super().on_message_complete()

    def on_response_complete(self) -> None:
        """It waits for the next request, or for the rest of this one."""
        if not self._refused:
            self.waiting[self] = None
        super().on_response_complete()

    def _read_slowly(self) -> None:
        """Read on slowly though nobody needs it: many clients read the answer only when they have sent everything."""
        self.unwanted.add(self)
        if not self.flow.read_paused:
            self.flow.pause_reading()
            self.loop.call_later(_PAUSE * len(self.unwanted), self._read_on)

    def _read_on(self) -> None:
        if not self._refused and not self.transport.is_closing():
            self.flow.resume_reading()

    def _unsupported_upgrade_warning(self) -> None:
        """Nothing: whoever asks for it would fill the log."""

    # --- the end

    def _stop_parser(self, problem: Problem) -> None:
        self._fault = problem
        raise problem  # the parser makes an HttpParserError of it

    def _stop_timer(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _look_at_body(self) -> None:
        if self.flow.read_paused:  # it is we who don't read
            self._began = self.loop.time() - self._body_bytes / self.limits.http_body_rate
        allowed = self.limits.http_body_seconds + self._body_bytes / self.limits.http_body_rate
        left = self._began + allowed - self.loop.time()
        if left <= 0:
            return self._too_late()
        self._timer = self.loop.call_later(left, self._look_at_body)
        return None

    def _too_late(self) -> None:
        begun = self._header_bytes or not self._in_headers
        if not begun:  # it never said anything, so it is told nothing
            self._refused = True
            return self.transport.abort()
        return self._refuse(Problem("too_slow"))

    def _refuse(self, problem: Problem) -> None:
        """Read no more, say why where no answer has begun, and close."""
        if self._refused or self.transport.is_closing():
            return None
        self._refused = True
        self._stop_timer()
        self._unset_keepalive_if_required()
        self.waiting.pop(self, None)
        self.flow.pause_reading()
        cycle = cast("RequestResponseCycle | None", self.cycle)  # None before the first request
        if cycle is not None and not cycle.response_complete:
            cycle.disconnected = True  # the application hears that the client is gone
            cycle.message_event.set()
            if cycle.response_started:
                return self.transport.abort()
        if self._in_headers or cycle is None or not cycle.response_complete:
            self.transport.write(self._answer(problem))
        self.transport.write_eof()
        self.loop.call_later(_LINGER, self.transport.abort)
        return None

    def _answer(self, problem: Problem) -> bytes:
        made = answer(problem)
        headers = [*self.server_state.default_headers, *made.raw_headers, (b"connection", b"close")]
        lines = [name + b": " + value + b"\r\n" for name, value in headers]
        return b"".join([STATUS_LINE[problem.status_code], *lines, b"\r\n", bytes(made.body)])


def bounded(limits: LimitSettings) -> type[BoundedProtocol]:
    """The protocol class of one server, with these limits."""

    class Bounded(BoundedProtocol):
        waiting: ClassVar[dict[BoundedProtocol, None]] = {}
        unwanted: ClassVar[set[BoundedProtocol]] = set()

    Bounded.limits = limits
    return Bounded


def room_for(connections: int) -> int:
    """How many connections this process can have, of so many wanted: each is a file to the system.

    The system's soft limit is raised as far as the hard one lets it.
    """
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = connections + _RESERVED_FILES
    if soft < wanted and soft != resource.RLIM_INFINITY:
        soft = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
    if soft == resource.RLIM_INFINITY:
        return connections
    return max(10, min(connections, soft - _RESERVED_FILES))
