"""People of one store at work, each of whom acts, looks and thinks."""

from __future__ import annotations

import threading
import time
import uuid
from collections.abc import Generator
from contextlib import contextmanager
from urllib.parse import quote

from benchmarks.load import Http, Json
from benchmarks.plain import ACTIONS

PAUSE = 0.5
"""Seconds that each of them thinks before the next action."""
Took = tuple[str, float, float]
"""What was asked, when that began, and how many seconds it took."""


class Crowd:
    """So many people of one store. Each plays cases of the plain procedure: it looks for the task, then acts."""

    def __init__(self, api: Http, store: str, people: int) -> None:
        self._api, self._store = api, store
        self.took: list[Took] = []
        self._stopped = threading.Event()
        self._failed: list[Exception] = []
        self._threads = [threading.Thread(target=self._try_to_work, daemon=True) for _ in range(people)]

    @contextmanager
    def at_work(self) -> Generator[None]:
        """They work as long as the block runs. Raises what one of them was refused."""
        for thread in self._threads:
            thread.start()
        try:
            yield
        finally:
            self._stopped.set()
            for thread in self._threads:
                thread.join()
        if self._failed:
            raise self._failed[0]

    def _try_to_work(self) -> None:
        try:
            self._work()
        except Exception as error:  # noqa: BLE001 - told by whoever waits for them: a smaller crowd would look better
            self._failed.append(error)

    def _work(self) -> None:
        while not self._stopped.is_set():
            subject = uuid.uuid4().hex[:16]
            start = {"store": self._store, "subject": subject, "data": {"order_no": subject}}
            self._ask("start", "POST", "/procedures/plain/cases", start)
            case = quote(f"plain:{self._store}:{subject}", safe="")
            for n, (action, form) in enumerate(ACTIONS):
                if self._stopped.wait(PAUSE):
                    return
                self._ask("look", "GET", f"/tasks?case={case}")
                self._ask("list", "GET", f"/tasks?store={self._store}&limit=20")
                self._ask("act", "POST", f"/cases/{case}/actions/{action}", {"form": form}, f"{subject}-{n}")

    def _ask(self, kind: str, method: str, path: str, body: Json | None = None, key: str = "") -> None:
        since = time.perf_counter()
        headers = {"Idempotency-Key": key or uuid.uuid4().hex} if body is not None else {}
        self._api.call(method, f"/api/v1{path}", body, **headers)
        self.took.append((kind, since, time.perf_counter() - since))
