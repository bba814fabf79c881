"""What the calendar starts is told all that the start asks for."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from tests.scenario import MONDAY
from workflows.language.machine import Procedure
from workflows.language.policy import StorePolicy
from workflows.language.stages import Move
from workflows.registry import registry

SCHEDULED = [
    (cls, event, m) for cls in registry() for event, moves in cls.rows.items() for m in moves if m.row.every
]


@pytest.mark.parametrize(
    ("procedure", "event", "move"), [pytest.param(*row, id=f"{row[0].key}-{row[1]}") for row in SCHEDULED]
)
def test_a_scheduled_start_is_complete(procedure: type[Procedure], event: str, move: Move) -> None:
    assert move.row.every is not None
    started = 0
    for cron in move.row.every.crons:
        told = _begin(procedure, "", cron).by_calendar()
        if told is not None and told.event in ("", event):
            step = _begin(procedure, told.subject, cron).act(event, told.form or None)
            assert step.after
            started += 1
    assert started, f"the calendar starts {procedure.key} with {event}, but by_calendar says nothing"


def _begin(procedure: type[Procedure], subject: str, cron: str) -> Procedure:
    return procedure.begin(store="shop", subject=subject, policy=StorePolicy(), now=_first(cron))


def _first(cron: str) -> datetime:
    """The first moment of a cron line after the tests' Monday."""
    minute, hour, day, month, weekday = cron.split()
    at = MONDAY.astimezone(ZoneInfo("Asia/Shanghai")).replace(hour=int(hour), minute=int(minute))
    while (
        (day != "*" and at.day != int(day))
        or (month != "*" and at.month != int(month))
        or (weekday != "*" and f"{at:%a}".upper() != weekday)
    ):
        at += timedelta(days=1)
    return at
