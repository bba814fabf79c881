"""How the orders' book is written: by the commits of the cases that it is about."""

from __future__ import annotations

import hashlib
from functools import cache
from typing import Any, NamedTuple

import orjson
from sqlalchemy import bindparam, delete, insert, select
from sqlalchemy.orm import Session

from activities.orders.contract import OrderEntry, PaidBackEntry, ReturnEntry
from models.amounts import ten_thousandths
from models.entry import EntrySource
from models.statements import found, running
from models.tables.orders import OrderLine, OrderRow, PaidBackRow, ReturnLine
from models.values import per_line


def write_order(session: Session, entry: OrderEntry, source: EntrySource) -> None:
    """The order and its lines. Nearly always they are there already, as the case's last commit entered the same."""
    order = {"of_store": source.store, "of_order": entry.order}
    # whoever writes again from the histories holds the same moments in objects of another kind
    said = orjson.dumps([entry.model_dump_json(), source])
    digest = hashlib.sha256(said).hexdigest()[:16]
    statements = _statements()
    if [row.digest for row in found(session, statements.digest, order)] == [digest]:
        return
    with running(session) as run:
        run(statements.no_order, order)
        run(statements.no_lines, order)
        run(statements.order, _order(entry, source, digest))
        if lines := _lines(entry, source):
            run(statements.lines, lines)


def write_return(session: Session, entry: ReturnEntry, source: EntrySource) -> None:
    """The lines that the case brings back."""
    statements, this = _statements(), {"of": source.case}
    there = {row.line: (row.order, row.qty) for row in found(session, statements.returned, this)}
    lines = per_line(entry.lines)
    if there == {line: (entry.order, qty) for line, qty in lines.items()}:
        return
    rows = [
        {"case": source.case, "line": line, "store": source.store, "order": entry.order, "qty": qty}
        for line, qty in lines.items()
    ]
    with running(session) as run:
        run(statements.nothing_returned, this)
        if rows:
            run(statements.lines_returned, rows)


def write_paid_back(session: Session, entry: PaidBackEntry, source: EntrySource) -> None:
    """What the case has paid back of lines."""
    statements, this = _statements(), {"of": source.case}
    lines = {row.line: ten_thousandths(row.amount) for row in entry.lines}
    if {row.line: row.amount for row in found(session, statements.paid_back, this)} == lines:
        return
    whose = {"case": source.case, "store": source.store, "order": entry.order}
    rows = [{**whose, "line": line, "amount": amount} for line, amount in lines.items()]
    with running(session) as run:
        run(statements.nothing_paid_back, this)
        if rows:
            run(statements.lines_paid_back, rows)


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
    lines_returned: Any
    paid_back: Any
    nothing_paid_back: Any
    lines_paid_back: Any


@cache
def _statements() -> _Statements:
    """Built once: building costs more than running them."""
    orders, lines, returned, paid_back = (
        vars(one)["__table__"] for one in (OrderRow, OrderLine, ReturnLine, PaidBackRow)
    )
    this_order, these_lines = (
        (table.c.store == bindparam("of_store"), table.c.order == bindparam("of_order"))
        for table in (orders, lines)
    )
    this_case = returned.c.case == bindparam("of")
    return _Statements(
        digest=select(orders.c.digest).where(*this_order),
        no_order=delete(orders).where(*this_order),
        no_lines=delete(lines).where(*these_lines),
        order=insert(orders),
        lines=insert(lines),
        returned=select(returned.c.line, returned.c.order, returned.c.qty).where(this_case),
        nothing_returned=delete(returned).where(this_case),
        lines_returned=insert(returned),
        paid_back=select(paid_back.c.line, paid_back.c.amount).where(paid_back.c.case == bindparam("of")),
        nothing_paid_back=delete(paid_back).where(paid_back.c.case == bindparam("of")),
        lines_paid_back=insert(paid_back),
    )
