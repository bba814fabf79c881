"""What a procedure starts or sends in a scenario must be lawful where the other procedure is there."""

from __future__ import annotations

import json

import pytest

from activities.contracts import OpenCase, SendEvent
from tests.scenario import Scenario
from workflows.language.memory import Ask, Parent
from workflows.language.policy import StorePolicy
from workflows.registry import registry


@pytest.fixture(autouse=True)
def _lawful_openings(monkeypatch: pytest.MonkeyPatch) -> None:
    perform = Scenario._perform

    def checked(case: Scenario, ask: Ask) -> None:
        match ask.effect:
            case OpenCase() as opened if opened.procedure in registry():
                _starts(case, opened)
            case SendEvent() as sent if sent.procedure in registry():
                _is_heard(sent)
            case _:
                pass
        perform(case, ask)

    monkeypatch.setattr(Scenario, "_perform", checked)


def _starts(case: Scenario, opened: OpenCase) -> None:
    """The other procedure takes the form: it raises where not."""
    other = registry().get(opened.procedure)
    parent = Parent(case=case.machine.case_id, link=opened.link, waits=opened.waits, wants=opened.wants)
    machine = other.begin(
        store="shop", subject=opened.subject, policy=StorePolicy(), now=case.now, parent=parent
    )
    first = next(event for event, moves in other.rows.items() if any(move.is_start for move in moves))
    form = json.loads(opened.model_dump_json())["form"]
    machine.act(opened.event or first, form or None)


def _is_heard(sent: SendEvent) -> None:
    other = registry().get(sent.procedure)
    assert sent.event in other.rows, f"{sent.procedure} has no event {sent.event}"
    for name in sent.where:
        kept = name in other.Case.model_fields or hasattr(other.Case, name)
        assert kept, f"{sent.procedure} keeps no {name}, by which {sent.event} is to find its cases"
