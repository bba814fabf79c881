"""Bad review: every move, every refusal, and that no remedy is tied to a review."""

from __future__ import annotations

from functools import partial
from typing import Any

from activities.cases.contract import OpenCase, SendEvent
from activities.compensation.contract import AllowCompensation
from activities.members.contract import IssueCoupon
from activities.registers.contract import KeepRecord
from models.effect import Outcome
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
from tests.scenario import Answer, Scenario, no, person, yes
from workflows.language.timing import days, hours
from workflows.procedures.customers.bad_review import BadReview
from workflows.vocabulary import (
    AFTER_SALES,
    CS_AGENT,
    CS_SUPERVISOR,
    CUSTOMER,
    FINANCE,
    OPS_MANAGER,
    PLATFORM_FEED,
)

TEXT = "We are sorry that the hinge broke; a new one is on its way to you."


def start(answers: Answers | None = None, order_no: str | None = "SO-1") -> Scenario:
    case = Scenario(BadReview, subject="RV-1", answers=dict(answers or {}))
    return case.act("alert", PLATFORM_FEED, rating=2, text="broke at once", order_no=order_no)


def call(**more: int) -> Act:
    return act("contact", CS_AGENT, channel="phone", **more)


def offer(
    remedy: str = "cash", amount: str = "30", event: str = "offer_remedy", by: Any = CS_AGENT, **more: Any
) -> Act:
    return act(event, by, **{"remedy": remedy, "amount": amount, "not_conditional_on_review": True, **more})


def more(amount: str = "60", remedy: str = "cash") -> Act:
    return offer(remedy, amount, "raise_offer", CS_SUPERVISOR)


def tone(event: str, *, ok: bool, note: str = "") -> Act:
    return act(event, CS_SUPERVISOR, tone_ok=ok, note=note)


def draft(text: str = TEXT) -> Act:
    return act("draft_reply", CS_AGENT, reply_text=text)


ASSIGN = act("assign", CS_SUPERVISOR, agent="li")
CAUSE = act("learn_cause", CS_AGENT, cause="product", detail="a weak hinge")
KNOWN = (ASSIGN, call(), CAUSE)
TAKE = act("accept_remedy", CUSTOMER, accepted=True)
DONE = act("remedy_done", FINANCE, payment_ref="B-1")
UPDATED = act("customer_updates", PLATFORM_FEED)
NO = act("refuses_all", CS_AGENT, note="wants nothing")
FAKE = act("report_fake", CS_SUPERVISOR, evidence=["file:1"], platform_case_no="TM-1")
GONE = act("close_unreachable", CS_SUPERVISOR, note="no number")
PAID = (*KNOWN, offer(), TAKE, child("refund_only", "refunded"))
SILENT = (ASSIGN, call(), call(), call(), act("cannot_reach", CS_AGENT, note="nobody"))
APPROVED = (*SILENT, draft(), tone("approve_reply", ok=True))
PUBLISHED = (*APPROVED, act("post_reply", CS_AGENT))
GIVEN_OUT = act("remedy_given", AFTER_SALES, what="A mug")
REFUSE = act("refuse_remedy", CS_SUPERVISOR, reason="It is more than the mug was worth.")

APPROVE = act("approve_remedy", CS_SUPERVISOR, decision_note="fair")


def beyond(given: str) -> Answer:
    """Given so much before, of which the book refuses what goes beyond the limit."""

    def answer(effect: AllowCompensation) -> Outcome:
        if effect.limit is None or (effect.amount + yuan(given)).amount <= effect.limit.amount:
            return yes()
        return no("too much", given={"amount": given})

    return answer


COUNTED = ["AllowCompensation", "IssueCoupon"]
GIVEN: Answers = {AllowCompensation: beyond("45")}

PATHS = [
    Path("the cause is known", KNOWN, "cause_known"),
    Path("a refund runs", (*KNOWN, offer(), TAKE), "remedying", opened=["refund_only"]),
    Path("the refund is paid", PAID, "remedied"),
    Path(
        "the refund fails, and finance pays",
        (*KNOWN, offer(), TAKE, child("refund_only", "rejected"), DONE),
        "remedied",
    ),
    Path(
        "the refund fails for good",
        (*KNOWN, offer(), TAKE, child("refund_only", "rejected"), NO),
        "reply_drafting",
    ),
    Path(
        "the customer changes the review",
        (*PAID, UPDATED),
        "closed_updated",
        effects=["Message", "KeepRecord"],
    ),
    Path("the customer does not", (*PAID, days(3)), "reply_drafting", notified=[CS_SUPERVISOR]),
    Path(
        "a coupon",
        (*KNOWN, offer("coupon"), TAKE),
        "remedied",
        effects=["Message", "AllowCompensation", "IssueCoupon"],
        opened=[],
    ),
    Path(
        "a coupon too many",
        (*KNOWN, offer("coupon", "45"), TAKE),
        "remedying",
        notified=[CS_SUPERVISOR],
        answers=GIVEN,
    ),
    Path("approved", (*KNOWN, offer("coupon", "45"), TAKE, APPROVE), "remedied", answers=GIVEN),
    Path(
        "a gift",
        (*KNOWN, offer("gift", "0"), TAKE),
        "giving",
        notified=[AFTER_SALES],
    ),
    Path("a gift that was sent", (*KNOWN, offer("gift", "0"), TAKE, GIVEN_OUT), "remedied"),
    Path("a dear gift", (*KNOWN, offer("gift", "30"), TAKE), "giving"),
    Path(
        "a gift that nobody sends",
        (*KNOWN, offer("gift", "0"), TAKE, days(2)),
        "giving",
        missed=["giving"],
    ),
    Path(
        "refused by who decides",
        (*KNOWN, offer("coupon", "45"), TAKE, REFUSE),
        "cause_known",
        notified=[CS_SUPERVISOR, CS_AGENT],
        answers=GIVEN,
    ),
    Path(
        "offered anew",
        (*KNOWN, offer("coupon", "45"), TAKE, REFUSE, offer("coupon", "5"), TAKE),
        "remedied",
        answers=GIVEN,
    ),
    Path("a reply that nobody has posted", APPROVED, "reply_approved"),
    Path("posted late", (*APPROVED, hours(24)), "reply_approved", missed=["reply_limit"]),
    Path("changed before it is posted", (*APPROVED, UPDATED), "closed_updated"),
    Path("raised once", (*KNOWN, offer(), more(), TAKE), "remedying", opened=["refund_only"]),
    Path("everything refused", (*KNOWN, offer(), NO), "reply_drafting"),
    Path("nobody there", SILENT, "reply_drafting"),
    Path("nobody there for three days", (ASSIGN, call(), days(3)), "reply_drafting"),
    Path("a reply under watch", PUBLISHED, "monitored"),
    Path("reworked", (*SILENT, draft(), tone("rework_reply", ok=False)), "reply_drafting"),
    Path("changed after the reply", (*PUBLISHED, UPDATED), "closed_updated"),
    Path("the watch is over", (*PUBLISHED, days(15)), "closed_replied"),
    Path("a fake", (ASSIGN, FAKE), "reported_fake"),
    Path("a fake, as the talk shows", (*KNOWN, FAKE), "reported_fake"),
    Path("no way to reach", (ASSIGN, GONE), "closed_unreachable"),
    Path("never reached", (ASSIGN, call(), GONE), "closed_unreachable"),
    Path("contacted late", (hours(1),), "alerted", notified=[CS_SUPERVISOR], missed=["contact_limit"]),
    Path("offered late", (*KNOWN, hours(4)), "cause_known", notified=[OPS_MANAGER], missed=["cause_known"]),
    Path(
        "answered late",
        (*SILENT, hours(24)),
        "reply_drafting",
        notified=[OPS_MANAGER],
        missed=["reply_limit"],
    ),
]

REFUSALS = [
    Refused(
        "an offer for a better review",
        (*KNOWN, offer(not_conditional_on_review=False)),
        "/not_conditional_on_review",
    ),
    Refused("above the agent", (*KNOWN, offer(amount="50.01")), "/amount"),
    Refused("above the head", (*KNOWN, offer(), more("200.01")), "/amount"),
    Refused("raised twice", (*KNOWN, offer(), more(), more("90")), "raise_offer is done"),
    Refused("raised to less", (*KNOWN, offer(), more("30")), "/amount"),
    Refused("raised after it was taken", (*KNOWN, offer(), TAKE, more()), "taken the offer"),
    Refused("taken twice", (*KNOWN, offer(), TAKE, TAKE), "accept_remedy is done"),
    Refused("refused after it was taken", (*KNOWN, offer(), TAKE, NO), "taken the offer"),
    Refused("no money named", (*KNOWN, offer(amount="0")), "/amount"),
    Refused("done, but not taken", (*KNOWN, offer("gift", "0"), DONE), "taken the offer"),
    Refused("paid twice", (*KNOWN, offer(), TAKE, DONE), "on its way"),
    Refused(
        "said to be done, but not paid",
        (*KNOWN, offer(), TAKE, child("refund_only", "rejected"), act("remedy_done", CS_AGENT)),
        "/payment_ref",
    ),
    Refused("given up at once", (ASSIGN, call(), act("cannot_reach", CS_AGENT, note="x")), "Three tries"),
    Refused("miscounted", (ASSIGN, call(attempt_no=2)), "/attempt_no"),
    Refused("a fourth try", (ASSIGN, call(), call(), call(), call()), "Three tries"),
    Refused("a reply with a phone number", (*SILENT, draft(TEXT + " Call 13800000000.")), "/reply_text"),
    Refused("a reply that blames", (*SILENT, draft(TEXT + " It was your own fault.")), "/reply_text"),
    Refused(
        "a reply that asks for a review",
        (*SILENT, draft("非常抱歉给您带来不便,收到补发后请您修改评价,谢谢您的理解和支持。")),
        "/reply_text",
    ),
    Refused("a short reply", (*SILENT, draft("Sorry.")), "/reply_text"),
    Refused("approved in the wrong tone", (*SILENT, draft(), tone("approve_reply", ok=False)), "/tone_ok"),
    Refused("reworked for nothing", (*SILENT, draft(), tone("rework_reply", ok=True)), "/note"),
    Refused(
        "fake without evidence",
        (ASSIGN, act("report_fake", CS_SUPERVISOR, evidence=[], platform_case_no="1")),
        "/evidence",
    ),
    Refused("the agent assigns", (act("assign", CS_AGENT, agent="li"),), "not_your_role"),
]

MESSAGES = {
    "assign": {"review_yours"},
    "refuse_remedy": {"review_remedy_refused", "review_offer_again to cs_agent"},
    "allowed": {"remedy_promised to after_sales"},
    "accept_remedy": {"remedy_promised to after_sales"},
    "beyond_limit": {"compensation_to_approve to cs_supervisor"},
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
    assert untaken(BadReview, start, PATHS) == set()


def test_good_reviews_are_none_of_it() -> None:
    def begin(answers: Answers) -> Scenario:
        return Scenario(BadReview, answers=dict(answers))

    Refused("five stars", (act("alert", PLATFORM_FEED, rating=5),), "/rating").check(begin)


def test_money_needs_an_order() -> None:
    unknown = partial(start, order_no=None)
    Refused("no order", (*KNOWN, offer()), "/remedy").check(unknown)
    assert walk(unknown(), (*KNOWN, offer("gift", "0"))).stage == "remedying"


def test_what_is_paid_is_the_last_offer() -> None:
    (opened,) = walk(start(), (*KNOWN, offer(), more(), TAKE)).effects(OpenCase)
    assert opened.form["amount"]["amount"] == "60"
    (coupon,) = walk(start(), (*KNOWN, offer("coupon"), TAKE)).effects(IssueCoupon)
    assert coupon.worth.amount == 30


def test_the_cause_is_kept() -> None:
    kept = walk(start(), (*PAID, UPDATED)).effects(KeepRecord)[-1]
    assert (kept.book, kept.data["cause"]) == ("review_causes", "product")


def test_kind_02_a_coupon_counts_with_what_was_given_before() -> None:
    case = walk(start(GIVEN), (*KNOWN, offer("coupon", "45"), TAKE))
    assert (case.stage, case.case.asked, case.case.given_before) == ("remedying", yuan(45), yuan(45))
    assert case.effects(IssueCoupon) == []
    assert "remedy_done" not in case.offers(FINANCE)
    assert len(walk(case, (APPROVE,)).effects(IssueCoupon)) == 1


def test_kind_35_nobody_approves_their_own_offer() -> None:
    chen = person(CS_SUPERVISOR, "chen")
    raised = act("raise_offer", chen, remedy="coupon", amount="190", not_conditional_on_review=True)
    mine = act("approve_remedy", chen, decision_note="fair")
    steps = (*KNOWN, offer("coupon", "45"), raised, TAKE)
    Refused("one's own", (*steps, mine), "somebody else", GIVEN).check(start)
    Refused("above the limit", (*steps, APPROVE), "45.00 CNY given before", GIVEN).check(start)


def test_kind_39_the_next_approver_offers_what_the_supervisor_may_not() -> None:
    dear = offer("coupon", "900", "raise_offer", OPS_MANAGER)
    case = walk(start(), (*KNOWN, offer(), dear, TAKE))
    assert [one.amount for one in case.effects(AllowCompensation)] == [yuan(900)]


def test_kind_02_what_is_sent_again_counts_with_what_was_paid_for_it() -> None:
    dear = no("too much", amount={"amount": "600"}, given={"amount": "0"}, limit={"amount": "50"})
    case = walk(start({AllowCompensation: dear}), (*KNOWN, offer("resend", "0"), TAKE))
    assert (case.case.asked, case.refused[-1].kind()) == (yuan(600), "AllowCompensation")
    above = (*KNOWN, offer("resend", "0"), TAKE, APPROVE)
    Refused("above the supervisor", above, "600.00 CNY", {AllowCompensation: dear}).check(start)
    Refused("of no order", (*KNOWN, offer("resend", "0")), "/remedy").check(partial(start, order_no=None))


def test_kind_02_a_gift_without_an_order_counts() -> None:
    (asked,) = walk(start(order_no=None), (*KNOWN, offer("gift", "30"), TAKE)).effects(AllowCompensation)
    assert asked.amount == yuan(30)


def test_kind_46_an_agent_who_sees_a_review_begins_it() -> None:
    seen = Scenario(BadReview, subject="BR-1").act("alert", CS_AGENT, rating=1, text="broke at once")
    assert seen.stage == "alerted"


def test_kind_61_a_reply_that_is_approved_waits_for_whoever_posts_it() -> None:
    case = walk(start(), APPROVED)
    assert "post_reply" in case.offers(CS_AGENT)


def test_kind_63_who_decides_may_say_no() -> None:
    case = walk(start(GIVEN), (*KNOWN, offer("coupon", "45"), TAKE))
    assert {"approve_remedy", "refuse_remedy"} <= {*case.offers(CS_SUPERVISOR)}
    assert "refuses_all" not in case.offers(CS_AGENT), "the customer has accepted"


def test_kind_48_the_rule_for_poor_reviews_binds_money_too() -> None:
    (opened,) = walk(start(), (*KNOWN, offer(), TAKE)).effects(OpenCase)
    assert opened.form["cause"] == "poor_review"


def test_kind_67_nobody_thanks_a_buyer_whose_poor_review_is_open() -> None:
    (sent,) = start().effects(SendEvent)
    assert (sent.procedure, sent.event, sent.subject) == ("credit_comment", "poor_review", "SO-1")
    assert start(order_no=None).effects(SendEvent) == []
