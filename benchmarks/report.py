"""What was measured: a table for people, then one line of JSON."""

from __future__ import annotations

import json
from collections.abc import Sequence

from benchmarks.figures import Figures
from benchmarks.load import together
from benchmarks.rounds import Side

_TITLES = {
    "bare": "bare updates",
    "wrapper": "bare wrapper",
    "plain": "plain actions",
    "postgres": "plain, PostgreSQL",
    "bare_beside_orders": "bare, beside orders",
    "orders": "order actions",
}


def print_rates(sides: Sequence[Side]) -> None:
    """How fast each kind of work passed, and how long its actions took."""
    for side in sides:
        print(f"\n{side.name}")
        for (kind, clients), some in side.measured.items():
            measured = together(some)
            bare_kind = "bare_beside_orders" if kind == "orders" else "bare"
            bare = side.measured.get((bare_kind, clients)) or some
            took = (
                f"  p50 {measured.percentile(0.5):6.1f} ms  p99 {measured.percentile(0.99):6.1f} ms"
                if kind != "orders"
                else ""
            )
            print(
                f"  {clients:2} clients  {_TITLES[kind]:19} {measured.rate:7.1f}/s"
                f"  {measured.rate / together(bare).rate:5.2f} of bare{took}"
            )


def print_figures(found: dict[str, Figures]) -> None:
    """A line a figure; of two commits also their ratio."""
    names = list(found)
    print(
        f"\n{'':24}"
        + "".join(f"{name[:14]:>16}" for name in names)
        + ("           ratio" if len(names) == 2 else "")
    )
    for figure in found[names[0]]:
        values = [found[name][figure] for name in names if figure in found[name]]
        ratio = f"{ratio_of(values):16.2f}" if len(values) == 2 else ""
        print(f"{figure:24}" + "".join(f"{value:16g}" for value in values) + ratio)


def print_json(found: dict[str, Figures]) -> None:
    """The last line: the figures, or those of two commits and the first's ratio to the second's."""
    if len(found) == 1:
        (figures,) = found.values()
        print(json.dumps(figures))
        return
    first, second = found.values()
    ratios = {
        figure: round(ratio_of([first[figure], second[figure]]), 3) for figure in first if figure in second
    }
    print(json.dumps({**found, "ratios": ratios}))


def ratio_of(values: list[float]) -> float:
    """The first to the second; 0 where there is nothing to divide by."""
    first, second = values
    return first / second if second else 0.0
