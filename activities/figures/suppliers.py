"""Figures of suppliers, from the purchases' book."""

from __future__ import annotations

from collections import defaultdict
from decimal import Decimal

from sqlalchemy import func, select
from sqlalchemy.orm import Session
from sqlmodel import col

from activities.figures.sales import Figures, SourceMissing, pct, summed
from activities.registers.reading import entries_of, written_in
from models.periods import Span
from models.tables.purchasing import (
    Purchase,
    PurchaseLine,
    ReceiptGoods,
    ReceiptLine,
    ReceiptNote,
    SupplierEntry,
)


def supplier(session: Session, store: str, about: str, days: Span) -> Figures:
    """Of a supplier. SourceMissing where nothing came from it in the period."""
    notes = session.execute(
        select(ReceiptNote, Purchase)
        .join(
            Purchase,
            (col(Purchase.store) == col(ReceiptNote.store))
            & (col(Purchase.purchase) == col(ReceiptNote.purchase)),
        )
        .where(
            col(ReceiptNote.store) == store,
            col(Purchase.supplier) == about,
            col(ReceiptNote.reversed).is_(False),
            col(ReceiptNote.at) >= days.start,
            col(ReceiptNote.at) < days.end,
        )
    ).all()
    if not notes:
        raise SourceMissing(f"nothing came from {about} from {days.first} to {days.last}")
    names = [note.note for note, _ in notes]
    zone = days.start.tzinfo
    on_time = sum(note.at.astimezone(zone).date() <= purchase.delivery_date for note, purchase in notes)
    received = summed(
        session,
        select(func.sum(col(ReceiptLine.qty))).where(
            col(ReceiptLine.store) == store, col(ReceiptLine.note).in_(names)
        ),
    )
    passed = summed(
        session,
        select(func.sum(col(ReceiptGoods.qty))).where(
            col(ReceiptGoods.store) == store,
            col(ReceiptGoods.note).in_(names),
            col(ReceiptGoods.disposition) == "sellable",
        ),
    )
    gone = received - summed(
        session,
        select(func.sum(col(ReceiptGoods.qty))).where(
            col(ReceiptGoods.store) == store,
            col(ReceiptGoods.note).in_(names),
            col(ReceiptGoods.disposition) != "not_taken",  # they were never received
        ),
    )
    claims = session.scalar(
        select(func.count())
        .select_from(SupplierEntry)
        .where(
            col(SupplierEntry.store) == store,
            col(SupplierEntry.kind) == "debit",
            col(SupplierEntry.note).in_(names),
        )
    )
    claims = (claims or 0) + _claimed(session, store, about, days)
    faults = _faults(session, store, about, days)
    found = Figures()
    found.add("on_time_pct", pct(on_time, len(notes)), "inbound notes by the delivery day / all", "purchases")
    found.add(
        "qc_pass_pct", pct(passed, received), "units that became sellable / units received", "purchases"
    )
    found.add("return_pct", pct(gone, received), "units sent back / units received", "purchases")
    found.add(
        "claims",
        claims + faults,
        f"debits on the period's notes, money claimed, and faults found in {faults} returns and repairs",
        "purchases",
        "supplier_claims",
        "supplier_faults",
    )
    index = _price_index(session, store, about, [purchase.purchase for _, purchase in notes])
    found.add(
        "price_index",
        index,
        "prices of these purchases / the last before them, 100 is unchanged",
        "purchases",
    )
    return found


def _claimed(session: Session, store: str, supplier_: str, days: Span) -> int:
    """How often money was claimed of the supplier."""
    rows = entries_of(session, store, "supplier_claims", written_in(days))
    return sum(row.data.get("supplier") == supplier_ for row in rows)


def _faults(session: Session, store: str, supplier_: str, days: Span) -> int:
    """In how many returns and repairs goods had a fault of their supplier, by whom each was bought from last."""
    rows = entries_of(session, store, "supplier_faults", written_in(days))
    goods = [{str(one.get("sku")) for one in row.data.get("goods", ())} for row in rows]
    bought = (
        select(col(PurchaseLine.sku), col(Purchase.supplier))
        .join(
            Purchase,
            (col(Purchase.store) == col(PurchaseLine.store))
            & (col(Purchase.purchase) == col(PurchaseLine.purchase)),
        )
        .where(col(Purchase.store) == store, col(PurchaseLine.sku).in_({sku for one in goods for sku in one}))
        .order_by(col(Purchase.at))
    )
    whose: dict[str, str] = {row.sku: row.supplier for row in session.execute(bought)}
    return sum(any(whose.get(sku) == supplier_ for sku in one) for one in goods)


def _price_index(session: Session, store: str, supplier_: str, purchases: list[str]) -> Decimal:
    """Prices now against the last ones paid before, over the SKUs that both have; 100 where none has."""
    lines = (
        select(PurchaseLine, col(Purchase.at))
        .join(
            Purchase,
            (col(Purchase.store) == col(PurchaseLine.store))
            & (col(Purchase.purchase) == col(PurchaseLine.purchase)),
        )
        .where(col(Purchase.store) == store, col(Purchase.supplier) == supplier_)
    )
    now: defaultdict[str, int] = defaultdict(int)
    before: dict[str, int] = {}
    for line, _ in session.execute(lines.order_by(col(Purchase.at))):
        if line.purchase in purchases:
            now[line.sku] = line.unit_price
        elif line.sku not in now:
            before[line.sku] = line.unit_price
    both = [sku for sku in now if before.get(sku)]
    if not both:
        return Decimal(100)
    return pct(sum(now[sku] for sku in both), sum(before[sku] for sku in both))
