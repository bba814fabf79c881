"""Schedules and shifted moments."""

import pytest

from workflows.language.timing import At, at, daily, days, hours, monthly, weekly, working_days


def test_schedules_are_joined() -> None:
    assert (daily("08:30") | weekly("12:00", "MON") | monthly("06:05")).crons == (
        "30 8 * * *",
        "0 12 * * MON",
        "5 6 1 * *",
    )


def test_a_moment_is_shifted_by_hours_and_days() -> None:
    assert (at("start") - days(2) + hours(3)) == At("start", -days(2).length + hours(3).length)


def test_a_moment_is_not_shifted_by_opening_hours() -> None:
    with pytest.raises(ValueError, match="compute it in the case"):
        assert at("start") - working_days(5)
