"""Issues between departments: every move, every refusal, every limit."""

from __future__ import annotations

from typing import Any

from activities.messages.contract import Message
from tests.procedures.paths import Answers, Path, Refused, act, each, messages, untaken, walk, walked
from tests.scenario import Scenario, person
from workflows.language.timing import days, hours
from workflows.procedures.management.cross_department_issue import CrossDepartmentIssue
from workflows.vocabulary import CS_AGENT, FACTORY_RESIDENT, GM, OPS_MANAGER, STAFF

LI, WANG = person(STAFF, "li"), person(STAFF, "wang")
ISSUE = {"other_department": "仓库", "problem": "发货单没人取", "effect": "订单晚发", "urgent": False}
FIX = {"actions": [{"action": "每日 16 点取单", "owner": "wang", "due": "2026-11-26"}]}


def start(answers: Answers | None = None, **changes: Any) -> Scenario:
    return Scenario(CrossDepartmentIssue, subject="I-1", answers=answers).act(
        "report_issue", LI, **(ISSUE | changes)
    )


TALK = (act("start_talk", OPS_MANAGER, people=["li", "wang"], at="2026-11-23T03:00:00Z"),)
AGREED = (*TALK, act("agree_fix", OPS_MANAGER, **FIX))
MENDED = (*AGREED, act("mark_fixed", WANG, done="已安排"))
STUCK = (*TALK, act("no_agreement", OPS_MANAGER, note="都说忙"))

ZHAO = person(STAFF, "zhao")
BOTH = {"actions": [*FIX["actions"], {"action": "备好单子", "owner": "zhao", "due": "2026-12-23"}]}
SHARED = (*TALK, act("agree_fix", OPS_MANAGER, **BOTH))
HALF = (*SHARED, act("mark_fixed", WANG, done="已安排"))

PATHS = [
    Path("one of two is done", HALF, "agreed"),
    Path("both are done", (*HALF, act("mark_fixed", ZHAO, done="已备好")), "resolved"),
    Path("nobody disagrees", (*MENDED, days(7)), "closed"),
    Path(
        "another does it",
        (*AGREED, act("change_actions", OPS_MANAGER, actions=BOTH["actions"][1:])),
        "agreed",
    ),
    Path("all that is left is done", (*HALF, act("change_actions", OPS_MANAGER, **FIX)), "resolved"),
    Path("mended", (*MENDED, act("confirm_fixed", LI)), "closed", notified=[OPS_MANAGER, STAFF]),
    Path("still there", (*MENDED, act("still_open", LI, note="今天又没取")), "talking"),
    Path("each gives its view", (*TALK, act("give_view", WANG, view="单子来得晚")), "talking"),
    Path("the plant's man talks", (act("start_talk", FACTORY_RESIDENT, **TALK[0].form),), "talking"),
    Path("no agreement", STUCK, "escalated", notified=[OPS_MANAGER, GM]),
    Path("the gm decides", (*STUCK, act("decide", GM, **FIX)), "agreed", notified=[OPS_MANAGER, GM, STAFF]),
    Path("no problem any more", (act("withdraw", LI, reason="已解决"),), "withdrawn"),
    Path("no problem after talking", (*TALK, act("withdraw", LI, reason="已解决")), "withdrawn"),
    Path("talk in four hours", (hours(4),), "reported", notified=2 * [OPS_MANAGER], missed=["reported"]),
    Path(
        "agree in two days", (*TALK, days(2)), "escalated", notified=[OPS_MANAGER, GM, GM], missed=["talking"]
    ),
    Path("mended in time", (*AGREED, days(4)), "agreed", notified=[OPS_MANAGER, STAFF, OPS_MANAGER]),
]

REFUSALS = [
    Refused(
        "one talks alone",
        (act("start_talk", OPS_MANAGER, people=["li"], at="2026-11-23T03:00:00Z"),),
        "/people",
    ),
    Refused("an agent calls the talk", (act("start_talk", CS_AGENT, **TALK[0].form),), "not_your_role"),
    Refused("nothing to do", (*TALK, act("agree_fix", OPS_MANAGER, actions=[])), "/actions"),
    Refused(
        "due before today",
        (*TALK, act("agree_fix", OPS_MANAGER, actions=[FIX["actions"][0] | {"due": "2026-11-20"}])),
        "/actions",
    ),
    Refused("the other side confirms", (*MENDED, act("confirm_fixed", WANG)), "Whoever reported it"),
    Refused(
        "somebody else says it is mended",
        (*AGREED, act("mark_fixed", person(STAFF, "zhao"), done="x")),
        "owns an action",
    ),
    Refused("said twice by one", (*HALF, act("mark_fixed", WANG, done="x")), "others are still"),
    Refused("the other side withdraws", (act("withdraw", WANG, reason="x"),), "Whoever reported it"),
    Refused("the other side reopens", (*MENDED, act("still_open", WANG)), "Whoever reported it"),
    Refused("too late to withdraw", (*AGREED, act("withdraw", LI, reason="x")), "not_possible_now"),
]

MESSAGES = {
    "report_issue": {"issue_reported to ops_manager"},
    "start_talk": {"talk_called"},
    "change_actions": {"action_agreed to staff", "action_yours"},
    "confirm_fixed": {"request_decided"},
    "agree_fix": {"action_agreed to staff", "action_yours"},
    "mark_fixed": {"request_decided"},
    "no_agreement": {"issue_escalated to gm"},
    "decide": {"action_agreed to staff", "action_yours"},
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
    assert untaken(CrossDepartmentIssue, start, PATHS) == set()


def test_an_urgent_one_is_announced_as_such() -> None:
    notices = [step.asked[0].effect.model_dump()["template"] for step in start(urgent=True).steps]
    assert notices == ["issue_urgent"]


def test_a_second_round_has_its_own_limit() -> None:
    case = walk(start(), (*MENDED, days(1), act("still_open", LI), days(1)))
    assert case.stage == "talking"
    assert case.wait(days(1)).stage == "escalated"


def test_kind_66_what_one_owner_has_done_leaves_the_others_part() -> None:
    case = walk(start(), HALF)
    assert case.case.owners_left == {"zhao"}
    case.act(
        "change_actions", OPS_MANAGER, actions=[BOTH["actions"][0], BOTH["actions"][1] | {"owner": "wu"}]
    )
    assert case.case.owners_left == {"wu"}
    told = [one.to for one in case.effects(Message) if one.template == "action_yours"]
    assert told == ["wang", "zhao", "wu"]
    assert case.act("mark_fixed", person(STAFF, "wu"), done="已备好").stage == "resolved"


def test_kind_50_a_reporter_who_says_nothing_holds_nobody_up() -> None:
    case = walk(start(), (*MENDED, days(20)))
    assert case.stage == "closed"
    assert case.effects(Message)[-1].to == "li"


def test_kind_50_where_the_last_who_wasnt_done_is_taken_out_it_is_resolved() -> None:
    case = walk(start(), (*HALF, act("change_actions", OPS_MANAGER, **FIX)))
    assert case.stage == "resolved"
    assert walk(case, (act("still_open", LI, note="又没取"),)).stage == "talking"
