"""What the calendar starts: a Temporal Schedule for each, made from the declarations and the settings.

One case a period, even after the whole store was down: Temporal makes up for what was missed, and a case's subject
names its period. A start that asks what only people know waits for them: the case stands at its entry, in their
inbox. The command brings the schedules in line with the settings; a worker does so when it starts.
"""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlmodel import col
from temporalio import activity
from temporalio.client import (
    Client,
    Schedule,
    ScheduleActionStartWorkflow,
    ScheduleAlreadyRunningError,
    ScheduleHandle,
    ScheduleOverlapPolicy,
    SchedulePolicy,
    ScheduleSpec,
    ScheduleState,
    ScheduleUpdate,
    ScheduleUpdateInput,
)
from temporalio.service import RPCError, RPCStatusCode

from activities.suppliers.contract import SupplierRating
from cases.client import CaseClient
from cases.connection import connect
from cases.errors import CaseNotRunning
from cases.signing import SigningKeys
from cases.starting import unbegun
from models.database import reading
from models.effect import Queue
from models.tables.purchasing import Supplier
from settings.environment import ScheduleSetting, Settings
from stores.current import store_settings
from stores.policy import store_policy
from workflows.language.links import Opening
from workflows.language.machine import Machine
from workflows.language.memory import ENGINE
from workflows.language.occasions import Colleague, first_after, made_up_for, occasion_of
from workflows.language.refusals import InvalidForm, Refusal
from workflows.registry import registry
from workflows.runner.messages import Planned
from workflows.runner.schedule import OPEN_ON_SCHEDULE
from workflows.runner.words import speak, words

PREFIX = "calendar/"
"""Our schedules' ids begin with it; others' are left alone."""
_YEARS_AHEAD = 2
_CATCH_UP = timedelta(days=31)
"""How long ago a start may have been missed to be made up for."""


@dataclass
class Brought:
    """What bringing the schedules in line has done: their ids."""

    made: list[str] = field(default_factory=list[str])
    changed: list[str] = field(default_factory=list[str])
    removed: list[str] = field(default_factory=list[str])
    unfit: dict[str, str] = field(default_factory=dict[str, str])
    """What the calendar can't start as it is set, and why: a cron line never comes, an answer is wrong."""


def planned(chosen: Settings) -> Iterator[tuple[Planned, ScheduleSetting]]:
    """What the calendar starts in each store, as declared and as set."""
    store = store_settings(chosen)
    stores = chosen.stores if store.stores is None else store.stores
    schedules = {**chosen.schedules, **store.schedules}
    for procedure in registry():
        if procedure.key in store.procedures.off:
            continue
        starts = {
            event: move.spec.every
            for event, moves in procedure.declaration.transitions.items()
            for move in moves
            if move.spec.every is not None
        }
        for event, every in starts.items():
            setting = schedules.get(f"{procedure.key}.{event}") or schedules.get(procedure.key)
            setting = setting or ScheduleSetting()
            for name in stores:
                plan = Planned(
                    procedure=procedure.key,
                    event=event,
                    store=name,
                    timezone=chosen.store_timezone,
                    crons=setting.crons or every.crons,
                    form=setting.form,
                )
                yield plan, setting


async def remove(schedule: ScheduleHandle) -> None:
    """Delete a schedule. One that is gone already is no fault: a server that is slow to answer is asked twice."""
    try:
        await schedule.delete()
    except RPCError as error:
        if error.status is not RPCStatusCode.NOT_FOUND:
            raise


async def bring_in_line(client: Client, chosen: Settings, *, task_queue: str = Queue.CASES) -> Brought:
    """Make, change and remove schedules until they are what the settings say, signed with the current key."""
    keys = SigningKeys(chosen.signing_secrets)
    brought = Brought()
    there = {known.id async for known in await client.list_schedules() if known.id.startswith(PREFIX)}
    wanted: set[str] = set()
    for plan, setting, why in await asyncio.to_thread(_tried, chosen):
        name = schedule_id(plan)
        if why is not None:
            brought.unfit[name] = why
            continue
        wanted.add(name)
        signed = plan.model_copy(update={"signature": keys.sign(*plan.signed_parts())})
        schedule = _schedule(signed, setting, task_queue)
        try:
            await client.create_schedule(name, schedule)
            brought.made.append(name)
        except ScheduleAlreadyRunningError:
            await client.get_schedule_handle(name).update(partial(_replace, schedule))
            brought.changed.append(name)
    for name in sorted(there - wanted):
        await remove(client.get_schedule_handle(name))
        brought.removed.append(name)
    return brought


def _tried(chosen: Settings) -> list[tuple[Planned, ScheduleSetting, str | None]]:
    return [(plan, setting, unfit(plan, chosen)) for plan, setting in planned(chosen)]


def schedule_id(plan: Planned) -> str:
    """One for each procedure, start event and store."""
    return f"{PREFIX}{plan.store}/{plan.procedure}/{plan.event}"


def unfit(plan: Planned, chosen: Settings) -> str | None:
    """Why the calendar can't start this as it is set; None where it can."""
    now = datetime.now(ZoneInfo(plan.timezone))
    for cron in plan.crons:
        moment = first_after(cron, now)
        if moment is None:
            return f"{cron} never comes"
        try:
            for one in openings(plan, moment, chosen):
                _begun(plan, one, moment, chosen)
        except Exception as error:  # noqa: BLE001 - whatever it is, it would happen at every start
            return str(error)
    return None


def openings(
    plan: Planned, meant_for: datetime, chosen: Settings, suppliers: tuple[str, ...] = ()
) -> list[Opening]:
    """The cases that a start meant for this moment opens: as the procedure says, with the settings' own answers.

    A case whose start these answer in full waits for nobody.
    """
    moment = meant_for.astimezone(ZoneInfo(plan.timezone))
    people = _people(plan.store, chosen)
    occasion = replace(occasion_of(moment, plan.crons), people=people, suppliers=suppliers)
    given = _unbegun(plan, "", moment, chosen).hooks.by_calendar(occasion)
    several = given if isinstance(given, list) else [given] if given else []
    return [_set(plan, one, moment, chosen) for one in several if one.event in ("", plan.event)]


def _set(plan: Planned, one: Opening, moment: datetime, chosen: Settings) -> Opening:
    """With the settings' answers, and sent at once where nothing is left to ask."""
    if not plan.form:
        return one
    one = one.model_copy(update={"form": {**one.form, **plan.form}})
    if not one.at_entry:
        return one
    at_once = one.model_copy(update={"at_entry": False})
    try:
        _begun(plan, at_once, moment, chosen)
    except InvalidForm:
        return one
    return at_once


def _begun(plan: Planned, one: Opening, moment: datetime, chosen: Settings) -> None:
    """Begin a case for a moment. Raises what its start would be refused with."""
    event, form = start_of(plan, one)
    _unbegun(plan, one.subject, moment, chosen).begin_by(event, form, ENGINE)


def _unbegun(plan: Planned, subject: str, moment: datetime, chosen: Settings) -> Machine:
    policy = store_policy(chosen, moment)
    return unbegun(plan.procedure, store=plan.store, subject=subject, policy=policy, at=moment)


def start_of(plan: Planned, one: Opening) -> tuple[str, dict[str, Any] | None]:
    """The event and the form that a case starts with; no event where it waits for one at its entry."""
    return "" if one.at_entry else plan.event, one.form or None


def _people(store: str, chosen: Settings) -> tuple[Colleague, ...]:
    """The staff whom the settings list for this store, by name."""
    return tuple(
        Colleague(name, person.roles)
        for name, person in sorted(store_settings(chosen).people.items())
        if (person.stores is None or store in person.stores) and any(role.is_staff for role in person.roles)
    )


def _schedule(plan: Planned, setting: ScheduleSetting, task_queue: str) -> Schedule:
    label = words("procedure", plan.procedure)
    return Schedule(
        action=ScheduleActionStartWorkflow(
            OPEN_ON_SCHEDULE,
            plan,
            id=schedule_id(plan),
            task_queue=task_queue,
            static_summary=f"{label} · {plan.store}",
        ),
        spec=ScheduleSpec(cron_expressions=[*plan.crons, *_made_up_for(plan)], time_zone_name=plan.timezone),
        policy=SchedulePolicy(overlap=ScheduleOverlapPolicy.ALLOW_ALL, catchup_window=_CATCH_UP),
        state=ScheduleState(paused=setting.paused, note=label),
    )


def _made_up_for(plan: Planned) -> list[str]:
    """What Temporal would leave out on days when the clock goes forward; a worker that starts looks further ahead."""
    now = datetime.now(ZoneInfo(plan.timezone))
    return [line for cron in plan.crons for line in made_up_for(cron, now, years=_YEARS_AHEAD)]


async def _replace(schedule: Schedule, known: ScheduleUpdateInput) -> ScheduleUpdate:
    del known
    return ScheduleUpdate(schedule=schedule)


class Calendar:
    """Opens the cases that the calendar starts."""

    def __init__(self, cases: CaseClient, chosen: Settings) -> None:
        """cases: the way to them."""
        self._cases = cases
        self._chosen = chosen

    @activity.defn(name=OPEN_ON_SCHEDULE)
    async def open(self, plan: Planned, meant_for: datetime) -> str:
        """Start what is due at this moment. Returns the cases' ids, or why there is none."""
        wanted = await asyncio.to_thread(self._wanted, plan, meant_for)
        return "; ".join([await self._open(plan, one, meant_for) for one in wanted]) or "nothing is due"

    def _wanted(self, plan: Planned, meant_for: datetime) -> list[Opening]:
        known = select(col(Supplier.supplier)).where(
            col(Supplier.admitted), col(Supplier.rating) != SupplierRating.FROZEN
        )
        with reading(self._cases.engine) as session:
            suppliers = tuple(session.scalars(known.order_by(col(Supplier.supplier))))
        return openings(plan, meant_for, self._chosen, suppliers)

    async def _open(self, plan: Planned, one: Opening, meant_for: datetime) -> str:
        case = f"{plan.procedure}:{plan.store}:{one.subject}"
        request = f"calendar {case}"
        event, form = start_of(plan, one)
        start = self._cases.start_message(
            plan.procedure,
            plan.store,
            one.subject,
            event=event,
            form=form,
            actor=ENGINE,
            policy=store_policy(self._chosen, meant_for),
            request=request,
        )
        try:
            await self._cases.start(case, start, request)
        except CaseNotRunning:
            return f"{case} was there, and has ended"
        except Refusal as refusal:
            activity.logger.error("the calendar could not start %s: %s", case, refusal)
            return f"{case} was refused: {refusal}"
        return case


async def main(chosen: Settings) -> int:
    """The command: what has changed, and what the calendar can't start as it is set."""
    speak(chosen.locale)
    brought = await bring_in_line(await connect(chosen), chosen)
    for what in ("made", "changed", "removed"):
        for name in getattr(brought, what):
            sys.stdout.write(f"{what}: {name}\n")
    for name, why in brought.unfit.items():
        sys.stdout.write(f"not started by the calendar: {name}: {why}\n")
    return 0
