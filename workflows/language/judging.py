"""The one gate: role, turn, form and guards of an event, judged in one place."""

from __future__ import annotations

import inspect
from typing import Any

from statemachine.exceptions import TransitionNotAllowed

from models.roles import Role
from workflows.language.asking import Asking
from workflows.language.declaration import first_line, guards_of, takes_form
from workflows.language.forms import LEAVE_OUT, Form, kept, read_form
from workflows.language.links import Link
from workflows.language.memory import Actor, Happened
from workflows.language.reading import hooks_of
from workflows.language.refusals import InvalidForm, NotPossibleNow, NotYourRole, Refusal, UnknownAction
from workflows.language.stages import Transition


class Judging(Asking):
    """A machine that lets an event in, or says why not."""

    def offers(self, actor: Actor) -> list[str]:
        """The events that this caller may send now. Guards that judge the form are left to the form."""
        offered = [
            event
            for event, moves in self._rows_here.items()
            if any(
                (move.by & actor.roles or self._answers_by_hand(event, actor))
                and not self._blocked(move, event, actor)
                and self._guards_hold(move)
                for move in moves
            )
        ]
        return [*offered, LEAVE_OUT] if self.is_at_entry and self.may_leave_out(actor) else offered

    def may_leave_out(self, actor: Actor) -> bool:
        """Whether this caller may say that a case needn't be begun."""
        return bool(actor.roles & (self.entry.role | {Role.OPS_MANAGER}))

    def blocked(self, actor: Actor) -> dict[str, str]:
        """The events of this caller's roles that are not possible now, each with the reason."""
        found: dict[str, str] = {}
        offered = self.offers(actor)
        for event, moves in self._rows_here.items():
            for move in moves:
                if event not in offered and move.by & actor.roles:
                    found[event] = self._blocked(move, event, actor) or self._why_not(event)
        return found

    def listening(self, topic: str) -> list[str]:
        """The events that a message of this type may send from here, in the order of the declaration."""
        return [
            event
            for event, moves in self._rows_here.items()
            if any(heard.topic == topic for move in moves for heard in move.row.on)
        ]

    def is_for_caller(self, transition: Transition | None = None) -> bool:
        """This row of the event is for the one who sends it."""
        if transition is None or self.actor.is_engine or transition.by & self.actor.roles:
            return True
        return self._answers_by_hand(str(transition.event), self.actor)

    def _admit(self, event: str, form: Any, actor: Actor) -> Form | None:
        """The form, once role, turn and answers are right. Raises Refusal."""
        if event not in self.rows:
            raise UnknownAction(f"{self.key} has no action {event}.")
        moves = self._rows_here.get(event, ())
        if not moves:
            raise NotPossibleNow(f"{event} is not possible at {self._here()}.", stages=self.stages)
        if not actor.is_engine:
            mine = [move for move in moves if move.by & actor.roles]
            if not mine and not self._answers_by_hand(event, actor):
                who = sorted(frozenset[Role]().union(*(move.who for move in moves)))
                raise NotYourRole(f"{event} is for {', '.join(who)}.")
            moves = mine or moves
        if why := self._blocked(moves[0], event, actor):
            raise Refusal(why)
        return self._read(moves[0], event, form, actor)

    def _read(self, move: Transition, event: str, form: Any, actor: Actor) -> Form | None:
        if move.form is None:
            if form:
                raise InvalidForm(f"{event} takes no form.")
            return None
        if form is None and actor.is_engine and not move.is_start:
            return None
        told = read_form(move.form, self._with_known(move.form, form))
        if move.is_start:
            self.case = self.Case.model_validate(
                {name: getattr(told, name) for name in type(told).model_fields}
            )
        return told

    def _with_known(self, shape: type[Form], form: Any) -> Any:
        """What was told of a start; what was left open is filled in from what is known at the entry."""
        if not self.is_at_entry or isinstance(form, Form):
            return form
        known: dict[str, Any] = {name: self.case[name] for name in shape.model_fields if name in self.case}
        return known | dict(form or {})

    def _send(self, event: str, told: Form | None) -> None:
        """Send an admitted event, and start what it starts."""
        move = self._rows_here[event][0]
        if self.case is None or (self.is_at_entry and move.form is None):
            self.case = self.Case()
        if move.source.final:
            self._record(event, move, told)
        else:
            try:
                self.send(event, form=told)  # pyright: ignore[reportUnknownMemberType]
            except TransitionNotAllowed as error:
                raise Refusal(self._why_not(event)) from error
        if told is not None and self.step.form is None:
            self.step.form = told.model_dump(mode="json")
        self._open(event, told)

    def _record(self, event: str, move: Transition, told: Form | None) -> None:
        """A record at an end, where the library allows no event."""
        for guard in guards_of(move):
            if not getattr(self, guard)(**({"form": told} if takes_form(type(self), guard) else {})):
                raise Refusal(self._why_not(event))
        self.before_transition(event, told)
        for name in hooks_of(move.on):
            hook = getattr(self, name)
            hook(**({"form": told} if "form" in inspect.signature(hook).parameters else {}))

    def before_transition(self, event: str, form: Form | None = None) -> None:
        """Called by the library before each row's hooks: keeps the answers that are marked so."""
        self.memory.happened[str(event)] = Happened(
            by=self.actor.id, at=self.now, revision=self.memory.revision
        )
        for name in kept(type(form)) if form is not None else ():
            setattr(self.case, name, getattr(form, name))

    def _told_by(self, event: str, known: dict[str, Any]) -> dict[str, Any] | None:
        """What is known, as far as the event's form asks it; None where that leaves the form unfilled."""
        shape = next((move.form for move in self.rows[event] if move.form), None)
        if shape is None:
            return None
        told = {name: known[name] for name in shape.model_fields if name in known}
        needed = {name for name, field in shape.model_fields.items() if field.is_required()}
        return told if told and needed <= set(told) else None

    def _answers_by_hand(self, event: str, actor: Actor) -> bool:
        """A child that isn't there, or has ended otherwise than its link knows, answers nothing: the stage's role, or
        the operations manager, does.
        """
        if not any(self._is_unanswered(link) and event in link.answers for link in self.links):
            return False
        here = frozenset[Role]().union(*(self.stage_named(stage).role for stage in self._standing))
        return bool(actor.roles & (here | {Role.OPS_MANAGER}))

    def _is_unanswered(self, link: Link) -> bool:
        if any(child.link == link.key and not child.started for child in self.memory.children.values()):
            return True
        ends = [answer.stage for answer in self.memory.answers if answer.link == link.key and answer.ended]
        return link.all_ended is None and any(stage not in link.ends for stage in ends)

    def _blocked(self, move: Transition, event: str, actor: Actor) -> str | None:
        entered = self.memory.entered_revision.get(move.source.id, 0)
        done = self.memory.happened.get(event)
        if move.row.once and done is not None and done.revision >= entered:
            return f"{event} is done."
        for earlier in move.row.other_than:
            if any(
                n in self.memory.happened and self.memory.happened[n].by == actor.id for n in earlier.names
            ):
                return f"{event} needs somebody else than the one who did {earlier.names[0]}."
        missing = [moves.names[0] for moves in move.row.needs if self._last(moves) is None]
        return f"{event} needs {', '.join(missing)} first." if missing else None

    def _guards_hold(self, move: Transition) -> bool:
        """Whether the row's guards hold, as far as they can be judged without the form."""
        if any(takes_form(type(self), guard) for guard in guards_of(move)):
            return True
        try:
            return self._callbacks.all(move.cond.key, machine=self)  # pyright: ignore[reportUnknownMemberType]
        except Exception:  # noqa: BLE001 - a guard that can't be judged doesn't hold
            return False

    def _why_not(self, event: str) -> str:
        guards = {guard for move in self._rows_here.get(event, ()) for guard in guards_of(move)}
        reasons = [first_line(getattr(type(self), guard)) or guard for guard in sorted(guards)]
        return f"{event} is not possible now" + (f": {'; '.join(reasons)}." if reasons else ".")
