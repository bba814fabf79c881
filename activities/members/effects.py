"""Effects on the members' book: who they are, coupons, and what a refund takes back of benefits."""

from __future__ import annotations

from sqlalchemy import func, select
from sqlalchemy.orm import Session
from sqlmodel import col

from activities.families import first_order_of
from activities.members.contract import CouponIssued, IssueCoupon, MemberSet, SetMember, VoidCoupon
from activities.members.points import change_points, points_earned, points_spent
from activities.money.accounts import Ledger, Purse, number
from activities.money.contract import BenefitsReversed, ReverseBenefits
from activities.performing import performs
from models.amounts import money, ten_thousandths
from models.database import one_at_a_time
from models.effect import EffectRequest, Refused, Success
from models.tables.campaigns import Coupon
from models.tables.members import Member
from models.tables.money import Paper


@performs(SetMember)
def set_member(effect: SetMember, request: EffectRequest, session: Session) -> MemberSet:
    one_at_a_time(session, "member", request.store, effect.member)
    member = session.get(Member, (request.store, effect.member), with_for_update=True)
    created = member is None
    if member is None:
        member = Member(store=request.store, member=effect.member, name=effect.name, at=request.at)
        session.add(member)
    if created or effect.level is not None:
        member.level = effect.level or "ordinary"
    member.name, member.at = effect.name, request.at
    member.birthday, member.customer_no = effect.birthday, effect.customer_no or ""
    return MemberSet(created=created)


@performs(IssueCoupon)
def issue_coupon(effect: IssueCoupon, request: EffectRequest, session: Session) -> CouponIssued:
    coupon = Coupon(
        coupon=number("CP", request.key),
        store=request.store,
        order=effect.order,
        worth=ten_thousandths(effect.worth),
        currency=effect.worth.currency,
        reason=effect.reason,
        key=request.key,
        at=request.at,
    )
    session.add(coupon)
    return CouponIssued(coupon=coupon.coupon)


@performs(VoidCoupon)
def void_coupon(_effect: VoidCoupon, request: EffectRequest, session: Session) -> Success | Refused:
    issued = select(Coupon).where(col(Coupon.key) == request.of).with_for_update()
    for coupon in session.scalars(issued):
        if coupon.state == "used":
            return Refused(reason=f"coupon {coupon.coupon} was used on order {coupon.used_by}")
        coupon.state = "void"
    return Success()


@performs(ReverseBenefits)
def reverse_benefits(
    effect: ReverseBenefits, request: EffectRequest, session: Session
) -> BenefitsReversed | Refused:
    purse = Purse(session, request, effect.order)
    ledger, order = purse.own, effect.order
    if ledger.account is None:  # what it ships was paid for under the number that the customer knows
        order = first_order_of(session, request.store, effect.order)
        ledger = Ledger(session, request, order)
    if ledger.account is None or not ledger.account.paid:
        return Refused(reason=f"nothing was paid for order {effect.order}")
    if effect.amount.currency != ledger.account.currency:
        return Refused(reason=f"order {effect.order} was paid in {ledger.account.currency}")
    account, amount = ledger.account, ten_thousandths(effect.amount)
    if amount > ten_thousandths(purse.paid):
        return Refused(reason=f"{purse.paid} was paid for order {effect.order}, not {effect.amount}")
    taken_off = purse.take_off_base(amount, "refunded")
    refunded = _credited(session, request.store, order) + amount
    points = _reverse_points(session, request, order, refunded, account.paid)
    # a coupon comes back only when nothing of the order is left to have been bought with it
    coupons = _return_coupons(session, request, order) if not purse.left else []
    if not purse.left:
        _return_points(session, request, order)
    credit_note = number("CN", request.key)
    session.add(
        Paper(
            number=credit_note,
            kind="credit_note",
            key=request.key,
            store=request.store,
            order=order,
            amount=amount,
            currency=effect.amount.currency,
            at=request.at,
        )
    )
    return BenefitsReversed(
        points=points,
        coupons=tuple(coupons),
        commission_base=money(taken_off, account.currency),
        credit_note=credit_note,
    )


def _reverse_points(session: Session, request: EffectRequest, order: str, refunded: int, paid: int) -> int:
    """Take back the refunded share of what the order earned, in whole points, never more than is left of it."""
    reversed_ = 0
    for line, earned in enumerate(points_earned(session, request.store, order), 1):
        # of all that was refunded so far: shares that are rounded one by one would not add up to the whole
        due = earned.points * min(refunded, paid) // paid
        share = max(due - (earned.points - earned.left), 0)
        reversed_ += -change_points(session, request, earned.member, order, -share, line=line)
    return reversed_


def _return_points(session: Session, request: EffectRequest, order: str) -> None:
    """What was spent on the order is the members' again."""
    first = len(points_earned(session, request.store, order)) + 1
    spent = points_spent(session, request.store, order)
    for line, (member, points) in enumerate(sorted(spent.items()), first):
        change_points(session, request, member, order, points, line=line)


def _credited(session: Session, store: str, order: str) -> int:
    """What the order's credit notes come to."""
    notes = select(func.sum(col(Paper.amount))).where(
        col(Paper.store) == store, col(Paper.order) == order, col(Paper.kind) == "credit_note"
    )
    return int(session.scalar(notes) or 0)


def _return_coupons(session: Session, request: EffectRequest, order: str) -> list[str]:
    used = select(Coupon).where(
        col(Coupon.store) == request.store, col(Coupon.used_by) == order, col(Coupon.state) == "used"
    )
    coupons = session.scalars(used.with_for_update()).all()
    for coupon in coupons:
        coupon.state, coupon.used_by = "open", None
    return [coupon.coupon for coupon in coupons]
