"""How a demo says what came of its orders."""

import io
import json

from rich.console import Console

from demo.__main__ import MADE_UP
from demo.orders import Fate, read_orders
from demo.play import Played
from demo.summary import print_summary

PLAYED = [Played(order, stage=order.fate.stage, actions=2) for order in read_orders(MADE_UP)]


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def printed(played: list[Played], *, terminal: bool) -> str:
    output = Terminal() if terminal else io.StringIO()
    print_summary(played, 12.34, Console(file=output, force_terminal=True, width=100, color_system=None))
    return output.getvalue()


def test_a_program_reads_one_line_of_json() -> None:
    stuck = Played(PLAYED[0].order, stage="picking", actions=1)
    assert json.loads(printed([*PLAYED, stuck], terminal=False)) == {
        "orders": len(PLAYED) + 1,
        "as_recorded": len(PLAYED),
        "differ": 1,
        "actions": 2 * len(PLAYED) + 1,
        "seconds": 12.3,
    }


def test_a_person_reads_a_table_with_each_end_and_a_sentence() -> None:
    lines = printed(PLAYED, terminal=True).splitlines()
    for fate in Fate:
        (row,) = [line for line in lines if f" {fate} " in line]
        orders = sum(order.order.fate is fate for order in PLAYED)
        assert [cell.strip() for cell in row.split("│")[1:-1]] == [
            fate,
            fate.stage,
            str(orders),
            str(orders),
            str(2 * orders),
        ]
    assert (
        lines[-1]
        == f"{len(PLAYED)} orders in 12 seconds. All ended as recorded; money, messages and stock agree."
    )


def test_a_person_reads_how_many_differ() -> None:
    stuck = Played(PLAYED[0].order, stage="picking")
    assert (
        printed([stuck, stuck], terminal=True).splitlines()[-1]
        == "2 orders in 12 seconds. 2 differ, as listed above."
    )
