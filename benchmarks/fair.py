"""`make bench-fair`: how much longer people of a store wait while somebody else asks more than their share.

Each of what may go on beside them is tried in turns with times when they are alone.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
import tempfile
import threading
import time
import uuid
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from pathlib import Path

from benchmarks.apart import NotBegun
from benchmarks.beside import KINDS, beside
from benchmarks.commits import compiled
from benchmarks.crowd import Crowd
from benchmarks.load import Http, Measured, together
from benchmarks.processor import descendants
from benchmarks.stack import ROOT, NotServed, Stack, serving

PEOPLE = 4
"""Of the store that is measured."""
OURS, OTHERS = "quiet", "busy"
ALONE = "alone"
ASKED = ("look", "list", "act")
ROUNDS = 3
SECONDS = 10.0
_SETTLES = 2.0
"""Seconds at the beginning of each time that don't count."""
_ROLES = ("cs_agent", "picker", "packer", "logistics")


class Memory:
    """What the API's process takes, as Linux tells it."""

    def __init__(self, stack: Stack) -> None:
        (self._pid,) = (one.pid for one in descendants(stack.pid) if one.command[-1] == "api")

    def now(self) -> float:
        """Megabytes."""
        status = Path(f"/proc/{self._pid}/status").read_text("utf-8")
        return int(status.partition("VmRSS:")[2].split()[0]) / 1024

    @contextmanager
    def most(self) -> Generator[list[float]]:
        """The most that it takes beyond what it has now while the block runs: the list's one number."""
        began, beyond, ended = self.now(), [0.0], threading.Event()

        def look() -> None:
            while not ended.wait(0.05):
                beyond[0] = max(beyond[0], self.now() - began)

        looking = threading.Thread(target=look)
        looking.start()
        try:
            yield beyond
        finally:
            ended.set()
            looking.join()


def measure(stack: Stack, kinds: Sequence[str], rounds: int) -> dict[str, float]:
    """The figures, by their names in the line of JSON."""
    port, memory = stack.settings.port, Memory(stack)
    ours, other = (_key(stack, store) for store in (OURS, OTHERS))
    took: dict[str, dict[str, list[Measured]]] = {}
    grown: dict[str, float] = {}
    for round_ in range(-1, rounds):
        for kind in kinds:
            for name in (ALONE, kind):
                if round_ < 0:
                    some = _wait_times(port, ours, 1.0)  # what is done for the first time takes longer
                elif name == ALONE:
                    some = _wait_times(port, ours, SECONDS)
                else:
                    with memory.most() as beyond, beside(kind, port, other, OTHERS):
                        some = _wait_times(port, ours, SECONDS)
                    grown[kind] = max(grown.get(kind, 0.0), beyond[0])
                if round_ >= 0:
                    place = f"{ALONE}, by turns with {kind}" if name == ALONE else kind
                    for asked, one in some.items():
                        took.setdefault(place, {}).setdefault(asked, []).append(one)
    found: dict[str, float] = {}
    for kind in kinds:
        alone, with_it = took[f"{ALONE}, by turns with {kind}"], took[kind]
        print(f"\nBeside {kind}: the API's memory grew by {grown[kind]:.0f} MB", flush=True)
        short = kind.replace(" ", "_")
        found[f"memory_mb_{short}"] = round(grown[kind], 1)
        for asked in ASKED:
            before, after = together(alone[asked]), together(with_it[asked])
            ratio = after.percentile(0.95) / before.percentile(0.95)
            print(
                f"  {asked:5} alone p50 {before.percentile(0.5):6.1f} p95 {before.percentile(0.95):6.1f} ms"
                f"   beside it p50 {after.percentile(0.5):6.1f} p95 {after.percentile(0.95):6.1f} ms"
                f"   p95 {ratio:5.2f} times  ({len(after.each)} asked)",
                flush=True,
            )
            found[f"ratio_p95_{asked}_{short}"] = round(ratio, 2)
    return found


def _wait_times(port: int, key: str, seconds: float) -> dict[str, Measured]:
    """How long the people who are measured wait for each of what they ask."""
    some = Crowd(Http(port, key), OURS, PEOPLE)
    with some.at_work():
        time.sleep(_SETTLES)
        since = time.perf_counter()
        time.sleep(seconds)
    return {
        asked: Measured(
            seconds, tuple(took for kind, began, took in some.took if kind == asked and began > since)
        )
        for asked in ASKED
    }


def _key(stack: Stack, store: str) -> str:
    first = Http(stack.settings.port, stack.key)
    new = {"name": f"people-of-{store}", "roles": list(_ROLES), "stores": [store]}
    return first.call("POST", "/api/v1/keys", new, **{"Idempotency-Key": uuid.uuid4().hex})["key"]


async def _measure(kinds: Sequence[str], rounds: int) -> dict[str, float]:
    compiled(ROOT)
    with tempfile.TemporaryDirectory(prefix="guicheng-bench-") as home:
        async with serving(ROOT, Path(home)) as stack:
            return await asyncio.to_thread(measure, stack, kinds, rounds)


def main() -> int:
    parser = argparse.ArgumentParser(prog="make bench-fair", description=__doc__)
    parser.add_argument("--beside", choices=[*KINDS], action="append", help="this alone; may be given again")
    parser.add_argument("--rounds", type=int, default=ROUNDS, help="times that each is tried")
    chosen = parser.parse_args()
    try:
        print(json.dumps(asyncio.run(_measure(chosen.beside or [*KINDS], chosen.rounds))))
    except (NotBegun, NotServed) as problem:
        print(problem, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
