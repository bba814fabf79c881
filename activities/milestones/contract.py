"""Milestones: what was reached in cases, when and by whom. Procedures say which of their steps reach one."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from pydantic import BaseModel, ConfigDict


class Milestone(StrEnum):
    """What the figures count. It is reached by a step that somebody or something takes, not by a rule in its wake."""

    ORDER_PAID = "order_paid"
    """The customer's money came in, if not always all of it."""
    ORDER_CONFIRMED = "order_confirmed"
    """An employee has checked the order; again, where it was held meanwhile."""
    ORDER_HANDED_OVER = "order_handed_over"
    """The goods have left with the carrier."""
    ORDER_SIGNED = "order_signed"
    """The customer has the parcel."""
    INQUIRY_OPENED = "inquiry_opened"
    INQUIRY_ANSWERED = "inquiry_answered"
    """The robot answered, or an employee took it up."""
    PROMOTION_READY = "promotion_ready"
    """A campaign's promotion was made ready."""
    FEEDBACK_TAKEN = "feedback_taken"
    """A customer who was called has said how content they are."""


class MilestoneReached(BaseModel):
    """A milestone, and the step of the case that reached it."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    milestone: Milestone
    revision: int
    person: str
    """Who took the step; `system` for the engine itself."""
    at: datetime
