"""Role by action, at every stage that the scenarios reach: whoever a row names may act, and nobody else."""

from __future__ import annotations

from importlib import import_module

import pytest

from models.roles import Role
from tests.procedures.paths import walked
from tests.procedures.test_sources import MODULES
from tests.scenario import Scenario, person
from workflows.language.judging import answers_for_child
from workflows.language.machine import Machine
from workflows.language.memory import Actor
from workflows.language.refusals import NotYourRole, Refusal

PEOPLE_AND_FEEDS = tuple(role for role in Role if not role.is_engine)
plainly = Scenario.act
seen: set[tuple[str, ...]] = set()


def watched(case: Scenario, event: str, by: Role | Actor | None = None, /, **form: object) -> Scenario:
    """`Scenario.act`, once every role has tried all that can be done."""
    _hold(case.machine)
    return plainly(case, event, by, **form)


def _hold(machine: Machine) -> None:
    declared = machine.declaration
    if tuple(machine.stages) in seen:
        return
    seen.add(tuple(machine.stages))
    for event in {event for stage in machine.stages for event in declared.leaving(stage)}:
        rows = [row for stage in machine.stages for row in declared.leaving(stage).get(event, ())]
        named = frozenset[Role]().union(*(row.by for row in rows))
        let_in = {role for role in PEOPLE_AND_FEEDS if not _is_refused(machine, event, role)}
        for_child = {
            role for role in PEOPLE_AND_FEEDS if answers_for_child(machine.context, event, person(role))
        }
        assert let_in == (named & set(PEOPLE_AND_FEEDS)) | for_child, (declared.key, machine.stages, event)


def _is_refused(machine: Machine, event: str, role: Role) -> bool:
    """Whether it is the role that is refused: that something else is missing is another matter."""
    try:
        machine.judge(event, {}, actor=person(role))
    except NotYourRole:
        return True
    except Refusal:
        pass
    return False


@pytest.mark.parametrize("name", MODULES)
def test_who_may_act_is_who_is_declared(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    module = import_module(f"tests.procedures.{name}")
    monkeypatch.setattr(Scenario, "act", watched)
    seen.clear()
    for _ in walked(module.start, module.PATHS):
        pass
    assert seen
