"""A purchase and its delivery, with the books that answer them: what is due in the case is what the book says."""

from __future__ import annotations

from datetime import date
from typing import Any

from activities.purchase_plans.contract import EstimatePurchase, MatchCosts, ReadPurchase
from activities.purchasing.contract import (
    BookVoucher,
    PaySupplier,
    PlacePurchase,
    PostReceipt,
    RegradeStock,
    ReturnToSupplier,
    ShortenPurchase,
)
from activities.suppliers.contract import AdmitSupplier
from models.values import yuan
from tests.activities.desk import Books
from tests.procedures.paths import act, walk
from tests.procedures.supply_and_stock import test_inbound_receiving as inbound
from tests.procedures.supply_and_stock import test_procurement as purchase
from tests.scenario import MONDAY, Answer, Scenario
from workflows.procedures.supply_and_stock.inbound_receiving import InboundReceiving
from workflows.vocabulary import FINANCE, PURCHASING, QC, RECEIVER, STATISTICIAN, SUPPLIER, WAREHOUSE_KEEPER

ASKED = (
    BookVoucher,
    EstimatePurchase,
    MatchCosts,
    PaySupplier,
    PlacePurchase,
    PostReceipt,
    ReadPurchase,
    RegradeStock,
    ReturnToSupplier,
    ShortenPurchase,
)
ADMIT = AdmitSupplier(
    supplier="A", company="Kilns", contract="K-1", valid_from=date(2026, 1, 1), valid_to=date(2027, 12, 31)
)
BAD = [{"sku": "TEA", "qty": 2}]


def answered_by(books: Books) -> dict[Any, Answer]:
    return {kind: lambda effect: books.do(effect, at=MONDAY) for kind in ASKED}


def delivered(books: Books) -> Scenario:
    """Ten came at 9.50 each by the contract; two of them are bad and go back."""
    case = Scenario(InboundReceiving, subject="R-1", answers=answered_by(books))
    ten = [{"sku": "TEA", "qty": 10}]
    count = {"sku": "TEA", "ordered": 10, "delivered": 10, "counted": 10}
    form = {"delivery_note_no": "D-1", "condition": "good", "spec_matches_order": True}
    steps = (
        act("announce", SUPPLIER, purchase_no="P-1", lines=ten, eta=MONDAY.isoformat(), supplier="A"),
        inbound.ARRIVE,
        act("check_count", RECEIVER, lines=[count], **form),
        inbound.labels(10),
        act("draft_note", RECEIVER, inbound_note_no="N-1", lines=ten),
        *inbound.SIGNED,
        act("post", STATISTICIAN, posted_on=inbound.TODAY, finance_copy_sent=True),
        inbound.BOOK,
        inbound.CALL,
        act(
            "qc_pass",
            QC,
            inspected_qty=10,
            good_qty=8,
            bad_qty=2,
            opinion="two chipped",
        ),
        act(
            "put_away",
            WAREHOUSE_KEEPER,
            placements=[{"sku": "TEA", "qty": 8, "bin": "A1"}],
            reported_to="chief",
        ),
        act("return_rejects", PURCHASING, return_note_no="RN-1", qty=BAD),
    )
    return walk(case, steps)


def test_kind_07_what_is_due_in_the_case_equals_the_book(books: Books) -> None:
    books.do(ADMIT)
    case = walk(purchase.start(answered_by(books)), (*purchase.ordered(), purchase.ships()))
    delivery = delivered(books)
    assert delivery.stage == "available"
    (back,) = delivery.effects(ReturnToSupplier)
    assert back.debit == yuan(19)
    result = delivery.machine.hooks.result()
    case.child("inbound_receiving", "available", received=result["received"], bad=result["bad"])
    rest = act("short_close", PURCHASING, cancelled_qty=BAD, reason="not made any more")
    walk(case, (rest,))
    assert case.case.due == yuan(76), "eight at 9.50"
    assert walk(
        case, (act("pay_balance", FINANCE, invoice_no="I-1", amount="76", three_way_match=True),)
    ).stage == ("settled")
    assert (books.stock("TEA").on_hand, books.stock("TEA").quarantined) == (8, 0)


def test_kind_07_a_cost_that_the_receiver_types_is_sent_back_with_the_contracts(books: Books) -> None:
    books.do(ADMIT)
    walk(purchase.start(answered_by(books)), purchase.ordered())
    case = Scenario(InboundReceiving, subject="R-1", answers=answered_by(books))
    one = [{"sku": "TEA", "qty": 1}]
    form = {"delivery_note_no": "D-1", "condition": "good", "spec_matches_order": True}
    count = {"sku": "TEA", "ordered": 1, "delivered": 1, "counted": 1}
    steps = (
        act("announce", SUPPLIER, purchase_no="P-1", lines=one, eta=MONDAY.isoformat(), supplier="A"),
        inbound.ARRIVE,
        act("check_count", RECEIVER, lines=[count], **form),
        inbound.labels(1),
        act("draft_note", RECEIVER, inbound_note_no="N-1", lines=[{**one[0], "unit_cost": "99"}]),
    )
    assert walk(case, steps).stage == "labelled"
    assert case.notified == [RECEIVER]
