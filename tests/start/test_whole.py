"""The whole application: started, used, killed and started again, as its user would."""

import os
import signal
import stat
from collections.abc import Generator
from typing import Any

import httpx2
import pytest

from settings.environment import Settings
from tests.start.running import Run, clean_up, eventually

CASE = "refund_only:tmall:RF-1001"


class Store:
    """The API of a run, with its first key."""

    def __init__(self, settings: Settings) -> None:
        self._site = f"http://127.0.0.1:{settings.port}"
        self._key = settings.api_key_file.read_text().strip()

    def ask(self, method: str, path: str, body: Any = None, key: str = "") -> httpx2.Response:
        headers = {"Authorization": f"Bearer {self._key}", "Idempotency-Key": key or "-"}
        with httpx2.Client(base_url=self._site, timeout=60, trust_env=False) as http:
            return http.request(method, path, json=body, headers=headers)

    def open_refund(self) -> httpx2.Response:
        asked: dict[str, Any] = {"source": "goodwill", "order_no": "SO-1001", "lines": []}
        body = {"store": "tmall", "subject": "RF-1001", "data": asked}
        return self.ask("POST", "/api/v1/procedures/refund_only/cases", body, key="open-RF-1001")

    def act(self, action: str, **form: Any) -> httpx2.Response:
        return self.ask(
            "POST", f"/api/v1/cases/{CASE}/actions/{action}", {"form": form}, key=f"{action}-RF-1001"
        )

    def case(self) -> Any:
        return self.ask("GET", f"/api/v1/cases/{CASE}").raise_for_status().json()

    def ask_for_much(self) -> httpx2.Response:
        money = {"amount": "800.00", "currency": "CNY"}
        none = {"amount": "0.00", "currency": "CNY"}
        return self.act("set_amount", goods=money, freight=none, goodwill=none, total=money, reason="late")


@pytest.fixture
def runs(own_settings: Settings) -> Generator[list[Run]]:
    """Runs that a test starts, ended with it."""
    started: list[Run] = []
    yield started
    clean_up(started)


def begin(runs: list[Run], settings: Settings) -> tuple[Run, Store]:
    run = Run(settings, ["-m", "start.command", "run"])
    runs.append(run)
    run.until("Ctrl-C stops it.")
    return run, Store(settings)


def stages(case: Any) -> list[str]:
    return [stage["key"] for stage in case["stages"]]


def test_cases_go_on_after_everything_was_killed(runs: list[Run], own_settings: Settings) -> None:
    run, store = begin(runs, own_settings)
    assert stat.S_IMODE(own_settings.api_key_file.stat().st_mode) == 0o600
    opened = store.open_refund()
    assert opened.status_code == 201, opened.text
    eventually(lambda: "set_amount" in [action["key"] for action in store.case()["actions"]])
    moved = store.ask_for_much()
    assert moved.status_code == 200, moved.text
    before = store.case()
    key = own_settings.api_key_file.read_text()

    run.kill_everything()
    again, store = begin(runs, own_settings)

    assert own_settings.api_key_file.read_text() == key
    assert store.case() == before
    assert store.open_refund().json()["id"] == CASE
    assert store.ask_for_much().json() == moved.json()  # the same key: the same answer
    assert stages(before) == ["approval"]
    ended = store.act("reject", decision_note="asked too late")
    assert ended.status_code == 200, ended.text
    assert (ended.json()["state"], stages(ended.json())) == ("closed", ["rejected"])

    again.process.send_signal(signal.SIGINT)
    assert again.ends()[0] == 0


def test_work_goes_on_after_a_child_was_killed(runs: list[Run], own_settings: Settings) -> None:
    run, store = begin(runs, own_settings)
    assert store.open_refund().status_code == 201

    for name in ("worker", "api", "temporal"):
        killed = run.pid_of(name)
        os.kill(killed, signal.SIGKILL)
        eventually(lambda name=name, killed=killed: run.pid_of(name) != killed)

    eventually(lambda: ready(store))
    eventually(lambda: "set_amount" in [action["key"] for action in store.case()["actions"]])
    moved = store.ask_for_much()
    assert moved.status_code in {200, 202}, moved.text
    eventually(lambda: stages(store.case()) == ["approval"])


def ready(store: Store) -> bool:
    try:
        return store.ask("GET", "/readyz").status_code == 200
    except httpx2.TransportError:
        return False
