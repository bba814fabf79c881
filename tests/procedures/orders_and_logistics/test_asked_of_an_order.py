"""What is asked of people on an order's way: only what isn't known."""

from __future__ import annotations

from collections.abc import Mapping
from types import ModuleType
from typing import Any

import pytest

from models.book_reading import BookReading
from models.values import Address
from tests.procedures.orders_and_logistics import test_lost_parcel_claim as lost
from tests.procedures.orders_and_logistics import test_order_fulfilment as order
from tests.procedures.orders_and_logistics import test_out_of_stock as shortage
from tests.procedures.paths import Act, act, walk
from tests.scenario import Scenario, person
from workflows.dispatching import Obstacle, Packed, Waybill
from workflows.language.filling import filled_in, with_books
from workflows.language.forms import read_form
from workflows.language.refusals import InvalidForm
from workflows.ordering import Checked, NewAddress, Rejection
from workflows.procedures.orders_and_logistics.lost_parcel_claim import Claim, Settlement
from workflows.vocabulary import (
    CS_AGENT,
    CS_SUPERVISOR,
    FINANCE,
    LOGISTICS,
    PACKER,
    PICKER,
    WAREHOUSE_KEEPER,
    yuan,
)


def answers(case: Scenario) -> dict[str, object]:
    return dict(case.steps[-1].form or {})


def test_papers_and_people_of_the_warehouse_are_known() -> None:
    case = walk(order.start(), (order.PAY, act("start_picking", PICKER)))
    assert answers(case)["picker"] == "picker"
    assert str(answers(case)["pick_list_no"]).startswith("PL-SO-1-")
    walk(case, (order.PICKED, act("pack", PACKER, goods_qty=3, package_count=1, weight_kg="1.2")))
    assert str(answers(case)["delivery_note_no"]).startswith("DN-SO-1-")


def test_what_is_checked_shows_what_it_should_be_and_is_never_filled_in() -> None:
    context = order.start().machine.context
    values, said = filled_in(context, Packed, person(PACKER))
    assert "goods_qty" not in values
    assert said["goods_qty"] == {"x-fact": 3}
    facts = filled_in(context, Checked, person(CS_SUPERVISOR))[1]
    assert set(facts) == {"model_ok", "qty_ok", "price_ok", "address_ok", "contact_ok"}


def test_all_of_an_order_is_proposed_and_all_its_money() -> None:
    context = walk(order.start(), (order.PAY,)).machine.context
    rows, _ = filled_in(context, Obstacle, person(LOGISTICS))
    assert rows["lines"] == [{"line": 1, "qty": 2}, {"line": 2, "qty": 1}]
    refund, _ = filled_in(context, Rejection, person(CS_SUPERVISOR))
    assert refund["refund_due"] == yuan(26)


def test_a_new_address_begins_with_the_old_one() -> None:
    known, _ = filled_in(order.start().machine.context, NewAddress, person(CS_AGENT))
    assert known["new_address"] == Address.model_validate(order.HOME)
    change = act("edit_address", CS_AGENT, new_phone="13900139000", channel="phone")
    moved = walk(order.start(), (order.PAY, change))
    assert moved.case.address.street == order.HOME["street"], "what is left out stays"


def test_a_claim_asks_for_what_the_parcel_was_worth() -> None:
    context = lost.start().machine.context
    assert filled_in(context, Settlement, person(CS_SUPERVISOR))[0]["amount"] == yuan(34)
    assert filled_in(context, Claim, person(LOGISTICS))[0]["claim_amount"] == yuan(34)


def test_kind_10_the_freight_is_what_the_carriers_contract_says() -> None:
    """The books are asked with what was weighed, or what the carrier bills, and where it goes."""
    context = walk(order.start(), (*order.TO_PACKED, order.CHECK)).machine.context
    asked: list[dict[str, Any]] = []

    def books(question: BookReading, by: Mapping[str, Any]) -> Any:
        asked.append(dict(by))
        return yuan(6)

    waybill = {"carrier": "sf", "waybill_no": "SF1"}
    filled = with_books(context, Waybill, waybill, person(LOGISTICS), books)
    assert filled["freight_fee"] == yuan(6), "it is asked of nobody"
    assert asked[-1]["to"].city == "杭州市"
    weighed = asked[-1]["weight"]
    with_books(context, Waybill, {**waybill, "billed_kg": "9"}, person(LOGISTICS), books)
    assert (weighed, asked[-1]["weight"]) == (context.case.weight_kg, 9)
    assert with_books(context, Waybill, {**waybill, "freight_fee": "5"}, person(LOGISTICS), books)
    further = [{"waybill_no": "SF2", "lines": [{"line": 2, "qty": 1}], "freight_fee": "2"}]
    with pytest.raises(InvalidForm, match="the carrier asks 6"):
        read_form(Waybill, {**filled, "further": further, "pickup_time": "2026-11-23T02:00:00Z"})
    with pytest.raises(InvalidForm, match=r"at most 6\.00 CNY"):
        with_books(context, Waybill, {**waybill, "freight_fee": "6.01"}, person(LOGISTICS), books)


REFUSED = [
    (order, (order.PAY, act("start_picking", PICKER, picker="wang")), "picker, not wang"),
    (
        shortage,
        (act("recount_ok", WAREHOUSE_KEEPER, counted_qty=2, counter="wu"),),
        "warehouse_keeper, not wu",
    ),
    (
        shortage,
        (
            *shortage.ASKED,
            act("choose_refund", shortage.CUSTOMER, lines=[{"line": 1, "qty": 2}], amount="20"),
            act("refund_paid", FINANCE, refund_no="R1", paid_at="2026-11-23T02:00:00Z", amount="19"),
        ),
        "20.00 CNY, not 19.00 CNY",
    ),
]


@pytest.mark.parametrize(("of", "steps", "says"), REFUSED)
def test_another_answer_is_refused_with_both(of: ModuleType, steps: tuple[Act, ...], says: str) -> None:
    case = of.start()
    *before, last = steps
    walk(case, before)
    with pytest.raises(InvalidForm, match=says):
        walk(case, [last])
