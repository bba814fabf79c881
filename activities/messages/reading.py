"""What the messages book shows."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from activities.messages.templates import TemplateError, template
from activities.pages import After, Page, Stores, View, page, seen, where
from models.tables.messages import MessageRow
from models.values import masked


class MessageView(View):
    """A message, in the language that was asked for."""

    message: str
    case: str
    store: str
    channel: str
    to: str
    template: str
    title: str
    body: str
    state: str
    at: datetime


def messages(
    session: Session,
    *,
    case: str | None = None,
    locale: str | None = None,
    stores: Stores = None,
    after: After = None,
    limit: int = 50,
) -> Page[MessageView]:
    """What was written to whom, oldest first. With a `locale`, in that language; else as it was written then."""
    query = where(seen(select(MessageRow), MessageRow.store, stores), {MessageRow.case: case})

    def show(rows: Sequence[MessageRow]) -> Iterable[MessageView]:
        for row in rows:
            yield view_of(row, locale)

    return page(session, query, (MessageRow.id,), after, limit, show)


def view_of(row: MessageRow, locale: str | None = None) -> MessageView:
    """One message. With a `locale`, in that language; else as it was written then."""
    shown = row.model_dump()
    if locale is not None and locale != row.locale:
        shown |= _rewritten(row, locale)
    return MessageView.model_validate(shown | {part: masked(shown[part]) for part in ("title", "body")})


def _rewritten(row: MessageRow, locale: str) -> dict[str, str]:
    try:
        words = template(row.template).write(locale, row.data, row.case.partition(":")[0])
    except TemplateError:
        # the template has gone since; what was written stays
        return {}
    return {"title": words.title, "body": words.body}
