"""The money book: what was paid, refunded and charged for each order, and the benefits that hang on it."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, ClassVar, TypeVar

from pydantic import AwareDatetime, Field

from models.effect import Effect, ProviderEffect, Refused, Success, Undo
from models.roles import Role
from models.values import NOTHING, FormRow, Money, Order, Paid, Remark, SkuQty, Text

Reference = Annotated[str, Field(max_length=200)]
"""A payment provider's own number; empty where there is none."""


class Route(StrEnum):
    """How money goes back."""

    ORIGINAL = "original"
    BANK = "bank"
    WALLET = "wallet"
    MANUAL = "manual"


T = TypeVar("T")


def paid_by_hand(form: T | None, roles: frozenset[Role]) -> T | None:
    """The form in which finance, with these roles, says what it has paid by hand: the books then write it down. None
    where the payment provider, or another case, has paid.
    """
    return form if Role.FINANCE in roles else None


class PaymentRecorded(Success):
    """The order's money so far."""

    paid: Money = NOTHING
    refunded: Money = NOTHING
    counted: bool = False
    """Whether it was counted now, and not before."""


class RecordPayment(Effect):
    """Money came in for an order. The same payment number is counted once; the commission base grows by it.

    Refused when the number belongs to another order, or the currency isn't that of the order's money.
    """

    success: ClassVar[type[Success]] = PaymentRecorded
    shows: ClassVar[tuple[str, ...]] = ("order", "amount")

    order: Order
    amount: Paid
    payment_no: Reference = ""
    method: Remark = ""


class Share(FormRow):
    order: Order
    """The part's own order number."""
    amount: Paid


class PaymentShared(Success):
    """What stays with the order."""

    left: Money = NOTHING


class MoreThanLeft(Refused):
    """What is left of the order's money."""

    left: Money | None = None
    """None where it wasn't looked up."""


class SharePayment(Effect):
    """Hand parts of an order's money to the parts it was split into, which are then refunded each from its own.

    Refused when the shares are more than what is left of it.
    """

    success: ClassVar[type[Success]] = PaymentShared
    refusal: ClassVar[type[Refused]] = MoreThanLeft
    shows: ClassVar[tuple[str, ...]] = ("order", "shares")

    order: Order
    shares: Annotated[tuple[Share, ...], Field(min_length=1, max_length=200)]


class RefundPaid(Success):
    """A refund that the payment provider made."""

    refund_no: str = ""
    payment_ref: str = ""
    """The provider's own numbers, one for each payment that it went back to."""
    paid_at: AwareDatetime | None = None
    amount: Money | None = None
    route: Route = Route.ORIGINAL
    refunded: Money = NOTHING
    """Of the order so far."""
    left: Money | None = None
    """What can still be refunded of the order."""


class RefundDeclined(Refused):
    """The order's money, where it has any."""

    refunded: Money | None = None
    """So far."""
    left: Money | None = None
    """What can still be refunded."""


class PayRefund(ProviderEffect):
    """Ask the payment provider to return money of an order, and wait for its word.

    Refunds never exceed what was paid for the order, all in all. Refused when nothing was paid, when it would
    exceed that, or when the provider declines.
    """

    success: ClassVar[type[Success]] = RefundPaid
    refusal: ClassVar[type[Refused]] = RefundDeclined
    shows: ClassVar[tuple[str, ...]] = ("order", "amount")

    order: Order
    amount: Paid
    reason: Remark = ""
    route: Route = Route.ORIGINAL
    account: Remark = ""
    """Where to, when not by the original route."""


class RefundRecorded(Success):
    """What was refunded of the order so far."""

    refunded: Money = NOTHING


class RecordRefund(Effect):
    """Money of an order went back by another way: by hand, by the platform. Only the book is written.

    Refused when it exceeds what was paid, and when another order's refund has that number.
    """

    success: ClassVar[type[Success]] = RefundRecorded
    refusal: ClassVar[type[Refused]] = MoreThanLeft
    shows: ClassVar[tuple[str, ...]] = ("order", "amount")

    order: Order
    amount: Paid
    refund_no: Reference
    route: Route = Route.MANUAL
    reason: Remark = ""


class ReceivableBooked(Success):
    """The receivable's number."""

    receivable_no: str = ""


class DropReceivable(Undo):
    """The customer doesn't owe it after all: an entry of the opposite amount says so."""

    success: ClassVar[type[Success]] = ReceivableBooked


class BookReceivable(Effect):
    """The customer owes this: a refund was wrong. It is claimed as a new entry, the refund stands."""

    success: ClassVar[type[Success]] = ReceivableBooked
    undone_by: ClassVar[type[Undo] | None] = DropReceivable
    shows: ClassVar[tuple[str, ...]] = ("order", "amount")

    order: Order
    amount: Paid
    reason: Text


class BenefitsReversed(Success):
    """What went back with a refund."""

    points: int = 0
    coupons: tuple[str, ...] = ()
    """Coupons that may be used again."""
    commission_base: Money = NOTHING
    """What was taken off it."""
    credit_note: str = ""
    """Its number."""


class ReverseBenefits(Effect):
    """What hung on a refunded amount goes back by rule: points pro rata, coupons with the last of the money,
    the commission base by the amount; and a credit note is written.

    Refused when nothing, or not so much, was paid for the order.
    """

    success: ClassVar[type[Success]] = BenefitsReversed
    optional: ClassVar[bool] = True
    shows: ClassVar[tuple[str, ...]] = ("order", "amount")

    order: Order
    amount: Paid


class ChargeReturned(Success):
    """The refund of a charge."""

    refund_no: str = ""
    """Empty where nothing was charged."""


class DifferenceCharged(Success):
    """A charge that the payment provider made."""

    payment_no: str = ""
    amount: Money | None = None
    paid: Money = NOTHING
    """For the order so far."""


class ReturnCharge(ProviderEffect, Undo):
    """A charged difference is refunded."""

    success: ClassVar[type[Success]] = ChargeReturned


class ChargeDifference(ProviderEffect):
    """Charge the customer more for an order (a dearer substitute). What goes back instead is a refund.

    Refused when the provider declines, or when the goods cost less than that.
    """

    success: ClassVar[type[Success]] = DifferenceCharged
    undone_by: ClassVar[type[Undo] | None] = ReturnCharge
    shows: ClassVar[tuple[str, ...]] = ("order", "amount")

    order: Order
    amount: Paid
    reason: Text
    goods: SkuQty | None = None
    """What it is charged for, where that has a price: it isn't more than the goods cost."""
