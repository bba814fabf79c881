"""Requests that are too large, too slow, too many or ambiguous: refused at once, while others are answered."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, suppress
from typing import Any

import httpx
import pytest

from api import connections
from api.problems import Problem
from api.rates import _MOST_REMEMBERED, Rates
from api.strict import read_json
from tests.api.conftest import Site, placed
from tests.security import served
from tests.security.served import Wire, all_the_time, limited

api, declared_api, on_either, site = served.api, served.declared, served.on_either, served.site

MIB = 1024 * 1024
HEAD = b"GET /healthz HTTP/1.1\r\nHost: x\r\n"


# --- one connection


@pytest.mark.parametrize(
    "begin",
    [
        HEAD + b"X-Endless: ",
        b"GET /",
        b"",
        b"POST /api/v1/events HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\n{}" + HEAD + b"X-Endless: ",
    ],
    ids=["a header", "an address", "no request", "behind another request"],
)
async def test_an_endless_header_ends_at_once_and_nobody_else_waits(site: Site, begin: bytes) -> None:
    async with limited(site) as client, Wire.to(site) as wire:
        await wire.say(begin)
        flooding = asyncio.create_task(wire.flood(b"x" * 65536, most=100 * MIB))
        assert await all_the_time(lambda: client.get(f"{site.url}/healthz"), flooding) > 0
        assert await flooding < 100 * MIB
        answered = await wire.rest()
        assert b" 431 " in answered or b" 400 " in answered or not answered


async def test_too_many_headers_are_refused(site: Site) -> None:
    async with limited(site), Wire.to(site) as wire:
        await wire.say(HEAD + b"".join(b"X-%d: y\r\n" % number for number in range(200)) + b"\r\n")
        answered = await wire.rest()
        assert answered.startswith(b"HTTP/1.1 431 ")
        assert json.loads(answered.partition(b"\r\n\r\n")[2])["code"] == "headers_too_large"


@pytest.mark.parametrize(
    "flood",
    [b"0\r\nX-Endless: " + b"x" * 200_000, b"0\r\n" + b"X: y\r\n" * 50_000, b"1;" + b"e" * 200_000],
    ids=["a trailer", "trailers", "a chunk's extension"],
)
async def test_the_frame_of_a_body_is_bounded_too(site: Site, flood: bytes) -> None:
    async with limited(site) as client, Wire.to(site) as wire:
        await wire.say(b"POST /api/v1/events HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n")
        flooding = asyncio.create_task(wire.flood(flood, most=100 * MIB))
        await wire.rest()
        assert await flooding < 100 * MIB
        assert (await client.get(f"{site.url}/healthz")).status_code == 200


async def test_a_trailer_is_no_header(site: Site) -> None:
    async with limited(site), Wire.to(site) as wire:
        key = site.first_key.encode()
        await wire.say(
            b"POST /api/v1/keys HTTP/1.1\r\nHost: x\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n"
            b"2\r\n{}\r\n0\r\nAuthorization: Bearer " + key + b"\r\n\r\n"
        )
        assert (await wire.rest()).startswith(b"HTTP/1.1 401 ")


@pytest.mark.parametrize(
    "head",
    [
        b"GET /healthz HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n",
        b"GET /healthz HTTP/1.1\r\n\r\n",
        HEAD + b"Authorization: Bearer a\r\nauthorization: Bearer b\r\n\r\n",
        HEAD + b"Content-Length: 1\r\nContent-Length: 2\r\n\r\n",
        HEAD + b"Content-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n",
    ],
)
async def test_what_two_readers_would_read_differently_is_400(site: Site, head: bytes) -> None:
    async with limited(site), Wire.to(site) as wire:
        await wire.say(head)
        answered = await wire.rest()
        assert answered.startswith(b"HTTP/1.1 400 ")
        assert json.loads(answered.partition(b"\r\n\r\n")[2])["code"] == "bad_request"


async def test_requests_behind_each_other_are_answered(site: Site) -> None:
    async with limited(site), Wire.to(site) as wire:
        await wire.say((HEAD + b"\r\n") * 3 + HEAD + b"Connection: close\r\n\r\n")
        assert (await wire.rest()).count(b"HTTP/1.1 200 ") == 4


# --- slow ones


async def test_headers_that_do_not_come_are_not_waited_for(site: Site) -> None:
    async with limited(site, http_header_seconds=0.2), Wire.to(site) as half, Wire.to(site) as silent:
        await half.say(HEAD)
        assert (await half.rest()).startswith(b"HTTP/1.1 408 ")
        assert await silent.rest() == b""


async def test_nor_are_those_of_a_later_request(site: Site) -> None:
    async with limited(site, http_header_seconds=2), Wire.to(site) as wire:
        await wire.say(HEAD + b"\r\n")
        assert (await wire.reader.readuntil(b"\r\n\r\n")).startswith(b"HTTP/1.1 200 ")
        await wire.say(HEAD)
        assert b"HTTP/1.1 408 " in await wire.rest()


async def test_a_body_that_drips_is_cut_off(site: Site) -> None:
    async with limited(site, http_body_seconds=0.2, http_body_rate=1000), Wire.to(site) as wire:
        key = site.first_key.encode()
        await wire.say(b"POST /api/v1/events HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer " + key + b"\r\n")
        await wire.say(b"Content-Length: 60000\r\n\r\n")

        async def drip() -> None:
            with suppress(ConnectionError):
                while True:
                    await wire.say(b" ")
                    await asyncio.sleep(0.01)

        dripping = asyncio.create_task(drip())
        assert (await wire.rest()).startswith(b"HTTP/1.1 408 ")
        dripping.cancel()
        await asyncio.gather(dripping, return_exceptions=True)


async def test_a_body_that_comes_has_its_time(site: Site) -> None:
    async with limited(site, http_body_seconds=2, http_body_rate=10) as client:
        began = asyncio.get_running_loop().time()

        async def slowly() -> AsyncIterator[bytes]:
            while asyncio.get_running_loop().time() < began + 3:
                yield b" " * 100
                await asyncio.sleep(0.05)

        answer = await client.post("/keys", content=slowly(), headers={"Content-Type": "application/json"})
        assert answer.json()["code"] in {"invalid_json", "invalid_form"}


async def test_an_idle_connection_is_closed(site: Site) -> None:
    async with limited(site, http_idle_seconds=3), Wire.to(site) as wire:
        await wire.say(HEAD + b"\r\n")
        assert (await wire.rest()).startswith(b"HTTP/1.1 200 ")


async def test_so_is_one_that_was_answered_before_its_body_came(site: Site) -> None:
    async with limited(site, http_idle_seconds=3), Wire.to(site) as wire:
        await wire.say(b"POST /nowhere HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\n\r\n")
        assert (await wire.reader.readuntil(b"\r\n\r\n")).startswith(b"HTTP/1.1 404 ")
        await wire.say(b"x")
        await wire.rest()


async def test_a_client_that_does_not_read_is_left(site: Site) -> None:
    async with limited(site, http_stall_seconds=0.2), Wire.to(site) as wire:
        wire.reader._transport.pause_reading()  # pyright: ignore[reportAttributeAccessIssue, reportUnknownMemberType]
        ask = b"GET /openapi.json HTTP/1.1\r\nHost: x\r\n\r\n"
        assert await wire.flood(ask * 100, most=1000 * MIB) < 1000 * MIB


# --- many connections


async def test_who_waits_longest_makes_room(site: Site) -> None:
    async with limited(site, http_connections=10) as client, AsyncExitStack() as ends:
        hoarded = [await ends.enter_async_context(Wire.to(site)) for _ in range(40)]
        assert (await client.get(f"{site.url}/healthz")).status_code == 200
        assert await hoarded[0].rest() == b""


async def test_so_do_bodies_that_do_not_come(site: Site) -> None:
    async with limited(site, http_connections=10) as client, AsyncExitStack() as ends:
        for _ in range(40):
            wire = await ends.enter_async_context(Wire.to(site))
            await wire.say(b"POST /api/v1/events HTTP/1.1\r\nHost: x\r\nContent-Length: 60000\r\n\r\n{")
        assert (await client.get(f"{site.url}/healthz")).status_code == 200


async def test_where_all_are_at_work_one_more_is_refused(api: httpx.AsyncClient, site: Site) -> None:
    async with limited(site, http_connections=10) as client, AsyncExitStack() as ends:
        listening = site.first_key.encode()
        for _ in range(10):
            wire = await ends.enter_async_context(Wire.to(site))
            await wire.say(
                b"GET /api/v1/stream HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer " + listening + b"\r\n\r\n"
            )
            await wire.reader.readuntil(b"\r\n\r\n")
        assert (await client.get(f"{site.url}/healthz")).status_code == 503


# --- bodies


async def test_a_body_without_end_is_not_read_without_end(site: Site) -> None:
    async with limited(site, http_body_bytes=MIB), Wire.to(site) as wire:
        await wire.say(b"POST /api/v1/events HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n")
        flooding = asyncio.create_task(wire.flood(b"10000\r\n" + b"x" * 65536 + b"\r\n", most=100 * MIB))
        await wire.rest()
        assert await flooding < 100 * MIB


LARGE = b"POST /api/v1/events HTTP/1.1\r\nHost: x\r\nContent-Length: %d\r\nAuthorization: Bearer %s\r\n\r\n"


async def test_what_is_refused_by_its_length_is_not_read_as_fast_as_it_comes(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connections, "_PAUSE", 3600)
    async with limited(site) as client, Wire.to(site) as wire:
        await wire.say(LARGE % (60 * MIB, site.first_key.encode()))
        flooding = asyncio.create_task(wire.flood(b"x" * 65536, most=60 * MIB))
        assert (await wire.reader.readuntil(b"\r\n\r\n")).startswith(b"HTTP/1.1 413 ")
        assert (await client.get(f"{site.url}/healthz")).status_code == 200
        assert not flooding.done()
        flooding.cancel()
        await asyncio.gather(flooding, return_exceptions=True)


async def test_its_sender_learns_it_all_the_same_and_asks_on(site: Site) -> None:
    async with limited(site), Wire.to(site) as wire:
        await wire.say(LARGE % (3 * MIB, site.first_key.encode()))
        assert await wire.flood(b"x" * 65536, most=3 * MIB) == 3 * MIB
        await wire.say(HEAD + b"Connection: close\r\n\r\n")
        answered = await wire.rest()
        assert answered.startswith(b"HTTP/1.1 413 ")
        assert answered.count(b"HTTP/1.1 200 ") == 1


TWICE = {
    "at the top": (b'{"a": 1, "b": 2, "a": 3}', "a"),
    "within": (b'{"form": {"qty": 1, "qty": 1}}', "qty"),
    "in a list": (b'[{"x": [{"y": 1 , "y" : 2}]}]', "y"),
    "escaped": (b'{"a": 1, "\\u0061": 2}', "a"),
}


@pytest.mark.parametrize("name", TWICE)
async def test_a_name_that_stands_twice_is_422(api: httpx.AsyncClient, name: str) -> None:
    body, twice = TWICE[name]
    json_ = {"Content-Type": "application/json"}
    answer = await api.post("/keys", content=body, headers=json_)
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid_json")
    assert f"'{twice}' twice" in answer.json()["detail"]


@pytest.mark.parametrize(
    "value",
    [
        {"a": '": "', "b": ['":', ':"', '\\":', "\\"], "": {"a": {"a": 1}}},
        ["a", ":", {"a:": ":"}, '"'],
        {"\\": 1, '"': 2, '\\"': 3, ":": 4, "\\\\": 5},
    ],
)
def test_names_in_different_objects_and_in_words_are_none(value: Any) -> None:
    for indent in (None, 2):
        assert read_json(json.dumps(value, indent=indent).encode()) == value


# --- rates


async def test_a_caller_over_its_rate_is_429_and_others_are_not(site: Site) -> None:
    async with limited(site, key_request_burst=10, key_requests_per_second=0.01) as client:
        other = await site.caller("picker")
        answers = [await client.get("/tasks") for _ in range(12)]
        over = next(answer for answer in answers if answer.status_code != 200)
        assert (over.status_code, over.json()["code"]) == (429, "too_many")
        assert int(over.headers["retry-after"]) > 0
        assert (await other.get("/tasks")).status_code == 200


def test_a_bucket_fills_as_time_passes() -> None:
    now = 0.0
    rates = Rates(2, 3, clock=lambda: now)
    for _ in range(3):
        rates.count("a")
    with pytest.raises(Problem, match="2 requests a second"):
        rates.count("a")
    now = 0.5
    rates.count("a")
    now = 100
    for _ in range(3):
        rates.count("a")
    with pytest.raises(Problem):
        rates.count("a")


def test_callers_without_end_are_not_remembered_without_end() -> None:
    rates = Rates(1, 1, clock=lambda: 0)
    for number in range(_MOST_REMEMBERED + 100):
        rates.count(f"caller {number}")
    assert len(rates) == _MOST_REMEMBERED


async def test_one_key_does_not_have_all_streams(site: Site) -> None:
    async with limited(site, most_streams=3, most_streams_per_key=2) as client, AsyncExitStack() as ends:
        keys = [await site.caller("picker", name=name) for name in ("one", "two")]
        for reader in (client, client, keys[0]):
            opened = await ends.enter_async_context(reader.stream("GET", "/stream"))
            assert opened.status_code == 200
        own = await client.get("/stream")
        assert (own.status_code, own.json()["code"]) == (429, "too_many")
        every = await keys[1].get("/stream")
        assert (every.status_code, every.json()["code"]) == (503, "unavailable")


# --- what others may keep


async def test_answers_are_kept_by_nobody_but_what_the_code_declares(
    api: httpx.AsyncClient, site: Site
) -> None:
    case = await placed(api)
    file = (await api.post(f"/cases/{case}/files", content=b"x")).json()["id"]
    for path in ("/cases", f"/cases/{case}", "/tasks", "/keys", "/books/members", f"/files/{file}", "/nothing",
                 f"/procedures/parcel/diagram.svg?case={case}"):  # fmt: skip
        assert (await api.get(path)).headers["cache-control"] == "no-store", path
    stranger = site.client(None)
    assert (await stranger.get("/cases")).headers["cache-control"] == "no-store"
    for path in ("/procedures", "/procedures/parcel", "/procedures/parcel/diagram.svg"):
        answer = await api.get(path)
        assert answer.headers["cache-control"] == "private, max-age=60"
        assert "authorization" in answer.headers["vary"].lower()


async def test_every_call_says_that_it_may_be_refused(api: httpx.AsyncClient, site: Site) -> None:
    described = (await api.get(f"{site.url}/openapi.json")).json()["paths"]
    for path, methods in described.items():
        for method, operation in methods.items():
            if path.startswith("/api/v1"):
                assert {"401", "429"} <= operation["responses"].keys(), (method, path)
            if path.startswith("/api/v1/books"):
                refused = "404" if method == "get" else "403"  # what somebody may not read isn't there
                assert refused in operation["responses"], (method, path)
