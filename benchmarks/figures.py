"""The figures of one commit, from what was measured."""

from __future__ import annotations

from temporalio.client import Client

from benchmarks.idle import added
from benchmarks.load import Measured, together
from benchmarks.rounds import Side
from benchmarks.sizes import bytes_of_case, bytes_of_history

Figures = dict[str, float]

_PARTS = ("temporal", "worker", "api", "client")


async def figures(side: Side) -> Figures:
    """All of them, by their names in the line of JSON."""
    many = {kind: together(some) for (kind, clients), some in side.measured.items() if clients == 16}
    plain, bare, beside = many["plain"], many["bare"], many["bare_beside_orders"]
    client = side.stack.client
    return {
        "bare_per_s": round(bare.rate, 1),
        "wrapper_per_s": round(many["wrapper"].rate, 1),
        "plain_per_s": round(plain.rate, 1),
        "ratio_bare_updates": round(plain.rate / bare.rate, 3),
        "ratio_bare_wrapper": round(plain.rate / many["wrapper"].rate, 3),
        "p50_ms": round(plain.percentile(0.5), 1),
        "p99_ms": round(plain.percentile(0.99), 1),
        **_cpu_ms_plain(side, plain),
        "order_actions_per_s": round(many["orders"].rate, 1),
        "ratio_order_bare": round(many["orders"].rate / beside.rate, 3),
        **_cpu_ms_order(side),
        **_of_forms(side),
        **_of_pages(side),
        "events_plain": await events_of(client, side.plain_case),
        "events_order": await events_of(client, side.orders.first),
        "bytes_case": bytes_of_case(side.stack.settings.data_dir / "guicheng.db", side.orders.first),
        "bytes_history_order": await bytes_of_history(client, side.orders.first),
        "postgres_per_s": round(many["postgres"].rate, 1),
        "ratio_postgres_sqlite": round(many["postgres"].rate / plain.rate, 3),
        "start_cpu_s": round(side.start_cpu_s, 1),
    }


def _of_forms(side: Side) -> Figures:
    """What a form filled in needs beside its case; nothing where a commit fills in none."""
    if not side.form_costs:
        return {}
    return {"ratio_form_case": round(added(side.form_costs)["api"] / added(side.case_costs)["api"], 3)}


def _of_pages(side: Side) -> Figures:
    """What a page of the inbox needs beside the list that it shows, and its weight; nothing without an inbox."""
    if not side.page_costs:
        return {}
    return {
        "ratio_page_tasks": round(added(side.page_costs)["api"] / added(side.list_costs)["api"], 3),
        "page_kb": round(side.page_kb, 1),
    }


def _cpu_ms_order(side: Side) -> Figures:
    """Milliseconds of processor time an order, the client's in it, and of each process."""
    costs = added(side.order_costs)
    each = {part: 1000 * costs[part] / side.orders_played for part in costs}
    return {
        "cpu_ms_order": round(sum(each.values())),
        **{f"cpu_ms_order_{part}": round(each[part]) for part in _PARTS},
    }


def _cpu_ms_plain(side: Side, plain: Measured) -> Figures:
    """The same a plain action."""
    costs = added(side.plain_costs)
    each = {part: 1000 * costs[part] / len(plain.each) for part in costs}
    return {
        "cpu_ms_plain": round(sum(each.values()), 1),
        **{f"cpu_ms_plain_{part}": round(each[part], 1) for part in _PARTS},
    }


async def events_of(client: Client, case: str) -> int:
    """The events of a case's history, in its first run."""
    history = await client.get_workflow_handle(case).fetch_history()
    return len(history.events)
