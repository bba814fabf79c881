"""Figures of employees, from the steps that they took."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

from sqlalchemy import func, select
from sqlalchemy.orm import Session
from sqlmodel import col

from activities.figures.sales import Figures, currency_of, entries, steps, summed, wire
from models.periods import Span
from models.tables.cases import StepRow
from models.tables.money import Entry
from models.tables.registers import Record

COUNTED = {"promotions": "promo_ready", "feedbacks": "record_answer", "franchises": "start_cooperation"}
"""What an employee is paid for by the piece, and the step that tells of it."""


def appraisal(session: Session, store: str, about: str, days: Span) -> Figures:
    """Of an employee, by the steps that they took and the scores recorded of them."""
    taken = session.scalars(steps(store, days).where(col(StepRow.actor) == about)).all()
    confirmed = [step for step in taken if step.event == "confirm"]
    numbers = [step.case.rpartition(":")[2] for step in confirmed]
    currency = currency_of(session, store)
    booked = entries(session, store, None, numbers)
    paid = sum(entry.change for entry in booked if entry.side == "paid")
    waits = [_waited(session, step) for step in confirmed]
    scores = list(_scores(session, store, frozenset(numbers), days))
    found = Figures()
    found.add("sales", wire(paid, currency), "paid for orders that the employee confirmed", "orders", "money")
    minutes = Decimal(sum(waits)) / len(waits) / 60 if waits else None
    efficiency = minutes.quantize(Decimal("0.1")) if minutes is not None else None
    found.add(
        "order_efficiency", efficiency, "minutes from an order's arrival to its confirmation, mean", "orders"
    )
    mean = (sum(scores, Decimal(0)) / len(scores)).quantize(Decimal("0.01")) if scores else None
    found.add("satisfaction", mean, "overall scores of these orders, mean", "satisfaction_scores")
    found.add("conversion", None, "the books don't tell inquiries that led to orders by employee")
    found.add("activity_effect", None, "the books don't tell an event's effect by employee")
    return found


def pay(session: Session, store: str, about: str, days: Span) -> Figures:
    """What an employee's pay hangs on."""
    confirmed = session.scalars(
        steps(store, days).where(col(StepRow.actor) == about, col(StepRow.event) == "confirm")
    ).all()
    numbers = [step.case.rpartition(":")[2] for step in confirmed]
    currency = currency_of(session, store)
    booked = entries(session, store, None, numbers)
    paid = sum(entry.change for entry in booked if entry.side == "paid")
    returned = sum(entry.change for entry in booked if entry.side == "refunded")
    whole = select(func.sum(col(Entry.change))).where(
        col(Entry.store) == store,
        col(Entry.side) == "commission_base",
        col(Entry.at) >= days.start,
        col(Entry.at) < days.end,
    )
    confirming = session.scalars(steps(store, days).where(col(StepRow.event) == "confirm"))
    heads = len({step.actor for step in confirming}) or 1
    found = Figures()
    found.add(
        "orders_placed",
        wire(paid, currency),
        "paid for orders that the employee confirmed",
        "orders",
        "money",
    )
    found.add("returns", wire(returned, currency), "refunded of these orders", "money")
    found.add("base", wire(paid - returned, currency), "orders placed less returns", "money")
    average = wire(summed(session, whole) // heads, currency)
    found.add("department_average", average, "commission base of the period / employees who confirm", "money")
    for name, event in COUNTED.items():
        done = steps(store, days, procedure=None).where(
            col(StepRow.actor) == about, col(StepRow.event) == event
        )
        found.add(name, len(session.scalars(done).all()), f"times that the employee did {event}", "steps")
    found.add("promoter_share", None, "the books don't tell whose promoter an employee leads")
    return found


def _waited(session: Session, step: StepRow) -> float:
    """Seconds from the step before to this one."""
    earlier = select(col(StepRow.at)).where(
        col(StepRow.case) == step.case, col(StepRow.revision) < step.revision, col(StepRow.event) == "pay"
    )
    at = session.scalars(earlier.order_by(col(StepRow.revision).desc()).limit(1)).first()
    return (step.at - at).total_seconds() if at else 0.0


def _scores(session: Session, store: str, orders: frozenset[str], days: Span) -> Iterable[Decimal]:
    """What customers of these orders said all in all."""
    records = select(Record).where(
        col(Record.store) == store,
        col(Record.book) == "satisfaction_scores",
        ~col(Record.struck),
        col(Record.at) >= days.start,
        col(Record.at) < days.end,
    )
    for record in session.scalars(records):
        score = record.data.get("overall")
        if record.data.get("order_no") in orders and isinstance(score, int | float):
            yield Decimal(str(score))
