"""Where nobody else in the store may, the general manager decides, and the record says so."""

import pytest

from models.roles import Role
from tests.language.test_two_people import Draft
from tests.scenario import Scenario
from workflows.language.memory import Actor
from workflows.language.refusals import Refusal
from workflows.language.standing_in import DECIDED_INSTEAD, DID_BOTH, decisions_at, standing_in

WORKERS = frozenset({Role.DESIGNER, Role.OPS_MANAGER})
OWNER = Actor(id="li", roles=frozenset({Role.GM, *WORKERS}))
HEAD = Actor(id="zhou", roles=frozenset({Role.GM}))


def handed_in(by: Actor = OWNER) -> Scenario:
    return Scenario(Draft).act("begin_draft", by).act("hand_in", by)


def decides(case: Scenario, actor: Actor, people: dict[str, frozenset[Role]]) -> Actor:
    return standing_in(actor, decisions_at(case.machine.context), lambda: people)


def test_kind_35_one_person_alone_does_both_and_the_record_says_so() -> None:
    case = handed_in()
    alone = decides(case, OWNER, {"li": OWNER.roles})
    assert "approve" in case.offers(alone)
    assert case.act("approve", alone).steps[-1].note == DID_BOTH
    assert case.stage == "done"


def test_kind_35_the_manager_decides_where_all_others_have_asked() -> None:
    li = Actor(id="li", roles=WORKERS)
    case = handed_in(li)
    head = decides(case, HEAD, {"li": WORKERS, "zhou": HEAD.roles})
    assert "approve" in case.offers(head)
    assert case.act("approve", head).steps[-1].note == DECIDED_INSTEAD


@pytest.mark.parametrize(
    ("who", "others"),
    [
        pytest.param(OWNER, {"wang": frozenset({Role.OPS_MANAGER})}, id="somebody else may"),
        pytest.param(Actor(id="li", roles=WORKERS), {}, id="not the general manager"),
        pytest.param(OWNER.model_copy(update={"is_service": True}), {}, id="a program"),
    ],
)
def test_kind_35_nobody_else_does_both(who: Actor, others: dict[str, frozenset[Role]]) -> None:
    case = handed_in()
    actor = decides(case, who, {"li": who.roles, **others})
    assert "approve" not in case.offers(actor)
    with pytest.raises(Refusal):
        case.act("approve", actor)


def test_what_is_no_second_persons_is_nobody_elses() -> None:
    """Standing in is for decisions: a row without `other_than` stays with its roles."""
    case = handed_in()
    head = decides(case, HEAD, {"zhou": HEAD.roles, "li": WORKERS})
    with pytest.raises(Refusal):
        case.act("send_back", head, reason="too long")


def test_accounts_are_asked_only_where_that_matters() -> None:
    case = handed_in(Actor(id="wang", roles=WORKERS))

    def people() -> dict[str, frozenset[Role]]:
        raise AssertionError("nobody need be looked up")

    owner = standing_in(OWNER, decisions_at(case.machine.context), people)
    assert case.act("approve", owner).steps[-1].note == ""
