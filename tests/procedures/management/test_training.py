"""Training: every move, every refusal, every limit."""

from __future__ import annotations

from activities.registers.contract import KeepRecord
from tests.procedures.paths import Act, Answers, Path, Refused, act, each, messages, untaken, walk, walked
from tests.scenario import Scenario, person
from workflows.language.timing import days
from workflows.procedures.management.training import Training
from workflows.vocabulary import OPS_MANAGER, STAFF

PLAN = {
    "topic": "退货流程",
    "kind": "procedure",
    "group": ["li"],
    "trainer": "chen",
    "date": "2026-11-30T02:00:00Z",
}


def start(answers: Answers | None = None) -> Scenario:
    return Scenario(Training, subject="T-1", answers=answers).act("plan", OPS_MANAGER, **PLAN)


def scores(li: int, wang: int = 90) -> Act:
    return act("examine", OPS_MANAGER, scores=[{"user": "li", "score": li}, {"user": "wang", "score": wang}])


def retest(score: int, user: str = "li") -> Act:
    return act("retrained", OPS_MANAGER, scores=[{"user": user, "score": score}])


ANNOUNCED = (act("announce", OPS_MANAGER),)
WANG = person(STAFF, "wang")
ENROLLED = (*ANNOUNCED, act("enrol", WANG, employee="wang"))
HELD = (*ENROLLED, act("hold", OPS_MANAGER, attended=["li", "wang"]))
FAILED = (*HELD, scores(79), act("some_failed", OPS_MANAGER, retrain_list=["li"]))

PATHS = [
    Path(
        "all passed",
        (*HELD, scores(80), act("passed", OPS_MANAGER)),
        "closed",
        effects=["Message", *2 * ["KeepRecord", "Message"]],
        notified=[STAFF],
    ),
    Path(
        "one trains again",
        (*FAILED, retest(80)),
        "closed",
        effects=["Message", "Message", "KeepRecord", "Message", "KeepRecord", "Message"],
    ),
    Path(
        "below the bar once more",
        (*FAILED, retest(79)),
        "retrain",
        effects=["Message", "Message", "KeepRecord", "Message"],
    ),
    Path(
        "given up",
        (*FAILED, retest(79), act("give_up_retraining", OPS_MANAGER, reason="换岗")),
        "closed",
        effects=["Message", "Message", "KeepRecord", "Message"],
    ),
    Path("called off unseen", (act("cancel", OPS_MANAGER, reason="讲师请假"),), "cancelled", notified=[]),
    Path(
        "called off later",
        (*ANNOUNCED, act("cancel", OPS_MANAGER, reason="讲师请假")),
        "cancelled",
        notified=[STAFF, STAFF],
    ),
    Path(
        "the date passes",
        (*ANNOUNCED, days(7)),
        "announced",
        notified=[STAFF, OPS_MANAGER],
        missed=["announced"],
    ),
    Path("held in the month", (days(30),), "planned", notified=[OPS_MANAGER], missed=["held_in_the_month"]),
]

REFUSALS = [
    Refused("down twice", (*ENROLLED, act("enrol", WANG, employee="wang")), "/employee"),
    Refused("down already", (*ANNOUNCED, act("enrol", person(STAFF, "li"), employee="li")), "/employee"),
    Refused("another's name", (*ANNOUNCED, act("enrol", WANG, employee="zhao")), "/employee"),
    Refused("too late", (*ANNOUNCED, days(7), act("enrol", WANG, employee="wang")), "working day before"),
    Refused(
        "on the Saturday before", (*ANNOUNCED, days(5), act("enrol", WANG, employee="wang")), "working day"
    ),
    Refused(
        "there and away", (*ENROLLED, act("hold", OPS_MANAGER, attended=["li"], absent=["li"])), "/absent"
    ),
    Refused(
        "tested without training",
        (*ENROLLED, act("hold", OPS_MANAGER, attended=["li"]), scores(90)),
        "/scores",
    ),
    Refused("more than all", (*HELD, scores(101)), "/scores"),
    Refused("below the bar", (*HELD, scores(79), act("passed", OPS_MANAGER)), "reached the bar"),
    Refused(
        "nobody below it",
        (*HELD, scores(80), act("some_failed", OPS_MANAGER, retrain_list=["li"])),
        "reached the bar",
    ),
    Refused("not named", (*HELD, scores(79), act("some_failed", OPS_MANAGER)), "/retrain_list"),
    Refused(
        "a stranger was there", (*ENROLLED, act("hold", OPS_MANAGER, attended=["li", "nobody"])), "/attended"
    ),
    Refused(
        "tested by oneself",
        (
            *ENROLLED,
            act("hold", OPS_MANAGER, attended=["li"]),
            act("examine", person(OPS_MANAGER, "li"), scores=[{"user": "li", "score": 90}]),
        ),
        "/scores",
    ),
    Refused(
        "one scored twice",
        (
            *HELD,
            act("examine", OPS_MANAGER, scores=[{"user": "li", "score": 20}, {"user": "li", "score": 90}]),
        ),
        "/scores",
    ),
    Refused("another is tested again", (*FAILED, retest(90, "wang")), "/scores"),
    Refused("staff announce", (act("announce", STAFF),), "not_your_role"),
]

MESSAGES = {
    "announce": {"training_announced to staff", "training_for_you"},
    "passed": {"training_passed"},
    "some_failed": {"training_passed", "training_again"},
    "retrained": {"training_passed"},
    "cancel": {"training_cancelled to staff"},
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
    assert untaken(Training, start, PATHS) <= {("enrol", "announced", "announced")}


def test_who_was_not_tested_is_not_certified() -> None:
    one = act("examine", OPS_MANAGER, scores=[{"user": "li", "score": 90}])
    case = walk(start(), (*HELD, one, act("passed", OPS_MANAGER)))
    assert [kept.entry for kept in case.effects(KeepRecord)] == ["T-1-li"]


def test_who_is_below_the_bar_again_gets_no_certificate() -> None:
    both = act("some_failed", OPS_MANAGER, retrain_list=["li", "wang", "zhao"])
    case = walk(start(), (*HELD, scores(79), both))
    assert case.effects(KeepRecord) == []
    again = [{"user": "li", "score": 20}, {"user": "wang", "score": 95}]
    case.act("retrained", OPS_MANAGER, scores=again)
    assert ([kept.entry for kept in case.effects(KeepRecord)], case.case.again) == (["T-1-wang"], ("li",))


def test_kind_11_certificates_are_for_those_who_passed_alone() -> None:
    case = walk(start(), (*FAILED, retest(79)))
    assert [kept.entry for kept in case.effects(KeepRecord)] == ["T-1-wang"]


def test_who_may_do_the_tasks() -> None:
    case = walk(start(), FAILED)
    (kept,) = case.effects(KeepRecord)
    assert (kept.data["employee"], kept.data["until"]) == ("wang", "2027-11-23")
    case.act("retrained", OPS_MANAGER, scores=[{"user": "li", "score": 85}])
    assert [(kept.entry, kept.data["topic"]) for kept in case.effects(KeepRecord)] == [
        ("T-1-wang", "退货流程"),
        ("T-1-li", "退货流程"),
    ]
