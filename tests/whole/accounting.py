"""What it came to: the carrier's bill, the sales reports, and whether the books balance."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from sqlalchemy import func, select
from sqlmodel import col

from models.amounts import money
from models.database import reading
from models.roles import Role
from models.tables.money import Entry, OrderAccount
from models.tables.settlement import OpenLine, Settlement
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


async def carrier_settled_in_two(store: Store) -> None:
    """The carrier asks for a little too much and is paid a part; the rest, less what was too much, comes with the next
    bill. In all it has what the books say of its parcels.
    """
    freight = sum(Decimal(one["freight"]["amount"]) for one in await store.book("waybills"))
    too_much, kept_back = Decimal("0.50"), Decimal("3.00")
    first = await carriers_bill(store, "carrier-11", freight + too_much)
    await store.at(first, "differences")
    why = await store.refused(first, "to_approval", Role.FINANCE, remaining=yuan(0))
    assert f"{too_much}" in why, why
    await store.act(first, "to_approval", Role.FINANCE, remaining=yuan(f"{too_much}"))
    await store.act(first, "approve")
    paid = freight + too_much - kept_back
    moved = {"payment_ref": "B-11", "amount": yuan(f"{paid}"), "paid_at": store.now().isoformat()}
    await store.act(first, "carry_rest", Role.FINANCE, **moved)
    await store.at(first, "carried_forward")

    await store.pass_night()
    rest = kept_back - too_much
    second = await carriers_bill(store, "carrier-12", rest)
    await store.at(second, "approval")  # it agrees with what was carried over
    await store.act(second, "approve")
    moved = {"payment_ref": "B-12", "amount": yuan(f"{rest}"), "paid_at": store.now().isoformat()}
    await store.act(second, "paid", Role.FINANCE, **moved)
    await store.at(second, "settled")
    await store.at_rest()
    with reading(store.engine) as session:
        settled = [money(row.amount, row.currency).amount for row in session.scalars(select(Settlement))]
        waiting = session.scalars(select(OpenLine).where(col(OpenLine.state).in_(("open", "carried")))).all()
    assert (sorted(settled), sum(settled)) == (sorted((paid, rest)), freight)
    assert not waiting, "nothing waits any more"


async def carriers_bill(store: Store, number: str, total: Decimal) -> str:
    """A bill of the carrier for this day, compared with the books."""
    period = {"first": f"{store.today()}", "last": f"{store.today()}"}
    bill = await store.start("settlement_reconciliation", number, counterparty="carrier", period=period)
    await store.act(bill, "load", statement_total=yuan(f"{total}"), ledger_total=...)
    return bill


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
        "traffic_by_source": [{"source": "search", "visitors": VISITORS, "conversion": "1"}],
        "by_category": [
            {
                "category": "tea",
                "role": "profit",
                "sales": figures["sales"],
                "margin": "30",
                "exposure": VISITORS,
                "units": 2,
                "conversion": "1",
            }
        ],
        "conversion_by": [{"by": by, "item": "-", "pct": "1"} for by in ("path", "sku", "slot", "time")],
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
    stock_balances(store, left)
    money_balances(store)


def stock_balances(store: Store, left: int) -> None:
    """What is where is the sum of what was moved; so many units are left, and none is kept for anybody."""
    with reading(store.engine) as session:
        assert session.scalars(select(Stock)).first() is not None, "the book is used"
        for stock in session.scalars(select(Stock)):
            for bucket in ("on_hand", "held", "reserved", "set_aside", "quarantined", "damaged"):
                moved = session.scalar(
                    select(func.coalesce(func.sum(Movement.change), 0)).where(
                        col(Movement.sku) == stock.sku,
                        col(Movement.location) == stock.location,
                        col(Movement.bucket) == bucket,
                    )
                )
                assert 0 <= getattr(stock, bucket) == moved, f"{bucket} of {stock.sku} at {stock.location}"
            assert (stock.held, stock.reserved, stock.set_aside) == (0, 0, 0), "nothing is kept for anybody"
        assert sum(stock.on_hand for stock in session.scalars(select(Stock))) == left


def money_balances(store: Store) -> None:
    """What an order has is the sum of its entries, and no more went back than came."""
    with reading(store.engine) as session:
        assert session.scalars(select(OrderAccount)).first() is not None, "the book is used"
        for account in session.scalars(select(OrderAccount)):
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
