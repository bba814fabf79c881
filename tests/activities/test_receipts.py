"""Goods received: no more than is awaited or approved, what isn't taken, and what goes back is awaited again."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlmodel import col

from activities.purchase_plans.contract import CostSaid, MatchCosts, ReadAwaited, ReadPurchase
from activities.purchasing.contract import (
    CancelPurchase,
    CostedLine,
    DebitSupplier,
    ExpectPurchase,
    PaySupplier,
    PostReceipt,
    ReturnToSupplier,
    ReverseReceipt,
    ShortenPurchase,
)
from models.database import reading
from models.tables.purchasing import Purchase, PurchaseLine
from models.values import SkuQty, yuan
from tests.activities.desk import Books, rows
from tests.activities.test_purchases import ADMIT, PLACE, TODAY


@pytest.fixture
def placed(books: Books) -> Books:
    """Ten cups at 5 and two pots at 40 are ordered."""
    assert books.do(ADMIT, "1.1").ok
    assert books.do(PLACE, "2.1").ok
    return books


def came(note: str, cups: int, **more: object) -> PostReceipt:
    line = CostedLine(sku="cup", qty=cups, unit_cost=yuan(5))
    return PostReceipt(note=note, purchase="PO-1", lines=(line,)).model_copy(update=more)


def of_cups(books: Books) -> PurchaseLine:
    with reading(books.engine) as session:
        return session.scalars(select(PurchaseLine).where(col(PurchaseLine.sku) == "cup")).one()


TWO = (SkuQty(sku="cup", qty=2),)


def test_kind_07_more_than_was_ordered_enters_the_books_only_if_it_was_approved(placed: Books) -> None:
    assert placed.do(came("IN-1", 12)).reason == "10 of cup are outstanding in purchase PO-1, not 12"
    assert placed.do(came("IN-1", 13, approved=TWO, approved_by="gm")).reason.endswith("not 13")
    assert placed.stock("cup").quarantined == 0
    assert placed.do(came("IN-1", 12, approved=TWO, approved_by="gm")).ok
    assert placed.do(ReadPurchase(purchase="PO-1")).data["due"] == {"amount": "60.00", "currency": "CNY"}
    dear = placed.do(PaySupplier(purchase="PO-1", invoice_no="F-1", amount=yuan("60.01")))
    assert dear.reason == "the invoice asks for 60.01 CNY, 60.00 CNY are due"


def test_kind_07_a_note_is_held_against_what_its_purchase_awaits(placed: Books) -> None:
    said = (CostSaid(sku="cup", qty=12),)
    assert placed.do(MatchCosts(purchase="PO-1", lines=said)).reason.endswith("not 12")
    assert placed.do(MatchCosts(purchase="PO-1", lines=said, approved=TWO)).ok


def test_goods_that_nobody_ordered_never_enter_under_a_purchase(placed: Books) -> None:
    jug = (CostedLine(sku="jug", qty=1, unit_cost=yuan(5)),)
    assert placed.do(came("IN-1", 1, lines=jug, approved=TWO)).reason == "jug isn't in purchase PO-1"
    placed.do(CancelPurchase(of="2.1"), of="2.1")
    assert placed.do(came("IN-1", 1, approved=TWO)).reason == "purchase PO-1 awaits nothing"


def test_the_book_says_what_is_awaited_and_from_whom(placed: Books) -> None:
    placed.do(came("IN-1", 8))
    awaited = placed.do(ReadAwaited(purchase="PO-1"))
    assert (awaited.data["supplier"], [(row["sku"], row["qty"]) for row in rows(awaited)]) == (
        "S-1",
        [("cup", 2), ("pot", 2)],
    )
    assert placed.do(ReadAwaited(purchase="PO-9")).reason == "there is no purchase PO-9"
    everything = (SkuQty(sku="cup", qty=2), SkuQty(sku="pot", qty=2))
    placed.do(ShortenPurchase(purchase="PO-1", lines=everything, reason="sold out"))
    assert placed.do(ReadAwaited(purchase="PO-1")).reason == "purchase PO-1 awaits nothing"


def test_kind_16_what_is_refused_on_arrival_is_there_and_owed_to_nobody(placed: Books) -> None:
    outcome = placed.do(came("IN-1", 8, refused=TWO), "3.1")
    assert rows(outcome, "outstanding") == [{"sku": "cup", "qty": 2}, {"sku": "pot", "qty": 2}]
    assert placed.stock("cup").quarantined == 10
    assert placed.do(ReadPurchase(purchase="PO-1")).data["received_value"] == {
        "amount": "40.00",
        "currency": "CNY",
    }
    back = ReturnToSupplier(note="IN-1", return_note="RN-1", purchase="PO-1", lines=TWO, refused=True)
    assert placed.do(back).ok
    assert (placed.stock("cup").quarantined, of_cups(placed).returned) == (8, 0)
    assert placed.do(back).reason == "0 of cup are set apart in note IN-1, not 2"


def test_a_reversed_note_takes_what_was_refused_along(placed: Books) -> None:
    placed.do(came("IN-1", 8, refused=TWO), "3.1")
    assert placed.do(ReverseReceipt(of="3.1"), of="3.1").ok
    assert (placed.stock("cup").quarantined, of_cups(placed).received) == (0, 0)


def test_what_goes_back_to_its_supplier_is_awaited_again(placed: Books) -> None:
    placed.do(came("IN-1", 10))
    back = ReturnToSupplier(note="IN-1", return_note="RN-1", purchase="PO-1", lines=TWO, debit=yuan(10))
    assert placed.do(back).ok
    assert (of_cups(placed).outstanding, of_cups(placed).returned) == (2, 2)
    assert placed.do(came("IN-2", 2)).ok, "the supplier has sent others for them"
    assert placed.do(ReadPurchase(purchase="PO-1")).data["due"] == {"amount": "50.00", "currency": "CNY"}


def test_a_promise_stands_beside_the_contracts_date(placed: Books) -> None:
    first, second = TODAY + timedelta(days=9), TODAY + timedelta(days=12)
    assert placed.do(ExpectPurchase(purchase="PO-1", day=first)).data == {"before": "2026-05-11"}
    assert placed.do(ExpectPurchase(purchase="PO-1", day=second)).data == {"before": first.isoformat()}
    with reading(placed.engine) as session:
        purchase = session.scalars(select(Purchase)).one()
        assert (purchase.delivery_date, purchase.expected_on) == (PLACE.delivery_date, second)


def test_a_penalty_is_off_the_bill_of_the_whole_purchase(placed: Books) -> None:
    placed.do(came("IN-1", 10))
    assert placed.do(DebitSupplier(purchase="PO-1", amount=yuan(3), reason="1 % a day")).ok
    assert placed.do(ReadPurchase(purchase="PO-1")).data["due"] == {"amount": "47.00", "currency": "CNY"}
