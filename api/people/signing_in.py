"""Signing in with a password, or with a badge."""

from __future__ import annotations

import asyncio

from api.people import badges, sessions
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
    async with _HASHES:
        right = await asyncio.to_thread(is_right, pin, known.pin)
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
    async with _HASHES:
        return await asyncio.to_thread(is_right, password, known.password)
