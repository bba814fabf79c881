"""Calls to the outside: none follows a redirect, waits for ever or reads without end, and no form chooses one."""

from __future__ import annotations

import ast
import json
import smtplib
import socket
import threading
import time
from collections.abc import Callable, Generator
from contextlib import contextmanager
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from joserfc import jwt
from joserfc.jwk import RSAKey

from activities import outbound, requests_session
from activities.carriers import http_adapter
from activities.carriers.http_adapter import HttpCarrier
from activities.carriers.port import ParcelRequest
from activities.messages import apprise_adapter
from activities.messages.apprise_adapter import AppriseDelivery
from activities.messages.port import Letter
from activities.money.port import RefundRequest
from activities.money.stripe_adapter import StripePayments
from activities.outbound import in_time
from activities.port_errors import Misconfigured, PortError
from api import tokens
from api.problems import Problem
from api.tokens import TokenChecker
from models.values import Address

ROOT = Path(__file__).parents[2]
ISSUER, AUDIENCE = "https://id.example", "guicheng"
Behave = Callable[[BaseHTTPRequestHandler], None]


@contextmanager
def server(behave: Behave) -> Generator[tuple[str, list[str]]]:
    """Somebody outside; their address, and what they were asked."""
    asked: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def _answer(self) -> None:
            asked.append(self.path)
            self.rfile.read(int(self.headers.get("content-length", 0)))
            try:
                behave(self)
            except OSError:
                self.close_connection = True  # whoever asked has left

        do_GET = do_POST = do_PUT = _answer  # noqa: N815 - the library calls them so

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002
            """Nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as outside:
        outside.daemon_threads = True
        outside.block_on_close = False
        thread = threading.Thread(target=outside.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield f"http://127.0.0.1:{outside.server_address[1]}", asked
        outside.shutdown()
        thread.join()


def answers(status: int, body: bytes = b"{}", **headers: str) -> Behave:
    def behave(request: BaseHTTPRequestHandler) -> None:
        request.send_response(status)
        for name, value in {"Content-Length": str(len(body)), **headers}.items():
            request.send_header(name, value)
        request.end_headers()
        request.wfile.write(body)

    return behave


def drips(head: bytes) -> Behave:
    """A byte now and again, far sooner than any socket's timeout, and never the last."""

    def behave(request: BaseHTTPRequestHandler) -> None:
        request.wfile.write(head)
        while True:
            request.wfile.write(b"x")
            time.sleep(0.01)

    return behave


def floods(request: BaseHTTPRequestHandler) -> None:
    request.wfile.write(b"HTTP/1.1 200 OK\r\n\r\n")
    while True:
        request.wfile.write(b" " * 65536)


SLOWLY = {
    "a body": drips(b"HTTP/1.1 200 OK\r\nContent-Length: 100000000\r\n\r\n"),
    "a header": drips(b"HTTP/1.1 200 OK\r\nX-Endless: "),
}


def ask_carrier(url: str) -> Any:
    home = Address(province="Zhejiang", city="Hangzhou", district="Xihu", street=f"{url}/street")
    return HttpCarrier(url).book(
        ParcelRequest(
            key="k", order=f"{url}/order", carrier="sf", waybill_no="", to=home, phone="13800000000",
        )
    )  # fmt: skip


def ask_stripe(url: str) -> Any:
    request = RefundRequest(
        key="k",
        order="SO-1",
        refund_no="R-1",
        payment_no="pi_1",
        amount=100,
        currency="CNY",
        route="original",
        account="",
        reason="late",
        at=datetime(2026, 11, 30, tzinfo=UTC),
    )
    return StripePayments("sk_test_1", url).refund(request)


def deliver(url: str) -> Any:
    json_url = url.replace("http://", "json://")
    letter = Letter(channel="customer", to="C-1", title="t", body=f"see {url}/body")
    return AppriseDelivery({"*": [json_url]}).deliver(letter)


ASKS = {"carrier": ask_carrier, "stripe": ask_stripe, "apprise": deliver}


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    for module, name in (
        (http_adapter, "TIMEOUT"),
        (requests_session, "WITHIN"),
        (apprise_adapter, "WITHIN"),
        (tokens, "_FETCH_WITHIN"),
    ):
        monkeypatch.setattr(module, name, 0.5)


@pytest.mark.parametrize("who", ASKS)
@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_no_redirect_is_followed(who: str, status: int) -> None:
    with (
        server(answers(200)) as (canary, hits),
        server(answers(status, Location=f"{canary}/x")) as (url, asked),
    ):
        with pytest.raises(PortError):
            ASKS[who](url)
        assert asked
        assert not hits


@pytest.mark.parametrize("who", ASKS)
@pytest.mark.parametrize("what", SLOWLY)
@pytest.mark.usefixtures("impatient")
def test_what_drips_is_given_up(who: str, what: str) -> None:
    with server(SLOWLY[what]) as (url, _), pytest.raises(PortError):
        ASKS[who](url)
    _nobody_waits()


@pytest.mark.parametrize("who", ASKS)
def test_what_floods_is_not_read_to_its_end(who: str) -> None:
    with server(floods) as (url, _), pytest.raises(PortError):
        ASKS[who](url)
    _nobody_waits()


@pytest.mark.usefixtures("impatient")
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")  # smtplib leaves its socket
def test_a_mail_server_that_drips_is_given_up() -> None:
    stop = threading.Event()
    with socket.create_server(("127.0.0.1", 0)) as mail:

        def drip() -> None:
            caller, _ = mail.accept()
            with caller:
                while not stop.wait(0.01):
                    try:
                        caller.sendall(b"2")
                    except OSError:
                        return

        thread = threading.Thread(target=drip)
        thread.start()
        url = f"mailto://127.0.0.1:{mail.getsockname()[1]}?from=a@example.com&to=b@example.com"
        with pytest.raises(PortError, match="longer than"):
            AppriseDelivery({"*": [url]}).deliver(Letter(channel="customer", to="C-1", title="t", body="b"))
        _nobody_waits()
        stop.set()
        thread.join()
    assert smtplib  # what carries it reads a line for as long as it comes


def _nobody_waits() -> None:
    """The threads that were called off end."""
    deadline = time.monotonic() + 30
    while any(thread.name == "outbound" for thread in threading.enumerate()):
        assert time.monotonic() < deadline
        time.sleep(0.02)


def test_a_call_in_time_is_as_without_it() -> None:
    assert in_time(lambda: 7, 5) == 7
    with pytest.raises(ZeroDivisionError):
        in_time(lambda: 1 // 0, 5)
    with pytest.raises(TimeoutError):
        in_time(_times_out, 5)


def _times_out() -> None:
    raise TimeoutError("the call's own")


# --- the identity provider


def published(*keys: RSAKey) -> bytes:
    return json.dumps({"keys": [key.as_dict(private=False) for key in keys]}).encode()


def token(key: RSAKey) -> str:
    claims = {"iss": ISSUER, "aud": AUDIENCE, "sub": "li.na", "exp": int(time.time()) + 60}
    return jwt.encode({"alg": "RS256", "kid": str(key.kid)}, claims, key)


@pytest.mark.filterwarnings("ignore::joserfc.errors.SecurityWarning")
async def test_a_short_rsa_key_is_no_key() -> None:
    short, long = (RSAKey.generate_key(bits, {"kid": f"rsa-{bits}"}) for bits in (1024, 2048))
    with server(answers(200, published(short, long))) as (url, _):
        checker = TokenChecker(url, ISSUER, AUDIENCE)
        assert (await checker.claims(token(long)))["sub"] == "li.na"
        with pytest.raises(Problem) as refused:
            await checker.claims(token(short))
        assert refused.value.code == "unauthenticated"


@pytest.mark.parametrize("how", ["redirect", "flood", *SLOWLY])
@pytest.mark.usefixtures("impatient")
async def test_a_key_set_is_fetched_within_bounds(how: str) -> None:
    key = RSAKey.generate_key(2048, {"kid": "rsa"})
    with server(answers(200, published(key))) as (canary, hits):
        behave = {"redirect": answers(307, Location=canary), "flood": floods, **SLOWLY}[how]
        with server(behave) as (url, _), pytest.raises(Problem) as refused:
            await TokenChecker(url, ISSUER, AUDIENCE).claims(token(key))
        assert refused.value.code == "unavailable"
        assert not hits


# --- who chooses where a call goes


CALLING = {
    "aiohttp",
    "apprise",
    "ftplib",
    "httpx",
    "httpx2",
    "requests",
    "smtplib",
    "socket",
    "stripe",
    "urllib3",
}
CALLERS = {
    "activities/carriers/http_adapter.py": "CARRIER_URL",
    "activities/messages/apprise_adapter.py": "APPRISE_URLS",
    "activities/money/stripe_adapter.py": "STRIPE_API_BASE",
    "api/people/provider.py": "OIDC_ISSUER",
    "activities/outbound.py": "none: it bounds the calls of others",
    "activities/requests_session.py": "none: it bounds the calls of others",
    "api/tokens.py": "JWKS_URL",
    "api/journal.py": "none: it asks for the host's own name",
    "api/connections.py": "none: it sets an option of the connections that come in",
}
"""Modules that could call outside, and the setting that says where: each is the operator's."""


def test_nobody_but_the_adapters_calls_outside() -> None:
    found: set[str] = set()
    for folder in ("activities", "api", "cases", "models", "settings", "stores", "workflows"):
        for path in sorted((ROOT / folder).rglob("*.py")):
            where = path.relative_to(ROOT).as_posix()
            for node in ast.walk(ast.parse(path.read_text("utf-8"))):
                names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
                names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
                roots = {name.partition(".")[0] for name in names}
                if roots & CALLING:
                    found.add(where)
    assert found == set(CALLERS)


@pytest.mark.parametrize("who", ["carrier", "apprise"])
def test_no_word_of_a_form_is_called(who: str) -> None:
    """Addresses, numbers and words that are URLs travel as words."""
    with server(answers(200)) as (canary, hits):
        answer = json.dumps({"waybill_no": "SF-1", "label": f"{canary}/label"}).encode()
        with server(answers(200, answer)) as (url, asked):
            if who == "carrier":
                home = Address(province=canary, city=canary, district=canary, street=canary)
                HttpCarrier(url).book(
                    ParcelRequest(key=canary, order=canary, carrier=canary, waybill_no="", to=home, phone="1")
                )
            else:
                to = canary.replace("http://", "json://")
                urls = [f"{url.replace('http://', 'json://')}/{{to}}?x={{to}}"]
                AppriseDelivery({"*": urls}).deliver(Letter(channel=to, to=to, title=canary, body=canary))
            assert asked
        assert not hits


def test_a_reader_is_no_host() -> None:
    for url in ("json://{to}/x", "jsons://user:{to}@host", "xml://{to}", "form://a.{to}:80/"):
        with pytest.raises(Misconfigured, match="host"):
            AppriseDelivery({"customer": [url]})


def test_the_bounds_are_sane() -> None:
    assert 0 < outbound.LARGEST <= 16 * 1024 * 1024
    assert 0 < requests_session.WITHIN <= apprise_adapter.WITHIN <= 120
