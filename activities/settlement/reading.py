"""What others ask of settlements: the lines that are open, what staff were paid."""

from __future__ import annotations

from typing import Any

from sqlalchemy import bindparam, func, select
from sqlmodel import col

from activities.answering import STORE, Asked, answers
from activities.settlement.contract import OPEN_LINES, STAFF_PAID
from models.amounts import money
from models.tables.settlement import OpenLine, StaffPay
from models.values import Money

_MOST = 100
"""Lines that a form is given with: one with more of them is for a spreadsheet."""


@answers(OPEN_LINES)
def open_lines(asked: Asked, settlement: str) -> list[dict[str, Any]]:
    """A row for each line."""
    return [
        {"line": one.line, "amount": money(one.difference, one.currency)}
        for one in asked.rows(_open, settlement=settlement)
    ]


@answers(STAFF_PAID)
def staff_paid(asked: Asked, employee: str, period: str) -> Money | None:
    """By the run that stands; None where nothing was paid."""
    rows = asked.rows(_paid, employee=employee, period=period)
    return money(rows[0].amount, rows[0].currency) if rows else None


_paid = (
    select(col(StaffPay.currency), func.sum(col(StaffPay.amount)).label("amount"))
    .where(
        col(StaffPay.store) == STORE,
        col(StaffPay.employee) == bindparam("employee"),
        col(StaffPay.period) == bindparam("period"),
        col(StaffPay.replaced).is_(False),
        col(StaffPay.part) != "base_pay",
    )
    .group_by(col(StaffPay.currency))
)
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
