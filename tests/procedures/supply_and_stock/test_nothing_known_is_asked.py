"""Deliveries, rounds and counts, sent with what nobody but the sender knows."""

from __future__ import annotations

import pytest

from activities.purchasing.contract import ReturnToSupplier
from tests.procedures.paths import act, walk
from tests.procedures.supply_and_stock import test_inbound_receiving as inbound
from tests.procedures.supply_and_stock import test_low_stock_alert as low_stock
from tests.procedures.supply_and_stock import test_procurement as procurement
from tests.procedures.supply_and_stock import test_stocktake as stocktake
from tests.procedures.supply_and_stock import test_warehouse_check as round_
from tests.scenario import MONDAY, person
from workflows.buying import Contract, Invoice
from workflows.language.filling import filled_in
from workflows.language.refusals import InvalidForm
from workflows.receiving import PutAway
from workflows.shelf_counts import CountSheet, SecondSheet
from workflows.vocabulary import (
    FINANCE,
    OPS_SPECIALIST,
    PURCHASING,
    QC,
    RECEIVER,
    STATISTICIAN,
    WAREHOUSE_KEEPER,
    WAREHOUSE_SUPERVISOR,
    per_sku,
)

NOTED = (
    act("arrive", RECEIVER, **inbound.ARRIVED),
    inbound.counted(),
    act("print_labels", STATISTICIAN, barcode_count=2, stuck_by="li", label_book_goods_agree=True),
    act("draft_note", RECEIVER, lines=inbound.COSTED),
    act("sign_keeper", person(WAREHOUSE_KEEPER, "wang")),
    act("sign_supervisor", person(WAREHOUSE_SUPERVISOR, "zhao")),
    act("post", STATISTICIAN, posted_on=inbound.TODAY, finance_copy_sent=True),
    act("book_receipt", FINANCE, booked_on=inbound.TODAY),
    act("call_qc", WAREHOUSE_KEEPER, sampling_plan="all"),
)
FAILED = act(
    "qc_fail", QC, inspected_qty=15, good_qty=5, bad_qty=10, opinion="damp", photos=["file:1"]
)  # fmt: skip


def test_a_delivery_goes_back_whole_and_nobody_types_it_again() -> None:
    case = walk(inbound.start(), (*NOTED, FAILED, act("send_back", PURCHASING)))
    assert case.stage == "returned_to_supplier"
    (sent,) = case.effects(ReturnToSupplier)
    assert {row.sku: row.qty for row in sent.lines} == {"TEA": 10, "CUP": 5}
    assert case.case.keeper_signature == "wang"
    assert [number.split("-")[0] for number in (sent.return_note, sent.note)] == ["RN", "IN"]


def test_the_lot_may_be_named_in_any_order_and_not_otherwise() -> None:
    lot = list(reversed(inbound.LINES))
    back = act("send_back", PURCHASING, qty=lot)
    assert walk(inbound.start(), (*NOTED, FAILED, back)).stage == "returned_to_supplier"
    with pytest.raises(InvalidForm, match="known"):
        walk(inbound.start(), (*NOTED, FAILED, act("send_back", PURCHASING, qty=lot[:1])))


def test_what_passed_stands_on_the_put_away_sheet_without_its_bins() -> None:
    passed = act("qc_pass", QC, inspected_qty=15, good_qty=15, bad_qty=0, opinion="fine")
    case = walk(inbound.start(), (*NOTED, passed))
    values, _ = filled_in(case.machine.context, PutAway, person(WAREHOUSE_KEEPER, "wang"))
    assert values["placements"] == [{"sku": "TEA", "qty": 10}, {"sku": "CUP", "qty": 5}]


def test_whoever_goes_round_has_gone_round_and_the_marks_are_counted() -> None:
    zhao = person(WAREHOUSE_SUPERVISOR, "zhao")
    steps = (act("start_round", zhao), *round_.marks(), act("finish_clean", zhao))
    case = walk(round_.start(), steps)
    assert (case.stage, case.case.checker, case.case.items_done) == ("signed_off", "zhao", 7)


def test_a_delivery_is_taken_in_now_or_earlier() -> None:
    late = {**inbound.ARRIVED, "arrived_at": MONDAY.replace(hour=23).isoformat()}
    with pytest.raises(InvalidForm, match="at most"):
        walk(inbound.start(), (act("arrive", RECEIVER, **late),))


def test_nobody_sees_the_first_count_while_counting_again() -> None:
    case = walk(stocktake.start(), stocktake.COUNTED[:2])
    _, said = filled_in(case.machine.context, CountSheet, person(WAREHOUSE_KEEPER))
    assert said["lines"] == {"x-fact": case.case.scope}
    values, said = filled_in(case.machine.context, SecondSheet, person(WAREHOUSE_KEEPER))
    assert (values["lines"], said.get("lines")) == ([{"sku": "TEA", "bin": "A1"}], None)


def test_a_contract_is_what_was_planned_at_the_price_that_was_quoted() -> None:
    case = walk(procurement.start(), procurement.NEGOTIATING)
    values, _ = filled_in(case.machine.context, Contract, person(PURCHASING))
    case.act("draft_contract", PURCHASING, quality_terms="GB", payment_terms="30d", **values)
    assert per_sku(case.case.ordered) == {"TEA": 10}
    assert case.case.contract_no.startswith("CT-")


def test_the_rest_of_a_purchase_is_closed_without_naming_it() -> None:
    case = walk(procurement.start(), (*procurement.PART, act("short_close", PURCHASING, reason="ended")))
    assert (case.stage, per_sku(case.case.cancelled)) == ("received", {"TEA": 4})
    values, said = filled_in(case.machine.context, Invoice, person(FINANCE))
    assert values["amount"] == said["amount"]["maximum"] == case.case.payable


def test_who_checks_low_stock_says_only_what_can_be_filled() -> None:
    case = walk(low_stock.start(), (act("check_orders", OPS_SPECIALIST, can_fill=3),))
    assert (case.stage, case.case.open_orders) == ("confirmed", 8)
    case.act("order_more", PURCHASING, qty=50, eta="2026-11-30")
    assert case.stage == "replenishing"
    assert case.case.procurement_no.startswith("PO-")
