"""Comparing a counterparty's statement with the books, line by line."""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Callable, Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from sqlalchemy import Select, case, select
from sqlalchemy.orm import Session
from sqlmodel import col

from activities.performing import performs, ports_of
from activities.settlement.contract import (
    Counterparty,
    DifferingLine,
    MatchStatement,
    StatementDiffers,
    StatementMatches,
)
from models.amounts import as_kept, money, ten_thousandths
from models.effect import EffectRequest
from models.periods import Span, span
from models.tables.carriers import Waybill
from models.tables.money import Entry
from models.tables.purchasing import SupplierEntry
from models.tables.requests import StoredFile
from models.tables.settlement import OpenLine, Settlement
from models.tables.trade import Credit

IN_ALL = "total"
"""The one line of a statement that can't be read as a table."""


@performs(MatchStatement, writes_when_refused=True)
def match_statement(
    effect: MatchStatement, request: EffectRequest, session: Session
) -> StatementMatches | StatementDiffers:
    days = span(effect.period, request.at, ports_of(session).timezone)
    currency = effect.statement_total.currency
    ours = _ledger(session, request.store, effect.counterparty, days)
    ours.update(_carried(session, request, effect.counterparty))  # `+` would drop lines below zero
    theirs = _statement(session, effect.statement)
    if theirs is None:
        ours, theirs = (
            Counter({IN_ALL: ours.total()}),
            Counter({IN_ALL: ten_thousandths(effect.statement_total)}),
        )
    lines = sorted({*ours, *theirs})
    differing = [line for line in lines if ours[line] != theirs[line]]
    for line in differing:
        session.add(
            OpenLine(
                key=request.key,
                store=request.store,
                batch=effect.batch,
                counterparty=effect.counterparty,
                line=line,
                ours=ours[line],
                theirs=theirs[line],
                currency=currency,
                at=request.at,
            )
        )
    told: dict[str, Any] = {
        "matched": len(lines) - len(differing),
        "open": tuple(
            DifferingLine(
                line=line,
                ours=money(ours[line], currency),
                theirs=money(theirs[line], currency),
                difference=money(theirs[line] - ours[line], currency),
            )
            for line in differing
        ),
        "difference": money(theirs.total() - ours.total(), currency),
    }
    if (says := money(theirs.total(), currency)) != effect.statement_total:
        told["total"] = says
    if differing:
        return StatementDiffers(reason=f"{len(differing)} lines differ from the books", **told)
    return StatementMatches(**told)


def _ledger(session: Session, store: str, whose: Counterparty, days: Span) -> Counter[str]:
    """What the books have of the counterparty's lines in these days, in ten-thousandths.

    They keep none of those that aren't here: all of such a statement is open.
    """
    lines = Counter[str]()
    for line, amount in session.execute(_LINES[whose](store, days)) if whose in _LINES else ():
        lines[line] += int(amount)
    return lines


def _platform(store: str, days: Span) -> Select[str, int]:
    """Money that came in and went back, by order."""
    return select(
        col(Entry.order), case((col(Entry.side) == "paid", col(Entry.change)), else_=-col(Entry.change))
    ).where(
        col(Entry.store) == store,
        col(Entry.side).in_(("paid", "refunded")),
        col(Entry.effect) != "SharePayment",
        col(Entry.at) >= days.start,
        col(Entry.at) < days.end,
    )


def _carrier(store: str, days: Span) -> Select[str, int]:
    """Freight, by waybill."""
    return select(col(Waybill.waybill_no), col(Waybill.freight)).where(
        col(Waybill.store) == store,
        col(Waybill.state) == "booked",
        col(Waybill.at) >= days.start,
        col(Waybill.at) < days.end,
    )


def _supplier(store: str, days: Span) -> Select[str, int]:
    """What was paid less what was debited, by its number."""
    debited = case(
        (col(SupplierEntry.kind) == "debit", -col(SupplierEntry.amount)), else_=col(SupplierEntry.amount)
    )
    return select(col(SupplierEntry.number), debited).where(
        col(SupplierEntry.store) == store,
        col(SupplierEntry.kind).in_(("payment", "prepayment", "debit")),
        col(SupplierEntry.at) >= days.start,
        col(SupplierEntry.at) < days.end,
    )


def _distributor(store: str, days: Span) -> Select[str, int]:
    """What was drawn on credit less the rebate, by order."""
    return select(col(Credit.order), col(Credit.amount) - col(Credit.rebate)).where(
        col(Credit.store) == store,
        col(Credit.given_back).is_(False),
        col(Credit.at) >= days.start,
        col(Credit.at) < days.end,
    )


def _bank(store: str, days: Span) -> Select[str, int]:
    """What settlements moved, by payment."""
    return select(col(Settlement.payment_no), col(Settlement.amount)).where(
        col(Settlement.store) == store,
        col(Settlement.paid_at) >= days.start,
        col(Settlement.paid_at) < days.end,
    )


_LINES: Mapping[Counterparty, Callable[[str, Span], Select[str, int]]] = {
    Counterparty.PLATFORM: _platform,
    Counterparty.CARRIER: _carrier,
    Counterparty.SUPPLIER: _supplier,
    Counterparty.DISTRIBUTOR: _distributor,
    Counterparty.BANK: _bank,
}


def _carried(session: Session, request: EffectRequest, whose: Counterparty) -> Counter[str]:
    """Lines that earlier settlements left for this one; taken up now."""
    carried = select(OpenLine).where(
        col(OpenLine.store) == request.store,
        col(OpenLine.counterparty) == whose,
        col(OpenLine.state).in_(("carried", "unpaid")),
    )
    lines = Counter[str]()
    for line in session.scalars(carried.with_for_update()).all():
        lines[line.line] += line.ours - line.theirs if line.state == "carried" else 0
        line.state = "taken_up"
    return lines


def _statement(session: Session, file: str) -> Counter[str] | None:
    """The statement's lines: a table of comma-separated values whose first two columns are line and amount.

    None where the file is out of reach or no such table.
    """
    home = ports_of(session).files
    row = session.get(StoredFile, file)
    if home is None or row is None:
        return None
    path = home / row.sha256[:2] / row.sha256
    try:
        text = path.read_text("utf-8-sig")
    except (OSError, UnicodeDecodeError):
        return None
    lines = Counter[str]()
    for place, cells in enumerate(csv.reader(io.StringIO(text))):
        if not any(cell.strip() for cell in cells):
            continue
        try:
            lines[cells[0].strip()] += as_kept(Decimal(cells[1].strip()))
        except (IndexError, InvalidOperation, ValueError, OverflowError):
            if place:
                return None  # the first row may name the columns; any other must be a line
    return lines
