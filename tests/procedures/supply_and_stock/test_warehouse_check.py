"""Warehouse check: every move, every refusal, every limit."""
# ruff: noqa: E501 - a row of a table stays on its line

from __future__ import annotations

from typing import Any

from tests.procedures.paths import Path, Refused, act, each, messages, untaken, walked
from tests.scenario import MONDAY, Answer, Scenario
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
        "start_handling", WAREHOUSE_SUPERVISOR, faults=[{"item": i, "owner": "li", "due": due} for i in items]
    )


def fix(fault: str, by: Any = WAREHOUSE_KEEPER) -> Any:
    return act("fix_fault", by, fault=fault, action="done")


def handled(note: str = "") -> Any:
    return act("all_handled", WAREHOUSE_SUPERVISOR, note=note)


ROUND = act("start_round", WAREHOUSE_SUPERVISOR)
SIGN = act("sign_off", OPS_MANAGER)
FAULTY = (ROUND, *marks(Item.SAFETY, Item.LABELS), finish("finish_with_faults"))
HANDLING = (*FAULTY, owners(Item.SAFETY, Item.LABELS))

PATHS = [
    Path("all is well", (ROUND, *marks(), finish("finish_clean"), SIGN), "closed", opened=[], notified=[], missed=[]),
    Path("faults put right", (*HANDLING, fix(Item.SAFETY), fix("see 4_labels", PACKER), handled(), SIGN), "closed"),
    Path("a fault passed on", (*HANDLING, fix(Item.SAFETY, PICKER), handled("labels: to purchasing")), "signed_off"),
    Path("counts in doubt, orders waiting", (ROUND, *marks(Item.GOODS_IN_PLACE, Item.OUTBOUND_AND_PICKUP), finish("finish_with_faults")), "faults_found", opened=["stocktake"], notified=[LOGISTICS]),
    Path("missed", (hours(2),), "overdue", missed=[]),
    Path("missed half way, made up", (ROUND, hours(2), act("late_round", WAREHOUSE_SUPERVISOR, reason="flood"), hours(1)), "checking"),
    Path("missed till noon", (hours(4),), "overdue", notified=[OPS_MANAGER], missed=["overdue"]),
    Path("safe in four hours", (*HANDLING, hours(8)), "handling", notified=[OPS_MANAGER, GM], missed=["safe_again"]),
    Path("a safety fault that nobody takes up", (*FAULTY, hours(4)), "faults_found", notified=[OPS_MANAGER], missed=["safe_again"]),
    Path("a fault that nobody takes up", (ROUND, *marks(Item.LABELS), finish("finish_with_faults"), hours(48)), "faults_found", notified=[OPS_MANAGER], missed=["put_right"]),
    Path("safe again, the rest in two days", (*HANDLING, fix(Item.SAFETY), hours(50)), "handling", notified=[OPS_MANAGER], missed=["put_right"]),
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
    Refused("a packer signs off", (ROUND, *marks(), finish("finish_clean"), act("sign_off", PACKER)), "not_your_role"),
]  # fmt: skip

MESSAGES = {
    "finish_with_faults": {"orders_waiting to logistics"},
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
