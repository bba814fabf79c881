"""What a browser posts becomes the JSON that the API takes."""

from __future__ import annotations

from typing import Any
from zoneinfo import ZoneInfo

import pytest

from inbox.answers import path_of, read

CHINA = ZoneInfo("Asia/Shanghai")
MONEY = {"type": "object", "properties": {"amount": {"type": "string"}, "currency": {"type": "string"}}}
LINES = {
    "type": "array",
    "minItems": 1,
    "items": {"type": "object", "properties": {"sku": {"type": "string"}, "qty": {"type": "integer"}}},
}


def one(part: dict[str, Any], *values: str, name: str = "f.it", required: bool = False) -> Any:
    """A form of one answer."""
    schema = {"properties": {"it": part}, "required": ["it"] if required else []}
    return read(schema, [(name, value) for value in values], CHINA)


@pytest.mark.parametrize(
    ("part", "posted", "told"),
    [
        ({"type": "integer"}, " 12 ", 12),
        ({"type": "integer"}, "-3", -3),
        ({"type": "integer"}, "a dozen", "a dozen"),
        ({"type": "integer"}, "1.5", "1.5"),
        ({"type": "number"}, "1.50", "1.50"),
        ({"type": "boolean"}, "true", True),
        ({"type": "boolean"}, "false", False),
        ({"type": "string", "maxLength": 64}, "  A-01 ", "A-01"),
        ({"type": "string", "maxLength": 500}, "two\r\nlines \r\n", "two\nlines"),
        ({"type": "string", "format": "date"}, "2026-12-01", "2026-12-01"),
        ({"type": "string", "format": "date-time"}, "2026-12-01T09:30", "2026-12-01T09:30:00+08:00"),
        ({"type": "string", "format": "date-time"}, "2026-12-01T01:30:00Z", "2026-12-01T01:30:00+00:00"),
        ({"type": "string", "format": "date-time"}, "soon", "soon"),
        ({"type": "array", "items": {"type": "string"}}, "a\r\n\r\n b ", ["a", "b"]),
        (MONEY, " 1,000.50 ", {"amount": "1000.50"}),
    ],
)
def test_an_answer_is_told_in_its_own_type_or_as_it_was_typed(
    part: dict[str, Any], posted: str, told: Any
) -> None:
    assert one(part, posted) == {"it": told}


def test_money_keeps_its_currency() -> None:
    schema = {"properties": {"paid": MONEY}}
    posted = [("f.paid.amount", "12"), ("f.paid.currency", "USD")]
    assert read(schema, posted, CHINA) == {"paid": {"amount": "12", "currency": "USD"}}
    assert read(schema, [("f.paid.amount", " "), ("f.paid.currency", "USD")], CHINA) == {}


@pytest.mark.parametrize(
    "part",
    [
        {"type": "integer"},
        {"type": "boolean"},
        {"type": "string", "minLength": 1},
        {"type": "string", "pattern": "^x"},
        {"enum": ["a", "b"]},
        MONEY,
    ],
)
def test_what_is_left_empty_is_left_out(part: dict[str, Any]) -> None:
    assert one(part, "") == {}
    assert one(part, "  ", required=True) == {}


def test_nothing_is_an_answer_where_the_form_takes_it() -> None:
    assert one({"type": "string", "maxLength": 500}, "", required=True) == {"it": ""}
    assert one({"type": "array", "items": {"type": "string"}}, required=True) == {"it": []}
    assert one({**LINES, "minItems": 0}, required=True) == {"it": []}
    assert one(LINES, required=True) == {}


def test_the_last_of_two_answers_counts_but_where_several_may_be_ticked() -> None:
    assert one({"type": "boolean", "default": True}, "false", "true") == {"it": True}
    several = {"type": "array", "items": {"enum": ["a", "b", "c"]}}
    assert one(several, "a", "c") == {"it": ["a", "c"]}


def test_rows_are_told_in_their_order_and_empty_ones_left_out() -> None:
    posted = [
        ("f.it.10.sku", "TEA"),
        ("f.it.10.qty", "3"),
        ("f.it.2.sku", "CUP"),
        ("f.it.2.qty", "1"),
        ("f.it.3.sku", " "),
        ("f.it.3.qty", ""),
    ]
    rows = [{"sku": "CUP", "qty": 1}, {"sku": "TEA", "qty": 3}]
    assert read({"properties": {"it": LINES}}, posted, CHINA) == {"it": rows}


def test_a_row_of_the_cases_counts_where_it_is_ticked() -> None:
    posted = [
        ("f.it.0._row", "1"),
        ("f.it.0._take", "1"),
        ("f.it.0.sku", "TEA"),
        ("f.it.1._row", "1"),
        ("f.it.1.sku", "CUP"),
        ("f.it.2.sku", "added"),
    ]
    assert read({"properties": {"it": LINES}}, posted, CHINA) == {"it": [{"sku": "TEA"}, {"sku": "added"}]}


def test_rows_within_rows() -> None:
    parcels = {
        "type": "array",
        "items": {"type": "object", "properties": {"no": {"type": "string"}, "lines": LINES}},
    }
    posted = [("f.it.0.no", "P-1"), ("f.it.0.lines.0.sku", "TEA"), ("f.it.0.lines.1.sku", "CUP")]
    told = [{"no": "P-1", "lines": [{"sku": "TEA"}, {"sku": "CUP"}]}]
    assert read({"properties": {"it": parcels}}, posted, CHINA) == {"it": told}


def test_a_group_is_told_where_something_of_it_is() -> None:
    group = {"type": "object", "properties": {"province": {"type": "string"}, "street": {"type": "string"}}}
    assert one(group, "浙江", name="f.it.province") == {"it": {"province": "浙江"}}
    assert one(group, "", name="f.it.province") == {}


def test_only_what_the_form_asks_is_read() -> None:
    posted = [("f.other", "1"), ("it", "2"), ("f.it", "3"), ("f.it.deeper", "4")]
    assert read({"properties": {"it": {"type": "string"}}}, posted, CHINA) == {"it": "3"}


def test_a_fault_is_found_under_its_question() -> None:
    assert path_of("/form/lines/0/qty") == "lines.0.qty"
    assert path_of("/data/subject", "/data/") == "subject"
