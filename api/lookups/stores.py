"""Which stores there are for a caller, and how one of them works."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session
from sqlmodel import col

from api.access import Caller
from api.labels import Language, label
from api.problems import Problem, not_found
from api.stretches import Lists
from models.money import NOTHING
from models.policy import Hours, StorePolicy
from models.tables.catalogue import Price
from settings.environment import Settings
from stores.current import store_settings
from workflows.registry import registry

Json = dict[str, Any]


def stores_of(session: Session, caller: Caller, settings: Settings, only: str | None = None) -> list[str]:
    """The stores that are there for the caller, or this one of them. Raises Problem `not_found` where it isn't."""
    if only is not None:
        if not caller.sees(only):
            raise not_found("store")
        return [only]
    if caller.stores is not None:
        return sorted(caller.stores)
    lists, named = Lists(session), store_settings(settings).stores or settings.stores
    known = (lists.stores("cases", "ix_cases_store"), lists.stores("prices", "ix_prices_store"), named)
    return sorted({store for some in known for store in some})


def one_store(session: Session, caller: Caller, settings: Settings, named: str | None) -> str:
    """The store that is meant: the one that is named, or else the caller's only one.

    Raises Problem `not_found` where it isn't there for the caller, `invalid_request` where it must be named.
    """
    stores = stores_of(session, caller, settings, named)
    if len(stores) == 1:
        return stores[0]
    if caller.stores is not None and not stores:
        raise not_found("store")
    said = f"is needed: one of {', '.join(stores)}" if stores else "is needed"
    raise Problem("invalid_request", "Say which store.", errors=[("/query/store", said)])


def store_document(
    session: Session,
    caller: Caller,
    settings: Settings,
    policy: StorePolicy,
    language: Language,
    named: str | None,
) -> Json:
    """`GET /store`. Limits, and what is switched on, are told to the store's people."""
    store = one_store(session, caller, settings, named)
    is_staff = any(role.is_staff for role in caller.roles_in(store))
    return {
        "store": store,
        "stores": stores_of(session, caller, settings),
        "timezone": policy.timezone,
        "hours": {"service": _hours(policy.service), "office": _hours(policy.office)},
        "days_off": _from_this_year(policy, policy.days_off),
        "make_up_days": _from_this_year(policy, policy.make_up_days),
        "campaign_days": [{"first": days.first, "last": days.last} for days in policy.peaks],
        "currency": currency_of(session, store),
        "returns_to": policy.returns_to.model_dump(),
        "limits": _limits(policy, language) if is_staff else None,
        "procedures": _procedures(settings) if is_staff else None,
    }


def currency_of(session: Session, store: str) -> str:
    """In which currency the store sells: that of its latest list price."""
    latest = select(col(Price.currency)).where(col(Price.store) == store).order_by(col(Price.id).desc())
    return session.scalars(latest.limit(1)).first() or NOTHING.currency


def _hours(hours: Hours) -> Json:
    return {"opens": f"{hours.opens:%H:%M}", "closes": f"{hours.closes:%H:%M}"}


def _from_this_year(policy: StorePolicy, days: frozenset[date]) -> list[date]:
    year = policy.day_of(datetime.now(UTC)).year
    return sorted(day for day in days if day.year >= year)


def _limits(policy: StorePolicy, language: Language) -> Json:
    return {
        "approval": [
            {
                "role": role.value,
                "label": label("role", role, language),
                "limit": limit.model_dump(mode="json"),
            }
            for role, limit in policy.approval_limits.items()
        ],
        "spending": policy.spending_limit.model_dump(mode="json"),
        "times": policy.limits,
    }


def _procedures(settings: Settings) -> Json:
    off = store_settings(settings).procedures.off
    keys = [procedure.key for procedure in registry()]
    return {"on": [key for key in keys if key not in off], "off": [key for key in keys if key in off]}
