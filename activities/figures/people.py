"""Figures of employees, from the milestones that they reached."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal

from sqlalchemy import func, select
from sqlalchemy.orm import Session
from sqlmodel import col

from activities.families import family_of, first_order_of
from activities.figures.sales import Figures, currency_of, entries, summed, wire
from activities.milestones.book import milestones_in
from activities.milestones.contract import Milestone
from activities.registers.reading import editions_of, entries_of, written_in
from models.periods import Span
from models.tables.milestones import MilestoneRow
from models.tables.money import Entry

BY_THE_PIECE = {
    "promotions": (Milestone.PROMOTION_READY, "promotions that the employee made ready"),
    "feedbacks": (Milestone.FEEDBACK_TAKEN, "calls in which the employee took a customer's feedback"),
}
"""What an employee is paid for by the piece, what counts it, and how that is said."""


def appraisal(session: Session, store: str, about: str, days: Span) -> Figures:
    """Of an employee, by the orders that they confirmed and the scores recorded of them."""
    confirmed = _reached(session, store, about, days, Milestone.ORDER_CONFIRMED)
    numbers = [one.subject for one in confirmed]
    currency = currency_of(session, store)
    booked = entries(session, store, None, numbers)
    paid = sum(entry.change for entry in booked if entry.side == "paid")
    waits = [_waited(session, one) for one in confirmed]
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
    quality = [
        Decimal(row.data.get("points", 0)) / row.data["chats"]
        for row in entries_of(session, store, "service_quality", written_in(days))
        if row.data.get("agent") == about and row.data.get("chats")
    ]
    points = (sum(quality, Decimal(0)) / len(quality)).quantize(Decimal("0.01")) if quality else None
    found.add("service_quality", points, "points of ten by chat that was checked, mean", "service_quality")
    found.add("conversion", None, "the books don't tell inquiries that led to orders by employee")
    found.add("activity_effect", None, "the books don't tell an event's effect by employee")
    return found


def pay(session: Session, store: str, about: str, days: Span) -> Figures:
    """What an employee's pay hangs on."""
    numbers = [one.subject for one in _reached(session, store, about, days, Milestone.ORDER_CONFIRMED)]
    currency = currency_of(session, store)
    booked = entries(session, store, None, _shipped_as(session, store, numbers))
    paid = sum(entry.change for entry in booked if entry.side == "paid")
    returned = sum(entry.change for entry in booked if entry.side == "refunded")
    whole = select(func.sum(col(Entry.change))).where(
        col(Entry.store) == store,
        col(Entry.side) == "commission_base",
        col(Entry.at) >= days.start,
        col(Entry.at) < days.end,
    )
    confirming = session.scalars(milestones_in(store, days, Milestone.ORDER_CONFIRMED))
    heads = len({one.person for one in confirming}) or 1
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
    for name, (milestone, how) in BY_THE_PIECE.items():
        found.add(name, len(_reached(session, store, about, days, milestone)), how, "milestones")
    found.add("promoter_share", None, "the books don't tell whose promoter an employee leads")
    return found


def _reached(
    session: Session, store: str, person: str, days: Span, milestone: Milestone
) -> Sequence[MilestoneRow]:
    """What this employee reached in these days."""
    mine = milestones_in(store, days, milestone).where(col(MilestoneRow.person) == person)
    return session.scalars(mine.order_by(col(MilestoneRow.at))).all()


def _shipped_as(session: Session, store: str, orders: Iterable[str]) -> list[str]:
    """Those of these orders that customers placed, and all that ship goods of them: what goes back for a part is
    booked there. Who confirms a part confirms nothing that was sold.
    """
    placed = [order for order in dict.fromkeys(orders) if first_order_of(session, store, order) == order]
    return [number for order in placed for number in family_of(session, store, order)]


def _waited(session: Session, confirmed: MilestoneRow) -> float:
    """Seconds from the order's payment to its confirmation."""
    paid = select(func.max(col(MilestoneRow.at))).where(
        col(MilestoneRow.case) == confirmed.case,
        col(MilestoneRow.revision) < confirmed.revision,
        col(MilestoneRow.milestone) == Milestone.ORDER_PAID,
    )
    at = session.scalar(paid)
    return (confirmed.at - at).total_seconds() if at else 0.0


def _scores(session: Session, store: str, orders: frozenset[str], days: Span) -> Iterable[Decimal]:
    """What customers of these orders said all in all."""
    for record in editions_of(session, store, "satisfaction_scores", written_in(days)):
        score = record.data.get("overall")
        if record.data.get("order_no") in orders and isinstance(score, int | float):
            yield Decimal(str(score))
