"""Order fulfilment: what carriers tell of a parcel, and parcels that are to come back."""

from __future__ import annotations

from typing import Any

import pytest

from activities.carriers.contract import InstructCarrier
from activities.cases.contract import SendEvent
from activities.messages.contract import Message
from tests.procedures.orders_and_logistics.test_order_fulfilment import (
    BACK,
    CANCEL_LATE,
    DELAYED,
    HAND_OVER,
    HOME,
    LINES,
    PAY,
    SCAN,
    SPLIT,
    TO_CARRIER,
    TO_PICKUP,
    start,
)
from tests.procedures.paths import act, child, walk
from tests.scenario import Scenario
from workflows.language.memory import Parent
from workflows.language.refusals import InvalidForm
from workflows.language.timing import days, hours
from workflows.procedures.orders_and_logistics.order_fulfilment import OrderFulfilment
from workflows.vocabulary import (
    AFTER_SALES,
    CARRIER_FEED,
    CS_AGENT,
    LOGISTICS,
    PLATFORM_FEED,
    WAREHOUSE_KEEPER,
)

TOLD: dict[str, Any] = {"location": "Hangzhou hub", "at": "2026-11-24 02:10:00", "signed_by": "reception"}


@pytest.mark.parametrize(
    "told", [{}, TOLD, {"location": 7, "time": ["?"]}], ids=["bare", "told", "unreadable"]
)
@pytest.mark.parametrize(
    ("topic", "stage"),
    [
        ("scanned", "in_transit"),
        ("out_for_delivery", "out_for_delivery"),
        ("delivered", "delivered"),
        ("delayed", "delivery_exception"),
        ("lost", "delivery_exception"),
        ("refused", "returning"),
        ("sent_back", "returning"),
    ],
)
def test_event_kind_05_carriers_tell_what_they_know(topic: str, stage: str, told: dict[str, Any]) -> None:
    case = walk(start(), TO_CARRIER).hear(f"carrier.parcel.{topic}", CARRIER_FEED, **told)
    assert case.stage == stage
    kept = case.steps[-1].form
    assert kept is not None
    assert kept["location"] == (told["location"] if told == TOLD else None)


def test_event_kind_05_a_lost_parcel_is_told_in_one_shape() -> None:
    case = walk(start(), TO_CARRIER)
    for _ in range(2):
        case.hear("carrier.parcel.lost", CARRIER_FEED, **TOLD)
    assert case.stage == "closed_lost"


def test_event_kind_05_a_parcel_is_collected_without_a_word() -> None:
    case = walk(start(), TO_PICKUP).hear("carrier.parcel.collected", CARRIER_FEED)
    assert case.stage == "shipped"


# --- cancelled, and gone all the same


def test_kind_21_a_parcel_collected_during_a_cancellation_is_called_back_and_refunded() -> None:
    case = walk(start(), (*TO_PICKUP, CANCEL_LATE, HAND_OVER, SCAN))
    (told,) = case.effects(InstructCarrier)
    assert (told.instruction, LOGISTICS in case.notified) == ("bring_back", True)
    said = {message.template for message in case.effects(Message)}
    assert "please_refuse_parcel" in said
    assert not said & {"order_shipped", "parcel_under_way"}
    case.act("refused", LOGISTICS, cause="recalled").act(BACK.event, BACK.by, **BACK.form)
    assert (case.stage, case.opened) == ("closed_returned", ["refund_only"])


def test_kind_27_a_split_order_that_the_platform_cancels_reaches_its_parts() -> None:
    case = walk(start(), (PAY, SPLIT, child("order_fulfilment", "delivered", ended=False)))
    case.hear("store.order.cancelled", PLATFORM_FEED, reason="changed_mind")
    sent = {(effect.subject, effect.event) for effect in case.effects(SendEvent)}
    assert sent == {
        ("SO-1-P2", event)
        for event in ("request_cancel", "request_cancel_late", "request_recall", "cancel_parts")
    }
    assert case.notified[-1] == CS_AGENT, "the first part was delivered"
    assert case.child("order_fulfilment", "cancelled").stage == "delivered"


def test_kind_28_a_part_asks_for_nothing_and_speaks_with_the_number_that_its_buyer_knows() -> None:
    case = start(parent=Parent(case="order_fulfilment:shop:SO-0", link="ship_parts"), placed_as="SO-0")
    case = walk(case, (*TO_CARRIER[1:], SCAN))
    assert {message.to for message in case.effects(Message)} == {"SO-0"}
    assert "order_received" not in {message.template for message in case.effects(Message)}
    free = start(lines=[{"sku": "A", "qty": 1, "unit_price": "0"}])
    assert "order_received" not in {message.template for message in free.effects(Message)}


def test_kind_31_a_parcel_that_was_compensated_is_not_said_to_move() -> None:
    compensated = child("logistics_exception", "resolved", moved=False)
    case = walk(start(), (*TO_CARRIER, DELAYED, compensated))
    assert case.stage == "in_transit"
    assert "parcel_under_way" not in {message.template for message in case.effects(Message)}


# --- what else is said of it


def test_kind_24_an_order_that_was_not_received_is_looked_for() -> None:
    case = walk(start(), (*TO_CARRIER, SCAN, act("sign", CARRIER_FEED)))
    with pytest.raises(InvalidForm, match="by which way"):
        case.act("confirm_receipt", CS_AGENT, received_ok=False)
    case.act("confirm_receipt", CS_AGENT, received_ok=False, channel="phone")
    assert (case.stage, case.opened[-1]) == ("delivery_exception", "logistics_exception")
    assert case.child("logistics_exception", "lost").opened[-1] == "lost_parcel_claim"


def test_kind_29_an_order_does_not_complete_while_a_return_runs_that_the_platform_reported() -> None:
    case = walk(start(), (*TO_CARRIER, act("sign", CARRIER_FEED), act("return_reported", number="RT-1")))
    assert case.wait(days(11)).stage == "delivered"
    case.act("return_reported", number="RT-1", is_over=True)
    assert case.stage == "completed"


def test_kind_31_a_case_that_staff_opened_is_the_orders() -> None:
    case = walk(start(), (*TO_CARRIER, act("trouble_known"), days(3)))
    assert (case.stage, case.opened) == ("delivery_exception", [])
    assert case.act("exception_cleared").stage == "in_transit"


def test_kind_33_an_order_that_came_by_phone_says_so() -> None:
    form = {
        "order_no": "SO-1",
        "receiver_name": "王芳",
        "phone": "13800138000",
        "address": HOME,
        "lines": LINES,
    }
    form |= {"delivery_method": "express", "payment_method": "card"}
    with pytest.raises(InvalidForm, match="by which way"):
        Scenario(OrderFulfilment, subject="SO-1").act("place_order", CS_AGENT, **form)
    case = Scenario(OrderFulfilment, subject="SO-1").act("place_order", CS_AGENT, **form, channel="phone")
    assert case.stage == "awaiting_payment"
    assert (
        Scenario(OrderFulfilment, subject="SO-1").act("place_order", PLATFORM_FEED, **form).stage
        == case.stage
    )


def test_kind_36_the_warehouse_answers_an_urge() -> None:
    urge = act("urge_ship", AFTER_SALES, message="today?")
    promise = act("answer_urge", WAREHOUSE_KEEPER, promised_at="2026-11-23T09:00:00Z")
    case = walk(start(), (PAY, urge, promise, hours(3)))
    assert (case.missed, case.notified[-1], str(case.case.promised_at.date())) == (
        [],
        AFTER_SALES,
        "2026-11-23",
    )
