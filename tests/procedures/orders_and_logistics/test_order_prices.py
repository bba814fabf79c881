"""Order fulfilment: orders that are sold below the book's price wait for the supervisor."""

from __future__ import annotations

import pytest

from activities.catalogue.contract import CheckOrderPrices
from activities.messages.contract import Message
from activities.stock.contract import FreeStock, ReserveStock
from tests.procedures.orders_and_logistics.test_order_fulfilment import (
    ASK,
    CONFIRM,
    HOLD,
    PAY,
    RELEASE,
    start,
)
from tests.procedures.paths import Act, Answers, act, walk
from tests.scenario import Scenario, no, person, yes
from workflows.language.memory import Parent
from workflows.language.refusals import Refusal
from workflows.vocabulary import CS_SUPERVISOR, CUSTOMER, PAYMENT_FEED

TOO_CHEAP = no("A at 10.50", doubtful=[{"sku": "A", "unit_price": {"amount": "10.50"}, "book_price": "105"}])
BELOW: Answers = {CheckOrderPrices: TOO_CHEAP}
APPROVED = act("confirm", CS_SUPERVISOR, **CONFIRM.form)


def test_kind_06_an_order_below_the_books_price_waits_and_shows_both_figures() -> None:
    case = walk(start(BELOW), (PAY,))
    shown = [(row.sku, str(row.unit_price), str(row.book_price)) for row in case.case.doubtful_prices]
    assert (case.stage, shown) == ("pending_confirmation", [("A", "10.50 CNY", "105.00 CNY")])
    assert "order_confirmed" not in {message.template for message in case.effects(Message)}


def test_kind_06_an_order_below_the_books_price_is_confirmed_by_the_supervisor() -> None:
    with pytest.raises(Refusal, match="below the book's price"):
        walk(start(BELOW), (PAY, CONFIRM))
    assert walk(start(BELOW), (PAY, APPROVED)).stage == "allocated"


def test_kind_06_a_free_order_is_checked_before_it_is_confirmed() -> None:
    free = [{"sku": "A", "qty": 1, "unit_price": "0"}]
    assert start(BELOW, lines=free).stage == "pending_confirmation"
    assert start(lines=free).stage == "allocated"


def test_whoever_opened_an_order_has_agreed_on_its_prices() -> None:
    case = start(BELOW, parent=Parent(case="exchange:shop:1", link="replacement", waits=True))
    assert (case.stage, case.refused) == ("allocated", [])


def doubted(case: Scenario) -> Scenario:
    """The price book says no only now."""
    (ask,) = (ask for ask in case.steps[0].asked if ask.kind == CheckOrderPrices.kind())
    machine = case.machine
    step = machine.outcome(ask, TOO_CHEAP)
    assert step is not None
    return case._took(step, machine)


@pytest.mark.parametrize(
    ("steps", "stage"),
    [
        ((), "awaiting_payment"),
        ((PAY, HOLD), "on_hold"),
        ((PAY, HOLD, RELEASE), "pending_confirmation"),
        ((PAY, HOLD, RELEASE, ASK), "awaiting_customer"),
        ((PAY,), "pending_confirmation"),
    ],
    ids=["unpaid", "held", "pending", "asked", "allocated"],
)
def test_a_doubt_that_comes_late_stops_the_order(steps: tuple[Act, ...], stage: str) -> None:
    case = doubted(walk(start(), steps))
    assert (case.stage, len(case.case.doubtful_prices)) == (stage, 1)
    assert len(case.effects(FreeStock)) == len(case.effects(ReserveStock))


def test_a_doubt_that_comes_before_the_stock_books_answer() -> None:
    case = start()
    machine = case.machine
    machine.act(PAY.event, PAY.form, actor=person(PAYMENT_FEED))
    (ask,) = (ask for ask in case.steps[0].asked if ask.kind == CheckOrderPrices.kind())
    step = machine.outcome(ask, TOO_CHEAP)
    assert step is not None
    assert (step.after, [asked.kind for asked in step.asked]) == (
        ["pending_confirmation"],
        ["FreeStock", "WithdrawNotice"],
    )


def test_another_article_at_the_lines_price_is_compared_with_the_book_again() -> None:
    """A lamp of gold doesn't go out at the price of a plain one, whoever asks for it."""
    dearer: Answers = {CheckOrderPrices: lambda asked: TOO_CHEAP if asked.lines[-1].sku == "GOLD" else yes()}
    swap = act("change_lines", CUSTOMER, replaced=[{"line": 1, "qty": 2, "sku": "GOLD"}])
    case = walk(start(dearer), (PAY,))
    assert (case.stage, walk(case, (swap,)).stage) == ("allocated", "pending_confirmation")
    assert len(case.case.doubtful_prices) == 1
