"""Reading: every page once, whatever the store; only what the caller may see."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from activities.carriers.contract import BookWaybill
from activities.carriers.reading import waybills
from activities.catalogue.contract import SetProduct
from activities.catalogue.reading import products
from activities.members.contract import SetMember
from activities.members.reading import members
from activities.messages.contract import Message
from activities.messages.reading import messages
from activities.money.contract import RecordPayment
from activities.money.reading import money
from activities.pages import Page, View
from activities.partners.contract import SetPartner
from activities.partners.reading import partners
from activities.performers import enter
from activities.stock.contract import HoldStock, Receipt, ReceiveStock
from activities.stock.reading import claims, movements, stock
from models.database import reading
from models.effect import Effect, Outcome
from models.values import SkuQty, yuan
from tests.activities.desk import NOON, Books

READ: dict[str, Callable[..., Page[Any]]] = {
    "stock": stock,
    "claims": claims,
    "movements": movements,
    "money": money,
    "products": products,
    "members": members,
    "partners": partners,
    "waybills": waybills,
    "messages": messages,
}
FILLED: dict[str, Callable[[int], Effect]] = {
    "stock": lambda n: ReceiveStock(reference=f"IN-{n}", lines=(Receipt(sku=f"cup-{n}", qty=9),)),
    "claims": lambda n: HoldStock(order=f"SO-{n}", lines=(SkuQty(sku=f"cup-{n}", qty=1),)),
    "money": lambda n: RecordPayment(order=f"SO-{n}", amount=yuan(n + 1), payment_no=f"P-{n}"),
    "products": lambda n: SetProduct(sku=f"cup-{n}", title=f"Cup {n}"),
    "members": lambda n: SetMember(member=f"M-{n}", name=f"Member {n}"),
    "partners": lambda n: SetPartner(partner_kind="carrier", partner=f"c-{n}", name=f"Carrier {n}"),
    "waybills": lambda n: BookWaybill(order=f"SO-{n}", carrier="sf", waybill_no=f"SF-{n}"),
    "messages": lambda n: Message(to=f"SO-{n}", template="waybill_sent"),
}


@pytest.fixture
def filled(books: Books) -> Books:
    for make in FILLED.values():
        for n in range(5):
            assert books.do(make(n)).ok
    return books


def pages(books: Books, book: str, **wanted: Any) -> list[View]:
    """All of a book, two at a time."""
    if book == "products":
        wanted["now"] = NOON
    found: list[View] = []
    after = None
    while True:
        with reading(books.engine) as session:
            page: Page[Any] = READ[book](session, after=after, limit=2, **wanted)
        found += page.items
        after = page.after
        if after is None:
            return found


@pytest.mark.parametrize("book", [*FILLED, "movements"])
def test_pages_hold_everything_once(filled: Books, book: str) -> None:
    found = pages(filled, book)
    with reading(filled.engine) as session:
        kinds = {"now": NOON} if book == "products" else {}
        at_once = READ[book](session, limit=100, **kinds)
    assert found == list(at_once.items)
    assert len(found) == (10 if book == "movements" else 5)


@pytest.mark.parametrize("book", ["claims", "movements", "money", "members", "waybills", "messages"])
def test_other_stores_are_not_seen(filled: Books, book: str) -> None:
    assert pages(filled, book, stores=["jd"]) == []
    assert pages(filled, book, stores=["jd", "tmall"]) == pages(filled, book)


def test_an_orders_money(filled: Books) -> None:
    with reading(filled.engine) as session:
        [account] = money(session, order="SO-3").items
    assert (str(account.paid), str(account.left)) == ("4.00 CNY", "4.00 CNY")
    assert [payment.payment_no for payment in account.payments] == ["P-3"]


@pytest.mark.parametrize(("text", "found"), [("cup 3", ["cup-3"]), ("%", []), ("_", []), ("CUP-", 5)])
def test_products_are_found_by_words(filled: Books, text: str, found: list[str] | int) -> None:
    with reading(filled.engine) as session:
        items = products(session, now=NOON, text=text).items
    assert (len(items) if isinstance(found, int) else [item.sku for item in items]) == found


def test_an_entry_without_a_case_is_made_once(books: Books) -> None:
    def opening() -> Outcome:
        opening = ReceiveStock(reference="OPENING", lines=(Receipt(sku="cup", qty=5),))
        return enter(books.world, opening, key="opening-1", store="tmall", at=NOON)

    assert opening() == opening()
    assert books.stock("cup").on_hand == 5
