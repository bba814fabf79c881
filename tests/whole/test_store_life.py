"""A store's life, from its first supplier to the carrier's bill: cases end where they should, and the books balance."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import func, select
from sqlmodel import col

from models.database import reading
from models.tables.money import Account, Entry
from models.tables.stock import Movement, Stock
from tests.whole.store import Store, store_in
from workflows.language.roles import Role
from workflows.registry import registry

TEA, PRICE, COST, BOUGHT = "TEA", "50.00", "20.00", 200
ADDRESS = {"province": "浙江省", "city": "杭州市", "district": "西湖区", "street": "文三路 1 号"}


def yuan(amount: str | float) -> dict[str, str]:
    return {"amount": f"{float(amount):.2f}", "currency": "CNY"}


# --- goods come in


async def supplier_admitted(store: Store) -> None:
    supplier = await store.start("supplier_onboarding", "ACME")
    today = store.now().date()
    await store.walk(
        supplier,
        "check_documents documents_ok sample_ok negotiate score approve sign",
        sign={"valid_from": f"{today}", "valid_to": f"{today + timedelta(days=365)}"},
    )
    await store.at(supplier, "active")


async def goods_bought(store: Store) -> str:
    """A purchase with its contract, up to the supplier's delivery; the delivery's case."""
    wanted = {"sku": TEA, "qty": BOUGHT}
    plan: dict[str, Any] = {
        "reason": "low_stock",
        "lines": [{**wanted, "need_by": f"{store.now() + timedelta(days=20):%F}"}],
        "stock_now": [{"sku": TEA, "qty": 0}],
        "forecast": [wanted],
        "est_total": yuan(4000),
    }
    purchase = await store.start("procurement", "PO-1", **plan)
    offer = {"supplier": "ACME", "sku": TEA, "price": yuan(COST), "lead_days": 5}
    await store.walk(
        purchase,
        "budget_ok submit approve ask_prices negotiate draft_contract audit_contract",
        budget_ok={"amount_left": yuan(9000)},
        ask_prices={"quotes": [offer], "reason_fewer": "the only maker"},
        negotiate={"supplier": "ACME"},
        draft_contract={"lines": [{**wanted, "unit_price": yuan(COST)}], "contract_no": "C-1"},
    )
    contract = await store.child(purchase, "b2b_contract")
    await store.walk(contract, "submit review_ok finance_ok agree sign_both")
    await store.at(contract, "effective")
    await store.at(purchase, "ordered")
    await store.walk(purchase, "start_supply supplier_ships", supplier_ships={"qty": [wanted]})
    return await store.child(purchase, "inbound_receiving")


async def goods_received(store: Store, delivery: str) -> None:
    """Counted, labelled, posted, inspected, put away; and the supplier is paid."""
    count = {"sku": TEA, "ordered": BOUGHT, "delivered": BOUGHT, "counted": BOUGHT}
    note = {"sku": TEA, "qty": BOUGHT, "unit_cost": yuan(COST)}
    await store.walk(
        delivery,
        "arrive check_count print_labels draft_note sign_keeper sign_supervisor post book_receipt call_qc",
        check_count={"lines": [count]},
        print_labels={"barcode_count": BOUGHT},
        draft_note={"lines": [note]},
    )
    await store.walk(
        delivery,
        "qc_pass put_away",
        qc_pass={"inspected_qty": BOUGHT, "good_qty": BOUGHT},
        put_away={"placements": [{"sku": TEA, "qty": BOUGHT, "bin": "A-01"}]},
    )
    await store.at(delivery, "available")
    purchase = f"procurement:{delivery.split(':')[1]}:PO-1"
    await store.at(purchase, "received")
    await store.act(purchase, "pay_balance", amount=yuan(4000))
    await store.at(purchase, "settled")


async def put_on_sale(store: Store, delivery: str) -> None:
    listing = await store.child(delivery, "product_listing")
    for department, role in (
        ("purchasing", Role.PURCHASING),
        ("logistics", Role.LOGISTICS),
        ("product", Role.PRODUCT_MANAGER),
    ):
        await store.act(listing, "give_part", role, department=department)
    await store.walk(
        listing,
        "collect_info shoot set_keywords write_copy enter_data submit_check pass_check tech_check audit_ok",
        collect_info={"price": yuan(PRICE), "stock": BOUGHT},
        enter_data={"price": yuan(PRICE), "stock": BOUGHT},
    )
    await store.at(listing, "active")


# --- goods go out


async def order_placed(store: Store, number: str, qty: int = 2, sku: str = TEA, price: str = PRICE) -> str:
    """An order that is paid and, where staff must, confirmed."""
    line = {"sku": sku, "qty": qty, "unit_price": yuan(price)}
    order = await store.start(
        "order_fulfilment", number, order_no=number, lines=[line], address=ADDRESS, freight=yuan(0)
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
        create_waybill={"carrier": "sf", "waybill_no": parcel, "pickup_time": store.now(order).isoformat()},
        hand_over={"handed_at": store.now(order).isoformat()},
    )
    return parcel


async def order_delivered(store: Store, number: str, qty: int = 2) -> str:
    order = await order_placed(store, number, qty)
    await order_shipped(store, order, qty)
    await store.walk(order, "delivery_scan sign")
    await store.at(order, "delivered")
    return order


async def order_completed(store: Store) -> None:
    order = await order_delivered(store, "SO-1")
    await store.act(order, "confirm_receipt")
    await store.at(order, "completed")


async def order_returned(store: Store) -> None:
    """Goods come back, as new: they are put away, and the money goes back."""
    order = await order_delivered(store, "SO-2")
    await store.act(order, "open_aftersales", request_type="return", lines=[{"line": 1, "qty": 1}])
    request = await store.child(order, "aftersales_request")
    back = await goods_back(store, request, "return_refund")
    line = {"line": 1, "qty": 1}
    await store.walk(
        back,
        "start_inspection pass_inspection restock_done",
        pass_inspection={"lines": [{**line, "condition": "as_new"}]},
        restock_done={"placements": [{**line, "location": "main", "disposition": "sellable"}]},
    )
    await store.at(back, "closed")
    await request_closed(store, request)


async def goods_back(store: Store, request: str, procedure: str) -> str:
    """Within the days that the law gives, a rule approves it; and the parcel comes. The remedy's case."""
    back = await store.child(request, procedure)
    parcel = f"BACK-{request.rpartition(':')[2]}"
    answers: dict[str, Any] = {
        "customer_ships": {"waybill_no": parcel},
        "parcel_in": {"received_at": store.now(back).isoformat()},
    }
    if procedure == "return_refund":
        answers["parcel_in"]["waybill_no"] = parcel
        answers["customer_ships"]["shipped_at"] = f"{store.now().date()}"
    await store.walk(back, "customer_ships parcel_in", **answers)
    return back


async def request_closed(store: Store, request: str) -> None:
    await store.at(request, "remedied")
    later = store.now() + timedelta(days=3)
    await store.act(request, "close", follow_up_date=f"{later:%F}")
    await store.at(request, "closed")


async def order_exchanged(store: Store) -> None:
    """Another piece goes out for the one that comes back."""
    order = await order_delivered(store, "SO-3")
    await store.act(order, "open_aftersales", request_type="exchange", lines=[{"line": 1, "qty": 1}])
    request = await store.child(order, "aftersales_request")
    swap = await goods_back(store, request, "exchange")
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
        declare_lost={"last_scan": store.now().isoformat()},
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
    await store.walk(complaint, "call_back confirm_happy")
    await store.at(complaint, "closed")


# --- the store is run


async def campaign_readied(store: Store) -> None:
    """Planned, and readied with pages, promotion, notice and prices, up to its first day."""
    now = store.now()
    start, end = now + timedelta(days=5), now + timedelta(days=8)
    lines = {"sku": TEA, "normal_price": yuan(50), "event_price": yuan(40), "unit_cost": yuan(20)}
    campaign = await store.start(
        "campaign",
        "SALE-1",
        kind="own",
        dates={"first": f"{start:%F}", "last": f"{end:%F}"},
        signup_deadline=...,
    )
    units = [{"sku": TEA, "qty": 20}]
    await store.walk(
        campaign,
        "check_profit own_event submit_plan approve forecast_done stock_secured notice_sent",
        check_profit={"lines": [{**lines, "fees": yuan(4), "margin_pct": "40"}]},
        submit_plan={"start": start.isoformat(), "end": end.isoformat(), "main_products": [TEA]},
        forecast_done={"units": units, "sales": yuan(800), "visitors": 400, "conversion_pct": "5"},
        stock_secured={"lines": [{"sku": TEA, "forecast": 20, "available": 150}]},
        notice_sent={"readers": ["cs_supervisor", "warehouse_supervisor", "logistics"]},
    )
    await pages_designed(store, await store.child(campaign, "design_request"))
    plan = await store.child(campaign, "promotion_plan")
    await store.walk(plan, "submit approve start_running", submit=await kept(store, plan, "submit"))
    await store.at(plan, "running")
    notice = await store.child(campaign, "change_broadcast")
    await notice_read(store, notice)
    prices = await store.child(campaign, "price_change")
    await prices_prepared(store, prices)
    await store.walk(campaign, "all_ready ready_ok")
    await store.at(campaign, "scheduled")


async def kept(store: Store, case: str, event: str) -> dict[str, Any]:
    """What the case holds of what the event's form asks again."""
    (form,) = {move.form for move in registry().get(case.partition(":")[0]).rows[event] if move.form}
    return {
        name: value for name, value in (await store.look(case))["data"].items() if name in form.model_fields
    }


async def pages_designed(store: Store, request: str) -> None:
    await store.walk(request, "accept_job write_copy start_draft submit_draft approve deliver")
    await store.at(request, "delivered")


async def notice_read(store: Store, notice: str) -> None:
    """Everybody who is to know reads it."""
    told = await kept(store, notice, "send_notice")
    if (await store.look(notice))["stages"][0]["key"] == "drafted":
        await store.act(notice, "send_notice", **told)
    for reader in told["readers"]:
        await store.act(notice, "read_one", Role(reader))
    await store.at(notice, "confirmed")


async def prices_prepared(store: Store, prices: str) -> None:
    await store.at(prices, "approval")  # the campaign has reckoned the margin
    await store.act(prices, "approve", Role.GM)
    await store.act(prices, "tell_team", readers=["cs_agent"])
    await notice_read(store, await store.child(prices, "change_broadcast"))


async def month_settled(store: Store) -> None:
    """The carrier's bill is held against the books, approved and paid."""
    today = store.now().date()
    period = {"first": f"{today.replace(day=1)}", "last": f"{today}"}
    parcels = [one for one in await store.book("waybills") if one["state"] == "booked"]
    freight = yuan(sum(float(one["freight"]["amount"]) for one in parcels))
    bill = await store.start("settlement_reconciliation", "carrier-1", counterparty="carrier", period=period)
    await store.act(bill, "load", statement_total=freight, ledger_total=freight)
    await store.at(bill, "approval")
    await store.act(bill, "approve")
    await store.act(bill, "paid", Role.FINANCE, amount=freight, paid_at=store.now(bill).isoformat())
    await store.at(bill, "settled")


# --- and what the books say

LATER = {
    "ad_optimisation",
    "aftersales_followup",
    "b2b_contract",
    "campaign",
    "price_change",
    "change_broadcast",
    "procurement",
    "promotion_plan",
    "satisfaction_survey",
}
"""What may still be open: what is looked after on a later day, and what is in force."""
REFUNDED = {"SO-1": "0.00", "SO-2": "50.00", "SO-3": "0.00", "SO-4": "100.00", "SO-5": "30.00"}
LEFT = BOUGHT - 5 * 2 - 1 + 2
"""Five orders of two went out, and one piece in exchange; one came back from it, and one that was returned."""


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


async def every_case_is_where_it_should_be(store: Store) -> None:
    cases = await store.cases()
    assert [case["id"] for case in cases if case["state"] == "incident"] == []
    still_open = {case["id"] for case in cases if case["state"] == "open"}
    assert {case.partition(":")[0] for case in still_open} - LATER == set()
    orders = {case["subject"]: case["outcome"] for case in cases if case["procedure"] == "order_fulfilment"}
    assert orders.pop("SO-4") == "closed_lost"
    assert set(orders.values()) == {"completed"}


async def refunds_are_right(store: Store) -> None:
    for number, refunded in REFUNDED.items():
        (account,) = await store.book("money", order=number)
        assert account["refunded"]["amount"] == refunded, number


async def deliveries_are_kept(store: Store) -> None:
    """The customers say that they have what they ordered."""
    for case in await store.cases():
        if case["procedure"] == "order_fulfilment" and case["state"] == "open":
            await store.act(case["id"], "confirm_receipt")
            await store.at(case["id"], "completed")


async def test_a_store_lives(tmp_path: Path) -> None:
    async with store_in(tmp_path) as store:
        await supplier_admitted(store)
        delivery = await goods_bought(store)
        await goods_received(store, delivery)
        await put_on_sale(store, delivery)
        await asyncio.gather(
            order_completed(store),
            order_returned(store),
            order_exchanged(store),
            parcel_lost(store),
            customer_complained(store),
        )
        await campaign_readied(store)
        await month_settled(store)
        await deliveries_are_kept(store)
        await refunds_are_right(store)
        await books_balance(store)
        await every_case_is_where_it_should_be(store)
