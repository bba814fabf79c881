"""For which store an event is: one rule for all of them."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from tests.api.conftest import STORE, Site, placed, subject
from tests.api.test_events import event, send

OTHER = "beta"


async def _another_store(api: httpx.AsyncClient) -> None:
    """There is a second store once it has a case."""
    await placed(api, store=OTHER)


def from_shop(
    kind: str, number: str, shop: str, data: dict[str, Any] | None = None, **more: Any
) -> dict[str, Any]:
    return event(kind, number, data, source=f"/shops/{shop}", **more)


async def test_event_kind_01_two_shops_have_an_order_of_one_number(on_either: Site) -> None:
    api = on_either.client(on_either.first_key)
    await _another_store(api)
    number = subject()
    first, second = await send(
        api,
        from_shop("order.placed", number, STORE, {"buyer": "Li Na"}),
        from_shop("order.placed", number, OTHER, {"buyer": "Wang"}),
    )
    assert [one["case"] for one in (first, second)] == [
        f"parcel:{STORE}:{number}",
        f"parcel:{OTHER}:{number}",
    ]
    (cancelled,) = await send(api, from_shop("order.cancelled", number, OTHER, {"reason": "too late"}))
    assert (cancelled["status"], cancelled["cases"]) == ("moved", [f"parcel:{OTHER}:{number}"])
    untouched = (await api.get(f"/cases/parcel:{STORE}:{number}")).json()
    assert [stage["key"] for stage in untouched["stages"]] == ["placed"]


async def test_a_start_and_a_move_follow_one_rule(api: httpx.AsyncClient, site: Site) -> None:
    """The attribute, the source's last segment, the only store: in this order."""
    await _another_store(api)
    number = subject()
    one_store = await site.caller("platform_feed", stores=[STORE])
    said = event("order.placed", number, {"buyer": "Li Na"}, source=f"/shops/{OTHER}", store=STORE)
    assert (await send(api, said))[0]["case"] == f"parcel:{STORE}:{number}"
    only = event("order.placed", subject(), {"buyer": "Li Na"}, source="/shops/elsewhere")
    assert (await send(one_store, only))[0]["case"].startswith(f"parcel:{STORE}:")
    not_seen = event("order.placed", subject(), {"buyer": "Li Na"}, source=f"/shops/{OTHER}")
    assert (await send(one_store, not_seen))[0]["case"].startswith(f"parcel:{STORE}:")
    nowhere = event("order.placed", subject(), {"buyer": "Li Na"}, source="/shops/elsewhere")
    (refused,) = await send(api, nowhere)
    assert (refused["status"], refused["code"]) == ("refused", "no_store")


async def test_a_waybill_is_looked_for_in_every_store(api: httpx.AsyncClient) -> None:
    await _another_store(api)
    waybill = f"W{subject()}"
    here, there = await placed(api), await placed(api, store=OTHER)
    await api.post(f"/cases/{there}/actions/pack", json={"form": {"waybill_no": waybill}})
    carrier = event("parcel.collected", waybill, source="/carriers/sf")
    (moved,) = await send(api, carrier)
    assert (moved["status"], moved["case"]) == ("moved", there)
    assert (await api.get(f"/events/{moved['event']}")).json()["store"] == OTHER

    waybill = f"W{subject()}"
    other = await placed(api, store=OTHER)
    for case in (here, other):
        await api.post(f"/cases/{case}/actions/pack", json={"form": {"waybill_no": waybill}})
    (doubtful,) = await send(api, event("parcel.collected", waybill, source="/carriers/sf"))
    assert (doubtful["status"], doubtful["code"]) == ("refused", "two_stores")
    (said,) = await send(api, event("parcel.collected", waybill, source="/carriers/sf", store=STORE))
    assert (said["status"], said["case"]) == ("moved", here)


@pytest.mark.parametrize("dry", [True, False], ids=["dry", "for certain"])
async def test_a_dry_run_says_what_would_come(api: httpx.AsyncClient, *, dry: bool) -> None:
    case = await placed(api)
    number, new = case.rpartition(":")[2], subject()
    events = [
        event("order.cancelled", number, {"reason": "too late"}),
        event("order.placed", new, {"buyer": "Li Na"}),
        event("order.placed", subject(), {"buyer": ""}),
        event("order.placed", number, {"buyer": "Li Na"}),
        event("parcel.collected", f"W{new}"),
        event("weather.changed", number),
    ]
    answer = await api.post("/events", params={"dry_run": dry}, json=events,
                            headers={"Content-Type": "application/cloudevents-batch+json"})  # fmt: skip
    came = answer.json()["items"]
    assert [(one["status"], one["case"], one["code"]) for one in came] == [
        ("moved", case, None),
        ("started", f"parcel:{STORE}:{new}", None),
        ("refused", None, "invalid_form"),
        ("refused", case, "there_already" if dry else "not_possible_now"),
        ("pending", None, "no_case"),
        ("ignored", None, None),
    ]
    there = (await api.get(f"/cases/parcel:{STORE}:{new}")).status_code
    assert there == (404 if dry else 200)
    assert (await api.get("/events", params={"subject": number})).json()["items"] == [] or not dry
