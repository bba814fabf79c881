"""Inbound receiving: every move, every refusal, every limit."""
# ruff: noqa: E501 - a row of a table stays on its line

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from activities.cases.contract import SendEvent
from activities.purchase_plans.contract import MatchCosts, ReadAwaited
from activities.purchasing.contract import BookVoucher, PostReceipt, RegradeStock, ReturnToSupplier
from activities.stock.contract import Disposition
from models.values import yuan
from tests.procedures.paths import Path, Refused, act, each, messages, untaken, walk, walked
from tests.scenario import MONDAY, Answer, Scenario, no, person, yes
from workflows.language.memory import Parent
from workflows.language.timing import hours
from workflows.procedures.products.product_delisting import ProductDelisting
from workflows.procedures.supply_and_stock.inbound_receiving import InboundReceiving
from workflows.vocabulary import (
    FINANCE,
    GM,
    OPS_MANAGER,
    OPS_SPECIALIST,
    PURCHASING,
    QC,
    RECEIVER,
    STATISTICIAN,
    SUPPLIER,
    WAREHOUSE_KEEPER,
    WAREHOUSE_SUPERVISOR,
)

LINES = [{"sku": "TEA", "qty": 10}, {"sku": "CUP", "qty": 5}]
COSTED = [{**line, "unit_cost": "3"} for line in LINES]
TODAY = "2026-11-23"
ARRIVED: dict[str, Any] = {"arrived_at": MONDAY.isoformat(), "packages": 2}


def start(answers: dict[Any, Answer] | None = None, supplier: str | None = "ACME") -> Scenario:
    return Scenario(InboundReceiving, subject="R-1", answers=answers).act(
        "announce", SUPPLIER, purchase_no="P-1", lines=LINES, eta=MONDAY.isoformat(), supplier=supplier
    )


LOT = [{"sku": "TEA", "qty": 8}, {"sku": "CUP", "qty": 5}]


def counted(tea: int = 10, ordered: int | None = 10, **more: Any) -> Any:
    lines = [
        {"sku": "TEA", "ordered": ordered, "delivered": 10, "counted": tea},
        {"sku": "CUP", "delivered": 5, "counted": 5},
    ]
    form: dict[str, Any] = {
        "delivery_note_no": "D-1",
        "condition": "good",
        "spec_matches_order": True,
        **more,
    }
    return act("check_count", RECEIVER, lines=lines, **form)


NOTHING_CAME = act(
    "check_count",
    RECEIVER,
    delivery_note_no="D-1",
    condition="good",
    spec_matches_order=True,
    lines=[{"sku": sku, "delivered": 10, "counted": 0} for sku in ("TEA", "CUP")],
)


def labels(n: int = 15) -> Any:
    return act("print_labels", STATISTICIAN, barcode_count=n, stuck_by="li", label_book_goods_agree=True)


def inspect(event: str, good: int = 15, bad: int = 0, **more: Any) -> Any:
    form: dict[str, Any] = {
        "inspected_qty": good + bad,
        "good_qty": good,
        "bad_qty": bad,
        "opinion": "seen",
        **more,
    }
    return act(event, QC, **form)


def shelve(tea: int = 10, cup: int = 5) -> Any:
    placements = [{"sku": "TEA", "qty": tea, "bin": "A1"}, {"sku": "CUP", "qty": cup, "bin": "A2"}]
    return act("put_away", WAREHOUSE_KEEPER, placements=placements, reported_to="chief")


ARRIVE = act("arrive", RECEIVER, **ARRIVED)
DIFFERS = act("differs", RECEIVER, kind="short", qty=2, photos=["file:1"])
NOTE = act("draft_note", RECEIVER, inbound_note_no="N-1", lines=COSTED)
KEEPER = act("sign_keeper", WAREHOUSE_KEEPER)
SIGNED = (KEEPER, act("sign_supervisor", WAREHOUSE_SUPERVISOR))
POST = act("post", STATISTICIAN, posted_on=TODAY, finance_copy_sent=True)
BOOK = act("book_receipt", FINANCE, voucher_no="V-1", booked_on=TODAY)
CALL = act("call_qc", WAREHOUSE_KEEPER, sampling_plan="all")
DRAFTED = (ARRIVE, counted(), labels(), NOTE)
POSTED = (*DRAFTED, *SIGNED, POST)
INSPECTING = (*POSTED, CALL)
FAIL = inspect("qc_fail", 5, 10, photos=["file:2"])
ISOLATED = (*INSPECTING, FAIL)
RETURN: dict[str, Any] = {"return_note_no": "RN-1", "qty": LINES, "debit_amount": "45"}
SEND_BACK = act("send_back", PURCHASING, **RETURN)


def keep_lot(tea: int = 10, **more: Any) -> Any:
    return act("concession", OPS_MANAGER, note="seconds", set_apart=[{"sku": "TEA", "qty": tea}], **more)


SHELVE_CUPS = act(
    "put_away", WAREHOUSE_KEEPER, placements=[{"sku": "CUP", "qty": 5, "bin": "A2"}], reported_to="chief"
)
BAD = [{"sku": "TEA", "qty": 1}]
ONE_BAD = inspect("qc_pass", 9, 1, bad_lines=BAD)
ONE_BAD_OF_15 = inspect("qc_pass", 14, 1, bad_lines=BAD)
REJECTS = act("return_rejects", PURCHASING, return_note_no="RN-3", qty=BAD)


def settle(decision: str, **more: Any) -> Any:
    return act("settle_difference", PURCHASING, decision=decision, note="agreed", **more)


def reject(tea: int, sku: str = "TEA") -> Any:
    return settle("reject_part", rejected=[{"sku": sku, "qty": tea}])


def noted(tea: int) -> Any:
    lines = [{"sku": "TEA", "qty": tea}, {"sku": "CUP", "qty": 5}]
    return act("draft_note", RECEIVER, inbound_note_no="N-1", lines=lines)


# two boxes of tea more than were ordered
OVER = (ARRIVE, counted(12), act("differs", RECEIVER, kind="over", qty=2, photos=["file:1"]))
ASKED = (*OVER, settle("accept_actual"))
KEPT = (*ASKED, act("approve_more", GM, note="we sell it"))
GIVEN_BACK = (*OVER, reject(2), labels(15), noted(10), *SIGNED, POST, CALL)
BACK = act("return_refused", WAREHOUSE_SUPERVISOR, return_note_no="RN-4")
FOUND = act("match_order", PURCHASING, purchase_no="P-2")
AWAITED: dict[Any, Answer] = {
    ReadAwaited: yes(
        supplier="ACME",
        lines=[
            {"sku": sku, "qty": qty, "unit_cost": {"amount": "3", "currency": "CNY"}}
            for sku, qty in (("TEA", 10), ("CUP", 5))
        ],
    )
}
UNKNOWN: dict[Any, Answer] = {ReadAwaited: no("there is no purchase P-1")}


PATHS = [
    Path(
        "to the shelf",
        (*POSTED, BOOK, CALL, inspect("qc_pass"), shelve()),
        "available",
        effects=["ReadAwaited", "MatchCosts", "PostReceipt", "BookVoucher", "RegradeStock"],
        opened=["product_listing", "product_listing", "change_broadcast"],
        notified=[FINANCE, QC],
        missed=[],
    ),
    Path("booked after put-away", (*INSPECTING, inspect("qc_pass"), shelve(), BOOK), "available"),
    Path("booked while inspected", (*INSPECTING, BOOK), "qc_inspecting"),
    Path("booked before put-away", (*INSPECTING, inspect("qc_pass"), BOOK), "putaway_pending"),
    Path("booked while isolated", (*ISOLATED, BOOK), "isolated"),
    Path("booked after the return", (*ISOLATED, SEND_BACK, BOOK), "returned_to_supplier"),
    Path("refused at the dock", (ARRIVE, act("refuse", RECEIVER, reason="not ours")), "refused", effects=["ReadAwaited", "Message"], notified=[PURCHASING]),
    Path("refused after the count", (ARRIVE, counted(), act("refuse", WAREHOUSE_SUPERVISOR, reason="wet")), "refused"),
    Path("short, and accepted", (ARRIVE, counted(8), DIFFERS, settle("accept_actual"), labels(13)), "labelled"),
    Path(
        "the whole lot is rejected",
        (ARRIVE, counted(8), DIFFERS, act("reject_lot", WAREHOUSE_SUPERVISOR, return_note_no="RN-2", qty=LOT)),
        "returned_to_supplier",
        effects=["ReadAwaited", "ReadAwaited", "Message", "ReturnToSupplier"],
    ),
    Path(
        "two parts, one of them bad",
        (*INSPECTING, inspect("qc_partial", 5), ONE_BAD, shelve(9), REJECTS),
        "available",
        effects=["ReadAwaited", "MatchCosts", "PostReceipt", "RegradeStock", "Message", "ReturnToSupplier"],
    ),
    Path("booked before the rejects go back", (*INSPECTING, inspect("qc_partial", 5), ONE_BAD, shelve(9), BOOK), "rejects_left"),
    Path("rejects are sent back in time", (*INSPECTING, inspect("qc_partial", 5), ONE_BAD, shelve(9), BOOK, *[hours(24)] * 3), "rejects_left", missed=["rejects_left"], notified=[FINANCE, QC, OPS_MANAGER, PURCHASING]),
    Path("costs that the contract doesn't have", (*DRAFTED,), "labelled", notified=[RECEIVER], answers={MatchCosts: no("TEA costs 38.00 CNY by the contract, not 3.00 CNY")}),
    Path(
        "set apart; the supplier is reviewed",
        ISOLATED,
        "isolated",
        effects=["ReadAwaited", "MatchCosts", "PostReceipt", "RegradeStock"],
        opened=["supplier_evaluation"],
    ),
    Path(
        "taken at a deduction",
        (*ISOLATED, keep_lot(deduction="20"), SHELVE_CUPS),
        "available",
        effects=["ReadAwaited", "MatchCosts", "PostReceipt", "RegradeStock", "RegradeStock", "DebitSupplier", "RegradeStock"],
    ),
    Path(
        "sorted and inspected again",
        (*ISOLATED, act("rework", QC, note="sorted"), inspect("qc_pass"), shelve()),
        "available",
    ),
    Path(
        "sent back",
        (*ISOLATED, SEND_BACK),
        "returned_to_supplier",
        effects=["ReadAwaited", "MatchCosts", "PostReceipt", "RegradeStock", "Message", "ReturnToSupplier"],
    ),
    Path("a voucher number in use: another is given", (*POSTED, BOOK, act("book_receipt", FINANCE, voucher_no="V-2", booked_on=TODAY)), "posted", effects=["ReadAwaited", "MatchCosts", "PostReceipt"], answers={BookVoucher: no("in use")}),
    Path("half, then the verdict on the rest", (*INSPECTING, inspect("qc_partial", 14), inspect("qc_pass", 1), shelve()), "available"),
    Path("more than was ordered, approved", (*KEPT, labels(17)), "labelled", answers=AWAITED),
    Path("more than was ordered, not approved", (*ASKED, act("refuse_more", GM, note="too much")), "discrepancy", notified=[PURCHASING]),
    Path("nobody decides about it", (*ASKED, hours(24)), "more_approval", missed=["posted_same_day", "more_approval"]),
    Path("nobody settles what differs", (*OVER, hours(24)), "discrepancy", missed=["posted_same_day", "discrepancy"]),
    Path("counted again before it is settled", (*OVER, counted()), "count_check"),
    Path("counted again at once", (ARRIVE, counted(12), counted()), "count_check"),
    Path("part is refused, and leaves with what the inspection rejects", (*GIVEN_BACK, ONE_BAD_OF_15, shelve(9), act("return_rejects", PURCHASING)), "available", effects=["ReadAwaited", "ReadAwaited", "MatchCosts", "PostReceipt", "RegradeStock", "Message", "ReturnToSupplier", "Message", "ReturnToSupplier"]),
    Path("the refused part leaves last", (*GIVEN_BACK, inspect("qc_pass"), shelve(), act("return_rejects", PURCHASING)), "available"),
    Path("the refused part leaves with the driver", (*OVER, reject(2), labels(15), BACK), "labelled", effects=["ReadAwaited", "ReadAwaited", "Message", "ReturnToSupplier"]),
    Path("with the note drafted", (*OVER, reject(2), labels(15), noted(10), BACK), "note_drafted"),
    Path("with the note signed", (*OVER, reject(2), labels(15), noted(10), *SIGNED, BACK), "note_signed"),
    Path("with the note posted", (*OVER, reject(2), labels(15), noted(10), *SIGNED, POST, BACK), "posted"),
    Path("under inspection", (*GIVEN_BACK, BACK), "qc_inspecting"),
    Path("before the rest is on the shelf", (*GIVEN_BACK, inspect("qc_pass"), BACK, shelve()), "available"),
    Path("the rest failed", (*GIVEN_BACK, FAIL, BACK), "isolated"),
    Path("a failed lot goes back with what was refused", (*GIVEN_BACK, FAIL, act("send_back", PURCHASING)), "returned_to_supplier"),
    Path("another number of the same kind is in the books", (*DRAFTED, *SIGNED, POST), "labelled", notified=[RECEIVER], answers={PostReceipt: no("inbound note N-1 is in the books already")}),
    Path("of an order that nobody knows", (), "announced", notified=[PURCHASING], answers=UNKNOWN),
    Path("the right order is found", (FOUND,), "announced", answers=AWAITED),
    Path("the right order is found on arrival", (ARRIVE, FOUND), "arrived", answers=AWAITED),
    Path("the right order is found when counted", (ARRIVE, counted(), FOUND), "count_check", answers=AWAITED),
    Path("the right order is found when it differs", (*OVER, FOUND), "discrepancy", answers=AWAITED),
    Path("another wrong order on arrival", (ARRIVE, FOUND), "arrived", answers=UNKNOWN),
    Path("another wrong order when counted", (ARRIVE, counted(), FOUND), "count_check", answers=UNKNOWN),
    Path("another wrong order when it differs", (*OVER, FOUND), "discrepancy", answers=UNKNOWN),
    Path("the lorry won't come", (act("call_off", PURCHASING, reason="sold out"),), "called_off"),
    Path("the lorry doesn't come", (hours(24),), "announced", notified=[PURCHASING], missed=["announced"]),
    Path("more came meanwhile", (*DRAFTED[:-1], DIFFERS), "discrepancy"),
    Path("put away in a day", (*INSPECTING, BOOK, inspect("qc_pass"), hours(24)), "putaway_pending", notified=[FINANCE, QC, WAREHOUSE_SUPERVISOR], missed=["putaway_pending"]),
    Path("counted in time", (ARRIVE, hours(4)), "arrived", notified=[WAREHOUSE_SUPERVISOR], missed=["arrived"]),
    Path(
        "posted the same day",
        (*DRAFTED, hours(23)),
        "note_drafted",
        notified=[WAREHOUSE_SUPERVISOR, FINANCE],
        missed=["posted_same_day"],
    ),
    Path(
        "booked and inspected the next day",
        (*POSTED, hours(24)),
        "posted",
        notified=[FINANCE, FINANCE, OPS_MANAGER],
        missed=["booked_next_day", "inspected_next_day"],
    ),
    Path(
        "isolated goods are decided on",
        (*ISOLATED, BOOK, *[hours(24)] * 3),
        "isolated",
        notified=[FINANCE, QC, OPS_MANAGER, PURCHASING],
        missed=["isolated"],
    ),
]  # fmt: skip

REFUSALS = [
    Refused("arrived tomorrow", (act("arrive", RECEIVER, arrived_at="2026-11-24T00:00:00Z", packages=1),), "/arrived_at"),
    Refused("damage without a photo", (ARRIVE, counted(condition="damaged")), "/photos"),
    Refused("labels before the difference is settled", (ARRIVE, counted(8), labels(13)), "the difference is settled"),
    Refused("too few labels", (ARRIVE, counted(), labels(14)), "/barcode_count"),
    Refused("labels for nothing", (ARRIVE, NOTHING_CAME, DIFFERS, settle("accept_actual"), labels(2)), "a delivery of nothing is refused"),
    Refused("no part is left for the verdict", (*INSPECTING, inspect("qc_partial", 9, 6)), "last part"),
    Refused("booked twice, after put-away", (*INSPECTING, inspect("qc_pass"), BOOK, shelve(), BOOK), "not booked it yet"),
    Refused("one SKU twice on the return note", (ARRIVE, counted(8), DIFFERS, act("reject_lot", WAREHOUSE_SUPERVISOR, return_note_no="RN-2", qty=LOT * 2)), "/qty"),
    Refused("the note holds another count", (*DRAFTED[:-1], act("draft_note", RECEIVER, inbound_note_no="N-1", lines=COSTED[:1])), "/lines"),
    Refused("more noted than was left after a rejection", (ARRIVE, counted(8), DIFFERS, reject(1), labels(12), NOTE), "/lines"),
    Refused("a note in two currencies", (*DRAFTED[:-1], act("draft_note", RECEIVER, inbound_note_no="N-1", lines=[COSTED[0], {**COSTED[1], "unit_cost": {"amount": "3", "currency": "USD"}}])), "/lines"),
    Refused("fewer are bad than quality control found", (*ISOLATED, keep_lot(9)), "Quality control found 10 bad"),
    Refused("more are bad than came", (*ISOLATED, keep_lot(11)), "/set_apart"),
    Refused("what failed is put on sale", (*ISOLATED, keep_lot(), shelve()), "The inspection passed CUP ×5"),
    Refused("a deduction in another currency", (*ISOLATED, keep_lot(deduction={"amount": "20", "currency": "USD"})), "/deduction"),
    Refused("a part is rejected without its number", (*OVER, settle("reject_part")), "/rejected"),
    Refused("more is rejected than came", (*OVER, reject(13)), "Counted are TEA ×12, CUP ×5"),
    Refused("goods are rejected that never came", (*OVER, reject(1, "JUG")), "/rejected"),
    Refused("all of it is rejected as a part", (ARRIVE, counted(12), DIFFERS, settle("reject_part", rejected=[{"sku": "TEA", "qty": 12}, {"sku": "CUP", "qty": 5}])), "the whole lot goes back"),
    Refused("one more than was ordered stays", (*OVER, reject(1)), "would be kept: TEA ×1"),
    Refused("the rest is awaited though too much came", (*OVER, settle("wait_rest")), "would be kept: TEA ×2"),
    Refused("purchasing keeps more by itself", (*ASKED, labels(17)), "not possible at more_approval"),
    Refused("purchasing approves it", (*ASKED, act("approve_more", PURCHASING, note="ok")), "not_your_role"),
    Refused("what is kept is accepted, and some sent back", (*OVER, settle("accept_actual", rejected=[{"sku": "TEA", "qty": 1}])), "/rejected"),
    Refused("what nobody ordered is kept", (ARRIVE, act("check_count", RECEIVER, **{**counted().form, "lines": [*counted().form["lines"], {"sku": "JUG", "delivered": 1, "counted": 1}]}), DIFFERS, settle("accept_actual")), "Never ordered, so it goes back: JUG", answers=AWAITED),
    Refused("one SKU isn't counted", (ARRIVE, act("check_count", RECEIVER, **{**counted().form, "lines": counted().form["lines"][:1]})), "Not counted yet: CUP"),
    Refused("the refused part leaves twice", (*OVER, reject(2), labels(15), BACK, BACK), "/qty"),
    Refused("what has gone is counted", (*OVER, reject(2), labels(15), BACK, DIFFERS, counted(12)), "gone back already"),
    Refused("what has gone is settled otherwise", (*OVER, reject(2), labels(15), BACK, DIFFERS, reject(3)), "These have gone back already: TEA ×2"),
    Refused("the lot goes back though part has gone", (*OVER, reject(2), labels(15), BACK, DIFFERS, act("reject_lot", WAREHOUSE_SUPERVISOR)), "gone back already"),
    Refused("the supervisor signs first", (*DRAFTED, SIGNED[1]), "sign_keeper first"),
    Refused("the keeper signs twice", (*DRAFTED, KEEPER, KEEPER), "is done"),
    Refused("signed with another name than theirs", (*DRAFTED, KEEPER, act("sign_supervisor", WAREHOUSE_SUPERVISOR, supervisor_signature="wang")), "/supervisor_signature"),
    Refused("one person under both roles", (*DRAFTED, act("sign_keeper", person(WAREHOUSE_KEEPER, "li")), act("sign_supervisor", person(WAREHOUSE_SUPERVISOR, "li"))), "somebody else"),
    Refused("posted ahead", (*DRAFTED, *SIGNED, act("post", STATISTICIAN, posted_on="2026-11-24", finance_copy_sent=True)), "/posted_on"),
    Refused("posted before arrival", (*DRAFTED, *SIGNED, act("post", STATISTICIAN, posted_on="2026-11-22", finance_copy_sent=True)), "/posted_on"),
    Refused("booked twice", (*POSTED, BOOK, act("book_receipt", FINANCE, voucher_no="V-2", booked_on=TODAY)), "not booked it yet"),
    Refused("booked before posting", (*POSTED, act("book_receipt", FINANCE, voucher_no="V-2", booked_on="2026-11-22")), "/booked_on"),
    Refused("a lot returned unposted has nothing to book", (ARRIVE, counted(8), DIFFERS, act("reject_lot", WAREHOUSE_SUPERVISOR, return_note_no="RN-2", qty=LOT), BOOK), "posted"),
    Refused("good and bad don't add up", (*INSPECTING, inspect("qc_pass", inspected_qty=3)), "/inspected_qty"),
    Refused("more inspected than came", (*INSPECTING, inspect("qc_pass", 16)), "/inspected_qty"),
    Refused("passed half inspected", (*INSPECTING, inspect("qc_pass", 7)), "All 15 units"),
    Refused("passed, all bad", (*INSPECTING, inspect("qc_pass", 0, 15)), "/good_qty"),
    Refused("failed for nothing", (*INSPECTING, inspect("qc_fail", photos=["file:2"])), "/bad_qty"),
    Refused("failed without a photo", (*INSPECTING, inspect("qc_fail", 0, 15)), "/photos"),
    Refused("the keeper inspects", (*INSPECTING, act("qc_pass", WAREHOUSE_KEEPER)), "not_your_role"),
    Refused("more placed than passed", (*INSPECTING, inspect("qc_pass", 14, 1, bad_lines=BAD), shelve()), "/placements"),
    Refused("the good SKU left out for the bad one", (*INSPECTING, inspect("qc_pass", 14, 1, bad_lines=BAD), shelve(10, 4)), "passed TEA ×9, CUP ×5"),
    Refused("which are bad?", (*INSPECTING, inspect("qc_pass", 14, 1)), "/bad_lines"),
    Refused("other bad ones than counted", (*INSPECTING, inspect("qc_pass", 13, 2, bad_lines=BAD)), "/bad_lines"),
    Refused("some of the rejects", (*INSPECTING, inspect("qc_pass", 13, 2, bad_lines=[{"sku": "TEA", "qty": 2}]), shelve(8), REJECTS), "/qty"),
    Refused("another debit than the goods cost", (*INSPECTING, inspect("qc_pass", 14, 1, bad_lines=BAD), shelve(9), act("return_rejects", PURCHASING, return_note_no="RN-3", qty=BAD, debit_amount="1")), "known to be 3.00 CNY, not 1.00 CNY"),
    Refused("a debit for what was never booked", (ARRIVE, counted(8), DIFFERS, act("reject_lot", WAREHOUSE_SUPERVISOR, return_note_no="RN-2", qty=LOT, debit_amount="24")), "/debit_amount"),
    Refused("arrived in 2019", (act("arrive", RECEIVER, arrived_at="2019-11-24T00:00:00Z", packages=1),), "/arrived_at"),
    Refused("booked in 2030", (*POSTED, act("book_receipt", FINANCE, voucher_no="V-2", booked_on="2030-11-22")), "/booked_on"),
    Refused("more was ordered than announced", (ARRIVE, act("check_count", RECEIVER, **{**counted().form, "lines": [{"sku": "TEA", "ordered": 99, "delivered": 99, "counted": 99}]})), "Announced are 10 of TEA, not 99"),
    Refused("one SKU for another", (*INSPECTING, inspect("qc_pass"), shelve(5, 10)), "/placements"),
    Refused("part of the lot goes back", (*ISOLATED, act("send_back", PURCHASING, **{**RETURN, "qty": LINES[:1]})), "/qty"),
    Refused("some of a rejected lot stays on the dock", (ARRIVE, counted(8), DIFFERS, act("reject_lot", WAREHOUSE_SUPERVISOR, return_note_no="RN-2", qty=LOT[:1])), "/qty"),
    Refused("a deduction above what the goods cost", (*ISOLATED, keep_lot(deduction="100000")), "/deduction"),
    Refused("more goes back than came", (ARRIVE, counted(8), DIFFERS, act("reject_lot", WAREHOUSE_SUPERVISOR, **{**RETURN, "debit_amount": None})), "/qty"),
]  # fmt: skip

MESSAGES = {
    "costs_differ": {"costs_differ to receiver"},
    "order_unknown": {"delivery_without_purchase to purchasing"},
    "refuse": {"delivery_refused to purchasing", "goods_refused"},
    "call_off": {"delivery_called_off"},
    "refuse_more": {"more_goods_refused to purchasing"},
    "reject_lot": {"refused_sent_back"},
    "return_refused": {"refused_sent_back"},
    "post_refused": {"note_not_posted to receiver"},
    "send_back": {"goods_sent_back", "refused_sent_back"},
    "return_rejects": {"goods_sent_back", "refused_sent_back"},
    "was_posted": {"receipt_posted to finance"},
    "call_qc": {"goods_to_inspect to qc"},
}


@each(PATHS)
def test_path(line: Path) -> None:
    line.check(start)


@each(REFUSALS)
def test_refusal(line: Refused) -> None:
    line.check(start)


def test_each_event_sends_its_messages() -> None:
    assert messages(walked(start, PATHS)) == MESSAGES


def test_every_move_is_taken() -> None:
    late = {("post_refused", "qc_inspecting", "labelled")}  # the book answers late
    late |= {("was_posted", stage, stage) for stage in ("qc_inspecting", "putaway_pending", "isolated")}
    assert untaken(InboundReceiving, start, PATHS) == late


def test_what_a_purchase_has_announced_belongs_to_it() -> None:
    parent = Parent(case="procurement:shop:P-1", link="receive", waits=True)
    case = Scenario(InboundReceiving, subject="R-1", parent=parent).act(
        "announce", PURCHASING, purchase_no="P-1", lines=LINES, eta=MONDAY.isoformat()
    )
    assert "match_order" not in case.offers(RECEIVER)
    assert not [sent for sent in case.effects(SendEvent) if sent.event == "delivery_in"]


def test_goods_come_unannounced() -> None:
    assert Scenario(InboundReceiving).act("unannounced", RECEIVER, **ARRIVED).stage == "arrived"


def test_bad_goods_of_a_passed_lot_stay_off_sale() -> None:
    case = walk(start(), (*INSPECTING, inspect("qc_pass", 14, 1, bad_lines=BAD), shelve(9)))
    (moved,) = case.effects(RegradeStock)
    assert [(line.sku, line.qty, line.becomes) for line in moved.lines] == [
        ("TEA", 9, Disposition.SELLABLE),
        ("CUP", 5, Disposition.SELLABLE),
        ("TEA", 1, Disposition.SUPPLIER_RETURN),
    ]
    assert case.machine.hooks.result()["received"] == {"TEA": 9, "CUP": 5}
    assert case.machine.hooks.result()["bad"] == {"TEA": 1}


def test_waiting_orders_and_pages_are_woken() -> None:
    case = walk(start(), (*INSPECTING, inspect("qc_pass"), shelve()))
    assert [(sent.event, sent.where) for sent in case.effects(SendEvent)] == [
        ("goods_arrived", {"sku": "CUP"}),
        ("restock_relist", {"sku": "CUP"}),
        ("goods_came", {"sku": "CUP"}),
        ("goods_arrived", {"sku": "TEA"}),
        ("restock_relist", {"sku": "TEA"}),
        ("goods_came", {"sku": "TEA"}),
        ("delivery_in", {}),
    ]


def test_a_page_that_lacked_stock_is_relisted_when_stock_arrives() -> None:
    case = walk(start(), (*INSPECTING, inspect("qc_pass"), shelve()))
    _, back, _ = (sent for sent in case.effects(SendEvent) if sent.where == {"sku": "TEA"})
    page = Scenario(ProductDelisting, subject="TEA-shop").act(
        "propose", OPS_SPECIALIST, sku="TEA", reason="out_of_stock", stock_left=0, open_orders=0
    )
    assert page.machine.act(back.event, back.form).after == ["relisted"]


def test_what_is_posted_is_reversed_when_the_case_is_cancelled() -> None:
    case = walk(start(), (*POSTED, BOOK))
    assert case.undoable == [PostReceipt.kind(), BookVoucher.kind()]
    assert case.cancel_by_parent().kinds[-2:] == ["ReverseVoucher", "ReverseReceipt"]


def test_an_unposted_lot_only_leaves_a_note() -> None:
    back = act("reject_lot", WAREHOUSE_SUPERVISOR, return_note_no="RN-2", qty=LOT)
    (returned,) = walk(start(), (ARRIVE, counted(8), DIFFERS, back)).effects(ReturnToSupplier)
    assert not returned.posted


def test_a_lot_without_a_known_supplier_starts_no_review() -> None:
    assert walk(start(supplier=None), ISOLATED).opened == []


def test_kind_07_a_note_costs_what_the_contract_says() -> None:
    by_contract = [{"sku": sku, "unit_cost": {"amount": "38", "currency": "CNY"}} for sku in ("TEA", "CUP")]
    untyped = act("draft_note", RECEIVER, inbound_note_no="N-1", lines=LINES)
    case = walk(start({MatchCosts: yes(lines=by_contract)}), (*DRAFTED[:-1], untyped, *SIGNED, POST))
    (posted,) = case.effects(PostReceipt)
    assert {line.unit_cost for line in posted.lines} == {yuan(38)}


STRANGE = (counted(ordered=0), DIFFERS, settle("accept_actual"), act("approve_more", GM, note="a gift"))


def test_goods_without_a_purchase_cost_what_the_note_says() -> None:
    def unannounced(answers: dict[Any, Answer] | None = None) -> Scenario:
        made = Scenario(InboundReceiving, answers=answers).act("unannounced", RECEIVER, **ARRIVED)
        return walk(made, (*STRANGE, labels()))

    untyped = act("draft_note", RECEIVER, inbound_note_no="N-1", lines=LINES)
    Refused("", (untyped,), "Say what TEA, CUP cost").check(unannounced)
    assert walk(unannounced(), (NOTE, *SIGNED)).kinds == []


def test_kind_17_rejected_pieces_of_a_passed_lot_go_back_with_a_debit() -> None:
    case = walk(start(), (*INSPECTING, inspect("qc_pass", 14, 1, bad_lines=BAD), shelve(9)))
    assert case.stage == "rejects_left"
    (back,) = walk(case, (REJECTS,)).effects(ReturnToSupplier)
    assert (case.stage, back.debit, back.posted) == ("available", yuan(3), True)


def test_kind_17_goods_are_put_away_in_several_places() -> None:
    rows = [
        {"sku": "TEA", "qty": 6, "bin": "A1"},
        {"sku": "TEA", "qty": 4, "bin": "B1", "location": "annex"},
        {"sku": "CUP", "qty": 5, "bin": "A2"},
    ]
    away = act("put_away", WAREHOUSE_KEEPER, placements=rows, reported_to="chief")
    (moved,) = walk(start(), (*INSPECTING, inspect("qc_pass"), away)).effects(RegradeStock)
    assert [(line.qty, line.bin, line.location) for line in moved.lines] == [
        (6, "A1", None),
        (4, "B1", "annex"),
        (5, "A2", None),
    ]


def test_kind_16_the_inspections_word_binds_who_puts_away() -> None:
    """One of TEA is bad: the keeper may not put ten of it away, nor leave a good cup out instead."""
    bad = (*INSPECTING, inspect("qc_pass", 14, 1, bad_lines=BAD))
    for tea, cup in ((10, 4), (10, 5), (8, 5)):
        Refused("", (*bad, shelve(tea, cup)), "passed TEA ×9, CUP ×5").check(start)


def test_kind_40_goods_that_come_after_hours_are_entered_the_next_working_day() -> None:
    friday = datetime(2026, 11, 27, 10, tzinfo=UTC)  # 18:00 in China
    case = Scenario(InboundReceiving, now=friday).act(
        "unannounced", RECEIVER, arrived_at=friday.isoformat(), packages=1
    )
    assert "posted_same_day" not in case.wait(hours(48)).missed
    assert "posted_same_day" in case.wait(hours(24)).missed


# --- more than was ordered, and what isn't taken


def test_kind_07_more_than_was_ordered_is_kept_only_if_the_general_manager_approves_it() -> None:
    case = walk(start(AWAITED), ASKED)
    assert (case.stage, case.case.more, case.case.more_value) == ("more_approval", {"TEA": 2}, yuan(6))
    assert "print_labels" not in case.offers(STATISTICIAN)
    steps = (*KEPT, labels(17), noted(12), *SIGNED, POST)
    (posted,) = walk(start(AWAITED), steps).effects(PostReceipt)
    assert ([(row.sku, row.qty) for row in posted.approved], posted.approved_by) == ([("TEA", 2)], "gm")


def test_an_approval_holds_for_the_count_that_was_approved() -> None:
    case = walk(start(AWAITED), (*KEPT, counted(12)))
    assert (case.case.more_approved, case.offers(STATISTICIAN)) == (False, [])


def test_kind_16_what_is_refused_on_arrival_is_set_apart_and_owed_to_nobody() -> None:
    (posted,) = walk(start(AWAITED), GIVEN_BACK).effects(PostReceipt)
    assert {row.sku: row.qty for row in posted.lines} == {"TEA": 10, "CUP": 5}
    assert [(row.sku, row.qty) for row in posted.refused] == [("TEA", 2)]
    case = walk(start(AWAITED), (*GIVEN_BACK, inspect("qc_pass"), shelve()))
    assert case.stage == "rejects_left", "the case isn't over as long as they are here"
    (back,) = walk(case, (act("return_rejects", PURCHASING),)).effects(ReturnToSupplier)
    assert ([(row.sku, row.qty) for row in back.lines], back.refused, back.debit) == (
        [("TEA", 2)],
        True,
        yuan(0),
    )


def test_what_has_left_with_the_driver_is_never_entered() -> None:
    case = walk(start(AWAITED), (*OVER, reject(2), labels(15), BACK, noted(10), *SIGNED, POST))
    (back,) = case.effects(ReturnToSupplier)
    (posted,) = case.effects(PostReceipt)
    assert (back.posted, posted.refused) == (False, ())


def test_a_delivery_of_another_suppliers_purchase_belongs_to_none() -> None:
    other = yes(supplier="OTHER", lines=[{"sku": "TEA", "qty": 10}])
    case = start({ReadAwaited: other})
    assert (case.case.purchase_no, case.notified) == (None, [PURCHASING])
    assert walk(case, (ARRIVE, counted())).offers(STATISTICIAN) == []


def test_kind_16_what_failed_and_is_kept_by_agreement_is_not_for_sale() -> None:
    case = walk(start(), (*ISOLATED, keep_lot(deduction="20"), SHELVE_CUPS))
    moved = [
        (line.sku, line.qty, line.was.value, line.becomes.value)
        for effect in case.effects(RegradeStock)[1:]
        for line in effect.lines
    ]
    assert moved == [
        ("CUP", 5, "defective", "quarantine"),
        ("TEA", 10, "defective", "seconds"),
        ("CUP", 5, "quarantine", "sellable"),
    ]
    assert case.machine.hooks.result()["received"] == {"CUP": 5, "TEA": 10}, "it came, and is paid for"


def test_kind_16_a_lot_of_which_all_is_bad_is_kept_without_a_shelf() -> None:
    all_bad = inspect("qc_fail", 0, 15, photos=["file:2"])
    apart = [{"sku": "TEA", "qty": 10}, {"sku": "CUP", "qty": 5}]
    kept = act("concession", OPS_MANAGER, note="seconds", set_apart=apart)
    away = act("put_away", WAREHOUSE_KEEPER, placements=[], reported_to="chief")
    case = walk(start(), (*INSPECTING, all_bad, kept, away))
    assert (case.stage, case.opened) == ("available", ["supplier_evaluation"])


def test_kind_09_finance_hears_of_a_receipt_that_the_book_has_taken() -> None:
    case = walk(start({PostReceipt: no("more than is awaited")}), POSTED)
    assert FINANCE not in case.notified
    assert FINANCE in walk(start(), POSTED).notified


def test_kind_36_a_supplier_hears_that_purchasing_needs_no_lorry() -> None:
    case = walk(start(), (act("call_off", PURCHASING, reason="no room"),))
    assert messages([case])["call_off"] == {"delivery_called_off"}
    own = walk(start(), (act("call_off", SUPPLIER, reason="broken down"),))
    assert "call_off" not in messages([own])
