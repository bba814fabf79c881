"""Whom the store knows, each person once: by orders, as a member, by a customer's number or by a phone; and what each
has said about words that advertise.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session
from sqlmodel import col

from activities.members.points import ERASED
from activities.registers.reading import entries_of
from models.tables.members import Member, Points
from models.tables.orders import OrderRow
from models.tables.registers import Record

_AT_ONCE = 500
FEW = 100
"""So many numbers are looked up one by one; with more, the books are read whole."""


@dataclass
class Person:
    """Somebody whom the store knows, under all their numbers."""

    orders: dict[str, datetime] = field(default_factory=dict[str, datetime])
    """When each was placed, the latest last."""
    members: dict[str, date | None] = field(default_factory=dict[str, "date | None"])
    """Their birthday by each number that they have as a member."""
    others: set[str] = field(default_factory=set[str])
    """Other numbers: as a customer, and as a member who has left."""
    known_as: set[tuple[str, str]] = field(default_factory=set[tuple[str, str]])
    """All of it and their phones, each with its kind."""

    @property
    def number(self) -> str:
        """Their latest order; of a member who ordered nothing, their number as one."""
        return next(reversed(self.orders), "") or next(iter(self.members), "")

    @property
    def names(self) -> set[str]:
        return {*self.orders, *self.members, *self.others}


def people(session: Session, store: str, only: tuple[str, ...] = ()) -> list[Person]:
    """All whom a store knows; with `only`, at most FEW numbers, whoever is known by one of these.

    Orders of one phone or one customer are one person's, and so is the member who has that customer's number, or earned
    points with an order of theirs.
    """
    theirs = _known_as(session, store, only) if only else None
    known = _People()
    oldest_first = (
        select(col(OrderRow.order), col(OrderRow.phone), col(OrderRow.customer_no), col(OrderRow.placed_at))
        .where(col(OrderRow.store) == store, *_among(theirs, "order", col(OrderRow.order)))
        .order_by(col(OrderRow.placed_at), col(OrderRow.case))
    )
    for number, phone, customer, placed_at in session.execute(
        oldest_first.execution_options(yield_per=_AT_ONCE)
    ):
        person = known.one(("order", number), ("phone", phone), ("customer", customer))
        person.orders[number] = placed_at
        person.others |= {customer} - {""}
    of_orders: dict[str, list[str]] = {}
    earned = select(col(Points.member), col(Points.order)).where(
        col(Points.store) == store, col(Points.order) != "", *_among(theirs, "order", col(Points.order))
    )
    for member, order in session.execute(earned):
        of_orders.setdefault(member, []).append(order)
    members = select(Member).where(col(Member.store) == store, *_among(theirs, "member", col(Member.member)))
    for row in session.scalars(members.order_by(col(Member.member))):
        orders = (("order", order) for order in of_orders.get(row.member, ()))
        person = known.one(("member", row.member), ("customer", row.customer_no), *orders)
        person.others |= {row.customer_no, row.member} - {""}
        if row.name != ERASED:
            person.members[row.member] = row.birthday
    return known.all


_TOGETHER: tuple[tuple[Any, dict[str, Any]], ...] = (
    (
        col(OrderRow.store),
        {"order": col(OrderRow.order), "phone": col(OrderRow.phone), "customer": col(OrderRow.customer_no)},
    ),
    (col(Points.store), {"order": col(Points.order), "member": col(Points.member)}),
    (col(Member.store), {"member": col(Member.member), "customer": col(Member.customer_no)}),
)
"""Of each book its store, and the numbers that stand in one row: they are of one person."""


def _known_as(session: Session, store: str, numbers: tuple[str, ...]) -> dict[str, set[str]]:
    """All numbers of whoever is known by one of these, by their kind."""
    known: dict[str, set[str]] = {kind: set() for kind in ("order", "phone", "customer", "member")}
    new = {kind: {*numbers} if kind != "phone" else set[str]() for kind in known}
    while any(new.values()):
        found: dict[str, set[str]] = {kind: set() for kind in known}
        for of_store, columns in _TOGETHER:
            for kind in columns.keys() & {kind for kind in new if new[kind]}:
                such = select(*columns.values()).where(
                    of_store == store, columns[kind] != "", columns[kind].in_(new[kind])
                )
                for row in session.execute(such):
                    for its, number in zip(columns, row, strict=True):
                        found[its] |= {number} - {""}
        for kind, numbers_ in new.items():
            known[kind] |= numbers_
        new = {kind: found[kind] - known[kind] for kind in known}
    return known


def _among(theirs: dict[str, set[str]] | None, kind: str, number: Any) -> list[Any]:
    """The condition that a row's number of this kind is theirs; none where everybody is meant."""
    return [number.in_(theirs[kind])] if theirs is not None else []


class _People:
    """Persons by what they are known as."""

    def __init__(self) -> None:
        self._by: dict[tuple[str, str], Person] = {}

    def one(self, *known_as: tuple[str, str]) -> Person:
        """The person who is known by one of these already; else a new one."""
        names = [name for name in known_as if name[1]]
        found = list({id(one): one for name in names if (one := self._by.get(name))}.values())
        person = found[0] if found else Person()
        for other in found[1:]:
            person.orders = dict(sorted((person.orders | other.orders).items(), key=lambda order: order[1]))
            person.members |= other.members
            person.others |= other.others
            names += other.known_as
        person.known_as.update(names)
        self._by.update(dict.fromkeys(names, person))
        return person

    @property
    def all(self) -> list[Person]:
        return list({id(one): one for one in self._by.values()}.values())


def has_spoken_since(session: Session, store: str, moment: datetime) -> bool:
    """Whether anybody has said something about words that advertise from that moment on."""
    return bool(entries_of(session, store, "consents", col(Record.at) >= moment))


def who_refused(
    session: Session, store: str, persons: Iterable[Person], only: tuple[str, ...] = ()
) -> set[str]:
    """All numbers of those who want no words that advertise: what a person said last counts, under whichever number.

    only: the numbers by which these persons were looked up, where they aren't all.
    """
    person_of = {name: person.names for person in persons for name in person.names}
    such = [col(Record.entry).in_({*person_of, *only})] if only else []
    last: dict[str, tuple[set[str], bool]] = {}
    for row in entries_of(session, store, "consents", *such):
        names = person_of.get(row.entry, {row.entry})
        last[min(names)] = (names, row.data.get("wants") is True)
    return {name for names, wants in last.values() if not wants for name in names}
