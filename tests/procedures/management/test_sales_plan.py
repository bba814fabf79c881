"""Sales plans: every move, every refusal, every limit."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from activities.cases.contract import CancelCase, OpenCase
from activities.registers.contract import KeepRecord
from tests.procedures.paths import Answers, Path, Refused, act, child, each, messages, untaken, walk, walked
from tests.scenario import Scenario, opened_by_calendar
from workflows.language.timing import days
from workflows.procedures.management.sales_plan import SalesPlan
from workflows.vocabulary import GM, OPS_SPECIALIST, PROMOTER, SALES

PLAN = {
    "period": {"first": "2026-12-01", "last": "2026-12-31"},
    "targets": [{"channel": "天猫", "sales": "100000", "units": 2000}],
    "stock_basis": "file:stock-1",
    "actions": ["拜访 10 家"],
}
TALK = {"customer": "hz-tea", "stage_note": "要 200 盒春茶"}


def start(answers: Answers | None = None) -> Scenario:
    return Scenario(SalesPlan, subject="202612", answers=answers).act("draft", SALES, **PLAN)


SUBMITTED = (act("submit", SALES, **PLAN),)
ACTIVE = (*SUBMITTED, act("approve", GM, note="同意"))
TALKING = (*ACTIVE, act("find_customers", SALES, **TALK), act("talk", OPS_SPECIALIST, **TALK))
SIGNED = (*TALKING, act("sign_contract", SALES, contract="C-88"))
FOLLOWING = (*SIGNED, act("follow", SALES, order_nos=["WO-1"]))
IN_FORCE = (*SIGNED, child("b2b_contract", "effective", ended=False))
NEXT = (
    act("next_customer", SALES, customer="sh-tea", stage_note="要 50 盒"),
    act("talk", SALES, customer="sh-tea", stage_note="要 50 盒"),
)

PATHS = [
    Path(
        "sent back, and sent again",
        (*SUBMITTED, act("return_plan", GM, note="太低"), *SUBMITTED[-1:]),
        "approval",
        effects=[],
    ),
    Path("rejected", (*SUBMITTED, act("reject", GM, note="太低")), "rejected", effects=[]),
    Path("the period ends", (*ACTIVE, days(40)), "closed", effects=["KeepRecord"]),
    Path("no deal", (*TALKING, act("lost", SALES, **TALK)), "prospecting"),
    Path("the period ends while talking", (*TALKING, days(40)), "closed"),
    Path("the period ends before the contract", (*SIGNED, days(40)), "closed"),
    *(
        Path(
            f"the contract is {end}",
            (*SIGNED, child("b2b_contract", end)),
            "prospecting",
            notified=[GM, SALES, SALES],
        )
        for end in ("rejected", "expired", "terminated")
    ),
    Path("nobody writes it", (*SIGNED, act("contract_off", SALES, reason="客户反悔")), "prospecting"),
    Path("signed", (*SIGNED, child("b2b_contract", "effective")), "following", opened=["b2b_contract"]),
    *(
        Path(
            f"the contract is ended {n} steps later",
            (*IN_FORCE, *NEXT[:n], child("b2b_contract", "terminated")),
            stage,
        )
        for n, stage in enumerate(("following", "prospecting", "negotiating"))
    ),
    Path("the period ends with orders", (*FOLLOWING, days(40)), "closed"),
    Path("the next customer", (*FOLLOWING, act("next_customer", SALES, **TALK)), "prospecting"),
    Path("planned in time", (days(2),), "drafted", notified=[GM], missed=["planned_in_time"]),
]

REFUSALS = [
    Refused("no targets", (act("submit", SALES, **PLAN | {"targets": []}),), "/targets"),
    Refused(
        "for a month that is over",
        (act("submit", SALES, **PLAN | {"period": {"first": "2019-01-01", "last": "2019-01-31"}}),),
        "/period",
    ),
    Refused("approved when it is over", (*SUBMITTED, days(60), act("approve", GM, note="同意")), "is over"),
    Refused("a promoter plans", (act("submit", PROMOTER, **PLAN),), "not_your_role"),
    Refused("no orders", (*SIGNED, act("follow", SALES, order_nos=[])), "/order_nos"),
    Refused(
        "signed before talking", (*ACTIVE, act("sign_contract", SALES, contract="C-1")), "not_possible_now"
    ),
]

MESSAGES = {
    "contract_off": {"contract_came_to_nothing to sales"},
    "submit": {"sales_plan_to_approve to gm"},
    "approve": {"sales_plan_decided to sales"},
    "return_plan": {"sales_plan_decided to sales"},
    "reject": {"sales_plan_decided to sales"},
}


@each(PATHS)
def test_path(line: Path) -> None:
    line.check(start)


@each(REFUSALS)
def test_refusal(line: Refused) -> None:
    line.check(start)


def test_each_event_sends_its_messages() -> None:
    assert messages(walked(start, PATHS)) == MESSAGES


def test_every_move_is_taken() -> None:
    of_two_contracts = ("earlier_contract", "signed", "signed")  # below
    assert untaken(SalesPlan, start, PATHS) <= {("period_end", "prospecting", "closed"), of_two_contracts}


def test_the_targets_are_kept() -> None:
    (kept,) = walk(start(), ACTIVE).effects(KeepRecord)
    assert (kept.book, kept.entry, kept.data["targets"][0]["units"]) == ("sales_targets", "202612", 2000)


def test_the_contracts_case() -> None:
    (opened,) = walk(start(), SIGNED).effects(OpenCase)
    assert (opened.subject, opened.form) == ("C-88", {"kind": "sale", "party": "hz-tea"})


def test_a_customer_without_a_number_is_named_in_the_contract() -> None:
    for name in ("杭州茶行", "Tea(HK)"):
        talk = act("talk", SALES, **TALK | {"customer": name})
        (opened,) = walk(start(), (*TALKING[:-1], talk, SIGNED[-1])).effects(OpenCase)
        assert "party" not in opened.form  # whoever writes the contract says under which number


def test_the_calendar_plans_the_next_month() -> None:
    (opening,) = opened_by_calendar(SalesPlan, datetime(2026, 12, 20, 1, tzinfo=UTC))
    assert (opening.subject, opening.form["period"]) == (
        "2027-01",
        {"first": "2027-01-01", "last": "2027-01-31"},
    )


@pytest.mark.parametrize("before_the_next_is_signed", [True, False])
def test_the_end_of_a_contract_takes_no_other_customers_off(*, before_the_next_is_signed: bool) -> None:
    def word(number: str, stage: str) -> str:
        return case.child("b2b_contract", stage, number, ended=stage != "effective").stage

    case = walk(start(), SIGNED)
    word("C-88", "effective")
    assert case.stage == "following"
    walk(case, NEXT)
    if before_the_next_is_signed:
        word("C-88", "terminated")
    case.act("sign_contract", SALES, contract="C-89")
    if not before_the_next_is_signed:
        word("C-88", "terminated")
    assert (case.stage, case.case.contract) == ("signed", "C-89")
    assert word("C-89", "effective") == "following"
    assert word("C-89", "terminated") == "following"


def test_a_contract_that_nobody_wants_any_more_is_ended() -> None:
    """Else it would run on beside the plan, and its word would be about the next customer."""
    case = walk(start(), (*SIGNED, act("contract_off", SALES, reason="客户反悔")))
    assert [done.kind() for done in case.done if isinstance(done, CancelCase)] == ["CancelCase"]
    assert case.machine.memory.children == {}
