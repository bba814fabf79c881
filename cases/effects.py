"""What cases do to each other, and a closed case's return."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any, TypeVar

import orjson
from sqlalchemy import select
from sqlmodel import col
from temporalio import activity
from temporalio.exceptions import ApplicationError

from activities.cases.contract import (
    CancelCase,
    CaseCancelled,
    CaseNotCancelled,
    CaseNotOpened,
    CaseOpened,
    EventSent,
    OpenCase,
    SendEvent,
    TellParent,
)
from activities.contracts import effect_of
from cases.client import CaseClient
from cases.errors import CaseNotRunning, NoAnswerYet
from cases.positions import data_of, machine_of
from cases.starting import PROCEDURE_OFF
from models.database import reading
from models.effect import Effect, EffectRequest, Outcome
from models.roles import Role
from models.tables.cases import CaseRow, EffectRow, store_of
from workflows.language.memory import ENGINE, Actor, ChildReport, Parent
from workflows.language.refusals import Refusal
from workflows.registry import UnknownProcedure, registry
from workflows.runner.commits import RUNS_APART
from workflows.runner.messages import ActionRequest, CancelRequest, ReportRequest, RunState
from workflows.runner.policies import policy_of

E = TypeVar("E", bound=Effect)


class CaseActivities:
    """The effects of one case on others. Each is sent under an id of its own, so that a repeat changes nothing."""

    def __init__(self, cases: CaseClient) -> None:
        """cases: the way to them."""
        self._cases = cases

    def all(self) -> list[Callable[..., Any]]:
        """What the worker of the cases' queue performs."""
        return [self.open_case, self.cancel_case, self.send_event, self.tell_parent, self.load_case]

    @activity.defn(name=OpenCase.kind())
    async def open_case(self, request: EffectRequest) -> Outcome:
        """Start another case in the same store."""
        effect = _effect(request, OpenCase)
        case = f"{effect.procedure}:{request.store}:{effect.subject}"
        if effect.procedure not in registry():
            return Outcome.done(CaseOpened(case=case, recorded=True))
        mine, taken_back = await asyncio.to_thread(self._parent, request)
        if taken_back:
            return Outcome.refused("It was taken back before it was done.")
        parent = Parent(case=request.case, link=effect.link, waits=effect.waits, wants=effect.wants)
        start = self._cases.start_message(
            effect.procedure,
            request.store,
            effect.subject,
            event=registry().get(effect.procedure).declaration.start_events[0]
            if effect.event is None
            else effect.event,
            form=effect.form,
            actor=Actor(id=request.case, roles=frozenset({Role.SYSTEM})),
            policy=policy_of(mine.policy),
            request=request.key,
            parent=parent,
        )
        try:
            reply = await self._cases.start(case, start, request.key)
        except Refusal as refusal:
            if refusal.code == PROCEDURE_OFF:
                return Outcome.done(CaseOpened(case=case, recorded=True))
            return Outcome.refused(CaseNotOpened(reason=refusal.message, case=case))
        except CaseNotRunning:
            return Outcome.refused(CaseNotOpened(reason=f"{case} has ended already.", case=case))
        if reply.request != request.key and effect.waits:
            return Outcome.refused(CaseNotOpened(reason=f"{case} is open already, for another.", case=case))
        return Outcome.done(CaseOpened(case=case, joined=reply.request != request.key))

    @activity.defn(name=CancelCase.kind())
    async def cancel_case(self, request: EffectRequest) -> Outcome:
        """End a case that this one started."""
        effect = _effect(request, CancelCase)
        child = await asyncio.to_thread(self._child_of, request.of)
        actor = Actor(id=request.case, roles=frozenset({Role.SYSTEM}))
        try:
            await self._cases.cancel(child, CancelRequest(actor=actor, reason=effect.reason), request.key)
        except Refusal as refusal:
            return Outcome.refused(CaseNotCancelled(reason=refusal.message, case=child))
        except CaseNotRunning:
            return Outcome.refused(CaseNotCancelled(reason=f"{child} isn't open.", case=child))
        return Outcome.done(CaseCancelled(case=child))

    @activity.defn(name=SendEvent.kind())
    async def send_event(self, request: EffectRequest) -> Outcome:
        """Send an event to cases that run already."""
        effect = _effect(request, SendEvent)
        takers: list[str] = []
        why = ""
        for case in await asyncio.to_thread(self._takers, request.store, effect):
            message = ActionRequest(event=effect.event, form=effect.form, actor=ENGINE)
            try:
                await self._cases.act(case, message, f"{request.key}:{case}")
            except (Refusal, CaseNotRunning) as refusal:
                why = str(refusal)
            else:
                takers.append(case)
        if effect.subject is not None and not takers:
            return Outcome.refused(why or "There is no such case that takes it now.")
        return Outcome.done(EventSent(cases=tuple(takers)))

    @activity.defn(name=TellParent.kind())
    async def tell_parent(self, request: EffectRequest) -> Outcome:
        """Report to the case that started this one where it stands."""
        effect = _effect(request, TellParent)
        report = ChildReport(
            case=request.case,
            procedure=request.case.partition(":")[0],
            link=effect.link,
            stage=effect.stage,
            ended=effect.ended,
            result=effect.result,
        )
        actor = Actor(id=request.case, roles=frozenset({Role.SYSTEM}))
        update = request.key.replace("/", ":")
        try:
            await self._cases.hear_child(effect.parent, ReportRequest(actor=actor, report=report), update)
        except Refusal as refusal:
            return Outcome.refused(refusal.message)
        except CaseNotRunning:
            return Outcome.refused(f"{effect.parent} has ended.")
        return Outcome.done()

    @activity.defn(name="load_case", no_thread_cancel_exception=True)
    def load_case(self, case: str) -> RunState:
        """A case that has ended, as its last run left it."""
        with reading(self._cases.engine) as session:
            row = session.get(CaseRow, case)
        if row is None:
            raise ApplicationError(f"The read model has no case {case}; rebuild it.", type="NoSuchCase")
        return RunState(position=orjson.loads(row.position), version=row.version, run=row.fence // RUNS_APART)

    def _parent(self, request: EffectRequest) -> tuple[CaseRow, bool]:
        """The case that asks, and whether it has taken this back meanwhile."""
        key = request.key.removeprefix(f"{request.case}/")
        with reading(self._cases.engine) as session:
            row = session.get(CaseRow, request.case)
            asked = session.get(EffectRow, (request.case, key))
        if row is None:
            raise NoAnswerYet(f"the read model doesn't show {request.case} yet")
        return row, asked is not None and asked.standing == "withdrawn"

    def _child_of(self, key: str) -> str:
        """The case that the effect of this key was to start. Whether it did, that case knows: one that is open may be
        another's, and one that the read model doesn't show yet may be there.
        """
        parent, _, asked = key.rpartition("/")
        with reading(self._cases.engine) as session:
            row = session.get(EffectRow, (parent, asked))
        if row is None:
            raise NoAnswerYet(f"the read model doesn't show {key} yet")
        effect = OpenCase.model_validate(row.payload)
        store = store_of(parent)
        return f"{effect.procedure}:{store}:{effect.subject}"

    def _takers(self, store: str, effect: SendEvent) -> list[str]:
        """The open cases that could take the event now; of one subject also a closed one whose end still takes it."""
        wanted = select(CaseRow).where(
            col(CaseRow.procedure) == effect.procedure, col(CaseRow.store) == store
        )
        if effect.subject is not None:
            wanted = wanted.where(col(CaseRow.subject) == effect.subject)
        else:
            wanted = wanted.where(col(CaseRow.state) != "closed")
        with reading(self._cases.engine) as session:
            return [
                row.id
                for row in session.scalars(wanted.order_by(col(CaseRow.opened_at)))
                if _takes(row, effect)
            ]


def _takes(row: CaseRow, effect: SendEvent) -> bool:
    is_closed = row.state == "closed"
    try:
        machine = machine_of(row, row.changed_at)
    except UnknownProcedure:
        if is_closed:  # its version is gone, and it ended long ago
            return False
        raise
    kept = data_of(machine)
    if any(kept.get(name) != value for name, value in effect.where.items()):
        return False
    if effect.subject is not None:
        # a case that takes it once answers the same request alike: it isn't judged here
        return not is_closed or effect.event in machine.context.transitions
    try:
        machine.act(effect.event, effect.form, actor=ENGINE)
    except Refusal:
        return False
    return True


def _effect(request: EffectRequest, kind: type[E]) -> E:
    effect = effect_of(request)
    assert isinstance(effect, kind)
    return effect
