"""Shortages: every choice of the customer, and what the order hears of it."""

from __future__ import annotations

from typing import Any

import pytest

from activities.cases.contract import OpenCase, SendEvent, TellParent
from activities.catalogue.contract import CheckPrices
from activities.compensation.contract import AllowCompensation
from activities.messages.contract import Notify
from activities.money.contract import ChargeDifference
from activities.orders.contract import FindLines, ShortageAnswer
from activities.registers.contract import TakeUp
from activities.stock.contract import BackOrder, ReserveStock
from models.values import yuan
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
from tests.scenario import MONDAY, Answer, Scenario, no, yes
from workflows.language.memory import Alarm, Parent
from workflows.language.timing import days, hours
from workflows.procedures.orders_and_logistics.out_of_stock import OutOfStock
from workflows.vocabulary import (
    CS_AGENT,
    CS_SUPERVISOR,
    CUSTOMER,
    FINANCE,
    OPS_MANAGER,
    OPS_SPECIALIST,
    WAREHOUSE_KEEPER,
)

ORDER = Parent(case="order_fulfilment:shop:SO-1", link="shortage", waits=True)


KNOWN: dict[str, Any] = {
    "line": 1,
    "value": "21",
    "ordered": [{"line": 1, "qty": 2}, {"line": 2, "qty": 1}, {"line": 3, "qty": 1}],
}
"""What an order says of itself."""


def costs(price: str) -> Answer:
    """What a piece of the substitute costs by the books."""
    return yes(prices=[{"sku": "C", "price": {"amount": price}}])


def start(
    answers: Answers | None = None,
    cause: str = "no_stock",
    parent: Parent | None = ORDER,
    known: dict[str, Any] = KNOWN,
) -> Scenario:
    told: Answers = {CheckPrices: costs("12"), **(answers or {})}
    case = Scenario(OutOfStock, subject="SO-1-1-5", answers=dict(told), parent=parent)
    by = None if parent else WAREHOUSE_KEEPER
    known = known if parent else {}
    return case.act("report", by, sku="A", order_no="SO-1", missing_qty=2, cause=cause, **known)


CLAIM = act("claim_case", CS_AGENT)
REACH = act(
    "reach_customer",
    CS_AGENT,
    channel="phone",
    reached_at="2026-11-23T02:00:00Z",
    options_offered=["substitute", "refund", "wait", "partial"],
)
ASKED = (CLAIM, REACH)
RECOUNT = act("recount_ok", WAREHOUSE_KEEPER, counted_qty=2)


def substitute(difference: str | None = None, sku: str = "C", by: Any = CS_AGENT) -> Act:
    return act(
        "choose_substitute",
        by,
        substitute_sku=sku,
        qty=2,
        price_difference=difference,
        customer_consent=True,
        channel="phone",
    )


def refund(goodwill: str = "0", by: Any = CS_AGENT) -> Act:
    lines = [{"line": 1, "qty": 2}]
    return act("choose_refund", by, lines=lines, amount="21", goodwill=goodwill, channel="phone")


def wait_until(day: str = "2026-11-25") -> Act:
    return act("choose_wait", CUSTOMER, promised_date=day, customer_consent=True)


def partial(rest: str = "refund") -> Act:
    return act("choose_partial", CUSTOMER, ship_now=[{"line": 2, "qty": 1}], rest=rest, customer_consent=True)


DECIDE = act("supervisor_decides", CS_SUPERVISOR, decision_note="no word", goodwill="150")
PAID = act("refund_paid", FINANCE, refund_no="R1", paid_at="2026-11-23T02:00:00Z", amount="21")
REFUND_DONE = child("refund_only", "refunded", amount={"amount": "21.00", "currency": "CNY"})
SAME: Answers = {CheckPrices: costs("10.50")}
CHEAP: Answers = {CheckPrices: costs("9")}
NOT_TAKEN: Answers = {SendEvent: no("it is shipped")}
DROPPED = child("refund_only", "cancelled")
ARRIVED = act("goods_arrived")
UNHEARD = {Notify: no("nobody")}

LATE_CHOICES = [
    Path(f"chosen late: {stage}", (*ASKED, hours(24), choice), stage)
    for stage, choice in (
        ("resolved_shipped", substitute()),
        ("refund_agreed", refund()),
        ("wait_agreed", wait_until()),
        ("resolved_shipped", partial()),
    )
]
PATHS = [
    *LATE_CHOICES,
    Path("service hears at once", (), "cs_notified", notified=[CS_AGENT], effects=["SetNotForSale"]),
    Path("counted before service on_message", (RECOUNT,), "false_alarm", answers=UNHEARD),
    Path("counted again", (RECOUNT,), "false_alarm", opened=["product_delisting"]),
    Path("found while calling", (CLAIM, RECOUNT), "false_alarm"),
    Path("nobody answers", (CLAIM, hours(4)), "escalated"),
    Path("nothing chosen", (*ASKED, hours(24)), "escalated"),
    Path("the supervisor refunds", (*ASKED, hours(24), DECIDE, REFUND_DONE), "resolved_refunded"),
    Path(
        "a substitute",
        (*ASKED, substitute()),
        "resolved_shipped",
        effects=["SetNotForSale", "CheckPrices", "ReserveStock"],
        answers=SAME,
    ),
    Path(
        "a dearer substitute",
        (*ASKED, substitute()),
        "resolved_shipped",
        effects=["SetNotForSale", "CheckPrices", "ChargeDifference", "ReserveStock"],
    ),
    Path(
        "a cheaper substitute",
        (*ASKED, substitute()),
        "resolved_shipped",
        opened=["product_delisting", "refund_only"],
        answers=CHEAP,
    ),
    Path(
        "a dearer substitute at the same price",
        (*ASKED, substitute("0")),
        "resolved_shipped",
        effects=["SetNotForSale", "CheckPrices", "AllowCompensation", "ReserveStock"],
    ),
    Path(
        "given too much before",
        (*ASKED, substitute("0")),
        "escalated",
        answers={AllowCompensation: no("too much", given={"amount": "49"})},
    ),
    Path("no such substitute", (*ASKED, substitute()), "contacting", answers={CheckPrices: no("unknown")}),
    Path("the substitute is short too", (*ASKED, substitute()), "contacting", answers={ReserveStock: no()}),
    Path(
        "short after paying",
        (*ASKED, substitute()),
        "contacting",
        effects=["SetNotForSale", "CheckPrices", "ChargeDifference", "ReturnCharge"],
        answers={ReserveStock: no()},
    ),
    Path("not paid", (*ASKED, substitute()), "contacting", answers={ChargeDifference: no()}),
    Path("refunded", (*ASKED, refund(), REFUND_DONE), "resolved_refunded"),
    Path(
        "refunded by hand",
        (*ASKED, refund(), DROPPED, PAID),
        "resolved_refunded",
        effects=["SetNotForSale", "RecordRefund", "ReverseBenefits"],
    ),
    Path(
        "waits",
        (*ASKED, wait_until(), ARRIVED),
        "resolved_shipped",
        effects=["SetNotForSale", "BackOrder", "Message", "RelistSku", "ReserveStock"],
        opened=["product_delisting", "procurement"],
    ),
    Path("too few came", (*ASKED, wait_until(), ARRIVED), "wait_agreed", answers={ReserveStock: no()}),
    Path("waited in vain", (*ASKED, wait_until(), days(2), hours(14)), "contacting"),
    Path("waited a week at most", (*ASKED, wait_until("2027-01-01"), days(7)), "contacting"),
    Path(
        "the rest refunded",
        (*ASKED, partial()),
        "resolved_shipped",
        opened=["product_delisting", "refund_only"],
    ),
    Path(
        "too few came, and the week goes on",
        (*ASKED, wait_until("2027-01-01"), days(6), ARRIVED, days(1)),
        "contacting",
        answers={ReserveStock: no()},
    ),
    Path("the rest later", (*ASKED, partial("follow_later")), "resolved_shipped", opened=["product_delisting"]),
    Path("not called", (hours(8),), "cs_notified", notified=[CS_AGENT, CS_SUPERVISOR, OPS_MANAGER]),
    Path("service not told", (hours(1),), "reported", missed=["reported"], answers=UNHEARD),
    Path(
        "not refunded",
        (*ASKED, refund(), hours(48)),
        "refund_agreed",
        notified=[CS_AGENT, FINANCE, OPS_MANAGER],
        missed=["refund_agreed"],
    ),
]  # fmt: skip

REFUSALS = [
    Refused("fewer counted", (act("recount_ok", WAREHOUSE_KEEPER, counted_qty=1),), "/counted_qty"),
    Refused("claimed by the warehouse", (act("claim_case", WAREHOUSE_KEEPER),), "not_your_role"),
    Refused(
        "no refund offered",
        (CLAIM, act("reach_customer", CS_AGENT, **{**REACH.form, "options_offered": ["wait"]})),
        "/options_offered",
    ),
    Refused("the same item again", (*ASKED, substitute(sku="A")), "/substitute_sku"),
    Refused("too much goodwill", (*ASKED, refund("51")), "/goodwill"),
    Refused("goodwill from the customer", (*ASKED, refund("1", CUSTOMER)), "/goodwill"),
    Refused(
        "too much for a supervisor",
        (
            *ASKED,
            hours(24),
            act("supervisor_decides", CS_SUPERVISOR, decision_note="x", goodwill="201"),
        ),
        "/goodwill",
    ),
    Refused("promised for yesterday", (*ASKED, wait_until("2026-11-22")), "/promised_date"),
    Refused("another amount", (*ASKED, refund("2"), DROPPED, PAID), "/amount"),
    Refused("refunded twice", (*ASKED, refund(), PAID), "A refund case pays"),
]


def reported(answers: Answers | None = None) -> Scenario:
    """A shortage that the keeper reports, and not the order itself."""
    return start(answers, parent=None)


FOUND = yes(lines=[{"line": 2, "sku": "A", "qty": 2}], procedure="order_fulfilment")
UNFOUNDED = {"shortage_unfounded to warehouse_keeper", "shortage_unfounded to ops_specialist"}
REPORTS = [
    Path(
        "the order takes it up",
        (),
        "with_the_order",
        effects=["FindLines"],
        notified=[],
        opened=[],
        answers={FindLines: FOUND, SendEvent: yes(cases=["order_fulfilment:shop:SO-1"])},
    ),
    Path(
        "the order has left",
        (),
        "unfounded",
        effects=["FindLines"],
        notified=[WAREHOUSE_KEEPER, OPS_SPECIALIST],
        opened=[],
        answers={FindLines: FOUND, SendEvent: no("cannot_ship is not possible at shipped.")},
    ),
    Path(
        "the order has no such goods",
        (),
        "unfounded",
        effects=[],
        notified=[WAREHOUSE_KEEPER, OPS_SPECIALIST],
        opened=[],
        answers={FindLines: no("order SO-1 has 0 of A, not 2")},
    ),
    Path(
        "an order that is sold otherwise",
        (),
        "cs_notified",
        effects=["FindLines", "TakeUp", "SetNotForSale"],
        opened=["product_delisting"],
        answers={FindLines: yes(procedure="online_direct_sale")},
    ),
    Path(
        "the same was reported before",
        (),
        "joined",
        effects=["FindLines"],
        notified=[WAREHOUSE_KEEPER],
        opened=[],
        answers={FindLines: yes(procedure="online_direct_sale"), TakeUp: no("taken", running="OS-1")},
    ),
]


MESSAGES = {
    "report": {"goods_missing to cs_agent"},
    "was_first": {"goods_missing to cs_agent"},
    "join": {"shortage_under_way to warehouse_keeper"},
    "not_taken_up": UNFOUNDED,
    "choose_wait": {"wait_agreed"},
}


@each(PATHS)
def test_paths(line: Path) -> None:
    line.check(start)


@each(REPORTS)
def test_reports(line: Path) -> None:
    line.check(reported)


@each(REFUSALS)
def test_refusals(line: Refused) -> None:
    line.check(start)


def test_each_event_sends_its_messages() -> None:
    assert messages([*walked(start, PATHS), *walked(reported, REPORTS)]) == MESSAGES


def test_every_move_is_taken() -> None:
    assert untaken(OutOfStock, start, PATHS) & untaken(OutOfStock, reported, REPORTS) == set()


@pytest.mark.parametrize(
    ("steps", "stage", "answer"),
    [
        ((RECOUNT,), "false_alarm", {"outcome": "found"}),
        (
            (*ASKED, substitute()), "resolved_shipped",
            {"outcome": "substitute", "substitute": {"sku": "C", "qty": 2}, "price_difference": "3"},
        ),
        (
            (*ASKED, refund(), REFUND_DONE), "resolved_refunded",
            {"outcome": "refund", "lines": [{"line": 1, "qty": 2}]},
        ),
        (
            (*ASKED, hours(24), DECIDE, REFUND_DONE), "resolved_refunded",
            {"outcome": "refund", "lines": [{"line": 1, "qty": 2}]},
        ),
        ((*ASKED, wait_until(), ARRIVED), "resolved_shipped", {"outcome": "restocked"}),
        (
            (*ASKED, partial("follow_later")), "resolved_shipped",
            {"outcome": "partial", "lines": [{"line": 2, "qty": 1}], "follows_later": True},
        ),
    ],
    ids=["found", "substitute", "refund", "by the supervisor", "restocked", "partial"],
)  # fmt: skip
def test_what_the_order_hears(steps: tuple[Any, ...], stage: str, answer: dict[str, Any]) -> None:
    *_, report = walk(start(), steps).effects(TellParent)
    assert (report.stage, report.ended) == (stage, True)
    assert ShortageAnswer.model_validate(report.result) == ShortageAnswer.model_validate(
        {"sku": "A", "missing_qty": 2, **answer}
    )


def test_a_broken_piece_stays_on_sale() -> None:
    case = start(cause="damaged")
    assert (case.kinds, case.opened) == ([], [])


def test_what_is_asked_of_others() -> None:
    opened = {one.procedure: one for one in walk(start(), (*ASKED, refund("9"))).effects(OpenCase)}
    assert opened["product_delisting"].form["reason"] == "out_of_stock"
    assert opened["refund_only"].form["amount"] == {"amount": "30", "currency": "CNY"}
    assert opened["refund_only"].wants == ("refunded",)


def test_without_an_order_waiting_the_goods_are_freed_here() -> None:
    assert walk(start(NOT_TAKEN, parent=None), (*ASKED, refund())).kinds[-1] == "ReleaseLines"


def test_a_cancelled_order_takes_all_back() -> None:
    case = walk(start(), (*ASKED, wait_until())).cancel_by_parent()
    assert (case.stages, case.kinds[-2:], case.undoable) == (["aborted"], ["WithdrawNotice", "RelistSku"], [])
    assert [row.qty for effect in case.effects(BackOrder) for row in effect.lines] == [2]


@pytest.mark.parametrize(
    ("cause", "bought"),
    [
        ("no_stock", True),
        ("count_error", True),
        ("damaged", True),
        ("supplier_late", False),
        ("other", False),
    ],
)
def test_kind_20_what_is_on_its_way_is_not_bought_again(cause: str, bought: bool) -> None:  # noqa: FBT001
    case = walk(start(cause=cause), (*ASKED, wait_until()))
    assert ("procurement" in case.opened) is bought


def test_kind_36_after_silence_somebody_hears_and_the_customer_may_still_choose() -> None:
    case = walk(start(), (*ASKED, hours(48)))
    assert (case.stage, case.notified[-1], case.missed) == ("escalated", OPS_MANAGER, ["escalated"])
    assert walk(case, (refund(),)).stage == "refund_agreed"


def test_kind_65_who_hears_after_a_limit_hears_that_it_was_missed() -> None:
    case = walk(start({Notify: no("nobody")}), (hours(8),))
    told = [effect for effect in case.refused if isinstance(effect, Notify) and "deadline" in effect.template]
    assert [(one.role, one.template) for one in told if one.data["limit"] == "customer_reached"] == [
        (CS_SUPERVISOR, "deadline_missed"),
        (OPS_MANAGER, "deadline_missed"),
    ]


def test_who_hears_before_a_limit_hears_that_it_is_near() -> None:
    assert Alarm(at=MONDAY, key="ship_target@0", of="ship_target").template == "deadline_near"


def test_kind_23_a_shortage_that_others_report_stops_the_order_it_is_about() -> None:
    """Nothing is refunded of an order that goes on being picked, nor of one that has no such goods."""
    case = reported({FindLines: FOUND, SendEvent: yes(cases=["order_fulfilment:shop:SO-1"])})
    (told,) = case.effects(SendEvent)
    assert (told.procedure, told.event, told.subject) == ("order_fulfilment", "cannot_ship", "SO-1")
    assert told.form == {"cause": "no_stock", "lines": [{"line": 2, "qty": 2}]}
    assert case.offers(CS_AGENT) == [], "the order's own case asks the customer"


def test_kind_06_what_a_substitute_costs_more_the_books_say() -> None:
    """21 was paid for two pieces, the substitute costs 12 a piece."""
    dearer = walk(start(), (*ASKED, substitute()))
    assert [one.amount for one in dearer.effects(ChargeDifference)] == [yuan(3)]
    asked_too_much = walk(start(), (*ASKED, substitute("50")))
    assert [one.amount for one in asked_too_much.effects(ChargeDifference)] == [yuan(3)]
    cheaper = walk(start(CHEAP), (*ASKED, substitute()))
    assert cheaper.effects(OpenCase)[-1].form["amount"]["amount"] == "3"


def test_kind_01_what_a_substitute_is_sold_cheaper_counts() -> None:
    case = walk(start(), (*ASKED, substitute("-500")))
    (given,) = case.effects(AllowCompensation)
    assert (given.amount, given.limit) == (yuan(503), yuan(50))
    beyond: Answers = {AllowCompensation: no("too much", given={"amount": "20"}, limit={"amount": "50"})}
    case = walk(start(beyond), (*ASKED, substitute("-500")))
    assert (case.stage, case.case.given, case.case.given_before) == ("escalated", yuan(503), yuan(20))
    assert "refund_only" not in case.opened
    unknown = walk(start(known={}), (*ASKED, substitute("-3")))
    assert [one.amount for one in unknown.effects(AllowCompensation)] == [yuan(3)]


def test_kind_01_the_rest_of_a_partial_shipment_is_priced_by_the_books() -> None:
    refund = walk(start(), (*ASKED, partial())).effects(OpenCase)[-1]
    assert refund.form["lines"] == [{"line": 1, "qty": 2}, {"line": 3, "qty": 1}]
    decided = walk(start(), (*ASKED, hours(24), DECIDE)).effects(OpenCase)[-1]
    assert decided.form["lines"] == [{"line": 1, "qty": 2}]


def test_kind_23_what_an_order_ships_all_the_same_is_no_debt() -> None:
    case = walk(start(NOT_TAKEN, parent=None), (*ASKED, refund()))
    assert case.effects(OpenCase)[-1].form["source"] == "shortage"
    assert walk(start(), (*ASKED, refund())).effects(OpenCase)[-1].form["source"] == "out_of_stock"


def test_kind_33_staff_say_by_which_way_the_customer_chose() -> None:
    for choice in (substitute(), refund(), wait_until(), partial()):
        form = {key: value for key, value in choice.form.items() if key != "channel"}
        Refused("no channel", (*ASKED, act(choice.event, CS_AGENT, **form)), "/channel").check(start)


def test_kind_32_a_shortage_that_was_reported_before_names_the_case_that_is_there() -> None:
    known: Answers = {FindLines: yes(procedure="online_direct_sale"), TakeUp: no("taken", running="OS-1")}
    (told,) = reported(known).effects(Notify)
    assert (told.template, told.data["running"]) == ("shortage_under_way", "OS-1")
    first = reported({FindLines: yes(procedure="online_direct_sale")})
    found = act("recount_ok", WAREHOUSE_KEEPER, counted_qty=2)
    assert "LayDown" in walk(first, (found,)).kinds
