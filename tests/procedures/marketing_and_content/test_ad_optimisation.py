"""Ad optimisation: every move, every refusal, every limit."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from activities.cases.contract import SendEvent
from activities.platform.contract import AdEntry
from tests.procedures.paths import Act, Answers, Path, Refused, act, each, messages, untaken, walk, walked
from tests.scenario import MONDAY, Scenario, person
from workflows.language.timing import days, hours, minutes
from workflows.procedures.marketing_and_content.ad_optimisation import AdOptimisation
from workflows.vocabulary import OPS_MANAGER, PROMOTER

DATA: dict[str, Any] = {
    "tool": "cpc",
    "impressions": 10_000,
    "clicks": 400,
    "ctr": 4,
    "cpc": "0.8",
    "conversion": 5,
    "spend": 320,
    "sales": 900,
    "roi": "2.8",
    "keyword_bids": [{"keyword": "绿茶", "bid": "0.9"}],
}
OPENED = MONDAY - timedelta(hours=1)  # 09:00 in China


def start(answers: Answers | None = None) -> Scenario:
    return Scenario(AdOptimisation, subject="20261123", now=OPENED, answers=answers).act("open_day")


def load(**changes: Any) -> Act:
    return act("load", PROMOTER, **{**DATA, **changes})


def propose(step: int | None = 10, kind: str = "bid", by: str = "chen") -> Act:
    change: dict[str, Any] = {"kind": kind, "value": "1.0", "step_pct": step}
    if step is not None:
        change |= {"before": "100", "after": 100 + step}
    return act("propose", person(PROMOTER, by), change=[change], reason="排名低", expected="升位")


def said(before: str, after: str, step: int | None) -> Act:
    change = {"kind": "bid", "value": "up", "before": before, "after": after, "step_pct": step}
    return act("propose", PROMOTER, change=[change], reason="排名低", expected="升位")


def keyword(bid: str) -> Act:
    change = {"kind": "keyword_add", "value": "白茶", "after": bid}
    return act("propose", PROMOTER, change=[change], reason="有人搜", expected="有点击")


def done(event: str, roi: str) -> Act:
    return act(event, PROMOTER, result="有变化", spend="100", sales=str(round(float(roi) * 100, 2)))


APPLY = act("apply", PROMOTER, applied_at=OPENED)
STOP = act("stop_ad", PROMOTER, reason="缺货")
APPLIED = (load(), propose(), APPLY)

PATHS = [
    Path("inside target", (load(), act("no_change", PROMOTER)), "kept", effects=[]),
    Path("a small step passes by itself", (load(), propose()), "approved"),
    Path("applied and watched", APPLIED, "observing"),
    Path("better", (*APPLIED, done("good", "3.1")), "kept"),
    Path("worse", (*APPLIED, done("bad", "2.0")), "reverted"),
    Path("a bid from one to nine", (load(), said("1", "9", None)), "change_proposed"),
    Path("a bid out of nothing", (load(), said("0", "9", None)), "change_proposed"),
    Path(
        "ads that lose money",
        (load(spend=1_000_000, sales=1, roi=None, cpc=None),),
        "analysing",
        notified=[OPS_MANAGER],
    ),
    Path("a larger step waits", (load(), propose(-21)), "change_proposed"),
    Path("a larger budget waits", (load(), propose(5, "budget")), "change_proposed"),
    Path("a smaller budget doesn't", (load(), propose(-20, "budget")), "approved"),
    Path("a new keyword within the bids", (load(), keyword("0.9")), "approved"),
    Path("a new keyword far above them", (load(), keyword("100")), "change_proposed"),
    Path("a word that goes has no step", (load(), propose(None, "keyword_drop")), "approved"),
    Path("approved", (load(), propose(50), act("approve", OPS_MANAGER, note="试")), "approved"),
    Path("refused", (load(), propose(50), act("refuse", OPS_MANAGER, note="贵")), "kept"),
    Path("stopped before the figures", (STOP,), "paused"),
    Path("stopped on the figures", (load(), STOP), "paused"),
    Path("stopped while watched", (*APPLIED, STOP), "paused"),
    Path("stopped by another case", (act("stop_ad"),), "paused"),
    Path("late figures", (minutes(60),), "collecting", missed=["collecting"], notified=[OPS_MANAGER]),
    Path("no choice made", (*APPLIED, days(3)), "observing", missed=["observing"], notified=[PROMOTER]),
]
REFUSALS = [
    Refused("a new keyword without a bid", (load(), propose(None, "keyword_add")), "/change"),
    Refused("not theirs", (act("load", OPS_MANAGER, **DATA),), "promoter"),
    Refused("not of this tool", (load(tool="sms"),), "/keyword_bids"),
    Refused("clicks without views", (load(impressions=1),), "/clicks"),
    Refused("no step said", (load(), propose(None)), "/change"),
    Refused(
        "own proposal",
        (load(), propose(50, by="li"), act("approve", person(OPS_MANAGER, "li"), note="试")),
        "somebody else",
    ),
    Refused("applied ahead", (load(), propose(), act("apply", PROMOTER, applied_at=MONDAY)), "/applied_at"),
    Refused("not better", (*APPLIED, done("good", "2.7")), "no worse"),
    Refused("a bid that is moved further than it says", (load(), said("1", "9", 20)), "/change"),
    Refused("a return that doesn't follow", (load(roi="99"),), "/roi"),
    Refused("clicks that don't follow", (load(ctr="50"),), "/ctr"),
    Refused("conversion above all visitors", (load(conversion="101"),), "/conversion"),
    Refused(
        "an effect that doesn't follow",
        (*APPLIED, act("good", PROMOTER, result="x", spend="1000000", sales="1", roi_after="9")),
        "/roi_after",
    ),
]


MESSAGES = {
    "load": {"ad_loses_money to ops_manager"},
    "approve": {"ad_change_decided to promoter"},
    "refuse": {"ad_change_decided to promoter"},
}


@each([*PATHS, *REFUSALS])
def test_ad_optimisation(line: Path | Refused) -> None:
    line.check(start)


def test_a_day_that_another_case_opens_later_has_a_limit_too() -> None:
    made = Scenario(AdOptimisation, subject="CD-1", now=MONDAY + timedelta(hours=4)).act("open_day")
    assert made.wait(hours(23)).missed == []
    assert made.wait(hours(1)).missed == ["collecting"]


def test_every_way_is_taken() -> None:
    assert untaken(AdOptimisation, start, PATHS) == set()


def test_its_ads_run_until_it_ends() -> None:
    assert start().entry == AdEntry(running=True)
    assert walk(start(), (STOP,)).entry == AdEntry(running=False)


def test_kind_10_a_bids_step_is_computed() -> None:
    assert walk(start(), (load(), said("1.00", "9.00", None))).stage == "change_proposed"
    assert walk(start(), (load(), said("1.00", "1.20", 20))).stage == "approved"


def test_kind_10_a_return_that_is_worse_is_not_good() -> None:
    bad = act("good", PROMOTER, result="x", spend="1000000", sales="1")
    Refused("x", (*APPLIED, bad), "no worse").check(start)


def test_each_event_sends_its_messages() -> None:
    assert messages(walked(start, PATHS)) == MESSAGES


def test_kind_47_what_an_ad_spends_is_recorded_at_its_plan() -> None:
    """The plan tells where it is more than it gives."""
    made = Scenario(AdOptimisation, subject="PP-1-search_ads", now=OPENED)
    made.act("open_day", PROMOTER, plan="PP-1", goods=["TEA-1"], tool="cpc")
    (sent,) = walk(made, (load(),)).effects(SendEvent)
    assert (sent.procedure, sent.event, sent.subject) == ("promotion_plan", "record_spend", "PP-1")
    assert (sent.form["channel"], sent.form["spend"]["amount"]) == ("search_ads", "320")
    assert walk(start(), (load(),)).effects(SendEvent) == []
