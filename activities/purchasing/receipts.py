"""Effects on goods received: posted, inspected, sent back, entered by finance."""

from __future__ import annotations

from collections import Counter

from sqlalchemy import select
from sqlalchemy.orm import Session
from sqlmodel import col

from activities.money.accounts import number
from activities.performing import performs
from activities.purchasing.contract import (
    BookVoucher,
    DebitSupplier,
    PostReceipt,
    ReceiptPosted,
    RegradeStock,
    ReturnedToSupplier,
    ReturnToSupplier,
    ReverseReceipt,
    ReverseVoucher,
    StockRegraded,
    SupplierDebited,
    VoucherBooked,
    VoucherReversed,
)
from activities.purchasing.effects import entry_of, lines_of, objection_to_goods, purchase_of
from activities.stock.contract import Disposition
from activities.stock.shelves import MAIN, Shelves, bucket_of
from models.amounts import money, ten_thousandths
from models.effect import EffectRequest, Refused, Success
from models.goods import Goods
from models.tables.purchasing import ReceiptGoods, ReceiptLine, ReceiptNote, SupplierEntry
from models.tables.stock import Bucket
from models.values import Money, per_sku

_AWAY = frozenset({Disposition.SELLABLE, Disposition.SECONDS, Disposition.SCRAP})
"""What isn't set apart any more."""


@performs(PostReceipt)
def post(effect: PostReceipt, request: EffectRequest, session: Session) -> ReceiptPosted | Refused:
    known = session.get(ReceiptNote, (request.store, effect.note), with_for_update=True)
    if known is not None and not known.reversed:
        return Refused(reason=f"inbound note {effect.note} is in the books already")
    came, more = per_sku(effect.lines), per_sku(effect.approved)
    if effect.purchase is not None and (
        objection := objection_to_goods(session, request.store, effect.purchase, came, more)
    ):
        return Refused(reason=objection)
    currency = next((line.unit_cost.currency for line in effect.lines if line.unit_cost), "CNY")
    if any(line.unit_cost and line.unit_cost.currency != currency for line in effect.lines):
        return Refused(reason="an inbound note is in one currency")
    location = effect.location or MAIN
    value = sum(ten_thousandths(line.unit_cost) * line.qty for line in effect.lines)
    note = known or ReceiptNote(
        store=request.store, note=effect.note, key="", location="", value=0, currency=currency, at=request.at
    )
    note.key, note.purchase, note.location, note.at = request.key, effect.purchase, location, request.at
    note.value, note.currency, note.reversed = value, currency, False
    session.add(note)
    first = _lines_so_far(session, request.store, effect.note) + 1
    shelves = Shelves(session, request, effect.note, (row.sku for row in (*effect.lines, *effect.refused)))
    # new shelves are made in the order in which known ones are locked
    for place, line in sorted(enumerate(effect.lines, first), key=lambda numbered: numbered[1].sku):
        session.add(
            ReceiptLine(
                store=request.store,
                note=effect.note,
                line=place,
                sku=line.sku,
                qty=line.qty,
                unit_cost=ten_thousandths(line.unit_cost),
                currency=currency,
            )
        )
        shelves.move(line.sku, location, Bucket.QUARANTINED, line.qty, disposition=Disposition.QUARANTINE)
        _change(session, request.store, effect.note, line.sku, Disposition.QUARANTINE, line.qty)
    for sku, qty in sorted(per_sku(effect.refused).items()):
        shelves.move(sku, location, Bucket.QUARANTINED, qty, disposition=Disposition.NOT_TAKEN)
        _change(session, request.store, effect.note, sku, Disposition.NOT_TAKEN, qty)
    return _towards_purchase(session, request.store, effect.purchase, came)


@performs(ReverseReceipt)
def reverse(_effect: ReverseReceipt, request: EffectRequest, session: Session) -> Success | Refused:
    note = session.scalars(
        select(ReceiptNote).where(col(ReceiptNote.key) == request.of).with_for_update()
    ).one()
    came = Counter[str]()
    goods = _goods(session, note)
    waiting = {row.sku: row.qty for row in goods if row.disposition == Disposition.QUARANTINE}
    posted = select(ReceiptLine).where(
        col(ReceiptLine.store) == note.store, col(ReceiptLine.note) == note.note
    )
    for line in session.scalars(posted).all():
        came[line.sku] += line.qty
        session.delete(line)
    if any(waiting.get(sku, 0) < qty for sku, qty in came.items()):
        return Refused(reason=f"goods of inbound note {note.note} have been put away or set apart already")
    there = sorted((row.sku, Disposition(row.disposition), row.qty) for row in goods if row.qty)
    shelves = Shelves(session, request, note.note, (sku for sku, *_ in there))
    for sku, disposition, qty in there:  # what waits, and what was refused on arrival
        shelves.move(sku, note.location, Bucket.QUARANTINED, -qty, disposition=disposition)
        _change(session, note.store, note.note, sku, disposition, -qty)
    note.reversed = True
    _towards_purchase(session, note.store, note.purchase, Counter({sku: -qty for sku, qty in came.items()}))
    return Success()


@performs(RegradeStock)
def regrade(effect: RegradeStock, request: EffectRequest, session: Session) -> StockRegraded | Refused:
    note = session.get(ReceiptNote, (request.store, effect.note), with_for_update=True)
    if note is None or note.reversed:
        return Refused(reason=f"inbound note {effect.note} isn't in the books")
    shelves = Shelves(session, request, effect.note, (line.sku for line in effect.lines))
    for line in effect.lines:
        there = session.get(
            ReceiptGoods, (request.store, effect.note, line.sku, line.was), with_for_update=True
        )
        if (
            there is None
            or there.qty < line.qty
            or _lacks(shelves, note.location, line.sku, line.was, line.qty)
        ):
            have = there.qty if there else 0
            return Refused(
                reason=f"{have} of {line.sku} are {line.was} in note {effect.note}, not {line.qty}"
            )
        where = line.location or note.location
        for disposition, change, place in (
            (line.was, -line.qty, note.location),
            (line.becomes, line.qty, where),
        ):
            _change(session, request.store, effect.note, line.sku, disposition, change)
            shelves.move(
                line.sku,
                place,
                bucket_of(disposition),
                change,
                bin_=line.bin,
                disposition=disposition,
            )
    return StockRegraded(filled=shelves.fill_back_orders())


@performs(ReturnToSupplier)
def return_to_supplier(
    effect: ReturnToSupplier, request: EffectRequest, session: Session
) -> ReturnedToSupplier | Refused:
    if objection := _other_currency(session, request, effect.purchase, effect.debit):
        return Refused(reason=objection)
    if effect.posted and (objection := _take_apart(session, request, effect)):
        return Refused(reason=objection)
    if effect.refused:
        return ReturnedToSupplier()
    if effect.posted and effect.purchase is not None:
        _await_again(session, request.store, effect.purchase, per_sku(effect.lines))
    _debit(
        session, request, effect.note, effect.purchase, effect.debit, f"returned with {effect.return_note}"
    )
    return ReturnedToSupplier(debit_no=number("DN", request.key), debited=effect.debit)


@performs(DebitSupplier)
def debit_supplier(
    effect: DebitSupplier, request: EffectRequest, session: Session
) -> SupplierDebited | Refused:
    if objection := _other_currency(session, request, effect.purchase, effect.amount):
        return Refused(reason=objection)
    _debit(session, request, effect.note, effect.purchase, effect.amount, effect.reason)
    return SupplierDebited(debit_no=number("DN", request.key))


@performs(BookVoucher)
def book_voucher(effect: BookVoucher, request: EffectRequest, session: Session) -> VoucherBooked | Refused:
    note = session.get(ReceiptNote, (request.store, effect.note), with_for_update=True)
    if note is None or note.reversed:
        return Refused(reason=f"inbound note {effect.note} isn't in the books")
    if entry_of(session, request.store, "voucher", effect.voucher_no) is not None:
        return Refused(reason=f"voucher number {effect.voucher_no} is in use")
    booked = select(SupplierEntry).where(
        col(SupplierEntry.store) == request.store,
        col(SupplierEntry.note) == effect.note,
        col(SupplierEntry.kind).in_(("voucher", "reversal")),
    )
    if sum(1 if entry.kind == "voucher" else -1 for entry in session.scalars(booked)) > 0:
        return Refused(reason=f"inbound note {effect.note} has a voucher already")
    session.add(
        SupplierEntry(
            key=request.key,
            kind="voucher",
            number=effect.voucher_no,
            store=request.store,
            purchase=note.purchase,
            note=effect.note,
            amount=note.value,
            currency=note.currency,
            booked_on=effect.booked_on,
            at=request.at,
        )
    )
    return VoucherBooked(amount=money(note.value, note.currency))


@performs(ReverseVoucher)
def reverse_voucher(_effect: ReverseVoucher, request: EffectRequest, session: Session) -> VoucherReversed:
    entry = session.scalars(select(SupplierEntry).where(col(SupplierEntry.key) == request.of)).one()
    voucher = number("RV", request.key)
    session.add(
        SupplierEntry(
            key=request.key,
            kind="reversal",
            number=voucher,
            store=entry.store,
            purchase=entry.purchase,
            note=entry.note,
            amount=-entry.amount,
            currency=entry.currency,
            at=request.at,
        )
    )
    return VoucherReversed(voucher_no=voucher)


def _take_apart(session: Session, request: EffectRequest, effect: ReturnToSupplier) -> str:
    """Take the goods out of what is set apart in the note. An objection where they aren't there."""
    note = session.get(ReceiptNote, (request.store, effect.note), with_for_update=True)
    if note is None or note.reversed:
        return f"inbound note {effect.note} isn't in the books"
    shelves = Shelves(session, request, effect.note, (row.sku for row in effect.lines))
    for row in effect.lines:
        wanted = row.qty
        # what was set apart for the supplier goes first
        apart = [
            goods
            for goods in _goods(session, note)
            if goods.sku == row.sku
            and goods.disposition not in _AWAY
            and (goods.disposition == Disposition.NOT_TAKEN) is effect.refused
        ]
        for goods in sorted(apart, key=lambda goods: goods.disposition != Disposition.SUPPLIER_RETURN):
            taken = min(goods.qty, wanted)
            if taken:
                wanted -= taken
                _change(session, note.store, note.note, row.sku, Disposition(goods.disposition), -taken)
                shelves.move(
                    row.sku,
                    note.location,
                    Bucket.QUARANTINED,
                    -taken,
                    disposition=Disposition.SUPPLIER_RETURN,
                )
        if wanted:
            return f"{row.qty - wanted} of {row.sku} are set apart in note {effect.note}, not {row.qty}"
    return ""


def _other_currency(session: Session, request: EffectRequest, purchase: str | None, amount: Money) -> str:
    """Why so much can't be debited on that purchase; empty if it can."""
    row = purchase_of(session, request.store, purchase) if purchase is not None and amount else None
    return f"purchase {purchase} is in {row.currency}" if row and row.currency != amount.currency else ""


def _debit(
    session: Session,
    request: EffectRequest,
    note: str | None,
    purchase: str | None,
    amount: Money,
    reason: str,
) -> None:
    debited = ten_thousandths(amount)
    session.add(
        SupplierEntry(
            key=request.key,
            kind="debit",
            number=number("DN", request.key),
            store=request.store,
            purchase=purchase,
            note=note,
            amount=debited,
            currency=amount.currency,
            reason=reason,
            at=request.at,
        )
    )
    if purchase is not None and (row := purchase_of(session, request.store, purchase)) is not None:
        row.debited += debited


def _towards_purchase(
    session: Session, store: str, purchase: str | None, came: Counter[str]
) -> ReceiptPosted:
    """Count goods towards the purchase's lines (negative: off them), and say where it stands."""
    if purchase is None:
        return ReceiptPosted(received=(), outstanding=())
    purchase_of(session, store, purchase)
    lines = lines_of(session, store, purchase)
    left = Counter(came)
    for line in lines:
        room = line.outstanding if left[line.sku] > 0 else -line.received
        change = min(left[line.sku], room) if left[line.sku] > 0 else max(left[line.sku], room)
        line.received += change
        left[line.sku] -= change
    for sku, qty in left.items():
        # more came than was ordered: it counts with the last line of its kind
        last = next((line for line in reversed(lines) if line.sku == sku), None)
        if last is not None:
            last.received += qty
    return ReceiptPosted(
        received=tuple(Goods(sku=line.sku, qty=line.received) for line in lines),
        outstanding=tuple(Goods(sku=line.sku, qty=line.outstanding) for line in lines if line.outstanding),
    )


def _await_again(session: Session, store: str, purchase: str, back: Counter[str]) -> None:
    """Goods of the purchase have gone back to its supplier."""
    purchase_of(session, store, purchase)
    left = Counter(back)
    for line in reversed(lines_of(session, store, purchase)):
        change = min(left[line.sku], line.received - line.returned)
        line.returned += change
        left[line.sku] -= change


def _goods(session: Session, note: ReceiptNote) -> list[ReceiptGoods]:
    mine = select(ReceiptGoods).where(
        col(ReceiptGoods.store) == note.store, col(ReceiptGoods.note) == note.note
    )
    return list(session.scalars(mine.with_for_update().execution_options(populate_existing=True)))


def _change(session: Session, store: str, note: str, sku: str, disposition: Disposition, change: int) -> None:
    goods = session.get(ReceiptGoods, (store, note, sku, disposition), with_for_update=True)
    if goods is None:
        goods = ReceiptGoods(store=store, note=note, sku=sku, disposition=disposition)
        session.add(goods)
    goods.qty += change
    session.flush()


def _lacks(shelves: Shelves, location: str, sku: str, was: Disposition, qty: int) -> bool:
    """Whether goods that were sellable have been kept or have left since."""
    return was is Disposition.SELLABLE and shelves.free_at(sku, location) < qty


def _lines_so_far(session: Session, store: str, note: str) -> int:
    mine = select(ReceiptLine).where(col(ReceiptLine.store) == store, col(ReceiptLine.note) == note)
    return max((line.line for line in session.scalars(mine)), default=0)
