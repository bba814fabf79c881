"""`kill -9` of an API process while people act: each step is done once, and each key has one answer."""

import asyncio
import os
import random
import signal
import subprocess
import sys
import uuid
from collections import Counter
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest
from sqlalchemy import Engine, select
from sqlmodel import SQLModel, col
from temporalio.client import Client

from cases.rebuild import rebuild
from models.database import open_database, reading
from models.tables.cases import CaseRow, StepRow
from models.tables.requests import RequestRow
from start.ports import free_ports
from tests.api.conftest import KEY, STORE, Site, site_on, until
from workflows.runner.histories import runs

_API = "from tests.api import procedures, serve; procedures.register(); serve.main()"


class Process:
    """`python -m api`, with the tests' procedures and a queue of the test's own."""

    def __init__(self, site: Site, address: str) -> None:
        (self.port,) = free_ports(1)
        self.url = f"http://127.0.0.1:{self.port}/api/v1"
        self._environment = {
            **os.environ,
            "PYTHONPATH": str(Path.cwd()),
            "DATA_DIR": str(site.settings.data_dir),
            "DATABASE_URL": site.settings.database_url,
            "SIGNING_KEY": KEY,
            "TEMPORAL_ADDRESS": address,
            "PORT": str(self.port),
            "TEST_QUEUE": site.queue,
        }
        self._process: subprocess.Popen[bytes] | None = None

    def _run(self) -> None:
        self._process = subprocess.Popen([sys.executable, "-c", _API], env=self._environment)

    async def start(self) -> None:
        self._run()
        async with httpx.AsyncClient(timeout=60) as client:

            async def answers() -> bool:
                try:
                    return (await client.get(f"http://127.0.0.1:{self.port}/healthz")).status_code == 200
                except httpx.HTTPError:
                    return False

            await until(answers, seconds=60)

    def kill(self) -> None:
        assert self._process is not None
        self._process.send_signal(signal.SIGKILL)
        self._process.wait()


@asynccontextmanager
async def killable(site: Site, address: str) -> AsyncGenerator[Process]:
    process = Process(site, address)
    await process.start()
    try:
        yield process
    finally:
        process.kill()


async def insist(client: httpx.AsyncClient, path: str, body: dict[str, Any], key: str) -> httpx.Response:
    """Ask with one key until there is an answer."""
    async with asyncio.timeout(120):
        while True:
            try:
                answer = await client.post(path, json=body, headers={"Idempotency-Key": key})
            except httpx.HTTPError:
                await asyncio.sleep(0.05)
                continue
            if answer.status_code not in (202, 503):
                return answer


@pytest.mark.slow
@pytest.mark.parametrize("seed", [1])
async def test_steps_are_done_once_however_often_the_api_is_killed(
    temporal_client: Client,
    temporal_address: str,
    sqlite_url: str,
    task_queue: str,
    data_dir: Path,
    seed: int,
) -> None:
    chance = random.Random(seed)
    async with (
        site_on(sqlite_url, temporal_client, task_queue, data_dir) as site,
        site.working(),
        killable(site, temporal_address) as process,
    ):
        headers = {"Authorization": f"Bearer {site.first_key}"}
        async with httpx.AsyncClient(base_url=process.url, headers=headers, timeout=60) as client:
            answers: dict[str, bytes] = {}
            cases: list[str] = []

            async def ask(path: str, body: dict[str, Any]) -> dict[str, Any]:
                key = uuid.uuid4().hex
                answer = await insist(client, path, body, key)
                assert answer.status_code < 300, answer.text
                answers[key] = answer.content
                return answer.json()

            async def order() -> None:
                number = uuid.uuid4().hex[:12]
                body = {"store": STORE, "subject": number, "data": {"buyer": "Li Na"}}
                case = (await ask("/procedures/parcel/cases", body))["id"]
                cases.append(case)
                await ask(f"/cases/{case}/actions/pack", {"form": {"waybill_no": number}})
                for action in ("collect", "arrive", "deliver"):
                    await ask(f"/cases/{case}/actions/{action}", {})

            async def kills() -> None:
                for _ in range(5):
                    await asyncio.sleep(chance.uniform(0.2, 1.0))
                    process.kill()
                    await process.start()

            await asyncio.gather(kills(), *(order() for _ in range(24)))

    with reading(site.engine) as session:
        done = Counter(session.scalars(select(col(StepRow.case))))
        assert done == dict.fromkeys(cases, 5)
        asked = session.scalars(select(col(StepRow.request)).where(col(StepRow.request) != "")).all()
        assert len(asked) == len(set(asked)) == 5 * len(cases)
        kept = {row.key: row for row in session.scalars(select(RequestRow))}
        assert all(kept[key].status is not None for key in answers)


@pytest.mark.slow
async def test_two_api_processes_answer_on_one_case(
    temporal_client: Client, temporal_address: str, sqlite_url: str, task_queue: str, data_dir: Path
) -> None:
    """Interleaved, and each request to both: whoever answers first, the step is taken once and both say the same."""
    async with (
        site_on(sqlite_url, temporal_client, task_queue, data_dir) as site,
        site.working(),
        killable(site, temporal_address) as one,
        killable(site, temporal_address) as other,
    ):
        headers = {"Authorization": f"Bearer {site.first_key}"}
        async with (
            httpx.AsyncClient(base_url=one.url, headers=headers, timeout=60) as first,
            httpx.AsyncClient(base_url=other.url, headers=headers, timeout=60) as second,
        ):
            body = {"store": STORE, "subject": uuid.uuid4().hex[:12], "data": {"buyer": "Li Na"}}
            opened = await asyncio.gather(
                *(insist(client, "/procedures/parcel/cases", body, "open") for client in (first, second))
            )
            assert opened[0].content == opened[1].content
            case = opened[0].json()["id"]
            path = f"/cases/{case}/actions/describe"

            async def act(number: int) -> None:
                form, key = {"form": {"text": f"{number}"}}, f"act-{number}"
                if number % 3 == 0:  # the same to both
                    answers = await asyncio.gather(
                        *(insist(client, path, form, key) for client in (first, second))
                    )
                else:
                    answers = [await insist(first if number % 3 == 1 else second, path, form, key)]
                assert {answer.status_code for answer in answers} == {200}, answers[0].text
                assert len({answer.content for answer in answers}) == 1

            for start in range(0, 60, 6):
                await asyncio.gather(*(act(number) for number in range(start, start + 6)))
            shown = [(await client.get(f"/cases/{case}")).json() for client in (first, second)]

    with reading(site.engine) as session:
        steps = session.scalars(select(StepRow).where(col(StepRow.case) == case)).all()
        assert sorted(step.revision for step in steps) == list(range(1, 62))
        texts = [str(step.form["text"]) for step in steps if step.event == "describe" and step.form]
        assert sorted(texts) == sorted(f"{number}" for number in range(60))
    assert [document["revision"] for document in shown] == [61, 61]
    other_model = open_database(f"sqlite:///{data_dir / 'rebuilt.db'}")
    SQLModel.metadata.create_all(other_model)

    async def is_listed() -> bool:
        return bool(await runs(temporal_client, task_queue, only_open=False, case=case))

    await until(is_listed)
    assert not await rebuild(temporal_client, other_model, task_queue=task_queue)
    for table in (CaseRow, StepRow):
        assert everything(other_model, table) == everything(site.engine, table)
    other_model.dispose()


def everything(engine: Engine, table: type[SQLModel]) -> list[dict[str, Any]]:
    with reading(engine) as session:
        return sorted((row.model_dump() for row in session.scalars(select(table))), key=repr)
