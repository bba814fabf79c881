"""What others ask of the suppliers' book."""

from __future__ import annotations

from sqlalchemy.orm import Session

from activities.answering import Asked, answers
from activities.suppliers.contract import RATING, SupplierRating
from models.effect import EffectRequest
from models.tables.purchasing import Supplier


def objection_to(session: Session, request: EffectRequest, supplier_no: str) -> str:
    """Why nothing may be bought from a supplier now; empty if it may."""
    supplier = session.get(Supplier, supplier_no, with_for_update={"read": True})
    if supplier is None or not supplier.admitted:
        return f"supplier {supplier_no} isn't admitted"
    if supplier.rating == SupplierRating.FROZEN:
        return f"supplier {supplier_no} is frozen"
    if not supplier.valid_from <= request.at.date() <= supplier.valid_to:
        return f"contract {supplier.contract} with {supplier_no} isn't valid on {request.at.date()}"
    return ""


@answers(RATING)
def rating(asked: Asked, supplier: str) -> str | None:
    """Of a supplier that the book has."""
    row = asked.session.get(Supplier, supplier)
    return row.rating if row is not None else None
