"""The members' book: points and coupons of customers."""

from __future__ import annotations

from typing import ClassVar

from models.book_reading import BookReading
from models.effect import Effect, Refused, Success, Undo
from models.values import Code, CustomerNo, Day, Name, Order, Paid, Qty, Text, User

POINTS = BookReading("members.points", by=("member",))
"""How many points a member has."""


class MemberSet(Success):
    """Whether the member is new to the book."""

    created: bool = False


class PointsChanged(Success):
    """The member's balance."""

    points: int = 0


class TooFewPoints(Refused):
    """The member's balance, where there is such a member."""

    points: int = 0


class SetMember(Effect):
    """Put a member into the book, or name them anew."""

    success: ClassVar[type[Success]] = MemberSet

    member: Code
    name: Name
    level: Code | None = "ordinary"
    """None for somebody who keeps the level that they have."""
    birthday: Day | None = None
    customer_no: CustomerNo | None = None


class TakePointsBack(Undo):
    """Points given are taken off again, down to zero."""

    success: ClassVar[type[Success]] = PointsChanged


class EarnPoints(Effect):
    """Credit a member with points for an order, once.

    Refused when there is no such member or order, when the order has earned points already, or was cancelled.
    """

    success: ClassVar[type[Success]] = PointsChanged
    undone_by: ClassVar[type[Undo] | None] = TakePointsBack
    shows: ClassVar[tuple[str, ...]] = ("order", "points")

    order: Order
    member: Code
    points: Qty


class GivePointsBack(Undo):
    """Points that were spent are the member's again."""

    success: ClassVar[type[Success]] = PointsChanged


class SpendPoints(Effect):
    """Take points off for an order. They are given back when all of it is refunded.

    Refused when the balance is smaller, when there is no such order or it has ended, or when the points are worth more
    than it costs.
    """

    success: ClassVar[type[Success]] = PointsChanged
    refusal: ClassVar[type[Refused]] = TooFewPoints
    undone_by: ClassVar[type[Undo] | None] = GivePointsBack
    quick: ClassVar[bool] = True
    shows: ClassVar[tuple[str, ...]] = ("order", "points")

    order: Order
    member: Code
    points: Qty


class AdjustPoints(Effect):
    """Correct a member's points, up or down, never below zero. Refused when it would be, and when more are corrected
    within a day than people may without another's approval.
    """

    success: ClassVar[type[Success]] = PointsChanged
    refusal: ClassVar[type[Refused]] = TooFewPoints

    shows: ClassVar[tuple[str, ...]] = ("member", "delta")

    member: Code
    delta: int
    reason: Text
    approved_by: User | None = None
    """Who else has approved it: more than a person may correct alone needs that."""


class LevelReviewed(Success):
    """The member's level."""

    level: str = ""
    before: str = ""
    changed: bool = False


class ReviewLevel(Effect):
    """Set a member's level by what they bought in a year."""

    success: ClassVar[type[Success]] = LevelReviewed

    member: Code


class MemberErased(Success):
    """The points that are void."""

    points: int = 0


class EraseMember(Effect):
    """The member's personal data is erased, points and unused coupons are void; orders and sums stay."""

    success: ClassVar[type[Success]] = MemberErased

    member: Code


class CouponIssued(Success):
    """The coupon's number."""

    coupon: str = ""


class VoidCoupon(Undo):
    """A coupon that wasn't used yet is void. Refused when it has been used."""


class IssueCoupon(Effect):
    """Give the customer of an order a coupon."""

    success: ClassVar[type[Success]] = CouponIssued
    undone_by: ClassVar[type[Undo] | None] = VoidCoupon
    shows: ClassVar[tuple[str, ...]] = ("order", "worth")

    order: Order
    worth: Paid
    reason: Text
