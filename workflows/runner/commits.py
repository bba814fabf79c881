"""What each commit says, and how it gets into the read model."""

from __future__ import annotations

import logging
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from temporalio import workflow
from temporalio.common import RetryPolicy
from temporalio.exceptions import FailureError

from activities.milestones.contract import MilestoneReached
from workflows.language import clock
from workflows.language.machine import Machine
from workflows.runner import presentation
from workflows.runner.attributes import Attributes
from workflows.runner.messages import Commit, DeadlineNow, StageNow, StepNow
from workflows.runner.state import CaseState
from workflows.runner.words import sentence

_log = logging.getLogger(__name__)

LOCAL = "commit"
PATIENT = "commit_when_possible"
MOST_CARRIED = 20
"""Steps that answers carry without a word that they were written; then the case writes itself."""
RUNS_APART = 1_000_000_000
"""No run's history grows that long: fences of later runs are greater."""
_LENGTHS_APART = 10_000
"""Nor does a task make so many commits: fences of later tasks are greater."""


class Diverged(workflow.NondeterminismError):
    """A replay computed another position than the one that was committed: the procedure has changed."""

    @classmethod
    def of(cls, said: Commit, recorded: str, computed: str) -> Diverged:
        """What to tell of a commit that comes out otherwise."""
        return cls(
            f"{said.case} revision {said.revision} was committed as {recorded}, and is {computed} now: "
            f"{said.procedure} {said.version} has changed under running cases. Give the change a new version."
        )


@dataclass
class Watch:
    """What the replay of a history comes to."""

    commits: list[Commit] = field(default_factory=list[Commit])
    shifted: int | None = None
    """The first revision that history took at another time: from there on hashes say nothing of the procedure."""


class _Watching:
    """Who is shown the replay of a history, in this process. Nobody but `replay` sets it."""

    by: Watch | None = None


def watch(by: Watch | None) -> None:
    """Have every commit noted in `by`, as a history is replayed."""
    _Watching.by = by


class CommitBuilder:
    """Brings the read model up to what the state holds."""

    def __init__(self, state: CaseState) -> None:
        self._state = state
        self._attributes = Attributes()
        self.revision = 0
        """The latest revision that this run has committed."""
        self.hash = ""
        self._is_shifted = False
        self._said_so_far = 0
        self._carried: list[tuple[str, tuple[StepNow, ...]]] = []
        """The steps of commits that answers carry, by their hash, until they are known to be written."""

    @property
    def has_carried(self) -> bool:
        """Whether a commit may not be written yet, or never."""
        return bool(self._carried)

    def seen(self, written: str) -> None:
        """Somebody has seen this commit in the read model: it and those before it need not be told again."""
        hashes = [known for known, _ in self._carried]
        if written in hashes:
            del self._carried[: hashes.index(written) + 1]

    def can_carry(self) -> bool:
        """Whether an answer can bring the read model up: nothing but a few steps has changed."""
        state = self._state
        return not (state.effects or state.links) and len(self._carried) < MOST_CARRIED

    def carry(self) -> Commit:
        """What has changed, for the sender of an action to write: all that may not be there yet."""
        steps = tuple(self._state.steps)
        said = self._said(in_full=False)
        self._carried.append((said.hash, steps))
        self.revision, self.hash = said.revision, said.hash
        self._attributes.show(said, said.at)
        return said

    async def commit(self, *, repairs: bool = False) -> None:
        """Write what has changed, all of it together, and what answers have carried."""
        if repairs or self.revision == 0:
            self._state.show_pending()
        said = self._said(repairs=repairs)
        recorded = await self._write(said)
        self._attributes.show(said, self._compared(said, *recorded.split(" ")))
        self._carried.clear()
        self.revision, self.hash = said.revision, said.hash

    def _compared(self, said: Commit, recorded: str, at: str) -> datetime:
        """When it was committed. Raises Diverged where a replay has come to something else."""
        if at != said.at.isoformat():
            # the SDK gave another time then: from here on hashes differ, and say nothing of the procedure
            self._is_shifted = True
            if _Watching.by is not None and _Watching.by.shifted is None:
                _Watching.by.shifted = said.revision
            # the workflow's own logger is silent in replays, where alone this happens
            _log.warning(
                "%s revision %s was taken at another time than it is replayed at", said.case, said.revision
            )
        if recorded != said.hash and not self._is_shifted:
            raise Diverged.of(said, recorded, said.hash)
        return datetime.fromisoformat(at)

    def _said(self, *, repairs: bool = False, in_full: bool = True) -> Commit:
        machine = self._state.machine()
        self._said_so_far += 1
        said = self._say(machine, repairs=repairs, in_full=in_full)
        workflow.set_current_details(presentation.details(self._state, machine))
        if _Watching.by is not None:
            _Watching.by.commits.append(said)
        return said

    async def _write(self, said: Commit) -> str:
        try:
            return await workflow.execute_local_activity(
                LOCAL,
                said,
                result_type=str,
                start_to_close_timeout=timedelta(seconds=1),
                schedule_to_close_timeout=timedelta(seconds=2),
                retry_policy=RetryPolicy(maximum_attempts=1),
            )
        except FailureError as error:  # a local activity's own error, or its timeout
            workflow.logger.warning("the read model could not be written at once: %s", error)
            workflow.metric_meter().create_counter("read_model_waits", "CommitBuilder that had to wait").add(
                1
            )
            return await workflow.execute_activity(
                PATIENT,
                said,
                result_type=str,
                start_to_close_timeout=timedelta(seconds=30),
                retry_policy=RetryPolicy(
                    initial_interval=timedelta(seconds=1), maximum_interval=timedelta(seconds=10)
                ),
                summary=sentence("commit", revision=said.revision),
            )

    def _say(self, machine: Machine, *, repairs: bool, in_full: bool) -> Commit:
        state, start = self._state, self._state.start
        info = workflow.info()
        memory = state.position.memory
        stages = tuple(
            StageNow(
                key=stage,
                roles=tuple(sorted(machine.declaration.stage(stage).role)),
                entered_at=memory.entered.get(stage, memory.closed_at or workflow.now()),
                due_at=clock.due_of(machine.context, stage),
            )
            for stage in machine.stages
        )
        deadlines = tuple(_deadlines(machine))
        position = state.position.model_dump_json()
        steps, effects, links, digest = state.drain(position)
        steps = (*(step for _, carried in self._carried for step in carried), *steps)
        limits = [limit.due_at for limit in (*stages, *deadlines) if limit.due_at is not None]
        return Commit(
            case=state.case,
            procedure=start.procedure,
            version=start.version,
            store=start.store,
            subject=start.subject,
            run_id=info.run_id,
            fence=state.run * RUNS_APART
            + info.get_current_history_length() * _LENGTHS_APART
            + self._said_so_far,
            revision=state.revision,
            state=state.state,
            outcome=machine.stages[0] if state.finished else None,
            position=position,
            policy=start.policy.model_dump_json() if in_full else None,
            request=start.request,
            opened_at=memory.opened_at or workflow.now(),
            closed_at=memory.closed_at,
            next_due=min(limits, default=None) if not state.finished else None,
            stages=stages,
            deadlines=deadlines,
            steps=steps,
            effects=effects,
            links=links,
            hash=digest,
            at=workflow.now(),
            moved=repairs or self.revision == 0 or any(step.before != step.after for step in steps),
            repairs=repairs,
            entry=state.entry,
            milestones=_milestones(machine, steps),
        )


def _milestones(machine: Machine, steps: tuple[StepNow, ...]) -> tuple[MilestoneReached, ...] | None:
    """What these steps have reached; None where the procedure counts nothing."""
    if not machine.declaration.milestones:
        return None
    return tuple(
        MilestoneReached(milestone=milestone, revision=step.revision, person=step.actor, at=step.at)
        for step in steps
        for milestone in machine.declaration.milestones_of(step.event)
    )


def _deadlines(machine: Machine) -> list[DeadlineNow]:
    running = machine.memory.running
    return [
        DeadlineNow(
            key=deadline.key,
            due_at=clock.deadline_falls(machine.context, deadline),
            paused=(now := running[deadline.key]).resumed_at is None and now.ended_at is None,
            missed=deadline.key in machine.memory.missed,
            ended=now.ended_at is not None,
        )
        for deadline in machine.declaration.deadlines
        if deadline.key in running
    ]
