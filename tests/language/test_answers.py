"""Answers of several children, second limits, plain notices, links that read a form."""

from __future__ import annotations

import pytest

from activities.cases.contract import CancelCase, OpenCase
from activities.messages.contract import Notify
from models.roles import Role
from tests.language.sample_round import Round
from tests.scenario import Scenario
from workflows.language.definition import definition
from workflows.language.timing import hours, minutes


def asked(*about: str) -> Scenario:
    return Scenario(Round).act("think", Role.STAFF).act("ask", Role.STAFF, about=list(about))


def test_all_answers_count() -> None:
    case = asked("a", "b").child("round", "known", doubt=True)
    assert case.stage == "asking"
    assert case.child("round", "known").stage == "thinking"


def test_one_of_several_is_called_off() -> None:
    case = asked("a", "b").act("drop", Role.STAFF, about="b")
    (called_off,) = case.effects(CancelCase)
    (dropped,) = (ask for step in case.steps for ask in step.asked if ask.key == called_off.of)
    assert dropped.effect.model_dump()["subject"].endswith("b")
    assert case.child("round", "known").stage == "known"


def test_a_child_that_goes_on_has_answered() -> None:
    case = asked("a", "b").child("round", "thinking", ended=False).child("round", "known")
    assert case.stage == "known"


def test_a_new_round_forgets_the_last() -> None:
    case = asked("a").child("round", "known", doubt=True).act("ask", Role.STAFF, about=["b"])
    assert case.child("round", "known").stage == "known"


def test_a_link_reads_the_form() -> None:
    assert [one.subject for one in asked("a", "b").effects(OpenCase)] == ["1-2-a", "1-2-b"]


def test_a_plain_notice_is_not_withdrawn() -> None:
    case = asked("a")
    assert (case.undoable, case.notified) == (["KeepRecord", "OpenCase"], [Role.HR])
    assert case.effects(Notify)[0].data == {"when": "2026-11-23"}
    assert ("Notify", ("ask",)) in {(one.effect, one.when) for one in Round.declaration.effects}


@pytest.mark.parametrize(
    ("until", "late"), [(None, 5), ("2026-11-23T04:00:00Z", 2)], ids=["neither", "named"]
)
def test_the_first_limit_that_is_known(until: str | None, late: int) -> None:
    case = Scenario(Round).act("think", Role.STAFF).act("ask", Role.STAFF, about=["a"], until=until)
    case.child("round", "known", doubt=True)
    assert case.wait(hours(late).length - minutes(1).length).missed == []
    assert case.wait(minutes(1)).missed == ["thinking"]


def test_a_limit_ends_where_its_exception_comes_to_hold() -> None:
    late = asked("a", "b").act("nag", Role.STAFF)
    in_time = asked("a", "b").act("nag", Role.STAFF).child("round", "known")
    assert (late.wait(hours(3)).missed, in_time.wait(hours(3)).missed) == (["answered"], [])


def test_a_deadline_that_sends_an_event_is_the_clock() -> None:
    rows = {row["event"]: row["who"] for row in definition(Round.declaration)["transitions"]}
    assert rows["again"] == ["system", "timer"]


def test_a_procedures_own_event_goes_before_that_of_every_case() -> None:
    case = asked("a").act("escalate", Role.STAFF)
    assert (case.stage, case.notified) == ("thinking", [Role.HR])


def test_a_hook_for_several_stages() -> None:
    assert asked("a").child("round", "known").case.looks == 2
