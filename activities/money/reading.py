"""What the money book shows: each order's account, with its payments, refunds and papers."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import TypeVar

from sqlalchemy import select
from sqlalchemy.orm import Session
from sqlmodel import col

from activities.pages import After, Own, Page, Stores, V, View, page, seen, where
from models.amounts import money as as_money
from models.tables.money import OrderAccount, Paper, Payment, Refund
from models.values import Money

A = TypeVar("A", Payment, Refund, Paper)


class PaymentView(View):
    payment_no: str
    amount: Money
    method: str
    state: str
    at: datetime


class RefundView(View):
    refund_no: str
    amount: Money
    route: str
    reason: str
    state: str
    asked_at: datetime
    paid_at: datetime | None


class PaperView(View):
    number: str
    kind: str
    amount: Money
    reason: str
    at: datetime


class MoneyView(View):
    """An order's money."""

    order: str
    store: str
    paid: Money
    refunded: Money
    shared: Money
    """Handed to the parts that the order was split into."""
    left: Money
    """What can still be refunded."""
    commission_base: Money | None
    """None for whoever reads it because the order is theirs."""
    payments: tuple[PaymentView, ...]
    refunds: tuple[RefundView, ...]
    papers: tuple[PaperView, ...]


def money(
    session: Session,
    *,
    order: str | None = None,
    stores: Stores = None,
    own: Own = None,
    after: After = None,
    limit: int = 50,
) -> Page[MoneyView]:
    """What was paid and refunded, by order."""
    query = where(seen(select(OrderAccount), OrderAccount.store, stores, own), {OrderAccount.order: order})

    def show(accounts: Sequence[OrderAccount]) -> Iterable[MoneyView]:
        payments = _by_account(session, Payment, accounts)
        refunds = _by_account(session, Refund, accounts)
        papers = _by_account(session, Paper, accounts)
        for account in accounts:
            mine, is_whole = (account.store, account.order), stores is None or account.store in stores
            yield MoneyView(
                order=account.order,
                store=account.store,
                paid=as_money(account.paid, account.currency),
                refunded=as_money(account.refunded, account.currency),
                shared=as_money(account.shared, account.currency),
                left=as_money(account.left, account.currency),
                commission_base=as_money(account.commission_base, account.currency) if is_whole else None,
                payments=tuple(_priced(PaymentView, row) for row in payments[mine]),
                refunds=tuple(_priced(RefundView, row) for row in refunds[mine]),
                papers=tuple(_priced(PaperView, row) for row in papers[mine]),
            )

    return page(session, query, (OrderAccount.store, OrderAccount.order), after, limit, show)


def _priced(view: type[V], row: Payment | Refund | Paper) -> V:
    return view.model_validate(row.model_dump() | {"amount": as_money(row.amount, row.currency)})


def _by_account(
    session: Session, table: type[A], accounts: Sequence[OrderAccount]
) -> defaultdict[tuple[str, str], list[A]]:
    """The rows of these accounts, oldest first."""
    orders: defaultdict[str, list[str]] = defaultdict(list)
    for account in accounts:
        orders[account.store].append(account.order)
    found: defaultdict[tuple[str, str], list[A]] = defaultdict(list)
    for store, some in orders.items():  # of pairs SQLite would look through all that it has
        rows = session.scalars(select(table).where(col(table.store) == store, col(table.order).in_(some)))
        for row in sorted(rows, key=lambda row: row.key):
            found[row.store, row.order].append(row)
    return found
