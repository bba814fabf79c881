"""What a machine knows of its case beside the case's data, and what one action changed."""

from __future__ import annotations

from copy import copy
from datetime import datetime, timedelta
from typing import Any, cast, get_origin

from pydantic import BaseModel, ConfigDict, Field, SerializeAsAny, model_validator

from activities.contracts import effect_type
from models.effect import Effect, Outcome
from models.roles import Role


class Actor(BaseModel):
    """Who acts, under which roles."""

    model_config = ConfigDict(frozen=True)
    id: str
    """Who counts where somebody else must act, or only the same one may: of a service, its owner."""
    roles: frozenset[Role]
    account: str = ""
    """The account that acts, where another one counts."""
    name: str = ""
    """The account's name, for people."""
    stands_in: frozenset[str] = frozenset()
    """The events that a general manager may send where somebody else should, as nobody else in the store may."""
    is_service: bool = False
    """Whether the account is a program's, which may name the person who did it."""

    def __deepcopy__(self, memo: dict[int, Any] | None = None) -> Actor:
        return self

    @property
    def signed_in(self) -> str:
        """The account that acts."""
        return self.account or self.id

    @property
    def is_engine(self) -> bool:
        return any(role.is_engine for role in self.roles)

    @property
    def is_feed(self) -> bool:
        """Whether other systems speak, or the engine for them: they can't correct what they say."""
        return any(role.is_feed or role.is_engine for role in self.roles)

    @property
    def is_staff(self) -> bool:
        return any(role.is_staff for role in self.roles)


ENGINE = Actor(id="system", roles=frozenset({Role.SYSTEM, Role.TIMER}))
"""The engine itself: outcomes, children's ends, rules and the clock act under it."""


class Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    def __deepcopy__(self, memo: dict[int, Any] | None = None) -> Frozen:
        return self


class Ask(Frozen):
    """An effect asked for, and the events that its outcome sends. `key` is unique within the case."""

    key: str
    kind: str
    effect: SerializeAsAny[Effect]
    then: str | None = None
    otherwise: str | None = None
    known: dict[str, Any] = {}

    @model_validator(mode="before")
    @classmethod
    def _effect_of_kind(cls, value: Any) -> Any:
        if isinstance(value, dict):
            fields = cast("dict[str, Any]", value)
            if isinstance(fields.get("effect"), dict):
                return {**fields, "effect": effect_type(fields["kind"]).model_validate(fields["effect"])}
            return fields
        return value


class Happened(Frozen):
    """The last time that an event was sent."""

    by: str
    at: datetime
    revision: int
    earlier: tuple[str, ...] = ()
    """Who else sent it before, in the order of their names."""

    @property
    def everybody(self) -> frozenset[str]:
        """All the accounts that have sent it in this case."""
        return frozenset((self.by, *self.earlier))


class Running(Frozen):
    """A deadline that counts, or has counted."""

    resumed_at: datetime | None
    """Since when it counts; None while it is paused."""
    used: timedelta = timedelta()
    """What had counted before that."""
    ended_at: datetime | None = None


class Child(Frozen):
    """A case that this one started and waits for."""

    link: str
    procedure: str
    started: bool = True
    """False where the procedure isn't there: a person then sends its answer."""
    sent: tuple[str, ...] = ()
    """The events that it has sent here."""


class Parent(Frozen):
    """The case that started this one, and the stages that it wants to hear of."""

    case: str
    link: str
    waits: bool = False
    wants: tuple[str, ...] = ()

    @property
    def subject(self) -> str:
        """The number of that case."""
        return self.case.rpartition(":")[2]

    @property
    def procedure(self) -> str:
        """The key of that case's procedure."""
        return self.case.partition(":")[0]


class ChildReport(Frozen):
    """What a child says when it ends, or passes a stage that its parent asked about."""

    case: str
    procedure: str
    link: str
    stage: str
    ended: bool
    result: dict[str, Any] = {}


class Memory(BaseModel):
    """Small, and carried over when a case continues in a new run."""

    model_config = ConfigDict(extra="forbid")
    store: str = ""
    subject: str = ""
    revision: int = 0
    opened_at: datetime | None = None
    closed_at: datetime | None = None
    aborted: bool = False
    entered: dict[str, datetime] = Field(default_factory=dict)
    """Stage -> when it was entered, for the stages where the case stands."""
    entered_revision: dict[str, int] = Field(default_factory=dict)
    happened: dict[str, Happened] = Field(default_factory=dict)
    running: dict[str, Running] = Field(default_factory=dict)
    fired: list[str] = Field(default_factory=list)
    """The alarms that have gone off, of stages where the case stands and of deadlines."""
    overdue: dict[str, str] = Field(default_factory=dict)
    """Alarm -> its event, where that was refused: it is tried again after each step."""
    missed: dict[str, datetime] = Field(default_factory=dict)
    undoable: list[Ask] = Field(default_factory=list[Ask])
    children: dict[str, Child] = Field(default_factory=dict)
    parked: list[tuple[tuple[str, ...], ChildReport]] = Field(
        default_factory=list[tuple[tuple[str, ...], ChildReport]]
    )
    """Events that children sent before a stage had come that takes one of them."""
    answers: list[ChildReport] = Field(default_factory=list[ChildReport])
    """The last thing that each child said, kept until its link starts others."""
    parent: Parent | None = None

    def copy_apart(self) -> Memory:
        """A copy whose lists and dictionaries are its own; what they hold is frozen."""
        return self.model_copy(update={name: copy(getattr(self, name)) for name in _COPIED})


_COPIED = tuple(
    name for name, field in Memory.model_fields.items() if get_origin(field.annotation) in (dict, list)
)


class Position(BaseModel):
    """All that a machine knows of a case. `case` is the procedure's Case model, or its JSON."""

    model_config = ConfigDict(extra="forbid")
    stages: list[str] = Field(default_factory=list)
    case: Any = None
    memory: Memory = Field(default_factory=Memory)


class Step(BaseModel):
    """What one action changed."""

    model_config = ConfigDict(extra="forbid")
    revision: int
    event: str
    actor: Actor
    at: datetime
    form: dict[str, Any] | None = None
    before: list[str] = Field(default_factory=list)
    after: list[str] = Field(default_factory=list)
    followed: list[str] = Field(default_factory=list)
    """The events that rules and parked answers sent in its wake."""
    asked: list[Ask] = Field(default_factory=list[Ask])
    missed: list[str] = Field(default_factory=list)
    """The deadlines that fell."""
    outcome: Outcome | None = None
    effect: str | None = None
    """The key of the effect whose outcome this step is."""
    note: str = ""

    @property
    def moved(self) -> bool:
        return self.before != self.after

    def copy_apart(self) -> Step:
        """A copy whose lists are its own."""
        lists = {"asked": self.asked[:], "followed": self.followed[:], "missed": self.missed[:]}
        return self.model_copy(update=lists)


class Alarm(Frozen):
    """What the clock will do."""

    at: datetime
    key: str
    """`{stage}.due`, `{stage}.{event}`, `{stage}.remind`, `{deadline}`, with `@n` for a step of a ladder."""
    of: str
    """The stage or deadline whose limit it is."""
    event: str | None = None
    tell: frozenset[Role] = frozenset()
    is_limit: bool = False
    """Whether the limit itself falls: it is missed then."""
    fell_at: datetime | None = None
    """When the limit fell, where it has fallen before this."""

    @property
    def template(self) -> str:
        """The template of the message to those who hear of it."""
        if self.is_limit or self.fell_at:
            return "deadline_missed"
        return "reminder" if ".remind@" in self.key else "deadline_near"
