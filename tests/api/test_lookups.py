"""What a code is, and what a field that names a book can be: for the store's people, for parties, for nobody else."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest

from api.lookups.books import BOOKS, is_served
from models.database import writing
from models.tables.carriers import Waybill
from models.tables.catalogue import OffSale, Product, ProductCode
from models.tables.listings import Listing
from models.tables.orders import OrderRow
from models.tables.partners import Partner
from models.tables.registers import Record
from models.tables.stock import BinRow, Stock
from models.tables.trade import Distributor
from tests.api.conftest import STORE, Site, subject
from tests.api.test_reading import party
from workflows.labels import label
from workflows.registry import registry

NOW = datetime(2026, 11, 12, 9, tzinfo=UTC)


async def parcel(
    api: httpx.AsyncClient, customer: str | None = None, number: str = "", store: str = STORE, **data: Any
) -> str:
    data = {"buyer": "Li Na", "phone": "13800138000", "customer_no": customer, **data}
    body = {"store": store, "subject": number or subject(), "data": data}
    made = await api.post("/procedures/parcel/cases", json=body)
    assert made.status_code == 201, made.text
    return str(made.json()["id"])


def order(case: str, number: str, customer: str = "", placed_as: str = "", **more: Any) -> OrderRow:
    values: dict[str, Any] = {
        "origin": "part" if placed_as else "placed", "placed_at": NOW, "receiver_name": "王秀英",
        "phone": "13800138000", "address": {}, "digest": "", **more,
    }  # fmt: skip
    return OrderRow(store=STORE, order=number, case=case, placed_as=placed_as, customer_no=customer, **values)


def keep(site: Site, *rows: Any) -> None:
    with writing(site.engine) as session:
        session.add_all(rows)


def product(sku: str, title: str, category: str = "", *, for_sale: bool = True) -> Product:
    return Product(sku=sku, title=title, category=category, for_sale=for_sale, at=NOW)


def faq(entry: str, answer: str, edition: int = 1, *, struck: bool = False) -> Record:
    return Record(
        store=STORE, book="faq", entry=entry, edition=edition, data={"answer": answer}, case="c",
        key=f"{entry} {edition}", struck=struck, at=NOW,
    )  # fmt: skip


async def what(client: httpx.AsyncClient, code: str, **asked: str) -> list[dict[str, Any]]:
    answer = await client.get("/lookup", params={"code": code, **asked})
    assert answer.status_code == 200, answer.text
    return answer.json()["items"]


async def kinds(client: httpx.AsyncClient, code: str) -> list[str]:
    return [thing["kind"] for thing in await what(client, code)]


async def refs(client: httpx.AsyncClient, book: str, q: str = "", **asked: Any) -> list[str]:
    answer = await client.get(f"/refs/{book}", params={"q": q, **asked})
    assert answer.status_code == 200, answer.text
    assert all(set(one) == {"code", "label", "detail"} for one in answer.json()["items"])
    return [one["code"] for one in answer.json()["items"]]


# --- what a code is


async def test_a_code_is_all_that_it_is(on_either: Site) -> None:
    api = on_either.client(on_either.first_key)
    number, waybill = subject(), f"SF{subject()}"
    first, part = await parcel(api, number=number), await parcel(api, number=f"{number}-1")
    keep(
        on_either,
        order(first, number),
        order(part, f"{number}-1", placed_as=number),
        Waybill(key="k", waybill_no=waybill, store=STORE, order=f"{number}-1", carrier="sf", at=NOW),
        product("TEA-1", "Longjing 250 g"),
        product("BOX", "A box"),
        BinRow(store=STORE, location="main", bin="A-02-3", place=1, at=NOW),
        BinRow(store=STORE, location="main", bin="BOX", place=2, at=NOW),
    )
    keep(
        on_either,
        ProductCode(store=STORE, code="6901234567892", sku="TEA-1", qty=1, at=NOW),
        ProductCode(store=STORE, code="BOX-6", sku="TEA-1", qty=6, at=NOW),
    )
    (of_part,) = await what(api, f"{number}-1")
    assert (of_part["kind"], of_part["order"], of_part["case"]) == ("order", number, part)
    assert of_part["family"] == [number, f"{number}-1"]
    (of_waybill,) = await what(api, waybill)
    assert (of_waybill["kind"], of_waybill["order"], of_waybill["case"]) == ("waybill", f"{number}-1", part)
    for code, qty in (("TEA-1", 1), ("6901234567892", 1), ("BOX-6", 6), ("tea-1", 1), (" ＴＥＡ-1 ", 1)):
        (goods,) = await what(api, code)
        assert (goods["kind"], goods["sku"], goods["qty"], goods["label"]) == (
            "product", "TEA-1", qty, "Longjing 250 g",
        ), code  # fmt: skip
    (place,) = await what(api, "A-02-3")
    assert (place["kind"], place["location"]) == ("bin", "main")
    assert await kinds(api, "BOX") == ["product", "bin"]
    assert await what(api, "nothing") == []
    assert await what(api, number, store="jd") == []


async def test_a_case_is_found_by_its_numbers(api: httpx.AsyncClient) -> None:
    case, waybill = await parcel(api), f"SF{subject()}"
    await api.post(f"/cases/{case}/actions/pack", json={"form": {"waybill_no": waybill}})
    for code in (case, case.rpartition(":")[2], waybill):
        (found,) = await what(api, code)
        assert (found["kind"], found["case"], found["detail"]) == ("case", case, "Packed"), code


async def test_a_person_and_a_command_are_codes_too(api: httpx.AsyncClient, site: Site) -> None:
    await api.post("/accounts", json={"id": "li.na", "name": "李娜", "roles": {STORE: ["picker"]}})
    await api.post(
        "/accounts", json={"id": "robot", "name": "x", "kind": "service", "roles": {STORE: ["picker"]}}
    )
    picker = await site.caller("picker", stores=[STORE], name="a.picker")
    (person,) = await what(picker, "Li.Na")
    assert (person["kind"], person["code"], person["label"]) == ("person", "li.na", "李娜")
    assert await what(picker, "robot") == []
    assert await what(await site.caller("picker", stores=["jd"], name="elsewhere"), "li.na") == []
    (done,) = await what(picker, "GC:do:pack")
    assert (done["kind"], done["verb"], done["action"], done["label"]) == ("command", "do", "pack", "Pack")
    (claimed,) = await what(picker, "gc:claim")
    assert (claimed["code"], claimed["verb"], claimed["action"]) == ("GC:claim", "claim", None)
    assert await what(picker, "GC:do:nothing_like_it") == []


async def test_a_code_is_nothing_to_who_may_not_see_what_it_is(api: httpx.AsyncClient, site: Site) -> None:
    """Who reads what: by role, and by party."""
    number, waybill = subject(), f"SF{subject()}"
    case = await parcel(api, "C-1", number)
    home = {"province": "浙江省", "city": "杭州市", "district": "西湖区", "street": "文三路 1 号"}
    body = {"store": STORE, "subject": f"{number}-H", "data": {"buyer": "Li Na", "address": home}}
    assert (await api.post("/procedures/parcel/cases", json=body)).status_code == 201
    keep(
        site,
        order(case, number, "C-1"),
        Waybill(key="k", waybill_no=waybill, store=STORE, order=number, carrier="sf", at=NOW),
        product("TEA-1", "Tea"),
        product("NEW-1", "Not out yet", for_sale=False),
        BinRow(store=STORE, location="main", bin="A-1", place=1, at=NOW),
    )
    await api.post("/accounts", json={"id": "li.na", "name": "李娜", "roles": {STORE: ["picker"]}})
    codes = (number, waybill, "TEA-1", "NEW-1", "A-1", "li.na", "GC:claim")
    expected = {
        "packer": ["order", "waybill", "product", "product", "bin", "person", "command"],
        "customer C-1": ["order", "waybill", "product", "", "", "", "command"],
        "customer C-2": ["", "", "product", "", "", "", "command"],
        "packer elsewhere": ["", "", "product", "product", "", "", "command"],
        "carrier_feed": ["", "", "", "", "", "", "command"],
    }
    callers = {
        "packer": await site.caller("packer", stores=[STORE], name="packer"),
        "customer C-1": await party(site, api, "customer", "C-1"),
        "customer C-2": await party(site, api, "customer", "C-2"),
        "packer elsewhere": await site.caller("packer", stores=["jd"], name="elsewhere"),
        "carrier_feed": await site.caller("carrier_feed", name="feed"),
    }
    for who, client in callers.items():
        assert ["".join(await kinds(client, code)) for code in codes] == expected[who], who
    assert (await callers["packer elsewhere"].get("/lookup?code=x&store=tmall")).status_code == 404
    qc = await site.caller("qc", stores=[STORE], name="qc")
    (seen,) = await what(qc, f"{number}-H")
    assert [part["text"] for part in seen["headline"]] == ["浙江省杭州市******"]


# --- what a field can be


def _named_in(part: Any) -> Iterator[str]:
    match part:
        case {"x-ref": str(named)}:
            yield named
        case dict():
            for inner in part.values():  # pyright: ignore[reportUnknownVariableType]
                yield from _named_in(inner)
        case list():
            for inner in part:  # pyright: ignore[reportUnknownVariableType]
                yield from _named_in(inner)
        case _:
            return


def test_every_book_that_a_field_names_is_served() -> None:
    named: dict[str, str] = {}
    for procedure in registry():
        for event, moves in procedure.declaration.transitions.items():
            for form in {move.form for move in moves if move.form}:
                named |= dict.fromkeys(_named_in(form.model_json_schema()), f"{procedure.key}.{event}")
        named |= dict.fromkeys(_named_in(procedure.declaration.case_type.model_json_schema()), procedure.key)
    assert named
    assert {book: where for book, where in named.items() if not is_served(book)} == {}
    assert {*BOOKS} <= {*named}, "a book that no field names is offered to nobody"
    assert all(label("ref", book, "zh") for book in named)


async def test_products_are_found_by_words_and_by_code(on_either: Site) -> None:
    api = on_either.client(on_either.first_key)
    keep(
        on_either,
        product("MUG-1", "A blue mug", "Kitchen"),
        product("MUG-10", "A mug for tea", "Kitchen"),
        product("TEA-1", "明前龙井 250g", "Tea"),
        product("KIT-1", "Smug kitchen", "mug"),
        *(product(f"X-{n:03}", "Something", "Tea") for n in range(60)),
    )
    assert await refs(api, "sku", "mug") == ["MUG-1", "MUG-10", "KIT-1"]
    assert await refs(api, "sku", "MUG-1") == ["MUG-1", "MUG-10"]
    assert await refs(api, "sku", "mug te") == ["MUG-10"]
    assert await refs(api, "sku", "龙井") == ["TEA-1"]
    assert await refs(api, "sku", "龙") == ["TEA-1"]
    assert await refs(api, "sku", "itchen") == []
    assert await refs(api, "sku", "%") == []
    assert len(await refs(api, "sku", "something")) == 20
    assert len(await refs(api, "sku", limit=50)) == 50
    assert (await api.get("/refs/sku", params={"limit": 51})).status_code == 422
    with writing(on_either.engine) as session:
        session.get_one(Product, "MUG-1").title = "A red cup"
    assert await refs(api, "sku", "blue") == []
    assert await refs(api, "sku", "cup") == ["MUG-1"]
    assert await refs(api, "category", "ea") == ["Tea"]


async def test_the_books_of_places_and_partners(on_either: Site) -> None:
    api = on_either.client(on_either.first_key)
    await parcel(api, store="jd")
    listing: dict[str, Any] = {
        "sku": "T",
        "title": "T",
        "price": 1,
        "currency": "CNY",
        "live": True,
        "key": "k",
        "at": NOW,
    }
    keep(
        on_either,
        BinRow(store=STORE, location="main", bin="A-1", place=1, at=NOW),
        BinRow(store="jd", location="east", bin="A-2", place=1, at=NOW),
        Stock(sku="T", location="returns"),
        Stock(sku="U", location="returns"),
        Partner(kind="carrier", partner="sf", name="顺丰速运", at=NOW),
        Partner(kind="carrier", partner="old", name="顺风车", active=False, at=NOW),
        Partner(kind="supplier", partner="S-7", name="West Lake Tea", at=NOW),
        Distributor(
            store=STORE,
            distributor="D-1",
            company="Tea Trade",
            level="A",
            rebate_pct="0",
            payment="credit",
            at=NOW,
        ),
        Listing(shop="tm-1", store=STORE, freight_template="free", **listing),
        Listing(shop="jd-1", store="jd", freight_template="flat", **listing),
        faq("Q-1", "The mug is safe"),
        faq("Q-1", "The oven is not", edition=2),
        faq("Q-2", "oven", struck=True),
    )
    assert await refs(api, "bin", "a-") == ["A-1", "A-2"]
    assert await refs(api, "bin", "a-", store=STORE) == ["A-1"]
    assert await refs(api, "location") == ["east", "main", "returns"]
    assert await refs(api, "location", "ret", store=STORE) == ["returns"]
    assert await refs(api, "carrier", "顺丰") == ["sf"]
    assert await refs(api, "supplier", "lake") == ["S-7"]
    assert await refs(api, "partner", "tea") == ["D-1"]
    assert await refs(api, "partner", "tea", store="jd") == []
    assert await refs(api, "shop") == ["jd-1", "tm-1"]
    assert await refs(api, "template", store=STORE) == ["free"]
    assert await refs(api, "faq", "oven") == ["Q-1"]
    assert await refs(api, "conversation") == []
    assert await refs(api, "procedure", "order_fulfil") == ["order_fulfilment"]


async def test_orders_cases_and_customers_are_found_through_cases(on_either: Site) -> None:
    api = on_either.client(on_either.first_key)
    number = subject()
    case = await parcel(api, "C-77", number)
    other = await parcel(api, "C-78")
    keep(on_either, order(case, number, "C-77"))
    assert await refs(api, "order", number[:8]) == [number]
    assert await refs(api, "order") == [number]
    assert await refs(api, "case", number) == [case]
    assert {*await refs(api, "case")} == {case, other}
    assert await refs(api, "parcel", number[:8]) == [number], "a procedure's own numbers"
    assert await refs(api, "customer", "C-77") == ["C-77"]
    assert {*await refs(api, "customer")} == {"C-77", "C-78"}
    assert (await api.get("/refs/nothing")).status_code == 404


async def test_cartons_are_those_of_the_stores_file(site: Site) -> None:
    from tests.api.test_store import say

    say(site, 'cartons = ["F1", "F3", "big"]')
    async with site.serving() as api:
        assert await refs(api, "carton", "f") == ["F1", "F3"]


async def test_parties_are_offered_what_is_theirs(api: httpx.AsyncClient, site: Site) -> None:
    mine, theirs = subject(), subject()
    my_case, their_case = await parcel(api, "C-1", mine), await parcel(api, "C-2", theirs)
    keep(
        site,
        order(my_case, mine, "C-1"),
        order(their_case, theirs, "C-2"),
        product("TEA-1", "Tea"),
        product("TEA-2", "Tea", for_sale=False),
    )
    customer, supplier = await party(site, api, "customer", "C-1"), await party(site, api, "supplier", "S-1")
    assert await refs(customer, "order") == [mine]
    assert await refs(customer, "order", theirs) == []
    assert await refs(customer, "case") == [my_case]
    assert await refs(customer, "customer") == ["C-1"]
    assert await refs(customer, "sku", "tea") == ["TEA-1"]
    assert await refs(supplier, "supplier") == ["S-1"]
    assert await refs(supplier, "order") == []
    own = {book for book, one in BOOKS.items() if one.own is not None}
    assert own == {"case", "customer", "order", "partner", "procedure", "sku", "supplier"}
    for book in {*BOOKS} - own:
        assert (await customer.get(f"/refs/{book}")).json()["code"] == "forbidden", book


async def test_kind_52_what_is_off_sale_is_offered_to_the_stores_people_alone(
    api: httpx.AsyncClient, site: Site
) -> None:
    keep(site, product("POT-1", "Teapot"), product("POT-2", "Teapot"))
    keep(site, OffSale(key="c/1.1", store=STORE, sku="POT-2", reason="quality", at=NOW))
    customer = await party(site, api, "customer", "C-9")
    staff = await site.caller("cs_agent", stores=[STORE], name="cs_agent")
    assert await refs(customer, "sku", "teapot") == ["POT-1"]
    assert [await kinds(customer, code) for code in ("POT-1", "POT-2")] == [["product"], []]
    assert await refs(staff, "sku", "teapot") == ["POT-1", "POT-2"]


@pytest.mark.parametrize(("role", "finds"), [("cs_agent", True), ("finance", False)])
async def test_customers_are_found_by_name_and_phone_by_who_may_search_them(
    api: httpx.AsyncClient, site: Site, role: str, *, finds: bool
) -> None:
    number = subject()
    home = {"province": "浙江省", "city": "杭州市", "district": "西湖区", "street": "文三路 1 号"}
    case = await parcel(api, "C-5", number, address=home)
    keep(site, order(case, number, "C-5"))
    staff = await site.caller(role, stores=[STORE], name=role)
    assert await refs(staff, "customer", "C-5") == ["C-5"]
    assert await refs(staff, "case", "文三") == ([case] if finds else [])
