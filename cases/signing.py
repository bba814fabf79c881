"""Signatures: the API and activities sign who acts, the calendar what it plans, workflows what is to be performed.

Whoever reaches Temporal alone can't act. Pure functions: the validator of a workflow may call them.
"""

import hmac
import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

# Nothing signed for another purpose, or by a later format, passes for one of these.
_ACTOR = "guicheng actor 1"
_WORK = b"guicheng work 1"


@dataclass(frozen=True)
class SigningKeys:
    """The store's keys: the first signs, all verify. While a new one is being brought in, there are two."""

    keys: tuple[bytes, ...]

    def sign(self, *parts: Any) -> str:
        """The signature of these JSON values in this order, as hexadecimal digits.

        Raises TypeError or ValueError where a part isn't JSON (NaN and infinities aren't).
        """
        return _signature(self.keys[0], _canonical(parts)).hex()

    def verify(self, signature: str, *parts: Any) -> bool:
        """Whether one of the keys has signed these parts so; nothing but JSON can be. Takes as long for a near miss as
        for a far one.
        """
        try:
            message = _canonical(parts)
        except (TypeError, ValueError):
            return False
        given = signature.encode("utf-8", "replace")
        return _any_equal(given, [_signature(key, message).hex().encode() for key in self.keys])

    def sign_work(self, *parts: bytes) -> bytes:
        """The signature of these bytes in this order: what a workflow has performed."""
        return _signature(self.keys[0], _joined(parts))

    def verify_work(self, signature: bytes, *parts: bytes) -> bool:
        """Whether one of the keys has signed this work so."""
        message = _joined(parts)
        return _any_equal(signature, [_signature(key, message) for key in self.keys])


def _signature(key: bytes, message: bytes) -> bytes:
    mac = _keyed(key).copy()  # `hmac.digest` lets other threads go on first, however short the message
    mac.update(message)
    return mac.digest()


@cache
def _keyed(key: bytes) -> hmac.HMAC:
    return hmac.new(key, digestmod="sha256")


def _any_equal(given: bytes, wanted: Sequence[bytes]) -> bool:
    return any([hmac.compare_digest(given, one) for one in wanted])  # noqa: C419 - each takes its time


def _canonical(parts: tuple[Any, ...]) -> bytes:
    """One spelling for equal values: keys sorted, no spaces, ASCII only."""
    message = [_ACTOR, *parts]
    return json.dumps(
        message, sort_keys=True, separators=(",", ":"), ensure_ascii=True, allow_nan=False
    ).encode()


def _joined(parts: tuple[bytes, ...]) -> bytes:
    """Each part behind its length: none can be shifted into another."""
    return _WORK + b"".join([len(part).to_bytes(8, "big") + part for part in parts])
