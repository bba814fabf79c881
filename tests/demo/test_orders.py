"""The orders that a demo reads."""

from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from demo.__main__ import MADE_UP
from demo.books import opening_stock
from demo.orders import BadOrders, Fate, read_orders
from demo.play import Played
from demo.store import Store

HEAD = "order,customer,status,placed,paid,handed_to_carrier,delivered,lines,freight,total\n"


def written(path: Path, *rows: str) -> Path:
    file = path / "orders.csv"
    file.write_text(HEAD + "\n".join(rows))
    return file


def test_the_orders_that_come_along_have_every_fate_and_add_up() -> None:
    orders = read_orders(MADE_UP)
    assert {order.fate for order in orders} == set(Fate)
    for order in orders:
        assert sum((line.qty * line.unit_price for line in order.lines), order.freight) == order.total


def test_a_line_is_goods_quantity_and_price(tmp_path: Path) -> None:
    row = "SO-1,C-1,shipped,2026-11-02T10:00:00,,,,xx9 x 2 @ 3.50;B-1x1@4,1.00,12.00"
    (order,) = read_orders(written(tmp_path, row))
    assert [(line.sku, line.qty, line.unit_price) for line in order.lines] == [
        ("xx9", 2, Decimal("3.50")),
        ("B-1", 1, Decimal(4)),
    ]
    assert order.is_paid
    assert opening_stock([order]) == {"xx9": 4, "B-1": 2}


@pytest.mark.parametrize(
    ("row", "says"),
    [
        ("SO-1,C,lost,2026-11-02T10:00:00,,,,A x1@1,0,1", "line 2.*lost"),
        ("SO-1,C,shipped,yesterday,,,,A x1@1,0,1", "line 2.*yesterday"),
        ("SO-1,C,shipped,2026-11-02T10:00:00,,,,A,0,1", "line 2.*sku x quantity"),
        ("SO-1,C,shipped,2026-11-02T10:00:00,,,,A x1@1,much,1", "line 2"),
    ],
)
def test_a_bad_line_is_named(row: str, says: str, tmp_path: Path) -> None:
    with pytest.raises(BadOrders, match=says):
        read_orders(written(tmp_path, row))


def test_a_repeated_order_a_missing_column_and_a_missing_file_are_named(tmp_path: Path) -> None:
    row = "SO-1,C,shipped,2026-11-02T10:00:00,,,,A x1@1,0,1"
    with pytest.raises(BadOrders, match="SO-1 stands there twice"):
        read_orders(written(tmp_path, row, row))
    other = tmp_path / "other.csv"
    other.write_text("order,status\n")
    with pytest.raises(BadOrders, match="lacks the columns customer"):
        read_orders(other)
    with pytest.raises(BadOrders, match="can't be read"):
        read_orders(tmp_path / "none.csv")


def test_event_kind_12_a_byte_order_mark_is_no_part_of_the_first_column(tmp_path: Path) -> None:
    file = tmp_path / "orders.csv"
    file.write_bytes((HEAD + "SO-1,C,created,2026-11-02T10:00:00,,,,A x1@1,0,1\n").encode("utf-8-sig"))
    assert [order.number for order in read_orders(file)] == ["SO-1"]


@pytest.mark.parametrize(
    "moment", ["2026-11-02 12:29:00+08:00", "2026-11-02T04:29:00Z", "2026-11-02T04:29:00"]
)
def test_event_kind_12_a_times_offset_counts(moment: str, tmp_path: Path) -> None:
    (order,) = read_orders(written(tmp_path, f"SO-1,C,created,{moment},,,,A x1@1,0,1"))
    assert order.placed == datetime(2026, 11, 2, 4, 29, tzinfo=UTC)


class OfOneRefusedOrder:
    """Answers for a store whose only order was refused: nothing has left its shelves."""

    def __init__(self) -> None:
        self.asked = 0

    async def ask(self, *_: Any, **__: Any) -> Any:
        self.asked += 1
        raise AssertionError("the books have nothing to say of it")


async def test_event_kind_12_the_books_are_not_waited_for_where_an_order_was_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (order,) = read_orders(written(tmp_path, "SO-1,C,created,2026-11-02T10:00:00,,,,A x1@1,0,1"))

    async def looked(*_: Any) -> dict[str, str]:
        return {"A": "there, and should be gone"}

    monkeypatch.setattr("demo.store.check_stock", looked)
    monkeypatch.setattr("demo.store.SETTLES_WITHIN", float("inf"))
    remote: Any = OfOneRefusedOrder()
    refused = Played(order, trouble="store.order.placed: no such currency")
    await Store(remote, [order]).check([refused])
    assert (refused.trouble, remote.asked) == ("store.order.placed: no such currency", 0)
