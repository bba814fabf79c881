"""The table of the stores' policies: written before a case starts under one, read where a process meets one first."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from functools import partial
from weakref import WeakKeyDictionary

from sqlalchemy import Engine

from models.database import DatabaseBusy, DatabaseError, insert_if_absent, reading, writing
from models.policy import PolicyChanged, StorePolicy
from models.tables.policies import PolicyRow
from workflows.runner import policies

_WITHIN = 1.0
"""Seconds in which a policy must be read: Temporal's SDK takes a workflow for stuck after two."""
_readers = ThreadPoolExecutor(4, thread_name_prefix="policies")
_kept: WeakKeyDictionary[Engine, set[str]] = WeakKeyDictionary()
"""What this process has written, or found there: nobody deletes it."""


class PolicyMissing(DatabaseError):
    """The database doesn't hold a policy under which a case runs: it was restored from an older copy, or in part; or
    somebody has changed the row.
    """

    def __init__(self, hash_: str, why: str = "it has no such row") -> None:
        super().__init__(
            f"the table store_policies can't give the policy {hash_}, under which a case runs: {why}. Copy the row "
            "from a backup that has it; the case waits until then, and nothing of it is lost"
        )


async def keep(engine: Engine, policy: StorePolicy) -> None:
    """Have the database hold the policy, whatever happens to the machine from now on; and this process know it.

    Raises DatabaseError where that isn't possible now.
    """
    if policy.hash in _kept.get(engine, ()):
        return
    await asyncio.to_thread(_write, engine, policy)
    _kept.setdefault(engine, set()).add(policy.hash)
    policies.know(policy)


def look_in(engine: Engine) -> None:
    """Have this process look in the database for the policies that it doesn't know."""
    policies.look_in(partial(_find, engine))


def _write(engine: Engine, policy: StorePolicy) -> None:
    row = PolicyRow(hash=policy.hash, text=policy.text, written_at=datetime.now(UTC))
    with writing(engine, flushed=True) as session:
        insert_if_absent(session, row)


def _find(engine: Engine, hash_: str) -> StorePolicy:
    """In a thread of its own: the database may be away, and it is a workflow's thread that waits."""
    try:
        return _readers.submit(_read, engine, hash_).result(_WITHIN)
    except TimeoutError as error:
        raise DatabaseBusy(
            f"the store's policy {hash_} could not be read within {_WITHIN:g} s; try again"
        ) from error


def _read(engine: Engine, hash_: str) -> StorePolicy:
    with reading(engine) as session:
        row = session.get(PolicyRow, hash_)
    if row is None:
        raise PolicyMissing(hash_)
    try:
        return StorePolicy.of(hash_, row.text)
    except PolicyChanged as error:
        raise PolicyMissing(hash_, str(error)) from error
