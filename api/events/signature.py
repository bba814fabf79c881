"""Signed webhooks (standardwebhooks.com): who knows the secret sent it, and not long ago."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import time

from api.problems import Problem

TOLERANCE = 5 * 60
"""Seconds that a signature may be old, or ahead of our clock."""


def check(secret: str, body: bytes, *, sent_id: str, timestamp: str, signatures: str) -> None:
    """Raises Problem `unauthenticated` unless one of the signatures is right and of the last five minutes."""
    try:
        moment = int(timestamp)
        key = base64.b64decode(secret.removeprefix("whsec_"), validate=True)
    except (ValueError, binascii.Error) as error:
        raise Problem("unauthenticated", "The webhook's timestamp or our secret can't be read.") from error
    if abs(round(time.time()) - moment) > TOLERANCE:
        raise Problem("unauthenticated", "The webhook was signed more than five minutes ago, or will be.")
    signed = b".".join((sent_id.encode("utf-8", "replace"), str(moment).encode(), body))
    right = base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
    offered = [part.partition(",") for part in signatures.split()[:10]]
    matches = [
        hmac.compare_digest(text.encode("utf-8", "replace"), right.encode())
        for v, _, text in offered
        if v == "v1"
    ]
    if not any(matches):
        raise Problem("unauthenticated", "The webhook's signature is not right.")
