"""Lost parcels: chased, the customer settled with, the carrier made to pay."""

from __future__ import annotations

from functools import partial
from typing import Any

import pytest

from activities.carriers.contract import InstructCarrier
from activities.cases.contract import OpenCase, SendEvent
from activities.compensation.contract import AllowCompensation
from activities.money.contract import BookReceivable, DropReceivable
from activities.orders.contract import QuoteRefund
from models.roles import Role
from models.values import yuan
from tests.procedures.paths import Act, Answers, Path, Refused, act, child, each, messages, untaken, walk
from tests.scenario import Scenario, no, yes
from workflows.language.refusals import InvalidForm, Refusal
from workflows.language.timing import days, hours
from workflows.ordering import PlaceOrder
from workflows.procedures.orders_and_logistics.lost_parcel_claim import LostParcelClaim
from workflows.vocabulary import CARRIER_FEED, CS_AGENT, CS_SUPERVISOR, FINANCE, LOGISTICS, OPS_MANAGER

PARCEL = {
    "receiver_name": "王芳",
    "phone": "13800138000",
    "address": {"province": "浙江省", "city": "杭州市", "district": "西湖区", "street": "文三路 1 号"},
    "lines": [{"sku": "A", "qty": 2}],
}


def start(answers: Answers | None = None, **more: Any) -> Scenario:
    form: dict[str, Any] = {
        "waybill_no": "SF1",
        "order_no": "SO-1",
        "customer_statement": "never came",
        "declared_value": "26",
        "freight": "8",
        "parcel": PARCEL,
    }
    return Scenario(LostParcelClaim, subject="SF1", answers=dict(answers or {})).act(
        "report_lost", CS_AGENT, **{**form, **more}
    )


TRACE = act("trace", LOGISTICS, carrier_case_no="T1", promised_reply="2026-11-24T02:00:00Z")
FAILED = act("trace_failed", LOGISTICS, note="admitted")
LOST = (TRACE, FAILED)
FOUND = act("found_parcel", CARRIER_FEED, location="depot", eta="2026-11-25")


def settle(choice: str = "refund", **more: Any) -> Act:
    form = {"amount": "26"} if choice == "refund" else {"resend_sku_available": True}
    return act("settle_customer", CS_AGENT, **{"choice": choice, **form, **more})


def claim(amount: str = "34") -> Act:
    return act(
        "file_claim",
        LOGISTICS,
        claim_amount=amount,
        invoice="file:1",
        shipping_record="file:2",
        claim_no="CL1",
    )


FILED = (*LOST, settle(), claim())
DISPUTE = act("dispute", LOGISTICS, carrier_reason="packed badly", offered="10")
ACCEPT = act("accept_claim", LOGISTICS, agreed_amount="30", pay_method="set_off")
WRITE_OFF = act("write_off", OPS_MANAGER, loss="26", reason="own fault")


def received(amount: str = "30") -> Act:
    return act("claim_paid", FINANCE, received=amount, received_at="2026-11-23")


def turned_up(action: str, by: Role = LOGISTICS) -> Act:
    return act("late_found", by, action=action, note="at the neighbour's")


WITHDRAW = act("withdraw_claim", LOGISTICS, reason="the parcel is back")
IN_CLAIM: dict[str, tuple[Act, ...]] = {
    "customer_settled": (),
    "claim_filed": (claim(),),
    "claim_disputed": (claim(), DISPUTE),
    "claim_accepted": (claim(), ACCEPT),
}
GIVEN: Answers = {AllowCompensation: no("too much", given={"amount": "990"}, limit={"amount": "1000"})}
USUAL = ["QuoteRefund", "Message"]
FAILS = child("refund_only", "rejected")

PATHS = [
    Path("found", (TRACE, FOUND, act("deliver_found", CARRIER_FEED)), "closed_found", opened=[]),
    Path(
        "found, and it never comes", (TRACE, FOUND, days(3)), "found", notified=[LOGISTICS], missed=["found"]
    ),
    Path("found, and lost again", (TRACE, FOUND, days(3), FAILED), "declared_lost"),
    Path("not found in three days", (TRACE, days(3)), "declared_lost"),
    Path("settled again", (*LOST, settle(), FAILS, settle("resend")), "customer_settled"),
    Path("settled again after filing", (*FILED, FAILS, settle()), "claim_filed"),
    Path("settled again in dispute", (*FILED, DISPUTE, FAILS, settle()), "claim_disputed"),
    Path("settled again before it is paid", (*FILED, ACCEPT, FAILS, settle()), "claim_accepted"),
    Path("settled again at last", (*FILED, ACCEPT, received(), FAILS, settle()), "closed_paid"),
    Path("settled again though it is lost", (*FILED, WRITE_OFF, FAILS, settle()), "written_off"),
    Path(
        "called back by phone",
        (*FILED, turned_up("recall")),
        "claim_filed",
        notified=[LOGISTICS],
        answers={InstructCarrier: no("unknown")},
    ),
    Path("refunded", (*LOST, settle()), "customer_settled", opened=["refund_only"]),
    Path("sent again", (*LOST, settle("resend")), "customer_settled", opened=["order_fulfilment"]),
    Path(
        "sent again, and goodwill",
        (*LOST, settle("resend", extra_goodwill="10")),
        "customer_settled",
        opened=["order_fulfilment", "refund_only"],
    ),
    Path("claimed and paid", (*FILED, ACCEPT, received()), "closed_paid", effects=[*USUAL]),
    Path("disputed", (*FILED, DISPUTE), "claim_disputed"),
    Path(
        "claimed anew",
        (*FILED, DISPUTE, act("resubmit", LOGISTICS, new_evidence=["file:3"], note="film")),
        "claim_filed",
    ),
    Path("less accepted", (*FILED, DISPUTE, ACCEPT), "claim_accepted"),
    Path("written off", (*LOST, settle(), WRITE_OFF), "written_off", effects=[*USUAL]),
    Path("written off after filing", (*FILED, WRITE_OFF), "written_off"),
    Path("written off in dispute", (*FILED, DISPUTE, WRITE_OFF), "written_off"),
    Path(
        "paid after all",
        (*FILED, WRITE_OFF, received()),
        "written_off",
        effects=[*USUAL],
    ),
    Path("turns up", (*LOST, settle("resend"), turned_up("recall")), "customer_settled"),
    Path(
        "kept, and the refund is off",
        (*LOST, settle(), turned_up("customer_keeps_pays"), child("refund_only", "cancelled")),
        "customer_settled",
    ),
    Path("turns up after the claim", (*FILED, turned_up("customer_keeps_gift", OPS_MANAGER)), "claim_filed"),
    *(
        Path(
            f"kept though it was sent again: {stage}",
            (*LOST, settle("resend"), *steps, turned_up("customer_keeps_pays")),
            stage,
            answers={SendEvent: no("it is shipped")},
        )
        for stage, steps in IN_CLAIM.items()
    ),
    *(
        Path(
            f"too much of a gift: {stage}",
            (*LOST, settle(), *steps, turned_up("customer_keeps_gift", OPS_MANAGER)),
            stage,
            answers=GIVEN,
        )
        for stage, steps in IN_CLAIM.items()
    ),
    *(
        Path(f"the claim is withdrawn: {stage}", (*LOST, settle(), *steps, WITHDRAW), "closed_found")
        for stage, steps in IN_CLAIM.items()
    ),
    Path("not traced", (hours(4),), "reported", notified=[LOGISTICS], missed=["reported"]),
    Path("not settled", (*LOST, hours(24)), "declared_lost", notified=[CS_SUPERVISOR]),
    Path("not claimed", (*LOST, settle(), days(23)), "customer_settled", notified=[OPS_MANAGER], missed=[]),
    Path("claimed too late", (*LOST, settle(), days(30)), "customer_settled", missed=["filed_in_time"]),
    Path("no answer to the claim", (*FILED, days(15)), "claim_filed", notified=[OPS_MANAGER]),
]

REFUSALS = [
    Refused("a refund of nothing", (*LOST, settle(amount=None)), "/amount"),
    Refused("a refund of nothing of an order", (*LOST, settle(amount="0")), "/amount"),
    Refused("given up before its day", (TRACE, FOUND, FAILED), "not come by its day"),
    Refused(
        "found for yesterday",
        (TRACE, act("found_parcel", LOGISTICS, location="depot", eta="2026-11-22")),
        "/eta",
    ),
    Refused("goods not looked for", (*LOST, settle("resend", resend_sku_available=None)), "/resend_sku"),
    Refused("goods that aren't there", (*LOST, settle("resend", resend_sku_available=False)), "/resend_sku"),
    Refused("too much goodwill", (*LOST, settle(extra_goodwill="51")), "/extra_goodwill"),
    Refused("more than value and freight", (*LOST, settle(), claim("34.01")), "/claim_amount"),
    Refused("another sum", (*FILED, ACCEPT, received("29")), "money received is what was agreed"),
    Refused("written off by logistics", (*FILED, act("write_off", LOGISTICS, **WRITE_OFF.form)), "not_your"),
]


@each(PATHS)
def test_paths(line: Path) -> None:
    line.check(start)


@each(REFUSALS)
def test_refusals(line: Refused) -> None:
    line.check(start)


def test_every_move_is_taken() -> None:
    stages = {(event, stage) for event, stage, _ in untaken(LostParcelClaim, start, PATHS)}
    refused = {
        ("recall_refused", stage) for stage in ("customer_settled", "claim_disputed", "claim_accepted")
    }
    assert stages <= {("claim_paid", "written_off"), *refused}


def test_unknown_goods_are_not_sent_again() -> None:
    with pytest.raises(InvalidForm, match="isn't known here"):
        walk(start(parcel=None), (*LOST, settle("resend")))


def test_what_another_case_has_paid_is_not_paid_twice() -> None:
    case = walk(start(parcel=None), (*LOST, settle(amount="0"), claim()))
    assert (case.stage, case.opened) == ("claim_filed", [])


def test_what_is_sent_again_costs_nothing() -> None:
    (order,) = walk(start(), (*LOST, settle("resend"))).effects(OpenCase)
    placed = PlaceOrder.model_validate(order.form)
    assert (placed.order_no, [str(line.unit_price) for line in placed.lines]) == (order.subject, ["0.00 CNY"])


def test_who_keeps_the_found_parcel_needs_no_other() -> None:
    case = walk(start(), (*LOST, settle("resend"), turned_up("customer_keeps_gift", OPS_MANAGER)))
    (order,) = case.effects(OpenCase)
    assert [(sent.event, sent.subject) for sent in case.effects(SendEvent)] == [
        ("request_cancel", order.subject)
    ]


PART = {QuoteRefund: yes(value={"amount": "150"}, freight={"amount": "8"}, left={"amount": "650"})}


def test_kind_13_a_claim_is_held_to_what_was_paid_and_settled_again() -> None:
    """The parcel of a part of 150."""
    Refused("far more", (*LOST, settle(amount="500")), "/amount", PART).check(start)
    case = walk(start(PART), (*LOST, settle(amount="158"), FAILS))
    assert (case.stage, messages([case])["settlement_failed"]) == (
        "declared_lost",
        {"lost_parcel_unsettled to cs_agent"},
    )
    assert walk(case, (settle(amount="150"),)).opened == ["refund_only", "refund_only"]


def test_goodwill_is_told_apart() -> None:
    (opened,) = walk(start(PART), (*LOST, settle(amount="150", extra_goodwill="10"))).effects(OpenCase)
    assert [opened.form[name]["amount"] for name in ("amount", "goodwill")] == ["160", "10"]


def test_kind_66_a_parcel_that_turns_up_is_fetched_or_paid_for() -> None:
    (told,) = walk(start(), (*FILED, turned_up("recall"))).effects(InstructCarrier)
    assert (told.waybill_no, told.instruction) == ("SF1", "bring_back")
    (owed,) = walk(start(), (*FILED, turned_up("customer_keeps_pays"))).effects(BookReceivable)
    assert str(owed.amount) == "26.00 CNY"
    refused = walk(start({InstructCarrier: no("unknown")}), (*FILED, turned_up("recall")))
    assert messages([refused])["recall_refused"] == {"recall_by_hand to logistics"}


def test_kind_01_a_lost_parcel_is_repaid_at_what_was_paid_for_it() -> None:
    of_order = partial(start, paid="20")
    Refused("less", (*LOST, settle(amount="1")), "20.00 CNY is owed").check(of_order)
    Refused("more", (*LOST, settle(amount="21")), "/amount").check(of_order)
    agreed = walk(of_order(), (*LOST, settle(amount="1", agreed_through="phone")))
    assert agreed.effects(OpenCase)[0].form["amount"]["amount"] == "1"
    assert walk(start(), (*LOST, settle(amount="26"))).stage == "customer_settled"


def test_kind_01_a_found_parcel_is_given_away_within_the_limits() -> None:
    Refused("logistics alone", (*FILED, turned_up("customer_keeps_gift")), "26.00 CNY").check(start)
    (given,) = walk(start(), (*FILED, turned_up("customer_keeps_gift", CS_SUPERVISOR))).effects(
        AllowCompensation
    )
    assert (given.amount, given.limit) == (yuan(26), yuan(200))
    beyond = walk(start(GIVEN), (*FILED, turned_up("customer_keeps_gift", OPS_MANAGER)))
    assert messages([beyond])["gift_refused"] == {"lost_parcel_gift to ops_manager"}


def test_kind_66_goods_that_somebody_has_twice_are_paid_for() -> None:
    kept = (*LOST, settle("resend"), turned_up("customer_keeps_pays"))
    assert walk(start(), kept).effects(BookReceivable) == []  # the second parcel was stopped
    (owed,) = walk(start({SendEvent: no("it is shipped")}), kept).effects(BookReceivable)
    assert owed.amount == yuan(26)


def test_kind_30_a_parcel_that_is_kept_is_paid_for_once() -> None:
    """Whoever says it again, or something else, charges nobody twice."""
    for again in ("customer_keeps_pays", "customer_keeps_gift", "recall"):
        Refused(
            again, (*FILED, turned_up("customer_keeps_pays"), turned_up(again, OPS_MANAGER)), "/action"
        ).check(start)
    stopped = (*LOST, settle("resend"), turned_up("customer_keeps_pays"))
    Refused(
        "of a second one that was stopped", (*stopped, turned_up("customer_keeps_pays")), "/action"
    ).check(start)
    after_all = walk(start(), (*FILED, turned_up("recall"), turned_up("customer_keeps_pays")))
    assert len(after_all.effects(BookReceivable)) == 1
    beyond = (turned_up("customer_keeps_gift", OPS_MANAGER), turned_up("customer_keeps_pays"))
    assert len(walk(start(GIVEN), (*FILED, *beyond)).effects(BookReceivable)) == 1


@pytest.mark.parametrize(("way", "stage"), [((), "customer_settled"), ((claim(),), "claim_filed")])
def test_kind_30_what_did_not_go_back_is_not_owed(way: tuple[Act, ...], stage: str) -> None:
    refused = child("refund_only", "rejected")
    case = walk(start(), (*LOST, settle(), *way, turned_up("customer_keeps_pays"), refused))
    assert (case.stage, len(case.effects(DropReceivable)), case.notified) == (stage, 1, [])
    with pytest.raises(Refusal):  # and isn't paid after all
        walk(case, (settle(),))


def test_kind_30_what_was_refused_before_is_not_owed_either() -> None:
    refused = child("refund_only", "rejected")
    case = walk(start(), (*LOST, settle(), claim(), refused, turned_up("customer_keeps_pays")))
    assert (case.case.is_kept, case.effects(BookReceivable)) == (True, [])


def test_kind_30_goods_had_twice_are_owed_though_the_goodwill_is_refused() -> None:
    way = (*LOST, settle("resend", extra_goodwill="10"), turned_up("customer_keeps_pays"))
    case = walk(start({SendEvent: no("it is shipped")}), (*way, child("refund_only", "rejected")))
    assert (len(case.effects(BookReceivable)), case.effects(DropReceivable)) == (1, [])


def test_kind_07_a_claim_is_no_more_than_the_parcel_was_worth() -> None:
    more = act("accept_claim", LOGISTICS, agreed_amount="34.01", pay_method="set_off")
    Refused("more than was claimed", (*FILED, more), "/agreed_amount").check(start)
    loss = act("write_off", OPS_MANAGER, loss="34.01", reason="own fault")
    Refused("more than it was worth", (*FILED, loss), "/loss").check(start)


def test_kind_36_the_customer_hears_what_became_of_the_parcel() -> None:
    assert messages([walk(start(), (TRACE, FOUND))])["found_parcel"] == {"lost_parcel_found"}
    assert messages([walk(start(), LOST)])["trace_failed"] == {"lost_parcel_given_up"}
