"""Hours and days as settings write them."""

from datetime import date, time
from typing import NamedTuple


class Hours(NamedTuple):
    """Hours of a day, in the store's time zone. `closes` is the first moment after them; where it isn't after `opens`,
    it is on the next day.
    """

    opens: time
    closes: time


class Days(NamedTuple):
    """From the first day to the last, both included."""

    first: date
    last: date


def hours_of(value: object) -> object:
    """Hours as a setting writes them: `09:00-18:00`, past midnight `09:00-01:00`, round the clock `00:00-24:00`.
    ValueError says how.
    """
    if not isinstance(value, str):
        return value
    try:
        opens, closes = (part.strip() for part in value.split("-"))
        hours = Hours(time.fromisoformat(opens), time() if closes == "24:00" else time.fromisoformat(closes))
    except ValueError:
        raise ValueError("write opening hours as 09:00-18:00, or 00:00-24:00 for round the clock") from None
    if hours.opens == hours.closes and closes != "24:00":
        raise ValueError("opening hours must begin before they end: write 00:00-24:00 for round the clock")
    return hours


def hours_written(hours: Hours) -> str:
    """The reverse of `hours_of`."""
    closes = "24:00" if hours.closes == time() else f"{hours.closes:%H:%M}"
    return f"{hours.opens:%H:%M}-{closes}"


def days_of(value: object) -> object:
    """Days as a setting writes them: `2026-06-16/2026-06-20,2026-11-11`. ValueError says how."""
    if not isinstance(value, str):
        return value
    try:
        ranges = [[date.fromisoformat(day.strip()) for day in part.split("/")] for part in value.split(",")]
        days = [Days(first, *(rest or [first])) for first, *rest in ranges]
    except (ValueError, TypeError):
        raise ValueError("write days as 2026-06-16/2026-06-20,2026-11-11") from None
    if any(first > last for first, last in days):
        raise ValueError("a campaign's first day comes before its last")
    return days
