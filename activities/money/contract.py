"""The money book: what was paid, refunded and charged for each order, and the benefits that hang on it."""

from __future__ import annotations

from datetime import timedelta
from enum import StrEnum
from typing import Annotated, ClassVar

from pydantic import Field

from models.effect import Effect, Queue, Undo
from models.values import FormRow, Order, Paid, Remark, Text

Reference = Annotated[str, Field(max_length=200)]
"""A payment provider's own number; empty where there is none."""


class Route(StrEnum):
    """How money goes back."""

    ORIGINAL = "original"
    BANK = "bank"
    WALLET = "wallet"
    MANUAL = "manual"


class RecordPayment(Effect):
    """Money came in for an order. The same payment number is counted once; the commission base grows by it.

    Data: `paid` and `refunded` of the order so far, and whether it was `counted` now. No when the number
    belongs to another order, or the currency isn't that of the order's money.
    """

    shows: ClassVar[tuple[str, ...]] = ("order", "amount")

    order: Order
    amount: Paid
    payment_no: Reference = ""
    method: Remark = ""


class Share(FormRow):
    order: Order
    """The part's own order number."""
    amount: Paid


class SharePayment(Effect):
    """Hand parts of an order's money to the parts it was split into, which are then refunded each from its
    own.

    Data: `left`, what stays with the order. No when the shares are more than what is left of it.
    """

    shows: ClassVar[tuple[str, ...]] = ("order", "shares")

    order: Order
    shares: Annotated[tuple[Share, ...], Field(min_length=1, max_length=200)]


class PayRefund(Effect):
    """Ask the payment provider to return money of an order, and wait for its word.

    Refunds never exceed what was paid for the order, all in all. Data: `refund_no` (also as `payment_ref`),
    `paid_at`, `amount`, `route`, `refunded` so far. No when nothing was paid, when it would exceed that, or
    when the provider declines; data then has `left`, what can still be refunded.
    """

    queue: ClassVar[Queue] = Queue.PROVIDERS
    attempts: ClassVar[int] = 5
    timeout: ClassVar[timedelta] = timedelta(seconds=60)
    shows: ClassVar[tuple[str, ...]] = ("order", "amount")

    order: Order
    amount: Paid
    reason: Remark = ""
    route: Route = Route.ORIGINAL
    account: Remark = ""
    """Where to, when not by the original route."""


class RecordRefund(Effect):
    """Money of an order went back by another way: by hand, by the platform. Only the book is written.

    Data: `refunded` so far. No when it exceeds what was paid.
    """

    shows: ClassVar[tuple[str, ...]] = ("order", "amount")

    order: Order
    amount: Paid
    refund_no: Reference
    route: Route = Route.MANUAL
    reason: Remark = ""


class BookReceivable(Effect):
    """The customer owes this: a refund was wrong. It is claimed as a new entry, the refund stands.

    Data: `receivable_no`.
    """

    shows: ClassVar[tuple[str, ...]] = ("order", "amount")

    order: Order
    amount: Paid
    reason: Text


class ReverseBenefits(Effect):
    """What hung on a refunded amount goes back by rule: points pro rata, coupons with the last of the money,
    the commission base by the amount; and a credit note is written.

    Data: `points`, `coupons`, `commission_base` (what was taken off), `credit_note`. No when nothing was paid
    for the order.
    """

    optional: ClassVar[bool] = True
    shows: ClassVar[tuple[str, ...]] = ("order", "amount")

    order: Order
    amount: Paid


class ReturnCharge(Undo):
    """A charged difference is refunded."""

    queue: ClassVar[Queue] = Queue.PROVIDERS
    attempts: ClassVar[int] = 5
    timeout: ClassVar[timedelta] = timedelta(seconds=60)


class ChargeDifference(Effect):
    """Charge the customer more for an order (a dearer substitute). What goes back instead is a refund.

    Data: `payment_no`, `amount`, `paid` so far. No when the provider declines.
    """

    undone_by: ClassVar[type[Undo] | None] = ReturnCharge
    queue: ClassVar[Queue] = Queue.PROVIDERS
    attempts: ClassVar[int] = 5
    timeout: ClassVar[timedelta] = timedelta(seconds=60)
    shows: ClassVar[tuple[str, ...]] = ("order", "amount")

    order: Order
    amount: Paid
    reason: Text
