"""The Stripe adapter against localstripe, which keeps state, and honours neither keys nor limits."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Generator
from pathlib import Path

import pytest
import stripe

from activities.configured_ports import open_ports
from activities.money.contract import ChargeDifference, PayRefund, RecordPayment, ReturnCharge
from activities.money.port import ChargeRequest, Declined, Payments, RefundRequest, Settled
from activities.money.stripe_adapter import StripePayments, smallest_units
from activities.performers import World
from activities.port_errors import Misconfigured, PortError
from models.values import yuan
from start.ports import free_ports
from tests.activities.desk import NOON, Books


@pytest.fixture(scope="module")
def api_base(tmp_path_factory: pytest.TempPathFactory) -> Generator[str]:
    port = free_ports(1)[0]
    home = tmp_path_factory.mktemp("localstripe")
    command = [str(Path(sys.executable).with_name("localstripe")), "--port", str(port), "--from-scratch"]
    with (home / "log").open("wb") as log:
        server = subprocess.Popen(command, cwd=home, stdout=log, stderr=log, env={"TMPDIR": str(home)})
    base = f"http://localhost:{port}"
    client = _client(base)
    deadline = time.monotonic() + 30
    while True:
        try:
            client.v1.refunds.list()
            break
        except stripe.APIConnectionError:
            assert server.poll() is None, (home / "log").read_text()
            assert time.monotonic() < deadline
            time.sleep(0.05)
    yield base
    server.terminate()
    server.wait(10)


def _client(base: str) -> stripe.StripeClient:
    return stripe.StripeClient(
        "sk_test_1",
        base_addresses={"api": base},
        http_client=stripe.RequestsClient(timeout=5),
        max_network_retries=0,
    )


@pytest.fixture
def account(api_base: str) -> stripe.StripeClient:
    return _client(api_base)


@pytest.fixture
def payments(api_base: str) -> StripePayments:
    return StripePayments("sk_test_1", api_base)


@pytest.fixture
def paid(account: stripe.StripeClient) -> str:
    """A payment of 100 yuan, by a card that can be charged again."""
    return _paid(account, "4242424242424242")


def _paid(account: stripe.StripeClient, card_number: str) -> str:
    customer = account.v1.customers.create({})
    card: stripe.params.PaymentMethodCreateParamsCard = {
        "number": card_number,
        "exp_month": 12,
        "exp_year": 2040,
        "cvc": "123",
    }
    method = account.v1.payment_methods.create({"type": "card", "card": card})
    account.v1.payment_methods.attach(method.id, {"customer": customer.id})
    intent = account.v1.payment_intents.create(
        {
            "amount": 10000,
            "currency": "cny",
            "customer": customer.id,
            "payment_method": method.id,
            "confirm": True,
        }
    )
    return intent.id


def refund_of(
    payment_no: str, amount: int = 600_000, key: str = "c/3.1#0", route: str = "original"
) -> RefundRequest:
    return RefundRequest(
        key=key,
        refund_no="RF-1",
        order="SO-1",
        payment_no=payment_no,
        amount=amount,
        currency="CNY",
        route=route,
        account="",
        reason="",
        at=NOON,
    )


def charge_after(payment_no: str, key: str = "c/3.1") -> ChargeRequest:
    return ChargeRequest(
        key=key, order="SO-1", payment_no=payment_no, amount=50_000, currency="CNY", reason="dearer", at=NOON
    )


def refunds(account: stripe.StripeClient, payment_no: str) -> list[int]:
    return [one.amount for one in account.v1.refunds.list({"payment_intent": payment_no})]


def test_a_refund_is_made_once_under_its_key(
    account: stripe.StripeClient, payments: StripePayments, paid: str
) -> None:
    first = payments.refund(refund_of(paid))
    assert isinstance(first, Settled)
    assert payments.refund(refund_of(paid)) == first
    assert payments.refund(refund_of(paid, key="c/4.1#0")) != first
    assert refunds(account, paid) == [6000, 6000], "Stripe's stand-in knows no limit: ours is the books'"


@pytest.mark.parametrize(
    ("asked", "reason"),
    [
        (refund_of("pi_unknown"), "Not Found"),
        (refund_of("WX-1"), "payment WX-1 wasn't made through Stripe"),
        (refund_of(""), "payment without a number wasn't made through Stripe"),
        (refund_of("pi_1", route="bank"), "Stripe pays back to where the money came from, not to a bank"),
    ],
    ids=["unknown", "another provider's", "no number", "another route"],
)
def test_a_lawful_no(payments: StripePayments, asked: RefundRequest, reason: str) -> None:
    assert payments.refund(asked) == Declined(reason)


def test_nobody_there_is_no_answer() -> None:
    with pytest.raises(PortError):
        StripePayments("sk_test_1", f"http://localhost:{free_ports(1)[0]}").refund(refund_of("pi_1"))


def test_a_charge_is_made_once_under_its_key(
    account: stripe.StripeClient, payments: StripePayments, paid: str
) -> None:
    first = payments.charge(charge_after(paid))
    assert isinstance(first, Settled)
    assert payments.charge(charge_after(paid)) == first
    assert payments.find_charge(charge_after(paid)) == first
    assert payments.find_charge(charge_after(paid, "c/9.1")) is None
    assert account.v1.payment_intents.retrieve(first.reference).amount == 500


def test_a_charge_that_was_asked_for_and_not_confirmed_never_comes(
    account: stripe.StripeClient, payments: StripePayments, paid: str
) -> None:
    first = account.v1.payment_intents.retrieve(paid)
    asked = payments._ask_for_charge(charge_after(paid), first, 500)
    assert payments.find_charge(charge_after(paid)) is None
    assert account.v1.payment_intents.retrieve(asked).status == "canceled"
    assert isinstance(payments.charge(charge_after(paid)), Declined)


def test_a_charge_that_the_payer_would_have_to_confirm_never_comes(
    account: stripe.StripeClient, payments: StripePayments
) -> None:
    first = _paid(account, "4000002760003184")
    declined = payments.charge(charge_after(first))
    assert isinstance(declined, Declined)
    assert payments.find_charge(charge_after(first)) is None
    payer = account.v1.payment_intents.retrieve(first).customer
    asked = [
        each for each in account.v1.payment_intents.list() if each.customer == payer and each.id != first
    ]
    assert [each.status for each in asked] == ["canceled"], (
        "else they might pay what the book doesn't know of"
    )


@pytest.mark.parametrize(
    ("ten_thousandths", "currency", "units"),
    [
        (125_000, "CNY", 1250),
        (120_000, "JPY", 12),
        (12_550, "KWD", 1255),
        (120_000, "ISK", 1200),
        (120_000, "RSD", 1200),  # no small change in daily life, and hundredths at Stripe all the same
        (120_000, "ALL", 1200),
    ],
)
def test_amounts_in_what_stripe_counts(ten_thousandths: int, currency: str, units: int) -> None:
    assert smallest_units(ten_thousandths, currency) == units


def test_change_that_a_currency_does_not_have() -> None:
    with pytest.raises(Misconfigured):
        smallest_units(125_000, "JPY")


def test_the_limit_is_the_books(account: stripe.StripeClient, api_base: str, books: Books, paid: str) -> None:
    books.world = World(books.engine, open_ports().using(Payments, StripePayments("sk_test_1", api_base)))
    assert books.do(RecordPayment(order="SO-1", amount=yuan(100), payment_no=paid)).ok
    assert books.do(ChargeDifference(order="SO-1", amount=yuan(5), reason="dearer"), "2.1").ok
    assert books.do(PayRefund(order="SO-1", amount=yuan(90)), "3.1").ok
    assert books.do(PayRefund(order="SO-1", amount=yuan(90)), "3.1").ok
    assert not books.do(PayRefund(order="SO-1", amount=yuan("15.01"))).ok
    assert books.do(ReturnCharge(of="2.1"), "4.1", of="2.1").ok
    assert books.do(PayRefund(order="SO-1", amount=yuan(10))).ok
    assert not books.do(PayRefund(order="SO-1", amount=yuan("0.01"))).ok
    assert sorted(refunds(account, paid)) == [1000, 9000]
