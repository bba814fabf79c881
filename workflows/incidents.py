"""What a person may decide about an effect that failed."""

from __future__ import annotations

from enum import StrEnum


class IncidentDecision(StrEnum):
    """The ways on from an incident."""

    RETRY = "retry"
    DONE = "done"
    """It was done by hand: `then` is sent."""
    OTHERWISE = "otherwise"
    """It won't be done: `otherwise` is sent."""

    @property
    def step(self) -> str:
        """What the history calls the decision."""
        return f"incident_{self}"
