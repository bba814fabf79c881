"""Whoever asked for something hears that it isn't taken."""

from __future__ import annotations

import pytest

from activities.messages.contract import Message
from models.roles import Role
from tests.scenario import Scenario, documented, person
from workflows.language.definition import definition
from workflows.language.procedure import Procedure
from workflows.language.stages import Transition
from workflows.procedures.marketing_and_content.creative_library import CreativeLibrary
from workflows.vocabulary import CONTENT_EDITOR, STAFF

NOES = ("reject", "refuse", "no_budget", "drop")
THE_TEAM_HEARS = {
    "ad_optimisation": {"refuse"},
    "content_operations": {"reject"},
    "product_selection": {"reject"},
    "promotion_plan": {"reject"},
    "sales_plan": {"reject"},
}
"""A notice goes to the role that asks for such things, and so to whoever asked; their own tests name it."""


def unanswered(procedure: type[Procedure]) -> set[str]:
    """The events by which staff other than those who began the case end it with a no, and say nothing to them."""
    declared = procedure.declaration
    began = frozenset[Role]().union(*(one.by for _, one in declared.all_transitions if one.is_start))
    told = {
        name for one in definition(declared)["effects"] if one["effect"] == "Message" for name in one["when"]
    }
    return {
        event
        for event, some in declared.transitions.items()
        if event.startswith(NOES) and event not in told
        for one in some
        if declared.stages[one.goes_to].final
        and one.goes_to not in told
        and any(role.is_staff and role not in began for role in one.by)
        and any(role.is_person for role in began)
    }


@pytest.mark.parametrize("procedure", documented(), ids=lambda one: one.key)
def test_kind_62_whoever_asked_hears_of_a_no(procedure: type[Procedure]) -> None:
    assert unanswered(procedure) == THE_TEAM_HEARS.get(procedure.key, set())


NOT_TOLD = {
    "aftersales_request": {"close"},  # the case that remedied it has told the customer
    "daily_store_check": {"sign_off"},  # what everybody expects of a check
    "inbound_receiving": {"put_away"},  # the purchase hears of its goods by an event
    "lost_parcel_claim": {
        "claim_paid",
        "deliver_found",
        "withdraw_claim",
        "write_off",
    },  # the carrier's and ours alone
    "logistics_exception": {"compensated"},  # the customer has heard of the money itself
    "major_decision_approval": {"manager_yes"},  # what the leadership makes of it follows, and is told
    "online_direct_sale": {"bill"},  # after the buyer has everything
    "out_of_stock": {"refund_paid"},  # the refund has told the customer
    "warehouse_check": {"sign_off"},  # what everybody expects of a round
}
"""Ends and approvals of which nobody is told by a message, and why."""


def unheard(procedure: type[Procedure]) -> set[str]:
    """The events by which staff approve something or end a case, of which neither whoever asked nor a team hears: no
    message, no notice, nothing in the inbox of those who asked, and the approval isn't passed on to the next decider.
    """
    declared = procedure.declaration
    told = {
        name
        for one in definition(declared)["effects"]
        if one["effect"] in {"Message", "Notify"}
        for name in one["when"]
    }
    began = frozenset[Role]().union(*(one.by for _, one in declared.all_transitions if one.is_start))
    deciding = {one.source.id for _, one in declared.all_transitions if one.spec.approves}

    def is_heard(event: str, one: Transition) -> bool:
        names = [name for some in one.spec.other_than for name in some.names]
        asked = began.union(*(move.by for name in names for move in declared.transitions[name]))
        after = declared.stages[one.goes_to]
        waits_for_them = not after.final and bool(frozenset(after.role or ()) & asked)
        passed_on = one.goes_to in deciding
        return bool({event, one.goes_to} & told) or waits_for_them or passed_on

    return {
        event
        for event, one in declared.all_transitions
        if (one.spec.approves or declared.stages[one.goes_to].final)
        and one.source.id != one.goes_to
        and any(role.is_staff for role in one.by)
        and any(role.is_person and role.is_staff for role in began)
        and (one.spec.approves or not one.by & began)
        and not is_heard(event, one)
    }


@pytest.mark.parametrize("procedure", documented(), ids=lambda one: one.key)
def test_kind_36_whoever_asked_hears_of_an_approval_and_an_end(procedure: type[Procedure]) -> None:
    assert unheard(procedure) == NOT_TOLD.get(procedure.key, set())


def test_kind_62_who_says_no_to_oneself_hears_nothing() -> None:
    for editor, heard in (("wang", [("li", "a copy")]), ("li", [])):
        case = Scenario(CreativeLibrary, subject="CL-1")
        case.act("collect", person(STAFF, "li"), kind="idea", text="Tea by the stove", source="service")
        case.act("drop", person(CONTENT_EDITOR, editor), reason="a copy")
        assert [(word.to, word.data["why"]) for word in case.effects(Message)] == heard
