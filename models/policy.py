"""How one store works: its clocks, days off, peaks and approval limits.

A case carries the copy it began with, so that what a day means doesn't change under it.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from typing import Any
from zoneinfo import ZoneInfo

from pydantic import BaseModel, ConfigDict

from models.roles import Role
from models.values import Address, DateRange, Money, yuan


class Clock(StrEnum):
    """Which time counts."""

    ALWAYS = "always"
    SERVICE = "service"
    """While customer service is open, every day."""
    OFFICE = "office"
    """While the office is open, on working days."""


class Hours(BaseModel):
    """Opening hours on the store's clock; `closes` is not after midnight."""

    model_config = ConfigDict(frozen=True)
    opens: time
    closes: time

    @property
    def length(self) -> timedelta:
        return timedelta(
            hours=self.closes.hour - self.opens.hour, minutes=self.closes.minute - self.opens.minute
        )


class StorePolicy(BaseModel):
    """The store's calendar and limits.

    `days_off` are public holidays, `make_up_days` the weekend days worked for them, `peaks` the campaign
    days on which shipping limits don't count.
    """

    model_config = ConfigDict(frozen=True)
    timezone: str = "Asia/Shanghai"
    service: Hours = Hours(opens=time(9), closes=time(23))
    office: Hours = Hours(opens=time(9), closes=time(18))
    days_off: frozenset[date] = frozenset()
    make_up_days: frozenset[date] = frozenset()
    peaks: tuple[DateRange, ...] = ()
    approval_limits: dict[Role, Money] = {
        Role.CS_AGENT: yuan(50),
        Role.AFTER_SALES: yuan(50),
        Role.CS_SUPERVISOR: yuan(200),
        Role.OPS_MANAGER: yuan(1000),
    }
    """The most that a role may grant alone. The gm has no limit; other roles grant nothing."""
    spending_limit: Money = yuan(50_000)
    """From here up the gm decides."""
    returns_to: Address = Address(
        province="浙江省", city="杭州市", district="余杭区", street="文一西路 1 号退货组"
    )
    """Where customers send goods back."""
    limits: dict[str, str] = {}
    """The store's own limits, `{procedure}.{alarm}` -> as the declaration would write it: see language/limits.py."""

    def __deepcopy__(self, memo: dict[int, Any] | None = None) -> StorePolicy:
        return self

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.timezone)

    def day_of(self, moment: datetime) -> date:
        """The date of a moment on the store's clock."""
        return moment.astimezone(self.zone).date()

    def moment(self, day: date, clock: str) -> datetime:
        """A time of day, such as "09:00", on the store's clock on that day."""
        return datetime.combine(day, time.fromisoformat(clock), self.zone)

    def may_grant(self, roles: Iterable[Role], amount: Money) -> bool:
        """Whether one of these roles may grant so much alone."""
        return any(
            role is Role.GM
            or (role in self.approval_limits and amount.amount <= self.approval_limits[role].amount)
            for role in roles
        )

    def is_working_day(self, day: date) -> bool:
        if day in self.make_up_days:
            return True
        return day.weekday() < 5 and day not in self.days_off

    def serves(self, moment: datetime) -> bool:
        """Whether customer service is open."""
        opens, closes = self._open(self.day_of(moment), Clock.SERVICE)
        return opens <= moment < closes

    def is_peak(self, moment: datetime) -> bool:
        day = self.day_of(moment)
        return any(peak.first <= day <= peak.last for peak in self.peaks)

    def length_of(self, clock: Clock) -> timedelta:
        """How long a day is on this clock."""
        match clock:
            case Clock.ALWAYS:
                return timedelta(days=1)
            case Clock.SERVICE:
                return self.service.length
            case Clock.OFFICE:
                return self.office.length

    def add(self, since: datetime, length: timedelta, clock: Clock) -> datetime:
        """The moment, in UTC, at which `length` has passed on this clock."""
        if clock is Clock.ALWAYS:
            return (since + length).astimezone(UTC)
        left = length
        at = since.astimezone(self.zone)
        while True:
            start, end = self._open(at.date(), clock)
            start = max(start, at)
            if start < end and left <= end - start:
                return (start + left).astimezone(UTC)
            left -= max(end - start, timedelta())
            at = datetime.combine(at.date() + timedelta(days=1), time(), self.zone)

    def between(self, since: datetime, until: datetime, clock: Clock) -> timedelta:
        """How much time passed on this clock."""
        if clock is Clock.ALWAYS:
            return max(until - since, timedelta())
        passed, at, stop = timedelta(), since.astimezone(self.zone), until.astimezone(self.zone)
        while at < stop:
            start, end = self._open(at.date(), clock)
            passed += max(min(end, stop) - max(start, at), timedelta())
            at = datetime.combine(at.date() + timedelta(days=1), time(), self.zone)
        return passed

    def _open(self, day: date, clock: Clock) -> tuple[datetime, datetime]:
        hours = self.service if clock is Clock.SERVICE else self.office
        start = datetime.combine(day, hours.opens, self.zone)
        if clock is Clock.OFFICE and not self.is_working_day(day):
            return start, start
        return start, datetime.combine(day, hours.closes, self.zone)
