"""Presale pre-shipping: sent ahead, paid or not, taken back."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest

from activities.carriers.contract import BookWaybill, InstructCarrier, RecordShipment
from activities.cases.contract import OpenCase, SendEvent
from activities.catalogue.contract import CheckOrderPrices
from activities.messages.contract import Message
from activities.milestones.contract import Milestone
from activities.orders.contract import OrderOrigin, QuoteRefund
from activities.stock.contract import ReceiveStock, ReserveStock
from tests.procedures.paths import Answers, Path, Refused, act, each, messages, untaken, walk, walked
from tests.scenario import MONDAY, Scenario, no, yes
from workflows.language.refusals import InvalidForm
from workflows.language.timing import days, hours
from workflows.procedures.orders_and_logistics.presale_preship import PresalePreship
from workflows.vocabulary import (
    CARRIER_FEED,
    CS_AGENT,
    CUSTOMER,
    LOGISTICS,
    OPS_MANAGER,
    OPS_SPECIALIST,
    PAYMENT_FEED,
    PURCHASING,
    QC,
    WAREHOUSE_KEEPER,
    WAREHOUSE_SUPERVISOR,
)

OPENS, CLOSES = "2026-11-28", "2026-11-30"
WINDOW = {"first": OPENS, "last": CLOSES}
DEPOSIT: dict[str, Any] = {
    "order_no": "SO-9",
    "receiver_name": "王芳",
    "phone": "13800138000",
    "address": {"province": "浙江省", "city": "杭州市", "district": "西湖区", "street": "文三路 1 号"},
    "lines": [{"sku": "A", "qty": 2, "unit_price": "100"}],
    "payment_method": "card",
    "paid": "20",
    "deposit": "20",
    "balance_window": WINDOW,
}


def start(answers: Answers | None = None, *, refundable: bool = False, now: datetime = MONDAY) -> Scenario:
    case = Scenario(PresalePreship, subject="B1-SO-9", answers=dict(answers or {}), now=now)
    return case.act("pay_deposit", PAYMENT_FEED, **DEPOSIT, deposit_refundable=refundable)


CHOICE: dict[str, Any] = {
    "batch_no": "B1",
    "cities": ["杭州市"],
    "min_orders_per_city": 50,
    "skus": ["A", "B"],
    "carrier": "sf",
    "balance_window": WINDOW,
}
SELECT = act("select_for_preship", OPS_SPECIALIST, **CHOICE)
READY = act("reserve_goods", WAREHOUSE_KEEPER, qty=2, packed=True)
SENT = act("ship_to_city", LOGISTICS, waybill_no="SF9", depot="HZ-1", shipped_at="2026-11-23T02:00:00Z")
STAGED = act("arrive_city", CARRIER_FEED)
BALANCE = act("pay_balance", PAYMENT_FEED, paid="180")
EARLY = act("not_preshipped", PAYMENT_FEED, paid="180")
FAILED = act("preship_failed", LOGISTICS, cause="lost", note="no trace")
LATE = act("preship_failed", LOGISTICS, cause="late", note="stuck")
GONE = act("customer_cancel", CUSTOMER, accepts_deposit_rule=True)
REFUSED = act("refused", CARRIER_FEED)
INSPECT = act("inspect", QC, found="sellable")
BACK = act("recall_back", WAREHOUSE_KEEPER, bin="A1")
TO_CITY = (SELECT, READY, SENT)
ANOTHER = act("choose_order", OPS_SPECIALIST, new_order="SO-5", relabel_confirmed=True)
WINDOW_OPEN = days(5)
WINDOW_OVER = days(8)

SHORT: Answers = {ReserveStock: no(missing=[{"sku": "A", "wanted": 50, "free": 3}])}

PATHS = [
    Path(
        "sent ahead, paid, delivered",
        (*TO_CITY, STAGED, WINDOW_OPEN, BALANCE, act("sign", CARRIER_FEED)),
        "delivered",
        effects=[
            *("RecordPayment", "CheckOrderPrices", "Message"),
            *("ReserveStock", "BookWaybill", "IssueStock", "InstructCarrier"),
            *("RecordPayment", "InstructCarrier", "Message", "Message"),
        ],
        opened=["satisfaction_survey"],
    ),
    Path("paid before it arrives", (*TO_CITY, WINDOW_OPEN, BALANCE), "balance_paid"),
    Path("arrives after it is paid", (*TO_CITY, WINDOW_OPEN, BALANCE, STAGED), "out_for_delivery"),
    Path("paid at once", (WINDOW_OPEN, EARLY), "normal_dispatch", opened=["order_fulfilment"]),
    Path("paid when chosen", (SELECT, WINDOW_OPEN, EARLY), "normal_dispatch"),
    Path("paid when packed", (SELECT, READY, WINDOW_OPEN, EARLY), "normal_dispatch"),
    Path("never paid", (WINDOW_OVER,), "cancelled", opened=[]),
    Path("never paid, chosen", (SELECT, WINDOW_OVER), "cancelled"),
    Path(
        "never paid, packed",
        (SELECT, READY, WINDOW_OVER),
        "cancelled",
        effects=["RecordPayment", "CheckOrderPrices", "Message", "ReserveStock", "Message", "FreeStock"],
    ),
    Path("never paid, sent", (*TO_CITY, WINDOW_OVER), "recalled"),
    Path("never paid, staged", (*TO_CITY, STAGED, WINDOW_OVER), "recalled"),
    Path("taken back", (*TO_CITY, WINDOW_OVER, INSPECT, BACK), "restocked"),
    Path(
        "given to another",
        (
            *TO_CITY,
            WINDOW_OVER,
            act("choose_order", OPS_SPECIALIST, new_order="SO-5", relabel_confirmed=True),
        ),
        "reassigned",
    ),
    Path(
        "to an order that nobody knows",
        (
            *TO_CITY,
            WINDOW_OVER,
            act("choose_order", OPS_SPECIALIST, new_order="SO-7", relabel_confirmed=True),
        ),
        "recalled",
        answers={QuoteRefund: no("there is no order SO-7")},
    ),
    Path("booked once it was called back", (*TO_CITY, WINDOW_OVER, act("parcel_booked")), "recalled"),
    Path("never taken by the carrier", (*TO_CITY, WINDOW_OVER, act("carrier_refused")), "cancelled"),
    Path(
        "to an order that doesn't take it",
        (*TO_CITY, WINDOW_OVER, ANOTHER),
        "recalled",
        answers={SendEvent: no("The parcel brings other goods.")},
    ),
    Path("goods missing", (SELECT, READY), "selected", answers=SHORT),
    Path("the carrier refuses", TO_CITY, "stock_ready", answers={BookWaybill: no("no depot")}),
    Path(
        "refused at the door",
        (*TO_CITY, STAGED, WINDOW_OPEN, BALANCE, REFUSED),
        "recalled",
        opened=["refund_only"],
    ),
    Path("lost before it is paid", (*TO_CITY, FAILED), "normal_dispatch", opened=["lost_parcel_claim"]),
    Path("lost at the depot", (*TO_CITY, STAGED, FAILED), "normal_dispatch"),
    Path(
        "lost after it is paid",
        (*TO_CITY, WINDOW_OPEN, BALANCE, FAILED),
        "normal_dispatch",
        opened=["order_fulfilment", "lost_parcel_claim"],
    ),
    Path(
        "lost, then paid",
        (*TO_CITY, FAILED, WINDOW_OPEN, EARLY),
        "normal_dispatch",
        opened=["lost_parcel_claim", "order_fulfilment"],
    ),
    Path("late, and back", (*TO_CITY, LATE, INSPECT, BACK), "normal_dispatch", opened=[]),
    Path(
        "lost, and back",
        (*TO_CITY, FAILED, INSPECT, BACK),
        "normal_dispatch",
        notified=[LOGISTICS],
        effects=[
            *("RecordPayment", "CheckOrderPrices", "Message"),
            *("ReserveStock", "BookWaybill", "IssueStock", "InstructCarrier"),
            *("Message", "ReceiveStock"),
        ],
    ),
    Path("cancelled", (GONE,), "cancelled", opened=[]),
    Path("cancelled when chosen", (SELECT, GONE), "cancelled"),
    Path("cancelled when packed", (SELECT, READY, GONE), "cancelled"),
    Path("not chosen in time", (days(4),), "deposit_paid", notified=[OPS_MANAGER], missed=["deposit_paid"]),
    Path("not staged in time", (*TO_CITY, days(5)), "pre_shipped", notified=[LOGISTICS]),
    Path(
        "not released",
        (*TO_CITY, WINDOW_OPEN, BALANCE, hours(2)),
        "balance_paid",
        missed=["pre_shipped", "balance_paid"],
    ),
    Path(
        "not closed",
        (*TO_CITY, STAGED, WINDOW_OVER, days(7)),
        "recalled",
        notified=[WAREHOUSE_SUPERVISOR],
    ),
]

CHEAP: Answers = {
    CheckOrderPrices: no("A", doubtful=[{"sku": "A", "unit_price": {"amount": "100"}, "book_price": "300"}])
}
ACCEPT = act("accept_price", OPS_MANAGER, decision_note="a launch price")
REFUSE = act("refuse_price", OPS_MANAGER, decision_note="a slip")
PATHS.extend(
    [
        Path("the price is in doubt", (), "price_in_doubt", answers=CHEAP),
        Path("the price is agreed to", (ACCEPT,), "deposit_paid", answers=CHEAP),
        Path("the price is not agreed to", (REFUSE,), "cancelled", opened=["refund_only"], answers=CHEAP),
        Path("in doubt for too long", (WINDOW_OVER,), "cancelled", opened=["refund_only"], answers=CHEAP),
        Path("cancelled while in doubt", (GONE,), "cancelled", opened=["refund_only"], answers=CHEAP),
    ]
)

REFUSALS = [
    Refused("not looked at", (*TO_CITY, WINDOW_OVER, BACK), "/condition"),
    Refused(
        "sellable, against quality control",
        (
            *(*TO_CITY, WINDOW_OVER, act("inspect", QC, found="defective")),
            act("recall_back", WAREHOUSE_KEEPER, condition="sellable", bin="A1"),
        ),
        "/condition",
    ),
    Refused("no finding", (*TO_CITY, WINDOW_OVER, act("inspect", QC, found=None)), "/found"),
    Refused(
        "in a closed window",
        (
            act(
                "select_for_preship",
                OPS_SPECIALIST,
                **{**CHOICE, "balance_window": {"first": "2026-11-01", "last": "2026-11-02"}},
            ),
        ),
        "/balance_window",
    ),
    Refused(
        "another city",
        (act("select_for_preship", OPS_SPECIALIST, **{**CHOICE, "cities": ["宁波市"]}),),
        "/cities",
    ),
    Refused(
        "another item", (act("select_for_preship", OPS_SPECIALIST, **{**CHOICE, "skus": ["B"]}),), "/skus"
    ),
    Refused("too few", (SELECT, act("reserve_goods", WAREHOUSE_KEEPER, qty=1, packed=True)), "/qty"),
    Refused("not packed", (SELECT, act("reserve_goods", WAREHOUSE_KEEPER, qty=2, packed=False)), "/packed"),
    Refused("too little paid", (WINDOW_OPEN, act("not_preshipped", PAYMENT_FEED, paid="179")), "/paid"),
    Refused("paid too early", (EARLY,), "It is paid from"),
    Refused("a lost parcel is back, not looked at", (*TO_CITY, FAILED, BACK), "/condition"),
    Refused("back twice", (*TO_CITY, LATE, INSPECT, BACK, BACK), "isn't here yet"),
    Refused("paid twice", (*TO_CITY, FAILED, WINDOW_OPEN, EARLY, EARLY), "balance isn't paid yet"),
    Refused(
        "to itself",
        (
            *TO_CITY,
            WINDOW_OVER,
            act("choose_order", OPS_SPECIALIST, new_order="SO-9", relabel_confirmed=True),
        ),
        "/new_order",
    ),
    Refused(
        "the deposit is kept",
        (act("customer_cancel", CUSTOMER, accepts_deposit_rule=False),),
        "/accepts_deposit_rule",
    ),
    Refused("cancelled under way", (*TO_CITY, GONE), "not_possible_now"),
    Refused("chosen by logistics", (act("select_for_preship", LOGISTICS, **CHOICE),), "not_your_role"),
]

MESSAGES = {
    "goods_missing": {"presale_goods_missing to purchasing", "presale_goods_missing to ops_specialist"},
    "pay_deposit": {"presale_deposit_received"},
    "pay_balance": {"presale_courier_comes"},
    "not_preshipped": {"presale_balance_received"},
    "deposit_only_lapsed": {"presale_lapsed"},
    "balance_lapsed": {"presale_lapsed"},
    "refused": {"presale_refused"},
    "refuse_price": {"presale_price_refused"},
    "preship_failed": {"presale_sent_again"},
    "sign": {"parcel_delivered"},
    "reassign": {"parcel_reassigned to logistics", "parcel_reassigned to warehouse_supervisor"},
    "unknown_order": {"order_not_reassigned to ops_specialist"},
    "customer_cancel": {"presale_cancelled"},
    "recall_back": {"lost_parcel_is_back to logistics"},
}


@each(PATHS)
def test_paths(line: Path) -> None:
    line.check(start)


@each(REFUSALS)
def test_refusals(line: Refused) -> None:
    line.check(start)


def test_each_event_sends_its_messages() -> None:
    assert messages(walked(start, PATHS)) == MESSAGES


def test_every_move_is_taken() -> None:
    assert untaken(PresalePreship, start, PATHS) <= {
        ("doubt_deposit", "deposit_paid", "price_in_doubt"),
        ("doubt_price", "price_in_doubt", "price_in_doubt"),
        ("parcel_booked", "staged_at_city", "staged_at_city"),
        ("parcel_booked", "balance_paid", "balance_paid"),
    }


@pytest.mark.parametrize(
    ("wrong", "where"),
    [({"paid": "10"}, "paid"), ({"deposit": "200", "paid": "200"}, "deposit")],
    ids=["not the deposit", "all at once"],
)
def test_the_deposit_follows_the_rule(wrong: dict[str, str], where: str) -> None:
    with pytest.raises(InvalidForm) as refused:
        Scenario(PresalePreship).act("pay_deposit", PAYMENT_FEED, **{**DEPOSIT, **wrong})
    assert [error.pointer for error in refused.value.errors] == [f"/{where}"]


def test_the_carrier_holds_and_then_delivers() -> None:
    case = walk(start(), (*TO_CITY, STAGED, WINDOW_OPEN, BALANCE))
    instructions = [(one.waybill_no, one.instruction, one.place) for one in case.effects(InstructCarrier)]
    assert instructions == [("SF9", "hold", "HZ-1"), ("SF9", "deliver", "HZ-1")]


def test_a_late_parcel_is_called_back_when_the_goods_are_sent_again() -> None:
    case = walk(start(), (*TO_CITY, WINDOW_OPEN, BALANCE, LATE, INSPECT, BACK))
    assert [one.instruction for one in case.effects(InstructCarrier)] == ["hold", "deliver", "bring_back"]
    assert [row.qty for row in case.effects(ReceiveStock)[0].lines] == [2]


def test_a_refundable_deposit_goes_back() -> None:
    case = start(refundable=True).act("customer_cancel", CUSTOMER, accepts_deposit_rule=False)
    (refund,) = case.effects(OpenCase)
    assert refund.form["amount"] == {"amount": "20", "currency": "CNY"}


def test_goods_go_back_where_they_belong() -> None:
    (received,) = walk(start(), (*TO_CITY, WINDOW_OVER, INSPECT, BACK)).effects(ReceiveStock)
    assert [(row.sku, row.qty, row.disposition) for row in received.lines] == [("A", 2, "sellable")]


# --- what it is sold at, and what its buyer hears


def deposited(**more: Any) -> Scenario:
    case = Scenario(PresalePreship, subject="B1-SO-9", answers=more.pop("answers", {}))
    return case.act("pay_deposit", PAYMENT_FEED, **{**DEPOSIT, **more})


def refunds(case: Scenario) -> list[Any]:
    opened = [effect for effect in case.effects(OpenCase) if effect.procedure == "refund_only"]
    return [effect.form["amount"]["amount"] for effect in opened]


def test_kind_06_a_presale_below_the_books_price_waits_with_both_figures() -> None:
    case = deposited(answers=CHEAP)
    shown = [(str(row.unit_price), str(row.book_price)) for row in case.case.doubtful_prices]
    assert (case.stage, shown) == ("price_in_doubt", [("100.00 CNY", "300.00 CNY")])
    assert refunds(walk(case, (REFUSE,))) == ["20"]


def test_kind_06_a_deposit_of_a_cent_is_looked_at() -> None:
    case = deposited(paid="0.01", deposit="0.01")
    assert case.stage == "price_in_doubt"
    assert walk(case, (ACCEPT, SELECT)).stage == "selected"


def test_kind_20_goods_that_are_missing_are_told_with_how_many() -> None:
    missing = [{"sku": "A", "wanted": 50, "free": 3}]
    case = walk(start({ReserveStock: no(missing=missing)}), (SELECT, READY))
    assert case.notified == [PURCHASING, OPS_SPECIALIST]


def test_kind_63_a_promised_window_is_not_moved() -> None:
    later = {"first": "2026-11-29", "last": "2026-12-05"}
    with pytest.raises(InvalidForm, match="Promised was"):
        start().act("select_for_preship", OPS_SPECIALIST, **{**CHOICE, "balance_window": later})
    wider = {"first": "2026-11-27", "last": "2026-12-05"}
    case = start().act("select_for_preship", OPS_SPECIALIST, **{**CHOICE, "balance_window": wider})
    assert str(case.case.window_closes) == "2026-12-05"


@pytest.mark.parametrize("steps", [(), TO_CITY], ids=["not sent", "sent ahead"])
def test_kind_63_a_refundable_deposit_that_lapses_goes_back(steps: tuple[Any, ...]) -> None:
    assert refunds(walk(start(refundable=True), (*steps, WINDOW_OVER))) == ["20"]
    assert refunds(walk(start(), (*steps, WINDOW_OVER))) == []


def test_kind_28_a_buyer_who_refuses_at_the_door_hears_that_all_goes_back() -> None:
    case = walk(start(), (*TO_CITY, STAGED, WINDOW_OPEN, BALANCE, REFUSED))
    assert refunds(case) == ["200"]
    said = {message.template: message.data for message in case.effects(Message)}
    assert said["presale_refused"]["refunded"] == "200.00 CNY"


def test_kind_58_a_delivered_presale_is_an_order() -> None:
    case = walk(start(), (*TO_CITY, STAGED, WINDOW_OPEN, BALANCE, act("sign", CARRIER_FEED)))
    assert (case.entry.order, case.entry.origin, case.opened) == (
        "SO-9",
        OrderOrigin.PLACED,
        ["satisfaction_survey"],
    )
    assert case.reached == [Milestone.ORDER_PAID, Milestone.ORDER_SIGNED]
    assert walk(start(), (WINDOW_OPEN, EARLY)).entry is None, "the order that ships it enters it"


def test_kind_33_an_agent_cancels_for_a_customer_who_called() -> None:
    case = start().act("customer_cancel", CS_AGENT, accepts_deposit_rule=True, channel="phone")
    assert case.stage == "cancelled"


def test_kind_63_an_order_that_takes_the_parcel_frees_what_was_kept_for_it() -> None:
    case = walk(start(), (*TO_CITY, WINDOW_OVER, ANOTHER))
    (offer,) = case.effects(SendEvent)
    assert (offer.procedure, offer.event, offer.subject) == ("order_fulfilment", "take_parcel", "SO-5")
    goods = [{"sku": "A", "qty": 2}]
    assert offer.form == {"waybill_no": "SF9", "carrier": "sf", "goods": goods}
    told = case.effects(InstructCarrier)[-1]
    assert (case.stage, told.instruction, told.for_order) == ("reassigned", "deliver", "SO-5")
    (shipped,) = case.effects(RecordShipment)
    assert (shipped.order, shipped.waybill_no) == ("SO-5", "SF9")


def test_kind_63_an_order_of_other_goods_takes_no_parcel() -> None:
    refused: Answers = {SendEvent: no("The parcel brings other goods.")}
    case = walk(start(refused), (*TO_CITY, WINDOW_OVER, ANOTHER))
    assert (case.stage, case.notified[-1]) == ("recalled", OPS_SPECIALIST)
    assert [one.instruction for one in case.effects(InstructCarrier)][-1] == "bring_back"


def test_kind_63_a_recalled_parcel_goes_to_an_order_that_there_is() -> None:
    another = ANOTHER
    address = {"province": "江苏省", "city": "南京市", "district": "玄武区", "street": "中山路 1 号"}
    there = yes(receiver={"receiver_name": "李雷", "phone": "13900139000", "address": address})
    case = walk(start({QuoteRefund: there}), (*TO_CITY, WINDOW_OVER, another))
    told = case.effects(InstructCarrier)[-1]
    assert (case.stage, told.instruction, told.to.city) == ("reassigned", "deliver", "南京市")
    unknown = walk(start({QuoteRefund: no("there is no order SO-5")}), (*TO_CITY, WINDOW_OVER, another))
    assert (unknown.stage, unknown.notified[-1]) == ("recalled", OPS_SPECIALIST)
