"""Stocktake: every move, every refusal, every limit."""
# ruff: noqa: E501 - a row of a table stays on its line

from __future__ import annotations

from typing import Any

from activities.counts.contract import AdjustStock, CompareCount
from tests.procedures.paths import Path, Refused, act, each, untaken, walk
from tests.scenario import MONDAY, Answer, Scenario, person
from workflows.language.timing import hours
from workflows.procedures.supply_and_stock.stocktake import Stocktake
from workflows.vocabulary import (
    FACTORY_RESIDENT,
    FINANCE,
    GM,
    OPS_MANAGER,
    STATISTICIAN,
    WAREHOUSE_KEEPER,
    WAREHOUSE_SUPERVISOR,
)

PLAN: dict[str, Any] = {
    "kind": "cycle",
    "scope": ["A1", "TEA"],
    "date": "2026-11-24",
    "counters": ["li", "wu"],
}


def fresh(answers: dict[Any, Answer] | None = None) -> Scenario:
    return Scenario(Stocktake, answers=answers)


def start(answers: dict[Any, Answer] | None = None, **more: Any) -> Scenario:
    return Scenario(Stocktake, subject="ST-1", answers=answers).act(
        "plan", WAREHOUSE_SUPERVISOR, **{**PLAN, **more}
    )


def sheet(event: str, by: Any = WAREHOUSE_KEEPER, counted: int = 9) -> Any:
    return act(event, by, lines=[{"sku": "TEA", "bin": "A1", "counted": counted}])


def decide(event: str, by: Any = FINANCE, value: str = "30") -> Any:
    return act(event, by, value=value, note="seen")


FREEZE = act("freeze", WAREHOUSE_KEEPER, frozen_at=MONDAY.isoformat())
COUNTED = (FREEZE, sheet("count", FACTORY_RESIDENT), sheet("submit_count"))
RECOUNT = act("ask_recount", WAREHOUSE_SUPERVISOR, lines=[{"sku": "TEA", "bin": "A1"}])
EXPLAIN = act("explain", WAREHOUSE_SUPERVISOR, causes=[{"sku": "TEA", "cause": "pick"}])
CANCEL = act("cancel", WAREHOUSE_SUPERVISOR, reason="sale")


def adjust(sku: str = "TEA", *, synced: bool = True) -> Any:
    deltas = [{"sku": sku, "bin": "A1", "delta": -1}]
    return act("adjust", STATISTICIAN, adjustments=deltas, platform_synced=synced)


PATHS = [
    Path("a difference is explained and adjusted", (*COUNTED, EXPLAIN, decide("approve"), adjust()), "closed", effects=["FreezeScope", "CompareCount", "AdjustStock", "EndFreeze"], missed=[]),
    Path("all is right", (*COUNTED, act("no_variance", WAREHOUSE_SUPERVISOR)), "closed", effects=["FreezeScope", "CompareCount", "EndFreeze"]),
    Path("counted again", (*COUNTED, RECOUNT, sheet("recounted", counted=10)), "variance_review", effects=["FreezeScope", "CompareCount", "CompareCount"]),
    Path("refused, and counted again", (*COUNTED, EXPLAIN, decide("refuse", OPS_MANAGER)), "recount"),
    Path("a large difference, by the general manager", (*COUNTED, EXPLAIN, decide("approve", GM, "50000"), adjust()), "closed"),
    Path("cancelled before", (CANCEL,), "cancelled", effects=[]),
    Path("cancelled when frozen", (FREEZE, CANCEL), "cancelled", effects=["FreezeScope", "EndFreeze"]),
    Path("adjusted in two days", (*COUNTED, hours(48)), "variance_review", notified=[FINANCE], missed=["adjusted_in_time"]),
]  # fmt: skip

REFUSALS = [
    Refused("a shelf is left out", (FREEZE, act("count", WAREHOUSE_KEEPER, lines=[{"sku": "CUP", "bin": "B1", "counted": 0}]), act("submit_count", WAREHOUSE_KEEPER, lines=[{"sku": "CUP", "bin": "B1", "counted": 0}])), "Not counted yet: A1, TEA"),
    Refused("one shelf twice", (FREEZE, act("count", WAREHOUSE_KEEPER, lines=[{"sku": "TEA", "bin": "A1", "counted": 0}] * 2)), "/lines"),
    Refused("less than nothing", (FREEZE, sheet("count", counted=-1)), "counted"),
    Refused("what nobody counted, again", (*COUNTED, act("ask_recount", WAREHOUSE_SUPERVISOR, lines=[{"sku": "CUP", "bin": "A1"}])), "/lines"),
    Refused("counted again elsewhere", (*COUNTED, RECOUNT, act("recounted", WAREHOUSE_KEEPER, lines=[{"sku": "CUP", "bin": "B1", "counted": 3}])), "Not counted again yet: TEA A1"),
    Refused("who explained approves", (*COUNTED, act("explain", person(WAREHOUSE_SUPERVISOR, "li"), causes=[{"sku": "TEA", "cause": "pick"}]), decide("approve", person(FINANCE, "li"))), "somebody else"),
    Refused("who counted approves", (FREEZE, sheet("count"), sheet("submit_count", person(WAREHOUSE_KEEPER, "wu")), EXPLAIN, decide("approve", person(OPS_MANAGER, "wu"))), "somebody else"),
    Refused("above the limit", (*COUNTED, EXPLAIN, decide("approve", value="50000")), "/value"),
    Refused("what nobody counted, adjusted", (*COUNTED, EXPLAIN, decide("approve"), adjust("CUP")), "/adjustments"),
    Refused("one shelf adjusted twice", (*COUNTED, EXPLAIN, decide("approve"), act("adjust", STATISTICIAN, adjustments=[{"sku": "TEA", "bin": "A1", "delta": -1}] * 2, platform_synced=True)), "/adjustments"),
    Refused("the shop not in step", (*COUNTED, EXPLAIN, decide("approve"), adjust(synced=False)), "/platform_synced"),
]  # fmt: skip


@each(PATHS)
def test_path(line: Path) -> None:
    line.check(start)


@each(REFUSALS)
def test_refusal(line: Refused) -> None:
    line.check(start)


def test_every_move_is_taken() -> None:
    assert untaken(Stocktake, start, PATHS) == set()


def test_two_different_people_count() -> None:
    one = act("plan", WAREHOUSE_SUPERVISOR, **{**PLAN, "counters": ["li", "li"]})
    Refused("one", (one,), "/counters").check(fresh)


def test_a_spot_count_is_quick() -> None:
    assert start(kind="spot").wait(hours(4)).missed == ["spot_in_time"]
    assert start().wait(hours(4)).missed == []


def test_the_last_count_is_compared_and_its_approver_is_named() -> None:
    case = walk(
        start(), (*COUNTED, RECOUNT, sheet("recounted", counted=8), EXPLAIN, decide("approve"), adjust())
    )
    assert case.effects(CompareCount)[-1].lines[0].counted == 8
    assert case.effects(AdjustStock)[0].approved_by == "finance"


def test_the_whole_warehouse_has_no_list_of_shelves() -> None:
    assert walk(start(scope=["all"]), COUNTED).stage == "variance_review"
