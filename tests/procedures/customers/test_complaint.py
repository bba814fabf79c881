"""Complaint: every move, every refusal, the limits and the remedies' answers."""

from __future__ import annotations

from functools import partial
from typing import Any

import pytest

from activities.cases.contract import OpenCase
from activities.compensation.contract import AllowCompensation
from activities.members.contract import IssueCoupon
from activities.messages.contract import Message, WithdrawNotice
from activities.money.contract import RecordRefund
from activities.orders.contract import QuoteRefund
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
from workflows.procedures.customers.complaint import Complaint
from workflows.vocabulary import (
    CS_AGENT,
    CS_SUPERVISOR,
    CUSTOMER,
    GM,
    LOGISTICS,
    OPS_MANAGER,
    OPS_SPECIALIST,
    PLATFORM_FEED,
    TECH,
)

LINES = [{"line": 1, "qty": 1}]
KNOWN = yes(goods=[{"line": 1, "sku": "MUG", "qty": 1}])


def start(answers: Answers | None = None, order_no: str | None = "SO-1") -> Scenario:
    return Scenario(Complaint, subject="CP-1", answers={QuoteRefund: KNOWN, **(answers or {})}).act(
        "file",
        CUSTOMER,
        channel="chat",
        category="product",
        severity="medium",
        order_no=order_no,
        content="The handle broke on the first day.",
    )


def offer(event: str, by: Any, *remedy: str, cost: str = "0") -> Act:
    return act(event, by, remedy=list(remedy), cost=cost, explanation="we are sorry")


def propose(*remedy: str, cost: str = "0") -> Act:
    return offer("propose", CS_AGENT, *remedy, cost=cost)


def execute(**more: Any) -> Act:
    return act("execute", CS_AGENT, **{"child_cases": [], **more})


def called(**more: int) -> Act:
    return act("call_back", CS_AGENT, channel="phone", **more)


ACK = act("acknowledge", CS_AGENT, customer_mood="upset", promise_time="2026-12-04T02:00:00Z")
LOOK = act("investigate", CS_AGENT, facts="A weak hinge.")
ASK = act("ask_department", CS_AGENT, department="logistics", question="Was it thrown?")
REPLY = act("department_reply", LOGISTICS, finding="No.", at_fault=False)
SEEN = (ACK, LOOK)
ACCEPT = act("accept_offer", CUSTOMER)
REJECT = act("reject_offer", CUSTOMER)
OVER = act("over_limit", CS_AGENT, reason="more is needed", wanted_cost="500")
PLATFORM = act("platform_case", PLATFORM_FEED, platform="tmall", platform_case_no="TM-7")
RULING = act("platform_ruling", PLATFORM_FEED, favours="shop")
PAID = act("platform_ruling", PLATFORM_FEED, favours="customer", amount="30", ruling_no="R-1")
ORDERED = act("platform_ruling", PLATFORM_FEED, favours="customer", to_do="Refund 30 and send a new one.")
GIFT = act("gift_sent", OPS_SPECIALIST, what="A mug")
COME = child("order_fulfilment", "delivered", ended=False)


def obey(*remedy: str, cost: str = "0", **more: Any) -> Act:
    return act(
        "obey", CS_SUPERVISOR, remedy=list(remedy), cost=cost, explanation="as ruled", child_cases=[], **more
    )


SORRY = (*SEEN, propose("apology"), ACCEPT, execute())
REFUND = (*SEEN, propose("partial_refund", cost="30"), ACCEPT, execute())
BOTH = (*SEEN, propose("return", "exchange"), ACCEPT, execute(lines=LINES))
HAPPY = act("confirm_happy", CS_AGENT, score=5)
UNHAPPY = act("still_unhappy", CS_AGENT, score=1)


def beyond(given: str) -> Answer:
    """Given so much before, of which the book refuses what goes beyond the limit."""

    def answer(effect: AllowCompensation) -> Outcome:
        if effect.limit is None or (effect.amount + yuan(given)).amount <= effect.limit.amount:
            return yes()
        return no("too much", given={"amount": given})

    return answer


GIVEN: Answers = {AllowCompensation: beyond("45")}

PATHS = [
    Path("received", (), "received", effects=["Message"]),
    Path("looked into", SEEN, "investigating"),
    Path("another team asked", (*SEEN, ASK), "awaiting_department", notified=[LOGISTICS]),
    Path("and it replied", (*SEEN, ASK, REPLY), "investigating"),
    Path("an apology is enough", (*SORRY, called(), HAPPY), "closed", opened=[]),
    Path("a refund runs", REFUND, "executing", opened=["refund_only"]),
    Path("the refund is paid", (*REFUND, child("refund_only", "refunded")), "resolved"),
    Path("the refund is rejected", (*REFUND, child("refund_only", "rejected")), "investigating"),
    Path("one of two is done", (*BOTH, child("return_refund", "closed")), "executing"),
    Path(
        "both are done", (*BOTH, child("return_refund", "closed"), child("exchange", "completed")), "resolved"
    ),
    Path(
        "a repair",
        (*SEEN, propose("repair"), ACCEPT, execute(lines=LINES), child("repair", "completed")),
        "resolved",
    ),
    Path("a coupon", (*SEEN, propose("coupon", cost="20"), ACCEPT, execute()), "resolved"),
    Path(
        "a gift",
        (*SEEN, propose("gift", cost="20"), ACCEPT, execute()),
        "gift_due",
        notified=[OPS_SPECIALIST],
    ),
    Path("a gift that was sent", (*SEEN, propose("gift", cost="20"), ACCEPT, execute(), GIFT), "resolved"),
    Path(
        "a gift that nobody sends",
        (*SEEN, propose("gift", cost="20"), ACCEPT, execute(), days(2)),
        "gift_due",
        missed=["gift_due"],
    ),
    Path(
        "sent again by an order that was opened by hand",
        (*SEEN, propose("resend"), ACCEPT, execute(child_cases=["order_fulfilment:shop:X"])),
        "resolved",
    ),
    Path(
        "sent again",
        (*SEEN, propose("resend"), ACCEPT, execute()),
        "executing",
        opened=["order_fulfilment"],
    ),
    Path("sent again and come", (*SEEN, propose("resend"), ACCEPT, execute(), COME), "resolved"),
    Path(
        "sent again in vain",
        (*SEEN, propose("resend"), ACCEPT, execute(), child("order_fulfilment", "cancelled")),
        "investigating",
    ),
    Path(
        "sent again, and nobody knows what",
        (*SEEN, propose("resend"), ACCEPT, execute()),
        "investigating",
        answers={QuoteRefund: no("unknown")},
    ),
    Path("a coupon too many", (*SEEN, propose("coupon", cost="45")), "escalated", answers=GIVEN),
    Path(
        "offered by the supervisor",
        (
            *SEEN,
            propose("coupon", cost="45"),
            offer("supervisor_offer", CS_SUPERVISOR, "coupon", cost="45"),
            ACCEPT,
        ),
        "accepted",
        answers=GIVEN,
    ),
    Path("still not content", (*SORRY, called(), UNHAPPY), "investigating", notified=[CS_AGENT]),
    Path(
        "three tries",
        (*SORRY, called(), called(attempt_no=2), called(), act("confirm_happy", CS_AGENT)),
        "closed",
    ),
    Path("solved anew, called anew", (*SORRY, called(), UNHAPPY, *SORRY[2:], called()), "callback"),
    Path(
        "handed up, and offered late",
        (*SEEN, OVER, hours(24)),
        "escalated",
        notified=[OPS_MANAGER],
        missed=["first_proposal"],
    ),
    Path(
        "offered by the head in time",
        (*SEEN, OVER, offer("supervisor_offer", CS_SUPERVISOR, "apology"), hours(48)),
        "proposed",
        missed=[],
    ),
    Path("rejected", (*SEEN, propose("apology"), REJECT), "escalated"),
    Path("no reply", (*SEEN, propose("apology"), hours(72)), "escalated"),
    Path("over the agent's limit", (*SEEN, OVER), "escalated"),
    Path(
        "the head offers",
        (*SEEN, OVER, offer("supervisor_offer", CS_SUPERVISOR, "refund", cost="200")),
        "proposed",
    ),
    Path(
        "the manager allows it",
        (
            *SEEN,
            OVER,
            act("to_manager", OPS_MANAGER, reason="ok", wanted_cost="500"),
            propose("refund", cost="500"),
        ),
        "proposed",
    ),
    Path(
        "the gm allows more",
        (*SEEN, OVER, act("to_manager", GM, reason="ok", wanted_cost="5000")),
        "investigating",
    ),
    Path("on the platform", (*SEEN, PLATFORM), "platform_dispute", opened=["violation_handling"]),
    Path("on the platform after an offer", (*SEEN, propose("apology"), PLATFORM), "platform_dispute"),
    Path("on the platform when escalated", (*SEEN, OVER, PLATFORM), "platform_dispute"),
    Path("ruled", (*SEEN, PLATFORM, RULING), "resolved"),
    Path(
        "ruled after a failed remedy",
        (*REFUND, child("refund_only", "rejected"), PLATFORM, RULING),
        "resolved",
    ),
    Path("the platform has paid", (*SEEN, PLATFORM, PAID), "resolved", opened=["violation_handling"]),
    Path("the platform orders more", (*SEEN, PLATFORM, ORDERED), "ruled"),
    Path("and nobody does it", (*SEEN, PLATFORM, ORDERED, hours(48)), "ruled", notified=[OPS_MANAGER]),
    Path("a gift as was ruled", (*SEEN, PLATFORM, ORDERED, obey("gift", cost="20")), "gift_due"),
    Path(
        "a refund as was ruled",
        (*SEEN, PLATFORM, ORDERED, obey("refund", cost="30"), child("refund_only", "refunded")),
        "resolved",
    ),
    Path(
        "left unhappy",
        (*SORRY, called(), act("leave_unhappy", CS_SUPERVISOR, score=1, reason="Wants twice the price.")),
        "closed",
    ),
    Path(
        "a gift beside what is sent again",
        (*SEEN, propose("gift", "resend", cost="20"), ACCEPT, execute(), GIFT, COME),
        "resolved",
    ),
    Path(
        "a gift, and nobody knows what is sent again",
        (*SEEN, propose("gift", "resend", cost="20"), ACCEPT, execute()),
        "investigating",
        answers={QuoteRefund: no("unknown")},
    ),
    Path(
        "withdrawn when accepted", (*SEEN, propose("apology"), ACCEPT, act("withdraw", CUSTOMER)), "withdrawn"
    ),
    Path("withdrawn while a team is asked", (*SEEN, ASK, act("withdraw", CUSTOMER)), "withdrawn"),
    Path("withdrawn when escalated", (*SEEN, OVER, act("withdraw", CUSTOMER)), "withdrawn"),
    Path("withdrawn", (act("withdraw", CUSTOMER),), "withdrawn"),
    Path("withdrawn later", (ACK, act("withdraw", CUSTOMER)), "withdrawn"),
    Path("withdrawn in the inquiry", (*SEEN, act("withdraw", CUSTOMER)), "withdrawn"),
    Path("withdrawn on an offer", (*SEEN, propose("apology"), act("withdraw", CUSTOMER)), "withdrawn"),
    Path("acknowledged late", (hours(1),), "received", notified=[CS_SUPERVISOR], missed=["received"]),
    Path(
        "offered late", (*SEEN, hours(24)), "investigating", notified=[OPS_MANAGER], missed=["first_proposal"]
    ),
    Path(
        "a department takes long",
        (*SEEN, ASK, hours(8)),
        "awaiting_department",
        notified=[LOGISTICS, OPS_MANAGER],
    ),
    Path("with a department there is more time", (*SEEN, ASK, REPLY, hours(24)), "investigating", missed=[]),
    Path(
        "but not for ever",
        (*SEEN, ASK, REPLY, hours(48)),
        "investigating",
        missed=["proposal_with_department"],
    ),
    Path("the platform waits", (*SEEN, PLATFORM, hours(24)), "platform_dispute", missed=["platform_dispute"]),
    Path("called back late", (*SORRY, days(3)), "resolved", notified=[CS_SUPERVISOR], missed=["resolved"]),
]

REFUSALS = [
    Refused(
        "a promise in the past",
        (act("acknowledge", CS_AGENT, customer_mood="calm", promise_time="2026-11-20T00:00:00Z"),),
        "/promise_time",
    ),
    Refused(
        "another team replies",
        (*SEEN, ASK, act("department_reply", TECH, finding="x", at_fault=True)),
        "logistics",
    ),
    Refused("above the agent", (*SEEN, propose("coupon", cost="50.01")), "/cost"),
    Refused(
        "above the head",
        (*SEEN, OVER, offer("supervisor_offer", CS_SUPERVISOR, "refund", cost="200.01")),
        "/cost",
    ),
    Refused(
        "above the manager",
        (*SEEN, OVER, act("to_manager", OPS_MANAGER, reason="x", wanted_cost="1000.01")),
        "/wanted_cost",
    ),
    Refused(
        "above what was allowed",
        (
            *SEEN,
            OVER,
            act("to_manager", OPS_MANAGER, reason="x", wanted_cost="300"),
            propose("refund", cost="301"),
        ),
        "/cost",
    ),
    Refused("a refund of nothing", (*SEEN, propose("refund")), "/cost"),
    Refused("a refund and a coupon", (*SEEN, propose("refund", "coupon", cost="10")), "/remedy"),
    Refused("twice the same", (*SEEN, propose("gift", "gift")), "/remedy"),
    Refused("nothing offered", (*SEEN, propose()), "/remedy"),
    Refused("a return of nothing", (*SEEN, propose("return"), ACCEPT, execute()), "/lines"),
    Refused(
        "content with one of five", (*SORRY, called(), act("confirm_happy", CS_AGENT, score=1)), "/score"
    ),
    Refused(
        "the shop was right, and pays",
        (*SEEN, PLATFORM, act("platform_ruling", PLATFORM_FEED, favours="shop", amount="30")),
        "/favours",
    ),
    Refused(
        "above the head, as was ruled",
        (*SEEN, PLATFORM, ORDERED, obey("coupon", cost="200.01")),
        "/cost",
    ),
    Refused(
        "content at the first try, unheard", (*SORRY, called(), act("confirm_happy", CS_AGENT)), "/score"
    ),
    Refused("three tries at once", (*SORRY, called(attempt_no=3)), "/attempt_no"),
    Refused("a fourth try", (*SORRY, called(), called(), called(), called()), "Three tries"),
    Refused(
        "a case number that is none",
        (*SEEN, act("platform_case", PLATFORM_FEED, platform="tmall", platform_case_no="投诉\n7")),
        "/platform_case_no",
    ),
    Refused("not content, unheard", (*SORRY, called(), act("still_unhappy", CS_AGENT)), "/score"),
    Refused(
        "the agent accepts for the customer",
        (*SEEN, propose("apology"), act("accept_offer", CS_AGENT)),
        "/channel",
    ),
]

MESSAGES = {
    "file": {"complaint_received"},
    "ask_department": {"department_asked to logistics"},
    "propose": {"complaint_offer"},
    "offer_allowed": {"complaint_offer"},
    "execute": {"complaint_solved", "gift_promised to ops_specialist"},
    "acknowledge": {"complaint_promised"},
    "gift_sent": {"complaint_solved"},
    "leave_unhappy": {"complaint_left to cs_agent"},
    "obey": {"complaint_obeys", "gift_promised to ops_specialist"},
    "remedy_failed": {"complaint_reopened to cs_agent"},
    "goods_unknown": {"complaint_reopened to cs_agent"},
    "done": {"complaint_solved"},
    "child_ended": {"complaint_reopened to cs_agent"},
    "still_unhappy": {"complaint_reopened to cs_agent"},
    "supervisor_offer": {"complaint_offer"},
    "platform_ruling": {"complaint_ruled", "complaint_ruled_for_shop"},
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
    assert untaken(Complaint, start, PATHS) == set()


def test_ten_characters_at_least() -> None:
    short = {"channel": "chat", "category": "other", "severity": "low", "content": "bad"}

    def begin(answers: Answers) -> Scenario:
        return Scenario(Complaint, answers=dict(answers))

    Refused("short", (act("file", CUSTOMER, **short),), "/content").check(begin)


def test_what_needs_an_order() -> None:
    Refused("no order", (*SEEN, propose("coupon", cost="5")), "/remedy").check(partial(start, order_no=None))
    assert (
        walk(
            start(order_no=None),
            (
                *SEEN,
                propose("apology", "gift", cost="5"),
            ),
        ).stage
        == "proposed"
    )


def test_a_failed_remedy_takes_the_other_back() -> None:
    case = walk(start(), (*BOTH, child("return_refund", "expired")))
    assert (case.stage, case.machine.memory.children) == ("investigating", {})
    assert [effect.kind() for effect in case.done][-2:] == ["CancelCase", "Notify"]


def test_kind_02_what_was_given_stays_given_and_counts() -> None:
    """A coupon may be used, goods and a gift are with the customer, a refund is paid: none of it comes back."""
    coupon = (*SEEN, propose("coupon", cost="20"), ACCEPT, execute())
    case = walk(start(), coupon)
    assert case.effects(IssueCoupon)[0].worth == yuan(20)
    for given in (
        coupon,
        (*SEEN, propose("resend"), ACCEPT, execute(), COME),
        (*SEEN, propose("gift", cost="20"), ACCEPT, execute(), GIFT),
        (*REFUND, child("refund_only", "refunded")),
    ):
        kinds = walk(start(), (*given, called(), UNHAPPY)).kinds
        assert not {"VoidCoupon", "WithdrawCompensation"} & {*kinds}
    failed = walk(start(), (*REFUND, child("refund_only", "rejected")))
    assert "WithdrawCompensation" in failed.kinds, "what was not paid counts no more"


def test_kind_02_what_never_came_counts_no_more() -> None:
    """Goods that nobody could send, a parcel that was lost and a gift that nobody had sent weren't given."""
    resend = (*SEEN, propose("resend"), ACCEPT, execute())
    unknown: Answers = {QuoteRefund: no("unknown")}
    for case in (
        walk(start(unknown), resend),
        walk(start(), (*resend, child("order_fulfilment", "cancelled"))),
        walk(start(unknown), (*SEEN, propose("gift", "resend", cost="20"), ACCEPT, execute())),
    ):
        assert (case.stage, "WithdrawCompensation" in case.kinds) == ("investigating", True)
    assert case.effects(WithdrawNotice), "nobody is told any more to send the gift"
    by_hand = (*SEEN, propose("resend"), ACCEPT, execute(child_cases=["order_fulfilment:shop:X"]))
    assert "WithdrawCompensation" not in walk(start(), (*by_hand, called(), UNHAPPY)).kinds


@pytest.mark.parametrize("ended", [False, True], ids=["delivered", "completed"])
def test_kind_09_goods_that_are_promised_again_are_sent_again(ended: bool) -> None:  # noqa: FBT001
    """That the first order has come, or came to nothing later, says nothing of the second."""
    resend = (propose("resend"), ACCEPT, execute())
    first = child("order_fulfilment", "completed") if ended else COME
    case = walk(start(), (*SEEN, *resend, first, called(), UNHAPPY, *resend))
    assert (case.stage, case.opened) == ("executing", ["order_fulfilment"] * 2)
    numbers = [opened.subject for opened in case.effects(OpenCase)]
    if not ended:
        case = walk(case, (child("order_fulfilment", "delivered", ended=False),))  # the one that was silent
        assert (case.stage, case.case.resent_as) == ("resolved", numbers[-1])
    assert case.case.resent_as == numbers[-1] != numbers[0]


def test_kind_61_what_is_given_as_was_ruled_counts() -> None:
    """The platform has decided, so that no limit is asked for; what is given later counts with it."""
    ruled = (*SEEN, PLATFORM, ORDERED)
    (gift,) = walk(start(), (*ruled, obey("gift", cost="20"))).effects(AllowCompensation)
    assert (gift.amount, gift.limit, gift.cause, gift.resends) == (yuan(20), None, None, False)
    (sent,) = walk(start(), (*ruled, obey("resend"))).effects(AllowCompensation)
    assert (sent.amount, sent.resends) == (yuan(0), True)
    paid = walk(start(), (*ruled, obey("refund", "resend", cost="30")))
    assert [one.amount for one in paid.effects(AllowCompensation)] == [yuan(0)]
    counted = [one.form["counted"]["amount"] for one in paid.effects(OpenCase) if "counted" in one.form]
    assert counted == ["0"], "the case that pays it counts it"


def test_kind_61_what_was_given_before_binds_whoever_obeys() -> None:
    before = (*SEEN, propose("coupon", cost="45"), PLATFORM, ORDERED)
    Refused("together too much", (*before, obey("gift", cost="156")), "/cost", answers=GIVEN).check(start)
    assert walk(start(GIVEN), (*before, obey("gift", cost="155"))).stage == "gift_due"


def test_the_refund_knows_its_amount() -> None:
    (opened,) = walk(start(), REFUND).effects(OpenCase)
    assert (opened.form["source"], opened.form["amount"]["amount"]) == ("goodwill", "30")


def test_kind_02_money_is_allowed_before_it_is_offered() -> None:
    """The refund's case takes it as allowed, and asks nobody again."""
    case = walk(start(), (*SEEN, propose("partial_refund", cost="30")))
    assert [(one.amount, one.cause) for one in case.effects(AllowCompensation)] == [(yuan(30), "product")]
    (opened,) = walk(case, (ACCEPT, execute())).effects(OpenCase)
    assert (opened.form["counted"]["amount"], opened.form["cause"]) == ("30", "product")
    too_much = walk(start(GIVEN), (*SEEN, propose("partial_refund", cost="45")))
    assert (too_much.stage, too_much.case.asked) == ("escalated", yuan(45))
    assert "propose" not in messages([too_much])


def test_kind_61_a_ruling_says_what_was_paid() -> None:
    (paid,) = walk(start(), (*SEEN, PLATFORM, PAID)).effects(RecordRefund)
    assert (paid.order, paid.amount, paid.refund_no) == ("SO-1", yuan(30), "R-1")
    unnumbered = act("platform_ruling", PLATFORM_FEED, favours="customer", amount="30")
    again = (called(), UNHAPPY, PLATFORM, unnumbered)
    first, second = walk(start(), (*SEEN, PLATFORM, unnumbered, *again)).effects(RecordRefund)
    assert first.refund_no != second.refund_no, "two rulings are two payments"
    case = walk(start(order_no=None), (*SEEN, PLATFORM, PAID))
    assert "complaint_ruled_paid to finance" in messages([case])["platform_ruling"]


def test_kind_61_a_ruling_that_orders_more_is_done_by_the_head() -> None:
    case = walk(start(), (*SEEN, PLATFORM, ORDERED))
    assert [event for event in case.machine.offers(person(CS_SUPERVISOR)) if event == "obey"]
    assert "complaint_solved" not in messages([case]).get("platform_ruling", set())
    obeyed = walk(case, (obey("refund", cost="500"),))
    opened = obeyed.effects(OpenCase)[-1]
    assert opened.form["counted"]["amount"] == "0", "the case that pays it has it judged"


def test_kind_48_a_promise_is_a_limit() -> None:
    promise = act("acknowledge", CS_AGENT, customer_mood="upset", promise_time="2026-11-23T06:00:00Z")
    Path("broken", (promise, hours(5)), "acknowledged", notified=[CS_SUPERVISOR], missed=["promised"]).check(
        start
    )
    Path("kept", (promise, LOOK, propose("apology"), hours(5)), "proposed", missed=[]).check(start)


def test_kind_66_a_repair_that_became_something_else_serves_the_customer() -> None:
    repair = (*SEEN, propose("repair"), ACCEPT, execute(lines=LINES))
    for end in ("made_good", "lost"):
        assert walk(start(), (*repair, child("repair", end))).stage == "resolved"


def test_kind_33_a_complaint_without_an_order_is_answered_at_its_customer() -> None:
    unknown = Scenario(Complaint, subject="CP-1").act(
        "file", CS_AGENT, channel="phone", category="service", severity="low", customer_no="C-7",
        content="Nobody answered me for three days.",
    )  # fmt: skip
    assert [message.to for message in unknown.effects(Message)] == ["C-7"]


def test_a_remedy_that_is_no_case_here() -> None:
    case = walk(start(), REFUND)
    machine = case.machine
    (missing,) = machine.memory.children
    machine.child_missing(missing)
    assert "done" in machine.offers(person(OPS_MANAGER))


def test_the_watch_of_the_platform_case() -> None:
    (opened,) = walk(start(), (*SEEN, PLATFORM)).effects(OpenCase)
    assert (opened.subject, opened.form["platform"], opened.form["kind"]) == ("TM-7", "tmall", "complaint")


def test_the_cause_is_kept() -> None:
    (kept,) = walk(start(), (*SORRY, called(), HAPPY)).effects(KeepRecord)
    assert (kept.book, kept.data["category"], kept.data["score"]) == ("complaint_causes", "product", 5)


def test_kind_02_a_coupon_counts_with_what_was_given_before() -> None:
    """Another case has given 45 for the same parcel."""
    case = walk(start(GIVEN), (*SEEN, propose("coupon", cost="45")))
    assert (case.stage, case.case.asked, case.case.given_before) == ("escalated", yuan(45), yuan(45))
    assert "complaint_offer" not in messages([case]).get("propose", set())
    granted = act("to_manager", OPS_MANAGER, reason="fair", wanted_cost="45")
    allowed = walk(case, (granted, propose("coupon", cost="45"), ACCEPT, execute()))
    assert (allowed.stage, len(allowed.effects(IssueCoupon))) == ("resolved", 1)
    again = act("to_manager", OPS_MANAGER, reason="fair", wanted_cost="960")
    Refused("above the manager", (*SEEN, propose("coupon", cost="45"), again), "/wanted_cost", GIVEN).check(
        start
    )


def test_kind_02_what_is_sent_again_counts_with_what_was_paid_for_it() -> None:
    case = walk(start(), (*SEEN, propose("resend", "partial_refund", cost="20")))
    (asked,) = case.effects(AllowCompensation)
    assert (asked.amount, asked.resends, asked.lines) == (yuan(20), True, ())
    dear = no("too much", amount={"amount": "600"}, given={"amount": "0"}, limit={"amount": "50"})
    case = walk(start({AllowCompensation: dear}), (*SEEN, propose("resend")))
    assert (case.stage, case.case.asked) == ("escalated", yuan(600))
    nothing = act("propose", CS_AGENT, remedy=["apology"], cost="0", explanation="?", resent=LINES)
    Refused("nothing is sent again", (*SEEN, nothing), "/resent").check(start)


def test_kind_02_a_gift_without_an_order_counts_for_its_customer() -> None:
    unknown = Scenario(Complaint, subject="CP-1").act(
        "file", CS_AGENT, channel="phone", category="service", severity="low", customer_no="C-7",
        content="Nobody answered me for three days.",
    )  # fmt: skip
    (asked,) = walk(unknown, (*SEEN, propose("gift", cost="30"))).effects(AllowCompensation)
    assert asked.order == "C-7"


def test_what_the_customer_refuses_counts_no_more() -> None:
    case = walk(start(), (*SEEN, propose("coupon", cost="45"), REJECT))
    assert case.kinds[-1] == "WithdrawCompensation"


def test_nothing_is_asked_for_an_apology() -> None:
    assert walk(start(), (*SEEN, propose("apology"))).effects(AllowCompensation) == []


@pytest.mark.parametrize(
    ("event", "stage"),
    [("accept_offer", "accepted"), ("reject_offer", "escalated"), ("withdraw", "withdrawn")],
)
def test_kind_33_staff_say_what_the_customer_said(event: str, stage: str) -> None:
    Refused("by which way", (*SEEN, propose("apology"), act(event, CS_AGENT)), "/channel").check(start)
    assert walk(start(), (*SEEN, propose("apology"), act(event, CS_AGENT, channel="phone"))).stage == stage


def test_kind_38_an_exchange_that_was_promised_costs_no_postage() -> None:
    for opened in walk(start(), BOTH).effects(OpenCase):
        assert opened.form["shop_pays_postage"] is True
