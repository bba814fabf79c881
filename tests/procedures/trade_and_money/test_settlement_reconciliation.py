"""Settlement and reconciliation: every move, every refusal, every limit."""
# ruff: noqa: E501 - a row of a table stays on its line

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from activities.settlement.contract import (
    BookCorrections,
    CarryLines,
    CloseSettlement,
    MatchStatement,
    OpenSettlement,
)
from models.values import yuan
from tests.procedures.paths import Path, Refused, act, each, messages, untaken, walk, walked
from tests.scenario import MONDAY, Answer, Scenario, no, opened_by_calendar, person, yes
from workflows.language.refusals import Refusal
from workflows.language.timing import days, hours
from workflows.procedures.trade_and_money.settlement_reconciliation import SettlementReconciliation
from workflows.vocabulary import BANK_FEED, FINANCE, GM, LOGISTICS, OPS_MANAGER, OPS_SPECIALIST, PURCHASING


def cny(amount: str) -> dict[str, str]:
    return {"amount": amount, "currency": "CNY"}


def differing(line: str) -> dict[str, object]:
    return {"line": line, "ours": cny("10.00"), "theirs": cny("12.00"), "difference": cny("2.00")}


def less(line: str) -> dict[str, object]:
    return {"line": line, "ours": cny("12.00"), "theirs": cny("10.00"), "difference": cny("-2.00")}


OPEN = no("open lines", open=[differing("SO-1"), differing("SO-2")], difference=cny("4.00"))
RIGHT = yes(left=cny("-1.00"), apart=cny("1.00"), open_lines=1)
DIFFERS: dict[Any, Answer] = {MatchStatement: OPEN, BookCorrections: RIGHT}


def start(
    answers: dict[Any, Answer] | None = None, whose: str = "carrier", now: datetime = MONDAY
) -> Scenario:
    period = {"first": "2026-10-01", "last": "2026-10-31"}
    case = Scenario(SettlementReconciliation, subject=f"{whose}-1", answers=answers, now=now)
    return case.act("open_period", FINANCE, counterparty=whose, period=period)


def load(total: str = "900", by: Any = FINANCE, **more: Any) -> Any:
    return act("load", by, statement="file:1", statement_total=total, ledger_total="880", **more)


def rest(**more: Any) -> Any:
    return act("to_approval", FINANCE, **more)


def moved(event: str, by: Any, amount: str | dict[str, str] = "900", **more: Any) -> Any:
    return act(event, by, payment_ref="B-1", amount=amount, paid_at=MONDAY.isoformat(), **more)


def paid(amount: str | dict[str, str] = "900", by: Any = BANK_FEED) -> Any:
    return act("paid", by, payment_ref="B-1", amount=amount, paid_at=MONDAY.isoformat())


def report(balance: str = "60") -> Any:
    return act(
        "report_month",
        FINANCE,
        month="2026-10",
        income=[{"kind": "sales", "amount": "100"}],
        expense=[{"kind": "goods", "amount": "30"}, {"kind": "freight", "amount": "10"}],
        balance=balance,
        report_file="file:2",
    )


ASK = act("explain", FINANCE, line="SO-1", owner="li", question="what freight?")
ADJUST = act("adjust", FINANCE, entries=[{"line": "SO-1", "amount": "20", "reason": "freight"}])
APPROVE = act("approve", OPS_MANAGER, note="ok")
REFUSE = act("refuse", GM, note="look again")
VOID = act("restart", FINANCE, reason="last month's")


def reply(by: Any) -> Any:
    return act("owner_reply", by, cause="freight", note="remote area")


CLOSED = (load(), APPROVE, paid())
CARRY = act("carry_over", FINANCE)
NOT_BOOKED: dict[Any, Answer] = {**DIFFERS, BookCorrections: no("line SO-1 differs by 2")}
KNOWN: dict[Any, Answer] = {CloseSettlement: no("payment B-1 belongs to settlement carrier-0")}
AGAIN = act("paid_again", BANK_FEED, payment_ref="B-2", amount="900", paid_at=MONDAY.isoformat())

PATHS = [
    Path("all lines agree", CLOSED, "settled", effects=["OpenSettlement", "MatchStatement", "CloseSettlement"], missed=[]),
    Path("explained and adjusted", (load(), ASK, reply(LOGISTICS), ADJUST, rest(), APPROVE, paid(by=FINANCE)), "settled", effects=["OpenSettlement", "Message", "BookCorrections", "CloseSettlement"], notified=[FINANCE], answers=DIFFERS),
    Path("the month's report", (*CLOSED, report()), "settled", effects=["OpenSettlement", "MatchStatement", "CloseSettlement"]),
    Path("refused, and the corrections taken back", (load(), ADJUST, rest(), REFUSE), "differences", effects=["OpenSettlement", "BookCorrections", "ReverseCorrections"], answers=DIFFERS),
    Path("the books don't take a correction", (load(), ADJUST), "differences", notified=[FINANCE, FINANCE], answers=NOT_BOOKED),
    Path("what nobody disputes is paid", (load(), act("carry_over", FINANCE, lines=[{"line": "SO-2", "amount": "5"}]), APPROVE, paid("896")), "settled", effects=["OpenSettlement", "CloseSettlement"], notified=[FINANCE, OPS_MANAGER], answers=DIFFERS),
    Path("corrected, the rest a matter of time", (load(), ADJUST, CARRY, APPROVE, paid()), "settled", answers=DIFFERS),
    Path("all of it is disputed", (load("4"), CARRY), "carried_forward", effects=["OpenSettlement", "CarryLines"], notified=[FINANCE, OPS_MANAGER], answers=DIFFERS),
    Path("all of it is disputed after a correction", (load("1"), ADJUST, CARRY), "carried_forward", answers={**DIFFERS, BookCorrections: yes(left=cny("1.00"), apart=cny("1.00"), open_lines=1)}),
    Path("what is disputed is looked at again", (load(), CARRY, REFUSE), "differences", answers=DIFFERS),
    Path("corrected twice", (load(), ADJUST, ADJUST, rest()), "approval", answers=DIFFERS),
    Path("nothing to correct after a refusal", (load(), REFUSE, rest(), APPROVE), "paying"),
    Path("paid in part, the rest next month", (load(), APPROVE, moved("carry_rest", FINANCE, "1")), "carried_forward", effects=["OpenSettlement", "MatchStatement", "CloseSettlement", "CarryLines"], notified=[OPS_MANAGER]),
    Path("the bank says another sum", (load(), APPROVE, paid("1")), "paying", effects=["OpenSettlement", "MatchStatement"], notified=[FINANCE]),
    Path("another settlement has the payment", CLOSED, "paying", notified=[FINANCE], answers=KNOWN),
    Path("the bank tells what finance has entered", (load(), APPROVE, paid(by=FINANCE), moved("paid_again", BANK_FEED)), "settled", notified=[]),
    Path("paid a second time", (*CLOSED, AGAIN), "settled", notified=[FINANCE, GM]),
    Path("paid a second time, where a rest waits", (load(), APPROVE, moved("carry_rest", FINANCE, "1"), AGAIN), "carried_forward", notified=[OPS_MANAGER, FINANCE, GM]),
    Path("the rest is given up", (load(), APPROVE, moved("write_off_rest", GM, "1", reason="bankrupt")), "settled", effects=["OpenSettlement", "MatchStatement", "CloseSettlement", "GiveUpRest"], notified=[FINANCE]),
    Path("the bank has the wrong account", (load(), APPROVE, act("pay_failed", BANK_FEED, reason="no such account", amount="900")), "approval", notified=[FINANCE]),
    Path("the wrong statement", (VOID,), "void", effects=["OpenSettlement", "GiveUpSettlement"]),
    Path("these days are another's", (), "void", notified=[FINANCE], answers={OpenSettlement: no("settlement carrier-0 is about these days")}),
    Path("the statement's lines come to another sum", (load(),), "approval", notified=[FINANCE], answers={MatchStatement: yes(total=cny("950.00"))}),
    Path("the gm approves a large one", (load("60000"), act("approve", GM, note="ok"), paid("60000")), "settled"),
    Path("explained in three days", (load(), ASK, hours(72)), "explaining", notified=[FINANCE, GM, OPS_MANAGER], missed=["month_by_the_tenth", "explaining"], answers=DIFFERS),
]  # fmt: skip

REFUSALS = [
    Refused("too many corrections for the manager", (load(), ADJUST, rest(), APPROVE), "the gm approves", answers={**DIFFERS, BookCorrections: yes(corrected=cny("60000"))}),
    Refused("who carries over approves", (load(), act("carry_over", person(FINANCE, "li")), act("approve", person(OPS_MANAGER, "li"), note="ok")), "somebody else", answers=DIFFERS),
    Refused("what is disputed is not paid", (load(), CARRY, APPROVE, paid("900", by=FINANCE)), "/amount", answers=DIFFERS),
    Refused("another one's statement", (load(counterparty="supplier"),), "/counterparty"),
    Refused("too much left open", (load(), rest()), "no more than the tolerance", answers=DIFFERS),
    Refused("two lines that hide each other", (load(), ADJUST, rest()), "no more than the tolerance", answers={**DIFFERS, BookCorrections: yes(left=cny("0.00"), apart=cny("614.00"), open_lines=2)}),
    Refused("another rest than the books'", (load(), ADJUST, rest(remaining="0")), "/remaining", answers=DIFFERS),
    Refused("finance says another sum", (load(), APPROVE, paid("1", by=FINANCE)), "/amount"),
    Refused("more than is due can't be carried", (load(), APPROVE, moved("carry_rest", FINANCE, "900")), "/amount"),
    Refused("a rest above the limit", (load("2000"), APPROVE, moved("write_off_rest", person(OPS_MANAGER, "wu"), "1", reason="x")), "/amount"),
    Refused("who approved gives the rest up", (load(), APPROVE, moved("write_off_rest", OPS_MANAGER, "899", reason="x")), "somebody else"),
    Refused("who loaded approves", (load(by=person(FINANCE, "li")), act("approve", person(OPS_MANAGER, "li"), note="ok")), "somebody else"),
    Refused("too large for the manager", (load("50000"), APPROVE), "the gm approves"),
    Refused("more than the statement", (load(), APPROVE, paid("902", by=FINANCE)), "/amount"),
    Refused("in another currency", (load(), APPROVE, moved("carry_rest", FINANCE, {"amount": "1", "currency": "USD"})), "/amount"),
    Refused("income less expense", (load(), APPROVE, paid(), report("61")), "/balance"),
    Refused("finance approves", (load(), act("approve", FINANCE, note="ok")), "not_your_role"),
    Refused("matched by hand", (act("match", FINANCE),), "not_possible_now"),
]  # fmt: skip

MESSAGES = {
    "all_match": {"statement_sum_differs to finance"},
    "explain": {"settlement_question"},
    "taken": {"settlement_not_booked to finance"},
    "correction_refused": {"settlement_not_booked to finance"},
    "payment_known": {"settlement_not_booked to finance"},
    "paid_again": {"settlement_paid_twice to finance", "settlement_paid_twice to gm"},
    "differ": {"statement_differs to finance"},
    "refuse": {"settlement_refused to finance"},
    "pay_failed": {"settlement_not_paid to finance"},
    "paid": {"settlement_paid_otherwise to finance"},
    "carry_over": {"settlement_carried to ops_manager"},
    "close_books": {"settlement_carried to ops_manager", "settlement_written_off to finance"},
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
    left = untaken(SettlementReconciliation, start, PATHS)
    assert left == {
        ("restart", "data_loaded", "void"),  # passed in one step
        ("restart", "matching", "void"),
        ("correction_booked", "approval", "approval"),  # the book answers late
        ("correction_refused", "approval", "differences"),
        *(("taken", stage, "void") for stage in ("data_loaded", "matching", "differences", "approval")),
    }


def test_all_who_know_may_answer() -> None:
    for by in (OPS_SPECIALIST, PURCHASING):
        assert walk(start(DIFFERS), (load(), ASK, reply(by))).stage == "differences"


def test_a_large_payout_is_the_managers() -> None:
    assert walk(start(whose="platform"), (load("90000"), APPROVE)).stage == "paying"


@pytest.mark.parametrize(
    ("whose", "total", "asks_the_gm"),
    [
        ("carrier", "90000", True),
        ("carrier", "-90000", False),  # it pays back
        ("platform", "90000", False),
        ("platform", "-90000", True),  # it has paid out too much
        ("distributor", "-90000", True),
    ],
)
def test_the_gm_approves_what_leaves_the_store_whatever_the_sign(
    whose: str, total: str, *, asks_the_gm: bool
) -> None:
    case = walk(start(whose=whose), (load(total),))
    if asks_the_gm:
        with pytest.raises(Refusal, match="gm approves"):
            walk(case, (APPROVE,))
        case.act("approve", GM, note="ok")
    else:
        walk(case, (APPROVE,))
    assert case.stage == "paying"


def test_what_is_disputed_is_what_the_statement_asks_beyond_the_books() -> None:
    """4 too much on some lines, 2 too little on others: 4 isn't paid, and the 2 are still to come."""
    both = no("lines", difference=cny("2.00"), open=[differing("A"), differing("B"), less("C")])
    case = walk(start({MatchStatement: both}), (load(), CARRY))
    assert (case.case.kept_back, case.case.due, case.case.apart) == (yuan(4), yuan(896), yuan(6))
    walk(case, (APPROVE, paid("896")))
    (closed,) = case.effects(CloseSettlement)
    assert (closed.kept_back, closed.amount) == (True, yuan(896))
    assert walk(start({MatchStatement: both}, "platform"), (load(), CARRY)).case.due == yuan(900)


def test_the_rest_of_a_statement_below_zero_is_below_zero() -> None:
    case = walk(start(), (load("-900"), APPROVE, moved("carry_rest", FINANCE, "-100")))
    assert [carried.rest for carried in case.effects(CarryLines)] == [yuan(-800)]


def test_a_payout_is_settled_by_noon_and_a_month_by_the_tenth() -> None:
    assert start(whose="platform").wait(hours(2)).missed == ["payout_by_noon"]
    first = datetime(2026, 11, 1, 2, tzinfo=UTC)
    assert start(now=first).wait(days(8)).missed == []
    assert start(now=first).wait(days(10)).missed == ["month_by_the_tenth"]


def test_the_lines_left_open_are_counted() -> None:
    assert walk(start(DIFFERS), (load(),)).case.open_lines == 2


def test_what_the_calendar_opens() -> None:
    def notified(day: int) -> list[tuple[str, str]]:
        at = datetime(2026, 11, day - 1, 23, tzinfo=UTC)
        opened = opened_by_calendar(SettlementReconciliation, at)
        return [(one.subject, one.form["period"]["first"]) for one in opened]

    assert notified(23) == [("platform-2026-11-22", "2026-11-22")]
    assert notified(2) == [("platform-2026-11-01", "2026-11-01"), ("supplier-2026-10", "2026-10-01")]


def test_what_is_written_down() -> None:
    case = walk(start(), (load(), APPROVE, paid(), report()))
    (closed,) = case.effects(CloseSettlement)
    assert (closed.payment_no, closed.counterparty) == ("B-1", "carrier")


def test_kind_12_a_settlement_is_not_closed_with_an_open_balance() -> None:
    case = walk(start(), (load("1062.21"), APPROVE, paid("1")))
    assert (case.stage, case.case.rest) == ("paying", yuan("1062.21"))
    walk(case, (moved("carry_rest", FINANCE, "1"),))
    (carried,) = case.effects(CarryLines)
    assert (carried.rest, case.case.rest) == (yuan("1061.21"), yuan("1061.21"))


def test_kind_12_what_remains_is_the_books() -> None:
    case = walk(start(DIFFERS), (load(),))
    assert (case.case.remaining, case.case.apart) == (yuan(4), yuan(4))
    walk(case, (ADJUST,))
    assert (case.case.remaining, case.case.open_lines) == (yuan(-1), 1)


def test_event_kind_05_the_banks_refusal_says_why() -> None:
    case = walk(start(), (load(), APPROVE))
    assert case.hear("bank.transfer.failed", BANK_FEED, amount="900", reason="closed").stage == "approval"
