"""Effects on members' points and levels."""

from __future__ import annotations

from collections import Counter, defaultdict
from datetime import timedelta
from typing import NamedTuple

from sqlalchemy import func, select
from sqlalchemy.orm import Session
from sqlmodel import col

from activities.members.contract import (
    AdjustPoints,
    EarnPoints,
    EraseMember,
    GivePointsBack,
    LevelReviewed,
    MemberErased,
    PointsChanged,
    ReviewLevel,
    SpendPoints,
    TakePointsBack,
    TooFewPoints,
)
from activities.performing import performs
from models.database import one_at_a_time
from models.effect import EffectRequest, Refused
from models.tables.campaigns import Coupon
from models.tables.members import Member, Points
from models.tables.money import Entry, OrderAccount
from models.tables.orders import OrderLine, OrderRow
from models.tables.performed import Performed

POINT = 100
"""What a point is worth when it is spent, in ten-thousandths (default)."""
MOST_ALONE = 10_000
"""The most points of a member that are corrected within a day without the gm (default)."""
LEVELS = {"vip": 200_000_000, "gold": 50_000_000, "silver": 10_000_000}
"""From which purchases of a year on, in ten-thousandths, a member is of a level; below all of them, `ordinary`."""
ERASED = "erased"
"""What is left of an erased member's name."""


@performs(EarnPoints)
def earn(effect: EarnPoints, request: EffectRequest, session: Session) -> PointsChanged | Refused:
    if _member(session, request.store, effect.member) is None:
        return _nobody(effect.member)
    one_at_a_time(session, "points", request.store, effect.order)
    if why := _no_order(session, request.store, effect.order):
        return Refused(reason=why)
    if any(earned.left > 0 for earned in points_earned(session, request.store, effect.order)):
        return Refused(reason=f"order {effect.order} has earned its points already")
    change_points(session, request, effect.member, effect.order, effect.points)
    return _balance(session, request.store, effect.member)


@performs(SpendPoints)
def spend(
    effect: SpendPoints, request: EffectRequest, session: Session
) -> PointsChanged | TooFewPoints | Refused:
    one_at_a_time(session, "points", request.store, effect.order)
    if why := _no_order(session, request.store, effect.order, open_only=True):
        return Refused(reason=why)
    total = _total(session, request.store, effect.order)
    spent = sum(points_spent(session, request.store, effect.order).values())
    if (spent + effect.points) * POINT > total:
        return Refused(
            reason=f"order {effect.order} costs {total // POINT - spent} points more at most, not {effect.points}"
        )
    return _change_within_balance(session, request, effect.member, effect.order, -effect.points)


@performs(AdjustPoints)
def adjust(
    effect: AdjustPoints, request: EffectRequest, session: Session
) -> PointsChanged | TooFewPoints | Refused:
    one_at_a_time(session, "points of", request.store, effect.member)
    before = _corrected(session, request, effect.member)
    if before + abs(effect.delta) > MOST_ALONE and effect.approved_by is None:
        reason = f"{effect.delta} points beside {before} corrected within a day: more than {MOST_ALONE} need the gm"
        return Refused(reason=reason)
    return _change_within_balance(session, request, effect.member, "", effect.delta)


@performs(TakePointsBack)
def take_back(_effect: TakePointsBack, request: EffectRequest, session: Session) -> PointsChanged:
    earned = session.scalars(select(Points).where(col(Points.key) == request.of)).first()
    if earned is None:
        return PointsChanged(points=0)
    # a refund may have taken some of them already
    left = sum(
        one.left for one in points_earned(session, request.store, earned.order) if one.member == earned.member
    )
    change_points(session, request, earned.member, earned.order, -min(earned.change, max(left, 0)))
    return _balance(session, request.store, earned.member)


@performs(GivePointsBack)
def give_back(_effect: GivePointsBack, request: EffectRequest, session: Session) -> PointsChanged:
    spent = session.scalars(select(Points).where(col(Points.key) == request.of)).first()
    if spent is None:
        return PointsChanged(points=0)
    change_points(session, request, spent.member, spent.order, -spent.change)
    return _balance(session, request.store, spent.member)


@performs(ReviewLevel)
def review(effect: ReviewLevel, request: EffectRequest, session: Session) -> LevelReviewed | Refused:
    member = _member(session, request.store, effect.member)
    if member is None:
        return _nobody(effect.member)
    orders = select(col(Points.order)).where(
        col(Points.store) == request.store, col(Points.member) == effect.member, col(Points.order) != ""
    )
    year = col(Entry.at) > request.at - timedelta(days=365)
    mine = (col(Entry.store) == request.store) & col(Entry.order).in_(orders)
    paid = session.scalar(select(func.sum(col(Entry.change))).where(mine, year, col(Entry.side) == "paid"))
    back = session.scalar(
        select(func.sum(col(Entry.change))).where(mine, year, col(Entry.side) == "refunded")
    )
    bought = int(paid or 0) - int(back or 0)
    before = member.level
    member.level = next((level for level, least in LEVELS.items() if bought >= least), "ordinary")
    return LevelReviewed(level=member.level, before=before, changed=member.level != before)


@performs(EraseMember)
def erase(effect: EraseMember, request: EffectRequest, session: Session) -> MemberErased | Refused:
    member = _member(session, request.store, effect.member)
    if member is None:
        return _nobody(effect.member)
    orders = select(col(Points.order)).where(
        col(Points.store) == request.store, col(Points.member) == effect.member, col(Points.order) != ""
    )
    unused = select(Coupon).where(
        col(Coupon.store) == request.store, col(Coupon.order).in_(orders), col(Coupon.state) == "open"
    )
    for coupon in session.scalars(unused.with_for_update()).all():
        coupon.state = "void"
    void = -change_points(session, request, effect.member, "", -member.points)
    member.name, member.level, member.birthday = ERASED, "ordinary", None
    return MemberErased(points=void)


def _corrected(session: Session, request: EffectRequest, member: str) -> int:
    """How many points of a member people have corrected in the 24 hours before, up and down together."""
    by_hand = select(func.coalesce(func.sum(func.abs(col(Points.change))), 0)).where(
        col(Points.store) == request.store,
        col(Points.member) == member,
        col(Points.order) == "",
        col(Points.at) > request.at - timedelta(days=1),
    )
    return session.scalars(by_hand).one()


def _change_within_balance(
    session: Session, request: EffectRequest, member: str, order: str, change: int
) -> PointsChanged | TooFewPoints | Refused:
    row = _member(session, request.store, member)
    if row is None:
        return _nobody(member)
    if row.points + change < 0:
        reason = f"member {member} has {row.points} points, not {-change}"
        return TooFewPoints(reason=reason, points=row.points)
    change_points(session, request, member, order, change)
    return _balance(session, request.store, member)


def change_points(
    session: Session, request: EffectRequest, member: str, order: str, change: int, *, line: int = 1
) -> int:
    """Change a member's points, down to zero at most. What was changed."""
    row = session.get_one(Member, (request.store, member), with_for_update=True, populate_existing=True)
    change = max(change, -row.points)
    if change:
        row.points += change
        points = Points(
            key=request.key,
            line=line,
            store=request.store,
            member=member,
            order=order,
            change=change,
            at=request.at,
        )
        session.add(points)
        session.flush()
    return change


class Earned(NamedTuple):
    """What a member earned with an order, and what of it wasn't taken back."""

    member: str
    points: int
    left: int


def points_earned(session: Session, store: str, order: str) -> list[Earned]:
    """By member. What they spent on the order is another matter."""
    sums = _changes(session, store, order, gained=False)
    for member, of in _changes(session, store, order, gained=True).items():
        sums[member]["EarnPoints"] += of["EarnPoints"]
    return [
        Earned(member, of["EarnPoints"], of["EarnPoints"] + of["TakePointsBack"] + of["ReverseBenefits"])
        for member, of in sorted(sums.items())
    ]


def points_spent(session: Session, store: str, order: str) -> Counter[str]:
    """What each member spent on the order and hasn't been given back."""
    spent = Counter[str]()
    for gained in (False, True):
        for member, of in _changes(session, store, order, gained=gained).items():
            spent[member] -= of["SpendPoints"] + of["GivePointsBack"]
            spent[member] -= of["ReverseBenefits"] if gained else 0
    return +spent


def _changes(session: Session, store: str, order: str, *, gained: bool) -> defaultdict[str, Counter[str]]:
    """Member -> effect -> what its changes for the order, upwards or downwards, come to."""
    upwards = col(Points.change) > 0
    changes = (
        select(col(Points.member), col(Performed.effect), func.sum(col(Points.change)))
        .join(Performed, col(Performed.key) == col(Points.key))
        .where(col(Points.store) == store, col(Points.order) == order, upwards if gained else ~upwards)
        .group_by(col(Points.member), col(Performed.effect))
    )
    sums: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for member, effect, change in session.execute(changes):
        sums[member][effect] = int(change)
    return sums


def _no_order(session: Session, store: str, order: str, *, open_only: bool = False) -> str:
    """Why points can't be had with this order, in a sentence; empty where they can."""
    row, account = session.get(OrderRow, (store, order)), session.get(OrderAccount, (store, order))
    if row is None and account is None:
        return f"there is no order {order}"
    paid = account is not None and account.paid > 0
    has_ended = row is not None and row.ended_at is not None
    if (account is not None and paid and not account.left) or (has_ended and not paid):
        return f"order {order} was cancelled"
    if open_only and has_ended:
        return f"order {order} has ended"
    return ""


def _total(session: Session, store: str, order: str) -> int:
    """What the order costs, in ten-thousandths: its goods by the orders' book, else what was paid."""
    lines = select(func.sum(col(OrderLine.qty) * col(OrderLine.unit_price))).where(
        col(OrderLine.store) == store, col(OrderLine.order) == order
    )
    account = session.get(OrderAccount, (store, order))
    return int(session.scalar(lines) or 0) or (account.paid if account is not None else 0)


def _member(session: Session, store: str, member: str) -> Member | None:
    return session.get(Member, (store, member), with_for_update=True, populate_existing=True)


def _balance(session: Session, store: str, member: str) -> PointsChanged:
    return PointsChanged(points=session.get_one(Member, (store, member)).points)


def _nobody(member: str) -> Refused:
    return Refused(reason=f"nobody is member {member}")
