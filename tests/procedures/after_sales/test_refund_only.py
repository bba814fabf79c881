"""Refund only: every move, every refusal, every limit."""

from __future__ import annotations

from functools import partial
from typing import Any

import pytest

from activities.compensation.contract import AllowCompensation
from activities.money.contract import PayRefund, RecordRefund
from activities.orders.contract import QuoteRefund
from models.effect import Outcome
from models.policy import StorePolicy
from models.values import Money, yuan
from tests.procedures.paths import Act, Answers, Path, Refused, act, each, messages, untaken, walk, walked
from tests.scenario import Answer, Scenario, no, person, yes
from workflows.language.memory import Parent
from workflows.language.refusals import Refusal
from workflows.language.timing import hours
from workflows.procedures.after_sales.refund_only import RefundOnly
from workflows.vocabulary import (
    AFTER_SALES,
    CS_AGENT,
    CS_SUPERVISOR,
    CUSTOMER,
    FINANCE,
    GM,
    OPS_MANAGER,
    PAYMENT_FEED,
)

PAID = yes(payment_ref="PAY-9", paid_at="2026-11-23T03:00:00Z")
DOLLARS = {"amount": "45", "currency": "USD"}
PROOF = {"payment_ref": "B-7", "paid_at": "2026-11-23T02:00:00Z"}
NOTE = {"decision_note": "fair"}


def quoted(value: str, left: str) -> Outcome:
    return yes(value={"amount": value}, left={"amount": left})


ORDER = Parent(case="order_fulfilment:shop:SO-1", link="refund")


def start(
    answers: Answers | None = None,
    source: str = "goodwill",
    parent: Parent | None = None,
    amount: str | None = None,
    lines: tuple[dict[str, int], ...] = (),
    goodwill: str = "0",
    **more: str,
) -> Scenario:
    answers = {PayRefund: PAID, **(answers or {})}
    return Scenario(RefundOnly, subject="RF-1", answers=answers, parent=parent).act(
        "request_refund",
        None if parent else CS_AGENT,
        source=source,
        order_no="SO-1",
        amount=amount,
        lines=lines,
        goodwill=goodwill,
        **more,
    )


def ask(total: str, **parts: str) -> Act:
    return act("set_amount", AFTER_SALES, goods=total, total=total, reason="short part", **parts)


def retry(route: str = "original", account: str = "", checked_by: str = "chen") -> Act:
    return act("retry", FINANCE, route=route, account=account, checked_by=checked_by)


def beyond(given: str = "30") -> Answer:
    """Given so much before, of which the book refuses what goes beyond the limit."""

    def answer(effect: AllowCompensation) -> Outcome:
        if effect.limit is None or (effect.amount + yuan(given)).amount <= effect.limit.amount:
            return yes()
        return no("too much", given={"amount": given}, limit={"amount": str(effect.limit.amount)})

    return answer


def up_to(left: str) -> Answer:
    """The money book pays no more than is left."""

    def answer(effect: PayRefund) -> Outcome:
        return PAID if effect.amount <= yuan(left) else no("too much", left={"amount": left})

    return answer


GIVEN: Answers = {AllowCompensation: beyond()}
DECLINED = {PayRefund: no("route closed")}
BY_HAND = (ask("30"), retry("bank", "6222 01"))

PATHS = [
    Path(
        "small amounts pass by themselves",
        (ask("50"),),
        "refunded",
        effects=["QuoteRefund", "AllowCompensation", "PayRefund", "ReverseBenefits", "Message"],
    ),
    Path("larger ones wait for approval", (ask("50.01"),), "approval", effects=["QuoteRefund"]),
    Path("the supervisor approves", (ask("200"), act("approve", CS_SUPERVISOR, **NOTE)), "refunded"),
    Path("the manager approves", (ask("1000"), act("approve", OPS_MANAGER, **NOTE)), "refunded"),
    Path("the gm approves any", (ask("99999"), act("approve", GM, **NOTE)), "refunded"),
    Path("given too often", (ask("30"),), "approval", answers=GIVEN),
    Path(
        "approved beside the rest",
        (ask("30"), act("approve", CS_SUPERVISOR, **NOTE)),
        "refunded",
        answers=GIVEN,
    ),
    Path(
        "the books know no such order",
        (ask("50"),),
        "refunded",
        answers={QuoteRefund: no("there is no order SO-1")},
    ),
    Path(
        "taken back when it can't be paid",
        (ask("30"), act("cancel_refund", AFTER_SALES, reason="exchanged")),
        "cancelled",
        effects=["QuoteRefund", "AllowCompensation", "WithdrawCompensation", "Message"],
        answers=DECLINED,
    ),
    Path(
        "rejected",
        (ask("60"), act("reject", OPS_MANAGER, **NOTE)),
        "rejected",
        effects=["QuoteRefund", "Message"],
    ),
    Path("less is left", (ask("30"),), "refunded", notified=[], answers={PayRefund: up_to("20")}),
    Path(
        "the provider declines",
        (ask("30"),),
        "failed",
        notified=[FINANCE],
        effects=["QuoteRefund", "AllowCompensation"],
        answers=DECLINED,
    ),
    Path("by hand", BY_HAND, "paying", notified=[FINANCE, FINANCE], answers=DECLINED),
    Path(
        "finance has paid by hand",
        (*BY_HAND, act("pay_ok", person(FINANCE, "wu"), **PROOF)),
        "refunded",
        effects=["QuoteRefund", "AllowCompensation", "RecordRefund", "ReverseBenefits", "Message"],
        answers=DECLINED,
    ),
    Path(
        "the feed says that the transfer failed",
        (*BY_HAND, act("pay_fail", PAYMENT_FEED)),
        "failed",
        answers=DECLINED,
    ),
    Path("retried by the same route", (ask("30"), retry()), "failed", answers=DECLINED),
    Path("dropped before an amount", (act("cancel_refund", AFTER_SALES, reason="exchanged"),), "cancelled"),
    Path(
        "dropped in approval", (ask("60"), act("cancel_refund", AFTER_SALES, reason="exchanged")), "cancelled"
    ),
    Path(
        "dropped when it can't be paid",
        (ask("30"), act("cancel_refund", AFTER_SALES, reason="refunded before")),
        "cancelled",
        answers=DECLINED,
    ),
    Path("approval in time", (ask("60"), hours(4)), "approval", notified=[OPS_MANAGER], missed=["approval"]),
    Path("approval goes up", (ask("60"), hours(8)), "approval", notified=[OPS_MANAGER, GM]),
    Path("paid in time", (hours(24),), "requested", notified=[FINANCE], missed=["paid_in_time"]),
    Path("paid in two days", (hours(48),), "requested", notified=[FINANCE, OPS_MANAGER]),
]

REFUSALS = [
    Refused(
        "whoever chose the account pays into it",
        (*BY_HAND, act("pay_ok", FINANCE, **PROOF)),
        "somebody else",
        DECLINED,
    ),
    Refused(
        "above the supervisor", (ask("200.01"), act("approve", CS_SUPERVISOR, **NOTE)), "above your limit"
    ),
    Refused("above the manager", (ask("1000.01"), act("approve", OPS_MANAGER, **NOTE)), "above your limit"),
    Refused(
        "the one who asked approves",
        (
            act("set_amount", person(AFTER_SALES, "li"), goods="60", total="60", reason="x"),
            act("approve", person(OPS_MANAGER, "li"), **NOTE),
        ),
        "somebody else",
    ),
    Refused(
        "a customer sets the amount",
        (act("set_amount", CUSTOMER, goods="1", total="1", reason="x"),),
        "not_your_role",
    ),
    Refused(
        "above the supervisor with what was given before",
        (ask("30"), act("approve", CS_SUPERVISOR, **NOTE)),
        "180.00 CNY given before",
        answers={AllowCompensation: beyond("180")},
    ),
    Refused(
        "more than is left of the order", (ask("30"),), "/total", answers={QuoteRefund: quoted("0", "20")}
    ),
    Refused(
        "in another currency",
        (act("set_amount", AFTER_SALES, goods=DOLLARS, total=DOLLARS, reason="x"),),
        "not in one currency",
        answers={QuoteRefund: quoted("0", "20")},
    ),
    Refused("nothing to pay", (ask("0"),), "more than zero"),
    Refused("parts don't add up", (ask("10", freight="1"),), "/total"),
    Refused("no account", (ask("30"), retry("bank")), "/account", answers=DECLINED),
    Refused(
        "checked by the requester",
        (ask("30"), retry(checked_by="after_sales")),
        "/checked_by",
        answers=DECLINED,
    ),
    Refused("checked by oneself", (ask("30"), retry(checked_by="finance")), "/checked_by", answers=DECLINED),
    Refused(
        "more than is left",
        (ask("30"), retry()),
        "Only 0.00 CNY",
        answers={PayRefund: no("too much", left={"amount": "0", "currency": "CNY"})},
    ),
]

MESSAGES = {
    "pay_ok": {"refund_paid"},
    "pay_fail": {"refund_failed to finance"},
    "retry": {"pay_refund_by_hand to finance"},
    "reject": {"refund_refused"},
    "cancel_refund": {"refund_refused"},
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
    assert untaken(RefundOnly, start, PATHS) <= {("cancel_refund", "amount_set", "cancelled")}


def test_finance_waits_for_the_provider() -> None:
    machine = start().machine
    machine.act("set_amount", {"goods": "30", "total": "30", "reason": "x"}, actor=person(AFTER_SALES))
    assert machine.stages == ["paying"]
    with pytest.raises(Refusal, match="own hand"):
        machine.act("pay_ok", PROOF, actor=person(FINANCE))
    assert machine.act("pay_ok", PROOF, actor=person(PAYMENT_FEED)).after == ["refunded"]


def test_what_was_never_shipped_needs_no_approval() -> None:
    """And a cancelled order has reversed its benefits itself."""
    case = walk(start(source="cancel", parent=ORDER, amount="900"), (ask("900"),))
    assert (case.stage, case.kinds) == ("refunded", ["QuoteRefund", "PayRefund", "Message"])


@pytest.mark.parametrize(
    ("parent", "amount"), [(None, None), (None, "900"), (ORDER, "849")], ids=["by hand", "asked", "too much"]
)
def test_an_agents_word_is_not_enough(parent: Parent | None, amount: str | None) -> None:
    """That an order never left, or how much is due, says the case behind it."""
    assert walk(start(source="cancel", parent=parent, amount=amount), (ask("900"),)).stage == "approval"


def test_the_amount_that_the_provider_is_asked_for() -> None:
    case = start().act(
        "set_amount", AFTER_SALES, goods="10", freight="8", goodwill="2", total="20", reason="lost part"
    )
    (paid,) = case.effects(PayRefund)
    assert (paid.order, paid.amount, paid.reason) == ("SO-1", yuan(20), "lost part")


def test_another_currency() -> None:
    case = start().act("set_amount", AFTER_SALES, goods=DOLLARS, total=DOLLARS, reason="x")
    assert case.effects(PayRefund)[0].amount == Money.model_validate(DOLLARS)


def test_by_hand_is_written_into_the_book() -> None:
    case = walk(start(DECLINED), (*BY_HAND, act("pay_ok", person(FINANCE, "wu"), **PROOF)))
    (recorded,) = case.effects(RecordRefund)
    assert (recorded.amount, recorded.refund_no, recorded.route) == (yuan(30), "B-7", "bank")


def test_the_store_sets_the_limits() -> None:
    strict = StorePolicy(approval_limits={AFTER_SALES: yuan(1)})
    case = Scenario(RefundOnly, policy=strict).act(
        "request_refund", CS_AGENT, source="goodwill", order_no="SO-1"
    )
    assert case.act("set_amount", AFTER_SALES, goods="2", total="2", reason="x").stage == "approval"


ONE = ({"line": 1, "qty": 1},)
MISSING: Answers = {QuoteRefund: quoted("15", "623")}


def test_kind_01_no_more_than_was_paid_for_the_lines() -> None:
    """Goods of 15 are missing from an order of 623."""
    of_one = partial(start, source="shortage", lines=ONE)
    Refused("all of the order", (ask("615"),), "/goods", answers=MISSING).check(of_one)
    Refused("a little more", (ask("15.01"),), "/goods", answers=MISSING).check(of_one)
    assert walk(of_one(MISSING), (ask("15"),)).stage == "refunded"


@pytest.mark.parametrize(
    ("source", "amount", "asked"), [("out_of_stock", "500", "500"), ("out_of_stock", None, "60")]
)
def test_kind_01_what_is_out_of_stock_is_owed_up_to_its_price(
    source: str, amount: str | None, asked: str
) -> None:
    parts = act("set_amount", AFTER_SALES, goods="15", goodwill=str(int(asked) - 15), total=asked, reason="x")
    case = walk(start(MISSING, source=source, parent=ORDER, amount=amount, lines=ONE), (parts,))
    assert case.stage == ("approval" if int(asked) > 65 else "refunded")
    owed = walk(start(MISSING, source=source, parent=ORDER, amount="15", lines=ONE), (ask("15"),))
    assert (owed.stage, owed.effects(AllowCompensation)) == ("refunded", [])


def test_kind_02_limits_add_up_and_the_approver_sees_both_figures() -> None:
    case = walk(start(GIVEN), (ask("30"),))
    assert (case.stage, case.case.asked, case.case.given_before) == ("approval", yuan(30), yuan(30))
    assert case.act("approve", CS_SUPERVISOR, **NOTE).stage == "refunded"
    (given,) = case.effects(AllowCompensation)
    assert (given.amount, given.limit) == (yuan(30), yuan(200))


DEAR: Answers = {QuoteRefund: quoted("80", "623")}


def owed(answers: Answers | None = None) -> Scenario:
    """A case has found that 80 are owed."""
    return start({**DEAR, **(answers or {})}, "returned", ORDER, "80", ONE)


def approved(answers: Answers | None = None) -> Scenario:
    """A case has approved 15 for goods that cost 80."""
    return start({**DEAR, **(answers or {})}, "quality", ORDER, "15", ONE)


def lowered(by: Any = AFTER_SALES, **more: Any) -> Act:
    return act("set_amount", by, goods="1", total="1", reason="worn", **more)


def test_kind_01_less_than_is_owed_needs_the_customers_word() -> None:
    Refused("by one agent", (lowered(),), "80.00 CNY is owed").check(owed)
    agreed = walk(owed(), (lowered(agreed_through="phone"),))
    decided = walk(owed(), (lowered(CS_SUPERVISOR),))
    for case in (agreed, decided):
        assert (case.stage, [one.amount for one in case.effects(PayRefund)]) == ("refunded", [yuan(1)])
        assert messages([case])["set_amount"] == {"refund_less"}
    assert walk(owed(), (ask("80"),)).stage == "refunded"
    assert walk(start(), (lowered(),)).stage == "refunded"  # an agent's own grant is owed to nobody


def test_kind_01_what_a_case_approved_is_not_lowered_by_one_agent() -> None:
    Refused("by one agent", (lowered(),), "15.00 CNY is owed").check(approved)


def test_kind_01_what_is_owed_is_not_cancelled_by_one_agent() -> None:
    drop = act("cancel_refund", AFTER_SALES, reason="x")
    Refused("by one agent", (drop,), "/agreed_through").check(owed)
    word = act("cancel_refund", AFTER_SALES, reason="exchanged", agreed_through="chat")
    supervisor = act("cancel_refund", CS_SUPERVISOR, reason="paid twice")
    for step in (word, supervisor):
        case = walk(owed(), (step,))
        assert (case.stage, messages([case])["cancel_refund"]) == ("cancelled", {"refund_refused"})
    gone = start({QuoteRefund: quoted("80", "0")}, "returned", ORDER, "80", ONE)
    assert walk(gone, (drop,)).stage == "cancelled"  # nothing of it is left to be owed


def test_kind_01_what_goes_back_for_goods_that_are_kept_is_written_down() -> None:
    goods = [
        {"line": 1, "sku": "A", "qty": 1, "value": {"amount": "20"}},
        {"line": 2, "sku": "B", "qty": 1, "value": {"amount": "60"}},
    ]
    two = ({"line": 1, "qty": 1}, {"line": 2, "qty": 1})
    known: Answers = {QuoteRefund: yes(value={"amount": "80"}, left={"amount": "100"}, goods=goods)}
    case = start(known, "quality", lines=two)
    assert case.entry.lines == ()
    parts = act("set_amount", AFTER_SALES, goods="10.01", goodwill="5", total="15.01", reason="x")
    paid = walk(case, (parts,)).entry
    assert [(row.line, str(row.amount.amount)) for row in paid.lines] == [(1, "2.50"), (2, "7.51")]
    assert walk(owed(), (ask("80"),)).entry.lines == ()  # the return says that the goods are back


def test_goods_that_are_back_are_owed() -> None:
    case = walk(start(MISSING, source="returned", parent=ORDER, amount="15", lines=ONE), (ask("15"),))
    assert (case.stage, case.effects(AllowCompensation)) == ("refunded", [])


def test_of_a_lost_parcel_only_the_goodwill_counts_and_all_of_it_is_approved() -> None:
    asked = act("set_amount", AFTER_SALES, goods="15", goodwill="5", total="20", reason="lost")
    case = start(source="lost", parent=ORDER, amount="20", goodwill="5")
    assert [one.amount for one in walk(case, (asked,)).effects(AllowCompensation)] == [yuan(5)]
    dear = start(source="lost", parent=ORDER, amount="60")
    assert walk(dear, (ask("60"),)).stage == "approval"


def test_kind_02_what_the_case_behind_it_has_had_allowed_is_asked_of_nobody_again() -> None:
    """A complaint offers no money before the book has allowed it."""
    allowed = start(source="goodwill", parent=ORDER, amount="150", counted="150", cause="late")
    case = walk(allowed, (ask("150"),))
    assert (case.stage, case.effects(AllowCompensation)) == ("refunded", [])
    by_hand = start(source="goodwill", amount="150", counted="150")
    assert walk(by_hand, (ask("150"),)).stage == "approval", "whoever types it has it judged"


def test_kind_48_the_rule_for_what_it_is_for_holds() -> None:
    case = walk(start(source="goodwill", parent=ORDER, amount="20", cause="late"), (ask("20"),))
    assert [one.cause for one in case.effects(AllowCompensation)] == ["late"]
