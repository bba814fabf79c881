"""Whom the store knows, each person once: by orders, as a member, by a customer's number or by a phone; and what each
has said about words that advertise.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, cast

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session
from sqlmodel import col

from activities.members.points import ERASED
from activities.registers.reading import entries_of
from models.statements import found
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


# built once: building costs more than running it
_store = cast("Any", bindparam("store"))
_numbers = cast("Any", bindparam("numbers", expanding=True))
_orders: Any = (
    select(col(OrderRow.order), col(OrderRow.phone), col(OrderRow.customer_no), col(OrderRow.placed_at))
    .where(col(OrderRow.store) == _store)
    .order_by(col(OrderRow.placed_at), col(OrderRow.case))
)
_orders_of_few: Any = _orders.where(col(OrderRow.order).in_(_numbers))
_earned: Any = select(col(Points.member), col(Points.order)).where(
    col(Points.store) == _store, col(Points.order) != ""
)
_earned_by_few: Any = _earned.where(col(Points.order).in_(_numbers))
_members: Any = (
    select(col(Member.member), col(Member.customer_no), col(Member.name), col(Member.birthday))
    .where(col(Member.store) == _store)
    .order_by(col(Member.member))
)
_few_members: Any = _members.where(col(Member.member).in_(_numbers))


def people(session: Session, store: str, only: tuple[str, ...] = ()) -> list[Person]:
    """All whom a store knows; with `only`, at most FEW numbers, whoever is known by one of these.

    Orders of one phone or one customer are one person's, and so is the member who has that customer's number, or earned
    points with an order of theirs.
    """
    books = _Books(session, store, _known_as(session, store, only) if only else None)
    known = _People()
    for number, phone, customer, placed_at in books.orders():
        person = known.one(("order", number), ("phone", phone), ("customer", customer))
        person.orders[number] = placed_at
        person.others |= {customer} - {""}
    of_orders: dict[str, list[str]] = {}
    for member, order in books.earned():
        of_orders.setdefault(member, []).append(order)
    for number, customer, name, birthday in books.members():
        orders = (("order", order) for order in of_orders.get(number, ()))
        person = known.one(("member", number), ("customer", customer), *orders)
        person.others |= {customer, number} - {""}
        if name != ERASED:
            person.members[number] = birthday
    return known.all


class _Books:
    """What the books hold of everybody, or of some, whose numbers are given by their kind."""

    def __init__(self, session: Session, store: str, theirs: dict[str, set[str]] | None) -> None:
        self._session = session
        self._store = store
        self._theirs = theirs

    def orders(self) -> Iterable[Any]:
        """The oldest first."""
        return self._rows(_orders, _orders_of_few, "order")

    def earned(self) -> Iterable[Any]:
        """With which orders members have earned points."""
        return self._rows(_earned, _earned_by_few, "order")

    def members(self) -> Iterable[Any]:
        """By their numbers."""
        return self._rows(_members, _few_members, "member")

    def _rows(self, whole: Any, of_few: Any, kind: str) -> Iterable[Any]:
        if self._theirs is not None:
            some = sorted(self._theirs[kind])
            return found(self._session, of_few, {"store": self._store, "numbers": some}) if some else ()
        rows: Any = self._session.execute(whole.execution_options(yield_per=_AT_ONCE), {"store": self._store})
        return rows


def _rows_with(of_store: Any, **columns: Any) -> list[tuple[str, tuple[str, ...], Any]]:
    """For each kind of number of a book: the kinds that stand in one row, and how rows with some are found."""
    return [
        (
            kind,
            tuple(columns),
            select(*columns.values()).where(of_store == _store, column != "", column.in_(_numbers)),
        )
        for kind, column in columns.items()
    ]


_TOGETHER = (
    *_rows_with(
        col(OrderRow.store),
        order=col(OrderRow.order),
        phone=col(OrderRow.phone),
        customer=col(OrderRow.customer_no),
    ),
    *_rows_with(col(Points.store), order=col(Points.order), member=col(Points.member)),
    *_rows_with(col(Member.store), member=col(Member.member), customer=col(Member.customer_no)),
)
"""Numbers that stand in one row of a book are of one person."""


def _known_as(session: Session, store: str, numbers: tuple[str, ...]) -> dict[str, set[str]]:
    """All numbers of whoever is known by one of these, by their kind."""
    known: dict[str, set[str]] = {kind: set() for kind in ("order", "phone", "customer", "member")}
    new = {kind: {*numbers} if kind != "phone" else set[str]() for kind in known}
    while any(new.values()):
        also: dict[str, set[str]] = {kind: set() for kind in known}
        for kind, kinds, rows_with in _TOGETHER:
            if not (some := new[kind]):
                continue
            for row in found(session, rows_with, {"store": store, "numbers": sorted(some)}):
                for its, number in zip(kinds, row, strict=True):
                    also[its] |= {number} - {""}
        for kind, some in new.items():
            known[kind] |= some
        new = {kind: also[kind] - known[kind] for kind in known}
    return known


class _People:
    """Persons by what they are known as."""

    def __init__(self) -> None:
        self._by: dict[tuple[str, str], Person] = {}

    def one(self, *known_as: tuple[str, str]) -> Person:
        """The person who is known by one of these already; else a new one."""
        names = [name for name in known_as if name[1]]
        these = list({id(one): one for name in names if (one := self._by.get(name))}.values())
        person = these[0] if these else Person()
        for other in these[1:]:
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
