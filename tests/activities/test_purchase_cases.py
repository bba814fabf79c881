"""A purchase and its delivery, with the books that answer them: what is due in the case is what the book says."""

from __future__ import annotations

from datetime import date
from typing import Any

from activities.cases.contract import SendEvent
from activities.purchase_plans.contract import EstimatePurchase, MatchCosts, ReadAwaited, ReadPurchase
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
from workflows.vocabulary import (
    FINANCE,
    GM,
    PURCHASING,
    QC,
    RECEIVER,
    STATISTICIAN,
    SUPPLIER,
    WAREHOUSE_KEEPER,
    WAREHOUSE_SUPERVISOR,
)

ASKED = (
    BookVoucher,
    EstimatePurchase,
    MatchCosts,
    PaySupplier,
    PlacePurchase,
    PostReceipt,
    ReadAwaited,
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


def goods(tea: int) -> list[dict[str, Any]]:
    return [{"sku": "TEA", "qty": tea}]


def counted(tea: int) -> tuple[Any, ...]:
    line = {"sku": "TEA", "delivered": tea, "counted": tea}
    form = {"delivery_note_no": "D-1", "condition": "good", "spec_matches_order": True}
    return (inbound.ARRIVE, act("check_count", RECEIVER, lines=[line], **form))


def to_the_shelf(tea: int) -> tuple[Any, ...]:
    return (
        inbound.labels(tea),
        act("draft_note", RECEIVER, lines=goods(tea)),
        *inbound.SIGNED,
        act("post", STATISTICIAN, posted_on=inbound.TODAY, finance_copy_sent=True),
        inbound.CALL,
        act("qc_pass", QC, inspected_qty=tea, good_qty=tea, bad_qty=0, opinion="fine"),
        act("put_away", WAREHOUSE_KEEPER, placements=[{**goods(tea)[0], "bin": "A1"}], reported_to="chief"),
    )


def announced(books: Books, tea: int, number: str = "P-1") -> Scenario:
    case = Scenario(InboundReceiving, subject="R-1", answers=answered_by(books))
    return case.act("announce", SUPPLIER, purchase_no=number, lines=goods(tea), eta=MONDAY.isoformat())


MORE = act("differs", RECEIVER, kind="over", qty=2, photos=["file:1"])
KEEP = act("settle_difference", PURCHASING, decision="accept_actual", note="we sell it")
BACK = act("settle_difference", PURCHASING, decision="reject_part", rejected=goods(2), note="too much")


def test_kind_07_more_than_was_ordered_is_paid_once_it_was_approved(books: Books) -> None:
    """A supplier announces twelve of ten, by itself: what it says binds nobody."""
    books.do(ADMIT)
    case = walk(purchase.start(answered_by(books)), purchase.ordered())
    delivery = walk(announced(books, 12), (*counted(12), MORE, KEEP))
    assert (delivery.stage, delivery.case.more, delivery.case.more_value) == (
        "more_approval",
        {"TEA": 2},
        yuan(19),
    )
    walk(delivery, (act("approve_more", GM, note="we sell it"), *to_the_shelf(12)))
    assert (delivery.stage, books.stock("TEA").on_hand) == ("available", 12)
    sent = next(one for one in delivery.effects(SendEvent) if one.event == "delivery_in")
    case.act(sent.event, **sent.form)
    assert (case.stage, case.case.due) == ("received", yuan(114))
    paid = act("pay_balance", FINANCE, invoice_no="I-1", amount="114", three_way_match=True)
    assert walk(case, (paid,)).stage == "settled"


def test_kind_16_what_is_refused_leaves_the_books_as_they_were(books: Books) -> None:
    books.do(ADMIT)
    walk(purchase.start(answered_by(books)), purchase.ordered())
    delivery = walk(announced(books, 12), (*counted(12), MORE, BACK, *to_the_shelf(10)))
    assert (delivery.stage, books.stock("TEA").quarantined) == ("rejects_left", 2)
    walk(delivery, (act("return_rejects", WAREHOUSE_SUPERVISOR),))
    assert (delivery.stage, books.stock("TEA").quarantined, books.stock("TEA").on_hand) == (
        "available",
        0,
        10,
    )
    assert books.do(ReadPurchase(purchase="P-1"), at=MONDAY).data["due"] == {
        "amount": "95.00",
        "currency": "CNY",
    }


def test_goods_for_another_purchase_find_it(books: Books) -> None:
    """Announced under a number that nobody knows, they belong to none until somebody finds the right one."""
    books.do(ADMIT)
    walk(purchase.start(answered_by(books)), purchase.ordered())
    delivery = announced(books, 10, "P-9")
    assert (delivery.case.purchase_no, delivery.notified) == (None, [PURCHASING])
    walk(delivery, counted(10))
    assert "print_labels" not in delivery.offers(STATISTICIAN)
    walk(delivery, (act("match_order", PURCHASING, purchase_no="P-1"), *to_the_shelf(10)))
    assert (delivery.stage, delivery.case.supplier) == ("available", "A")


def test_goods_of_a_purchase_that_is_over_are_taken_in_by_nobody_alone(books: Books) -> None:
    books.do(ADMIT)
    walk(purchase.start(answered_by(books)), purchase.ordered())
    walk(announced(books, 10), (*counted(10), *to_the_shelf(10)))
    again = walk(announced(books, 10), counted(10))
    assert (again.case.purchase_no, again.offers(STATISTICIAN)) == (None, [])
    assert walk(again, (MORE, KEEP)).stage == "more_approval"


def test_what_went_back_is_delivered_again(books: Books) -> None:
    """Two of ten were bad; the supplier sends two others: the purchase is whole, and costs what it should."""
    books.do(ADMIT)
    case = walk(purchase.start(answered_by(books)), (*purchase.ordered(), purchase.ships()))
    result = delivered(books).machine.hooks.result()
    case.child("inbound_receiving", "available", received=result["received"], bad=result["bad"])
    assert case.stage == "partly_received"
    walk(case, (purchase.ships(2),))
    second = Scenario(InboundReceiving, subject="R-2", answers=answered_by(books))
    second.act("announce", SUPPLIER, purchase_no="P-1", lines=goods(2), eta=MONDAY.isoformat())
    walk(second, (*counted(2), *to_the_shelf(2)))
    case.child("inbound_receiving", "available", received={"TEA": 2}, bad={})
    assert (case.stage, case.case.due, books.stock("TEA").on_hand) == ("received", yuan(95), 10)
