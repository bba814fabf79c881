"""Inbound receiving: every move, every refusal, every limit."""
# ruff: noqa: E501 - a row of a table stays on its line

from __future__ import annotations

from typing import Any

from activities.cases.contract import SendEvent
from activities.purchasing.contract import BookVoucher, PostReceipt, RegradeStock, ReturnToSupplier
from activities.stock.contract import Disposition
from tests.procedures.paths import Path, Refused, act, each, messages, untaken, walk, walked
from tests.scenario import MONDAY, Answer, Scenario, no, person
from workflows.language.timing import hours
from workflows.procedures.products.product_delisting import ProductDelisting
from workflows.procedures.supply_and_stock.inbound_receiving import InboundReceiving
from workflows.vocabulary import (
    FINANCE,
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


def counted(tea: int = 10, **more: Any) -> Any:
    lines = [
        {"sku": "TEA", "ordered": 10, "delivered": 10, "counted": tea},
        {"sku": "CUP", "ordered": 5, "delivered": 5, "counted": 5},
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
    lines=[{"sku": "TEA", "ordered": 10, "delivered": 10, "counted": 0}],
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
    return act(event, QC, inspector_signature="qc", **form)


def shelve(tea: int = 10, cup: int = 5) -> Any:
    placements = [{"sku": "TEA", "qty": tea, "bin": "A1"}, {"sku": "CUP", "qty": cup, "bin": "A2"}]
    return act("put_away", WAREHOUSE_KEEPER, placements=placements, reported_to="chief")


ARRIVE = act("arrive", RECEIVER, **ARRIVED)
DIFFERS = act("differs", RECEIVER, kind="short", qty=2, photos=["file:1"])
NOTE = act("draft_note", RECEIVER, inbound_note_no="N-1", lines=COSTED)
KEEPER = act("sign_keeper", WAREHOUSE_KEEPER, keeper_signature="wang")
SIGNED = (KEEPER, act("sign_supervisor", WAREHOUSE_SUPERVISOR, supervisor_signature="zhao"))
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


def settle(decision: str) -> Any:
    return act("settle_difference", PURCHASING, decision=decision, note="agreed")


PATHS = [
    Path(
        "to the shelf",
        (*POSTED, BOOK, CALL, inspect("qc_pass"), shelve()),
        "available",
        effects=["PostReceipt", "BookVoucher", "RegradeStock"],
        opened=["product_listing", "product_listing", "change_broadcast"],
        notified=[FINANCE, QC],
        missed=[],
    ),
    Path("booked after put-away", (*INSPECTING, inspect("qc_pass"), shelve(), BOOK), "available"),
    Path("booked while inspected", (*INSPECTING, BOOK), "qc_inspecting"),
    Path("booked before put-away", (*INSPECTING, inspect("qc_pass"), BOOK), "putaway_pending"),
    Path("booked while isolated", (*ISOLATED, BOOK), "isolated"),
    Path("booked after the return", (*ISOLATED, SEND_BACK, BOOK), "returned_to_supplier"),
    Path("refused at the dock", (ARRIVE, act("refuse", RECEIVER, reason="not ours")), "refused", effects=[]),
    Path("refused after the count", (ARRIVE, counted(), act("refuse", WAREHOUSE_SUPERVISOR, reason="wet")), "refused"),
    Path("short, and accepted", (ARRIVE, counted(8), DIFFERS, settle("accept_actual"), labels(13)), "labelled"),
    Path(
        "the whole lot is rejected",
        (ARRIVE, counted(8), DIFFERS, act("reject_lot", WAREHOUSE_SUPERVISOR, return_note_no="RN-2", qty=[{"sku": "TEA", "qty": 8}])),
        "returned_to_supplier",
        effects=["ReturnToSupplier"],
    ),
    Path(
        "two parts, one of them bad",
        (*INSPECTING, inspect("qc_partial", 5), inspect("qc_pass", 9, 1), shelve(9)),
        "available",
        effects=["PostReceipt", "RegradeStock"],
    ),
    Path(
        "set apart; the supplier is reviewed",
        ISOLATED,
        "isolated",
        effects=["PostReceipt", "RegradeStock"],
        opened=["supplier_evaluation"],
    ),
    Path(
        "taken at a deduction",
        (*ISOLATED, act("concession", OPS_MANAGER, note="seconds", deduction="20"), shelve()),
        "available",
        effects=["PostReceipt", "RegradeStock", "RegradeStock", "DebitSupplier", "RegradeStock"],
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
        effects=["PostReceipt", "RegradeStock", "ReturnToSupplier"],
    ),
    Path("a voucher number in use: another is given", (*POSTED, BOOK, act("book_receipt", FINANCE, voucher_no="V-2", booked_on=TODAY)), "posted", effects=["PostReceipt"], answers={BookVoucher: no("in use")}),
    Path("half, then the verdict on the rest", (*INSPECTING, inspect("qc_partial", 14), inspect("qc_pass", 1), shelve()), "available"),
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
    Refused("labels before the difference is settled", (ARRIVE, counted(8), labels(13)), "settled the difference"),
    Refused("too few labels", (ARRIVE, counted(), labels(14)), "/barcode_count"),
    Refused("labels for nothing", (ARRIVE, NOTHING_CAME, DIFFERS, settle("accept_actual"), labels(2)), "a delivery of nothing is refused"),
    Refused("no part is left for the verdict", (*INSPECTING, inspect("qc_partial", 9, 6)), "last part"),
    Refused("booked twice, after put-away", (*INSPECTING, inspect("qc_pass"), BOOK, shelve(), BOOK), "not booked it yet"),
    Refused("one SKU twice on the return note", (ARRIVE, counted(8), DIFFERS, act("reject_lot", WAREHOUSE_SUPERVISOR, return_note_no="RN-2", qty=[{"sku": "TEA", "qty": 8}] * 2)), "/qty"),
    Refused("the note holds another count", (*DRAFTED[:-1], act("draft_note", RECEIVER, inbound_note_no="N-1", lines=COSTED[:1])), "/lines"),
    Refused("more noted than was left after a rejection", (ARRIVE, counted(8), DIFFERS, settle("reject_part"), labels(13), NOTE), "/lines"),
    Refused("a note in two currencies", (*DRAFTED[:-1], act("draft_note", RECEIVER, inbound_note_no="N-1", lines=[COSTED[0], {**COSTED[1], "unit_cost": {"amount": "3", "currency": "USD"}}])), "/lines"),
    Refused("a deduction in another currency", (*ISOLATED, act("concession", OPS_MANAGER, note="seconds", deduction={"amount": "20", "currency": "USD"})), "/deduction"),
    Refused("the supervisor signs first", (*DRAFTED, SIGNED[1]), "sign_keeper first"),
    Refused("the keeper signs twice", (*DRAFTED, KEEPER, KEEPER), "is done"),
    Refused("one signature for both", (*DRAFTED, KEEPER, act("sign_supervisor", WAREHOUSE_SUPERVISOR, supervisor_signature="wang")), "/supervisor_signature"),
    Refused("one person under both roles", (*DRAFTED, act("sign_keeper", person(WAREHOUSE_KEEPER, "li"), keeper_signature="wang"), act("sign_supervisor", person(WAREHOUSE_SUPERVISOR, "li"), supervisor_signature="zhao")), "somebody else"),
    Refused("posted ahead", (*DRAFTED, *SIGNED, act("post", STATISTICIAN, posted_on="2026-11-24", finance_copy_sent=True)), "/posted_on"),
    Refused("posted before arrival", (*DRAFTED, *SIGNED, act("post", STATISTICIAN, posted_on="2026-11-22", finance_copy_sent=True)), "/posted_on"),
    Refused("booked twice", (*POSTED, BOOK, act("book_receipt", FINANCE, voucher_no="V-2", booked_on=TODAY)), "not booked it yet"),
    Refused("booked before posting", (*POSTED, act("book_receipt", FINANCE, voucher_no="V-2", booked_on="2026-11-22")), "/booked_on"),
    Refused("a lot returned unposted has nothing to book", (ARRIVE, counted(8), DIFFERS, act("reject_lot", WAREHOUSE_SUPERVISOR, return_note_no="RN-2", qty=[{"sku": "TEA", "qty": 8}]), BOOK), "posted"),
    Refused("good and bad don't add up", (*INSPECTING, inspect("qc_pass", inspected_qty=3)), "/inspected_qty"),
    Refused("more inspected than came", (*INSPECTING, inspect("qc_pass", 16)), "/inspected_qty"),
    Refused("passed half inspected", (*INSPECTING, inspect("qc_pass", 7)), "All 15 units"),
    Refused("passed, all bad", (*INSPECTING, inspect("qc_pass", 0, 15)), "/good_qty"),
    Refused("failed for nothing", (*INSPECTING, inspect("qc_fail", photos=["file:2"])), "/bad_qty"),
    Refused("failed without a photo", (*INSPECTING, inspect("qc_fail", 0, 15)), "/photos"),
    Refused("the keeper inspects", (*INSPECTING, act("qc_pass", WAREHOUSE_KEEPER)), "not_your_role"),
    Refused("more placed than passed", (*INSPECTING, inspect("qc_pass", 14, 1), shelve()), "/placements"),
    Refused("one SKU for another", (*INSPECTING, inspect("qc_pass"), shelve(5, 10)), "/placements"),
    Refused("part of the lot goes back", (*ISOLATED, act("send_back", PURCHASING, **{**RETURN, "qty": LINES[:1]})), "/qty"),
    Refused("more goes back than came", (ARRIVE, counted(8), DIFFERS, act("reject_lot", WAREHOUSE_SUPERVISOR, **RETURN)), "/qty"),
]  # fmt: skip

MESSAGES = {
    "post": {"receipt_posted to finance"},
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
    assert untaken(InboundReceiving, start, PATHS) == set()


def test_goods_come_unannounced() -> None:
    assert Scenario(InboundReceiving).act("unannounced", RECEIVER, **ARRIVED).stage == "arrived"


def test_bad_goods_of_a_passed_lot_stay_off_sale() -> None:
    case = walk(start(), (*INSPECTING, inspect("qc_pass", 14, 1), shelve(9)))
    (moved,) = case.effects(RegradeStock)
    assert [(line.sku, line.qty, line.becomes) for line in moved.lines] == [
        ("TEA", 9, Disposition.SELLABLE),
        ("CUP", 5, Disposition.SELLABLE),
        ("TEA", 1, Disposition.DEFECTIVE),
    ]
    assert case.machine.hooks.result()["received"] == {"TEA": 9, "CUP": 5}
    assert case.machine.hooks.result()["bad"] == {"TEA": 1}


def test_waiting_orders_and_pages_are_woken() -> None:
    case = walk(start(), (*INSPECTING, inspect("qc_pass"), shelve()))
    assert [(sent.event, sent.where) for sent in case.effects(SendEvent)] == [
        ("goods_arrived", {"sku": "CUP"}),
        ("restock_relist", {"sku": "CUP"}),
        ("goods_arrived", {"sku": "TEA"}),
        ("restock_relist", {"sku": "TEA"}),
    ]


def test_a_page_that_lacked_stock_is_relisted_when_stock_arrives() -> None:
    case = walk(start(), (*INSPECTING, inspect("qc_pass"), shelve()))
    _, back = (sent for sent in case.effects(SendEvent) if sent.where == {"sku": "TEA"})
    page = Scenario(ProductDelisting, subject="TEA-shop").act(
        "propose", OPS_SPECIALIST, sku="TEA", reason="out_of_stock", stock_left=0, open_orders=0
    )
    assert page.machine.act(back.event, back.form).after == ["relisted"]


def test_what_is_posted_is_reversed_when_the_case_is_cancelled() -> None:
    case = walk(start(), (*POSTED, BOOK))
    assert case.undoable == [PostReceipt.kind(), BookVoucher.kind()]
    assert case.cancel_by_parent().kinds[-2:] == ["ReverseVoucher", "ReverseReceipt"]


def test_an_unposted_lot_only_leaves_a_note() -> None:
    lot = [{"sku": "TEA", "qty": 8}]
    back = act("reject_lot", WAREHOUSE_SUPERVISOR, return_note_no="RN-2", qty=lot)
    (returned,) = walk(start(), (ARRIVE, counted(8), DIFFERS, back)).effects(ReturnToSupplier)
    assert not returned.posted


def test_a_lot_without_a_known_supplier_starts_no_review() -> None:
    assert walk(start(supplier=None), ISOLATED).opened == []
