"""Compensations add up: over an order's family, and over a buyer's day."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import Engine

from activities.compensation.contract import (
    AllowCompensation,
    BeyondLimit,
    CompensationAllowed,
    WithdrawCompensation,
)
from activities.money.contract import RecordPayment
from models.database import writing
from models.tables.orders import OrderLine, OrderRow
from models.values import NOTHING, LineQty, Money, yuan
from tests.activities.desk import NOON, Books

LIMIT = yuan(50)


def order(engine: Engine, number: str, placed_as: str = "", phone: str = "13800138000") -> None:
    with writing(engine) as session:
        session.add(
            OrderRow(
                store="tmall", order=number, case=f"order_fulfilment:tmall:{number}", origin="placed",
                placed_as=placed_as, placed_at=NOON, receiver_name="Li Na", phone=phone, address={}, digest="",
            )
        )  # fmt: skip


def pots(engine: Engine, number: str) -> None:
    """An order of three pots at 40.00 each."""
    order(engine, number)
    with writing(engine) as session:
        session.add(
            OrderLine(
                store="tmall", order=number, line=1, sku="pot", qty=3, unit_price=400_000, currency="CNY"
            )
        )


def give(amount: Money | str, of: str = "SO-1", limit: Money | None = LIMIT) -> AllowCompensation:
    return AllowCompensation(
        order=of, amount=yuan(amount) if isinstance(amount, str) else amount, limit=limit
    )


def test_kind_02_three_times_the_limit_is_more_than_the_limit(books: Books) -> None:
    order(books.engine, "SO-1")
    assert books.do(give("50")).ok
    refused = books.do(give("50"))
    assert not refused.ok
    assert refused.data["given"] == {"amount": "50.00", "currency": "CNY"}
    assert refused.data["limit"] == {"amount": "50", "currency": "CNY"}
    assert books.do(give("50", limit=yuan(200))).ok
    assert books.do(give("5000", limit=None)).ok


def test_what_is_given_for_a_part_counts_for_the_whole_order(books: Books) -> None:
    order(books.engine, "SO-1")
    order(books.engine, "SO-1-P1", placed_as="SO-1")
    order(books.engine, "SO-1-P1-R", placed_as="SO-1-P1")
    assert books.do(give("30", of="SO-1-P1-R")).ok
    assert not books.do(give("30", of="SO-1")).ok
    assert not books.do(give("30", of="SO-1-P1"), at=NOON + timedelta(days=90)).ok


def test_two_orders_of_a_buyer_add_up_within_a_day(books: Books) -> None:
    order(books.engine, "SO-1")
    order(books.engine, "SO-2")
    order(books.engine, "SO-3", phone="13800138001")
    assert books.do(give("45", of="SO-1")).ok
    assert not books.do(give("45", of="SO-2"), at=NOON + timedelta(hours=23)).ok
    assert books.do(give("45", of="SO-3")).ok
    assert books.do(give("45", of="SO-2"), at=NOON + timedelta(hours=25)).ok


def test_what_is_withdrawn_counts_no_more(books: Books) -> None:
    order(books.engine, "SO-1")
    assert books.do(give("50"), "1.0").ok
    assert books.do(WithdrawCompensation(of="1.0"), of="1.0").ok
    assert books.do(give("50")).ok


def test_an_order_that_the_book_does_not_know_is_counted_by_its_number(books: Books) -> None:
    assert books.do(give("50", of="SO-9")).ok
    assert not books.do(give("1", of="SO-9")).ok


def test_kind_02_goods_that_are_sent_again_count_with_what_was_paid_for_them(books: Books) -> None:
    pots(books.engine, "SO-1")
    books.do(RecordPayment(order="SO-1", amount=yuan(120)))
    again = AllowCompensation(order="SO-1", amount=NOTHING, limit=LIMIT, resends=True)
    refused = BeyondLimit.model_validate(books.do(again).data | {"reason": "-"})
    assert (refused.amount, refused.given, refused.limit) == (yuan(120), NOTHING, LIMIT)
    one = again.model_copy(update={"lines": (LineQty(line=1, qty=1),)})
    assert CompensationAllowed.model_validate(books.do(one).data).given == yuan(40)
    assert not books.do(give("15")).ok, "it counts with what is given afterwards"


def test_kind_02_nobody_resends_alone_what_no_book_knows(books: Books) -> None:
    again = AllowCompensation(order="SO-9", amount=NOTHING, limit=LIMIT, resends=True)
    assert books.do(again).reason == "nobody knows what is sent again: there is no order SO-9"
    assert books.do(again.model_copy(update={"limit": None})).ok
