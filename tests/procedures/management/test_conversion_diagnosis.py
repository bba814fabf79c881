"""Conversion diagnosis: every move, every refusal, every limit."""
# ruff: noqa: E501 - a row of a table stays on its line

from __future__ import annotations

from typing import Any

import pytest

from activities.figures.contract import ReadFigures
from tests.procedures.paths import Path, Refused, act, child, each, messages, untaken, walk, walked
from tests.scenario import Answer, Scenario, no, yes
from workflows.language.refusals import InvalidForm
from workflows.language.timing import days, hours
from workflows.procedures.management.conversion_diagnosis import ConversionDiagnosis
from workflows.vocabulary import DATA_ANALYST, OPS_MANAGER, OPS_SPECIALIST


def start(answers: dict[Any, Answer] | None = None) -> Scenario:
    answers = {ReadFigures: yes(value="1", baseline="2", in_band=False), **(answers or {})}
    case = Scenario(ConversionDiagnosis, subject="shop-20261123", answers=answers)
    return case.act("trigger", DATA_ANALYST, metric="conversion", value="1", baseline="2", scope="shop")


def classify(cause: str) -> Any:
    split = [{"source": "search", "visitors": 10, "conversion": "1"}]
    return act("classify", DATA_ANALYST, cause=cause, evidence="seen", source_split=split)


def move(to: str = "CUP", share: str = "30") -> Any:
    return act("move_traffic", OPS_SPECIALIST, from_sku="TEA", to_sku=to, share_pct=share)


NOTE = {"note": "seen"}
VALID = act("valid", DATA_ANALYST, **NOTE)
START = act("start_fix", OPS_SPECIALIST, action="new page")
FIXED = act("fixed", OPS_SPECIALIST, action="live")
FIXING = (VALID, classify("price"), START)
FAILED = (FIXED, days(3))

PATHS = [
    Path("fixed and recovered", (*FIXING, FIXED, act("recover")), "recovered", opened=["price_change"], missed=[]),
    Path("the figure comes back", (*FIXING, FIXED, hours(12)), "recovered", effects=["ReadFigures", "ReadFigures"], answers={ReadFigures: yes(in_band=True)}),
    Path("the books know no such item", (*FIXING, FIXED, hours(12)), "observing", effects=[], answers={ReadFigures: no("unknown")}),
    Path("a report has it looked at again", (*FIXING, FIXED, act("look_again")), "recovered", answers={ReadFigures: yes(in_band=True)}),
    Path("a report finds it off its band still", (*FIXING, FIXED, act("look_again")), "observing"),
    Path("the books say otherwise", (), "triggered", notified=[DATA_ANALYST], answers={ReadFigures: yes(value="1.5", baseline="2")}),
    Path("not real", (act("not_real", DATA_ANALYST, **NOTE),), "false_alarm"),
    Path("an outside cause", (VALID, classify("weather"), act("accept_outside", OPS_MANAGER, **NOTE)), "accepted"),
    Path("the page's own case fixes it", (VALID, classify("page"), START, child("product_info_maintenance", "applied")), "observing", opened=["product_info_maintenance"]),
    Path("the first try fails", (*FIXING, *FAILED), "fixing", notified=[OPS_SPECIALIST], missed=["observed"]),
    Path("three tries fail", (*FIXING, *FAILED * 3), "fixing", notified=[OPS_SPECIALIST] * 4),
    Path("traffic moved", (*FIXING, *FAILED, move(), act("close_moved", OPS_MANAGER, **NOTE)), "accepted", opened=["price_change", "ad_optimisation"]),
    Path("moved while watched", (*FIXING, FIXED, move()), "traffic_moved"),
    Path("classified in time", (hours(4),), "triggered", notified=[OPS_MANAGER], missed=["classified_in_time"]),
]  # fmt: skip

REFUSALS = [
    Refused("waiting for one's own price", (VALID, classify("price"), act("accept_outside", OPS_MANAGER, **NOTE)), "outside"),
    Refused("a fourth try", (*FIXING, *FAILED * 3, FIXED), "three tries"),
    Refused("moved to itself", (*FIXING, move("TEA")), "/to_sku"),
    Refused("more than all of it", (*FIXING, move(share="101")), "/share_pct"),
    Refused("recovered by word of mouth", (*FIXING, FIXED, act("recover", OPS_SPECIALIST)), "not_your_role"),
]  # fmt: skip

MESSAGES = {
    "close_moved": {"at_its_end"},
    "accept_outside": {"at_its_end"},
    "books_read": {"conversion_by_the_books to data_analyst"},
    "not_recovered": {"move_traffic to ops_specialist"},
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
    assert untaken(ConversionDiagnosis, start, PATHS) == set()


def test_the_books_are_not_asked_of_what_they_can_not_know() -> None:
    case = Scenario(ConversionDiagnosis, subject="shop-20261123")
    case.act("trigger", DATA_ANALYST, metric="conversion", value="1", baseline="2", scope="首页")
    walk(case, (*FIXING, FIXED, hours(12)))
    assert (case.stage, case.steps[-1].event, case.kinds) == ("observing", "look_again", [])


@pytest.mark.parametrize(
    ("cause", "opened"),
    [
        ("service", "cs_quality_review"),
        ("rival_ads", "ad_optimisation"),
        ("rival_price", "price_change"),
        ("stock", None),
    ],
)
def test_each_cause_has_its_own_remedy(cause: str, opened: str | None) -> None:
    case = walk(start(), (VALID, classify(cause), START))
    assert case.opened == ([opened] if opened else [])


def test_kind_11_conversion_is_the_books() -> None:
    answers: dict[Any, Answer] = {ReadFigures: yes(value="1.5", baseline="2", in_band=False)}
    case = Scenario(ConversionDiagnosis, subject="shop-1", answers=answers)
    with pytest.raises(InvalidForm, match="between 0 and 100"):
        case.act("trigger", DATA_ANALYST, metric="conversion", value="199", baseline="2", scope="shop")
    case.act("trigger", DATA_ANALYST, metric="conversion", value="99", baseline="2", scope="shop")
    assert (str(case.case.value), [str(one) for one in case.case.said]) == ("1.5", ["99", "2"])
    assert case.notified == [DATA_ANALYST]
