"""Schedules and shifted moments."""

from dataclasses import dataclass
from datetime import timedelta

import pytest

from models.policy import StorePolicy
from tests.scenario import MONDAY
from workflows.language.timing import (
    At,
    at,
    daily,
    days,
    days_in,
    falls,
    first_known,
    hours,
    hours_in,
    monthly,
    on_days,
    weekly,
    working_days,
)


@dataclass
class Order:
    """A case that knows how long it may take."""

    limit: int | None


def test_schedules_are_joined() -> None:
    assert (daily("08:30") | weekly("12:00", "MON") | monthly("06:05")).crons == (
        "30 8 * * *",
        "0 12 * * MON",
        "5 6 1 * *",
    )


def test_a_yearly_schedule_has_a_line_for_each_of_its_days() -> None:
    assert on_days("09:05", (3, 20), (12, 1)).crons == ("5 9 20 3 *", "5 9 1 12 *")


def test_a_case_may_say_how_many_hours_or_days_a_limit_has() -> None:
    after = {
        unit: falls(unit, MONDAY, Order(3), StorePolicy()) for unit in (hours_in("limit"), days_in("limit"))
    }
    assert after == {
        hours_in("limit"): MONDAY + timedelta(hours=3),
        days_in("limit"): MONDAY + timedelta(days=3),
    }


def test_a_limit_that_the_case_does_not_know_does_not_fall() -> None:
    assert falls(hours_in("limit"), MONDAY, Order(None), StorePolicy()) is None
    known = falls(first_known(hours_in("limit"), hours(5)), MONDAY, Order(None), StorePolicy())
    assert known == MONDAY + timedelta(hours=5)


def test_what_is_used_of_a_limit_is_gone_and_never_more_than_all() -> None:
    used = [falls(hours(3), MONDAY, None, StorePolicy(), timedelta(hours=n)) for n in (0, 1, 3, 4)]
    assert used == [MONDAY + timedelta(hours=n) for n in (3, 2, 0, 0)]


def test_a_moment_is_shifted_by_hours_and_days() -> None:
    assert (at("start") - days(2) + hours(3)) == At("start", -days(2).length + hours(3).length)


def test_a_moment_is_not_shifted_by_opening_hours() -> None:
    with pytest.raises(ValueError, match="compute it in the case"):
        assert at("start") - working_days(5)
