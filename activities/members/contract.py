"""The members' book: points and coupons of customers."""

from __future__ import annotations

from typing import ClassVar

from models.effect import Effect, Undo
from models.values import Code, Name, Order, Paid, Qty, Text


class SetMember(Effect):
    """Put a member into the book, or name them anew. Data: `created`."""

    member: Code
    name: Name
    level: Code = "ordinary"


class TakePointsBack(Undo):
    """Points given are taken off again, down to zero. Data: `points`."""


class EarnPoints(Effect):
    """Credit a member with points for an order. Data: `points`, the member's balance. No when there is no
    such member.
    """

    undone_by: ClassVar[type[Undo] | None] = TakePointsBack
    shows: ClassVar[tuple[str, ...]] = ("order", "points")

    order: Order
    member: Code
    points: Qty


class GivePointsBack(Undo):
    """Points that were spent are the member's again. Data: `points`, the balance."""


class SpendPoints(Effect):
    """Take points off for an order. Data: `points`, the balance. No when the balance is smaller."""

    undone_by: ClassVar[type[Undo] | None] = GivePointsBack
    quick: ClassVar[bool] = True
    shows: ClassVar[tuple[str, ...]] = ("order", "points")

    order: Order
    member: Code
    points: Qty


class AdjustPoints(Effect):
    """Correct a member's points, up or down, never below zero. Data: `points`, the balance. No when it would be."""

    shows: ClassVar[tuple[str, ...]] = ("member", "delta")

    member: Code
    delta: int
    reason: Text


class ReviewLevel(Effect):
    """Set a member's level by what they bought in a year. Data: `level`, `before`, and `changed`."""

    member: Code


class EraseMember(Effect):
    """The member's personal data is erased, points and unused coupons are void; orders and sums stay.

    Data: `points`, what was void.
    """

    member: Code


class VoidCoupon(Undo):
    """A coupon that wasn't used yet is void. No when it has been used."""


class IssueCoupon(Effect):
    """Give the customer of an order a coupon. Data: `coupon` (its number)."""

    undone_by: ClassVar[type[Undo] | None] = VoidCoupon
    shows: ClassVar[tuple[str, ...]] = ("order", "worth")

    order: Order
    worth: Paid
    reason: Text
