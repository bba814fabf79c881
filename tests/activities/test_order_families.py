"""Orders that ship goods of another order: its parts, and what replaces its goods."""

from __future__ import annotations

from datetime import timedelta

from activities.catalogue.contract import SetPrice, SetProduct
from activities.milestones.contract import Milestone
from activities.money.contract import PayRefund, RecordPayment, Share, SharePayment
from activities.orders.contract import CheckWithdrawal, OrderOrigin, QuoteReturn, ReserveReplacement
from activities.stock.contract import Receipt, ReceiveStock
from models.values import LineQty, PricedLine, SkuQty, yuan
from tests.activities.desk import NOON, Books
from tests.activities.test_orders import ONE_POT, PAIR, a_pair, an_order, coming_back, money_of, reach


def a_split(books: Books) -> None:
    """SO-9 is split into two parts of one pot each, of which the first was signed for."""
    an_order(books, "SO-9", PAIR)
    books.do(RecordPayment(order="SO-9", amount=yuan(200)))
    pot = (PricedLine(sku="pot", qty=1, unit_price=yuan(100)),)
    for part in ("SO-9-P1", "SO-9-P2"):
        case = an_order(books, part, pot, origin=OrderOrigin.PART, placed_as="SO-9")
        if part == "SO-9-P1":
            reach(books, case, 9, Milestone.ORDER_SIGNED, NOON - timedelta(days=1))
    books.do(
        SharePayment(
            order="SO-9",
            shares=(Share(order="SO-9-P1", amount=yuan(100)), Share(order="SO-9-P2", amount=yuan(100))),
        )
    )


def test_kind_26_a_split_orders_own_number_finds_the_part_and_its_money(books: Books) -> None:
    a_split(books)
    quote = books.do(CheckWithdrawal(order="SO-9", lines=ONE_POT, days=7))
    assert quote.ok
    assert (money_of(quote, "value"), money_of(quote, "left")) == ("100.00", "200.00")
    both = books.do(QuoteReturn(order="SO-9", lines=(LineQty(line=1, qty=2),)))
    assert (both.ok, both.reason) == (False, "1 of pot of order SO-9 can come back, not 2")
    paid = books.do(PayRefund(order="SO-9", amount=yuan(100)))
    assert (paid.ok, money_of(paid, "left")) == (True, "100.00")


def test_kind_26_goods_come_back_once_under_whatever_number(books: Books) -> None:
    a_split(books)
    coming_back(books, "RT-1", "SO-9-P1", LineQty(line=1, qty=1))
    assert not books.do(QuoteReturn(order="SO-9", lines=ONE_POT)).ok
    coming_back(books, "RT-1", "SO-9", LineQty(line=1, qty=1))
    assert not books.do(QuoteReturn(order="SO-9", lines=ONE_POT)).ok


def test_kind_26_a_replacement_is_worth_what_it_replaces(books: Books) -> None:
    a_pair(books, "150")
    coming_back(books, "EX-1", "SO-9", *ONE_POT)
    free = (PricedLine(sku="pot", qty=1, unit_price=yuan(0)),)
    case = an_order(books, "EX-1", free, origin=OrderOrigin.REPLACEMENT, placed_as="SO-9")
    reach(books, case, 9, Milestone.ORDER_SIGNED, NOON - timedelta(days=1))
    quote = books.do(QuoteReturn(order="EX-1", lines=ONE_POT))
    assert (money_of(quote, "value"), money_of(quote, "left")) == ("75.00", "150.00")
    assert books.do(QuoteReturn(order="SO-9", lines=(LineQty(line=1, qty=2),))).ok
    coming_back(books, "RT-2", "EX-1", *ONE_POT)
    assert not books.do(QuoteReturn(order="SO-9", lines=(LineQty(line=1, qty=2),))).ok
    assert books.do(PayRefund(order="EX-1", amount=yuan(75))).ok
    assert not books.do(PayRefund(order="EX-1", amount=yuan("75.01"))).ok


def test_kind_14_another_colour_at_the_same_price_costs_nothing_more(books: Books) -> None:
    a_pair(books, "150")
    books.do(SetProduct(sku="red", title="A red pot"))
    books.do(SetPrice(sku="red", price=yuan(100)))
    books.do(ReceiveStock(reference="PO-1", lines=(Receipt(sku="red", qty=5),)))
    wanted = (SkuQty(sku="red", qty=1),)
    kept = books.do(ReserveReplacement(order="SO-9", replacement="EX-1", lines=ONE_POT, wanted=wanted))
    assert (kept.ok, kept.reason) == (True, "")
    assert (money_of(kept, "value"), money_of(kept, "new_value")) == ("75.00", "75.00")
