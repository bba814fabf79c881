"""Secrets: in the vault, in what the reader gets, and nowhere else."""

from __future__ import annotations

import logging
from dataclasses import dataclass, field

import pytest
from pydantic import TypeAdapter, ValidationError
from sqlalchemy import inspect, text

from activities.audiences.contract import MessageAudience
from activities.configured_ports import open_ports
from activities.messages.contract import Message
from activities.messages.port import Delivery, Letter
from activities.messages.reading import messages
from activities.performers import World
from activities.port_errors import PortError
from activities.secrets.vault import Vault
from models.database import reading
from models.effect import Effect
from models.tables.secrets import SecretRow
from models.values import Code, Secret, Text
from settings.keys import EncryptionKey
from tests.activities.desk import NOON, Books

CODE = "GIFT-7731-0042"
NEW, OLD = EncryptionKey("new", b"n" * 32), EncryptionKey("old", b"o" * 32)


@dataclass
class Post:
    """Takes every letter; fails as often as it is told to."""

    letters: list[Letter] = field(default_factory=list[Letter])
    failures: int = 0

    def reaches(self, channel: str) -> bool:
        return channel == "customer"

    def deliver(self, letter: Letter) -> None:
        if self.failures:
            self.failures -= 1
            raise PortError("the post is late")
        self.letters.append(letter)


def keep(books: Books, vault: Vault, store: str = "tmall") -> str:
    with books.write() as session:
        return vault.keep(session, store, CODE, NOON)


def reveal(books: Books, vault: Vault, reference: str, store: str = "tmall") -> str:
    with reading(books.engine) as session:
        return vault.reveal(session, store, reference)


def written_down(books: Books) -> str:
    """All rows of all tables but that of the secrets."""
    with reading(books.engine) as session:
        tables = [name for name in inspect(books.engine).get_table_names() if name != "secrets"]
        return "\n".join(
            str(row)
            for table in tables
            for row in session.execute(text(f'SELECT * FROM "{table}"'))  # noqa: S608
        )


@pytest.mark.parametrize("keys", [(), (NEW,), (NEW, OLD)], ids=["no key", "a key", "two keys"])
def test_a_secret_is_revealed_to_its_store_alone(books: Books, keys: tuple[EncryptionKey, ...]) -> None:
    vault = Vault(keys)
    reference = keep(books, vault)
    assert reveal(books, vault, reference) == CODE
    assert keep(books, vault) != reference
    with pytest.raises(LookupError, match=f"jd keeps no secret {reference}"):
        reveal(books, vault, reference, store="jd")


def test_it_is_encrypted_where_there_is_a_key(books: Books) -> None:
    reference = keep(books, Vault((OLD,)))
    with reading(books.engine) as session:
        assert CODE.encode() not in session.get_one(SecretRow, reference).sealed
    assert reveal(books, Vault((NEW, OLD)), reference) == CODE
    with pytest.raises(LookupError, match="encrypted with key 'old', which ENCRYPTION_KEY doesn't hold"):
        reveal(books, Vault((NEW,)), reference)
    with pytest.raises(LookupError, match="was changed, or encrypted with another key 'old'"):
        reveal(books, Vault((EncryptionKey("old", b"x" * 32),)), reference)


def test_it_can_not_be_moved_under_another_reference(books: Books) -> None:
    vault = Vault((NEW,))
    mine, theirs = keep(books, vault), keep(books, vault, store="jd")
    with books.write() as session:
        session.get_one(SecretRow, mine).sealed = session.get_one(SecretRow, theirs).sealed
    with pytest.raises(LookupError, match="was changed"):
        reveal(books, vault, mine)


@pytest.mark.parametrize("kind", ["message", "audience"])
def test_the_customer_reads_it_and_nobody_else(
    books: Books, caplog: pytest.LogCaptureFixture, kind: str
) -> None:
    post = Post(failures=1)
    ports = open_ports(locale="en", encryption_keys=(NEW,)).using(Delivery, post)
    books.world = World(books.engine, ports)
    reference = keep(books, ports[Vault])
    data = {"carrier": "SF", "waybill_no": reference}
    effect: Effect = Message(to="SO-1", template="waybill_sent", data=data)
    if kind == "audience":
        effect = MessageAudience(audience="case_closed", only=("SO-1",), template="waybill_sent", data=data)
    with caplog.at_level(logging.DEBUG):
        with pytest.raises(PortError, match="the post is late"):
            books.do(effect, "3.1")
        outcome = books.do(effect, "3.1")
    assert [letter.body for letter in post.letters] == [f"SF has your order; the waybill number is {CODE}."]
    assert (
        CODE not in written_down(books) + caplog.text + outcome.model_dump_json() + effect.model_dump_json()
    )
    assert reference in written_down(books)
    with reading(books.engine) as session:
        for locale in (None, "en", "zh"):
            [shown] = messages(session, locale=locale).items
            assert "••••" in shown.body
            assert reference not in shown.body


def test_a_message_with_a_secret_that_nobody_keeps_is_not_sent(books: Books) -> None:
    post = Post()
    books.world = World(books.engine, open_ports().using(Delivery, post))
    lost = Message(to="SO-1", template="waybill_sent", data={"waybill_no": f"secret:{'0' * 32}"})
    with pytest.raises(LookupError, match="tmall keeps no secret"):
        books.do(lost, "3.1")
    assert (post.letters, written_down(books).count("secret:")) == ([], 0)


def test_a_form_takes_the_reference_and_never_the_text() -> None:
    reference = f"secret:{'a1' * 16}"
    assert TypeAdapter(Secret).validate_python(reference) == reference
    with pytest.raises(ValidationError):
        TypeAdapter(Secret).validate_python(CODE)


@pytest.mark.parametrize("kind", [Text, Code])
def test_no_other_field_takes_the_reference(kind: type[str]) -> None:
    with pytest.raises(ValidationError):
        TypeAdapter(kind).validate_python(f"secret:{'a1' * 16}")
