"""A store's office: what the calendar opens, done well, late or not at all by the people whose work it is.

It knows no procedure: a form is filled in as scenarios fill it in, and what is offered as the way on comes first.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from enum import StrEnum
from itertools import cycle
from pathlib import Path
from typing import Any

from sqlalchemy import func, select
from sqlmodel import col

from models.database import reading
from models.policy import StorePolicy
from models.tables.messages import MessageRow
from tests.whole.store import Store, store_in
from tests.whole.waiting import each_of
from workflows.language.forms import STOP
from workflows.language.occasions import first_after
from workflows.registry import registry
from workflows.runner.messages import Planned

Json = dict[str, Any]
OPENS = time(10, 5)
"""When the office opens: the calendar has opened its cases by then."""
MOST_A_DAY = 20
"""Actions on one case in a day: whoever does more goes in a circle."""
MOST_TIMES = 8
"""How often one thing is done on a case: whatever is looked at in a round has its own form."""
LATE = timedelta(days=9)
"""How long a case lies before somebody who is late looks at it: longer than the usual limit twice."""
GIVEN_UP = timedelta(days=35)
"""How long a case lies before somebody stops it, where it can be stopped."""
AGAIN = timedelta(days=7)
"""When somebody tries again what the case didn't take; earlier where it stands elsewhere."""
AT_ONCE = 4
"""Cases that are worked on at the same time."""

ENDED = 12
"""Procedures of the calendar of which the forms of scenarios bring a case to its end within days."""


class Manner(StrEnum):
    """How somebody does their work."""

    WELL = "well"
    LATE = "late"
    NEVER = "never"


@dataclass
class Office:
    """The people of a store's office, and what they have come upon."""

    store: Store
    opened: Counter[str] = field(default_factory=Counter[str])
    """Cases that the calendar has opened, by procedure."""
    manners: dict[str, Manner] = field(default_factory=dict[str, Manner])
    """How each case is worked on."""
    _done: dict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter[str]))
    _turns: dict[str, Iterator[Manner]] = field(default_factory=lambda: defaultdict(lambda: cycle(Manner)))
    _given_up: dict[str, tuple[tuple[str, ...], datetime]] = field(
        default_factory=dict[str, tuple[tuple[str, ...], datetime]]
    )
    """Where nobody could do anything more on a case, and when."""
    _owned: dict[str, int] = field(default_factory=dict[str, int])
    """At which revision it was seen that somebody or something moves a case on."""
    _looked: datetime | None = None

    async def open(self) -> None:
        """What the calendar has meant to open since the last time, and by now."""
        now = self.store.now().astimezone(self.store.zone)
        since = self._looked or now - timedelta(days=1)
        self._looked = now
        for plan in self.store.calendar():
            if any((due := first_after(cron, since)) is not None and due <= now for cron in plan.crons):
                await self._open(plan)

    async def _open(self, plan: Planned) -> None:
        before = self.store.known()
        await self.store.started_by(plan)
        self.opened[plan.procedure] += sum(
            case.startswith(f"{plan.procedure}:") for case in self.store.known() - before
        )

    async def work(self) -> None:
        """A day's work on all that is open."""
        cases = await self.store.cases(state="open")
        for case in cases:
            self._manner_of(case)
        await each_of(cases, self._work_on, at_once=AT_ONCE)

    async def _work_on(self, case: Json) -> None:
        manner = self._manner_of(case)
        lain = self.store.now() - datetime.fromisoformat(case["opened_at"])
        if lain > GIVEN_UP:
            await self._stop(case)
        elif manner is not Manner.NEVER and (manner is not Manner.LATE or lain >= LATE):
            for _ in range(MOST_A_DAY):
                if not await self._one_action(case["id"]):
                    break

    async def _stop(self, case: Json) -> None:
        """Whoever has the turn, or stands above them, sees that nothing comes of it any more."""
        seen = await self.store.settled(case["id"])
        if any(one["key"] == STOP for one in seen["actions"]):
            await self.store.is_stopped(case["id"], [role for one in seen["stages"] for role in one["roles"]])

    def _manner_of(self, case: Json) -> Manner:
        """Of a procedure's cases one is done well, the next late, the next not at all; and so on."""
        if case["id"] not in self.manners:
            self.manners[case["id"]] = next(self._turns[case["procedure"]])
        return self.manners[case["id"]]

    async def _one_action(self, case: str) -> bool:
        """Whether somebody could move it on."""
        seen = await self.store.settled(case)
        if seen["state"] != "open":
            return False
        stages = tuple(stage["key"] for stage in seen["stages"])
        at, when = self._given_up.get(case, ((), self.store.now()))
        if at == stages and self.store.now() - when < AGAIN:
            return False
        declared = registry().get(seen["procedure"]).declaration.transitions
        offered = [one for one in seen["actions"] if one["key"] in declared]
        for action in sorted(offered, key=lambda one: not one["main"]):  # the way on first
            key = action["key"]
            times = self._done[case][key]
            if times == MOST_TIMES:
                continue
            if await self.store.is_taken(case, key, stages, times):
                self._done[case][key] += 1
                return True
        self._given_up[case] = stages, self.store.now()
        return False

    def is_done_well(self, case: Json) -> bool:
        """Whether whoever works on it does it well."""
        return self.manners.get(case["id"]) is Manner.WELL

    async def unowned(self) -> list[str]:
        """The open cases that nobody and nothing moves on, by what the API says of them."""
        found: list[str] = []

        async def look(case: Json) -> None:
            seen = await self.store.settled(case["id"])
            if seen["state"] == "open" and not any(_moves_on(part) for part in seen["waits"]["parts"]):
                found.append(f"{case['id']}: {seen['waits']}")
            else:
                self._owned[case["id"]] = seen["revision"]

        cases = await self.store.cases(state="open")
        changed = [case for case in cases if self._owned.get(case["id"]) != case["revision"]]
        await each_of(changed, look, at_once=AT_ONCE)
        return found


def _moves_on(part: Json) -> bool:
    """Whether this moves the case on: somebody whose turn it is, another case, a message, the clock."""
    if part["kind"] == "people":
        return bool(part["roles"])
    return part["kind"] in ("message", "signal", "effect", "case", "rule", "clock")


def said_too_often(store: Store, most: int) -> dict[str, int]:
    """What one role or person was told in the same words about one case more often than the policy says."""
    same = (col(MessageRow.case), col(MessageRow.channel), col(MessageRow.to), col(MessageRow.template))
    asked = select(*same, func.count()).group_by(*same, col(MessageRow.body)).having(func.count() > most)
    with reading(store.engine) as session:
        return {" ".join(row[:-1]): row[-1] for row in session.execute(asked)}


async def an_office(home: Path, *, days: int) -> None:
    """Have an office work so many days. Nothing stands without an owner, nobody hears the same too often, the calendar
    opens what it should, and work that is done well comes to an end.
    """
    async with store_in(home) as store:
        office = Office(store)
        for _ in range(days):
            await office.open()
            await office.work()
            assert await office.unowned() == []
            morning = datetime.combine(store.today() + timedelta(days=1), OPENS, store.zone)
            await store.pass_time_until(morning)
        assert said_too_often(store, StorePolicy().most_reminders) == {}
        daily = {plan.procedure for plan in store.calendar() if any(_is_daily(cron) for cron in plan.crons)}
        on_working_days = days * 5 // 7 - 1
        assert {key for key in daily if office.opened[key] < on_working_days} == set()
        ended = {case["procedure"] for case in await store.cases(state="closed") if office.is_done_well(case)}
        assert len(ended) > ENDED, ended


def _is_daily(cron: str) -> bool:
    return cron.split()[2:] == ["*", "*", "*"]
