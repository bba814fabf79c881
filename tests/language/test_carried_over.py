"""A case that goes on under a newer version, where its stage has another name: what went off does not go off again."""

from datetime import timedelta

import pytest

from models.policy import StorePolicy
from models.roles import Role
from tests.runner.versions import Moved, Moved2
from tests.scenario import Scenario
from workflows.language.machine import Machine
from workflows.language.memory import Position
from workflows.language.migration import migrated
from workflows.language.refusals import Refusal
from workflows.language.timing import hours


def carried(case: Scenario) -> Machine:
    machine = case.machine
    position = Position.model_validate(machine.position.model_dump(mode="json"))
    return Machine.at(Moved2, migrated(Moved2, position, 1), StorePolicy(), machine.context.now)


def test_a_stage_that_the_newer_version_does_not_know_is_refused() -> None:
    position = Scenario(Moved).act("set_out", Role.CS_AGENT).machine.position
    unknown = position.model_copy(update={"stages": ["opened", "forgotten"]})
    with pytest.raises(Refusal, match="has no stage forgotten"):
        migrated(Moved2, unknown, 1)


def test_a_case_that_was_called_off_stays_so() -> None:
    machine = carried(Scenario(Moved).act("set_out", Role.CS_AGENT).cancel_by_parent())
    assert (machine.stages, machine.finished) == (["aborted"], True)


def test_a_limit_that_has_fallen_does_not_fall_again() -> None:
    case = Scenario(Moved).act("set_out", Role.CS_AGENT).wait(hours(25))
    assert case.missed == ["opened"]
    machine = carried(case)
    assert machine.alarms() == []
    assert list(machine.memory.missed) == ["taken_in"]


def test_a_limit_that_runs_falls_when_it_would_have() -> None:
    case = Scenario(Moved).act("set_out", Role.CS_AGENT)
    begun = case.machine.context.now
    (alarm,) = carried(case.wait(hours(5))).alarms()
    assert (alarm.of, alarm.at) == ("taken_in", begun + timedelta(hours=24))
