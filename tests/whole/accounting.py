"""What it came to: the carrier's bill, the sales report, and whether the books balance."""

from __future__ import annotations

from sqlalchemy import func, select
from sqlmodel import col

from models.database import reading
from models.tables.money import Account, Entry
from models.tables.stock import Movement, Stock
from tests.whole.goods import yuan
from tests.whole.store import Store
from workflows.language.roles import Role


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


async def books_balance(store: Store) -> None:
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
        assert sum(stock.on_hand for stock in session.scalars(select(Stock))) == LEFT
