"""The books by HTTP: filled to begin with, and read."""

from datetime import UTC, datetime

import httpx

from models.database import writing
from models.tables.messages import MessageRow
from tests.api.conftest import STORE, Site, subject


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
    customer = await site.caller("customer")
    for book in (
        "stock",
        "money",
        "products",
        "members",
        "partners",
        "claims",
        "movements",
        "waybills",
        "messages",
    ):
        assert (await customer.get(f"/books/{book}")).json()["code"] == "forbidden"
        assert (await packer.get(f"/books/{book}")).json()["items"] == []
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
