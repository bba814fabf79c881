"""Rules of single values."""

from __future__ import annotations

import pytest
from pydantic import TypeAdapter, ValidationError

from models.table import new_id
from models.values import PerSku, SkuQty

ROWS: TypeAdapter[tuple[SkuQty, ...]] = TypeAdapter(PerSku[SkuQty])


def test_rows_per_sku_name_each_sku_once() -> None:
    tea, cup = {"sku": "TEA", "qty": 1}, {"sku": "CUP", "qty": 1}
    assert [row.sku for row in ROWS.validate_python([tea, cup])] == ["TEA", "CUP"]
    with pytest.raises(ValidationError, match=r"Each SKU stands on one line\."):
        ROWS.validate_python([tea, cup, tea])


def test_rows_per_sku_are_at_least_one() -> None:
    with pytest.raises(ValidationError, match="at least 1 item"):
        ROWS.validate_python([])


def test_ids_sort_by_when_they_were_made() -> None:
    made = [new_id() for _ in range(20_000)]
    assert made == sorted(made)
    assert len(set(made)) == len(made)
