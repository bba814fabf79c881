"""Logistics exceptions: the carrier asked, the customer told, the parcel moving again, lost or sent back."""

from __future__ import annotations

from typing import Any

import pytest

from activities.carriers.contract import InstructCarrier
from activities.cases.contract import OpenCase, SendEvent, TellParent
from activities.compensation.contract import AllowCompensation
from activities.members.contract import IssueCoupon
from activities.messages.contract import Message
from activities.money.contract import PayRefund, RecordRefund
from activities.orders.contract import QuoteRefund
from models.effect import Outcome
from models.roles import Role
from models.values import yuan
from tests.procedures.paths import Act, Answers, Path, Refused, act, each, messages, untaken, walk, walked
from tests.scenario import Answer, Scenario, no, person, yes
from workflows.language.memory import Ask, Parent
from workflows.language.refusals import Refusal
from workflows.language.timing import days, hours
from workflows.procedures.orders_and_logistics.logistics_exception import LogisticsException
from workflows.vocabulary import (
    AFTER_SALES,
    CARRIER_FEED,
    CS_AGENT,
    CS_SUPERVISOR,
    FINANCE,
    LOGISTICS,
    OPS_MANAGER,
)

ORDER = Parent(case="order_fulfilment:shop:SO-1", link="trouble", waits=True)


def start(answers: Answers | None = None, parent: Parent | None = None, **more: Any) -> Scenario:
    case = Scenario(LogisticsException, subject="SF1", answers=dict(answers or {}), parent=parent)
    by = None if parent else CARRIER_FEED
    form = {"waybill_no": "SF1", "symptom": "stalled", "reported_by": "system", "order_no": "SO-1"}
    return case.act("detect", by, **{**form, **more})


CLASSIFY = act("classify", LOGISTICS, blame="carrier", urgency="urgent")
ASK = act(
    "contact_carrier",
    LOGISTICS,
    channel="phone",
    carrier_case_no="T1",
    promised_reply="2026-11-24T02:00:00Z",
)
TELL: dict[str, Any] = {"channel": "chat", "message": "we are on it", "apology_given": True}
INFORM = act("inform_customer", CS_AGENT, **TELL)
WAITING = (CLASSIFY, ASK, INFORM)
AGAIN = act("redeliver", LOGISTICS, attempt_date="2026-11-24")
MOVING = act("resolved_ok", CARRIER_FEED, outcome="moving again")
BACK = act("sent_back", CARRIER_FEED)
LOST = act("declare_lost", LOGISTICS, last_scan="2026-11-16T02:00:00Z")
ADMITTED = act("declare_lost", LOGISTICS, last_scan="2026-11-20T02:00:00Z", carrier_statement="file:1")
PAID = act("compensated", FINANCE, payment_no="P1", paid_at="2026-11-23T02:00:00Z")
WANTS_MORE = act("decline_offer", CS_AGENT, wanted="100", channel="phone")


def offer(kind: str = "cash", amount: str = "50", by: Role = CS_AGENT, *, agrees: bool = True) -> Act:
    return act("compensate", by, kind=kind, amount=amount, customer_agrees=agrees, channel="phone")


YES = act("accept_offer", CS_AGENT, channel="phone")
APPROVE = act("approve_compensation", CS_SUPERVISOR, decision_note="fair")


def beyond(given: str) -> Answer:
    """Given so much before, of which the book refuses what goes beyond the limit."""

    def answer(effect: AllowCompensation) -> Outcome:
        if effect.limit is None or (effect.amount + yuan(given)).amount <= effect.limit.amount:
            return yes()
        return no("too much", given={"amount": given})

    return answer


GIVEN: Answers = {AllowCompensation: beyond("45")}

PATHS = [
    Path(
        "moving again",
        (*WAITING, MOVING),
        "resolved",
        effects=["QuoteRefund", "Message"],
    ),
    Path("delivered again", (*WAITING, AGAIN, act("resolved_ok", LOGISTICS, outcome="signed")), "resolved"),
    Path("sent back", (*WAITING, BACK), "returned"),
    Path("sent back after all", (*WAITING, AGAIN, BACK), "returned"),
    Path("lost", (*WAITING, LOST), "lost", opened=["lost_parcel_claim"]),
    Path("lost, as the carrier says", (*WAITING, ADMITTED), "lost"),
    Path("lost on another attempt", (*WAITING, AGAIN, ADMITTED), "lost"),
    Path(
        "nothing on_message of the attempt",
        (*WAITING, AGAIN, days(2)),
        "redelivering",
        notified=[LOGISTICS],
        missed=["redelivering"],
    ),
    Path("the carrier is silent", (*WAITING, hours(24)), "escalated", notified=[OPS_MANAGER]),
    Path("silent and lost", (*WAITING, hours(24), LOST), "lost"),
    Path(
        "taken over",
        (*WAITING, hours(24), act("take_over", OPS_MANAGER, action="called")),
        "waiting_carrier",
    ),
    Path("no movement for a week", (*WAITING, days(7)), "lost", opened=["lost_parcel_claim"]),
    Path("cash", (*WAITING, offer(), PAID), "resolved", notified=[FINANCE]),
    Path("cash after another attempt", (*WAITING, AGAIN, offer()), "compensating"),
    Path("a coupon", (*WAITING, offer("coupon")), "resolved"),
    Path("a part of the money", (*WAITING, offer("partial_refund")), "resolved"),
    Path(
        "not refunded",
        (*WAITING, offer("partial_refund")),
        "compensating",
        notified=[FINANCE],
        answers={PayRefund: no("closed")},
    ),
    Path("sent again", (*WAITING, offer("resend", "0")), "compensating", notified=[AFTER_SALES]),
    Path("agreed to later", (*WAITING, offer("coupon", agrees=False), YES), "resolved"),
    Path("too much with what was given before", (*WAITING, offer("coupon")), "escalated", answers=GIVEN),
    Path("approved by the supervisor", (*WAITING, offer("coupon"), APPROVE), "resolved", answers=GIVEN),
    Path("above the supervisor", (*WAITING, offer(amount="900", by=OPS_MANAGER)), "compensating"),
    Path("not enough", (*WAITING, offer(agrees=False), WANTS_MORE), "escalated", notified=[]),
    Path("more, by the supervisor", (*WAITING, offer(amount="200", by=CS_SUPERVISOR)), "compensating"),
    Path("not paid out", (*WAITING, offer(), hours(24)), "compensating", missed=["compensating"]),
    Path("the carrier not asked", (hours(2),), "detected", notified=[LOGISTICS], missed=["carrier_asked"]),
    Path("the customer not told", (CLASSIFY, ASK, hours(2)), "carrier_contacted", notified=[CS_SUPERVISOR]),
]

REFUSALS = [
    Refused(
        "no apology",
        (CLASSIFY, ASK, act("inform_customer", CS_AGENT, **{**TELL, "apology_given": False})),
        "/apology_given",
    ),
    Refused(
        "an attempt yesterday",
        (*WAITING, act("redeliver", LOGISTICS, attempt_date="2026-11-22")),
        "/attempt_date",
    ),
    Refused(
        "lost on somebody's word",
        (*WAITING, act("declare_lost", LOGISTICS, last_scan="2026-11-20T02:00:00Z")),
        "/carrier_statement",
    ),
    Refused("too much for an agent", (*WAITING, offer(amount="51")), "/amount"),
    Refused("nothing offered", (*WAITING, offer(amount="0")), "/amount"),
    Refused("paid without consent", (*WAITING, offer(agrees=False), PAID), "customer agrees"),
    Refused("classified by service", (act("classify", CS_AGENT, **CLASSIFY.form),), "not_your_role"),
]

MESSAGES = {
    "inform_customer": {"parcel_being_checked"},
    "compensate": {"resend_promised to after_sales"},
    "allowed": {"pay_compensation to finance"},
    "payout_failed": {"pay_compensation to finance"},
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
    late_quotes = {("quoted", stage, stage) for stage in ("classified", "carrier_contacted")}
    assert untaken(LogisticsException, start, PATHS) == late_quotes


@pytest.mark.parametrize(
    ("steps", "stage"),
    [((*WAITING, MOVING), "resolved"), ((*WAITING, LOST), "lost"), ((*WAITING, BACK), "returned")],
    ids=["resolved", "lost", "returned"],
)
def test_the_order_hears_and_makes_the_claim_itself(steps: tuple[Act, ...], stage: str) -> None:
    case = walk(start(parent=ORDER), steps)
    assert [(report.stage, report.ended) for report in case.effects(TellParent)] == [(stage, True)]
    assert case.opened == []


def test_the_carrier_gets_an_instruction() -> None:
    (instruction,) = walk(start(), (*WAITING, AGAIN)).effects(InstructCarrier)
    assert (instruction.waybill_no, instruction.instruction, str(instruction.attempt_on)) == (
        "SF1",
        "deliver",
        "2026-11-24",
    )


def test_an_unknown_buyer_is_paid_by_hand() -> None:
    case = walk(start(order_no=None), (*WAITING, offer("coupon")))
    assert (case.stage, case.effects(Message), case.effects(IssueCoupon)) == ("compensating", [], [])


def test_the_claim() -> None:
    (claim,) = walk(start(), (*WAITING, LOST)).effects(OpenCase)
    assert (claim.subject, claim.form["order_no"]) == ("SF1", "SO-1")


def test_the_claim_for_an_unknown_order_asks_whose_it_was() -> None:
    (claim,) = walk(start(order_no=None), (*WAITING, LOST)).effects(OpenCase)
    assert (claim.event, "order_no" in claim.form, "declared_value" in claim.form) == ("", False, False)


class Unanswered(Scenario):
    """The provider has not answered yet."""

    def _perform(self, ask: Ask) -> None:
        if not isinstance(ask.effect, PayRefund):
            super()._perform(ask)


@pytest.mark.parametrize("word", [PAID, WANTS_MORE], ids=["paid by hand", "declined"])
def test_a_refund_on_its_way_is_waited_for(word: Act) -> None:
    case = Unanswered(LogisticsException, subject="SF1")
    case.act(
        "detect", CARRIER_FEED, waybill_no="SF1", symptom="stalled", reported_by="system", order_no="SO-1"
    )
    walk(case, (*WAITING, offer("partial_refund")))
    with pytest.raises(Refusal, match="on its way"):
        walk(case, (word,))


def test_a_refund_that_finance_pays_by_hand_is_written_down() -> None:
    declined: Answers = {PayRefund: no("closed")}
    case = walk(start(declined), (*WAITING, offer("partial_refund"), PAID))
    (refund,) = case.effects(RecordRefund)
    assert (case.stage, refund.order, refund.refund_no) == ("resolved", "SO-1", "P1")
    assert walk(start(), (*WAITING, offer("partial_refund"))).effects(RecordRefund) == []


def test_kind_02_coupons_count_with_what_was_given_before() -> None:
    """An agent has given 45 for the order already."""
    case = walk(start(GIVEN), (*WAITING, offer("coupon", "45")))
    assert (case.stage, case.case.asked, case.case.given_before) == ("escalated", yuan(45), yuan(45))
    assert case.effects(IssueCoupon) == []
    approved = walk(case, (APPROVE,))
    assert (approved.stage, len(approved.effects(IssueCoupon))) == ("resolved", 1)


def test_kind_35_nobody_approves_their_own_offer() -> None:
    chen = person(CS_SUPERVISOR, "chen")
    steps = (
        *WAITING,
        act("compensate", chen, kind="coupon", amount="190", customer_agrees=True, channel="chat"),
        act("approve_compensation", chen, decision_note="fair"),
    )
    Refused("one's own", steps, "somebody else", GIVEN).check(start)
    above = act("approve_compensation", CS_SUPERVISOR, decision_note="fair")
    Refused("above the limit", (*steps[:-1], above), "45.00 CNY given before", GIVEN).check(start)
    assert walk(
        start(GIVEN), (*steps[:-1], act("approve_compensation", OPS_MANAGER, decision_note="x"))
    ).stage


def test_kind_01_what_is_sent_again_counts_at_what_was_paid_for_it() -> None:
    paid: Answers = {QuoteRefund: yes(value={"amount": "80"})}
    Refused("by an agent", (*WAITING, offer("resend", "0")), "80.00 CNY", paid).check(start)
    by_supervisor = (*WAITING, offer("resend", "0", CS_SUPERVISOR))
    (given,) = walk(start(paid), by_supervisor).effects(AllowCompensation)
    assert (given.amount, given.limit) == (yuan(80), yuan(200))
    assert walk(start(), (*WAITING, offer("resend", "0"))).effects(AllowCompensation) == []  # nobody knows


def test_kind_31_who_is_compensated_may_still_wait_for_the_parcel() -> None:
    assert walk(start(), (*WAITING, offer("coupon"))).machine.hooks.result()["moved"] is False
    assert walk(start(), (*WAITING, MOVING)).machine.hooks.result()["moved"] is True


def test_kind_33_staff_say_that_the_customer_agrees() -> None:
    silent = act("accept_offer", CS_AGENT)
    Refused("by which way", (*WAITING, offer(agrees=False), silent), "/channel").check(start)
    assert walk(start(), (*WAITING, offer("coupon", agrees=False), YES)).stage == "resolved"


def test_what_was_declined_counts_no_more() -> None:
    case = Unanswered(LogisticsException, subject="SF1", answers={PayRefund: no("closed")})
    case.act(
        "detect", CARRIER_FEED, waybill_no="SF1", symptom="stalled", reported_by="system", order_no="SO-1"
    )
    walk(case, (*WAITING, offer("cash"), WANTS_MORE))
    assert case.kinds[-2:] == ["AllowCompensation", "WithdrawCompensation"]


@pytest.mark.parametrize(
    ("end", "event"),
    [(LOST, "parcel_lost"), (MOVING, "exception_cleared"), (BACK, "refused")],
    ids=["lost", "moving", "sent back"],
)
def test_kind_31_a_case_that_staff_opened_tells_its_order(end: Act, event: str) -> None:
    case = walk(start(), (*WAITING, end))
    assert [(one.event, one.subject) for one in case.effects(SendEvent)] == [
        ("trouble_known", "SO-1"),
        (event, "SO-1"),
    ]
    ordered = Parent(case="order_fulfilment:shop:SO-1", link="trouble", waits=True)
    assert walk(start(parent=ordered), (*WAITING, end)).effects(SendEvent) == []


def test_kind_02_what_is_given_for_a_parcel_of_nobody_known_counts_for_the_parcel() -> None:
    unknown = Scenario(LogisticsException, subject="LX-1").act(
        "detect", LOGISTICS, waybill_no="SF9", symptom="stalled", reported_by="staff"
    )
    (asked,) = walk(unknown, (*WAITING, offer("cash", "45"))).effects(AllowCompensation)
    assert (asked.order, asked.amount) == ("SF9", yuan(45))
