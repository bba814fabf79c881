"""What hooks may use: effects asked for, undone and kept, other cases started, rules required."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from datetime import date, datetime, time
from functools import cache
from typing import Any, ClassVar

from pydantic import BaseModel

from activities.cases.contract import OpenCase
from activities.entries import AnyBookEntry
from activities.messages.contract import Notify
from activities.milestones.contract import Milestone
from models.effect import Effect
from models.roles import Role
from workflows.language.forms import Form
from workflows.language.links import Link, Opening
from workflows.language.memory import Ask, Child, ChildReport, Happened
from workflows.language.occasions import Occasion
from workflows.language.place import Place
from workflows.language.refusals import FormError, InvalidForm, Refusal
from workflows.language.stages import Transitions


class Asking(Place):
    """A machine whose hooks ask for effects, as data."""

    def do(self, effect: Effect, *, then: Any = None, otherwise: Any = None, **known: Any) -> None:
        """Ask for an effect. Its outcome sends the event `then`, a lawful no sends `otherwise`; `known` answers go
        into the form of `then`, beside what the outcome tells.
        """
        ask = self._ask(effect, then, otherwise, known)
        if effect.undone_by is not None:
            self.memory.undoable.append(ask)

    def undo(self, *kinds: type[Effect], only: Callable[[Any], bool] | None = None) -> None:
        """Undo what was done before this action and still stands, the latest first; without kinds, all of it.

        `only` picks among the effects of these kinds.
        """
        mine = f"{self.memory.revision}."
        for ask in reversed(self.memory.undoable[:]):
            undone_by = ask.effect.undone_by
            if undone_by is None or ask.key.startswith(mine) or (kinds and not isinstance(ask.effect, kinds)):
                continue
            if only is not None and not only(ask.effect):
                continue
            self.memory.undoable.remove(ask)
            self._ask(undone_by(of=ask.key))
            if isinstance(ask.effect, OpenCase):
                self.memory.children.pop(self._child_of(ask.effect), None)

    def make_permanent(self, *kinds: type[Effect], only: Callable[[Any], bool] | None = None) -> None:
        """What was done stands for good; nothing will undo it. `only` picks among the effects of these kinds."""
        self.memory.undoable = [
            ask
            for ask in self.memory.undoable
            if not isinstance(ask.effect, kinds) or (only is not None and not only(ask.effect))
        ]

    def require(self, holds: object, message: str, field: str | None = None) -> None:
        """Refuse the action unless this holds; `field` points at the answer that is wrong."""
        if holds:
            return
        if field is None:
            raise Refusal(message)
        raise InvalidForm(message, errors=(FormError(f"/{field}", message),))

    def has_happened(self, event: Any, *, since: Any = None) -> bool:
        """Whether an event has been sent, and, with `since`, not before the last time that the other was."""
        last = self._last(event)
        if last is None:
            return False
        start = self._last(since) if since is not None else None
        return start is None or last.revision >= start.revision

    def who_did(self, event: Any) -> str:
        """The id of whoever sent an event last; empty where nobody has."""
        last = self._last(event)
        return last.by if last is not None else ""

    def is_in_force(self, kind: type[Effect]) -> bool:
        """Whether an effect of this kind was asked for and hasn't been refused, undone or kept for good since."""
        return any(isinstance(ask.effect, kind) for ask in self.memory.undoable)

    def waits_for(self, link: Callable[..., Any]) -> bool:
        """Whether a case that this link started is still on its way."""
        return any(child.started and child.link == link.__name__ for child in self.memory.children.values())

    def child_unavailable(self, link: Callable[..., Any]) -> bool:
        """Whether this link could start no case, so that a person answers in its place."""
        return any(
            not child.started and child.link == link.__name__ for child in self.memory.children.values()
        )

    def answers_of(self, link: Callable[..., Any]) -> list[ChildReport]:
        """The last thing that each case of this link said, the latest last; forgotten once the link starts others."""
        return [answer for answer in self.memory.answers if answer.link == link.__name__]

    def has_all_answers(self, link: Callable[..., Any]) -> bool:
        """Whether every case of this link has ended, or passed a stage that it was asked about."""
        heard = {answer.case for answer in self.answers_of(link)}
        return all(
            case in heard or not child.started
            for case, child in self.memory.children.items()
            if child.link == link.__name__
        )

    def tell(self, role: Role, template: str, **data: object) -> None:
        """A notice to a team that nothing withdraws: `do(Notify(…))` is withdrawn when the case is undone."""
        self._ask(
            Notify(role=role, template=template, data={name: str(value) for name, value in data.items()})
        )

    @property
    def next_subject(self) -> str:
        """A number for another case that this one starts: its own and the step's, so that no earlier one has it."""
        return f"{self.memory.subject}-{self.memory.revision}"

    @property
    def parent_subject(self) -> str:
        """The number of the case that started this one; empty where none did."""
        return self.memory.parent.case.rpartition(":")[2] if self.memory.parent else ""

    @property
    def today(self) -> date:
        """The date on the store's clock."""
        return self.day_of(self.now)

    def day_of(self, moment: datetime | None) -> date:
        """The date of a moment on the store's clock; today where the moment isn't known."""
        return (moment or self.now).astimezone(self.policy.zone).date()

    def moment(self, day: date, clock: str) -> datetime:
        """A time of day, such as "09:00", of the store's clock on that day."""
        return datetime.combine(day, time.fromisoformat(clock), self.policy.zone)

    def by_calendar(self, occasion: Occasion) -> Opening | list[Opening] | None:
        """With which number and form the calendar starts a case, or several, on this occasion; None where it needs
        none. `asking(…)` opens one whose start people send.

        A procedure whose start asks anything says it here. Called before the case's first event: only the store's
        policy and clock are known, and the moment that the start was meant for.
        """
        return Opening(subject=occasion.label, at_entry=bool(self.entry.role))

    def result(self) -> dict[str, Any]:
        """What the case tells the one that started it, when it ends or passes a stage that it asked about."""
        return {}

    # --- what the books hold of the case

    milestones: ClassVar[dict[Milestone, Transitions]] = {}
    """What a step of one of these events has reached, for the figures."""

    def book_entry(self) -> AnyBookEntry | None:
        """What a book holds of the case, all of it. It is asked for after each step and written with the commit, so
        that the book is never behind the case. Where a procedure enters anything, it does so from its start to its end.
        """
        return None

    @property
    def entry_now(self) -> AnyBookEntry | None:
        """The entry of a case that has begun."""
        return self.book_entry() if isinstance(self.case, self.Case) else None

    @classmethod
    def milestones_of(cls, event: str) -> tuple[Milestone, ...]:
        """What a step of this event reaches."""
        return _milestones(cls).get(event, ())

    def holds(self, guard: str | None) -> bool:
        """Whether a guard that needs no form holds."""
        return guard is not None and bool(getattr(self, guard)())

    def _ask(self, effect: Effect, then: Any = None, otherwise: Any = None, known: Any = None) -> Ask:
        ask = Ask(
            key=f"{self.memory.revision}.{len(self.step.asked)}",
            kind=effect.kind(),
            effect=effect,
            then=_names(then)[0] if then is not None else None,
            otherwise=_names(otherwise)[0] if otherwise is not None else None,
            known=_Known(values=known or {}).model_dump(mode="json")["values"],
        )
        self.step.asked.append(ask)
        return ask

    def _last(self, event: Any) -> Happened | None:
        times = [self.memory.happened[name] for name in _names(event) if name in self.memory.happened]
        return max(times, key=lambda happened: happened.revision, default=None)

    # --- other cases

    def _open(self, event: str, told: Form | None) -> None:
        for link in self.links:
            if event in link.on.names:
                takes_form = "form" in inspect.signature(link.given).parameters
                given = link.given(self, form=told) if takes_form else link.given(self)
                openings = given if isinstance(given, list) else [given] if given else []
                if openings and not any(child.link == link.key for child in self.memory.children.values()):
                    self.memory.answers = [a for a in self.memory.answers if a.link != link.key]
                for one in openings:
                    self._open_one(link, one)

    def _open_one(self, link: Link, one: Opening) -> None:
        effect = OpenCase(
            procedure=one.procedure or link.procedures[0],
            subject=one.subject,
            form=one.form,
            event="" if one.at_entry else one.event or None,
            link=link.key,
            waits=link.waits,
            wants=tuple(link.ends),
        )
        ask = self._ask(effect)
        if link.waits or link.undone:
            self.memory.undoable.append(ask)
        if link.waits:
            self.memory.children[self._child_of(effect)] = Child(link=link.key, procedure=effect.procedure)

    def _child_of(self, effect: OpenCase) -> str:
        return f"{effect.procedure}:{self.memory.store}:{effect.subject}"

    def _never_undo(self, child: str) -> None:
        self.memory.undoable = [
            ask
            for ask in self.memory.undoable
            if not (isinstance(ask.effect, OpenCase) and self._child_of(ask.effect) == child)
        ]


@cache
def _milestones(cls: type[Asking]) -> dict[str, tuple[Milestone, ...]]:
    """By event."""
    events = {name for moves in cls.milestones.values() for name in moves.names}
    return {e: tuple(m for m, moves in cls.milestones.items() if e in moves.names) for e in events}


class _Known(BaseModel):
    values: dict[str, Any]


def _names(event: Any) -> tuple[str, ...]:
    """The names of an event, as a class knows it (rows) or an instance (a bound event, which is its name)."""
    return event.names if isinstance(event, Transitions) else (str(event),)
