"""The one rule that says for which store an event is."""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import Any

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from api.access import Caller
from api.events.cloudevents import CloudEvent
from api.events.listeners import is_found_by_number
from api.storage import Storage, table_of
from models.tables.accounts import Account
from models.tables.cases import CaseRow
from models.tables.catalogue import Price
from settings.environment import Settings
from stores.current import store_settings

_KEPT_FOR = 5.0
"""Seconds for which it is remembered that there is no store of a name; that there is one, for ever."""
_KEPT = 1000


class EventStores:
    """Says for which store an event is: the one that it names; else the one that its source ends in, if there is such
    a store and the sender sees it; else the sender's only one.

    An event that is found by a number of its own, such as a waybill's, is looked for in all stores of the sender,
    unless it names one.
    """

    def __init__(self, storage: Storage, settings: Settings) -> None:
        self._storage = storage
        self._settings = settings
        self._there: set[str] = set()
        self._not_there: dict[str, float] = {}

    async def of_each(self, events: Sequence[CloudEvent], caller: Caller) -> list[str]:
        """The store of each event; empty where nothing says it, or all are looked through."""
        return [await self.of(event, caller) for event in events]

    async def of(self, event: CloudEvent, caller: Caller) -> str:
        """The event's store; empty where nothing says it, or all are looked through."""
        if event.store is not None:
            return event.store
        if is_found_by_number(event.type):
            return ""
        return await self.told_by_source(event.source, caller) or _only(caller)

    async def told_by_source(self, source: str, caller: Caller) -> str:
        """The store that a source ends in, if there is one and the sender sees it; else empty."""
        segment = source.rstrip("/").rpartition("/")[2]
        if not _may_be_a_store(segment) or not caller.sees(segment):
            return ""
        return segment if await self._is_there(segment) else ""

    async def _is_there(self, store: str) -> bool:
        if store in self._there:
            return True
        now = time.monotonic()
        if self._not_there.get(store, 0.0) > now:
            return False
        settings = store_settings(self._settings)
        if store in (settings.stores or self._settings.stores) or await self._storage.read(_is_known, store):
            self._there.add(store)
            return True
        if len(self._not_there) >= _KEPT:
            self._not_there.clear()
        self._not_there[store] = now + _KEPT_FOR
        return False


def _only(caller: Caller) -> str:
    stores = caller.stores
    return next(iter(stores)) if stores is not None and len(stores) == 1 else ""


def _may_be_a_store(segment: str) -> bool:
    plain = segment.replace("-", "").replace("_", "")
    return segment.isascii() and plain.isalnum()


_cases, _prices, _accounts = table_of(CaseRow), table_of(Price), table_of(Account)
_a_case: Any = select(_cases.c.id).where(_cases.c.store == bindparam("store")).limit(1)
_a_price: Any = select(_prices.c.id).where(_prices.c.store == bindparam("store")).limit(1)
_roles: Any = select(_accounts.c.roles)


def _is_known(session: Session, store: str) -> bool:
    """Whether it has a case or a price, or somebody has a right in it."""
    run, named = session.connection().execute, {"store": store}
    if run(_a_case, named).first() is not None or run(_a_price, named).first() is not None:
        return True
    return any(store in roles for (roles,) in run(_roles))
