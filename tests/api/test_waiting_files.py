"""Files before their case is there: their sender's alone, then the case's; swept where no form names them."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
from sqlalchemy import select
from sqlmodel import col

from api import waiting_files
from api.files import FileStore
from api.storage import Storage
from api.waiting_files import FileSweep
from models.database import reading
from models.tables.requests import FilesOfStore, StoredFile
from tests.api.conftest import STORE, Site, placed, subject

TOMORROW = timedelta(days=1, minutes=1)


async def sent(client: httpx.AsyncClient, content: bytes = b"x", **asked: str) -> dict[str, Any]:
    answer = await client.post("/files", params={"store": STORE, "name": "a.txt", **asked}, content=content)
    assert answer.status_code == 201, answer.text
    assert answer.headers["location"] == answer.json()["location"]
    return answer.json()


async def described(client: httpx.AsyncClient, case: str, *files: str) -> httpx.Response:
    return await client.post(f"/cases/{case}/actions/describe", json={"form": {"files": files}})


def kept(site: Site) -> tuple[dict[str, str], int, int]:
    """Each file's case, the bytes that count for the store, the files on the disk."""
    with reading(site.engine) as session:
        cases = {row.id: row.case for row in session.scalars(select(StoredFile))}
        counted = session.scalars(
            select(col(FilesOfStore.bytes)).where(col(FilesOfStore.store) == STORE)
        ).first()
    lies = [path for path in Path(site.settings.data_dir / "files").rglob("*") if path.is_file()]
    return cases, counted or 0, len(lies)


async def look(site: Site, later: timedelta) -> int:
    storage = Storage(site.engine)
    storage.start()
    try:
        return await FileSweep(storage, FileStore(site.settings.data_dir / "files")).look(
            datetime.now(UTC) + later
        )
    finally:
        await storage.stop()


async def test_it_is_its_senders_until_a_form_names_it_and_then_the_cases(on_either: Site) -> None:
    api = on_either.client(on_either.first_key)
    agent = await on_either.caller("cs_agent", stores=[STORE], name="agent")
    other = await on_either.caller("cs_agent", stores=[STORE], name="other")
    case, file = await placed(api), await sent(agent, b"damage")
    assert datetime.fromisoformat(file["kept_until"]) - datetime.fromisoformat(
        file["stored_at"]
    ) == timedelta(days=1)
    address = f"/files/{file['id']}"
    assert [(await one.get(address)).status_code for one in (agent, other, api)] == [200, 404, 404]
    refused = await described(other, case, file["id"])
    assert (refused.status_code, refused.json()["errors"][0]["pointer"]) == (422, "/form/files/0")
    assert (await agent.post(f"/cases/{case}/actions/approve", json={})).status_code == 403
    taken = await described(agent, case, file["id"])
    assert taken.status_code == 200, taken.text
    assert [(await one.get(address)).content for one in (agent, other)] == [b"damage"] * 2
    (listed,) = (await other.get(f"/cases/{case}/files")).json()["items"]
    assert (listed["id"], listed["kept_until"]) == (file["id"], None)
    assert await look(on_either, timedelta(days=400)) == 0


async def test_a_start_a_comment_and_an_attachment_name_files_too(api: httpx.AsyncClient, site: Site) -> None:
    case = await placed(api)
    files = [(await sent(api, name))["id"] for name in (b"1", b"2", b"3")]
    said = await api.post(f"/cases/{case}/comments", json={"text": "look", "files": files[:1]})
    assert said.status_code == 201, said.text
    attached = await api.post(f"/cases/{case}/actions/attach_file", json={"form": {"files": files[1:2]}})
    assert attached.status_code == 200, attached.text
    cases, *_ = kept(site)
    assert [cases[file] for file in files] == [case, case, ""]


async def test_what_no_form_names_in_a_day_is_swept_with_its_bytes(on_either: Site) -> None:
    api = on_either.client(on_either.first_key)
    case = await placed(api)
    files = [(await sent(api, content))["id"] for content in (b"12345", b"12345", b"678")]
    assert kept(on_either)[1:] == (13, 2)
    assert await look(on_either, timedelta(hours=23)) == 0
    await described(api, case, files[0])
    assert await look(on_either, TOMORROW) == 2
    # two files have the same content: its bytes stay as long as one of them does
    assert kept(on_either) == ({files[0]: case}, 5, 1)
    assert (await api.get(f"/files/{files[0]}")).content == b"12345"
    assert (await api.get(f"/files/{files[2]}")).status_code == 404


async def test_a_refused_form_leaves_its_files_and_a_draft_keeps_them(
    api: httpx.AsyncClient, site: Site
) -> None:
    case = await placed(api)
    refused, drafted = (await sent(api, b"1"))["id"], (await sent(api, b"2"))["id"]
    await api.post(f"/cases/{case}/actions/cancel", json={"form": {"reason": "x"}})
    answer = await described(api, case, refused)
    assert answer.status_code == 409, answer.text
    draft = await api.put(f"/cases/{case}/actions/describe/draft", json={"form": {"files": [drafted]}})
    assert draft.status_code == 200, draft.text
    assert await look(site, TOMORROW) == 1
    assert kept(site)[0] == {drafted: ""}


async def test_bytes_that_are_sent_again_meanwhile_stay(site: Site) -> None:
    store = FileStore(site.settings.data_dir / "files")

    async def chunks() -> AsyncIterator[bytes]:
        yield b"again"

    sha256 = (await store.keep(chunks())).sha256
    store.drop(sha256, datetime.now(UTC))
    assert store.path(sha256).read_bytes() == b"again"
    store.drop(sha256, datetime.now(UTC) + TOMORROW)
    assert not store.path(sha256).exists()
    store.drop(sha256, datetime.now(UTC))


async def test_where_it_may_be_sent_and_how_many(
    api: httpx.AsyncClient, site: Site, monkeypatch: Any
) -> None:
    agent = await site.caller("cs_agent", stores=[STORE], name="agent")
    assert (await agent.post("/files", content=b"x")).status_code == 201, "it has one store"
    two = await site.caller("cs_agent", stores=[STORE, "jd"], name="two")
    asked = await two.post("/files", content=b"x")
    assert (asked.status_code, asked.json()["errors"][0]["pointer"]) == (422, "/query/store")
    assert (await agent.post("/files", params={"store": "jd"}, content=b"x")).status_code == 404
    assert (
        await (await site.caller(name="nobody", stores=[])).post("/files", content=b"x")
    ).status_code == 404
    key = {"Idempotency-Key": subject()}
    once = [
        (await two.post("/files", params={"store": "jd"}, content=b"y", headers=key)).json() for _ in range(2)
    ]
    assert once[0]["id"] == once[1]["id"]
    elsewhere = await described(two, await placed(api), once[0]["id"])
    assert elsewhere.status_code == 422, "it counts among another store's"
    monkeypatch.setattr(waiting_files, "MOST", 1)
    assert (await agent.post("/files", content=b"x")).json()["code"] == "too_many"
