"""Content operations: every move, every refusal, every limit."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from tests.procedures.paths import Act, Answers, Path, Refused, act, each, messages, untaken, walk, walked
from tests.scenario import MONDAY, Scenario, person
from workflows.language.timing import days, hours
from workflows.procedures.marketing_and_content.content_operations import ContentOperations
from workflows.vocabulary import CONTENT_EDITOR, DATA_ANALYST, OPS_MANAGER

PLAN: dict[str, Any] = {
    "items": [{"kind": "短文", "topic": "冬茶", "channel": "微博", "date": "2026-12-03", "owner": "li"}],
    "goal": [{"metric": "reads", "target": 5000}],
}
NOTE = {"note": "好"}
CONTENT: dict[str, Any] = {"title": "冬天喝什么茶", "body": "正文", "product_links": ["TEA-1"]}
OK: dict[str, Any] = {"facts_ok": True, "wording_ok": True, "rights_ok": True}
CHANGE = {"change": "换标题", "reason": "点击低"}
RESULT: dict[str, Any] = {"reads": 6000, "clicks": 300, "orders": 20, "lesson": "标题要具体"}


LI, BOSS_LI = person(CONTENT_EDITOR, "li"), person(OPS_MANAGER, "li")


def start(answers: Answers | None = None) -> Scenario:
    period = {"first": "2026-12-01", "last": "2026-12-31"}
    return Scenario(ContentOperations, subject="CT-1", answers=answers).act(
        "start_analysis", DATA_ANALYST, period=period, behaviour="晚上浏览", interests="养生"
    )


def editor(event: str, **form: Any) -> Act:
    return act(event, CONTENT_EDITOR, **form)


def manager(event: str, **form: Any) -> Act:
    return act(event, OPS_MANAGER, **form)


FOUND = [{"shop": "甲", "finding": "图多"}, {"shop": "乙", "finding": "更新勤"}]
PLANNED = (editor("rivals", rivals=FOUND), editor("plan", **PLAN), editor("submit_plan", **PLAN))
CREATING = (*PLANNED, manager("approve", **NOTE))
REVIEW = (*CREATING, editor("submit_content", **CONTENT))
SCHEDULED = (*REVIEW, manager("release", **OK))
THE_DAY = MONDAY + timedelta(hours=239)
"""The day that the plan names, before the hour at which people are asked to publish."""
PUBLISHED = (*SCHEDULED, hours(239), editor("publish", channel="微博", at=THE_DAY))
TO_PLACE = (*SCHEDULED, days(10))
LATER = MONDAY + timedelta(days=10)
MONITORED = (*PUBLISHED, hours(24))
IMPROVED = (*MONITORED, editor("optimise", **CHANGE), editor("republish", **CHANGE, title="新的标题"))

PATHS = [
    Path("sent back, and sent again", (*PLANNED, manager("return_plan", **NOTE), PLANNED[-1]), "approval"),
    Path("planned", PLANNED, "approval", effects=[]),
    Path("rejected", (*PLANNED, manager("reject", **NOTE)), "rejected"),
    Path("reworked", (*REVIEW, manager("rework", **OK | {"facts_ok": False})), "creating"),
    Path("published by hand", PUBLISHED, "published"),
    Path("its hour comes", TO_PLACE, "to_place", notified=[CONTENT_EDITOR]),
    Path("placed then", (*TO_PLACE, editor("publish", channel="微博", at=LATER)), "published"),
    Path("planned anew then", (*TO_PLACE, editor("replan", reason="改期")), "planning"),
    Path("withdrawn then", (*TO_PLACE, manager("withdraw", reason="错")), "withdrawn"),
    Path(
        "nobody places it",
        (*TO_PLACE, days(4)),
        "to_place",
        missed=["to_place"],
        notified=[CONTENT_EDITOR, CONTENT_EDITOR, OPS_MANAGER],
    ),
    Path("monitored after a day", MONITORED, "monitoring"),
    Path(
        "improved",
        (*MONITORED, editor("optimise", **CHANGE), editor("republish", **CHANGE)),
        "review",
    ),
    Path("improved and checked again", (*IMPROVED, manager("release", **OK)), "scheduled"),
    Path(
        "withdrawn while it is improved",
        (*MONITORED, editor("optimise", **CHANGE), manager("withdraw", reason="违规")),
        "withdrawn",
    ),
    Path("closed", (*MONITORED, editor("close", **RESULT)), "closed"),
    Path("withdrawn before", (*SCHEDULED, manager("withdraw", reason="错")), "withdrawn", effects=[]),
    Path(
        "withdrawn after",
        (*PUBLISHED, manager("withdraw", reason="错")),
        "withdrawn",
    ),
    Path(
        "withdrawn when all is said",
        (*MONITORED, editor("close", **RESULT), manager("withdraw", reason="违规")),
        "closed",
        notified=[CONTENT_EDITOR],
    ),
    Path("another day is planned", (*SCHEDULED, editor("replan", reason="提前")), "planning"),
    Path("withdrawn late", (*MONITORED, manager("withdraw", reason="违规")), "withdrawn"),
    Path("a late plan", (days(2),), "user_analysis", missed=["planned_in_time"], notified=[OPS_MANAGER]),
    Path("a late review", (*REVIEW, days(1)), "review", missed=["review"], notified=[OPS_MANAGER]),
    Path("the seventh day", (*MONITORED, days(6)), "monitoring", missed=["monitoring"], notified=[CONTENT_EDITOR]),
]  # fmt: skip
REFUSALS = [
    Refused("not theirs", (manager("rivals", rivals=FOUND),), "content_editor"),
    Refused("one rival", (editor("rivals", rivals=FOUND[:1]),), "/rivals"),
    Refused("own plan", (*PLANNED[:2], act("submit_plan", LI, **PLAN), act("approve", BOSS_LI, **NOTE)), "somebody"),
    Refused("unchecked rights", (*REVIEW, manager("release", **OK | {"rights_ok": False})), "rights to pictures"),
    Refused("own text", (*CREATING, act("submit_content", LI, **CONTENT), act("release", BOSS_LI, **OK)), "somebody"),
    Refused("published ahead", (*SCHEDULED, editor("publish", channel="微博", at=MONDAY + timedelta(1))), "/at"),
    Refused("before the plan's day", (*SCHEDULED, editor("publish", channel="微博", at=MONDAY)), "/at"),
    Refused("another channel", (*SCHEDULED, hours(239), editor("publish", channel="小红书", at=THE_DAY)), "/channel"),
    Refused("more clicks than reads", (*MONITORED, editor("close", **RESULT | {"reads": 1})), "/clicks"),
    Refused("more orders than clicks", (*MONITORED, editor("close", **RESULT | {"orders": 301})), "/orders"),
]  # fmt: skip


MESSAGES = {
    "its_hour_comes": {"content_to_place to content_editor"},
    "reject": {"content_back to content_editor"},
    "return_plan": {"content_back to content_editor"},
    "rework": {"content_back to content_editor"},
    "withdraw": {"content_back to content_editor"},
}


@each([*PATHS, *REFUSALS])
def test_content_operations(line: Path | Refused) -> None:
    line.check(start)


def test_every_way_is_taken() -> None:
    assert untaken(ContentOperations, start, PATHS) == set()


def test_each_event_sends_its_messages() -> None:
    assert messages(walked(start, PATHS)) == MESSAGES


def test_kind_55_what_was_improved_is_checked_by_another_before_it_is_published_again() -> None:
    steps = (*MONITORED, editor("optimise", **CHANGE), act("republish", LI, **CHANGE, title="新的标题"))
    case = walk(start(), steps)
    assert case.stage == "review"
    judged = case.machine.judged("release")
    assert (judged["title"], judged["body"]) == ("新的标题", CONTENT["body"])
    assert "release" not in case.offers(BOSS_LI)


def test_kind_55_what_is_published_another_day_is_approved_again() -> None:
    early = editor("publish", channel="微博", at=MONDAY)
    Refused("five weeks early", (*SCHEDULED, early), "/at").check(start)
    today = {**PLAN, "items": [{**PLAN["items"][0], "date": f"{MONDAY:%Y-%m-%d}"}]}
    moved = (*SCHEDULED, editor("replan", reason="提前"), editor("submit_plan", **today))
    assert walk(start(), moved).stage == "approval"
    again = (manager("approve", **NOTE), editor("submit_content", **CONTENT), manager("release", **OK))
    assert walk(start(), (*moved, *again, early)).stage == "published"


def test_kind_62_the_clock_publishes_nothing() -> None:
    """Nobody counts readers of what nobody has placed; and where it was placed stands in the case."""
    made = walk(start(), (*SCHEDULED, days(30)))
    assert made.stage == "to_place"
    assert walk(start(), PUBLISHED).case.channel == "微博"
