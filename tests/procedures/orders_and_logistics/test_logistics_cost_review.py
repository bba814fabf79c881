"""Logistics cost review: the month's freight explained, and a rule changed or not."""

from __future__ import annotations

from typing import Any

from activities.registers.contract import KeepRecord
from tests.procedures.paths import Answers, Path, Refused, act, each, untaken, walk
from tests.scenario import Scenario
from workflows.language.definition import definition
from workflows.language.timing import days
from workflows.procedures.orders_and_logistics.logistics_cost_review import LogisticsCostReview
from workflows.vocabulary import GM, LOGISTICS, OPS_MANAGER


def start(answers: Answers | None = None) -> Scenario:
    return Scenario(LogisticsCostReview, subject="2026-11", answers=dict(answers or {})).act("open_review")


COSTS: dict[str, Any] = {
    "carrier_bill": "file:1",
    "orders_without_cost": 0,
    "warehouse_cost": "3000",
    "total": "12000",
}
LOAD = act("load_costs", LOGISTICS, **COSTS)
PROPOSE = act(
    "propose",
    LOGISTICS,
    change="smaller cartons",
    expected_saving="800",
    customer_feedback_summary="no complaints",
    risk="damage",
)
NOTE = {"decision_note": "fine"}
APPROVE = act("approve", OPS_MANAGER, **NOTE)
APPLY = act("apply", LOGISTICS, effective_from="2026-12-01", rule_changed="carton S up to 1 kg")

PATHS = [
    Path("applied", (LOAD, PROPOSE, APPROVE, APPLY), "applied", effects=["KeepRecord"]),
    Path("no change", (LOAD, act("conclude_no_change", LOGISTICS, note="in target")), "no_change", effects=[]),
    Path("sent back", (LOAD, PROPOSE, act("return_proposal", OPS_MANAGER, **NOTE)), "analysing"),
    Path("not decided", (LOAD, PROPOSE, days(3)), "proposed", notified=[GM], missed=["proposed"]),
    Path("not done by the tenth", (days(9),), "collecting", notified=[OPS_MANAGER], missed=["reviewed_by_the_tenth"]),
]  # fmt: skip

REFUSALS = [
    Refused(
        "orders without a freight record",
        (act("load_costs", LOGISTICS, **{**COSTS, "orders_without_cost": 1}),),
        "/orders_without_cost",
    ),
    Refused("less than its part", (act("load_costs", LOGISTICS, **{**COSTS, "total": "2000"}),), "/total"),
    Refused("approved by logistics", (LOAD, PROPOSE, act("approve", LOGISTICS, **NOTE)), "not_your_role"),
]


@each(PATHS)
def test_paths(line: Path) -> None:
    line.check(start)


@each(REFUSALS)
def test_refusals(line: Refused) -> None:
    line.check(start)


def test_every_move_is_taken() -> None:
    assert untaken(LogisticsCostReview, start, PATHS) == set()


def test_the_rule_that_is_kept() -> None:
    (kept,) = walk(start(), (LOAD, PROPOSE, APPROVE, APPLY)).effects(KeepRecord)
    assert (kept.book, kept.data["rule"], kept.data["expected_saving"]) == (
        "shipping_rules",
        "carton S up to 1 kg",
        "800.00 CNY",
    )


def test_the_calendar_opens_it() -> None:
    (opened,) = definition(LogisticsCostReview.declaration)["starts"]
    assert opened["schedule"] == ["0 9 1 * *"]
