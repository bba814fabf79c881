"""Violation handling: every move, every refusal, the listing taken down and put back."""

from __future__ import annotations

from typing import Any

from activities.catalogue.contract import SetNotForSale
from activities.messages.contract import Message
from activities.registers.contract import KeepRecord
from tests.procedures.paths import Act, Answers, Path, Refused, act, each, messages, untaken, walk, walked
from tests.scenario import Scenario
from workflows.language.memory import Actor
from workflows.language.timing import days, hours
from workflows.procedures.customers.violation_handling import ViolationHandling
from workflows.vocabulary import GM, OPS_MANAGER, OPS_SPECIALIST, PLATFORM_FEED

DEADLINE = "2026-11-26T02:00:00Z"
"""Three days from the start."""


def start(answers: Answers | None = None) -> Scenario:
    case = Scenario(ViolationHandling, subject="TM-1", answers=dict(answers or {}))
    return case.act(
        "notice",
        PLATFORM_FEED,
        platform="tmall",
        kind="points",
        points=6,
        deadline=DEADLINE,
        text="a false claim",
    )


def assess(**more: Any) -> Act:
    return act("assess", OPS_SPECIALIST, cause="a title", rule="7.1", owner="li", **more)


def choose(what: str) -> Act:
    return act(f"choose_{what}", OPS_MANAGER, decision_note="so be it")


ASSESS = assess()
FILE = act("file_appeal", OPS_SPECIALIST, statement="It is true.", evidence=["file:1"])
WON, LOST = act("appeal_won", PLATFORM_FEED), act("appeal_lost", PLATFORM_FEED)
FIX = act("corrected", OPS_SPECIALIST, fix="new title")
LEARN = act(
    "record_lesson", OPS_MANAGER, lesson="check claims", checklist_item="claims", personal_error=False
)

AFTER_ALL = act("correct_after_all", OPS_SPECIALIST, decision_note="too late to appeal")

REASSESS = act("reassess", OPS_MANAGER, reason="the wrong article")
VOID = act("void", OPS_MANAGER, why="entered_twice", note="see TM-2")

PATHS = [
    Path("assessed anew", (ASSESS, REASSESS), "noticed", notified=[OPS_SPECIALIST]),
    Path("entered twice", (VOID,), "voided"),
    Path("withdrawn while assessed", (ASSESS, VOID), "voided"),
    Path("withdrawn before the appeal", (ASSESS, choose("appeal"), VOID), "voided"),
    Path("withdrawn during the appeal", (ASSESS, choose("appeal"), FILE, VOID), "voided"),
    Path("withdrawn before it is put right", (ASSESS, choose("correct"), VOID), "voided"),
    Path("put right", (ASSESS, choose("correct"), FIX, LEARN), "closed", effects=["Message", "KeepRecord"]),
    Path("appealed and won", (ASSESS, choose("appeal"), FILE, WON, LEARN), "closed"),
    Path("appealed and lost", (ASSESS, choose("appeal"), FILE, LOST), "correcting"),
    Path(
        "appealed too late",
        (ASSESS, choose("appeal"), days(3)),
        "accepted",
        notified=[GM, OPS_SPECIALIST],
        missed=["preparing_appeal"],
    ),
    Path("too late, and put right", (ASSESS, choose("appeal"), days(3), AFTER_ALL, FIX, LEARN), "closed"),
    Path("assessed late", (hours(4),), "noticed", notified=[OPS_MANAGER], missed=["noticed"]),
    Path("put right late", (ASSESS, choose("correct"), hours(24)), "correcting", notified=[OPS_MANAGER]),
]

REFUSALS = [
    Refused("an appeal after the deadline", (ASSESS, days(3), choose("appeal")), "deadline is still ahead"),
    Refused(
        "no evidence",
        (ASSESS, choose("appeal"), act("file_appeal", OPS_SPECIALIST, statement="x", evidence=[])),
        "/evidence",
    ),
    Refused(
        "the specialist decides",
        (ASSESS, act("choose_correct", OPS_SPECIALIST, decision_note="x")),
        "not_your_role",
    ),
    Refused("a lesson too early", (LEARN,), "not_possible_now"),
]


@each(PATHS)
def test_path(line: Path) -> None:
    line.check(start)


@each(REFUSALS)
def test_refusal(line: Refused) -> None:
    line.check(start)


def test_every_move_is_taken() -> None:
    assert untaken(ViolationHandling, start, PATHS) == set()


def test_the_listing_comes_down_and_goes_back() -> None:
    case = walk(start(), (assess(sku="A-1"), choose("correct")))
    assert case.effects(SetNotForSale)[0].sku == "A-1"
    assert walk(case, (FIX,)).kinds == ["SetNotForSale", "Message", "RelistSku"]
    won = walk(start(), (assess(sku="A-1"), choose("appeal"), FILE, WON))
    assert won.kinds == ["SetNotForSale", "Message", "RelistSku"]


def test_the_lesson_is_kept() -> None:
    (kept,) = walk(start(), (ASSESS, choose("correct"), FIX, LEARN)).effects(KeepRecord)
    assert (kept.book, kept.data["cause"], kept.data["points"]) == ("lessons", "a title", 6)


def test_kind_61_a_missed_appeal_leads_to_the_mending() -> None:
    late = (assess(sku="A-1"), choose("appeal"), days(3))
    Refused("uncorrected", (*late, LEARN), "corrected").check(start)
    case = walk(start(), late)
    assert messages([case])["missed_deadline"] == {"violation_to_correct to ops_specialist"}
    assert walk(case, (AFTER_ALL, FIX, LEARN)).kinds == [
        "SetNotForSale",
        "Message",
        "RelistSku",
        "KeepRecord",
    ]


def test_kind_35_who_assesses_does_not_decide() -> None:
    both = Actor(id="li", roles=frozenset({OPS_SPECIALIST, OPS_MANAGER}))
    mine = act("assess", both, cause="a title", rule="7.1", owner="li")
    for what in ("appeal", "correct"):
        steps = (mine, act(f"choose_{what}", both, decision_note="x"))
        Refused("one's own", steps, "somebody else").check(start)


def test_kind_33_staff_say_what_the_platform_decided() -> None:
    filed = (ASSESS, choose("appeal"), FILE)
    Refused("by which way", (*filed, act("appeal_lost", OPS_SPECIALIST)), "/channel").check(start)
    assert (
        walk(start(), (*filed, act("appeal_lost", OPS_SPECIALIST, channel="platform"))).stage == "correcting"
    )
    assert walk(start(), (*filed, act("appeal_won", OPS_SPECIALIST, channel="platform"))).stage == "lesson"


def test_kind_36_who_brought_a_violation_forward_hears_what_it_taught() -> None:
    case = walk(start(), (ASSESS, choose("correct"), FIX, LEARN))
    assert messages([case])["record_lesson"] == {"lesson_learnt to ops_specialist"}


def test_kind_50_a_wrong_assessment_takes_no_article_off_sale_for_weeks() -> None:
    for steps in ((REASSESS,), (VOID,)):
        assert "RelistSku" in walk(start(), (assess(sku="A-1"), *steps)).kinds


def test_each_event_sends_its_messages() -> None:
    assert messages(walked(start, PATHS)) == {
        "assess": {"violation_yours"},
        "reassess": {"violation_to_reassess to ops_specialist"},
        "void": {"violation_void to ops_specialist"},
        "missed_deadline": {"violation_to_correct to ops_specialist"},
        "record_lesson": {"lesson_learnt to ops_specialist"},
    }


def test_kind_36_whoever_is_named_hears_of_it() -> None:
    (told,) = walk(start(), (ASSESS,)).effects(Message)
    assert (told.to, told.template) == ("li", "violation_yours")
