"""Every place where the scenarios of a procedure's tests have been, as it stands there once its effects are done."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from importlib import import_module
from pathlib import Path as FilePath
from types import ModuleType
from typing import Any, cast

import pytest

from models.policy import StorePolicy
from tests.procedures.paths import walked
from tests.scenario import Scenario
from workflows.language.machine import Machine
from workflows.language.memory import Position, Step
from workflows.language.procedure import Procedure

HERE = FilePath(__file__).parent


@dataclass(frozen=True)
class Place:
    """A case, where a scenario has left it for a moment."""

    procedure: type[Procedure]
    position: str
    now: datetime
    policy: StorePolicy

    @property
    def machine(self) -> Machine:
        return Machine.at(self.procedure, Position.model_validate_json(self.position), self.policy, self.now)


def _tests_of(name: str) -> ModuleType:
    (file,) = HERE.glob(f"*/test_{name}.py")
    return import_module(f"tests.procedures.{file.parent.name}.{file.stem}")


def walk_all(name: str) -> None:
    """Every scenario of a procedure's test that goes along a table."""
    module = _tests_of(name)
    start = getattr(module, "start", None) or getattr(module, "new", None)
    for _ in walked(start, getattr(module, "PATHS", ())) if start is not None else ():
        pass
    places: Any = getattr(module, "AT", None)
    if isinstance(places, dict):
        for reach in cast("dict[str, Callable[[], Scenario] | tuple[Any, ...]]", places).values():
            if callable(reach):
                reach()


def places(procedure: type[Procedure], monkeypatch: pytest.MonkeyPatch) -> list[Place]:
    """Where its scenarios have been: each stage once for what has happened before."""
    found: dict[tuple[object, ...], Place] = {}
    took = Scenario._took

    def takes(scenario: Scenario, step: Step, machine: Machine) -> Scenario:
        depth = scenario.__dict__["depth"] = scenario.__dict__.get("depth", 0) + 1
        try:
            took(scenario, step, machine)
        finally:
            scenario.__dict__["depth"] = depth - 1
        if depth == 1 and scenario.procedure is procedure:
            for place in _of(scenario):
                now = place.machine
                found.setdefault((*now.stages, *sorted(now.memory.happened)), place)
        return scenario

    with monkeypatch.context() as patch:
        patch.setattr(Scenario, "_took", takes)
        walk_all(procedure.key)
    return list(found.values())


def _of(scenario: Scenario) -> Iterator[Place]:
    machine = scenario.machine
    if machine.stages and not machine.finished:
        yield Place(scenario.procedure, machine.position.model_dump_json(), scenario.now, scenario.policy)


def ends(procedure: type[Procedure]) -> Iterator[Scenario]:
    """The cases of its tests' table that have ended."""
    module = _tests_of(procedure.key)
    start = getattr(module, "start", None) or getattr(module, "new", None)
    if start is not None:
        yield from (case for case in walked(start, getattr(module, "PATHS", ())) if case.machine.finished)
