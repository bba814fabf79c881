"""The money book: what was paid, refunded, shared and charged; never more than there is."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from decimal import Decimal
from functools import partial
from typing import Any

import pytest
from sqlalchemy import select
from sqlmodel import col

from activities.configured_ports import open_ports
from activities.money.contract import (
    BookReceivable,
    ChargeDifference,
    DropReceivable,
    PayRefund,
    RecordPayment,
    RecordRefund,
    ReturnCharge,
    ReverseBenefits,
    Share,
    SharePayment,
)
from activities.money.port import ChargeRequest, Declined, EmbeddedPayments, Payments, RefundRequest, Settled
from activities.performers import World
from activities.port_errors import Unsettled
from models.database import reading, writing
from models.tables.money import Paper, Refund
from models.values import Money, yuan
from tests.activities.desk import NOON, Books


def pay(books: Books, order: str = "SO-1", amount: str = "100", payment_no: str = "") -> Any:
    return books.do(RecordPayment(order=order, amount=yuan(amount), payment_no=payment_no))


def sides(books: Books, order: str = "SO-1") -> tuple[int, int, int]:
    """What was paid, refunded and shared for the order, in ten-thousandths."""
    account = books.account(order)
    return account.paid, account.refunded, account.shared


class Provider(EmbeddedPayments):
    """Answers as the test wants, and remembers what it did."""

    def __init__(self, *answers: str) -> None:
        self.answers = list(answers)
        self.refunds: list[RefundRequest] = []
        self.charges: dict[str, Settled] = {}

    def refund(self, request: RefundRequest) -> Settled | Declined:
        match self.answers.pop(0) if self.answers else "ok":
            case "no":
                return Declined("the account is closed")
            case "later":
                raise Unsettled("not decided yet")
            case "died after":
                self.refunds.append(request)
                raise Unsettled("the connection broke")
            case _:
                if request.key not in {done.key for done in self.refunds}:
                    self.refunds.append(request)
                return super().refund(request)

    def charge(self, request: ChargeRequest) -> Settled | Declined:
        if self.answers and self.answers.pop(0) == "no":
            return Declined("the card has expired")
        self.charges[request.key] = Settled("CH-1", request.at)
        return self.charges[request.key]

    def find_charge(self, request: ChargeRequest) -> Settled | None:
        return self.charges.get(request.key)


def with_provider(books: Books, *answers: str) -> Provider:
    provider = Provider(*answers)
    books.world = World(books.engine, open_ports().using(Payments, provider))
    return provider


def test_a_payment_is_counted_once_by_its_number(books: Books) -> None:
    assert pay(books, payment_no="P-1").data["counted"] is True
    assert pay(books, payment_no="P-1").data["counted"] is False
    assert pay(books, payment_no="P-2", amount="0.01").data["paid"] == {"amount": "100.01", "currency": "CNY"}
    taken = pay(books, order="SO-2", payment_no="P-1")
    assert (taken.ok, taken.reason) == (False, "payment P-1 belongs to order SO-1")
    other = books.do(RecordPayment(order="SO-1", amount=Money(amount=Decimal(5), currency="BRL")))
    assert (other.ok, other.reason) == (False, "order SO-1 was paid in CNY before")
    assert sides(books) == (1_000_100, 0, 0)


def test_refunds_add_up_to_what_was_paid_and_no_further(books: Books) -> None:
    pay(books)
    first = books.do(PayRefund(order="SO-1", amount=yuan("60.50")), "3.1")
    assert first.ok
    assert first.data["refund_no"] == first.data["payment_ref"]
    assert first.data["amount"] == {"amount": "60.50", "currency": "CNY"}
    assert datetime.fromisoformat(str(first.data["paid_at"])).tzinfo is not None
    too_much = books.do(PayRefund(order="SO-1", amount=yuan("39.51")))
    assert too_much.reason == "39.51 CNY is more than the 39.50 CNY that is left of order SO-1"
    assert too_much.data == {"left": {"amount": "39.50", "currency": "CNY"}}
    assert books.do(PayRefund(order="SO-1", amount=yuan("39.50"))).ok
    assert sides(books) == (1_000_000, 1_000_000, 0)
    assert books.do(PayRefund(order="SO-1", amount=yuan("60.50")), "3.1") == first


@pytest.mark.parametrize(
    ("amount", "reason"),
    [
        (yuan("1"), "nothing was paid for order SO-9"),
        (Money(amount=Decimal(1), currency="EUR"), "nothing was paid for order SO-9"),
    ],
    ids=["unknown order", "unknown order, other currency"],
)
def test_no_refund_of_what_the_book_does_not_know(books: Books, amount: Money, reason: str) -> None:
    outcome = books.do(PayRefund(order="SO-9", amount=amount))
    assert (outcome.ok, outcome.reason) == (False, reason)


def test_another_currency_is_refused(books: Books) -> None:
    pay(books)
    outcome = books.do(
        RecordRefund(order="SO-1", amount=Money(amount=Decimal(1), currency="EUR"), refund_no="R")
    )
    assert outcome.reason == "order SO-1 was paid in CNY, not in EUR"


def test_stores_have_books_of_their_own(books: Books) -> None:
    pay(books)
    assert not books.do(PayRefund(order="SO-1", amount=yuan(1)), store="jd").ok


def test_a_declined_refund_leaves_the_money_refundable(books: Books) -> None:
    pay(books)
    with_provider(books, "no")
    outcome = books.do(PayRefund(order="SO-1", amount=yuan(100)))
    assert (outcome.ok, outcome.reason) == (False, "the payment provider declined: the account is closed")
    assert outcome.data["left"] == {"amount": "100.00", "currency": "CNY"}
    assert sides(books) == (1_000_000, 0, 0)
    assert books.do(PayRefund(order="SO-1", amount=yuan(100))).ok


def test_a_refund_declined_halfway_keeps_what_went_back(books: Books) -> None:
    pay(books, payment_no="P-1", amount="30")
    pay(books, payment_no="P-2", amount="70")
    provider = with_provider(books, "ok", "no")
    outcome = books.do(PayRefund(order="SO-1", amount=yuan(50)))
    assert not outcome.ok
    assert [request.payment_no for request in provider.refunds] == ["P-1"]
    assert outcome.data["left"] == {"amount": "70.00", "currency": "CNY"}
    assert sides(books) == (1_000_000, 300_000, 0)
    assert books.do(PayRefund(order="SO-1", amount=yuan(70))).ok
    assert provider.refunds[-1].payment_no == "P-2"


@pytest.mark.parametrize("fate", ["later", "died after"])
def test_an_interrupted_refund_is_asked_for_again_under_its_key(books: Books, fate: str) -> None:
    pay(books)
    provider = with_provider(books, fate)
    effect = PayRefund(order="SO-1", amount=yuan(60))
    with pytest.raises(Unsettled):
        books.do(effect, "3.1")
    assert not books.do(PayRefund(order="SO-1", amount=yuan(60)), "4.1").ok, "the money is spoken for"
    assert books.do(effect, "3.1").ok
    assert [request.key for request in provider.refunds] == ["order_fulfilment:tmall:SO-1/3.1#0"]
    assert sides(books) == (1_000_000, 600_000, 0)


def test_what_others_paid_back_counts(books: Books) -> None:
    pay(books)
    assert books.do(RecordRefund(order="SO-1", amount=yuan(80), refund_no="PLAT-1")).ok
    assert not books.do(RecordRefund(order="SO-1", amount=yuan(21), refund_no="PLAT-2")).ok
    with reading(books.engine) as session:
        (refund,) = session.scalars(select(Refund))
        assert (refund.order, refund.amount, refund.state) == ("SO-1", 800_000, "paid")
        assert (refund.provider_refs, refund.paid_at) == (["PLAT-1"], NOON)
    assert sides(books) == (1_000_000, 800_000, 0)


def test_kind_30_one_transfer_pays_back_one_order(books: Books) -> None:
    pay(books)
    pay(books, order="SO-2")
    assert books.do(RecordRefund(order="SO-1", amount=yuan(30), refund_no="BANK-1")).ok
    again = books.do(RecordRefund(order="SO-2", amount=yuan(30), refund_no="BANK-1"))
    assert (again.ok, again.reason) == (False, "refund BANK-1 is of order SO-1")
    assert books.do(RecordRefund(order="SO-1", amount=yuan(30), refund_no="BANK-1")).ok


def test_parts_are_refunded_from_their_own_share(books: Books) -> None:
    pay(books, payment_no="P-1")
    shares = (Share(order="SO-1-2", amount=yuan(40)), Share(order="SO-1-1", amount=yuan(60)))
    assert books.do(SharePayment(order="SO-1", shares=shares)).data == {
        "left": {"amount": "0.00", "currency": "CNY"}
    }
    bases = {order: books.account(order).commission_base for order in ("SO-1", "SO-1-1", "SO-1-2")}
    assert bases == {"SO-1": 0, "SO-1-1": 600_000, "SO-1-2": 400_000}
    assert not books.do(SharePayment(order="SO-1", shares=shares)).ok
    provider = with_provider(books)
    assert not books.do(PayRefund(order="SO-1", amount=yuan(1))).ok
    assert not books.do(PayRefund(order="SO-1-2", amount=yuan(41))).ok
    assert books.do(PayRefund(order="SO-1-2", amount=yuan(40))).ok
    assert [(request.payment_no, request.amount) for request in provider.refunds] == [("P-1", 400_000)]
    assert (sides(books), sides(books, "SO-1-1")) == ((1_000_000, 0, 1_000_000), (600_000, 0, 0))


def test_a_part_takes_no_commission_that_has_gone_back_already(books: Books) -> None:
    pay(books)
    assert books.do(ReverseBenefits(order="SO-1", amount=yuan(70))).ok
    shares = (Share(order="SO-1-1", amount=yuan(60)), Share(order="SO-1-2", amount=yuan(40)))
    assert books.do(SharePayment(order="SO-1", shares=shares)).ok
    bases = {order: books.account(order).commission_base for order in ("SO-1", "SO-1-1", "SO-1-2")}
    assert bases == {"SO-1": 0, "SO-1-1": 300_000, "SO-1-2": 0}


def test_no_order_is_a_part_of_itself(books: Books) -> None:
    pay(books)
    shares = (Share(order="SO-1-1", amount=yuan(60)), Share(order="SO-1", amount=yuan(40)))
    refused = books.do(SharePayment(order="SO-1", shares=shares))
    assert (refused.ok, refused.reason) == (False, "order SO-1 is no part of itself")
    assert sides(books) == (1_000_000, 0, 0)


def test_a_wrong_refund_becomes_a_receivable(books: Books) -> None:
    effect = BookReceivable(order="SO-1", amount=yuan(5), reason="paid twice")
    assert books.do(effect, "3.1").data == books.do(effect, "3.1").data


def test_a_receivable_that_isnt_owed_is_taken_back_by_another_entry(books: Books) -> None:
    pay(books)
    books.do(BookReceivable(order="SO-1", amount=yuan(5), reason="never came"), "3.1")
    books.do(DropReceivable(of="3.1"), "4.1", of="3.1")
    with reading(books.engine) as session:
        papers = session.scalars(select(Paper).where(col(Paper.kind) == "receivable")).all()
    assert sorted(paper.amount for paper in papers) == [-50_000, 50_000]


def test_a_charged_difference_can_be_refunded_and_returned(books: Books) -> None:
    assert not books.do(ChargeDifference(order="SO-1", amount=yuan(5), reason="dearer")).ok
    pay(books)
    assert books.do(ChargeDifference(order="SO-1", amount=yuan(5), reason="dearer"), "3.1").ok
    assert sides(books) == (1_050_000, 0, 0)
    assert books.do(ReturnCharge(of="3.1"), "4.1", of="3.1").ok
    assert books.do(ReturnCharge(of="3.1"), "5.1", of="3.1").ok
    assert sides(books) == (1_050_000, 50_000, 0)
    assert books.account("SO-1").commission_base == 1_000_000


def test_a_declined_charge_changes_nothing(books: Books) -> None:
    pay(books)
    with_provider(books, "no")
    assert not books.do(ChargeDifference(order="SO-1", amount=yuan(5), reason="dearer"), "3.1").ok
    assert books.do(ReturnCharge(of="3.1"), of="3.1").ok
    assert sides(books) == (1_000_000, 0, 0)


@pytest.mark.parametrize("charged", [True, False], ids=["it came to a charge", "it never did"])
def test_a_charge_that_never_reported_is_looked_up_when_undone(books: Books, *, charged: bool) -> None:
    pay(books)
    provider = with_provider(books)

    class Dies(Provider):
        def charge(self, request: ChargeRequest) -> Settled | Declined:
            if charged:
                provider.charge(request)
            raise Unsettled("the connection broke")

    books.world = World(books.engine, open_ports().using(Payments, Dies()))
    with pytest.raises(Unsettled):
        books.do(ChargeDifference(order="SO-1", amount=yuan(5), reason="dearer"), "3.1")
    books.world = World(books.engine, open_ports().using(Payments, provider))
    assert books.do(ReturnCharge(of="3.1"), of="3.1").ok
    assert sides(books) == ((1_050_000, 50_000, 0) if charged else (1_000_000, 0, 0))
    assert len(provider.refunds) == int(charged)


def test_twenty_refunds_at_once_never_exceed_the_payment(books: Books) -> None:
    pay(books)
    with ThreadPoolExecutor(20) as pool:
        outcomes = list(pool.map(partial(refund, books), range(20)))
    assert sum(outcomes) == 9
    assert sides(books) == (1_000_000, 990_000, 0)


def refund(books: Books, turn: int) -> bool:
    return bool(books.do(PayRefund(order="SO-1", amount=yuan(11)), f"{turn}.1").ok)


def test_a_declined_refund_that_is_tried_again_asks_for_what_did_not_go_back(books: Books) -> None:
    provider = with_provider(books, "ok", "no")
    for payment in ("P-1", "P-2", "P-3"):
        pay(books, payment_no=payment)
    refund = PayRefund(order="SO-1", amount=yuan("150"))
    declined = books.do(refund, "3.1")
    assert (declined.ok, sides(books)) == (False, (3_000_000, 1_000_000, 0))
    again = books.do(refund, "3.1", again=1)
    assert (again.ok, sides(books)) == (True, (3_000_000, 1_500_000, 0))
    assert books.do(refund, "3.1", again=1) == again
    assert [(request.payment_no, request.amount) for request in provider.refunds] == [
        ("P-1", 1_000_000),
        ("P-2", 500_000),
    ]
    assert provider.refunds[1].key.endswith("3.1#1~1"), (
        "a provider would answer the key that it declined as before"
    )


def test_a_declined_refund_that_is_tried_again_finds_less(books: Books) -> None:
    with_provider(books, "no")
    pay(books)
    refund = PayRefund(order="SO-1", amount=yuan("60"))
    assert not books.do(refund, "3.1").ok
    books.do(RecordRefund(order="SO-1", amount=yuan("50"), refund_no="BY-HAND"))
    assert not books.do(refund, "3.1", again=1).ok
    assert sides(books) == (1_000_000, 500_000, 0)


def test_a_declined_charge_that_is_tried_again(books: Books) -> None:
    provider = with_provider(books, "no")
    pay(books, payment_no="P-1")
    dearer = ChargeDifference(order="SO-1", amount=yuan("10"), reason="dearer")
    assert not books.do(dearer, "3.1").ok
    assert books.do(dearer, "3.1", again=1).ok
    assert (sides(books), len(provider.charges)) == ((1_100_000, 0, 0), 1)
    assert books.do(ReturnCharge(of="3.1"), of="3.1").ok
    assert [request.amount for request in provider.refunds] == [100_000]


def test_a_charge_whose_return_was_declined_is_returned_later(books: Books) -> None:
    provider = with_provider(books, "ok", "no")
    pay(books, payment_no="P-1")
    books.do(ChargeDifference(order="SO-1", amount=yuan("10"), reason="dearer"), "3.1")
    assert not books.do(ReturnCharge(of="3.1"), "4.1", of="3.1").ok
    assert books.do(ReturnCharge(of="3.1"), "4.1", of="3.1", again=1).ok
    assert ([request.amount for request in provider.refunds], sides(books)) == (
        [100_000],
        (1_100_000, 100_000, 0),
    )


class Away(Provider):
    """Can't be asked for charges once, and wants the database to be free whenever it is asked."""

    def __init__(self, books: Books) -> None:
        super().__init__()
        self.books = books
        self.is_away = True

    def charge(self, request: ChargeRequest) -> Settled | Declined:
        if self.is_away:
            self.is_away = False
            raise Unsettled("it is away")
        return super().charge(request)

    def find_charge(self, request: ChargeRequest) -> Settled | None:
        with writing(self.books.engine, wait=0.1):
            return super().find_charge(request)


def test_a_charge_that_was_taken_back_is_not_asked_for_late(books: Books) -> None:
    provider = Away(books)
    books.world = World(books.engine, open_ports().using(Payments, provider))
    pay(books, payment_no="P-1")
    dearer = ChargeDifference(order="SO-1", amount=yuan("10"), reason="dearer")
    with pytest.raises(Unsettled):
        books.do(dearer, "3.1")
    assert books.do(ReturnCharge(of="3.1"), of="3.1").ok
    late = books.do(dearer, "3.1")
    assert (late.ok, late.reason) == (False, "it was taken back before it was done")
    assert (provider.charges, sides(books)) == ({}, (1_000_000, 0, 0))


def test_one_payment_is_counted_for_one_of_many_orders(books: Books) -> None:
    def count(order: str) -> Any:
        return books.do(RecordPayment(order=order, amount=yuan(5), payment_no="P-1"), order)

    with ThreadPoolExecutor(8) as pool:
        outcomes = list(pool.map(count, [f"SO-{number}" for number in range(8)]))
    assert [outcome.ok for outcome in outcomes].count(True) == 1
