"""What routes ask for: the services of this process, and a request that changes something."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Annotated, Any

from fastapi import Depends, Header, Request
from sqlalchemy.orm import Session
from temporalio.client import Client

from activities.performers import World
from api.authentication import Authenticator, Caller, Calling
from api.events.intake import Intake
from api.journal import entries
from api.journal.entries import Entry, Reply, new_id
from api.journal.journal import Journal
from api.journal.replies import caller_json, problem_reply
from api.labels import Language, language_of
from api.problems import Problem, ProblemDocument
from api.storage import Storage
from api.streams import Streams
from models.policy import StorePolicy
from models.tables.requests import Sending
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
    journal: Journal
    world: World
    """The books, for what is entered into them directly."""
    intake: Intake
    streams: Streams
    authenticator: Authenticator
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

_PLAIN_KEY = re.compile(r"^[\x21-\x7e]{1,200}$")
_KEY = Header(
    alias="Idempotency-Key",
    pattern=_PLAIN_KEY.pattern,
    description="The same key with the same body gives the first answer again; with another body 422.",
)
IdempotencyKey = Annotated[str | None, _KEY]
_NO_KEY = "none "


@dataclass(frozen=True)
class Asking:
    """A request that changes something: who asks, under which key, and for what."""

    caller: Caller
    language: Language
    key: str
    address: str
    body_hash: str

    def entry(self, sending: Sending, case: str | None = None, **message: Any) -> Entry:
        """The same as a row of the journal."""
        return Entry(
            id=new_id(),
            account=self.caller.account,
            key=self.key,
            body_hash=self.body_hash,
            sending=sending,
            message={**message, "caller": caller_json(self.caller), "language": self.language},
            case=case,
        )

    @property
    def has_key(self) -> bool:
        """Whether the caller chose the key, and so may ask for the answer again."""
        return not self.key.startswith(_NO_KEY)

    def part(self, number: int) -> Asking:
        """One of the many things asked for at once, under a key of its own."""
        return replace(self, key=f"{self.key} {number:03}")  # no caller's key holds a space


def asking(request: Request, caller: Caller, key: str | None, body_digest: str) -> Asking:
    """The request as the journal sees it. `body_digest` is the body's SHA-256."""
    query = request.scope["query_string"].decode("latin-1")
    address = f"{request.method} {request.scope['path']}?{query}"
    return Asking(
        caller=caller,
        language=language_of(request.headers.get("accept-language")),
        key=key if key is not None else _NO_KEY + new_id(),
        address=address,
        body_hash=hashlib.sha256(f"{address}\n{body_digest}".encode()).hexdigest(),
    )


async def asking_quickly(request: Request) -> Asking | None:
    """The same without FastAPI; None where the key isn't one that it would take."""
    key = request.headers.get("idempotency-key")
    if key is not None and not _PLAIN_KEY.fullmatch(key):
        return None
    services: Services = request.app.state.services
    caller = await services.authenticator.caller(request.headers.get("authorization"))
    return asking(request, caller, key, hashlib.sha256(await request.body()).hexdigest())


async def _asking(request: Request, caller: Calling, idempotency_key: IdempotencyKey = None) -> Asking:
    return asking(request, caller, idempotency_key, hashlib.sha256(await request.body()).hexdigest())


Asked = Annotated[Asking, Depends(_asking)]


async def recorded(services: Services, asked: Asking, job: Callable[[Session], Reply]) -> Reply:
    """Answers a request that the database alone can answer: the journal's row and the change are one transaction."""
    entry, holder = asked.entry(Sending.RECORD), services.journal.holder
    try:
        return await services.storage.write(_once, entry, holder, job)
    except Problem as problem:
        if not asked.has_key or problem.code == "key_reused":
            raise
        refusal = problem_reply(problem)  # kept like any other answer, now that what led to it is undone
        return await services.storage.write(_once, entry, holder, lambda _: refusal)


def _once(session: Session, entry: Entry, holder: str, job: Callable[[Session], Reply]) -> Reply:
    known = entries.insert(session, entry, holder)
    if known is None:
        return entries.record(session, entry.id, holder, job(session))
    if known.entry.body_hash != entry.body_hash or known.reply is None:
        raise Problem("key_reused")
    return known.reply


PROBLEMS: dict[int | str, dict[str, Any]] = {
    status: {"model": ProblemDocument, "description": title, "content": {"application/problem+json": {}}}
    for status, title in ((401, "Unauthenticated"), (422, "Not valid, or a rule said no"))
}
"""What any route may answer."""


def problems(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """Problem documents of these statuses, beside those of every route."""
    titles = {403: "Not for this caller", 404: "Not there", 409: "Not now", 413: "Too large", 415: "Not this type",
              416: "Not these bytes", 503: "Not now: try again"}  # fmt: skip
    return PROBLEMS | {
        status: {
            "model": ProblemDocument,
            "description": titles[status],
            "content": {"application/problem+json": {}},
        }
        for status in statuses
    }
