"""`make demo`: plays a file of orders against a running Guicheng, or one that it starts for it.

URL and KEY in the environment name the instance; without them it is the one in DATA_DIR.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import sys
import time
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from demo.orders import BadOrders, Order, read_orders
from demo.play import Played
from demo.remote import Refused, Remote, Unreachable
from demo.store import Store
from demo.summary import print_summary
from settings.environment import SettingsError, settings
from start.processes import Child
from start.readiness import is_ready

MADE_UP = Path(__file__).parent / "orders.csv"
STOP_WITHIN = 60.0
"""Seconds that it may take to stop: longer than what it gives its own children."""


class CannotPlay(Exception):
    """The demo can't begin; the message says what to do."""


@dataclass(frozen=True)
class Instance:
    url: str
    key: str


@contextmanager
def instance(console: Console) -> Generator[Instance]:
    """The instance that the environment names, or the one in DATA_DIR, started if it isn't running."""
    url, key = os.environ.get("URL", ""), os.environ.get("KEY", "")
    if url and key:
        yield Instance(_root(url), key)
        return
    if url or key:
        raise CannotPlay("URL and KEY go together: the address of the API, and a key of it.")
    chosen = settings()
    here = f"{chosen.scheme}://127.0.0.1:{chosen.port}"
    if is_ready(chosen):
        yield Instance(here, _first_key(chosen.api_key_file))
        return
    console.print(
        f"Nothing runs on port {chosen.port}: starting it for the demo (data in {chosen.data_dir}). "
        "This takes half a minute or so.",
        markup=False,
        soft_wrap=True,
    )
    # a child like those of `make run`: Ctrl-C reaches us alone, and it doesn't outlive us
    started = Child("demo-run", [sys.executable, "-m", "start.command", "run"], chosen.data_dir)
    try:
        started.start()
    except OSError as error:
        raise CannotPlay(
            f"DATA_DIR {chosen.data_dir} can't be written ({error.strerror}). "
            "Name another: make demo DATA_DIR=path"
        ) from error
    try:
        while not is_ready(chosen):  # it gives up by itself where it doesn't get on
            if not started.is_running:
                raise CannotPlay(f"It did not start; {started.log} says why:\n{started.end_of_log()}")
            time.sleep(0.2)
        yield Instance(here, _first_key(chosen.api_key_file))
    finally:
        was_running = started.is_running
        started.stop(STOP_WITHIN)
        if was_running:
            console.print("Stopped it again. `make run` goes on with the same data.")


def _root(url: str) -> str:
    """Where the API's host is: what the curl examples call URL ends with the API's own path."""
    if not url.startswith(("http://", "https://")):
        raise CannotPlay(f"URL begins with http:// or https://, like http://127.0.0.1:8000 (it is {url}).")
    return url.rstrip("/").removesuffix("/api/v1")


def _first_key(file: Path) -> str:
    try:
        return file.read_text().strip()
    except OSError as error:
        raise CannotPlay(
            f"{file} can't be read ({error.strerror}): name a key, as KEY=… with URL=…"
        ) from error


async def play(at: Instance, orders: list[Order], console: Console, at_once: int) -> list[Played]:
    """Play all orders; some at a time, as a store does."""
    remote = Remote(at.url, at.key, connections=2 * at_once)
    try:
        store = Store(remote, orders)
        console.print(f"{len(orders)} orders against {at.url}")
        await store.open()
        columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
        with Progress(*columns, TextColumn("{task.fields[actions]} actions"), console=console) as bar:
            task = bar.add_task("Playing", total=len(orders), actions=0)
            actions = 0

            def done(played: Played) -> None:
                nonlocal actions
                actions += played.actions
                bar.update(task, advance=1, actions=actions)
                if played.trouble:
                    bar.console.print(
                        f"{played.order.number}: {played.trouble}", markup=False, soft_wrap=True
                    )

            played = await store.play(at_once, done)
        console.print("Holding the books against the orders.")
        await store.check(played)
        return played
    finally:
        await remote.close()


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="make demo", description=__doc__)
    parser.add_argument("orders", nargs="?", type=Path, default=MADE_UP, help="a CSV file of orders")
    parser.add_argument("--limit", type=int, help="only the first so many orders")
    parser.add_argument("--at-once", type=int, default=16, help="how many orders are played at a time")
    chosen = parser.parse_args(arguments)
    console = Console(stderr=True)
    started = time.monotonic()
    try:
        orders = read_orders(chosen.orders)[: chosen.limit]
        with instance(console) as at:
            played = asyncio.run(play(at, orders, console, chosen.at_once))
    except (BadOrders, CannotPlay, Unreachable, Refused, SettingsError) as error:
        console.print(str(error), style="red", markup=False, soft_wrap=True)
        return 1
    except KeyboardInterrupt:
        console.print("Stopped. Played again with the same data, it goes on where it was.")
        return 130
    differ = [one for one in played if not one.is_as_recorded]
    for one in differ:
        why = one.trouble or f"stands at {one.stage}"
        console.print(f"{one.order.number} ({one.order.fate}): {why}", markup=False, soft_wrap=True)
    if differ:
        console.print(
            "Where these orders or their goods were played before, time and others may have moved them on. "
            "With data of its own it begins anew: make demo PORT=8100 DATA_DIR=.data-8100",
            markup=False,
            soft_wrap=True,
        )
    print_summary(played, time.monotonic() - started, Console())
    return 1 if differ else 0


if __name__ == "__main__":
    sys.exit(main())
