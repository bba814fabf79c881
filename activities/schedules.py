"""What the calendar starts: a Temporal Schedule for each, made from the declarations and the settings.

One case a period, even after the whole store was down: Temporal makes up for what was missed, and the case's subject
is the period. `python -m activities.schedules` brings them in line with the settings; a worker does so when it starts.
"""

from __future__ import annotations

import asyncio
import inspect
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from functools import partial
from typing import Any, get_args
from zoneinfo import ZoneInfo

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

from activities.contracts import Queue
from activities.opening import Cases, Ended, Refusal
from activities.periods import Period, period_of
from models.messages import Planned
from stack.connect import TemporalAway, connect
from stack.policy import store_policy
from stack.settings import ScheduleSetting, Settings, SettingsError, settings
from stack.store.current import store_settings
from workflows.language.forms import Form
from workflows.language.machine import Procedure
from workflows.language.memory import ENGINE
from workflows.language.values import DateRange
from workflows.registry import registry
from workflows.runner.schedule import OPEN_ON_SCHEDULE
from workflows.runner.words import words

PREFIX = "calendar/"
"""Our schedules' ids begin with it; others' are left alone."""
_CATCH_UP = timedelta(days=31)
"""How long ago a start may have been missed to be made up for."""


@dataclass
class Brought:
    """What bringing the schedules in line has done: their ids."""

    made: list[str] = field(default_factory=list[str])
    changed: list[str] = field(default_factory=list[str])
    removed: list[str] = field(default_factory=list[str])
    unfit: dict[str, str] = field(default_factory=dict[str, str])
    """The calendar can't start these: what their form asks, only people or the settings know."""


def planned(chosen: Settings) -> Iterator[tuple[Planned, ScheduleSetting]]:
    """What the calendar starts in each store, as declared and as set."""
    said = store_settings(chosen)
    stores = chosen.stores if said.stores is None else said.stores
    schedules = {**chosen.schedules, **said.schedules}
    for procedure in registry():
        if procedure.key in said.procedures.off:
            continue
        starts = {
            event: move.row.every
            for event, moves in procedure.rows.items()
            for move in moves
            if move.row.every is not None
        }
        for event, every in starts.items():
            setting = schedules.get(f"{procedure.key}.{event}") or schedules.get(procedure.key)
            setting = setting or ScheduleSetting()
            for store in stores:
                plan = Planned(
                    procedure=procedure.key,
                    event=event,
                    store=store,
                    timezone=chosen.store_timezone,
                    crons=setting.crons or every.crons,
                    named=len(starts) > 1,
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
    """Make, change and remove schedules until they are what the settings say."""
    brought = Brought()
    there = {known.id async for known in await client.list_schedules() if known.id.startswith(PREFIX)}
    wanted: set[str] = set()
    for plan, setting, why in await asyncio.to_thread(_tried, chosen):
        name = schedule_id(plan)
        if why is not None:
            brought.unfit[name] = why
            continue
        wanted.add(name)
        schedule = _schedule(plan, setting, task_queue)
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
    """Why the calendar alone can't start this; None where it can."""
    now = datetime.now(UTC)
    policy = store_policy(chosen, now)
    machine = registry().get(plan.procedure).begin(store=plan.store, subject="1", policy=policy, now=now)
    try:
        machine.act(plan.event, form_of(plan, period_of(now, plan.crons)))
    except Exception as error:  # noqa: BLE001 - whatever it is, it would happen at every start
        return str(error)
    return None


def subject_of(plan: Planned, period: Period) -> str:
    """The case's subject: its period, so that there is one case for it."""
    return f"{plan.event}-{period.label}" if plan.named else period.label


def form_of(plan: Planned, period: Period) -> dict[str, Any] | None:
    """The start form, as far as the settings and the calendar know its answers; None where it has none."""
    shape = _start_form(registry().get(plan.procedure), plan.event)
    if shape is None:
        return None
    told: dict[str, Any] = dict(plan.form)
    for name, asked in shape.model_fields.items():
        if name in told or not asked.is_required():
            continue
        kinds = {asked.annotation, *get_args(asked.annotation)}
        if date in kinds:
            told[name] = period.first.isoformat()
        elif any(inspect.isclass(kind) and issubclass(kind, DateRange) for kind in kinds):
            told[name] = {"first": period.first.isoformat(), "last": period.last.isoformat()}
        elif name in ("shop", "store"):
            told[name] = plan.store
        elif name == "period":
            told[name] = period.label
    return told


def _start_form(procedure: type[Procedure], event: str) -> type[Form] | None:
    return next((move.form for move in procedure.rows[event] if move.is_start), None)


def _schedule(plan: Planned, setting: ScheduleSetting, task_queue: str) -> Schedule:
    said = words("procedure", plan.procedure)
    return Schedule(
        action=ScheduleActionStartWorkflow(
            OPEN_ON_SCHEDULE,
            plan,
            id=schedule_id(plan),
            task_queue=task_queue,
            static_summary=f"{said} · {plan.store}",
        ),
        spec=ScheduleSpec(cron_expressions=list(plan.crons), time_zone_name=plan.timezone),
        policy=SchedulePolicy(overlap=ScheduleOverlapPolicy.ALLOW_ALL, catchup_window=_CATCH_UP),
        state=ScheduleState(paused=setting.paused, note=said),
    )


async def _replace(schedule: Schedule, known: ScheduleUpdateInput) -> ScheduleUpdate:
    del known
    return ScheduleUpdate(schedule=schedule)


class Calendar:
    """Opens the cases that the calendar starts."""

    def __init__(self, cases: Cases, chosen: Settings) -> None:
        """cases: the way to them."""
        self._cases = cases
        self._chosen = chosen

    @activity.defn(name=OPEN_ON_SCHEDULE)
    async def open(self, plan: Planned, meant_for: datetime) -> str:
        """Start the case of this moment's period. Returns its id, or why there is none."""
        period = period_of(meant_for.astimezone(ZoneInfo(plan.timezone)), plan.crons)
        subject = subject_of(plan, period)
        case = f"{plan.procedure}:{plan.store}:{subject}"
        request = f"calendar {case}"
        start = self._cases.start_message(
            plan.procedure,
            plan.store,
            subject,
            event=plan.event,
            form=form_of(plan, period),
            actor=ENGINE,
            policy=store_policy(self._chosen, meant_for),
            request=request,
        )
        try:
            await self._cases.start(case, start, request)
        except Ended:
            return f"{case} was there, and has ended"
        except Refusal as refusal:
            activity.logger.error("the calendar could not start %s: %s", case, refusal)
            return f"{case} was refused: {refusal}"
        return case


async def _main() -> int:
    chosen = settings()
    brought = await bring_in_line(await connect(chosen), chosen)
    for what in ("made", "changed", "removed"):
        for name in getattr(brought, what):
            sys.stdout.write(f"{what}: {name}\n")
    for name, why in brought.unfit.items():
        sys.stdout.write(f"not started by the calendar: {name}: {why}\n")
    return 0


if __name__ == "__main__":
    try:
        sys.exit(asyncio.run(_main()))
    except (SettingsError, TemporalAway) as error:
        sys.exit(str(error))
