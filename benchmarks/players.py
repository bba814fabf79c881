"""Plays orders as the demo of one commit plays them: started in that commit's tree, told what to do a line at a time.

It knows no more of the demo than all commits have: how orders are read, a store is opened and orders are played in it.
Each line that it is told is answered with a line of JSON.
"""

from __future__ import annotations

import asyncio
import json
import sys
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

from demo.orders import Order, read_orders
from demo.remote import Remote
from demo.staff import STORE
from demo.store import Store

AT_ONCE = 16
WAIT_FOR_SOMEBODY = frozenset({"created", "invoiced", "processing", "shipped"})
"""The fates of orders that stop on their way, each at another stage."""


async def main(url: str, key: str, file: Path, count: int) -> None:
    recorded = read_orders(file)
    orders = [replace(recorded[0], number=f"BENCH-{n:04}", customer=f"B-{n:04}") for n in range(count)]
    waiting = [order for order in recorded if order.fate in WAIT_FOR_SOMEBODY]
    remote = Remote(url, key)
    await Store(remote, [*orders, *waiting]).open()
    tell({"first": case_of(orders[0])})
    while line := await asyncio.to_thread(sys.stdin.readline):
        asked = json.loads(line)
        if "play" in asked:
            chosen, orders = orders[: asked["play"]], orders[asked["play"] :]
        else:
            chosen = waiting
        tell(await play(remote, chosen))
    await remote.close()


async def play(remote: Remote, orders: list[Order]) -> dict[str, Any]:
    """Play them, and what came of it: seconds, those of the processor, actions, cases, and what is otherwise."""
    since, used = time.perf_counter(), time.process_time()
    played = await Store(remote, orders).play(AT_ONCE, lambda _: None)
    return {
        "seconds": time.perf_counter() - since,
        "cpu_s": time.process_time() - used,
        "actions": sum(one.actions for one in played),
        "cases": [case_of(one.order) for one in played],
        "differ": [
            f"{one.order.number}: {one.trouble or one.stage}" for one in played if not one.is_as_recorded
        ],
    }


def case_of(order: Order) -> str:
    return f"order_fulfilment:{STORE}:{order.number}"


def tell(answer: dict[str, Any]) -> None:
    print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    _, url, key, file, count = sys.argv
    asyncio.run(main(url, key, Path(file), int(count)))
