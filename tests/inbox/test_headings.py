"""What a row begins with says what it is about, by itself."""

from __future__ import annotations

import pytest

from api.definitions import procedure_named
from cases.headline_words import part_in_words
from inbox.headings import heading_of


def parts(*texts: str) -> list[dict[str, str]]:
    return [{"text": text} for text in texts]


@pytest.mark.parametrize(
    ("procedure", "texts", "heading"),
    [
        ("order_fulfilment", ("茶 ×2", "王秀英"), ("茶 ×2", "王秀英")),
        ("complaint", ("物流", "高", "SO-1"), ("投诉处理 · 物流", "高 · SO-1")),
        ("complaint", (), ("投诉处理", "")),
        (None, ("退货",), ("退货", "")),
        ("gone_from_this_code", ("退货",), ("退货", "")),
    ],
)
def test_a_choice_is_said_with_its_procedure(
    procedure: str | None, texts: tuple[str, ...], heading: tuple[str, str]
) -> None:
    assert heading_of(procedure, "投诉处理", parts(*texts)) == heading


def test_goods_of_an_order_are_named_by_their_line() -> None:
    part = {"field": "lines", "value": [{"line": 1, "qty": 2}, {"line": 3, "qty": 1}]}
    procedure = procedure_named("aftersales_request")
    assert part_in_words(procedure, part, "zh", {}) == "第 1 行 ×2、第 3 行 ×1"
    assert part_in_words(procedure, part, "en", {}) == "line 1 ×2, line 3 ×1"
