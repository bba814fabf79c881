"""Commission settlement: every move, every refusal, every limit, and the rule of the document."""
# ruff: noqa: E501 - a row of a table stays on its line

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from activities.cases.contract import OpenCase
from activities.figures.contract import ReadFigures
from activities.messages.contract import Message
from activities.settlement.contract import BeginPay, BookStaffPay
from models.values import yuan
from tests.procedures.paths import Path, Refused, act, each, messages, untaken, walk
from tests.scenario import Answer, Scenario, no, person, yes
from workflows.language.memory import Parent
from workflows.language.refusals import Refusal
from workflows.language.timing import days, hours
from workflows.procedures.management.commission_settlement import CommissionSettlement
from workflows.vocabulary import FINANCE, GM, OPS_MANAGER, STAFF

ON_THE_28TH = datetime(2026, 11, 28, 2, tzinfo=UTC)
TIERS = [{"share_from": "0", "rate": "1"}, {"share_from": "100", "rate": "2"}]
TARGET: dict[str, Any] = {
    "employee": "li",
    "group": "promoter",
    "promotion_target": 100,
    "sales_target": "10000",
    "commission_tiers": TIERS,
}


def month(
    placed: str = "12000", returned: str = "2000", promotions: int = 60, **more: Any
) -> dict[Any, Answer]:
    return {
        ReadFigures: yes(
            orders_placed=placed, returns=returned, promotions=promotions, department_average="300", **more
        )
    }


def start(answers: dict[Any, Answer] | None = None, **more: Any) -> Scenario:
    case = Scenario(
        CommissionSettlement, subject="2026-12-li", answers={**month(), **(answers or {})}, now=ON_THE_28TH
    )
    return case.act("set_month_target", OPS_MANAGER, **{**TARGET, **more})


def check(returned: str = "2000", **said: Any) -> Any:
    return act("check", FINANCE, orders_placed="12000", returns=returned, agrees=True, **said)


def pay(amount: str = "500", **more: Any) -> Any:
    return act("pay", FINANCE, paid_on="2027-01-15", amount=amount, **more)


COMPUTED = (days(34),)
CHECKED = (*COMPUTED, check())
OBJECT = act("object", person(STAFF, "li"), point="60?")
AWARDED = (*COMPUTED, check(after_sales_award="1000"), days(6))
TAKEN: dict[Any, Answer] = {BeginPay: no("commission_settlement:tmall:2026-12-li works it out")}
IN_PEACE = (*CHECKED, days(6))
APPROVED = (*IN_PEACE, act("approve", GM))
CANCEL = act("cancel_run", FINANCE, reason="wrong base")
CORRECT = act("correct", FINANCE, reason="漏了三单")
LATE: dict[Any, Answer] = {ReadFigures: no("returns aren't closed")}

PATHS = [
    Path("paid", (*APPROVED, pay()), "paid", effects=["BeginPay", "Message", "ReadFigures", "Message", "Message", "BookStaffPay"], notified=[], missed=[]),
    Path("with an award", (*AWARDED, act("approve", GM), pay("1500", after_sales_award="1000")), "paid"),
    Path("another case works it out", (), "void", notified=[OPS_MANAGER], answers=TAKEN),
    Path("nobody decides a dispute", (*CHECKED, OBJECT, days(5)), "disputed", notified=[GM], missed=["disputed"]),
    Path("nobody checks", (*COMPUTED, days(7)), "computed", notified=[OPS_MANAGER], missed=["computed"]),
    Path("nobody approves", (*CHECKED, days(12)), "checked", notified=[GM], missed=["checked"]),
    Path("nobody pays", (*APPROVED, days(7)), "approved", notified=[OPS_MANAGER], missed=["approved"]),
    Path("disputed when computed", (*COMPUTED, OBJECT, act("settle_dispute", OPS_MANAGER, decision="kept")), "computed"),
    Path("disputed when checked", (*CHECKED, OBJECT), "disputed"),
    Path("the figures aren't there", (*COMPUTED, CANCEL), "void", answers=LATE),
    Path("the figures come a day later", (*COMPUTED, days(1)), "figures_ready", effects=["BeginPay", "Message"], answers=LATE),
    Path("the base is wrong", (*COMPUTED, CANCEL), "void", opened=["commission_settlement"], notified=[OPS_MANAGER, GM]),
    Path("the target was wrong", (act("cancel_run", OPS_MANAGER, reason="少了一个零"),), "void", opened=["commission_settlement"]),
    Path("cancelled when checked", (*CHECKED, CANCEL), "void", opened=["commission_settlement"]),
    Path("cancelled in a dispute", (*CHECKED, OBJECT, CANCEL), "void", opened=["commission_settlement"]),
    Path("cancelled when approved", (*APPROVED, CANCEL), "void", opened=["commission_settlement"]),
    Path("the gm doesn't agree", (*AWARDED, act("send_back", GM, reason="奖励无依据")), "computed", notified=[FINANCE]),
    Path("approved by mistake", (*APPROVED, act("send_back", FINANCE, reason="批错人")), "computed", notified=[FINANCE, GM]),
    Path("what was paid was wrong", (*APPROVED, pay(), CORRECT), "paid", opened=["commission_settlement"], notified=[OPS_MANAGER, GM]),
    Path("the rest is paid", (*APPROVED, pay(paid_before="300")), "paid", notified=[FINANCE]),
    Path("computed in five days", (days(45),), "figures_ready", notified=[FINANCE], missed=["computed_in_time"], answers=LATE),
]  # fmt: skip

REFUSALS = [
    Refused("base that doesn't follow", (*COMPUTED, check("3000")), "/base"),
    Refused("base that the books don't have", (*COMPUTED, check("3000", base="9000")), "known to be 10000.00 CNY, not 9000.00"),
    Refused("paid too much", (*APPROVED, pay("501")), "come to 500.00"),
    Refused("an award above the rule", (*COMPUTED, check(after_sales_award="1001")), "/after_sales_award"),
    Refused("an award that the gm didn't see", (*APPROVED, pay("1500", after_sales_award="1000")), "/after_sales_award"),
    Refused("an award that is left out again", (*AWARDED, act("approve", GM), pay("500")), "/amount"),
    Refused("an objection after the window", (*CHECKED, days(10), OBJECT), "objection window"),
    Refused("a colleague objects", (*COMPUTED, act("object", person(STAFF, "wang"), point="x")), "for themselves"),
    Refused("who checked approves", (*COMPUTED, act("check", person(FINANCE, "wu"), **check().form), days(6), act("approve", person(GM, "wu"))), "somebody else"),
    Refused("one checks one's own", (*COMPUTED, act("check", person(FINANCE, "li"), **check().form)), "themselves"),
    Refused("approved while the employee may still object", (*CHECKED, act("approve", GM)), "window of three working days is over"),
    Refused("corrected twice", (*APPROVED, pay(), CORRECT, CORRECT), "is done"),
    Refused("one corrects one's own", (*APPROVED, pay(), act("correct", person(FINANCE, "li"), reason="少了")), "themselves"),
    Refused("finance approves", (*CHECKED, act("approve", FINANCE)), "not_your_role"),
    Refused("computed by hand", (*COMPUTED, act("compute", FINANCE)), "not_possible_now"),
]  # fmt: skip


@each(PATHS)
def test_path(line: Path) -> None:
    line.check(start)


@each(REFUSALS)
def test_refusal(line: Refused) -> None:
    line.check(start)


def test_every_move_is_taken() -> None:
    later = {("worked_out_elsewhere", stage, "void") for stage in ("figures_ready", "computed")}
    assert untaken(CommissionSettlement, start, PATHS) == later


def test_figures_that_come_later_are_read_then() -> None:
    case = walk(start(LATE), COMPUTED)
    case.answers = month()
    assert case.wait(days(1)).stage == "computed"


def test_figures_that_a_dispute_corrected_are_paid() -> None:
    case = walk(start(), CHECKED)
    case.answers = month(promotions=90)
    walk(case, (OBJECT, act("settle_dispute", OPS_MANAGER, decision="90, not 60")))
    assert (case.stage, case.case.pay.performance_pay) == ("computed", yuan(450))
    walk(case, (check(), days(6), act("approve", GM), pay("650")))
    assert case.stage == "paid"


def test_the_target_may_be_set_on_the_30th() -> None:
    case = Scenario(CommissionSettlement, now=datetime(2026, 11, 20, 1, tzinfo=UTC)).await_start(
        employee="li"
    )
    assert case.wait(hours(254)).missed == []
    assert case.wait(hours(1)).missed == ["new"]


def test_the_target_is_the_next_months() -> None:
    assert (str(start().case.month_begins), str(start().case.month_over)) == ("2026-12-01", "2027-01-01")
    late = Scenario(CommissionSettlement, now=datetime(2026, 12, 3, tzinfo=UTC)).act(
        "set_month_target", OPS_MANAGER, **TARGET
    )
    assert str(late.case.month_begins) == "2026-12-01"
    assert messages([late]) == {"set_month_target": {"target_is_late to gm", "month_target_set"}}


@pytest.mark.parametrize(
    ("promotions", "performance", "bonus"),
    [(29, "0", "0"), (30, "150", "0"), (60, "300", "0"), (100, "500", "0"), (101, "500", "50.50"), (150, "500", "75"), (400, "500", "100")],
)  # fmt: skip
def test_performance_pay_follows_the_plan(promotions: int, performance: str, bonus: str) -> None:
    paid = walk(start(month(promotions=promotions)), COMPUTED).case.pay
    assert (paid.performance_pay, paid.over_target_bonus) == (yuan(performance), yuan(bonus))


def test_no_bonus_without_sales() -> None:
    figures = yes(orders_placed="2000", returns="2000", promotions=200)
    paid = walk(start({ReadFigures: figures}), COMPUTED).case.pay
    assert (paid.over_target_bonus, paid.commission) == (yuan(0), yuan(0))


def test_a_supervisor_answers_for_two_counts() -> None:
    plan = {"group": "supervisor", "promotion_target": 60, "feedback_target": 40}
    case = walk(start(month(promotions=60, feedbacks=90), **plan), COMPUTED)
    assert (case.case.pay.over_target_bonus, case.case.pay.fine) == (yuan(125), yuan(0))


@pytest.mark.parametrize(("placed", "commission"), [("11999", "99.99"), ("12000", "200"), ("1000", "0")])
def test_commission_follows_the_tier(placed: str, commission: str) -> None:
    assert walk(start(month(placed=placed)), COMPUTED).case.pay.commission == yuan(commission)


def test_kind_11_commission_without_tiers_pays_no_average() -> None:
    pay = walk(start(commission_tiers=[], sales_target="20000"), COMPUTED).case.pay
    assert (pay.commission, pay.department_average) == (yuan(0), yuan(300))


def test_kind_11_a_promoter_at_20_of_10_gets_the_bonus() -> None:
    """By hand: full pay 500 at the plan of 10; twice the plan is the most of the bonus, 100; no order of one's own, so
    no commission: 600 in all.
    """
    figures = yes(promotions=20, department_average="300")
    pay = walk(start({ReadFigures: figures}, promotion_target=10), COMPUTED).case.pay
    assert (pay.performance_pay, pay.over_target_bonus, pay.commission, pay.total) == (
        yuan(500),
        yuan(100),
        yuan(0),
        yuan(600),
    )


def test_kind_36_an_employee_hears_of_the_target_and_of_the_pay() -> None:
    case = walk(start(), (*APPROVED, pay()))
    assert [(told.to, told.template) for told in case.effects(Message)] == [
        ("li", "month_target_set"),
        ("li", "month_pay_computed"),
        ("li", "month_pay_paid"),
    ]


def test_base_pay_goes_with_it() -> None:
    (paid,) = walk(start(), (*APPROVED, pay())).effects(BookStaffPay)
    assert (paid.parts["base_pay"], paid.parts["performance_pay"], paid.parts["commission"]) == (
        yuan(2000),
        yuan(300),
        yuan(200),
    )
    case = walk(start(group="supervisor"), APPROVED)
    due = str(case.case.pay.total.amount)
    assert walk(case, (pay(due),)).effects(BookStaffPay)[0].parts["base_pay"] == yuan(3500)


def test_the_gm_sees_the_award_that_is_approved_with_the_pay() -> None:
    case = walk(start(), AWARDED)
    assert (case.case.after_sales_award, case.case.due) == (yuan(1000), yuan(1500))
    (paid,) = walk(case, (act("approve", GM), pay("1500"))).effects(BookStaffPay)
    assert paid.parts["after_sales_award"] == yuan(1000)


def test_a_void_month_is_worked_out_anew() -> None:
    case = walk(start(), (*COMPUTED, CANCEL))
    (again,) = case.effects(OpenCase)
    assert (again.event, again.form["month"], again.form["employee"]) == ("", "2026-12", "li")
    assert "GiveUpPay" in case.kinds
    anew = Scenario(CommissionSettlement, answers=month(), now=case.now).await_start(**again.form)
    anew.act("set_month_target", OPS_MANAGER)
    assert (anew.stage, str(anew.case.month_begins)) == ("targets_set", "2026-12-01")
    assert anew.wait(hours(1)).stage == "computed"


@pytest.mark.parametrize("wanted", ["2026-07", "2027-01"])
def test_a_month_too_early_or_too_long_ago_is_not_worked_out(wanted: str) -> None:
    with pytest.raises(Refusal, match="too long ago"):
        start(month=wanted)


def test_the_managers_own_month_is_the_gms() -> None:
    fresh = Scenario(CommissionSettlement, answers=month(), now=ON_THE_28TH)
    with pytest.raises(Refusal, match="their own target"):
        fresh.act("set_month_target", person(OPS_MANAGER, "li"), **TARGET)
    assert fresh.act("set_month_target", GM, **TARGET).stage == "targets_set"


def test_whose_pay_run_is_void_hears_of_it() -> None:
    told = messages([walk(start(), (*COMPUTED, CANCEL))])["cancel_run"]
    assert told == {"month_pay_void", "month_run_void to ops_manager", "month_run_void to gm"}


def test_a_month_that_is_worked_out_elsewhere_is_told() -> None:
    told = messages([start(TAKEN)])["worked_out_elsewhere"]
    assert told == {"month_pay_elsewhere to ops_manager", "month_target_void"}


def test_kind_63_another_sum_may_be_objected_to_too() -> None:
    case = walk(start(), (*CHECKED, hours(20), OBJECT))
    case.answers = month(promotions=20)
    walk(case, (hours(24 * 4), act("settle_dispute", OPS_MANAGER, decision="20, not 60")))
    assert case.case.pay.performance_pay == yuan(0)
    assert walk(case, (OBJECT,)).stage == "disputed"


def test_kind_49_an_award_that_was_sent_back_is_given_anew_or_not() -> None:
    case = walk(start(), (*AWARDED, act("send_back", GM, reason="奖励无依据")))
    assert case.case.due == yuan(500)
    walk(case, (check(), act("approve", GM), pay()))
    assert case.stage == "paid"


def test_kind_49_a_corrected_run_is_of_the_same_month() -> None:
    """So that the book replaces what the run before has paid, and the month is free for the other run."""
    case = walk(start(), (*APPROVED, pay(), CORRECT))
    (booked,) = case.effects(BookStaffPay)
    (opened,) = case.effects(OpenCase)
    assert (booked.period, opened.form["month"], opened.form["employee"]) == ("2026-12", "2026-12", "li")
    assert "GiveUpPay" in case.kinds


def test_kind_36_who_pays_hears_what_comes_back_and_what_is_left() -> None:
    told = messages(
        [
            walk(start(), (*APPROVED, act("send_back", GM, reason="核错"))),
            walk(start(), (*APPROVED, pay(paid_before="300"))),
        ]
    )
    assert told["send_back"] == {"month_pay_sent_back to finance"}
    assert told["pay"] == {"month_pay_corrected", "month_pay_rest to finance"}


def test_a_month_whose_run_is_void_is_worked_out_anew_however_long_ago_it_was() -> None:
    case = walk(start(), (*APPROVED, pay(), days(150), CORRECT))
    (again,) = case.effects(OpenCase)
    asked = Parent(case="commission_settlement:shop:CM-1", link="again", waits=False)
    anew = Scenario(CommissionSettlement, answers=month(), now=case.now, parent=asked)
    anew.await_start(**again.form).act("set_month_target", OPS_MANAGER)
    assert str(anew.case.month_begins) == "2026-12-01"


def test_the_gm_hears_that_what_was_approved_comes_back() -> None:
    told = messages([walk(start(), (*APPROVED, act("send_back", FINANCE, reason="核错")))])
    assert told["send_back"] == {"month_pay_sent_back to finance", "month_pay_sent_back to gm"}
