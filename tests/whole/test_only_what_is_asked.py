"""A store's work, played by a client that is asked each time, on the real stack: it sends no number, name, amount or
date that the books have.
"""

from __future__ import annotations

import asyncio
from datetime import date, timedelta
from pathlib import Path

from activities.configured_ports import open_ports
from activities.performers import World, enter
from activities.purchasing.contract import CostedLine, PlacePurchase, PostReceipt
from activities.suppliers.contract import AdmitSupplier
from models.roles import Role
from models.values import PricedLine
from models.values import yuan as money
from tests.whole.asking import Client
from tests.whole.goods import TEA, yuan
from tests.whole.store import STORE, SUPPLIER_NO, Store, store_in

MUG, POT = "MUG", "POT"
ADDRESS = {"province": "浙江省", "city": "杭州市", "district": "西湖区", "street": "文三路 1 号"}
BUYER = {"receiver_name": "王芳", "phone": "13800138000", "address": ADDRESS}


def purchase(number: str, sku: str, day: date) -> PlacePurchase:
    """Ten pieces, ordered on the supplier's contract."""
    line = PricedLine(sku=sku, qty=10, unit_price=money(20))
    return PlacePurchase(
        purchase=number, supplier=SUPPLIER_NO, contract="K-1", delivery_date=day, lines=(line,)
    )


async def goods_there(store: Store) -> None:
    """Products with prices, and what stands on the shelves; a purchase that is on its way."""
    products = [{"sku": sku, "title": sku, "price": "50.00"} for sku in (TEA, MUG, POT)]
    await store.enter("products", {"products": products})
    lines = [{"sku": sku, "qty": 30, "bin": f"A-{sku}"} for sku in (TEA, MUG, POT)]
    await store.enter("stock", {"reference": "OPENING", "lines": lines})
    world, today = World(store.engine, open_ports()), store.today()
    for number, effect in enumerate((
        AdmitSupplier(
            supplier=SUPPLIER_NO, company="Kilns", contract="K-1", valid_from=today - timedelta(days=9),
            valid_to=today + timedelta(days=300),
        ),
        purchase("PO-1", TEA, today),
        PostReceipt(note="IN-1", purchase="PO-1", lines=(CostedLine(sku=TEA, qty=10, unit_cost=money(20)),)),
        purchase("PO-7", MUG, today),
    )):  # fmt: skip
        assert enter(world, effect, key=f"opening-{number}", store=STORE, at=store.now()).ok


async def an_order_and_a_return(client: Client) -> None:
    """Two pieces are bought; one comes back, as new."""
    order = await client.start(
        "order_fulfilment", Role.CS_AGENT, **BUYER, lines=[{"sku": TEA, "qty": 2}], channel="phone",
        delivery_method="express", payment_method="card",
    )  # fmt: skip
    paid = (await client.store.look(order))["data"]["lines"][0]["unit_price"]
    assert paid == yuan(50), "the price of the day"
    await client.store.act(order, "pay", paid=yuan(100), payment_no="PAY-1")  # the payment service tells it
    await client.do(order, "start_picking", Role.PICKER)
    await client.do(order, "picked", Role.PICKER, lines_scanned=[{"sku": TEA, "qty": 2, "bin": "A-TEA"}])
    await client.do(order, "pack", Role.PACKER, goods_qty=2, package_count=1, weight_kg="0.8")
    ticks = {"item_no_ok": True, "qty_ok": True, "colour_ok": True}
    await client.do(order, "check_ok", Role.ORDER_CLERK, **ticks)
    await client.do(
        order, "create_waybill", Role.LOGISTICS, carrier="sf", waybill_no="SF-1", freight_fee=yuan(6)
    )
    await client.do(order, "hand_over", Role.LOGISTICS)
    await client.store.walk(order, "transit_scan delivery_scan sign")  # the carrier tells it
    await client.do(
        order,
        "open_aftersales",
        Role.CS_AGENT,
        channel="phone",
        request_type="return",
        reason="no_reason",
        lines=[{"qty": 1}],
    )
    request = await client.store.child(order, "aftersales_request")
    back = await client.store.child(request, "return_refund")
    await client.do(back, "customer_ships", Role.CS_AGENT, carrier="yto", waybill_no="YT-1", channel="phone")
    await client.do(back, "parcel_in", Role.WAREHOUSE_KEEPER, waybill_no="YT-1", package_state="intact")
    await client.do(back, "start_inspection", Role.QC)
    as_new = {"qty": 1, "condition": "as_new"}
    await client.do(back, "pass_inspection", Role.QC, lines=[as_new], fault_owner="customer")
    await client.do(back, "restock_done", Role.WAREHOUSE_KEEPER, placements=[{"disposition": "sellable"}])
    await client.store.at(back, "closed")


async def a_receipt(client: Client) -> None:
    """A purchase arrives, is counted, noted, inspected and put away."""
    eta = (client.store.now() + timedelta(hours=1)).isoformat()
    goods = await client.start(
        "inbound_receiving", Role.PURCHASING, event="announce", purchase_no="PO-7", eta=eta
    )
    await client.do(goods, "arrive", Role.RECEIVER, packages=1)
    await client.do(
        goods, "check_count", Role.RECEIVER, delivery_note_no="LS-4", condition="good", spec_matches_order=True,
        lines=[{"delivered": 10, "counted": 10}],
    )  # fmt: skip
    await client.do(goods, "print_labels", Role.STATISTICIAN, label_book_goods_agree=True)
    await client.do(goods, "draft_note", Role.RECEIVER)
    await client.do(goods, "sign_keeper", Role.WAREHOUSE_KEEPER)
    await client.do(goods, "sign_supervisor", Role.WAREHOUSE_SUPERVISOR)
    await client.do(goods, "post", Role.STATISTICIAN, finance_copy_sent=True)
    await client.do(goods, "book_receipt", Role.FINANCE)
    await client.do(goods, "call_qc", Role.WAREHOUSE_KEEPER, sampling_plan="all")
    fine = {"inspected_qty": 10, "good_qty": 10, "bad_qty": 0, "opinion": "fine"}
    await client.do(goods, "qc_pass", Role.QC, **fine)
    await client.do(goods, "put_away", Role.WAREHOUSE_KEEPER, reported_to="one-purchasing")
    await client.store.at(goods, "available")


async def a_stocktake(client: Client) -> None:
    """Two count what stands in a bin; one piece is missing, and the book follows."""
    count = await client.start(
        "stocktake", Role.WAREHOUSE_SUPERVISOR, kind="spot", scope=[POT], counters=["li", "wang"]
    )
    await client.do(count, "freeze", Role.WAREHOUSE_KEEPER)
    found = {"sku": POT, "bin": f"A-{POT}", "counted": 29}
    await client.do(count, "count", Role.FACTORY_RESIDENT, lines=[found])
    await client.do(count, "submit_count", Role.WAREHOUSE_KEEPER, lines=[{"counted": 29}])
    await client.do(count, "explain", Role.WAREHOUSE_SUPERVISOR, causes=[{"cause": "pick"}])
    await client.do(count, "approve", Role.GM, note="looked for it")
    await client.do(count, "adjust", Role.STATISTICIAN, platform_synced=True)
    await client.store.at(count, "closed")


async def a_campaign(client: Client) -> None:
    """An event is checked, planned, stocked, announced and readied."""
    store, first = client.store, client.store.today() + timedelta(days=5)
    dates = {"first": f"{first}", "last": f"{first + timedelta(days=3)}"}
    event = await client.start("campaign", Role.OPS_SPECIALIST, name="Spring tea", kind="own", dates=dates)
    line = {"sku": TEA, "event_price": yuan(40), "fees": yuan(4)}
    await client.do(event, "check_profit", Role.OPS_SPECIALIST, lines=[line])
    await client.do(event, "own_event", Role.OPS_SPECIALIST)
    starts, ends = store.now() + timedelta(days=5), store.now() + timedelta(days=8)
    await client.do(
        event, "submit_plan", Role.OPS_SPECIALIST, theme="Spring", start=starts.isoformat(), end=ends.isoformat(),
        mechanics=["limited_time"], goals=[{"metric": "units", "target": "20"}], budget=yuan(100),
        ship_promise_hours=48, stop_rules="sold out",
    )  # fmt: skip
    await client.do(event, "approve", Role.OPS_MANAGER, note="good", reported_to_leadership=True)
    await client.do(
        event, "forecast_done", Role.OPS_SPECIALIST, visitors=400, conversion_pct="5", sales=yuan(800),
        units=[{"sku": TEA, "qty": 20}], basis="last year",
    )  # fmt: skip
    await client.do(event, "stock_secured", Role.WAREHOUSE_SUPERVISOR)
    readers = ["cs_supervisor", "warehouse_supervisor", "logistics"]
    staffing = [{"role": "packer", "extra_people": 1, "dates": dates}]
    await client.do(
        event,
        "notice_sent",
        Role.OPS_SPECIALIST,
        readers=readers,
        customer_script="40 yuan",
        staffing=staffing,
    )
    await client.do(event, "design_done", Role.DESIGNER, files=["file:1"], page_url="https://shop.example/e")
    await client.do(
        event, "promo_ready", Role.PROMOTER, channels=[{"channel": "search", "budget": yuan(100)}]
    )
    await notice_read(client, event, readers)
    prices = await store.child(event, "price_change")
    await client.do(prices, "approve", Role.GM, note="good")
    await store.at(prices, "scheduled")
    await client.do(event, "all_ready", Role.OPS_SPECIALIST, checklist=[{"item": "page", "done": True}])
    right = ("price_ok", "time_ok", "page_matches", "stock_ok", "payment_ok", "stacking_ok")
    await client.do(event, "ready_ok", Role.OPS_MANAGER, **dict.fromkeys(right, True))
    await store.at(event, "scheduled")


async def notice_read(client: Client, case: str, readers: list[str]) -> None:
    notice = await client.store.child(case, "change_broadcast")
    await client.do(notice, "send_notice", Role.OPS_SPECIALIST)
    for role in readers:
        await client.do(notice, "read_one", Role(role), understood=True)
    await client.store.at(notice, "confirmed")


async def a_leave(client: Client) -> None:
    """Somebody is away for a day, and comes back."""
    leave = await client.start(
        "leave_request", Role.STAFF, kind="annual", last_day=f"{client.store.today()}", stand_in="wang"
    )
    await client.do(leave, "approve", Role.OPS_MANAGER)
    seen = await client.do(leave, "come_back", Role.STAFF)
    assert seen["data"]["first_day"] == f"{client.store.today()}"


async def test_a_client_sends_only_what_is_asked(tmp_path: Path) -> None:
    async with store_in(tmp_path) as store:
        await goods_there(store)
        client = Client(store)
        await asyncio.gather(
            an_order_and_a_return(client),
            a_receipt(client),
            a_stocktake(client),
            a_campaign(client),
            a_leave(client),
        )
        await store.at_rest()
        assert client.sent > 40
        (account,) = await store.book("money", order="SO-000001")
        assert account["refunded"] == yuan(50)
        on_hand = {row["sku"]: row["on_hand"] for row in await store.book("stock")}
        assert (on_hand[MUG], on_hand[POT]) == (40, 29)
