"""What a scenario opens or sends elsewhere must be taken there."""

from __future__ import annotations

from typing import Any

import pytest

from activities.cases.contract import OpenCase, SendEvent
from tests.scenario import Scenario
from workflows.language.machine import Machine
from workflows.language.memory import Ask, Parent
from workflows.language.refusals import Refusal
from workflows.registry import registry


@pytest.fixture(autouse=True)
def links_lead_somewhere(monkeypatch: pytest.MonkeyPatch) -> None:
    """A case that a scenario starts is begun for a moment, with the form that it was given."""
    perform = Scenario._perform

    def check(scenario: Scenario, ask: Ask) -> None:
        match ask.effect:
            case OpenCase() as effect:
                _begins(scenario, effect)
            case SendEvent() as effect:
                assert effect.event in registry().get(effect.procedure).declaration.transitions
            case _:
                pass
        perform(scenario, ask)

    monkeypatch.setattr(Scenario, "_perform", check)


def _begins(scenario: Scenario, effect: OpenCase) -> None:
    procedure = registry().get(effect.procedure)
    starts = [
        event
        for event, moves in procedure.declaration.transitions.items()
        if any(move.is_start for move in moves)
    ]
    form: dict[str, Any] = effect.model_dump(mode="json")["form"]
    case = scenario.machine.context.case_id
    parent = Parent(case=case, link=effect.link, waits=effect.waits, wants=effect.wants)
    if effect.event == "":
        Machine.begin(
            procedure,
            store="shop",
            subject=effect.subject,
            policy=scenario.policy,
            now=scenario.now,
            parent=parent,
        ).await_start(form)
        return
    refusals: list[str] = []
    for event in [effect.event] if effect.event else starts:
        machine = Machine.begin(
            procedure,
            store="shop",
            subject=effect.subject,
            policy=scenario.policy,
            now=scenario.now,
            parent=parent,
        )
        try:
            machine.act(event, form or None)
        except Refusal as refused:
            refusals.append(f"{event}: {refused.message}")
        else:
            return
    pytest.fail(
        f"{scenario.procedure.key} opens {effect.procedure} {effect.subject} in vain: {'; '.join(refusals)}"
    )
