"""Brings an event to the case that it is about at one procedure, or begins it a new one."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from pydantic import TypeAdapter, ValidationError

from api.access import Caller
from api.documents.fields import SubjectKey
from api.events.finding import cases_for, how_many_about, shown
from api.events.inbox import ReceivedEvent
from api.events.listeners import Listener, asked_of_subject, may_come
from api.events.outcomes import DeliveryResult, refusal, with_faults
from api.events.rights import NotAllowed, not_allowed
from api.events.stores import EventStores
from api.outsiders import require_own, speaks_as_outsider, start_of_outsider
from api.problems import Problem
from api.rendering import machine_of
from api.storage import Storage
from cases.client import CaseClient, CaseNotRunning
from models.tables.cases import CaseRow, StepRow, store_of
from models.tables.requests import EventStatus
from settings.environment import Settings
from stores.current import is_off
from stores.policy import store_policy
from workflows.language.forms import in_one_spelling
from workflows.language.known import known_part
from workflows.language.machine import Machine
from workflows.language.refusals import NotPossibleNow, Refusal
from workflows.runner.messages import ActionRequest, StartRequest

_FEW = 20
"""Cases that are read at once; to read more takes a while."""


class Delivery:
    """One process's way to the cases that events are about."""

    def __init__(self, storage: Storage, cases: CaseClient, settings: Settings, stores: EventStores) -> None:
        self._storage = storage
        self._cases = cases
        self._settings = settings
        self._stores = stores

    async def how_many_about(self, row: ReceivedEvent) -> Mapping[str, int]:
        """By procedure, how many cases the event may be about: of all that hear of parcels, few have this one."""
        return await self._storage.read(how_many_about, row.subject) if row.subject else {}

    async def to(
        self,
        listener: Listener,
        row: ReceivedEvent,
        caller: Caller | NotAllowed,
        *,
        about: Mapping[str, int],
        dry: bool = False,
    ) -> DeliveryResult:
        """What comes of the event at a procedure. Raises NoAnswerYet where no worker answers.

        caller: its sender as it is by now. about: what `how_many_about` gave. dry: nothing is done; the result is
        what would come of it.
        """
        request = f"{row.id}.{listener.procedure.key}"
        steps = await self._storage.search(shown, request) if row.tries and not dry else []
        if steps and not listener.for_all:
            (step,) = steps
            return await self._take_again(step, listener, row, request)
        if isinstance(caller, NotAllowed):
            return refusal(*caller)
        if (why := _why_not(row, caller)) is not None:
            return refusal(*why)
        found = await self._found(listener, row, caller, about.get(listener.procedure.key, 0))
        found = await self._of_one_store(found, row, caller)
        if found is None:
            return refusal(
                "two_stores", "two stores have a case of that number: send the extension attribute `store`"
            )
        if not found:
            if listener.starts:
                return await self._start(listener, row, caller, request, dry=dry)
            return DeliveryResult(EventStatus.PENDING, reason="its case isn't there yet", code="no_case")
        taken = {step.case: step for step in steps}
        return await self._move_some(found, taken, listener, row, caller, request, dry=dry)

    async def _move_some(
        self,
        found: list[CaseRow],
        taken: dict[str, StepRow],
        listener: Listener,
        row: ReceivedEvent,
        caller: Caller,
        request: str,
        *,
        dry: bool,
    ) -> DeliveryResult:
        """What came of the first case that takes it, or of each that does where it is for all; what the last one said,
        where none does.

        taken: the steps that some of them have taken already.
        """
        came = refusal("no_case", "no case can take it")
        also: list[DeliveryResult] = []
        for case in found:
            if (step := taken.get(case.id)) is not None:
                one = await self._take_again(step, listener, row, request)
            else:
                one = await self._move(case, row, caller, request, starts=bool(listener.starts), dry=dry)
            if came.standing is EventStatus.MOVED:
                also += [one] if one.standing is EventStatus.MOVED else []
            elif came.standing is EventStatus.REFUSED or one.standing is EventStatus.MOVED:
                came = one
            if came.standing is not EventStatus.REFUSED and not listener.for_all:
                break
        return came._replace(also=tuple(also))

    async def _take_again(
        self, step: StepRow, listener: Listener, row: ReceivedEvent, request: str
    ) -> DeliveryResult:
        """Of a step that the read model shows already. The sender had the right when it was taken; the case says
        whether it has kept it.
        """
        if step.revision == 1:
            return DeliveryResult(EventStatus.STARTED, step.case)
        told = _told(row, listener.procedure.key)
        form = known_part(listener.procedure.declaration.form_of(step.event), told)
        return await self._act(step.case, step.event, form, Caller.of_json(row.caller), request)

    async def _found(
        self, listener: Listener, row: ReceivedEvent, caller: Caller, most: int
    ) -> list[CaseRow]:
        if not most:
            return []
        about, key = listener.found_by | {None}, listener.procedure.key
        look = self._storage.read if most <= _FEW else self._storage.search
        return await look(cases_for, key, row.subject or "", about, listener.feeds, caller, row.store)

    async def _of_one_store(
        self, found: list[CaseRow], row: ReceivedEvent, caller: Caller
    ) -> list[CaseRow] | None:
        """The cases that were found, of one store; None where two stores have some, and nothing says which is meant."""
        if len({store_of(case.id) for case in found}) < 2:
            return found
        store = await self._stores.told_by_source(row.source, caller)
        return [case for case in found if store_of(case.id) == store] or None

    async def _move(
        self, case: CaseRow, row: ReceivedEvent, caller: Caller, request: str, *, starts: bool, dry: bool
    ) -> DeliveryResult:
        machine = machine_of(case, datetime.now(UTC))
        if machine is None:
            return refusal("no_version", "this code doesn't have the case's version", case.id)
        try:
            told = _told(row, machine.procedure.key)
            actor = caller.actor_in(store_of(case.id))
            event, form = machine.choose(row.type, told, actor=actor)
            if speaks_as_outsider(caller, machine.procedure, event, store_of(case.id)):
                shape = machine.form_here(event)
                mine = machine.procedure, shape, told, caller, store_of(case.id)
                await self._storage.read(require_own, *mine)
            if dry:
                machine.judge(event, form, actor=actor)
        except NotPossibleNow as error:
            if may_come(machine.procedure, machine.stages, row.type):
                return DeliveryResult(EventStatus.PENDING, case.id, error.message, error.code, error.said)
            if starts and not machine.finished:
                return refusal("there_already", "the case is there already", case.id)
            return refusal(error.code, error.said, case.id)
        except Refusal as error:
            return refusal(error.code, with_faults(error), case.id)
        except Problem as problem:
            return refusal(problem.code, str(problem.detail), case.id)
        if dry:
            return DeliveryResult(EventStatus.MOVED, case.id)
        return await self._act(case.id, event, form, caller, request)

    async def _act(self, case: str, event: str, form: Any, caller: Caller, request: str) -> DeliveryResult:
        act = ActionRequest(actor=caller.actor_in(store_of(case)), event=event, form=form)
        try:
            reply = await self._cases.act(case, act, request, writes=False)
        except Refusal as no:
            if no.code == NotPossibleNow.code:  # the case moved between our look and its judgement
                return DeliveryResult(EventStatus.PENDING, case, no.message, no.code, no.said)
            return refusal(no.code, with_faults(no), case)
        except CaseNotRunning:
            return refusal("ended", "the case has ended", case)
        return DeliveryResult(EventStatus.MOVED, case, commit=reply.commit)

    async def _start(
        self, listener: Listener, row: ReceivedEvent, caller: Caller, request: str, *, dry: bool
    ) -> DeliveryResult:
        store = row.store
        if not store:
            return refusal("no_store", "the event names no store: send the extension attribute `store`")
        assert row.subject is not None
        if not _names_a_case(row.subject):
            return refusal("no_subject", "the event's subject can't be a case's")
        procedure = listener.procedure
        declared = procedure.declaration
        case = f"{procedure.key}:{store}:{row.subject}"
        event = declared.start_events_for(caller.roles_in(store), among=listener.starts)[0]
        shape = declared.form_of(event)
        told: dict[str, Any] | None = known_part(shape, row.data)
        if speaks_as_outsider(caller, procedure, event, store):
            try:
                told = await self._storage.read(start_of_outsider, procedure, event, told, caller, store)
            except Problem as problem:
                return refusal(problem.code, str(problem.detail))
        start = StartRequest(
            actor=caller.actor_in(store),
            procedure=procedure.key,
            version=procedure.version,
            store=store,
            subject=row.subject,
            policy=store_policy(self._settings),
            event=event,
            form=in_one_spelling(shape, told or {}),
            request=request,
        )
        if dry:
            return self._would_start(case, start, procedure)
        try:
            answer = await self._cases.start(case, start, request, writes=False)
        except Refusal as no:
            return refusal(no.code, with_faults(no))
        except CaseNotRunning:
            return refusal("ended", "the case has ended", case)
        if answer.request == request:
            return DeliveryResult(EventStatus.STARTED, case, commit=answer.commit)
        return DeliveryResult(
            EventStatus.REFUSED, case, "the case is there already", "there_already", commit=answer.commit
        )

    def _would_start(self, case: str, start: StartRequest, procedure: Any) -> DeliveryResult:
        if is_off(self._settings, start.procedure):
            return refusal("procedure_off", f"the store doesn't run {start.procedure} now")
        machine = Machine.begin(
            procedure, store=start.store, subject=start.subject, policy=start.policy, now=datetime.now(UTC)
        )
        try:
            machine.begin_by(start.event, start.form, start.actor)
        except Refusal as no:
            return refusal(no.code, with_faults(no))
        return DeliveryResult(EventStatus.STARTED, case)


def _told(row: ReceivedEvent, procedure: str) -> dict[str, Any]:
    """What an event tells a procedure: its data, and its subject where a form asks that."""
    asked = asked_of_subject(procedure, row.type)
    return {**(row.data or {}), **({asked: row.subject} if asked is not None else {})}


def _why_not(row: ReceivedEvent, caller: Caller) -> NotAllowed | None:
    """Why no case can take the event, whichever there is."""
    if (why := not_allowed(row.type, row.store or None, caller)) is not None:
        return why
    if row.subject is None:
        return NotAllowed("no_subject", "the event names no subject")
    if row.data is not None and not isinstance(row.data, dict):
        return NotAllowed("invalid_form", "the event's data is no object")
    return None


_SUBJECT: TypeAdapter[str] = TypeAdapter(SubjectKey)


def _names_a_case(subject: str) -> bool:
    try:
        _SUBJECT.validate_python(subject)
    except ValidationError:
        return False
    return True
