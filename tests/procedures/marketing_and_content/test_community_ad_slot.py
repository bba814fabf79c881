"""Community ad slot: every move, every refusal, every limit."""

from __future__ import annotations

from typing import Any

import pytest

from activities.platform.contract import SpendCoins
from tests.procedures.paths import Act, Answers, Path, Refused, act, each, messages, untaken, walk, walked
from tests.scenario import Scenario, no, person
from workflows.language.refusals import InvalidForm
from workflows.language.timing import days, hours, minutes
from workflows.procedures.marketing_and_content.community_ad_slot import CommunityAdSlot
from workflows.vocabulary import PLATFORM_FEED, PROMOTER

MATERIAL: dict[str, Any] = {"target": "item", "sku": "TEA-1", "image": "file:1", "coins": 100}


def start(answers: Answers | None = None, **changes: Any) -> Scenario:
    made = Scenario(CommunityAdSlot, subject="20261123-A", answers=answers)
    return made.act("prepare_material", PROMOTER, **{**MATERIAL, **changes})


def grab(coins: int = 80) -> Act:
    return act("grab", PROMOTER, slot="A", coins_spent=coins)


OPEN = hours(2)  # the case starts at 10:00
GRABBED = (OPEN, grab())

PATHS = [
    Path("grabbed", GRABBED, "platform_review", effects=["SpendCoins"]),
    Path(
        "refused: the coins are back",
        (*GRABBED, act("refuse", PLATFORM_FEED)),
        "refused",
        effects=["SpendCoins", "GiveCoinsBack"],
    ),
    Path(
        "fewer coins than that",
        GRABBED,
        "preparing",
        notified=[PROMOTER],
        answers={SpendCoins: no("few", coins=5)},
    ),
    Path("heard by the promoter", (*GRABBED, act("go_live", PROMOTER, channel="platform")), "live"),
    Path(
        "refused by word",
        (*GRABBED, act("refuse", PROMOTER, channel="platform", reason="图片不符")),
        "refused",
        notified=[PROMOTER],
    ),
    Path(
        "the platform is silent",
        (*GRABBED, days(1)),
        "platform_review",
        notified=[PROMOTER],
        missed=["platform_review"],
    ),
    Path("shown", (*GRABBED, act("go_live", PLATFORM_FEED)), "live", effects=["SpendCoins"]),
    Path("shown until the next noon", (*GRABBED, act("go_live", PLATFORM_FEED), minutes(1439)), "live"),
    Path("over at noon", (*GRABBED, act("go_live", PLATFORM_FEED), hours(24)), "ended"),
    Path("grabbed at night", (hours(22), grab()), "platform_review"),
    Path("missed", (hours(23),), "missed", effects=[]),
]
REFUSALS = [
    Refused("before noon", (grab(),), "window is open"),
    Refused("too many coins", (OPEN, grab(101)), "/coins_spent"),
    Refused("not theirs", (OPEN, act("grab", PLATFORM_FEED, slot="A", coins_spent=1)), "promoter"),
]


MESSAGES = {
    "coins_short": {"coins_short to promoter"},
    "refuse": {"ad_slot_refused to promoter"},
}


@each([*PATHS, *REFUSALS])
def test_community_ad_slot(line: Path | Refused) -> None:
    line.check(start)


def test_every_way_is_taken() -> None:
    assert untaken(CommunityAdSlot, start, PATHS) == set()


def test_an_item_is_named() -> None:
    with pytest.raises(InvalidForm):
        start(sku=None)
    assert start(target="shop", sku=None).stage == "preparing"


def test_material_of_the_early_morning_is_for_the_window_of_that_night() -> None:
    made = Scenario(CommunityAdSlot, subject="1")
    made.now -= hours(4).length
    made.act("prepare_material", PROMOTER, **MATERIAL)
    assert walk(made, (hours(3),)).stage == "missed"


def test_event_kind_05_the_platform_says_why_a_slot_is_refused() -> None:
    made = walk(start(), GRABBED).hear("platform.ad_slot.refused", PLATFORM_FEED, reason="图片不符")
    assert made.stage == "refused"


def test_each_event_sends_its_messages() -> None:
    assert messages(walked(start, PATHS)) == MESSAGES


def test_kind_59_coins_for_what_is_shown_do_not_come_back() -> None:
    made = walk(start(), (*GRABBED, act("go_live", PLATFORM_FEED)))
    assert made.act("stop_case", person(PROMOTER), reason="不要了").kinds == ["SpendCoins"]
