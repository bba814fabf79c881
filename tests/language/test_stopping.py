"""Where a procedure has no way back, whoever answers for a case stops it, with a reason."""

from typing import Any, ClassVar

import pytest

from activities.cases.contract import TellParent
from activities.messages.contract import Message, Notify
from tests.scenario import Scenario
from workflows.language.memory import Actor, Parent
from workflows.language.refusals import InvalidForm, NotPossibleNow, NotYourRole
from workflows.vocabulary import (
    DESIGNER,
    FINANCE,
    GM,
    OPS_MANAGER,
    OPS_SPECIALIST,
    STAFF,
    SUPPLIER,
    TECH,
    Case,
    Entry,
    Form,
    PartyKind,
    Procedure,
    Reason,
    Role,
    Stage,
    User,
    without,
)


class Wish(Form):
    supplier: User


class WishCase(Case):
    supplier: User


class Building(Procedure):
    """Have something built that somebody wishes for."""

    key = "building"
    case: WishCase
    parties: ClassVar = {PartyKind.SUPPLIER: "supplier"}

    new = Entry()
    wished = Stage(role=OPS_SPECIALIST)
    designed = Stage(role=DESIGNER)
    built = Stage(role=TECH)
    fixed = Stage(role=TECH)
    done = Stage(final=True)
    given_up = Stage(final=True)

    wish = new.to(wished, by=STAFF | SUPPLIER, form=Wish)
    design = wished.to(designed, by=OPS_SPECIALIST)
    give_up = wished.to(given_up, by=OPS_SPECIALIST, form=Reason, back=True)
    build = designed.to(built, by=DESIGNER)
    fix = built.to(fixed, by=TECH)
    release = fixed.to(done, by=TECH)

    exceptions = (without("way_back", fixed, because="It is fixed to the ground."),)

    @design.on
    def tell_finance(self) -> None:
        self.do(Notify(role=FINANCE, template="reminder", data={}))


def person(role: Role, name: str) -> Actor:
    return Actor(id=name, roles=frozenset({role, Role.STAFF}))


def wished(**about: Any) -> Scenario:
    return Scenario(Building, **about).act("wish", person(FINANCE, "li"), supplier="acme")


def designed(**about: Any) -> Scenario:
    return wished(**about).act("design", OPS_SPECIALIST)


def test_it_ends_as_one_that_is_cancelled_and_takes_back_what_stands() -> None:
    case = designed().act("stop_case", DESIGNER, reason="too dear")
    assert (case.stage, case.machine.finished) == ("aborted", True)
    assert case.steps[-1].form == {"reason": "too dear"}
    assert case.kinds[-1] == "WithdrawNotice"


def test_who_had_a_turn_hears_why() -> None:
    case = designed().act("build", DESIGNER).act("stop_case", OPS_MANAGER, reason="too dear")
    told = [
        (notice.role, notice.data["note"])
        for notice in case.effects(Notify)
        if notice.template == "case_stopped"
    ]
    assert told == [(role, "too dear") for role in (DESIGNER, OPS_SPECIALIST, TECH)]


def test_a_party_that_could_ask_for_it_hears_too() -> None:
    case = designed().act("stop_case", DESIGNER, reason="too dear")
    assert [(message.to, message.template) for message in case.effects(Message)] == [
        ("acme", "request_stopped")
    ]


@pytest.mark.parametrize("who", [DESIGNER, OPS_MANAGER, GM, person(FINANCE, "li")])
def test_who_has_the_turn_who_is_above_and_who_began_it_may(who: Role | Actor) -> None:
    assert designed().act("stop_case", who, reason="no").stage == "aborted"


@pytest.mark.parametrize("who", [TECH, person(FINANCE, "wang"), SUPPLIER])
def test_nobody_else_may(who: Role | Actor) -> None:
    with pytest.raises(NotYourRole):
        designed().act("stop_case", who, reason="no")


def test_a_reason_is_needed() -> None:
    with pytest.raises(InvalidForm):
        designed().act("stop_case", DESIGNER)


@pytest.mark.parametrize(
    "case",
    [wished, lambda: designed().act("build", DESIGNER).act("fix", TECH)],
    ids=["a way of its own", "excepted"],
)
def test_not_where_a_row_leads_back_or_the_procedure_says_no(case: Any) -> None:
    with pytest.raises(NotPossibleNow):
        case().act("stop_case", OPS_MANAGER, reason="no")


def test_an_ended_case_is_not_stopped() -> None:
    with pytest.raises(NotPossibleNow):
        designed().act("stop_case", GM, reason="no").act("stop_case", GM, reason="no")


def test_the_case_that_waits_for_it_hears_that_it_was_stopped() -> None:
    parent = Parent(case="campaign:shop:1", link="building", waits=True)
    (report,) = designed(parent=parent).act("stop_case", GM, reason="no").effects(TellParent)
    assert (report.stage, report.ended) == ("aborted", True)
