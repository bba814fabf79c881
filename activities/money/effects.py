"""Effects on the money book: payments, refunds, charges and what hangs on them."""

from __future__ import annotations

from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session
from sqlmodel import col

from activities.money.accounts import Ledger, Leg, Purse, number
from activities.money.contract import (
    BookReceivable,
    DropReceivable,
    MoreThanLeft,
    PaymentRecorded,
    PaymentShared,
    PayRefund,
    ReceivableBooked,
    RecordPayment,
    RecordRefund,
    RefundDeclined,
    RefundPaid,
    RefundRecorded,
    Route,
    SharePayment,
)
from activities.money.port import Declined, Payments, RefundRequest, Settled
from activities.performing import Steps, asking_key, performs, performs_outside
from activities.ports import Ports
from models.amounts import money, ten_thousandths
from models.database import one_at_a_time
from models.effect import EffectRequest, Refused
from models.statements import add_row
from models.tables.money import Paper, Payment, Refund
from models.values import Money
from models.values import amount as amount_of


@performs(RecordPayment)
def record_payment(
    effect: RecordPayment, request: EffectRequest, session: Session
) -> PaymentRecorded | Refused:
    ledger = Ledger(session, request, effect.order)
    account = ledger.open(effect.amount.currency)
    if account.currency != effect.amount.currency:
        return Refused(reason=f"order {effect.order} was paid in {account.currency} before")
    if effect.payment_no:
        one_at_a_time(session, "payment", request.store, effect.payment_no)
    known = _payment_of(session, request.store, effect.payment_no) if effect.payment_no else None
    if known is not None and known.order != effect.order:
        return Refused(reason=f"payment {effect.payment_no} belongs to order {known.order}")
    if known is None:
        amount = ten_thousandths(effect.amount)
        _take_in(session, request, effect.order, amount, account.currency, effect.payment_no, effect.method)
        ledger.enter("paid", amount, effect.payment_no)
        ledger.enter("commission_base", amount)
    return PaymentRecorded(paid=ledger.of("paid"), refunded=ledger.of("refunded"), counted=known is None)


@performs(SharePayment)
def share_payment(
    effect: SharePayment, request: EffectRequest, session: Session
) -> PaymentShared | MoreThanLeft | Refused:
    ledger = Ledger(session, request, effect.order)
    whole = amount_of(effect.shares)
    if objection := ledger.objection(whole):
        return MoreThanLeft(reason=objection, left=ledger.left)
    if any(share.order == effect.order for share in effect.shares):
        return Refused(reason=f"order {effect.order} is no part of itself")
    for share in sorted(effect.shares, key=lambda share: share.order):
        amount = ten_thousandths(share.amount)
        part = Ledger(session, request, share.order)
        if part.open(whole.currency).currency != whole.currency:
            return Refused(reason=f"order {share.order} was paid in another currency before")
        for leg in ledger.draw(amount):
            _take_in(session, request, share.order, leg.amount, whole.currency, leg.payment_no, "")
        # benefits may have gone back before their money did
        base = min(amount, ledger.opened.commission_base)
        ledger.enter("shared", amount, f"to {share.order}")
        ledger.enter("commission_base", -base, f"to {share.order}")
        part.enter("paid", amount, f"from {effect.order}")
        part.enter("commission_base", base, f"from {effect.order}")
    return PaymentShared(left=ledger.left)


@performs(RecordRefund)
def record_refund(
    effect: RecordRefund, request: EffectRequest, session: Session
) -> RefundRecorded | MoreThanLeft:
    one_at_a_time(session, "refund", request.store, effect.refund_no)
    same = select(Refund).where(
        col(Refund.store) == request.store,
        col(Refund.by_hand_ref) == effect.refund_no,
        col(Refund.order) != effect.order,
    )
    if effect.refund_no and (other := session.scalars(same.limit(1)).first()) is not None:
        return MoreThanLeft(reason=f"refund {effect.refund_no} is of order {other.order}")
    purse = Purse(session, request, effect.order)
    if objection := purse.objection(effect.amount):
        return MoreThanLeft(reason=objection, left=purse.left)
    legs = purse.draw(ten_thousandths(effect.amount), effect.refund_no)
    refund = new_refund(request, effect.order, effect.amount, legs, effect.route, effect.reason)
    refund.state, refund.paid_at, refund.provider_refs = "paid", request.at, [effect.refund_no]
    refund.by_hand_ref = effect.refund_no
    session.add(refund)
    return RefundRecorded(refunded=purse.refunded)


@performs(BookReceivable)
def book_receivable(effect: BookReceivable, request: EffectRequest, session: Session) -> ReceivableBooked:
    receivable = number("AR", request.key)
    session.add(
        Paper(
            number=receivable,
            kind="receivable",
            key=request.key,
            store=request.store,
            order=effect.order,
            amount=ten_thousandths(effect.amount),
            currency=effect.amount.currency,
            reason=effect.reason,
            at=request.at,
        )
    )
    return ReceivableBooked(receivable_no=receivable)


@performs(DropReceivable)
def drop_receivable(_effect: DropReceivable, request: EffectRequest, session: Session) -> ReceivableBooked:
    booked = session.scalars(select(Paper).where(col(Paper.key) == request.of)).one()
    receivable = number("AR", request.key)
    session.add(
        Paper(
            number=receivable,
            kind=booked.kind,
            key=request.key,
            store=booked.store,
            order=booked.order,
            amount=-booked.amount,
            currency=booked.currency,
            reason=f"{booked.number} isn't owed",
            at=request.at,
        )
    )
    return ReceivableBooked(receivable_no=receivable)


class Answers(NamedTuple):
    """What the provider said of each leg, up to the first no."""

    paid: list[str]
    at: datetime | None
    declined: str


def _begin_refund(
    effect: PayRefund, request: EffectRequest, session: Session, _ports: Ports
) -> RefundDeclined | list[RefundRequest]:
    purse = Purse(session, request, effect.order)
    refund = session.scalars(select(Refund).where(col(Refund.key) == request.key)).first()
    if refund is None or refund.state == "declined":
        # what went back before the provider declined the rest isn't asked for twice
        amount = ten_thousandths(effect.amount) - (refund.amount if refund else 0)
        if objection := purse.objection(money(amount, effect.amount.currency)):
            return RefundDeclined(reason=objection, left=purse.left)
        # counted before the provider is asked, so that no other refund can take the same money
        legs = purse.draw(amount, refund.refund_no if refund else number("RF", request.key))
        if refund is None:
            refund = new_refund(request, effect.order, effect.amount, legs, effect.route, effect.reason)
            refund.account = effect.account
            session.add(refund)
        else:
            ask_again(refund, amount, legs)
    return [
        RefundRequest(
            key=asking_key(f"{request.key}#{place}", leg.round),
            refund_no=refund.refund_no,
            order=effect.order,
            payment_no=leg.payment_no,
            amount=leg.amount,
            currency=refund.currency,
            route=refund.route,
            account=refund.account,
            reason=refund.reason,
            at=request.at,
        )
        for place, leg in enumerate(_legs(refund))
    ]


def _ask_for_refund(question: list[RefundRequest], ports: Ports) -> Answers:
    paid: list[str] = []
    at: datetime | None = None
    for leg in question:
        match ports[Payments].refund(leg):
            case Settled(reference, settled_at):
                paid.append(reference)
                at = settled_at
            case Declined(reason):
                return Answers(paid, at, reason)
    return Answers(paid, at, "")


def _end_refund(
    effect: PayRefund,
    request: EffectRequest,
    session: Session,
    _question: list[RefundRequest],
    answers: Answers,
) -> RefundPaid | RefundDeclined:
    purse = Purse(session, request, effect.order)
    refund = session.scalars(select(Refund).where(col(Refund.key) == request.key).with_for_update()).one()
    unpaid = _legs(refund)[len(answers.paid) :]
    if unpaid:
        purse.give_back(unpaid, f"{refund.refund_no} declined: {answers.declined}")
        refund.amount -= sum(leg.amount for leg in unpaid)
    refund.legs = refund.legs[: len(answers.paid)]
    refund.provider_refs, refund.paid_at = answers.paid, answers.at
    refund.state = "declined" if answers.declined else "paid"
    refunded, left = purse.refunded, purse.left
    if answers.declined:
        reason = f"the payment provider declined: {answers.declined}"
        return RefundDeclined(reason=reason, refunded=refunded, left=left)
    return RefundPaid(
        refund_no=refund.refund_no,
        payment_ref=", ".join(answers.paid)[:200],
        paid_at=answers.at or request.at,
        amount=effect.amount,
        route=Route(refund.route),
        refunded=refunded,
        left=left,
    )


performs_outside(PayRefund, Steps(_begin_refund, _ask_for_refund, _end_refund, Payments))


def new_refund(
    request: EffectRequest, order: str, amount: Money, legs: list[Leg], route: str, reason: str
) -> Refund:
    """The row of a refund that is about to be asked for, from these payments."""
    return Refund(
        refund_no=number("RF", request.key),
        key=request.key,
        store=request.store,
        order=order,
        amount=ten_thousandths(amount),
        currency=amount.currency,
        route=route,
        reason=reason,
        legs=[leg._asdict() for leg in legs],
        asked_at=request.at,
    )


def ask_again(refund: Refund, amount: int, legs: list[Leg]) -> None:
    """What the provider declined of a refund is to be asked for anew, from these payments."""
    refund.amount += amount
    refund.legs = [*refund.legs, *(leg._asdict() for leg in legs)]
    refund.state = "asked"


def _legs(refund: Refund) -> list[Leg]:
    return [Leg(**leg) for leg in refund.legs]


def _payment_of(session: Session, store: str, payment_no: str) -> Payment | None:
    return session.scalars(_of_number, {"store": store, "payment_no": payment_no}).first()


_of_number: Any = (
    select(Payment)
    .where(col(Payment.store) == bindparam("store"), col(Payment.payment_no) == bindparam("payment_no"))
    .order_by(col(Payment.id))
    .limit(1)
)


def _take_in(
    session: Session,
    request: EffectRequest,
    order: str,
    amount: int,
    currency: str,
    payment_no: str,
    method: str,
) -> None:
    add_row(
        session,
        Payment,
        key=request.key,
        store=request.store,
        order=order,
        payment_no=payment_no,
        amount=amount,
        currency=currency,
        method=method,
        at=request.at,
    )
