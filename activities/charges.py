"""Charging a customer more for an order, and giving that back."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session
from sqlmodel import col

from activities.accounts import Ledger, Leg
from activities.contracts.base import Outcome, Performing
from activities.contracts.money import ChargeDifference, ReturnCharge
from activities.money import new_refund, wire
from activities.performing import Steps, performs_outside
from books.amounts import hundredths, money
from books.ports import Ports
from books.ports.payments import ChargeAsked, Declined, RefundAsked, Settled
from models.tables.money import Payment, Refund


def _begin_charge(
    effect: ChargeDifference, doing: Performing, session: Session, _ports: Ports
) -> Outcome | ChargeAsked:
    ledger = Ledger(session, doing, effect.order)
    paid = ledger.payments()
    if ledger.account is None or not paid:
        return Outcome(
            ok=False, reason=f"nothing was paid for order {effect.order}, so nobody can be charged"
        )
    if ledger.account.currency != effect.amount.currency:
        return Outcome(ok=False, reason=f"order {effect.order} was paid in {ledger.account.currency}")
    payment = _charge(session, doing.key)
    if payment is None:
        payment = Payment(
            key=doing.key,
            store=doing.store,
            order=effect.order,
            amount=hundredths(effect.amount),
            currency=effect.amount.currency,
            method="difference",
            state="asked",
            at=doing.at,
        )
        session.add(payment)
    return _asked(payment, paid, effect.reason)


def _ask_for_charge(asked: ChargeAsked, ports: Ports) -> Settled | Declined:
    return ports.payments.charge(asked)


def _end_charge(
    effect: ChargeDifference,
    doing: Performing,
    session: Session,
    _asked: ChargeAsked,
    answer: Settled | Declined,
) -> Outcome:
    ledger = Ledger(session, doing, effect.order)
    payment = _charge(session, doing.key)
    if payment is None or payment.state != "asked":
        return Outcome(ok=False, reason="it was taken back while the provider was asked")
    if isinstance(answer, Declined):
        payment.state = "declined"
        return Outcome(ok=False, reason=f"the payment provider declined: {answer.reason}")
    _settle(ledger, payment, answer)
    data = {
        "payment_no": payment.payment_no,
        "amount": wire(effect.amount),
        "paid": wire(ledger.of("paid")),
    }
    return Outcome(data=data)


performs_outside(ChargeDifference, Steps(_begin_charge, _ask_for_charge, _end_charge))


def _begin_return(
    _effect: ReturnCharge, doing: Performing, session: Session, ports: Ports
) -> Outcome | RefundAsked:
    payment = _charge(session, doing.of)
    if payment is None or payment.state == "declined":
        return Outcome()
    ledger = Ledger(session, doing, payment.order)
    if payment.state == "asked":
        # its end was never written down: the provider knows whether it came to a charge
        found = ports.payments.find_charge(_asked(payment, ledger.payments(), ""))
        if found is None:
            payment.state = "declined"
            return Outcome()
        _settle(ledger, payment, found)
    refund = session.scalars(select(Refund).where(col(Refund.key) == doing.key)).first()
    if refund is None:
        amount = min(payment.amount - payment.refunded, ledger.opened.left)
        if not amount:
            return Outcome()
        payment.refunded += amount
        leg = Leg(payment.id or 0, payment.payment_no, amount)
        whole = money(amount, payment.currency)
        refund = new_refund(doing, payment.order, whole, [leg], "original", "a charged difference")
        session.add(refund)
        ledger.enter("refunded", amount, refund.refund_no)
    return RefundAsked(
        key=f"{doing.key}#0",
        refund_no=refund.refund_no,
        order=payment.order,
        payment_no=payment.payment_no,
        amount=refund.amount,
        currency=refund.currency,
        route=refund.route,
        account="",
        reason=refund.reason,
        at=doing.at,
    )


def _ask_for_return(asked: RefundAsked, ports: Ports) -> Settled | Declined:
    return ports.payments.refund(asked)


def _end_return(
    _effect: ReturnCharge,
    doing: Performing,
    session: Session,
    asked: RefundAsked,
    answer: Settled | Declined,
) -> Outcome:
    ledger = Ledger(session, doing, asked.order)
    refund = session.scalars(select(Refund).where(col(Refund.key) == doing.key).with_for_update()).one()
    if isinstance(answer, Declined):
        ledger.give_back([Leg(**leg) for leg in refund.legs])
        ledger.enter("refunded", -refund.amount, f"{refund.refund_no} declined: {answer.reason}")
        refund.state, refund.amount, refund.legs = "declined", 0, []
        return Outcome(ok=False, reason=f"the payment provider declined: {answer.reason}")
    refund.state, refund.paid_at, refund.provider_refs = "paid", answer.at, [answer.reference]
    taken_off = min(refund.amount, ledger.opened.commission_base)
    ledger.enter("commission_base", -taken_off, refund.refund_no)
    return Outcome(data={"refund_no": refund.refund_no})


performs_outside(ReturnCharge, Steps(_begin_return, _ask_for_return, _end_return))


def _asked(payment: Payment, paid: list[Payment], reason: str) -> ChargeAsked:
    """The charge, to whoever made the first payment."""
    return ChargeAsked(
        key=payment.key,
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
