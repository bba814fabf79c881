"""Supplier evaluation: every move, every refusal, every limit."""

from __future__ import annotations

from typing import Any

from activities.figures.contract import ReadFigures
from activities.suppliers.contract import RateSupplier
from tests.procedures.paths import Path, Refused, act, each, messages, untaken, walk, walked
from tests.scenario import Answer, Scenario, no, yes
from workflows.language.timing import days
from workflows.procedures.supply_and_stock.supplier_evaluation import SupplierEvaluation
from workflows.vocabulary import OPS_MANAGER, OPS_SPECIALIST, PURCHASING, QC

FIGURES = {"on_time_pct": "95", "qc_pass_pct": "99", "return_pct": "1.5", "claims": 2}


def start(answers: dict[Any, Answer] | None = None, trigger: str = "routine") -> Scenario:
    answers = {ReadFigures: yes(**FIGURES), **(answers or {})}
    period = {"first": "2026-07-01", "last": "2026-09-30"}
    case = Scenario(SupplierEvaluation, subject="S-1-2026Q3", answers=answers)
    return case.act("open_review", PURCHASING, supplier="S-1", period=period, trigger=trigger)


def graded(total: int, grade: int) -> Any:
    return act(
        "score", OPS_SPECIALIST, quality=grade, delivery=grade, price=grade, service=grade, total=total
    )


def parting(event: str, **more: Any) -> Any:
    return act(event, OPS_MANAGER, reason="late again", **more)


TALK = act("discuss", PURCHASING, supplier_comment="on_message")
GOOD = (graded(80, 80), TALK)
BAD = (graded(50, 50), TALK)
IMPROVE = act("ask_improve", PURCHASING, actions=["pack better"], recheck="2026-12-20")
LATE = {ReadFigures: no("returns aren't closed")}

PATHS = [
    Path("kept", (*GOOD, act("keep", PURCHASING)), "kept", effects=["ReadFigures"], missed=[]),
    Path("figures by hand", (act("load_data", PURCHASING, **FIGURES),), "data_ready", effects=[], answers=LATE),
    Path("improved", (*BAD, IMPROVE, act("improved", QC)), "kept"),
    Path("downgraded", (*BAD, parting("downgrade")), "downgraded", effects=["ReadFigures", "RateSupplier"]),
    Path("downgraded after a try", (*BAD, IMPROVE, parting("downgrade")), "downgraded"),
    Path("terminated", (*BAD, parting("terminate", replacement="S-2")), "terminated", notified=[PURCHASING]),
    Path("terminated after a try", (*BAD, IMPROVE, parting("terminate")), "terminated"),
    Path("improved in a month", (*BAD, IMPROVE, days(30)), "improvement",
         notified=[OPS_MANAGER], missed=["improvement"]),
]  # fmt: skip

REFUSALS = [
    Refused("wrongly weighted", (graded(81, 80),), "come to 80"),
    Refused("kept under the bar", (*BAD, act("keep", PURCHASING)), "reaches the bar"),
    Refused("a good one asked to improve", (*GOOD, IMPROVE), "under the bar"),
    Refused("improve what", (*BAD, act("ask_improve", PURCHASING, recheck="2026-12-20")), "/actions"),
    Refused("improve until when", (*BAD, act("ask_improve", PURCHASING, actions=["x"])), "/recheck"),
    Refused("replaced by itself", (*BAD, parting("terminate", replacement="S-1")), "/replacement"),
    Refused("purchasing parts", (*BAD, act("terminate", PURCHASING, reason="x")), "not_your_role"),
]  # fmt: skip

MESSAGES = {
    "terminate": {"supplier_frozen to purchasing"},
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
    assert untaken(SupplierEvaluation, start, PATHS) == set()


def test_an_incident_is_looked_at_in_a_week() -> None:
    assert start(trigger="incident").wait(days(7)).missed == ["incident_in_time"]
    assert start().wait(days(7)).missed == []


def test_what_the_books_say_is_kept() -> None:
    assert (str(start().case.on_time_pct), start().case.claims) == ("95", 2)


def test_the_standing() -> None:
    (set_to,) = walk(start(), (*BAD, parting("terminate", replacement="S-2"))).effects(RateSupplier)
    assert (set_to.rating, set_to.replacement) == ("frozen", "S-2")
