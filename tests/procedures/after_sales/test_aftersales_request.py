"""After-sales request: every move, every refusal, every remedy's answers."""

from __future__ import annotations

from typing import Any

import pytest

from activities.cases.contract import OpenCase, SendEvent
from activities.messages.contract import Message
from activities.orders.contract import CheckWithdrawal, QuoteRefund
from activities.registers.contract import KeepRecord
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
from tests.scenario import Scenario, no, yes
from workflows.language.memory import Actor
from workflows.language.refusals import InvalidForm
from workflows.language.timing import days, hours
from workflows.procedures.after_sales.aftersales_request import AftersalesRequest
from workflows.vocabulary import AFTER_SALES, CS_AGENT, CS_SUPERVISOR, CUSTOMER, OPS_MANAGER, PLATFORM_FEED

LINES = [{"line": 1, "qty": 1}]
PHOTO = ["file:1"]
VALUE = {"amount": "15"}
GOODS = [{"line": 1, "sku": "A-1", "qty": 1}]
LATE: Answers = {
    CheckWithdrawal: no("signed for 9 days ago", value=VALUE, left={"amount": "623"}, goods=GOODS)
}
QUOTED: Answers = {QuoteRefund: yes(value=VALUE, left={"amount": "623"}, goods=GOODS)}


def start(
    answers: Answers | None = None,
    wanted: str = "return",
    reason: str | None = None,
    photos: list[str] | None = None,
    **more: Any,
) -> Scenario:
    return Scenario(AftersalesRequest, subject="SO-1-1", answers=dict(answers or {})).act(
        "submit",
        CUSTOMER,
        order_no="SO-1",
        lines=LINES,
        wanted=wanted,
        reason=reason,
        photos=photos or [],
        **more,
    )


def never_came(answers: Answers | None = None) -> Scenario:
    return start(answers, reason="not_received")


def start_exchange(answers: Answers | None = None) -> Scenario:
    return start(answers, wanted="exchange")


def judged(answers: Answers | None = None) -> Scenario:
    """A request that the books don't let pass by itself."""
    return start({**LATE, **(answers or {})})


REVIEW = act("start_review", AFTER_SALES)
ASK = act("ask_info", AFTER_SALES, needed="a photo", due="2026-11-24T02:00:00Z")
YESTERDAY = act("ask_info", AFTER_SALES, needed="x", due="2026-11-20T00:00:00Z")
LATER = act("ask_info", AFTER_SALES, needed="a photo", due="2026-12-24T02:00:00Z")
GIVE = act("give_info", CUSTOMER, answer="here")
REJECT = act("reject", AFTER_SALES, policy_clause="7.2", explanation="worn")
APPEAL = act("appeal", CUSTOMER, grounds="never worn")
GIVEN_BACK = child("repair", "declined_return", ended=False, refused=True)
REMEDIED = child("return_refund", "closed")


def approve(remedy: str, liability: str = "shop", freight_payer: str = "shop") -> Act:
    return act(
        f"approve_{remedy}", AFTER_SALES, liability=liability, freight_payer=freight_payer, loss_estimate="5"
    )


def close(on: str = "2026-11-25", *, complete: bool = True) -> Act:
    return act("close", AFTER_SALES, root_cause="product", follow_up_date=on, record_complete=complete)


def ruling(event: str) -> Act:
    return act(event, CS_SUPERVISOR, decision_note="seen again")


def remedy(
    name: str, procedure: str, good: tuple[str, ...], failed: tuple[str, ...], dropped: tuple[str, ...]
) -> list[Path]:
    """What each end of a remedy leads to."""
    ends = {"remedied": good, "under_review": failed, "withdrawn": dropped}
    return [
        Path(f"{procedure} {end}", (REVIEW, approve(name), child(procedure, end)), stage, answers=LATE)
        for stage, found in ends.items()
        for end in found
    ]


PATHS = [
    Path("a return inside seven days", (), "approved_return", opened=["return_refund"]),
    Path("later it is judged", (), "received", opened=[], answers=LATE),
    Path("reviewed", (REVIEW,), "under_review", answers=LATE),
    Path("asked and answered", (REVIEW, ASK, GIVE), "under_review", answers=LATE),
    Path("asked in vain", (REVIEW, ASK, days(1)), "withdrawn", answers=LATE),
    Path("asked in vain, three days at most", (REVIEW, LATER, hours(72)), "withdrawn", answers=LATE),
    Path(
        "exchange approved",
        (REVIEW, approve("exchange")),
        "approved_exchange",
        opened=["exchange"],
        answers=LATE,
    ),
    Path("rejected", (REVIEW, REJECT), "rejected", answers=LATE),
    Path("rejection accepted", (REVIEW, REJECT, act("accept_rejection", CUSTOMER)), "closed", answers=LATE),
    Path("no appeal", (REVIEW, REJECT, days(7)), "closed", answers=LATE),
    Path("appeal upheld", (REVIEW, REJECT, APPEAL, ruling("appeal_upheld")), "under_review", answers=LATE),
    Path("appeal denied", (REVIEW, REJECT, APPEAL, ruling("appeal_denied")), "closed", answers=LATE),
    Path("withdrawn at once", (act("withdraw", CUSTOMER),), "withdrawn", answers=LATE),
    Path("withdrawn while asked", (REVIEW, ASK, act("withdraw", CUSTOMER)), "withdrawn", answers=LATE),
    Path("withdrawn in review", (REVIEW, act("withdraw", CUSTOMER)), "withdrawn", answers=LATE),
    *remedy("return", "return_refund", ("closed",), ("sent_back_closed",), ("expired", "cancelled")),
    *remedy(
        "exchange",
        "exchange",
        ("completed", "closed_refunded", "completed_with_loss"),
        (),
        ("cancelled", "expired"),
    ),
    *remedy("refund", "refund_only", ("refunded",), ("rejected",), ("cancelled",)),
    *remedy("repair", "repair", ("completed", "made_good", "lost"), (), ("expired", "declined_return")),
    Path(
        "given back as it is, and something else wanted",
        (REVIEW, approve("repair"), GIVEN_BACK),
        "under_review",
        answers=LATE,
    ),
    Path(
        "exchange refused",
        (REVIEW, approve("exchange"), child("exchange", "cancelled", refused=True)),
        "under_review",
        answers=LATE,
    ),
    Path(
        "closed",
        (REMEDIED, close()),
        "closed",
        opened=["return_refund", "aftersales_followup"],
    ),
    Path(
        "review begins late",
        (hours(4),),
        "received",
        notified=[CS_SUPERVISOR],
        missed=["received"],
        answers=LATE,
    ),
    Path(
        "decided late",
        (REVIEW, hours(48)),
        "under_review",
        notified=[CS_SUPERVISOR, OPS_MANAGER],
        answers=LATE,
    ),
    Path(
        "appeal answered late",
        (REVIEW, REJECT, APPEAL, hours(48)),
        "appealed",
        notified=[OPS_MANAGER],
        missed=["appealed"],
        answers=LATE,
    ),
]

REFUSALS = [
    Refused("the customer reviews", (act("start_review", CUSTOMER),), "not_your_role", LATE),
    Refused("an answer by yesterday", (REVIEW, YESTERDAY), "/due", LATE),
    Refused(
        "the customer pays for our fault",
        (REVIEW, approve("return", freight_payer="customer")),
        "/freight_payer",
        LATE,
    ),
    Refused("not complete", (REMEDIED, close(complete=False)), "/record_complete"),
    Refused("followed up last week", (REMEDIED, close(on="2026-11-20")), "/follow_up_date"),
    Refused("twice", (REVIEW, REVIEW), "not_possible_now", LATE),
    Refused("closed before the remedy is there", (close(),), "not_possible_now"),
]

MESSAGES = {
    "submit": {"aftersales_received"},
    "auto_approve": {"aftersales_return"},
    "ask_info": {"aftersales_question"},
    "approve_exchange": {"aftersales_exchange"},
    "reject": {"aftersales_rejected"},
    "appeal_upheld": {"aftersales_appeal"},
    "appeal_denied": {"aftersales_appeal"},
    "info_timeout": {"aftersales_ended"},
    "remedy_dropped": {"aftersales_ended"},
    "approve_return": {"aftersales_return"},
    "approve_refund": {"aftersales_refund"},
    "approve_repair": {"aftersales_repair"},
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
    assert untaken(AftersalesRequest, start, PATHS) == {
        ("auto_approve_exchange", "received", "approved_exchange"),
        ("chase_parcel", "under_review", "chased"),
        ("chase_settled", "chased", "remedied"),
    }


def test_an_exchange_inside_seven_days_needs_the_goods_in_stock() -> None:
    assert start_exchange().stage == "approved_exchange"
    (asked,) = start_exchange().effects(CheckWithdrawal)
    assert (asked.days, asked.replace) == (7, True)
    assert start_exchange(LATE).stage == "received"


def test_faults_are_shown() -> None:
    with pytest.raises(InvalidForm) as refused:
        start(reason="quality")
    assert [error.pointer for error in refused.value.errors] == ["/photos"]


def test_agents_open_requests_too() -> None:
    asked: dict[str, Any] = {"order_no": "SO-1", "lines": LINES, "wanted": "repair"}
    case = Scenario(AftersalesRequest).act("submit", CS_AGENT, **asked, channel="phone")
    assert (case.stage, case.kinds) == ("received", ["Message", "QuoteRefund"])


def test_kind_33_an_agent_says_by_which_way_a_customer_asked_for_a_remedy() -> None:
    with pytest.raises(InvalidForm, match="by which way"):
        Scenario(AftersalesRequest).act("submit", CS_AGENT, order_no="SO-1", lines=LINES, wanted="repair")


def test_who_pays_the_postage() -> None:
    def paid_by_shop(case: Scenario) -> object:
        return case.effects(OpenCase)[0].form["shop_pays_postage"]

    assert not paid_by_shop(start())
    assert paid_by_shop(start(reason="wrong_item", photos=PHOTO))
    assert not paid_by_shop(walk(start(LATE), (REVIEW, approve("return", "customer", "customer"))))


def test_a_second_remedy_is_another_case() -> None:
    case = walk(start(LATE), (REVIEW, approve("repair"), GIVEN_BACK, approve("exchange")))
    first, second = case.effects(OpenCase)
    assert (first.procedure, second.procedure, first.subject != second.subject) == (
        "repair",
        "exchange",
        True,
    )


def test_kind_48_the_refund_is_told_what_it_is_for() -> None:
    case = walk(start(LATE, wanted="refund", reason="late"), (REVIEW, approve("refund")))
    (opened,) = case.effects(OpenCase)
    assert (opened.form["source"], opened.form["cause"]) == ("goodwill", "late")


def test_the_refund_knows_its_source() -> None:
    case = walk(start(LATE, wanted="refund", reason="missing_item"), (REVIEW, approve("refund")))
    (opened,) = case.effects(OpenCase)
    assert (opened.form["source"], opened.form["order_no"], opened.form["lines"]) == (
        "shortage",
        "SO-1",
        LINES,
    )


def test_the_root_cause_is_kept() -> None:
    case = walk(start(), (REMEDIED, close()))
    (kept,) = case.effects(KeepRecord)
    assert (kept.book, kept.entry, kept.data["cause"]) == ("root_causes", "SO-1-1", "product")
    followed = case.effects(OpenCase)[-1]
    assert (followed.subject, str(followed.form["contact_on"])) == ("SO-1-1", "2026-11-25")


CHASE = act("chase_parcel", AFTER_SALES, waybill_no="SF-1", customer_statement="Nobody rang.")


@pytest.mark.parametrize("end", ["closed_found", "customer_settled"])
def test_kind_24_signed_for_but_not_received(end: str) -> None:
    case = walk(never_came(QUOTED), (REVIEW, CHASE))
    (opened,) = case.effects(OpenCase)
    assert (opened.procedure, opened.subject, opened.form["order_no"]) == (
        "lost_parcel_claim",
        "SF-1",
        "SO-1",
    )
    assert opened.form["declared_value"] == {"amount": "15", "currency": "CNY"}
    assert (case.stage, messages([case])["chase_parcel"]) == ("chased", {"aftersales_chased"})
    assert walk(case, (child("lost_parcel_claim", end, ended=end == "closed_found"),)).stage == "remedied"


def test_who_received_nothing_sends_nothing_back() -> None:
    assert never_came().effects(CheckWithdrawal) == []
    Refused("received after all", (REVIEW, CHASE), "never came").check(judged)


@pytest.mark.parametrize(
    ("steps", "event", "form", "stage"),
    [
        ((REVIEW, ASK), "give_info", {"answer": "here"}, "under_review"),
        ((REVIEW, REJECT), "appeal", {"grounds": "never worn"}, "appealed"),
        ((REVIEW, REJECT), "accept_rejection", {}, "closed"),
        ((REVIEW,), "withdraw", {}, "withdrawn"),
    ],
)
def test_kind_33_staff_say_what_the_customer_said(
    steps: tuple[Act, ...], event: str, form: dict[str, Any], stage: str
) -> None:
    Refused("by which way", (*steps, act(event, AFTER_SALES, **form)), "/channel").check(judged)
    assert walk(start(LATE), (*steps, act(event, AFTER_SALES, channel="phone", **form))).stage == stage


def test_kind_35_nobody_decides_about_their_own_rejection() -> None:
    li = Actor(id="li", roles=frozenset({AFTER_SALES, CS_SUPERVISOR}))
    mine = act("reject", li, policy_clause="7.2", explanation="worn")
    for event in ("appeal_upheld", "appeal_denied"):
        again = act(event, li, decision_note="x")
        Refused("one's own", (REVIEW, mine, APPEAL, again), "somebody else").check(judged)


def test_kind_14_an_exchange_for_another_colour() -> None:
    instead = [{"sku": "A-1-RED", "qty": 1}]
    case = start(wanted="exchange", instead=instead)
    (asked,), (opened,) = case.effects(CheckWithdrawal), case.effects(OpenCase)
    assert ([row.sku for row in asked.wanted], opened.form["wanted"]) == (["A-1-RED"], instead)
    reviewed = walk(
        start(LATE, wanted="exchange"),
        (
            REVIEW,
            act(
                "approve_exchange",
                AFTER_SALES,
                liability="shop",
                freight_payer="shop",
                loss_estimate="5",
                instead=instead,
            ),
        ),
    )
    assert reviewed.effects(OpenCase)[0].form["wanted"] == instead


def test_kind_01_no_more_is_promised_than_was_paid() -> None:
    case = start(LATE)
    assert (case.case.value, case.case.left) == (yuan(15), yuan(623))
    above = act(
        "approve_refund",
        AFTER_SALES,
        liability="shop",
        freight_payer="shop",
        loss_estimate="5",
        expected_amount="15.01",
    )
    Refused("above the price", (REVIEW, above), "/expected_amount").check(judged)


def test_kind_39_the_shop_pays_the_postage_of_a_repair() -> None:
    case = walk(start(LATE), (REVIEW, approve("repair")))
    assert case.effects(OpenCase)[0].form["shop_pays_postage"] is True


def test_kind_29_a_request_that_began_elsewhere_holds_its_order_while_it_runs() -> None:
    form = {"order_no": "SO-1", "lines": [{"line": 1, "qty": 1}], "wanted": "repair"}
    case = Scenario(AftersalesRequest, subject="RT-1").act("submit", PLATFORM_FEED, **form)
    case.act("withdraw", CUSTOMER)
    told = [(one.event, one.subject, one.form) for one in case.effects(SendEvent)]
    assert told == [
        ("return_reported", "SO-1", {"number": "RT-1", "is_over": False}),
        ("return_reported", "SO-1", {"number": "RT-1", "is_over": True}),
    ]


def test_kind_48_the_customer_hears_until_when_we_wait() -> None:
    for asked, due in ((ASK, "2026-11-24 10:00"), (LATER, "2026-11-26 10:00")):
        case = walk(start(LATE), (REVIEW, asked))
        assert case.effects(Message)[-1].data["due"] == due
