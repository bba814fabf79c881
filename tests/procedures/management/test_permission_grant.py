"""Permission grants: every move, every refusal, every limit."""

from __future__ import annotations

from typing import Any

from activities.people.contract import GrantRole
from tests.procedures.paths import Act, Answers, Path, Refused, act, each, untaken, walk
from tests.scenario import Scenario
from workflows.language.timing import days, hours
from workflows.procedures.management.permission_grant import PermissionGrant
from workflows.vocabulary import GM, OPS_MANAGER, STAFF, TECH, Role

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
REVOKED = act("revoke", TECH, reason="moved", revoked_at="2026-11-23T03:00:00Z")
UNTIL = (ask(until="2026-11-25"), *GRANTED[1:])

PATHS = [
    Path("granted", GRANTED, "granted", effects=["GrantRole"]),
    Path("looked at again", (*GRANTED, REVIEWED), "granted"),
    Path("taken back", (*GRANTED, REVOKED), "revoked", effects=["GrantRole", "RevokeRole"]),
    Path("refused", (*ASKED, act("refuse", OPS_MANAGER, note="不需要")), "refused", effects=[]),
    Path("withdrawn at once", (*ASKED, act("withdraw", STAFF)), "withdrawn"),
    Path("withdrawn later", (*APPROVED, act("withdraw", STAFF, reason="不用了")), "withdrawn"),
    Path("decided in a day", (*ASKED, hours(24)), "requested", notified=[GM], missed=["requested"]),
    Path("set in a day", (*APPROVED, hours(24)), "approved", notified=[OPS_MANAGER], missed=["approved"]),
    Path("its term goes on", (*UNTIL, days(2)), "granted", notified=[]),
    Path(
        "its term is over", (*UNTIL, days(3)), "granted", notified=[OPS_MANAGER], missed=["revoked_in_time"]
    ),
    Path(
        "half a year", (*GRANTED, days(182)), "granted", notified=[OPS_MANAGER], missed=["reviewed_in_time"]
    ),
    Path("half a year after the review", (*GRANTED, days(100), REVIEWED, days(181)), "granted", notified=[]),
]

REFUSALS = [
    Refused("no person's role", (ask(role_wanted="timer"),), "/role_wanted"),
    Refused("no such role", (ask(role_wanted="king"),), "/role_wanted"),
    Refused("approved by the asker", (*ASKED, act("approve", STAFF, note="x")), "not_your_role"),
    Refused("nothing noted", (*ASKED, act("approve", OPS_MANAGER)), "/note"),
    Refused("granted before it is approved", (*ASKED, act("grant", TECH, **GRANT)), "not_possible_now"),
    Refused(
        "revoked before it was granted",
        (*GRANTED, act("revoke", TECH, reason="left", revoked_at="2026-11-22T03:00:00Z")),
        "/revoked_at",
    ),
]


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
