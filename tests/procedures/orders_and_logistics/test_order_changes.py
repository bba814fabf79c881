"""Order fulfilment: late orders, new addresses, and lines that are changed before they ship."""

from __future__ import annotations

from typing import Any

import pytest

from activities.carriers.contract import InstructCarrier, VoidWaybill
from activities.cases.contract import OpenCase
from activities.messages.contract import Message, Notify
from activities.money.contract import ReverseBenefits
from activities.stock.contract import ReleaseLines, ReserveStock
from models.values import Money
from tests.procedures.orders_and_logistics.test_order_fulfilment import (
    CARRIER_LATE,
    LESS,
    PAY,
    TO_CARRIER,
    TO_PACKED,
    TO_PICKUP,
    WAYBILL,
    change,
    start,
)
from tests.procedures.paths import act, walk
from tests.scenario import Scenario
from workflows.language.timing import hours
from workflows.vocabulary import CS_AGENT, CUSTOMER, PAYMENT_FEED, WAREHOUSE_SUPERVISOR

NEW = {"province": "江苏省", "city": "南京市", "district": "玄武区", "street": "中山路 1 号"}
MOVED = act("edit_address", CS_AGENT, new_address=NEW, new_name="李雷", requested_by="customer")


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
    assert case.notified[-1] == WAREHOUSE_SUPERVISOR
    assert walk(case, (WAYBILL,)).stage == "awaiting_pickup"


def test_kind_37_a_parcel_under_way_is_redirected() -> None:
    case = walk(start(), TO_CARRIER)
    case.act("redirect", CS_AGENT, new_address=NEW, requested_by="customer", channel="phone")
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
