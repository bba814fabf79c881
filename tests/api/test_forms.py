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


async def test_what_a_book_knows_is_filled_in_and_held_to(on_either: Site) -> None:
    api = on_either.client(on_either.first_key)
    case = await placed(api)
    stock = {"store": STORE, "reference": subject(), "lines": [{"sku": "POT", "qty": 7}]}
    assert (await api.post("/books/stock", json=stock)).status_code == 200
    packer = await on_either.caller("packer", stores=[STORE], name="packer")
    clerk = await on_either.caller("cs_agent", stores=[STORE], name="clerk")
    given = await _form(packer, case, "take")
    assert given["form"]["properties"]["free"]["x-from"] == "book:stock.free"
    assert given["values"] == {}  # nobody has said yet of what
    assert set(given["form"]["required"]) == {"sku", "free", "taken"}

    said: list[Any] = []
    for client, form in (
        (packer, {"sku": "POT", "free": 6, "taken": 1}),
        (packer, {"sku": "POT", "taken": 8}),
        (clerk, {"sku": "POT", "free": 6, "taken": 1}),  # who may not send it learns nothing
        (packer, {"sku": "CUP", "taken": 1}),
    ):
        answer = await client.post(f"/cases/{case}/actions/take", json={"form": form})
        fault = answer.json().get("errors", [{"pointer": None, "message": None}])[0]
        said.append((answer.status_code, fault["pointer"], fault["message"]))
    assert said == [
        (422, "/form/free", "This is known to be 7, not 6."),
        (422, "/form/taken", "This is at most 7, not 8."),
        (403, None, None),
        (422, "/form/free", "Field required"),
    ]
    sent = {"form": {"sku": "POT", "taken": 2}}
    key = {"Idempotency-Key": subject()}
    assert (await packer.post(f"/cases/{case}/actions/take", json=sent, headers=key)).status_code == 200
    (step,) = [
        one for one in (await api.get(f"/cases/{case}/history")).json()["items"] if one["action"] == "take"
    ]
    assert (step["form"]["free"], step["form"]["taken"]) == (7, 2)
    more = {**stock, "reference": subject()}
    assert (await api.post("/books/stock", json=more)).status_code == 200
    again = await packer.post(f"/cases/{case}/actions/take", json=sent, headers=key)
    assert (again.status_code, again.headers["Idempotent-Replayed"]) == (200, "true")


async def test_what_is_personal_is_filled_in_for_those_who_may_read_it(
    api: httpx.AsyncClient, site: Site
) -> None:
    address = {"province": "浙江省", "city": "杭州市", "district": "西湖区", "street": "文三路 1 号"}
    data = {"buyer": "Li Na", "address": address}
    body = {"store": STORE, "subject": subject(), "data": data}
    case = (await api.post("/procedures/parcel/cases", json=body)).json()["id"]
    packer = await site.caller("packer", stores=[STORE], name="packer")
    qc = await site.caller("qc", stores=[STORE], name="qc")
    given = await _form(packer, case, "take")
    assert given["values"] == {"address_now": address}
    assert given["form"]["properties"]["address_read"]["x-fact"] == address
    given = await _form(qc, case, "take")
    assert given["values"] == {}
    masked = {"province": "浙江省", "city": "杭州市", "district": "***", "street": "***"}
    assert given["form"]["properties"]["address_read"]["x-fact"] == masked


async def test_a_service_names_people_who_are_there(api: httpx.AsyncClient, site: Site) -> None:
    case = await placed(api)
    packer = await site.caller("packer", stores=[STORE], name="packer")
    wrong = {"form": {"grams": 250, "weighed_by": "nobody.there"}}
    answer = await packer.post(f"/cases/{case}/actions/weigh", json=wrong)
    assert (answer.status_code, answer.json()["errors"]) == (
        422,
        [{"pointer": "/form/weighed_by", "message": "nobody.there is nobody who works in this store."}],
    )
    made = await api.post("/accounts", json={"id": "li.min", "name": "Li Min", "roles": {STORE: ["packer"]}})
    assert made.status_code == 201, made.text
    right = {"form": {"grams": 250, "weighed_by": "li.min"}}
    assert (await packer.post(f"/cases/{case}/actions/weigh", json=right)).status_code == 200


async def test_a_cases_number_is_drawn_where_nobody_gives_one(api: httpx.AsyncClient) -> None:
    await placed(api, "P-000002")
    body = {"store": STORE, "data": {"buyer": "Li Na"}}
    key = {"Idempotency-Key": subject()}
    opened = [await api.post("/procedures/parcel/cases", json=body, headers=one) for one in ({}, key, key)]
    assert [(answer.status_code, answer.json()["subject"]) for answer in opened] == [
        (201, "P-000001"), (201, "P-000003"), (201, "P-000003"),
    ]  # fmt: skip
    assert (await api.get("/procedures/parcel")).json()["numbers"] == "P"
    refused = await api.post("/procedures/visit/cases", json={"store": STORE, "data": {}})
    assert (refused.status_code, refused.json()["errors"][0]["pointer"]) == (422, "/subject")


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
