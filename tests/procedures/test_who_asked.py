"""Whoever asked for something hears that it isn't taken."""

from __future__ import annotations

import pytest

from activities.messages.contract import Message
from models.roles import Role
from tests.scenario import Scenario, documented, person
from workflows.language.definition import definition
from workflows.language.procedure import Procedure
from workflows.procedures.marketing_and_content.creative_library import CreativeLibrary
from workflows.vocabulary import CONTENT_EDITOR, STAFF

NOES = ("reject", "refuse", "no_budget", "drop")
THE_TEAM_HEARS = {
    "ad_optimisation": {"refuse"},
    "content_operations": {"reject"},
    "operations_plan": {"reject"},
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


def test_kind_62_who_says_no_to_oneself_hears_nothing() -> None:
    for editor, heard in (("wang", [("li", "a copy")]), ("li", [])):
        case = Scenario(CreativeLibrary, subject="CL-1")
        case.act("collect", person(STAFF, "li"), kind="idea", text="Tea by the stove", source="service")
        case.act("drop", person(CONTENT_EDITOR, editor), reason="a copy")
        assert [(word.to, word.data["why"]) for word in case.effects(Message)] == heard
