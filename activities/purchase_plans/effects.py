"""What is asked of the purchases' book, and changes nothing."""

from __future__ import annotations

from collections import Counter

from sqlalchemy import func, select
from sqlalchemy.orm import Session
from sqlmodel import col

from activities.performing import performs
from activities.purchase_plans.contract import (
    CostFound,
    CostsDiffer,
    CostsMatch,
    EstimatePurchase,
    GoodsAwaited,
    LineAwaited,
    MatchCosts,
    PurchaseEstimated,
    PurchaseRead,
    ReadAwaited,
    ReadPurchase,
    StockSeen,
)
from activities.purchasing.effects import lines_of, objection_to_goods, purchase_of
from activities.purchasing.reading import costs_of, outstanding_of
from models.amounts import money
from models.effect import EffectRequest, Refused
from models.tables.stock import Stock
from models.values import NOTHING, in_one_currency, per_sku


@performs(EstimatePurchase)
def estimate(effect: EstimatePurchase, request: EffectRequest, session: Session) -> PurchaseEstimated:
    skus = list(dict.fromkeys(line.sku for line in effect.lines))
    costs = costs_of(session, skus)
    unknown = tuple(sku for sku in skus if sku not in costs)
    whole = not unknown and in_one_currency(costs.values())
    there = (
        select(
            col(Stock.sku),
            func.sum(col(Stock.on_hand) - col(Stock.held) - col(Stock.reserved) - col(Stock.set_aside)),
        )
        .where(col(Stock.sku).in_(skus))
        .group_by(col(Stock.sku))
    )
    free = {sku: int(qty) for sku, qty in session.execute(there)}
    coming = outstanding_of(session, request.store, skus)
    return PurchaseEstimated(
        estimate=sum((costs[line.sku] * line.qty for line in effect.lines), NOTHING) if whole else None,
        unknown=unknown,
        stock=tuple(StockSeen(sku=sku, free=free.get(sku, 0), coming=coming[sku]) for sku in skus),
    )


@performs(MatchCosts)
def match_costs(effect: MatchCosts, request: EffectRequest, session: Session) -> CostsMatch | CostsDiffer:
    purchase = purchase_of(session, request.store, effect.purchase)
    if purchase is None:
        return CostsDiffer(reason=f"there is no purchase {effect.purchase}")
    agreed = {
        line.sku: money(line.unit_price, purchase.currency)
        for line in lines_of(session, request.store, effect.purchase)
    }
    wrong: list[str] = []
    for line in effect.lines:
        price = agreed.get(line.sku)
        if price is None:
            wrong.append(f"{line.sku} isn't in purchase {effect.purchase}")
        elif line.unit_cost is not None and line.unit_cost != price:
            wrong.append(f"{line.sku} costs {price} by the contract, not {line.unit_cost}")
    objection = objection_to_goods(
        session, request.store, effect.purchase, per_sku(effect.lines), per_sku(effect.approved)
    )
    if objection and not wrong:
        wrong.append(objection)
    skus = dict.fromkeys(line.sku for line in effect.lines)
    found = tuple(CostFound(sku=sku, unit_cost=agreed[sku]) for sku in skus if sku in agreed)
    return CostsDiffer(reason="; ".join(wrong), lines=found) if wrong else CostsMatch(lines=found)


@performs(ReadAwaited)
def read_awaited(effect: ReadAwaited, request: EffectRequest, session: Session) -> GoodsAwaited | Refused:
    if objection := objection_to_goods(session, request.store, effect.purchase, Counter()):
        return Refused(reason=objection)
    purchase = purchase_of(session, request.store, effect.purchase)
    assert purchase is not None
    lines = lines_of(session, request.store, effect.purchase)
    awaited = Counter[str]()
    for line in lines:
        awaited[line.sku] += line.outstanding
    return GoodsAwaited(
        supplier=purchase.supplier,
        lines=tuple(
            LineAwaited(sku=sku, qty=awaited[sku], unit_cost=money(price, purchase.currency))
            for sku, price in {line.sku: line.unit_price for line in lines}.items()
        ),
    )


@performs(ReadPurchase)
def read_purchase(effect: ReadPurchase, request: EffectRequest, session: Session) -> PurchaseRead | Refused:
    purchase = purchase_of(session, request.store, effect.purchase)
    if purchase is None:
        return Refused(reason=f"there is no purchase {effect.purchase}")
    lines = lines_of(session, request.store, effect.purchase)
    received = sum(line.received * line.unit_price for line in lines)
    due = received - purchase.prepaid - purchase.debited - purchase.paid
    return PurchaseRead(
        received_value=money(received, purchase.currency),
        prepaid=money(purchase.prepaid, purchase.currency),
        debited=money(purchase.debited, purchase.currency),
        paid=money(purchase.paid, purchase.currency),
        due=money(due, purchase.currency),
    )
