"""Market research: every move, every refusal, every limit."""

from __future__ import annotations

from typing import Any

import pytest

from activities.cases.contract import TellParent
from activities.messages.contract import Notify
from tests.procedures.paths import Act, Answers, Path, Refused, act, each, messages, untaken, walk
from tests.scenario import Scenario, person
from workflows.language.memory import Parent
from workflows.language.refusals import InvalidForm
from workflows.language.timing import days
from workflows.procedures.products.market_research import MarketResearch
from workflows.vocabulary import DATA_ANALYST, OPS_MANAGER, PRODUCT_MANAGER, PROMOTER

QUESTION = {"question": "冬茶卖什么价", "purpose": "pricing", "needed_by": "2026-12-01"}
SCOPE: dict[str, Any] = {"rivals": ["甲", "乙", "丙"], "sources": ["搜索榜"], "metrics": ["price", "sales"]}
REPORT: dict[str, Any] = {
    "target_buyers": "三十岁上下的女性",
    "rival_findings": [{"rival": "甲", "finding": "降价"}],
    "advice": ["跟进小包装"],
}


def start(answers: Answers | None = None, parent: Parent | None = None) -> Scenario:
    made = Scenario(MarketResearch, subject="MR-1", answers=answers, parent=parent)
    return made.act("request", PRODUCT_MANAGER, **QUESTION)


def data(day: str = "2026-11-23") -> Act:
    return act("submit_data", PROMOTER, data_file="file:1", collected_on=day)


COLLECTING = (act("scope", DATA_ANALYST, **SCOPE), act("start_collect", DATA_ANALYST))
REVIEW = (*COLLECTING, data(), act("submit_report", DATA_ANALYST, **REPORT))

PATHS = [
    Path("published", (*REVIEW, act("accept", OPS_MANAGER)), "published", missed=[]),
    Path(
        "a report that was wrong is withdrawn",
        (*REVIEW, act("accept", OPS_MANAGER), act("withdraw", OPS_MANAGER, reason="数据有误")),
        "published",
        notified=[OPS_MANAGER, PRODUCT_MANAGER] * 2,
    ),
    Path("reworked", (*REVIEW, act("rework", OPS_MANAGER, note="缺数据"), data()), "analysing"),
    Path("declined", (act("decline", OPS_MANAGER),), "rejected", effects=[]),
    Path("late", (days(8),), "requested", missed=["published_in_time"], notified=[OPS_MANAGER]),
]
REFUSALS = [
    Refused("not theirs", (act("scope", PROMOTER, **SCOPE),), "data_analyst"),
    Refused("two rivals", (act("scope", DATA_ANALYST, **SCOPE | {"rivals": ["甲", "乙"]}),), "/rivals"),
    Refused("collected ahead", (*COLLECTING, data("2026-11-24")), "/collected_on"),
    Refused(
        "no advice", (*REVIEW[:3], act("submit_report", DATA_ANALYST, **REPORT | {"advice": []})), "/advice"
    ),
    Refused(
        "own report",
        (
            *REVIEW[:3],
            act("submit_report", person(DATA_ANALYST, "li"), **REPORT),
            act("accept", person(OPS_MANAGER, "li")),
        ),
        "somebody else",
    ),
]


@each([*PATHS, *REFUSALS])
def test_market_research(line: Path | Refused) -> None:
    line.check(start)


def test_every_way_is_taken() -> None:
    assert untaken(MarketResearch, start, PATHS) == set()


def test_who_asked_gets_the_advice() -> None:
    parent = Parent(case="product_selection:shop:PC-1", link="research", waits=True)
    made = walk(start(parent=parent), (*REVIEW, act("accept", OPS_MANAGER)))
    (report,) = made.effects(TellParent)
    assert report.result == {"advice": ["跟进小包装"]}


def test_kind_36_who_asked_for_research_hears_of_it() -> None:
    published = walk(start(), (*REVIEW, act("accept", OPS_MANAGER)))
    declined = walk(start(), (act("decline", OPS_MANAGER),))
    assert [notice.template for notice in published.effects(Notify)] == ["research_published"] * 2
    assert [notice.template for notice in declined.effects(Notify)] == ["research_declined"]


def test_kind_49_whoever_was_told_of_a_report_hears_that_it_is_withdrawn() -> None:
    wrong = act("withdraw", OPS_MANAGER, reason="数据有误")
    told = messages([walk(start(), (*REVIEW, act("accept", OPS_MANAGER), wrong))])
    assert told["withdraw"] == {"research_withdrawn to ops_manager", "research_withdrawn to product_manager"}


def test_kind_54_who_collects_sees_what_was_set() -> None:
    case = walk(start(), COLLECTING).case
    assert (case.rivals, case.sources, case.metrics) == (("甲", "乙", "丙"), ("搜索榜",), ("price", "sales"))


def test_kind_56_the_day_by_which_it_is_needed_is_a_limit() -> None:
    made = Scenario(MarketResearch, subject="MR-2")
    made.act("request", PRODUCT_MANAGER, **QUESTION | {"needed_by": "2026-11-24"})
    assert walk(made, (days(2),)).missed == ["published_in_time"]
    with pytest.raises(InvalidForm, match="in the past"):
        Scenario(MarketResearch, subject="MR-3").act(
            "request", PRODUCT_MANAGER, **QUESTION | {"needed_by": "2020-01-01"}
        )
