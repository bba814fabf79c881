"""Return and refund: every move, every refusal, the money and the goods."""

from __future__ import annotations

from datetime import timedelta
from functools import partial
from typing import Any

import pytest

from activities.carriers.contract import BookWaybill, PrepareReturnLabel
from activities.compensation.contract import AllowCompensation
from activities.money.contract import BookReceivable, PayRefund, RecordRefund, ReverseBenefits
from activities.orders.contract import QuoteReturn, ReturnEntry
from activities.registers.contract import KeepRecord
from activities.stock.contract import Disposition, ReceiveStock
from models.effect import Outcome
from models.values import LineQty, yuan
from tests.procedures.paths import Act, Answers, Path, Refused, act, each, messages, untaken, walk, walked
from tests.scenario import Answer, Scenario, no, person, yes
from workflows.language.timing import days, hours
from workflows.procedures.after_sales.return_refund import ReturnRefund
from workflows.vocabulary import (
    AFTER_SALES,
    CARRIER_FEED,
    CS_SUPERVISOR,
    CUSTOMER,
    FACTORY_RESIDENT,
    FINANCE,
    GM,
    LOGISTICS,
    OPS_MANAGER,
    PAYMENT_FEED,
    PLATFORM_FEED,
    QC,
    WAREHOUSE_KEEPER,
    WAREHOUSE_SUPERVISOR,
)

LINES = [{"line": 1, "qty": 2}]
ADDRESS = {"province": "浙江省", "city": "杭州市", "district": "余杭区", "street": "文一西路 1 号"}


def quoted(value: str = "80", *, trusted: bool = False) -> Any:
    goods = [{"line": 1, "sku": "A-1", "qty": 2}]
    return yes(value={"amount": value}, left={"amount": "100"}, goods=goods, trusted=trusted)


LABEL = yes(waybill_no="SF-9", carrier="sf")
PAID = yes(refund_no="RF-1", amount={"amount": "80"}, route="original")
USUAL: Answers = {QuoteReturn: quoted(), PayRefund: PAID, PrepareReturnLabel: LABEL}
SCARCE: Answers = {QuoteReturn: yes(value={"amount": "80"}, left={"amount": "50"})}
TRUSTED: Answers = {QuoteReturn: quoted(trusted=True)}
UNKNOWN: Answers = {QuoteReturn: no("no such order")}
DECLINED: Answers = {PayRefund: no("route closed")}


def start(answers: Answers | None = None, *, shop_pays: bool = True) -> Scenario:
    case = Scenario(ReturnRefund, subject="RT-1", answers={**USUAL, **(answers or {})})
    return case.act(
        "authorise",
        order_no="SO-1",
        lines=LINES,
        reason="quality",
        shop_pays_postage=shop_pays,
        address=ADDRESS,
    )


def inspected(
    event: str, condition: str = "as_new", owner: str = "customer", qty: int = 2, **more: Any
) -> Act:
    lines = [{"line": 1, "qty": qty, "condition": condition}]
    return act(event, QC, lines=lines, fault_owner=owner, **more)


def deduct(event: str, deduction: str = "30") -> Act:
    return act(event, AFTER_SALES, deduction=deduction, reason="worn", customer_agrees=True)


def waive(by: Any, extra_cost: str = "200") -> Act:
    return act("waive", by, extra_cost=extra_cost, approval_note="a good customer")


def by_hand(total: str = "80") -> Act:
    return act("pay_refund", FINANCE, goods_amount=total, total=total, route="manual", refund_no="B-1")


def put_away(qty: int = 2, disposition: str = "sellable") -> Act:
    row = {"line": 1, "qty": qty, "location": "main", "disposition": disposition}
    return act("restock_done", WAREHOUSE_KEEPER, placements=[row])


SHIPS = act("customer_ships", CUSTOMER, carrier="SF", waybill_no="SF-1", shipped_at="2026-11-23")
ARRIVAL = {"waybill_no": "SF-1", "package_state": "intact", "received_at": "2026-11-23T02:00:00Z"}
IN = act("parcel_in", WAREHOUSE_KEEPER, **ARRIVAL)
LATE = act("late_parcel", WAREHOUSE_KEEPER, **ARRIVAL)
LOST = act("lost_return", LOGISTICS, carrier_statement="file:1", declared_value="80")
OPEN = act("start_inspection", QC)
PASS = inspected("pass_inspection")
FAIL = inspected("fail_inspection", "damaged", photos=["file:2"])
ONE = inspected("fail_inspection", qty=1, photos=["file:2"])
REFUSE = act("refuse_return", AFTER_SALES, reason="no agreement")
BACK = act("goods_sent_back", LOGISTICS, carrier="sf", waybill_no="SF-2", freight_payer="customer")
SCAN = act("instant_refund", CARRIER_FEED)
RULED = act("platform_refund", PLATFORM_FEED, amount="70", ruling_no="P-1")
HERE = (SHIPS, IN, OPEN)
LABELLED = ["PrepareReturnLabel", "Message", "Message"]
REFUNDED = [*LABELLED, "Message", "PayRefund", "ReverseBenefits", "Message"]
QC_LATE = inspected("inspect_late")
EMPTY = act("fail_inspection", QC, lines=[], photos=["file:2"], fault_owner="customer")

NOTHING_BACK = act("restock_done", WAREHOUSE_KEEPER, placements=[])
AT = "2026-11-23T02:00:00Z"
POSTED = act("customer_ships", CUSTOMER, carrier="SF", waybill_no="SF-1", postage="12")
SHOPS = inspected("pass_inspection", owner="shop")
GIVEN: Answers = {AllowCompensation: no("too much", given={"amount": "150"}, limit={"amount": "200"})}


def less(left: str) -> Answer:
    """The money book has so much left of the order."""

    def answer(effect: PayRefund) -> Outcome:
        fits = effect.amount <= yuan(left)
        return (
            yes(amount={"amount": str(effect.amount.amount)}) if fits else no("less", left={"amount": left})
        )

    return answer


PATHS = [
    Path(
        "instructions with a label",
        (),
        "awaiting_shipment",
        effects=["QuoteReturn", *LABELLED],
    ),
    Path("instructions although the order is unknown", (), "awaiting_shipment", answers=UNKNOWN),
    Path(
        "paid and put away",
        (*HERE, PASS, put_away()),
        "closed",
        effects=["QuoteReturn", *REFUNDED, "ReceiveStock"],
    ),
    Path("goods that come unannounced", (act("parcel_in", FACTORY_RESIDENT, **ARRIVAL),), "received"),
    Path("a reminder on day 5", (days(5),), "awaiting_shipment", notified=[CUSTOMER]),
    Path(
        "never sent",
        (days(7),),
        "expired",
        effects=["QuoteReturn", *LABELLED, "Message", "VoidWaybill"],
    ),
    Path("kept", (act("cancel_return", CUSTOMER),), "cancelled"),
    Path("money that was freed since it was quoted", (*HERE, PASS), "refunded", answers=SCARCE),
    Path(
        "only one of two came back",
        (*HERE, ONE, deduct("agree_partial"), deduct("partial_to_refund"), put_away(1)),
        "closed",
    ),
    Path(
        "traced",
        (SHIPS, days(10)),
        "in_return_transit",
        notified=[AFTER_SALES, LOGISTICS],
        missed=["in_return_transit"],
    ),
    Path("lost on our label", (SHIPS, LOST), "closed", opened=["lost_parcel_claim"]),
    Path(
        "inspected late",
        (SHIPS, IN, hours(24)),
        "received",
        notified=[WAREHOUSE_SUPERVISOR],
        missed=["inspection_limit"],
    ),
    Path("failed", (*HERE, FAIL), "negotiating"),
    Path(
        "part of the money", (*HERE, FAIL, deduct("agree_partial"), deduct("partial_to_refund")), "refunded"
    ),
    Path("agreed in part", (*HERE, FAIL, deduct("agree_partial")), "partial_agreed"),
    Path("no agreement", (*HERE, FAIL, REFUSE), "send_back"),
    Path("no answer", (*HERE, FAIL, hours(72)), "send_back"),
    Path("sent back", (*HERE, FAIL, REFUSE, BACK), "sent_back_closed"),
    Path("waived", (*HERE, FAIL, waive(CS_SUPERVISOR)), "refunded"),
    Path("a dear waiver", (*HERE, FAIL, waive(OPS_MANAGER, "1000")), "refunded"),
    Path("the dearest", (*HERE, FAIL, waive(GM, "5000")), "refunded"),
    Path("our fault passes", (*HERE, inspected("pass_inspection", "damaged", "carrier")), "refunded"),
    Path("the provider declines", (*HERE, PASS), "refund_pending", notified=[FINANCE], answers=DECLINED),
    Path(
        "told by the feed",
        (*HERE, PASS, act("refund_failed", PAYMENT_FEED)),
        "refund_pending",
        answers=DECLINED,
    ),
    Path("paid by hand", (*HERE, PASS, by_hand()), "refunded", answers=DECLINED),
    Path(
        "unknown goods are counted by hand", (*HERE, PASS, by_hand(), put_away()), "closed", answers=UNKNOWN
    ),
    Path("nothing known, by hand", (*HERE, PASS), "refund_pending", notified=[FINANCE], answers=UNKNOWN),
    Path(
        "nothing left to pay",
        (*HERE, FAIL, deduct("agree_partial", "80"), deduct("partial_to_refund", "80")),
        "refunded",
    ),
    Path(
        "paid late",
        (*HERE, PASS, hours(24)),
        "refund_pending",
        notified=[FINANCE, FINANCE, OPS_MANAGER],
        answers=DECLINED,
    ),
    Path(
        "never later than seven days",
        (*HERE, PASS, days(7)),
        "refund_pending",
        missed=["refund_pending", "refund_limit"],
        answers=DECLINED,
    ),
    Path(
        "put away late",
        (*HERE, PASS, hours(24)),
        "refunded",
        notified=[WAREHOUSE_SUPERVISOR],
        missed=["restock_limit"],
    ),
    Path("paid at the first scan", (SHIPS, SCAN), "refunded", answers=TRUSTED),
    Path("the parcel follows", (SHIPS, SCAN, LATE, QC_LATE, put_away()), "closed", answers=TRUSTED),
    Path(
        "the parcel follows and is put away late",
        (SHIPS, SCAN, LATE, hours(24)),
        "refunded",
        missed=["restock_limit"],
        answers=TRUSTED,
    ),
    Path("the parcel never comes", (SHIPS, SCAN, days(15)), "closed", missed=[], answers=TRUSTED),
    Path(
        "the quick refund fails",
        (SHIPS, SCAN),
        "refund_pending",
        notified=[FINANCE, FINANCE],
        answers={**TRUSTED, **DECLINED},
    ),
    Path("and is paid by hand", (SHIPS, SCAN, by_hand()), "refunded", answers={**TRUSTED, **DECLINED}),
    Path("the platform pays on the way", (SHIPS, RULED), "refunded"),
    Path("the platform pays, no parcel", (SHIPS, RULED, days(15)), "closed"),
    Path("the platform pays at our door", (SHIPS, IN, RULED), "refunded"),
    Path("the platform pays in inspection", (*HERE, RULED, put_away(disposition="scrap")), "closed"),
    Path(
        "an empty box",
        (*HERE, EMPTY, deduct("agree_partial", "80"), deduct("partial_to_refund", "80"), NOTHING_BACK),
        "closed",
    ),
    Path("a waiver on top of others", (*HERE, FAIL, waive(CS_SUPERVISOR)), "negotiating", answers=GIVEN),
    Path(
        "less is left",
        (*HERE, PASS, put_away()),
        "closed",
        answers={PayRefund: less("50")},
    ),
    Path(
        "postage is repaid by hand",
        (POSTED, *HERE[1:], SHOPS, put_away(), act("pay_postage", FINANCE, payment_no="B-2", paid_at=AT)),
        "closed",
        notified=[FINANCE],
        answers={QuoteReturn: quoted("80"), PayRefund: less("80"), PrepareReturnLabel: no("no carrier")},
    ),
    Path("the platform pays in the talks", (*HERE, FAIL, RULED), "refunded"),
    Path(
        "the platform pays what nobody knows",
        (SHIPS, act("platform_refund", PLATFORM_FEED)),
        "refunded",
        notified=[FINANCE],
        answers=UNKNOWN,
    ),
]

REFUSALS = [
    Refused(
        "the customer inspects",
        (SHIPS, IN, act("start_inspection", CUSTOMER)),
        "not_your_role",
    ),
    Refused("not the parcel", (*HERE, inspected("pass_inspection", qty=1)), "/lines"),
    Refused("spoilt goods pass", (*HERE, inspected("pass_inspection", "damaged")), "/lines"),
    Refused("failed without a photo", (*HERE, inspected("fail_inspection", "damaged")), "/photos"),
    Refused(
        "another deduction than was agreed",
        (*HERE, FAIL, deduct("agree_partial", "10"), deduct("partial_to_refund", "70")),
        "/deduction",
    ),
    Refused("deducted too much", (*HERE, FAIL, deduct("agree_partial", "80.01")), "/deduction"),
    Refused("a waiver above the supervisor", (*HERE, FAIL, waive(CS_SUPERVISOR, "200.01")), "/extra_cost"),
    Refused("a waiver above the manager", (*HERE, FAIL, waive(OPS_MANAGER, "1000.01")), "/extra_cost"),
    Refused("not a trusted member", (SHIPS, SCAN), "refused"),
    Refused("dear goods", (SHIPS, SCAN), "refused", {QuoteReturn: quoted("200.01", trusted=True)}),
    Refused("put away what isn't there", (SHIPS, SCAN, put_away()), "parcel is here", TRUSTED),
    Refused("the parcel comes twice", (*HERE, PASS, LATE), "refused"),
    Refused("put away too little", (*HERE, PASS, put_away(1)), "/placements"),
    Refused("more than is left", (*HERE, PASS, by_hand("100.01")), "/total", DECLINED),
    Refused(
        "sums that don't add up",
        (
            *HERE,
            PASS,
            act(
                "pay_refund",
                FINANCE,
                goods_amount="80",
                deduction="1",
                total="80",
                route="manual",
                refund_no="1",
            ),
        ),
        "/total",
        DECLINED,
    ),
]

MESSAGES = {
    "restock_done": {"count_by_hand to warehouse_supervisor", "pay_postage to finance"},
    "pay_postage": {"refund_paid"},
    "no_shipment": {"return_expired"},
    "refuse_return": {"return_goes_back"},
    "negotiation_timeout": {"return_goes_back"},
    "label_ready": {"return_label"},
    "send_instructions": {"return_instructions"},
    "parcel_in": {"return_arrived"},
    "pay_refund": {"refund_paid"},
    "fail_inspection": {"return_not_accepted"},
    "lost_return": {"return_lost"},
    "goods_sent_back": {"return_sent_back"},
    "refund_failed": {"pay_refund_by_hand to finance", "refund_failed to finance"},
    "pass_inspection": {"pay_refund_by_hand to finance"},
    "instant_refund": {"refund_paid"},
    "late_parcel": {"return_arrived"},
    "goods_never_came": {"return_never_came"},
    "platform_refund": {"refund_paid", "refund_ruled to finance"},
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
    assert untaken(ReturnRefund, start, PATHS) == {("cancel_return", "authorised", "cancelled")}


def test_finance_waits_for_the_provider() -> None:
    machine = walk(start(), HERE).machine
    machine.act("pass_inspection", PASS.form, actor=person(QC))
    assert machine.stages == ["refund_pending"]
    assert "pay_refund" not in machine.offers(person(FINANCE))


def test_the_money() -> None:
    case = walk(start(), (*HERE, FAIL, deduct("agree_partial"), deduct("partial_to_refund")))
    (paid,), (reversed_,) = case.effects(PayRefund), case.effects(ReverseBenefits)
    assert (paid.order, paid.amount, reversed_.amount) == ("SO-1", yuan(50), yuan(50))
    assert case.effects(RecordRefund) == []


def test_by_hand_is_written_into_the_book() -> None:
    case = walk(start(DECLINED), (*HERE, PASS, by_hand("60")))
    (recorded,) = case.effects(RecordRefund)
    assert (recorded.amount, recorded.refund_no) == (yuan(60), "B-1")
    assert len(case.effects(ReverseBenefits)) == 1


def test_a_ruling_is_written_into_the_book() -> None:
    (recorded,) = walk(start(), (SHIPS, RULED)).effects(RecordRefund)
    assert (recorded.amount, recorded.refund_no) == (yuan(70), "P-1")


def test_a_quick_refund_reverses_benefits_once() -> None:
    case = walk(start({**TRUSTED, **DECLINED}), (SHIPS, SCAN, by_hand()))
    assert len(case.effects(ReverseBenefits)) == 1


def test_goods_that_never_came_are_claimed() -> None:
    case = walk(start(TRUSTED), (SHIPS, SCAN, days(14), timedelta(hours=23)))
    assert case.effects(BookReceivable) == []
    (claimed,) = case.wait(hours(1)).effects(BookReceivable)
    assert claimed.amount == yuan(80)


def test_where_the_goods_go() -> None:
    (kept,) = walk(start(), (*HERE, PASS, put_away(disposition="repair"))).effects(ReceiveStock)
    (line,) = kept.lines
    assert (kept.reference, line.sku, line.qty, line.disposition) == ("RT-1", "A-1", 2, Disposition.REPAIR)


def test_unknown_goods_are_counted_by_hand() -> None:
    case = walk(start(UNKNOWN), (*HERE, PASS, by_hand(), put_away()))
    assert (case.effects(ReceiveStock), case.notified[-1]) == ([], WAREHOUSE_SUPERVISOR)


def test_a_suppliers_fault_is_kept() -> None:
    (kept,) = walk(start(), (*HERE, inspected("pass_inspection", "damaged", "supplier"))).effects(KeepRecord)
    assert (kept.book, kept.data["goods"][0]["sku"]) == ("supplier_faults", "A-1")


def test_nothing_waits_for_a_claim() -> None:
    case = walk(start(), (SHIPS, LOST))
    assert case.stage == "closed"
    assert case.machine.memory.children == {}


def test_no_label_where_the_customer_pays() -> None:
    Refused("not our label", (SHIPS, LOST), "refused").check(partial(start, shop_pays=False))
    assert start(shop_pays=False).kinds == ["QuoteReturn", "Message"]


def test_undone_by_its_parent() -> None:
    case = start().cancel_by_parent()
    assert (case.stages, case.kinds[-1]) == (["aborted"], "VoidWaybill")


@pytest.mark.parametrize(
    ("steps", "ends"),
    [
        ((), "awaiting_shipment"),
        ((*HERE, PASS, put_away()), "closed"),
        ((days(7),), "expired"),
        ((act("cancel_return", CUSTOMER),), "cancelled"),
        ((*HERE, FAIL, REFUSE, BACK), "sent_back_closed"),
    ],
    ids=["on the way", "put away", "never sent", "kept", "sent back"],
)
def test_it_enters_what_comes_back(steps: tuple[Any, ...], ends: str) -> None:
    case = walk(start(), steps)
    comes = ends in ("awaiting_shipment", "closed")
    assert case.stage == ends
    assert case.entry == ReturnEntry(order="SO-1", lines=(LineQty(line=1, qty=2),) if comes else ())


def test_nothing_comes_back_once_it_is_aborted() -> None:
    assert start().cancel_by_parent().entry.lines == ()


def refused(why: str, *steps: Any, answers: Answers | None = None, **of: Any) -> None:
    Refused(why, steps, why, answers or {}).check(partial(start, **of))


def test_kind_16_what_qc_found_binds_who_puts_away() -> None:
    both = [{"line": 1, "qty": 1, "condition": "damaged"}, {"line": 1, "qty": 1, "condition": "as_new"}]
    passed = act("pass_inspection", QC, lines=both, fault_owner="carrier")
    refused("/placements", *HERE, passed, put_away(2))
    one_each = act(
        "restock_done",
        WAREHOUSE_KEEPER,
        placements=[
            {"line": 1, "qty": 1, "location": "main", "disposition": "sellable"},
            {"line": 1, "qty": 1, "disposition": "scrap"},
        ],
    )
    (kept,) = walk(start(), (*HERE, passed, one_each)).effects(ReceiveStock)
    assert [row.disposition for row in kept.lines] == ["sellable", "scrap"]


def test_kind_16_what_nobody_inspected_is_not_for_sale() -> None:
    refused("/placements", SHIPS, SCAN, LATE, put_away(), answers=TRUSTED)


def test_kind_17_goods_go_back_to_where_they_left_from() -> None:
    goods = [{"line": 1, "sku": "A-1", "qty": 2, "location": "north"}]
    answers = {QuoteReturn: yes(value={"amount": "80"}, left={"amount": "80"}, goods=goods)}
    anywhere = act(
        "restock_done", WAREHOUSE_KEEPER, placements=[{"line": 1, "qty": 2, "disposition": "sellable"}]
    )
    (kept,) = walk(start(answers), (*HERE, PASS, anywhere)).effects(ReceiveStock)
    assert [row.location for row in kept.lines] == ["north"]
    (named,) = walk(start(answers), (*HERE, PASS, put_away())).effects(ReceiveStock)
    assert [row.location for row in named.lines] == ["main"]


def test_kind_18_what_is_sent_back_goes_to_the_customer() -> None:
    receiver = {"receiver_name": "王小明", "phone": "13800000000", "address": ADDRESS}
    quote = yes(value={"amount": "80"}, left={"amount": "80"}, receiver=receiver)
    (booked,) = walk(start({QuoteReturn: quote}), (*HERE, FAIL, REFUSE, BACK)).effects(BookWaybill)
    assert (booked.receiver, booked.waybill_no, booked.to.city) == ("王小明", "SF-2", "杭州市")


@pytest.mark.parametrize("found", [[], [{"line": 1, "qty": 1, "condition": "as_new"}]], ids=["none", "one"])
def test_kind_19_a_return_that_arrives_short_is_recorded(found: list[Any]) -> None:
    short = act("fail_inspection", QC, lines=found, photos=["file:2"], fault_owner="customer")
    case = walk(start(), (*HERE, short, deduct("agree_partial"), deduct("partial_to_refund")))
    assert case.stage == "refunded"
    rows = [{**row, "disposition": "sellable"} for row in found]
    placed = [{key: value for key, value in row.items() if key != "condition"} for row in rows]
    assert case.act("restock_done", WAREHOUSE_KEEPER, placements=placed).stage == "closed"
    assert len(case.entry.lines) == len(found)


def test_kind_02_what_is_left_of_the_order_goes_back_by_itself() -> None:
    case = walk(start({PayRefund: less("50")}), (*HERE, PASS))
    assert (case.stage, [one.amount for one in case.effects(PayRefund)]) == ("refunded", [yuan(50)])
    assert case.notified == []


def test_kind_02_a_waiver_counts_with_what_was_given_before() -> None:
    case = walk(start(GIVEN), (*HERE, FAIL, waive(CS_SUPERVISOR, "60")))
    assert (case.stage, case.case.given_before, case.case.extra_cost) == ("negotiating", yuan(150), yuan(60))
    assert case.effects(PayRefund) == []
    refused("/extra_cost", *HERE, FAIL, waive(CS_SUPERVISOR, "60"), waive(CS_SUPERVISOR, "60"), answers=GIVEN)
    assert walk(start(), (*HERE, FAIL, waive(CS_SUPERVISOR, "0"))).effects(AllowCompensation) == []


@pytest.mark.parametrize(("owner", "paid"), [("shop", "100"), ("carrier", "100"), ("customer", "80")])
def test_kind_38_the_delivery_and_the_postage_go_back_where_the_shop_is_at_fault(
    owner: str, paid: str
) -> None:
    quote = yes(value={"amount": "80"}, left={"amount": "100"}, freight={"amount": "8"})
    case = walk(
        start({QuoteReturn: quote}, shop_pays=False),
        (POSTED, IN, OPEN, inspected("pass_inspection", owner=owner)),
    )
    assert [one.amount for one in case.effects(PayRefund)] == [yuan(paid)]


def test_kind_38_postage_has_a_bound_and_what_was_never_paid_to_the_shop_goes_back_by_hand() -> None:
    dear = act("customer_ships", CUSTOMER, carrier="SF", waybill_no="SF-1", postage="99")
    case = walk(start({PayRefund: less("80")}, shop_pays=False), (dear, IN, OPEN, SHOPS, put_away()))
    assert (case.stage, case.case.postage_due, case.notified) == ("postage_open", yuan(30), [FINANCE])


def test_kind_38_the_customer_hears_of_the_label() -> None:
    assert messages([start()])["label_ready"] == {"return_label"}


@pytest.mark.parametrize(
    ("event", "form", "stage"),
    [
        ("customer_ships", {"carrier": "SF", "waybill_no": "SF-1"}, "in_return_transit"),
        ("cancel_return", {}, "cancelled"),
    ],
)
def test_kind_33_staff_say_what_the_customer_said(event: str, form: dict[str, Any], stage: str) -> None:
    refused("/channel", act(event, AFTER_SALES, **form))
    assert start().act(event, AFTER_SALES, channel="chat", **form).stage == stage
