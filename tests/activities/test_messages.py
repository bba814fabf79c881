"""Messages: written from templates, kept with the case, delivered by a real mail server and webhook."""

from __future__ import annotations

import json
import threading
from collections.abc import Generator
from email import message_from_bytes
from email.message import Message as Mail
from email.policy import default
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from activities.configured_ports import open_ports
from activities.messages import templates as templates_module
from activities.messages.apprise_adapter import AppriseDelivery
from activities.messages.contract import Message, Notify, WithdrawNotice
from activities.messages.port import Delivery
from activities.messages.reading import MessageView, messages
from activities.messages.templates import TemplateError, template, templates
from activities.performers import World
from activities.port_errors import Misconfigured, PortError
from models.database import reading
from models.roles import Role
from start.ports import free_ports
from tests.activities.desk import Books

SHIPPED = Message(to="SO-1", template="waybill_sent", data={"carrier": "SF", "waybill_no": "SF-1"})


class Mailbox:
    def __init__(self) -> None:
        self.mails: list[Mail] = []

    async def handle_DATA(  # noqa: N802 - the library calls it so
        self, _server: SMTP, _session: Session, envelope: Envelope
    ) -> str:
        content = envelope.content
        assert isinstance(content, bytes)
        self.mails.append(message_from_bytes(content, policy=default))
        return "250 OK"


@pytest.fixture
def mailbox() -> Generator[tuple[Mailbox, str]]:
    box = Mailbox()
    server = Controller(box, hostname="127.0.0.1", port=free_ports(1)[0])
    server.start()
    yield box, f"mailto://127.0.0.1:{server.port}?from=shop@example.com&to="
    server.stop()


@pytest.fixture
def webhook() -> Generator[tuple[list[dict[str, str]], str]]:
    on_message: list[dict[str, str]] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            on_message.append(json.loads(self.rfile.read(int(self.headers["content-length"]))))
            self.send_response(200)
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield on_message, f"json://127.0.0.1:{server.server_port}/notices"
    server.shutdown()
    thread.join()
    server.server_close()


def kept(books: Books, locale: str | None = None) -> list[MessageView]:
    with reading(books.engine) as session:
        return list(messages(session, case="order_fulfilment:tmall:SO-1", locale=locale).items)


def test_a_message_is_kept_once_in_the_stores_language_and_read_in_any(books: Books) -> None:
    first = books.do(SHIPPED, "3.1")
    assert first.data["delivered"] is False
    assert books.do(SHIPPED, "3.1") == first
    [message] = kept(books)
    assert (message.title, message.channel, message.state) == ("订单 SO-1 已发货", "customer", "kept")
    [english] = kept(books, "en")
    assert english.body == "SF has your order; the waybill number is SF-1."


def test_hostile_words_stay_words(books: Books) -> None:
    hostile = "{store.__class__} <b> \u202e ${x} %s"
    books.do(SHIPPED.model_copy(update={"data": {"carrier": hostile, "waybill_no": "1"}}))
    assert hostile in kept(books)[0].body


def test_a_message_nobody_wrote(books: Books) -> None:
    with pytest.raises(TemplateError, match="no message is called nonsense"):
        books.do(Message(to="SO-1", template="nonsense"), "3.1")


def test_mail_and_webhook(
    books: Books, mailbox: tuple[Mailbox, str], webhook: tuple[list[dict[str, str]], str]
) -> None:
    (box, mail_url), (on_message, hook_url) = mailbox, webhook
    delivery = AppriseDelivery({"customer": [mail_url + "{to}"], "picker": [hook_url]})
    books.world = World(books.engine, open_ports(locale="en").using(Delivery, delivery))
    outcome = books.do(Message(to="li@example.com", template="waybill_sent", data=SHIPPED.data), "3.1")
    assert outcome.data["delivered"] is True
    [mail] = box.mails
    assert (mail["to"], mail["subject"]) == ("li@example.com", "Order SO-1 is on its way")

    notice = Notify(role=Role.PICKER, template="waybill_sent", data=SHIPPED.data)
    assert books.do(notice, "4.1").data["delivered"] is True
    assert books.do(WithdrawNotice(of="4.1"), "5.1", of="4.1").data["delivered"] is True
    assert books.do(WithdrawNotice(of="4.1"), "6.1", of="4.1").ok
    assert [note["title"] for note in on_message] == [
        "Order SO-1 is on its way",
        "Withdrawn: Order SO-1 is on its way",
    ]
    assert [message.state for message in kept(books)] == ["delivered", "withdrawn", "delivered"]

    elsewhere = books.do(Notify(role=Role.GM, template="waybill_sent", data=SHIPPED.data))
    assert elsewhere.data["delivered"] is False


def test_what_could_not_be_delivered_is_tried_again(books: Books) -> None:
    nobody = AppriseDelivery({"*": [f"json://127.0.0.1:{free_ports(1)[0]}"]})
    books.world = World(books.engine, open_ports().using(Delivery, nobody))
    with pytest.raises(PortError, match="a message to customer couldn't be delivered"):
        books.do(SHIPPED, "3.1")
    assert [message.state for message in kept(books)] == ["kept"]


def test_a_notice_withdrawn_before_it_was_given(books: Books) -> None:
    assert books.do(WithdrawNotice(of="4.1"), "5.1", of="4.1").ok
    assert not books.do(Notify(role=Role.PICKER, template="waybill_sent"), "4.1").ok
    assert kept(books) == []


def test_a_url_that_nothing_reaches() -> None:
    with pytest.raises(Misconfigured, match=r"a URL of gm \(carrier-pigeon:…\)"):
        AppriseDelivery({"gm": ["carrier-pigeon://secret"]})


def test_every_template_can_be_written_in_both_languages() -> None:
    for key in templates():
        for language in ("zh_CN", "en"):
            words = template(key).write(language, {})
            assert words.title.strip()
            assert words.body.strip()


BOTH = '[a.zh]\ntitle = "{x}"\nbody = "b"\n[a.en]\ntitle = "{x}"\nbody = "b"\n'


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        (BOTH.partition("[a.en]")[0], "must be in zh and en"),
        (BOTH.replace('"b"', '"{y}"', 1), "different places in its languages: y"),
        (BOTH.replace("{x}", "{x.y}"), "{x.y} must be a plain name"),
        (BOTH.replace("{x}", "{x!r}"), "{x} must be a plain name"),
        (BOTH.replace("{x}", "{"), "Single '{'"),
        (BOTH + 'sms = "c"\n', "must have a title and a body"),
    ],
    ids=["one language", "other places", "an attribute", "a conversion", "half a brace", "more than words"],
)
def test_a_broken_template_says_where(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str, fault: str
) -> None:
    (tmp_path / "broken.toml").write_text(text)
    monkeypatch.setattr(templates_module, "_HOME", tmp_path)
    templates.cache_clear()
    with pytest.raises(TemplateError) as caught:
        templates()
    assert fault in str(caught.value)
    assert "broken.toml: a" in str(caught.value)
    monkeypatch.undo()
    templates.cache_clear()
