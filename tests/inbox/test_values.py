"""What a case holds, as a person reads it."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from inbox.values import Wording, answers_of, facts_of, judged_in, table_of
from models.policy import StorePolicy
from workflows.registry import registry

ORDER = registry().get("order_fulfilment")
TITLES = {"TEA-250": "明前龙井 250g"}
ZH = Wording("zh", StorePolicy(), ORDER, TITLES)
EN = Wording("en", StorePolicy(), ORDER, TITLES)


@pytest.mark.parametrize(
    ("value", "name", "zh", "en"),
    [
        (None, "", "–", "–"),
        (True, "", "是", "Yes"),
        (False, "", "否", "No"),
        (12345, "", "12,345", "12,345"),
        ("express", "delivery_method", "快递", "Express"),
        ("express", "", "express", "express"),
        ("TEA-250", "sku", "明前龙井 250g", "明前龙井 250g"),
        ({"amount": "12.5", "currency": "CNY"}, "", "¥12.50", "¥12.50"),
        ({"amount": "12.50"}, "", "¥12.50", "¥12.50"),
        ({"sku": "TEA-250", "qty": 2}, "", "明前龙井 250g ×2", "明前龙井 250g ×2"),
        (
            {"province": "浙江省", "city": "杭州市", "street": "文三路 1 号"},
            "",
            "浙江省 杭州市 文三路 1 号",
            "浙江省 杭州市 文三路 1 号",
        ),
        (
            {"first": "2031-03-01", "last": "2031-03-09"},
            "",
            "2031年3月1日 – 2031年3月9日",
            "1 Mar 2031 – 9 Mar 2031",
        ),
        (["a", "b"], "", "a、b", "a, b"),
        (list("abcdefgh"), "", "a、b、c、d、e、f、+2", "a, b, c, d, e, f, +2"),
    ],
)
def test_a_value_in_words(value: Any, name: str, zh: str, en: str) -> None:
    assert (ZH.text(value, name), EN.text(value, name)) == (zh, en)


def test_a_moment_is_told_on_the_stores_clock() -> None:
    now = datetime.now(UTC).astimezone(StorePolicy().zone)
    assert ZH.text(now.isoformat()) == f"今天 {now:%H:%M}"


def test_a_fact_is_told_as_the_case_chose_it() -> None:
    assert (ZH.fact("express"), ZH.fact("to be seen")) == ("快递", "to be seen")


def test_a_case_shows_what_somebody_was_asked_sorted_by_what_a_reader_looks_for() -> None:
    facts = facts_of(
        {
            "order_no": "SO-1",
            "buyer_note": "周五前一定要到",
            "receiver_name": "王秀英",
            "phone": "13812340001",
            "paid": {"amount": "88.00", "currency": "CNY"},
            "freight": {"amount": "0", "currency": "CNY"},
            "lines": [{"sku": "TEA-250", "qty": 2, "unit_price": {"amount": "44.00", "currency": "CNY"}}],
            "delivery_method": "express",
            "no_such_field": "working memory",
        },
        ZH,
    )
    assert facts.said == [("买家留言", "周五前一定要到", True)]
    assert [text for _, _, text in facts.contact] == ["王秀英", "13812340001"]
    assert [text for _, text in facts.money] == ["¥88.00"]
    assert [text for _, text in facts.details] == ["SO-1", "快递"]
    (table,) = facts.tables
    assert (table.rows, table.pieces, table.total) == ([["明前龙井 250g", "2", "¥44.00"]], 2, "")


def test_a_table_shows_the_columns_that_say_something_and_their_sum() -> None:
    price = {"amount": "10", "currency": "CNY"}
    rows = [
        {"sku": "A", "qty": 2, "unit_price": price, "gift": False},
        {"sku": "B", "qty": 3, "unit_price": price, "gift": False},
    ]
    table = table_of("Goods", rows, EN)
    assert [name for name, _, _ in table.columns] == ["sku", "qty", "unit_price"]
    assert [is_number for _, _, is_number in table.columns] == [False, True, True]
    assert (table.pieces, table.total) == (5, "¥50.00")


def test_goods_that_are_named_by_their_line_of_an_order_are_told_by_their_name() -> None:
    known = Wording("zh", StorePolicy(), registry().get("return_refund"), TITLES, {1: "TEA-250", 2: "NEW-1"})
    rows = [{"line": 1, "qty": 2}, {"line": 2, "qty": 1, "condition": "damaged"}, {"line": 3, "qty": 1}]
    assert [known.text(row) for row in rows] == ["明前龙井 250g ×2", "NEW-1 ×1 · 破损", "第 3 行 ×1"]
    table = table_of("商品", rows, known)
    assert [row[0] for row in table.rows] == ["明前龙井 250g", "NEW-1", "第 3 行"]
    assert ZH.text(rows[0]) == "第 1 行 ×2"


def test_a_step_tells_what_was_answered() -> None:
    assert answers_of({"a_ok": True, "b_ok": True}, ZH) == [("", "全部核对无误")]
    assert answers_of({"delivery_method": "express", "note": ""}, ZH) == [("配送方式", "快递")]
    assert answers_of(None, ZH) == []


def test_kind_54_what_is_judged_is_shown_whole() -> None:
    lines = [{"sku": "TEA-250", "qty": n} for n in range(1, 9)]
    told = [
        {"key": "lines", "label": "商品明细", "value": lines},
        {"key": "note", "label": "备注", "value": None},
        {"key": "is_urgent", "label": "加急", "value": False},
    ]
    judged = judged_in(told, ZH)
    assert [label for label, _ in judged] == ["商品明细", "加急"]
    assert len(judged[0][1]) == len(lines)
    assert judged[1][1] == ["否"]
