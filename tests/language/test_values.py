"""What forms' rows add up to."""

from workflows.language.values import PricedLine, amount, per_sku, total, worth, yuan

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


def test_nothing_adds_up_to_nothing() -> None:
    assert (total(()), per_sku(()), worth(())) == (0, {}, yuan(0))
