"""Stocktake: every move, every refusal, every limit."""
# ruff: noqa: E501 - a row of a table stays on its line

from __future__ import annotations

from datetime import timedelta
from typing import Any

from activities.cases.contract import SendEvent
from activities.counts.contract import AdjustStock, CompareCount, FreezeScope
from models.effect import Outcome
from models.values import yuan
from tests.procedures.paths import Path, Refused, act, each, messages, untaken, walk, walked
from tests.scenario import MONDAY, Answer, Scenario, no, person, yes
from workflows.language.timing import hours
from workflows.procedures.supply_and_stock.stocktake import Stocktake
from workflows.vocabulary import (
    FACTORY_RESIDENT,
    FINANCE,
    GM,
    OPS_MANAGER,
    OPS_SPECIALIST,
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


def differ(effect: CompareCount) -> Outcome:
    """The book has ten of TEA in A1, at 30 each."""
    lines = [line for line in effect.lines if line.sku == "TEA"]
    if not lines:
        return yes()
    last = lines[-1].counted
    counts = [{"by": one.by, "counted": one.counted, "book": 10} for one in lines]
    row = {"sku": "TEA", "bin": "A1", "book": 10, "counted": last, "delta": last - 10, "counts": counts}
    row |= {"unit_value": {"amount": "30", "currency": "CNY"}, "kept": 2}
    disputed = [row] if len(lines) < 3 and len({one.counted for one in lines}) > 1 else []
    if last == 10:
        return yes(disputed=disputed)
    return no("differs", differences=[row], disputed=disputed)


def fresh(answers: dict[Any, Answer] | None = None) -> Scenario:
    return Scenario(Stocktake, answers=answers)


def start(answers: dict[Any, Answer] | None = None, **more: Any) -> Scenario:
    answers = {CompareCount: differ, **(answers or {})}
    return Scenario(Stocktake, subject="ST-1", answers=answers).act(
        "plan", WAREHOUSE_SUPERVISOR, **{**PLAN, **more}
    )


THIRD = person(WAREHOUSE_KEEPER, "third")


def sheet(event: str, by: Any = WAREHOUSE_KEEPER, counted: int = 9) -> Any:
    return act(event, by, lines=[{"sku": "TEA", "bin": "A1", "counted": counted}])


def decide(event: str, by: Any = FINANCE, **value: str) -> Any:
    return act(event, by, note="seen", **value)


FREEZE = act("freeze", WAREHOUSE_KEEPER, frozen_at=MONDAY.isoformat())
COUNTED = (FREEZE, sheet("count", FACTORY_RESIDENT), sheet("submit_count"))
RECOUNT = act("ask_recount", WAREHOUSE_SUPERVISOR, lines=[{"sku": "TEA", "bin": "A1"}])
EXPLAIN = act("explain", WAREHOUSE_SUPERVISOR, causes=[{"sku": "TEA", "cause": "pick"}])
CANCEL = act("cancel", WAREHOUSE_SUPERVISOR, reason="sale")
DISPUTED = (FREEZE, sheet("count", FACTORY_RESIDENT, 9), sheet("submit_count", counted=10))


RIGHT = (FREEZE, sheet("count", FACTORY_RESIDENT, 10), sheet("submit_count", counted=10))
DEAR = {
    CompareCount: no(
        "differs",
        differences=[
            {
                "sku": "TEA",
                "bin": "A1",
                "book": 2000,
                "counted": 1000,
                "delta": -1000,
                "unit_value": {"amount": "50", "currency": "CNY"},
            }
        ],
    )
}
PRICELESS = {
    CompareCount: no(
        "differs", differences=[{"sku": "TEA", "bin": "A1", "book": 2, "counted": 1, "delta": -1}]
    )
}


def adjust(sku: str = "TEA", delta: int = -1, *, synced: bool = True) -> Any:
    deltas = [{"sku": sku, "bin": "A1", "delta": delta}]
    return act("adjust", STATISTICIAN, adjustments=deltas, platform_synced=synced)


PATHS = [
    Path("a difference is explained and adjusted", (*COUNTED, EXPLAIN, decide("approve"), adjust()), "closed", effects=["FreezeScope", "Message", "AdjustStock", "EndFreeze"], missed=[]),
    Path("another count holds the goods", (FREEZE,), "planned", effects=[], notified=[WAREHOUSE_KEEPER], answers={FreezeScope: no("count 1 holds A1")}),
    Path("orders keep more than is there", (*COUNTED, EXPLAIN, decide("approve"), adjust()), "adjusting", effects=["FreezeScope", "Message"], notified=[WAREHOUSE_SUPERVISOR, OPS_SPECIALIST], answers={AdjustStock: no("kept", missing=[{"sku": "TEA", "location": "main", "missing": 1}])}),
    Path("counted again before it is booked", (*COUNTED, EXPLAIN, decide("approve"), RECOUNT), "recount"),
    Path("on several sheets", (FREEZE, sheet("count", FACTORY_RESIDENT), sheet("count", FACTORY_RESIDENT, 8), sheet("submit_count", counted=8)), "variance_review"),
    Path("goods that the books don't know", COUNTED, "variance_review", notified=[WAREHOUSE_SUPERVISOR], answers={CompareCount: no("there is no product TAE")}),
    Path("cancelled while it is counted", (FREEZE, sheet("count"), CANCEL), "cancelled", effects=["FreezeScope", "EndFreeze"]),
    Path("two counts differ, and a third settles it", (*DISPUTED, RECOUNT, sheet("recounted", THIRD, 9), EXPLAIN), "approval"),
    Path("counted on its day", (hours(48),), "planned", notified=[WAREHOUSE_SUPERVISOR], missed=["planned"]),
    Path("frozen and not counted", (FREEZE, hours(24)), "frozen", notified=[WAREHOUSE_SUPERVISOR], missed=["frozen"]),
    Path("counted once, and by nobody else", (FREEZE, sheet("count"), hours(24)), "counting", notified=[WAREHOUSE_SUPERVISOR], missed=["counting"]),
    Path("not counted again", (*COUNTED, RECOUNT, hours(24)), "recount", notified=[WAREHOUSE_SUPERVISOR], missed=["recount"]),
    Path("all that differs is adjusted", (*COUNTED, EXPLAIN, decide("approve", value="30"), act("adjust", STATISTICIAN, platform_synced=True)), "closed"),
    Path("all is right", (*RIGHT, act("no_variance", WAREHOUSE_SUPERVISOR)), "closed", effects=["FreezeScope", "CompareCount", "EndFreeze"]),
    Path("counted again", (*COUNTED, RECOUNT, sheet("recounted", THIRD, 10)), "variance_review", effects=["FreezeScope", "CompareCount"]),
    Path("refused, and counted again", (*COUNTED, EXPLAIN, decide("refuse", OPS_MANAGER)), "recount"),
    Path("a large difference, by the general manager", (*COUNTED, EXPLAIN, decide("approve", GM), adjust(delta=-1000)), "closed", answers=DEAR),
    Path("cancelled before", (CANCEL,), "cancelled", effects=[]),
    Path("cancelled when frozen", (FREEZE, CANCEL), "cancelled", effects=["FreezeScope", "EndFreeze"]),
    Path("adjusted in two days", (*COUNTED, hours(48)), "variance_review", notified=[FINANCE], missed=["adjusted_in_time"]),
]  # fmt: skip

REFUSALS = [
    Refused("a shelf is left out", (FREEZE, act("count", WAREHOUSE_KEEPER, lines=[{"sku": "CUP", "bin": "B1", "counted": 0}]), act("submit_count", person(WAREHOUSE_KEEPER, "wu"), lines=[{"sku": "CUP", "bin": "B1", "counted": 0}])), "Not counted yet: A1, TEA"),
    Refused("one shelf twice", (FREEZE, act("count", WAREHOUSE_KEEPER, lines=[{"sku": "TEA", "bin": "A1", "counted": 0}] * 2)), "/lines"),
    Refused("less than nothing", (FREEZE, sheet("count", counted=-1)), "counted"),
    Refused("counted by one person only", (FREEZE, act("count", FACTORY_RESIDENT, lines=[{"sku": "TEA", "bin": "A1", "counted": 9}, {"sku": "CUP", "bin": "B1", "counted": 1}]), sheet("submit_count")), "Counted by one person only: CUP B1"),
    Refused("counted before it was frozen", (FREEZE, act("count", WAREHOUSE_KEEPER, counted_at=(MONDAY - timedelta(hours=1)).isoformat(), lines=[{"sku": "TEA", "bin": "A1", "counted": 9}])), "/counted_at"),
    Refused("counted tomorrow", (FREEZE, act("count", WAREHOUSE_KEEPER, counted_at=(MONDAY + timedelta(hours=1)).isoformat(), lines=[{"sku": "TEA", "bin": "A1", "counted": 9}])), "/counted_at"),
    Refused("a cause for what doesn't differ", (*COUNTED, act("explain", WAREHOUSE_SUPERVISOR, causes=[*EXPLAIN.form["causes"], {"sku": "CUP", "cause": "pick"}])), "This is one of TEA, not CUP"),
    Refused("no cause for what differs", (*COUNTED, act("explain", WAREHOUSE_SUPERVISOR, causes=[])), "/causes"),
    Refused("closed though two counts differ", (*DISPUTED, act("no_variance", WAREHOUSE_SUPERVISOR)), "a third person has counted"),
    Refused("explained though two counts differ", (FREEZE, sheet("count", FACTORY_RESIDENT, 10), sheet("submit_count"), EXPLAIN), "a third person has counted"),
    Refused("the first of two counts for a third time", (*COUNTED, RECOUNT, sheet("recounted", person(WAREHOUSE_KEEPER, "factory_resident"))), "somebody else"),
    Refused("what nobody counted, again", (*COUNTED, act("ask_recount", WAREHOUSE_SUPERVISOR, lines=[{"sku": "CUP", "bin": "A1"}])), "/lines"),
    Refused("whoever counted counts again", (*COUNTED, RECOUNT, sheet("recounted")), "somebody else"),
    Refused("counted again elsewhere", (*COUNTED, RECOUNT, act("recounted", THIRD, lines=[{"sku": "CUP", "bin": "B1", "counted": 3}])), "Not counted again yet: TEA A1"),
    Refused("who explained approves", (*COUNTED, act("explain", person(WAREHOUSE_SUPERVISOR, "li"), causes=[{"sku": "TEA", "cause": "pick"}]), decide("approve", person(FINANCE, "li"))), "somebody else"),
    Refused("who counted approves", (FREEZE, sheet("count"), sheet("submit_count", person(WAREHOUSE_KEEPER, "wu")), EXPLAIN, decide("approve", person(OPS_MANAGER, "wu"))), "somebody else"),
    Refused("above the limit", (*COUNTED, EXPLAIN, decide("approve")), "50000.00 CNY", answers=DEAR),
    Refused("of unknown worth", (*COUNTED, EXPLAIN, decide("approve")), "the gm approves", answers=PRICELESS),
    Refused("another value than the book's", (*COUNTED, EXPLAIN, decide("approve", value="1")), "known to be 30.00 CNY, not 1.00 CNY"),
    Refused("adjusted the other way", (*COUNTED, EXPLAIN, decide("approve"), adjust(delta=1)), "differs by -1, not by 1"),
    Refused("a part of the loss adjusted", (*COUNTED, EXPLAIN, decide("approve", GM), adjust(delta=-1)), "/adjustments", answers=DEAR),
    Refused("adjusted by more", (*COUNTED, EXPLAIN, decide("approve"), adjust(delta=-500)), "/adjustments"),
    Refused("the count isn't the book", (*COUNTED, act("no_variance", WAREHOUSE_SUPERVISOR)), "equals it"),
    Refused("nothing to explain", (*RIGHT, EXPLAIN), "differs from it"),
    Refused("one person counts twice", (FREEZE, sheet("count", person(WAREHOUSE_KEEPER, "wu")), sheet("submit_count", person(WAREHOUSE_KEEPER, "wu"))), "somebody else"),
    Refused("frozen tomorrow", (act("freeze", WAREHOUSE_KEEPER, frozen_at="2026-11-24T02:00:00Z"),), "/frozen_at"),
    Refused("frozen in 2019", (act("freeze", WAREHOUSE_KEEPER, frozen_at="2019-11-23T02:00:00Z"),), "/frozen_at"),
    Refused("what nobody counted, adjusted", (*COUNTED, EXPLAIN, decide("approve"), adjust("CUP")), "/adjustments"),
    Refused("one shelf adjusted twice", (*COUNTED, EXPLAIN, decide("approve"), act("adjust", STATISTICIAN, adjustments=[{"sku": "TEA", "bin": "A1", "delta": -1}] * 2, platform_synced=True)), "/adjustments"),
    Refused("the shop not in step", (*COUNTED, EXPLAIN, decide("approve"), adjust(synced=False)), "/platform_synced"),
]  # fmt: skip


MESSAGES = {
    "approve": {"approved"},
    "differs": {"count_not_compared to warehouse_supervisor"},
    "freeze_refused": {"count_not_frozen to warehouse_keeper"},
    "not_booked": {"count_not_booked to ops_specialist", "count_not_booked to warehouse_supervisor"},
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
    early = {  # as long as the book hasn't answered
        ("freeze_refused", "counting", "planned"),
        ("freeze_known", "counting", "counting"),
    }
    assert untaken(Stocktake, start, PATHS) == early


def test_two_different_people_count() -> None:
    one = act("plan", WAREHOUSE_SUPERVISOR, **{**PLAN, "counters": ["li", "li"]})
    Refused("one", (one,), "/counters").check(fresh)


def test_a_count_isnt_planned_for_yesterday() -> None:
    late = act("plan", WAREHOUSE_SUPERVISOR, **{**PLAN, "date": "2019-11-24"})
    Refused("late", (late,), "/date").check(fresh)


def test_a_count_in_the_minute_in_which_its_goods_were_frozen_is_told_by_the_minute() -> None:
    lines = [{"sku": "TEA", "bin": "A1", "counted": 9}]
    by_the_minute = act("count", WAREHOUSE_KEEPER, counted_at=MONDAY.isoformat(), lines=lines)
    assert walk(start().wait(timedelta(seconds=40)), (FREEZE, by_the_minute)).stage == "counting"


def test_a_spot_count_is_quick() -> None:
    assert start(kind="spot").wait(hours(4)).missed == ["spot_in_time"]
    assert start().wait(hours(4)).missed == []


def test_the_last_count_is_compared_and_its_approver_is_named() -> None:
    case = walk(
        start(),
        (*COUNTED, RECOUNT, sheet("recounted", THIRD, 8), EXPLAIN, decide("approve"), adjust(delta=-2)),
    )
    asked = [ask.effect for step in case.steps for ask in step.asked]
    assert [one for one in asked if isinstance(one, CompareCount)][-1].lines[-1].counted == 8
    assert case.effects(AdjustStock)[0].approved_by == "finance"


def test_the_whole_warehouse_has_no_list_of_shelves() -> None:
    assert walk(start(scope=["all"]), COUNTED).stage == "variance_review"


def test_kind_08_the_book_says_whether_a_count_agrees_and_what_it_is_worth() -> None:
    """Book 10, counted 9: not closed as equal; the approver sees the difference and its value."""
    case = walk(start(), COUNTED)
    assert "no_variance" not in case.offers(WAREHOUSE_SUPERVISOR)
    walk(case, (EXPLAIN,))
    (difference,) = case.case.differences
    assert (difference.book, difference.counted, difference.delta) == (10, 9, -1)
    assert case.case.value == yuan(30)


def test_kind_08_an_adjustment_keeps_to_what_was_counted() -> None:
    case = walk(start(), (*COUNTED, EXPLAIN, decide("approve")))
    Refused("", (*COUNTED, EXPLAIN, decide("approve"), adjust(delta=500)), "not by 500").check(start)
    (booked,) = walk(case, (act("adjust", STATISTICIAN, platform_synced=True),)).effects(AdjustStock)
    assert [(one.sku, one.delta) for one in booked.adjustments] == [("TEA", -1)]


def test_kind_08_from_the_limit_up_the_general_manager_approves() -> None:
    Refused("", (*COUNTED, EXPLAIN, decide("approve")), "the gm approves", answers=DEAR).check(start)


def test_kind_22_goods_that_a_spot_count_finds_are_on_sale_again() -> None:
    case = walk(start(kind="spot"), (*RIGHT, act("no_variance", WAREHOUSE_SUPERVISOR)))
    (sent,) = case.effects(SendEvent)
    assert (sent.event, sent.where, sent.form) == ("restock_relist", {"sku": "TEA"}, {"qty": 10})
    assert not walk(start(), (*RIGHT, act("no_variance", WAREHOUSE_SUPERVISOR))).effects(SendEvent)


def test_who_counts_again_doesnt_see_the_book() -> None:
    for back in ((*COUNTED, RECOUNT), (*COUNTED, EXPLAIN, decide("refuse"))):
        case = walk(start(), back).case
        assert (case.differences, [line.sku for line in case.to_recount]) == ((), ["TEA"])


def test_kind_08_both_counts_are_kept_and_shown_to_who_decides() -> None:
    """Nine, then ten: the second equals the book, and closes nothing before a third person has counted."""
    case = walk(start(), DISPUTED)
    (open_,) = case.case.disputed
    assert [(one.by, one.counted) for one in open_.counts] == [
        ("factory_resident", 9),
        ("warehouse_keeper", 10),
    ]
    assert not {"no_variance", "explain"} & {*case.offers(WAREHOUSE_SUPERVISOR)}
    walk(case, (RECOUNT, sheet("recounted", THIRD, 9), EXPLAIN))
    (found,) = case.case.differences
    assert ([one.counted for one in found.counts], found.kept) == ([9, 10, 9], 2)


def test_each_count_is_compared_with_the_book_of_its_own_moment() -> None:
    early = act("count", FACTORY_RESIDENT, lines=[{"sku": "TEA", "bin": "A1", "counted": 9}])
    walked_ = walk(start(), (FREEZE, early, hours(2), sheet("submit_count")))
    asked = [ask.effect for step in walked_.steps for ask in step.asked]
    (compared,) = [one for one in asked if isinstance(one, CompareCount)]
    assert [line.at for line in compared.lines] == [MONDAY, MONDAY + timedelta(hours=2)]


def test_what_the_book_has_in_the_scope_is_counted_all_of_it() -> None:
    frozen = yes(lines=[{"sku": "TEA", "bin": "main", "qty": 10}, {"sku": "CUP", "bin": "main", "qty": 1}])
    case = walk(start({FreezeScope: frozen}, scope=["all"]), COUNTED[:2])
    assert [(one.sku, one.bin) for one in case.case.to_count] == [("TEA", "main"), ("CUP", "main")]
    Refused("", COUNTED, "Not counted yet: CUP main", answers={FreezeScope: frozen}).check(start)


def test_a_count_may_be_long() -> None:
    """A warehouse has more shelves than one sheet."""
    sheets = [
        act(
            event,
            by,
            lines=[
                {"sku": f"S-{n}", "bin": "main", "counted": 1} for n in range(part * 150, part * 150 + 150)
            ],
        )
        for event, by, part in (
            ("count", FACTORY_RESIDENT, 0),
            ("count", FACTORY_RESIDENT, 1),
            ("count", person(WAREHOUSE_KEEPER, "wu"), 0),
            ("submit_count", person(WAREHOUSE_KEEPER, "wang"), 1),
        )
    ]
    case = walk(start(scope=["S-0"]), (FREEZE, *sheets))
    assert (case.stage, len(case.case.lines), len(case.case.counts)) == ("variance_review", 300, 600)


def test_what_orders_keep_isnt_lost_when_a_difference_cant_be_booked() -> None:
    short: dict[Any, Answer] = {
        AdjustStock: no("kept", missing=[{"sku": "TEA", "location": "main", "missing": 1}])
    }
    case = walk(start(short), (*COUNTED, EXPLAIN, decide("approve"), adjust()))
    assert (case.stage, "adjust" in case.offers(STATISTICIAN)) == ("adjusting", True)


def test_kind_08_each_article_that_differs_has_a_cause_of_its_own() -> None:
    rows = [{"sku": sku, "bin": "A1", "book": 2, "counted": 1, "delta": -1} for sku in ("TEA", "CUP")]
    both: dict[Any, Answer] = {CompareCount: no("differs", differences=rows)}
    one = act("explain", WAREHOUSE_SUPERVISOR, causes=[{"sku": "TEA", "cause": "pick"}])
    Refused("", (*COUNTED, one), "Say why these differ: CUP", answers=both).check(start)
    each_ = act(
        "explain",
        WAREHOUSE_SUPERVISOR,
        causes=[{"sku": "TEA", "cause": "pick"}, {"sku": "CUP", "cause": "theft"}],
    )
    assert walk(start(both), (*COUNTED, each_)).stage == "approval"
