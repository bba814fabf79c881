"""Who looks at a page: the account that is signed in, its language and its theme."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, NamedTuple, cast
from zoneinfo import ZoneInfo

from fastapi import Depends, Request
from sqlalchemy.orm import Session

from activities.messages.port import PERSON
from api.access import Caller
from api.dependencies import Services
from api.labels import LANGUAGES, Language, language_of
from api.people.keys import ADMIN
from api.problems import Problem
from inbox.remembered import Theme, preference_of
from inbox.words import say
from models.policy import StorePolicy
from models.roles import OPERATIONS
from models.tables.accounts import Account


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
    wants_mail: bool
    """Whether notices to their roles go to them as mail."""
    has_mail: bool
    """Whether an address of theirs is kept."""

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
    def can_have_mail(self) -> bool:
        """Whether a way is configured by which people get mail."""
        return PERSON in self.services.settings.apprise_urls

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
    chosen = await services.storage.read(_chosen_by, caller.id)
    asked = language_of(request.headers.get("accept-language"))
    return Visitor(
        services=services,
        caller=caller,
        language=chosen.language if chosen.language in LANGUAGES else asked,
        theme=chosen.theme,
        is_quiet=chosen.is_quiet,
        policy=services.policy(),
        wants_mail=chosen.wants_mail,
        has_mail=chosen.has_mail,
    )


class _Chosen(NamedTuple):
    """What the account has chosen."""

    language: str
    theme: Theme
    is_quiet: bool
    wants_mail: bool
    has_mail: bool


def _chosen_by(session: Session, account: str) -> _Chosen:
    row, kept = session.get(Account, account), preference_of(session, account)
    return _Chosen(
        language=row.language if row is not None else "",
        theme=cast("Theme", kept.theme),
        is_quiet=kept.is_quiet,
        wants_mail=kept.wants_mail,
        has_mail=bool(kept.mail),
    )


Visiting = Annotated[Visitor, Depends(visitor_of)]
"""`visitor: Visiting` in a route: who is signed in; without one the answer is the sign-in page."""
