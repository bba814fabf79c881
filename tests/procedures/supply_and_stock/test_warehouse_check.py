"""Warehouse check: every move, every refusal, every limit."""
# ruff: noqa: E501 - a row of a table stays on its line

from __future__ import annotations

from typing import Any

from activities.cases.contract import OpenCase
from models.roles import Role
from tests.procedures.paths import Path, Refused, act, each, messages, untaken, walk, walked
from tests.scenario import MONDAY, Answer, Scenario, person
from workflows.language.timing import hours
from workflows.procedures.supply_and_stock.warehouse_check import Item, WarehouseCheck
from workflows.vocabulary import (
    GM,
    LOGISTICS,
    OPS_MANAGER,
    PACKER,
    PICKER,
    WAREHOUSE_KEEPER,
    WAREHOUSE_SUPERVISOR,
)

TODAY = "2026-11-23"


def start(answers: dict[Any, Answer] | None = None) -> Scenario:
    return Scenario(
        WarehouseCheck, subject="main-2026-11-23", now=MONDAY - hours(2).length, answers=answers
    ).act("open_day")


def marks(*faults: Item) -> tuple[Any, ...]:
    return tuple(
        act("mark_item", WAREHOUSE_SUPERVISOR, item=item, result="fault" if item in faults else "ok", fault_detail=f"see {item}")
        for item in Item
    )  # fmt: skip


def finish(event: str, **done: int) -> Any:
    return act(event, WAREHOUSE_SUPERVISOR, **done)


def owners(*items: Item, due: str = "2026-11-24") -> Any:
    return act(
        "start_handling",
        WAREHOUSE_SUPERVISOR,
        faults=[{"item": i, "owner": "li", "due": TODAY if i is Item.SAFETY else due} for i in items],
    )


def fix(fault: str, by: Any = WAREHOUSE_KEEPER, photo: str | None = "file:1") -> Any:
    return act(
        "fix_fault", person(by, "li") if isinstance(by, Role) else by, fault=fault, action="done", photo=photo
    )


def handled(*passed_on: Item) -> Any:
    rows = [{"item": item, "department": "purchasing"} for item in passed_on]
    return act("all_handled", WAREHOUSE_SUPERVISOR, passed_on=rows)


ROUND = act("start_round", WAREHOUSE_SUPERVISOR)
SIGN = act("sign_off", OPS_MANAGER)
FAULTY = (ROUND, *marks(Item.SAFETY, Item.LABELS), finish("finish_with_faults"))
HANDLING = (*FAULTY, owners(Item.SAFETY, Item.LABELS))

PATHS = [
    Path("all is well", (ROUND, *marks(), finish("finish_clean"), SIGN), "closed", opened=[], notified=[], missed=[]),
    Path("faults put right", (*HANDLING, fix(Item.SAFETY), fix("see 4_labels", PACKER), handled(), SIGN), "closed"),
    Path("a fault passed on", (*HANDLING, fix(Item.SAFETY, PICKER), handled(Item.LABELS)), "signed_off", opened=["cross_department_issue"]),
    Path("counts in doubt, orders waiting", (ROUND, *marks(Item.GOODS_IN_PLACE, Item.OUTBOUND_AND_PICKUP), finish("finish_with_faults")), "faults_found", opened=["stocktake"], notified=[LOGISTICS]),
    Path("missed", (hours(2),), "overdue", missed=[]),
    Path("missed half way, made up", (ROUND, hours(2), act("late_round", WAREHOUSE_SUPERVISOR, reason="flood"), hours(1)), "checking"),
    Path("missed till noon", (hours(4),), "overdue", notified=[OPS_MANAGER], missed=["overdue"]),
    Path("safe in four hours", (*HANDLING, hours(8)), "handling", notified=[OPS_MANAGER, OPS_MANAGER, GM], missed=["safe_again"]),
    Path("told as it is found", (ROUND, marks(Item.SAFETY)[0], marks()[1]), "checking", notified=[OPS_MANAGER]),
    Path("in a round that nobody finishes", (ROUND, marks(Item.SAFETY)[0], hours(4)), "overdue", notified=[OPS_MANAGER, OPS_MANAGER, OPS_MANAGER], missed=["overdue", "safe_again"]),
    Path("it was none", (ROUND, *marks(Item.SAFETY), *marks()[:1], finish("finish_clean"), hours(8)), "signed_off", notified=[OPS_MANAGER], missed=[]),
    Path("another puts it right", (*FAULTY, owners(Item.SAFETY, Item.LABELS), owners(Item.SAFETY, Item.LABELS)), "handling"),
    Path("a safety fault that nobody takes up", (*FAULTY, hours(4)), "faults_found", notified=[OPS_MANAGER, OPS_MANAGER], missed=["safe_again"]),
    Path("a fault that nobody takes up", (ROUND, *marks(Item.LABELS), finish("finish_with_faults"), hours(48)), "faults_found", notified=[OPS_MANAGER], missed=["put_right"]),
    Path("safe again, the rest in two days", (*HANDLING, fix(Item.SAFETY), hours(50)), "handling", notified=[OPS_MANAGER, OPS_MANAGER], missed=["put_right"]),
]  # fmt: skip

REFUSALS = [
    Refused("six items", (ROUND, *marks()[1:], finish("finish_clean")), "seven items"),
    Refused("clean with a fault", (ROUND, *marks(Item.LABELS), finish("finish_clean")), "No fault"),
    Refused("faults where there are none", (ROUND, *marks(), finish("finish_with_faults")), "At least one fault"),
    Refused("six said", (ROUND, *marks(), finish("finish_clean", items_done=6)), "/items_done"),
    Refused("a fault without words", (ROUND, act("mark_item", WAREHOUSE_SUPERVISOR, item=Item.LABELS, result="fault")), "/fault_detail"),
    Refused("a fault without an owner", (*FAULTY, owners(Item.SAFETY)), "/faults"),
    Refused("due yesterday", (*FAULTY, owners(Item.SAFETY, Item.LABELS, due="2026-11-22")), "/faults"),
    Refused("a fault nobody found", (*HANDLING, fix("2_tidiness")), "/fault"),
    Refused("left open without a word", (*HANDLING, fix(Item.SAFETY), handled()), "4_labels"),
    Refused("safety is passed on", (*HANDLING, fix(Item.LABELS), handled(Item.SAFETY)), "Safety is restored before"),
    Refused("safety in a week", (*FAULTY, act("start_handling", WAREHOUSE_SUPERVISOR, faults=[{"item": i, "owner": "li", "due": "2026-11-24"} for i in (Item.SAFETY, Item.LABELS)])), "restored today"),
    Refused("five weeks off", (*FAULTY, owners(Item.SAFETY, Item.LABELS, due="2026-12-28")), "At the latest on 2026-11-30"),
    Refused("put right by another", (*HANDLING, fix(Item.SAFETY, person(PACKER, "wu"))), "It is li"),
    Refused("safe again, and nobody shows it", (*HANDLING, fix(Item.SAFETY, photo=None)), "/photo"),
    Refused("nobody looked at safety", (ROUND, act("mark_item", WAREHOUSE_SUPERVISOR, item=Item.SAFETY, result="not_applicable")), "/result"),
    Refused("a packer signs off", (ROUND, *marks(), finish("finish_clean"), act("sign_off", PACKER)), "not_your_role"),
]  # fmt: skip

MESSAGES = {
    "finish_with_faults": {"orders_waiting to logistics"},
    "mark_item": {"safety_fault to ops_manager"},
    "start_handling": {"fault_yours"},
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
    assert untaken(WarehouseCheck, start, PATHS) == set()


def test_only_what_is_out_of_place_is_counted() -> None:
    doubt = act(
        "mark_item",
        WAREHOUSE_SUPERVISOR,
        item=Item.GOODS_IN_PLACE,
        result="fault",
        fault_detail="?",
        goods=["A1"],
    )
    for more, scope in (((doubt,), ["A1"]), ((), ["all"])):
        steps = (ROUND, *marks(Item.GOODS_IN_PLACE), *more, finish("finish_with_faults"))
        (count,) = walk(start(), steps).effects(OpenCase)
        assert count.form["scope"] == scope


def test_what_is_passed_on_has_a_case_of_its_own() -> None:
    (issue,) = walk(start(), (*HANDLING, fix(Item.SAFETY), handled(Item.LABELS))).effects(OpenCase)
    assert (issue.form["problem"], issue.form["other_department"]) == ("see 4_labels", "purchasing")
