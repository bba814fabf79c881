"""`make bench`: all on one server, in turns, so that a machine that slows down slows down all of them."""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Generator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

from temporalio.client import Client

from benchmarks.load import STORE, Http, Measured, bare_updates, plain_actions, together, wrapped_updates
from benchmarks.plain import Plain
from cases.connection import connect
from demo.orders import read_orders
from demo.remote import Remote
from demo.store import Store
from settings.environment import load
from start.ports import free_ports
from start.readiness import is_ready

ROUNDS = 5
CASES = {1: 8, 16: 64}
"""Cases a round, by how many clients act at a time."""
ORDERS = 32
READY_WITHIN = 90.0


@contextmanager
def process(*arguments: str, env: dict[str, str], log: Path) -> Generator[subprocess.Popen[bytes]]:
    """A process of the benchmark, stopped at the end."""
    with log.open("wb") as output:
        started = subprocess.Popen(
            [sys.executable, "-m", "benchmarks.serve", *arguments], env=env, stdout=output, stderr=output
        )
        try:
            yield started
        finally:
            started.terminate()
            started.wait()


def wait_for(ready: Any, of: subprocess.Popen[bytes], log: Path) -> None:
    until = time.monotonic() + READY_WITHIN
    while not ready():
        if of.poll() is not None or time.monotonic() > until:
            sys.exit(f"It did not start:\n{log.read_text()[-2000:]}")
        time.sleep(0.1)


def answers(http_: Http) -> bool:
    try:
        http_.call("GET", "/openapi.json")
    except OSError:
        return False
    return True


def staff_key(first: Http) -> str:
    """A key of somebody who does all that the plain procedure asks, as in a small store. The first key's every role
    would travel with each action.
    """
    roles = {role for moves in Plain.declaration.transitions.values() for move in moves for role in move.by}
    new_key = {"name": "bench", "roles": sorted(roles)}
    return first.call("POST", "/api/v1/keys", new_key, **{"Idempotency-Key": "bench"})["key"]


async def measure(client: Client, api: Http, wrapper: Http, clients: int) -> dict[str, Measured]:
    """The three kinds in turns, after a turn that doesn't count."""
    kinds: dict[str, list[Measured]] = {"bare": [], "wrapper": [], "plain": []}
    for round_ in range(ROUNDS + 1):
        cases = CASES[clients] if round_ else max(2, CASES[clients] // 4)
        found = {
            "bare": await bare_updates(client, cases, clients),
            "wrapper": await wrapped_updates(client, wrapper, cases, clients),
            "plain": await plain_actions(api, cases, clients),
        }
        if round_:
            for kind, measured in found.items():
                kinds[kind].append(measured)
    return {kind: together(measured) for kind, measured in kinds.items()}


def tell(kinds: dict[str, Measured], clients: int) -> None:
    bare = kinds["bare"].rate
    for kind, measured in kinds.items():
        print(
            f"{clients:2} clients  {kind:8} {measured.rate:7.1f}/s  {measured.rate / bare:5.2f} of bare updates"
            f"  p50 {measured.percentile(0.5):6.1f} ms  p99 {measured.percentile(0.99):6.1f} ms",
            flush=True,
        )


async def events_of(client: Client, case: str) -> int:
    history = await client.get_workflow_handle(case).fetch_history()
    return len(history.events)


async def orders(url: str, key: str, client: Client) -> tuple[float, int]:
    """Actions a second on the main path of order fulfilment with all its effects, and its history's events."""
    template = read_orders(Path(__file__).parent.parent / "demo" / "orders.csv")[0]
    several = [replace(template, number=f"BENCH-{n:03}") for n in range(ORDERS)]
    remote = Remote(url, key)
    try:
        store = Store(remote, several)
        await store.open()
        since = time.perf_counter()
        played = await store.play(16, lambda _: None)
        seconds = time.perf_counter() - since
    finally:
        await remote.close()
    if differ := [one for one in played if not one.is_as_recorded]:
        sys.exit(f"{differ[0].order.number}: {differ[0].trouble or differ[0].stage}")
    actions = sum(one.actions for one in played)
    return actions / seconds, await events_of(client, f"order_fulfilment:demo:{several[0].number}")


async def main() -> None:
    with ExitStack() as ends:
        home = Path(ends.enter_context(tempfile.TemporaryDirectory(prefix="guicheng-bench-")))
        port, wrapper_port, temporal_port, ui_port = free_ports(4)
        os.environ.update(
            DATA_DIR=str(home),
            PORT=str(port),
            TEMPORAL_PORT=str(temporal_port),
            TEMPORAL_UI_PORT=str(ui_port),
        )
        chosen, env = load(), dict(os.environ)
        stack = ends.enter_context(process("all", env=env, log=home / "all.log"))
        wait_for(lambda: is_ready(chosen), stack, home / "all.log")
        ends.enter_context(process("bare-worker", env=env, log=home / "bare.log"))
        wrapping = ends.enter_context(
            process("wrapper", str(wrapper_port), env=env, log=home / "wrapper.log")
        )
        wrapper = Http(wrapper_port)
        wait_for(lambda: answers(Http(wrapper_port)), wrapping, home / "wrapper.log")
        key = chosen.api_key_file.read_text().strip()
        api, client = Http(port, staff_key(Http(port, key))), await connect(chosen)

        one = await measure(client, api, wrapper, 1)
        tell(one, 1)
        many = await measure(client, api, wrapper, 16)
        tell(many, 16)
        rate, events_order = await orders(f"http://127.0.0.1:{port}", key, client)
        print(f"16 orders at a time: {rate:.1f} actions/s, {rate / many['bare'].rate:.2f} of bare updates")
        plain = [
            e.id
            async for e in client.list_workflows(f"WorkflowType = 'plain' and Store = '{STORE}'", limit=1)
        ]
        print(
            json.dumps(
                {
                    "ratio_bare_updates": round(many["plain"].rate / many["bare"].rate, 2),
                    "ratio_bare_wrapper": round(many["plain"].rate / many["wrapper"].rate, 2),
                    "p50_ms": round(many["plain"].percentile(0.5), 1),
                    "p99_ms": round(many["plain"].percentile(0.99), 1),
                    "events_plain": await events_of(client, plain[0]),
                    "events_order": events_order,
                }
            )
        )


if __name__ == "__main__":
    asyncio.run(main())
