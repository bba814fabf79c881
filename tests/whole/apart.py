"""Orders that don't stay in one piece: split, lost and returned in part; and an exchange without goods."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from models.roles import Role
from tests.whole.goods import yuan
from tests.whole.selling import order_placed, order_shipped, refund_paid, request_closed
from tests.whole.store import CUSTOMER_NO, Store

CUP, CUP_PRICE = "CUP", "10.00"
BOOT_40, BOOT_42, BOOT_PRICE = "BOOT-40", "BOOT-42", "80.00"


async def goods_there(store: Store, stock: dict[str, list[tuple[str, int]]], prices: dict[str, str]) -> int:
    """Products with their prices, and how much there is of each at which location. How much it is in all."""
    products = [{"sku": sku, "title": sku, "price": yuan(price)} for sku, price in prices.items()]
    await store.enter("products", {"products": products})
    lines = [
        {"sku": sku, "qty": qty, "location": location}
        for sku, there in stock.items()
        for location, qty in there
    ]
    await store.enter("stock", {"reference": "OPENING", "lines": lines})
    return sum(qty for there in stock.values() for _, qty in there)


async def order_split(store: Store) -> None:
    """Two parcels from two places: one is lost, and of the other a piece comes back."""
    order = await order_placed(store, "SO-21", qty=4, sku=CUP, price=CUP_PRICE)
    await store.at(order, "allocated")
    places = [{"line": 1, "qty": 2, "location": place} for place in ("main", "north")]
    await store.act(order, "split_shipment", parts=places)
    lost, kept = [await store.child(order, "order_fulfilment", n) for n in (0, 1)]
    await order_shipped(store, lost, sku=CUP)
    await order_shipped(store, kept, sku=CUP)
    await store.walk(kept, "delivery_scan sign")
    await store.at(kept, "delivered")
    await part_lost(store, lost)
    await store.at(order, "delivered")
    await part_returned(store, kept)
    await store.at_rest()
    accounts = {row["order"]: row for row in await store.book("money") if row["order"].startswith("SO-21")}
    sums = {
        number: (row["paid"]["amount"], row["shared"]["amount"], row["refunded"]["amount"])
        for number, row in accounts.items()
    }
    assert sums == {
        "SO-21": ("40.00", "40.00", "0.00"),
        "SO-21-P1": ("20.00", "0.00", "20.00"),
        "SO-21-P2": ("20.00", "0.00", "10.00"),
    }


async def part_lost(store: Store, part: str) -> None:
    """The carrier says that it lost the parcel: what was paid for the part goes back."""
    claim = await parcel_lost(store, part, {"choice": "refund", "amount": yuan(20)})
    await refund_paid(store, await store.child(claim, "refund_only"), 20)


async def parcel_lost(store: Store, part: str, settlement: dict[str, Any]) -> str:
    """The carrier has lost an order's parcel, and it is settled so with the customer. The case of the claim."""
    await store.act(part, "exception", Role.LOGISTICS, kind="stalled", note="no scan")
    trouble = await store.child(part, "logistics_exception")
    promised = (store.now() + timedelta(days=1)).isoformat()
    await store.walk(
        trouble,
        "classify contact_carrier inform_customer declare_lost",
        contact_carrier={"promised_reply": promised},
        declare_lost={"last_scan": (store.now() - timedelta(days=7)).isoformat()},
    )
    await store.at(part, "closed_lost")
    claim = await store.child(part, "lost_parcel_claim")
    await store.walk(
        claim,
        "trace trace_failed settle_customer",
        trace={"promised_reply": promised},
        settle_customer=settlement,
    )
    return claim


async def part_returned(store: Store, part: str) -> None:
    """One of the pieces that came is sent back and put away."""
    await store.act(part, "open_aftersales", request_type="return", lines=[{"line": 1, "qty": 1}])
    request = await store.child(part, "aftersales_request")
    await goods_taken_back(store, await store.child(request, "return_refund"), "north")
    await request_closed(store, request)


async def goods_taken_back(store: Store, back: str, location: str) -> None:
    """One piece of the first line comes back as new, is inspected and put away: its money goes back."""
    parcel = f"BACK-{back.rpartition(':')[2]}"
    line = {"line": 1, "qty": 1}
    answers: dict[str, Any] = {
        "customer_ships": {"waybill_no": parcel, "shipped_at": f"{store.now().date()}"},
        "parcel_in": {"waybill_no": parcel, "received_at": store.now().isoformat()},
        "pass_inspection": {"lines": [{**line, "condition": "as_new"}]},
        "restock_done": {"placements": [{**line, "location": location, "disposition": "sellable"}]},
    }
    await store.walk(
        back, "customer_ships parcel_in start_inspection pass_inspection restock_done", **answers
    )
    await store.at(back, "closed")


async def exchange_without_goods(store: Store) -> None:
    """The other size is sold out: the customer sends the goods back for their money."""
    order = await order_placed(store, "SO-22", qty=1, sku=BOOT_40, price=BOOT_PRICE)
    await order_shipped(store, order, 1, BOOT_40)
    await store.walk(order, "delivery_scan sign")
    await store.at(order, "delivered")
    request = await store.start(
        "aftersales_request",
        "AS-22",
        order_no="SO-22",
        wanted="exchange",
        lines=[{"line": 1, "qty": 1}],
        instead=[{"sku": BOOT_42, "qty": 1}],
        customer_no=CUSTOMER_NO,
    )
    await store.at(request, "received")  # nothing is there to replace it with: no rule approves it
    await store.walk(request, "start_review approve_exchange")
    swap = await store.child(request, "exchange")
    await store.at(swap, "authorised")
    await store.act(
        swap, "replacement_missing", channel="phone", customer_choice="refund", old_goods="come_back"
    )
    await goods_taken_back(store, await store.child(swap, "return_refund"), "main")
    await store.at(swap, "closed_refunded")
    await request_closed(store, request)
    await store.at_rest()
    (account,) = await store.book("money", order="SO-22")
    assert (account["paid"]["amount"], account["refunded"]["amount"]) == ("80.00", "80.00")
