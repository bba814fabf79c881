"""Stripe as payment provider, through its SDK.

Stripe forgets idempotency keys after a day, and not every stand-in honours them. So each refund carries its key as
metadata, and a retry looks for it before it asks; a charge is noted on the payment that it adds to, before it is
confirmed.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal

import stripe

from activities.money.port import ChargeRequest, Declined, RefundRequest, Settled
from activities.port_errors import Misconfigured, PortError, Unsettled
from activities.requests_session import BoundedSession
from models.currencies import MOST_DECIMALS

KEY = "guicheng_key"
"""The metadata field that holds our key."""
TIMEOUT = 20.0
"""Seconds that Stripe may be silent; a call as a whole takes no longer than `requests_session` lets it."""
_OPEN = frozenset({"requires_confirmation", "requires_payment_method", "requires_action"})
"""What Stripe has a charge as that may still be made."""
_WHOLE = frozenset(
    ("BIF", "CLP", "DJF", "GNF", "JPY", "KMF", "KRW", "MGA", "PYG", "RWF", "VND", "VUV", "XAF", "XOF", "XPF")
)
"""Currencies that Stripe counts in whole units; any other without small change, such as ISK, in hundredths."""
_IN_THOUSANDTHS = frozenset({"BHD", "JOD", "KWD", "OMR", "TND"})


class StripePayments:
    """A Stripe account. Payment numbers are those of its payment intents (`pi_…`) or charges (`ch_…`)."""

    def __init__(self, api_key: str, api_base: str = "") -> None:
        self._stripe = stripe.StripeClient(
            api_key,
            base_addresses={"api": api_base.rstrip("/")} if api_base else {},
            http_client=stripe.RequestsClient(timeout=TIMEOUT, session=BoundedSession()),
            max_network_retries=0,  # whoever tries again looks first
        ).v1

    def refund(self, request: RefundRequest) -> Settled | Declined:
        if request.route != "original":
            return Declined(f"Stripe pays back to where the money came from, not to a {request.route}")
        if not request.payment_no.startswith(("pi_", "ch_")):
            return Declined(f"payment {request.payment_no or 'without a number'} wasn't made through Stripe")
        amount = smallest_units(request.amount, request.currency)
        return _answered(lambda: self._refund(request, amount))

    def charge(self, request: ChargeRequest) -> Settled | Declined:
        if not request.payment_no.startswith("pi_"):
            return Declined(
                f"payment {request.payment_no or 'without a number'} can't be charged again through Stripe"
            )
        amount = smallest_units(request.amount, request.currency)
        return _answered(lambda: self._charge(request, amount))

    def find_charge(self, request: ChargeRequest) -> Settled | None:
        def look() -> Settled | Declined:
            first = self._stripe.payment_intents.retrieve(request.payment_no)
            noted = _noted(first, request)
            if noted is None:
                return Declined("it was never asked for")
            intent = self._stripe.payment_intents.retrieve(noted)
            return self._charged(intent)

        answer = _answered(look)
        return answer if isinstance(answer, Settled) else None

    def _refund(self, request: RefundRequest, amount: int) -> Settled | Declined:
        refund = self._find_refund(request)
        if refund is None:
            note = {KEY: request.key, "refund_no": request.refund_no, "order": request.order}
            options: stripe.RequestOptions = {"idempotency_key": _short(request.key)}
            if request.payment_no.startswith("pi_"):
                refund = self._stripe.refunds.create(
                    {"payment_intent": request.payment_no, "amount": amount, "metadata": note}, options
                )
            else:
                refund = self._stripe.refunds.create(
                    {"charge": request.payment_no, "amount": amount, "metadata": note}, options
                )
        match refund.status:
            case "succeeded":
                return Settled(refund.id, datetime.fromtimestamp(refund.created, UTC))
            case "failed" | "canceled":
                return Declined(
                    f"refund {refund.id} {refund.status}: {refund.failure_reason or 'no reason given'}"
                )
            case status:
                raise Unsettled(f"Stripe has refund {refund.id} as {status}")

    def _find_refund(self, request: RefundRequest) -> stripe.Refund | None:
        if request.payment_no.startswith("pi_"):
            page = self._stripe.refunds.list({"payment_intent": request.payment_no, "limit": 100})
        else:
            page = self._stripe.refunds.list({"charge": request.payment_no, "limit": 100})
        return next((one for one in page.auto_paging_iter() if _metadata(one).get(KEY) == request.key), None)

    def _charge(self, request: ChargeRequest, amount: int) -> Settled | Declined:
        first = self._stripe.payment_intents.retrieve(request.payment_no)
        noted = _noted(first, request)
        if noted is None:
            if not first.customer or not first.payment_method:
                return Declined(f"Stripe kept no way to charge the payer of {request.payment_no} again")
            noted = self._ask_for_charge(request, first, amount)
        intent = self._stripe.payment_intents.retrieve(noted)
        if intent.status == "requires_confirmation":
            options: stripe.RequestOptions = {"idempotency_key": _short(f"{request.key} confirm")}
            intent = self._stripe.payment_intents.confirm(noted, {}, options)
        return self._charged(intent)

    def _charged(self, intent: stripe.PaymentIntent) -> Settled | Declined:
        if intent.status in _OPEN:
            # a no is the last word: the payer must not be charged by acting later
            intent = self._stripe.payment_intents.cancel(intent.id)
        match intent.status:
            case "succeeded":
                return Settled(intent.id, datetime.fromtimestamp(intent.created, UTC))
            case "canceled":
                return Declined(
                    f"the payer didn't confirm it at once (Stripe has {intent.id} as {intent.status})"
                )
            case status:
                raise Unsettled(f"Stripe has {intent.id} as {status}")

    def _ask_for_charge(self, request: ChargeRequest, first: stripe.PaymentIntent, amount: int) -> str:
        """An intent that moves no money yet, noted on the first payment: from here on a retry finds it."""
        intent = self._stripe.payment_intents.create(
            {
                "amount": amount,
                "currency": request.currency.lower(),
                "customer": _id(first.customer),
                "payment_method": _id(first.payment_method),
                "metadata": {KEY: request.key, "order": request.order},
            },
            {"idempotency_key": _short(f"{request.key} ask")},
        )
        self._stripe.payment_intents.update(request.payment_no, {"metadata": {_note(request.key): intent.id}})
        return intent.id


def smallest_units(ten_thousandths: int, currency: str) -> int:
    """The amount in what Stripe counts the currency in. Misconfigured where it isn't a whole number of them."""
    places = 0 if currency in _WHOLE else 3 if currency in _IN_THOUSANDTHS else 2
    units = Decimal(ten_thousandths).scaleb(places - MOST_DECIMALS)
    if units != int(units):
        raise Misconfigured(f"{currency} has no such small change as {ten_thousandths / 10**MOST_DECIMALS}")
    return int(units)


def _answered(ask: Callable[[], Settled | Declined]) -> Settled | Declined:
    """What Stripe says, with its errors told apart: a lawful no, a wrong setting, or one to try again."""
    try:
        return ask()
    except stripe.CardError as error:
        return Declined(error.user_message or "the card was declined")
    except (stripe.AuthenticationError, stripe.PermissionError) as error:
        raise Misconfigured(f"Stripe refuses STRIPE_API_KEY: {error.user_message}") from error
    except stripe.IdempotencyError as error:
        raise Misconfigured(f"Stripe has this key for something else: {error.user_message}") from error
    except stripe.InvalidRequestError as error:
        return Declined(error.user_message or "Stripe refused the request")
    except stripe.StripeError as error:
        raise PortError(f"Stripe couldn't be asked: {error.user_message or error}") from error


def _noted(first: stripe.PaymentIntent, request: ChargeRequest) -> str | None:
    return _metadata(first).get(_note(request.key))


def _metadata(thing: stripe.Refund | stripe.PaymentIntent) -> dict[str, str]:
    return {name: str(value) for name, value in thing.metadata.to_dict().items()} if thing.metadata else {}


def _note(key: str) -> str:
    """A metadata field for that charge; Stripe allows 40 characters."""
    return f"guicheng_{hashlib.sha256(key.encode()).hexdigest()[:30]}"


def _short(key: str) -> str:
    """Stripe takes keys of up to 255 characters."""
    return key if len(key) <= 255 else hashlib.sha256(key.encode()).hexdigest()


def _id(thing: object) -> str:
    return thing if isinstance(thing, str) else str(getattr(thing, "id", ""))
