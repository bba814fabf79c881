"""Effects on distributors: their prices, their credit, whether they may order."""

from __future__ import annotations

from decimal import Decimal

from pydantic import JsonValue
from sqlalchemy import or_, select
from sqlalchemy.orm import Session
from sqlmodel import col

from activities.performing import performs
from activities.purchasing.effects import wire
from activities.trade.contract import (
    BlockDistributor,
    ClosePriceList,
    DrawCredit,
    GiveCreditBack,
    OpenPriceList,
    SettleCredit,
    UnblockDistributor,
)
from models.amounts import hundredths, money
from models.effect import EffectRequest, Outcome
from models.tables.catalogue import Price
from models.tables.trade import Block, Credit, Distributor
from models.values import Money, SkuQty


@performs(OpenPriceList)
def open_price_list(effect: OpenPriceList, request: EffectRequest, session: Session) -> Outcome:
    row = session.get(Distributor, (request.store, effect.distributor), with_for_update=True)
    created = row is None
    if row is None:
        row = Distributor(
            store=request.store,
            distributor=effect.distributor,
            company=effect.company,
            level=effect.level,
            rebate_pct="0",
            payment=effect.payment,
            at=request.at,
        )
        session.add(row)
    row.company, row.level, row.rebate_pct = effect.company, effect.level, str(effect.rebate_pct)
    row.payment, row.drop_ship, row.open, row.key = effect.payment, effect.drop_ship, True, request.key
    return Outcome(data={"created": created})


@performs(ClosePriceList)
def close_price_list(_effect: ClosePriceList, request: EffectRequest, session: Session) -> Outcome:
    opened = select(Distributor).where(col(Distributor.key) == request.of).with_for_update()
    row = session.scalars(opened).first()
    if row is None:
        # opened anew since: the newer one stands
        return Outcome(data={"open_orders": []})
    row.open = False
    return Outcome(data={"open_orders": _open_orders(session, row.store, row.distributor)})


@performs(BlockDistributor)
def block(effect: BlockDistributor, request: EffectRequest, session: Session) -> Outcome:
    session.add(
        Block(
            key=request.key,
            store=request.store,
            distributor=effect.distributor,
            reason=effect.reason,
            at=request.at,
        )
    )
    return Outcome(data={"open_orders": _open_orders(session, request.store, effect.distributor)})


@performs(UnblockDistributor)
def unblock(_effect: UnblockDistributor, request: EffectRequest, session: Session) -> Outcome:
    row = session.get(Block, request.of)
    if row is not None:
        session.delete(row)
    return Outcome()


@performs(DrawCredit)
def draw(effect: DrawCredit, request: EffectRequest, session: Session) -> Outcome:
    partner = session.get(
        Distributor, (request.store, effect.partner), with_for_update=True, populate_existing=True
    )
    if partner is None or not partner.open:
        return Outcome(ok=False, reason=f"{effect.partner} has no prices with the store", data={"left": None})
    data: dict[str, JsonValue] = {"left": _left(partner)}
    blocks = select(Block).where(col(Block.store) == request.store, col(Block.distributor) == effect.partner)
    if blocked := session.scalars(blocks.limit(1)).first():
        return Outcome(ok=False, reason=f"{effect.partner} is blocked: {blocked.reason}", data=data)
    drawn = effect.amount or _at_list(session, request, partner, effect.lines)
    if drawn is None:
        return Outcome(ok=False, reason="not every product has a price on that list", data=data)
    if drawn.currency != partner.currency:
        return Outcome(ok=False, reason=f"{effect.partner}'s credit is in {partner.currency}", data=data)
    if session.get(Credit, (request.store, effect.order)) is not None:
        return Outcome(ok=False, reason=f"order {effect.order} has drawn on credit before", data=data)
    amount = hundredths(drawn)
    if partner.credit is not None and partner.used + amount > partner.credit:
        return Outcome(ok=False, reason=f"{effect.partner}'s credit doesn't reach for {drawn}", data=data)
    partner.used += amount
    session.add(
        Credit(
            store=request.store,
            order=effect.order,
            partner=effect.partner,
            key=request.key,
            amount=amount,
            currency=partner.currency,
            at=request.at,
        )
    )
    return Outcome(data={"amount": drawn.model_dump(mode="json"), "left": _left(partner)})


@performs(GiveCreditBack)
def give_back(_effect: GiveCreditBack, request: EffectRequest, session: Session) -> Outcome:
    drawn = select(Credit).where(col(Credit.key) == request.of).execution_options(populate_existing=True)
    credit = session.scalars(drawn).one()
    partner = session.get_one(
        Distributor, (credit.store, credit.partner), with_for_update=True, populate_existing=True
    )
    session.scalars(drawn.with_for_update()).one()  # some may have been paid while the partner was locked
    partner.used -= _owed(credit)
    credit.given_back = True
    return Outcome(data={"left": _left(partner)})


@performs(SettleCredit)
def settle(effect: SettleCredit, request: EffectRequest, session: Session) -> Outcome:
    partner = session.get(
        Distributor, (request.store, effect.partner), with_for_update=True, populate_existing=True
    )
    credit = session.get(Credit, (request.store, effect.order), with_for_update=True, populate_existing=True)
    if partner is None or credit is None or credit.partner != effect.partner:
        return Outcome(ok=False, reason=f"{effect.partner} owes nothing for order {effect.order}")
    if any(money and money.currency != credit.currency for money in (effect.paid, effect.rebate)):
        return Outcome(ok=False, reason=f"order {effect.order} is owed in {credit.currency}")
    before = _owed(credit)
    credit.paid += hundredths(effect.paid)
    credit.rebate += hundredths(effect.rebate)
    partner.used -= before - _owed(credit)
    return Outcome(data={"left": _left(partner), "owed": wire(_owed(credit), credit.currency)})


def _at_list(
    session: Session, request: EffectRequest, partner: Distributor, lines: tuple[SkuQty, ...]
) -> Money | None:
    """What the lines cost at the partner's level, else at list price; None where one has no price."""
    whole = Money(amount=Decimal(0), currency=partner.currency)
    for line in lines:
        holding = select(Price).where(
            col(Price.store) == request.store,
            col(Price.sku) == line.sku,
            col(Price.kind).in_((partner.level, "list")),
            col(Price.since) <= request.at,
            or_(col(Price.until).is_(None), col(Price.until) > request.at),
        )
        prices = session.scalars(holding.order_by(col(Price.id))).all()
        own = [price for price in prices if price.kind == partner.level] or prices
        if not own or own[-1].currency != partner.currency:
            return None
        whole += money(own[-1].amount, own[-1].currency) * line.qty
    return whole


def _owed(credit: Credit) -> int:
    return 0 if credit.given_back else max(credit.amount - credit.paid - credit.rebate, 0)


def _left(partner: Distributor) -> JsonValue:
    """What may still be drawn; None where there is no limit."""
    return None if partner.credit is None else wire(partner.credit - partner.used, partner.currency)


def _open_orders(session: Session, store: str, partner: str) -> list[JsonValue]:
    """Orders that the partner hasn't paid wholly."""
    mine = select(Credit).where(col(Credit.store) == store, col(Credit.partner) == partner)
    return [credit.order for credit in session.scalars(mine.order_by(col(Credit.order))) if _owed(credit)]
