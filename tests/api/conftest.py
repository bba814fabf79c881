"""The API at work: uvicorn on a port, a worker beside it, the shared Temporal server, a database of the test's own."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import uuid
from collections.abc import AsyncGenerator, Callable, Generator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest
import uvicorn
from sqlalchemy import Engine
from sqlmodel import SQLModel
from temporalio import activity
from temporalio.client import Client
from temporalio.common import RawValue
from temporalio.worker import Worker

from api.app import create_app
from api.people.keys import ensure_first_key
from api.serving import server_options
from cases import policies
from cases.client import CaseClient
from cases.effects import CaseActivities
from cases.read_model import ReadModelWriter
from cases.signed_work import SignedWork
from cases.signing import SigningKeys
from models.database import open_database, writing
from models.effect import BatchResult, EffectBatch, Outcome, Queue
from settings.environment import Settings, load
from tests.api import procedures
from workflows.runner import gate
from workflows.runner.case import CaseWorkflow
from workflows.runner.sandbox import workflow_runner

KEY = "a key of the tests"
KEYS = SigningKeys((KEY.encode(),))
STORE = "tmall"


class Server(uvicorn.Server):
    """Leaves signals to pytest."""

    @contextlib.contextmanager
    def capture_signals(self) -> Generator[None]:
        yield


class Site:
    """What a test does with the API."""

    def __init__(self, settings: Settings, engine: Engine, temporal: Client, queue: str) -> None:
        self.settings = settings
        self.engine = engine
        self.temporal = temporal
        self.queue = queue
        self.url = ""
        self.first_key = ""
        self.bell_is_broken = False
        self._clients: list[httpx.AsyncClient] = []

    @asynccontextmanager
    async def serving(
        self, *, answer_within: float = 60, **options: Any
    ) -> AsyncGenerator[httpx.AsyncClient]:
        """One API process's work, and a client that holds the first key. It waits for slow cases too."""
        app = create_app(
            self.settings,
            engine=self.engine,
            client=self.temporal,
            task_queue=self.queue,
            answer_within=answer_within,
            **options,
        )
        listening = socket.socket()
        listening.bind(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{listening.getsockname()[1]}"
        config = uvicorn.Config(
            app, lifespan="on", timeout_graceful_shutdown=1, **server_options(self.settings)
        )
        server = Server(config)
        running = asyncio.create_task(server.serve(sockets=[listening]))
        await until(lambda: server.started or running.done())
        assert server.started, "the API did not start"
        try:
            yield self.client(self.first_key)
        finally:
            for client in self._clients:
                await client.aclose()
            server.should_exit = True
            await running

    @asynccontextmanager
    async def working(self) -> AsyncGenerator[None]:
        """A worker for the cases."""
        cases = CaseActivities(CaseClient(self.temporal, self.engine, KEYS.sign, task_queue=self.queue))
        signed = SignedWork(KEYS)
        commits = ReadModelWriter(self.engine)

        @activity.defn(dynamic=True)
        async def ring(args: Sequence[RawValue]) -> BatchResult:
            batch = activity.payload_converter().from_payload(args[0].payload, EffectBatch)
            if self.bell_is_broken:
                raise RuntimeError("the bell is broken")
            return BatchResult(at=datetime.now(UTC), outcomes={one.key: Outcome() for one in batch.requests})

        effects = self.queue + Queue.EFFECTS.removeprefix(Queue.CASES)
        with ThreadPoolExecutor(8) as threads:
            async with (
                Worker(
                    self.temporal,
                    task_queue=effects,
                    activities=signed.only_signed([ring]),
                    interceptors=[signed],
                ),
                Worker(
                    self.temporal,
                    task_queue=self.queue,
                    workflows=[CaseWorkflow],
                    activities=signed.only_signed(
                        [commits.commit, commits.commit_when_possible, *cases.all(), ring]
                    ),
                    interceptors=[signed],
                    activity_executor=threads,
                    workflow_runner=workflow_runner(),
                ),
            ):
                yield

    def client(self, key: str | None) -> httpx.AsyncClient:
        """A client that calls with this key."""
        headers = {"Authorization": f"Bearer {key}"} if key else {}
        client = httpx.AsyncClient(base_url=f"{self.url}/api/v1", headers=headers, timeout=90)
        self._clients.append(client)
        return client

    async def caller(self, *roles: str, stores: list[str] | None = None, name: str = "") -> httpx.AsyncClient:
        """A client with a key of its own."""
        body = {"name": name or "-".join(roles) or "nobody", "roles": list(roles), "stores": stores}
        made = await self.client(self.first_key).post("/keys", json=body)
        assert made.status_code == 201, made.text
        return self.client(made.json()["key"])


async def until(holds: Callable[[], Any], *, seconds: float = 60) -> None:
    """Wait until something is so."""
    async with asyncio.timeout(seconds):
        while True:
            now = holds()
            if (await now) if asyncio.iscoroutine(now) else now:
                return
            await asyncio.sleep(0.02)


def subject() -> str:
    """A subject that no other test uses: all share one Temporal server."""
    return f"P-{uuid.uuid4().hex[:12]}"


async def placed(api: httpx.AsyncClient, number: str = "", store: str = STORE) -> str:
    """A parcel's case; returns its id."""
    number = number or subject()
    body = {"store": store, "subject": number, "data": {"buyer": "Li Na"}}
    answer = await api.post("/procedures/parcel/cases", json=body)
    assert answer.status_code == 201, answer.text
    return str(answer.json()["id"])


@pytest.fixture(scope="session", autouse=True)
def declared() -> None:
    procedures.register()
    gate.trust(KEYS)


@asynccontextmanager
async def site_on(url: str, temporal: Client, queue: str, home: Path) -> AsyncGenerator[Site]:
    """A store on this database, with a first key."""
    engine = open_database(url)
    SQLModel.metadata.create_all(engine)
    policies.look_in(engine)
    settings = load(data_dir=home, signing_key=KEY, database_url=url, stores=f'["{STORE}"]')
    site = Site(settings, engine, temporal, queue)
    with writing(engine) as session:
        site.first_key = ensure_first_key(session) or ""
    try:
        yield site
    finally:
        engine.dispose()


@pytest.fixture
async def site(
    temporal_client: Client, sqlite_url: str, task_queue: str, data_dir: Path
) -> AsyncGenerator[Site]:
    """A store on SQLite, where nothing runs yet."""
    async with site_on(sqlite_url, temporal_client, task_queue, data_dir) as site:
        yield site


@pytest.fixture
async def api(site: Site) -> AsyncGenerator[httpx.AsyncClient]:
    """The API of a store at work, called with the first key."""
    async with site.working(), site.serving() as client:
        yield client


@pytest.fixture
async def on_either(
    temporal_client: Client, database_url: str, task_queue: str, data_dir: Path
) -> AsyncGenerator[Site]:
    """A store at work, on SQLite and on PostgreSQL."""
    async with (
        site_on(database_url, temporal_client, task_queue, data_dir) as site,
        site.working(),
        site.serving(),
    ):
        yield site
