"""Effects on the messages book: write, keep, and deliver where a way out is configured.

A message is delivered at least once: where a process dies right after sending, it goes out again. A notice may go out
as several letters, each written down as soon as it has gone: none goes out again because another one failed.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any, NamedTuple

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session
from sqlmodel import col

from activities.messages.cards import card
from activities.messages.contract import Message, MessageWritten, Notify, WithdrawNotice
from activities.messages.port import NO_STORE, PERSON, Delivery, Headline, Letter, Reader, Readers
from activities.messages.templates import template
from activities.money.accounts import number
from activities.performing import Steps, performs_outside
from activities.port_errors import PortError
from activities.ports import Ports
from activities.secrets.vault import Vault
from models.effect import EffectRequest
from models.roles import Role
from models.statements import add_row, found
from models.tables.messages import LetterRow, MessageRow

CUSTOMER = "customer"
"""The channel of messages to whoever ordered; notices go to the channel of their role."""
WITHDRAWN = "notice_withdrawn"
log = logging.getLogger(__name__)
_messages = vars(MessageRow)["__table__"]
_known: Any = select(_messages.c.message).where(_messages.c.key == bindparam("key"))


def _begin_message(
    effect: Message, request: EffectRequest, session: Session, ports: Ports
) -> MessageWritten | Letter:
    _write(session, request, ports, CUSTOMER, effect.to, effect.template, effect.data)
    if not ports[Delivery].reaches(CUSTOMER):
        return MessageWritten(message=number("MS", request.key), delivered=False)
    return letter_of(session, ports, _row(session, request.key))


class Post(NamedTuple):
    """A letter of a notice, and whose it is."""

    reader: str
    """The account; empty where it goes to the channel of the role."""
    letter: Letter


def _begin_notice(
    effect: Notify, request: EffectRequest, session: Session, ports: Ports
) -> MessageWritten | Post:
    role = effect.role
    _write(session, request, ports, role.value, role.value, effect.template, effect.data)
    if not any(ports[Delivery].reaches(channel) for channel in (role.value, PERSON)):
        return MessageWritten(message=number("MS", request.key), delivered=False)
    return _next_post(session, request, ports, _readers(session, ports, role, request.store))


def _begin_withdrawal(
    _effect: WithdrawNotice, request: EffectRequest, session: Session, ports: Ports
) -> MessageWritten | Post:
    notice = _row(session, request.of, locked=True)
    notice.state = "withdrawn"
    told = {one.reader for one in _letters(session, notice.key)}
    readers = _readers(session, ports, Role(notice.channel), request.store)
    _write(session, request, ports, notice.channel, notice.to, WITHDRAWN, {"title": notice.title})
    return _next_post(session, request, ports, [one for one in readers if one.account in told])


def _readers(session: Session, ports: Ports, role: Role, store: str) -> Sequence[Reader]:
    return ports[Readers].of(session, role, store) if ports[Delivery].reaches(PERSON) else ()


def _letters(session: Session, message: str) -> Sequence[LetterRow]:
    return session.scalars(select(LetterRow).where(col(LetterRow.message) == message)).all()


def _next_post(
    session: Session, request: EffectRequest, ports: Ports, readers: Sequence[Reader]
) -> MessageWritten | Post:
    """The next letter that has not gone out: to each who wants mail, then to the channel of the role, whose failure has
    all of it tried again. The outcome, where all have gone.
    """
    row = _row(session, request.key)
    sent = {one.reader: one.state for one in _letters(session, request.key)}
    headline = ports[Headline].of(session, request.case)
    for reader in readers:
        if reader.account not in sent and (address := _address(session, ports, reader)):
            return Post(reader.account, card(row, PERSON, address, headline, ports.public_url))
    if "" not in sent and ports[Delivery].reaches(row.channel):
        return Post("", card(row, row.channel, row.to, headline, ports.public_url))
    return MessageWritten(message=row.message, delivered="delivered" in sent.values())


def _address(session: Session, ports: Ports, reader: Reader) -> str:
    """Empty where the vault can't open it any more."""
    try:
        return ports[Vault].reveal(session, NO_STORE, reader.address)
    except LookupError as error:
        log.warning("%s gets no mail: %s", reader.account, error)
        return ""


def _post(post: Post, ports: Ports) -> str:
    """What became of it: `delivered` or `failed`. PortError where the role's channel takes nothing; what one reader
    can't get holds up nobody.
    """
    try:
        ports[Delivery].deliver(post.letter)
    except PortError as error:
        if not post.reader:
            raise
        log.warning("%s gets no mail: %s", post.reader, error)
        return "failed"
    return "delivered"


def _posted(
    _effect: object, request: EffectRequest, session: Session, post: Post, state: str
) -> MessageWritten | None:
    session.add(LetterRow(message=request.key, reader=post.reader, state=state, at=datetime.now(UTC)))
    row = _row(session, request.key, locked=True)
    if state == "delivered" and row.state == "kept":
        row.state = "delivered"
    return None


def _write(
    session: Session,
    request: EffectRequest,
    ports: Ports,
    channel: str,
    to: str,
    key: str,
    data: dict[str, str],
) -> None:
    """Keep the message, where it isn't kept yet."""
    if found(session, _known, {"key": request.key}):
        return
    fields = {"store": request.store, "subject": request.subject, **data}
    words = template(key).write(ports.locale, fields, request.case.partition(":")[0])
    add_row(
        session,
        MessageRow,
        message=number("MS", request.key),
        key=request.key,
        case=request.case,
        store=request.store,
        channel=channel,
        to=to,
        template=key,
        data=fields,
        locale=ports.locale,
        title=words.title,
        body=words.body,
        at=request.at,
    )


def _row(session: Session, key: str, *, locked: bool = False) -> MessageRow:
    mine = select(MessageRow).where(col(MessageRow.key) == key)
    return session.scalars(mine.with_for_update() if locked else mine).one()


def letter_of(session: Session, ports: Ports, row: MessageRow) -> Letter:
    """The message as its reader gets it. Its secrets stand in it, and nowhere else: the row has their references."""
    title, body = (ports[Vault].write_out(session, row.store, text) for text in (row.title, row.body))
    return Letter(channel=row.channel, to=row.to, title=title, body=body)


def _deliver(letter: Letter, ports: Ports) -> None:
    ports[Delivery].deliver(letter)


def _delivered(
    _effect: object, request: EffectRequest, session: Session, _letter: Letter, _answer: None
) -> MessageWritten:
    row = _row(session, request.key, locked=True)
    if row.state == "kept":
        row.state = "delivered"
    return MessageWritten(message=row.message, delivered=True)


performs_outside(Message, Steps(_begin_message, _deliver, _delivered, Delivery))
performs_outside(Notify, Steps(_begin_notice, _post, _posted, Delivery))
performs_outside(WithdrawNotice, Steps(_begin_withdrawal, _post, _posted, Delivery))
