"""Settlement and reconciliation: every move, every refusal, every limit."""
# ruff: noqa: E501 - a row of a table stays on its line

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from activities.registers.contract import KeepRecord
from activities.settlement.contract import CloseSettlement, MatchStatement
from tests.procedures.paths import Path, Refused, act, each, messages, untaken, walk, walked
from tests.scenario import MONDAY, Answer, Scenario, no, opened_by_calendar, person
from workflows.language.timing import days, hours
from workflows.procedures.trade_and_money.settlement_reconciliation import SettlementReconciliation
from workflows.vocabulary import BANK_FEED, FINANCE, GM, LOGISTICS, OPS_MANAGER, OPS_SPECIALIST, PURCHASING


def cny(amount: str) -> dict[str, str]:
    return {"amount": amount, "currency": "CNY"}


def differing(line: str) -> dict[str, object]:
    return {"line": line, "ours": cny("10.00"), "theirs": cny("12.00"), "difference": cny("2.00")}


OPEN = no("open lines", open=[differing("SO-1"), differing("SO-2")])
DIFFERS: dict[Any, Answer] = {MatchStatement: OPEN}


def start(
    answers: dict[Any, Answer] | None = None, whose: str = "carrier", now: datetime = MONDAY
) -> Scenario:
    period = {"first": "2026-10-01", "last": "2026-10-31"}
    case = Scenario(SettlementReconciliation, subject=f"{whose}-1", answers=answers, now=now)
    return case.act("open_period", FINANCE, counterparty=whose, period=period)


def load(total: str = "900", whose: str = "carrier", by: Any = FINANCE) -> Any:
    return act("load", by, counterparty=whose, statement="file:1", statement_total=total, ledger_total="880")


def rest(amount: str = "-1.00") -> Any:
    return act("to_approval", FINANCE, remaining=amount)


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
    Path("a matter of time", (load(), act("carry_over", FINANCE, lines=[{"line": "SO-2", "amount": "5"}])), "carried_forward", answers=DIFFERS),
    Path("the bank has the wrong account", (load(), APPROVE, act("pay_failed", BANK_FEED)), "approval"),
    Path("the wrong statement", (VOID,), "void"),
    Path("the gm approves a large one", (load("60000"), act("approve", GM, note="ok"), paid("60000")), "settled"),
    Path("explained in three days", (load(), ASK, hours(72)), "explaining", notified=[FINANCE, GM, OPS_MANAGER], missed=["month_by_the_tenth", "explaining"], answers=DIFFERS),
]  # fmt: skip

REFUSALS = [
    Refused("another one's statement", (load(whose="supplier"),), "/counterparty"),
    Refused("too much left open", (load(), ADJUST, rest("1.01")), "/remaining", answers=DIFFERS),
    Refused("who loaded approves", (load(by=person(FINANCE, "li")), act("approve", person(OPS_MANAGER, "li"), note="ok")), "somebody else"),
    Refused("too large for the manager", (load("50000"), APPROVE), "the gm approves"),
    Refused("more than the statement", (load(), APPROVE, paid("902")), "/amount"),
    Refused("in another currency", (load(), APPROVE, paid({"amount": "900", "currency": "USD"})), "/amount"),
    Refused("income less expense", (load(), APPROVE, paid(), report("61")), "/balance"),
    Refused("finance approves", (load(), act("approve", FINANCE, note="ok")), "not_your_role"),
    Refused("matched by hand", (act("match", FINANCE),), "not_possible_now"),
]  # fmt: skip

MESSAGES = {
    "differ": {"statement_differs to finance"},
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
    assert left == {("restart", "data_loaded", "void"), ("restart", "matching", "void")}  # passed in one step


def test_all_who_know_may_answer() -> None:
    for by in (OPS_SPECIALIST, PURCHASING):
        assert walk(start(DIFFERS), (load(), ASK, reply(by))).stage == "differences"


def test_a_large_payout_is_the_managers() -> None:
    assert walk(start(whose="platform"), (load("90000", "platform"), APPROVE)).stage == "paying"


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
