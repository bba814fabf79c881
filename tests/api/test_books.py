"""The books by HTTP: filled to begin with, and read."""

from datetime import UTC, datetime

import httpx
import pytest
from sqlalchemy.orm import Session

from api.books import BOOKS
from models.database import writing
from models.tables.cases import CaseParty
from models.tables.members import Member
from models.tables.messages import MessageRow
from models.tables.money import OrderAccount, Paper, Payment
from models.tables.orders import OrderRow
from models.tables.purchasing import Purchase, PurchaseLine
from models.tables.trade import Credit
from tests.api.conftest import STORE, Site, subject
from tests.api.test_reading import party

NOW = datetime(2026, 11, 23, tzinfo=UTC)


async def test_products_and_stock_are_entered_once_and_read(on_either: Site) -> None:
    api = on_either.client(on_either.first_key)
    sku = subject()
    box = {"code": f"BOX-{sku}", "qty": 12}
    tea = {"sku": sku, "title": "Tea", "price": "12.50", "codes": [{"code": f"EAN-{sku}"}, box]}
    products = {"store": STORE, "products": [tea]}
    set_ = await api.post("/books/products", json=products)
    assert [one["ok"] for one in set_.json()["items"]] == [True, True], set_.text
    delivery = {"store": STORE, "reference": "OPENING", "lines": [{"sku": sku, "qty": 7}]}
    key = {"Idempotency-Key": sku}
    first = await api.post("/books/stock", json=delivery, headers=key)
    again = await api.post("/books/stock", json=delivery, headers=key)
    assert (first.status_code, again.content) == (200, first.content)
    (stock,) = (await api.get("/books/stock", params={"sku": sku})).json()["items"]
    assert (stock["on_hand"], stock["free"], stock["reserved"]) == (7, 7, 0)
    (product,) = (await api.get("/books/products", params={"sku": sku})).json()["items"]
    assert product["prices"][0]["price"] == {"amount": "12.50", "currency": "CNY"}
    assert [(one["code"], one["qty"]) for one in product["codes"]] == [(f"BOX-{sku}", 12), (f"EAN-{sku}", 1)]
    moved = (await api.get("/books/movements", params={"sku": sku})).json()["items"]
    assert [row["change"] for row in moved] == [7]


async def test_messages_are_read_page_by_page(on_either: Site) -> None:
    api = on_either.client(on_either.first_key)
    with writing(on_either.engine) as session:
        for n in range(3):
            session.add(
                MessageRow(
                    message=f"M-{n}", key=f"k{n}", case="c", store=STORE, channel="customer", to="li.na", template="t",
                    locale="en", title="-", body="-", at=datetime.now(UTC),
                )
            )  # fmt: skip
    first = (await api.get("/books/messages", params={"limit": 2})).json()
    second = (await api.get("/books/messages", params={"limit": 2, "cursor": first["next_cursor"]})).json()
    read = [one["message"] for one in (*first["items"], *second["items"])]
    assert (read, second["next_cursor"]) == (["M-0", "M-1", "M-2"], None)


async def test_books_are_for_staff_and_entries_for_who_answers_for_them(
    api: httpx.AsyncClient, site: Site
) -> None:
    sku = subject()
    delivery = {"store": STORE, "reference": "R", "lines": [{"sku": sku, "qty": 1}]}
    packer = await site.caller("packer")
    assert (await packer.get("/books/stock")).status_code == 200
    assert (await packer.post("/books/stock", json=delivery)).json()["code"] == "not_your_role"
    customer, gm = await site.caller("customer"), await site.caller("gm")
    for book in BOOKS:
        assert (await customer.get(f"/books/{book}")).json()["code"] == "not_found"
        assert (await gm.get(f"/books/{book}")).json()["items"] == []
    elsewhere = await site.caller("warehouse_supervisor", stores=["b"])
    assert (await elsewhere.post("/books/stock", json=delivery)).status_code == 404
    bad = {**delivery, "lines": [{"sku": sku, "qty": 0}]}
    assert (await api.post("/books/stock", json=bad)).json()["errors"][0]["pointer"] == "/lines/0/qty"


async def test_the_bins_of_a_location_are_entered(on_either: Site) -> None:
    api = on_either.client(on_either.first_key)
    bins = {
        "store": STORE,
        "location": "main",
        "bins": [{"bin": "A-1", "place": 1}, {"bin": "B-1", "place": 2}],
    }
    set_ = await api.post("/books/bins", json=bins)
    assert [one["data"] for one in set_.json()["items"]] == [{"bins": 2}], set_.text


# --- what is a party's own

KINDS = {
    "customer": "customer",
    "supplier": "supplier",
    "distributor": "distributor",
    "buyer": "buyer_org",
    "seller": "supplier",
    "person": "staff",
}
OWN: dict[tuple[str, str], str] = {
    ("customer", "money"): "order",
    ("customer", "members"): "member",
    ("supplier", "purchases"): "purchase",
    ("distributor", "credits"): "order",
    ("buyer", "credits"): "order",
}
"""By kind of party and book, the field that names a row. What isn't here isn't there for them."""
STAFFS = {"stock", "claims", "movements", "products", "partners", "waybills", "messages", "money", "members"}
"""What all of the store's people read."""


def fill(session: Session, number: str, store: str) -> None:
    """A row of each book, about a party of this number, in its name."""
    order = f"{number}-{store}"
    case = f"order_fulfilment:{store}:{order}"
    session.add(CaseParty(kind="customer", number=number, store=store, case=case, opened_at=NOW))
    session.add(
        OrderRow(
            store=store, order=order, case=case, origin="placed", customer_no=number, placed_at=NOW,
            receiver_name="Li Na", phone="13800138000", address={}, digest="",
        )
    )  # fmt: skip
    session.add(OrderAccount(store=store, order=order, currency="CNY", paid=90_000, commission_base=50_000))
    session.add(Payment(key=order, store=store, order=order, amount=90_000, currency="CNY", at=NOW))
    session.add(
        Paper(
            number=f"CN-{order}", kind="credit_note", key=order, store=store, order=order, amount=10_000,
            currency="CNY", at=NOW,
        )
    )  # fmt: skip
    session.add(Member(store=store, member=number, name="Li Na", points=7, at=NOW))
    session.add(
        Purchase(
            store=store, purchase=order, key=order, supplier=number, contract="CT-1", delivery_date=NOW.date(),
            terms="on_receipt", currency="CNY", prepaid=20_000, at=NOW,
        )
    )  # fmt: skip
    session.add(PurchaseLine(store=store, purchase=order, line=1, sku="MUG-1", qty=20, unit_price=80_000))
    session.add(
        Credit(store=store, order=order, partner=number, key=order, amount=90_000, currency="CNY", at=NOW)
    )


@pytest.mark.parametrize("kind", KINDS)
async def test_a_party_reads_of_each_book_what_is_its_own_and_nothing_else(
    on_either: Site, kind: str
) -> None:
    api = on_either.client(on_either.first_key)
    with writing(on_either.engine) as session:
        for number in ("N-1", "N-2"):
            for store in (STORE, "jd"):
                fill(session, number, store)
    everywhere = await party(on_either, api, kind, "N-1", KINDS[kind])
    of_one_store = await party(on_either, api, kind, "N-1", KINDS[kind], store=STORE)
    for book in BOOKS:
        name = OWN.get((kind, book))
        if kind == "person" and book in STAFFS:
            assert (await everywhere.get(f"/books/{book}")).status_code == 200
            continue
        for caller, stores in ((everywhere, (STORE, "jd")), (of_one_store, (STORE,))):
            answer = await caller.get(f"/books/{book}")
            if name is None:
                assert (answer.status_code, answer.json()["code"]) == (404, "not_found"), book
                continue
            assert answer.status_code == 200, answer.text
            rows = answer.json()["items"]
            assert {(row["store"], row[name]) for row in rows} == {
                (store, "N-1" if name == "member" else f"N-1-{store}") for store in stores
            }, book
            assert "N-2" not in answer.text
            theirs = {name: "N-2" if name == "member" else f"N-2-{STORE}"}
            assert (await caller.get(f"/books/{book}", params=theirs)).json()["items"] == []
            first = (await caller.get(f"/books/{book}", params={"limit": 1})).json()
            behind = {"limit": 200, "cursor": first["next_cursor"]} if first["next_cursor"] else {"limit": 1}
            assert "N-2" not in (await caller.get(f"/books/{book}", params=behind)).text
    for book, filters in (("purchases", {"supplier": "N-2"}), ("credits", {"partner": "N-2"})):
        if (kind, book) in OWN:
            assert (await everywhere.get(f"/books/{book}", params=filters)).json()["items"] == []


async def test_of_what_the_store_keeps_for_itself_a_customer_reads_nothing(on_either: Site) -> None:
    api = on_either.client(on_either.first_key)
    with writing(on_either.engine) as session:
        fill(session, "N-1", STORE)
    customer = await party(on_either, api, "customer", "N-1")
    for caller, base in ((customer, None), (api, {"amount": "5.00", "currency": "CNY"})):
        (row,) = (await caller.get("/books/money")).json()["items"]
        assert (row["paid"]["amount"], len(row["payments"]), len(row["papers"])) == ("9.00", 1, 1)
        assert row["commission_base"] == base


async def test_a_role_in_one_store_opens_no_book_of_another(on_either: Site) -> None:
    api = on_either.client(on_either.first_key)
    with writing(on_either.engine) as session:
        for store in (STORE, "jd"):
            fill(session, "N-1", store)
    someone = {
        "id": "li.na", "name": "Li Na", "roles": {"jd": ["picker"], STORE: ["customer"]},
        "parties": [{"kind": "customer", "number": "N-2"}],
    }  # fmt: skip
    assert (await api.post("/accounts", json=someone)).status_code == 201
    caller = on_either.client((await api.post("/keys", json={"account": "li.na"})).json()["key"])
    for book in ("money", "members"):
        assert {row["store"] for row in (await caller.get(f"/books/{book}")).json()["items"]} == {"jd"}
    assert (await caller.get("/books/purchases")).status_code == 404
    buyer = await on_either.caller("purchasing", stores=["jd"])
    (row,) = (await buyer.get("/books/purchases")).json()["items"]
    assert (row["store"], row["prepaid"]["amount"], row["lines"][0]["unit_price"]["amount"]) == (
        "jd",
        "2.00",
        "8.00",
    )
