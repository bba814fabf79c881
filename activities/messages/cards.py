"""What of a notice goes out to chats and mailboxes, which more people read than its case: nothing of a person, and the
way to the case.
"""

from __future__ import annotations

import re
from urllib.parse import quote

from activities.messages.port import Letter
from models.tables.messages import MessageRow
from models.values import masked

_PHONE = re.compile(r"(?<!\w)(?:\+?86[ -]?)?(1[3-9]\d)\d{6}(\d{2})(?!\w)", re.ASCII)
_MAIL = re.compile(r"[\w.+-]+(@[\w-]+(?:\.[\w-]+)+)", re.ASCII)


def card(row: MessageRow, channel: str, to: str, headline: str, public_url: str) -> Letter:
    """The letter. headline: what its case is about; public_url: under which address people reach the inbox."""
    lines = [_without_contacts(masked(row.body)), headline, link_to(row.case, public_url)]
    return Letter(
        channel=channel,
        to=to,
        title=_without_contacts(masked(row.title)),
        body="\n".join(line for line in lines if line),
    )


def link_to(case: str, public_url: str) -> str:
    """The case's page in the inbox; empty where nobody has said under which address that is."""
    return f"{public_url.rstrip('/')}/inbox/?case={quote(case, safe='')}" if public_url else ""


def _without_contacts(text: str) -> str:
    """Without what somebody has typed of a phone number or a mail address: so that nobody is reached by it."""
    return _MAIL.sub(r"***\1", _PHONE.sub(r"\1***\2", text))
