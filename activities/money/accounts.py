"""The accounts of the money book, locked: what an order has paid, and the only way to change it."""

from __future__ import annotations

import hashlib
from decimal import Decimal
from typing import Any, Literal, NamedTuple

from sqlalchemy import bindparam, func, select
from sqlalchemy.orm import Session
from sqlmodel import col

from activities.families import family_of
from models.amounts import money, ten_thousandths
from models.database import insert_if_absent
from models.effect import EffectRequest
from models.statements import add_row, found
from models.tables.money import Entry, OrderAccount, Payment
from models.values import Money

# built once: building costs more than running them
_account: Any = (
    select(OrderAccount)
    .where(col(OrderAccount.store) == bindparam("store"), col(OrderAccount.order) == bindparam("order"))
    .with_for_update()
    .execution_options(populate_existing=True)
)
_paid: Any = (
    select(Payment)
    .where(
        col(Payment.store) == bindparam("store"),
        col(Payment.order) == bindparam("order"),
        col(Payment.state) == "paid",
    )
    .order_by(col(Payment.id))
    .execution_options(populate_existing=True)
)
_entries = vars(Entry)["__table__"]
_last_line: Any = select(func.max(_entries.c.line).label("line")).where(_entries.c.key == bindparam("key"))

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
        self._request = request
        self.order = order
        self._mine = {"store": request.store, "order": order}
        self.account: OrderAccount | None = session.scalars(_account, self._mine).first()

    def open(self, currency: str) -> OrderAccount:
        """The order's account, made now if it has none."""
        if self.account is None:
            new = OrderAccount(store=self._request.store, order=self.order, currency=currency)
            insert_if_absent(self._session, new)
            self.account = self._session.scalars(_account, self._mine).one()
        assert self.account is not None
        return self.account

    def objection(self, amount: Money) -> str:
        """Why so much can't leave the account, in a sentence; empty if it can."""
        if self.account is None or not self.account.paid:
            return f"nothing was paid for order {self.order}"
        if amount.currency != self.account.currency:
            return f"order {self.order} was paid in {self.account.currency}, not in {amount.currency}"
        if ten_thousandths(amount) > self.account.left:
            return f"{amount} is more than the {self.left} that is left of order {self.order}"
        return ""

    @property
    def left(self) -> Money:
        """What can still be refunded."""
        return money(self.account.left, self.account.currency) if self.account else Money(amount=Decimal(0))

    def of(self, side: Side) -> Money:
        account = self.opened
        return money(getattr(account, side), account.currency)

    @property
    def opened(self) -> OrderAccount:
        """The account of an order that has one."""
        if self.account is None:
            raise LookupError(f"order {self.order} has no money in the book")
        return self.account

    def enter(self, side: Side, change: int, note: str = "") -> None:
        """Change a side of the account, and write it down. The database refuses what would overdraw it."""
        if not change:
            return
        account = self.opened
        setattr(account, side, getattr(account, side) + change)
        add_row(
            self._session,
            Entry,
            key=self._request.key,
            line=self._next_line(),
            effect=self._request.effect,
            store=self._request.store,
            order=self.order,
            side=side,
            change=change,
            note=note[:500],
            at=self._request.at,
        )

    def payments(self) -> list[Payment]:
        """What was paid, oldest first."""
        return list(self._session.scalars(_paid, self._mine))

    def draw(self, amount: int) -> list[Leg]:
        """Take so much from the payments, oldest first, and say from which."""
        round_ = self._request.round
        legs: list[Leg] = []
        for payment in self.payments():
            drawn = min(payment.amount - payment.refunded, amount)
            if drawn:
                payment.refunded += drawn
                amount -= drawn
                legs.append(Leg(payment.id or 0, payment.payment_no, drawn, round_))
        if amount:
            raise LookupError(f"the payments of order {self.order} don't add up to its account")
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
        (last,) = found(self._session, _last_line, {"key": self._request.key})
        return (last.line or 0) + 1


class Purse:
    """The money of all orders that ship goods of one order, locked. Its own goes first; where it was shared with the
    parts of a split order, or belongs to the order that a replacement is for, it is theirs.
    """

    def __init__(self, session: Session, request: EffectRequest, order: str) -> None:
        self._session = session
        numbers = {order, *family_of(session, request.store, order)}
        ledgers = {number: Ledger(session, request, number) for number in sorted(numbers)}  # in one order
        self.own = ledgers.pop(order)
        self._ledgers = [self.own, *(ledger for ledger in ledgers.values() if ledger.account is not None)]

    def objection(self, amount: Money) -> str:
        """Why so much can't be refunded, in a sentence; empty if it can."""
        with_money = [ledger for ledger in self._ledgers if ledger.account and ledger.account.paid]
        if not with_money or (self.own in with_money and len(with_money) == 1):
            return self.own.objection(amount)
        if wrong := next((one for one in with_money if one.opened.currency != amount.currency), None):
            return wrong.objection(amount)
        if ten_thousandths(amount) > ten_thousandths(self.left):
            return f"{amount} is more than the {self.left} that is left of order {self.own.order}"
        return ""

    @property
    def left(self) -> Money:
        """What can still be refunded."""
        left = self.own.left
        for ledger in self._ledgers[1:]:
            if ledger.opened.currency == left.currency or not left:
                left += ledger.left
        return left

    @property
    def paid(self) -> Money:
        """What came in, wherever it was shared."""
        came = [
            ledger.of("paid") - ledger.of("shared") for ledger in self._ledgers if ledger.account is not None
        ]
        return sum(came[1:], start=came[0]) if came else Money(amount=Decimal(0))

    @property
    def refunded(self) -> Money:
        """What went back so far."""
        back = [ledger.of("refunded") for ledger in self._ledgers if ledger.account is not None]
        return sum(back[1:], start=back[0]) if back else Money(amount=Decimal(0))

    def draw(self, amount: int, note: str) -> list[Leg]:
        """Take so much from the payments and write it down, and say from which."""
        legs: list[Leg] = []
        for ledger in self._ledgers:
            drawn = min(amount, ledger.account.left) if ledger.account is not None else 0
            if drawn:
                legs += ledger.draw(drawn)
                ledger.enter("refunded", drawn, note)
                amount -= drawn
        return legs

    def give_back(self, legs: list[Leg], note: str) -> None:
        """What was drawn stays with the payments after all."""
        self.own.give_back(legs)
        orders = {leg.payment: self._session.get_one(Payment, leg.payment).order for leg in legs}
        for ledger in self._ledgers:
            returned = sum(leg.amount for leg in legs if orders[leg.payment] == ledger.order)
            ledger.enter("refunded", -returned, note)

    def take_off_base(self, amount: int, note: str) -> int:
        """Take so much off the commission base, as far as there is any, and say how much that was."""
        taken = 0
        for ledger in self._ledgers:
            base = min(amount - taken, ledger.account.commission_base) if ledger.account is not None else 0
            ledger.enter("commission_base", -base, note)
            taken += base
        return taken
