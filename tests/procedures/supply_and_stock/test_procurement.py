"""Procurement: every move, every refusal, every limit."""
# ruff: noqa: E501 - a row of a table stays on its line

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest

from activities.cases.contract import CancelCase, OpenCase, SendEvent
from activities.purchase_plans.contract import EstimatePurchase, ReadPurchase
from activities.purchasing.contract import (
    DebitSupplier,
    PaySupplier,
    PlacePurchase,
    PrepaySupplier,
    ShortenPurchase,
)
from models.book_reading import BookReading
from models.values import yuan
from tests.procedures.paths import Answers, Path, Refused, act, child, each, messages, untaken, walk, walked
from tests.scenario import Answer, Scenario, no, person, yes
from workflows.buying import Agreement
from workflows.language.filling import with_books
from workflows.language.memory import Actor, ChildReport
from workflows.language.refusals import InvalidForm, Refusal
from workflows.language.timing import days, hours
from workflows.procedures.supply_and_stock.procurement import Procurement
from workflows.vocabulary import (
    FINANCE,
    GM,
    OPS_MANAGER,
    OPS_SPECIALIST,
    PURCHASING,
    SUPPLIER,
    WAREHOUSE_SUPERVISOR,
)

PLAN: dict[str, Any] = {
    "reason": "low_stock",
    "lines": [{"sku": "TEA", "qty": 10, "need_by": "2026-12-10"}],
    "stock_now": [{"sku": "TEA", "qty": 0}],
    "forecast": [{"sku": "TEA", "qty": 12}],
    "est_total": "100",
}
FULL = [{"sku": "TEA", "qty": 10}]
FILE = "file:1"


def start(answers: Answers | None = None) -> Scenario:
    return Scenario(Procurement, subject="P-1", answers=answers).act("draft_plan", PURCHASING, **PLAN)


def without_a_sum() -> Scenario:
    """A plan whose goods never came in, and of which nobody said what it comes to."""
    unknown = Scenario(Procurement, subject="P-1", answers={EstimatePurchase: yes(unknown=["TEA"])})
    return unknown.act("draft_plan", PURCHASING, **PLAN | {"est_total": "0"})


def budget(event: str = "budget_ok", left: str = "100") -> Any:
    return act(event, FINANCE, budget_line="goods", amount_left=left)


def quotes(*suppliers: str, **more: Any) -> Any:
    rows = [{"supplier": supplier, "sku": "TEA", "price": "10", "lead_days": 5} for supplier in suppliers]
    return act("ask_prices", PURCHASING, quotes=rows, **more)


def contract(terms: str = "on_receipt", **more: Any) -> Any:
    lines = [{"sku": "TEA", "qty": 10, "unit_price": "9.50"}]
    form = {
        "contract_no": "C-1",
        "lines": lines,
        "delivery_date": "2026-12-01",
        "quality_terms": "GB",
        **more,
    }
    return act("draft_contract", PURCHASING, payment_terms=terms, **form)


def ships(qty: int = 10, **more: Any) -> Any:
    form = {"delivery_note": FILE, "eta": "2026-12-01", "qty": [{"sku": "TEA", "qty": qty}], **more}
    return act("supplier_ships", SUPPLIER, **form)


def received(qty: int, **more: Any) -> Any:
    return child("inbound_receiving", "available", received={"TEA": qty}, **more)


def invoice(amount: str, **more: Any) -> Any:
    return act("pay_balance", FINANCE, invoice_no="I-1", amount=amount, three_way_match=True, **more)


def fails(**more: Any) -> Any:
    return act("supplier_fails", PURCHASING, reason="gone", **more)


NEGOTIATE = act("negotiate", PURCHASING, final_terms="30 days", supplier="A")
DOUBTED = act("negotiate", PURCHASING, final_terms="30 days", supplier="A", rating="downgraded")
ALLOWED = act("allow_supplier", OPS_MANAGER, note="nobody else has it")
AUDIT = act("audit_contract", FINANCE, received_at="2026-11-23T02:00:00Z")
OPINION = {"price_ok": True, "terms_ok": True, "signed_file": FILE}
SIGNED = child("b2b_contract", "effective", ended=False)
FAIL = act("contract_fail", FINANCE, price_ok=False, terms_ok=True)
PROMISE = act("start_supply", SUPPLIER, promised_date="2026-11-30")
CANCEL = act("cancel", PURCHASING, reason="no need")
NOTE = {"note": "ok"}

CHECKED = (budget(),)
SUBMITTED = (*CHECKED, act("submit", PURCHASING))
APPROVED = (*SUBMITTED, act("approve", GM, **NOTE))
COMPARED = (*APPROVED, quotes("A", "B", "C"))
NEGOTIATING = (*COMPARED, NEGOTIATE)


def drafted(terms: str = "on_receipt", **more: Any) -> tuple[Any, ...]:
    return (*NEGOTIATING, contract(terms, **more))


def ordered(terms: str = "on_receipt", **more: Any) -> tuple[Any, ...]:
    return (*drafted(terms, **more), AUDIT, SIGNED)


def prepay(amount: str) -> Any:
    return act("prepay", FINANCE, amount=amount, payment_ref="PAY-1")


ARRIVED = child("inbound_receiving", "arrived", ended=False)
NEVER = act("never_came", PURCHASING, reason="no lorry")
REMIND = act("remind_supplier", PURCHASING, note="When do they come?")
LATE = [OPS_SPECIALIST, OPS_MANAGER, WAREHOUSE_SUPERVISOR]


def came(qty: int) -> Any:
    return act("delivery_in", received=[{"sku": "TEA", "qty": qty}])


DELAY = act("delay", SUPPLIER, new_date="2026-12-05", cause="rain")
MORE = {
    "lines": [{"sku": "TEA", "qty": 20, "need_by": "2026-12-10"}],
    "est_total": "200",
    "reason_changed": "more",
}
PART = (*ordered(), ships(6), received(6))

PATHS = [
    Path(
        "to the last payment",
        (*ordered(), PROMISE, ships(), received(10), invoice("95")),
        "settled",
        effects=["EstimatePurchase", "PlacePurchase", "ExpectPurchase", "ReadPurchase", "PaySupplier", "Message"],
        opened=["b2b_contract", "inbound_receiving"],
        missed=[],
    ),
    Path("no budget", (budget("no_budget", "5"),), "rejected"),
    Path("sent back", (*SUBMITTED, act("return_plan", GM, **NOTE)), "plan_drafted"),
    Path("turned down", (*SUBMITTED, act("reject", GM, **NOTE)), "rejected"),
    Path("the other side declines", (*drafted(), AUDIT, child("b2b_contract", "rejected")), "negotiating"),
    Path("the other side is silent", (*drafted(), AUDIT, child("b2b_contract", "expired")), "negotiating"),
    Path("the terms are not acceptable", (*drafted(), AUDIT, FAIL, contract()), "contract_drafted"),
    Path("paid ahead", (*ordered("prepaid"), prepay("95"), PROMISE, ships(), received(10), invoice("0")), "settled", effects=["EstimatePurchase", "PlacePurchase", "PrepaySupplier", "ExpectPurchase", "ReadPurchase", "PaySupplier"]),
    Path("shipped at once", (*ordered(), ships()), "shipped_by_supplier"),
    Path("shipped once prepaid", (*ordered("part"), prepay("30"), ships(), received(10), invoice("65")), "settled"),
    Path("late by its own word", (*ordered(), DELAY), "ordered", notified=[OPS_SPECIALIST, OPS_MANAGER, WAREHOUSE_SUPERVISOR]),
    Path("late once prepaid", (*ordered("prepaid"), prepay("95"), DELAY), "prepaid"),
    Path("late in production", (*ordered(), PROMISE, DELAY), "in_production"),
    Path("the lot is refused", (*ordered(), ships(), child("inbound_receiving", "refused")), "in_production"),
    Path("the lot goes back, and comes again", (*ordered(), ships(), child("inbound_receiving", "returned_to_supplier"), ships(), received(10)), "received"),
    Path("in two parts", (*PART, ships(4), received(4), invoice("95")), "settled"),
    Path("part came, the rest is refused", (*PART, ships(4), child("inbound_receiving", "refused")), "partly_received"),
    Path("the rest is cancelled", (*PART, act("short_close", PURCHASING, cancelled_qty=[{"sku": "TEA", "qty": 4}], reason="sold out"), invoice("57")), "settled", effects=["EstimatePurchase", "PlacePurchase", "ShortenPurchase", "Message", "ReadPurchase", "PaySupplier", "Message"]),
    Path("seconds at a deduction", (*ordered(), ships(), received(10, deducted="15"), invoice("80")), "settled"),
    Path("worth less than was paid ahead", (*ordered("prepaid"), prepay("95"), PROMISE, ships(), received(10, deducted="15"), invoice("0")), "settled", effects=["EstimatePurchase", "PlacePurchase", "PrepaySupplier", "ExpectPurchase", "ReadPurchase", "KeepRecord"], notified=[FINANCE]),
    Path("less a penalty", (*ordered(penalty="1 % a day"), ships(), received(10), invoice("94", penalty_taken="1")), "settled", effects=["EstimatePurchase", "PlacePurchase", "ReadPurchase", "PaySupplier", "DebitSupplier", "Message", "Message"]),
    Path("the invoice differs", (*ordered(), ships(), received(10), act("invoice_mismatch", FINANCE, invoice_no="I-1", difference="-2", owner="li", note="price")), "received", notified=[PURCHASING]),
    Path("the supplier fails", (*ordered(), fails()), "cancelled", effects=["EstimatePurchase", "PlacePurchase", "Message", "CancelPurchase"], notified=[OPS_MANAGER]),
    Path("the supplier fails, prepaid", (*ordered("prepaid"), prepay("95"), fails(prepayment_to_recover="95")), "cancelled", effects=["EstimatePurchase", "PlacePurchase", "PrepaySupplier", "Message", "ClaimPrepayment", "CancelPurchase"]),
    Path("the supplier fails in production", (*ordered(), PROMISE, fails()), "cancelled"),
    Path("the supplier is frozen", ordered(), "cancelled", effects=["EstimatePurchase"], notified=[OPS_MANAGER], answers={PlacePurchase: no("frozen")}),
    Path("cancelled rest, of which the book has the bad part", (*ordered(), ships(), received(7, bad={"TEA": 1}), act("short_close", PURCHASING, cancelled_qty=[{"sku": "TEA", "qty": 2}, {"sku": "TEA", "qty": 1}], reason="sold out"), invoice("66.50")), "settled", effects=["EstimatePurchase", "PlacePurchase", "ShortenPurchase", "Message", "ReadPurchase", "PaySupplier", "Message"]),
    Path("only what was bad is cancelled", (*ordered(), ships(), received(9, bad={"TEA": 1}), act("short_close", PURCHASING, cancelled_qty=[{"sku": "TEA", "qty": 1}], reason="one broken"), invoice("85.50")), "settled", effects=["EstimatePurchase", "PlacePurchase", "ShortenPurchase", "Message", "ReadPurchase", "PaySupplier", "Message"]),
    Path("a new contract waits for its own case", (*drafted(), AUDIT, FAIL, contract(contract_no="C-2"), AUDIT), "finance_audit", opened=["b2b_contract", "b2b_contract"]),
    Path("a plan sent back is decided in time too", (*SUBMITTED, act("return_plan", GM, **NOTE), days(2)), "plan_drafted", notified=[GM], missed=["decided_in_time"]),
    Path("put off, and late again", (*ordered(), days(11), act("delay", SUPPLIER, new_date="2026-12-07", cause="rain"), days(4)), "ordered", notified=[OPS_MANAGER, OPS_SPECIALIST, PURCHASING, PURCHASING, PURCHASING, *LATE, OPS_MANAGER, PURCHASING], missed=["delivered_on_time", "promise_kept"]),
    Path("put off at once, and late by the contract all the same", (*ordered(), DELAY, days(9)), "ordered", notified=[*LATE, OPS_MANAGER, OPS_SPECIALIST, PURCHASING], missed=["delivered_on_time"]),
    Path("promised later than the contract says", (*ordered(), act("start_supply", SUPPLIER, promised_date="2026-12-05")), "in_production", notified=LATE),
    Path("the lorry that never comes", (*ordered(), ships(), days(10)), "shipped_by_supplier", missed=["delivered_on_time", "shipped_by_supplier"]),
    Path("the supplier is reminded", (*ordered(), ships(), REMIND), "shipped_by_supplier", effects=["EstimatePurchase", "PlacePurchase", "Message"]),
    *(
        Path(f"reminded, {where}", (*steps, REMIND), where)
        for where, steps in {
            "ordered": ordered(),
            "prepaid": (*ordered("prepaid"), prepay("95")),
            "in_production": (*ordered(), PROMISE),
            "partly_received": PART,
        }.items()
    ),
    Path("it is put off on its way", (*ordered(), ships(), DELAY), "shipped_by_supplier"),
    Path("it stands at the dock", (*ordered(), ships(), ARRIVED), "shipped_by_supplier"),
    Path("it never came, and comes again", (*ordered(), ships(), NEVER, ships(), received(10)), "received"),
    Path("the rest never came", (*PART, ships(4), NEVER), "partly_received"),
    Path("it never came, and its order is given up", (*ordered("prepaid"), prepay("95"), ships(), fails(prepayment_to_recover="95")), "cancelled", effects=["EstimatePurchase", "PlacePurchase", "PrepaySupplier", "Message", "ClaimPrepayment", "CancelPurchase"], notified=[OPS_MANAGER, FINANCE]),
    Path("the rest never came, and is given up", (*PART, ships(4), act("short_close", PURCHASING, reason="no lorry")), "received"),
    Path("the lorry is called off", (*ordered(), ships(), child("inbound_receiving", "called_off")), "in_production"),
    Path("another delivery brought part", (*ordered(), came(4)), "partly_received"),
    Path("another delivery brought part once prepaid", (*ordered("prepaid"), prepay("95"), came(4)), "partly_received"),
    Path("another delivery brought part in production", (*ordered(), PROMISE, came(4)), "partly_received"),
    Path("another delivery brought more", (*PART, came(2)), "partly_received"),
    Path("another delivery brought the rest", (*PART, came(4)), "received"),
    Path("another delivery brought all", (*ordered(), came(10)), "received"),
    Path("another delivery brought all once prepaid", (*ordered("prepaid"), prepay("95"), came(10)), "received"),
    Path("another delivery brought all in production", (*ordered(), PROMISE, came(10)), "received"),
    Path("another delivery brought what was on its way", (*ordered(), ships(), came(10), NEVER), "received"),
    Path("paid ahead when the supplier has begun", (*ordered("part"), PROMISE, prepay("30"), ships(), received(10), invoice("65")), "settled"),
    Path("a prepayment that the book doesn't take", (*ordered("part"), prepay("30")), "ordered", notified=[FINANCE], answers={PrepaySupplier: no("belongs to P-2")}),
    Path("nor in production", (*ordered("part"), PROMISE, prepay("30")), "in_production", notified=[FINANCE], answers={PrepaySupplier: no("belongs to P-2")}),
    Path("a plan that came without a sum", (act("replan", PURCHASING, **MORE), budget(left="200")), "budget_check"),
    Path("planned anew with a budget", (*CHECKED, act("replan", PURCHASING, **MORE)), "plan_drafted"),
    Path("planned anew before the inquiry", (*APPROVED, act("replan", PURCHASING, **MORE)), "plan_drafted"),
    Path("planned anew when compared", (*COMPARED, act("replan", PURCHASING, **MORE)), "plan_drafted"),
    Path("planned anew in talks", (*NEGOTIATING, act("replan", PURCHASING, **MORE)), "plan_drafted"),
    Path("audited before it is signed", (*drafted(), AUDIT, act("audit_ok", FINANCE, **OPINION)), "finance_audit"),
    Path("promised on the telephone", (*ordered(), act("start_supply", PURCHASING, promised_date="2026-11-30", channel="phone")), "in_production"),
    Path("late with the rest", (*PART, DELAY), "partly_received"),
    Path("the book doesn't pay", (*ordered(), ships(), received(10), invoice("95")), "received", notified=[FINANCE], answers={PaySupplier: no("paid already")}),
    *(
        Path(f"the supplier is frozen since, {where}", (*steps, act("supplier_frozen")), where, notified=[PURCHASING])
        for where, steps in {
            "ordered": ordered(),
            "prepaid": (*ordered("prepaid"), prepay("95")),
            "in_production": (*ordered(), PROMISE),
            "shipped_by_supplier": (*ordered(), ships()),
            "partly_received": PART,
        }.items()
    ),
    Path("an order of a frozen supplier is looked at", (*ordered(), act("supplier_frozen"), hours(48)), "ordered", notified=[PURCHASING, OPS_MANAGER], missed=["frozen_looked_at"]),
    Path("cancelled as a plan", (CANCEL,), "cancelled"),
    Path("cancelled with a budget", (*CHECKED, CANCEL), "cancelled"),
    Path("cancelled before the inquiry", (*APPROVED, CANCEL), "cancelled"),
    Path("cancelled when compared", (*COMPARED, CANCEL), "cancelled"),
    Path("cancelled in talks", (*NEGOTIATING, CANCEL), "cancelled"),
    Path("cancelled with a draft", (*drafted(), CANCEL), "cancelled"),
    Path("decided in time", (hours(48),), "plan_drafted", notified=[GM], missed=["decided_in_time"]),
    Path("contracted in time", (*APPROVED, days(7)), "inquiry", notified=[OPS_MANAGER], missed=["contracted_in_time"]),
    Path("audited in time", (*drafted(), AUDIT, hours(24)), "finance_audit", notified=[GM], missed=["finance_audit"]),
    Path("delivered on time, then chased", (*ordered(), days(11)), "ordered", notified=[OPS_MANAGER, OPS_SPECIALIST, PURCHASING, PURCHASING, PURCHASING], missed=["delivered_on_time"]),
    Path("the rest is put off", (*PART, DELAY), "partly_received"),
    Path("the rest in a week", (*PART, days(8)), "partly_received", missed=["partly_received"], notified=[PURCHASING, OPS_MANAGER]),
    Path("paid in a month", (*ordered(), ships(), received(10), days(30)), "received", notified=[FINANCE], missed=["received"]),
    Path("from a downgraded supplier, as a manager allows", (*COMPARED, DOUBTED, ALLOWED, contract()), "contract_drafted", notified=[OPS_MANAGER]),
]  # fmt: skip

REFUSALS = [
    Refused("more than was approved", (*NEGOTIATING, contract(lines=[{"sku": "TEA", "qty": 11, "unit_price": "1"}])), "Approved are 10 of TEA, not 11"),
    Refused("dearer than it was quoted", (*NEGOTIATING, contract(lines=[{"sku": "TEA", "qty": 2, "unit_price": "10.01"}])), "A quoted 10.00 CNY for TEA, not 10.01 CNY"),
    Refused("passed by hand while the sides sign", (*drafted(), AUDIT, act("contract_pass", FINANCE, **OPINION)), "Both sides have signed"),
    Refused("passed by purchasing alone", (*drafted(), AUDIT, act("contract_pass", PURCHASING, **OPINION)), "needs audit_ok first"),
    Refused("audited by who wrote it", (*NEGOTIATING, act("draft_contract", person(PURCHASING, "li"), **contract().form), AUDIT, act("audit_ok", person(FINANCE, "li"), **OPINION)), "somebody else"),
    Refused("handed over tomorrow", (*drafted(), act("audit_contract", FINANCE, received_at="2026-11-24T03:00:00Z")), "/received_at"),
    Refused("hearsay without its way", (*ordered(), act("start_supply", PURCHASING, promised_date="2026-11-30")), "/channel"),
    Refused("over the budget", (budget(left="99"),), "comes to 100.00 CNY"),
    Refused("two quotes without a word", (*APPROVED, quotes("A", "B")), "/reason_fewer"),
    Refused("from a downgraded supplier, and nobody has allowed it", (*COMPARED, DOUBTED, contract()), "a manager has allowed"),
    Refused("a downgraded supplier allowed by whoever chose it", (*COMPARED, replace(DOUBTED, by=person(PURCHASING, "li")), act("allow_supplier", Actor(id="li", roles=frozenset({OPS_MANAGER})), note="x")), "somebody else"),
    Refused("allowed though nobody doubts it", (*NEGOTIATING, ALLOWED), "is downgraded"),
    Refused("a supplier that is frozen", (*COMPARED, act("negotiate", PURCHASING, final_terms="x", supplier="A", rating="frozen")), "/supplier"),
    Refused("a supplier that was not asked", (*COMPARED, act("negotiate", PURCHASING, final_terms="x", supplier="Z")), "/supplier"),
    Refused("other goods than planned", (*NEGOTIATING, contract(lines=[{"sku": "CUP", "qty": 1, "unit_price": "1"}])), "/lines"),
    Refused("one SKU twice", (*NEGOTIATING, contract(lines=[{"sku": "TEA", "qty": 1, "unit_price": "1"}] * 2)), "/lines"),
    Refused("one SKU twice over", (*PART, act("short_close", PURCHASING, cancelled_qty=[{"sku": "TEA", "qty": 4}] * 2, reason="x")), "/cancelled_qty"),
    Refused("due in the past", (*NEGOTIATING, contract(delivery_date="2026-11-23")), "/delivery_date"),
    Refused("passed with a wrong price", (*drafted(), AUDIT, act("audit_ok", FINANCE, **OPINION | {"price_ok": False})), "/price_ok"),
    Refused("passed with wrong terms", (*drafted(), AUDIT, act("audit_ok", FINANCE, **OPINION | {"terms_ok": False})), "/terms_ok"),
    Refused("passed unsigned", (*drafted(), AUDIT, act("audit_ok", FINANCE, **OPINION | {"signed_file": None})), "/signed_file"),
    Refused("paid ahead against the contract", (*ordered(), prepay("10")), "paid ahead"),
    Refused("more than the contract", (*ordered("prepaid"), prepay("96")), "/amount"),
    Refused("all of it, where a part was agreed", (*ordered("part"), prepay("95")), "/amount"),
    Refused("promised for yesterday", (*ordered(), act("start_supply", SUPPLIER, promised_date="2026-11-22")), "/promised_date"),
    Refused("put off to yesterday", (*ordered(), act("delay", SUPPLIER, new_date="2026-11-22", cause="x")), "/new_date"),
    Refused("other goods shipped", (*ordered(), ships(qty=1), received(1), act("supplier_ships", SUPPLIER, delivery_note=FILE, eta="2026-12-01", qty=[{"sku": "CUP", "qty": 1}])), "/qty"),
    Refused("here yesterday", (*ordered(), ships(eta="2026-11-22")), "/eta"),
    Refused("half of the rest cancelled", (*PART, act("short_close", PURCHASING, cancelled_qty=[{"sku": "TEA", "qty": 2}], reason="x")), "/cancelled_qty"),
    Refused("paid too much", (*ordered(), ships(), received(10), invoice("95.01")), "at most 95.00 CNY"),
    Refused("a penalty that no contract has", (*ordered(), ships(), received(10), invoice("94", penalty_taken="1")), "/penalty_taken"),
    Refused("a penalty that doesn't add up", (*ordered(penalty="1 % a day"), ships(), received(10), invoice("94")), "/amount"),
    Refused("more is shipped than was ordered", (*ordered(), ships(11)), "Outstanding are TEA ×10"),
    Refused("more is shipped than is left", (*PART, ships(5)), "Outstanding are TEA ×4"),
    Refused("it never came, and stands at the dock", (*ordered(), ships(), ARRIVED, NEVER), "not “The goods have arrived"),
    Refused("the order of goods at the dock is given up", (*ordered(), ships(), ARRIVED, fails()), "not “The goods have arrived"),
    Refused("an order of which part has come is given up", (*PART, ships(4), fails()), "not “Goods of the purchase"),
    Refused("paid ahead twice", (*ordered("part"), prepay("30"), PROMISE, prepay("30")), "not “Money was paid ahead"),
    Refused("paid too little without a penalty", (*ordered(), ships(), received(10), invoice("90")), "/amount"),
    Refused("no match", (*ordered(), ships(), received(10), act("pay_balance", FINANCE, invoice_no="I", amount="95", three_way_match=False)), "/three_way_match"),
    Refused("recovering what was never paid", (*ordered(), fails(prepayment_to_recover="5")), "/prepayment_to_recover"),
    Refused("purchasing approves itself", (*SUBMITTED, act("approve", PURCHASING, **NOTE)), "not_your_role"),
    Refused("received by hand", (*ordered(), ships(), act("all_in", PURCHASING)), "not_your_role"),
]  # fmt: skip

MESSAGES = {
    "no_budget": {"not_approved"},
    "reject": {"not_approved"},
    "negotiate": {"supplier_to_allow to ops_manager"},
    "estimated": {"plan_without_cost to purchasing"},
    "supplier_frozen": {"order_of_frozen_supplier to purchasing"},
    "remind_supplier": {"supplier_reminded"},
    "prepay_refused": {"prepayment_refused to finance"},
    "paid": {"penalty_taken", "supplier_paid"},
    "short_close": {"purchase_shortened"},
    "start_supply": {
        "purchase_delayed to ops_manager",
        "purchase_delayed to ops_specialist",
        "purchase_delayed to warehouse_supervisor",
    },
    "delay": {
        "purchase_delayed to ops_manager",
        "purchase_delayed to ops_specialist",
        "purchase_delayed to warehouse_supervisor",
    },
    "pay_balance": {"supplier_owes to finance"},
    "invoice_mismatch": {"invoice_differs to purchasing"},
    "supplier_fails": {
        "supplier_failed to ops_manager",
        "prepayment_to_claim to finance",
        "purchase_cancelled",
    },
    "payment_refused": {"supplier_not_paid to finance"},
}


@each(PATHS)
def test_path(line: Path) -> None:
    line.check(start)


@each(REFUSALS)
def test_refusal(line: Refused) -> None:
    line.check(start)


def test_each_event_sends_its_messages() -> None:
    assert messages([*walked(start, PATHS), without_a_sum()]) == MESSAGES


def test_every_move_is_taken() -> None:
    late = ("all_in", "partly_received", "received")  # a second delivery's end that overtook the first
    assert untaken(Procurement, start, PATHS) <= {late}


def test_the_contract_and_the_delivery_are_opened_with_what_is_known() -> None:
    case = walk(start(), (*ordered(), ships()))
    signed, delivery = case.effects(OpenCase)
    assert (signed.subject, signed.form["party"], signed.form["amount"]["amount"]) == (
        "C-1",
        "A",
        "95.00",
    )
    assert (delivery.subject, delivery.form["purchase_no"], delivery.form["supplier"]) == (
        "P-1-11",
        "P-1",
        "A",
    )
    assert [line["sku"] for line in delivery.form["lines"]] == ["TEA"]


def test_what_came_settles_the_alerts() -> None:
    case = walk(start(), (*ordered(), ships(), received(10)))
    assert [(sent.procedure, sent.event, sent.where) for sent in case.effects(SendEvent)] == [
        ("low_stock_alert", "stock_in", {"sku": "TEA"}),
        ("out_of_stock", "goods_arrived", {"sku": "TEA"}),
    ]
    assert case.machine.hooks.result() == {"received": {"TEA": 10}, "purchase_no": "P-1"}


def test_the_sum_paid() -> None:
    case = walk(start(), (*ordered("part"), prepay("30"), ships(), received(10, deducted="5"), invoice("60")))
    (paid,) = case.effects(PaySupplier)
    assert (paid.amount, paid.invoice_no) == (yuan(60), "I-1")


def test_a_contract_is_in_one_currency() -> None:
    dollars = {"sku": "CUP", "qty": 1, "unit_price": {"amount": "1", "currency": "USD"}}
    mixed = contract(lines=[{"sku": "TEA", "qty": 1, "unit_price": "1"}, dollars])

    def two_goods(answers: dict[Any, Answer] | None = None) -> Scenario:
        lines = [*PLAN["lines"], {"sku": "CUP", "qty": 1, "need_by": "2026-12-10"}]
        made = Scenario(Procurement, subject="P-1", answers=answers)
        return made.act("draft_plan", PURCHASING, **{**PLAN, "lines": lines})

    Refused("mixed", (*NEGOTIATING, mixed), "one currency").check(two_goods)


def test_a_contract_that_failed_is_not_passed_by_its_own_case_any_more() -> None:
    case = walk(start(), (*drafted(), AUDIT))
    (old,) = case.machine.memory.children
    walk(case, (FAIL,))
    assert case.effects(CancelCase)
    late = ChildReport(
        case=old, procedure="b2b_contract", link="sign_contract", stage="effective", ended=False
    )
    assert case.machine.child_reported(late) is None
    walk(case, (contract(contract_no="C-2"), AUDIT))
    assert case.stage == "finance_audit"


def test_the_book_learns_how_much_is_still_to_come() -> None:
    rest = act("short_close", PURCHASING, cancelled_qty=[{"sku": "TEA", "qty": 3}], reason="sold out")
    (short,) = walk(start(), (*ordered(), ships(), received(7, bad={"TEA": 1}), rest)).effects(
        ShortenPurchase
    )
    assert [(line.sku, line.qty) for line in short.lines] == [("TEA", 3)], "the bad one went back"


def test_a_person_answers_for_a_receipt_that_has_no_case() -> None:
    case = walk(start(), (*ordered(), ships(10)))
    assert case.machine.context.guards.holds("is_complete")
    assert not walk(start(), (*ordered(), ships(4))).machine.context.guards.holds("is_complete")
    twice = act(
        "supplier_ships", SUPPLIER, delivery_note=FILE, eta="2026-12-01", qty=[{"sku": "TEA", "qty": 5}] * 2
    )
    assert walk(start(), (*ordered(), twice)).machine.context.guards.holds("is_complete")


def test_kind_07_no_more_is_ordered_than_was_approved_nor_at_another_price_than_quoted() -> None:
    """Approved are 10 for 100: neither 1,000, nor 5 at 50, nor 10 of what nobody quoted."""
    for line, why in (
        ({"sku": "TEA", "qty": 1000, "unit_price": "1"}, "Approved are 10 of TEA"),
        ({"sku": "TEA", "qty": 5, "unit_price": "50"}, "A quoted 10.00 CNY"),
    ):
        Refused("", (*NEGOTIATING, contract(lines=[line])), why).check(start)
    dear = act(
        "ask_prices",
        PURCHASING,
        quotes=[{"supplier": "A", "sku": "TEA", "price": "50", "lead_days": 5}],
        reason_fewer="one",
    )
    line = {"sku": "TEA", "qty": 10, "unit_price": "50"}
    Refused(
        "", (*APPROVED, dear, NEGOTIATE, contract(lines=[line])), "Approved are 100.00 CNY, not 500.00"
    ).check(start)


def test_kind_07_an_unsigned_contract_is_passed_by_nobody() -> None:
    case = walk(start(), (*drafted(), AUDIT, act("audit_ok", FINANCE, **OPINION)))
    for role in (FINANCE, PURCHASING):
        assert "contract_pass" not in case.offers(role)
    machine = case.machine
    (signing,) = machine.memory.children
    machine.child_missing(signing)  # no case of its own: the signed paper is shown to finance
    assert machine.act("contract_pass", OPINION, actor=person(PURCHASING, "li")).after == ["ordered"]


def test_kind_07_purchasing_alone_doesnt_pass_the_audit() -> None:
    machine = walk(start(), (*drafted(), AUDIT)).machine
    (signing,) = machine.memory.children
    machine.child_missing(signing)
    with pytest.raises(Refusal):
        machine.act("contract_pass", OPINION, actor=person(PURCHASING, "li"))
    assert machine.act("contract_pass", OPINION, actor=person(FINANCE, "wu")).after == ["ordered"]


def test_kind_07_what_is_due_is_what_the_book_says() -> None:
    owed = {ReadPurchase: yes(due={"amount": "80", "currency": "CNY"})}
    case = walk(start(owed), (*ordered(), ships(), received(10)))
    assert case.case.due == yuan(80)
    with pytest.raises(Refusal, match="80"):
        walk(case, (invoice("95"),))
    assert walk(case, (invoice("80"),)).stage == "settled"


def test_a_plan_without_a_sum_is_estimated_by_the_book() -> None:
    answers: Answers = {
        EstimatePurchase: yes(
            estimate={"amount": "70", "currency": "CNY"}, stock=[{"sku": "TEA", "free": 2, "coming": 3}]
        )
    }
    case = Scenario(Procurement, subject="P-1", answers=answers).act(
        "draft_plan", PURCHASING, **PLAN | {"est_total": "0"}
    )
    assert (case.case.est_total, case.case.stock[0].coming) == (yuan(70), 3)
    unknown = without_a_sum()
    assert (unknown.notified, unknown.offers(FINANCE)) == ([PURCHASING], ["no_budget"])


def test_kind_45_an_open_order_of_a_frozen_supplier_is_looked_at() -> None:
    case = walk(start(), (*ordered(), act("supplier_frozen")))
    assert (case.case.supplier_frozen, case.notified) == (True, [PURCHASING])
    assert case.wait(hours(48)).missed == ["frozen_looked_at"]


def test_kind_40_the_rest_of_a_part_delivery_can_be_put_off() -> None:
    case = walk(start(), (*PART, DELAY))
    assert (case.stage, str(case.case.expected_on)) == ("partly_received", "2026-12-05")


def test_kind_33_what_a_supplier_promised_on_the_telephone_is_recorded_with_its_way() -> None:
    promise = {"promised_date": "2026-11-30"}
    Refused("", (*ordered(), act("start_supply", PURCHASING, **promise)), "/channel").check(start)
    heard = act("start_supply", PURCHASING, channel="phone", **promise)
    assert walk(start(), (*ordered(), heard)).stage == "in_production"


def test_a_lorry_that_never_comes_offers_ways_on() -> None:
    case = walk(start(), (*ordered("prepaid"), prepay("95"), ships()))
    ways = {"delay", "never_came", "remind_supplier", "supplier_fails"}
    assert ways <= {*case.offers(PURCHASING)}
    assert "short_close" in walk(start(), (*PART, ships(4))).offers(PURCHASING)
    at_the_dock = walk(case, (ARRIVED,)).offers(PURCHASING)
    assert not {"never_came", "supplier_fails"} & {*at_the_dock}


def test_a_delivery_that_never_came_isnt_taken_in_any_more() -> None:
    case = walk(start(), (*ordered(), ships(), NEVER))
    (called_off,) = case.effects(CancelCase)
    asked = {ask.key: ask.effect for step in case.steps for ask in step.asked}
    assert asked[called_off.of].model_dump()["procedure"] == "inbound_receiving"
    assert case.case.shipped == ()


def test_a_promise_doesnt_move_the_contracts_date() -> None:
    case = walk(start(), (*ordered(), DELAY))
    assert (str(case.case.delivery_date), str(case.case.promised_on)) == ("2026-12-01", "2026-12-05")
    assert case.wait(days(9)).missed == ["delivered_on_time"], "late since the 2nd, by the contract"


def test_kind_12_a_penalty_leaves_nothing_open() -> None:
    case = walk(
        start(), (*ordered(penalty="1 % a day"), ships(), received(10), invoice("94", penalty_taken="1"))
    )
    (kept,) = case.effects(DebitSupplier)
    assert (kept.amount, kept.purchase, kept.reason) == (yuan(1), "P-1", "1 % a day")


def test_what_was_paid_ahead_stands_in_the_case_only_if_the_book_has_it() -> None:
    case = walk(start({PrepaySupplier: no("belongs to P-2")}), (*ordered("part"), prepay("30")))
    assert (case.case.prepaid, "prepay" in case.offers(FINANCE)) == (yuan(0), True)


def test_kind_45_an_order_to_a_downgraded_supplier_names_who_allowed_it() -> None:
    case = walk(start(), (*COMPARED, DOUBTED, ALLOWED, contract(), AUDIT, SIGNED))
    assert [(case.stage, one.allowed_by) for one in case.effects(PlacePurchase)] == [
        ("ordered", "ops_manager")
    ]
    assert [one.allowed_by for one in walk(start(), ordered()).effects(PlacePurchase)] == [None]


def test_kind_45_what_a_supplier_is_rated_is_asked_of_the_book() -> None:
    context = walk(start(), COMPARED).machine.context
    answers = {"final_terms": "30 days", "supplier": "A"}

    def books(question: BookReading, by: Mapping[str, Any]) -> str:
        assert (question.name, by) == ("suppliers.rating", {"supplier": "A"})
        return "downgraded"

    filled = with_books(context, Agreement, answers, person(PURCHASING), books)
    assert filled["rating"] == "downgraded"
    with pytest.raises(InvalidForm, match="known to be downgraded"):
        with_books(context, Agreement, {**answers, "rating": "active"}, person(PURCHASING), books)
