"""In every stage that the scenarios reach, each form of a person says truly where its answers come from."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal
from importlib import import_module
from pathlib import Path as FilePath
from typing import Any

import pytest
from pydantic_core import to_jsonable_python

from models.roles import Role
from models.values import Money
from tests.procedures.paths import walked
from tests.scenario import Scenario, person
from workflows.language.filling import filled_in
from workflows.language.machine import Machine
from workflows.language.memory import Actor
from workflows.language.refusals import InvalidForm, Refusal
from workflows.language.sources import sources_of

HERE = FilePath(__file__).parent
MODULES = sorted(
    f"{path.parent.name}.{path.stem}"
    for path in HERE.glob("*/test_*.py")
    if "\nPATHS" in path.read_text("utf-8") and "\ndef start(" in path.read_text("utf-8")
)


def another(known: Any) -> Any:
    """A value of the same kind that isn't this one; None where we know of none."""
    match known:
        case bool():
            return not known
        case Money():
            return known.model_copy(update={"amount": known.amount + 1})
        case datetime() | date():
            return known - timedelta(days=1)
        case int() | Decimal():
            return known + 1
        case str():
            return f"{known[:40]}X"
        case _:
            return None


plainly = Scenario.act
seen: set[tuple[str, ...]] = set()
"""The forms, and the stages where they were looked at: once is enough."""


def watched(case: Scenario, event: str, by: Role | Actor | None = None, /, **form: Any) -> Scenario:
    """`Scenario.act`, once what the form says of its fields is held against the machine."""
    if by is not None:
        _hold(case, event, person(by) if isinstance(by, Role) else by, form)
    return plainly(case, event, by, **form)


def _hold(case: Scenario, event: str, actor: Actor, form: dict[str, Any]) -> None:
    machine = case.machine
    shape = machine.form_here(event)
    if shape is None or not (sources := sources_of(shape)) or (event, *machine.stages) in seen:
        return
    try:
        machine.judge(event, form, actor=actor)
    except Refusal:
        return  # a scenario of what is refused
    seen.add((event, *machine.stages))
    values, _ = filled_in(machine.context, shape, actor)
    checked = {name for name, source in sources.items() if source.kind == "checked"}
    assert checked.isdisjoint(values), f"{event}: somebody is to look"
    proposals = {name: value for name, value in values.items() if sources[name].kind == "proposed"}
    faults = _faults(machine, event, {**form, **to_jsonable_python(proposals)}, actor)
    assert not faults.keys() & proposals.keys(), f"{event}: what is proposed isn't taken: {faults}"
    for name, source in sources.items():
        known = values.get(name)
        if source.kind != "known" or known is None or (other := another(known)) is None:
            continue
        faults = _faults(machine, event, {**form, name: to_jsonable_python(other)}, actor)
        assert faults, f"{event}: {name} is known to be {known}, and {other} is taken"


def _faults(machine: Machine, event: str, form: dict[str, Any], actor: Actor) -> dict[str, str]:
    """What is wrong, by the answer that it is wrong with; but for what a proposed row leaves to a person."""
    try:
        machine.judge(event, form, actor=actor)
    except InvalidForm as refused:
        wrong = [(fault.pointer.split("/"), fault.message) for fault in refused.errors if fault.pointer]
        return {path[1]: why for path, why in wrong if len(path) == 2 or why != "Field required"}
    except Refusal:
        pass
    return {}


@pytest.mark.parametrize("name", MODULES)
def test_a_form_says_truly_where_its_answers_come_from(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    module = import_module(f"tests.procedures.{name}")
    monkeypatch.setattr(Scenario, "act", watched)
    seen.clear()
    for _ in walked(module.start, module.PATHS):
        pass
