"""What the partners' book shows: carriers, suppliers, distributors."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from activities.pages import After, Page, View, page, plainly, where
from models.tables.partners import Partner


class PartnerView(View):
    kind: str
    partner: str
    name: str
    active: bool


def partners(
    session: Session,
    *,
    kind: str | None = None,
    partner: str | None = None,
    after: After = None,
    limit: int = 50,
) -> Page[PartnerView]:
    """Carriers, suppliers, distributors."""
    query = where(select(Partner), {Partner.kind: kind, Partner.partner: partner})
    return page(session, query, (Partner.kind, Partner.partner), after, limit, plainly(PartnerView))
