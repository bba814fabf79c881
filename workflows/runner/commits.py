"""What each commit holds, and how it gets into the read model."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from temporalio import workflow
from temporalio.common import RetryPolicy
from temporalio.exceptions import ActivityError, ApplicationError, FailureError

from activities.milestones.contract import MilestoneReached
from workflows.language import clock
from workflows.language.machine import Machine
from workflows.runner.attributes import Attributes
from workflows.runner.between_commits import Uncommitted
from workflows.runner.gate import NOT_SIGNED
from workflows.runner.messages import Commit, DeadlineNow, EffectNow, LinkNow, PartyNow, StageNow, StepNow
from workflows.runner.state import CaseState
from workflows.runner.words import sentence

_log = logging.getLogger(__name__)

LOCAL = "commit"
PATIENT = "commit_when_possible"
MOST_UNSEEN = 20
"""Commits that go out with replies while nobody says that one was written; after them the case writes itself."""
RUNS_APART = 1_000_000_000
"""No run's history grows that long: fences of later runs are greater."""
_LENGTHS_APART = 10_000
"""Nor does a task make so many commits: fences of later tasks are greater."""


_UNTIL_TRUSTED = timedelta(minutes=1)
"""Between two tries of a commit whose signature another worker doesn't trust."""


class Diverged(workflow.NondeterminismError):
    """A replay computed another position than the one that was committed: the procedure has changed."""

    @classmethod
    def of(cls, commit: Commit, recorded: str, computed: str) -> Diverged:
        """For a commit whose hash was another when it was recorded."""
        return cls(
            f"{commit.case} revision {commit.revision} was committed as {recorded}, and is {computed} now: "
            f"{commit.procedure} {commit.version} has changed under running cases. Give the change a new version."
        )


@dataclass
class Watch:
    """What the replay of a history comes to."""

    commits: list[Commit] = field(default_factory=list[Commit])
    shown: list[EffectNow] = field(default_factory=list[EffectNow])
    """The effects that the read model shows as done without a commit."""
    shifted: int | None = None
    """The first revision that history took at another time: from there on hashes say nothing of the procedure."""


class _Watching:
    """Who is shown the replay of a history, in this process. Nobody but `replay` sets it."""

    by: Watch | None = None


def watch(by: Watch | None) -> None:
    """Have every commit noted in `by`, as a history is replayed."""
    _Watching.by = by


@dataclass(frozen=True)
class _Unseen:
    """What had changed when a commit went out with a reply, and nobody has seen written."""

    hash: str
    changed: Uncommitted


class CommitBuilder:
    """Brings the read model up to what the state holds."""

    def __init__(self, state: CaseState) -> None:
        self._state = state
        self._attributes = Attributes()
        self.revision = 0
        """The latest revision that this run has committed."""
        self.hash = ""
        self._is_shifted = False
        self._built = 0
        """How many commits this run has built."""
        self._had_parties = False
        """Whether a commit of this run has named a party."""
        self._changed_at: datetime | None = None
        """When something changed last, in this run."""
        self._unseen: list[_Unseen] = []
        """What the commits that went out with replies hold, until somebody has seen them written."""
        state.on_shown = self._note_shown

    @property
    def has_unseen(self) -> bool:
        """Whether a commit may not be written yet, or never."""
        return bool(self._unseen)

    def seen(self, written: str) -> None:
        """Somebody has seen the commit of this hash in the read model: the next one need not repeat its steps, nor
        those of the commits before it.
        """
        hashes = [unseen.hash for unseen in self._unseen]
        if written in hashes:
            del self._unseen[: hashes.index(written) + 1]

    @property
    def can_piggyback(self) -> bool:
        """Whether a commit may go out with a reply once more."""
        return len(self._unseen) < MOST_UNSEEN

    def piggyback(self) -> Commit:
        """The commit that goes out with a reply: what has changed, and all that may not be written yet."""
        changed = self._state.drain()
        commit = self._build(changed)
        self._unseen.append(_Unseen(commit.hash, changed))
        self.revision, self.hash = commit.revision, commit.hash
        self._attributes.show(commit, commit.at, ends=self._state.is_at_its_end)
        return commit

    async def commit(self, *, repairs: bool = False) -> None:
        """Write what has changed, all of it together, and what may not be written of the commits before."""
        if repairs or self.revision == 0:
            self._state.note_pending()
        commit = self._build(self._state.drain(), repairs=repairs)
        recorded = await self._write(commit)
        at = self._compared(commit, *recorded.split(" "))
        self._attributes.show(commit, at, ends=self._state.is_at_its_end)
        self._unseen.clear()
        self.revision, self.hash = commit.revision, commit.hash

    def show_end(self) -> None:
        """The run ends now: whoever looks for the case in Temporal finds it where it ended."""
        self._attributes.show_end()

    def _compared(self, commit: Commit, recorded: str, moments: str, at: str) -> datetime:
        """When it was committed. Raises Diverged where a replay has come to another commit than the recorded one."""
        if at != commit.at.isoformat() or moments != commit.moments:
            # the SDK gave another time then: from here on hashes differ, and say nothing of the procedure
            self._is_shifted = True
            if _Watching.by is not None and _Watching.by.shifted is None:
                _Watching.by.shifted = commit.revision
            # the workflow's own logger is silent in replays, where alone this happens
            _log.warning(
                "%s revision %s was taken at another time than it is replayed at",
                commit.case,
                commit.revision,
            )
        if recorded != commit.hash and not self._is_shifted:
            raise Diverged.of(commit, recorded, commit.hash)
        return datetime.fromisoformat(at)

    async def _write(self, commit: Commit) -> str:
        summary = sentence("commit", revision=commit.revision)
        try:
            return await workflow.execute_local_activity(
                LOCAL,
                commit,
                result_type=str,
                start_to_close_timeout=timedelta(seconds=1),
                schedule_to_close_timeout=timedelta(seconds=2),
                retry_policy=RetryPolicy(maximum_attempts=1),
                summary=summary,
            )
        except FailureError as error:  # a local activity's own error, or its timeout
            workflow.logger.warning("the read model could not be written at once: %s", error)
            workflow.metric_meter().create_counter(
                "read_model_waits", "Commits that had to wait for the database"
            ).add(1)
            return await self._write_patiently(commit, summary)

    async def _write_patiently(self, commit: Commit, summary: str) -> str:
        while True:
            try:
                return await workflow.execute_activity(
                    PATIENT,
                    commit,
                    result_type=str,
                    start_to_close_timeout=timedelta(seconds=30),
                    retry_policy=RetryPolicy(
                        initial_interval=timedelta(seconds=1), maximum_interval=timedelta(seconds=10)
                    ),
                    summary=summary,
                )
            except ActivityError as error:
                # a worker that was given other keys: the case must not end for that
                if not (isinstance(error.cause, ApplicationError) and error.cause.type == NOT_SIGNED):
                    raise
            await workflow.sleep(_UNTIL_TRUSTED, summary=summary)

    def _build(self, changed: Uncommitted, *, repairs: bool = False) -> Commit:
        """The commit of what has changed, and of what nobody has seen written yet.

        repairs: whether it replaces whatever the read model holds.
        """
        machine = self._state.machine()
        if self._changed_at is None or changed.has_news:
            self._changed_at = self._state.now()
        commit = commit_of(
            self._state,
            machine,
            (*(unseen.changed for unseen in self._unseen), changed),
            run_id=workflow.info().run_id,
            fence=self._fence(),
            at=self._changed_at,
            is_first=self.revision == 0,
            repairs=repairs,
            had_parties=self._had_parties or (self.revision == 0 and self._state.run > 0),
        )
        self._had_parties = self._had_parties or bool(commit.parties)
        if _Watching.by is not None:
            _Watching.by.commits.append(commit)
        return commit

    def _note_shown(self, effect: EffectNow) -> None:
        if _Watching.by is not None:
            _Watching.by.shown.append(effect)

    def _fence(self) -> int:
        self._built += 1
        length = workflow.info().get_current_history_length()
        return self._state.run * RUNS_APART + length * _LENGTHS_APART + self._built


def commit_of(
    state: CaseState,
    machine: Machine,
    parts: Sequence[Uncommitted],
    *,
    run_id: str,
    fence: int,
    at: datetime,
    is_first: bool = False,
    repairs: bool = False,
    had_parties: bool = False,
) -> Commit:
    """The commit of where the case stands.

    machine: at this case.
    parts: what has changed, in its order; the last of them is of now.
    at: when something changed last. A commit that is asked for again tells the same.
    is_first: whether the run has committed nothing yet.
    had_parties: whether the read model may show parties of the case.
    """
    start, changed, now = state.start, parts[-1], state.now()
    memory = state.position.memory
    stages = tuple(_stages(machine, now))
    deadlines = tuple(_deadlines(machine))
    limits = [limit.due_at for limit in (*stages, *deadlines) if limit.due_at is not None]
    steps = tuple(step for part in parts for step in part.steps)
    return Commit(
        case=state.case,
        procedure=start.procedure,
        version=start.version,
        store=start.store,
        subject=start.subject,
        run_id=run_id,
        fence=fence,
        revision=state.revision,
        state=state.state,
        outcome=machine.stages[0] if state.finished else None,
        position=changed.position,
        policy=start.policy.hash,
        request=start.request,
        opened_at=memory.opened_at or now,
        closed_at=memory.closed_at,
        next_due=min(limits, default=None) if not state.finished else None,
        stages=stages,
        deadlines=deadlines,
        steps=steps,
        effects=tuple({effect.key: effect for part in parts for effect in part.effects}.values()),
        links=_latest(link for part in parts for link in part.links),
        hash=changed.hash,
        moments=changed.moments,
        at=at,
        moved=repairs or is_first or any(step.before != step.after for step in steps),
        repairs=repairs,
        entry=state.entry,
        milestones=_milestones(machine, steps),
        parties=_parties(machine, even_nobody=had_parties or repairs),
    )


def _latest(links: Iterable[LinkNow]) -> tuple[LinkNow, ...]:
    """Each link as it was told last; what its child reported before that still counts."""
    latest: dict[tuple[str, str, str], LinkNow] = {}
    for link in links:
        before = latest.get(place := (link.parent, link.child, link.name))
        if before is not None and not link.reported:
            link = link.model_copy(update={"reported": before.reported})  # noqa: PLW2901
        latest[place] = link
    return tuple(latest.values())


def _stages(machine: Machine, now: datetime) -> Iterator[StageNow]:
    memory = machine.memory
    for stage in machine.stages:
        roles = tuple(sorted(machine.declaration.stage(stage).role))
        yield StageNow(
            key=stage,
            roles=roles,
            entered_at=memory.entered.get(stage, memory.closed_at or now),
            due_at=clock.due_of(machine.context, stage),
            offers=machine.offers_to_all() if roles and not machine.finished else (),
        )


def _parties(machine: Machine, *, even_nobody: bool) -> tuple[PartyNow, ...] | None:
    parties = tuple(PartyNow(kind=kind, number=number) for kind, number in machine.parties)
    return parties if parties or (even_nobody and machine.declaration.parties) else None


def _milestones(machine: Machine, steps: tuple[StepNow, ...]) -> tuple[MilestoneReached, ...] | None:
    """What these steps have reached; None where the procedure counts nothing."""
    if not machine.declaration.milestones:
        return None
    return tuple(
        MilestoneReached(milestone=milestone, revision=step.revision, person=step.actor, at=step.at)
        for step in steps
        for milestone in machine.declaration.milestones_of(step.event)
    )


def _deadlines(machine: Machine) -> Iterator[DeadlineNow]:
    running = machine.memory.running
    return (
        DeadlineNow(
            key=deadline.key,
            due_at=clock.deadline_falls(machine.context, deadline),
            paused=(now := running[deadline.key]).resumed_at is None and now.ended_at is None,
            missed=deadline.key in machine.memory.missed,
            ended=now.ended_at is not None,
        )
        for deadline in machine.declaration.deadlines
        if deadline.key in running
    )
