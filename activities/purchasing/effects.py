"""Effects on purchases: placed, expected, shortened, called off, paid."""

from __future__ import annotations

from collections import Counter

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
    PrepaymentClaimed,
    PrepaySupplier,
    PurchaseCancelled,
    PurchaseExpected,
    PurchasePlaced,
    ShortenPurchase,
    SupplierNotPaid,
    SupplierPaid,
    SupplierPrepaid,
)
from activities.suppliers.contract import SupplierRating
from activities.suppliers.reading import objection_to
from models.amounts import money, ten_thousandths
from models.database import one_at_a_time
from models.effect import EffectRequest, Refused
from models.goods import Goods
from models.tables.purchasing import Purchase, PurchaseLine, Supplier, SupplierEntry


@performs(PlacePurchase)
def place(effect: PlacePurchase, request: EffectRequest, session: Session) -> PurchasePlaced | Refused:
    if objection := objection_to(session, request, effect.supplier):
        return Refused(reason=objection)
    is_downgraded = session.get_one(Supplier, effect.supplier).rating == SupplierRating.DOWNGRADED
    if is_downgraded and effect.allowed_by is None:
        return Refused(reason=f"supplier {effect.supplier} is downgraded: nobody has allowed to buy from it")
    if purchase_of(session, request.store, effect.purchase) is not None:
        return Refused(reason=f"there is a purchase {effect.purchase} already")
    currency = next((row.unit_price.currency for row in effect.lines if row.unit_price), "CNY")
    if any(row.unit_price and row.unit_price.currency != currency for row in effect.lines):
        return Refused(reason="a purchase is in one currency")
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
            unit_price=ten_thousandths(row.unit_price),
        )
        for line, row in enumerate(effect.lines, 1)
    )
    value = sum(ten_thousandths(row.unit_price) * row.qty for row in effect.lines)
    return PurchasePlaced(value=money(value, currency))


@performs(CancelPurchase)
def cancel(_effect: CancelPurchase, request: EffectRequest, session: Session) -> PurchaseCancelled:
    placed = select(Purchase).where(col(Purchase.key) == request.of).with_for_update()
    purchase = session.scalars(placed).one()
    purchase.cancelled = True
    off: list[Goods] = []
    for line in lines_of(session, purchase.store, purchase.purchase):
        if line.outstanding:
            off.append(Goods(sku=line.sku, qty=line.outstanding))
            line.cancelled += line.outstanding
    return PurchaseCancelled(lines=tuple(off))


@performs(ExpectPurchase)
def expect(effect: ExpectPurchase, request: EffectRequest, session: Session) -> PurchaseExpected | Refused:
    purchase = purchase_of(session, request.store, effect.purchase)
    if purchase is None:
        return _unknown(effect.purchase)
    before, purchase.expected_on = purchase.expected_on or purchase.delivery_date, effect.day
    return PurchaseExpected(before=before)


@performs(ShortenPurchase)
def shorten(effect: ShortenPurchase, request: EffectRequest, session: Session) -> PurchaseCancelled | Refused:
    if purchase_of(session, request.store, effect.purchase) is None:
        return _unknown(effect.purchase)
    wanted = Counter[str]()
    for row in effect.lines:
        wanted[row.sku] += row.qty
    cancelled = Counter(wanted)
    for line in lines_of(session, request.store, effect.purchase):
        qty = min(line.outstanding, wanted[line.sku])
        line.cancelled += qty
        wanted[line.sku] -= qty
    if short := +wanted:
        goods = ", ".join(f"{cancelled[sku] - qty} of {sku}" for sku, qty in sorted(short.items()))
        return Refused(reason=f"only {goods} are outstanding in purchase {effect.purchase}")
    return PurchaseCancelled(lines=tuple(Goods(sku=sku, qty=qty) for sku, qty in sorted(cancelled.items())))


@performs(PrepaySupplier)
def prepay(effect: PrepaySupplier, request: EffectRequest, session: Session) -> SupplierPrepaid | Refused:
    purchase = purchase_of(session, request.store, effect.purchase)
    if purchase is None:
        return _unknown(effect.purchase)
    if effect.amount.currency != purchase.currency:
        return Refused(reason=f"purchase {effect.purchase} is in {purchase.currency}")
    known = entry_of(session, request.store, "prepayment", effect.payment_no)
    if known is not None and known.purchase != effect.purchase:
        return Refused(reason=f"payment {effect.payment_no} belongs to purchase {known.purchase}")
    if known is None:
        amount = ten_thousandths(effect.amount)
        lines = lines_of(session, request.store, effect.purchase)
        value = sum((line.qty - line.cancelled) * line.unit_price for line in lines)
        if purchase.prepaid + amount > value:
            worth = money(value, purchase.currency)
            return Refused(reason=f"{effect.amount} more would exceed the purchase's {worth}")
        purchase.prepaid += amount
        _enter(session, request, purchase, "prepayment", effect.payment_no, amount)
    return SupplierPrepaid(prepaid=money(purchase.prepaid, purchase.currency))


@performs(ClaimPrepayment)
def claim_prepayment(_effect: ClaimPrepayment, request: EffectRequest, session: Session) -> PrepaymentClaimed:
    paid = select(SupplierEntry).where(col(SupplierEntry.key) == request.of)
    entry = session.scalars(paid).first()
    receivable = number("AR", request.key)
    if entry is not None and entry.purchase is not None:
        purchase = purchase_of(session, entry.store, entry.purchase)
        if purchase is not None:
            purchase.prepaid -= entry.amount
            _enter(session, request, purchase, "receivable", receivable, entry.amount)
    return PrepaymentClaimed(receivable_no=receivable)


@performs(PaySupplier)
def pay(effect: PaySupplier, request: EffectRequest, session: Session) -> SupplierPaid | Refused:
    purchase = purchase_of(session, request.store, effect.purchase)
    if purchase is None:
        return _unknown(effect.purchase)
    lines = lines_of(session, request.store, effect.purchase)
    received = sum(line.received * line.unit_price for line in lines)
    due = received - purchase.prepaid - purchase.debited - purchase.paid
    found = {
        "received_value": money(received, purchase.currency),
        "prepaid": money(purchase.prepaid, purchase.currency),
        "debited": money(purchase.debited, purchase.currency),
        "due": money(max(due, 0), purchase.currency),
    }
    amount = ten_thousandths(effect.amount)
    if entry_of(session, request.store, "payment", effect.invoice_no) is not None:
        return SupplierNotPaid(reason=f"invoice {effect.invoice_no} was paid already", **found)
    if effect.amount and effect.amount.currency != purchase.currency:
        return SupplierNotPaid(reason=f"purchase {effect.purchase} is in {purchase.currency}", **found)
    if amount > due:
        owed = money(max(due, 0), purchase.currency)
        return SupplierNotPaid(reason=f"the invoice asks for {effect.amount}, {owed} are due", **found)
    purchase.paid += amount
    _enter(session, request, purchase, "payment", effect.invoice_no, amount)
    return SupplierPaid(**found, paid=money(purchase.paid, purchase.currency))


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


def objection_to_goods(
    session: Session, store: str, purchase_no: str, came: Counter[str], more: Counter[str] | None = None
) -> str:
    """Why a purchase doesn't take these goods, or not so many of them; empty if it does. `more` may come beyond what
    was ordered, as long as the purchase awaits anything at all.
    """
    purchase = purchase_of(session, store, purchase_no)
    if purchase is None:
        return f"there is no purchase {purchase_no}"
    awaited = Counter[str]()
    for line in lines_of(session, store, purchase_no):
        awaited[line.sku] += line.outstanding
    if not awaited.total():
        return f"purchase {purchase_no} awaits nothing"
    for sku, qty in sorted(came.items()):
        if sku not in awaited:
            return f"{sku} isn't in purchase {purchase_no}"
        if qty > awaited[sku] + (more or Counter[str]())[sku]:
            return f"{awaited[sku]} of {sku} are outstanding in purchase {purchase_no}, not {qty}"
    return ""


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


def _unknown(purchase: str) -> Refused:
    return Refused(reason=f"there is no purchase {purchase}")
