"""The accounts of the money book, locked: what an order has paid, and the only way to change it."""

from __future__ import annotations

import hashlib
from decimal import Decimal
from typing import Literal, NamedTuple

from sqlalchemy import func, select
from sqlalchemy.orm import Session
from sqlmodel import col

from models.amounts import hundredths, money
from models.database import insert_for
from models.effect import EffectRequest
from models.tables.money import Account, Entry, Payment
from models.values import Money

Side = Literal["paid", "refunded", "shared", "commission_base"]


def number(prefix: str, key: str) -> str:
    """A paper's number that follows from the effect's key: the same effect always writes the same paper."""
    return f"{prefix}-{hashlib.sha256(key.encode()).hexdigest()[:12].upper()}"


class Leg(NamedTuple):
    """The part of a refund that goes back to one payment."""

    payment: int
    payment_no: str
    amount: int
    round: int = 0
    """In which it was asked for."""


class Ledger:
    """One order's account, locked until the transaction ends."""

    def __init__(self, session: Session, request: EffectRequest, order: str) -> None:
        self._session = session
        self._doing = request
        self._order = order
        mine = select(Account).where(col(Account.store) == request.store, col(Account.order) == order)
        self._mine = mine.with_for_update().execution_options(populate_existing=True)
        self.account = session.scalars(self._mine).first()

    def open(self, currency: str) -> Account:
        """The order's account, made now if it has none."""
        if self.account is None:
            insert = insert_for(self._session.get_bind().dialect.name)
            new = Account(store=self._doing.store, order=self._order, currency=currency).model_dump()
            self._session.execute(insert(Account).values(**new).on_conflict_do_nothing())
            self.account = self._session.scalars(self._mine).one()
        return self.account

    def objection(self, amount: Money) -> str:
        """Why so much can't leave the account, in a sentence; empty if it can."""
        if self.account is None or not self.account.paid:
            return f"nothing was paid for order {self._order}"
        if amount.currency != self.account.currency:
            return f"order {self._order} was paid in {self.account.currency}, not in {amount.currency}"
        if hundredths(amount) > self.account.left:
            return f"{amount} is more than the {self.left} that is left of order {self._order}"
        return ""

    @property
    def left(self) -> Money:
        """What can still be refunded."""
        return money(self.account.left, self.account.currency) if self.account else Money(amount=Decimal(0))

    def of(self, side: Side) -> Money:
        account = self.opened
        return money(getattr(account, side), account.currency)

    @property
    def opened(self) -> Account:
        """The account of an order that has one."""
        if self.account is None:
            raise LookupError(f"order {self._order} has no money in the book")
        return self.account

    def enter(self, side: Side, change: int, note: str = "") -> None:
        """Change a side of the account, and write it down. The database refuses what would overdraw it."""
        if not change:
            return
        account = self.opened
        setattr(account, side, getattr(account, side) + change)
        self._session.add(
            Entry(
                key=self._doing.key,
                line=self._next_line(),
                effect=self._doing.effect,
                store=self._doing.store,
                order=self._order,
                side=side,
                change=change,
                note=note[:500],
                at=self._doing.at,
            )
        )
        self._session.flush()

    def payments(self) -> list[Payment]:
        """What was paid, oldest first."""
        mine = select(Payment).where(
            col(Payment.store) == self._doing.store,
            col(Payment.order) == self._order,
            col(Payment.state) == "paid",
        )
        return list(
            self._session.scalars(mine.order_by(col(Payment.id)).execution_options(populate_existing=True))
        )

    def draw(self, amount: int) -> list[Leg]:
        """Take so much from the payments, oldest first, and say from which."""
        round_ = self._doing.round
        legs: list[Leg] = []
        for payment in self.payments():
            drawn = min(payment.amount - payment.refunded, amount)
            if drawn:
                payment.refunded += drawn
                amount -= drawn
                legs.append(Leg(payment.id or 0, payment.payment_no, drawn, round_))
        if amount:
            raise LookupError(f"the payments of order {self._order} don't add up to its account")
        self._session.flush()
        return legs

    def give_back(self, legs: list[Leg]) -> None:
        """What was drawn stays with the payments after all."""
        for leg in legs:
            payment = self._session.get_one(Payment, leg.payment)
            payment.refunded -= leg.amount
        self._session.flush()

    def _next_line(self) -> int:
        """Lines are numbered through all accounts and transactions of the effect."""
        last = select(func.max(col(Entry.line))).where(col(Entry.key) == self._doing.key)
        return (self._session.scalar(last) or 0) + 1
