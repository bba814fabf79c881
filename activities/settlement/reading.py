"""What others ask of settlements: the lines that are open."""

from __future__ import annotations

from typing import Any

from sqlalchemy import bindparam, select
from sqlmodel import col

from activities.answering import STORE, Asked, answers
from activities.settlement.contract import OPEN_LINES
from models.amounts import money
from models.tables.settlement import OpenLine

_MOST = 100
"""Lines that a form is given with: one with more of them is for a spreadsheet."""


@answers(OPEN_LINES)
def open_lines(asked: Asked, settlement: str) -> list[dict[str, Any]]:
    """A row for each line."""
    return [
        {"line": one.line, "amount": money(one.difference, one.currency)}
        for one in asked.rows(_open, settlement=settlement)
    ]


_open = (
    select(
        col(OpenLine.line),
        col(OpenLine.currency),
        (col(OpenLine.theirs) - col(OpenLine.ours)).label("difference"),
    )
    .where(
        col(OpenLine.store) == STORE,
        col(OpenLine.batch) == bindparam("settlement"),
        col(OpenLine.state) == "open",
        col(OpenLine.theirs) != col(OpenLine.ours),
    )
    .order_by(col(OpenLine.id))
    .limit(_MOST)
)
