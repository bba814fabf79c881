"""Effects on distributors: their prices, their credit, whether they may order."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal, InvalidOperation

from sqlalchemy import select
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
    LevelPrice,
    LowerCredit,
    OpenPriceList,
    OrderPriced,
    OrdersOpen,
    PriceListOpened,
    PriceOrder,
    SettleCredit,
    UnblockDistributor,
)
from activities.trade.reading import left_of, level_price
from models.amounts import money, ten_thousandths
from models.effect import EffectRequest, Refused, Success
from models.tables.trade import Block, Credit, Distributor
from models.values import NOTHING, Money, SkuQty


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
    row.credit = ten_thousandths(effect.credit) if effect.credit is not None else None
    if effect.credit:
        row.currency = effect.credit.currency
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


@performs(PriceOrder, read_only=True)
def price_order(effect: PriceOrder, request: EffectRequest, session: Session) -> OrderPriced | Refused:
    partner = session.get(Distributor, (request.store, effect.partner))
    if blocked := _block(session, request, effect.partner):
        return Refused(reason=f"{effect.partner} is blocked: {blocked.reason}")
    if partner is not None and not partner.open:
        return Refused(reason=f"{effect.partner} has no prices with the store any more")
    level = partner.level if partner is not None else ""
    prices = {
        line.sku: level_price(session, request.store, request.at, level, line.sku) for line in effect.lines
    }
    known = {sku: price for sku, price in prices.items() if price is not None}
    owed = money(partner.used, partner.currency) if partner is not None else NOTHING
    in_one = len({price.currency for price in known.values()}) == 1
    return OrderPriced(
        prices=tuple(LevelPrice(sku=sku, price=price) for sku, price in known.items()),
        amount=_sum(effect.lines, known) if len(known) == len(prices) and in_one else None,
        level=level,
        rebate_pct=_rebate(partner),
        owed=owed,
        limit=_limit(partner) if partner is not None else NOTHING,
    )


@performs(DrawCredit)
def draw(effect: DrawCredit, request: EffectRequest, session: Session) -> CreditDrawn | CreditRefused:
    partner = session.get(
        Distributor, (request.store, effect.partner), with_for_update=True, populate_existing=True
    )
    if partner is None or not partner.open:
        return CreditRefused(reason=f"{effect.partner} has no prices with the store", left=None)
    left = left_of(partner)
    if blocked := _block(session, request, effect.partner):
        return CreditRefused(reason=f"{effect.partner} is blocked: {blocked.reason}", left=left)
    drawn = effect.amount or _at_list(session, request, partner, effect.lines)
    if drawn is None:
        return CreditRefused(reason="not every product has a price on that list", left=left)
    if drawn.currency != partner.currency:
        return CreditRefused(reason=f"{effect.partner}'s credit is in {partner.currency}", left=left)
    if session.get(Credit, (request.store, effect.order)) is not None:
        return CreditRefused(reason=f"order {effect.order} has drawn on credit before", left=left)
    amount = ten_thousandths(drawn)
    if partner.credit is not None and partner.used + amount > partner.credit and not effect.allowed:
        return CreditRefused(
            reason=f"{effect.partner}'s credit doesn't reach for {drawn}",
            left=left,
            owed=money(partner.used, partner.currency),
            limit=_limit(partner),
        )
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
    return CreditDrawn(amount=drawn, left=left_of(partner))


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
    return CreditGivenBack(left=left_of(partner))


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
    before, paid, rebate = _owed(credit), ten_thousandths(effect.paid), ten_thousandths(effect.rebate)
    if paid + rebate > before:
        owed = money(before, credit.currency)
        return Refused(reason=f"{owed} is owed for order {effect.order}, not {effect.paid + effect.rebate}")
    if credit.paid + paid < 0 or credit.rebate + rebate < 0:
        return Refused(reason=f"not so much was paid for order {effect.order}")
    credit.paid += paid
    credit.rebate += rebate
    partner.used -= before - _owed(credit)
    return CreditSettled(left=left_of(partner), owed=money(_owed(credit), credit.currency))


@performs(LowerCredit)
def lower(effect: LowerCredit, request: EffectRequest, session: Session) -> CreditSettled | Refused:
    partner = session.get(
        Distributor, (request.store, effect.partner), with_for_update=True, populate_existing=True
    )
    credit = session.get(Credit, (request.store, effect.order), with_for_update=True, populate_existing=True)
    if partner is None or credit is None or credit.partner != effect.partner or credit.given_back:
        return Refused(reason=f"{effect.partner} owes nothing for order {effect.order}")
    if effect.amount.currency != credit.currency:
        return Refused(reason=f"order {effect.order} is owed in {credit.currency}")
    drawn = money(credit.amount, credit.currency)
    if effect.amount > drawn:
        return Refused(reason=f"{drawn} was drawn for order {effect.order}, not {effect.amount}")
    before = _owed(credit)
    credit.amount -= ten_thousandths(effect.amount)
    partner.used -= before - _owed(credit)
    return CreditSettled(left=left_of(partner), owed=money(_owed(credit), credit.currency))


def _at_list(
    session: Session, request: EffectRequest, partner: Distributor, lines: tuple[SkuQty, ...]
) -> Money | None:
    """What the lines cost at the partner's level; None where one has no price in the partner's currency."""
    prices: dict[str, Money] = {}
    for line in lines:
        price = level_price(session, request.store, request.at, partner.level, line.sku)
        if price is None or price.currency != partner.currency:
            return None
        prices[line.sku] = price
    return _sum(lines, prices)


def _sum(lines: tuple[SkuQty, ...], prices: Mapping[str, Money]) -> Money:
    return sum((prices[line.sku] * line.qty for line in lines), NOTHING)


def _block(session: Session, request: EffectRequest, partner: str) -> Block | None:
    """A reason why the partner may not order."""
    blocks = select(Block).where(col(Block.store) == request.store, col(Block.distributor) == partner)
    return session.scalars(blocks.limit(1)).first()


def _rebate(partner: Distributor | None) -> Decimal:
    """In per cent of an order."""
    try:
        return Decimal(partner.rebate_pct) if partner is not None else Decimal(0)
    except InvalidOperation:  # none was agreed
        return Decimal(0)


def _limit(partner: Distributor) -> Money | None:
    """The most that may be owed; None where there is no limit."""
    return None if partner.credit is None else money(partner.credit, partner.currency)


def _owed(credit: Credit) -> int:
    return 0 if credit.given_back else max(credit.amount - credit.paid - credit.rebate, 0)


def _open_orders(session: Session, store: str, partner: str) -> tuple[str, ...]:
    """Orders that the partner hasn't paid wholly."""
    mine = select(Credit).where(col(Credit.store) == store, col(Credit.partner) == partner)
    credits_ = session.scalars(mine.order_by(col(Credit.order)))
    return tuple(credit.order for credit in credits_ if _owed(credit))
