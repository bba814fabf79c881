"""The orders' book: what was ordered, as the orders' own cases tell it. It is read, never written."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pydantic import BaseModel, ConfigDict
from sqlalchemy import select
from sqlalchemy.orm import Session
from sqlmodel import col

from models.periods import Span
from models.table import unsearched
from models.tables.cases import CaseReference, CaseRow, StepRow
from models.values import LineQty, Money, PricedLine

ORDERS = "order_fulfilment"
FOR_ANOTHER = frozenset({"order_fulfilment", "exchange", "lost_parcel_claim"})
"""The procedures that open an order for goods of one that was placed before: a part of it, a replacement."""
BRING_BACK = ("return_refund", "exchange")
"""The procedures in which goods of an order come back."""
_AT_ONCE = 500
NOTHING_CAME = frozenset({"cancelled", "expired", "withdrawn", "aborted", "sent_back_closed"})
"""Their ends in which the customer kept the goods."""


class _Data(BaseModel):
    """What an order's case is read for."""

    model_config = ConfigDict(extra="ignore")

    lines: tuple[PricedLine, ...]
    receiver_name: str = ""
    phone: str = ""
    address: dict[str, Any] = {}


class _Back(BaseModel):
    model_config = ConfigDict(extra="ignore")

    order_no: str = ""
    lines: tuple[LineQty, ...] = ()


class _Caller(BaseModel):
    model_config = ConfigDict(extra="ignore")

    phone: Any = None


class _Called(BaseModel):
    model_config = ConfigDict(extra="ignore")

    case: _Caller | None = None


class _Position(BaseModel):
    model_config = ConfigDict(extra="ignore")

    case: dict[str, Any] | None = None


@dataclass(frozen=True)
class Ordered:
    """An order as it stands."""

    order: str
    lines: tuple[PricedLine, ...]
    receiver: dict[str, Any]
    signed_at: datetime | None

    def value(self, rows: Iterable[LineQty]) -> Money:
        """What these lines cost."""
        rows = list(rows)
        whole = self.lines[rows[0].line - 1].unit_price * rows[0].qty
        for row in rows[1:]:
            whole += self.lines[row.line - 1].unit_price * row.qty
        return whole

    def objection(self, rows: Iterable[LineQty], back: Counter[int] | None = None) -> str:
        """Why the order hasn't these lines (any more), in a sentence; empty if it has."""
        wanted = Counter[int]()
        for row in rows:
            wanted[row.line] += row.qty
        for line, qty in sorted(wanted.items()):
            if line > len(self.lines):
                return f"order {self.order} has no line {line}"
            left = self.lines[line - 1].qty - (back or Counter())[line]
            if qty > left:
                return f"{left} of line {line} of order {self.order} can come back, not {qty}"
        return ""


def ordered(session: Session, store: str, order: str) -> Ordered | None:
    """The order of that number; None if there is none."""
    row = session.get(CaseRow, f"{ORDERS}:{store}:{order}")
    data = _Position.model_validate_json(row.position).case if row is not None else None
    if row is None or data is None:
        return None
    told = _Data.model_validate(data)
    signed = select(col(StepRow.at)).where(col(StepRow.case) == row.id, col(StepRow.event) == "sign")
    return Ordered(
        order=order,
        lines=told.lines,
        receiver={"receiver_name": told.receiver_name, "phone": told.phone, "address": told.address},
        signed_at=session.scalars(signed.order_by(col(StepRow.revision).desc()).limit(1)).first(),
    )


@dataclass(frozen=True)
class Buyer:
    """Someone who ordered, known by their phone."""

    phone: str
    orders: tuple[str, ...]
    """The numbers of all their orders, the latest last."""

    @property
    def latest(self) -> str:
        return self.orders[-1]


def buyers(session: Session, store: str, days: Span | None) -> list[Buyer]:
    """Who ordered in these days; None is ever."""
    orders: defaultdict[str, list[str]] = defaultdict(list)
    for number, position in order_positions(session, store, None):
        data = _Called.model_validate_json(position).case
        if data is not None:
            orders[data.phone or number].append(number)
    everybody = [Buyer(phone, tuple(numbers)) for phone, numbers in sorted(orders.items())]
    if days is None:
        return everybody
    recent = {number for number, _ in order_positions(session, store, days)}
    return [buyer for buyer in everybody if not recent.isdisjoint(buyer.orders)]


def order_positions(session: Session, store: str, days: Span | None) -> Iterator[tuple[str, str]]:
    """The numbers of the orders of these days (None: ever) and their cases' positions, oldest first.

    They are read a few at a time: of all of a store's orders they don't fit into memory.
    """
    query = select(col(CaseRow.subject), col(CaseRow.position)).where(
        col(CaseRow.store) == store, unsearched(CaseRow.procedure) == ORDERS
    )
    if days is not None:
        query = query.where(col(CaseRow.opened_at) >= days.start, col(CaseRow.opened_at) < days.end)
    query = query.order_by(col(CaseRow.opened_at), col(CaseRow.id)).execution_options(yield_per=_AT_ONCE)
    for row in session.execute(query):
        yield row[0], row[1]


def on_the_way_back(session: Session, store: str, order: str, *, besides: str = "") -> Counter[int]:
    """How much of each line has come back or is about to, by all cases `besides` one."""
    cases = select(CaseRow).where(
        unsearched(CaseRow.store) == store,
        unsearched(CaseRow.procedure).in_(BRING_BACK),
        col(CaseRow.id) != besides,
        col(CaseRow.id).in_(CaseReference.keeping(order)),
    )
    back = Counter[int]()
    for row in session.scalars(cases):
        if row.outcome in NOTHING_CAME:
            continue
        told = _Back.model_validate(_Position.model_validate_json(row.position).case or {})
        if told.order_no == order:
            for line in told.lines:
                back[line.line] += line.qty
    return back
