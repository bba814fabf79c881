"""The milestones, written with the commits of cases and read for figures."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import Connection, Select, bindparam, delete, insert, select
from sqlmodel import col

from activities.milestones.contract import Milestone, MilestoneReached
from models.periods import Span
from models.tables.milestones import MilestoneRow

_BEYOND = delete(MilestoneRow).where(
    col(MilestoneRow.case) == bindparam("of"), col(MilestoneRow.revision) >= bindparam("first")
)


def write_milestones(
    connection: Connection, reached: Iterable[MilestoneReached], *, case: str, store: str, first: int
) -> None:
    """Make the steps of this case from revision `first` on have reached these milestones, and no others: a step that
    was lost with its worker may have been written before.
    """
    connection.execute(_BEYOND, {"of": case, "first": first})
    subject = case.rpartition(":")[2]
    if rows := [{**one.model_dump(), "case": case, "store": store, "subject": subject} for one in reached]:
        connection.execute(insert(MilestoneRow), rows)


def milestones_in(store: str, days: Span, milestone: Milestone) -> Select[MilestoneRow]:
    """Those of one kind that were reached in these days."""
    return select(MilestoneRow).where(
        col(MilestoneRow.store) == store,
        col(MilestoneRow.milestone) == milestone,
        col(MilestoneRow.at) >= days.start,
        col(MilestoneRow.at) < days.end,
    )
