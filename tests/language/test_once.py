"""An event that may happen once a stay in its stage: the step that enters the stage counts."""

import pytest

from tests.scenario import Scenario
from workflows.language.refusals import Refusal
from workflows.vocabulary import STAFF, Entry, Procedure, Role, Stage


class Patrol(Procedure):
    """Goes round, and notes once a round that it rains."""

    key = "patrol"

    new = Entry()
    walking = Stage(role=STAFF)
    resting = Stage(role=STAFF)
    over = Stage(final=True)

    begin_patrol = new.to(walking, by=STAFF)
    note_rain = walking.stay(as_soon_as="is_raining", once=True)
    greet = walking.stay(by=STAFF, once=True)
    look = walking.stay(by=STAFF)
    rest = walking.to(resting, by=STAFF)
    walk_on = resting.to(walking, by=STAFF)
    stop = walking.to(over, by=STAFF)

    def is_raining(self) -> bool:
        """It rains."""
        return True


def begun() -> Scenario:
    return Scenario(Patrol).act("begin_patrol", Role.STAFF)


def notes(case: Scenario) -> int:
    return sum(step.followed.count("note_rain") for step in case.steps)


def test_what_the_step_that_entered_the_stage_did_is_done() -> None:
    case = begun()
    assert notes(case) == 1
    assert notes(case.act("look", Role.STAFF).act("look", Role.STAFF)) == 1


def test_it_may_happen_again_once_the_stage_was_left_and_entered_again() -> None:
    case = begun().act("rest", Role.STAFF).act("walk_on", Role.STAFF)
    assert notes(case.act("look", Role.STAFF).act("look", Role.STAFF)) == 2


def test_a_person_may_do_it_once_a_stay() -> None:
    case = begun().act("greet", Role.STAFF)
    assert "greet" not in case.offers(Role.STAFF)
    with pytest.raises(Refusal, match="greet is done"):
        case.act("greet", Role.STAFF)
    assert case.act("rest", Role.STAFF).act("walk_on", Role.STAFF).act("greet", Role.STAFF).stage == "walking"
