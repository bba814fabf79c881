"""The Python client, as it is published, against the API at work."""

from __future__ import annotations

import asyncio
import io
import re
from collections.abc import AsyncGenerator
from pathlib import Path
from typing import Any

import httpx
import pytest

from guicheng_client import AuthenticatedClient, Change, errors, follow_changes, follow_changes_asynchronously
from guicheng_client.api.books import read_money
from guicheng_client.api.cases import act, add_file, get_case, start_case
from guicheng_client.api.events import post_events
from guicheng_client.models import (
    Action,
    AddFileFilesBody,
    CaseDocument,
    CaseStart,
    CloudEvent,
    EventResults,
    FileDocument,
    MoneyViewPage,
    ProblemDocument,
)
from guicheng_client.types import File
from tests.api.conftest import STORE, Site, placed, subject

README = Path(__file__).parents[2] / "clients" / "python" / "README.md"


@pytest.fixture
async def client(api: httpx.AsyncClient, site: Site) -> AsyncGenerator[AuthenticatedClient]:
    client = AuthenticatedClient(site.url, token=site.first_key, timeout=httpx.Timeout(60))
    yield client
    client.get_httpx_client().close()
    await client.get_async_httpx_client().aclose()


async def test_a_case_is_started_moved_and_read(client: AuthenticatedClient) -> None:
    body = CaseStart.from_dict({"store": STORE, "subject": subject(), "data": {"buyer": "Li Na"}})
    started = await start_case.asyncio("parcel", client=client, body=body)
    assert isinstance(started, CaseDocument)
    moved = await act.asyncio(
        started.id, "pack", client=client, body=Action.from_dict({"form": {"waybill_no": "W-1"}})
    )
    assert isinstance(moved, CaseDocument)
    read = await get_case.asyncio(started.id, client=client)
    assert isinstance(read, CaseDocument)
    assert (read.revision, read.stages[0].key) == (moved.revision, "packed")


async def test_a_refusal_is_a_problem_with_its_code_and_what_is_wrong(
    client: AuthenticatedClient, api: httpx.AsyncClient
) -> None:
    case = await placed(api)
    bad_form = await act.asyncio_detailed(
        case, "pack", client=client, body=Action.from_dict({"form": {"waybill_no": ""}})
    )
    assert isinstance(bad_form.parsed, ProblemDocument)
    assert (bad_form.parsed.status, bad_form.parsed.code) == (422, "invalid_form")
    assert bad_form.parsed.detail
    assert isinstance(bad_form.parsed.errors, list)
    assert [fault.pointer for fault in bad_form.parsed.errors] == ["/form/waybill_no"]
    too_soon = await act.asyncio("parcel:" + case.split(":", 1)[1], "deliver", client=client)
    assert isinstance(too_soon, ProblemDocument)
    assert (too_soon.code, too_soon.stages) == ("not_possible_now", ["placed"])
    missing = await get_case.asyncio("parcel:tmall:nobody", client=client)
    assert isinstance(missing, ProblemDocument)
    assert missing.code == "not_found"


async def test_one_event_and_a_list_of_events_are_sent_whole(client: AuthenticatedClient) -> None:
    def ordered(number: str) -> CloudEvent:
        return CloudEvent.from_dict(
            {
                "specversion": "1.0",
                "id": f"evt-{number}",
                "source": f"/shops/{STORE}",
                "type": "test.order.placed",
                "subject": number,
                "data": {"buyer": "Li Na"},
            }
        )

    first, second, third = subject(), subject(), subject()
    one = await post_events.asyncio(client=client, body=ordered(first))
    several = await post_events.asyncio(client=client, body=[ordered(second), ordered(third)])
    assert isinstance(one, EventResults)
    assert isinstance(several, EventResults)
    cases = [result.case for result in (*one.items, *several.items)]
    assert cases == [f"parcel:{STORE}:{number}" for number in (first, second, third)]


async def test_a_file_keeps_its_media_type_however_it_is_sent(
    client: AuthenticatedClient, api: httpx.AsyncClient
) -> None:
    case = await placed(api)

    def photo() -> File:
        return File(io.BytesIO(b"not quite a picture"), "damage.jpg", "image/jpeg")

    bare = await add_file.asyncio(case, client=client, body=photo(), name="damage.jpg")
    in_a_form = await add_file.asyncio(case, client=client, body=AddFileFilesBody(file=photo()))
    in_a_thread = await asyncio.to_thread(add_file.sync, case, client=client, body=photo(), name="damage.jpg")
    for stored in (bare, in_a_form, in_a_thread):
        assert isinstance(stored, FileDocument)
        assert (stored.name, stored.media_type, stored.size) == ("damage.jpg", "image/jpeg", 19)


async def test_changes_come_one_by_one_and_go_on_where_they_were_left(
    client: AuthenticatedClient, api: httpx.AsyncClient
) -> None:
    case = await placed(api)

    async def next_change(after: str | None) -> Change:
        async for change in follow_changes_asynchronously(client, case=case, after=after):
            return change
        raise AssertionError("the stream has ended")

    async with asyncio.timeout(60):
        first = await next_change("0")
        assert (first.kind, first.case, first.data["stages"]) == ("case", case, ["placed"])
        await api.post(f"/cases/{case}/actions/pack", json={"form": {"waybill_no": "W-1"}})
        second = await next_change(first.id)
        assert second.data["stages"] == ["packed"]
        changes = follow_changes(client, case=case, after=first.id)
        assert await asyncio.to_thread(next, changes) == second
        await asyncio.to_thread(changes.close)


async def test_a_stream_that_is_refused_says_so(client: AuthenticatedClient) -> None:
    changes = follow_changes(client, after="yesterday")
    with pytest.raises(errors.UnexpectedStatus, match="invalid_request"):
        await asyncio.to_thread(next, changes)


async def test_every_book_can_be_read(client: AuthenticatedClient) -> None:
    assert isinstance(await read_money.asyncio(client=client), MoneyViewPage)


async def test_the_example_of_the_readme_does_what_it_says(
    api: httpx.AsyncClient, site: Site, capsys: pytest.CaptureFixture[str]
) -> None:
    (example,) = re.findall(r"```python\n(.*?)```", README.read_text("utf-8"), re.DOTALL)
    example = example.replace("http://127.0.0.1:8000", site.url).replace("gc_…", site.first_key)
    example = example.replace("Q-1", subject()).replace('"demo"', '"tmall"').replace(":demo:", ":tmall:")
    stream = re.search(r"^for change in .*", example, re.MULTILINE | re.DOTALL)
    assert stream is not None, "the example ends in a stream, which doesn't end"
    names: dict[str, Any] = {}
    await asyncio.to_thread(exec, compile(example[: stream.start()], str(README), "exec"), names)
    names["client"].get_httpx_client().close()
    assert isinstance(names["case"], CaseDocument)
    assert isinstance(names["answer"], CaseDocument), capsys.readouterr().out
