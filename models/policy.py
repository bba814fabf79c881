"""How one store works: its clocks, days off, peaks and approval limits.

A case keeps the policy that it began with, so that what a day means doesn't change under it. It keeps it by its hash:
the policy itself stands once in the database (models/tables/policies.py).
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from functools import cached_property
from typing import Annotated, Any, Self
from zoneinfo import ZoneInfo

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from models.roles import Role
from models.values import NOTHING, Address, DateRange, Money, yuan

_A_DAY = timedelta(days=1)
HASH_LENGTH = 32
"""Characters of a policy's hash: 128 bits of SHA-256, as hexadecimal digits."""


class PolicyChanged(ValueError):
    """A text that is kept under a hash isn't the policy of that hash."""


class Clock(StrEnum):
    """Which time counts."""

    ALWAYS = "always"
    SERVICE = "service"
    """While customer service is open, every day."""
    OFFICE = "office"
    """While the office is open, on working days."""


class Hours(BaseModel):
    """Opening hours on the store's clock. Where `closes` isn't after `opens`, it is on the next day: midnight is 00:00,
    and 00:00 to 00:00 is round the clock.
    """

    model_config = ConfigDict(frozen=True)
    opens: time
    closes: time

    @property
    def length(self) -> timedelta:
        length = timedelta(
            hours=self.closes.hour - self.opens.hour, minutes=self.closes.minute - self.opens.minute
        )
        return length + timedelta(days=1) if self.ends_next_day else length

    @property
    def ends_next_day(self) -> bool:
        return self.closes <= self.opens


class StorePolicy(BaseModel):
    """The store's calendar and limits.

    `days_off` are public holidays, `make_up_days` the weekend days worked for them, `peaks` the campaign
    days on which shipping limits don't count.

    A field's default never changes: a policy's hash leaves out what is at its default, so that a field more, with a
    default, leaves the hashes of the policies before it as they were.
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

    usual_limit: str = "P3D office"
    """How long a stage of people may last for which no document says a limit. Then its people hear, and after twice
    the time those above them.
    """
    most_reminders: Annotated[int, Field(ge=1, le=100)] = 20
    """How often a stage reminds its people at most."""

    @classmethod
    def of(cls, hash_: str, text: str) -> Self:
        """The policy that was kept under this hash as this text. Raises PolicyChanged where it is another one."""
        try:
            policy = cls.model_validate_json(text)
        except ValidationError as error:
            raise PolicyChanged(f"what is kept under {hash_} can't be read: {error}") from error
        if policy.hash != hash_:
            raise PolicyChanged(
                f"what is kept under {hash_} has the hash {policy.hash}: its text was changed, or this code reads it "
                "otherwise than the code that wrote it"
            )
        return policy

    @property
    def text(self) -> str:
        """The policy as JSON in one spelling, without what is at its default: what is kept under its hash."""
        content = self.model_dump(mode="json", exclude_defaults=True)
        for days in {"days_off", "make_up_days"} & content.keys():
            content[days].sort()
        return json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False)

    @cached_property
    def hash(self) -> str:
        """By what cases and messages name it."""
        return hashlib.sha256(self.text.encode()).hexdigest()[:HASH_LENGTH]

    def __copy__(self) -> Self:
        copy = super().__copy__()
        vars(copy).pop("hash", None)  # `model_copy` changes the copy after this
        return copy

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
        limit = self.grant_limit(roles)
        return limit is None or amount.amount <= limit.amount

    def grant_limit(self, roles: Iterable[Role]) -> Money | None:
        """The most that one of these roles may grant alone; None where there is no limit."""
        roles = frozenset(roles)
        if Role.GM in roles:
            return None
        limits = (self.approval_limits[role] for role in roles if role in self.approval_limits)
        return max(limits, key=lambda limit: limit.amount, default=NOTHING)

    def is_working_day(self, day: date) -> bool:
        if day in self.make_up_days:
            return True
        return day.weekday() < 5 and day not in self.days_off

    def serves(self, moment: datetime) -> bool:
        """Whether customer service is open."""
        today = self.day_of(moment)
        hours = (self._open(day, Clock.SERVICE) for day in (today - _A_DAY, today))
        return any(opens <= moment < closes for opens, closes in hours)

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
        left, day = length, self.day_of(since) - _A_DAY  # whose hours may go on past midnight
        while True:
            start, end = self._open(day, clock)
            start = max(start, since.astimezone(UTC))
            if start < end and left <= end - start:
                return start + left
            left -= max(end - start, timedelta())
            day += _A_DAY

    def between(self, since: datetime, until: datetime, clock: Clock) -> timedelta:
        """How much time passed on this clock."""
        if clock is Clock.ALWAYS:
            return max(until - since, timedelta())
        return sum((end - start for start, end in self.open_between(since, until, clock)), timedelta())

    def open_between(
        self, since: datetime, until: datetime, clock: Clock
    ) -> Iterator[tuple[datetime, datetime]]:
        """From when to when it is open between these moments: service or office."""
        day, last = self.day_of(since) - _A_DAY, self.day_of(until)
        while day <= last:
            start, end = self._open(day, clock)
            start, end = max(start, since), min(end, until)
            if start < end:
                yield start, end
            day += _A_DAY

    def _open(self, day: date, clock: Clock) -> tuple[datetime, datetime]:
        """From when to when it is open on the hours that begin on this day, in UTC: between moments of a zone's own
        clock Python counts as if that were never changed.
        """
        hours = self.service if clock is Clock.SERVICE else self.office
        start = datetime.combine(day, hours.opens, self.zone).astimezone(UTC)
        if clock is Clock.OFFICE and not self.is_working_day(day):
            return start, start
        ends = day + _A_DAY if hours.ends_next_day else day
        return start, datetime.combine(ends, hours.closes, self.zone).astimezone(UTC)
