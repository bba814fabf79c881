"""Bad input gets its 4xx, changes nothing, and never reaches the case."""

import asyncio
import base64
import json
import resource
from collections.abc import AsyncGenerator, Iterator
from typing import Any

import httpx
import pytest

from tests.api.conftest import STORE, Site, placed, subject
from tests.api.procedures import Everything

JSON = {"Content-Type": "application/json"}
DEEP = "[" * 500 + "]" * 500

RAW: dict[str, str] = {
    "NUL": '"a\\u0000b"',
    "a lone surrogate": '"\\ud800"',
    "2^70": str(2**70),
    "-2^70": str(-(2**70)),
    "NaN": "NaN",
    "Infinity": "Infinity",
    "1E+1000000": "1E+1000000",
    "1E+1000000 as text": '"1E+1000000"',
    "NaN as text": '"NaN"',
    "depth 500": DEEP,
    "an object": '{"a": {"b": []}}',
    "a list of null": "[null]",
}
"""What no field of any form takes, as JSON text."""


@pytest.mark.parametrize("name", RAW)
async def test_what_no_field_takes_is_422_and_the_case_still_moves(api: httpx.AsyncClient, name: str) -> None:
    case = await placed(api)
    for field in Everything.model_fields:
        if name in ("1E+1000000 as text", "NaN as text") and field in ("text", "remark", "code"):
            continue  # as words these are words
        body = f'{{"form": {{"{field}": {RAW[name]}}}}}'
        answer = await api.post(f"/cases/{case}/actions/describe", content=body.encode(), headers=JSON)
        assert answer.status_code == 422, (field, answer.text)
        assert answer.json()["code"] in ("invalid_form", "invalid_json")
    assert (await api.get(f"/cases/{case}")).json()["revision"] == 1
    assert (await api.post(f"/cases/{case}/actions/approve", json={})).status_code == 200


async def test_numbers_out_of_range_are_422(api: httpx.AsyncClient) -> None:
    case = await placed(api)
    for field in (
        "qty",
        "count",
        "weight",
        "price",
        "lines",
        "dates",
        "address",
        "colour",
        "moment",
        "day",
        "phone",
    ):
        answer = await api.post(f"/cases/{case}/actions/describe", json={"form": {field: -5}})
        assert (answer.status_code, answer.json()["errors"][0]["pointer"].split("/")[2]) == (422, field)


SAID_AS_GIVEN = [
    "<script>alert(1)</script>",
    "'; DROP TABLE cases; --",
    "\u202egnp.exe",
    "=cmd|' /C calc'!A0",
    "ü中文🙂",
]


@pytest.mark.parametrize("text", SAID_AS_GIVEN)
async def test_words_are_kept_as_given(on_either: Site, text: str) -> None:
    api = on_either.client(on_either.first_key)
    case = await placed(api)
    answer = await api.post(f"/cases/{case}/actions/describe", json={"form": {"text": text}, "comment": text})
    assert answer.status_code == 200, answer.text
    assert (await api.get(f"/cases/{case}/history")).json()["items"][1]["form"]["text"] == text
    assert (await api.get(f"/cases/{case}/comments")).json()["items"][0]["text"] == text
    assert (await api.get("/cases", params={"q": text})).status_code == 200


BODIES: dict[str, tuple[bytes, int]] = {
    "nothing where something is needed": (b"", 422),
    "not JSON": (b"{", 422),
    "bad UTF-8": (b'{"form": {"waybill_no": "\xff"}}', 422),
    "a list": (b"[]", 422),
    "an unknown field": (b'{"form": {}, "rolle": "gm"}', 422),
    "depth 100,000": (b"[" * 30_000 + b"]" * 30_000, 422),
    "just too large": (b'{"form": {"waybill_no": "' + b"x" * 65_536 + b'"}}', 413),
    "3 MB": (b'{"form": {"waybill_no": "' + b"x" * 3_000_000 + b'"}}', 413),
}


@pytest.mark.parametrize("name", BODIES)
async def test_bodies_that_are_no_request(api: httpx.AsyncClient, name: str) -> None:
    case = await placed(api)
    body, status = BODIES[name]
    path = "/tasks/actions" if name.startswith("nothing") else f"/cases/{case}/actions/pack"
    answer = await api.post(path, content=body, headers=JSON)
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    assert (await api.get(f"/cases/{case}")).json()["revision"] == 1


async def test_large_bodies_take_no_memory(api: httpx.AsyncClient) -> None:
    case = await placed(api)

    async def endless() -> AsyncGenerator[bytes]:
        for _ in range(320):
            yield b" " * 65_536

    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    for path in (f"/cases/{case}/actions/pack", f"/cases/{case}/comments", "/events", f"/cases/{case}/files"):
        answers = await asyncio.gather(
            *(api.post(path, content=endless(), headers=JSON) for _ in range(3)), return_exceptions=True
        )
        for answer in answers:  # the server may close on somebody who goes on sending
            gone = isinstance(answer, httpx.WriteError | httpx.ReadError)
            assert gone or (isinstance(answer, httpx.Response) and answer.status_code == 413)
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 50_000  # KiB
    assert (await api.get(f"/cases/{case}")).status_code == 200


@pytest.mark.parametrize("key", ["", "a b", "x" * 201, "\u00e9", "a\tb"])
async def test_idempotency_keys_are_plain(api: httpx.AsyncClient, key: str) -> None:
    case = await placed(api)
    headers = {"Idempotency-Key": key.encode("utf-8"), **{k: v.encode() for k, v in JSON.items()}}
    answer = await api.post(f"/cases/{case}/actions/approve", content=b"{}", headers=headers)  # pyright: ignore[reportArgumentType]
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid_request")


def calls(api_paths: dict[str, Any]) -> Iterator[tuple[str, str]]:
    for path, methods in api_paths.items():
        for method in methods:
            if path.endswith("/stream"):
                continue
            yield method.upper(), path


async def test_a_wrong_method_is_answered_with_the_right_ones(api: httpx.AsyncClient) -> None:
    case = await placed(api)
    for path, allowed in (
        (f"/cases/{case}/comments", "GET, POST"),
        ("/books/stock", "GET, POST"),
        ("/events", "GET, POST"),
    ):
        answer = await api.put(path)
        assert (answer.status_code, answer.headers["allow"]) == (405, allowed)
        assert answer.json()["code"] == "method_not_allowed"


async def test_no_route_ever_answers_5xx(on_either: Site) -> None:
    """Every path, query and body of the API, with what breaks careless ones."""
    api = on_either.client(on_either.first_key)
    case = await placed(api)
    paths = (await api.get(f"{on_either.url}/openapi.json")).json()["paths"]
    odd = ["%00", "%FF", "..%2F..", "x" * 3000, "%F0%9F%99%82", str(2**70), case]
    bodies: list[bytes] = [
        b"", b"{", b"null", b'{"a":1}', b"[" * 900 + b"]" * 900, b'{"form":{"a":"\\u0000"}}',
        b'{"store":"a","subject":"b/../c","data":{"buyer":{"$gt":1}}}', b'{"action":"pack","tasks":["\\ud83d\\ude42"]}',
        b'{"name":"x","roles":[null]}', b'{"to":"\\u202e"}', b'{"text":""}', b'{"do":"retry","reason":"\\u0007"}',
    ]  # fmt: skip
    queries = ["", "limit=0", "limit=999999999999999999999", "cursor=x", "cursor=WyJhIiwiYiJd", "q=%25%5F%5C", "q=%00",
               "version=99", "case=%F0%9F", "state=no", "cursor=WzEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MF0",
               "cursor=W3sidCI6IngifV0", "sku=" + "x" * 300]  # fmt: skip
    asked = 0
    for method, path in calls(paths):
        holes = [part for part in path.split("/") if part.startswith("{")]
        for value in odd if holes else [""]:
            filled = path
            for hole in holes:
                filled = filled.replace(hole, value)
            for query in queries if method == "GET" and value in ("", case) else [""]:
                for body in bodies if method == "POST" and value in ("", case) else [b""]:
                    url = f"{on_either.url}{filled}" + (f"?{query}" if query else "")
                    answer = await api.request(method, url, content=body, headers=JSON if body else {})
                    asked += 1
                    assert answer.status_code < 500 or answer.status_code == 503, (
                        method,
                        url,
                        body,
                        answer.text,
                    )
                    if answer.status_code >= 400 and not path.endswith("z"):
                        assert answer.headers["content-type"] == "application/problem+json", (method, url)
    assert asked > 400
    assert (await api.get(f"/cases/{case}")).json()["state"] == "open"


NO_CURSORS: list[Any] = [
    [2**64 - 1], [2**63], [-(2**63) - 1], [True], [None], [1.5], [{"t": "2026-01-01"}, "a"], [{"t": 5}, "a"],
    [{"t": "0001-01-01T00:00:00+14:00"}, "a"], [{"t": "9999-12-31T23:59:59-14:00"}, "a"], [None, None], {}, 5, "x",
    ["9" * 30], ["-1"], [str(2**63)], ["a", "b", "c"], ["2026-01-01T00:00:00", "5"],
]  # fmt: skip
"""What a list may be told it gave, and didn't."""


async def test_made_up_cursors_lead_nowhere(on_either: Site) -> None:
    api = on_either.client(on_either.first_key)
    case = await placed(api)
    paths = (await api.get(f"{on_either.url}/openapi.json")).json()["paths"]
    lists = [path for path, calls in paths.items() if "cursor" in json.dumps(calls.get("get", {}))]
    assert len(lists) > 15
    for path in lists:
        for made_up in NO_CURSORS:
            cursor = base64.urlsafe_b64encode(json.dumps(made_up).encode()).decode()
            url = on_either.url + path.replace("{case_id}", case).replace(
                "{account_id}", "first-key"
            ).replace("{book}", "sku")
            answer = await api.get(url, params={"cursor": cursor})
            assert answer.status_code in (200, 422), (path, made_up, answer.text)


NO_TIMES: list[Any] = [
    "0001-01-01T00:00:00+14:00",
    "9999-12-31T23:59:59-14:00",
    -5,
    5,
    True,
    "soon",
    "2026-01-01T00:00:00",
]


@pytest.mark.parametrize("moment", NO_TIMES)
async def test_times_that_no_calendar_has_are_refused_and_all_else_goes_on(
    on_either: Site, moment: object
) -> None:
    api = on_either.client(on_either.first_key)
    event = {"specversion": "1.0", "id": subject(), "source": "/s", "type": "t", "time": moment}
    headers = {"Content-Type": "application/cloudevents+json"}
    answers = [
        await api.post("/events", content=json.dumps(event), headers=headers),
        await api.post("/keys", json={"name": "k", "roles": [], "expires_at": moment}),
        await api.post(f"/cases/{await placed(api)}/actions/describe", json={"form": {"moment": moment}}),
    ]
    assert [(one.status_code, one.json()["code"]) for one in answers] == [(422, "invalid_form")] * 3
    event |= {"time": "2026-01-31T09:00:00Z"}
    assert (await api.post("/events", content=json.dumps(event), headers=headers)).status_code == 202


@pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31"])
async def test_days_that_no_calendar_has_are_refused(api: httpx.AsyncClient, day: str) -> None:
    case = await placed(api)
    for form in ({"day": day}, {"dates": {"first": day, "last": day}}):
        answer = await api.post(f"/cases/{case}/actions/describe", json={"form": form})
        assert (answer.status_code, answer.json()["code"]) == (422, "invalid_form")


@pytest.mark.parametrize("body", [{"revision": True}, {"revision": "1"}, {"revision": 1.0}, {"version": "1"}])
async def test_numbers_are_numbers(api: httpx.AsyncClient, body: dict[str, Any]) -> None:
    answer = await api.post(f"/cases/{await placed(api)}/actions/approve", json=body)
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid_form")


@pytest.mark.parametrize("ending", ["history", "comments", "files"])
async def test_a_case_can_be_read_where_its_address_says(api: httpx.AsyncClient, ending: str) -> None:
    async def start(number: str) -> httpx.Response:
        body = {"store": STORE, "subject": number, "data": {"buyer": "Li Na"}}
        return await api.post("/procedures/parcel/cases", json=body)

    number = subject()
    refused = await start(f"{number}/{ending}")
    assert (refused.status_code, refused.json()["errors"][0]["pointer"]) == (422, "/subject")
    started = await start(f"{number}/{ending}/2")
    read = (await api.get(started.headers["location"].removeprefix("/api/v1"))).json()
    assert read.pop("waits")["parts"]
    assert read == started.json()


async def test_files_are_given_back_as_bytes_and_nothing_else(api: httpx.AsyncClient, site: Site) -> None:
    case = await placed(api)
    page = b"<script>alert(1)</script>"
    name = '../../e\u202evil".html'
    kept = await api.post(f"/cases/{case}/files", files={"file": (name, page, "text/html")})
    assert kept.status_code == 201, kept.text
    file = kept.json()
    assert (file["size"], "/" in file["name"], "\u202e" in file["name"]) == (len(page), False, False)
    got = await api.get(file["location"].removeprefix("/api/v1"))
    assert got.content == page
    assert got.headers["content-type"] == "application/octet-stream"
    assert got.headers["content-disposition"].startswith("attachment")
    assert "sandbox" in got.headers["content-security-policy"]
    raw = await api.post(
        f"/cases/{case}/files",
        params={"name": "a.png"},
        content=b"png",
        headers={"Content-Type": "image/png"},
    )
    assert (raw.json()["name"], raw.json()["media_type"]) == ("a.png", "image/png")
    listed = (await api.get(f"/cases/{case}/files")).json()["items"]
    assert [one["id"] for one in listed] == [file["id"], raw.json()["id"]]
    for odd, status in (("bytes=99999-", 416), ("bytes=x", 400), ("lines=1", 400)):
        part = await api.get(file["location"].removeprefix("/api/v1"), headers={"Range": odd})
        assert (part.status_code, part.headers["content-type"]) == (status, "application/problem+json")
    too_large = await api.post(f"/cases/{case}/files", content=b"x" * (10 * 2**20 + 1))
    assert (too_large.status_code, too_large.json()["code"]) == (413, "too_large")
    assert not list((site.settings.data_dir / "files").glob(".*"))
    same: dict[str, Any] = {"files": {"file": ("b.txt", b"b")}, "headers": {"Idempotency-Key": subject()}}
    first = await api.post(f"/cases/{case}/files", **same)
    assert (await api.post(f"/cases/{case}/files", **same)).json() == first.json()
    assert json.loads(first.content)["name"] == "b.txt"
