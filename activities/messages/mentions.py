"""Mail about comments that name somebody: to whoever wants mail, with the way to the case.

It goes out once at most: who gets none still finds the comment in the inbox. Another process has claimed what is no
longer `due`.
"""

from __future__ import annotations

import logging
from typing import Any, cast

from sqlalchemy import CursorResult, Engine, select, update
from sqlalchemy.orm import Session
from sqlmodel import col

from activities.messages.cards import card
from activities.messages.port import NO_STORE, PERSON, Delivery, Headline, Letter
from activities.messages.templates import template
from activities.port_errors import PortError
from activities.ports import Ports
from activities.secrets.vault import Vault
from models.database import reading, writing
from models.tables.accounts import Account
from models.tables.inbox import Preference
from models.tables.messages import MessageRow
from models.tables.requests import Comment, Mention

log = logging.getLogger(__name__)
MENTIONED = "mentioned"
_TOGETHER = 20
"""Read at a time."""


def mail_mentions(engine: Engine, ports: Ports) -> int:
    """Send what is due; how many letters have gone out."""
    if not ports[Delivery].reaches(PERSON):
        return 0
    with reading(engine) as session:
        due = session.execute(
            select(col(Mention.account), col(Mention.comment))
            .where(col(Mention.mail) == "due")
            .order_by(col(Mention.comment))
            .limit(_TOGETHER)
        )
        found = [(row.account, row.comment) for row in due]
    return sum(_mail(engine, ports, account, comment) for account, comment in found)


def _mail(engine: Engine, ports: Ports, account: str, comment: str) -> bool:
    with writing(engine) as session:
        letter = _letter(session, ports, account, comment) if _claimed(session, account, comment) else None
    if letter is None:
        return False
    try:
        ports[Delivery].deliver(letter)
    except PortError as error:
        log.warning("%s gets no mail: %s", account, error)
        with writing(engine) as session:
            _note(session, account, comment, "failed")
        return False
    return True


def _claimed(session: Session, account: str, comment: str) -> bool:
    """Whether it was due, and is this process's to send."""
    return _note(session, account, comment, "sent", only="due") == 1


def _note(session: Session, account: str, comment: str, mail: str, only: str = "sent") -> int:
    mine = (
        update(Mention)
        .where(col(Mention.account) == account, col(Mention.comment) == comment, col(Mention.mail) == only)
        .values(mail=mail)
    )
    return cast("CursorResult[Any]", session.execute(mine)).rowcount


def _letter(session: Session, ports: Ports, account: str, comment: str) -> Letter | None:
    """None where mail isn't wanted any more, or nobody can open the address."""
    written, chosen = session.get_one(Comment, comment), session.get(Preference, account)
    if chosen is None or not chosen.wants_mail or not chosen.mail:
        return None
    try:
        address = ports[Vault].reveal(session, NO_STORE, chosen.mail)
    except LookupError as error:
        log.warning("%s gets no mail: %s", account, error)
        return None
    reader = session.get_one(Account, account)
    _, store, subject = written.case.split(":", 2)
    fields = {"store": store, "subject": subject, "by": written.author_name}
    words = template(MENTIONED).write(reader.language or ports.locale, fields)
    row = MessageRow(
        message="", key="", case=written.case, store=store, channel=PERSON, to="", template=MENTIONED,
        data=fields, locale=ports.locale, title=words.title, body=words.body, at=written.written_at,
    )  # fmt: skip
    return card(row, PERSON, address, ports[Headline].of(session, written.case), ports.public_url)
