"""`make bench-lists`: how long pages, searches and counts of tasks take while others act, whatever else is open."""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
import time
import uuid
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from urllib.parse import urlencode

from benchmarks.acting import CLIENTS, NotActing, acting
from benchmarks.apart import NotBegun
from benchmarks.asked import (
    CALLERS,
    COUNTS,
    OF_SUPPLIERS,
    PAGES,
    SUPPLIERS,
    Asked,
    CallerRights,
    searches,
)
from benchmarks.commits import compiled
from benchmarks.kept import NotKeptHere, kept
from benchmarks.load import Http, Measured, together
from benchmarks.stack import ROOT, NotServed, Stack, serving

SIZES = {"1k": 1_000, "100k": 100_000, "1m": 1_000_000}
LARGEST = "1m"
ROUNDS = 50
"""Pages of each filter."""
_SEARCH_ROUNDS, _COUNT_ROUNDS = 5, 10
_DEPTH = 5
"""Pages of a list that are turned, before it is read from its beginning again."""
_WARMING_UP = 2
_SHARED_FOR = 1.0
"""Seconds after which counts are counted anew."""

Figures = dict[str, float]


class Desk:
    """The callers of one stack, and the pages before them."""

    def __init__(self, stack: Stack, callers: Mapping[str, CallerRights]) -> None:
        first, port = Http(stack.settings.port, stack.key), stack.settings.port
        self._callers = {
            who: Http(port, _key(first, f"person-{number}", rights))
            for number, (who, rights) in enumerate(callers.items())
        }
        self._next: dict[str, tuple[int, str]] = {}

    def page(self, asked: Asked) -> None:
        """The next page of 50, or the first again."""
        turned, cursor = self._next.pop(str(asked), (0, ""))
        query = {**asked.filters, "limit": "50", **({"cursor": cursor} if cursor else {})}
        further = self._get(asked, asked.of, query)["next_cursor"]
        if further and turned + 1 < _DEPTH:
            self._next[str(asked)] = turned + 1, further

    def first(self, asked: Asked) -> None:
        """The first page, of what is found or of all; or the counts."""
        self._get(asked, asked.of, asked.filters)

    def counts(self, asked: Asked) -> None:
        """All counts."""
        self._get(asked, "tasks/counts", asked.filters)

    def _get(self, asked: Asked, path: str, query: dict[str, str]) -> dict[str, str]:
        return self._callers[asked.who].call("GET", f"/api/v1/{path}?{urlencode(query)}")


def _key(first: Http, name: str, rights: CallerRights) -> str:
    parties = [{"kind": "supplier", "number": rights.supplier}] if rights.supplier else []
    new_key = {
        "name": name,
        "roles": sorted(rights.roles),
        "stores": rights.stores and list(rights.stores),
        "parties": parties,
    }
    return first.call("POST", "/api/v1/keys", new_key, **{"Idempotency-Key": uuid.uuid4().hex})["key"]


def in_turns(
    title: str, some: Sequence[Asked], rounds: int, ask: Callable[[Asked], None], *, apart: float = 0.0
) -> Measured:
    """How long all of them took, asked in turns."""
    whole = together(each_of(some, rounds, ask, apart=apart))
    _print(f"all {title}", whole)
    return whole


def each_of(
    some: Sequence[Asked], rounds: int, ask: Callable[[Asked], None], *, apart: float = 0.0
) -> list[Measured]:
    """Ask each of them so often, one after the other; print how long each took. `apart`: seconds before each round."""
    for _ in range(_WARMING_UP):
        for one in some:
            ask(one)
    took: list[list[float]] = [[] for _ in some]
    for _ in range(rounds):
        time.sleep(apart)
        for each, one in zip(took, some, strict=True):
            since = time.perf_counter()
            ask(one)
            each.append(time.perf_counter() - since)
    measured = [Measured(sum(each), tuple(each)) for each in took]
    for name, one in zip(map(str, some), measured, strict=True):
        _print(name, one)
    return measured


def _print(name: str, one: Measured) -> None:
    print(f"  p50 {one.percentile(0.5):6.1f} ms  p95 {one.percentile(0.95):6.1f} ms  {name}", flush=True)


async def measure(home: Path, sizes: Sequence[str], *, idle: bool) -> Figures:
    """The figures of stores with so many open tasks."""
    compiled(ROOT)
    found: Figures = {}
    directories = {size: kept(home, SIZES[size]) for size in sizes}
    for size, directory in directories.items():
        async with serving(ROOT, directory) as stack:
            if idle:
                print(f"\n{SIZES[size]:,} open tasks, nobody acts", flush=True)
                await asyncio.to_thread(_ask, size, Desk(stack, CALLERS))
            print(f"\n{SIZES[size]:,} open tasks, {CLIENTS} clients act", flush=True)
            with acting(stack.settings.port, stack.api.key) as acted:
                found.update(await asyncio.to_thread(_ask, size, Desk(stack, CALLERS)))
            print(f"  {acted.rate:.1f} actions/s meanwhile", flush=True)
            found[f"acted_per_s_{size}"] = round(acted.rate, 1)
    return found


def _ask(size: str, desk: Desk) -> Figures:
    pages = in_turns("pages", PAGES, ROUNDS, desk.page)
    found = {f"page_ms_{size}": round(pages.percentile(0.95), 1)}
    if size == LARGEST:
        words = in_turns("searches", [*searches(SIZES[size])], _SEARCH_ROUNDS, desk.first)
        counts = in_turns("counts", COUNTS, _COUNT_ROUNDS, desk.counts, apart=_SHARED_FOR)
        found[f"q_ms_{size}"] = round(words.percentile(0.95), 1)
        found[f"counts_ms_{size}"] = round(counts.percentile(0.95), 1)
    return found


async def measure_suppliers(home: Path, cases: int) -> Figures:
    """How much longer a supplier waits than an administrator, where so many cases are each a supplier's."""
    directory = kept(home, cases, of_suppliers=True)
    async with serving(ROOT, directory) as stack:
        print(f"\n{cases:,} cases of suppliers, nobody acts", flush=True)
        return await asyncio.to_thread(_compare, Desk(stack, SUPPLIERS))


def _compare(desk: Desk) -> Figures:
    found: Figures = {}
    for what, asked in OF_SUPPLIERS.items():
        apart = _SHARED_FOR if what == "counts" else 0.0
        rounds = _COUNT_ROUNDS if what == "counts" else ROUNDS
        took = {who: list[float]() for who in SUPPLIERS}
        for filters, of in asked:  # one after the other, so that what else the machine does meets all of them
            some = [Asked(who, filters, of) for who in SUPPLIERS]
            for who, one in zip(SUPPLIERS, each_of(some, rounds, desk.first, apart=apart), strict=True):
                took[who].append(one.percentile(0.5))
        for who in ("few", "many"):
            ratio = max(theirs / ours for theirs, ours in zip(took[who], took["administrator"], strict=True))
            found[f"{what}_ratio_{who}"] = round(ratio, 2)
            print(
                f"  {what} of the supplier with {who}: {ratio:.2f} of the administrator's, at most",
                flush=True,
            )
    return found


def main() -> int:
    parser = argparse.ArgumentParser(prog="make bench-lists", description=__doc__)
    parser.add_argument(
        "--data", type=Path, default=ROOT / ".data" / "bench-lists", help="where the databases are kept"
    )
    parser.add_argument(
        "--sizes", nargs="*", choices=SIZES, default=[*SIZES], help="which of them are measured"
    )
    parser.add_argument(
        "--suppliers-cases",
        type=int,
        default=SIZES[LARGEST],
        help="of so many, suppliers read theirs; 0: none do",
    )
    parser.add_argument("--idle", action="store_true", help="measure also while nobody acts")
    chosen = parser.parse_args()
    try:
        found = asyncio.run(measure(chosen.data, chosen.sizes, idle=chosen.idle))
        if chosen.suppliers_cases:
            found |= asyncio.run(measure_suppliers(chosen.data, chosen.suppliers_cases))
    except (NotActing, NotBegun, NotKeptHere, NotServed) as problem:
        print(problem, file=sys.stderr)
        return 1
    print(json.dumps(found))
    return 0


if __name__ == "__main__":
    sys.exit(main())
