"""What others have done before somebody at a desk of the office begins: orders at their customers', requests, refunds.

All of it comes over HTTP, as it would from the shop, the warehouse and the carrier.
"""

from __future__ import annotations

import itertools
from datetime import UTC, datetime, timedelta
from typing import Any

from playwright.async_api import Locator, expect

from api.labels import label
from tests.inbox.days import Day
from tests.inbox.shop import STORE, Order, Shop, until

Json = dict[str, Any]
_NUMBERS = itertools.count(1)
_PATIENCE = 60_000
"""Milliseconds."""


def number(prefix: str) -> str:
    """One that no other case has."""
    return f"{prefix}-{next(_NUMBERS):05}"


def in_days(days: float) -> str:
    """A moment, so many days from now."""
    return (datetime.now(UTC) + timedelta(days=days)).isoformat()


async def delivered(shop: Shop, **more: Any) -> Order:
    """An order that its customer has. They are nobody else: what one was given before counts against what they get."""
    phone = f"139{next(_NUMBERS):08}"
    order = await shop.order("packed", **{"phone": phone, **more})
    checked: Json = dict.fromkeys(("item_no_ok", "qty_ok", "colour_ok"), True)
    await shop.act(order.case, "check_ok", checked)
    label: Json = {
        "carrier": "sf",
        "waybill_no": order.number.replace("SO-", "SF142063"),
        "freight_fee": {"amount": "8.00"},
        "pickup_time": in_days(0.1),
    }
    await shop.act(order.case, "create_waybill", label)
    await shop.act(order.case, "hand_over", {"courier_name": "顺丰小李"})
    await shop.act(order.case, "transit_scan", {"location": "杭州转运中心"})
    await shop.act(order.case, "sign", {"signed_by": "王秀英"})
    await shop.reaches(order.case, "delivered")
    return order


async def begun(shop: Shop, procedure: str, subject: str, data: Json, event: str = "") -> str:
    """A case that others have begun; its id."""
    body: Json = {"store": STORE, "subject": subject, "data": data}
    if event:
        body["event"] = event
    await shop.post(f"/procedures/{procedure}/cases", body)
    return f"{procedure}:{STORE}:{subject}"


async def requested(shop: Shop, order: Order, wanted: str, **more: Any) -> str:
    """What a customer asks for two of the cups."""
    asked: Json = {"order_no": order.number, "lines": [{"line": 2, "qty": 2}], "wanted": wanted, **more}
    return await begun(shop, "aftersales_request", number("AS"), asked)


async def new_price(shop: Shop, sku: str, price: str, start: str = "") -> str:
    """A price that has been approved, and is still to be told."""
    asked = {"skus": [{"sku": sku, "new": {"amount": price}}], "reason": "cost", "start": start or in_days(3)}
    case = await begun(shop, "price_change", number("PC"), asked)
    await comes_to_hold(shop, case, compared=True)
    cost: Json = {} if (await data(shop, case))["known"] else {"unit_cost": {"amount": "60"}}
    await shop.act(case, "check_margin", {"fees": {"amount": "5"}, **cost})
    await shop.reaches(case, "scheduled")
    return case


async def child(shop: Shop, case: str, procedure: str) -> str:
    """The case of this procedure that a case has started, once it is there."""
    found: list[str] = []

    async def is_there() -> bool:
        family = (await shop.get(f"/cases/{case}/family"))["items"]
        found[:] = [one["case"] for one in family if one["procedure"] == procedure]
        return bool(found)

    await until(is_there, f"{case} has no {procedure}")
    return found[0]


async def data(shop: Shop, case: str) -> Json:
    """What a case holds."""
    return (await shop.get(f"/cases/{case}"))["data"]


async def comes_to_hold(shop: Shop, case: str, **what: Any) -> None:
    """Wait until the case holds this."""

    async def is_so() -> bool:
        held = await data(shop, case)
        return all(held.get(name) == value for name, value in what.items())

    await until(is_so, f"{case} doesn't come to hold {what}")


async def comes_in(shop: Shop, case: str, waybill: str) -> None:
    """The parcel of a return arrives."""
    parcel = {"waybill_no": waybill, "package_state": "intact", "received_at": shop.now()}
    await shop.act(case, "parcel_in", parcel)
    await shop.reaches(case, "received")


async def is_quoted(shop: Shop, refund: str) -> None:
    """Wait until the books have said what was paid, and what of it is left."""

    async def is_known() -> bool:
        return (await data(shop, refund)).get("left") is not None

    await until(is_known, f"nobody says what was paid for {refund}")


async def kept(shop: Shop, case: str) -> str:
    """A photo that somebody has added to a case; its number."""
    photo = {"file": ("receipt.txt", b"as seen", "text/plain")}
    answer = await shop.http.post(f"/cases/{case}/files", files=photo)
    assert answer.status_code < 300, answer.text
    return answer.json()["id"]


async def answered(shop: Shop, case: str, action: str) -> Json | None:
    """What was answered with this action, by the case's history."""
    steps = (await shop.get(f"/cases/{case}/history"))["items"]
    return next((one["form"] for one in reversed(steps) if one["action"] == action), None)


async def comments(shop: Shop, case: str) -> list[str]:
    return [one["text"] for one in (await shop.get(f"/cases/{case}/comments"))["items"]]


async def owner(shop: Shop, case: str) -> str | None:
    """Who has claimed the case's first task."""
    return (await shop.get("/tasks", case=case))["items"][0]["claimed_by"]


# --- at the pages


async def is_owned_by(day: Day, owner: str) -> None:
    await expect(day.page.locator("#detail .owned")).to_contain_text(owner, timeout=_PATIENCE)


async def begins(day: Day, procedure: str, answers: Json) -> str:
    """A new case: by its name from the palette, then its form; its id."""
    await day.searches(label("procedure", procedure, day.language, procedure))
    link = day.page.locator(f'#found a[href="/inbox/new?procedure={procedure}"]')
    await expect(link).to_be_visible(timeout=_PATIENCE)
    await link.click()
    return await starts(day, procedure, answers)


async def starts(day: Day, procedure: str, answers: Json) -> str:
    """A new case, from the page on which its form is; its id."""
    form = day.page.locator("#start form")
    await expect(form.locator(f'[name=procedure][value="{procedure}"]')).to_be_attached(timeout=_PATIENCE)
    await day.answers(answers, form)
    await form.locator("button[type=submit]").click()
    return await opened(day, procedure)


async def opened(day: Day, procedure: str) -> str:
    """Wait until a case of this procedure is on the page; its id."""
    shown: Locator = day.page.locator(f'#detail .case[data-case^="{procedure}:"]')
    refused = day.page.locator("#start .fault, #start .note.bad")
    await expect(shown.or_(refused).first).to_be_visible(timeout=_PATIENCE)
    faults = [" ".join((await one.inner_text()).split()) for one in await refused.all()]
    assert not faults, f"{procedure}: {faults}"
    day.case = await shown.get_attribute("data-case") or ""
    return day.case
