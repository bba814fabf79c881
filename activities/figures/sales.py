"""Figures of a period, from the books. None where the books have no source for one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from pydantic import JsonValue
from sqlalchemy import ColumnElement, Select, exists, func, select
from sqlalchemy.orm import Session
from sqlmodel import col

from activities.milestones.book import milestones_in
from activities.milestones.contract import Milestone
from activities.orders.reading import orders_of, was_placed
from activities.registers.reading import entries_of, written_in
from models.amounts import money, ten_thousandths
from models.periods import Span
from models.tables.milestones import MilestoneRow
from models.tables.money import Entry, OrderAccount
from models.tables.orders import OrderRow
from models.tables.registers import Record
from models.tables.trade import Credit
from models.values import Money

_ASKED_TOGETHER = 500
"""Orders; no database takes any number of parameters."""
BAND = Decimal("0.2")
"""Conversion within this share of its baseline is as usual."""


class SourceMissing(Exception):
    """A figure can't be computed: the message names what the books don't have."""


@dataclass
class Figures:
    """Figures, and how each was computed."""

    values: dict[str, JsonValue] = field(default_factory=dict[str, JsonValue])
    how: dict[str, JsonValue] = field(default_factory=dict[str, JsonValue])
    sources: set[str] = field(default_factory=set[str])

    def add(self, name: str, value: JsonValue | Decimal, how: str, *sources: str) -> None:
        self.values[name] = str(value) if isinstance(value, Decimal) else value
        self.how[name] = how
        self.sources |= {*sources}

    def data(self) -> dict[str, JsonValue]:
        """As an outcome's data."""
        sources: list[JsonValue] = [*sorted(self.sources)]
        return {**self.values, "how": self.how, "sources": sources}


def sales(session: Session, store: str, about: str | None, days: Span) -> Figures:
    """Of the store, or of the orders that hold a SKU."""
    placed = session.scalar(_counted(orders_of(store, days, about).where(was_placed())))
    booked = entries(session, store, days, _numbers(session, store, about, days))
    paid = sum(entry.change for entry in booked if entry.side == "paid")
    returned = sum(entry.change for entry in booked if entry.side == "refunded")
    payers = {entry.order for entry in booked if entry.side == "paid"}
    currency = currency_of(session, store)
    visitors = _visitors(session, store, about, days)
    found = Figures()
    found.add("orders", placed or 0, "orders placed in the period", "orders")
    found.add("sales", wire(paid, currency), "money that came in, charges included", "money")
    found.add(
        "gmv", wire(paid, currency), "visitors x conversion x average order, which is the sales", "money"
    )
    found.add(
        "average_order",
        wire(paid // len(payers), currency) if payers else None,
        "sales / paid orders",
        "money",
    )
    found.add("returns", wire(returned, currency), "money that went back", "money")
    found.add("refund_pct", pct(returned, paid), "returns / sales", "money")
    found.add("visitors", visitors.total() if visitors else None, "as recorded for each day", "visitors")
    found.add(
        "conversion_pct",
        _conversion(session, store, about, days),
        "paid orders / visitors, over the days with visitors",
        "money",
        "visitors",
    )
    before = _conversion(session, store, about, days.before((days.last - days.first).days + 1))
    found.add("conversion_before_pct", before, "the same of the period before", "money", "visitors")
    came, again = _buyers(session, store, about, days)
    found.add("repeat_buyers", again, "buyers of the period with another order", "orders")
    found.add("repeat_pct", pct(again, came), "repeat buyers / buyers", "orders")
    if about is None:
        _add_target(session, store, days, paid, currency, found)
    _add_shipping(session, store, days, found)
    return found


def conversion(session: Session, store: str, about: str | None, days: Span) -> Figures:
    """Of the store or a SKU, against the seven days before. SourceMissing where no visitors are recorded."""
    value, baseline = (_conversion(session, store, about, period) for period in (days, days.before(7)))
    if value is None or baseline is None:
        raise SourceMissing("visitors aren't recorded for the period and the seven days before it")
    found = Figures()
    found.add("value", value, "paid orders / visitors, per cent", "money", "visitors")
    found.add("baseline", baseline, "the same of the seven days before", "money", "visitors")
    found.add(
        "in_band", abs(value - baseline) <= baseline * BAND, f"within {BAND:%} of the baseline", "visitors"
    )
    return found


def channel(session: Session, store: str, about: str, days: Span) -> Figures:
    """Of a distributor."""
    credits_ = session.scalars(
        select(Credit).where(
            col(Credit.store) == store, col(Credit.partner) == about, col(Credit.given_back).is_(False)
        )
    ).all()
    sold = sum(credit.amount for credit in credits_ if days.start <= credit.at < days.end)
    owed = sum(
        max(credit.amount - credit.paid - credit.rebate, 0) for credit in credits_ if credit.at < days.end
    )
    breaches = entries_of(
        session,
        store,
        "price_breaches",
        col(Record.entry).startswith(f"{about}-", autoescape=True),
        written_in(days),
    )
    found = Figures()
    found.add("sales", wire(sold, "CNY"), "orders drawn on credit in the period", "credit")
    found.add("price_breaches", len(breaches), "breaches recorded of the distributor", "price_breaches")
    found.add("overdue", wire(owed, "CNY"), "owed at the end of the period", "credit")
    return found


def _buyers(session: Session, store: str, about: str | None, days: Span) -> tuple[int, int]:
    """How many are known to have placed an order in these days, and how many of them have placed another, ever."""
    ever, lately = (
        orders_of(store, when, about).where(was_placed(), col(OrderRow.phone) != "").subquery()
        for when in (None, days)
    )
    came = select(lately.c.phone).distinct()
    buyers = select(ever.c.phone).where(ever.c.phone.in_(came)).group_by(ever.c.phone)
    again = buyers.having(func.count() > 1)
    return tuple(session.scalar(_counted(query)) or 0 for query in (came, again))  # type: ignore[return-value]


def _add_shipping(session: Session, store: str, days: Span, found: Figures) -> None:
    """Shares shipped in time, and what waits to be shipped."""
    sent = milestones_in(store, days, Milestone.ORDER_HANDED_OVER).subquery()
    paid = (
        select(sent.c.at, func.min(col(MilestoneRow.at)))
        .join(MilestoneRow, col(MilestoneRow.case) == sent.c.case)
        .where(col(MilestoneRow.milestone) == Milestone.ORDER_PAID)
        .group_by(sent.c.case, sent.c.at)
    )
    waits = [row[0] - row[1] for row in session.execute(paid)]
    for name, limit in (("shipped_24h_pct", 24), ("shipped_48h_pct", 48)):
        within = sum(wait <= timedelta(hours=limit) for wait in waits)
        found.add(
            name,
            pct(within, len(waits)) if waits else None,
            f"handed over within {limit} h of payment",
            "milestones",
        )
    waiting = select(OrderRow).where(
        col(OrderRow.store) == store,
        _has_come_to(Milestone.ORDER_PAID, days),
        ~_has_come_to(Milestone.ORDER_HANDED_OVER, days),
    )
    # counted apart: SQLite looks an "or" of the two up in no index
    had_not_ended = (col(OrderRow.ended_at).is_(None), col(OrderRow.ended_at) >= days.end)
    backlog = sum(session.scalar(_counted(waiting.where(is_open))) or 0 for is_open in had_not_ended)
    found.add("backlog", backlog, "paid and not handed over at the end of the period", "orders", "milestones")
    found.add(
        "reply_minutes",
        _reply_minutes(session, store, days),
        "from an inquiry to its first answer, mean",
        "milestones",
    )


def _add_target(session: Session, store: str, days: Span, paid: int, currency: str, found: Figures) -> None:
    """What the sales plans in force want of these days, and how much of it came in."""
    wanted = Decimal(0)
    plans = entries_of(session, store, "sales_targets")
    latest = {(row.data["period"]["first"], row.data["period"]["last"]): row for row in plans}
    for row in latest.values():  # a later plan of the same days replaces the one before
        first, last = (date.fromisoformat(row.data["period"][name]) for name in ("first", "last"))
        shared = (min(last, days.last) - max(first, days.first)).days + 1
        if shared > 0:
            sums = [Money.model_validate(one["sales"]) for one in row.data["targets"]]
            in_all = sum((one.amount for one in sums if one.currency == currency), Decimal(0))
            wanted += in_all * shared / ((last - first).days + 1)
    target = ten_thousandths(Money(amount=round(wanted, 2), currency=currency))
    how = "targets of the sales plans in force, each by its days that lie in the period"
    found.add("sales_target", wire(target, currency) if target else None, how, "sales_targets")
    reached = pct(paid, target) if target else None
    found.add("attained_pct", reached, "sales / target", "money", "sales_targets")


def _has_come_to(milestone: Milestone, days: Span) -> ColumnElement[bool]:
    """Whether an order had reached it by the end of these days."""
    return exists().where(
        col(MilestoneRow.case) == col(OrderRow.case),
        col(MilestoneRow.milestone) == milestone,
        col(MilestoneRow.at) < days.end,
    )


def _reply_minutes(session: Session, store: str, days: Span) -> Decimal | None:
    opened = milestones_in(store, days, Milestone.INQUIRY_OPENED).subquery()
    answers = (
        select(opened.c.at, func.min(col(MilestoneRow.at)))
        .join(MilestoneRow, col(MilestoneRow.case) == opened.c.case)
        .where(col(MilestoneRow.milestone) == Milestone.INQUIRY_ANSWERED)
        .group_by(opened.c.case, opened.c.at)
    )
    waits = [(answered - asked).total_seconds() for asked, answered in session.execute(answers)]
    return Decimal(sum(waits) / len(waits) / 60).quantize(Decimal("0.1")) if waits else None


def _conversion(session: Session, store: str, about: str | None, days: Span) -> Decimal | None:
    """Over the days whose visitors are recorded: the others' payers would count without their visitors."""
    visitors = _visitors(session, store, about, days)
    numbers = _numbers(session, store, about, None)
    zone = days.start.tzinfo
    payers = {
        entry.order
        for entry in entries(session, store, days, numbers)
        if entry.side == "paid" and entry.at.astimezone(zone).date() in visitors
    }
    return pct(len(payers), visitors.total()) if visitors.total() else None


def _visitors(session: Session, store: str, about: str | None, days: Span) -> Counter[date]:
    """As recorded in the register `visitors`: an entry a day (`2026-05-04`), or a SKU and a day (`cup-2026-05-04`)."""
    wanted = {
        f"{about}-{day}" if about else str(day): day
        for day in (days.first + timedelta(days=n) for n in range((days.last - days.first).days + 1))
    }
    latest = {
        row.entry: row.data for row in entries_of(session, store, "visitors", col(Record.entry).in_(wanted))
    }
    counts = Counter[date]()
    for entry, data in latest.items():
        if isinstance(count := data.get("visitors"), int):
            counts[wanted[entry]] = count
    return counts


def _numbers(session: Session, store: str, sku: str | None, days: Span | None) -> list[str] | None:
    """Of the orders of these days (None: ever) that hold a SKU; None without one."""
    if sku is None:
        return None
    return list(session.scalars(orders_of(store, days, sku).with_only_columns(col(OrderRow.order))))


def currency_of(session: Session, store: str) -> str:
    """The currency in which the store sells most."""
    most = (
        select(col(OrderAccount.currency))
        .where(col(OrderAccount.store) == store)
        .group_by(col(OrderAccount.currency))
    )
    return session.scalars(most.order_by(func.count().desc()).limit(1)).first() or "CNY"


def entries(session: Session, store: str, days: Span | None, orders: Sequence[str] | None) -> list[Entry]:
    """What was entered for these orders (None: all) in these days (None: ever), in the store's main currency."""
    query = (
        select(Entry)
        .join(
            OrderAccount,
            (col(OrderAccount.store) == col(Entry.store)) & (col(OrderAccount.order) == col(Entry.order)),
        )
        .where(
            col(Entry.store) == store,
            col(Entry.effect) != "SharePayment",
            col(OrderAccount.currency) == currency_of(session, store),
        )
    )
    if days is not None:
        query = query.where(col(Entry.at) >= days.start, col(Entry.at) < days.end)
    if orders is None:
        return list(session.scalars(query))
    if days is not None:  # fewer than the orders may be
        wanted = frozenset(orders)
        return [entry for entry in session.scalars(query) if entry.order in wanted]
    found: list[Entry] = []
    for first in range(0, len(orders), _ASKED_TOGETHER):
        some = orders[first : first + _ASKED_TOGETHER]
        found += session.scalars(query.where(col(Entry.order).in_(some)))
    return found


def summed(session: Session, query: Select[int]) -> int:
    """The sum that the query asks for; of nothing, zero."""
    return int(session.scalar(query) or 0)


def _counted(query: Select[Any]) -> Select[int]:
    """How many rows the query finds."""
    return select(func.count()).select_from(query.subquery())


def pct(part: int, whole: int) -> Decimal:
    """`part` of `whole`, in per cent; of nothing, zero."""
    return (Decimal(100 * part) / whole).quantize(Decimal("0.01")) if whole else Decimal(0)


def wire(amount: int, currency: str) -> JsonValue:
    """Money as it stands in an outcome."""
    return money(amount, currency).model_dump(mode="json")
