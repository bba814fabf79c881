"""`python -m tests.procedures.corpus`: learn again from the scenarios what forms, outcomes and answers look like, and
a short way to each end.

The procedures are then driven at random with variations of these, and from everywhere on these ways. What is out of
date there is refused, no more; an end that is then not reached asks for this command.
"""

from __future__ import annotations

import contextlib
import gzip
import json
import re
import sys
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from pydantic_core import to_jsonable_python

from models.effect import Outcome
from models.policy import StorePolicy
from tests.scenario import Scenario
from workflows.language.machine import Machine
from workflows.language.memory import ENGINE, Actor, Alarm, Ask, ChildReport, Step

FILE = Path(__file__).parent / "corpus.json.gz"
_MOST = 6
"""Variants of one form, outcome or answer."""
_LONGEST = 24
"""Steps of a detour."""

_MOMENT = re.compile(r"^\d{4}-\d\d-\d\d(T.*)?$")

Json = dict[str, Any]
Corpus = dict[str, Json]
"""Procedure -> "forms" by event, "outcomes" by effect, "children" by procedure and stage (what it reported), and "ways"
by end: the case's number and what happened to it, on the shortest way and on a detour.
"""


def learnt() -> Corpus:
    """What was learnt last."""
    return json.loads(gzip.decompress(FILE.read_bytes()))


def moved(value: Any, later: timedelta, days: int | None = None) -> Any:
    """The same, with all moments so much later, and all days; these by `days`, where midnight makes a difference."""
    match value:
        case dict():
            return {name: moved(part, later, days) for name, part in value.items()}  # pyright: ignore[reportUnknownVariableType]
        case list():
            return [moved(part, later, days) for part in value]  # pyright: ignore[reportUnknownVariableType]
        case str() if _MOMENT.match(value):
            with contextlib.suppress(ValueError):
                moment = datetime.fromisoformat(value)
                if len(value) == len("2026-01-31"):
                    return (moment + timedelta(later.days if days is None else days)).date().isoformat()
                return (moment + later).isoformat()
        case _:
            pass
    return value


class Learning:
    """A plugin of pytest: notes what scenarios tell their procedures."""

    def __init__(self) -> None:
        self.corpus: Corpus = {}
        self._last: Json = {}
        self._performing: Scenario | None = None

    @pytest.fixture(autouse=True)
    def noting(self, monkeypatch: pytest.MonkeyPatch) -> None:  # noqa: C901 - a wrapper for each method
        """Look over the scenarios' shoulders."""
        act, outcome, child_ended, ring = (
            Machine.act,
            Machine.outcome,
            Machine.child_reported,
            Machine.fire,
        )
        begin, took, perform = Scenario.__init__, Scenario._took, Scenario._perform

        def note_start(scenario: Scenario, *args: Any, **how: Any) -> None:
            begin(scenario, *args, **how)
            parent = how.get("parent")
            usual = scenario.policy == StorePolicy()
            scenario.__dict__["way"] = [] if usual else None
            scenario.__dict__["begun"] = {
                "subject": how.get("subject", "1"),
                "now": scenario.now.isoformat(),
                "parent": parent.model_dump(mode="json") if parent else None,
            }

        def note_form(
            machine: Machine, event: str, form: Any = None, *, actor: Actor = ENGINE, **how: Any
        ) -> Step:
            step = act(machine, event, form, actor=actor, **how)
            if step.form:
                self._note(machine, "forms", event, step.form)
            who = {"id": actor.id, "roles": sorted(actor.roles)}
            plain = to_jsonable_python(form, fallback=str)
            self._last = {"act": event, "form": plain, "actor": who}
            return step

        def note_outcome(machine: Machine, ask: Ask, result: Outcome) -> Step | None:
            plain = result.model_dump(mode="json")
            if result.data:
                self._note(machine, "outcomes", ask.kind, plain["data"])
            step = outcome(machine, ask, result)
            self._last = {"outcome": ask.key, "result": plain}
            if step is None and self._performing is not None:
                self._add(self._performing)
            return step

        def note_answer(machine: Machine, report: ChildReport) -> Step | None:
            plain = json.loads(report.model_dump_json())
            if report.result:
                self._note(machine, "children", f"{report.procedure}.{report.stage}", plain["result"])
            step = child_ended(machine, report)
            self._last = {"child": plain}
            return step

        def note_alarm(machine: Machine, alarm: Alarm) -> Step | None:
            step = ring(machine, alarm)
            self._last = {"ring": alarm.key}
            return step

        def note_step(scenario: Scenario, step: Step, machine: Machine) -> Scenario:
            self._add(scenario)
            self._keep_way(scenario, machine)
            return took(scenario, step, machine)

        def note_effect(scenario: Scenario, ask: Ask) -> None:
            self._performing = scenario
            perform(scenario, ask)

        monkeypatch.setattr(Scenario, "__init__", note_start)
        monkeypatch.setattr(Scenario, "_took", note_step)
        monkeypatch.setattr(Scenario, "_perform", note_effect)
        monkeypatch.setattr(Machine, "act", note_form)
        monkeypatch.setattr(Machine, "outcome", note_outcome)
        monkeypatch.setattr(Machine, "child_reported", note_answer)
        monkeypatch.setattr(Machine, "fire", note_alarm)

    def _add(self, scenario: Scenario) -> None:
        way = scenario.__dict__["way"]
        if way is not None:
            # a new list: a scenario that was copied goes its own way from there
            scenario.__dict__["way"] = [*way, {**self._last, "now": scenario.now.isoformat()}]

    def _keep_way(self, scenario: Scenario, machine: Machine) -> None:
        way = scenario.__dict__["way"]
        ways = self._of(machine).setdefault("ways", {})
        if way is None or not machine.finished:
            return
        found = {**scenario.__dict__["begun"], "steps": way[:]}
        for stage in machine.stages:
            if stage not in ways or len(way) < len(ways[stage]["steps"]):
                ways[stage] = found
            detour = f"{stage} by a detour"
            if len(way) <= _LONGEST and (detour not in ways or len(way) > len(ways[detour]["steps"])):
                ways[detour] = found

    def _note(self, machine: Machine, what: str, of: str, variant: Json) -> None:
        variants = self._of(machine).setdefault(what, {}).setdefault(of, [])
        if variant not in variants and len(variants) < _MOST:
            variants.append(variant)

    def _of(self, machine: Machine) -> Json:
        return self.corpus.setdefault(machine.declaration.key, {})

    def save(self) -> None:
        """Small, and the same for the same scenarios."""
        text = json.dumps(self.corpus, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
        FILE.write_bytes(gzip.compress(text.encode(), mtime=0))


if __name__ == "__main__":
    learning = Learning()
    tests = str(Path(__file__).parent)
    # what has been imported by now isn't rewritten: nobody reads these assertions
    already = ("-W", "ignore::pytest.PytestAssertRewriteWarning")
    leave_out = ("--ignore", f"{tests}/test_random.py", "-p", "no:cacheprovider", *already)
    code = pytest.main(["-q", *leave_out, tests], plugins=[learning])
    if code == 0:
        learning.save()
    sys.exit(code)
