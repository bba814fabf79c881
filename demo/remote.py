"""A running Guicheng, asked until it answers: connections that break, servers that restart and answers that come
later are waited out under the same idempotency key, so that nothing is lost and nothing done twice.
"""

from __future__ import annotations

import asyncio
import json
import sys
import time
from collections.abc import Awaitable, Callable
from typing import Any, cast

import httpx

from guicheng_client import AuthenticatedClient
from guicheng_client.types import Response

# httpcore asks before each piece that it sends whether sniffio is installed, and without this searches the whole path
cast("dict[str, Any]", sys.modules).setdefault("sniffio", None)

PATIENCE = 180.0
"""Seconds that a call goes on without any answer before the demo gives up."""
_BETWEEN = (0.1, 0.2, 0.5, 1.0, 2.0)
_LATER = frozenset({429, 502, 503, 504})

Json = dict[str, Any]
Function = Callable[..., Awaitable[Response[Any]]]


class Unreachable(Exception):
    """Nobody answers, or only with errors; the message says what to do."""


class Refused(Exception):
    """The API refused a request, with a problem document."""

    def __init__(self, status: int, problem: Json) -> None:
        super().__init__(f"{status} {problem.get('code', '')}: {problem.get('detail', '')}")
        self.status = status
        self.code = str(problem.get("code", ""))
        self.problem = problem


class Remote:
    """Calls the API under keys of several roles."""

    def __init__(self, url: str, key: str, *, connections: int = 32) -> None:
        self.url = url.rstrip("/")
        self._limits = httpx.Limits(max_connections=connections, max_keepalive_connections=connections)
        self._clients = {"": self._client(key)}
        self.calls = 0

    def add_role(self, role: str, key: str) -> None:
        """Calls as this role go under this key."""
        self._clients[role] = self._client(key)

    def _client(self, key: str) -> AuthenticatedClient:
        return AuthenticatedClient(
            base_url=self.url,
            token=key,
            timeout=httpx.Timeout(40.0),
            httpx_args={"limits": self._limits},
        )

    async def close(self) -> None:
        for client in self._clients.values():
            await client.get_async_httpx_client().aclose()

    async def ask(self, function: Function, *path: str, role: str = "", **arguments: Any) -> Json:
        """The answer of a generated function. Raises Refused, or Unreachable when nobody answers for long."""
        client = self._clients[role]
        return await self._until_answered(lambda: function(*path, client=client, **arguments))

    async def _until_answered(self, call: Callable[[], Awaitable[Response[Any]]]) -> Json:
        until, tries, last = time.monotonic() + PATIENCE, 0, "no answer"
        while time.monotonic() < until:
            try:
                answer = await call()
            except httpx.TransportError as error:
                last = f"{type(error).__name__} {error}"
            else:
                self.calls += 1
                # 202 with an address is "not yet": the same key gives the answer once there is one
                later = answer.status_code in _LATER or (
                    answer.status_code == 202 and "location" in answer.headers
                )
                if not later:
                    return _read(answer.status_code, answer.content)
                last = f"{answer.status_code} {answer.content[:200].decode(errors='replace')}"
            await asyncio.sleep(_BETWEEN[min(tries, len(_BETWEEN) - 1)])
            tries += 1
        raise Unreachable(f"{self.url} does not answer: {last}. Is it running? `make run` starts it.")


def _read(status: int, content: bytes) -> Json:
    try:
        document: Json = json.loads(content) if content else {}
    except ValueError:
        document = {"detail": content[:200].decode(errors="replace")}
    if status >= 400:
        raise Refused(status, document)
    return document
