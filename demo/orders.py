"""The orders that a demo plays, and what became of each."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from pathlib import Path

CURRENCY = "CNY"
"""Of a file without a column `currency`."""
COLUMNS = (
    "order",
    "customer",
    "status",
    "placed",
    "paid",
    "handed_to_carrier",
    "delivered",
    "lines",
    "freight",
    "total",
)


class BadOrders(Exception):
    """The file can't be played. The message names the line and what is wrong with it."""


class Fate(StrEnum):
    """What became of an order, as its file says it."""

    DELIVERED = "delivered"
    SHIPPED = "shipped"
    CANCELED = "canceled"
    UNAVAILABLE = "unavailable"
    PROCESSING = "processing"
    INVOICED = "invoiced"
    CREATED = "created"

    @property
    def stage(self) -> str:
        """Where order fulfilment stands when it has come to that."""
        return _STAGES[self]


_STAGES = {
    Fate.DELIVERED: "completed",
    Fate.SHIPPED: "in_transit",
    Fate.CANCELED: "cancelled",
    Fate.UNAVAILABLE: "cancelled",
    Fate.PROCESSING: "picking",
    Fate.INVOICED: "allocated",
    Fate.CREATED: "awaiting_payment",
}


@dataclass(frozen=True)
class Line:
    sku: str
    qty: int
    unit_price: Decimal


@dataclass(frozen=True)
class Order:
    """One recorded order. Moments are None where nothing of the kind happened."""

    number: str
    customer: str
    fate: Fate
    placed: datetime
    paid: datetime | None
    handed: datetime | None
    delivered: datetime | None
    lines: tuple[Line, ...]
    freight: Decimal
    total: Decimal
    currency: str = CURRENCY

    @property
    def pieces(self) -> int:
        return sum(line.qty for line in self.lines)

    @property
    def quantities(self) -> dict[str, int]:
        """How much of each SKU, however many lines it stands in."""
        found: dict[str, int] = {}
        for line in self.lines:
            found[line.sku] = found.get(line.sku, 0) + line.qty
        return found

    @property
    def is_paid(self) -> bool:
        """Whether money came in; an order that went on without a recorded payment was paid when it was placed."""
        return self.paid is not None or self.fate not in (Fate.CANCELED, Fate.CREATED)


def read_orders(path: Path) -> list[Order]:
    """The orders of a CSV file with the columns of `COLUMNS`, perhaps `currency` too. Raises BadOrders."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            return list(_orders(csv.DictReader(file), path))
    except OSError as error:
        raise BadOrders(
            f"{path} can't be read: {error.strerror}. Name a CSV file: make demo ORDERS=file"
        ) from error
    except UnicodeDecodeError as error:
        raise BadOrders(f"{path} is not UTF-8 text.") from error


def _orders(rows: csv.DictReader[str], path: Path) -> Iterator[Order]:
    if missing := [column for column in COLUMNS if column not in (rows.fieldnames or ())]:
        raise BadOrders(f"{path} lacks the columns {', '.join(missing)}.")
    seen: set[str] = set()
    for row in rows:
        try:
            order = _order(row)
        except (ValueError, InvalidOperation, TypeError) as error:
            raise BadOrders(f"{path}, line {rows.line_num}: {error}") from error
        if order.number in seen:
            raise BadOrders(f"{path}, line {rows.line_num}: order {order.number} stands there twice.")
        seen.add(order.number)
        yield order


def _order(row: dict[str, str]) -> Order:
    return Order(
        number=row["order"],
        customer=row["customer"],
        fate=Fate(row["status"]),
        placed=_moment(row["placed"]) or datetime.now(UTC),
        paid=_moment(row["paid"]),
        handed=_moment(row["handed_to_carrier"]),
        delivered=_moment(row["delivered"]),
        lines=tuple(_line(text) for text in row["lines"].split(";")),
        freight=Decimal(row["freight"]),
        total=Decimal(row["total"]),
        currency=row.get("currency") or CURRENCY,
    )


def _moment(text: str) -> datetime | None:
    if not text:
        return None
    moment = datetime.fromisoformat(text)
    return moment.astimezone(UTC) if moment.tzinfo is not None else moment.replace(tzinfo=UTC)


def _line(text: str) -> Line:
    goods, _, price = text.strip().partition("@")
    sku, _, qty = goods.strip().rpartition("x")
    if not sku or not price:
        raise ValueError(f"{text!r} is not `sku x quantity @ unit price`")
    return Line(sku.strip(), int(qty), Decimal(price))
