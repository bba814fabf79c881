"""Every place where the scenarios of a procedure's tests have been, as it stands there once its effects are done."""

from __future__ import annotations

from collections.abc import Callable
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


def walk_all(name: str) -> list[Scenario]:
    """Every scenario of a procedure's test that goes along a table; where each of the paths has led."""
    module = _tests_of(name)
    start = getattr(module, "start", None) or getattr(module, "new", None)
    led = [*walked(start, getattr(module, "PATHS", ()))] if start is not None else []
    places: Any = getattr(module, "AT", None)
    if isinstance(places, dict):
        for reach in cast("dict[str, Callable[[], Scenario] | tuple[Any, ...]]", places).values():
            if callable(reach):
                reach()
    return led


def everywhere(procedure: type[Procedure]) -> tuple[list[Place], list[Scenario]]:
    """Where its scenarios have been, each stage once for what has happened before; and the cases that have ended."""
    found: dict[tuple[object, ...], Place] = {}
    took = Scenario._took

    def takes(scenario: Scenario, step: Step, machine: Machine) -> Scenario:
        depth = scenario.__dict__["depth"] = scenario.__dict__.get("depth", 0) + 1
        try:
            took(scenario, step, machine)
        finally:
            scenario.__dict__["depth"] = depth - 1
        if depth == 1 and scenario.procedure is procedure:
            now = scenario.machine
            if now.stages and not now.finished:
                place = Place(procedure, scenario._position, scenario.now, scenario.policy)
                found.setdefault((*now.stages, *sorted(now.memory.happened)), place)
        return scenario

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Scenario, "_took", takes)
        led = walk_all(procedure.key)
    return list(found.values()), [case for case in led if case.machine.finished]
