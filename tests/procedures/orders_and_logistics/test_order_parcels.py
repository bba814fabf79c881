"""Order fulfilment: orders that leave in several parcels."""

from __future__ import annotations

from typing import Any

import pytest

from activities.carriers.contract import BookWaybill, RecordShipment, VoidWaybill
from activities.cases.contract import OpenCase
from activities.stock.contract import ReceiveStock
from models.values import Money
from tests.procedures.orders_and_logistics.test_order_fulfilment import (
    CHECK,
    PACK,
    PAY,
    PICK,
    PICKED,
    WAYBILL,
    start,
)
from tests.procedures.paths import act, walk
from tests.scenario import Scenario, no, yes
from workflows.language.refusals import InvalidForm
from workflows.language.timing import days
from workflows.vocabulary import CARRIER_FEED, LOGISTICS, PACKER, WAREHOUSE_KEEPER

PACKED_IN_TWO = (PAY, PICK, PICKED, act("pack", PACKER, **{**PACK.form, "package_count": 2}), CHECK)
SECOND: dict[str, Any] = {
    "waybill_no": "YT2",
    "carrier": "yto",
    "lines": [{"line": 2, "qty": 1}],
    "freight_fee": "3",
}


def in_two(**more: Any) -> Any:
    return act("create_waybill", LOGISTICS, **{**WAYBILL.form, "further": [SECOND], **more})


TWO = (*PACKED_IN_TWO, in_two())


def told(case: Scenario, what: str, parcel: str, **form: Any) -> Scenario:
    """A carrier's message about one parcel; the API says which, as the message's subject does."""
    return case.hear(f"carrier.parcel.{what}", CARRIER_FEED, parcel_no=parcel, **form)


def shipped() -> Scenario:
    return told(told(walk(start(), TWO), "collected", "YT2"), "collected", "SF1")


def states(case: Scenario) -> dict[str, str]:
    return {parcel.waybill_no: parcel.state for parcel in case.case.parcels}


def test_kind_25_each_parcel_has_its_waybill_carrier_and_lines() -> None:
    case = walk(start(), TWO)
    booked = [(one.carrier, one.waybill_no, str(one.freight)) for one in case.effects(BookWaybill)]
    assert booked == [
        ("sf", "SF1", f"{Money.model_validate(WAYBILL.form['freight_fee'])}"),
        ("yto", "YT2", "3.00 CNY"),
    ]
    held = {parcel.waybill_no: [(row.line, row.qty) for row in parcel.lines] for parcel in case.case.parcels}
    assert (held, case.case.parcel_no) == ({"SF1": [(1, 2)], "YT2": [(2, 1)]}, ("SF1", "YT2"))


def test_kind_25_the_order_leaves_with_its_last_parcel_and_stands_where_the_slowest_does() -> None:
    case = told(walk(start(), TWO), "collected", "YT2")
    assert case.stage == "awaiting_pickup"
    told(case, "collected", "SF1")
    assert (case.stage, [one.waybill_no for one in case.effects(RecordShipment)]) == (
        "shipped",
        ["SF1", "YT2"],
    )
    steps = [
        ("scanned", "SF1", "shipped"),
        ("delivered", "SF1", "shipped"),
        ("scanned", "YT2", "in_transit"),
        ("out_for_delivery", "YT2", "in_transit"),
        ("delivered", "YT2", "delivered"),
    ]
    for what, parcel, stage in steps:
        assert told(case, what, parcel).stage == stage, (what, parcel)
    assert case.wait(days(10)).stage == "completed"
    assert case.opened == ["satisfaction_survey"]


def test_kind_25_a_lost_parcel_is_claimed_for_its_lines_while_the_rest_goes_on() -> None:
    case = told(told(shipped(), "scanned", "SF1"), "lost", "YT2")
    (claim,) = case.effects(OpenCase)
    assert (claim.procedure, claim.form["waybill_no"]) == ("lost_parcel_claim", "YT2")
    assert claim.form["parcel"]["lines"] == [{"sku": "B", "qty": 1}]
    assert Money.model_validate(claim.form["declared_value"]) == Money.model_validate("5")
    assert case.stage == "in_transit"
    assert told(case, "delivered", "SF1").stage == "delivered"


def test_kind_25_a_parcel_that_comes_back_is_refunded_for_its_lines() -> None:
    case = told(told(shipped(), "refused", "YT2"), "delivered", "SF1")
    assert (case.stage, states(case)) == ("in_transit", {"SF1": "delivered", "YT2": "coming_back"})
    case.act("parcel_back", WAREHOUSE_KEEPER, parcel_no="YT2", inspected="sellable", bin="A1")
    (received,) = case.effects(ReceiveStock)
    assert [(row.sku, row.qty) for row in received.lines] == [("B", 1)]
    refund = case.effects(OpenCase)[-2:]
    amounts = [Money.model_validate(one.form["amount"]) for one in refund if one.procedure == "refund_only"]
    assert ([str(one) for one in amounts], case.stage) == (["5.00 CNY"], "delivered")
    with pytest.raises(InvalidForm):
        case.act("parcel_back", WAREHOUSE_KEEPER, parcel_no="YT2", inspected="sellable", bin="A1")


def test_an_order_none_of_whose_parcels_arrives_is_over() -> None:
    case = told(told(shipped(), "lost", "YT2"), "sent_back", "SF1")
    case.act("parcel_back", WAREHOUSE_KEEPER, parcel_no="SF1", inspected="sellable", bin="A1")
    assert (case.stage, str(case.case.paid)) == ("closed_returned", "5.00 CNY")


def test_one_refused_waybill_voids_all() -> None:
    def only_sf(effect: BookWaybill) -> Any:
        return no("full") if effect.carrier == "yto" else yes()

    case = walk(start({BookWaybill: only_sf}), TWO)
    assert (case.stage, case.case.parcels, case.case.parcel_no) == ("packed", (), ())
    assert len(case.effects(VoidWaybill)) == 1


@pytest.mark.parametrize(
    "wrong",
    [
        {"lines": [{"line": 1, "qty": 1}]},
        {"further": [{**SECOND, "waybill_no": "SF1"}]},
        {"further": [{**SECOND, "lines": [{"line": 2, "qty": 2}]}]},
        {"further": [SECOND, {**SECOND, "waybill_no": "YT3", "lines": [{"line": 1, "qty": 1}]}]},
    ],
    ids=["lines left", "one number twice", "more than ordered", "more than packed"],
)
def test_parcels_that_do_not_fit_the_order(wrong: dict[str, Any]) -> None:
    with pytest.raises(InvalidForm) as refused:
        walk(start(), (*PACKED_IN_TWO, in_two(**wrong)))
    assert [error.pointer for error in refused.value.errors] == ["/further"]


def test_a_message_that_names_no_parcel_of_the_order_is_refused() -> None:
    with pytest.raises(InvalidForm, match="which parcel"):
        walk(shipped(), [act("parcel_signed", CARRIER_FEED, parcel_no="XX")])


def test_kind_25_one_parcel_in_trouble_is_searched_by_its_own_number_and_alone_is_lost() -> None:
    case = told(shipped(), "delayed", "YT2")
    (search,) = case.effects(OpenCase)
    assert (search.procedure, search.form["waybill_no"]) == ("logistics_exception", "YT2")
    case.child("logistics_exception", "lost", waybill_no="YT2", parcel_no="YT2")
    assert (states(case)["YT2"], case.opened[-1]) == ("lost", "lost_parcel_claim")
    assert told(case, "delivered", "SF1").stage == "delivered"
