"""Which forms become lists to scan, by what they declare: the procedures' own forms, filled in as they are given."""

from __future__ import annotations

from typing import Any

from inbox.questions import draw
from inbox.scanlists import ScanList, list_of
from inbox.shelves import Shelves
from inbox.values import Wording
from models.policy import StorePolicy
from workflows import dispatching, ordering, receiving, shelf_counts
from workflows.language.forms import Form

Json = dict[str, Any]
WORDING = Wording("en", StorePolicy(), None, {"TEA": "Green tea"})
SHELVES = Shelves(codes={"TEA": {"690": 1, "1690": 6}}, places={"B-2": 0, "A-1": 1})


def listed(
    form: type[Form], values: Json | None = None, data: Json | None = None, **said: Json
) -> ScanList | None:
    """The list of this form. said: what the API adds to the fields' schemas."""
    schema = form.model_json_schema()
    properties = {name: {**part, **said.get(name, {})} for name, part in schema["properties"].items()}
    whole = {**schema, "properties": properties}
    found = list_of(whole, draw(whole, values or {}, WORDING, None, data), data or {}, WORDING)
    return found.on(SHELVES) if found is not None else None


def rows(*some: Json) -> Json:
    return {"x-fact": list(some)}


def test_a_pick_list_is_to_be_full_in_the_order_of_the_bins() -> None:
    found = listed(
        dispatching.Picked,
        lines_scanned=rows(
            {"sku": "CUP", "qty": 2, "bin": "A-1"},
            {"sku": "POT", "qty": 1, "bin": "Z-9"},
            {"sku": "TEA", "qty": 8, "bin": "B-2"},
        ),
    )
    assert found is not None
    assert (found.until, found.may_exceed, found.more, found.total) == ("full", False, None, 11)
    assert [(line.bin, line.sku, line.need) for line in found.lines] == [
        ("B-2", "TEA", 8),
        ("A-1", "CUP", 2),
        ("Z-9", "POT", 1),
    ]
    tea = found.lines[0]
    assert (tea.title, tea.codes) == ("Green tea", {"TEA": 1, "690": 1, "1690": 6})
    assert tea.count == "f.lines_scanned.2.qty"
    assert dict(tea.kept) == {"f.lines_scanned.2.sku": "TEA", "f.lines_scanned.2.bin": "B-2"}


def test_who_counts_stock_learns_no_number() -> None:
    first = listed(shelf_counts.CountSheet, lines=rows({"sku": "TEA", "bin": "A-1"}))
    values = {"lines": [{"sku": "TEA", "bin": "A-1"}]}
    second = listed(shelf_counts.SecondSheet, values)

    for found, until in ((first, "some"), (second, "each")):
        assert found is not None
        assert found.is_blind
        assert found.until == until
        assert [(line.need, line.facts) for line in found.lines] == [(None, ())]
        assert found.more is not None


def test_a_place_without_known_goods_is_counted_from_nothing() -> None:
    found = listed(shelf_counts.CountSheet, lines={"x-fact": ["east"]})
    assert found is not None
    assert (found.lines, found.note) == ((), "east")
    assert found.more is not None
    assert (found.more.sku, found.more.count) == ("f.lines.#.sku", "f.lines.#.counted")


def test_goods_that_come_in_are_counted_beside_the_order() -> None:
    found = listed(
        receiving.GoodsCount,
        {"lines": [{"sku": "TEA", "ordered": 12}]},
        lines={"x-rows": [{"delivered": {"x-fact": 12}, "counted": {"x-fact": 12}}]},
    )
    assert found is not None
    (line,) = found.lines
    assert (found.until, found.may_exceed, line.need) == ("each", True, 12)
    assert line.count == "f.lines.0.counted"
    assert [one.name for one in line.asked] == ["delivered"]
    assert [text for _, text in line.facts] == ["12"]
    assert found.more is not None  # whatever else is on the lorry
    assert (found.more.sku, found.more.count) == ("f.lines.#.sku", "f.lines.#.counted")
    assert [one.path for one in found.more.asked] == ["lines.#.delivered"]


def test_goods_that_nobody_has_announced_are_counted_from_nothing() -> None:
    found = listed(receiving.GoodsCount)
    assert found is not None
    assert (found.lines, found.until) == ((), "each")
    assert found.more is not None


def test_what_is_put_away_takes_its_bin_by_scan() -> None:
    found = listed(receiving.PutAway, {"placements": [{"sku": "TEA", "qty": 10, "bin": "A-1"}]})
    assert found is not None
    (line,) = found.lines
    assert (found.until, found.may_exceed, line.need) == ("each", False, 10)
    assert (line.bin, line.bin_name) == ("A-1", "f.placements.0.bin")
    assert found.more is None  # nothing goes on a shelf that didn't come


def test_ticks_held_against_the_same_goods_are_one_list() -> None:
    goods = rows({"sku": "TEA", "qty": 2}, {"sku": "CUP", "qty": 1}, {"sku": "TEA", "qty": 1})
    found = listed(dispatching.Match, item_no_ok=goods, qty_ok=goods, colour_ok=goods)
    assert found is not None
    assert (found.name, found.until) == ("", "free")
    assert found.fills == ("f.item_no_ok", "f.qty_ok", "f.colour_ok")
    assert [(line.sku, line.need, line.count) for line in found.lines] == [("TEA", 3, ""), ("CUP", 1, "")]


def test_a_number_of_pieces_is_counted_over_the_goods_of_the_case() -> None:
    data = {"order_no": "SO-1", "lines": [{"sku": "TEA", "qty": 2}, {"sku": "CUP", "qty": 1}]}
    found = listed(dispatching.Packed, data=data, goods_qty={"x-fact": 3})
    assert found is not None
    assert (found.fills, found.total) == (("f.goods_qty",), 3)
    assert listed(dispatching.Packed, data=data, goods_qty={"x-fact": 4}) is None


def test_other_forms_stay_forms() -> None:
    assert listed(dispatching.PickShortfall) is None
    assert listed(ordering.Obstacle, {"lines": [{"line": 1, "qty": 2}]}) is None
    assert listed(ordering.PlaceOrder) is None
    assert listed(receiving.Announced) is None
    assert listed(receiving.InboundNote, {"lines": [{"sku": "TEA", "qty": 2}]}) is None
