"""Supplier evaluation: every move, every refusal, every limit."""

# ruff: noqa: E501 - a row of a table stays on its line

from __future__ import annotations

from typing import Any

from activities.cases.contract import SendEvent
from activities.figures.contract import ReadFigures
from activities.messages.contract import Message
from activities.registers.contract import TakeUp
from activities.suppliers.contract import CheckSupplier, RateSupplier
from tests.procedures.paths import Answers, Path, Refused, act, each, messages, untaken, walk, walked
from tests.scenario import Scenario, no, person, yes
from workflows.language.timing import days
from workflows.procedures.supply_and_stock.supplier_evaluation import SupplierEvaluation
from workflows.vocabulary import OPS_MANAGER, OPS_SPECIALIST, PURCHASING, QC

FIGURES = {"on_time_pct": "95", "qc_pass_pct": "99", "return_pct": "1.5", "claims": 2, "price_index": "100"}
POOR = {**FIGURES, "on_time_pct": "50", "qc_pass_pct": "40"}


def start(answers: Answers | None = None, trigger: str = "routine") -> Scenario:
    answers = {ReadFigures: yes(**FIGURES), **(answers or {})}
    period = {"first": "2026-07-01", "last": "2026-09-30"}
    case = Scenario(SupplierEvaluation, subject="S-1-2026Q3", answers=answers)
    return case.act("open_review", PURCHASING, supplier="S-1", period=period, trigger=trigger)


def graded(service: int = 80, **more: Any) -> Any:
    return act("score", OPS_SPECIALIST, service=service, **more)


def parting(event: str, **more: Any) -> Any:
    return act(event, OPS_MANAGER, reason="late again", **more)


TALK = act("discuss", PURCHASING, channel="phone", supplier_comment="on_message")
GOOD = (graded(), TALK)
BAD = (graded(), TALK)
UNDER = {ReadFigures: yes(**POOR)}
REPLACED = act("name_replacement", OPS_MANAGER, replacement="S-2")
BEGUN = ["TakeUp", "ReadFigures"]
IMPROVE = act("ask_improve", PURCHASING, actions=["pack better"], recheck="2026-12-20")
LATE = {ReadFigures: no("returns aren't closed")}

PATHS = [
    Path("kept", (*GOOD, act("keep", PURCHASING)), "kept", effects=[*BEGUN, "Message", "LayDown"], missed=[]),
    Path("figures by hand", (act("load_data", PURCHASING, **FIGURES),), "data_ready", effects=["TakeUp"], answers=LATE),
    Path("another evaluation is under way", (), "joined", effects=[], notified=[PURCHASING], answers={TakeUp: no("under way", running="S-1-2026Q2")}),
    Path("an incident meanwhile", (act("another_incident"),), "data_ready"),
    Path("an incident before the figures are there", (act("another_incident"),), "opened", answers=LATE),
    Path("an incident once it is scored", (graded(), act("another_incident")), "scored"),
    Path("an incident in talks", (*GOOD, act("another_incident")), "discussed"),
    Path("an incident while it improves", (*BAD, IMPROVE, act("another_incident")), "improvement", answers=UNDER),
    Path("improved", (*BAD, IMPROVE, act("improved", QC)), "kept", effects=[*BEGUN, "Message", "Message", "LayDown"], answers=UNDER),
    Path("downgraded", (*BAD, parting("downgrade")), "downgraded", effects=[*BEGUN, "RateSupplier", "Message", "LayDown"], answers=UNDER),
    Path("downgraded after a try", (*BAD, IMPROVE, parting("downgrade")), "downgraded", answers=UNDER),
    Path("terminated", (*BAD, REPLACED, parting("terminate", replacement="S-2")), "terminated", notified=[PURCHASING], answers=UNDER),
    Path("terminated after a try", (*BAD, IMPROVE, REPLACED, parting("terminate")), "terminated", answers=UNDER),
    Path("no partner as a replacement", (*BAD, REPLACED), "discussed", notified=[OPS_MANAGER], answers={**UNDER, CheckSupplier: no("S-2 isn't admitted")}),
    Path("no partner as a replacement, later", (*BAD, IMPROVE, REPLACED), "improvement", answers={**UNDER, CheckSupplier: no("S-2 isn't admitted")}),
    Path("improved in a month", (*BAD, IMPROVE, days(30)), "improvement",
         notified=[OPS_MANAGER], missed=["improvement"], answers=UNDER),
]  # fmt: skip

REFUSALS = [
    Refused("heard nobody says how", (graded(), act("discuss", PURCHASING, supplier_comment="fine")), "/channel"),
    Refused("another total", (graded(total=99),), "come to 92, not 99"),
    Refused("graded against the figures", (graded(quality=100),), "known to be 98, not 100"),
    Refused("ungraded", (act("load_data", PURCHASING, **{**FIGURES, "price_index": None}), graded()), "/price", answers=LATE),
    Refused("figures beside the book's", (act("load_data", PURCHASING, **FIGURES),), "not possible at data_ready"),
    Refused("kept under the bar", (*BAD, act("keep", PURCHASING)), "reaches the bar", answers=UNDER),
    Refused("a good one asked to improve", (*GOOD, IMPROVE), "under the bar"),
    Refused("improve what", (*BAD, act("ask_improve", PURCHASING, recheck="2026-12-20")), "/actions", answers=UNDER),
    Refused("improve until when", (*BAD, act("ask_improve", PURCHASING, actions=["x"])), "/recheck", answers=UNDER),
    Refused("replaced by itself", (*BAD, act("name_replacement", PURCHASING, replacement="S-1")), "/replacement", answers=UNDER),
    Refused("replaced by somebody unnamed", (*BAD, parting("terminate", replacement="S-2")), "/replacement", answers=UNDER),
    Refused("purchasing parts", (*BAD, act("terminate", PURCHASING, reason="x")), "not_your_role", answers=UNDER),
    Refused("one person does it all", (act("score", person(OPS_SPECIALIST, "li"), service=9), TALK, act("terminate", person(OPS_MANAGER, "li"), reason="x")), "somebody else", answers=UNDER),
]  # fmt: skip

MESSAGES = {
    "keep": {"supplier_graded"},
    "improved": {"supplier_graded"},
    "ask_improve": {"supplier_to_improve"},
    "join": {"evaluation_under_way to purchasing"},
    "replacement_refused": {"replacement_refused to ops_manager"},
    "downgrade": {"supplier_downgraded"},
    "terminate": {"supplier_frozen to purchasing", "supplier_terminated"},
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
    assert start(trigger="incident").wait(days(7)).missed[-1] == "incident_in_time"
    assert "incident_in_time" not in start().wait(days(7)).missed


def test_what_the_books_say_is_kept() -> None:
    assert (str(start().case.on_time_pct), start().case.claims) == ("95", 2)


def test_the_standing() -> None:
    ended = walk(start(UNDER), (*BAD, REPLACED, parting("terminate", replacement="S-2")))
    (set_to,) = ended.effects(RateSupplier)
    assert (set_to.rating, set_to.replacement) == ("frozen", "S-2")


def test_kind_07_who_passed_no_check_is_not_graded_a_hundred() -> None:
    """The book says 0 %: the grade follows from it, and no other is taken."""
    none: Answers = {ReadFigures: yes(**FIGURES | {"qc_pass_pct": "0"})}
    Refused("", (graded(quality=100),), "known to be 0, not 100", answers=none).check(start)
    case = walk(start(none), (graded(),))
    assert (case.case.grades["quality"], case.case.total) == (0, 52)


def test_kind_45_two_evaluations_of_one_supplier_are_one() -> None:
    running = {TakeUp: no("under way", running="S-1-2026Q2")}
    second = start(running, trigger="incident")
    assert second.stage == "joined"
    (sent,) = second.effects(SendEvent)
    assert (sent.event, sent.subject) == ("another_incident", "S-1-2026Q2")


def test_kind_45_open_orders_of_a_frozen_supplier_are_looked_at() -> None:
    ended = walk(start(UNDER), (*BAD, parting("terminate")))
    (sent,) = ended.effects(SendEvent)
    assert (sent.procedure, sent.event, sent.where) == ("procurement", "supplier_frozen", {"supplier": "S-1"})


def test_kind_36_the_supplier_hears_how_it_was_graded() -> None:
    said = [walk(start(), (*GOOD, act("keep", PURCHASING))), walk(start(UNDER), (*BAD, parting("terminate")))]
    assert [[m.template for m in case.effects(Message)] for case in said] == [
        ["supplier_graded"],
        ["supplier_terminated"],
    ]
