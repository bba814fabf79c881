"""Who calls: an API key or a JWT becomes a Caller, and a Caller is all that the rest of the API knows of them."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Annotated, Any

from fastapi import Depends, Request
from fastapi.security import HTTPBearer
from sqlalchemy import select
from sqlalchemy.orm import Session
from sqlmodel import col

from api.problems import Problem
from api.storage import Storage
from api.tokens import TokenChecker
from models.roles import Role
from models.tables.requests import ApiKey
from stores.file import NAME, Person
from workflows.language.memory import Actor

PREFIX = "gc_"
"""What every API key begins with, so that scanners find one that leaked."""
ADMIN = "admin"
"""The scope that may make and revoke keys."""
SCOPES = frozenset({ADMIN})

_KEPT_FOR = 5.0
_KEPT = 4096


@dataclass(frozen=True)
class Caller:
    """Who calls. `id` is the name that histories show; `account` tells callers of one name apart."""

    id: str
    account: str
    roles: frozenset[Role]
    stores: frozenset[str] | None
    """None: every store."""
    scopes: frozenset[str] = frozenset()
    actor: Actor = field(init=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "actor", Actor(id=self.id, roles=self.roles))

    def sees(self, store: str) -> bool:
        """Whether this store's cases are there for the caller."""
        return self.stores is None or store in self.stores

    def has_any(self, roles: Iterable[Role]) -> bool:
        """Whether the caller holds one of these roles."""
        return not self.roles.isdisjoint(roles)

    def as_json(self) -> dict[str, Any]:
        """The caller as rows keep them: without scopes, which no case is moved by."""
        return {
            "id": self.id,
            "account": self.account,
            "roles": sorted(self.roles),
            "stores": None if self.stores is None else sorted(self.stores),
        }

    @classmethod
    def of_json(cls, kept: dict[str, Any]) -> Caller:
        """The caller that a row keeps."""
        stores = kept["stores"]
        return cls(
            id=kept["id"],
            account=kept["account"],
            roles=frozenset(Role(role) for role in kept["roles"]),
            stores=None if stores is None else frozenset(stores),
        )


def known_roles(names: Iterable[object]) -> frozenset[Role]:
    """The roles of these names that a caller may hold: unknown ones and the engine's own are left out."""
    values = {role.value: role for role in Role if not role.is_engine}
    return frozenset(values[name] for name in names if isinstance(name, str) and name in values)


def digest(key: str) -> str:
    """What is stored of a key. Keys have 256 random bits: no salt or slow hash makes them harder to guess."""
    return hashlib.sha256(key.encode()).hexdigest()


class Authenticator:
    """Turns a bearer token into a Caller. Keys are remembered for seconds, so that a revoked one dies soon."""

    def __init__(
        self, storage: Storage, tokens: TokenChecker | None, people: Callable[[], Mapping[str, Person]] = dict
    ) -> None:
        """people: what the store says now of who may do what."""
        self._storage = storage
        self._tokens = tokens
        self._people = people
        self._known: dict[str, tuple[float, Caller]] = {}

    async def caller(self, authorization: str | None) -> Caller:
        """The caller that this header names. Raises Problem `unauthenticated`."""
        scheme, _, token = (authorization or "").partition(" ")
        token = token.strip()
        if scheme.lower() != "bearer" or not token:
            raise Problem("unauthenticated")
        if not token.startswith(PREFIX):
            if self._tokens is None:
                raise Problem("unauthenticated", "This is not an API key, and JWTs are not set up here.")
            return as_listed(caller_of_claims(await self._tokens.claims(token)), self._people())
        return as_allowed(await self._of_key(digest(token)), self._people())

    async def _of_key(self, hashed: str) -> Caller:
        now = time.monotonic()
        known = self._known.get(hashed)
        if known is not None and known[0] > now:
            return known[1]
        caller = await self._storage.read(_of_key, hashed)
        if len(self._known) >= _KEPT:
            self._known.clear()
        self._known[hashed] = (now + _KEPT_FOR, caller)
        return caller

    def forget(self) -> None:
        """Look every key up again: one was revoked."""
        self._known.clear()


def _of_key(session: Session, hashed: str) -> Caller:
    row = session.scalars(select(ApiKey).where(col(ApiKey.hash) == hashed)).one_or_none()
    if row is None or row.revoked_at is not None:
        raise Problem("unauthenticated", "The API key is unknown or revoked.")
    if row.expires_at is not None and row.expires_at <= datetime.now(UTC):
        raise Problem("unauthenticated", "The API key has expired.")
    return Caller(
        id=row.name,
        account=row.id,
        roles=known_roles(row.roles),
        stores=None if row.stores is None else frozenset(row.stores),
        scopes=frozenset(row.scopes),
    )


def caller_of_claims(claims: dict[str, Any]) -> Caller:
    """The caller that checked claims name. Raises Problem `unauthenticated`."""
    subject = str(claims["sub"])
    if not NAME.fullmatch(subject):
        raise Problem("unauthenticated", "The token's subject can't be shown in a history.")
    roles, stores, scope = (claims.get(name) for name in ("roles", "stores", "scope"))
    listed = frozenset(text for text in map(str, _list(stores)) if text.isascii() and text.isprintable())
    return Caller(
        id=subject,
        account=f"jwt:{claims['iss']}:{subject}"[:200],
        roles=known_roles(_list(roles)),
        stores=None if stores == "*" or "*" in listed else listed,
        scopes=SCOPES & frozenset(scope.split() if isinstance(scope, str) else ()),
    )


def as_listed(caller: Caller, people: Mapping[str, Person]) -> Caller:
    """Whom the store lists has the roles and stores listed, whatever their token claims."""
    person = people.get(caller.id)
    return caller if person is None else replace(caller, roles=person.roles, stores=person.stores)


def as_allowed(caller: Caller, people: Mapping[str, Person]) -> Caller:
    """Whom the store lists has no more through a key than is listed; and never more than the key was made with."""
    person = people.get(caller.id)
    if person is None:
        return caller
    stores = _both(caller.stores, person.stores)
    return replace(caller, roles=caller.roles & person.roles, stores=stores)


def _both(one: frozenset[str] | None, other: frozenset[str] | None) -> frozenset[str] | None:
    return other if one is None else one if other is None else one & other


def _list(claim: Any) -> list[Any]:
    return [*claim] if isinstance(claim, list) else []


scheme = HTTPBearer(auto_error=False, description="An API key (`gc_…`) or a JWT.")


async def _caller(request: Request, _: Annotated[object, Depends(scheme)]) -> Caller:
    authenticator: Authenticator = request.app.state.services.authenticator
    return await authenticator.caller(request.headers.get("authorization"))


Calling = Annotated[Caller, Depends(_caller)]
"""`caller: Calling` in a route: who calls; without one the answer is 401."""
