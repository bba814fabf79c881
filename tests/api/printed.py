"""Cases that have something to print, put into the database as their commits and effects would have done."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from sqlalchemy.orm import Session

from activities.orders.book import write_order, write_return
from activities.orders.contract import OrderEntry, ReturnEntry
from models.entry import EntrySource
from models.policy import StorePolicy
from models.tables.carriers import Waybill
from models.tables.cases import CaseRow
from models.tables.catalogue import Product, ProductCode
from models.tables.policies import PolicyRow
from models.tables.stock import BinRow, Bucket, Claim, ClaimKind, Movement
from tests.procedures.orders_and_logistics.test_order_fulfilment import ORDER
from tests.scenario import MONDAY, Scenario
from workflows.procedures.orders_and_logistics.order_fulfilment import OrderFulfilment

STORE = "shop"
GOODS = {
    "TEA-1": "明前龙井 250 g 礼盒",
    "CUP-2": "Glazed <b>cup</b> & saucer",
    "POT-3": "紫砂壶 · 石瓢 200 ml",
}
BINS = ("A-01-1", "A-02-3", "B-07-2")


def goods(session: Session) -> None:
    """Goods in bins, and the way past these: the second bin comes first on it."""
    for sku, title in GOODS.items():
        session.add(Product(sku=sku, title=title, at=MONDAY))
    session.add(ProductCode(store=STORE, code="6901234567892", sku="TEA-1", at=MONDAY))
    session.flush()
    for place, name in enumerate((BINS[1], BINS[0], BINS[2])):
        session.add(BinRow(store=STORE, location="main", bin=name, place=place, at=MONDAY))
    for n, (sku, qty, name) in enumerate(
        (("TEA-1", 3, BINS[0]), ("TEA-1", 20, BINS[2]), ("CUP-2", 9, BINS[1]), ("POT-3", 4, ""))
    ):
        session.add(
            Movement(
                key=f"in-{n}", line=1, effect="ReceiveStock", store=STORE, reference="IN", sku=sku,
                location="main", bin=name, bucket=Bucket.ON_HAND, change=qty, at=MONDAY,
            )
        )  # fmt: skip


def ordered(session: Session, number: str, lines: dict[str, int], **order: Any) -> str:
    """An order whose goods are reserved; the id of its case."""
    case = Scenario(OrderFulfilment, subject=number)
    rows = [{"sku": sku, "qty": qty, "unit_price": "10"} for sku, qty in lines.items()]
    case.act("place_order", None, **{**ORDER, "order_no": number, "lines": rows, **order})
    id_ = kept(session, case)
    entry: OrderEntry = case.entry
    write_order(session, entry, EntrySource(id_, STORE, MONDAY, None))
    for sku, qty in lines.items():
        session.add(
            Claim(
                kind=ClaimKind.RESERVATION, store=STORE, holder=number, sku=sku, location="main", qty=qty,
                key=f"{number}-{sku}", at=MONDAY,
            )
        )  # fmt: skip
    return id_


def returned(session: Session, case: Scenario, order: str, rows: tuple[Any, ...]) -> str:
    """A case whose goods come back."""
    id_ = kept(session, case)
    entry = ReturnEntry(order=order, lines=rows)
    write_return(session, entry, EntrySource(id_, STORE, MONDAY, None))
    return id_


def parcel(session: Session, order: str, waybill_no: str, **more: Any) -> None:
    """A waybill in the carriers' book."""
    session.add(
        Waybill(
            key=f"{order}-{waybill_no}", waybill_no=waybill_no, store=STORE, order=order, carrier="sf",
            state="booked", at=MONDAY, **more,
        )
    )  # fmt: skip


def kept(session: Session, case: Scenario) -> str:
    """The case as the read model keeps it."""
    machine = case.machine
    id_ = machine.context.case_id
    policy = StorePolicy()
    if session.get(PolicyRow, policy.hash) is None:
        session.add(PolicyRow(hash=policy.hash, text=policy.text, written_at=datetime.now(UTC)))
    stages: list[dict[str, Any]] = [
        {"key": one, "roles": [], "entered_at": MONDAY.isoformat()} for one in machine.stages
    ]
    session.add(
        CaseRow(
            id=id_, procedure=case.procedure.key, version=case.procedure.version, store=STORE,
            subject=machine.memory.subject, revision=machine.memory.revision, fence=1, state="open",
            position=case._position, policy=policy.hash, stages=stages, deadlines=[], opened_at=MONDAY,
            changed_at=MONDAY, request="r", run_id="r", hash="h",
        )
    )  # fmt: skip
    session.flush()
    return id_
