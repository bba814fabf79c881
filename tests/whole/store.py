"""A whole store: its own Temporal server, worker, books and API; and its staff, who act by HTTP in their own roles."""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import socket
from collections.abc import AsyncGenerator, Iterable
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import uvicorn
from sqlalchemy import Engine
from sqlmodel import SQLModel
from temporalio.client import Client
from temporalio.contrib.pydantic import pydantic_data_converter
from temporalio.testing import TimeSkipper, TimeSkippingConfig

from api.app import create_app
from api.keys import ensure_first_key
from books.ports.configured import open_ports
from models.database import open_database, writing
from models.tables import all_tables
from stack.settings import Settings, load
from stack.temporal_server import temporal_server
from tests.procedures.corpus import Corpus, Json, learnt, moved
from tests.scenario import MONDAY
from worker import workers
from workflows.language.roles import Role
from workflows.registry import registry

STORE = "shop"
PATIENCE = 40.0
_ENGINE = {Role.SYSTEM, Role.TIMER}


class Stuck(AssertionError):
    """Something that should have come to pass did not; the message says where the case stands."""


class Server(uvicorn.Server):
    """Leaves signals to pytest."""

    @contextlib.contextmanager
    def capture_signals(self):  # noqa: ANN201
        yield


class Store:
    """What the staff do, and what becomes of it."""

    def __init__(self, http: httpx.AsyncClient, engine: Engine, client: Client, skipper: TimeSkipper) -> None:
        """http: with a key that may do everything; it only makes keys, fills books and looks."""
        self.engine = engine
        self._http = http
        self._client = client
        self._skipper = skipper
        self._corpus: Corpus = learnt()
        self._keys: dict[Role, str] = {}
        self._numbers = itertools.count(1)
        self._ahead: dict[str, timedelta] = {}

    # --- acting

    async def start(self, procedure: str, subject: str, event: str = "", **answers: Any) -> str:
        """A new case; answers that aren't given are a scenario's."""
        starts = [e for e, moves in registry().get(procedure).rows.items() if any(m.is_start for m in moves)]
        event = event or starts[0]
        body = {"store": STORE, "subject": subject, "data": self._form(procedure, event, "", answers)}
        if len(starts) > 1:
            body["event"] = event
        role = self._role(procedure, event, ())
        told = await self._post(role, f"/procedures/{procedure}/cases", body)
        return str(told["id"])

    async def walk(self, case: str, events: str, **answers: Json) -> Json:
        """These events in turn, each by the role whose it is; `answers` go into the form of the event so named."""
        for event in events.split():
            await self.act(case, event, **answers.get(event, {}))
        return await self.look(case)

    async def act(self, case: str, event: str, role: Role | None = None, **answers: Any) -> Json:
        """One event, as soon as the case offers it."""
        procedure = case.partition(":")[0]
        until = asyncio.get_running_loop().time() + PATIENCE
        while True:
            seen = await self.look(case)
            stages = tuple(stage["key"] for stage in seen["stages"])
            mine = role or self._role(procedure, event, stages)
            form = self._form(procedure, event, case, answers)
            offered = {action["key"] for action in (await self.look(case, mine))["actions"]}
            if event in offered:
                body = {"form": form} if form is not None else {}
                return await self._post(mine, f"/cases/{case}/actions/{event}", body)
            if asyncio.get_running_loop().time() > until:
                raise Stuck(
                    f"{case} at {stages} doesn't offer {event} to {mine}, but {sorted(offered)}: {seen}"
                )
            await asyncio.sleep(0.05)

    async def pass_time(self, case: str, span: timedelta) -> None:
        """Let the case's clock go forward, and that of no other."""
        self._ahead[case] = self._ahead.get(case, timedelta()) + span
        await self._skipper.fast_forward(self._client.get_workflow_handle(case), span)

    # --- looking

    async def look(self, case: str, role: Role | None = None) -> Json:
        """The case as the API shows it."""
        headers = await self._as(role) if role else {}
        answer = await self._http.get(f"/cases/{case}", headers=headers)
        assert answer.status_code == 200, answer.text
        return answer.json()

    async def at(self, case: str, *stages: str) -> Json:
        """The case, once it stands there."""
        until = asyncio.get_running_loop().time() + PATIENCE
        seen: Json = {}
        while asyncio.get_running_loop().time() < until:
            answer = await self._http.get(f"/cases/{case}")
            if answer.status_code == 200:
                seen = answer.json()
                if {stage["key"] for stage in seen["stages"]} == set(stages):
                    return seen
                if seen["state"] == "closed" or seen["incidents"]:
                    break
            await asyncio.sleep(0.05)
        raise Stuck(f"{case} doesn't come to {stages}: {seen}")

    async def child(self, case: str, procedure: str, n: int = 0) -> str:
        """The n-th case of that procedure that this one has started, once it is there."""
        until = asyncio.get_running_loop().time() + PATIENCE
        while asyncio.get_running_loop().time() < until:
            links = (await self.look(case))["links"]
            found = [link["case"] for link in links if link["case"].startswith(f"{procedure}:")]
            if len(found) > n and (await self._http.get(f"/cases/{found[n]}")).status_code == 200:
                return found[n]
            await asyncio.sleep(0.05)
        raise Stuck(f"{case} starts no {procedure}: {(await self.look(case))['links']}")

    async def cases(self, **wanted: Any) -> list[Json]:
        """All cases."""
        found: list[Json] = []
        cursor = ""
        while True:
            at = {"cursor": cursor} if cursor else {}
            page = (await self._http.get("/cases", params={**wanted, "limit": 100, **at})).json()
            found += page["items"]
            cursor = page["next_cursor"]
            if not cursor:
                return found

    async def book(self, name: str, **wanted: Any) -> list[Json]:
        answer = await self._http.get(f"/books/{name}", params={"limit": 200, **wanted})
        assert answer.status_code == 200, answer.text
        return answer.json()["items"]

    async def enter(self, book: str, body: Json) -> Json:
        """Fill a book by hand."""
        return await self._post(None, f"/books/{book}", {"store": STORE, **body})

    # --- the inside

    def now(self, case: str = "") -> datetime:
        """The case's clock."""
        return datetime.now(UTC) + self._ahead.get(case, timedelta())

    def _form(self, procedure: str, event: str, case: str, answers: Json) -> Json | None:
        shapes = [move.form for move in registry().get(procedure).rows[event] if move.form]
        if not shapes:
            return None
        known = self._corpus[procedure].get("forms", {}).get(event, [{}])[0]
        usual = moved(known, self.now(case) - MONDAY - timedelta(minutes=1))
        return {name: value for name, value in {**usual, **answers}.items() if value is not ...}

    def _role(self, procedure: str, event: str, stages: Iterable[str]) -> Role:
        moves = registry().get(procedure).rows[event]
        here = [move for move in moves if move.source.id in stages] or list(moves)
        roles = [role for move in here for role in sorted(move.by) if role not in _ENGINE]
        return roles[0] if roles else Role.OPS_MANAGER

    async def _as(self, role: Role) -> dict[str, str]:
        if role not in self._keys:
            told = {"name": f"one-{role}", "roles": [role], "stores": None}
            made = await self._http.post("/keys", json=told)
            assert made.status_code == 201, made.text
            self._keys[role] = made.json()["key"]
        return {"Authorization": f"Bearer {self._keys[role]}"}

    async def _post(self, role: Role | None, path: str, body: Json) -> Json:
        """Sent until it is answered, under one key."""
        headers = await self._as(role) if role else {}
        headers["Idempotency-Key"] = f"request-{next(self._numbers)}"
        while True:
            answer = await self._http.post(path, json=body, headers=headers)
            if not (answer.status_code == 202 and "location" in answer.headers):
                break
            await asyncio.sleep(0.1)
        assert answer.status_code < 300, f"{role} {path} {body}: {answer.status_code} {answer.text}"
        return answer.json()


@asynccontextmanager
async def store_in(home: Path) -> AsyncGenerator[Store]:
    """A store at work, from the ground."""
    settings = load(data_dir=home, signing_key="a key of the tests")
    engine = open_database(f"sqlite:///{home / 'store.db'}")
    all_tables().create_all(engine)
    SQLModel.metadata.create_all(engine)
    with writing(engine) as session:
        first_key = ensure_first_key(session)
    with temporal_server(home / "temporal", time_skipping=True) as server:
        client = await Client.connect(server.address, data_converter=pydantic_data_converter)
        skipper = TimeSkipper(client, config=TimeSkippingConfig(enabled=False))
        ports = open_ports(
            stripe_api_key="",
            stripe_api_base=settings.stripe_api_base,
            carrier_url="",
            apprise_urls={},
            locale=settings.locale,
            timezone=settings.store_timezone,
            files=home / "files",
        )
        async with AsyncExitStack() as stack:
            for worker in workers(settings, skipper.client, engine, ports):
                await stack.enter_async_context(worker)
            http = await stack.enter_async_context(_api(settings, engine, skipper.client))
            http.headers["Authorization"] = f"Bearer {first_key}"
            stack.callback(engine.dispose)
            yield Store(http, engine, client, skipper)


@asynccontextmanager
async def _api(settings: Settings, engine: Engine, client: Client) -> AsyncGenerator[httpx.AsyncClient]:
    app = create_app(settings, engine=engine, client=client)
    listening = socket.socket()
    listening.bind(("127.0.0.1", 0))
    server = Server(uvicorn.Config(app, log_config=None, lifespan="on", timeout_graceful_shutdown=1))
    running = asyncio.create_task(server.serve(sockets=[listening]))
    while not (server.started or running.done()):  # noqa: ASYNC110 - uvicorn tells no event
        await asyncio.sleep(0.02)
    base = f"http://127.0.0.1:{listening.getsockname()[1]}/api/v1"
    try:
        async with httpx.AsyncClient(base_url=base, timeout=60, trust_env=False) as http:
            yield http
    finally:
        server.should_exit = True
        await running
        listening.close()
