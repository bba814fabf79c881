"""Signing in with a password, or with a badge."""

from __future__ import annotations

import asyncio
import os
import sys
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from api.people import badges, sessions
from api.people.passwords import is_right
from api.problems import Problem, too_many
from api.storage import Storage
from models.tables.accounts import Account

_STANDS_BACK = 10
"""How nice a thread that looks at a password is to all others: it gets a tenth of a processor that others want too."""


class Judges:
    """Threads that look at passwords: each takes a core for some 30 ms, and nobody needs a key to send one. So half of
    the processors look, and everybody else's work comes first.
    """

    def __init__(self, judge: Callable[[str, str | None], bool] = is_right, most_waiting: int = 64) -> None:
        """most_waiting: passwords that are looked at or wait for it. One more is refused."""
        self._judge, self._most_waiting = judge, most_waiting
        at_once = max(1, (os.cpu_count() or 1) // 2)
        self._threads = ThreadPoolExecutor(at_once, thread_name_prefix="passwords", initializer=_stand_back)
        self._waiting = 0

    async def is_right(self, given: str, kept: str | None) -> bool:
        """Whether it is the password, or the PIN, of this hash. Raises Problem `too_many` where many wait before it."""
        if self._waiting >= self._most_waiting:
            raise too_many(f"{self._waiting} others sign in at this moment.", retry_after=2)
        self._waiting += 1
        try:
            return await asyncio.get_running_loop().run_in_executor(self._threads, self._judge, given, kept)
        finally:
            self._waiting -= 1


def _stand_back() -> None:
    if sys.platform == "linux":  # elsewhere niceness is a whole process's
        nice = max(os.getpriority(os.PRIO_PROCESS, 0), _STANDS_BACK)  # nobody may be less nice than they were
        os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), nice)


_judges = Judges()


async def sign_in(storage: Storage, account: str, password: str, agent: str) -> tuple[Account, str]:
    """The account and the new session's secret. Wrong passwords are judged ever more slowly; each is written down.

    agent: the browser. Raises Problem `unauthenticated`, or `too_many` with how long to wait.
    """
    right = await _looked_at(storage, account, password)
    signed_in = await storage.write(sessions.settle, account, agent, right=right)
    if signed_in is None:
        raise Problem("unauthenticated", "The account or the password is wrong.")
    return signed_in


async def confirm(storage: Storage, account: str, password: str) -> None:
    """Have somebody who is signed in say once more who they are. Raises Problem `forbidden` where the password is
    wrong, or `too_many`.
    """
    right = await _looked_at(storage, account, password)
    if await storage.write(sessions.settled, account, right=right) is None:
        raise Problem("forbidden", "The password is wrong.")


async def sign_in_with_badge(
    storage: Storage, device: str, code: str, pin: str, agent: str
) -> tuple[Account, str]:
    """The same with a badge, at a registered device. device: the secret of its cookie.

    Raises Problem `unauthenticated`, or `too_many` where the badge is locked.
    """
    known = await storage.search(badges.known, device, code)
    right = await _judges.is_right(pin, known.pin)
    signed_in = await storage.write(badges.settle, device, code, agent, right=right)
    if isinstance(signed_in, badges.Locked):
        raise Problem("too_many", "There were too many wrong PINs: the badge is locked.")
    if signed_in is None:
        raise Problem("unauthenticated", "The badge or the PIN is wrong.")
    return signed_in


async def _looked_at(storage: Storage, account: str, password: str) -> bool:
    known = await storage.search(sessions.known, account)
    if known.wait:
        raise Problem(
            "too_many",
            "There were too many wrong passwords.",
            headers={"Retry-After": str(int(known.wait) + 1)},
        )
    return await _judges.is_right(password, known.password)
