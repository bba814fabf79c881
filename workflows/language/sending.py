"""Events within one step: they are sent, cases are started by them, and rules follow them."""

from __future__ import annotations

from typing import Any

from activities.cases.contract import OpenCase
from workflows.language import clock, judging
from workflows.language.context import StepContext
from workflows.language.engine import NOTHING_YET, Engine, WithEvent, with_event
from workflows.language.forms import Form
from workflows.language.links import Link, Opening
from workflows.language.memory import ENGINE, Child, ChildReport
from workflows.language.refusals import Refusal

MOST_RULES = 20
"""How many rules may follow one event; a procedure that exceeds it goes in circles."""


class Sender:
    """Sends events to the case that the context holds."""

    def __init__(self, context: StepContext, engine: Engine) -> None:
        self._context = context
        self._engine = engine

    def send(self, event: str, form: Form | None, come: WithEvent = NOTHING_YET) -> None:
        """Send an admitted event, and start the cases that it starts."""
        context = self._context
        transition = context.transitions[event][0]
        if context.case is None or (context.is_at_entry and transition.form is None):
            context.case = self._context.declaration.case_type()
        come = {**come, "form": form}
        self._engine.send(event, transition, come)
        if form is not None and context.step.form is None:
            context.step.form = form.model_dump(mode="json")
        for link in self._context.declaration.links:
            if event in link.on.names:
                self._start_children(link, link.openings(self._context.hooks, come))

    def attempt(
        self, event: str, answers: dict[str, Any] | None = None, come: WithEvent = NOTHING_YET
    ) -> bool:
        """Send an event in the engine's name if the case can take it now; else note why not."""
        try:
            with self._context.wholly():
                self.send(event, judging.admit(self._context, event, answers, ENGINE), come)
        except Refusal as error:
            self._context.step.note = error.message
            return False
        return True

    def answers(self, event: str, known: dict[str, Any]) -> dict[str, Any] | None:
        """What is known, as far as the event's form asks it; None where that leaves the form unfilled."""
        form = self._context.declaration.form_of(event)
        if form is None:
            return None
        answers = {name: known[name] for name in form.model_fields if name in known}
        needed = {name for name, field in form.model_fields.items() if field.is_required()}
        return answers if answers and needed <= answers.keys() else None

    def follow_rules(self) -> None:
        for _ in range(MOST_RULES):
            if self._context.finished or not self._follow_one():
                return
        followed = ", ".join(self._context.step.followed)
        raise Refusal(
            f"{self._context.declaration.key} goes in circles at {self._context.here()}: {followed}"
        )

    def _follow_one(self) -> bool:
        """Send the first event that is possible now: of a report that was kept, of a rule, or of an alarm that was
        refused before.
        """
        context = self._context
        for n, (events, report) in enumerate(self._context.memory.parked):
            for event in events:
                if event in context.transitions:
                    come = with_event(report=report)
                    if self._follow(event, self.answers(event, report.result), come):
                        del self._context.memory.parked[n]
                        return True
        rules = [
            event
            for event, some in context.transitions.items()
            if any(transition.spec.rule and self._engine.all_hold(transition) for transition in some)
        ]
        if any(self._follow(event) for event in rules):
            return True
        for alarm, event in self._context.memory.overdue.items():
            if not clock.is_answered(context, alarm) and self._follow(event):
                self._context.memory.overdue.pop(alarm, None)
                return True
        return False

    def _follow(
        self, event: str, answers: dict[str, Any] | None = None, come: WithEvent = NOTHING_YET
    ) -> bool:
        note = self._context.step.note
        sent = self.attempt(event, answers, come)
        self._context.step.note = note
        if sent:
            self._context.step.followed.append(event)
        return sent

    def _start_children(self, link: Link, openings: list[Opening]) -> None:
        """Ask for the cases that a link starts."""
        context, memory = self._context, self._context.memory
        if openings and not any(child.link == link.key for child in memory.children.values()):
            memory.answers = [report for report in memory.answers if report.link != link.key]
        for one in openings:
            effect = OpenCase(
                procedure=one.procedure or link.procedures[0],
                subject=one.subject,
                form=one.form,
                event="" if one.at_entry else one.event or None,
                link=link.key,
                waits=link.waits,
                wants=tuple(link.ends),
            )
            ask = context.ask(effect)
            if link.waits or link.undone:
                memory.undoable.append(ask)
            if link.waits:
                case = context.id_of(effect.procedure, effect.subject)
                memory.children[case] = Child(link=link.key, procedure=effect.procedure)

    def send_for_child(self, events: tuple[str, ...], report: ChildReport) -> None:
        """Send the first of these events that is possible; keep them where no stage has come yet that takes one."""
        if not events:
            return
        if not any(event in self._context.transitions for event in events):
            self._context.memory.parked.append((events, report))
            return
        for event in events:
            if self.attempt(event, self.answers(event, report.result), with_event(report=report)):
                step = self._context.step
                step.event, step.note = event, ""
                return

    def never_undo(self, case: str) -> None:
        context, memory = self._context, self._context.memory
        memory.undoable = [
            ask
            for ask in memory.undoable
            if not isinstance(ask.effect, OpenCase)
            or context.id_of(ask.effect.procedure, ask.effect.subject) != case
        ]
