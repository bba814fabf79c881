"""Promotion plan: every move, every refusal, every limit."""
# ruff: noqa: E501 - a row of a table stays on its line

from __future__ import annotations

from typing import Any

import pytest

from activities.cases.contract import CancelCase, OpenCase, TellParent
from activities.figures.contract import ReadFigures
from activities.messages.contract import Notify
from tests.procedures.paths import Act, Answers, Path, Refused, act, each, messages, untaken, walk, walked
from tests.scenario import Scenario, person, yes
from workflows.language.memory import Parent
from workflows.language.refusals import InvalidForm, Refusal
from workflows.language.timing import days
from workflows.procedures.marketing_and_content.promotion_plan import PromotionPlan
from workflows.vocabulary import GM, OPS_MANAGER, OPS_SPECIALIST, PROMOTER

PLAN: dict[str, Any] = {
    "goods": ["TEA-1"],
    "goal": [{"metric": "visits", "target": 3000}],
    "channels": [{"channel": "search_ads", "budget": 2000}, {"channel": "seo", "budget": 500}],
    "content_forms": ["短文"],
    "period": {"first": "2026-12-07", "last": "2026-12-20"},
    "budget": 2500,
}
READY: dict[str, Any] = {"assets_ready": True, "readers_told": True}
MOVED = [{"channel": "search_ads", "budget": 1500}, {"channel": "seo", "budget": 1000}]
CHANGE: dict[str, Any] = {"wanted": MOVED, "change": "降价", "reason": "回报低"}
NOTE = {"note": "好"}
LARGE: dict[str, Any] = {"budget": 50_000, "channels": [{"channel": "display", "budget": 50_000}]}
RETURN: dict[str, Any] = {
    "spend": 2400,
    "visits": 3100,
    "orders": 90,
    "sales": 5000,
    "roi": "2.08",
    "by_channel": [
        {"channel": "search_ads", "spend": 2000, "sales": 4000},
        {"channel": "seo", "spend": 400, "sales": 1000},
    ],
    "advice": "继续",
}


def start(answers: Answers | None = None, **changes: Any) -> Scenario:
    made = Scenario(PromotionPlan, subject="PP-1", answers=answers)
    return made.act("draft", OPS_SPECIALIST, **{**PLAN, **changes})


def submit(**changes: Any) -> Act:
    return act("submit", PROMOTER, **{**PLAN, **changes})


def spend(sum_: str) -> Act:
    return act("record_spend", PROMOTER, channel="search_ads", spend=sum_)


MORE: dict[str, Any] = {
    "spend": 9000,
    "sales": 5000,
    "roi": None,
    "by_channel": [{"channel": "search_ads", "spend": 9000, "sales": 5000}],
}
EXCESS = act("evaluate", PROMOTER, **RETURN | MORE)
APPROVED = (submit(), act("approve", OPS_MANAGER, **NOTE))
RUNNING = (*APPROVED, act("start_running", PROMOTER, **READY))


def dearer(sum_: int) -> Act:
    return act("adjust", PROMOTER, **CHANGE | {"wanted": [{"channel": "search_ads", "budget": sum_}]})


DEARER = (*RUNNING, dearer(9000))

PATHS = [
    Path("approved", APPROVED, "preparing", opened=[]),
    Path(
        "a large one by the general manager",
        (
            submit(budget=50_000, channels=[{"channel": "seo", "budget": 50_000}]),
            act("approve", GM, **NOTE),
        ),
        "preparing",
    ),
    Path("running opens the ads of paid channels", RUNNING, "running", opened=["ad_optimisation"]),
    Path("adjusted", (*RUNNING, act("adjust", PROMOTER, **CHANGE), act("adjusted", PROMOTER)), "running"),
    Path("more is granted", (*DEARER, act("grant_more", OPS_MANAGER, **NOTE)), "running", notified=[OPS_MANAGER, GM, PROMOTER]),
    Path("no more is granted", (*DEARER, act("leave_as_it_was", OPS_MANAGER, **NOTE)), "running", notified=[OPS_MANAGER, GM, PROMOTER]),
    Path("over while it is adjusted", (*DEARER, days(30)), "evaluating"),
    Path("over when the period is", (*RUNNING, days(30)), "evaluating"),
    Path("evaluated", (*RUNNING, days(30), act("evaluate", PROMOTER, **RETURN)), "closed", effects=["ReadFigures"]),
    Path("more spent than planned", (*RUNNING, days(30), EXCESS), "overspent"),
    Path("more spent, and accepted", (*RUNNING, days(30), EXCESS, act("accept_overspend", OPS_MANAGER, **NOTE)), "closed"),
    Path("spending within the plan", (*RUNNING, spend("2000")), "running", notified=[]),
    Path("spending beyond the plan", (*RUNNING, spend("2000"), spend("0.01")), "running", notified=[OPS_MANAGER]),
    Path("spending while it is adjusted", (*RUNNING, act("adjust", PROMOTER, **CHANGE), spend("1")), "adjusting"),
    Path("the last day's spending", (*RUNNING, days(30), spend("5")), "evaluating"),
    Path("what was spent until it was stopped", (*RUNNING, act("stop", OPS_MANAGER, reason="亏损"), spend("5")), "stopped"),
    Path("stopped and evaluated", (*RUNNING, act("stop", OPS_MANAGER, reason="亏损"), act("evaluate", PROMOTER, **RETURN)), "closed"),
    Path("stopped, beyond the plan", (*RUNNING, act("stop", OPS_MANAGER, reason="亏损"), EXCESS), "overspent"),
    Path("stopped and never evaluated", (*RUNNING, act("stop", OPS_MANAGER, reason="亏损"), days(10)), "stopped", notified=[PROMOTER, OPS_MANAGER], missed=["stopped"]),
    Path("sent back", (submit(), act("return_plan", OPS_MANAGER, **NOTE), submit()), "approval"),
    Path("rejected", (submit(), act("reject", OPS_MANAGER, **NOTE)), "rejected"),
    Path("stopped", (*RUNNING, act("stop", OPS_MANAGER, reason="亏损")), "stopped"),
    Path(
        "stopped while adjusted",
        (*RUNNING, act("adjust", PROMOTER, **CHANGE), act("stop", OPS_MANAGER, reason="违规")),
        "stopped",
    ),
    Path("a late plan", (days(8),), "drafted", missed=["planned_in_time"], notified=[OPS_MANAGER]),
    Path("a reminder each week", (*RUNNING, days(15)), "running", notified=[PROMOTER] * 2, missed=[]),
    Path(
        "a late evaluation",
        (*RUNNING, days(40)),
        "evaluating",
        missed=["evaluating"],
        notified=[PROMOTER] * 3 + [OPS_MANAGER],
    ),
]  # fmt: skip
REFUSALS = [
    Refused(
        "dearer by the promoter alone",
        (*DEARER, act("adjusted", PROMOTER)),
        "more together than was approved",
    ),
    Refused(
        "a hundred thousand by the manager",
        (*RUNNING, dearer(100_000), act("grant_more", OPS_MANAGER, **NOTE)),
        "general manager's limit",
    ),
    Refused(
        "one channel twice",
        (
            *RUNNING,
            act("adjust", PROMOTER, **CHANGE | {"wanted": [*MOVED, MOVED[0]]}),
        ),
        "/wanted",
    ),
    Refused("not theirs", (act("submit", OPS_SPECIALIST, **PLAN),), "promoter"),
    Refused("sums differ", (submit(budget=2600),), "/budget"),
    Refused(
        "display alone, later",
        (*RUNNING, act("adjust", PROMOTER, **CHANGE | {"wanted": [{"channel": "display", "budget": 500}]})),
        "/wanted",
    ),
    Refused("display alone", (submit(channels=[{"channel": "display", "budget": 2500}]),), "/campaign"),
    Refused(
        "too large alone",
        (
            submit(budget=50_000, channels=[{"channel": "seo", "budget": 50_000}]),
            act("approve", OPS_MANAGER, **NOTE),
        ),
        "general manager's limit",
    ),
    Refused(
        "an event that only the promoter names",
        (submit(campaign="CP-1", **LARGE), act("approve", OPS_MANAGER, **NOTE)),
        "general manager's limit",
    ),
    Refused(
        "own plan",
        (act("submit", person(PROMOTER, "li"), **PLAN), act("approve", person(OPS_MANAGER, "li"), **NOTE)),
        "somebody else",
    ),
    Refused(
        "not told",
        (*APPROVED, act("start_running", PROMOTER, **READY | {"readers_told": False})),
        "/readers_told",
    ),
    Refused(
        "parts of the return",
        (*RUNNING, days(30), act("evaluate", PROMOTER, **RETURN | {"spend": 1})),
        "/spend",
    ),
    Refused(
        "a return of its own",
        (*RUNNING, days(30), act("evaluate", PROMOTER, **RETURN | {"roi": "99"})),
        "/roi",
    ),
    Refused(
        "less spent than was recorded",
        (*RUNNING, spend("2500"), days(30), act("evaluate", PROMOTER, **RETURN)),
        "/spend",
    ),
    Refused(
        "more sold than the shop has",
        (*RUNNING, days(30), act("evaluate", PROMOTER, **RETURN)),
        "/sales",
        answers={ReadFigures: yes(sales={"amount": "100"})},
    ),
    Refused(
        "who overspent accepts it",
        (
            *RUNNING,
            days(30),
            act("evaluate", person(PROMOTER, "li"), **RETURN | MORE),
            act("accept_overspend", person(OPS_MANAGER, "li"), **NOTE),
        ),
        "somebody else",
    ),
    Refused(
        "too many orders",
        (*RUNNING, days(30), act("evaluate", PROMOTER, **RETURN | {"visits": 1})),
        "/orders",
    ),
]


MESSAGES = {
    "accept_overspend": {"promotion_budget_decided to promoter"},
    "adjust": {"promotion_wants_more to gm", "promotion_wants_more to ops_manager"},
    "grant_more": {"promotion_budget_decided to promoter"},
    "leave_as_it_was": {"promotion_budget_decided to promoter"},
    "return_plan": {"promotion_plan_back to promoter"},
    "reject": {"promotion_plan_back to promoter"},
    "record_spend": {"promotion_over_budget to ops_manager"},
    "evaluate": {"promotion_over_budget to ops_manager"},
    "stop": {"promotion_stopped to promoter"},
}


@each([*PATHS, *REFUSALS])
def test_promotion_plan(line: Path | Refused) -> None:
    line.check(start)


def test_every_way_is_taken() -> None:
    assert untaken(PromotionPlan, start, PATHS) == set()


def test_a_draft_is_checked_like_a_plan() -> None:
    with pytest.raises(InvalidForm):
        start(budget=1)


def test_its_ads_stop_with_it() -> None:
    made = walk(start(), (*RUNNING, act("stop", OPS_MANAGER, reason="亏损")))
    assert [effect.subject for effect in made.effects(OpenCase)] == ["PP-1-search_ads-20261123"]
    assert len(made.effects(CancelCase)) == 1


def test_an_events_promotion_may_be_as_large_as_the_event_grants() -> None:
    parent = Parent(case="campaign:shop:CP-1", link="promotion", waits=True, wants=("running",))
    made = Scenario(PromotionPlan, subject="PP-1", parent=parent)
    made.act("draft", None, **{**PLAN, **LARGE, "campaign": "CP-1"})
    larger = submit(campaign="CP-1", budget=50_001, channels=[{"channel": "display", "budget": 50_001}])
    with pytest.raises(Refusal, match="general manager's limit"):
        walk(made, (larger, act("approve", OPS_MANAGER, **NOTE)))
    made.act("return_plan", OPS_MANAGER, **NOTE)
    granted = (submit(campaign="CP-1", **LARGE), act("approve", OPS_MANAGER, **NOTE))
    assert walk(made, granted).stage == "preparing"


def test_the_event_hears_which_channels_run() -> None:
    parent = Parent(case="campaign:shop:CP-1", link="promotion", waits=True, wants=("running",))
    made = Scenario(PromotionPlan, subject="PP-1", parent=parent).act("draft", OPS_SPECIALIST, **PLAN)
    (report,) = walk(made, RUNNING).effects(TellParent)
    assert (report.stage, report.ended) == ("running", False)
    assert [one["channel"] for one in report.result["channels"]] == ["search_ads", "seo"]


def test_kind_10_spending_beyond_the_plan_is_told_and_asked() -> None:
    made = walk(start(), (*RUNNING, spend("9000")))
    assert made.effects(Notify)[-1].template == "promotion_over_budget"
    assert walk(made, (days(30), EXCESS)).stage == "overspent"


def test_kind_10_a_stopped_plan_is_evaluated() -> None:
    made = walk(start(), (*RUNNING, act("stop", OPS_MANAGER, reason="亏损")))
    assert (made.stage, "evaluate" in made.offers(PROMOTER)) == ("stopped", True)


def test_kind_10_the_return_is_computed() -> None:
    made = walk(start(), (*RUNNING, days(30), act("evaluate", PROMOTER, **RETURN | {"roi": None})))
    assert str(made.case.roi) == "2.08"


def test_kind_10_an_events_promotion_stays_within_what_the_event_gives() -> None:
    parent = Parent(case="campaign:shop:CP-1", link="promotion", waits=True, wants=("running",))
    made = Scenario(PromotionPlan, subject="PP-1", parent=parent).act("draft", None, **PLAN, campaign="CP-1")
    more = submit(campaign="CP-1", budget=5000, channels=[{"channel": "seo", "budget": 5000}])
    with pytest.raises(Refusal, match="within what its event gives"):
        walk(made, (more, act("approve", OPS_MANAGER, **NOTE)))


def test_who_wrote_a_plan_hears_that_it_came_back() -> None:
    made = walk(start(), (submit(), act("return_plan", OPS_MANAGER, **NOTE)))
    assert [notice.role for notice in made.effects(Notify)] == [PROMOTER]


def test_each_event_sends_its_messages() -> None:
    assert messages(walked(start, PATHS)) == MESSAGES


def test_kind_55_more_money_is_a_figure_that_somebody_approves() -> None:
    made = walk(start(), DEARER)
    assert "adjusted" not in made.offers(PROMOTER)
    judged = made.machine.judged("grant_more")
    assert (str(judged["budget"]), str(judged["wanted_in_all"])) == ("2500.00 CNY", "9000.00 CNY")
    granted = walk(made, (act("grant_more", OPS_MANAGER, **NOTE),)).case
    assert (str(granted.budget), len(granted.channels)) == ("9000.00 CNY", 1)


def test_kind_55_money_moves_between_channels_within_what_was_approved() -> None:
    made = walk(start(), (*RUNNING, act("adjust", PROMOTER, **CHANGE), act("adjusted", PROMOTER))).case
    assert [str(one.budget) for one in made.channels] == ["1500.00 CNY", "1000.00 CNY"]
    assert str(made.budget) == "2500.00 CNY"


def test_kind_47_an_ad_knows_its_plan_and_goods() -> None:
    (ad,) = walk(start(), RUNNING).effects(OpenCase)
    assert (ad.form["plan"], ad.form["goods"], ad.form["tool"]) == ("PP-1", ["TEA-1"], "cpc")


def test_kind_10_what_is_spent_is_evaluated_before_the_plan_ends() -> None:
    """Whoever overspent doesn't stop the case."""
    running = walk(start(), (*RUNNING, spend("9000")))
    assert not running.machine.may_stop(person(PROMOTER))
    overspent = walk(running, (days(30), EXCESS))
    assert not overspent.machine.may_stop(person(PROMOTER))
    assert overspent.act("accept_overspend", GM, **NOTE).stage == "closed"


def test_kind_55_a_paid_channel_that_comes_later_has_an_ad_and_one_that_goes_has_none() -> None:
    sms = [{"channel": "sms", "budget": 1000}, {"channel": "seo", "budget": 500}]
    change = act("adjust", PROMOTER, **CHANGE | {"wanted": sms})
    made = walk(start(), (*RUNNING, change, act("adjusted", PROMOTER)))
    assert [one.form["tool"] for one in made.effects(OpenCase)] == ["cpc", "sms"]
    assert len(made.effects(CancelCase)) == 1
    again = act("adjust", PROMOTER, **CHANGE | {"wanted": sms})
    assert len(walk(made, (again, act("adjusted", PROMOTER))).effects(OpenCase)) == 2
