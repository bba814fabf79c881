"""Effects on purchases: placed, expected, shortened, called off, paid."""

from __future__ import annotations

from collections import Counter

from pydantic import JsonValue
from sqlalchemy import select
from sqlalchemy.orm import Session
from sqlmodel import col

from activities.money.accounts import number
from activities.performing import performs
from activities.purchasing.contract import (
    CancelPurchase,
    ClaimPrepayment,
    ExpectPurchase,
    PaySupplier,
    PlacePurchase,
    PrepaySupplier,
    ShortenPurchase,
    Standing,
)
from models.amounts import hundredths, money
from models.database import one_at_a_time
from models.effect import EffectRequest, Outcome
from models.tables.purchasing import Purchase, PurchaseLine, Supplier, SupplierEntry


@performs(PlacePurchase)
def place(effect: PlacePurchase, request: EffectRequest, session: Session) -> Outcome:
    if objection := _objection(session, request, effect):
        return Outcome(ok=False, reason=objection)
    if purchase_of(session, request.store, effect.purchase) is not None:
        return Outcome(ok=False, reason=f"there is a purchase {effect.purchase} already")
    currency = next((row.unit_price.currency for row in effect.lines if row.unit_price), "CNY")
    if any(row.unit_price and row.unit_price.currency != currency for row in effect.lines):
        return Outcome(ok=False, reason="a purchase is in one currency")
    session.add(
        Purchase(
            store=request.store,
            purchase=effect.purchase,
            key=request.key,
            supplier=effect.supplier,
            contract=effect.contract,
            delivery_date=effect.delivery_date,
            terms=effect.terms,
            currency=currency,
            at=request.at,
        )
    )
    session.add_all(
        PurchaseLine(
            store=request.store,
            purchase=effect.purchase,
            line=line,
            sku=row.sku,
            qty=row.qty,
            unit_price=hundredths(row.unit_price),
        )
        for line, row in enumerate(effect.lines, 1)
    )
    value = sum(hundredths(row.unit_price) * row.qty for row in effect.lines)
    return Outcome(data={"value": wire(value, currency)})


@performs(CancelPurchase)
def cancel(_effect: CancelPurchase, request: EffectRequest, session: Session) -> Outcome:
    placed = select(Purchase).where(col(Purchase.key) == request.of).with_for_update()
    purchase = session.scalars(placed).one()
    purchase.cancelled = True
    off: list[JsonValue] = []
    for line in lines_of(session, purchase.store, purchase.purchase):
        if line.outstanding:
            off.append({"sku": line.sku, "qty": line.outstanding})
            line.cancelled += line.outstanding
    return Outcome(data={"lines": off})


@performs(ExpectPurchase)
def expect(effect: ExpectPurchase, request: EffectRequest, session: Session) -> Outcome:
    purchase = purchase_of(session, request.store, effect.purchase)
    if purchase is None:
        return _unknown(effect.purchase)
    before, purchase.delivery_date = purchase.delivery_date, effect.day
    return Outcome(data={"before": before.isoformat()})


@performs(ShortenPurchase)
def shorten(effect: ShortenPurchase, request: EffectRequest, session: Session) -> Outcome:
    if purchase_of(session, request.store, effect.purchase) is None:
        return _unknown(effect.purchase)
    wanted = Counter[str]()
    for row in effect.lines:
        wanted[row.sku] += row.qty
    asked = Counter(wanted)
    for line in lines_of(session, request.store, effect.purchase):
        qty = min(line.outstanding, wanted[line.sku])
        line.cancelled += qty
        wanted[line.sku] -= qty
    if short := +wanted:
        goods = ", ".join(f"{asked[sku] - qty} of {sku}" for sku, qty in sorted(short.items()))
        return Outcome(ok=False, reason=f"only {goods} are outstanding in purchase {effect.purchase}")
    return Outcome(data={"lines": [{"sku": sku, "qty": qty} for sku, qty in sorted(asked.items())]})


@performs(PrepaySupplier)
def prepay(effect: PrepaySupplier, request: EffectRequest, session: Session) -> Outcome:
    purchase = purchase_of(session, request.store, effect.purchase)
    if purchase is None:
        return _unknown(effect.purchase)
    if effect.amount.currency != purchase.currency:
        return Outcome(ok=False, reason=f"purchase {effect.purchase} is in {purchase.currency}")
    known = entry_of(session, request.store, "prepayment", effect.payment_no)
    if known is not None and known.purchase != effect.purchase:
        return Outcome(ok=False, reason=f"payment {effect.payment_no} belongs to purchase {known.purchase}")
    if known is None:
        amount = hundredths(effect.amount)
        lines = lines_of(session, request.store, effect.purchase)
        value = sum((line.qty - line.cancelled) * line.unit_price for line in lines)
        if purchase.prepaid + amount > value:
            worth = money(value, purchase.currency)
            return Outcome(ok=False, reason=f"{effect.amount} more would exceed the purchase's {worth}")
        purchase.prepaid += amount
        _enter(session, request, purchase, "prepayment", effect.payment_no, amount)
    return Outcome(data={"prepaid": wire(purchase.prepaid, purchase.currency)})


@performs(ClaimPrepayment)
def claim_prepayment(_effect: ClaimPrepayment, request: EffectRequest, session: Session) -> Outcome:
    paid = select(SupplierEntry).where(col(SupplierEntry.key) == request.of)
    entry = session.scalars(paid).first()
    receivable = number("AR", request.key)
    if entry is not None and entry.purchase is not None:
        purchase = purchase_of(session, entry.store, entry.purchase)
        if purchase is not None:
            purchase.prepaid -= entry.amount
            _enter(session, request, purchase, "receivable", receivable, entry.amount)
    return Outcome(data={"receivable_no": receivable})


@performs(PaySupplier)
def pay(effect: PaySupplier, request: EffectRequest, session: Session) -> Outcome:
    purchase = purchase_of(session, request.store, effect.purchase)
    if purchase is None:
        return _unknown(effect.purchase)
    lines = lines_of(session, request.store, effect.purchase)
    received = sum(line.received * line.unit_price for line in lines)
    due = received - purchase.prepaid - purchase.debited - purchase.paid
    data: dict[str, JsonValue] = {
        "received_value": wire(received, purchase.currency),
        "prepaid": wire(purchase.prepaid, purchase.currency),
        "debited": wire(purchase.debited, purchase.currency),
        "due": wire(max(due, 0), purchase.currency),
    }
    amount = hundredths(effect.amount)
    if entry_of(session, request.store, "payment", effect.invoice_no) is not None:
        return Outcome(ok=False, reason=f"invoice {effect.invoice_no} was paid already", data=data)
    if effect.amount and effect.amount.currency != purchase.currency:
        return Outcome(ok=False, reason=f"purchase {effect.purchase} is in {purchase.currency}", data=data)
    if amount > due:
        owed = money(max(due, 0), purchase.currency)
        return Outcome(ok=False, reason=f"the invoice asks for {effect.amount}, {owed} are due", data=data)
    purchase.paid += amount
    _enter(session, request, purchase, "payment", effect.invoice_no, amount)
    return Outcome(data={**data, "paid": wire(purchase.paid, purchase.currency)})


def wire(amount: int, currency: str) -> JsonValue:
    """Money as it stands in an outcome."""
    return money(amount, currency).model_dump(mode="json")


def purchase_of(session: Session, store: str, purchase: str) -> Purchase | None:
    """The purchase, locked."""
    return session.get(Purchase, (store, purchase), with_for_update=True, populate_existing=True)


def lines_of(session: Session, store: str, purchase: str) -> list[PurchaseLine]:
    """The purchase's lines, in order. Whoever changes them has locked the purchase."""
    mine = select(PurchaseLine).where(
        col(PurchaseLine.store) == store, col(PurchaseLine.purchase) == purchase
    )
    return list(
        session.scalars(mine.order_by(col(PurchaseLine.line)).execution_options(populate_existing=True))
    )


def entry_of(session: Session, store: str, kind: str, number_: str) -> SupplierEntry | None:
    """The entry of that kind with that number. Until the transaction ends nobody else makes one."""
    one_at_a_time(session, kind, store, number_)
    known = select(SupplierEntry).where(
        col(SupplierEntry.store) == store,
        col(SupplierEntry.kind) == kind,
        col(SupplierEntry.number) == number_,
    )
    return session.scalars(known.limit(1)).first()


def _enter(
    session: Session, request: EffectRequest, purchase: Purchase, kind: str, number_: str, amount: int
) -> None:
    session.add(
        SupplierEntry(
            key=request.key,
            kind=kind,
            number=number_,
            store=request.store,
            purchase=purchase.purchase,
            amount=amount,
            currency=purchase.currency,
            at=request.at,
        )
    )


def _objection(session: Session, request: EffectRequest, effect: PlacePurchase) -> str:
    supplier = session.get(Supplier, effect.supplier, with_for_update={"read": True})
    if supplier is None or not supplier.admitted:
        return f"supplier {effect.supplier} isn't admitted"
    if supplier.standing == Standing.FROZEN:
        return f"supplier {effect.supplier} is frozen"
    if not supplier.valid_from <= request.at.date() <= supplier.valid_to:
        return f"contract {supplier.contract} with {effect.supplier} isn't valid on {request.at.date()}"
    return ""


def _unknown(purchase: str) -> Outcome:
    return Outcome(ok=False, reason=f"there is no purchase {purchase}")
