"""Figures of a period, from the books and the step log. None where the books have no source for one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal

from pydantic import BaseModel, ConfigDict, JsonValue
from sqlalchemy import Select, exists, func, or_, select
from sqlalchemy.orm import Session, aliased
from sqlmodel import col

from activities.orders.reading import FOR_ANOTHER, ORDERS, order_positions
from models.amounts import money
from models.periods import Span
from models.table import unsearched
from models.tables.cases import CaseRow, StepRow
from models.tables.money import Account, Entry
from models.tables.registers import Record
from models.tables.trade import Credit

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


class _Line(BaseModel):
    model_config = ConfigDict(extra="ignore")

    sku: str = ""


class _Order(BaseModel):
    model_config = ConfigDict(extra="ignore")

    phone: str = ""
    lines: tuple[_Line, ...] = ()


class _Opener(BaseModel):
    model_config = ConfigDict(extra="ignore")

    case: str = ""


class _Memory(BaseModel):
    model_config = ConfigDict(extra="ignore")

    parent: _Opener | None = None


class _Position(BaseModel):
    model_config = ConfigDict(extra="ignore")

    case: _Order | None = None
    memory: _Memory = _Memory()

    @property
    def is_for_another(self) -> bool:
        """Whether it ships goods of an order that was placed before, and isn't one that a customer placed."""
        opener = self.memory.parent
        return opener is not None and opener.case.partition(":")[0] in FOR_ANOTHER


def sales(session: Session, store: str, about: str | None, days: Span) -> Figures:
    """Of the store, or of the orders that hold a SKU."""
    orders = list(_orders(session, store, about, days))
    placed = list(_placed(orders))
    numbers = [number for number, _ in orders]
    booked = entries(session, store, days, numbers if about else None)
    paid = sum(entry.change for entry in booked if entry.side == "paid")
    returned = sum(entry.change for entry in booked if entry.side == "refunded")
    payers = {entry.order for entry in booked if entry.side == "paid"}
    currency = currency_of(session, store)
    visitors = _visitors(session, store, about, days)
    found = Figures()
    found.add("orders", len(placed), "orders placed in the period", "orders")
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
    buyers = Counter(data.phone for data in _placed(_orders(session, store, about, None)) if data.phone)
    came = {data.phone for data in placed if data.phone}
    again = sum(buyers[phone] > 1 for phone in came)
    found.add("repeat_buyers", again, "buyers of the period with another order", "orders")
    found.add("repeat_pct", pct(again, len(came)), "repeat buyers / buyers", "orders")
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
    breaches = session.scalar(
        select(func.count())
        .select_from(Record)
        .where(
            col(Record.store) == store,
            col(Record.book) == "price_breaches",
            col(Record.entry).startswith(f"{about}-", autoescape=True),
            col(Record.struck).is_(False),
            col(Record.at) >= days.start,
            col(Record.at) < days.end,
        )
    )
    found = Figures()
    found.add("sales", wire(sold, "CNY"), "orders drawn on credit in the period", "credit")
    found.add("price_breaches", breaches or 0, "breaches recorded of the distributor", "price_breaches")
    found.add("overdue", wire(owed, "CNY"), "owed at the end of the period", "credit")
    return found


def _add_shipping(session: Session, store: str, days: Span, found: Figures) -> None:
    """Shares shipped in time, and what waits to be shipped."""
    handed = steps(store, days).where(col(StepRow.event) == "hand_over")
    when = col(StepRow.case), col(StepRow.at)
    sent = _latest(session, handed.with_only_columns(*when))
    whose = handed.with_only_columns(col(StepRow.case)).scalar_subquery()
    paid = _latest(session, select(*when).where(col(StepRow.case).in_(whose), col(StepRow.event) == "pay"))
    waits = [at - paid[case] for case, at in sent.items() if case in paid]
    for name, limit in (("shipped_24h_pct", 24), ("shipped_48h_pct", 48)):
        within = sum(wait <= timedelta(hours=limit) for wait in waits)
        found.add(
            name,
            pct(within, len(waits)) if waits else None,
            f"handed over within {limit} h of payment",
            "steps",
        )
    step = exists().where(col(StepRow.case) == col(CaseRow.id), col(StepRow.at) < days.end)
    backlog = session.scalar(
        select(func.count())
        .select_from(CaseRow)
        .where(
            unsearched(CaseRow.store) == store,
            unsearched(CaseRow.procedure) == ORDERS,
            or_(CaseRow.is_open(), col(CaseRow.closed_at) >= days.end),
            step.where(col(StepRow.event) == "pay"),
            ~step.where(col(StepRow.event) == "hand_over"),
        )
    )
    found.add("backlog", backlog or 0, "paid and not handed over at the end of the period", "steps")
    found.add(
        "reply_minutes",
        _reply_minutes(session, store, days),
        "from an inquiry to its first answer, mean",
        "steps",
    )


def _reply_minutes(session: Session, store: str, days: Span) -> Decimal | None:
    later = aliased(StepRow)
    second = select(func.min(col(later.revision))).where(
        col(later.case) == col(CaseRow.id), col(later.revision) > 1
    )
    answers = (
        select(col(CaseRow.opened_at), col(StepRow.at))
        .join(StepRow, col(StepRow.case) == col(CaseRow.id))
        .where(
            col(CaseRow.store) == store,
            col(CaseRow.procedure) == "customer_inquiry",
            col(CaseRow.opened_at) >= days.start,
            col(CaseRow.opened_at) < days.end,
            col(StepRow.revision) == second.scalar_subquery(),
        )
    )
    waits = [(answered - asked).total_seconds() for asked, answered in session.execute(answers)]
    return Decimal(sum(waits) / len(waits) / 60).quantize(Decimal("0.1")) if waits else None


def _conversion(session: Session, store: str, about: str | None, days: Span) -> Decimal | None:
    """Over the days whose visitors are recorded: the others' payers would count without their visitors."""
    visitors = _visitors(session, store, about, days)
    numbers = [number for number, _ in _orders(session, store, about, None)] if about else None
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
    records = select(Record).where(
        col(Record.store) == store,
        col(Record.book) == "visitors",
        col(Record.entry).in_(wanted),
        ~col(Record.struck),
    )
    latest = {record.entry: record.data for record in session.scalars(records.order_by(col(Record.edition)))}
    counts = Counter[date]()
    for entry, data in latest.items():
        if isinstance(count := data.get("visitors"), int):
            counts[wanted[entry]] = count
    return counts


def _latest(session: Session, query: Select[str, datetime]) -> dict[str, datetime]:
    """By case, when."""
    return {row[0]: row[1] for row in session.execute(query)}


def _placed(orders: Iterable[tuple[str, _Position]]) -> Iterator[_Order]:
    return (told.case or _Order() for _, told in orders if not told.is_for_another)


def _orders(
    session: Session, store: str, about: str | None, days: Span | None
) -> Iterator[tuple[str, _Position]]:
    """The numbers of orders, and what their cases hold. They are read as they are asked for: a store has many."""
    for number, position in order_positions(session, store, days):
        told = _Position.model_validate_json(position)
        if about is None or (told.case and any(line.sku == about for line in told.case.lines)):
            yield number, told


def currency_of(session: Session, store: str) -> str:
    """The currency in which the store sells most."""
    most = select(col(Account.currency)).where(col(Account.store) == store).group_by(col(Account.currency))
    return session.scalars(most.order_by(func.count().desc()).limit(1)).first() or "CNY"


def entries(session: Session, store: str, days: Span | None, orders: Sequence[str] | None) -> list[Entry]:
    """What was entered for these orders (None: all) in these days (None: ever), in the store's main currency."""
    query = (
        select(Entry)
        .join(Account, (col(Account.store) == col(Entry.store)) & (col(Account.order) == col(Entry.order)))
        .where(
            col(Entry.store) == store,
            col(Entry.effect) != "SharePayment",
            col(Account.currency) == currency_of(session, store),
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


def steps(store: str, days: Span, procedure: str | None = ORDERS) -> Select[StepRow]:
    """The steps of a procedure's cases (None: of all cases) in these days."""
    cases = select(col(CaseRow.id)).where(col(CaseRow.store) == store)
    if procedure is not None:
        cases = cases.where(col(CaseRow.procedure) == procedure)
    query = select(StepRow).where(col(StepRow.at) >= days.start, col(StepRow.at) < days.end)
    return query.where(col(StepRow.case).in_(cases))


def summed(session: Session, query: Select[int]) -> int:
    """The sum that the query asks for; of nothing, zero."""
    return int(session.scalar(query) or 0)


def pct(part: int, whole: int) -> Decimal:
    """`part` of `whole`, in per cent; of nothing, zero."""
    return (Decimal(100 * part) / whole).quantize(Decimal("0.01")) if whole else Decimal(0)


def wire(amount: int, currency: str) -> JsonValue:
    """Money as it stands in an outcome."""
    return money(amount, currency).model_dump(mode="json")
