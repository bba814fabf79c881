"""Return and refund: every move, every refusal, the money and the goods."""

from __future__ import annotations

from datetime import timedelta
from functools import partial
from typing import Any

import pytest

from activities.carriers.contract import BookWaybill, PrepareReturnLabel
from activities.cases.contract import OpenCase
from activities.compensation.contract import AllowCompensation
from activities.messages.contract import Message
from activities.money.contract import (
    BookReceivable,
    DropReceivable,
    PayRefund,
    RecordRefund,
    ReverseBenefits,
)
from activities.orders.contract import QuoteRefund, QuoteReturn, ReturnEntry
from activities.registers.contract import KeepRecord
from activities.stock.contract import Disposition, ReceiveStock
from models.effect import Outcome
from models.values import LineQty, yuan
from tests.procedures.paths import Act, Answers, Path, Refused, act, each, messages, untaken, walk, walked
from tests.scenario import Answer, Scenario, no, person, yes
from workflows.language.refusals import InvalidForm
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
    goods = [{"line": 1, "sku": "A-1", "qty": 2, "value": {"amount": value}}]
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
    agreed = {"channel": "phone"} if event == "agree_partial" else {}
    return act(event, AFTER_SALES, deduction=deduction, reason="worn", customer_agrees=True, **agreed)


def deal(by: Any, deduction: str) -> tuple[Act, ...]:
    return (
        act("agree_partial", by, deduction=deduction, reason="worn", customer_agrees=True, channel="chat"),
        deduct("partial_to_refund", deduction),
    )


def waive(by: Any, **more: Any) -> Act:
    return act("waive", by, approval_note="a good customer", **more)


def by_hand(total: str = "80") -> Act:
    return act("pay_refund", FINANCE, goods_amount=total, total=total, route="manual", refund_no="B-1")


def put_away(qty: int = 2, disposition: str = "sellable") -> Act:
    row = {"line": 1, "qty": qty, "location": "main", "disposition": disposition}
    return act("restock_done", WAREHOUSE_KEEPER, placements=[row])


SHIPS = act("customer_ships", CUSTOMER, carrier="SF", waybill_no="SF-1", shipped_at="2026-11-23")
ARRIVAL = {"waybill_no": "SF-1", "package_state": "intact", "received_at": "2026-11-23T02:00:00Z"}
IN = act("parcel_in", WAREHOUSE_KEEPER, **ARRIVAL)
LATE = act("late_parcel", WAREHOUSE_KEEPER, **ARRIVAL)
AFTER_ALL = act("came_late", WAREHOUSE_KEEPER, **ARRIVAL)
SEEN = act("parcel_seen", CARRIER_FEED)
LOST = act("lost_return", LOGISTICS, carrier_statement="file:1", declared_value="80")
OPEN = act("start_inspection", QC)
PASS = inspected("pass_inspection", owner="shop")
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
POSTED = act("customer_ships", CUSTOMER, carrier="SF", waybill_no="SF-1", postage="12", photo=["file:9"])
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
    Path(
        "lost on its way to its owner",
        (*HERE, FAIL, REFUSE, BACK, act("lost_on_way", CARRIER_FEED)),
        "sent_back_closed",
        opened=["lost_parcel_claim"],
    ),
    Path("waived", (*HERE, FAIL, waive(CS_SUPERVISOR)), "refunded"),
    Path(
        "a dear waiver", (*HERE, FAIL, waive(OPS_MANAGER)), "refunded", answers={QuoteReturn: quoted("1000")}
    ),
    Path("the dearest", (*HERE, FAIL, waive(GM)), "refunded", answers={QuoteReturn: quoted("5000")}),
    Path(
        "waived where nobody knows the price",
        (*HERE, FAIL, waive(GM, extra_cost="20"), by_hand()),
        "refunded",
        answers=UNKNOWN,
    ),
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
    Path(
        "nothing known, by hand",
        (*HERE, PASS),
        "refund_pending",
        notified=[AFTER_SALES, FINANCE],
        answers=UNKNOWN,
    ),
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
    Path("the platform pays before anything is sent", (RULED, days(15)), "closed"),
    Path("the platform pays what waits for finance", (*HERE, PASS, RULED), "refunded", answers=DECLINED),
    Path("the carrier tells that it has the parcel", (SEEN, SEEN), "in_return_transit"),
    Path("the number was wrong", (SHIPS, SHIPS), "in_return_transit"),
    Path("scanned when it is here", (SHIPS, IN, SEEN, OPEN, SEEN, PASS, SEEN), "refunded"),
    Path("a number that nobody scans", (SHIPS, days(20)), "expired"),
    Path("a parcel at our risk is not given up", (SHIPS, SEEN, days(21)), "in_return_transit"),
    Path("in two parcels", (SHIPS, IN, IN, OPEN, IN, PASS), "refunded"),
    Path("the second comes in the talks", (*HERE, ONE, IN, OPEN, PASS), "refunded"),
    Path("the second comes when all is agreed", (*HERE, ONE, *deal(AFTER_SALES, "40")[:1], IN), "received"),
    Path("the second comes when the first goes back", (*HERE, ONE, REFUSE, IN), "received"),
    Path(
        "the second comes while finance pays",
        (*HERE, ONE, *deal(AFTER_SALES, "40"), AFTER_ALL),
        "refund_pending",
        opened=["return_refund"],
        answers=DECLINED,
    ),
    Path(
        "the second comes when the first is paid",
        (*HERE, ONE, *deal(AFTER_SALES, "40"), AFTER_ALL, put_away(1)),
        "closed",
        opened=["return_refund"],
    ),
    Path(
        "the second comes when postage is open",
        (
            POSTED,
            *HERE[1:],
            inspected("fail_inspection", "damaged", "shop", 1, photos=["file:2"]),
            *deal(AFTER_SALES, "0"),
            put_away(1, "scrap"),
            AFTER_ALL,
        ),
        "postage_open",
        opened=["return_refund"],
        answers={QuoteReturn: quoted("80"), PayRefund: less("70"), PrepareReturnLabel: no("no carrier")},
    ),
    *(
        Path(f"it comes though it was {end}", (*before, AFTER_ALL), end, opened=["return_refund"])
        for end, before in (
            ("expired", (days(7),)),
            ("cancelled", (act("cancel_return", CUSTOMER),)),
            ("sent_back_closed", (*HERE, FAIL, REFUSE, BACK)),
        )
    ),
    Path(
        "it comes after it was claimed",
        (SHIPS, SCAN, days(15), AFTER_ALL),
        "closed",
        opened=["return_refund"],
        answers=TRUSTED,
    ),
    Path(
        "a lost parcel comes before finance has paid",
        (SHIPS, LOST, LATE),
        "refund_pending",
        notified=[FINANCE, LOGISTICS],
        answers=DECLINED,
    ),
    Path(
        "the platform pays what nobody knows",
        (SHIPS, act("platform_refund", PLATFORM_FEED)),
        "refunded",
        notified=[AFTER_SALES, FINANCE],
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
        (*HERE, FAIL, deduct("agree_partial", "40"), deduct("partial_to_refund", "70")),
        "/deduction",
    ),
    Refused("deducted too much", (*HERE, FAIL, deduct("agree_partial", "80.01")), "/deduction"),
    Refused(
        "a waiver above the supervisor",
        (*HERE, FAIL, waive(CS_SUPERVISOR)),
        "/extra_cost",
        {QuoteReturn: quoted("200.01")},
    ),
    Refused(
        "a waiver above the manager",
        (*HERE, FAIL, waive(OPS_MANAGER)),
        "/extra_cost",
        {QuoteReturn: quoted("1000.01")},
    ),
    Refused(
        "failed and nothing is wrong", (*HERE, inspected("fail_inspection", photos=["file:2"])), "/lines"
    ),
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
    "send_instructions": {"return_instructions", "return_doubtful to after_sales"},
    "parcel_in": {"return_arrived"},
    "pay_refund": {"refund_paid"},
    "fail_inspection": {"return_not_accepted", "label_to_pay"},
    "inspect_late": {"return_claimed"},
    "partial_to_refund": {"return_claimed"},
    "lost_return": {"return_lost"},
    "goods_sent_back": {"return_sent_back"},
    "lost_on_way": {"repair_lost"},
    "refund_failed": {"pay_refund_by_hand to finance", "refund_failed to finance"},
    "pass_inspection": {"pay_refund_by_hand to finance"},
    "instant_refund": {"refund_paid"},
    "late_parcel": {"return_arrived", "lost_return_came to logistics"},
    "goods_never_came": {"return_never_came"},
    "platform_refund": {"refund_paid", "refund_ruled to finance"},
    "allowed": {"pay_refund_by_hand to finance"},
    "not_seen": {"return_not_seen"},
    "never_came": {"return_given_up"},
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
    of_what_came_late = {("priced", stage, stage) for stage in ("received", "inspecting")}
    assert untaken(ReturnRefund, start, PATHS) == {
        ("cancel_return", "authorised", "cancelled"),
        *of_what_came_late,
    }


def test_finance_waits_for_the_provider() -> None:
    machine = walk(start(), HERE).machine
    machine.act("pass_inspection", PASS.form, actor=person(QC))
    assert machine.stages == ["refund_pending"]
    assert "pay_refund" not in machine.offers(person(FINANCE))


def test_the_money() -> None:
    case = walk(start(), (*HERE, FAIL, deduct("agree_partial"), deduct("partial_to_refund")))
    (paid,), (reversed_,) = case.effects(PayRefund), case.effects(ReverseBenefits)
    assert (paid.order, paid.amount, reversed_.amount) == ("SO-1", yuan(38), yuan(38)), "the label too"
    assert case.effects(RecordRefund) == []


def test_by_hand_is_written_into_the_book() -> None:
    case = walk(start(DECLINED), (*HERE, PASS, by_hand()))
    (recorded,) = case.effects(RecordRefund)
    assert (recorded.amount, recorded.refund_no) == (yuan(80), "B-1")
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
    case = walk(start(GIVEN), (*HERE, FAIL, waive(CS_SUPERVISOR)))
    assert (case.stage, case.case.given_before, case.case.extra_cost) == ("negotiating", yuan(150), yuan(80))
    assert case.effects(PayRefund) == []
    refused("/extra_cost", *HERE, FAIL, waive(CS_SUPERVISOR), waive(CS_SUPERVISOR), answers=GIVEN)
    ours = inspected("fail_inspection", "damaged", "carrier", photos=["file:2"])
    assert walk(start(), (*HERE, ours, waive(CS_SUPERVISOR))).effects(AllowCompensation) == []


def test_kind_01_what_is_given_up_is_what_the_books_say() -> None:
    """Both pieces came damaged: 80 was paid for them, whatever figure is typed."""
    refused("/extra_cost", *HERE, FAIL, waive(CS_SUPERVISOR, extra_cost="0"))
    (waived,) = walk(start(), (*HERE, FAIL, waive(CS_SUPERVISOR))).effects(AllowCompensation)
    assert (waived.amount, waived.limit) == (yuan(80), yuan(200))
    refused("/deduction", *HERE, FAIL, *deal(AFTER_SALES, "0")[:1])
    refused("80.00 CNY beside 0.00 CNY", *HERE, FAIL, *deal(AFTER_SALES, "0")[:1])
    (agreed,) = walk(start(), (*HERE, FAIL, *deal(CS_SUPERVISOR, "0"))).effects(AllowCompensation)
    assert (agreed.amount, agreed.limit) == (yuan(80), yuan(200))


def test_kind_01_where_the_books_cannot_tell_no_typed_figure_meets_a_limit() -> None:
    """One yuan typed for goods that nobody knows the worth of, or a deduction of nothing: the gm decides."""
    for by in (CS_SUPERVISOR, OPS_MANAGER):
        refused("/extra_cost", *HERE, FAIL, waive(by, extra_cost="1"), answers=UNKNOWN)
    refused("/deduction", *HERE, FAIL, *deal(AFTER_SALES, "0")[:1], answers=UNKNOWN)
    waived = walk(start(UNKNOWN), (*HERE, FAIL, waive(GM, extra_cost="20")))
    (given,) = waived.effects(AllowCompensation)
    assert (given.amount, given.limit) == (yuan(20), None)
    ours = inspected("fail_inspection", "damaged", "carrier", photos=["file:2"])
    assert walk(start(UNKNOWN), (*HERE, ours, waive(CS_SUPERVISOR))).stage == "refund_pending"


@pytest.mark.parametrize(
    ("found", "spoilt"),
    [
        ([("as_new", 1), ("damaged", 1)], "40"),
        ([("as_new", 1)], "40"),
        ([("opened", 2)], "80"),
        ([], "80"),
    ],
    ids=["one damaged", "one missing", "both used", "nothing there"],
)
def test_kind_01_pieces_that_came_as_they_were_are_not_given_up(
    found: list[tuple[str, int]], spoilt: str
) -> None:
    lines = [{"line": 1, "qty": qty, "condition": condition} for condition, qty in found]
    failed = act("fail_inspection", QC, lines=lines, photos=["file:2"], fault_owner="customer")
    case = walk(start(), (*HERE, failed))
    assert (case.case.spoilt, case.case.agreed_deduction) == (yuan(spoilt), yuan(spoilt))
    assert walk(case, (waive(CS_SUPERVISOR),)).case.extra_cost == yuan(spoilt)


def test_kind_01_what_was_agreed_counts_with_what_was_given_before() -> None:
    case = walk(start(GIVEN), (*HERE, FAIL, *deal(AFTER_SALES, "30")))
    assert (case.stage, case.case.extra_cost, case.case.given_before) == ("negotiating", yuan(50), yuan(150))
    refused("/deduction", *HERE, FAIL, *deal(AFTER_SALES, "30"), *deal(AFTER_SALES, "30")[:1], answers=GIVEN)


def test_kind_01_finance_pays_what_is_due_and_nothing_else() -> None:
    refused("/total", *HERE, PASS, by_hand("60"), answers=DECLINED)
    refused("/total", *HERE, PASS, by_hand("100"), answers=DECLINED)


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
    dear = act("customer_ships", CUSTOMER, carrier="SF", waybill_no="SF-1", postage="99", photo=["file:9"])
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


def came(settled: str = "0", answers: Answers | None = None) -> Scenario:
    """Goods that came after their return had ended, of which so much was paid back."""
    case = Scenario(
        ReturnRefund, subject="RT-1-9", answers={QuoteRefund: quoted(), PayRefund: PAID, **(answers or {})}
    )
    return case.act(
        "take_in",
        order_no="SO-1",
        lines=LINES,
        reason="quality",
        shop_pays_postage=True,
        address=ADDRESS,
        waybill_no="SF-1",
        settled=settled,
    )


def test_kind_66_goods_that_come_after_the_end_have_an_owner() -> None:
    case = came()
    assert (case.stage, case.case.value) == ("received", yuan(80))
    assert {"start_inspection"} <= set(case.offers(QC))
    assert [one.amount for one in walk(case, (OPEN, PASS)).effects(PayRefund)] == [yuan(80)]


def test_kind_66_what_was_paid_before_is_not_paid_again() -> None:
    paid = walk(came("80"), (OPEN, PASS, put_away()))
    assert (paid.stage, paid.effects(PayRefund), paid.effects(BookReceivable)) == ("closed", [], [])
    spoilt = walk(came("80"), (OPEN, FAIL, *deal(AFTER_SALES, "60")))
    (owed,) = spoilt.effects(BookReceivable)
    assert (owed.amount, spoilt.stage, spoilt.effects(PayRefund)) == (yuan(60), "refunded", [])
    assert messages([spoilt])["allowed"] == {"return_claimed"}
    (back,) = walk(came("80"), (OPEN, FAIL, REFUSE, BACK)).effects(BookReceivable)
    assert back.amount == yuan(80)
    waived = walk(came("80", GIVEN), (OPEN, FAIL, waive(CS_SUPERVISOR)))
    assert waived.stage == "negotiating"  # it counts though nothing is paid any more


@pytest.mark.parametrize("stage", ["received", "inspecting"])
def test_kind_66_the_books_may_answer_late(stage: str) -> None:
    case = came(answers={QuoteRefund: no("no such order")})
    case = walk(case, (OPEN,) if stage == "inspecting" else ())
    assert case.act("priced").stage == stage


def test_kind_66_a_claim_falls_when_the_goods_come_after_all() -> None:
    case = walk(start(TRUSTED), (SHIPS, SCAN, days(15)))
    assert (case.entry.lines, len(case.effects(BookReceivable))) == ((), 1)
    case = walk(case, (AFTER_ALL,))
    (opened,) = case.effects(OpenCase)
    assert len(case.effects(DropReceivable)) == 1
    assert (opened.event, opened.form["settled"]["amount"], opened.form["lines"]) == ("take_in", "80", LINES)
    refused("is done", SHIPS, SCAN, days(15), AFTER_ALL, AFTER_ALL, answers=TRUSTED)


def test_kind_66_a_lost_parcel_that_comes_is_nobodys_claim() -> None:
    case = walk(start(), (SHIPS, LOST, AFTER_ALL))
    assert (case.stage, case.notified, case.entry.lines) == ("closed", [LOGISTICS], ())
    assert case.effects(OpenCase)[-1].form["settled"]["amount"] == "80"


def test_kind_66_the_rest_of_a_return_comes_back_in_a_case_of_its_own() -> None:
    waived = walk(start(), (*HERE, ONE, waive(CS_SUPERVISOR), AFTER_ALL))
    (opened,) = waived.effects(OpenCase)
    assert (opened.form["lines"], opened.form["settled"]["amount"]) == ([{"line": 1, "qty": 1}], "40.00")
    agreed = walk(start(), (*HERE, ONE, *deal(AFTER_SALES, "40"), AFTER_ALL))
    assert agreed.effects(OpenCase)[0].form["settled"]["amount"] == "0"
    assert agreed.entry.lines == (LineQty(line=1, qty=1),)
    refused("still to come", *HERE, PASS, put_away(), AFTER_ALL)


def test_kind_66_what_an_instant_refund_paid_too_much_is_claimed() -> None:
    worn = inspected("inspect_late", "damaged")
    case = walk(start(TRUSTED), (SHIPS, SCAN, LATE, worn))
    assert [one.amount for one in case.effects(BookReceivable)] == [yuan(92)]
    assert messages([case])["inspect_late"] == {"return_claimed"}
    assert (
        walk(start(TRUSTED), (SHIPS, SCAN, LATE, inspected("inspect_late", "opened", "shop"))).effects(
            BookReceivable
        )
        == []
    )


def test_kind_66_an_invented_waybill_ends() -> None:
    case = walk(start(), (SHIPS, days(10)))
    assert messages([case])["not_seen"] == {"return_not_seen"}
    case.wait(days(10))
    assert (case.stage, case.kinds[-1]) == ("expired", "VoidWaybill")
    theirs = walk(start(shop_pays=False), (SHIPS, SEEN, days(20)))
    assert theirs.stage == "expired"  # whoever chose the carrier bears the risk


def test_postage_goes_back_by_hand_with_goods_that_the_books_do_not_know() -> None:
    case = walk(start(UNKNOWN, shop_pays=False), (POSTED, IN, OPEN, SHOPS))
    case.act("pay_refund", FINANCE, goods_amount="80", total="92", route="manual", refund_no="B-1")
    assert (case.stage, case.case.refunded) == ("refunded", yuan(92))


def test_kind_38_with_our_label_no_postage_is_repaid() -> None:
    quote = yes(value={"amount": "80"}, left={"amount": "100"}, freight={"amount": "8"})
    case = walk(start({QuoteReturn: quote}), (POSTED, IN, OPEN, SHOPS))
    assert (case.case.label_no, [one.amount for one in case.effects(PayRefund)]) == ("SF-9", [yuan(88)])
    none = walk(start({QuoteReturn: quote, PrepareReturnLabel: no("no carrier")}), (POSTED, IN, OPEN, SHOPS))
    assert [one.amount for one in none.effects(PayRefund)] == [yuan(100)]
    refused("/photo", act("customer_ships", CUSTOMER, carrier="SF", waybill_no="SF-1", postage="12"))


def test_kind_66_goods_lost_on_their_way_to_their_owner_are_claimed_and_made_good() -> None:
    receiver = {"receiver_name": "王小明", "phone": "13800000000", "address": ADDRESS}
    known = yes(**{**quoted().data, "receiver": receiver})
    case = walk(start({QuoteReturn: known}), (*HERE, ONE, REFUSE, BACK))
    case.hear("carrier.parcel.lost", CARRIER_FEED)
    (claim,) = case.effects(OpenCase)
    assert (claim.procedure, claim.subject) == ("lost_parcel_claim", "SF-2")
    assert claim.form["paid"]["amount"] == "40.00", "one of the two had come"
    assert claim.form["parcel"]["lines"] == [{"sku": "A-1", "qty": 1}]
    assert [row.line for row in case.entry.lines] == [1], "the customer has them no more"


@pytest.mark.parametrize(
    ("price", "owner", "paid"),
    [
        ({"amount": "9"}, "customer", 71),
        (None, "customer", 68),
        ({"amount": "45"}, "customer", 50),
        ({"amount": "9"}, "carrier", 80),
    ],
    ids=["by the carrier's book", "by the policy", "no more than the most", "not their fault"],
)
def test_kind_38_who_is_at_fault_pays_for_the_label(price: Any, owner: str, paid: int) -> None:
    label = yes(waybill_no="SF-9", carrier="sf", freight=price)
    case = walk(start({PrepareReturnLabel: label}), (*HERE, inspected("pass_inspection", owner=owner)))
    (refund,) = case.effects(PayRefund)
    assert refund.amount == yuan(paid)
    assert ("label_to_pay" in {one.template for one in case.effects(Message)}) == (owner == "customer")


@pytest.mark.parametrize(("owner", "payer"), [("customer", "customer"), ("carrier", "shop")])
def test_kind_38_who_is_at_fault_pays_for_the_way_back(owner: str, payer: str) -> None:
    failed = inspected("fail_inspection", "damaged", owner, photos=["file:2"])
    back = act("goods_sent_back", LOGISTICS, carrier="sf", waybill_no="SF-2")
    case = walk(start(), (*HERE, failed, REFUSE, back))
    assert case.effects(BookWaybill)[-1].payer == payer
    other = "shop" if payer == "customer" else "customer"
    with pytest.raises(InvalidForm, match="known to be"):
        walk(start(), (*HERE, failed, REFUSE)).act(
            "goods_sent_back", LOGISTICS, carrier="sf", waybill_no="SF-2", freight_payer=other
        )
