"""Effects on distributors: their prices, their credit, whether they may order."""

from __future__ import annotations

from decimal import Decimal

from sqlalchemy import or_, select
from sqlalchemy.orm import Session
from sqlmodel import col

from activities.performing import performs
from activities.trade.contract import (
    BlockDistributor,
    ClosePriceList,
    CreditDrawn,
    CreditGivenBack,
    CreditRefused,
    CreditSettled,
    DrawCredit,
    GiveCreditBack,
    OpenPriceList,
    OrdersOpen,
    PriceListOpened,
    SettleCredit,
    UnblockDistributor,
)
from models.amounts import hundredths, money
from models.effect import EffectRequest, Refused, Success
from models.tables.catalogue import Price
from models.tables.trade import Block, Credit, Distributor
from models.values import Money, SkuQty


@performs(OpenPriceList)
def open_price_list(effect: OpenPriceList, request: EffectRequest, session: Session) -> PriceListOpened:
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
    return PriceListOpened(created=created)


@performs(ClosePriceList)
def close_price_list(_effect: ClosePriceList, request: EffectRequest, session: Session) -> OrdersOpen:
    opened = select(Distributor).where(col(Distributor.key) == request.of).with_for_update()
    row = session.scalars(opened).first()
    if row is None:
        # opened anew since: the newer one stands
        return OrdersOpen(open_orders=())
    row.open = False
    return OrdersOpen(open_orders=_open_orders(session, row.store, row.distributor))


@performs(BlockDistributor)
def block(effect: BlockDistributor, request: EffectRequest, session: Session) -> OrdersOpen:
    session.add(
        Block(
            key=request.key,
            store=request.store,
            distributor=effect.distributor,
            reason=effect.reason,
            at=request.at,
        )
    )
    return OrdersOpen(open_orders=_open_orders(session, request.store, effect.distributor))


@performs(UnblockDistributor)
def unblock(_effect: UnblockDistributor, request: EffectRequest, session: Session) -> Success:
    row = session.get(Block, request.of)
    if row is not None:
        session.delete(row)
    return Success()


@performs(DrawCredit)
def draw(effect: DrawCredit, request: EffectRequest, session: Session) -> CreditDrawn | CreditRefused:
    partner = session.get(
        Distributor, (request.store, effect.partner), with_for_update=True, populate_existing=True
    )
    if partner is None or not partner.open:
        return CreditRefused(reason=f"{effect.partner} has no prices with the store", left=None)
    left = _left(partner)
    blocks = select(Block).where(col(Block.store) == request.store, col(Block.distributor) == effect.partner)
    if blocked := session.scalars(blocks.limit(1)).first():
        return CreditRefused(reason=f"{effect.partner} is blocked: {blocked.reason}", left=left)
    drawn = effect.amount or _at_list(session, request, partner, effect.lines)
    if drawn is None:
        return CreditRefused(reason="not every product has a price on that list", left=left)
    if drawn.currency != partner.currency:
        return CreditRefused(reason=f"{effect.partner}'s credit is in {partner.currency}", left=left)
    if session.get(Credit, (request.store, effect.order)) is not None:
        return CreditRefused(reason=f"order {effect.order} has drawn on credit before", left=left)
    amount = hundredths(drawn)
    if partner.credit is not None and partner.used + amount > partner.credit:
        return CreditRefused(reason=f"{effect.partner}'s credit doesn't reach for {drawn}", left=left)
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
    return CreditDrawn(amount=drawn, left=_left(partner))


@performs(GiveCreditBack)
def give_back(_effect: GiveCreditBack, request: EffectRequest, session: Session) -> CreditGivenBack:
    drawn = select(Credit).where(col(Credit.key) == request.of).execution_options(populate_existing=True)
    credit = session.scalars(drawn).one()
    partner = session.get_one(
        Distributor, (credit.store, credit.partner), with_for_update=True, populate_existing=True
    )
    session.scalars(drawn.with_for_update()).one()  # some may have been paid while the partner was locked
    partner.used -= _owed(credit)
    credit.given_back = True
    return CreditGivenBack(left=_left(partner))


@performs(SettleCredit)
def settle(effect: SettleCredit, request: EffectRequest, session: Session) -> CreditSettled | Refused:
    partner = session.get(
        Distributor, (request.store, effect.partner), with_for_update=True, populate_existing=True
    )
    credit = session.get(Credit, (request.store, effect.order), with_for_update=True, populate_existing=True)
    if partner is None or credit is None or credit.partner != effect.partner:
        return Refused(reason=f"{effect.partner} owes nothing for order {effect.order}")
    if any(money and money.currency != credit.currency for money in (effect.paid, effect.rebate)):
        return Refused(reason=f"order {effect.order} is owed in {credit.currency}")
    before = _owed(credit)
    credit.paid += hundredths(effect.paid)
    credit.rebate += hundredths(effect.rebate)
    partner.used -= before - _owed(credit)
    return CreditSettled(left=_left(partner), owed=money(_owed(credit), credit.currency))


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


def _left(partner: Distributor) -> Money | None:
    """What may still be drawn; None where there is no limit."""
    return None if partner.credit is None else money(partner.credit - partner.used, partner.currency)


def _open_orders(session: Session, store: str, partner: str) -> tuple[str, ...]:
    """Orders that the partner hasn't paid wholly."""
    mine = select(Credit).where(col(Credit.store) == store, col(Credit.partner) == partner)
    credits_ = session.scalars(mine.order_by(col(Credit.order)))
    return tuple(credit.order for credit in credits_ if _owed(credit))
