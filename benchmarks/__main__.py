"""`make bench`: what actions and orders cost, as ratios to what Temporal itself costs, and as processor time.

With COMPARE=REF another commit is measured in the same run: each commit serves itself and plays orders by its own demo,
and all else that acts on it is of this tree.
"""

from __future__ import annotations

import argparse
import asyncio
import sys
import tempfile
from contextlib import AsyncExitStack
from pathlib import Path

from benchmarks.commits import UnknownCommit, checked_out, compiled
from benchmarks.figures import figures
from benchmarks.orders import NotAsRecorded
from benchmarks.postgres import postgres_server
from benchmarks.report import print_figures, print_json, print_rates
from benchmarks.rounds import (
    ORDERS,
    WARMING_UP,
    Side,
    act_plainly,
    ask_for_forms,
    look_at_pages,
    open_side,
    play_orders,
    warm_up,
)
from benchmarks.stack import ROOT, NotServed
from benchmarks.starting import NotStarted

HERE = "here"
ROUNDS_ALONE, ROUNDS_OF_TWO = 4, 4
ORDER_ROUNDS = 3
FORM_ROUNDS = 3


async def measure(compare: str | None) -> None:
    """Measure this tree, and the commit that it is compared with."""
    async with AsyncExitStack() as ends:
        trees = {HERE: ROOT}
        if compare:
            trees[compare] = ends.enter_context(checked_out(compare))
        compiled(ROOT)
        home = Path(ends.enter_context(tempfile.TemporaryDirectory(prefix="guicheng-bench-")))
        new_database = ends.enter_context(postgres_server())
        sides: list[Side] = []
        for n, (name, tree) in enumerate(trees.items()):
            print(f"Starting {name}", flush=True)
            orders = WARMING_UP + ORDER_ROUNDS * ORDERS
            sides.append(await open_side(ends, name, tree, home / f"side{n}", new_database, orders=orders))
        print("Warming up", flush=True)
        await warm_up(sides)
        print("Plain actions", flush=True)
        if not compare:
            await act_plainly(sides, 1, 3)
        await act_plainly(sides, 16, ROUNDS_OF_TWO if compare else ROUNDS_ALONE)
        print("Orders", flush=True)
        await play_orders(sides, ORDER_ROUNDS)
        print("Forms", flush=True)
        await ask_for_forms(sides, FORM_ROUNDS)
        await look_at_pages(sides, FORM_ROUNDS)
        print_rates(sides)
        found = {side.name: await figures(side) for side in sides}
    print_figures(found)
    print_json(found)


def main() -> int:
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__)
    parser.add_argument("--compare", metavar="REF", help="another commit, measured in turns with this tree")
    try:
        asyncio.run(measure(parser.parse_args().compare))
    except (NotAsRecorded, NotServed, NotStarted, UnknownCommit) as problem:
        print(problem, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
