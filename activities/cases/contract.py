"""What cases do to each other."""

from __future__ import annotations

from typing import Annotated, Any, ClassVar, Literal

from pydantic import Field

from models.effect import Effect, Queue, Refused, Success, Undo
from models.values import Code

Form = Annotated[dict[str, Any], Field(max_length=100)]
"""The answers of a form, as JSON."""
ProcedureKey = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,63}$")]
EventKey = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,63}$")]


class CaseCancelled(Success):
    """The case that ended."""

    case: str = ""
    """Its id."""


class CaseNotCancelled(Refused):
    """The case that goes on, or has ended before."""

    case: str = ""
    """Its id."""


class CaseOpened(Success):
    """The case that was started or joined."""

    case: str = ""
    """Its id."""
    recorded: bool = False
    """Whether only the link is kept, as the procedure isn't there or is off."""
    joined: bool = False
    """Whether it was open already."""


class CaseNotOpened(Refused):
    """The case that couldn't be started."""

    case: str = ""
    """Its id."""


class CancelCase(Undo):
    """A case that was started ends as `aborted`, its open effects undone. Refused when it has ended already."""

    success: ClassVar[type[Success]] = CaseCancelled
    refusal: ClassVar[type[Refused]] = CaseNotCancelled
    optional: ClassVar[bool] = True
    queue: ClassVar[Queue] = Queue.CASES

    reason: str = Field(default="", max_length=500)


class OpenCase(Effect):
    """Start a case of another procedure, in the same store. The same subject's open case is joined, not
    repeated.

    Refused when the start is refused.
    """

    success: ClassVar[type[Success]] = CaseOpened
    refusal: ClassVar[type[Refused]] = CaseNotOpened
    undone_by: ClassVar[type[Undo] | None] = CancelCase
    optional: ClassVar[bool] = True
    queue: ClassVar[Queue] = Queue.CASES
    shows: ClassVar[tuple[str, ...]] = ("procedure", "subject")

    procedure: ProcedureKey
    subject: Code
    form: Form = Field(default_factory=dict)
    event: EventKey | Literal[""] | None = None
    """The start event, where the procedure has several; empty: it waits at its entry for the people who send it."""
    link: str = Field(default="", max_length=64)
    """The name under which the parent knows it."""
    waits: bool = False
    """Whether its end is to be sent back to the parent."""
    wants: tuple[EventKey, ...] = ()
    """The stages on its way, and ends, that the parent wants to hear of as soon as they are reached."""


class EventSent(Success):
    """The ids of the cases that took the event."""

    cases: tuple[str, ...] = ()


class SendEvent(Effect):
    """An event to cases that exist. With a subject: to the case of that number, also to a closed one whose end takes
    the event. Without: to all open cases that take the event now and keep the values of `where`.
    """

    success: ClassVar[type[Success]] = EventSent
    optional: ClassVar[bool] = True
    queue: ClassVar[Queue] = Queue.CASES
    shows: ClassVar[tuple[str, ...]] = ("procedure", "event", "subject")

    procedure: ProcedureKey
    event: EventKey
    form: Form = Field(default_factory=dict)
    subject: Code | None = None
    where: Form = Field(default_factory=dict)
    """Kept answers that a case must have, such as `{"sku": "A-1"}`."""


class TellParent(Effect):
    """The case that started this one hears which stage it has reached, and whether it has ended.

    Refused when the parent is not there any more.
    """

    optional: ClassVar[bool] = True
    queue: ClassVar[Queue] = Queue.CASES
    shows: ClassVar[tuple[str, ...]] = ("stage",)

    parent: str = Field(max_length=250)
    """The parent's case id."""
    link: str = Field(max_length=64)
    stage: EventKey
    ended: bool
    result: Form = Field(default_factory=dict)
    """What the procedure tells of itself when it ends."""
