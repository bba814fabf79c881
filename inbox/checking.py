"""What of a form a scanner answers: goods counted piece by piece, and what is right once all of them are there."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from inbox.cases import CaseView
from inbox.questions import Question
from inbox.schemas import as_rows

Json = dict[str, Any]


@dataclass(frozen=True)
class CheckLine:
    """Goods to be scanned."""

    sku: str
    title: str
    wanted: int
    field: str = ""
    """The name of the input that takes their count; empty where nothing but the whole is asked for."""


@dataclass
class Check:
    """All that is scanned for one form."""

    lines: list[CheckLine] = field(default_factory=list[CheckLine])
    total: list[str] = field(default_factory=list[str])
    """The names of inputs that take the count of all pieces."""
    ticks: list[str] = field(default_factory=list[str])
    """The names of the boxes that are right once all pieces are there."""

    @property
    def pieces(self) -> int:
        return sum(line.wanted for line in self.lines)


def check_of(case: CaseView) -> Check | None:
    """What is scanned for the action that is open. None where a scanner has nothing to do there."""
    if case.chosen is None:
        return None
    check, counted = Check(), list[tuple[str, int]]()
    for one in case.chosen.questions:
        match one.against:
            case _ if one.kind == "rows" and one.is_asked:
                check.lines += _lines_of(one)
            case _ if one.kind == "tick" and (goods := _goods(one.against, case)):
                check.ticks.append(f"f.{one.path}")
                check.lines = check.lines or goods
            case int() if one.kind == "integer":
                counted.append((f"f.{one.path}", one.against))
            case _:
                pass
    if counted and not check.lines:
        check.lines = _goods_of(case, counted[0][1])
    check.total = [name for name, pieces in counted if pieces == check.pieces]
    return check if check.lines and (check.total or check.ticks or check.lines[0].field) else None


def _lines_of(rows: Question) -> list[CheckLine]:
    """Rows that say which goods, and how many there should be."""
    found: list[CheckLine] = []
    for row in rows.rows:
        goods = next((cell for cell in row if cell.ref == "sku" and cell.value), None)
        count = next((cell for cell in row if cell.kind == "integer" and isinstance(cell.against, int)), None)
        if goods is not None and count is not None:
            sku = str(goods.value)
            found.append(CheckLine(sku, goods.text or sku, count.against, f"f.{count.path}"))
    return found


def _goods_of(case: CaseView, pieces: int) -> list[CheckLine]:
    """The goods of the case that come to so many pieces."""
    each = (_goods(value, case) for value in case.document["data"].values())
    return next((goods for goods in each if sum(line.wanted for line in goods) == pieces), list[CheckLine]())


def _goods(value: Any, case: CaseView) -> list[CheckLine]:
    rows = as_rows(value)
    if not rows or not all(
        isinstance(row.get("sku"), str) and isinstance(row.get("qty"), int) for row in rows
    ):
        return []
    return [CheckLine(row["sku"], case.titles.get(row["sku"], row["sku"]), row["qty"]) for row in rows]
