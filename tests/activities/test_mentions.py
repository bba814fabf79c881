"""Mail to who is named in a comment: once, in their language, with the way to the case."""

from __future__ import annotations

from sqlalchemy import select
from sqlmodel import col

from activities.messages.mentions import mail_mentions
from activities.messages.port import PERSON
from models.database import reading, writing
from models.tables.accounts import Account
from models.tables.inbox import Preference
from models.tables.requests import Comment, Mention
from tests.activities.desk import NOON, Books
from tests.activities.test_notices import CASE, Post, account, at_work


def named(books: Books, *people: str) -> None:
    """A comment names them."""
    with writing(books.engine) as session:
        session.add(
            Comment(
                id="c-1",
                case=CASE,
                author="chen",
                author_name="陈晨",
                text="@li 打 13812340001 给他",
                files=[],
                written_at=NOON,
            )
        )
        for one in people:
            session.add(Mention(account=one, comment="c-1", case=CASE, mail="due"))


def states(books: Books) -> dict[str, str]:
    with reading(books.engine) as session:
        return {one.account: one.mail for one in session.scalars(select(Mention))}


def test_whoever_is_named_gets_one_mail_in_their_language(books: Books) -> None:
    with writing(books.engine) as session:
        account(session, "li", {"*": ["picker"]}, "li@example.com")
        account(session, "wang", {"*": ["picker"]}, "wang@example.com")
        session.get_one(Account, "wang").language = "en"
    named(books, "li", "wang")
    post = Post(PERSON)
    ports = at_work(books, post)
    assert mail_mentions(books.engine, ports) == 2
    assert mail_mentions(books.engine, ports) == 0
    first, second = post.sent
    assert (first.to, second.to) == ("li@example.com", "wang@example.com")
    assert (first.title, second.title) == (
        "陈晨 在 SO-1 的评论中提到了您",
        "陈晨 names you in a comment on SO-1",
    )
    assert "https://store.example/inbox/?case=order_fulfilment%3Atmall%3ASO-1" in first.body
    assert "138" not in first.body, "what was written stays in the case"


def test_who_cannot_be_reached_or_wants_none_holds_up_nobody(books: Books) -> None:
    with writing(books.engine) as session:
        for name in ("li", "quiet", "wang"):
            account(session, name, {"*": ["picker"]}, f"{name}@example.com")
        session.get_one(Preference, "quiet").wants_mail = False
    named(books, "li", "quiet", "wang")
    post = Post(PERSON)
    post.closed = {"li@example.com"}
    assert mail_mentions(books.engine, at_work(books, post)) == 1
    assert post.readers == ["wang@example.com"]
    assert states(books)["li"] == "failed"


def test_where_no_mail_is_configured_it_waits(books: Books) -> None:
    with writing(books.engine) as session:
        account(session, "li", {"*": ["picker"]}, "li@example.com")
    named(books, "li")
    assert mail_mentions(books.engine, at_work(books, Post("picker"))) == 0
    assert states(books) == {"li": "due"}
    with reading(books.engine) as session:
        assert session.scalars(select(col(Mention.seen_at))).one() is None
