"""Goods go out: orders that go well, and each kind that doesn't."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from models.roles import Role
from tests.whole.goods import PRICE, TEA, yuan
from tests.whole.store import Store

ADDRESS = {"province": "浙江省", "city": "杭州市", "district": "西湖区", "street": "文三路 1 号"}


async def order_placed(
    store: Store, number: str, qty: int = 2, sku: str = TEA, price: str = PRICE, note: str = ""
) -> str:
    """An order that is paid and, where staff must, confirmed."""
    line = {"sku": sku, "qty": qty, "unit_price": yuan(price)}
    order = await store.start(
        "order_fulfilment",
        number,
        order_no=number,
        placed_as=...,
        lines=[line],
        address=ADDRESS,
        freight=yuan(0),
        buyer_note=note,
    )
    worth = yuan(float(price) * qty)
    await store.act(order, "pay", paid=worth, payment_no=f"PAY-{number}")
    return order


async def order_shipped(store: Store, order: str, qty: int = 2, sku: str = TEA) -> str:
    """Picked, packed and handed over; the parcel's number."""
    number = order.rpartition(":")[2]
    parcel = f"SF-{number}"
    await store.walk(
        order,
        "start_picking picked pack check_ok create_waybill hand_over transit_scan",
        start_picking={"pick_list_no": f"PL-{number}"},
        picked={"lines_scanned": [{"sku": sku, "qty": qty, "bin": "A-01"}]},
        pack={"goods_qty": qty},
        create_waybill={"carrier": "sf", "waybill_no": parcel, "pickup_time": store.now().isoformat()},
        hand_over={"handed_at": store.now().isoformat()},
    )
    return parcel


async def order_delivered(store: Store, number: str, price: str = PRICE) -> str:
    order = await order_placed(store, number, price=price)
    await order_shipped(store, order)
    await store.walk(order, "delivery_scan sign")
    await store.at(order, "delivered")
    return order


async def order_completed(store: Store) -> None:
    """The customer confirms it, and says what they think of it."""
    order = await order_delivered(store, "SO-1")
    await store.act(order, "confirm_receipt")
    await store.at(order, "completed")
    await store.act(await store.child(order, "satisfaction_survey"), "answer", order_no="SO-1", overall=5)


async def survey_read(store: Store) -> None:
    """The answer of one customer is kept, and is nobody's task."""
    await store.at("satisfaction_survey:shop:SO-1", "answered")


async def order_returned(store: Store) -> str:
    """Goods come back, as new: they are put away, and the money goes back. The customer's request."""
    request, back = await goods_back(store, "SO-2", "return", "return_refund")
    line = {"line": 1, "qty": 1}
    await store.walk(
        back,
        "start_inspection pass_inspection restock_done",
        pass_inspection={"lines": [{**line, "condition": "as_new"}]},
        restock_done={"placements": [{**line, "location": "main", "disposition": "sellable"}]},
    )
    await store.at(back, "closed")
    await request_closed(store, request)
    return request


async def goods_back(store: Store, number: str, wish: str, procedure: str) -> tuple[str, str]:
    """A piece of an order is sent back. Within the days that the law gives, a rule approves it; and the parcel comes.
    The customer's request, and the remedy's case.
    """
    order = await order_delivered(store, number)
    await store.act(order, "open_aftersales", request_type=wish, lines=[{"line": 1, "qty": 1}])
    request = await store.child(order, "aftersales_request")
    back = await store.child(request, procedure)
    parcel = f"BACK-{request.rpartition(':')[2]}"
    answers: dict[str, Any] = {
        "customer_ships": {"waybill_no": parcel},
        "parcel_in": {"received_at": store.now().isoformat()},
    }
    if procedure == "return_refund":
        answers["parcel_in"]["waybill_no"] = parcel
        answers["customer_ships"]["shipped_at"] = f"{store.now().date()}"
    await store.walk(back, "customer_ships parcel_in", **answers)
    return request, back


async def request_closed(store: Store, request: str) -> None:
    await store.at(request, "remedied")
    await store.act(request, "close", follow_up_date=f"{store.today() + timedelta(days=3)}")
    await store.at(request, "closed")


async def customer_called(store: Store, request: str) -> None:
    """On the day that was agreed somebody asks whether all is well."""
    call = await store.child(request, "aftersales_followup")
    await store.walk(call, "start_call record_answer", record_answer={"score": 5})
    await store.at(call, "satisfied")


async def order_exchanged(store: Store) -> str:
    """Another piece goes out for the one that comes back. The customer's request."""
    request, swap = await goods_back(store, "SO-3", "exchange", "exchange")
    await store.walk(
        swap,
        "start_inspection inspect_ok",
        inspect_ok={"lines": [{"line": 1, "qty": 1, "condition": "as_new"}]},
    )
    again = await store.child(swap, "order_fulfilment")
    await order_shipped(store, again, 1)
    await store.walk(again, "delivery_scan sign")
    await store.at(swap, "completed")
    await request_closed(store, request)
    return request


async def parcel_lost(store: Store) -> None:
    """The carrier loses a parcel: the customer's money goes back, and the carrier pays."""
    order = await order_placed(store, "SO-4")
    await order_shipped(store, order)
    await store.act(order, "exception", Role.LOGISTICS, kind="stalled", note="no scan")
    trouble = await store.child(order, "logistics_exception")
    await store.walk(
        trouble,
        "classify contact_carrier inform_customer declare_lost",
        contact_carrier={"promised_reply": (store.now() + timedelta(days=1)).isoformat()},
        declare_lost={"last_scan": (store.now() - timedelta(days=7)).isoformat()},
    )
    await store.at(trouble, "lost")
    await store.at(order, "closed_lost")
    claim = await store.child(order, "lost_parcel_claim")
    await store.walk(
        claim,
        "trace trace_failed settle_customer",
        trace={"promised_reply": (store.now() + timedelta(days=1)).isoformat()},
        settle_customer={"choice": "refund", "amount": yuan(100)},
    )
    refund = await store.child(claim, "refund_only")
    await refund_paid(store, refund, 100)
    await store.walk(
        claim,
        "file_claim accept_claim claim_paid",
        file_claim={"claim_amount": yuan(100)},
        accept_claim={"agreed_amount": yuan(80)},
        claim_paid={"received": yuan(80), "received_at": f"{store.now():%F}"},
    )
    await store.at(claim, "closed_paid")


async def refund_paid(store: Store, refund: str, amount: int) -> None:
    await store.act(refund, "set_amount", goods=yuan(amount), total=yuan(amount))
    seen = await store.look(refund)
    if seen["stages"][0]["key"] == "approval":
        await store.act(refund, "approve", Role.GM)
    await store.at(refund, "refunded")


async def customer_complained(store: Store) -> None:
    """A complaint about a delivered order, settled with a refund of part of its price."""
    await order_delivered(store, "SO-5")
    complaint = await store.start("complaint", "CP-1", order_no="SO-5", category="product")
    await store.walk(
        complaint,
        "acknowledge investigate propose accept_offer execute",
        acknowledge={"promise_time": (store.now() + timedelta(hours=2)).isoformat()},
        propose={"remedy": ["partial_refund"], "cost": yuan(30)},
        execute={"child_cases": [], "lines": []},
    )
    await refund_paid(store, await store.child(complaint, "refund_only"), 30)
    await store.at(complaint, "resolved")
    await store.walk(complaint, "call_back confirm_happy", confirm_happy={"score": 5})
    await store.at(complaint, "closed")
