"""Exchange: every move, every refusal, the difference and the replacement's answers."""

from __future__ import annotations

from functools import partial
from typing import Any

import pytest

from activities.carriers.contract import BookWaybill, PrepareReturnLabel
from activities.cases.contract import OpenCase
from activities.compensation.contract import AllowCompensation
from activities.money.contract import (
    BookReceivable,
    ChargeDifference,
    PayRefund,
    RecordPayment,
    RecordRefund,
)
from activities.orders.contract import ReserveReplacement
from activities.stock.contract import Disposition, ReceiveStock
from models.values import NOTHING, yuan
from tests.procedures.filled import send
from tests.procedures.paths import (
    Act,
    Answers,
    Path,
    Refused,
    act,
    child,
    each,
    messages,
    untaken,
    walk,
    walked,
)
from tests.scenario import Scenario, no, person, yes
from workflows.language.refusals import Refusal
from workflows.language.timing import days, hours
from workflows.procedures.after_sales.exchange import Exchange
from workflows.vocabulary import (
    AFTER_SALES,
    CARRIER_FEED,
    CS_SUPERVISOR,
    CUSTOMER,
    FACTORY_RESIDENT,
    FINANCE,
    LOGISTICS,
    OPS_MANAGER,
    PAYMENT_FEED,
    QC,
    WAREHOUSE_KEEPER,
    WAREHOUSE_SUPERVISOR,
)

LINES = [{"line": 1, "qty": 1}]
ADDRESS = {"province": "浙江省", "city": "杭州市", "district": "余杭区", "street": "文一西路 1 号"}
RECEIVER = {"receiver_name": "王小明", "phone": "13800000000", "address": ADDRESS}


def reserved(old: str = "80", new: str = "80", *, trusted: bool = False) -> Answers:
    goods = [{"line": 1, "sku": "A-1", "qty": 1, "value": {"amount": old}}]
    quote = yes(
        goods=goods,
        receiver=RECEIVER,
        trusted=trusted,
        value={"amount": old},
        new_value={"amount": new},
        left=None,
    )
    return {ReserveReplacement: quote}


EVEN, DEARER, CHEAPER, TRUSTED = reserved(), reserved(new="100"), reserved(new="60"), reserved(trusted=True)
SHORT: Answers = {ReserveReplacement: no("out of stock")}
GIVEN: Answers = {AllowCompensation: no("too much", given={"amount": "150"}, limit={"amount": "200"})}
DEARER_DECLINED: Answers = {**DEARER, ChargeDifference: no("no card")}
CHEAPER_DECLINED: Answers = {**CHEAPER, PayRefund: no("route closed")}


def start(answers: Answers | None = None, **more: Any) -> Scenario:
    case = Scenario(
        Exchange,
        subject="EX-1",
        answers={**EVEN, PrepareReturnLabel: yes(waybill_no="SF-9"), **(answers or {})},
    )
    return case.act("authorise", order_no="SO-1", lines=LINES, shop_pays_postage=True, **more)


def inspected(event: str, condition: str = "as_new", **more: Any) -> Act:
    return act(event, QC, lines=[{"line": 1, "qty": 1, "condition": condition}], **more)


def first(approver: str = "chen", **more: Any) -> Act:
    return act("ship_first", AFTER_SALES, approver=approver, reason="a trusted customer", **more)


def settle(old: str, new: str, difference: str, by: Any = FINANCE) -> Act:
    form = {"old_value": old, "new_value": new, "difference": difference, "settled_by": "none"}
    return act("settle_difference", by, **form)


SHIPS = act("customer_ships", CUSTOMER, carrier="SF", waybill_no="SF-1")
ARRIVAL = {"package_state": "intact", "received_at": "2026-11-23T02:00:00Z"}
IN = act("parcel_in", WAREHOUSE_KEEPER, **ARRIVAL)
LOST = act("lost_return", LOGISTICS, carrier_statement="file:1", declared_value="80")
OPEN = act("start_inspection", QC)
OK = inspected("inspect_ok")
BAD = inspected("inspect_bad", "damaged", note="torn")
TERMS = act("agree_terms", CS_SUPERVISOR, fee="10", customer_agrees=True, channel="phone")
TO_REFUND = act("to_refund", AFTER_SALES, reason="no patience", amount="80")
REFUSE = act("refuse", AFTER_SALES, reason="worn")
MISSING = act("replacement_missing", AFTER_SALES, channel="phone", customer_choice="refund")
STAYS = act("replacement_missing", AFTER_SALES, channel="phone", customer_choice="refund", old_goods="stay")
RETURNED = child("return_refund", "closed")
GOES = act("goods_sent_back", LOGISTICS, carrier="sf", waybill_no="SF-2")
EMPTY = act("inspect_bad", QC, lines=[], note="empty")
WITHDRAW = act("withdraw", CUSTOMER)
OLD_IN = act("old_goods_in", WAREHOUSE_KEEPER, condition="opened", bin="A-01")
LOST_AGAIN = act("lost_on_way", CARRIER_FEED)
AS_NEW = [{"line": 1, "qty": 1, "condition": "as_new"}]
THEIR_FAULT = act("inspect_ok", QC, lines=AS_NEW, fault_owner="customer")
HERE = (SHIPS, IN)
BACK = (SHIPS, IN, OPEN, BAD)
REFUND = child("refund_only", "refunded", refund_no="RF-1", amount={"amount": "80"})
BY_HAND = act("refund_instead", FINANCE, refund_no="B-1", amount="80")


SEEN = act("parcel_seen", CARRIER_FEED)
COMES = act("came_late", WAREHOUSE_KEEPER, **ARRIVAL)
HELD = first(deposit_held="30")
NO_DEPOSIT: Answers = {**TRUSTED, ChargeDifference: no("no card")}


def order(stage: str, *, ended: bool = True) -> Any:
    return child("order_fulfilment", stage, ended=ended)


DELIVERED = order("delivered", ended=False)

USUAL = [
    Path(
        "instructions with a label",
        (),
        "awaiting_shipment",
        effects=["ReserveReplacement", "PrepareReturnLabel", "Message", "Message"],
    ),
    Path("the whole way", (*HERE, OPEN, OK, DELIVERED), "completed", opened=["order_fulfilment"]),
    Path("without opening it first", (*HERE, OK), "replacement_shipping"),
    Path("out of stock", (), "authorised", answers=SHORT),
    Path("still out of stock", (act("try_again", AFTER_SALES),), "authorised", effects=[], answers=SHORT),
    Path(
        "the goods are asked back", (MISSING,), "converted_to_refund", opened=["return_refund"], answers=SHORT
    ),
    Path("and paid for", (MISSING, RETURNED), "closed_refunded", answers=SHORT),
    *(
        Path(f"or not: {end}", (MISSING, child("return_refund", end)), "cancelled", answers=SHORT)
        for end in ("expired", "cancelled", "sent_back_closed")
    ),
    Path("money for goods that stay", (STAYS,), "converted_to_refund", opened=["refund_only"], answers=SHORT),
    Path("money paid instead", (STAYS, REFUND), "closed_refunded", answers=SHORT),
    *(
        Path(
            f"talked over when the refund is {end}",
            (STAYS, child("refund_only", end)),
            "negotiating",
            answers=SHORT,
        )
        for end in ("cancelled", "rejected")
    ),
    Path(
        "reserved late",
        (hours(48),),
        "authorised",
        notified=[AFTER_SALES, CS_SUPERVISOR],
        missed=["authorised"],
        answers=SHORT,
    ),
    Path("a trusted customer may get it first", (), "replacement_reserved", answers=TRUSTED),
    Path("or not", (act("send_instructions", AFTER_SALES),), "awaiting_shipment", answers=TRUSTED),
    Path("nobody chose", (hours(4),), "awaiting_shipment", answers=TRUSTED),
    Path("sent first", (first(),), "replacement_shipping", opened=["order_fulfilment"], answers=TRUSTED),
    Path("sent once the parcel is posted", (SHIPS, first()), "replacement_shipping"),
    Path("signed before the old goods came", (first(), DELIVERED), "awaiting_old_goods", answers=TRUSTED),
    Path("then the old goods came", (first(), DELIVERED, OLD_IN), "completed", answers=TRUSTED),
    Path("the old goods came first", (first(), OLD_IN), "replacement_shipping", answers=TRUSTED),
    Path("and then it was signed", (first(), OLD_IN, DELIVERED), "completed", answers=TRUSTED),
    Path(
        "a reminder",
        (first(), DELIVERED, days(7)),
        "awaiting_old_goods",
        notified=[CUSTOMER],
        answers=TRUSTED,
    ),
    Path("the old goods never came", (first(), DELIVERED, days(14)), "completed_with_loss", answers=TRUSTED),
    Path("never sent", (days(7),), "expired", notified=[CUSTOMER]),
    Path("unannounced", (act("parcel_in", FACTORY_RESIDENT, **ARRIVAL),), "received"),
    Path("traced", (SHIPS, days(10)), "in_return_transit", notified=[AFTER_SALES, LOGISTICS]),
    Path(
        "lost on our label",
        (SHIPS, LOST),
        "replacement_shipping",
        opened=["lost_parcel_claim", "order_fulfilment"],
    ),
    Path("lost, and the replacement signed", (SHIPS, LOST, DELIVERED), "completed"),
    Path(
        "inspected late",
        (*HERE, hours(24)),
        "received",
        notified=[WAREHOUSE_SUPERVISOR],
        missed=["inspection_limit"],
    ),
    Path("not as it should be", BACK, "negotiating"),
    Path("for a fee", (*BACK, TERMS), "replacement_shipping"),
    Path("to a refund", (*BACK, TO_REFUND, REFUND), "closed_refunded"),
    Path("refused", (*BACK, REFUSE), "sending_back"),
    Path("sent back", (*BACK, REFUSE, GOES), "cancelled"),
    Path("an empty box is refused", (SHIPS, IN, OPEN, EMPTY, REFUSE), "cancelled"),
    Path("no agreement", (*BACK, hours(72)), "negotiating", notified=[CS_SUPERVISOR], missed=["negotiating"]),
    Path("the supervisor ends it", (*BACK, act("refuse", CS_SUPERVISOR, reason="worn")), "sending_back"),
    Path("withdrawn at once", (WITHDRAW,), "cancelled", answers=SHORT),
    Path(
        "withdrawn when reserved",
        (WITHDRAW,),
        "cancelled",
        effects=["ReserveReplacement", "Message", "FreeStock"],
        answers=TRUSTED,
    ),
    Path("withdrawn before it is sent", (WITHDRAW,), "cancelled"),
    Path("dearer", (*HERE, OK), "replacement_shipping", answers=DEARER),
    Path("dearer, not paid", (*HERE, OK), "difference_pending", notified=[FINANCE], answers=DEARER_DECLINED),
    Path(
        "dearer, paid after all",
        (*HERE, OK, settle("80", "100", "20", PAYMENT_FEED)),
        "replacement_shipping",
        answers=DEARER_DECLINED,
    ),
    Path(
        "dearer, paid by hand",
        (*HERE, OK, settle("80", "100", "20")),
        "replacement_shipping",
        answers=DEARER_DECLINED,
    ),
    Path(
        "dearer, never paid",
        (*HERE, OK, hours(48)),
        "converted_to_refund",
        opened=["refund_only"],
        answers=DEARER_DECLINED,
    ),
    Path("cheaper", (*HERE, OK), "replacement_shipping", answers=CHEAPER),
    Path(
        "cheaper, by hand",
        (*HERE, OK, settle("80", "60", "-20")),
        "replacement_shipping",
        answers=CHEAPER_DECLINED,
    ),
    Path(
        "cheaper, the shop is late",
        (*HERE, OK, hours(48)),
        "difference_pending",
        missed=["difference_pending"],
        answers=CHEAPER_DECLINED,
    ),
    Path(
        "on its way", (*HERE, OK, order("shipped", ended=False), days(3)), "replacement_shipping", missed=[]
    ),
    Path(
        "handed over late",
        (*HERE, OK, hours(48)),
        "replacement_shipping",
        notified=[WAREHOUSE_SUPERVISOR, OPS_MANAGER],
        missed=["ship_limit"],
    ),
    Path(
        "the replacement was cancelled",
        (*HERE, OK, order("cancelled")),
        "negotiating",
        notified=[AFTER_SALES],
    ),
    Path("it came back", (*HERE, OK, order("closed_returned")), "negotiating"),
    Path("it was lost", (*HERE, OK, order("closed_lost")), "negotiating"),
    Path(
        "and is sent again",
        (*HERE, OK, order("closed_lost"), TERMS),
        "replacement_shipping",
        opened=["order_fulfilment", "order_fulfilment"],
        answers=reserved("80", "70"),
    ),
]

AWKWARD = [
    Path("with a deposit", (HELD,), "replacement_shipping", opened=["order_fulfilment"], answers=TRUSTED),
    Path(
        "the deposit is declined",
        (HELD,),
        "replacement_reserved",
        opened=[],
        notified=[AFTER_SALES],
        answers=NO_DEPOSIT,
    ),
    Path(
        "the deposit is declined, the parcel is posted",
        (SHIPS, HELD),
        "in_return_transit",
        opened=[],
        answers={ChargeDifference: no("no card")},
    ),
    Path("the carrier tells that it has the parcel", (SEEN, SEEN), "in_return_transit"),
    Path("the number was wrong", (SHIPS, SHIPS), "in_return_transit"),
    Path("in two parcels", (SHIPS, IN, IN, OPEN, IN, BAD, IN), "received"),
    Path("scanned when it is here", (SHIPS, IN, SEEN, OPEN, SEEN, OK), "replacement_shipping"),
    Path("a number that nobody scans", (SHIPS, days(20)), "expired"),
    Path("a parcel at our risk is not given up", (SHIPS, SEEN, days(21)), "in_return_transit"),
    Path("posted once the new goods left", (first(), SHIPS, SEEN), "replacement_shipping", answers=TRUSTED),
    Path(
        "posted once the new goods are there",
        (first(), DELIVERED, SHIPS, SEEN),
        "awaiting_old_goods",
        answers=TRUSTED,
    ),
    Path(
        "sent first, and lost on its way back",
        (first(), DELIVERED, SHIPS, LOST),
        "completed",
        opened=["order_fulfilment", "lost_parcel_claim"],
        answers=TRUSTED,
    ),
    Path(
        "lost before the new goods are there",
        (first(), SHIPS, LOST, DELIVERED),
        "completed",
        opened=["order_fulfilment", "lost_parcel_claim"],
        answers=TRUSTED,
    ),
    Path(
        "a lost parcel comes after all", (SHIPS, LOST, DELIVERED, OLD_IN), "completed", notified=[LOGISTICS]
    ),
    Path(
        "the old goods come after the loss was booked",
        (first(), DELIVERED, days(14), OLD_IN),
        "completed_with_loss",
        answers=TRUSTED,
    ),
    *(
        Path(f"they come though it was {end}", (*before, COMES), end, opened=["exchange"])
        for end, before in (("expired", (days(7),)), ("cancelled", (WITHDRAW,)))
    ),
    Path(
        "they come though the customer may keep them",
        (STAYS, REFUND, COMES),
        "closed_refunded",
        opened=["refund_only", "return_refund"],
        answers=SHORT,
    ),
    Path(
        "terms within the supervisor's limit",
        (*BACK, TERMS),
        "replacement_shipping",
        answers={AllowCompensation: yes()},
    ),
    Path("terms beside what was given before", (*BACK, TERMS), "negotiating", answers=GIVEN),
    Path(
        "a fee that isn't paid",
        (*BACK, TERMS, hours(48)),
        "negotiating",
        answers={ChargeDifference: no("no card")},
    ),
    Path("nothing was wrong, and the label is asked for", (*HERE, THEIR_FAULT), "replacement_shipping"),
    Path(
        "lost on its way to its owner",
        (*BACK, REFUSE, GOES, LOST_AGAIN),
        "cancelled",
        opened=["lost_parcel_claim"],
    ),
]
PATHS = [*USUAL, *AWKWARD]
REFUSALS = [
    Refused(
        "waiting is no refund",
        (act("replacement_missing", AFTER_SALES, channel="phone", customer_choice="wait"),),
        "/customer_choice",
        SHORT,
    ),
    Refused(
        "an unknown customer first",
        (act("ship_first", AFTER_SALES, approver="chen", reason="x"),),
        "not_possible_now",
    ),
    Refused("a dearer thing first", (SHIPS, first()), "price is the same", DEARER),
    Refused("approved by oneself", (first("after_sales"),), "/approver", TRUSTED),
    Refused(
        "not the parcel",
        (*HERE, act("inspect_ok", QC, lines=[{"line": 2, "qty": 1, "condition": "as_new"}])),
        "/lines",
    ),
    Refused("bad, and nobody says why", (*HERE, OPEN, inspected("inspect_bad", "damaged")), "/note"),
    Refused("refused after a failed replacement", (*HERE, OK, order("closed_lost"), REFUSE), "refused"),
    Refused(
        "more than the goods cost",
        (*BACK, act("to_refund", AFTER_SALES, reason="x", amount="80.01")),
        "/amount",
    ),
    Refused("a refund of nothing", (*BACK, act("to_refund", AFTER_SALES, reason="x", amount="0")), "/amount"),
    Refused("finance before the provider said no", (*HERE, OK, settle("80", "80", "0")), "not_possible_now"),
    Refused("another difference", (*HERE, OK, settle("80", "99", "19")), "/difference", DEARER_DECLINED),
    Refused("sums that don't add up", (*HERE, OK, settle("80", "100", "10")), "/difference", DEARER_DECLINED),
    Refused("paid twice", (STAYS, BY_HAND), "refund case", SHORT),
    Refused("old goods twice", (first(), OLD_IN, OLD_IN), "old goods", TRUSTED),
    Refused(
        "a fee above what the goods are worth",
        (*BACK, act("agree_terms", AFTER_SALES, fee="99999", customer_agrees=True, channel="chat")),
        "/fee",
    ),
    Refused(
        "a deposit above what the goods are worth", (SHIPS, first(deposit_held="99999")), "/deposit_held"
    ),
    Refused("the customer inspects", (*HERE, act("start_inspection", CUSTOMER)), "not_your_role"),
]

MESSAGES = {
    "reserve_replacement": {"return_instructions"},
    "inspect_ok": {"replacement_under_way", "label_to_pay"},
    "send_instructions": {"return_instructions"},
    "ship_first": {"replacement_under_way", "return_instructions"},
    "lost_return": {"replacement_under_way"},
    "inspect_bad": {"return_not_accepted"},
    "settle_difference": {"replacement_under_way"},
    "refuse": {"return_goes_back", "exchange_ended"},
    "goods_sent_back": {"return_sent_back", "exchange_ended"},
    "lost_on_way": {"repair_lost"},
    "label_ready": {"return_label"},
    "no_shipment": {"exchange_ended"},
    "goods_kept": {"exchange_ended"},
    "difference_declined": {"difference_declined to finance"},
    "replacement_failed": {"replacement_failed to after_sales"},
    "withdraw": {"exchange_ended"},
    "never_came": {"exchange_ended"},
    "deposit_taken": {"replacement_under_way", "return_instructions"},
    "deposit_declined": {"deposit_declined to after_sales"},
    "old_goods_in": {"lost_return_came to logistics"},
    "old_goods_never": {"exchange_claimed"},
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
    assert untaken(Exchange, start, PATHS) == {
        ("goods_are_here", "replacement_reserved", "received"),
        ("withdraw", "authorised", "sending_back"),
        ("parcel_in", "taking_deposit", "received"),
        ("label_ready", "awaiting_old_goods", "awaiting_old_goods"),
    }


def test_a_label_that_the_customer_bought() -> None:
    customer_pays = partial(Scenario, Exchange, subject="EX-1")

    def begin(answers: Answers | None = None) -> Scenario:
        return customer_pays(answers={**EVEN, **(answers or {})}).act(
            "authorise", order_no="SO-1", lines=LINES
        )

    assert begin().kinds == ["ReserveReplacement", "Message"]
    Refused("lost", (SHIPS, LOST), "label").check(begin)


def test_the_replacement_is_an_order_without_a_price() -> None:
    (opened,) = walk(start(), (*HERE, OK)).effects(OpenCase)
    assert (opened.subject, opened.form["order_no"], opened.form["receiver_name"]) == (
        "EX-1",
        "EX-1",
        "王小明",
    )
    assert opened.form["lines"] == [
        {"sku": "A-1", "qty": 1, "unit_price": {"amount": "0", "currency": "CNY"}}
    ]


def test_another_thing_instead() -> None:
    wanted = [{"sku": "B-2", "qty": 2}]
    case = walk(start(wanted=wanted), (*HERE, OK))
    assert [(line["sku"], line["qty"]) for line in case.effects(OpenCase)[0].form["lines"]] == [("B-2", 2)]
    (kept,) = case.effects(ReserveReplacement)
    assert (kept.replacement, kept.wanted[0].sku) == ("EX-1", "B-2")


def test_the_difference_is_charged_or_refunded() -> None:
    assert walk(start(DEARER), (*HERE, OK)).effects(ChargeDifference)[0].amount == yuan(20)
    assert walk(start(CHEAPER), (*HERE, OK)).effects(PayRefund)[0].amount == yuan(20)
    assert walk(start(), (*BACK, TERMS)).effects(ChargeDifference)[0].amount == yuan(10)


def test_by_hand_is_written_into_the_book() -> None:
    charged = walk(start(DEARER_DECLINED), (*HERE, OK, settle("80", "100", "20")))
    assert charged.effects(RecordPayment)[0].amount == yuan(20)
    returned = walk(start(CHEAPER_DECLINED), (*HERE, OK, settle("80", "60", "-20")))
    assert returned.effects(RecordRefund)[0].amount == yuan(20)


def test_what_a_failed_replacement_gives_back() -> None:
    dearer = walk(start(DEARER), (*HERE, OK, order("closed_lost")))
    assert dearer.kinds[-2:] == ["ReturnCharge", "FreeStock"]
    cheaper = walk(start(CHEAPER), (*HERE, OK, order("closed_lost")))
    assert cheaper.case.difference == yuan(0)


def test_a_difference_taken_by_hand_is_not_asked_for_again() -> None:
    by_hand = settle("80", "100", "20")
    failed = walk(start(DEARER_DECLINED), (*HERE, OK, by_hand, order("closed_lost")))
    assert failed.case.difference == yuan(0)
    refunded = walk(failed, (act("to_refund", AFTER_SALES, reason="no patience", amount="100"),))
    assert refunded.effects(OpenCase)[-1].form["amount"] == {"amount": "100", "currency": "CNY"}


def test_goods_that_were_shipped_need_approval_to_be_refunded() -> None:
    """The customer still has the old ones."""
    (refund,) = walk(start(SHORT), (STAYS,)).effects(OpenCase)
    assert refund.form["source"] == "quality"
    (owed,) = walk(start(), (*BACK, TO_REFUND)).effects(OpenCase)
    assert owed.form["source"] == "returned"


def test_a_refund_by_hand_is_written_into_the_book() -> None:
    """Where the store has no refund cases."""
    machine = walk(start(), (*BACK, TO_REFUND)).machine
    for refund in list(machine.memory.children):
        machine.child_missing(refund)
    step = machine.act("refund_instead", {"refund_no": "B-1"}, actor=person(FINANCE))
    assert step.after == ["closed_refunded"]
    assert [ask.effect.amount for ask in step.asked if isinstance(ask.effect, RecordRefund)] == [yuan(80)]


def test_the_second_order_has_another_number() -> None:
    case = walk(
        start(),
        (
            *HERE,
            OK,
            order("closed_lost"),
            act("agree_terms", AFTER_SALES, fee="0", customer_agrees=True, channel="chat"),
        ),
    )
    assert len({opened.subject for opened in case.effects(OpenCase)}) == 2


def test_where_the_old_goods_go() -> None:
    (good,) = walk(start(), (*HERE, OK)).effects(ReceiveStock)
    assert (good.lines[0].sku, good.lines[0].disposition) == ("A-1", Disposition.SELLABLE)
    (bad,) = walk(start(), (*BACK, TERMS)).effects(ReceiveStock)
    assert bad.lines[0].disposition == Disposition.DEFECTIVE
    (old,) = walk(start(TRUSTED), (first(), OLD_IN)).effects(ReceiveStock)
    assert (old.lines[0].disposition, old.lines[0].bin) == (Disposition.QUARANTINE, "A-01")


def test_the_deposit() -> None:
    held = (first(deposit_held="30"), DELIVERED)
    assert walk(start(TRUSTED), (*held, OLD_IN)).kinds[-1] == "ReturnCharge"
    lost = walk(start(TRUSTED), (*held, days(14)))
    assert "ReturnCharge" not in lost.kinds
    assert lost.effects(BookReceivable)[-1].amount == yuan(50)


def test_what_the_request_hears() -> None:
    assert walk(start(), (*BACK, REFUSE)).machine.hooks.result()["refused"] is True
    assert walk(start(), (WITHDRAW,)).machine.hooks.result()["refused"] is False


def test_undone_by_its_parent() -> None:
    case = start().cancel_by_parent()
    assert case.kinds[-2:] == ["VoidWaybill", "FreeStock"]


@pytest.mark.parametrize(
    ("steps", "ends"),
    [
        ((), "awaiting_shipment"),
        ((*HERE, OPEN, OK, DELIVERED), "completed"),
        ((days(7),), "expired"),
        ((WITHDRAW,), "cancelled"),
    ],
    ids=["on the way", "exchanged", "never sent", "kept"],
)
def test_it_enters_what_comes_back(steps: tuple[Any, ...], ends: str) -> None:
    case = walk(start(), steps)
    comes = ends in ("awaiting_shipment", "completed")
    assert case.stage == ends
    assert case.entry.order == "SO-1"
    assert [line.qty for line in case.entry.lines] == ([1] if comes else [])


def test_kind_14_an_exchange_sends_the_colour_that_was_asked_for() -> None:
    case = walk(start(reserved(new="80"), wanted=[{"sku": "A-1-RED", "qty": 1}]), (*HERE, OK))
    assert [line["sku"] for line in case.effects(OpenCase)[0].form["lines"]] == ["A-1-RED"]


def test_kind_15_without_a_replacement_the_goods_are_asked_back() -> None:
    case = walk(start(SHORT), (MISSING,))
    (opened,) = case.effects(OpenCase)
    assert (opened.procedure, opened.form["lines"], opened.form["shop_pays_postage"]) == (
        "return_refund",
        LINES,
        True,
    )
    assert case.entry.lines == ()  # the return says what comes back


TWO = [{"line": 1, "qty": 2}]
BOTH = [{"line": 1, "qty": 1, "condition": "damaged"}, {"line": 1, "qty": 1, "condition": "as_new"}]


def of_two(answers: Answers | None = None) -> Scenario:
    goods = [{"line": 1, "sku": "A-1", "qty": 2, "location": "north", "value": {"amount": "80"}}]
    quote = yes(
        goods=goods, value={"amount": "80"}, new_value={"amount": "80"}, trusted=True, receiver=RECEIVER
    )
    case = Scenario(Exchange, subject="EX-1", answers={ReserveReplacement: quote, **(answers or {})})
    return case.act("authorise", order_no="SO-1", lines=TWO)


def test_kind_16_conditions_belong_to_pieces() -> None:
    found = act("inspect_ok", QC, lines=BOTH, fault_owner="carrier")
    (kept,) = walk(of_two(), (*HERE, found)).effects(ReceiveStock)
    found = [(row.qty, row.disposition, row.location) for row in kept.lines]
    assert found == [(1, Disposition.DEFECTIVE, "north"), (1, Disposition.SELLABLE, "north")]


def test_kind_16_what_the_keeper_takes_in_waits_for_an_inspection() -> None:
    as_new = act("old_goods_in", WAREHOUSE_KEEPER, condition="as_new", bin="A-01")
    case = walk(start(TRUSTED), (first(), as_new))
    (kept,) = case.effects(ReceiveStock)
    assert (kept.lines[0].disposition, case.notified) == (Disposition.QUARANTINE, [QC])
    assert messages([case])["old_goods_in"] == {"old_goods_to_inspect to qc"}


def test_kind_17_the_old_goods_go_to_a_named_location() -> None:
    there = act("inspect_ok", QC, lines=BOTH, location="south", fault_owner="shop")
    (kept,) = walk(of_two(), (*HERE, there)).effects(ReceiveStock)
    assert {row.location for row in kept.lines} == {"south"}


def test_kind_18_refused_goods_are_sent_back_with_a_waybill() -> None:
    case = walk(start(), (*BACK, REFUSE, GOES))
    (booked,) = case.effects(BookWaybill)
    assert (booked.waybill_no, booked.receiver, case.stage) == ("SF-2", "王小明", "cancelled")
    assert "VoidWaybill" in case.kinds  # of the label, not of this one
    assert case.kinds.count("VoidWaybill") == 1


def test_kind_18_goods_that_are_here_are_not_asked_for() -> None:
    case = start(are_here=True)
    assert (case.stage, case.effects(PrepareReturnLabel)) == ("received", [])
    assert walk(case, (OK, DELIVERED)).stage == "completed"


@pytest.mark.parametrize("found", [[], BOTH[1:]], ids=["none", "one"])
def test_kind_19_an_exchange_that_arrives_short_is_recorded(found: list[Any]) -> None:
    short = act("inspect_bad", QC, lines=found, note="short")
    case = walk(of_two(), (*HERE, OPEN, short, TERMS))
    assert case.stage == "replacement_shipping"
    assert [row.qty for kept in case.effects(ReceiveStock) for row in kept.lines] == [1 for _ in found]


def test_kind_19_old_goods_that_come_short_are_recorded() -> None:
    one = act("old_goods_in", WAREHOUSE_KEEPER, lines=BOTH[:1], bin="A-01")
    (kept,) = walk(of_two(), (SHIPS, first(), one)).effects(ReceiveStock)
    assert [(row.qty, row.disposition) for row in kept.lines] == [(1, Disposition.DEFECTIVE)]


@pytest.mark.parametrize(
    ("event", "form", "stage"),
    [
        ("customer_ships", {"carrier": "SF", "waybill_no": "SF-1"}, "in_return_transit"),
        ("withdraw", {}, "cancelled"),
    ],
)
def test_kind_33_staff_say_what_the_customer_said(event: str, form: dict[str, Any], stage: str) -> None:
    Refused("by which way", (act(event, AFTER_SALES, **form),), "/channel").check(start)
    assert start().act(event, AFTER_SALES, channel="chat", **form).stage == stage


def terms(by: Any, fee: str) -> Act:
    return act("agree_terms", by, fee=fee, customer_agrees=True, channel="chat")


def refuses(why: str, *steps: Any, answers: Answers | None = None) -> None:
    Refused(why, steps, why, answers or {}).check(start)


def test_kind_01_what_is_given_up_is_what_the_books_say() -> None:
    """80 was paid for what came torn, whatever fee is typed."""
    refuses("80.00 CNY beside 0.00 CNY", *BACK, terms(AFTER_SALES, "0"))
    refuses("/channel", *BACK, act("agree_terms", AFTER_SALES, fee="80", customer_agrees=True))
    small = walk(start(), (*BACK, terms(AFTER_SALES, "40")))
    assert [one.amount for one in small.effects(AllowCompensation)] == [yuan(40)]
    whole = walk(start(), (*BACK, terms(AFTER_SALES, "80")))
    assert (whole.effects(AllowCompensation), whole.effects(ChargeDifference)[0].amount) == ([], yuan(80))
    (given,) = walk(start(), (*BACK, terms(CS_SUPERVISOR, "0"))).effects(AllowCompensation)
    assert (given.amount, given.limit) == (yuan(80), yuan(200))
    carrier = inspected("inspect_bad", "damaged", note="crushed", fault_owner="carrier")
    assert walk(start(), (SHIPS, IN, OPEN, carrier, terms(AFTER_SALES, "0"))).effects(AllowCompensation) == []


def test_kind_01_where_the_books_cannot_tell_no_typed_fee_meets_a_limit() -> None:
    """Nobody knows what the torn goods cost: a fee of nothing may give up anything."""
    goods = [{"line": 1, "sku": "A-1", "qty": 1}]
    nameless = yes(goods=goods, receiver=RECEIVER, value={"amount": "80"}, new_value={"amount": "80"})
    for by in (AFTER_SALES, CS_SUPERVISOR):
        refuses("the gm decides", *BACK, terms(by, "0"), answers={ReserveReplacement: nameless})


def test_kind_01_terms_beyond_the_limit_go_back_with_both_figures() -> None:
    case = walk(start(GIVEN), (*BACK, TERMS))
    assert (case.case.extra_cost, case.case.given_before) == (yuan(70), yuan(150))
    assert (case.effects(ReceiveStock), case.effects(ChargeDifference)) == ([], [])
    refuses("beside 150.00 CNY", *BACK, TERMS, TERMS, answers=GIVEN)


def test_kind_01_what_is_granted_falls_with_the_replacement() -> None:
    case = walk(start(), (*BACK, TERMS, order("closed_lost")))
    assert "WithdrawCompensation" in case.kinds
    assert len(case.effects(ReceiveStock)) == len(walk(case, (TERMS,)).effects(ReceiveStock)) == 1


def test_kind_01_a_refund_beyond_what_the_goods_are_worth_is_a_grant() -> None:
    (opened,) = walk(start(), (*BACK, TO_REFUND)).effects(OpenCase)
    assert (opened.form["source"], opened.form["amount"]["amount"], opened.form["goodwill"]["amount"]) == (
        "returned",
        "80",
        "80",
    )
    one_of_two = act("inspect_bad", QC, lines=BOTH[1:], note="short")
    case = walk(of_two(), (*HERE, OPEN, one_of_two))
    assert case.case.owed == yuan(40)
    half = send(case, "to_refund", AFTER_SALES, reason="no patience").effects(OpenCase)[-1]
    assert (half.form["amount"]["amount"], half.form["goodwill"]["amount"]) == ("40.00", "0.00")


def test_kind_01_less_than_is_owed_needs_the_customers_word() -> None:
    passed = (*HERE, OK, order("closed_lost"))
    less = act("to_refund", AFTER_SALES, reason="worn", amount="1")
    refuses("80.00 CNY is owed", *passed, less)
    agreed = act("to_refund", AFTER_SALES, reason="worn", amount="1", agreed_through="phone")
    assert walk(start(), (*passed, agreed)).stage == "converted_to_refund"
    decided = act("to_refund", CS_SUPERVISOR, reason="worn", amount="1")
    assert walk(start(), (*passed, decided)).stage == "converted_to_refund"


def test_kind_04_nothing_is_sent_before_its_deposit_is_there() -> None:
    case = walk(start(NO_DEPOSIT), (HELD,))
    assert (case.stage, case.opened, case.case.deposit_held) == ("replacement_reserved", [], NOTHING)
    later = walk(case, (first(), DELIVERED, days(14)))  # without one
    assert later.effects(BookReceivable)[0].amount == yuan(80)


def test_kind_04_goods_that_come_before_the_deposit_give_it_back() -> None:
    machine = walk(start(), (SHIPS,)).machine
    assert machine.act("ship_first", HELD.form, actor=person(AFTER_SALES)).after == ["taking_deposit"]
    step = machine.act("parcel_in", ARRIVAL, actor=person(WAREHOUSE_KEEPER))
    assert (step.after, [ask.kind for ask in step.asked]) == (["received"], ["ReturnCharge"])


def test_kind_04_old_goods_that_never_come_are_claimed() -> None:
    case = walk(start(TRUSTED), (HELD, DELIVERED, days(14)))
    assert [one.amount for one in case.effects(BookReceivable)] == [yuan(50)]
    late = walk(case, (OLD_IN,))
    assert {"DropReceivable", "ReturnCharge"} <= set(late.kinds)
    refuses("haven't come", HELD, DELIVERED, days(14), OLD_IN, OLD_IN, answers=TRUSTED)


def test_kind_19_old_goods_that_come_short_cost_the_deposit() -> None:
    one = act("old_goods_in", WAREHOUSE_KEEPER, lines=BOTH[1:], bin="A-01")
    for held, claimed, returned in (("0", ["40.00"], []), ("30", ["10.00"], []), ("60", [], ["20.00"])):
        case = walk(of_two(), (SHIPS, first(deposit_held=held), DELIVERED, one))
        assert [str(owed.amount.amount) for owed in case.effects(BookReceivable)] == claimed
        assert [str(back.amount.amount) for back in case.effects(PayRefund)] == returned
        assert ("ReturnCharge" in case.kinds) is False
        assert messages([case])["old_goods_in"] == {"exchange_claimed", "old_goods_to_inspect to qc"}


def test_kind_66_goods_sent_first_and_lost_cost_nobody_a_deposit() -> None:
    case = walk(start(TRUSTED), (HELD, DELIVERED, SHIPS, LOST))
    assert (case.kinds.count("ReturnCharge"), case.stage) == (1, "completed")


def test_kind_66_whoever_gets_the_new_goods_first_hears_where_the_old_ones_go() -> None:
    case = walk(start(TRUSTED), (first(),))
    assert (len(case.effects(PrepareReturnLabel)), case.case.label_no) == (1, "SF-9")
    assert messages([case])["label_ready"] == {"return_label"}
    assert len(walk(start(), (SHIPS, first())).effects(PrepareReturnLabel)) == 1  # they were told before


def test_kind_66_goods_that_come_after_the_end_have_an_owner() -> None:
    opened = walk(start(wanted=[{"sku": "B-2", "qty": 1}]), (days(7), COMES)).effects(OpenCase)[-1]
    again = Scenario(Exchange, subject="EX-2", answers=EVEN).act("authorise", **opened.form)
    assert (again.stage, again.case.are_here, opened.form["wanted"][0]["sku"]) == ("received", True, "B-2")
    back = walk(start(SHORT), (STAYS, REFUND, COMES)).effects(OpenCase)[-1]
    assert (back.procedure, back.event) == ("return_refund", "take_in")
    refuses("is done", days(7), COMES, COMES)


def test_kind_18_goods_that_are_here_go_back_to_whoever_withdraws() -> None:
    here = start(SHORT, are_here=True)
    assert walk(here, (WITHDRAW,)).stage == "sending_back"
    assert walk(here, (GOES,)).stage == "cancelled"


@pytest.mark.parametrize(
    ("payer", "label", "owner", "repaid"),
    [
        ("shop", no("no carrier"), None, ["12"]),
        ("shop", yes(waybill_no="SF-9"), None, []),
        ("customer", yes(), None, []),
        ("customer", yes(), "shop", ["12"]),
    ],
    ids=["no label", "our label", "the customer pays", "the shop was at fault"],
)
def test_kind_38_the_postage_goes_back_where_the_shop_is_at_fault(
    payer: str, label: Any, owner: str | None, repaid: list[str]
) -> None:
    case = Scenario(Exchange, subject="EX-1", answers={**EVEN, PrepareReturnLabel: label})
    case.act("authorise", order_no="SO-1", lines=LINES, shop_pays_postage=payer == "shop")
    posted = act("customer_ships", CUSTOMER, carrier="SF", waybill_no="SF-1", postage="12", photo=["file:9"])
    walk(case, (posted, IN, inspected("inspect_ok", fault_owner=owner)))
    refunds = [
        one.form["amount"]["amount"] for one in case.effects(OpenCase) if one.procedure == "refund_only"
    ]
    assert (case.stage, refunds) == ("replacement_shipping", repaid)


def test_kind_66_old_goods_lost_on_their_way_to_their_owner_are_claimed_and_made_good() -> None:
    case = walk(start(), (*BACK, REFUSE, GOES)).hear("carrier.parcel.lost", CARRIER_FEED)
    (claim,) = case.effects(OpenCase)
    assert (claim.procedure, claim.subject) == ("lost_parcel_claim", "SF-2")
    assert claim.form["paid"]["amount"] == "80.00"
    assert claim.form["parcel"]["receiver_name"] == "王小明"
    assert case.entry.lines, "the customer has them no more"


def test_what_was_never_sent_back_is_not_lost() -> None:
    with pytest.raises(Refusal, match="on their way back"):
        start().act("withdraw", CUSTOMER).act("lost_on_way", LOGISTICS)


@pytest.mark.parametrize(("owner", "asked"), [("customer", [12]), ("shop", [])])
def test_kind_38_who_is_at_fault_pays_for_the_label_of_an_exchange(owner: str, asked: list[int]) -> None:
    ok = act("inspect_ok", QC, lines=AS_NEW, fault_owner=owner)
    case = walk(start(), (*HERE, ok))
    assert [one.amount for one in case.effects(ChargeDifference)] == [yuan(sum_) for sum_ in asked]


def test_kind_14_the_customer_takes_another_colour_where_theirs_has_run_out() -> None:
    case = walk(start(SHORT), (act("try_again", AFTER_SALES, wanted=[{"sku": "MUG-RED", "qty": 1}]),))
    asked = case.refused[-1]
    assert isinstance(asked, ReserveReplacement)
    assert [row.sku for row in asked.wanted] == ["MUG-RED"]
