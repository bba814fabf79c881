"""What is asked of people in after-sales: only what isn't known."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from activities.orders.contract import QuoteRefund
from tests.procedures.after_sales import test_aftersales_followup as followup
from tests.procedures.after_sales import test_aftersales_request as request
from tests.procedures.after_sales import test_exchange as exchange
from tests.procedures.after_sales import test_refund_only as refund
from tests.procedures.after_sales import test_return_refund as back
from tests.procedures.paths import Act, act, walk
from tests.scenario import Scenario, person
from workflows.language.filling import filled_in
from workflows.language.refusals import InvalidForm
from workflows.procedures.after_sales.aftersales_request import Approval
from workflows.procedures.after_sales.refund_only import Amount
from workflows.returning import AgreedDeduction, Inspection, RefundPaid
from workflows.vocabulary import (
    AFTER_SALES,
    CS_AGENT,
    FINANCE,
    QC,
    LostReturn,
    yuan,
)


def answers(case: Scenario) -> dict[str, object]:
    return dict(case.steps[-1].form or {})


def test_whoever_acts_and_the_how_maniest_try_are_known() -> None:
    case = walk(request.judged(), (act("start_review", AFTER_SALES),))
    assert answers(case)["handler"] == "after_sales"
    case = walk(followup.start(), (followup.CALL, act("no_answer", CS_AGENT, next_try=followup.TOMORROW)))
    assert answers(case)["attempt_no"] == 1


def test_an_exchange_asks_only_how_the_difference_was_settled() -> None:
    case = exchange.start(exchange.DEARER_DECLINED)
    walk(case, (*exchange.HERE, exchange.OK, act("settle_difference", FINANCE, settled_by="pay_link")))
    assert case.stage == "replacement_shipping"
    assert (case.case.added, case.case.price) == (yuan(20), yuan(100))


def test_a_refund_proposes_what_the_case_behind_it_asks_for() -> None:
    lines = ({"line": 1, "qty": 1},)
    quoted = {QuoteRefund: refund.quoted("20", "45")}
    case = refund.start(quoted, "returned", refund.ORDER, "28", lines, "5")
    values, said = filled_in(case.machine.context, Amount, person(AFTER_SALES))
    assert {name: str(value) for name, value in values.items()} == {
        "goods": "20.00 CNY", "freight": "3.00 CNY", "goodwill": "5.00 CNY", "total": "28.00 CNY",
    }  # fmt: skip
    assert (said["goods"]["maximum"], said["total"]["maximum"]) == (yuan(20), yuan(45))


def test_a_refund_of_lines_proposes_what_was_paid_for_them() -> None:
    case = refund.start({QuoteRefund: refund.quoted("20", "45")}, lines=({"line": 1, "qty": 1},))
    values, _ = filled_in(case.machine.context, Amount, person(AFTER_SALES))
    assert (values["goods"], values["total"]) == (yuan(20), yuan(20))


def test_an_approval_proposes_the_value_of_the_lines() -> None:
    case = walk(request.judged(), (request.REVIEW,))
    assert filled_in(case.machine.context, Approval, person(AFTER_SALES))[0]["expected_amount"] == yuan(15)


def test_a_return_proposes_its_money_and_shows_the_goods_to_be_counted() -> None:
    context = walk(back.start(), back.HERE).machine.context
    values, said = filled_in(context, Inspection, person(QC))
    assert values["lines"] == [{"line": 1}]
    assert said["lines"]["x-rows"] == [{"qty": {"x-fact": 2}}]
    paid, _ = filled_in(context, RefundPaid, person(FINANCE))
    assert (paid["goods_amount"], paid["total"]) == (yuan(80), yuan(80))
    lost, _ = filled_in(context, LostReturn, person(FINANCE))
    assert lost == {"declared_value": yuan(80)}
    assert filled_in(context, AgreedDeduction, person(AFTER_SALES))[0] == {}
    failed = walk(back.start(), (*back.HERE, back.FAIL)).machine.context
    assert filled_in(failed, AgreedDeduction, person(AFTER_SALES))[0] == {"deduction": yuan(80)}


REFUSED = [
    (request.judged, (act("start_review", AFTER_SALES, handler="li"),), "after_sales, not li"),
    (followup.start, (followup.CALL, followup.missed(2)), "known to be 1, not 2"),
    (
        lambda: exchange.start(exchange.DEARER_DECLINED),
        (*exchange.HERE, exchange.OK, exchange.settle("70", "100", "20")),
        "80.00 CNY, not 70.00 CNY",
    ),
    (
        lambda: refund.start({QuoteRefund: refund.quoted("20", "45")}, lines=({"line": 1, "qty": 1},)),
        (refund.ask("20.01"),),
        "at most 20.00 CNY",
    ),
]


@pytest.mark.parametrize(("begin", "steps", "says"), REFUSED)
def test_another_answer_is_refused_with_both(
    begin: Callable[[], Scenario], steps: tuple[Act, ...], says: str
) -> None:
    *before, last = steps
    case = walk(begin(), before)
    with pytest.raises(InvalidForm, match=says):
        walk(case, [last])
