"""A short way answers as the long one does, and stands in no other route's place."""

from __future__ import annotations

import json
from typing import Any

import httpx
import pytest
from starlette.routing import Match

from api.app import _ROUTES, BASE
from api.shortcuts import Shortcut, Shortcuts, shortcuts
from api.strict import RefusalsAreProblems
from guicheng_client import AuthenticatedClient
from guicheng_client.api.cases import get_case
from guicheng_client.api.events import post_events
from guicheng_client.models import CloudEvent
from tests.api.conftest import STORE, Site, placed, subject

KNOWN = shortcuts((module.routes for module in _ROUTES), BASE)
STRUCTURED = "application/cloudevents+json"


@pytest.mark.parametrize("known", KNOWN, ids=lambda one: f"{one.method} {one.path}")
def test_the_router_would_choose_the_same(known: Shortcut) -> None:
    path = known.path.replace("{case_id:path}", "order:tmall:SO-1").replace("{action}", "pick")
    assert known.address.fullmatch(BASE + path)
    scope: dict[str, Any] = {"type": "http", "method": known.method, "path": path}
    first = next(
        route for module in _ROUTES for route in module.routes.routes if route.matches(scope)[0] is Match.FULL
    )
    assert getattr(first, "path", "") == known.path


@pytest.mark.parametrize(
    "path", ["/cases/", "/cases/a/b", "/cases/a\nb", "/cases/a/history", "/cases/a/actions/", "/events/types"]
)
def test_other_addresses_have_none(path: str) -> None:
    assert not any(known.address.fullmatch(BASE + path) for known in KNOWN)


def _requests(case: str, number: str) -> list[dict[str, Any]]:
    event = {"specversion": "1.0", "id": number, "source": "/s", "type": "test.nothing", "store": STORE}
    json_ = {"Content-Type": "application/json"}
    cloud = {"Content-Type": STRUCTURED}
    acting = f"/cases/{case}/actions/pack"
    return [
        {"method": "GET", "url": f"/cases/{case}"},
        {"method": "GET", "url": f"/cases/{case}", "headers": {"Accept-Language": "zh"}},
        {"method": "GET", "url": f"/cases/{case}", "headers": {"Authorization": ""}},
        {"method": "GET", "url": f"/cases/{case}", "headers": {"Authorization": "Bearer gc_nobody"}},
        {"method": "GET", "url": "/cases/no:such:case"},
        {"method": "GET", "url": "/tasks", "params": {"case": case}},
        {"method": "GET", "url": "/tasks", "params": {"limit": "none"}},
        {"method": "POST", "url": acting, "content": b"{", "headers": json_},
        {"method": "POST", "url": acting, "content": b'{"form": 1}', "headers": json_},
        {"method": "POST", "url": acting, "content": b"{}", "headers": json_ | {"Idempotency-Key": "a b"}},
        {"method": "POST", "url": acting, "content": b"{}", "headers": {"Content-Type": "text/plain"}},
        {"method": "POST", "url": acting, "content": b'"' + b"x" * 70_000 + b'"', "headers": json_},
        {"method": "POST", "url": f"/cases/{case}/actions/nothing", "content": b"{}", "headers": json_},
        {"method": "POST", "url": "/events", "content": b"[", "headers": cloud},
        {"method": "POST", "url": "/events", "content": b"{}", "headers": cloud},
        {"method": "POST", "url": "/events", "content": json.dumps(event), "headers": json_},
        {"method": "POST", "url": "/events", "content": json.dumps(event), "headers": cloud},
        *(
            {"method": "POST", "url": f"/events?dry_run={dry}", "content": json.dumps(event), "headers": cloud}
            for dry in ("false", "true", "no", "maybe")
        ),
        {"method": "POST", "url": "/events", "content": b'"' + b"x" * 70_000 + b'"', "headers": cloud},
        {"method": "POST", "url": "/events", "content": b"{}", "headers": cloud | {"Authorization": ""}},
        {"method": "POST", "url": "/events", "content": b"{}", "headers": cloud | {"Idempotency-Key": number}},
        {"method": "POST", "url": "/events", "content": b"{}", "headers": cloud | {"Webhook-Signature": "v1,x"}},
    ]  # fmt: skip


async def test_both_ways_answer_alike(api: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch) -> None:
    case = await placed(api)
    short = [await api.request(**one) for one in _requests(case, subject())]
    monkeypatch.setattr(Shortcuts, "_find", _nothing)
    long = [await api.request(**one) for one in _requests(case, subject())]
    for one, other in zip(short, long, strict=True):
        assert _told(one) == _told(other), one.request.url


def _nothing(_shortcuts: Shortcuts, _method: str, _path: str) -> None:
    """Every request goes the long way."""


def _told(answer: httpx.Response) -> tuple[int, dict[str, str], Any]:
    """An answer without its time and the ids of the event that it is about."""
    document = answer.json()
    for item in document.get("items", ()):
        item.pop("id", None)
        item.pop("event", None)
    return answer.status_code, {k: v for k, v in answer.headers.items() if k != "date"}, document


async def test_both_ways_are_counted_as_the_same_route(api: httpx.AsyncClient, site: Site) -> None:
    case = await placed(api)
    await api.get(f"/cases/{case}")
    figures = (await api.get(f"{site.url}/metrics")).text
    assert 'guicheng_http_seconds_count{method="GET",route="/cases/{case_id:path}"}' in figures


async def test_the_clients_requests_take_the_short_way(
    api: httpx.AsyncClient, site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = await placed(api)
    asked: list[str] = []
    find = Shortcuts._find

    def finding(shortcuts: Shortcuts, method: str, path: str) -> Any:
        asked.append(f"{method} {path.removeprefix(BASE)}")
        return find(shortcuts, method, path)

    async def the_long_way(*_: Any) -> None:
        raise AssertionError(asked[-1])

    monkeypatch.setattr(Shortcuts, "_find", finding)
    monkeypatch.setattr(RefusalsAreProblems, "__call__", the_long_way)
    event = {"specversion": "1.0", "id": subject(), "source": "/s", "type": "test.nothing", "store": STORE}
    async with AuthenticatedClient(base_url=site.url, token=site.first_key) as client:
        await get_case.asyncio_detailed(case, client=client)
        await post_events.asyncio_detailed(client=client, body=CloudEvent.from_dict(event))
    assert asked == [f"GET /cases/{case}", "POST /events"]
