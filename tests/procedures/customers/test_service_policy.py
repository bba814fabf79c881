"""Service policy: every move, every refusal, which version is in force."""

from __future__ import annotations

from functools import partial
from typing import Any

import pytest

from activities.cases.contract import OpenCase
from activities.registers.contract import KeepRecord, StrikeRecord
from tests.procedures.paths import Act, Answers, Path, Refused, act, each, messages, untaken, walk
from tests.scenario import Scenario, person
from workflows.language.refusals import Refusal
from workflows.language.timing import days
from workflows.procedures.customers.service_policy import ServicePolicy
from workflows.vocabulary import AFTER_SALES, CS_SUPERVISOR, CUSTOMER, GM, OPS_MANAGER


def rule(**more: Any) -> dict[str, Any]:
    return {
        "case_kind": "quality",
        "calming": "Thank you for telling us.",
        "compensation_limit": "50",
        "responsible_role": "after_sales",
        "customer_terms": "Faulty goods are replaced.",
        **more,
    }


def start(answers: Answers | None = None, **more: Any) -> Scenario:
    case = Scenario(ServicePolicy, subject="quality", answers=dict(answers or {}))
    return case.act("draft", CS_SUPERVISOR, **rule(**more))


def submit(**more: Any) -> Act:
    return act("submit", AFTER_SALES, **rule(**more))


def publish(effective_from: str = "2026-12-01T00:00:00Z") -> Act:
    return act("publish", CS_SUPERVISOR, effective_from=effective_from)


APPROVE = act("approve", OPS_MANAGER, note="fine")
FORCE = (submit(), APPROVE, publish())
REVISE = act("revise", AFTER_SALES, **rule(calming="We are sorry."))
DROP = act("drop", CS_SUPERVISOR, reason="not needed")
RETIRE = act("retire", OPS_MANAGER, reason="no such cases")

GIVE_UP = act("give_up_revision", CS_SUPERVISOR, reason="begun by mistake")
TAKE_BACK = act("take_back", CS_SUPERVISOR, reason="a word is missing")

PATHS = [
    Path("a revision is given up", (*FORCE, REVISE, GIVE_UP), "in_force", effects=["KeepRecord"]),
    Path("taken back before it is published", (submit(), APPROVE, TAKE_BACK), "drafted"),
    Path("in force", FORCE, "in_force", effects=["KeepRecord"], opened=["change_broadcast"]),
    Path("sent back", (submit(), act("send_back", OPS_MANAGER, note="shorter")), "drafted"),
    Path("dropped", (DROP,), "dropped"),
    Path("revised: the former stays in force", (*FORCE, REVISE), "drafted", effects=["KeepRecord"]),
    Path("and published again", (*FORCE, REVISE, *FORCE), "in_force", effects=["KeepRecord", "KeepRecord"]),
    Path("retired", (*FORCE, RETIRE), "retired", effects=["KeepRecord", "StrikeRecord"]),
    Path("reviewed late", (submit(), days(4)), "in_review", notified=[GM], missed=["in_review"]),
    Path(
        "each half-year",
        (*FORCE, days(196)),
        "in_force",
        notified=[CS_SUPERVISOR, OPS_MANAGER],
        missed=["in_force"],
    ),
]

REFUSALS = [
    Refused("submitted as another kind", (submit(case_kind="price"),), "known to be quality"),
    Refused(
        "revised into another kind",
        (*FORCE, act("revise", AFTER_SALES, **rule(case_kind="price"))),
        "known to be quality",
    ),
    Refused("no claim steps", (submit(case_kind="lost_parcel", chase_steps="ask"),), "/claim_steps"),
    Refused("no chase steps", (submit(case_kind="late"),), "/chase_steps"),
    Refused("customers answer for it", (submit(responsible_role="customer"),), "/responsible_role"),
    Refused("in force yesterday", (submit(), APPROVE, publish("2026-11-01T00:00:00Z")), "/effective_from"),
    Refused("above the manager", (submit(compensation_limit="1000.01"), APPROVE), "gm decides"),
    Refused("dropped while a version is in force", (*FORCE, REVISE, DROP), "refused"),
    Refused("the customer writes it", (act("submit", CUSTOMER, **rule()),), "not_your_role"),
]


@each(PATHS)
def test_path(line: Path) -> None:
    line.check(start)


@each(REFUSALS)
def test_refusal(line: Refused) -> None:
    line.check(start)


def test_every_move_is_taken() -> None:
    assert untaken(ServicePolicy, start, PATHS) == set()


def test_the_gm_allows_more() -> None:
    large = (submit(compensation_limit="5000"), act("approve", GM, note="ok"))
    assert walk(start(), large).stage == "approved"


def test_whoever_submits_does_not_approve() -> None:
    mine = act("submit", person(CS_SUPERVISOR, "li"), **rule())
    Refused("own", (mine, act("approve", person(OPS_MANAGER, "li"), note="x")), "somebody else").check(
        partial(start)
    )


def test_the_table_that_others_read() -> None:
    (kept,) = walk(start(), FORCE).effects(KeepRecord)
    assert (kept.book, kept.entry) == ("service_policies", "quality")
    assert kept.data["compensation_limit"] == {"amount": "50", "currency": "CNY"}


def test_the_teams_are_notified() -> None:
    (opened,) = walk(start(), FORCE).effects(OpenCase)
    assert (opened.form["what"], opened.form["script_for_customers"]) == (
        "policy",
        "Faulty goods are replaced.",
    )


def test_kind_36_who_worked_by_a_policy_hears_that_it_holds_no_more() -> None:
    assert messages([walk(start(), (*FORCE, RETIRE))])["retire"] == {
        "policy_retired to after_sales",
        "policy_retired to cs_agent",
        "policy_retired to cs_supervisor",
    }


def test_kind_49_what_is_in_force_stays_so_where_its_revision_is_given_up() -> None:
    case = walk(start(), (*FORCE, REVISE))
    assert (case.case.calming, "drop" in case.offers(CS_SUPERVISOR)) == ("We are sorry.", False)
    walk(case, (submit(calming="We are sorry."), APPROVE))
    assert "stop_case" not in case.offers(CS_SUPERVISOR), "it would strike the rule that is in force"
    walk(case, (TAKE_BACK, GIVE_UP))
    assert (case.stage, case.case.calming) == ("in_force", "Thank you for telling us.")
    assert case.effects(StrikeRecord) == []


def test_kind_35_nobody_approves_the_rule_that_they_wrote() -> None:
    wang = person(OPS_MANAGER, "wang")
    chen = Scenario(ServicePolicy, subject="quality").act("draft", person(CS_SUPERVISOR, "wang"), **rule())
    with pytest.raises(Refusal, match="somebody else"):
        walk(chen, (submit(), act("approve", wang, note="fine")))
    revised = act("revise", person(CS_SUPERVISOR, "wang"), **rule(compensation_limit="900"))
    case = walk(start(), (*FORCE, revised, submit(compensation_limit="900")))
    with pytest.raises(Refusal, match="somebody else"):
        walk(case, (act("approve", wang, note="fine"),))


def test_kind_48_the_teams_read_all_of_it() -> None:
    lost = rule(case_kind="lost_parcel", claim_steps="Ask for the receipt.", chase_steps="Call the depot.")
    case = start(**lost)
    (opened,) = walk(case, (submit(**lost), APPROVE, publish())).effects(OpenCase)
    for part in ("Thank you for telling us.", "50", "Ask for the receipt.", "Call the depot."):
        assert part in opened.form["new"]
