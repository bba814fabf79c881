"""Effects on the partners' book."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session
from sqlmodel import col

from activities.partners.contract import DropPartner, PartnerSet, SetPartner
from activities.performing import performs
from models.effect import EffectRequest, Success
from models.tables.partners import Partner


@performs(SetPartner)
def set_partner(effect: SetPartner, request: EffectRequest, session: Session) -> PartnerSet:
    partner = session.get(Partner, (effect.partner_kind, effect.partner), with_for_update=True)
    created = partner is None
    if partner is None:
        partner = Partner(
            kind=effect.partner_kind, partner=effect.partner, name=effect.partner, at=request.at
        )
        session.add(partner)
    partner.name = effect.name or partner.name
    partner.active, partner.key, partner.at = effect.active, request.key, request.at
    return PartnerSet(created=created)


@performs(DropPartner)
def drop_partner(_effect: DropPartner, request: EffectRequest, session: Session) -> Success:
    for partner in session.scalars(select(Partner).where(col(Partner.key) == request.of).with_for_update()):
        partner.active = False
    return Success()
