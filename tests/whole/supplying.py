"""What goes wrong before goods are on the shelf, and on it: a purchase in trouble, a count that differs."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import select
from sqlmodel import col

from models.amounts import money
from models.database import reading
from models.roles import Role
from models.tables.purchasing import Purchase, PurchaseLine
from models.tables.stock import Stock
from tests.whole.buying import goods_posted, plan_ordered
from tests.whole.goods import COST, TEA, yuan
from tests.whole.store import Store

ORDERED, CAME, COUNTED, BAD = 100, 60, 58, 3
GOLD, GOLD_COST, GOLD_BOUGHT, GOLD_THERE = "GOLD", "10000.00", 10, 4


async def purchase_in_trouble(store: Store) -> None:
    """The goods come late, fewer than the delivery note says, some of them bad; the rest is given up."""
    wanted = {"sku": TEA, "qty": ORDERED}
    purchase = await store.start(
        "procurement",
        "PO-9",
        reason="low_stock",
        lines=[{**wanted, "need_by": f"{store.today() + timedelta(days=20)}"}],
        stock_now=[{"sku": TEA, "qty": 0}],
        forecast=[wanted],
        est_total=yuan(2000),
    )
    await plan_ordered(store, purchase, ORDERED)
    later = f"{store.today() + timedelta(days=12)}"
    await store.act(purchase, "start_supply")
    await store.act(purchase, "delay", Role.SUPPLIER, new_date=later)
    await store.pass_time(timedelta(days=11))
    shipped = {"qty": [{"sku": TEA, "qty": CAME}], "eta": f"{store.today()}"}
    await store.walk(purchase, "supplier_ships", supplier_ships=shipped)
    delivery = await store.child(purchase, "inbound_receiving")
    await short_goods_received(store, delivery)
    await store.at(purchase, "partly_received")
    good = COUNTED - BAD
    left = [{"sku": TEA, "qty": ORDERED - good}]
    await store.act(purchase, "short_close", cancelled_qty=left)
    due = float(COST) * good
    why = await store.refused(purchase, "pay_balance", amount=yuan(float(COST) * COUNTED), invoice_no="I-9")
    assert f"{due:.0f}" in why.replace(",", ""), why
    await store.act(purchase, "pay_balance", amount=yuan(due), invoice_no="I-9")
    await store.at(purchase, "settled")
    with reading(store.engine) as session:
        booked = session.scalars(select(Purchase).where(col(Purchase.purchase) == "PO-9")).one()
        line = session.scalars(select(PurchaseLine).where(col(PurchaseLine.purchase) == "PO-9")).one()
        assert money(booked.paid, "CNY").amount == Decimal(COST) * good
        assert money(booked.debited, "CNY").amount == Decimal(COST) * BAD
        assert (line.received, line.returned, line.outstanding) == (COUNTED, BAD, 0)
        assert line.cancelled == ORDERED - COUNTED + BAD
    assert on_shelf(store, TEA) == (good, 0)


async def short_goods_received(store: Store, delivery: str) -> None:
    """Fewer than were delivered by the note; the difference is settled, what is bad goes back."""
    count = {"sku": TEA, "ordered": CAME, "delivered": CAME, "counted": COUNTED}
    await store.walk(
        delivery,
        "arrive check_count differs settle_difference",
        check_count={"lines": [count]},
        differs={"kind": "short", "qty": CAME - COUNTED},
        settle_difference={"decision": "accept_actual"},
    )
    await goods_posted(store, delivery, COUNTED)
    good = COUNTED - BAD
    await store.walk(
        delivery,
        "qc_pass put_away return_rejects",
        qc_pass={"inspected_qty": COUNTED, "good_qty": good, "bad_qty": BAD},
        put_away={"placements": [{"sku": TEA, "qty": good, "bin": "A-01"}]},
        return_rejects={"qty": [{"sku": TEA, "qty": BAD}], "return_note_no": "RN-9"},
    )
    await store.at(delivery, "available")


async def dear_goods_come(store: Store) -> None:
    """Goods that belong to no purchase are taken in at what their note says."""
    delivery = await store.start("inbound_receiving", "D-GOLD", "unannounced")
    count = {"sku": GOLD, "delivered": GOLD_BOUGHT, "counted": GOLD_BOUGHT}
    await store.act(delivery, "check_count", lines=[count])
    await store.act(delivery, "differs", kind="over")
    await store.act(delivery, "settle_difference", decision="accept_actual")
    await store.at(delivery, "more_approval")
    await store.act(delivery, "approve_more", Role.GM, note="a sample")
    await goods_posted(store, delivery, GOLD_BOUGHT, GOLD, GOLD_COST)
    await store.walk(
        delivery,
        "qc_pass put_away",
        qc_pass={"inspected_qty": GOLD_BOUGHT, "good_qty": GOLD_BOUGHT},
        put_away={"placements": [{"sku": GOLD, "qty": GOLD_BOUGHT, "bin": "A-02"}]},
    )
    await store.at(delivery, "available")


async def stock_counted(store: Store) -> None:
    """Goods worth more than finance may write off are missing: only the gm approves that."""
    await dear_goods_come(store)
    assert on_shelf(store, GOLD) == (GOLD_BOUGHT, 0)
    sheet: dict[str, Any] = {"lines": [{"sku": GOLD, "bin": "main", "counted": GOLD_THERE}]}
    count = await store.start(
        "stocktake", "COUNT-1", kind="cycle", scope=[GOLD], date=f"{store.today()}", counters=["li", "wang"]
    )
    await store.act(count, "freeze", frozen_at=store.now().isoformat())
    await store.act(count, "count", Role.FACTORY_RESIDENT, **sheet)
    await store.act(count, "submit_count", **sheet)
    await store.act(count, "explain", causes=[{"sku": GOLD, "cause": "theft"}])
    worth = float(GOLD_COST) * (GOLD_BOUGHT - GOLD_THERE)
    why = await store.refused(count, "approve", Role.FINANCE)
    assert f"{worth:.0f}" in why.replace(",", ""), why
    await store.act(count, "approve", Role.GM, value=yuan(worth))
    await store.act(count, "adjust", adjustments=[])
    await store.at(count, "closed")
    assert on_shelf(store, GOLD) == (GOLD_THERE, 0)


def on_shelf(store: Store, sku: str) -> tuple[int, int]:
    """What there is by the book, for sale and not."""
    with reading(store.engine) as session:
        rows = session.scalars(select(Stock).where(col(Stock.sku) == sku)).all()
        return sum(row.on_hand for row in rows), sum(row.quarantined for row in rows)
