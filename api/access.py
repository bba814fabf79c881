"""Who calls: a key, a token or a session names an account, and becomes a Caller, which is all that the rest of the API
knows of them.
"""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Annotated, Any
from urllib.parse import urlsplit

from fastapi import Depends, Request
from fastapi.security import HTTPBearer
from sqlalchemy import select
from sqlalchemy.orm import Session
from sqlmodel import col
from starlette.requests import HTTPConnection

from api.people import sessions
from api.people.accounts import CannotBeDone, make_account, rights_of
from api.people.digests import digest
from api.people.keys import ADMIN, PREFIX
from api.problems import Problem
from api.storage import Storage
from api.tokens import TokenChecker
from models.rights import EVERYWHERE, Party, Rights, known_roles
from models.roles import Role, with_staff
from models.tables.accounts import Account, AccountKind
from models.tables.requests import ApiKey
from stores.file import NAME, Person
from workflows.language.memory import Actor

SCOPES = frozenset({ADMIN})

_KEPT_FOR = 5.0
_KEPT = 4096
_SAFE = frozenset({"GET", "HEAD", "OPTIONS"})


@dataclass(frozen=True)
class Caller:
    """Who calls: the account, and what it may do as it calls now."""

    id: str
    """The account's."""
    rights: Rights
    """As they were given, and narrowed; what is held by them, `roles` and what stands below it say."""
    name: str = ""
    """The account's, for people."""
    owner: str | None = None
    """Whose service it is."""
    is_service: bool = False
    """Whether it is a program, which may name the person who did what it tells."""
    scopes: frozenset[str] = frozenset()
    key: str = ""
    """By which of the account's keys it calls; empty where it is a session or a token."""
    by: str = ""
    """How its session began: `password`, `provider` or `badge`; empty where it is a key or a token."""
    _actors: dict[str, Actor] = field(init=False, compare=False, repr=False, default_factory=dict[str, Actor])

    @property
    def stores(self) -> frozenset[str] | None:
        """The stores whose cases are there for the caller. None: every store's."""
        return self.rights.stores

    @property
    def roles(self) -> frozenset[Role]:
        """The caller's roles in one store or another."""
        return with_staff(self.rights.anywhere)

    @property
    def parties(self) -> frozenset[Party]:
        """For whom the caller stands outside the store."""
        return self.rights.parties

    @property
    def is_staff(self) -> bool:
        """Whether the caller is of the store's people, in one store or another."""
        return any(role.is_staff for role in self.roles)

    def roles_in(self, store: str) -> frozenset[Role]:
        """The caller's roles in this store."""
        return with_staff(self.rights.roles_in(store))

    def groups(self) -> list[tuple[frozenset[Role], tuple[str, ...] | None]]:
        """The stores where the caller holds the same roles, each once; None stands for every other store."""
        return [(with_staff(roles), stores) for roles, stores in self.rights.groups()]

    def actor_in(self, store: str) -> Actor:
        """Who acts on this store's cases. Of a service that somebody owns, it is the owner who counts."""
        actor = self._actors.get(store)
        if actor is None:
            counts = self.owner or self.id
            account = self.id if counts != self.id else ""
            actor = Actor(
                id=counts,
                roles=self.roles_in(store),
                account=account,
                name=self.name,
                is_service=self.is_service,
            )
            self._actors[store] = actor
        return actor

    def sees(self, store: str) -> bool:
        """Whether this store's cases are there for the caller."""
        return self.stores is None or store in self.stores

    def has_any(self, roles: Iterable[Role], store: str | None = None) -> bool:
        """Whether the caller holds one of these roles: in this store, or anywhere."""
        return not (self.roles if store is None else self.roles_in(store)).isdisjoint(roles)

    def as_json(self) -> dict[str, Any]:
        """The caller as rows keep them: without scopes, which no case is moved by."""
        return {
            "id": self.id,
            "name": self.name,
            "owner": self.owner,
            "is_service": self.is_service,
            "roles": self.rights.roles_as_json(),
            "parties": self.rights.parties_as_json(),
            "key": self.key,
        }

    @classmethod
    def of_json(cls, kept: dict[str, Any]) -> Caller:
        """The caller that a row keeps."""
        rights = Rights.of_json(kept["roles"], kept["parties"])
        return cls(
            id=kept["id"],
            name=kept["name"],
            owner=kept["owner"],
            is_service=kept["is_service"],
            rights=rights,
            key=kept["key"],
        )


Admit = Callable[[HTTPConnection, Caller], Awaitable[None]]

CALLER = "caller"
"""In the state of a request: the account that sends it, once that is known."""


class BadgeElsewhere(Problem):
    """A session that a badge began is used where it isn't good for anything."""

    def __init__(self) -> None:
        super().__init__("forbidden", "Who signed in with a badge has the scanner's pages alone.")


class Authenticator:
    """Finds out who calls. Keys and sessions are remembered for seconds, so that one that ends dies soon."""

    def __init__(
        self,
        storage: Storage,
        tokens: TokenChecker | None,
        people: Callable[[], Mapping[str, Person]] = dict,
        admit: Admit | None = None,
    ) -> None:
        """people: what the store's file says now of who may do what. admit: counts a request, may refuse it, and waits
        until it is its turn.
        """
        self._storage = storage
        self._tokens = tokens
        self._people = people
        self._admit = admit
        self._known: dict[str, tuple[float, Caller]] = {}

    async def caller(self, http: HTTPConnection) -> Caller:
        """Who sends this request. Raises Problem `unauthenticated`, `forbidden` for another site's, or `too_many`."""
        caller = await self.recognise(http)
        if self._admit is not None:
            await self._admit(http, caller)
        return caller

    async def now(self, sender: Caller) -> Caller:
        """Whoever called some time ago, with the rights that their key has now. Who called without a key has those of
        then that the account still has. Raises Problem `unauthenticated`.
        """
        return self._as_listed(await self._storage.read(_caller_now, sender))

    async def recognise(self, http: HTTPConnection) -> Caller:
        """The same as `caller`, of a request that is counted already."""
        caller = await self._recognised(http)
        http.scope.setdefault("state", {})[CALLER] = caller.id
        return caller

    async def _recognised(self, http: HTTPConnection) -> Caller:
        authorization = http.headers.get("authorization")
        if authorization is None and (secret := http.cookies.get(sessions.COOKIE)):
            _require_same_site(http)
            find = (
                self._of_page if sessions.is_by_itself(http.scope["path"], http.headers) else self._of_session
            )
            caller = await self._remembered(f"cookie {digest(secret)}", find, secret)
            if not sessions.is_good_for(caller.by, http.scope["path"]):
                raise BadgeElsewhere
            return self._as_listed(caller)
        scheme, _, token = (authorization or "").partition(" ")
        token = token.strip()
        if scheme.lower() != "bearer" or not token:
            raise Problem("unauthenticated")
        if token.startswith(PREFIX):
            hashed = digest(token)
            return self._as_listed(await self._remembered(hashed, self._of_key, hashed))
        if self._tokens is None:
            raise Problem("unauthenticated", "This is not an API key, and JWTs are not set up here.")
        claims = await self._tokens.claims(token)
        return self._as_listed(narrowed_by(caller_of(await self.account_of(claims)), claims))

    async def _remembered(self, known_by: str, find: Callable[[str], Any], of: str) -> Caller:
        now = time.monotonic()
        known = self._known.get(known_by)
        if known is not None and known[0] > now:
            return known[1]
        caller = await find(of)
        if len(self._known) >= _KEPT:
            self._known.clear()
        self._known[known_by] = (now + _KEPT_FOR, caller)
        return caller

    def forget(self) -> None:
        """Look everybody up again: a right, a key or a session was changed."""
        self._known.clear()

    async def _of_key(self, hashed: str) -> Caller:
        return await self._storage.read(_caller_of_key, hashed)

    async def _of_session(self, secret: str) -> Caller:
        """Whose session it is, which is used now."""
        return await self._of_page(secret, is_used=True)

    async def _of_page(self, secret: str, *, is_used: bool = False) -> Caller:
        found = await self._storage.read(sessions.found, secret)
        if found is None:
            raise Problem("unauthenticated", "The session is over: sign in.")
        row, account = found
        if is_used and sessions.is_to_be_noted(row):
            await self._storage.write(sessions.note_use, row.id)
        # whoever holds a badge and knows four digits manages no accounts
        return replace(caller_of(account, () if row.by == sessions.BADGE else None), by=row.by)

    async def account_of(self, claims: dict[str, Any]) -> Account:
        """The account of whom checked claims name; made now, where there is none. Raises Problem `unauthenticated`."""
        subject = f"{claims['iss']} {claims['sub']}"[:500]
        account = await self._storage.read(_account_of_subject, subject)
        if account is None:
            account = await self._storage.write(_account_of_claims, subject, claims)
        return _open(account)

    async def signed_in(self, account: Account) -> Caller:
        """Who calls from now on, as somebody has signed in to this account."""
        return self._as_listed(caller_of(account))

    def _as_listed(self, caller: Caller) -> Caller:
        return as_listed(caller, self._people())


def caller_of(
    account: Account, scopes: Iterable[str] | None = None, rights: Rights | None = None, key: str = ""
) -> Caller:
    """Who calls for this account. scopes, rights: what it narrows itself to; by default, nothing."""
    may = SCOPES if account.administrator else frozenset[str]()
    return Caller(
        id=account.id,
        name=account.name,
        owner=account.owner,
        is_service=account.kind == AccountKind.SERVICE,
        rights=rights_of(account) if rights is None else rights,
        scopes=may if scopes is None else may & frozenset(scopes),
        key=key,
    )


def _caller_of_key(session: Session, hashed: str) -> Caller:
    return _of_row(session, session.scalars(select(ApiKey).where(col(ApiKey.hash) == hashed)).one_or_none())


def _caller_now(session: Session, sender: Caller) -> Caller:
    if sender.key:
        return _of_row(session, session.get(ApiKey, sender.key))
    account = _open(session.get(Account, sender.id))
    return caller_of(account, rights=rights_of(account).meeting(sender.rights))


def _of_row(session: Session, row: ApiKey | None) -> Caller:
    if row is None or row.revoked_at is not None:
        raise Problem("unauthenticated", "The API key is unknown or revoked.")
    if row.expires_at is not None and row.expires_at <= datetime.now(UTC):
        raise Problem("unauthenticated", "The API key has expired.")
    account = _open(session.get(Account, row.account))
    rights = rights_of(account).narrowed(known_roles(row.roles), row.stores)
    return caller_of(account, row.scopes, rights, row.id)


def _open(account: Account | None) -> Account:
    """The account. Raises Problem `unauthenticated` where it may not call any more."""
    if account is None or account.closed_at is not None:
        raise Problem("unauthenticated", "The account is closed.")
    return account


def _account_of_subject(session: Session, subject: str) -> Account | None:
    return session.scalars(select(Account).where(col(Account.subject) == subject)).one_or_none()


def _account_of_claims(session: Session, subject: str, claims: Mapping[str, Any]) -> Account:
    """The account of whom the identity provider names for the first time: what the token claims are its rights from
    now on. Raises Problem `unauthenticated`.
    """
    if (known := _account_of_subject(session, subject)) is not None:
        return known
    name = str(claims["sub"])
    if not NAME.fullmatch(name):
        raise Problem("unauthenticated", "The token's subject can't be shown in a history.")
    try:
        return make_account(
            session,
            name=name,
            kind=AccountKind.PERSON,
            rights=Rights.plain(known_roles(_list(claims.get("roles"))), _stores_of(claims)),
            made_by=str(claims["iss"])[:64],
            administrator=ADMIN in _scopes_of(claims),
            subject=subject,
        )
    except CannotBeDone as error:
        raise Problem("unauthenticated", f"The token's subject can't be an account: {error}") from error


def narrowed_by(caller: Caller, claims: Mapping[str, Any]) -> Caller:
    """What the token leaves of the account's rights: where it says nothing of roles or stores, all of them."""
    roles = known_roles(_list(claims["roles"])) if "roles" in claims else None
    stores = _stores_of(claims) if "stores" in claims else None
    return replace(
        caller,
        rights=caller.rights.narrowed(roles, stores),
        scopes=caller.scopes & _scopes_of(claims),
    )


def as_listed(caller: Caller, people: Mapping[str, Person]) -> Caller:
    """Whom the store's file lists has no more than is listed there."""
    person = people.get(caller.id)
    if person is None:
        return caller
    return replace(caller, rights=caller.rights.narrowed(person.roles, person.stores))


def _stores_of(claims: Mapping[str, Any]) -> frozenset[str] | None:
    """The stores that a token claims; None for every store."""
    stores = claims.get("stores")
    listed = frozenset(text for text in map(str, _list(stores)) if text.isascii() and text.isprintable())
    return None if stores == EVERYWHERE or EVERYWHERE in listed else listed


def _scopes_of(claims: Mapping[str, Any]) -> frozenset[str]:
    scope = claims.get("scope")
    return SCOPES & frozenset(scope.split() if isinstance(scope, str) else ())


def _list(claim: Any) -> list[Any]:
    return [*claim] if isinstance(claim, list) else []


def _require_same_site(http: HTTPConnection) -> None:
    """A browser sends the cookie by itself: what changes something must come from our own pages."""
    if http.scope.get("method", "GET") in _SAFE:
        return
    origin = http.headers.get("origin")
    same = http.headers.get("sec-fetch-site") in ("same-origin", None) and (
        origin is None or urlsplit(origin).netloc == http.headers.get("host")
    )
    if not same or (origin is None and http.headers.get("sec-fetch-site") is None):
        raise Problem("forbidden", "This came from another site, or from none.")


scheme = HTTPBearer(auto_error=False, description="An API key (`gc_…`) or a JWT.")


async def _caller(request: Request, _: Annotated[object, Depends(scheme)]) -> Caller:
    authenticator: Authenticator = request.app.state.services.authenticator
    return await authenticator.caller(request)


Calling = Annotated[Caller, Depends(_caller)]
"""`caller: Calling` in a route: who calls; without one the answer is 401."""
