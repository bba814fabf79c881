"""The log of rights and personal data. Nobody can change or remove a line without its being found.

Each process writes a chain of its own: a line holds the hash of the one before it. A chain's first line holds the last
hashes of all chains there were, so that none of them can be taken away whole. `guicheng audit verify` looks at all.
"""

from __future__ import annotations

import hashlib
import logging
import secrets
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import orjson
from sqlalchemy import bindparam, func, select
from sqlalchemy.orm import Session
from sqlmodel import col

from models.table import new_id
from models.tables.accounts import AuditEntry

_CHAINS = "chains"
NOBODY = "?"
"""Who asks before it is known who it is."""
OPERATOR = "operator"
"""Who acts on the command line of the machine."""
CHAIN = secrets.token_hex(8)
"""The chain of this process."""

_log = logging.getLogger("guicheng.audit")


def note(session: Session, what: str, by: str, about: str = "", **detail: Any) -> None:
    """Write a line, in the transaction of what it tells of. what: `key_made`, `sign_in_refused` and the like."""
    last = _last(session, CHAIN)
    entry = AuditEntry(
        id=new_id(),
        chain=CHAIN,
        number=1 if last is None else last.number + 1,
        at=datetime.now(UTC),
        what=what,
        by=by,
        about=about[:300],
        detail=detail if last is not None else {**detail, _CHAINS: _ends(session)},
        before="" if last is None else last.hash,
        hash="",
    )
    entry.hash = _hash(entry)
    session.add(entry)
    session.flush()
    # whoever keeps the log elsewhere can tell by this line that the newest lines are all there
    _log.info("%s %d %s: %s by %s", entry.chain, entry.number, entry.hash, what, by)


def faults(session: Session) -> Iterator[str]:
    """What is wrong with the log, a sentence each; nothing where it is whole."""
    there: set[str] = set()
    begun: list[AuditEntry] = []
    last: AuditEntry | None = None
    query = select(AuditEntry).order_by(col(AuditEntry.chain), col(AuditEntry.number))
    for entry in session.scalars(query.execution_options(yield_per=1000)):
        if last is None or last.chain != entry.chain:
            begun.append(entry)
            if entry.number != 1:
                yield f"chain {entry.chain} begins with its line {entry.number}: those before it are gone"
        elif last.number + 1 != entry.number:
            yield f"chain {entry.chain} goes from line {last.number} to {entry.number}: those between are gone"
        elif entry.before != last.hash:
            yield f"line {entry.number} of chain {entry.chain} doesn't follow the one before it"
        if _hash(entry) != entry.hash:
            yield f"line {entry.number} of chain {entry.chain} ({entry.what}, {entry.at:%Y-%m-%d %H:%M}) was changed"
        there.add(f"{entry.chain} {entry.hash}")
        last = entry
    for entry in begun:
        for end in entry.detail.get(_CHAINS, []):
            if end not in there:
                chain, _, _ = end.partition(" ")
                yield f"chain {chain} was there when chain {entry.chain} began, and its line of then is gone"


def lines(session: Session, *, since: datetime | None = None) -> Iterator[AuditEntry]:
    """The log, oldest first."""
    query = select(AuditEntry).order_by(col(AuditEntry.at), col(AuditEntry.id))
    if since is not None:
        query = query.where(col(AuditEntry.at) >= since)
    yield from session.scalars(query.execution_options(yield_per=1000))


def _last(session: Session, chain: str) -> AuditEntry | None:
    return session.scalars(_newest, {"chain": chain}).first()


# built once: building costs more than running it
_newest: Any = (
    select(AuditEntry)
    .where(col(AuditEntry.chain) == bindparam("chain"))
    .order_by(col(AuditEntry.number).desc())
    .limit(1)
)


def _ends(session: Session) -> list[str]:
    """The last line of every chain: its name and that line's hash."""
    newest = select(col(AuditEntry.chain), func.max(col(AuditEntry.number)).label("number"))
    ends = newest.group_by(col(AuditEntry.chain)).subquery()
    found = select(col(AuditEntry.chain), col(AuditEntry.hash)).join(
        ends, (ends.c.chain == col(AuditEntry.chain)) & (ends.c.number == col(AuditEntry.number))
    )
    return sorted(f"{chain} {kept}" for chain, kept in session.execute(found))


def _hash(entry: AuditEntry) -> str:
    said = [
        entry.chain, entry.number, entry.at.isoformat(), entry.what, entry.by, entry.about, entry.detail,
        entry.before,
    ]  # fmt: skip
    return hashlib.sha256(orjson.dumps(said, option=orjson.OPT_SORT_KEYS)).hexdigest()
