"""The festivals that a store takes part in, and when their campaigns are planned."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from models.values import DateRange


@dataclass(frozen=True)
class Festival:
    """A sales event that comes each year."""

    name: str
    planned_on: tuple[int, int]
    """(month, day) when its planning starts."""
    first: tuple[int, int]
    last: tuple[int, int]


FESTIVALS = (
    Festival("618", (5, 2), (6, 1), (6, 20)),
    Festival("双十一", (10, 11), (11, 1), (11, 11)),
    Festival("双十二", (11, 12), (12, 10), (12, 12)),
)
"""Those that the store takes part in; default."""


@dataclass(frozen=True)
class PlannedFestival:
    """A festival of one year, as its campaign is proposed."""

    festival: Festival
    year: int

    @property
    def dates(self) -> DateRange:
        """Its days."""
        first, last = self.festival.first, self.festival.last
        return DateRange(first=date(self.year, *first), last=date(self.year, *last))

    @property
    def number(self) -> str:
        """The number of its campaign."""
        return f"festival-{self.dates.first:%Y%m%d}"

    @property
    def proposal(self) -> dict[str, Any]:
        """The form that proposes its campaign."""
        return {"name": f"{self.festival.name} {self.year}", "kind": "festival", "dates": self.dates}


def festival_planned_on(day: date) -> PlannedFestival | None:
    """The festival whose planning starts on this day."""
    planned = (PlannedFestival(one, day.year) for one in FESTIVALS if one.planned_on == (day.month, day.day))
    return next(planned, None)
