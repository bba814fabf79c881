"""In every place that the scenarios reach: whoever has the turn can do something there, somebody has the task where
people alone go on, whoever a limit names is told when it falls, and no party's case ends without a word to them.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from activities.audiences.contract import MessageAudience
from activities.cases.contract import OpenCase
from activities.messages.contract import Message, Notify
from models.effect import Effect
from models.roles import Role
from tests.procedures.everywhere import Place, everywhere
from tests.scenario import Scenario, documented
from workflows.language.forms import UNDECLARED
from workflows.language.machine import Machine
from workflows.language.memory import Actor
from workflows.language.procedure import Procedure
from workflows.registry import registry

PEOPLE = sorted(role for role in Role if role.is_person)
MOST_ALARMS = 12

TO_A_COLLEAGUE = "_yours"
"""How templates end that say to one of the store's own people what is theirs to do."""

WAIT_FOR_THE_CLOCK = {
    "aftersales_followup planned": "customers are called when the day has come, and not before",
}
"""Stages whose task can be done only later."""

NO_WORD = {
    "b2b_contract rejected drop": "a draft that nobody has sent",
    "bad_review closed_replied close_monitoring": "the reply is public",
    "bad_review closed_unreachable close_unreachable": "nobody reaches the customer",
    "bad_review reported_fake report_fake": "nobody's review",
    "customer_inquiry answered close_answered": "they have the answer in the chat",
    "customer_inquiry ordered win_order": "they have ordered, in the chat",
    "distributor_management lost no_deal": "nothing was agreed on",
    "distributor_management lost no_interest": "they said so themselves",
    "inbound_receiving available book_receipt": "all that came is kept; finance tells that it is paid",
    "inbound_receiving available put_away": "likewise",
    "leave_request cancelled cancel": "whoever asked takes it back themselves",
    "online_direct_sale abandoned leave": "somebody who looked around",
    "out_of_stock false_alarm recount_ok": "the customer has never heard of it",
    "out_of_stock resolved_shipped ship_substitute": "the order that ships tells it",
    "permission_grant withdrawn withdraw": "whoever asked takes it back",
    "procurement cancelled cancel": "nothing was ordered yet",
    "supplier_onboarding rejected number_taken": "purchasing asks the company for its right number",
    "satisfaction_survey void nobody_asked": "whoever wants no messages isn't asked",
}
"""Ends of which a party hears nothing in the whole case, and why that may be."""


@pytest.mark.parametrize("procedure", documented(), ids=lambda one: one.key)
def test_everybody_has_their_turn_and_hears_of_it(procedure: type[Procedure]) -> None:
    places, ends = everywhere(procedure)
    assert places
    clocks = {
        (*place.machine.stages, *(alarm.key for alarm in place.machine.alarms())): place for place in places
    }
    assert sorted({fault for place in places for fault in _turns(place)}) == []
    assert sorted({fault for place in clocks.values() for fault in _limits(place)}) == []
    silent = {
        f"{procedure.key} {case.stage} {case.steps[-1].event}"
        for case in ends
        if procedure.declaration.parties and not _by_a_party(case) and not any(map(_is_a_word, case.done))
    }
    assert silent == {one for one in NO_WORD if one.startswith(f"{procedure.key} ")}


def _turns(place: Place) -> Iterator[str]:
    machine, declaration = place.machine, place.procedure.declaration
    offered = {role: _offers(machine, role) for role in PEOPLE}
    goes_on = bool(machine.memory.children) or any(alarm.event for alarm in machine.alarms())
    for name in machine.stages:
        stage = declaration.stages[name]
        people = {role for role in PEOPLE if offered[role]}
        about = f"{place.procedure.key} {name}"
        if stage.role and not stage.role & people and not goes_on and about not in WAIT_FOR_THE_CLOCK:
            yield f"{about}: nobody whose turn it is can do anything"
        if people and not stage.role and not goes_on:
            yield f"{about}: only {', '.join(sorted(people))} can go on, and nobody has the task"


def _offers(machine: Machine, role: Role) -> list[str]:
    somebody = Actor(id=f"another {role}", roles=frozenset({role}))
    return [event for event in machine.offers(somebody) if event not in UNDECLARED]


def _limits(place: Place) -> Iterator[str]:
    """The clock runs on, and nobody does anything: whoever a limit names hears of it, and never as of one to come."""
    machine = place.machine
    for _ in range(MOST_ALARMS):
        alarm = next(iter(machine.alarms()), None)
        if alarm is None:
            return
        now = max(machine.context.now, alarm.at)
        machine = Machine.at(place.procedure, machine.position, place.policy, now)
        step = machine.fire(alarm)
        assert step is not None
        notices = [ask.effect for ask in step.asked if isinstance(ask.effect, Notify)]
        about = [notice for notice in notices if notice.data.get("limit") == alarm.of]
        if missing := alarm.tell - {notice.role for notice in about}:
            yield f"{place.procedure.key} {alarm.key}: {', '.join(sorted(missing))} aren't told"
        if alarm.is_limit and any(notice.template == "deadline_near" for notice in about):
            yield f"{place.procedure.key} {alarm.key}: it is missed, and told as if it weren't"


def _is_a_word(effect: Effect) -> bool:
    """It tells a party, or opens a case that does."""
    told = isinstance(effect, Message | MessageAudience) and not effect.template.endswith(TO_A_COLLEAGUE)
    return told or (
        isinstance(effect, OpenCase) and bool(registry().get(effect.procedure).declaration.parties)
    )


def _by_a_party(case: Scenario) -> bool:
    """Whoever ended it was the party, or staff who heard it from them."""
    last = case.steps[-1]
    moves = case.procedure.declaration.transitions.get(last.event, ())
    return any(
        move.spec.heard_by or any(role.is_person and not role.is_staff for role in move.by) for move in moves
    )
