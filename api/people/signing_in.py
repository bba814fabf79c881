"""Signing in with a password."""

from __future__ import annotations

import asyncio

from api.people import sessions
from api.people.passwords import is_right
from api.problems import Problem
from api.storage import Storage
from models.tables.accounts import Account

_HASHES = asyncio.Semaphore(2)
"""So many passwords are looked at a time: each takes a core for some 30 ms, and nobody needs a key to send one."""


async def sign_in(storage: Storage, account: str, password: str, agent: str) -> tuple[Account, str]:
    """The account and the new session's secret. Wrong passwords are judged ever more slowly; each is written down.

    agent: the browser. Raises Problem `unauthenticated`, or `too_many` with how long to wait.
    """
    known = await storage.search(sessions.known, account)
    if known.wait:
        raise Problem(
            "too_many",
            "There were too many wrong passwords.",
            headers={"Retry-After": str(int(known.wait) + 1)},
        )
    async with _HASHES:
        right = await asyncio.to_thread(is_right, password, known.password)
    signed_in = await storage.write(sessions.settle, account, agent, right=right)
    if signed_in is None:
        raise Problem("unauthenticated", "The account or the password is wrong.")
    return signed_in
