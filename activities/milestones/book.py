"""The milestones, written with the commits of cases and read for figures."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import Select, bindparam, delete, insert, select
from sqlalchemy.orm import Session
from sqlmodel import col

from activities.milestones.contract import Milestone, MilestoneReached
from models.periods import Span
from models.statements import running
from models.tables.milestones import MilestoneRow

_milestones = vars(MilestoneRow)["__table__"]
_beyond = delete(_milestones).where(
    _milestones.c.case == bindparam("of"), _milestones.c.revision >= bindparam("first")
)
_reached = insert(_milestones)


def write_milestones(
    session: Session, reached: Iterable[MilestoneReached], *, case: str, store: str, first: int
) -> None:
    """Make the steps of this case from revision `first` on have reached these milestones, and no others: a step that
    was lost with its worker may have been written before.
    """
    subject = case.rpartition(":")[2]
    rows = [{**one.model_dump(), "case": case, "store": store, "subject": subject} for one in reached]
    with running(session) as run:
        run(_beyond, {"of": case, "first": first})
        if rows:
            run(_reached, rows)


def milestones_in(store: str, days: Span, milestone: Milestone) -> Select[MilestoneRow]:
    """Those of one kind that were reached in these days."""
    return select(MilestoneRow).where(
        col(MilestoneRow.store) == store,
        col(MilestoneRow.milestone) == milestone,
        col(MilestoneRow.at) >= days.start,
        col(MilestoneRow.at) < days.end,
    )
