"""Order fulfilment: part payments, payments told twice, and what is paid too much."""

from __future__ import annotations

from typing import Any

from activities.cases.contract import OpenCase
from activities.money.contract import RecordPayment
from models.values import Money
from tests.procedures.orders_and_logistics.test_order_fulfilment import CANCEL, HOLD, start
from tests.scenario import Scenario
from workflows.vocabulary import PAYMENT_FEED


def paid(case: Scenario, amount: str, payment_no: str = "", currency: str = "CNY") -> Scenario:
    form: dict[str, Any] = {"paid": {"amount": amount, "currency": currency}, "payment_no": payment_no}
    return case.hear("store.order.paid", PAYMENT_FEED, **form)


def refunds(case: Scenario) -> list[str]:
    opened = [effect.form["amount"] for effect in case.effects(OpenCase) if effect.procedure == "refund_only"]
    return [str(Money.model_validate(amount)) for amount in opened]


def test_kind_30_part_payments_add_up() -> None:
    case = paid(paid(start(), "20", "P1"), "6", "P2")
    assert (case.stage, str(case.case.paid), len(case.effects(RecordPayment))) == (
        "allocated",
        "26.00 CNY",
        2,
    )


def test_kind_30_a_payment_told_twice_is_one_payment() -> None:
    case = paid(paid(start(), "20", "P1"), "20", "P1")
    assert (case.stage, str(case.case.paid), len(case.effects(RecordPayment))) == ("on_hold", "20.00 CNY", 1)


def test_kind_30_a_cancelled_order_told_of_its_payment_again_refunds_once() -> None:
    case = paid(start(), "26", "P1")
    case.act("request_cancel", CANCEL.by, **CANCEL.form)
    paid(case, "26", "P1")
    assert (refunds(case), len(case.effects(RecordPayment))) == (["26.00 CNY"], 1)
    assert refunds(paid(case, "26", "P2")) == ["26.00 CNY", "26.00 CNY"]


def test_kind_30_a_payment_told_twice_before_the_cancellation_refunds_once() -> None:
    case = paid(paid(start(), "26", "P1"), "26", "P1")
    case.act("request_cancel", CANCEL.by, **CANCEL.form)
    assert (refunds(case), len(case.effects(RecordPayment))) == (["26.00 CNY"], 1)


def test_kind_30_what_is_paid_too_much_goes_back() -> None:
    case = paid(start(), "30", "P1")
    assert (case.stage, str(case.case.paid), refunds(case)) == ("allocated", "26.00 CNY", ["4.00 CNY"])
    assert refunds(paid(case, "7", "P2")) == ["4.00 CNY", "7.00 CNY"]


def test_an_order_held_for_another_reason_is_not_released_by_money() -> None:
    case = paid(start(), "26", "P1")
    case.act("hold", HOLD.by, **HOLD.form)
    assert (paid(case, "1", "P2").stage, refunds(case)) == ("on_hold", ["1.00 CNY"])


def test_money_in_another_currency_waits_for_somebody() -> None:
    assert paid(start(), "26", "P1", "BRL").stage == "on_hold"
