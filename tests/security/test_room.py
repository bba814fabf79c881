"""Room on the disk: quotas of stores, and what the databases need."""

from __future__ import annotations

import asyncio
import shutil
import sqlite3
from collections.abc import AsyncIterator, Callable
from contextlib import closing
from typing import Any, NamedTuple

import httpx
import pytest

from api import readiness
from tests.api.conftest import Site, placed, until
from tests.security import served
from tests.security.served import limited
from tests.security.test_limits import MIB

api, declared_api, on_either, site = served.api, served.declared, served.on_either, served.site


async def test_a_store_has_a_quota_of_its_own(api: httpx.AsyncClient, site: Site) -> None:
    mine, other = await placed(api), await placed(api, store="other")
    async with limited(site, files_per_store=100) as client:
        assert (await client.post(f"/cases/{mine}/files", content=b"x" * 60)).status_code == 201
        over = await client.post(f"/cases/{mine}/files", content=b"y" * 60)
        assert (over.status_code, over.json()["code"]) == (507, "no_room")
        assert (await client.post(f"/cases/{other}/files", content=b"x" * 60)).status_code == 201
        many = await asyncio.gather(
            *(client.post(f"/cases/{mine}/files", content=b"%030d" % n) for n in range(10))
        )
        assert [answer.status_code for answer in many].count(201) == 1
        kept = [path for path in (site.settings.data_dir / "files").rglob("*") if path.is_file()]
        assert len(kept) == 2  # the same bytes lie there once


async def test_what_does_not_say_its_length_needs_room_for_the_largest(
    api: httpx.AsyncClient, site: Site
) -> None:
    case = await placed(api)

    async def chunks() -> AsyncIterator[bytes]:
        yield b"x" * 10

    async with limited(site, files_per_store=1000) as client:
        assert (await client.post(f"/cases/{case}/files", content=chunks())).status_code == 507
    async with limited(site, files_per_store=11 * MIB) as client:
        assert (await client.post(f"/cases/{case}/files", content=chunks())).status_code == 201


class Usage(NamedTuple):
    free: int


def _left(free: int) -> Callable[[str], Usage]:
    def usage(_: str) -> Usage:
        return Usage(free)

    return usage


async def test_uploads_leave_the_databases_room(
    api: httpx.AsyncClient, site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = await placed(api)
    monkeypatch.setattr(shutil, "disk_usage", _left(60 * MIB))
    answer = await api.post(f"/cases/{case}/files", content=b"x")
    assert (answer.status_code, answer.json()["code"]) == (503, "unavailable")
    assert (await api.post(f"/cases/{case}/comments", json={"text": "x"})).status_code == 201


async def test_a_full_disk_is_not_ready(
    api: httpx.AsyncClient, site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def database() -> tuple[int, str]:
        answer = await api.get(f"{site.url}/readyz")
        return answer.status_code, answer.json()["database"]

    await until(lambda: _is(database, (200, "ok")))
    monkeypatch.setattr(shutil, "disk_usage", _left(0))
    await until(lambda: _is(database, (503, "full")))
    monkeypatch.undo()
    monkeypatch.setattr(readiness, "_WITHIN", 0.5)
    with closing(sqlite3.connect(site.engine.url.database or "", isolation_level=None)) as holder:
        holder.execute("BEGIN IMMEDIATE")
        await until(lambda: _is(database, (503, "away")))
    monkeypatch.undo()
    await until(lambda: _is(database, (200, "ok")))


async def _is(ask: Any, wanted: object) -> bool:
    return await ask() == wanted


async def test_a_postgresql_that_can_be_written_is_ready(on_either: Site) -> None:
    client = on_either.client(None)

    async def ready() -> int:
        return (await client.get(f"{on_either.url}/readyz")).status_code

    await until(lambda: _is(ready, 200))
