"""Community activity: every move, every refusal, every limit."""

from __future__ import annotations

from typing import Any

from tests.procedures.paths import Act, Answers, Path, Refused, act, each, untaken
from tests.scenario import Scenario
from workflows.language.timing import hours
from workflows.procedures.marketing_and_content.community_activity import CommunityActivity
from workflows.vocabulary import CS_AGENT, PROMOTER

URL = "https://bbs.example/1"
POST = act("post_item", CS_AGENT, title="冬茶上新", content="正文", url=URL)
ANSWER = act("answer_buyer", CS_AGENT, question="怎么泡？", answer="八十度水", url=URL)
COINS = act("earn_coins", CS_AGENT, coins=50, proof=["file:1"])
CLOSE = act("close", PROMOTER, posts=1, answers=1, visits=30, lesson="早上发")


def start(answers: Answers | None = None) -> Scenario:
    return Scenario(CommunityActivity, subject="W48", answers=answers).act(
        "plan",
        PROMOTER,
        community="茶友会",
        kind="forum",
        period={"first": "2026-11-23", "last": "2026-11-29"},
        themes=["冬茶"],
        posters=["li"],
    )


def page(**changes: Any) -> Act:
    return act(
        "update_group_page",
        PROMOTER,
        **{"campaigns": ["CP-1"], "url": URL, "updated_on": "2026-11-23", **changes},
    )


PATHS = [
    Path("cancelled", (act("cancel", PROMOTER, reason="无人手"),), "cancelled", effects=[]),
    Path("posted twice", (POST, POST), "active"),
    Path("a round", (POST, ANSWER, page(), CLOSE), "closed"),
    Path("coins for a post", (POST, COINS), "active", effects=["EarnCoins"]),
    Path("questions are looked for", (POST, hours(4)), "active", notified=[CS_AGENT, PROMOTER]),
]
REFUSALS = [
    Refused("not theirs", (act("cancel", CS_AGENT, reason="不"),), "promoter"),
    Refused(
        "a public answer that names somebody",
        (POST, act("answer_buyer", CS_AGENT, question="找谁？", answer="打 13800138000 找王女士", url=URL)),
        "/answer",
    ),
    Refused(
        "a public answer that promises too much",
        (POST, act("answer_buyer", CS_AGENT, question="好吗？", answer="全网第一", url=URL)),
        "/answer",
    ),
    Refused("nothing posted", (ANSWER,), "planned"),
    Refused(
        "coins that nothing earned",
        (POST, act("earn_coins", CS_AGENT, coins=999_999, proof=["file:1"])),
        "/coins",
    ),
    Refused("more coins than the post is worth", (POST, COINS, COINS), "/coins"),
    Refused(
        "another count of posts", (POST, act("close", PROMOTER, posts=9, visits=1, lesson="x")), "/posts"
    ),
    Refused("updated ahead", (POST, page(updated_on="2026-11-24")), "/updated_on"),
]


@each([*PATHS, *REFUSALS])
def test_community_activity(line: Path | Refused) -> None:
    line.check(start)


def test_every_way_is_taken() -> None:
    assert untaken(CommunityActivity, start, PATHS) == set()


def test_kind_54_who_posts_sees_on_what_and_who_is_to() -> None:
    case = start().case
    assert (case.themes, case.posters) == (("冬茶",), ("li",))
