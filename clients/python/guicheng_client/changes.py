"""The stream of changes, as an iterator. Written by hand: no call of the generator's ends before the stream does."""

from __future__ import annotations

import json
from collections.abc import AsyncGenerator, Generator
from http import HTTPStatus
from typing import Any, Literal, cast

import httpx
from attrs import frozen

from guicheng_client import errors
from guicheng_client.client import AuthenticatedClient

_PATH = "/api/v1/stream"
_QUIET_FOR = 45.0
"""Seconds without a byte after which the connection counts as lost: the server sends one each fifteen."""


@frozen
class Change:
    """Something has changed. `id` is where to go on: `follow_changes(client, after=change.id)`."""

    id: str
    kind: Literal["case", "task"]
    """`case`: a case and its tasks have moved. `task`: somebody has claimed, released or assigned a task."""
    case: str
    data: dict[str, Any]
    """All that the server says: procedure, store, revision, state, stages, roles, task, at."""


def follow_changes(
    client: AuthenticatedClient, *, case: str | None = None, after: str | None = None
) -> Generator[Change]:
    """Each change that the caller may see, as it happens, until the server ends the stream.

    case: of this case alone. after: the `id` of the last change that the caller has; what came behind it comes first.

    Raises errors.UnexpectedStatus where the server refuses; httpx.TransportError where the connection is lost: call
    again, with the last `id`.
    """
    with client.get_httpx_client().stream("GET", _PATH, **_options(case, after)) as response:
        if response.status_code != HTTPStatus.OK:
            raise errors.UnexpectedStatus(response.status_code, response.read())
        reader = _Reader()
        for line in response.iter_lines():
            if (change := reader.take(line)) is not None:
                yield change


async def follow_changes_asynchronously(
    client: AuthenticatedClient, *, case: str | None = None, after: str | None = None
) -> AsyncGenerator[Change]:
    """As `follow_changes`, for asyncio."""
    async with client.get_async_httpx_client().stream("GET", _PATH, **_options(case, after)) as response:
        if response.status_code != HTTPStatus.OK:
            raise errors.UnexpectedStatus(response.status_code, await response.aread())
        reader = _Reader()
        async for line in response.aiter_lines():
            if (change := reader.take(line)) is not None:
                yield change


def _options(case: str | None, after: str | None) -> dict[str, Any]:
    return {
        "params": {} if case is None else {"case": case},
        "headers": {} if after is None else {"Last-Event-ID": after},
        "timeout": httpx.Timeout(10.0, read=_QUIET_FOR),
    }


class _Reader:
    """Puts the lines of Server-Sent Events together."""

    def __init__(self) -> None:
        self._fields: dict[str, str] = {}

    def take(self, line: str) -> Change | None:
        """The change that this line completes."""
        if line:
            name, _, value = line.partition(":")
            self._fields[name] = value.removeprefix(" ")
            return None
        fields, self._fields = self._fields, {}
        if "data" not in fields:
            return None
        data = json.loads(fields["data"])
        return Change(fields["id"], cast("Literal['case', 'task']", fields["event"]), data["case"], data)
