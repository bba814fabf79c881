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
    for cron in move.row.every.crons:
        machine = procedure.begin(store="shop", subject="", policy=StorePolicy(), now=_first(cron))
        told = machine.by_calendar()
        assert told is not None, (
            f"the calendar starts {procedure.key} at {cron}, but by_calendar says nothing"
        )
        if told.event in ("", event):
            begun = procedure.begin(
                store="shop", subject=told.subject, policy=StorePolicy(), now=_first(cron)
            )
            assert begun.act(event, told.form or None).after == [move.goes_to]


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
