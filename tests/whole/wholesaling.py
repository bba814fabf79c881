"""A distributor, from its contract to its bulk orders: one on credit, and one beyond its limit that is paid ahead."""

from __future__ import annotations

from sqlalchemy import select
from sqlmodel import col

from models.amounts import money
from models.database import reading
from models.roles import Role
from models.tables.trade import Credit, Distributor
from tests.whole.apart import parcel_lost
from tests.whole.buying import contract_signed
from tests.whole.goods import yuan
from tests.whole.selling import ADDRESS, order_shipped
from tests.whole.store import CUSTOMER_NO, Store

MUG, MUG_PRICE, BULK = "MUG", "10.00", 100
LEVEL_B = 0.8
"""What a distributor of this level pays of the list price, of which it gets REBATE back when it has paid."""
LIMIT, REBATE = 1000, 0.03
WORTH = float(MUG_PRICE) * LEVEL_B * BULK


async def distributor_admitted(store: Store) -> None:
    """Applies, agrees on terms, and signs."""
    case = await store.start("distributor_management", "LEAD-1", distributor_no=CUSTOMER_NO)
    terms = {"payment": "30d", "price_level": "B", "rebate_pct": "3", "credit_limit": yuan(LIMIT)}
    await store.walk(
        case,
        "contact apply qualify talk_terms sign",
        contact={"distributor_no": CUSTOMER_NO},
        talk_terms=terms,
        sign={"contract": "C-D1"},
    )
    await contract_signed(store, await store.child(case, "b2b_contract"), Role.DISTRIBUTOR)
    await store.at(case, "active")


async def sold_on_credit_and_beyond(store: Store) -> None:
    """The first order is within the limit; for the second one what is left doesn't reach, so that it is paid ahead."""
    first = await bulk_order(store, "W-1")
    await store.at(first, "released")
    await bulk_shipped(store, first)
    assert owed(store) == (WORTH, {"W-1": (WORTH, 0.0, 0.0)})

    second = await bulk_order(store, "W-2")
    await store.at(second, "credit_approval")
    assert owed(store)[0] == WORTH, "what was refused isn't owed"
    await store.act(second, "refuse_credit", Role.OPS_MANAGER)
    await store.at(second, "awaiting_payment")
    await store.act(second, "paid", Role.FINANCE, amount=yuan(WORTH / 2), payment_no="BANK-1")
    await store.at(second, "awaiting_payment")
    await store.act(second, "paid", Role.FINANCE, amount=yuan(WORTH / 2), payment_no="BANK-2")
    await store.at(second, "released")
    await bulk_shipped(store, second)
    await store.act(second, "settled", paid=yuan(0), rebate=yuan(0))
    await store.at(second, "closed")
    (account,) = await store.book("money", order="W-2")
    assert account["paid"]["amount"] == f"{WORTH:.2f}"

    rebate = WORTH * REBATE
    why = await store.refused(first, "settled", paid=yuan(WORTH - rebate - 1), rebate=yuan(rebate + 1))
    assert f"{rebate:.0f}" in why, why
    await store.act(first, "settled", paid=yuan(WORTH - rebate), rebate=yuan(rebate))
    await store.at(first, "closed")
    assert owed(store) == (0.0, {"W-1": (WORTH, WORTH - rebate, rebate)})


async def one_of_two_addresses_gets_nothing(store: Store) -> None:
    """Paid ahead; one of the two parcels is lost: what was paid for it goes back, once, and nothing is settled for it
    by the case of the loss.
    """
    places = [
        {"name": "王芳", "phone": "13800138000", "address": ADDRESS, "lines": [{"sku": MUG, "qty": 2}]}
        for _ in range(2)
    ]
    order = await store.start(
        "wholesale_order",
        "W-3",
        "place_order",
        lines=[{"sku": MUG, "qty": 4}],
        partner_no=CUSTOMER_NO,
        payment="prepaid",
        ship_to=places,
    )
    worth = float(MUG_PRICE) * LEVEL_B * 4
    await store.walk(order, "take_check ask_payment")
    await store.act(order, "paid", Role.FINANCE, amount=yuan(worth), payment_no="BANK-3")
    await store.act(order, "ship", order_nos=["W-3-1", "W-3-2"])
    kept, lost = [await store.child(order, "order_fulfilment", n) for n in (0, 1)]
    for parcel in (kept, lost):
        await store.at(parcel, "allocated")
        await order_shipped(store, parcel, 2, MUG)
    await store.walk(kept, "delivery_scan sign")
    await parcel_lost(store, lost, {"choice": "refund", "amount": yuan(0)})
    await store.at(order, "settling")
    await store.at_rest()
    (account,) = await store.book("money", order="W-3")
    assert (account["paid"]["amount"], account["refunded"]["amount"]) == (f"{worth:.2f}", f"{worth / 2:.2f}")
    await store.act(order, "settled", paid=yuan(0), rebate=yuan(0), payment_no="")
    await store.at(order, "closed")


async def bulk_order(store: Store, number: str) -> str:
    """The distributor orders; the order is checked, and is to go out on credit."""
    order = await store.start(
        "wholesale_order",
        number,
        "place_order",
        lines=[{"sku": MUG, "qty": BULK}],
        partner_no=CUSTOMER_NO,
        payment="credit",
        ship_to=[{"name": "王芳", "phone": "13800138000", "address": ADDRESS}],
    )
    await store.walk(order, "take_check on_credit")
    return order


async def bulk_shipped(store: Store, order: str) -> None:
    """It goes out in one parcel, and arrives."""
    number = f"{order.rpartition(':')[2]}-1"
    await store.act(order, "ship", order_nos=[number])
    parcel = await store.child(order, "order_fulfilment")
    await store.at(parcel, "allocated")
    await order_shipped(store, parcel, BULK, MUG)
    await store.walk(parcel, "delivery_scan sign")
    await store.at(order, "settling")


def owed(store: Store) -> tuple[float, dict[str, tuple[float, float, float]]]:
    """What the distributor owes in all, and what was drawn, paid and given back for each of its orders."""
    with reading(store.engine) as session:
        partner = session.scalars(
            select(Distributor).where(col(Distributor.distributor) == CUSTOMER_NO)
        ).one()
        drawn = {
            row.order: (_figure(row.amount), _figure(row.paid), _figure(row.rebate))
            for row in session.scalars(select(Credit))
        }
        return _figure(partner.used), drawn


def _figure(amount: int) -> float:
    return float(money(amount, "CNY").amount)
