"""Work that is done by scanning: a form that asks for goods, as a list on which each scan counts one line up.

Which form is one says its own declaration: rows that are checked, or put into bins. No procedure is known here.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Any, Literal

from inbox.questions import Question
from inbox.schemas import as_object, as_rows, resolved
from inbox.shelves import Shelves
from inbox.values import Wording

Json = dict[str, Any]
Until = Literal["full", "each", "some", "free"]
_COUNTED = ("integer",)


@dataclass(frozen=True)
class Line:
    """A line to scan."""

    sku: str
    title: str
    bin: str
    need: int | None
    """How many there should be; None where whoever counts doesn't see it."""
    count: str = ""
    """The name of the answer that the scans make; empty where the lines are no answer."""
    kept: tuple[tuple[str, str], ...] = ()
    """What is sent along as it stands: names of answers and their values."""
    facts: tuple[tuple[str, str], ...] = ()
    """What else is known of it, to be read."""
    asked: tuple[Question, ...] = ()
    """What else is asked of it."""
    bin_name: str = ""
    """The name of the answer that is its bin, where scanning a bin says it."""
    codes: dict[str, int] = field(default_factory=dict[str, int])
    """Every code that counts it up, and by how many."""

    @property
    def key(self) -> str:
        """What it is called where its count is kept."""
        return f"{self.sku}|{self.bin}" if not self.bin_name else self.sku


@dataclass(frozen=True)
class ScanList:
    """The lines, and when all is done."""

    name: str
    """Of the answer; empty where the lines are no answer."""
    title: str
    lines: tuple[Line, ...]
    until: Until
    """`full`: every line is to be full. `each`: every line has a number. `some`: one has. `free`: it only helps."""
    note: str = ""
    """What is to be counted, where it is no goods but a place or all there is."""
    may_exceed: bool = False
    """Whether more than there should be may be typed: it is counted what came."""
    more: Line | None = None
    """What a line that is found besides is made of; None where there can be none."""
    fills: tuple[str, ...] = ()
    """Answers that the scans give where the lines are none: ticks that they set, a number that is their sum."""

    @property
    def is_blind(self) -> bool:
        """Whether nothing says how many there should be."""
        return all(line.need is None for line in self.lines)

    @property
    def total(self) -> int:
        """All pieces that there should be."""
        return sum(line.need or 0 for line in self.lines)

    @property
    def skus(self) -> set[str]:
        return {line.sku for line in self.lines}

    @property
    def bins(self) -> set[str]:
        return {line.bin for line in self.lines if line.bin}

    def on(self, shelves: Shelves) -> ScanList:
        """The same with the codes of its goods, in the order of the way through the bins."""
        lines = [replace(line, codes=shelves.codes_of(line.sku)) for line in self.lines]
        return replace(self, lines=tuple(sorted(lines, key=lambda line: shelves.way(line.bin))))


def list_of(schema: Json, questions: list[Question], data: Json, wording: Wording) -> ScanList | None:
    """The list that a form asks for; None where there is none. data: the case's."""
    defs = schema.get("$defs", {})
    for one in questions:
        part, _ = resolved(schema.get("properties", {}).get(one.name, {}), defs)
        if one.kind == "rows" and one.is_asked and (one.required or one.rows):
            inner, _ = resolved(part.get("items", {}), defs)
            found = _rows_to_scan(one, part, inner.get("properties", {}))
            if found is not None:
                return found
    return _goods_to_check(schema, questions, wording) or _pieces_to_count(schema, questions, data, wording)


# --- rows that are the answer


def _rows_to_scan(one: Question, part: Json, properties: Json) -> ScanList | None:
    said: Json = properties
    sku = next((name for name, raw in said.items() if as_object(raw).get("x-ref") == "sku"), "")
    place = next((name for name, raw in said.items() if as_object(raw).get("x-ref") == "bin"), "")
    sample = one.rows[0] if one.rows else one.blank
    numbers = [cell for cell in sample if cell.kind in _COUNTED and cell.is_asked]
    is_checked = bool(part.get("x-check"))
    checked = numbers if is_checked else [cell for cell in numbers if cell.origin == "checked"]
    is_placed = "x-of" in part and bool(place) and not checked and len(numbers) == 1
    if not sku or not (checked or is_placed) or not (is_checked or "x-of" in part):
        return None
    count = (checked or numbers)[-1].name
    facts, more = as_rows(part.get("x-fact")), as_rows(part.get("x-rows"))
    lines = [
        _line(
            cells,
            sku,
            place,
            count,
            _needed(cells, count, facts, more, n, is_placed=is_placed),
            is_placed=is_placed,
        )
        for n, cells in enumerate(one.rows)
        if _value(cells, sku)
    ]
    is_blind = all(line.need is None for line in lines)
    if not lines and not (one.can_add and (is_checked or checked)):
        return None
    may_be_others = one.can_add and not is_checked and not is_placed
    until: Until = "each"
    if is_checked:
        until = "some" if is_blind else "full"
    return ScanList(
        name=one.path,
        title=one.label,
        note=one.fact,
        lines=tuple(lines),
        until=until,
        may_exceed=not is_checked and not is_placed and not is_blind,
        more=_further(one, sku, place, count) if is_blind or may_be_others else None,
    )


def _needed(
    cells: list[Question], count: str, facts: list[Json], more: list[Json], number: int, *, is_placed: bool
) -> int | None:
    if is_placed:
        found: Any = next((cell.value for cell in cells if cell.name == count), None)
    elif facts:
        found = facts[number].get(count) if number < len(facts) else None
    else:
        found = as_object(more[number].get(count)).get("x-fact") if number < len(more) else None
    return found if isinstance(found, int) else None


def _line(
    cells: list[Question], sku: str, place: str, count: str, need: int | None, *, is_placed: bool
) -> Line:
    kept: list[tuple[str, str]] = []
    facts: list[tuple[str, str]] = []
    asked: list[Question] = []
    counted = bin_name = ""
    for cell in cells:
        name = f"f.{cell.path}"
        if cell.name == count:
            counted = name
        elif cell.name == place and is_placed:
            bin_name = name
        elif cell.name in (sku, place) or not cell.is_asked:
            if cell.value not in (None, ""):
                kept.append((name, str(cell.value)))
            if cell.name not in (sku, place) and cell.text:
                facts.append((cell.label, cell.text))
        elif cell.required:
            asked.append(cell)
    title = next((cell.text for cell in cells if cell.name == sku), "")
    return Line(
        sku=_value(cells, sku),
        title=title,
        bin=_value(cells, place),
        need=need,
        count=counted,
        kept=tuple(kept),
        facts=tuple(facts),
        asked=tuple(asked),
        bin_name=bin_name,
    )


def _further(one: Question, sku: str, place: str, count: str) -> Line:
    """A line of goods that are found besides; its number within the answer is the page's to choose."""
    under = f"f.{one.path}.#."
    return Line(
        sku=f"{under}{sku}",
        title="",
        bin="",
        need=None,
        count=f"{under}{count}",
        asked=tuple(
            replace(cell, path=f"{one.path}.#.{cell.name}")
            for cell in one.blank
            if cell.required and cell.name not in (sku, place, count)
        ),
        bin_name=f"{under}{place}" if place else "",
    )


def _value(cells: Iterable[Question], name: str) -> str:
    found = next((cell.value for cell in cells if cell.name == name), None)
    return str(found) if found not in (None, "") else ""


# --- goods beside which something else is answered


def _goods_to_check(schema: Json, questions: list[Question], wording: Wording) -> ScanList | None:
    """Ticks that are held against the same goods: who has scanned them all has checked them."""
    for one in questions:
        goods = _goods(_fact(schema, one))
        if one.kind == "tick" and one.required and goods:
            same = [other for other in questions if other.kind == "tick" and _fact(schema, other) == goods]
            fills = tuple(f"f.{other.path}" for other in same)
            return ScanList("", one.label, _lines_of(goods, wording), until="free", fills=fills)
    return None


def _pieces_to_count(
    schema: Json, questions: list[Question], data: Json, wording: Wording
) -> ScanList | None:
    """A number that is held against all pieces of the case: who has scanned them all has counted them."""
    for one in questions:
        pieces = _fact(schema, one)
        if one.kind not in _COUNTED or one.origin != "checked" or not one.required or not pieces:
            continue
        for value in data.values():
            goods = _goods(value)
            if goods and sum(row["qty"] for row in goods) == pieces:
                return ScanList(
                    "", one.label, _lines_of(goods, wording), until="free", fills=(f"f.{one.path}",)
                )
    return None


def _fact(schema: Json, one: Question) -> Any:
    return resolved(schema.get("properties", {}).get(one.name, {}), schema.get("$defs", {}))[0].get("x-fact")


def _goods(value: Any) -> list[Json]:
    """The rows, where all of them are goods with their quantity."""
    rows = as_rows(value)
    are_goods = all(isinstance(row.get("sku"), str) and isinstance(row.get("qty"), int) for row in rows)
    return rows if rows and are_goods and len(rows) == len(value) else []


def _lines_of(goods: list[Json], wording: Wording) -> tuple[Line, ...]:
    wanted: dict[str, int] = {}
    for row in goods:
        wanted[row["sku"]] = wanted.get(row["sku"], 0) + row["qty"]
    return tuple(
        Line(sku=sku, title=wording.titles.get(sku, ""), bin="", need=qty) for sku, qty in wanted.items()
    )
