"""Order fulfilment: late orders, new addresses, and lines that are changed before they ship."""

from __future__ import annotations

from typing import Any

import pytest

from activities.carriers.contract import InstructCarrier, VoidWaybill
from activities.cases.contract import OpenCase, SendEvent
from activities.messages.contract import Message, Notify
from activities.money.contract import ReverseBenefits
from activities.stock.contract import ReceiveStock, ReleaseLines, ReserveStock
from models.values import Money
from tests.procedures.orders_and_logistics.test_order_fulfilment import (
    CANCEL_LATE,
    CARRIER_LATE,
    LESS,
    PAY,
    REFUSED,
    SIGN,
    SPLIT,
    TO_CARRIER,
    TO_DOOR,
    TO_PACKED,
    TO_PICKUP,
    WAYBILL,
    change,
    start,
    with_note,
)
from tests.procedures.paths import Act, act, walk
from tests.scenario import Scenario
from workflows.language.refusals import InvalidForm
from workflows.language.timing import days, hours
from workflows.vocabulary import (
    CS_AGENT,
    CS_SUPERVISOR,
    CUSTOMER,
    FACTORY_RESIDENT,
    LOGISTICS,
    PACKER,
    PAYMENT_FEED,
    WAREHOUSE_KEEPER,
    WAREHOUSE_SUPERVISOR,
    Role,
)

NEW = {"province": "江苏省", "city": "南京市", "district": "玄武区", "street": "中山路 1 号"}
MOVED = act(
    "edit_address", CS_AGENT, new_address=NEW, new_name="李雷", requested_by="customer", channel="phone"
)


def templates(case: Scenario) -> set[str]:
    """Of the notices to staff, and of the messages."""
    return {effect.template for effect in case.done if isinstance(effect, Notify | Message)}


# --- late


def test_kind_20_a_labelled_parcel_is_not_torn_up_after_48_hours() -> None:
    case = walk(start(), (*TO_PICKUP, hours(48)))
    assert (case.stage, case.opened, case.case.waybill_no) == ("awaiting_pickup", [], "SF1")
    assert {"ReserveStock", "BookWaybill"} <= {*case.undoable}
    assert {"ready_but_late", "order_late"} <= templates(case)


@pytest.mark.parametrize("steps", [(PAY,), TO_PICKUP], ids=["not picked", "labelled"])
def test_kind_20_a_late_carrier_is_no_shortage(steps: tuple[Any, ...]) -> None:
    case = walk(start(), (*steps, CARRIER_LATE))
    assert (case.opened, case.effects(ReleaseLines)) == ([], [])
    assert "carrier_is_late" in templates(case)
    assert "cannot_ship" not in templates(case)


# --- where it goes


def test_kind_37_the_address_changes_until_the_carrier_has_it() -> None:
    case = walk(start(), (*TO_PICKUP, MOVED))
    assert (case.stage, case.case.waybill_no, len(case.effects(VoidWaybill))) == ("packed", None, 1)
    assert (case.case.address.city, case.case.receiver_name, case.case.phone) == (
        "南京市",
        "李雷",
        "13800138000",
    )
    assert WAREHOUSE_SUPERVISOR in case.notified
    assert walk(case, (WAYBILL,)).stage == "awaiting_pickup"


@pytest.mark.parametrize(
    ("steps", "hear"),
    [
        ((PAY,), []),
        (TO_PACKED[:3], [WAREHOUSE_SUPERVISOR, PACKER]),
        (TO_PICKUP, [WAREHOUSE_SUPERVISOR, FACTORY_RESIDENT, LOGISTICS]),
    ],
    ids=["not picked yet", "being packed", "labelled"],
)
def test_kind_37_whoever_is_affected_hears_where_it_goes_now(
    steps: tuple[Act, ...], hear: list[Role]
) -> None:
    before = len(walk(start(), steps).notified)
    case = walk(start(), (*steps, MOVED))
    assert case.notified[before:] == hear
    assert [one.template for one in case.effects(Message)][-1] == "order_readdressed"
    told = case.effects(Message)[-1]
    assert (told.to, "李雷" in str(told.data)) == ("SO-1", False)


def test_kind_37_the_parts_of_a_split_order_go_elsewhere_too() -> None:
    case = walk(start(), (PAY, SPLIT, MOVED))
    sent = [(one.subject, one.event, one.form["new_name"]) for one in case.effects(SendEvent)]
    assert sent == [
        (part, event, "李雷") for part in ("SO-1-P1", "SO-1-P2") for event in ("edit_address", "redirect")
    ]
    part = walk(start(placed_as="SO-0"), (PAY,)).act("edit_address", None, **MOVED.form)
    assert part.case.receiver_name == "李雷"
    assert "order_readdressed" not in templates(part)  # the order that it is a part of has told them


def test_kind_66_a_parcel_that_counted_as_lost_is_put_away_when_it_comes() -> None:
    case = walk(start(), (*TO_DOOR, REFUSED, days(10)))
    case.act("lost_came_back", WAREHOUSE_KEEPER, inspected="sellable", bin="R1")
    assert [(row.sku, row.qty) for row in case.effects(ReceiveStock)[0].lines] == [("A", 2), ("B", 1)]
    assert (case.notified[-1], case.opened.count("refund_only")) == (LOGISTICS, 0)


def test_kind_37_a_parcel_under_way_is_redirected() -> None:
    case = walk(start(), TO_CARRIER)
    case.act("redirect", CS_AGENT, new_address=NEW, channel="phone")
    (told,) = case.effects(InstructCarrier)
    assert (told.instruction, told.to.city, "redirect_parcel" in templates(case)) == (
        "deliver",
        "南京市",
        True,
    )


# --- what goes


def refunded(case: Scenario) -> list[str]:
    return [
        str(Money.model_validate(effect.form["amount"]))
        for effect in case.effects(OpenCase)
        if effect.procedure == "refund_only"
    ]


def test_kind_37_a_line_is_cancelled_in_part_and_its_share_of_the_money_returns() -> None:
    case = walk(start(freight="4"), (act("pay", PAYMENT_FEED, paid="30"), LESS))
    assert [(line.sku, line.qty) for line in case.case.lines] == [("A", 1), ("B", 1)]
    assert (refunded(case), str(case.case.paid)) == (["10.50 CNY"], "19.50 CNY")
    assert [str(effect.amount) for effect in case.effects(ReverseBenefits)] == ["10.50 CNY"]
    (freed,) = case.effects(ReleaseLines)
    assert [(row.sku, row.qty) for row in freed.lines] == [("A", 1)]
    assert case.stage == "allocated"


def test_kind_37_another_colour_goes_at_the_same_price() -> None:
    case = walk(start(), (*TO_PACKED, change(replaced=[{"line": 1, "qty": 2, "sku": "A-RED"}])))
    assert [(line.sku, line.qty) for line in case.case.lines] == [("B", 1), ("A-RED", 2)]
    assert (case.stage, refunded(case), "put_goods_back" in templates(case)) == ("allocated", [], True)
    assert [(row.sku, row.qty) for row in case.effects(ReserveStock)[-1].lines] == [("B", 1), ("A-RED", 2)]


def test_a_changed_order_can_be_cancelled_by_its_buyer_for_what_is_left() -> None:
    case = walk(start(), (PAY, LESS)).act("request_cancel", CUSTOMER, reason="price")
    assert refunded(case) == ["10.50 CNY", "15.50 CNY"]


@pytest.mark.parametrize(
    ("before", "event", "form"),
    [
        ((), "cancel_unpaid", {"reason": "price"}),
        ((PAY,), "request_cancel", {"reason": "price"}),
        (TO_PICKUP, "request_cancel_late", {"reason": "too_slow"}),
        (TO_CARRIER, "request_recall", {"reason": "too_slow"}),
        ((*TO_PICKUP, CANCEL_LATE), "cancel_withdrawn", {}),
        ((*TO_DOOR, SIGN), "open_aftersales", {"request_type": "repair", "lines": [{"line": 1, "qty": 1}]}),
    ],
    ids=lambda one: one if isinstance(one, str) else "",
)
def test_kind_33_an_agent_says_by_which_way_the_customer_asked(
    before: tuple[Any, ...], event: str, form: dict[str, Any]
) -> None:
    case = walk(start(), before)
    with pytest.raises(InvalidForm, match="by which way"):
        case.act(event, CS_AGENT, **form)
    assert case.act(event, CS_AGENT, **form, channel="phone").steps[-1].event == event


def test_kind_33_a_supervisor_who_refuses_an_order_at_its_customers_wish_says_by_which_way() -> None:
    why = {"refund_due": "26.00", "note": "called us"}
    case = walk(with_note(), (PAY,))
    with pytest.raises(InvalidForm, match="by which way"):
        case.act("reject_invalid", CS_SUPERVISOR, reason="customer_request", **why)
    own = walk(with_note(), (PAY,)).act("reject_invalid", CS_SUPERVISOR, reason="price_error", **why)
    asked = case.act("reject_invalid", CS_SUPERVISOR, reason="customer_request", channel="chat", **why)
    assert (own.stage, asked.stage) == ("cancelled", "cancelled")
