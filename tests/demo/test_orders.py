"""The orders that a demo reads."""

from decimal import Decimal
from pathlib import Path

import pytest

from demo.__main__ import MADE_UP
from demo.books import opening_stock
from demo.orders import BadOrders, Fate, read_orders

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
