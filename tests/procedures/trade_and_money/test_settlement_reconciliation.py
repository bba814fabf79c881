"""Settlement and reconciliation: every move, every refusal, every limit."""
# ruff: noqa: E501 - a row of a table stays on its line

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from activities.registers.contract import KeepRecord
from activities.settlement.contract import BookCorrections, CarryLines, CloseSettlement, MatchStatement
from models.values import yuan
from tests.procedures.paths import Path, Refused, act, each, messages, untaken, walk, walked
from tests.scenario import MONDAY, Answer, Scenario, no, opened_by_calendar, person, yes
from workflows.language.timing import days, hours
from workflows.procedures.trade_and_money.settlement_reconciliation import SettlementReconciliation
from workflows.vocabulary import BANK_FEED, FINANCE, GM, LOGISTICS, OPS_MANAGER, OPS_SPECIALIST, PURCHASING


def cny(amount: str) -> dict[str, str]:
    return {"amount": amount, "currency": "CNY"}


def differing(line: str) -> dict[str, object]:
    return {"line": line, "ours": cny("10.00"), "theirs": cny("12.00"), "difference": cny("2.00")}


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


PATHS = [
    Path("all lines agree", (load(), APPROVE, paid()), "settled", effects=["MatchStatement", "CloseSettlement"], missed=[]),
    Path("explained and adjusted", (load(), ASK, reply(LOGISTICS), ADJUST, rest(), APPROVE, paid(by=FINANCE)), "settled", effects=["BookCorrections", "CloseSettlement"], notified=[FINANCE], answers=DIFFERS),
    Path("the month's report", (load(), APPROVE, paid(), report()), "settled", effects=["MatchStatement", "CloseSettlement", "KeepRecord"]),
    Path("refused, and the corrections taken back", (load(), ADJUST, rest(), REFUSE), "differences", effects=["BookCorrections", "ReverseCorrections"], answers=DIFFERS),
    Path("a matter of time", (load(), act("carry_over", FINANCE, lines=[{"line": "SO-2", "amount": "5"}])), "carried_forward", effects=["CarryLines"], notified=[FINANCE, OPS_MANAGER], answers=DIFFERS),
    Path("corrected, the rest a matter of time", (load(), ADJUST, act("carry_over", FINANCE)), "carried_forward", answers=DIFFERS),
    Path("corrected twice", (load(), ADJUST, ADJUST, rest()), "approval", answers=DIFFERS),
    Path("nothing to correct after a refusal", (load(), REFUSE, rest(), APPROVE), "paying"),
    Path("paid in part, the rest next month", (load(), APPROVE, moved("carry_rest", FINANCE, "1")), "carried_forward", effects=["MatchStatement", "CloseSettlement", "CarryLines"], notified=[OPS_MANAGER]),
    Path("the bank says another sum", (load(), APPROVE, paid("1")), "paying", effects=["MatchStatement"], notified=[FINANCE]),
    Path("the rest is given up", (load(), APPROVE, moved("write_off_rest", GM, "1", reason="bankrupt")), "settled", effects=["MatchStatement", "BookCorrections", "CloseSettlement"], notified=[FINANCE]),
    Path("the bank has the wrong account", (load(), APPROVE, act("pay_failed", BANK_FEED, reason="no such account", amount="900")), "approval", notified=[FINANCE]),
    Path("the wrong statement", (VOID,), "void"),
    Path("the gm approves a large one", (load("60000"), act("approve", GM, note="ok"), paid("60000")), "settled"),
    Path("explained in three days", (load(), ASK, hours(72)), "explaining", notified=[FINANCE, GM, OPS_MANAGER], missed=["month_by_the_tenth", "explaining"], answers=DIFFERS),
]  # fmt: skip

REFUSALS = [
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
    "differ": {"statement_differs to finance"},
    "refuse": {"settlement_refused to finance"},
    "pay_failed": {"settlement_not_paid to finance"},
    "paid": {"settlement_paid_otherwise to finance"},
    "carry_over": {"settlement_carried to ops_manager"},
    "carry_rest": {"settlement_carried to ops_manager"},
    "write_off_rest": {"settlement_written_off to finance"},
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
    }


def test_all_who_know_may_answer() -> None:
    for by in (OPS_SPECIALIST, PURCHASING):
        assert walk(start(DIFFERS), (load(), ASK, reply(by))).stage == "differences"


def test_a_large_payout_is_the_managers() -> None:
    assert walk(start(whose="platform"), (load("90000"), APPROVE)).stage == "paying"


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
    (closed,), (kept,) = case.effects(CloseSettlement), case.effects(KeepRecord)
    assert (closed.payment_no, closed.counterparty, kept.book, kept.entry) == (
        "B-1",
        "carrier",
        "monthly_reports",
        "2026-10",
    )


def test_kind_12_a_settlement_is_not_closed_with_an_open_balance() -> None:
    case = walk(start(), (load("1062.21"), APPROVE, paid("1")))
    assert (case.stage, case.case.rest) == ("paying", yuan("1062.21"))
    walk(case, (moved("carry_rest", FINANCE, "1"),))
    (carried,) = case.effects(CarryLines)
    assert (carried.lines[0].amount, carried.all_open) == (yuan("1061.21"), True)


def test_kind_12_what_remains_is_the_books() -> None:
    case = walk(start(DIFFERS), (load(),))
    assert (case.case.remaining, case.case.apart) == (yuan(4), yuan(4))
    walk(case, (ADJUST,))
    assert (case.case.remaining, case.case.open_lines) == (yuan(-1), 1)


def test_event_kind_05_the_banks_refusal_says_why() -> None:
    case = walk(start(), (load(), APPROVE))
    assert case.hear("bank.transfer.failed", BANK_FEED, amount="900", reason="closed").stage == "approval"
