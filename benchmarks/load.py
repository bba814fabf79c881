"""Clients that act, so many at a time, and how long each action took them."""

from __future__ import annotations

import asyncio
import http.client
import json
import threading
import time
import uuid
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any
from urllib.parse import quote

from temporalio.client import Client

from benchmarks.bare import QUEUE, STEPS, Bare
from benchmarks.plain import ACTIONS

STORE = "bench"
Json = dict[str, Any]


@dataclass(frozen=True)
class Measured:
    """So many actions in so many seconds, and what each took."""

    seconds: float
    each: tuple[float, ...]

    @property
    def rate(self) -> float:
        """Actions a second."""
        return len(self.each) / self.seconds

    def percentile(self, share: float) -> float:
        """Milliseconds within which this share of the actions was done."""
        ordered = sorted(self.each)
        return 1000 * ordered[min(len(ordered) - 1, int(len(ordered) * share))]


def together(some: Sequence[Measured]) -> Measured:
    """Several rounds as one."""
    return Measured(sum(one.seconds for one in some), tuple(each for one in some for each in one.each))


class Http:
    """A connection a thread, kept open."""

    def __init__(self, port: int, key: str = "") -> None:
        self._port = port
        self.key = key
        self._headers = {
            "Content-Type": "application/json",
            **({"Authorization": f"Bearer {key}"} if key else {}),
        }
        self._threads = threading.local()

    def call(self, method: str, path: str, body: Json | None = None, **headers: str) -> Json:
        """One request, asked again as long as its answer is "not yet". Raises RuntimeError when it is refused."""
        while True:
            status, content = self._ask(method, path, body, headers)
            if status == HTTPStatus.ACCEPTED and "Idempotency-Key" in headers:
                continue
            if status >= 300 or status == HTTPStatus.ACCEPTED:
                raise RuntimeError(f"{method} {path}: {status} {content[:300].decode()}")
            return json.loads(content)

    def _ask(self, method: str, path: str, body: Json | None, headers: dict[str, str]) -> tuple[int, bytes]:
        connection: http.client.HTTPConnection | None = getattr(self._threads, "connection", None)
        if connection is None:
            connection = self._threads.connection = http.client.HTTPConnection(
                "127.0.0.1", self._port, timeout=60
            )
        payload = None if body is None else json.dumps(body)
        connection.request(method, path, payload, {**self._headers, **headers})
        answer = connection.getresponse()
        return answer.status, answer.read()


async def bare_updates(client: Client, cases: int, clients: int) -> Measured:
    """No-op updates, straight to Temporal, from one process."""
    ids = await _bare_cases(client, cases)
    turns, each = asyncio.Semaphore(clients), list[float]()

    async def one(case: str) -> None:
        async with turns:
            handle: Any = client.get_workflow_handle(case)
            for n in range(STEPS):
                since = time.perf_counter()
                await handle.execute_update(Bare.step, str(n))
                each.append(time.perf_counter() - since)

    since = time.perf_counter()
    await asyncio.gather(*(one(case) for case in ids))
    return Measured(time.perf_counter() - since, tuple(each))


async def wrapped_updates(client: Client, http_: Http, cases: int, clients: int) -> Measured:
    """The same through the bare wrapper: an update and a query a request."""
    ids = await _bare_cases(client, cases)

    def act(case: str, n: int) -> None:
        http_.call("POST", f"/cases/{case}/steps/{n}", {"n": n})

    return await asyncio.to_thread(_in_threads, ids, clients, act)


async def plain_cases(http_: Http, cases: int) -> list[str]:
    """New cases of the plain procedure: their subjects."""
    subjects = [uuid.uuid4().hex[:16] for _ in range(cases)]

    def start(subject: str) -> None:
        body = {"store": STORE, "subject": subject, "data": {"order_no": subject}}
        http_.call("POST", "/api/v1/procedures/plain/cases", body)

    def start_all() -> None:
        with ThreadPoolExecutor(16) as threads:
            list(threads.map(start, subjects))

    await asyncio.to_thread(start_all)
    return subjects


def plain_case(subject: str) -> str:
    """The id of a case of the plain procedure."""
    return f"plain:{STORE}:{subject}"


async def plain_actions(http_: Http, subjects: list[str], clients: int) -> Measured:
    """The six actions of the plain procedure on each: list the case's task, then act."""

    def act(subject: str, n: int) -> None:
        case = quote(plain_case(subject), safe="")
        (task,) = http_.call("GET", f"/api/v1/tasks?case={case}")["items"]
        action, form = ACTIONS[n]
        if action not in {offered["key"] for offered in task["actions"]}:
            raise RuntimeError(f"{action} is not offered: {task}")
        http_.call(
            "POST",
            f"/api/v1/cases/{case}/actions/{action}",
            {"form": form},
            **{"Idempotency-Key": f"{subject}-{n}"},
        )

    return await asyncio.to_thread(_in_threads, subjects, clients, act)


async def _bare_cases(client: Client, cases: int) -> list[str]:
    ids = [f"bare-{uuid.uuid4().hex}" for _ in range(cases)]
    turns = asyncio.Semaphore(16)

    async def start(case: str) -> None:
        async with turns:
            await client.start_workflow(Bare.run, id=case, task_queue=QUEUE)

    await asyncio.gather(*(start(case) for case in ids))
    return ids


def _in_threads(cases: list[str], clients: int, act: Callable[[str, int], None]) -> Measured:
    each: list[float] = []

    def one(case: str) -> None:
        for n in range(STEPS):
            since = time.perf_counter()
            act(case, n)
            each.append(time.perf_counter() - since)

    since = time.perf_counter()
    with ThreadPoolExecutor(clients) as threads:
        list(threads.map(one, cases))
    return Measured(time.perf_counter() - since, tuple(each))
