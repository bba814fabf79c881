"""Events that come as signed webhooks: the signature vouches for the sender."""

import base64
import hashlib
import hmac
import json
import time
from collections.abc import AsyncGenerator

import httpx
import pytest
from pydantic import SecretStr

from settings.webhooks import WebhookSender
from tests.api.conftest import STORE, Site, subject
from tests.api.test_events import STRUCTURED, event

SECRET = "whsec_" + base64.b64encode(b"a secret of the tests, long enough").decode()


@pytest.fixture
async def signed(site: Site) -> AsyncGenerator[httpx.AsyncClient]:
    """The API where webhooks are signed, called without a key."""
    sender = WebhookSender(secrets=(SecretStr(SECRET),), roles=("platform_feed",), stores=(STORE,))
    site.settings = site.settings.model_copy(update={"webhook_secrets": {"shop": sender}})
    async with site.working(), site.serving():
        yield site.client(None)


def signature(body: str, moment: float, secret: str = SECRET) -> dict[str, str]:
    key = base64.b64decode(secret.removeprefix("whsec_"))
    right = hmac.new(key, f"msg-1.{int(moment)}.{body}".encode(), hashlib.sha256).digest()
    return {
        **STRUCTURED,
        "webhook-id": "msg-1",
        "webhook-timestamp": str(int(moment)),
        "webhook-signature": f"v1,c3Vy v1,{base64.b64encode(right).decode()}",
    }


async def test_a_signed_webhook_needs_no_key(signed: httpx.AsyncClient) -> None:
    number = subject()
    body = json.dumps(event("order.placed", number, {"buyer": "Li Na"}))
    answers = [
        await signed.post("/events", content=body, headers=signature(body, time.time())) for _ in range(3)
    ]
    assert [answer.json()["items"][0]["status"] for answer in answers] == [
        "started",
        "duplicate",
        "duplicate",
    ]


async def test_an_old_or_wrong_signature_is_401(signed: httpx.AsyncClient, site: Site) -> None:
    body = json.dumps(event("order.placed", subject(), {"buyer": "Li Na"}))
    other = "whsec_" + base64.b64encode(b"another secret of the tests").decode()
    for headers in (
        signature(body, time.time() - 301),
        signature(body, time.time() + 3600),
        signature(body, time.time(), other),
        signature(body + " ", time.time()),
        {**signature(body, time.time()), "webhook-timestamp": "soon"},
        {**signature(body, time.time()), "webhook-timestamp": "9" * 400},
    ):
        assert (await signed.post("/events", content=body, headers=headers)).status_code == 401
        # a signature that is sent must be right, whoever else vouches for the sender
        known = site.client(site.first_key)
        assert (await known.post("/events", content=body, headers=headers)).status_code == 401
    assert (await signed.post("/events", content=body, headers=STRUCTURED)).status_code == 401
