"""Permission grants: every move, every refusal, every limit."""

from __future__ import annotations

from typing import Any

import pytest

from activities.messages.contract import Message
from activities.people.contract import GrantRole
from tests.procedures.paths import Act, Answers, Path, Refused, act, each, messages, untaken, walk, walked
from tests.scenario import Scenario, no, person, yes
from workflows.language.refusals import Refusal
from workflows.language.timing import days, hours
from workflows.procedures.management.permission_grant import PermissionGrant
from workflows.vocabulary import GM, HR, OPS_MANAGER, STAFF, TECH, Role

WANTED = {"employee": "li", "role_wanted": "ops_specialist", "scope": "上架与改价", "reason": "新到岗"}
GRANT = {"granted_at": "2026-11-23T02:00:00Z", "account": "li@shop"}


def ask(**changes: Any) -> Act:
    return act("request", STAFF, **(WANTED | changes))


def start(answers: Answers | None = None) -> Scenario:
    return Scenario(PermissionGrant, subject="li-ops", answers=answers)


ASKED = (ask(),)
APPROVED = (*ASKED, act("approve", OPS_MANAGER, note="符合职责"))
GRANTED = (*APPROVED, act("grant", TECH, **GRANT))
REVIEWED = act("review_right", OPS_MANAGER, note="仍需要")
REVOKED = act("revoke", TECH, reason="moved", revoked_at="2026-11-23T02:00:00Z")
NOT_NEEDED = act("no_longer_needed", HR, cause="left")
LEFT = (*GRANTED, NOT_NEEDED)
UNTIL = (ask(until="2026-11-25"), *GRANTED[1:])

PATHS = [
    Path("granted", GRANTED, "granted", effects=["Message", "GrantRole", "Message", "Message"]),
    Path(
        "kind 48: without the certificate that the role needs",
        GRANTED,
        "approved",
        effects=["Message", "Message", "Message"],
        notified=[OPS_MANAGER],
        answers={GrantRole: no("no certificate")},
    ),
    Path("looked at again", (*GRANTED, REVIEWED), "granted"),
    Path(
        "taken back",
        (*GRANTED, REVOKED),
        "revoked",
        effects=["Message", "GrantRole", "Message", "Message", "Message", "Message", "RevokeRole"],
    ),
    Path("who got it has left", LEFT, "ending", notified=[TECH]),
    Path(
        "and it is gone",
        (*LEFT, act("revoke", TECH, revoked_at="2026-11-23T02:00:00Z", reason="left")),
        "revoked",
    ),
    Path("gone by the evening", (*LEFT, hours(9)), "ending", notified=[TECH, OPS_MANAGER], missed=["ending"]),
    Path("its term ends before", (*(UNTIL), NOT_NEEDED, days(3)), "revoked"),
    Path(
        "approved by mistake",
        (*APPROVED, act("take_back", OPS_MANAGER, reason="批错人")),
        "withdrawn",
        effects=["Message", "Message", "Message"],
        notified=[TECH],
    ),
    Path("nobody reviews", (*GRANTED, days(213)), "granted", notified=[OPS_MANAGER, GM]),
    Path(
        "refused",
        (*ASKED, act("refuse", OPS_MANAGER, note="不需要")),
        "refused",
        effects=["Message", "Message"],
    ),
    Path("withdrawn at once", (*ASKED, act("withdraw", STAFF)), "withdrawn"),
    Path("withdrawn later", (*APPROVED, act("withdraw", STAFF, reason="不用了")), "withdrawn"),
    Path("decided in a day", (*ASKED, hours(24)), "requested", notified=[GM], missed=["requested"]),
    Path("set in a day", (*APPROVED, hours(24)), "approved", notified=[OPS_MANAGER], missed=["approved"]),
    Path("its term goes on", (*UNTIL, days(2)), "granted", notified=[]),
    Path(
        "its term is over",
        (*UNTIL, days(3)),
        "revoked",
        effects=["Message", "GrantRole", "Message", "Message", "Message", "Message", "RevokeRole"],
    ),
    Path("a manager's role", (ask(role_wanted="gm"), act("approve", GM, note="x")), "approved"),
    Path(
        "half a year", (*GRANTED, days(182)), "granted", notified=[OPS_MANAGER], missed=["reviewed_in_time"]
    ),
    Path("half a year after the review", (*GRANTED, days(100), REVIEWED, days(181)), "granted", notified=[]),
]

REFUSALS = [
    Refused("no person's role", (ask(role_wanted="timer"),), "/role_wanted"),
    Refused("no such role", (ask(role_wanted="king"),), "/role_wanted"),
    Refused(
        "a role above the manager's",
        (ask(role_wanted="gm"), act("approve", OPS_MANAGER, note="x")),
        "gm gives",
    ),
    Refused(
        "a manager for himself",
        (ask(employee="ops_manager"), act("approve", OPS_MANAGER, note="x")),
        "themselves",
    ),
    Refused(
        "whoever asked approves",
        (act("request", person(STAFF, "wu"), **WANTED), act("approve", person(OPS_MANAGER, "wu"), note="x")),
        "somebody else",
    ),
    Refused(
        "whoever asked grants",
        (
            act("request", person(STAFF, "wu"), **WANTED),
            APPROVED[1],
            act("grant", person(TECH, "wu"), **GRANT),
        ),
        "somebody else",
    ),
    Refused("until last year", (ask(until="2025-11-25"),), "/until"),
    Refused("a colleague withdraws", (*ASKED, act("withdraw", person(STAFF, "wang"))), "Only whoever asked"),
    Refused(
        "granted tomorrow",
        (*APPROVED, act("grant", TECH, **GRANT | {"granted_at": "2030-01-01T00:00:00Z"})),
        "/granted_at",
    ),
    Refused("approved by the asker", (*ASKED, act("approve", STAFF, note="x")), "not_your_role"),
    Refused("nothing noted", (*ASKED, act("approve", OPS_MANAGER)), "/note"),
    Refused("granted before it is approved", (*ASKED, act("grant", TECH, **GRANT)), "not_possible_now"),
    Refused(
        "revoked before it was granted",
        (*GRANTED, act("revoke", TECH, reason="left", revoked_at="2026-11-22T03:00:00Z")),
        "/revoked_at",
    ),
]


MESSAGES = {
    "approve": {"approved"},
    "refuse": {"right_refused"},
    "role_set": {"right_granted"},
    "not_certified": {"right_needs_training", "right_needs_training_of to ops_manager"},
    "take_back": {"right_not_to_set to tech", "right_refused"},
    "no_longer_needed": {"right_to_revoke to tech"},
    "revoke": {"right_revoked"},
    "lapse": {"right_revoked"},
}


@each(PATHS)
def test_path(line: Path) -> None:
    line.check(start)


@each(REFUSALS)
def test_refusal(line: Refused) -> None:
    line.check(start)


def test_every_move_is_taken() -> None:
    assert untaken(PermissionGrant, start, PATHS) == set()


def test_what_is_granted() -> None:
    (grant,) = walk(start(), GRANTED).effects(GrantRole)
    assert (grant.employee, grant.role, grant.account) == ("li", Role.OPS_SPECIALIST, "li@shop")


def test_kind_35_a_manager_does_not_make_himself_gm() -> None:
    asked = start().act("request", person(STAFF, "wu"), **WANTED | {"employee": "wu", "role_wanted": "gm"})
    for role in (OPS_MANAGER, GM):
        with pytest.raises(Refusal):
            asked.act("approve", person(role, "wu"), note="x")


def test_kind_35_the_case_says_whether_the_account_has_changed() -> None:
    changed = yes(before=[], after=["ops_specialist"], changed=True)
    assert walk(start({GrantRole: changed}), GRANTED).case.is_account_changed is True
    assert walk(start({GrantRole: yes(after=["ops_specialist"])}), GRANTED).case.is_account_changed is False


def test_kind_36_who_asked_and_who_gets_it_are_told() -> None:
    told = walk(start(), (*ASKED, act("refuse", OPS_MANAGER, note="no"))).effects(Message)
    assert [one.to for one in told] == ["staff", "li"]


def test_each_event_sends_its_messages() -> None:
    assert messages(walked(start, PATHS)) == MESSAGES


def test_kind_36_who_asked_for_a_right_hears_that_they_get_it() -> None:
    case = start().act("request", person(STAFF, "wu"), **WANTED).act("approve", OPS_MANAGER, note="符合职责")
    assert [(word.to, word.template, word.data["why"]) for word in case.effects(Message)] == [
        ("wu", "approved", "符合职责")
    ]


def test_kind_63_who_has_left_has_no_right_from_that_moment() -> None:
    """Not once somebody finds the time to note it."""
    case = walk(start(), LEFT)
    assert case.kinds[-1] == "RevokeRole"
    assert (
        case.act("revoke", TECH, reason="left", revoked_at="2026-11-23T02:00:00Z").kinds.count("RevokeRole")
        == 1
    )


def test_what_is_noted_in_the_evening_is_gone_by_the_next_morning() -> None:
    case = walk(start(), (*GRANTED, hours(10), NOT_NEEDED, hours(14)))
    assert (case.stage, case.missed) == ("ending", [])
    assert case.wait(hours(1)).missed == ["ending"]


HIGH = (ask(role_wanted="supervision"), act("approve", GM, note="x"))
HIGH_GRANTED = (*HIGH, act("grant", TECH, **GRANT))


def test_kind_35_what_the_gm_alone_gives_the_gm_alone_takes() -> None:
    """Or a manager would rid himself of whoever inspects his department."""
    for who in (OPS_MANAGER, HR):
        with pytest.raises(Refusal, match="The gm takes"):
            walk(start(), HIGH).act("take_back", who, reason="不需要")
        with pytest.raises(Refusal, match="The gm takes"):
            walk(start(), HIGH_GRANTED).act("no_longer_needed", who, cause="not_needed")
    with pytest.raises(Refusal, match="The gm takes"):
        walk(start(), HIGH_GRANTED).act("no_longer_needed", OPS_MANAGER, cause="left")
    assert walk(start(), (*HIGH, act("take_back", GM, reason="批错"))).stage == "withdrawn"
    assert walk(start(), (*HIGH_GRANTED, act("no_longer_needed", GM, cause="misuse"))).stage == "ending"


def test_who_has_left_loses_it_by_hr_and_the_gm_hears() -> None:
    case = walk(start(), (*HIGH_GRANTED, NOT_NEEDED))
    assert (case.stage, case.notified) == ("ending", [GM, TECH])
    assert messages([case])["no_longer_needed"] == {"high_right_taken to gm", "right_to_revoke to tech"}
