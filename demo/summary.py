"""What came of the orders: a table for a person, JSON for a program."""

from __future__ import annotations

import json
from collections.abc import Sequence

from rich.console import Console
from rich.table import Table

from demo.orders import Fate
from demo.play import Played


def print_summary(played: Sequence[Played], seconds: float, output: Console) -> None:
    """To a terminal a table of what became of the orders, else one line of JSON with the totals."""
    if output.file.isatty():  # not `is_terminal`, which FORCE_COLOR turns on for a program too
        output.print(_table(played))
        output.print(_sentence(played, seconds), markup=False, highlight=False)
        return
    as_recorded = sum(order.is_as_recorded for order in played)
    totals = {
        "orders": len(played),
        "as_recorded": as_recorded,
        "differ": len(played) - as_recorded,
        "actions": sum(order.actions for order in played),
        "seconds": round(seconds, 1),
    }
    output.file.write(json.dumps(totals) + "\n")


def _table(played: Sequence[Played]) -> Table:
    table = Table("Recorded end", "Case stands at")
    for title in ("Orders", "As recorded", "Actions"):
        table.add_column(title, justify="right")
    for fate in Fate:
        if some := [order for order in played if order.order.fate is fate]:
            table.add_row(fate, fate.stage, *_figures(some))
    table.add_section()
    table.add_row("all", "", *_figures(played), style="bold")
    return table


def _figures(played: Sequence[Played]) -> tuple[str, str, str]:
    as_recorded = sum(order.is_as_recorded for order in played)
    return str(len(played)), str(as_recorded), str(sum(order.actions for order in played))


def _sentence(played: Sequence[Played], seconds: float) -> str:
    differ = sum(not order.is_as_recorded for order in played)
    end = (
        f"{differ} differ, as listed above."
        if differ
        else "All ended as recorded; money, messages and stock agree."
    )
    return f"{len(played)} orders in {seconds:.0f} seconds. {end}"
