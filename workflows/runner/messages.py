"""What crosses the wire between the API, the runner and the activities."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field
from pydantic_core import to_jsonable_python

from activities.entries import AnyBookEntry
from activities.milestones.contract import MilestoneReached
from models.effect import Outcome
from models.roles import PartyKind
from workflows.incidents import IncidentDecision
from workflows.language.memory import Actor, Ask, ChildReport, Parent
from workflows.language.offering import Offer
from workflows.language.refusals import MovedOn
from workflows.language.sentences import sentence
from workflows.runner.policies import PolicyByHash

Json = dict[str, Any]


class EngineUpdate(StrEnum):
    """The updates that are no actions of a procedure.

    Temporal shows every update by its name, and an action's update has the action's own. So each name here has a
    hyphen: an action is named as a Python attribute is, and no procedure can declare one of these.
    """

    OPEN = "open-case"
    DECIDE = "decide-incident"
    HEAR_CHILD = "hear-child"
    CANCEL = "cancel-by-parent"
    MIGRATE = "change-version"
    COMMIT = "commit-again"
    HEAD = "tell-head"


class Wire(BaseModel):
    """A message: frozen, and nothing in it that isn't known. A field's default never changes: signatures leave out
    what is at its default, so that a field more, with a default, leaves what was signed before it as it was.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")


class Signed(Wire):
    """A message that acts in somebody's name. The runner takes it only with the signature of the API, an activity, or
    the run before.
    """

    actor: Actor
    signature: str = ""

    def signed_parts(self, case: str, request: str) -> tuple[Any, ...]:
        """What the signature is over: this message, for this case, under this update id, and no other."""
        parts = self.model_dump(exclude={"signature"}, exclude_defaults=True)
        return case, request, type(self).__name__, canonical(parts)


class StartRequest(Signed):
    """The argument of a case's workflow. Of a new case: what begins it; of a later run: what the run before it left."""

    procedure: str
    version: int
    store: str
    subject: str
    policy: PolicyByHash
    parent: Parent | None = None
    event: str = ""
    """The start event; empty where a new case waits for it at its entry."""
    form: Json | None = None
    """The start event's form; of a case that waits for that event, the answers that are known already."""
    request: str
    """The id of the request that starts the case. A reply names it: who repeats a request sees that the case is theirs.
    """
    run_length: int = 500
    """Events after which it goes on in a new run. It is the case's own, as changing it under a run would break that."""
    reopened: bool = False
    """The case has ended; this run takes a record of something that came after, and reads the rest itself."""
    run_state: RunState | None = None


class ActionRequest(Signed):
    """One action on a case."""

    event: str
    form: Json | None = None
    revision: int | None = None
    """The revision that the actor looked at; refused if the case has moved on."""
    version: int | None = None
    """The procedure's version whose form was filled in; refused if the case runs another."""
    seen: str | None = None
    """From a sender who writes the commit that comes with the reply: the hash of the last one that it knows to be
    written, or nothing. None: the case is to write its commits itself."""

    def require_version(self, current: int) -> None:
        """Raises MovedOn where the form belongs to another version of the procedure than this one, the case's."""
        if self.version not in (None, current):
            said = sentence(
                "The form is version {form}'s, the case runs version {case}.", form=self.version, case=current
            )
            raise MovedOn(said, version=current)


class DecisionRequest(Signed):
    """What a person decides about an effect that failed."""

    key: str
    do: IncidentDecision
    reason: str = Field(min_length=1, max_length=500)
    data: Json = {}
    """The data of the outcome, where the effect was done by hand."""


class ReportRequest(Signed):
    """A case that was started by this one has ended, or passed a stage that this one asked about."""

    report: ChildReport


class CancelRequest(Signed):
    """The case that started this one takes it back."""

    reason: str = ""


class MigrationRequest(Signed):
    """Go on under another version of the procedure."""

    version: int


class EngineRequest(Signed):
    """What the engine itself asks of a case, with no more to say than what."""

    update: EngineUpdate


class EffectReply(Wire):
    """What came of a quick effect that the action waited for."""

    key: str
    kind: str
    outcome: Outcome | None = None
    """None where it failed technically: an incident is open."""


class Reply(Wire):
    """What the sender of an update gets back. The read model shows at least this revision by then, or `commit` is to
    be written first.
    """

    revision: int
    stages: tuple[str, ...]
    state: Literal["open", "closed", "incident"]
    request: str = ""
    """Of a case's opening: the id of the request that opened it."""
    waited: tuple[EffectReply, ...] = ()
    commit: Commit | None = None
    """What the sender writes into the read model before it passes the reply on: it has promised so with `seen`."""


class EffectStatus(StrEnum):
    """How far an effect has come."""

    RUNNING = "running"
    INCIDENT = "incident"


class PendingEffect(Wire):
    """An effect that was asked for and has no outcome yet."""

    ask: Ask
    at: datetime
    """When the step that asked for it was taken."""
    standing: EffectStatus = EffectStatus.RUNNING
    error: str = ""
    round: int = 0
    """How often a person has had it tried again."""
    taken_back: bool = False
    """Its undoing has been asked for meanwhile: its outcome sends no event."""


class RunState(Wire):
    """The whole state of a case between two runs."""

    position: Json
    version: int
    run: int
    """How many runs the case has had before."""
    pending: tuple[PendingEffect, ...] = ()
    replies: dict[str, Reply] = {}
    """The latest requests' ids and replies: Temporal forgets them between runs."""


class Head(Wire):
    """Where a workflow stands, for those who compare it with the read model."""

    revision: int
    hash: str
    committed: bool


class Planned(Wire):
    """What the calendar starts, in one store."""

    procedure: str
    event: str
    store: str
    timezone: str
    crons: tuple[str, ...]
    form: Json = {}
    """Answers of the start form that the settings give."""
    signature: str = ""

    def signed_parts(self) -> tuple[Any, ...]:
        """What the signature is over."""
        return type(self).__name__, canonical(self.model_dump(exclude={"signature"}, exclude_defaults=True))


# --- what a commit writes


class StageNow(Wire):
    """A stage where the case stands."""

    key: str
    roles: tuple[str, ...]
    entered_at: datetime
    due_at: datetime | None = None
    offers: tuple[Offer, ...] | None = ()
    """What people may send from here; None where the clock has a say in that."""


class DeadlineNow(Wire):
    """A deadline that spans stages."""

    key: str
    due_at: datetime | None
    """None while it is paused, or after it has ended."""
    paused: bool = False
    missed: bool = False
    ended: bool = False


class EffectNow(Wire):
    """An effect of the case, and how far it has come."""

    key: str
    revision: int
    kind: str
    payload: Json
    at: datetime
    standing: Literal["running", "incident", "done", "refused", "withdrawn", "by_hand", "given_up"]
    error: str = ""
    outcome: Outcome | None = None
    ended_at: datetime | None = None


class LinkNow(Wire):
    """Two cases, of which one has started the other."""

    parent: str
    child: str
    name: str
    """What the parent calls it."""
    waits: bool
    standing: Literal["asked", "open", "recorded", "refused", "cancelled"] | None = None
    """None where this side doesn't know."""
    reported: str = ""
    """The last stage that the child has reported."""


class StepNow(Wire):
    """One revision, for the step log."""

    revision: int
    event: str
    actor: str
    """The account."""
    actor_name: str = ""
    roles: tuple[str, ...]
    at: datetime
    form: Json | None = None
    before: tuple[str, ...] = ()
    after: tuple[str, ...] = ()
    followed: tuple[str, ...] = ()
    missed: tuple[str, ...] = ()
    effect: str | None = None
    note: str = ""
    request: str = ""
    """The id of the request that asked for it."""


class PartyNow(Wire):
    """Who reads a case as theirs."""

    kind: PartyKind
    number: str


class Commit(Wire):
    """What the read model is to hold of a case from now on."""

    case: str
    procedure: str
    version: int
    store: str
    subject: str
    run_id: str
    fence: int
    """Grows with the case's history, over all its runs: of two commits the one with the greater fence is later."""
    revision: int
    state: Literal["open", "closed", "incident"]
    outcome: str | None
    position: str
    """The position as JSON text, without what is at its default."""
    policy: str
    """The hash of the store's policy that the case began with."""
    request: str
    opened_at: datetime
    closed_at: datetime | None
    next_due: datetime | None
    stages: tuple[StageNow, ...]
    deadlines: tuple[DeadlineNow, ...]
    steps: tuple[StepNow, ...]
    effects: tuple[EffectNow, ...]
    links: tuple[LinkNow, ...]
    hash: str
    moments: str
    """Of when each step was taken: a replay that comes to others compares no hash."""
    at: datetime
    moved: bool = True
    """Whether the stages may be others than at the last commit, or wait for other roles."""
    entry: AnyBookEntry | None = None
    """What a book is to hold of the case from now on; None where its procedure enters nothing."""
    milestones: tuple[MilestoneReached, ...] | None = None
    """What these steps have reached; None where no step of its procedure reaches anything."""
    parties: tuple[PartyNow, ...] | None = None
    """Who reads the case as theirs from now on; None where nobody does, or did since the run began."""
    repairs: bool = False
    """Whatever the read model shows of the case is to be replaced, and later revisions are to be removed."""

    @property
    def roles(self) -> frozenset[str]:
        """Whom the case waits for."""
        return frozenset(role for stage in self.stages for role in stage.roles)

    @property
    def record(self) -> str:
        """What history keeps of it."""
        return f"{self.hash} {self.moments} {self.at.isoformat()}"


StartRequest.model_rebuild()
Reply.model_rebuild()


def canonical(value: Any) -> Any:
    """`value` as it travels, with one spelling: sets sorted, all else as JSON says it. For signatures."""
    if value is None or isinstance(value, str | int):
        return value
    if isinstance(value, Mapping):
        return {str(k): canonical(v) for k, v in value.items()}  # pyright: ignore[reportUnknownVariableType, reportUnknownArgumentType]
    if isinstance(value, list | tuple):
        return [canonical(v) for v in value]  # pyright: ignore[reportUnknownVariableType]
    if isinstance(value, set | frozenset):
        return sorted(str(canonical(v)) for v in value)  # pyright: ignore[reportUnknownVariableType]
    return to_jsonable_python(value)
