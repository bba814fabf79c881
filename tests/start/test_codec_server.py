"""Temporal's UI has payloads decrypted; nobody else's page does."""

from __future__ import annotations

from collections.abc import AsyncGenerator

import httpx
import pytest
from google.protobuf import json_format
from temporalio.api.common.v1 import Payload, Payloads

from cases.codec import EncryptionCodec
from settings.environment import load
from settings.keys import EncryptionKey
from start.codec_server import MOST_BYTES, codec_app

UI = "http://127.0.0.1:8233"
OLD = EncryptionKey("2025", bytes(range(32)))
NEW = EncryptionKey("2026", bytes(range(32, 64)))
LOST = EncryptionKey("lost", bytes(32))
PLAIN = Payload(metadata={"encoding": b"json/plain"}, data='"订单 · tmall · SO-1"'.encode())
HEADERS = {"Origin": UI, "Content-Type": "application/json", "X-Namespace": "default"}


@pytest.fixture
async def web() -> AsyncGenerator[httpx.AsyncClient]:
    app = codec_app(EncryptionCodec([NEW, OLD]), UI)
    transport = httpx.ASGITransport(app)
    async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1:9233") as client:
        yield client


async def sealed(*keys: EncryptionKey) -> str:
    payloads = [payload for key in keys for payload in await EncryptionCodec([key]).encode([PLAIN])]
    return json_format.MessageToJson(Payloads(payloads=payloads))


async def test_it_decrypts_for_the_ui(web: httpx.AsyncClient) -> None:
    answer = await web.post("/decode", content=await sealed(NEW, OLD), headers=HEADERS)

    assert answer.status_code == 200
    assert json_format.Parse(answer.text, Payloads()) == Payloads(payloads=[PLAIN, PLAIN])
    assert answer.headers["access-control-allow-origin"] == UI
    assert answer.headers["cache-control"] == "no-store"


async def test_what_no_key_opens_stays_as_it_is(web: httpx.AsyncClient) -> None:
    answer = await web.post("/decode", content=await sealed(LOST, NEW), headers=HEADERS)

    closed, opened = json_format.Parse(answer.text, Payloads()).payloads
    assert closed.metadata["encryption-key-id"] == b"lost"
    assert opened == PLAIN


@pytest.mark.parametrize(
    ("changed", "status"),
    [
        ({"Origin": "http://evil.example"}, 403),
        ({"Origin": "http://127.0.0.1:8234"}, 403),
        ({"Origin": "http://localhost:8233"}, 403),
        ({"Origin": "null"}, 403),
        ({"Origin": ""}, 403),
        ({"Host": "evil.example"}, 400),
        ({"Content-Type": "text/plain"}, 415),
    ],
)
async def test_nobody_else_is_answered(web: httpx.AsyncClient, changed: dict[str, str], status: int) -> None:
    answer = await web.post("/decode", content=await sealed(NEW), headers={**HEADERS, **changed})

    assert answer.status_code == status
    assert "SO-1" not in answer.text
    if "Origin" in changed:
        assert "access-control-allow-origin" not in answer.headers


async def test_a_browser_is_told_whose_pages_may_ask(web: httpx.AsyncClient) -> None:
    asks = {
        "Access-Control-Request-Method": "POST",
        "Access-Control-Request-Headers": "content-type,x-namespace",
    }
    allowed = await web.options("/decode", headers={"Origin": UI, **asks})
    refused = await web.options("/decode", headers={"Origin": "http://evil.example", **asks})

    assert (allowed.status_code, allowed.headers["access-control-allow-origin"]) == (200, UI)
    assert "access-control-allow-origin" not in refused.headers


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE"])
async def test_it_decrypts_by_post_alone(web: httpx.AsyncClient, method: str) -> None:
    assert (await web.request(method, "/decode", headers=HEADERS)).status_code == 405
    assert (await web.post("/encode", content=await sealed(NEW), headers=HEADERS)).status_code == 404


@pytest.mark.parametrize("body", [b"", b"{", b"[1]", b'{"payloads": 1}', b"\xff", b"[" * 100_000])
async def test_nonsense_is_refused(web: httpx.AsyncClient, body: bytes) -> None:
    assert (await web.post("/decode", content=body, headers=HEADERS)).status_code == 400


async def test_a_question_has_a_bound(web: httpx.AsyncClient) -> None:
    answer = await web.post("/decode", content=b" " * (MOST_BYTES + 1), headers=HEADERS)

    assert answer.status_code == 413


def test_it_is_there_where_payloads_of_our_own_server_are_encrypted() -> None:
    key = "new:" + "B" * 42 + "A="

    assert load(encryption_key=key, port=8100).temporal_codec_url == "http://127.0.0.1:9333"
    assert load().temporal_codec_url == ""
    assert load(encryption_key=key, temporal_address="temporal:7233").temporal_codec_url == ""
