"""What hooks and guards of a procedure may read and do. This is all that an author needs of the machine."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from pydantic import BaseModel

from activities.cases.contract import OpenCase
from models.effect import Effect
from models.policy import StorePolicy
from models.roles import DECIDERS, Role
from models.values import NOTHING, Money
from workflows.language.context import StepContext
from workflows.language.memory import ENGINE, Actor, Child, ChildReport, Parent
from workflows.language.occasions import Length, occasion_called
from workflows.language.refusals import FormError, InvalidForm, Refusal
from workflows.language.sentences import Sentence, sentence
from workflows.language.stages import Stage


class HookContext:
    """`self` in a procedure's hooks and guards."""

    case: Any
    """The case's data: an instance of the procedure's Case. Hooks may change it."""

    def __init__(self, context: StepContext) -> None:
        self._context = context
        self.case = None
        context.hooks = self

    # --- what is known

    @property
    def subject(self) -> str:
        """The case's own number: the order's, the return's."""
        return self._context.memory.subject

    @property
    def store(self) -> str:
        """The store whose case it is."""
        return self._context.memory.store

    @property
    def case_id(self) -> str:
        """`{procedure}:{store}:{subject}`."""
        return self._context.case_id

    @property
    def revision(self) -> int:
        """The number of the step that is being taken: 1 for the first."""
        return self._context.memory.revision

    @property
    def next_subject(self) -> str:
        """A number for another case that this one starts: its own and the step's, so that no earlier one has it."""
        return f"{self.subject}-{self.revision}"

    @property
    def parent(self) -> Parent | None:
        """The case that started this one; None where none did."""
        return self._context.memory.parent

    @property
    def began_by(self) -> str:
        """The id of whoever began the case; empty where another case or the calendar did."""
        happened = self._context.memory.happened
        began = (happened[event].by for event in self._context.declaration.start_events if event in happened)
        who = next(began, "")
        return who if self.parent is None and who != ENGINE.id else ""

    @property
    def stage(self) -> Stage | None:
        """The stage where the case stands now; None before its first event."""
        stages = self._context.stages_declared
        return stages[0] if stages else None

    @property
    def came_from(self) -> Stage | None:
        """The stage where the case stood before this step: `self.came_from is self.picking`; None at the start."""
        before = self._context.step.before
        return self._context.declaration.stage(before[0]) if before else None

    @property
    def actor(self) -> Actor:
        """Who acts, under which roles."""
        return self._context.actor

    @property
    def policy(self) -> StorePolicy:
        """How the store works: its calendar, clock and approval limits."""
        return self._context.policy

    @property
    def now(self) -> datetime:
        """When the step is taken, in UTC."""
        self._context.asked_the_clock = True
        return self._context.now

    @property
    def today(self) -> date:
        """The date on the store's clock."""
        return self.policy.day_of(self.now)

    def day_of(self, moment: datetime | None) -> date:
        """The date of a moment on the store's clock; today where the moment isn't known."""
        return self.policy.day_of(moment or self.now)

    def is_over(self, label: str, *lengths: Length) -> bool:
        """Whether a day, week or month … of this label, such as 2026-11, is over, and is of one of these lengths."""
        stretch = occasion_called(label)
        return stretch is not None and stretch.length in lengths and stretch.last < self.today

    # --- what may be done

    def do(self, effect: Effect, *, then: Any = None, otherwise: Any = None, **known: Any) -> None:
        """Ask for an effect. Its outcome sends the event `then`, or `otherwise` where a rule refuses it; `known`
        answers go into the form of `then`, beside what the outcome tells.
        """
        answers = _Answers(values=known).model_dump(mode="json")["values"]
        ask = self._context.ask(effect, then, otherwise, **answers)
        if effect.undone_by is not None:
            self._context.memory.undoable.append(ask)

    def undo(self, *kinds: type[Effect], only: Callable[[Any], bool] | None = None) -> None:
        """Undo what was done before this step and is still in force, the latest first; without kinds, all of it.

        `only` picks among the effects of these kinds.
        """
        memory = self._context.memory
        for ask in self._context.undo(lambda ask: _is_picked(ask.effect, kinds, only)):
            if isinstance(ask.effect, OpenCase):
                memory.children.pop(self._context.id_of(ask.effect.procedure, ask.effect.subject), None)

    def make_permanent(self, *kinds: type[Effect], only: Callable[[Any], bool] | None = None) -> None:
        """Nothing will undo these effects any more. `only` picks among the effects of these kinds."""
        memory = self._context.memory
        memory.undoable = [ask for ask in memory.undoable if not _is_picked(ask.effect, kinds, only)]

    def tell(self, role: Role, template: str, **data: object) -> None:
        """Notify a team. Unlike `do(Notify(…))`, it isn't withdrawn when the case is undone."""
        self._context.notify(role, template, **data)

    def require(
        self, holds: object, message: str | Sentence, field: str | None = None, /, **places: object
    ) -> None:
        """Refuse the action unless this holds; `field` points at the answer that is wrong.

        message: what its catalogue translates; `places` fill its `{names}`, as those of `sentence`. Or a sentence.
        """
        if holds:
            return
        said = message if isinstance(message, Sentence) else sentence(message, **places)
        if field is None:
            raise Refusal(said)
        raise InvalidForm(said, errors=(FormError(f"/{field}", str(said), said),))

    def require_grant(
        self, amount: Money | None, before: Money | None = None, field: str | None = None, /
    ) -> None:
        """Refuse unless whoever acts may grant so much, together with what was given before: both figures are told.
        Where nobody knows what it is worth (None), only whoever has no limit may grant it.
        """
        if amount is None:
            has_no_limit = self.policy.grant_limit(self.actor.roles) is None
            self.require(has_no_limit, "The books can't tell what is given up here: the gm decides.", field)
            return
        self.require(
            self.policy.may_grant(self.actor.roles, amount + (before or NOTHING)),
            "{amount} beside {before} given before is above your limit: it needs the next approver up.",
            field,
            amount=amount,
            before=before or NOTHING,
        )

    def require_owed(
        self, amount: Money, owed: Money, field: str | None = None, /, *, is_agreed: bool = False
    ) -> None:
        """Refuse less than is owed to a customer, unless they have agreed, or somebody acts who decides about that."""
        self.require(
            amount >= owed or is_agreed or not DECIDERS.isdisjoint(self.actor.roles),
            "{owed} is owed: say by which way the customer agreed to less, or let a supervisor decide.",
            field,
            owed=owed,
        )

    def when_aborted(self) -> None:
        """What the case does where it is stopped, or another case cancels it, before what it has done is undone: no
        row is taken then, so that no hook of a row or a stage hears of it.
        """

    # --- what has happened

    def has_happened(self, event: Any, *, since: Any = None) -> bool:
        """Whether an event has been sent, and, with `since`, not before the last time that the other was."""
        last = self._context.last_sent(event)
        if last is None:
            return False
        start = self._context.last_sent(since) if since is not None else None
        return start is None or last.revision >= start.revision

    def who_did(self, event: Any) -> str:
        """The id of whoever sent an event last; empty where nobody has."""
        last = self._context.last_sent(event)
        return last.by if last is not None else ""

    def is_in_force(self, kind: type[Effect]) -> bool:
        """Whether an effect of this kind was asked for, and hasn't been refused, undone or made permanent since."""
        return any(isinstance(ask.effect, kind) for ask in self._context.memory.undoable)

    def children(self, link: Callable[..., Any]) -> Children:
        """The cases that one of the procedure's `@starts` methods has started: `self.children(self.shortage)`."""
        memory, key = self._context.memory, link.__name__
        started = {case: child for case, child in memory.children.items() if child.link == key}
        return Children(started, [report for report in memory.answers if report.link == key])


@dataclass(frozen=True)
class Children:
    """The cases that one link has started and that this one waits for."""

    _cases: dict[str, Child]
    reports: list[ChildReport]
    """The last report of each case, the latest last; forgotten once the link starts others."""

    @property
    def any_running(self) -> bool:
        """Whether one is still on its way."""
        return any(child.started for child in self._cases.values())

    @property
    def any_unavailable(self) -> bool:
        """Whether one could not be started, so that a person answers in its place."""
        return any(not child.started for child in self._cases.values())

    def that_reached(self, *stages: str) -> set[str]:
        """The numbers of the cases whose last report tells of one of these stages."""
        return {report.case.rpartition(":")[2] for report in self.reports if report.stage in stages}

    @property
    def all_reported(self) -> bool:
        """Whether every one has ended, or passed a stage that it was asked about."""
        heard = {report.case for report in self.reports}
        return all(case in heard or not child.started for case, child in self._cases.items())


class _Answers(BaseModel):
    values: dict[str, Any]


def _is_picked(effect: Effect, kinds: tuple[type[Effect], ...], only: Callable[[Any], bool] | None) -> bool:
    return (not kinds or isinstance(effect, kinds)) and (only is None or only(effect))
