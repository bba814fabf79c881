"""What bounds every call to the outside: its time as a whole, and how much of an answer is read.

A timeout of a socket bounds one read alone: whoever sends a byte a second keeps a caller for as long as they like.
"""

from __future__ import annotations

import ctypes
import threading
from collections.abc import Callable
from concurrent.futures import Future
from concurrent.futures import TimeoutError as TooLate
from typing import TypeVar

import httpx2

from activities.port_errors import PortError

LARGEST = 4 * 1024 * 1024
"""The most bytes of an answer."""

T = TypeVar("T")


class _CalledOff(SystemExit):
    """Ends the thread of a call that took too long: no error, and not for those who handle errors."""


def in_time(call: Callable[[], T], seconds: float) -> T:
    """What a call gives, made in a thread of its own. Raises PortError where it takes longer; the thread is then ended
    as soon as it gets another byte, or its socket's own timeout passes.
    """
    given: Future[T] = Future()

    def work() -> None:
        try:
            given.set_result(call())
        except _CalledOff:
            pass
        except BaseException as error:  # noqa: BLE001 - it is the caller's, who gets it
            given.set_exception(error)

    thread = threading.Thread(target=work, name="outbound", daemon=True)
    thread.start()
    try:
        return given.result(seconds)
    except TooLate:
        if given.done():  # the call's own, or it came at the last moment
            return given.result()
        raise PortError(f"it took longer than {seconds:g} s") from None
    finally:  # also where this thread is called off itself
        if not given.done():
            _call_off(thread)


def _call_off(thread: threading.Thread) -> None:
    assert thread.ident is not None
    ctypes.pythonapi.PyThreadState_SetAsyncExc(ctypes.c_ulong(thread.ident), ctypes.py_object(_CalledOff))


def read_whole(answer: httpx2.Response, most: int = LARGEST) -> bytes:
    """The body of an answer that is being streamed. Raises PortError where it is longer."""
    body = bytearray()
    for part in answer.iter_bytes():
        body += part
        if len(body) > most:
            raise PortError(f"the answer is larger than {most} bytes")
    return bytes(body)
