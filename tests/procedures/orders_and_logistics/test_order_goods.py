"""An order's goods: short, shipped by other orders, in the books, or unclear."""

from __future__ import annotations

from typing import Any

import pytest

from activities.carriers.contract import BookWaybill
from activities.cases.contract import CancelCase, OpenCase, TellParent
from activities.messages.contract import Message
from activities.milestones.contract import Milestone
from activities.money.contract import RecordPayment, ReverseBenefits, SharePayment
from activities.orders.contract import OrderEntry, OrderOrigin
from activities.stock.contract import ReleaseLines, ReserveStock
from models.values import Money
from tests.procedures.orders_and_logistics.test_order_fulfilment import (
    AFTERSALES,
    CANCEL,
    CANCEL_LATE,
    CHECK,
    CONFIRM,
    DELAYED,
    GONE,
    HOLD,
    HOME,
    LINES,
    MOVE,
    NO_STOCK,
    ORDER,
    PACK,
    PAY,
    PICK,
    PICKED,
    REFUNDED,
    REFUSED,
    RELEASE,
    SIGN,
    SPLIT,
    TAKES,
    TO_CARRIER,
    TO_DOOR,
    TO_PICKUP,
    WAYBILL,
    Once,
    short_once,
    start,
)
from tests.procedures.paths import (
    Act,
    act,
    child,
    messages,
    walk,
)
from tests.scenario import Scenario, no
from workflows.language.memory import Parent
from workflows.language.refusals import InvalidForm, Refusal
from workflows.language.timing import hours
from workflows.procedures.orders_and_logistics.order_fulfilment import OrderFulfilment
from workflows.vocabulary import (
    CARRIER_FEED,
    CS_AGENT,
    CUSTOMER,
    PAYMENT_FEED,
    PLATFORM_FEED,
)

# --- shortages


@pytest.mark.parametrize(
    ("answer", "stage", "lines", "paid", "released"),
    [
        (REFUNDED, "resolved_refunded", [("A", 1), ("B", 1)], "15.50", []),
        (
            {**REFUNDED, "lines": [{"line": 1, "qty": 2}]},
            "resolved_refunded", [("B", 1)], "5.00", [("A", 1)],
        ),
        (
            {**REFUNDED, "outcome": "substitute", "substitute": {"sku": "C", "qty": 1}, "price_difference": "2"},
            "resolved_shipped", [("A", 1), ("B", 1), ("C", 1)], "28.00", [],
        ),
        (
            {**REFUNDED, "outcome": "partial", "lines": [{"line": 2, "qty": 1}]},
            "resolved_shipped", [("B", 1)], "5.00", [("A", 1)],
        ),
        ({**REFUNDED, "outcome": "restocked"}, "resolved_shipped", [("A", 2), ("B", 1)], "26.00", []),
    ],
    ids=["missing refunded", "line refunded", "substitute", "the rest refunded", "restocked"],
)  # fmt: skip
def test_what_a_shortage_leaves(
    answer: dict[str, Any], stage: str, lines: list[Any], paid: str, released: list[Any]
) -> None:
    case = walk(start(short_once()), (PAY, child("out_of_stock", stage, **answer)))
    assert [(line.sku, line.qty) for line in case.case.lines] == lines
    assert (case.stage, str(case.case.paid)) == ("allocated", f"{paid} CNY")
    assert [(row.sku, row.qty) for effect in case.effects(ReleaseLines) for row in effect.lines] == released


def test_what_follows_later_is_an_order_of_its_own() -> None:
    answer: dict[str, Any] = {
        **REFUNDED,
        "outcome": "partial",
        "lines": [{"line": 2, "qty": 1}],
        "follows_later": True,
    }
    case = walk(start(short_once()), (PAY, child("out_of_stock", "resolved_shipped", **answer)))
    *_, rest = case.effects(OpenCase)
    assert (rest.procedure, rest.waits) == ("order_fulfilment", False)
    assert [(line["sku"], line["qty"]) for line in rest.form["lines"]] == [("A", 2)]
    (shared,) = case.effects(SharePayment)
    assert [(s.order, str(s.amount)) for s in shared.shares] == [(rest.subject, "21.00 CNY")]


def test_the_last_of_several_shortages_decides() -> None:
    both = [{"sku": "A", "wanted": 2, "free": 0}, {"sku": "B", "wanted": 1, "free": 0}]
    case = walk(start({ReserveStock: Once(no(missing=both))}), (PAY,))
    assert case.opened == ["out_of_stock", "out_of_stock"]
    refunded: dict[str, Any] = {**REFUNDED, "missing_qty": 2}
    case.child("out_of_stock", "resolved_refunded", **refunded)
    assert case.stage == "waiting_stock"
    case.child("out_of_stock", "false_alarm", outcome="found", sku="B", missing_qty=1)
    assert (case.stage, [line.sku for line in case.case.lines]) == ("allocated", ["B"])


BOTH_SHORT = no(missing=[{"sku": "A", "wanted": 2, "free": 0}, {"sku": "B", "wanted": 1, "free": 0}])
TWO_REFUNDED: dict[str, Any] = {**REFUNDED, "missing_qty": 2}
A_REFUNDED = child("out_of_stock", "resolved_refunded", **TWO_REFUNDED)
A_REPLACED = child(
    "out_of_stock",
    "resolved_shipped",
    outcome="substitute",
    sku="A",
    missing_qty=2,
    substitute={"sku": "C", "qty": 2},
    price_difference="4",
)


def later(sku: str, *now: dict[str, int]) -> Any:
    """Only these lines go now, the rest follows."""
    result: dict[str, Any] = {"outcome": "partial", "sku": sku, "missing_qty": 1, "lines": list(now)}
    return child("out_of_stock", "resolved_shipped", **result, follows_later=True)


def both_short(**order: Any) -> Scenario:
    paid = "27" if "lines" in order else "26"
    return walk(start({ReserveStock: Once(BOTH_SHORT)}, **order), (act("pay", PAYMENT_FEED, paid=paid),))


def goods(lines: Any) -> list[tuple[str, int, str]]:
    return [(line.sku, line.qty, str(line.unit_price.amount)) for line in lines]


def test_an_item_that_is_short_in_two_lines_leaves_both() -> None:
    lines = [LINES[0], {"sku": "A", "qty": 1, "unit_price": "9"}, LINES[1]]
    all_three = {ReserveStock: Once(no(missing=[{"sku": "A", "wanted": 3, "free": 0}]))}
    case = walk(start(all_three, lines=lines), (act("pay", PAYMENT_FEED, paid="35"), A_REFUNDED))
    case.child("out_of_stock", "resolved_refunded", **REFUNDED)
    assert (goods(case.case.lines), str(case.case.paid)) == ([("B", 1, "5")], "5.00 CNY")


def test_what_two_answers_leave_for_later_goes_once() -> None:
    case = both_short(lines=[*LINES, {"sku": "C", "qty": 1, "unit_price": "1"}])
    walk(case, (later("A", {"line": 3, "qty": 1}), later("B", {"line": 3, "qty": 1})))
    *_, rest = case.effects(OpenCase)
    assert [(line["sku"], line["qty"]) for line in rest.form["lines"]] == [("A", 2), ("B", 1)]
    (shared,) = case.effects(SharePayment)
    assert [str(share.amount) for share in shared.shares] == ["26.00 CNY"]
    assert goods(case.case.lines) == [("C", 1, "1")]


def test_what_follows_later_goes_though_nothing_goes_now() -> None:
    case = both_short(freight="0")
    refunded: dict[str, Any] = {"outcome": "refund", "sku": "B", "missing_qty": 1}
    walk(case, (later("A", {"line": 2, "qty": 1}), child("out_of_stock", "resolved_refunded", **refunded)))
    *_, rest = case.effects(OpenCase)
    (shared,) = case.effects(SharePayment)
    assert (case.stage, rest.procedure) == ("cancelled", "order_fulfilment")
    assert [(s.order, str(s.amount)) for s in shared.shares] == [(rest.subject, "21.00 CNY")]
    assert [message.template for message in case.effects(Message)] == ["order_received", "order_confirmed"]


@pytest.mark.parametrize(
    ("qty", "difference", "expected"),
    [
        (2, "4", [("C", 2, "12.50")]),
        (2, "-1", [("C", 2, "10.00")]),
        (1, "0", [("C", 1, "21.00")]),
        (3, "4", [("C", 2, "8.33"), ("C", 1, "8.34")]),
        (1, "-30", [("C", 1, "0.00")]),
    ],
    ids=["dearer", "cheaper", "one for two", "three for two", "cheaper than nothing"],
)
def test_a_substitute_costs_what_was_paid_for_it(qty: int, difference: str, expected: list[Any]) -> None:
    answer: dict[str, Any] = {
        **A_REPLACED.result,
        "substitute": {"sku": "C", "qty": qty},
        "price_difference": difference,
    }
    short = {ReserveStock: Once(no(missing=[{"sku": "A", "wanted": 2, "free": 0}]))}
    case = walk(start(short), (PAY, child("out_of_stock", "resolved_shipped", **answer)))
    paid = 26 + max(float(difference), -21)
    assert (goods(case.case.lines), float(case.case.paid.amount)) == ([("B", 1, "5"), *expected], paid)


def test_an_answer_about_a_line_that_the_order_lacks_changes_nothing() -> None:
    answer: dict[str, Any] = {**REFUNDED, "lines": [{"line": 7, "qty": 1}]}
    case = walk(start(short_once()), (PAY, child("out_of_stock", "resolved_refunded", **answer)))
    assert (case.stage, [line.qty for line in case.case.lines]) == ("allocated", [2, 1])


@pytest.mark.parametrize(
    ("answer", "refunded", "released"),
    [
        (A_REFUNDED, "5.00 CNY", [("B", 1)]),
        (A_REPLACED, "30.00 CNY", [("B", 1), ("C", 2)]),
        (later("A", {"line": 2, "qty": 1}), "26.00 CNY", [("B", 1)]),
    ],
    ids=["refunded", "replaced", "to follow"],
)
def test_cancelled_between_two_answers(answer: Any, refunded: str, released: list[Any]) -> None:
    case = walk(both_short(), (answer, CANCEL))
    *_, refund = case.effects(OpenCase)
    due = Money.model_validate(refund.form["amount"])
    assert (case.stage, refund.procedure, str(due)) == ("cancelled", "refund_only", refunded)
    assert [str(reversed_.amount) for reversed_ in case.effects(ReverseBenefits)] == [refunded]
    assert [(row.sku, row.qty) for row in case.effects(ReleaseLines)[-1].lines] == released
    assert case.effects(SharePayment) == []


def test_no_split_between_two_answers() -> None:
    with pytest.raises(Refusal, match="No out-of-stock case of the order has ended"):
        walk(both_short(), (A_REFUNDED, SPLIT))


def test_parts_find_the_goods_that_an_out_of_stock_case_reserved() -> None:
    restocked: dict[str, Any] = {**REFUNDED, "outcome": "restocked"}
    case = walk(start(short_once()), (PAY, child("out_of_stock", "resolved_shipped", **restocked), SPLIT))
    (freed,) = case.effects(ReleaseLines)
    assert [(row.sku, row.qty) for row in freed.lines] == [("A", 2), ("B", 1)]


def test_goods_that_the_opener_reserved_are_freed() -> None:
    """A presale sets goods aside under the number of the order that it opens later."""
    case = walk(start(parent=as_child("dispatch", waits=False)), (CANCEL,))
    (freed,) = case.effects(ReleaseLines)
    assert [(row.sku, row.qty) for row in freed.lines] == [("A", 2), ("B", 1)]


@pytest.mark.parametrize("end", [SIGN, REFUSED], ids=["signed", "refused"])
def test_a_request_made_under_way_goes_on(end: Act) -> None:
    case = walk(start(), (*TO_CARRIER, AFTERSALES, end))
    assert case.effects(CancelCase) == []
    assert [child.procedure for child in case.machine.memory.children.values()] == ["aftersales_request"]


def test_the_search_for_a_parcel_ends_with_its_signature() -> None:
    case = walk(start(), (*TO_CARRIER, AFTERSALES, DELAYED, SIGN))
    assert len(case.effects(CancelCase)) == 1


def test_a_cancelled_order_ends_its_shortage() -> None:
    case = walk(start(NO_STOCK), (PAY, CANCEL))
    assert len(case.effects(CancelCase)) == 1


# --- orders that other cases open


def as_child(link: str, *, waits: bool) -> Parent:
    return Parent(case="order_fulfilment:shop:SO-0", link=link, waits=waits)


@pytest.mark.parametrize(
    ("parent", "paid"),
    [
        (as_child("ship_parts", waits=True), "26.00 CNY"),
        (as_child("ship_rest", waits=False), "26.00 CNY"),
        (as_child("replacement", waits=True), "0.00 CNY"),
    ],
    ids=["part", "rest", "the parent refunds"],
)
def test_the_opener_has_taken_the_money(parent: Parent, paid: str) -> None:
    case = start(parent=parent)
    assert (case.stage, str(case.case.paid), case.effects(RecordPayment)) == ("allocated", paid, [])


def test_nothing_to_pay() -> None:
    assert start(lines=[{"sku": "A", "qty": 1, "unit_price": "0"}]).stage == "allocated"


def test_a_part_tells_how_it_ended() -> None:
    case = walk(
        start(parent=as_child("ship_parts", waits=True).model_copy(update={"wants": ("delivered",)})),
        TO_DOOR[1:],
    )
    reports = case.act("sign", CARRIER_FEED).effects(TellParent)
    assert [(t.stage, t.ended, t.result["waybill_no"]) for t in reports] == [("delivered", False, "SF1")]


@pytest.mark.parametrize(
    ("ends", "stage"),
    [
        (["delivered"], "split"),
        (["delivered", "delivered"], "delivered"),
        (["cancelled", "delivered"], "delivered"),
        (["delivered", "closed_lost"], "delivered"),
        (["closed_returned", "cancelled"], "cancelled"),
    ],
    ids=["one of two", "both", "one cancelled", "one lost", "none"],
)
def test_parts(ends: list[str], stage: str) -> None:
    case = walk(start(), (PAY, SPLIT))
    for end in ends:
        case.child("order_fulfilment", end, ended=end != "delivered")
    assert case.stage == stage


def test_each_part_takes_its_share_of_the_money() -> None:
    case = walk(start(freight="8"), (act("pay", PAYMENT_FEED, paid="34.00"), SPLIT))
    (shared,) = case.effects(SharePayment)
    assert [(s.order, str(s.amount)) for s in shared.shares] == [
        ("SO-1-P1", "29.00 CNY"),
        ("SO-1-P2", "5.00 CNY"),
    ]
    assert [part.form["freight"]["amount"] for part in case.effects(OpenCase)] == ["8", "0"]


# --- what the books hold of it


def test_it_enters_what_was_ordered_and_by_whom() -> None:
    assert start().entry == OrderEntry.model_validate(
        {"order": "SO-1", "receiver_name": "王芳", "phone": "13800138000", "address": HOME, "lines": LINES}
    )


def test_its_entry_follows_the_order() -> None:
    moved = walk(start(), (PAY, MOVE))
    assert moved.entry.address.street == "文二路 2 号"
    refunded = walk(start(short_once()), (PAY, child("out_of_stock", "resolved_refunded", **REFUNDED)))
    assert [(line.sku, line.qty) for line in refunded.entry.lines] == [("A", 1), ("B", 1)]


@pytest.mark.parametrize(
    ("opener", "origin"),
    [
        ("order_fulfilment", OrderOrigin.PART),
        ("exchange", OrderOrigin.REPLACEMENT),
        ("lost_parcel_claim", OrderOrigin.REPLACEMENT),
        ("online_direct_sale", OrderOrigin.PLACED),
    ],
)
def test_it_says_why_it_is_there(opener: str, origin: OrderOrigin) -> None:
    parent = Parent(case=f"{opener}:shop:1", link="order", waits=True)
    order = start(parent=parent)
    assert order.entry.origin is origin
    assert order.reached == [], "nobody has paid it"


@pytest.mark.parametrize(
    ("steps", "reached"),
    [
        ((*TO_DOOR, SIGN), ["order_paid", "order_handed_over", "order_signed"]),
        ((PAY, HOLD, RELEASE, CONFIRM, HOLD, RELEASE, CONFIRM), ["order_paid", *["order_confirmed"] * 2]),
        ((act("pay_mismatch", PAYMENT_FEED, paid="20.00"),), ["order_paid"]),
        ((*TO_PICKUP, CANCEL_LATE, GONE), ["order_paid", "order_handed_over"]),
    ],
    ids=["main path", "confirmed twice", "the wrong amount", "cancelled too late"],
)
def test_its_milestones(steps: tuple[Act, ...], reached: list[str]) -> None:
    assert walk(start(), steps).reached == [Milestone(one) for one in reached]


# --- orders with something unclear in them

UNCLEAR: dict[str, Any] = {
    "phone": "ask my wife",
    "address": {"province": "", "city": "东莞市", "zip": 523000},
    "receiver_name": "\x07",
    "delivery_method": "drone",
    "payment_method": "cowries",
}


@pytest.mark.parametrize("field", [*UNCLEAR, "no address", "no phone"])
def test_event_kind_07_an_order_that_somebody_paid_for_is_not_lost_over_a_field(field: str) -> None:
    told = {**ORDER, field: UNCLEAR[field]} if field in UNCLEAR else dict(ORDER)
    named = field.removeprefix("no ")
    if field not in UNCLEAR:
        del told[named]
    case = Scenario(OrderFulfilment, subject="SO-1", answers={})
    walk(case.act("place_order", PLATFORM_FEED, **told), (PAY,))
    assert (case.stage, case.case.in_doubt) == ("pending_confirmation", (named,))
    assert case.case.model_dump(mode="json")["in_doubt"] == [named], "the agent sees what is in doubt"


def test_event_kind_07_what_is_unclear_is_kept_as_it_came() -> None:
    case = Scenario(OrderFulfilment, subject="SO-1", answers={})
    case.act("place_order", PLATFORM_FEED, **{**ORDER, **UNCLEAR, "buyer_note": "x" * 5000})
    assert (case.case.phone, case.case.payment_method) == ("ask my wife", "cowries")
    assert case.case.address.as_it_came == '{"province": "", "city": "东莞市", "zip": 523000}'
    assert case.case.address.city == "东莞市"
    entry = case.case.entry(OrderOrigin.PLACED)
    assert OrderEntry.model_validate_json(entry.model_dump_json()).address is None, (
        "the book has addresses alone"
    )
    assert len(case.case.buyer_note) == 5000


def test_event_kind_07_no_carrier_gets_a_parcel_that_goes_nobody_knows_where() -> None:
    case = Scenario(OrderFulfilment, subject="SO-1", answers={})
    case.act(
        "place_order",
        PLATFORM_FEED,
        **{**ORDER, **{n: UNCLEAR[n] for n in ("phone", "address", "receiver_name")}},
    )
    walk(case, (PAY, CONFIRM, PICK, PICKED, PACK, CHECK))
    with pytest.raises(Refusal, match="edit the address first"):
        walk(case, (WAYBILL,))
    case.act(
        "edit_address",
        CS_AGENT,
        new_address=HOME,
        new_phone="+86 139 0013 9000",
        new_name="李",
        requested_by="agent",
        channel="phone",
    )
    assert case.case.in_doubt == ()
    (waybill,) = walk(case, (WAYBILL,)).effects(BookWaybill)
    assert (waybill.receiver, waybill.phone) == ("李", "13900139000")


@pytest.mark.parametrize(
    ("field", "why"),
    [
        ("phone", "This is no phone's number"),
        ("address", "Give province, city and street"),
        ("receiver_name", "Say whom the parcel goes to"),
        ("payment_method", "Must be one of the choices"),
    ],
)
def test_event_kind_07_people_are_told_how_to_write_it(field: str, why: str) -> None:
    with pytest.raises(InvalidForm, match=why) as refused:
        start(**{field: UNCLEAR[field]})
    assert [fault.pointer for fault in refused.value.errors] == [f"/{field}"]


def test_event_kind_10_an_order_discount_counts_in_what_is_to_be_paid() -> None:
    case = walk(start(discount="1.00"), (act("pay", PAYMENT_FEED, paid="25.00", payment_no="P1"),))
    assert (case.stage, str(case.case.total)) == ("allocated", "25.00 CNY")
    with pytest.raises(InvalidForm, match="more than the goods cost"):
        start(discount="26.01")


def test_kind_38_a_wrong_item_costs_the_customer_no_postage() -> None:
    wrong = act(
        "open_aftersales",
        CUSTOMER,
        request_type="return",
        lines=[{"line": 1, "qty": 1}],
        reason="wrong_item",
        photos=["file:1"],
    )
    opened = walk(start(), (*TO_DOOR, wrong)).effects(OpenCase)[-1]
    assert (opened.procedure, opened.form["reason"]) == ("aftersales_request", "wrong_item")


def test_kind_31_a_compensation_moves_no_parcel() -> None:
    told = messages(
        [walk(start(), (*TO_DOOR, DELAYED, child("logistics_exception", "resolved", moved=False)))]
    )
    assert "exception_cleared" not in told
    moving = messages(
        [walk(start(), (*TO_DOOR, DELAYED, child("logistics_exception", "resolved", moved=True)))]
    )
    assert moving["exception_cleared"] == {"parcel_under_way"}


def test_kind_23_what_others_report_short_stops_the_order() -> None:
    """The keeper's report comes from another case, in no person's name: the order stops, and asks its customer."""
    told = act("cannot_ship", cause="no_stock", lines=[{"line": 1, "qty": 1}])
    case = walk(start(), (PAY, PICK, told))
    assert case.stage == "waiting_stock"
    assert case.opened[-1] == "out_of_stock"
    assert "cannot_ship" in type(case.machine.hooks).signalled


def test_kind_63_an_order_that_takes_anothers_parcel_frees_its_own_goods() -> None:
    case = walk(start(), (PAY, PICK, TAKES))
    freed = [(row.sku, row.qty) for effect in case.effects(ReleaseLines) for row in effect.lines]
    assert (case.stage, freed, case.case.waybill_no) == ("in_transit", [("A", 2), ("B", 1)], "SF9")
    assert "ship_limit" not in case.wait(hours(60)).missed
    assert case.act("sign", CARRIER_FEED).stage == "delivered"


def test_kind_63_an_order_takes_no_parcel_of_other_goods() -> None:
    with pytest.raises(InvalidForm, match="other goods"):
        walk(
            start(), (PAY, act("take_parcel", waybill_no="SF9", carrier="sf", goods=[{"sku": "A", "qty": 2}]))
        )


def test_kind_63_an_order_short_of_stock_asks_its_customer_no_more_once_a_parcel_comes() -> None:
    case = walk(start(NO_STOCK), (PAY, TAKES))
    assert case.opened == ["out_of_stock"]
    assert case.effects(CancelCase)
