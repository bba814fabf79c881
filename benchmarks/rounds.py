"""Rounds of work on one commit or two, in turns, so that a machine that slows down slows down all that is compared."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks.forms import Forms
from benchmarks.idle import Costs, Meter, look_at_idle
from benchmarks.load import (
    Http,
    Measured,
    bare_updates,
    plain_actions,
    plain_case,
    plain_cases,
    wrapped_updates,
)
from benchmarks.orders import Orders, open_store
from benchmarks.pages import Pages
from benchmarks.postgres import NewDatabase
from benchmarks.stack import Stack, bare, serving
from benchmarks.starting import start_cpu_s

CASES = {1: 8, 16: 64}
"""Cases a round, by how many clients act at a time."""
ORDERS = 24
"""Orders a round."""
WARMING_UP = 8
"""Cases and orders of each kind that don't count."""


@dataclass
class Side:
    """One commit: its stacks, and what was measured on them."""

    name: str
    start_cpu_s: float
    stack: Stack
    wrapper: Http
    on_postgres: Stack
    meter: Meter
    orders: Orders
    measured: dict[tuple[str, int], list[Measured]] = field(
        default_factory=dict[tuple[str, int], list[Measured]]
    )
    """By what was done and how many clients did it."""
    plain_costs: list[Costs] = field(default_factory=list[Costs])
    order_costs: list[Costs] = field(default_factory=list[Costs])
    orders_played: int = 0
    form_costs: list[Costs] = field(default_factory=list[Costs])
    page_costs: list[Costs] = field(default_factory=list[Costs])
    """Of pages of the inbox; none where the commit has none."""
    list_costs: list[Costs] = field(default_factory=list[Costs])
    """Of the API's list of the same rows."""
    page_kb: float = 0.0
    case_costs: list[Costs] = field(default_factory=list[Costs])
    plain_case: str = ""

    def note(self, kind: str, clients: int, measured: Measured) -> None:
        """Keep what was measured."""
        self.measured.setdefault((kind, clients), []).append(measured)


async def open_side(
    ends: AsyncExitStack, name: str, tree: Path, home: Path, new_database: NewDatabase, *, orders: int
) -> Side:
    """Start a commit's stacks, one on SQLite and one on PostgreSQL. `orders`: how many will be played."""
    seconds = start_cpu_s(tree)
    stack = await ends.enter_async_context(serving(tree, home / "sqlite"))
    wrapper = ends.enter_context(bare(stack))
    on_postgres = await ends.enter_async_context(
        serving(tree, home / "postgres", new_database(f"bench_{home.name}"))
    )
    opened = await ends.enter_async_context(open_store(stack, tree, orders))
    return Side(name, seconds, stack, wrapper, on_postgres, Meter(stack), opened)


def in_turns(sides: Sequence[Side], round_: int) -> Sequence[Side]:
    """A B, then B A, and so on."""
    return sides if round_ % 2 == 0 else tuple(reversed(sides))


async def warm_up(sides: Sequence[Side]) -> None:
    """A little of everything, that doesn't count."""
    for side in sides:
        await bare_updates(side.stack.client, WARMING_UP, WARMING_UP)
        await wrapped_updates(side.stack.client, side.wrapper, WARMING_UP, WARMING_UP)
        for stack in (side.stack, side.on_postgres):
            await plain_actions(stack.api, await plain_cases(stack.api, 2 * WARMING_UP), 16)
        await side.orders.play(WARMING_UP)
    await look_at_idle([side.meter for side in sides])


async def act_plainly(sides: Sequence[Side], clients: int, rounds: int) -> None:
    """Bare updates, the bare wrapper and plain actions on either database, so many clients at a time."""
    cases = CASES[clients]
    for round_ in range(rounds):
        for side in in_turns(sides, round_):
            side.note("bare", clients, await bare_updates(side.stack.client, cases, clients))
            side.note(
                "wrapper", clients, await wrapped_updates(side.stack.client, side.wrapper, cases, clients)
            )
            for kind in ("plain", "postgres") if round_ % 2 == 0 else ("postgres", "plain"):
                stack = side.stack if kind == "plain" else side.on_postgres
                subjects = await plain_cases(stack.api, cases)
                side.meter.begin()
                side.note(kind, clients, await plain_actions(stack.api, subjects, clients))
                if kind == "plain":
                    side.plain_case = plain_case(subjects[0])
                    if clients == 16:
                        side.plain_costs.append(side.meter.end())


async def play_orders(sides: Sequence[Side], rounds: int) -> None:
    """Orders as the demo plays them, each round beside bare updates on the same server."""
    for round_ in range(rounds):
        for side in in_turns(sides, round_):
            await side.meter.at_rest()
            side.note("bare_beside_orders", 16, await bare_updates(side.stack.client, CASES[16], 16))
            await side.meter.at_rest()
            side.meter.begin()
            before = side.orders.cpu_s
            side.note("orders", 16, await side.orders.play(ORDERS))
            await side.meter.at_rest()  # what follows an order's last action is of its cost too
            side.order_costs.append({**side.meter.end(), "client": side.orders.cpu_s - before})
            side.orders_played += ORDERS


async def ask_for_forms(sides: Sequence[Side], rounds: int) -> None:
    """Forms of orders that wait for somebody, and as often those orders themselves."""
    forms = {
        side.name: await asyncio.to_thread(Forms, side.stack, await side.orders.leave_some_waiting())
        for side in sides
    }
    for round_ in range(rounds):
        for side in in_turns(sides, round_):
            asked = forms[side.name]
            if not asked.are_given:
                continue
            await side.meter.at_rest()
            for costs, ask in (side.form_costs, asked.fill_in), (side.case_costs, asked.look_at_cases):
                side.meter.begin()
                await asyncio.to_thread(ask)
                costs.append(side.meter.end())


async def look_at_pages(sides: Sequence[Side], rounds: int) -> None:
    """The inbox's list, and as often the API's list of the same rows."""
    pages = {side.name: await asyncio.to_thread(Pages, side.stack) for side in sides}
    for round_ in range(rounds):
        for side in in_turns(sides, round_):
            looking = pages[side.name]
            if not looking.is_served:
                continue
            await side.meter.at_rest()
            side.page_kb = looking.kilobytes()
            for costs, ask in (side.page_costs, looking.look), (side.list_costs, looking.list):
                side.meter.begin()
                await asyncio.to_thread(ask)
                costs.append(side.meter.end())
