"""Charging a customer more for an order, and giving that back."""

from __future__ import annotations

from sqlalchemy import or_, select
from sqlalchemy.orm import Session
from sqlmodel import col

from activities.money.accounts import Ledger, Leg
from activities.money.contract import ChargeDifference, ChargeReturned, DifferenceCharged, ReturnCharge
from activities.money.effects import ask_again, new_refund
from activities.money.port import ChargeRequest, Declined, Payments, RefundRequest, Settled
from activities.performing import Steps, asking_key, performs_outside
from activities.ports import Ports
from models.amounts import money, ten_thousandths
from models.effect import EffectRequest, Refused
from models.tables.catalogue import Price
from models.tables.money import Payment, Refund


def _begin_charge(
    effect: ChargeDifference, request: EffectRequest, session: Session, _ports: Ports
) -> Refused | ChargeRequest:
    ledger = Ledger(session, request, effect.order)
    paid = ledger.payments()
    if ledger.account is None or not paid:
        return Refused(reason=f"nothing was paid for order {effect.order}, so nobody can be charged")
    if ledger.account.currency != effect.amount.currency:
        return Refused(reason=f"order {effect.order} was paid in {ledger.account.currency}")
    if objection := _objection(session, request, effect):
        return Refused(reason=objection)
    payment = _charge(session, request.key)
    if payment is None:
        payment = Payment(
            key=request.key,
            store=request.store,
            order=effect.order,
            amount=ten_thousandths(effect.amount),
            currency=effect.amount.currency,
            method="difference",
            state="asked",
            at=request.at,
        )
        session.add(payment)
    elif payment.state == "declined":
        payment.state, payment.round = "asked", request.round
    return _charge_request(payment, paid, effect.reason)


def _ask_for_charge(question: ChargeRequest, ports: Ports) -> Settled | Declined:
    return ports[Payments].charge(question)


def _end_charge(
    effect: ChargeDifference,
    request: EffectRequest,
    session: Session,
    _question: ChargeRequest,
    answer: Settled | Declined,
) -> DifferenceCharged | Refused:
    ledger = Ledger(session, request, effect.order)
    payment = _charge(session, request.key)
    if payment is None or payment.state != "asked":
        return Refused(reason="it was taken back while the provider was asked")
    if isinstance(answer, Declined):
        payment.state = "declined"
        return Refused(reason=f"the payment provider declined: {answer.reason}")
    _settle(ledger, payment, answer)
    return DifferenceCharged(payment_no=payment.payment_no, amount=effect.amount, paid=ledger.of("paid"))


performs_outside(ChargeDifference, Steps(_begin_charge, _ask_for_charge, _end_charge, Payments))


def _begin_return(
    _effect: ReturnCharge, request: EffectRequest, session: Session, _ports: Ports
) -> ChargeReturned | RefundRequest | ChargeRequest:
    payment = _charge(session, request.of)
    if payment is None or payment.state == "declined":
        return ChargeReturned()
    ledger = Ledger(session, request, payment.order)
    if payment.state == "asked":
        # its end was never written down: the provider knows whether it came to a charge
        return _charge_request(payment, ledger.payments(), "")
    refund = session.scalars(select(Refund).where(col(Refund.key) == request.key)).first()
    if refund is None or refund.state == "declined":
        amount = min(payment.amount - payment.refunded, ledger.opened.left)
        if not amount:
            return ChargeReturned()
        payment.refunded += amount
        legs = [Leg(payment.id or 0, payment.payment_no, amount, request.round)]
        if refund is None:
            whole = money(amount, payment.currency)
            refund = new_refund(request, payment.order, whole, legs, "original", "a charged difference")
            session.add(refund)
        else:
            ask_again(refund, amount, legs)
        ledger.enter("refunded", amount, refund.refund_no)
    return RefundRequest(
        key=asking_key(f"{request.key}#0", Leg(**refund.legs[0]).round),
        refund_no=refund.refund_no,
        order=payment.order,
        payment_no=payment.payment_no,
        amount=refund.amount,
        currency=refund.currency,
        route=refund.route,
        account="",
        reason=refund.reason,
        at=request.at,
    )


def _ask_for_return(question: RefundRequest | ChargeRequest, ports: Ports) -> Settled | Declined | None:
    return (
        ports[Payments].find_charge(question)
        if isinstance(question, ChargeRequest)
        else ports[Payments].refund(question)
    )


def _end_return(
    _effect: ReturnCharge,
    request: EffectRequest,
    session: Session,
    question: RefundRequest | ChargeRequest,
    answer: Settled | Declined | None,
) -> ChargeReturned | Refused | None:
    ledger = Ledger(session, request, question.order)
    if isinstance(question, ChargeRequest):
        payment = _charge(session, request.of)
        if payment is not None and payment.state == "asked":
            if isinstance(answer, Settled):
                _settle(ledger, payment, answer)
            else:
                payment.state = "declined"
        return None
    refund = session.scalars(select(Refund).where(col(Refund.key) == request.key).with_for_update()).one()
    if not isinstance(answer, Settled):
        why = answer.reason if answer else ""
        ledger.give_back([Leg(**leg) for leg in refund.legs])
        ledger.enter("refunded", -refund.amount, f"{refund.refund_no} declined: {why}")
        refund.state, refund.amount, refund.legs = "declined", 0, []
        return Refused(reason=f"the payment provider declined: {why}")
    refund.state, refund.paid_at, refund.provider_refs = "paid", answer.at, [answer.reference]
    taken_off = min(refund.amount, ledger.opened.commission_base)
    ledger.enter("commission_base", -taken_off, refund.refund_no)
    return ChargeReturned(refund_no=refund.refund_no)


performs_outside(ReturnCharge, Steps(_begin_return, _ask_for_return, _end_return, Payments))


def _objection(session: Session, request: EffectRequest, effect: ChargeDifference) -> str:
    """Why nobody is charged so much for these goods, in a sentence; empty where somebody may be."""
    goods = effect.goods
    if goods is None:
        return ""
    listed = select(Price).where(
        col(Price.store) == request.store,
        col(Price.sku) == goods.sku,
        col(Price.kind) == "list",
        col(Price.since) <= request.at,
        or_(col(Price.until).is_(None), col(Price.until) > request.at),
    )
    price = session.scalars(listed.order_by(col(Price.id).desc()).limit(1)).first()
    if price is None or price.currency != effect.amount.currency:
        return ""
    whole = money(price.amount, price.currency) * goods.qty
    return f"{goods.qty} of {goods.sku} cost {whole}, not {effect.amount}" if effect.amount > whole else ""


def _charge_request(payment: Payment, paid: list[Payment], reason: str) -> ChargeRequest:
    """The charge, to whoever made the first payment."""
    return ChargeRequest(
        key=asking_key(payment.key, payment.round),
        order=payment.order,
        payment_no=paid[0].payment_no,
        amount=payment.amount,
        currency=payment.currency,
        reason=reason,
        at=payment.at,
    )


def _charge(session: Session, key: str) -> Payment | None:
    charged = select(Payment).where(col(Payment.key) == key).with_for_update()
    return session.scalars(charged.execution_options(populate_existing=True)).first()


def _settle(ledger: Ledger, payment: Payment, settled: Settled) -> None:
    payment.state, payment.payment_no = "paid", settled.reference
    ledger.enter("paid", payment.amount, settled.reference)
    ledger.enter("commission_base", payment.amount)
