"""A case that is played as people play it: each form is given filled in, and sent back with what is missing."""

from __future__ import annotations

from typing import Any

from pydantic_core import to_jsonable_python

from models.roles import Role
from tests.scenario import Scenario, person
from workflows.language.filling import filled_in
from workflows.language.memory import Actor


def given(case: Scenario, event: str, by: Role | Actor) -> dict[str, Any]:
    """What the form is given with."""
    shape = case.machine.form_here(event)
    assert shape is not None
    values, _ = filled_in(case.machine.context, shape, _actor(by))
    return to_jsonable_python(values)


def send(case: Scenario, event: str, by: Role | Actor, **more: Any) -> Scenario:
    """Sends it back as it was given, with what only a person knows."""
    return case.act(event, _actor(by), **{**given(case, event, by), **more})


def _actor(by: Role | Actor) -> Actor:
    return by if isinstance(by, Actor) else person(by, by.value)
