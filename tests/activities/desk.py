"""The books as a case meets them: perform an effect, look at the balances."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager
from datetime import UTC, datetime
from itertools import count
from typing import Any, cast

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from activities.configured_ports import open_ports
from activities.performers import World, perform
from activities.ports import Ports
from models.database import open_database, reading, writing
from models.effect import Effect, EffectRequest, Outcome
from models.tables import all_tables
from models.tables.money import OrderAccount
from models.tables.stock import Stock

NOON = datetime(2026, 5, 4, 4, tzinfo=UTC)


class Books:
    """The books, as a case meets them."""

    def __init__(self, engine: Engine, ports: Ports | None = None) -> None:
        self.engine = engine
        self.world = World(engine, ports or open_ports())
        self._keys = count(1)

    def do(
        self,
        effect: Effect,
        key: str = "",
        *,
        of: str = "",
        store: str = "tmall",
        at: datetime = NOON,
        again: int = 0,
    ) -> Outcome:
        """Perform it under that key within the case; without one, under a new key. `again`: tried so often before."""
        asking = self.asking(effect, key or f"auto.{next(self._keys)}", of=of, store=store, at=at)
        outcome = perform(self.world, asking.model_copy(update={"round": again}))
        told = type(effect).read(outcome)
        assert told.data() == outcome.data, f"{effect.kind()} doesn't read back as it was told"
        return outcome

    def asking(
        self, effect: Effect, key: str, *, of: str = "", store: str = "tmall", at: datetime = NOON
    ) -> EffectRequest:
        case = f"order_fulfilment:{store}:SO-1"
        return EffectRequest(
            key=f"{case}/{key}",
            case=case,
            store=store,
            subject="SO-1",
            effect=effect.kind(),
            payload=effect.model_dump(mode="json"),
            at=at,
            of=f"{case}/{of}" if of else "",
        )

    def stock(self, sku: str, location: str = "main") -> Stock:
        with reading(self.engine) as session:
            return session.get(Stock, (sku, location)) or Stock(sku=sku, location=location)

    @contextmanager
    def write(self) -> Generator[Session]:
        with writing(self.engine) as session:
            yield session

    def account(self, order: str, store: str = "tmall") -> OrderAccount:
        with reading(self.engine) as session:
            return session.get_one(OrderAccount, (store, order))


def opened(url: str) -> Engine:
    engine = open_database(url)
    all_tables().create_all(engine)
    return engine


def rows(outcome: Outcome, name: str = "lines") -> list[dict[str, Any]]:
    """A table in an outcome's data."""
    return cast("list[dict[str, Any]]", outcome.data[name])
