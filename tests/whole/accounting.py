"""What it came to: the carrier's bill, the sales reports, and whether the books balance."""

from __future__ import annotations

from typing import Any

from sqlalchemy import func, select
from sqlmodel import col

from models.database import reading
from models.roles import Role
from models.tables.money import Account, Entry
from models.tables.stock import Movement, Stock
from tests.whole.goods import yuan
from tests.whole.store import Store

VISITORS = 400
"""Nobody counts them here: the analyst says how many there were."""


async def carrier_settled(store: Store, period: dict[str, str]) -> None:
    """The carrier's bill is held against the books, approved and paid."""
    parcels = [one for one in await store.book("waybills") if one["state"] == "booked"]
    freight = yuan(sum(float(one["freight"]["amount"]) for one in parcels))
    bill = await store.start("settlement_reconciliation", "carrier-1", counterparty="carrier", period=period)
    await store.act(bill, "load", statement_total=freight, ledger_total=freight)
    await store.at(bill, "approval")
    await store.act(bill, "approve")
    await store.act(bill, "paid", Role.FINANCE, amount=freight, paid_at=store.now().isoformat())
    await store.at(bill, "settled")


async def sales_reported(store: Store, report: str) -> dict[str, Any]:
    """The figures are gathered from the books, read, reviewed and published. What the books said."""
    figures = (await store.at(report, "collecting"))["data"]["figures"]
    sales = float(figures["gmv"]["amount"])
    analysed = {
        "orders": figures["orders"],
        "sales": figures["sales"],
        "gmv": figures["gmv"],
        "returns": figures["returns"],
        "average_order": figures["average_order"],
        "visitors": VISITORS,
        "conversion_pct": str(100 * sales / float(figures["average_order"]["amount"]) / VISITORS),
    }
    await store.walk(
        report,
        "clean analyse draft_report send_review publish no_action",
        clean={"rows_in": figures["orders"], "rows_removed": 0},
        analyse=analysed,
    )
    await store.at(report, "closed")
    return figures


def books_balance(store: Store, left: int) -> None:
    """Each balance is the sum of its entries; and so many units are left."""
    with reading(store.engine) as session:
        for table in (Stock, Account):
            assert session.scalars(select(table)).first() is not None, "the books are used"
        for stock in session.scalars(select(Stock)):
            for bucket in ("on_hand", "held", "reserved", "set_aside", "quarantined"):
                moved = session.scalar(
                    select(func.coalesce(func.sum(Movement.change), 0)).where(
                        col(Movement.sku) == stock.sku,
                        col(Movement.location) == stock.location,
                        col(Movement.bucket) == bucket,
                    )
                )
                assert 0 <= getattr(stock, bucket) == moved, f"{bucket} of {stock.sku} at {stock.location}"
            assert (stock.held, stock.reserved, stock.set_aside) == (0, 0, 0), "nothing is kept for anybody"
        for account in session.scalars(select(Account)):
            for side in ("paid", "refunded", "shared"):
                entered = session.scalar(
                    select(func.coalesce(func.sum(Entry.change), 0)).where(
                        col(Entry.store) == account.store,
                        col(Entry.order) == account.order,
                        col(Entry.side) == side,
                    )
                )
                assert getattr(account, side) == entered, f"{side} of {account.order}"
            assert account.refunded + account.shared <= account.paid
        on_hand = sum(stock.on_hand for stock in session.scalars(select(Stock)))
        assert on_hand == left
