"""What forms' rows add up to."""

from models.values import LineQty, PricedLine, amount, per_line, per_sku, total, worth, yuan

LINES = (
    PricedLine(sku="TEA", qty=2, unit_price=yuan("10.50")),
    PricedLine(sku="CUP", qty=1, unit_price=yuan(5)),
    PricedLine(sku="TEA", qty=3, unit_price=yuan(9)),
)


def test_rows_add_up() -> None:
    assert total(LINES) == 6
    assert per_sku(LINES) == {"TEA": 5, "CUP": 1}
    assert worth(LINES) == yuan(53)
    assert amount(LINES, "unit_price") == yuan("24.50")


def test_parts_of_one_line_add_up() -> None:
    parts = (LineQty(line=2, qty=1), LineQty(line=1, qty=3), LineQty(line=2, qty=4))
    assert per_line(parts) == {1: 3, 2: 5}


def test_nothing_adds_up_to_nothing() -> None:
    assert (total(()), per_sku(()), worth(())) == (0, {}, yuan(0))
