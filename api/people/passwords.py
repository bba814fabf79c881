"""Passwords: hashed by Argon2id, judged where they are chosen, and slow to guess."""

from __future__ import annotations

import unicodedata
from datetime import datetime, timedelta
from itertools import pairwise

from pwdlib import PasswordHash
from pwdlib.hashers.argon2 import Argon2Hasher

SHORTEST, LONGEST = 12, 128
"""Characters."""
_FREE_TRIES = 5
_LONGEST_WAIT = timedelta(minutes=15)

# 19 MiB and two passes, as OWASP has it: a sign-in takes some 30 ms of one core
_hashes = PasswordHash((Argon2Hasher(time_cost=2, memory_cost=19_456, parallelism=1),))
_NOBODYS = _hashes.hash("a password that nobody has")


SHORTEST_PIN, LONGEST_PIN = 4, 8
"""Digits."""


class WeakPassword(ValueError):
    """The password, or the PIN, can't be chosen; the message says why."""


def hashed(password: str, *names: str) -> str:
    """The hash that is kept of a new password. `names`: of its account, which it may not hold. Raises WeakPassword."""
    plain = _plain(password)
    if not SHORTEST <= len(plain) <= LONGEST:
        raise WeakPassword(f"A password has {SHORTEST} to {LONGEST} characters.")
    if len(set(plain)) < SHORTEST // 2:
        raise WeakPassword("A password needs more characters that differ.")
    if any(len(name) > 2 and _plain(name).lower() in plain.lower() for name in names):
        raise WeakPassword("A password doesn't hold the name of its account.")
    return _hashes.hash(plain)


def hashed_pin(pin: str) -> str:
    """The hash that is kept of a new PIN. Raises WeakPassword."""
    if not (pin.isascii() and pin.isdecimal() and SHORTEST_PIN <= len(pin) <= LONGEST_PIN):
        raise WeakPassword(f"A PIN has {SHORTEST_PIN} to {LONGEST_PIN} digits.")
    steps = {int(after) - int(before) for before, after in pairwise(pin)}
    if steps in ({0}, {1}, {-1}):
        raise WeakPassword("A PIN is no row of digits like 1234, and not one digit alone.")
    return _hashes.hash(pin)


def is_right(password: str, kept: str | None) -> bool:
    """Whether it is the one of this hash. Where there is none, that takes as long to find out."""
    right = _hashes.verify(_plain(password)[: LONGEST + 1], kept or _NOBODYS)
    return right and kept is not None


def wait_until(refused: int, last: datetime | None) -> datetime | None:
    """Before when no further try is judged, after so many that were refused in a row; None where one may come now."""
    if refused < _FREE_TRIES or last is None:
        return None
    return last + min(timedelta(seconds=2.0 ** min(refused - _FREE_TRIES, 10)), _LONGEST_WAIT)


def _plain(text: str) -> str:
    """One spelling of what keyboards write in several."""
    return unicodedata.normalize("NFKC", text)
