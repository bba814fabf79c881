"""Tables for a spreadsheet: as CSV, or as a workbook of Excel. What begins like a formula is text."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from typing import Any, Literal

import xlsxwriter
from fastapi.responses import Response

from inbox.templating import HEADERS

Kind = Literal["csv", "xlsx"]
_MEDIA = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
_FORMULAS = frozenset("=+-@＝＋－＠\t\r\n")
"""What a formula begins with, by one programme or another, as keyboards of several languages write it."""
_NARROWEST, _WIDEST = 8, 60


def spreadsheet(name: str, kind: Kind, head: Sequence[str], rows: Sequence[Sequence[str]]) -> Response:
    """The answer that a browser keeps as a file. name: without its ending."""
    content = _as_csv(head, rows) if kind == "csv" else _as_workbook(head, rows)
    headers = {**HEADERS, "Content-Disposition": f"attachment; filename={name}.{kind}"}
    return Response(content, headers=headers, media_type=_MEDIA[kind])


def _as_csv(head: Sequence[str], rows: Sequence[Sequence[str]]) -> bytes:
    text = io.StringIO()
    csv.writer(text).writerows([_as_text(cell) for cell in row] for row in (head, *rows))
    return b"\xef\xbb\xbf" + text.getvalue().encode()


def _as_text(cell: str) -> str:
    return f"'{cell}" if cell[:1] in _FORMULAS and not cell[1:].isdecimal() else cell


def _as_workbook(head: Sequence[str], rows: Sequence[Sequence[str]]) -> bytes:
    """One sheet, whose first row stays and can be filtered by. Each cell is text, whatever it begins with."""
    out = io.BytesIO()
    book: Any
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        sheet = book.add_worksheet()
        bold = book.add_format({"bold": True})
        for column, title in enumerate(head):
            sheet.write_string(0, column, title, bold)
            longest = max((_width(row[column]) for row in rows), default=0)
            sheet.set_column(column, column, min(max(longest, _width(title), _NARROWEST), _WIDEST) + 2)
        for line, row in enumerate(rows, 1):
            for column, cell in enumerate(row):
                sheet.write_string(line, column, cell)
        sheet.freeze_panes(1, 0)
        sheet.autofilter(0, 0, len(rows), len(head) - 1)
    return out.getvalue()


def _width(text: str) -> int:
    """In letters; a Chinese sign is as wide as two."""
    return sum(1 if letter.isascii() else 2 for letter in text)
