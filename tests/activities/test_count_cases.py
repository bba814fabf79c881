"""A stocktake with the books that answer it: what is sold meanwhile, what orders keep, and what was counted twice."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from activities.counts.contract import AdjustStock, CompareCount, FreezeScope
from activities.stock.contract import IssueStock, Receipt, ReceiveStock, ReleaseLines, ReserveStock
from models.values import SkuQty
from tests.activities.desk import Books
from tests.procedures.paths import act, walk
from tests.scenario import MONDAY, Answer, Scenario, person
from workflows.language.timing import hours
from workflows.procedures.supply_and_stock.stocktake import Stocktake
from workflows.vocabulary import (
    FACTORY_RESIDENT,
    GM,
    OPS_SPECIALIST,
    STATISTICIAN,
    WAREHOUSE_KEEPER,
    WAREHOUSE_SUPERVISOR,
)

ASKED = (FreezeScope, CompareCount, AdjustStock)
THIRD = person(WAREHOUSE_KEEPER, "third")
BOOKED = act("adjust", STATISTICIAN, platform_synced=True)
APPROVED = (
    act("explain", WAREHOUSE_SUPERVISOR, causes=[{"sku": "TEA", "cause": "pick"}]),
    act("approve", GM, note="seen"),
)


@pytest.fixture
def stocked(books: Books) -> Books:
    """Ten boxes of tea, of which three are reserved."""
    arrival = MONDAY - timedelta(days=1)
    books.do(ReceiveStock(reference="IN-1", lines=(Receipt(sku="TEA", qty=10),)), at=arrival)
    books.do(ReserveStock(order="SO-1", lines=(SkuQty(sku="TEA", qty=3),)), at=arrival)
    return books


def counting(books: Books) -> Scenario:
    answers: dict[Any, Answer] = {kind: lambda effect: books.do(effect, at=case.now) for kind in ASKED}
    case = Scenario(Stocktake, subject="ST-1", answers=answers)
    plan = {"kind": "cycle", "scope": ["TEA"], "date": "2026-11-23", "counters": ["li", "wu"]}
    case.act("plan", WAREHOUSE_SUPERVISOR, **plan)
    return case.act("freeze", WAREHOUSE_KEEPER, frozen_at=MONDAY.isoformat())


def sheet(event: str, tea: int, by: Any = WAREHOUSE_KEEPER) -> Any:
    return act(event, by, lines=[{"sku": "TEA", "bin": "main", "counted": tea}])


def test_what_is_sold_between_two_counts_is_no_difference(stocked: Books) -> None:
    case = walk(counting(stocked), (hours(1), sheet("count", 10, FACTORY_RESIDENT)))
    stocked.do(IssueStock(order="SO-1"), at=case.now + timedelta(minutes=1))
    walk(case, (hours(1), sheet("submit_count", 7)))
    assert (case.case.compared, case.case.disputed) == ("matches", ())
    assert walk(case, (act("no_variance", WAREHOUSE_SUPERVISOR),)).stage == "closed"
    assert stocked.stock("TEA").on_hand == 7


def test_a_loss_is_booked_once_whatever_leaves_before_it_is_approved(stocked: Books) -> None:
    counts = (hours(1), sheet("count", 9, FACTORY_RESIDENT), sheet("submit_count", 9))
    case = walk(counting(stocked), counts)
    stocked.do(IssueStock(order="SO-1"), at=case.now + timedelta(minutes=1))
    walk(case, (hours(1), *APPROVED, BOOKED))
    assert (case.stage, stocked.stock("TEA").on_hand) == ("closed", 6), "one is lost, three have left"


def test_kind_08_a_wrong_second_count_is_found_out_by_a_third(stocked: Books) -> None:
    case = walk(counting(stocked), (sheet("count", 10, FACTORY_RESIDENT), sheet("submit_count", 4)))
    assert case.offers(WAREHOUSE_SUPERVISOR) == ["ask_recount"]
    again = act("ask_recount", WAREHOUSE_SUPERVISOR, lines=[{"sku": "TEA", "bin": "main"}])
    walk(case, (again, sheet("recounted", 10, THIRD)))
    assert case.offers(WAREHOUSE_SUPERVISOR) == ["ask_recount", "no_variance"]


def test_what_orders_keep_is_freed_before_a_loss_is_booked(stocked: Books) -> None:
    counts = (sheet("count", 1, FACTORY_RESIDENT), sheet("submit_count", 1))
    case = walk(counting(stocked), (*counts, *APPROVED, BOOKED))
    assert (case.stage, case.notified[-2:]) == ("adjusting", [WAREHOUSE_SUPERVISOR, OPS_SPECIALIST])
    stocked.do(ReleaseLines(order="SO-1", lines=(SkuQty(sku="TEA", qty=2),)), at=case.now)
    assert walk(case, (BOOKED,)).stage == "closed"
    assert (stocked.stock("TEA").on_hand, stocked.stock("TEA").reserved) == (1, 1)
