"""How the orders' book is written: by the commits of the cases that it is about."""

from __future__ import annotations

import hashlib
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import Connection, bindparam, delete, insert, select
from sqlmodel import col

from activities.orders.contract import OrderEntry, PaidBackEntry, ReturnEntry
from models.amounts import ten_thousandths
from models.entry import EntrySource
from models.tables.orders import OrderLine, OrderRow, PaidBackRow, ReturnLine
from models.values import per_line


def write_order(connection: Connection, entry: OrderEntry, source: EntrySource) -> None:
    """The order and its lines. Nearly always they are there already, as the case's last commit entered the same."""
    order = {"of_store": source.store, "of_order": entry.order}
    digest = hashlib.sha256(f"{entry.model_dump_json()} {source}".encode()).hexdigest()[:16]
    run, statements = connection.execute, _statements()
    if run(statements.digest, order).scalar() == digest:
        return
    run(statements.no_order, order)
    run(statements.no_lines, order)
    run(statements.order, _order(entry, source, digest))
    if lines := _lines(entry, source):
        run(statements.lines, lines)


def write_return(connection: Connection, entry: ReturnEntry, source: EntrySource) -> None:
    """The lines that the case brings back."""
    run, statements = connection.execute, _statements()
    there = {row.line: (row.order, row.qty) for row in run(statements.returned, {"of": source.case})}
    lines = per_line(entry.lines)
    if there == {line: (entry.order, qty) for line, qty in lines.items()}:
        return
    run(statements.nothing_returned, {"of": source.case})
    rows = [
        {"case": source.case, "line": line, "store": source.store, "order": entry.order, "qty": qty}
        for line, qty in lines.items()
    ]
    if rows:
        run(insert(ReturnLine), rows)


def write_paid_back(connection: Connection, entry: PaidBackEntry, source: EntrySource) -> None:
    """What the case has paid back of lines."""
    this_case = col(PaidBackRow.case) == source.case
    known = select(col(PaidBackRow.line), col(PaidBackRow.amount)).where(this_case)
    lines = {row.line: ten_thousandths(row.amount) for row in entry.lines}
    if {row.line: row.amount for row in connection.execute(known)} == lines:
        return
    connection.execute(delete(PaidBackRow).where(this_case))
    whose = {"case": source.case, "store": source.store, "order": entry.order}
    if rows := [{**whose, "line": line, "amount": amount} for line, amount in lines.items()]:
        connection.execute(insert(PaidBackRow), rows)


def _order(entry: OrderEntry, source: EntrySource, digest: str) -> dict[str, Any]:
    return {
        "store": source.store,
        "order": entry.order,
        "case": source.case,
        "origin": entry.origin.value,
        "placed_as": entry.placed_as,
        "customer_no": entry.customer_no,
        "placed_at": source.opened_at,
        "ended_at": source.closed_at,
        "receiver_name": entry.receiver_name,
        "phone": entry.phone,
        "address": entry.address.model_dump(mode="json") if entry.address is not None else {},
        "discount": ten_thousandths(entry.discount),
        "digest": digest,
    }


def _lines(entry: OrderEntry, source: EntrySource) -> list[dict[str, Any]]:
    return [
        {
            "store": source.store,
            "order": entry.order,
            "line": number,
            "sku": line.sku,
            "qty": line.qty,
            "unit_price": ten_thousandths(line.unit_price),
            "currency": line.unit_price.currency,
        }
        for number, line in enumerate(entry.lines, 1)
    ]


class _Statements(NamedTuple):
    digest: Any
    no_order: Any
    no_lines: Any
    order: Any
    lines: Any
    returned: Any
    nothing_returned: Any


@cache
def _statements() -> _Statements:
    """Built once: building costs more than running them."""
    this_order, these_lines = (
        (col(table.store) == bindparam("of_store"), col(table.order) == bindparam("of_order"))
        for table in (OrderRow, OrderLine)
    )
    this_case = col(ReturnLine.case) == bindparam("of")
    return _Statements(
        digest=select(col(OrderRow.digest)).where(*this_order),
        no_order=delete(OrderRow).where(*this_order),
        no_lines=delete(OrderLine).where(*these_lines),
        order=insert(OrderRow),
        lines=insert(OrderLine),
        returned=select(col(ReturnLine.line), col(ReturnLine.order), col(ReturnLine.qty)).where(this_case),
        nothing_returned=delete(ReturnLine).where(this_case),
    )
