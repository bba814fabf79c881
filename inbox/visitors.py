"""Who looks at a page: the account that is signed in, its language and its theme."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any, cast
from zoneinfo import ZoneInfo

from fastapi import Depends, Request
from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from api.access import Caller
from api.dependencies import Services
from api.labels import LANGUAGES, Language, language_of
from api.people.keys import ADMIN
from api.problems import Problem
from api.storage import table_of
from inbox.numbers import SharedNumbers
from inbox.remembered import Theme
from inbox.words import say
from models.policy import StorePolicy
from models.roles import OPERATIONS
from models.statements import found
from models.tables.accounts import Account
from models.tables.inbox import Preference


class SignInFirst(Exception):
    """Nobody is signed in, or the session is over."""


@dataclass(frozen=True)
class Visitor:
    """Somebody who is signed in, as pages are drawn for them."""

    services: Services
    caller: Caller
    language: Language
    theme: Theme
    is_quiet: bool
    """Whether scans make no sound."""
    policy: StorePolicy
    numbers: SharedNumbers
    """What was counted lately."""

    @property
    def id(self) -> str:
        return self.caller.id

    @property
    def name(self) -> str:
        return self.caller.name or self.caller.id

    @property
    def zone(self) -> ZoneInfo:
        return self.policy.zone

    @property
    def is_operations(self) -> bool:
        """Whether incidents are for them to decide."""
        return self.caller.has_any(OPERATIONS)

    @property
    def is_administrator(self) -> bool:
        return ADMIN in self.caller.scopes

    def say(self, text: str, **places: object) -> str:
        """The pages' own words in the visitor's language."""
        return say(self.language, text, **places)


async def visitor_of(request: Request) -> Visitor:
    """Who sends this request. Raises SignInFirst, or Problem where it comes from another site."""
    services: Services = request.app.state.services()
    try:
        caller = await services.authenticator.caller(request)
    except Problem as problem:
        if problem.code == "unauthenticated":
            raise SignInFirst from problem
        raise
    chosen, theme, is_quiet = await services.storage.read(_chosen_by, caller.id)
    language = chosen if chosen in LANGUAGES else language_of(request.headers.get("accept-language"))
    numbers: SharedNumbers = request.app.state.numbers
    return Visitor(services, caller, language, theme, is_quiet, services.policy(), numbers)


_accounts, _preferences = table_of(Account), table_of(Preference)
_chosen: Any = (
    select(_accounts.c.language, _preferences.c.theme, _preferences.c.is_quiet)
    .outerjoin_from(_accounts, _preferences, _preferences.c.account == _accounts.c.id)
    .where(_accounts.c.id == bindparam("account"))
)


def _chosen_by(session: Session, account: str) -> tuple[str, Theme, bool]:
    row = found(session, _chosen, {"account": account})[0]
    return row.language, cast("Theme", row.theme or "system"), bool(row.is_quiet)


Visiting = Annotated[Visitor, Depends(visitor_of)]
"""`visitor: Visiting` in a route: who is signed in; without one the answer is the sign-in page."""
