"""An action's form before it is sent: filled in, kept half filled in; and the cases that belong together."""

from __future__ import annotations

import asyncio
import re
from datetime import UTC, datetime
from typing import Any

import httpx

from models.database import writing
from models.tables.cases import LinkRow
from models.tables.orders import OrderRow
from tests.api.conftest import STORE, Site, placed, subject


async def _form(client: httpx.AsyncClient, case: str, action: str) -> dict[str, Any]:
    answer = await client.get(f"/cases/{case}/actions/{action}")
    assert answer.status_code == 200, answer.text
    return answer.json()


async def test_a_form_is_given_filled_in_and_taken_as_it_is(on_either: Site) -> None:
    api = on_either.client(on_either.first_key)
    case = await placed(api)
    packer = await on_either.caller("packer", stores=[STORE], name="packer")
    given = await _form(packer, case, "weigh")
    fields = given["form"]["properties"]
    assert {name: field.get("x-from") for name, field in fields.items()} == {
        "weighed_by": "caller", "weighed_at": "now", "note_no": "book:numbers", "grams": None, "posted_at": None,
    }  # fmt: skip
    assert given["form"]["required"] == ["grams"]
    assert (fields["grams"]["x-check"], fields["posted_at"]["x-proposed"]) == (True, "now")
    assert set(given["values"]) == {"weighed_by", "weighed_at", "posted_at"}
    offered = next(
        one for one in (await packer.get(f"/cases/{case}")).json()["actions"] if one["key"] == "weigh"
    )
    assert offered["form"]["required"] == ["grams"]
    recorded = (await packer.get("/procedures/parcel")).json()["forms"]["weigh"]
    assert set(recorded["required"]) == {"weighed_by", "weighed_at", "note_no", "grams"}

    sent = await packer.post(f"/cases/{case}/actions/weigh", json={"form": {"grams": 250}})
    assert sent.status_code == 200, sent.text
    (step,) = [
        one for one in (await api.get(f"/cases/{case}/history")).json()["items"] if one["action"] == "weigh"
    ]
    assert re.fullmatch(r"DN-\d{6}", step["form"]["note_no"])
    assert step["form"]["weighed_by"] == given["values"]["weighed_by"]


async def test_what_is_known_and_sent_otherwise_is_422_with_both(api: httpx.AsyncClient, site: Site) -> None:
    case = await placed(api)
    made = await api.post("/accounts", json={"id": "li.na", "name": "Li Na", "roles": {STORE: ["packer"]}})
    assert made.status_code == 201, made.text
    key = (await api.post("/keys", json={"account": "li.na", "name": "pda", "roles": ["packer"]})).json()[
        "key"
    ]
    packer = site.client(key)
    wrong = await packer.post(
        f"/cases/{case}/actions/weigh", json={"form": {"grams": 250, "weighed_by": "wang"}}
    )
    assert (wrong.status_code, wrong.json()["code"]) == (422, "invalid_form")
    assert wrong.json()["errors"] == [
        {"pointer": "/form/weighed_by", "message": "This is known to be li.na, not wang."}
    ]
    same = {"grams": 250, "weighed_by": "li.na", "note_no": "DN-77"}
    assert (await packer.post(f"/cases/{case}/actions/weigh", json={"form": same})).status_code == 200


async def test_numbers_are_drawn_once_each(on_either: Site) -> None:
    api = on_either.client(on_either.first_key)
    cases = [await placed(api) for _ in range(5)]
    await asyncio.gather(
        *(api.post(f"/cases/{case}/actions/weigh", json={"form": {"grams": 250}}) for case in cases)
    )
    drawn: list[str] = []
    for case in cases:
        steps = (await api.get(f"/cases/{case}/history")).json()["items"]
        drawn += [step["form"]["note_no"] for step in steps if step["action"] == "weigh"]
    assert sorted(drawn) == [f"DN-{number:06}" for number in range(1, 6)]


async def test_no_form_is_given_of_what_is_not_possible(api: httpx.AsyncClient, site: Site) -> None:
    case = await placed(api)
    packer = await site.caller("packer", stores=[STORE], name="packer")
    stranger = await site.caller("packer", stores=["other"], name="stranger")
    said: list[Any] = []
    for client, action in ((packer, "approve"), (packer, "collect"), (packer, "fly"), (stranger, "weigh")):
        answer = await client.get(f"/cases/{case}/actions/{action}")
        said.append((answer.status_code, answer.json()["code"]))
    assert said == [
        (403, "not_your_role"), (409, "not_possible_now"), (404, "not_found"), (404, "not_found"),
    ]  # fmt: skip


async def test_a_draft_is_its_writers_alone_and_gone_when_it_is_sent(on_either: Site) -> None:
    api = on_either.client(on_either.first_key)
    case = await placed(api)
    packer = await on_either.caller("packer", stores=[STORE], name="packer")
    other = await on_either.caller("packer", stores=[STORE], name="other")
    address = f"/cases/{case}/actions/pack/draft"
    assert (await packer.get(address)).status_code == 404
    kept = await packer.put(address, json={"form": {"waybill_no": "half"}, "revision": 1})
    assert (kept.status_code, kept.json()["form"], kept.json()["revision"]) == (
        200,
        {"waybill_no": "half"},
        1,
    )
    again = await packer.put(address, json={"form": {"waybill_no": "more"}})
    assert (await packer.get(address)).json()["form"] == again.json()["form"] == {"waybill_no": "more"}
    assert (await other.get(address)).status_code == 404
    assert (await packer.put(f"/cases/{case}/actions/fly/draft", json={"form": {}})).status_code == 404
    await packer.post(f"/cases/{case}/actions/pack", json={"form": {"waybill_no": f"W{subject()}"}})
    assert (await packer.get(address)).status_code == 404
    await other.put(f"/cases/{case}/actions/describe/draft", json={"form": {}})
    assert (await other.delete(f"/cases/{case}/actions/describe/draft")).status_code == 204
    assert (await other.get(f"/cases/{case}/actions/describe/draft")).status_code == 404


async def test_a_family_shows_of_each_what_a_link_shows(api: httpx.AsyncClient, site: Site) -> None:
    first, second, third = [await placed(api) for _ in range(3)]
    with writing(site.engine) as session:
        session.add(LinkRow(parent=first, child=second, name="part", waits=True, standing="open"))
        session.add(LinkRow(parent=second, child=third, name="again", waits=False, standing="open"))
    for case in (first, second, third):
        family = (await api.get(f"/cases/{case}/family")).json()
        assert [one["case"] for one in family["items"]] == [first, second, third]
        assert family["first"] == first
    assert [one["link"] and one["link"]["as"] for one in family["items"]] == [None, "part", "again"]
    assert {one["may_read"] for one in family["items"]} == {True}
    assert "data" not in family["items"][0]
    stranger = await site.caller("packer", stores=["other"], name="stranger")
    assert (await stranger.get(f"/cases/{first}/family")).status_code == 404


async def test_a_family_has_the_cases_that_are_about_its_order(on_either: Site) -> None:
    api = on_either.client(on_either.first_key)
    order, part, about, theirs = [await placed(api) for _ in range(4)]
    number = order.rpartition(":")[2]
    blank: dict[str, Any] = {
        "origin": "placed",
        "placed_at": datetime.now(UTC),
        "receiver_name": "",
        "phone": "",
        "address": {},
    }
    with writing(on_either.engine) as session:
        session.add(OrderRow(store=STORE, order=number, case=order, digest="", **blank))
        session.add(
            OrderRow(store=STORE, order=f"{number}-1", case=part, digest="", placed_as=number, **blank)
        )
        session.add(LinkRow(parent=order, child=part, name="part", waits=True, standing="open"))
    await api.post(f"/cases/{about}/actions/pack", json={"form": {"waybill_no": f"{number}-1"}})
    for case in (order, part, about):
        family = (await api.get(f"/cases/{case}/family")).json()
        assert [one["case"] for one in family["items"]] == [order, part, about], case
        assert family["items"][2]["link"] == {"case": order, "as": "about", "standing": "open"}
    alone = (await api.get(f"/cases/{theirs}/family")).json()
    assert [one["case"] for one in alone["items"]] == [theirs]
    # of those that no case here has started, only what the caller reads
    customer = await on_either.caller("customer", stores=[STORE], name="customer")
    assert (await customer.get(f"/cases/{order}/family")).status_code == 404


async def test_a_headline_says_in_a_line_what_a_case_is_about(api: httpx.AsyncClient, site: Site) -> None:
    products = {"store": STORE, "products": [{"sku": "TEA-1", "title": "Longjing 250 g", "price": "25"}]}
    assert (await api.post("/books/products", json=products)).status_code < 300
    address = {"province": "浙江省", "city": "杭州市", "district": "西湖区", "street": "文三路 1 号"}
    lines = [{"sku": "TEA-1", "qty": 2}, *({"sku": f"CUP-{n}", "qty": 1} for n in range(5))]
    data = {"buyer": "Li Na", "address": address, "lines": lines, "worth": "423.60", "customer_no": "C-9"}
    body = {"store": STORE, "subject": (number := subject()), "data": data}
    case = (await api.post("/procedures/parcel/cases", json=body)).json()["id"]
    shown = [
        {"text": "Longjing 250 g ×2, CUP-0 ×1, CUP-1 ×1, CUP-2 ×1, +2", "personal": False},
        {"text": "¥423.60", "personal": False},
        {"text": "浙江省杭州市西湖区文三路 1 号", "personal": True},
    ]

    async def headlines(client: httpx.AsyncClient) -> list[Any]:
        one = (await client.get(f"/cases/{case}")).json()["headline"]
        (listed,) = (await client.get("/cases", params={"subject": number})).json()["items"]
        tasks = (await client.get("/tasks", params={"case": case})).json()["items"]
        family = (await client.get(f"/cases/{case}/family")).json()["items"]
        assert one == listed["headline"] == family[0]["headline"]
        assert all(task["headline"] == one for task in tasks)
        return [{"personal": False, **part} for part in one]

    assert await headlines(api) == shown
    packer = await site.caller("packer", stores=[STORE], name="packer")
    assert await headlines(packer) == shown
    qc = await site.caller("qc", stores=[STORE], name="qc")
    assert (await headlines(qc))[2]["text"] == "浙江省杭州市******"


async def test_what_is_done_as_a_rule_is_marked(api: httpx.AsyncClient, site: Site) -> None:
    case = await placed(api)
    packer = await site.caller("packer", stores=[STORE], name="packer")
    shown = (await packer.get(f"/cases/{case}")).json()["actions"]
    assert [action["key"] for action in shown if action["main"]] == ["pack"]
    (task,) = (await packer.get("/tasks", params={"case": case})).json()["items"]
    assert [action["key"] for action in task["actions"] if action["main"]] == ["pack"]
