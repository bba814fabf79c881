"""What the trade's book shows: what partners owe for what they took on credit."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from activities.pages import After, Own, Page, Stores, View, page, seen, where
from models.amounts import money
from models.tables.trade import Credit
from models.values import Money


class CreditView(View):
    """What a partner owes for one order."""

    order: str
    store: str
    partner: str
    amount: Money
    paid: Money
    rebate: Money
    given_back: bool
    """Whether nothing is owed for it any more, as the order came to nothing."""
    at: datetime


def credits_of(
    session: Session,
    *,
    order: str | None = None,
    partner: str | None = None,
    stores: Stores = None,
    own: Own = None,
    after: After = None,
    limit: int = 50,
) -> Page[CreditView]:
    """What was delivered on credit, and what was paid for it, by order."""
    query = seen(select(Credit), Credit.store, stores, own)
    query = where(query, {Credit.order: order, Credit.partner: partner})

    def show(rows: Sequence[Credit]) -> Iterable[CreditView]:
        for row in rows:
            amounts = {name: money(getattr(row, name), row.currency) for name in ("amount", "paid", "rebate")}
            yield CreditView.model_validate(row.model_dump() | amounts)

    return page(session, query, (Credit.store, Credit.order), after, limit, show)
