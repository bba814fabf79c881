"""Effects on the messages book: write, keep, and deliver where a way out is configured.

A message is delivered at least once: where a process dies right after sending, it goes out again.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session
from sqlmodel import col

from activities.messages.contract import Message, MessageWritten, Notify, WithdrawNotice
from activities.messages.port import Delivery, Letter
from activities.messages.templates import template
from activities.money.accounts import number
from activities.performing import Steps, performs_outside
from activities.ports import Ports
from activities.secrets.vault import Vault
from models.effect import EffectRequest
from models.statements import add_row, found
from models.tables.messages import MessageRow

CUSTOMER = "customer"
"""The channel of messages to whoever ordered; notices go to the channel of their role."""
WITHDRAWN = "notice_withdrawn"
_messages = vars(MessageRow)["__table__"]
_known: Any = select(_messages.c.message).where(_messages.c.key == bindparam("key"))


def _begin_message(
    effect: Message, request: EffectRequest, session: Session, ports: Ports
) -> MessageWritten | Letter:
    return _kept(session, request, ports, CUSTOMER, effect.to, effect.template, effect.data)


def _begin_notice(
    effect: Notify, request: EffectRequest, session: Session, ports: Ports
) -> MessageWritten | Letter:
    return _kept(session, request, ports, effect.role.value, effect.role.value, effect.template, effect.data)


def _begin_withdrawal(
    _effect: WithdrawNotice, request: EffectRequest, session: Session, ports: Ports
) -> MessageWritten | Letter:
    notice = session.scalars(
        select(MessageRow).where(col(MessageRow.key) == request.of).with_for_update()
    ).one()
    notice.state = "withdrawn"
    return _kept(session, request, ports, notice.channel, notice.to, WITHDRAWN, {"title": notice.title})


def _kept(
    session: Session,
    request: EffectRequest,
    ports: Ports,
    channel: str,
    to: str,
    key: str,
    data: dict[str, str],
) -> MessageWritten | Letter:
    """Keep the message. What is to be delivered, or the outcome where there is no way out."""
    message = number("MS", request.key)
    if not found(session, _known, {"key": request.key}):
        fields = {"store": request.store, "subject": request.subject, **data}
        words = template(key).write(ports.locale, fields, request.case.partition(":")[0])
        add_row(
            session,
            MessageRow,
            message=message,
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
    if not ports[Delivery].reaches(channel):
        return MessageWritten(message=message, delivered=False)
    row = session.scalars(select(MessageRow).where(col(MessageRow.key) == request.key)).one()
    return letter_of(session, ports, row)


def letter_of(session: Session, ports: Ports, row: MessageRow) -> Letter:
    """The message as its reader gets it. Its secrets stand in it, and nowhere else: the row has their references."""
    title, body = (ports[Vault].write_out(session, row.store, text) for text in (row.title, row.body))
    return Letter(channel=row.channel, to=row.to, title=title, body=body)


def _deliver(letter: Letter, ports: Ports) -> None:
    ports[Delivery].deliver(letter)


def _delivered(
    _effect: object, request: EffectRequest, session: Session, _letter: Letter, _answer: None
) -> MessageWritten:
    row = session.scalars(
        select(MessageRow).where(col(MessageRow.key) == request.key).with_for_update()
    ).one()
    if row.state == "kept":
        row.state = "delivered"
    return MessageWritten(message=row.message, delivered=True)


performs_outside(Message, Steps(_begin_message, _deliver, _delivered, Delivery))
performs_outside(Notify, Steps(_begin_notice, _deliver, _delivered, Delivery))
performs_outside(WithdrawNotice, Steps(_begin_withdrawal, _deliver, _delivered, Delivery))
