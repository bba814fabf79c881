"""The arithmetic of an order: which lines, what they are worth, what goes instead of what, what other orders ship."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from activities.orders.lines import OrderLines, PaidShares, pieces_at
from activities.orders.order import OpenOrder
from activities.orders.rows import PlacedPart
from activities.orders.shortages import ShortageAnswer
from models.values import LineQty, Money, PricedLine, SkuQty, amount, per_line, per_sku, worth, yuan

TEA, CUP = "TEA", "CUP"
LINES = (
    PricedLine(sku=TEA, qty=2, unit_price=yuan("10.50")),
    PricedLine(sku=CUP, qty=1, unit_price=yuan(5)),
    PricedLine(sku=TEA, qty=3, unit_price=yuan(9)),
)
ORDER = OrderLines(LINES)

lines = st.lists(
    st.builds(
        PricedLine,
        sku=st.sampled_from((TEA, CUP, "POT")),
        qty=st.integers(1, 9),
        unit_price=st.integers(0, 9_999).map(lambda cents: Money(amount=cents / yuan(100).amount)),
    ),
    min_size=1,
    max_size=5,
).map(tuple)


def row(line: int, qty: int) -> LineQty:
    return LineQty(line=line, qty=qty)


def order(lines: tuple[PricedLine, ...] = LINES, **known: Any) -> OpenOrder:
    """An order that was paid in full, with 10 yuan of freight."""
    freight = known.pop("freight", yuan(10))
    return OpenOrder.model_validate(
        {
            "order_no": "SO-1",
            "receiver_name": "王小明",
            "phone": "13800000000",
            "address": {
                "province": "浙江省",
                "city": "杭州市",
                "district": "余杭区",
                "street": "文一西路 1 号",
            },
            "lines": lines,
            "freight": freight,
            "delivery_method": "express",
            "payment_method": "card",
            "paid": worth(lines) + freight,
            **known,
        }
    )


def answer(outcome: str, **known: Any) -> ShortageAnswer:
    return ShortageAnswer.model_validate({"outcome": outcome, "sku": TEA, "missing_qty": 2, **known})


# --- which lines


def test_goods_are_counted_by_sku() -> None:
    assert ORDER.goods == (SkuQty(sku=TEA, qty=5), SkuQty(sku=CUP, qty=1))
    assert ORDER.worth == yuan(53)


@pytest.mark.parametrize(
    ("rows", "has"),
    [
        ((row(1, 2), row(3, 3)), True),
        ((row(1, 1), row(1, 1)), True),
        ((row(1, 1), row(1, 2)), False),
        ((row(4, 1),), False),
        ((), True),
    ],
    ids=["whole lines", "one line twice", "more than the line has", "no such line", "nothing"],
)
def test_an_order_has_what_it_has(rows: tuple[LineQty, ...], has: bool) -> None:  # noqa: FBT001 - a table of cases
    assert ORDER.has(rows) is has


def test_a_sku_is_taken_from_its_first_lines() -> None:
    assert ORDER.rows_of({TEA: 4, CUP: 1}) == (row(1, 2), row(3, 2), row(2, 1))
    assert ORDER.rows_of({TEA: 9, "POT": 1}) == (row(1, 2), row(3, 3))


@given(lines, st.data())
def test_rows_and_what_is_beyond_them_are_the_order(
    lines: tuple[PricedLine, ...], data: st.DataObject
) -> None:
    whole = OrderLines(lines)
    named = [row(one.line, data.draw(st.integers(1, one.qty))) for one in whole.rows]
    beyond = whole.rows_beyond(named)
    assert per_line(named) + per_line(beyond) == whole.quantities
    assert worth(whole.priced(named)) + worth(whole.priced(beyond)) == whole.worth


@given(st.integers(0, 10_000_000), st.integers(1, 500))
def test_pieces_cost_their_price_to_the_cent(cents: int, qty: int) -> None:
    price = Money(amount=cents / yuan(100).amount)
    pieces = pieces_at(price, TEA, qty)
    assert worth(pieces) == price
    assert sum(piece.qty for piece in pieces) == qty
    dearest, cheapest = (pick(piece.unit_price.amount for piece in pieces) for pick in (max, min))
    assert dearest - cheapest <= yuan("0.01").amount


# --- what is short


def test_goods_are_short_for_what_the_customer_is_told() -> None:
    short = order().short((row(3, 1),), "plant_delay")
    assert [(one.sku, one.qty, one.cause) for one in short] == [(TEA, 1, "supplier_late")]
    assert order().short((row(2, 1),), "count_error")[0].cause == "count_error"


def test_missing_goods_are_short_on_their_first_lines() -> None:
    short = order().short_in_stock([{"sku": TEA, "wanted": 5, "free": 2}])
    assert [(one.line, one.qty) for one in short] == [(1, 2), (3, 1)]
    assert per_sku(order().short_in_stock(())) == per_sku(LINES)


def test_the_number_of_an_out_of_stock_case_names_its_line() -> None:
    (short,) = order().short((row(3, 1),), "no_stock")
    number = order().shortage_no(short, 7)
    assert number == "SO-1-3-7"
    assert order().line_of(f"out_of_stock:shop:{number}") == 3
    assert order().line_of("out_of_stock:shop:SO-1-8-7") is None
    assert order().line_of("out_of_stock:shop:elsewhere") is None


@pytest.mark.parametrize(
    ("given_answer", "stays", "later"),
    [
        (answer("found"), LINES, ()),
        (answer("restocked"), LINES, ()),
        (answer("refund"), LINES[1:], ()),
        (answer("refund", lines=[row(2, 1)]), (LINES[0], LINES[2]), ()),
        (answer("partial", lines=[row(1, 2), row(2, 1)]), LINES[:2], ()),
        (answer("partial", lines=[row(1, 2), row(2, 1)], follows_later=True), LINES[:2], LINES[2:]),
    ],
    ids=["found", "restocked", "refund of the line", "refund of other lines", "some now", "the rest later"],
)
def test_an_answer_leaves(
    given_answer: ShortageAnswer, stays: tuple[PricedLine, ...], later: tuple[PricedLine, ...]
) -> None:
    settled = order().settled([("out_of_stock:shop:SO-1-1-7", given_answer)], "SO-1-9")
    assert settled.lines == stays
    assert settled.paid == worth(stays) + yuan(10)
    assert [(part.order_no, part.lines) for part in settled.parts] == ([("SO-1-9", later)] if later else [])


def test_a_substitute_costs_what_was_paid_for_it() -> None:
    dearer = answer("substitute", substitute={"sku": "POT", "qty": 3}, price_difference="2")
    settled = order().settled([("out_of_stock:shop:SO-1-1-7", dearer)], "SO-1-9")
    assert settled.lines[:2] == LINES[1:]
    assert per_sku(settled.lines[2:]) == {"POT": 3}
    assert worth(settled.lines[2:]) == yuan(23)
    assert settled.paid == order().paid + yuan(2)


def test_goods_that_two_answers_name_go_once() -> None:
    answers = [("out_of_stock:shop:SO-1-1-7", answer("refund"))] * 2
    assert order().settled(answers, "SO-1-9").lines == LINES[1:]


def test_freight_goes_with_what_follows_where_nothing_stays() -> None:
    every_line = answer("partial", lines=[], follows_later=True)
    settled = order().settled([("out_of_stock:shop:SO-1-1-7", every_line)], "SO-1-9")
    (part,) = settled.parts
    assert (settled.lines, settled.paid) == ((), yuan(0))
    assert part.worth == order().paid
    assert settled.without_parts(order()).paid == order().paid


def test_freight_is_not_kept_where_nothing_is_left() -> None:
    all_refunded = answer("refund", lines=OrderLines(LINES).rows)
    settled = order().settled([("out_of_stock:shop:SO-1-1-7", all_refunded)], "SO-1-9")
    assert (settled.lines, settled.freight, settled.paid, settled.parts) == ((), yuan(0), yuan(0), ())


@given(lines, st.data())
def test_money_and_goods_are_shared_out_whole(lines: tuple[PricedLine, ...], data: st.DataObject) -> None:
    """What stays and what follows later is the order, and what was paid for it."""
    before = order(lines)
    now = [row(one.line, data.draw(st.integers(1, one.qty))) for one in before.ordered.rows]
    later = answer("partial", lines=now, follows_later=True)
    settled = before.settled([("out_of_stock:shop:SO-1-1-7", later)], "SO-1-9")
    follows = [line for part in settled.parts for line in part.lines]
    assert per_sku(settled.lines) + per_sku(follows) == per_sku(lines)
    assert settled.paid + amount(settled.parts, "worth") == before.paid


def test_an_unpaid_order_has_nothing_to_return() -> None:
    unpaid = order(paid=yuan(0))
    settled = unpaid.settled(
        [("out_of_stock:shop:SO-1-1-7", answer("partial", follows_later=True))], "SO-1-9"
    )
    assert settled.paid == settled.without_parts(unpaid).paid == yuan(0)


def test_goods_that_were_short_are_not_given_up_twice() -> None:
    """Of five teas two were short and nothing was reserved for them; the cup and three teas were."""
    before = order(shortages=order().short((row(1, 2),), "no_stock"))
    settled = before.settled(
        [("out_of_stock:shop:SO-1-1-7", answer("refund", lines=[row(1, 2), row(2, 1)]))], "SO-1-9"
    )
    assert settled.given_up_since(before) == (SkuQty(sku=CUP, qty=1),)


# --- what other orders ship


def test_a_split_order_has_a_part_for_each_location() -> None:
    placed = [
        PlacedPart(line=1, qty=1, location="HZ"),
        PlacedPart(line=2, qty=1, location="SH"),
        PlacedPart(line=1, qty=1, location="SH"),
        PlacedPart(line=3, qty=3, location="HZ"),
    ]
    first, second = order().parts_by_location(placed)
    assert (first.order_no, second.order_no) == ("SO-1-P1", "SO-1-P2")
    assert per_sku(first.lines) == {TEA: 4}
    assert per_sku(second.lines) == {CUP: 1, TEA: 1}
    assert (first.freight, second.freight) == (yuan(10), yuan(0))
    assert first.worth + second.worth == order().paid
    shares = order(parts=(first, second)).shares
    assert [share.amount for share in shares] == [first.worth, second.worth]


def test_a_part_is_placed_as_its_order_was() -> None:
    (part,) = order().parts_by_location([PlacedPart(line=2, qty=1, location="HZ")])
    form = order(buyer_note="ring twice").start_form(part)
    assert (form["order_no"], form["receiver_name"], form["payment_method"]) == ("SO-1-P1", "王小明", "card")
    assert "buyer_note" not in form


# --- an order's discount


def test_event_kind_10_two_for_100_each_paid_with_150() -> None:
    shares = PaidShares((PricedLine(sku=TEA, qty=2, unit_price=yuan(100)),), yuan(50))
    assert (shares.take([row(1, 1)]), shares.take([row(1, 1)])) == (yuan(75), yuan(75))


def test_event_kind_10_three_for_a_hundred() -> None:
    three = order(
        (PricedLine(sku=TEA, qty=3, unit_price=yuan("33.34")),), discount=yuan("0.02"), freight=yuan(0)
    )
    assert (three.total, three.objection) == (yuan(100), "")
    shares = PaidShares(three.lines, three.discount)
    assert [shares.take([row(1, 1)]) for _ in range(3)] == [yuan("33.33"), yuan("33.33"), yuan("33.34")]


@pytest.mark.parametrize(
    ("known", "objection"),
    [
        ({"discount": yuan("53.01")}, "The discount is more than the goods cost."),
        (
            {"discount": Money(amount=yuan(1).amount, currency="JPY")},
            "All amounts of an order are in one currency.",
        ),
        (
            {"lines": (PricedLine(sku=TEA, qty=9, unit_price=yuan("111111111111")),)},
            "The order comes to 1000000000000 or more.",
        ),
        ({"discount": yuan(53)}, ""),
    ],
)
def test_event_kind_10_amounts_that_are_no_orders(known: dict[str, Any], objection: str) -> None:
    assert order().model_copy(update=known).objection == objection


discounted = st.tuples(lines, st.integers(0, 100)).map(
    lambda one: order(
        one[0],
        discount=Money(amount=int(worth(one[0]).amount * one[1]) / yuan(100).amount),
        paid=worth(one[0]) + yuan(10) - Money(amount=int(worth(one[0]).amount * one[1]) / yuan(100).amount),
    )
)


@given(discounted, st.data())
def test_event_kind_10_shares_add_up(placed: OpenOrder, data: st.DataObject) -> None:
    shares = PaidShares(placed.lines, placed.discount)
    left = placed.ordered.quantities
    taken = yuan(0)
    while left:
        line = data.draw(st.sampled_from(sorted(left)))
        qty = data.draw(st.integers(1, left[line]))
        share = shares.take([row(line, qty)])
        assert yuan(0) <= share <= placed.lines[line - 1].unit_price * qty
        taken += share
        left = left - Counter({line: qty})
    assert taken == worth(placed.lines) - placed.discount


@given(discounted, st.data())
def test_event_kind_10_parts_share_the_discount(placed: OpenOrder, data: st.DataObject) -> None:
    """Whatever stays, follows later or ships in parts: it is all that was paid."""
    now = [row(one.line, data.draw(st.integers(1, one.qty))) for one in placed.ordered.rows]
    later = answer("partial", lines=now, follows_later=True)
    settled = placed.settled([("out_of_stock:shop:SO-1-1-7", later)], "SO-1-9")
    assert settled.paid == settled.total
    assert settled.paid + amount(settled.parts, "worth") == placed.paid
    halves = [
        PlacedPart(line=one.line, qty=qty, location=location)
        for one in placed.ordered.rows
        for qty, location in ((one.qty // 2, "HZ"), (one.qty - one.qty // 2, "SH"))
        if qty
    ]
    assert amount(placed.parts_by_location(halves), "worth") == placed.paid


def test_event_kind_10_a_substitute_costs_what_was_paid_for_the_goods() -> None:
    placed = order(discount=yuan("5.30"), paid=yuan("57.70"))
    same = answer("substitute", substitute={"sku": "POT", "qty": 2})
    settled = placed.settled([("out_of_stock:shop:SO-1-1-7", same)], "SO-1-9")
    assert worth(settled.lines[2:]) == yuan("18.90")
    assert settled.paid == settled.total == placed.paid
