"""Effects on suppliers: who may be bought from, and how the store deals with them."""

from __future__ import annotations

from sqlalchemy import func, select
from sqlalchemy.orm import Session
from sqlmodel import col

from activities.performing import performs
from activities.suppliers.contract import (
    AdmitSupplier,
    ApplicantKnown,
    CheckApplicant,
    CheckSupplier,
    RateSupplier,
    RestoreSupplierRating,
    SupplierAdmitted,
    SupplierRated,
    SupplierRating,
    SupplierRatingRestored,
    SupplierWithdrawn,
    WithdrawSupplier,
)
from activities.suppliers.reading import objection_to
from models.database import one_at_a_time
from models.effect import EffectRequest, Refused, Success
from models.tables.partners import Partner
from models.tables.purchasing import Purchase, PurchaseLine, Supplier, SupplierRatingChange


@performs(CheckApplicant)
def check_applicant(
    effect: CheckApplicant, _request: EffectRequest, session: Session
) -> ApplicantKnown | Refused:
    if objection := _taken(session, effect.supplier, effect.credit_code):
        return Refused(reason=objection)
    known = session.get(Supplier, effect.supplier)
    return ApplicantKnown(rating=SupplierRating(known.rating) if known is not None else None)


@performs(AdmitSupplier)
def admit(effect: AdmitSupplier, request: EffectRequest, session: Session) -> SupplierAdmitted | Refused:
    one_at_a_time(session, "supplier", effect.credit_code or effect.supplier)
    if objection := _taken(session, effect.supplier, effect.credit_code):
        return Refused(reason=objection)
    supplier = session.get(Supplier, effect.supplier, with_for_update=True)
    created = supplier is None
    if supplier is None:
        supplier = Supplier(
            supplier=effect.supplier,
            company=effect.company,
            contract=effect.contract,
            valid_from=effect.valid_from,
            valid_to=effect.valid_to,
            at=request.at,
        )
        session.add(supplier)
    supplier.credit_code = effect.credit_code or supplier.credit_code
    supplier.company, supplier.categories, supplier.contract = (
        effect.company,
        list(effect.categories),
        effect.contract,
    )
    supplier.valid_from, supplier.valid_to = effect.valid_from, effect.valid_to
    supplier.admitted, supplier.rating, supplier.admitted_key = True, SupplierRating.ACTIVE, request.key
    _list_as_partner(session, request, supplier)
    return SupplierAdmitted(created=created)


@performs(WithdrawSupplier)
def withdraw(_effect: WithdrawSupplier, request: EffectRequest, session: Session) -> SupplierWithdrawn:
    admitted = select(Supplier).where(col(Supplier.admitted_key) == request.of).with_for_update()
    supplier = session.scalars(admitted).first()
    if supplier is None:
        # admitted anew since: the newer entry stands
        return SupplierWithdrawn(open_orders=())
    supplier.admitted = False
    _list_as_partner(session, request, supplier)
    return SupplierWithdrawn(open_orders=_open_orders(session, supplier.supplier))


@performs(RateSupplier)
def rate(effect: RateSupplier, request: EffectRequest, session: Session) -> SupplierRated | Refused:
    supplier = session.get(Supplier, effect.supplier, with_for_update=True)
    if supplier is None:
        return Refused(reason=f"the book doesn't have supplier {effect.supplier}")
    if effect.replacement is not None and (objection := objection_to(session, request, effect.replacement)):
        return Refused(reason=objection)
    before, after = supplier.rating, effect.rating
    if before == SupplierRating.FROZEN:
        after = SupplierRating.FROZEN
    supplier.rating = after
    session.add(
        SupplierRatingChange(
            key=request.key,
            supplier=effect.supplier,
            before=before,
            after=after,
            reason=effect.reason,
            at=request.at,
        )
    )
    _list_as_partner(session, request, supplier)
    return SupplierRated(
        before=SupplierRating(before), rating=after, open_orders=_open_orders(session, effect.supplier)
    )


@performs(RestoreSupplierRating)
def restore_rating(
    _effect: RestoreSupplierRating, request: EffectRequest, session: Session
) -> SupplierRatingRestored:
    change = session.get_one(SupplierRatingChange, request.of)
    supplier = session.get_one(Supplier, change.supplier, with_for_update=True)
    if supplier.rating == change.after:
        supplier.rating = change.before
        _list_as_partner(session, request, supplier)
    return SupplierRatingRestored(rating=SupplierRating(supplier.rating))


@performs(CheckSupplier)
def check_supplier(effect: CheckSupplier, request: EffectRequest, session: Session) -> Success | Refused:
    objection = objection_to(session, request, effect.supplier)
    return Refused(reason=objection) if objection else Success()


def _taken(session: Session, number: str, credit_code: str) -> str:
    """Why a company can't be the supplier of that number; empty if it can."""
    if not credit_code:
        return ""
    known = session.get(Supplier, number)
    if known is not None and known.credit_code not in ("", credit_code):
        return f"supplier {number} is another company: {known.company}"
    same = select(Supplier).where(col(Supplier.credit_code) == credit_code, col(Supplier.supplier) != number)
    other = session.scalars(same.limit(1)).first()
    return f"the company is supplier {other.supplier} already ({other.rating})" if other is not None else ""


def _open_orders(session: Session, supplier: str) -> tuple[str, ...]:
    """The supplier's purchases of which something is outstanding."""
    expected = func.sum(
        col(PurchaseLine.qty)
        - col(PurchaseLine.cancelled)
        - col(PurchaseLine.received)
        + col(PurchaseLine.returned)
    )
    open_ = (
        select(col(Purchase.purchase))
        .join(
            PurchaseLine,
            (col(PurchaseLine.store) == col(Purchase.store))
            & (col(PurchaseLine.purchase) == col(Purchase.purchase)),
        )
        .where(col(Purchase.supplier) == supplier, col(Purchase.cancelled).is_(False))
        .group_by(col(Purchase.store), col(Purchase.purchase))
        .having(expected > 0)
    )
    return tuple(session.scalars(open_.order_by(col(Purchase.purchase))))


def _list_as_partner(session: Session, request: EffectRequest, supplier: Supplier) -> None:
    partner = session.get(Partner, ("supplier", supplier.supplier), with_for_update=True)
    if partner is None:
        partner = Partner(kind="supplier", partner=supplier.supplier, name=supplier.company, at=request.at)
        session.add(partner)
    partner.name, partner.active, partner.key, partner.at = (
        supplier.company,
        supplier.admitted and supplier.rating != SupplierRating.FROZEN,
        request.key,
        request.at,
    )
