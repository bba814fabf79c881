"""After-sales request: every move, every refusal, every remedy's answers."""

from __future__ import annotations

import pytest

from activities.cases.contract import OpenCase
from activities.orders.contract import CheckWithdrawal
from activities.registers.contract import KeepRecord
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
from tests.scenario import Scenario, no
from workflows.language.refusals import InvalidForm
from workflows.language.timing import days, hours
from workflows.procedures.after_sales.aftersales_request import AftersalesRequest
from workflows.vocabulary import AFTER_SALES, CS_AGENT, CS_SUPERVISOR, CUSTOMER, OPS_MANAGER

LINES = [{"line": 1, "qty": 1}]
PHOTO = ["file:1"]
LATE: Answers = {CheckWithdrawal: no("signed for 9 days ago")}


def start(
    answers: Answers | None = None,
    wanted: str = "return",
    reason: str | None = None,
    photos: list[str] | None = None,
) -> Scenario:
    return Scenario(AftersalesRequest, subject="SO-1-1", answers=dict(answers or {})).act(
        "submit", CUSTOMER, order_no="SO-1", lines=LINES, wanted=wanted, reason=reason, photos=photos or []
    )


def start_exchange(answers: Answers | None = None) -> Scenario:
    return start(answers, wanted="exchange")


REVIEW = act("start_review", AFTER_SALES, handler="li")
ASK = act("ask_info", AFTER_SALES, needed="a photo", due="2026-11-24T02:00:00Z")
YESTERDAY = act("ask_info", AFTER_SALES, needed="x", due="2026-11-20T00:00:00Z")
LATER = act("ask_info", AFTER_SALES, needed="a photo", due="2026-12-24T02:00:00Z")
GIVE = act("give_info", CUSTOMER, answer="here")
REJECT = act("reject", AFTER_SALES, policy_clause="7.2", explanation="worn")
APPEAL = act("appeal", CUSTOMER, grounds="never worn")
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
    *remedy("repair", "repair", ("completed",), ("converted", "declined_return"), ("expired",)),
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
    Refused("the customer reviews", (act("start_review", CUSTOMER, handler="li"),), "not_your_role", LATE),
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
        ("auto_approve_exchange", "received", "approved_exchange")
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
    case = Scenario(AftersalesRequest).act("submit", CS_AGENT, order_no="SO-1", lines=LINES, wanted="repair")
    assert (case.stage, case.kinds) == ("received", ["Message"])


def test_who_pays_the_postage() -> None:
    def paid_by_shop(case: Scenario) -> object:
        return case.effects(OpenCase)[0].form["shop_pays_postage"]

    assert not paid_by_shop(start())
    assert paid_by_shop(start(reason="wrong_item", photos=PHOTO))
    assert not paid_by_shop(walk(start(LATE), (REVIEW, approve("return", "customer", "customer"))))


def test_a_second_remedy_is_another_case() -> None:
    case = walk(start(LATE), (REVIEW, approve("repair"), child("repair", "converted"), approve("exchange")))
    first, second = case.effects(OpenCase)
    assert (first.procedure, second.procedure, first.subject != second.subject) == (
        "repair",
        "exchange",
        True,
    )


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
