"""Which event starts a case, where nobody names one."""

from __future__ import annotations

from collections.abc import Collection
from functools import cache

from models.roles import Role
from workflows.language.machine import Procedure


@cache
def start_events(procedure: type[Procedure]) -> tuple[str, ...]:
    """The events that start a case of this procedure, in the order of the declaration."""
    return tuple(event for event, moves in procedure.rows.items() if any(move.is_start for move in moves))


def start_events_for(
    procedure: type[Procedure], roles: Collection[Role], among: Collection[str] | None = None
) -> tuple[str, ...]:
    """Those that one of these roles may send; all, where they may send none, so that the procedure refuses the role.

    among: the events that come into question, where that isn't all of them.
    """
    events = [event for event in start_events(procedure) if among is None or event in among]
    allowed = [
        event
        for event in events
        if any(move.is_start and not move.by.isdisjoint(roles) for move in procedure.rows[event])
    ]
    return tuple(allowed or events)
