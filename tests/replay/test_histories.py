# ruff: noqa: E501 - a mutant a line reads best
"""Recorded histories go on replaying; and what would break a running case is noticed, by them or by a fingerprint."""

from __future__ import annotations

import importlib.util
import inspect
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.runner import procedures
from workflows.language.fingerprint import fingerprint
from workflows.language.procedure import Procedure
from workflows.registry import registry
from workflows.runner.histories import replay, saved

HISTORIES = sorted((Path(__file__).parent / "histories").glob("*.json"))


@pytest.fixture(scope="module", autouse=True)
def declared() -> None:
    procedures.register()


@pytest.mark.parametrize("path", HISTORIES, ids=lambda path: path.stem)
async def test_a_recorded_history_replays(path: Path, caplog: pytest.LogCaptureFixture) -> None:
    replayed = await replay(saved(path))
    assert "another time" not in caplog.text
    assert replayed.failure is None
    assert replayed.commits


@pytest.mark.parametrize("name", ["plain_late", "timed", "parent", "return_by_hand"])
async def test_a_time_that_the_sdk_gave_otherwise_breaks_no_case(name: str) -> None:
    """A query that made a worker replay a case once gave a step an earlier time than each later replay gives it: the
    step of a timer or an outcome. An action comes with its own task.
    """
    history = saved(Path(__file__).parent / "histories" / f"{name}.json")
    woken = next(
        at
        for at, event in enumerate(history.events)
        if event.HasField("timer_fired_event_attributes")
        or event.HasField("activity_task_completed_event_attributes")
    )
    task = next(
        event for event in history.events[woken:] if event.HasField("workflow_task_started_event_attributes")
    )
    task.event_time.FromNanoseconds(task.event_time.ToNanoseconds() + 5_000_000)
    assert (await replay(history)).failure is None


def test_there_are_histories() -> None:
    assert len(HISTORIES) >= 10


MUTANTS = {
    "target": ("Child", "to(ready, by=PURCHASING)\n    fail = (working | halfway).to(failed,", "to(failed, by=PURCHASING)\n    fail = (working | halfway).to(ready,", "child"),
    "role": ("Plain", "confirm = received.to(confirmed, by=CS_AGENT)", "confirm = received.to(confirmed, by=GM)", ""),
    "stage's role": ("Plain", "confirmed = Stage(role=PICKER,", "confirmed = Stage(role=PICKER | PACKER,", ""),
    "shorter deadline": ("Plain", "received = Stage(role=CS_AGENT, due=hours(24)", "received = Stage(role=CS_AGENT, due=hours(12)", "plain"),
    "longer deadline": ("Plain", "received = Stage(role=CS_AGENT, due=hours(24)", "received = Stage(role=CS_AGENT, due=hours(36)", "plain_late"),
    "spanning deadline": ("Timed", "hours(24),\n        since", "hours(30),\n        since", "timed"),
    "pause": ("Timed", "paused_in=asking,", "", "timed"),
    "effect's payload": ("Return", "PayOut(what=self.subject)", "PayOut(what='another')", "return_by_hand"),
    "effect added": ("Return", "        self.do(PayOut(", "        self.do(KeepAside(what='more'))\n        self.do(PayOut(", "return_by_hand"),
    "outcome's event": ("Return", "then=self.refund_paid, otherwise=self.refund_failed", "then=self.refund_failed, otherwise=self.refund_paid", "return_by_hand"),
    "no undoing": ("Return", "dropped = Stage(final=True, undo=True)", "dropped = Stage(final=True)", "return_dropped"),
    "what is kept": ("Return", "self.case.kept += 1", "self.case.kept += 2", "return_dropped"),
    "a rename": ("Plain", "picked", "collected", "plain"),
    "a hook's own arithmetic": ("Child", "R-{self.subject}", "X-{self.subject}", "child"),
    "what an end sends": ("Parent", '"ready": serve, "failed": fail_it', '"ready": fail_it, "failed": serve', "parent"),
}  # fmt: skip


@pytest.fixture
def restored() -> Iterator[dict[str, dict[int, type[Procedure]]]]:
    versions = registry()._versions
    before = {key: dict(known) for key, known in versions.items()}
    yield versions
    versions.clear()
    versions.update(before)


def mutant_of(
    name: str, old: str, new: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> type[Procedure]:
    """The procedure as it would be with another text: a module of its own, as its annotations are looked up there."""
    source = inspect.getsource(getattr(procedures, name))
    assert old in source
    path = tmp_path / "mutant.py"
    path.write_text(
        f"from tests.runner.procedures import *\n\n\n{source.replace(old, new)}", encoding="utf-8"
    )
    spec = importlib.util.spec_from_file_location("mutant", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    monkeypatch.setitem(sys.modules, "mutant", module)
    spec.loader.exec_module(module)
    return getattr(module, name)


@pytest.mark.parametrize(("name", "old", "new", "history"), MUTANTS.values(), ids=MUTANTS)
async def test_a_change_under_running_cases_is_noticed(
    name: str, old: str, new: str, history: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
    restored: dict[str, dict[int, type[Procedure]]],
) -> None:  # fmt: skip
    original = getattr(procedures, name)
    mutant = mutant_of(name, old, new, tmp_path, monkeypatch)
    assert fingerprint(mutant.declaration) != fingerprint(original.declaration), "the fingerprint notices"
    if history:  # who may act leaves no trace in what was done: there the fingerprint stands alone
        restored[original.key][original.version] = mutant
        path = Path(__file__).parent / "histories" / f"{history}.json"
        assert (await replay(saved(path))).failure is not None, "the replay notices"
