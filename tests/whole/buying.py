"""Goods come in: a supplier is admitted; goods are bought on contract, received, inspected and put on sale."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from models.roles import Role
from tests.whole.goods import BOUGHT, COST, PRICE, TEA, yuan
from tests.whole.notices import kept, notice_read
from tests.whole.store import Store


async def supplier_admitted(store: Store) -> None:
    supplier = await store.start("supplier_onboarding", "ACME")
    today = store.today()
    await store.walk(
        supplier,
        "check_documents documents_ok sample_ok negotiate score approve agree sign",
        agree={"channel": "letter", "signer": "王芳", "signed_file": "file:4"},
        sign={"valid_from": f"{today}", "valid_to": f"{today + timedelta(days=365)}"},
    )
    await store.at(supplier, "active")


async def goods_bought(store: Store) -> str:
    """The first goods; the case of their delivery."""
    wanted = {"sku": TEA, "qty": BOUGHT}
    plan: dict[str, Any] = {
        "reason": "low_stock",
        "lines": [{**wanted, "need_by": f"{store.today() + timedelta(days=20)}"}],
        "stock_now": [{"sku": TEA, "qty": 0}],
        "forecast": [wanted],
        "est_total": yuan(4000),
    }
    return await plan_carried_out(store, await store.start("procurement", "PO-1", **plan), BOUGHT)


async def plan_carried_out(store: Store, purchase: str, qty: int) -> str:
    """A purchase that is planned: on contract, delivered, received and paid, to its end. The delivery's case."""
    contract = await plan_ordered(store, purchase, qty)
    await store.walk(
        purchase, "start_supply supplier_ships", supplier_ships={"qty": [{"sku": TEA, "qty": qty}]}
    )
    delivery = await store.child(purchase, "inbound_receiving")
    await goods_received(store, delivery, qty)
    await store.at(purchase, "received")
    invoice = f"I-{contract.rpartition(':')[2]}"
    await store.act(purchase, "pay_balance", amount=yuan(float(COST) * qty), invoice_no=invoice)
    await store.at(purchase, "settled")
    await contract_fulfilled(store, contract)
    return delivery


async def plan_ordered(store: Store, purchase: str, qty: int) -> str:
    """A purchase that is planned gets its budget and its approval, and is ordered. The contract's case."""
    wanted = {"sku": TEA, "qty": qty}
    number = f"C-{purchase.rpartition(':')[2]}"
    offer = {"supplier": "ACME", "sku": TEA, "price": yuan(COST), "lead_days": 5}
    await store.walk(
        purchase,
        "budget_ok submit approve ask_prices negotiate draft_contract audit_contract",
        budget_ok={"amount_left": yuan(9000)},
        ask_prices={"quotes": [offer], "reason_fewer": "the only maker"},
        negotiate={"supplier": "ACME"},
        draft_contract={"lines": [{**wanted, "unit_price": yuan(COST)}], "contract_no": number},
    )
    contract = await store.child(purchase, "b2b_contract")
    await contract_signed(store, contract, Role.SUPPLIER)
    await store.at(purchase, "ordered")
    return contract


async def contract_signed(store: Store, contract: str, other_side: Role) -> None:
    """Reviewed here, agreed with the other side, and signed by each side for itself."""
    terms = await kept(store, contract, "submit")
    await store.walk(contract, "submit review_ok finance_ok", submit=terms)
    await store.act(contract, "agree", other_side)
    await store.act(contract, "sign_both", other_side, signer_ours=..., signer_theirs="王芳")
    await store.act(contract, "sign_both", Role.GM, signer_ours=..., signer_theirs=...)
    await store.at(contract, "effective")


async def goods_received(store: Store, delivery: str, qty: int) -> None:
    """Counted, labelled, posted, inspected and put away."""
    count = {"sku": TEA, "ordered": qty, "delivered": qty, "counted": qty}
    await store.walk(delivery, "arrive check_count", check_count={"lines": [count]})
    await goods_posted(store, delivery, qty)
    await store.walk(
        delivery,
        "qc_pass put_away",
        qc_pass={"inspected_qty": qty, "good_qty": qty},
        put_away={"placements": [{"sku": TEA, "qty": qty, "bin": "A-01"}]},
    )
    await store.at(delivery, "available")
    await notice_read(store, delivery)


async def goods_posted(store: Store, delivery: str, qty: int, sku: str = TEA, cost: str = COST) -> None:
    """What was counted is labelled, noted, signed for by two, posted and booked; QC is called."""
    number = delivery.rpartition(":")[2]
    await store.walk(
        delivery,
        "print_labels draft_note sign_keeper sign_supervisor post book_receipt call_qc",
        print_labels={"barcode_count": qty},
        draft_note={
            "lines": [{"sku": sku, "qty": qty, "unit_cost": yuan(cost)}],
            "inbound_note_no": f"N-{number}",
        },
        book_receipt={"voucher_no": f"V-{number}"},
    )


async def contract_fulfilled(store: Store, contract: str) -> None:
    """Its papers are filed; goods and money have changed hands."""
    number = contract.rpartition(":")[2]
    for kind in ("order", "invoice", "delivery"):
        await store.act(contract, "exchange_documents", document_kind=kind, number=f"{number}-{kind}")
    await store.act(contract, "complete")
    await store.at(contract, "fulfilled")


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
    await notice_read(store, listing)
