"""What a start still waits for, and whether waiting longer makes sense."""

import http.client
import json
import ssl
import time
from collections.abc import Callable, Mapping
from typing import Any

from settings.environment import Settings

PATIENCE = 90.0
"""Seconds without any progress after which a start is given up."""
_PROGRESS = 0.5
"""Seconds of processor time that count as progress: an idle process uses less in all the time of our patience."""
_ANSWER_WITHIN = 5.0

_API = "the API to answer"
_CHECKS = {
    "database": "the database to answer",
    "temporal": "Temporal to answer",
    "worker": "the worker to ask for work",
}
"""What `/readyz` checks, and the wait for each."""


def reachable(host: str) -> str:
    """Where a client on this machine finds a server that listens on `host`, as it stands in a URL."""
    return {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(host, f"[{host}]" if ":" in host else host)  # noqa: S104


def _connection(host: str, chosen: Settings) -> http.client.HTTPConnection:
    if chosen.tls is None:
        return http.client.HTTPConnection(host, chosen.port, timeout=_ANSWER_WITHIN)
    # its certificate is of the name that devices ask for, and this is our own machine
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    return http.client.HTTPSConnection(host, chosen.port, timeout=_ANSWER_WITHIN, context=context)


def waits(chosen: Settings) -> dict[str, str]:
    """What must still happen before work can be done, by the part that has to do it. Empty when all is ready."""
    connection = _connection(reachable(chosen.host).strip("[]"), chosen)
    try:
        connection.request("GET", "/readyz")
        answer = connection.getresponse()
        if answer.status == http.HTTPStatus.OK:
            return {}
        checks: Mapping[str, Any] = json.loads(answer.read())
    except (OSError, http.client.HTTPException, ValueError):
        return {"api": _API}
    finally:
        connection.close()
    return {part: wait for part, wait in _CHECKS.items() if checks.get(part) != "ok"} or {"api": _API}


def is_ready(chosen: Settings) -> bool:
    """Whether the API says that work can be done."""
    return not waits(chosen)


class Patience:
    """Runs out when nothing gets on: those that are waited for neither use the processor nor write into their logs, and
    the waits stay the same.
    """

    def __init__(self, seconds: float = PATIENCE, clock: Callable[[], float] = time.monotonic) -> None:
        """With the time of the last progress now."""
        self._seconds, self._clock = seconds, clock
        self._moved_at = clock()
        self._seen: object = None
        self._used = 0.0

    def is_over(self, waits: object, used: float, written: int = 0) -> bool:
        """Whether there was no progress for too long.

        used: seconds of processor time that they have had so far. written: bytes of their logs.
        """
        seen = (waits, written)
        if seen != self._seen or used >= self._used + _PROGRESS or used < self._used:
            self._seen, self._used, self._moved_at = seen, used, self._clock()
        return self._clock() - self._moved_at > self._seconds
