"""Secrets through the API: kept for a store, and given back by nothing."""

from typing import Any

import httpx
from sqlalchemy import select

from activities.secrets.vault import Vault
from models.database import reading
from models.tables.requests import RequestRow
from tests.api.conftest import STORE, Site

CODE = "GIFT-7731-0042"


async def test_a_secret_is_kept_once_and_its_text_is_in_no_answer_and_no_request(
    api: httpx.AsyncClient, site: Site
) -> None:
    ask: dict[str, Any] = {
        "url": "/secrets",
        "json": {"store": STORE, "text": CODE},
        "headers": {"Idempotency-Key": "k"},
    }
    first, again = await api.post(**ask), await api.post(**ask)
    assert (first.status_code, again.json()) == (201, first.json())
    assert CODE not in first.text
    with reading(site.engine) as session:
        assert Vault(site.settings.encryption_keys).reveal(session, STORE, first.json()["secret"]) == CODE
        assert not [row for row in session.scalars(select(RequestRow)) if CODE in str(vars(row))]


async def test_a_secret_of_a_store_that_the_caller_cant_see_is_404(
    api: httpx.AsyncClient, site: Site
) -> None:
    made = await api.post("/keys", json={"name": "li.na", "roles": ["picker"], "stores": ["jd"]})
    answer = await site.client(made.json()["key"]).post("/secrets", json={"store": STORE, "text": CODE})
    assert answer.status_code == 404


async def test_a_refused_secret_isnt_repeated_in_the_answer(api: httpx.AsyncClient) -> None:
    answer = await api.post("/secrets", json={"store": STORE, "text": [CODE]})
    assert answer.status_code == 422
    assert CODE not in answer.text
