"""Signatures on who acts: the API signs, the worker's validator checks.

Whoever reaches Temporal alone can't act. Pure functions: the validator of a workflow may call them.
"""

import hashlib
import hmac
import json
from typing import Any

# Nothing signed for another purpose, or by a later format, passes for one of these.
_DOMAIN = "guicheng actor 1"


def sign(key: bytes, *parts: Any) -> str:
    """The signature of these JSON values in this order, as hexadecimal digits.

    Raises TypeError or ValueError where a part isn't JSON (NaN and infinities aren't).
    """
    return hmac.new(key, _canonical(parts), hashlib.sha256).hexdigest()


def verify(key: bytes, signature: str, *parts: Any) -> bool:
    """Whether `sign` gave this signature for these parts. Takes as long for a near miss as for a far one."""
    return hmac.compare_digest(sign(key, *parts).encode(), signature.encode("utf-8", "replace"))


def _canonical(parts: tuple[Any, ...]) -> bytes:
    """One spelling for equal values: keys sorted, no spaces, ASCII only."""
    message = [_DOMAIN, *parts]
    return json.dumps(
        message, sort_keys=True, separators=(",", ":"), ensure_ascii=True, allow_nan=False
    ).encode()
