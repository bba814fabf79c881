"""The application: its services, routes, documentation and errors."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncGenerator
from contextlib import AsyncExitStack, asynccontextmanager
from functools import partial
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI
from sqlalchemy import Engine
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from temporalio.client import Client

from activities.configured_ports import open_ports
from activities.performers import World
from api import openapi, pages, problems
from api.access import CALLER, Authenticator
from api.changes import Changes
from api.counts import SharedCounts
from api.definitions import prepare
from api.dependencies import Services
from api.events.intake import Intake
from api.events.rights import Senders
from api.events.signature import Signers
from api.files import FileStore
from api.gathered_lines import Refusals
from api.journal import Journal
from api.metrics import SECONDS
from api.papers.printing import Printer
from api.people.provider import Provider
from api.personal_reads import PersonalReads
from api.quotas import Quotas
from api.rates import Rates
from api.readiness import Readiness
from api.routes import (
    accounts,
    actions,
    books,
    cases,
    comments,
    customers,
    entering,
    events,
    files,
    forms,
    health,
    incidents,
    keys,
    lookup,
    papers,
    people,
    procedures,
    provider,
    requests,
    secrets,
    session,
    store,
    stream,
    tasks,
    waiting_files,
)
from api.shortcuts import Shortcuts, shortcuts
from api.storage import Storage
from api.streams import Streams
from api.strict import PlainAddress, RefusalsAreProblems
from api.tokens import TokenChecker
from api.turns import Turns, give_back
from api.waiting_files import FileSweep
from cases import policies
from cases.client import CaseClient
from cases.connection import connect
from cases.signing import SigningKeys
from models.database import open_database
from models.effect import Queue
from settings import __version__
from settings.environment import Settings
from stores.current import is_off, store_settings

BASE = "/api/v1"
_DESCRIPTION = """Moves the cases of a store's procedures on, and shows where they stand.

Every POST takes an `Idempotency-Key`: the same key and body give the first answer again. Lists take `limit` and
`cursor`. Errors are problem documents (RFC 9457) with a `code`. Times are RFC 3339 in UTC, durations ISO 8601,
money is `{"amount": "12.50", "currency": "CNY"}`.
"""

# the longer path first: a case's id may hold slashes; and what is asked most often, before the others
_ROUTES = (
    tasks,
    comments,
    files,
    forms,
    papers,
    actions,
    incidents,
    cases,
    procedures,
    requests,
    events,
    stream,
    keys,
    accounts,
    session,
    secrets,
    books,
    entering,
    lookup,
    people,
    store,
    customers,
    waiting_files,
)


def create_app(
    settings: Settings,
    *,
    engine: Engine | None = None,
    client: Client | None = None,
    task_queue: str = Queue.CASES,
    answer_within: float = 10.0,
    home: str = "/docs",
) -> FastAPI:
    """The application. It opens the database and connects to Temporal itself, where they aren't given.

    task_queue: where the cases' worker asks for work.
    answer_within: seconds that a caller waits for a case before the answer is 202.
    home: where `/` leads.
    Raises SettingsError where a sender of webhooks can't be one.
    """
    signers = Signers(settings)

    @asynccontextmanager
    async def living(app: FastAPI) -> AsyncGenerator[None]:
        await asyncio.to_thread(prepare)
        async with AsyncExitStack() as ends:
            database = engine or open_database(
                settings.sqlalchemy_url, synchronous=settings.sqlite_synchronous
            )
            if engine is None:
                ends.callback(database.dispose)
            policies.look_in(database)
            storage = Storage(database)
            storage.start()
            ends.push_async_callback(storage.stop)
            temporal = client or await connect(settings, lazy=True)
            case_client = CaseClient(
                temporal,
                database,
                SigningKeys(settings.signing_secrets).sign,
                task_queue=task_queue,
                is_off=partial(is_off, settings),
            )
            turns = Turns(
                Rates(settings.key_requests_per_second, settings.key_request_burst),
                settings.store_requests_at_once,
                settings.store_requests_waiting,
            )
            authenticator = Authenticator(
                storage, _tokens(settings), lambda: store_settings(settings).people, turns.take
            )
            journal = Journal(storage, case_client, authenticator.now, answer_within=answer_within)
            await journal.start()
            ends.push_async_callback(journal.stop)
            senders = Senders(authenticator, signers)
            intake = Intake(storage, case_client, settings, journal.holder, senders)
            await intake.start()
            ends.push_async_callback(intake.stop)
            changes = Changes(storage, lambda: bool(streams.open))
            streams = Streams(
                storage,
                changes.passed_on,
                most=settings.most_streams,
                most_of_one=settings.most_streams_per_key,
            )
            changes.follow(streams.pass_on)
            changes.follow(lambda changed: intake.woken_by([one.case for one in changed]))
            await changes.start()
            ends.push_async_callback(changes.stop)
            reads = await ends.enter_async_context(PersonalReads(storage))
            refusals = await ends.enter_async_context(Refusals(storage))
            printer = Printer()
            ends.callback(printer.stop)
            sweep = FileSweep(storage, FileStore(settings.data_dir / "files"))
            await sweep.start()
            ends.push_async_callback(sweep.stop)
            app.state.services = Services(
                settings=settings,
                storage=storage,
                client=temporal,
                task_queue=task_queue,
                cases=case_client,
                journal=journal,
                world=World(
                    database, open_ports(locale=settings.locale, encryption_keys=settings.encryption_keys)
                ),
                intake=intake,
                streams=streams,
                authenticator=authenticator,
                signers=signers,
                turns=turns,
                quotas=Quotas(settings),
                readiness=Readiness(storage, settings.database_file, temporal, task_queue),
                counts=SharedCounts(storage, lambda: changes.last),
                reads=reads,
                refusals=refusals,
                printer=printer,
                provider=_provider(settings),
            )
            yield

    app = FastAPI(
        title="Guicheng",
        version=__version__,
        summary="A store's procedures as durable processes",
        description=_DESCRIPTION,
        lifespan=living,
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
        generate_unique_id_function=lambda route: route.name,
    )
    for module in _ROUTES:
        app.include_router(module.routes, prefix=BASE)
    app.include_router(health.routes)
    app.include_router(pages.routes_with(home))
    app.include_router(provider.routes)
    problems.install(app)
    openapi.install(app)
    app.add_middleware(RefusalsAreProblems)
    app.add_middleware(Shortcuts, known=shortcuts((module.routes for module in _ROUTES), BASE))
    app.add_middleware(PlainAddress)
    app.add_middleware(Timing)
    return app


def _provider(settings: Settings) -> Provider | None:
    if not settings.oidc_issuer:
        return None
    secret = settings.oidc_client_secret.get_secret_value() if settings.oidc_client_secret else ""
    return Provider(settings.oidc_issuer, settings.oidc_client_id, secret, settings.signing_secrets[0])


def _tokens(settings: Settings) -> TokenChecker | None:
    if not settings.jwks_url:
        return None
    return TokenChecker(settings.jwks_url, settings.jwt_issuer, settings.jwt_audience)


class Timing:
    """Middleware: how long each route takes to begin its answer, and headers that every answer has."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        began = time.perf_counter()
        api: FastAPI = scope["app"]  # an application that is mounted in this one puts itself there

        async def timed(message: Message) -> None:
            if message["type"] == "http.response.start":
                give_back(scope)
                route: Any = scope.get("route")
                path = getattr(route, "path", "none")
                SECONDS.labels(scope["method"], path).observe(time.perf_counter() - began)
                if message["status"] == HTTPStatus.FORBIDDEN:
                    _note_refusal(scope, api)
                headers = message["headers"]
                headers.append((b"x-content-type-options", b"nosniff"))
                if scope["path"].startswith(BASE) and not any(
                    name == b"cache-control" for name, _ in headers
                ):
                    headers.append((b"cache-control", b"no-store"))  # as good as each may hold personal data
            await send(message)

        try:
            await self.app(scope, receive, timed)
        finally:
            give_back(scope)


def _note_refusal(scope: Scope, api: FastAPI) -> None:
    by = scope.get("state", {}).get(CALLER)
    if by is not None:
        services: Services = api.state.services
        services.refusals.gather(by, f"{scope['method']} {scope['path']}")
