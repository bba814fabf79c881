"""Notices to a role as cards and mail: the way to their case, nothing of a person, to each reader once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session
from sqlmodel import col

from activities.configured_ports import open_ports
from activities.messages.apprise_adapter import AppriseDelivery
from activities.messages.contract import Message, Notify, WithdrawNotice
from activities.messages.port import NO_STORE, PERSON, Delivery, Headline, Letter, Readers
from activities.performers import World
from activities.port_errors import PortError
from activities.ports import Ports
from activities.secrets.vault import Vault
from cases.headline_words import ImpersonalHeadlines
from models.database import reading, writing
from models.roles import Role
from models.tables.accounts import Account, AccountKind
from models.tables.cases import CaseRow
from models.tables.catalogue import Product
from models.tables.inbox import Preference
from models.tables.messages import LetterRow
from stores.file import Person
from stores.readers import ReadersByRole
from tests.activities.desk import NOON, Books

CASE = "order_fulfilment:tmall:SO-1"
NOTICE = Notify(
    role=Role.PICKER, template="escalated", data={"by": "li", "note": "打 13812340001，或 li@example.com"}
)


class Post:
    """Takes letters for these channels; some fail."""

    def __init__(self, *channels: str) -> None:
        self.channels = set(channels)
        self.sent: list[Letter] = []
        self.closed: set[str] = set()

    def reaches(self, channel: str) -> bool:
        return channel in self.channels

    def deliver(self, letter: Letter) -> None:
        if {letter.channel, letter.to} & self.closed:
            raise PortError(f"{letter.channel} takes nothing")
        self.sent.append(letter)

    @property
    def readers(self) -> list[str]:
        return [letter.to for letter in self.sent]


class Headlined:
    """Says the same of every case."""

    def of(self, session: Session, case: str) -> str:
        return "明前龙井 ×2 · ¥88.00"


def account(session: Session, name: str, roles: dict[str, list[str]], mail: str = "", **more: Any) -> None:
    """Somebody of these roles; with an address, they want mail."""
    session.add(
        Account(
            id=name, spelling=name, name=name, kind=more.pop("kind", AccountKind.PERSON), roles=roles, parties=[],
            made_at=NOON, made_by="tests", **more,
        )
    )  # fmt: skip
    session.flush()
    if mail:
        kept = Vault().keep(session, NO_STORE, mail, datetime.now(UTC))
        session.add(Preference(account=name, mail=kept, wants_mail=True))


def at_work(books: Books, post: Post, people: Mapping[str, Person] | None = None) -> Ports:
    """The books with this post, and those who have said that they want mail."""
    ports = (
        open_ports(locale="zh_CN", public_url="https://store.example/")
        .using(Delivery, post)
        .using(Headline, Headlined())
        .using(Readers, ReadersByRole(lambda: people or {}))
    )
    books.world = World(books.engine, ports)
    return ports


def letters(books: Books) -> Sequence[tuple[str, str]]:
    with reading(books.engine) as session:
        rows = session.scalars(select(LetterRow).order_by(col(LetterRow.reader)))
        return [(row.reader, row.state) for row in rows]


def test_a_card_leads_to_its_case_and_says_nothing_of_a_person(books: Books) -> None:
    post = Post("picker")
    at_work(books, post)
    assert books.do(NOTICE, "3.1").data["delivered"] is True
    (card,) = post.sent
    assert card.channel == "picker"
    assert (
        "明前龙井 ×2 · ¥88.00\nhttps://store.example/inbox/?case=order_fulfilment%3Atmall%3ASO-1" in card.body
    )
    assert "138***01" in card.body
    assert "***@example.com" in card.body
    assert "13812340001" not in card.body
    assert "li@example.com" not in card.body


def test_without_an_address_of_the_site_there_is_no_link(books: Books) -> None:
    post = Post("picker")
    books.world = World(books.engine, open_ports().using(Delivery, post))
    books.do(NOTICE, "3.1")
    assert "http" not in post.sent[0].body


def test_a_message_to_a_customer_leads_nowhere(books: Books) -> None:
    post = Post("customer")
    at_work(books, post)
    told = {"carrier": "SF", "waybill_no": "SF-1"}
    books.do(Message(to="SO-1", template="waybill_sent", data=told), "3.1")
    assert "http" not in post.sent[0].body
    assert letters(books) == []


def test_mail_goes_to_who_holds_the_role_there_and_wants_it(books: Books) -> None:
    with writing(books.engine) as session:
        account(session, "everywhere", {"*": ["picker"]}, "everywhere@example.com")
        account(session, "here", {"tmall": ["picker"]}, "here@example.com")
        account(session, "elsewhere", {"jd": ["picker"]}, "elsewhere@example.com")
        account(session, "packer", {"*": ["packer"]}, "packer@example.com")
        account(session, "quiet", {"*": ["picker"]})
        account(session, "gone", {"*": ["picker"]}, "gone@example.com", closed_at=NOON)
        account(session, "robot", {"*": ["picker"]}, "robot@example.com", kind=AccountKind.SERVICE)
        account(session, "listed", {"*": ["picker"]}, "listed@example.com")
    post = Post(PERSON)
    at_work(books, post, {"listed": Person(roles=frozenset({Role.PACKER}))})
    assert books.do(NOTICE, "3.1").data["delivered"] is True
    assert post.readers == ["everywhere@example.com", "here@example.com"]
    assert {letter.channel for letter in post.sent} == {PERSON}
    assert all("https://store.example/inbox/?case=" in letter.body for letter in post.sent)


def test_who_no_longer_wants_mail_gets_none(books: Books) -> None:
    with writing(books.engine) as session:
        account(session, "li", {"*": ["picker"]}, "li@example.com")
        session.get_one(Preference, "li").wants_mail = False
    post = Post(PERSON)
    at_work(books, post)
    assert books.do(NOTICE, "3.1").data["delivered"] is False
    assert post.sent == []


def test_nobody_gets_it_twice_where_another_letter_fails(books: Books) -> None:
    with writing(books.engine) as session:
        account(session, "li", {"*": ["picker"]}, "li@example.com")
        account(session, "wang", {"*": ["picker"]}, "wang@example.com")
    post = Post(PERSON, "picker")
    post.closed = {"picker"}
    at_work(books, post)
    with pytest.raises(PortError, match="picker takes nothing"):
        books.do(NOTICE, "3.1")
    assert post.readers == ["li@example.com", "wang@example.com"]
    post.closed = set()
    assert books.do(NOTICE, "3.1").data["delivered"] is True
    assert books.do(NOTICE, "3.1").data["delivered"] is True
    assert post.readers == ["li@example.com", "wang@example.com", "picker"]
    assert letters(books) == [("", "delivered"), ("li", "delivered"), ("wang", "delivered")]


def test_a_reader_who_cannot_be_reached_holds_up_nobody(books: Books) -> None:
    with writing(books.engine) as session:
        account(session, "li", {"*": ["picker"]}, "li@example.com")
        account(session, "wang", {"*": ["picker"]}, "wang@example.com")
    post = Post(PERSON, "picker")
    post.closed = {"li@example.com"}
    at_work(books, post)
    assert books.do(NOTICE, "3.1").data["delivered"] is True
    assert post.readers == ["wang@example.com", "picker"]
    assert letters(books) == [("", "delivered"), ("li", "failed"), ("wang", "delivered")]


def test_a_notice_is_withdrawn_from_those_who_got_it(books: Books) -> None:
    with writing(books.engine) as session:
        account(session, "li", {"*": ["picker"]}, "li@example.com")
    post = Post(PERSON, "picker")
    at_work(books, post)
    books.do(NOTICE, "4.1")
    with writing(books.engine) as session:
        account(session, "wang", {"*": ["picker"]}, "wang@example.com")
    assert books.do(WithdrawNotice(of="4.1"), "5.1", of="4.1").data["delivered"] is True
    assert post.readers == ["li@example.com", "picker"] * 2


def test_letters_to_people_have_a_way_of_their_own(books: Books) -> None:
    everything = AppriseDelivery({"*": ["json://127.0.0.1:9"]})
    assert (everything.reaches("picker"), everything.reaches(PERSON)) == (True, False)
    assert AppriseDelivery({PERSON: ["mailto://127.0.0.1:25?from=a@example.com&to={to}"]}).reaches(PERSON)


def test_a_headline_leaves_out_what_is_personal(books: Books) -> None:
    parts = [
        {"field": "lines", "value": [{"line": 1, "sku": "TEA-1", "qty": 2}], "more": 0},
        {"field": "receiver_name", "value": "王秀英", "personal": "name"},
        {"field": "paid", "value": {"amount": "88.00"}},
        {"field": "returned", "value": [{"line": 2, "qty": 3}]},
        {"field": "promised", "value": "2026-12-01T09:00:00+08:00"},
        {"field": "seen", "value": "2026-12-01T01:00:00.5Z"},
    ]
    with writing(books.engine) as session:
        session.add(Product(sku="TEA-1", title="明前龙井", at=NOON))
        session.add(
            CaseRow(
                id=CASE, procedure="order_fulfilment", version=1, store="tmall", subject="SO-1", revision=1, fence=1,
                state="open", position="{}", policy="", stages=[], deadlines=[], opened_at=NOON, changed_at=NOON,
                request="", run_id="", hash="", headline=parts,
            )
        )  # fmt: skip
    with reading(books.engine) as session:
        assert ImpersonalHeadlines("zh").of(session, CASE) == (
            "明前龙井 ×2 · ¥88.00 · 第 2 行 ×3 · 2026-12-01 09:00 · 2026-12-01 01:00 UTC"
        )
        assert ImpersonalHeadlines("zh").of(session, "order_fulfilment:tmall:SO-9") == ""
