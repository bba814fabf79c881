"""What goes on beside those who are measured: `python -m benchmarks.beside KIND PORT STORE`."""

from __future__ import annotations

import http.client
import json
import socket
import sys
import threading
import time
import uuid
from collections.abc import Callable, Generator
from contextlib import contextmanager, suppress

from benchmarks.apart import apart, key_given, say_begun, told_to_stop
from benchmarks.crowd import Crowd
from benchmarks.load import Http

PEOPLE = 40
"""Of the store that asks ten times as much as the others."""
STREAMS = 200
STRANGERS = 16
"""Who tries passwords, without a key."""
_SENDERS = 4
_MIB = 1024 * 1024
_BODIES = (
    ("/cases/plain:{store}:nothing/actions/pack", b'{"form": {"note": "' + b"x" * 3 * _MIB + b'"}}'),
    ("/events", b'{"data": "' + b"x" * 20 * _MIB + b'"}'),
    ("/events", b"[" * 100_000 + b"]" * 100_000),
    ("/cases/plain:{store}:nothing/actions/pack", b"[" * 30_000 + b"]" * 30_000),
)
"""A form of 3 MB, a body of 20 MB, a depth of 100,000, and the deepest body that isn't too large."""


@contextmanager
def beside(kind: str, port: int, key: str, store: str) -> Generator[None]:
    """One of KINDS, as long as the block runs. Raises NotBegun."""
    with apart(__name__, kind, str(port), store, key=key) as said:
        yield
    print(f"    {said.last}", flush=True)


def _busy_store(port: int, key: str, store: str, stopped: threading.Event) -> str:
    some, since = Crowd(Http(port, key), store, PEOPLE), time.perf_counter()
    with some.at_work():
        stopped.wait()
    acts = sum(kind == "act" for kind, _, _ in some.took)
    return f"{PEOPLE} people of another store have done {acts / (time.perf_counter() - since):.1f} actions/s"


def _large_bodies(port: int, key: str, store: str, stopped: threading.Event) -> str:
    answers: list[int] = []

    def send() -> None:
        while not stopped.is_set():
            for path, body in _BODIES:
                connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
                headers = {"Content-Type": "application/json", "Authorization": f"Bearer {key}"}
                with suppress(OSError, http.client.HTTPException):  # it is cut off while it sends
                    connection.request("POST", f"/api/v1{path}".format(store=store), body, headers)
                    answers.append(connection.getresponse().status)
                connection.close()

    _together(send, _SENDERS)
    return f"{len(answers)} large bodies were answered by {sorted(set(answers))}"


def _wrong_passwords(port: int, _key: str, _store: str, stopped: threading.Event) -> str:
    answers: list[int] = []

    def send() -> None:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        while not stopped.is_set():
            body = json.dumps({"account": uuid.uuid4().hex, "password": "wrong password"})
            headers = {"Content-Type": "application/json", "Origin": f"http://127.0.0.1:{port}"}
            connection.request("POST", "/api/v1/session", body, headers)
            answer = connection.getresponse()
            answer.read()
            answers.append(answer.status)

    _together(send, STRANGERS)
    return f"{len(answers)} wrong passwords were answered by {sorted(set(answers))}"


def _together(send: Callable[[], None], many: int) -> None:
    senders = [threading.Thread(target=send) for _ in range(many)]
    for sender in senders:
        sender.start()
    for sender in senders:
        sender.join()


def _unread_streams(port: int, key: str, _: str, stopped: threading.Event) -> str:
    opened = [_unread(port, key) for _ in range(STREAMS)]
    stopped.wait()
    for one in opened:
        one.close()
    return f"{len(opened)} streams were not read"


def _unread(port: int, key: str) -> socket.socket:
    """A stream of all changes since the first, of which nothing is read."""
    connection = socket.socket()
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    connection.connect(("127.0.0.1", port))
    connection.sendall(
        f"GET /api/v1/stream HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {key}\r\nLast-Event-ID: 0\r\n\r\n".encode()
    )
    return connection


KINDS: dict[str, Callable[[int, str, str, threading.Event], str]] = {
    "a store at ten times the load": _busy_store,
    "large bodies": _large_bodies,
    "streams that nobody reads": _unread_streams,
    "wrong passwords": _wrong_passwords,
}


def _main(kind: str, port: int, store: str) -> None:
    stopped, key = told_to_stop(), key_given()
    say_begun()
    print(KINDS[kind](port, key, store, stopped))


if __name__ == "__main__":
    _main(sys.argv[1], int(sys.argv[2]), sys.argv[3])
