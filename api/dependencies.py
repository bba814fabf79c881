"""What routes ask FastAPI for: the services of this process, the caller's language, an idempotent request."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from typing import Annotated

from fastapi import Depends, Header, Request
from temporalio.client import Client

from activities.performers import World
from api.access import Authenticator, Calling
from api.counts import SharedCounts
from api.events.intake import Intake
from api.events.signature import Signers
from api.gathered_lines import Refusals
from api.journal import Journal
from api.labels import Language, language_of
from api.papers.printing import Printer
from api.people.provider import Provider
from api.personal_reads import PersonalReads
from api.quotas import Quotas
from api.readiness import Readiness
from api.requests import PLAIN_KEY, IdempotentRequest
from api.storage import Storage
from api.streams import Streams
from api.turns import Turns
from cases.client import CaseClient
from models.policy import StorePolicy
from settings.environment import Settings
from stores.policy import store_policy
from workflows.language.procedure import Procedure


@dataclass(frozen=True)
class Services:
    """What one API process has at hand."""

    settings: Settings
    storage: Storage
    client: Client
    task_queue: str
    cases: CaseClient
    journal: Journal
    world: World
    """The books, for what is entered into them directly."""
    intake: Intake
    streams: Streams
    authenticator: Authenticator
    signers: Signers
    turns: Turns
    quotas: Quotas
    readiness: Readiness
    counts: SharedCounts
    reads: PersonalReads
    refusals: Refusals
    printer: Printer
    provider: Provider | None
    """Where people sign in, beside their passwords here."""
    seen: dict[str, tuple[str, type[Procedure]]] = field(
        default_factory=dict[str, tuple[str, type[Procedure]]]
    )
    """Cases that were there when somebody acted on them: their stores and procedures."""

    def policy(self) -> StorePolicy:
        """How the store works: what a case begins with now."""
        return store_policy(self.settings)


async def _services(request: Request) -> Services:
    return request.app.state.services


async def _language(request: Request) -> Language:
    return language_of(request.headers.get("accept-language"))


Serving = Annotated[Services, Depends(_services)]
Speaking = Annotated[Language, Depends(_language)]

IdempotencyKey = Annotated[
    str | None,
    Header(
        alias="Idempotency-Key",
        pattern=PLAIN_KEY.pattern,
        description="The same key with the same body gives the first answer again; with another body 422.",
        examples=["0191f0c2-a1b3-7c5e-9d2f-4b6a8c0e1d3f"],
    ),
]


async def _idempotent(
    http: Request, caller: Calling, idempotency_key: IdempotencyKey = None
) -> IdempotentRequest:
    digest = hashlib.sha256(await http.body()).hexdigest()
    return IdempotentRequest.read(http, caller, idempotency_key, digest)


Idempotent = Annotated[IdempotentRequest, Depends(_idempotent)]
"""`request: Idempotent` in a route: a request that changes something, once."""


async def idempotent_quickly(http: Request) -> IdempotentRequest | None:
    """The same without FastAPI; None where the key isn't one that it would take."""
    key = http.headers.get("idempotency-key")
    if key is not None and not PLAIN_KEY.fullmatch(key):
        return None
    services: Services = http.app.state.services
    caller = await services.authenticator.caller(http)
    return IdempotentRequest.read(http, caller, key, hashlib.sha256(await http.body()).hexdigest())
