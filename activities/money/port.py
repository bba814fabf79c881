"""The port to a payment provider, and the embedded one, which settles everything at once."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar, Protocol


@dataclass(frozen=True)
class RefundRequest:
    """Money to return."""

    key: str
    """The same key is the same refund, however often it is asked for."""
    refund_no: str
    order: str
    payment_no: str
    """The provider's number of the payment that it goes back to."""
    amount: int
    """In ten-thousandths of the currency's unit."""
    currency: str
    route: str
    account: str
    reason: str
    at: datetime


@dataclass(frozen=True)
class ChargeRequest:
    """Money to collect, from whoever made an earlier payment."""

    key: str
    order: str
    payment_no: str
    """The provider's number of that earlier payment."""
    amount: int
    """In ten-thousandths of the currency's unit."""
    currency: str
    reason: str
    at: datetime


@dataclass(frozen=True)
class Settled:
    """It is done; the provider's own number of it."""

    reference: str
    at: datetime


@dataclass(frozen=True)
class Declined:
    """A lawful no, in a sentence."""

    reason: str


class Payments(Protocol):
    """A payment provider. Refunds and charges look at what was done under their key before they do anything.

    PortError when it can't be asked; Unsettled while it hasn't decided.
    """

    def refund(self, request: RefundRequest) -> Settled | Declined: ...

    def charge(self, request: ChargeRequest) -> Settled | Declined: ...

    def find_charge(self, request: ChargeRequest) -> Settled | None:
        """The charge that this came to, if it did; if not, it never will."""
        ...


class EmbeddedPayments:
    """Every refund and charge succeeds at once. The money book alone keeps them."""

    at_once: ClassVar[bool] = True

    def refund(self, request: RefundRequest) -> Settled | Declined:
        return Settled(request.refund_no, request.at)

    def charge(self, request: ChargeRequest) -> Settled | Declined:
        return Settled(f"PAY-{request.key}"[:200], request.at)

    def find_charge(self, request: ChargeRequest) -> Settled | None:  # noqa: ARG002
        return None
