"""Sales data report: every move, every refusal, every limit."""
# ruff: noqa: E501 - a row of a table stays on its line

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from activities.cases.contract import OpenCase, SendEvent
from activities.figures.contract import ReadFigures
from activities.registers.contract import KeepRecord
from tests.procedures.paths import Path, Refused, act, each, messages, untaken, walk, walked
from tests.scenario import Answer, Scenario, no, opened_by_calendar, person, yes
from workflows.language.refusals import InvalidForm
from workflows.language.timing import days, hours
from workflows.procedures.management.sales_data_report import SalesDataReport
from workflows.vocabulary import DATA_ANALYST, FINANCE, GM, OPS_MANAGER

MORNING = datetime(2026, 11, 22, 22, tzinfo=UTC)
BOOKS: dict[Any, Answer] = {
    ReadFigures: yes(sources=["orders", "visits"], conversion_before_pct="2", how={"gmv": "visitors x …"})
}
MISSING: dict[Any, Answer] = {ReadFigures: no("visits aren't in yet")}
PERIOD = {"first": "2026-11-22", "last": "2026-11-22"}


def start(answers: dict[Any, Answer] | None = None, kind: str = "day", now: datetime = MORNING) -> Scenario:
    case = Scenario(SalesDataReport, subject=f"{kind}-1", answers={**BOOKS, **(answers or {})}, now=now)
    return case.act("open_period", kind=kind, period=PERIOD)


def mine(event: str, **form: Any) -> Any:
    return act(event, DATA_ANALYST, **form)


def theirs(event: str, **form: Any) -> Any:
    return act(event, OPS_MANAGER, **form)


def analyse(conversion: str = "2", **more: Any) -> Any:
    form: dict[str, Any] = {
        "orders": 20,
        "sales": "2000",
        "visitors": 1000,
        "conversion_pct": conversion,
        "average_order": "100",
        "gmv": str(10 * 100 * float(conversion)),
        "traffic_by_source": [{"source": "search", "visitors": 1000, "conversion": conversion}],
        "dsr": [{"score": "product", "value": "4.8"}],
        "returns": "100",
        "by_category": [
            {"category": "tea", "role": "traffic", "sales": "2000", "margin": "30", "exposure": 5000, "units": 20, "conversion": "2"}
        ],
        "conversion_by": [{"by": by, "item": "x", "pct": "2"} for by in ("path", "sku", "slot", "time")],
        **more,
    }  # fmt: skip
    return mine("analyse", **form)


def report(event: str, strategy: str = "") -> Any:
    form = {
        "summary": "flat",
        "findings": ["a"],
        "causes": ["b"],
        "advice": ["c"],
        "next_stage_strategy": strategy,
    }
    return mine(event, **form)


CLEAN = mine("clean", rows_in=100, rows_removed=0, data_ok=True)
BAD = mine("clean", rows_in=100, rows_removed=90, reasons=["doubled"], data_ok=False)
REVIEW = (CLEAN, analyse(), report("draft_report"), report("send_review"))
PUBLISHED = (*REVIEW, theirs("publish", readers=["gm", "finance"]))
ACTIONS = theirs("set_actions", actions=[{"action": "cut price", "owner": "li", "due": "2026-11-30"}])

VISITORS = mine("record_visitors", day="2026-11-22", visitors=400, source="platform")
NONE: dict[Any, Answer] = {ReadFigures: yes(orders=0, gmv={"amount": "0"}, sales={"amount": "0"}, visitors=3)}
SALES: dict[Any, Answer] = {
    ReadFigures: yes(
        orders=20, gmv={"amount": "2271.10"}, sales={"amount": "2271.10"}, conversion_before_pct="2"
    )
}

PATHS = [
    Path("out, and acted on", (*PUBLISHED, ACTIONS, theirs("actions_done", note="done")), "closed", effects=["ReadFigures", "Message"], opened=["process_improvement"], notified=[GM, FINANCE], missed=[]),
    Path("on course", (*PUBLISHED, theirs("no_action", note="fine")), "closed", opened=[]),
    Path("sent back", (*REVIEW, theirs("rework", note="why?")), "analysing"),
    Path("data that can't be trusted", (BAD, mine("data_bad", reason="doubled")), "void", notified=[OPS_MANAGER]),
    Path("visitors are recorded", (VISITORS,), "collecting", effects=["ReadFigures", "KeepRecord", "ReadFigures"]),
    Path("visitors are recorded late", (CLEAN, VISITORS), "cleaning"),
    Path("a day without sales", (CLEAN, mine("analyse")), "analysing", answers=NONE),
    Path("figures of the analyst's own", (CLEAN, analyse(why_different="shop B is missing")), "analysing", notified=[OPS_MANAGER], answers=SALES),
    Path("a source is missing", (CLEAN,), "cleaning", notified=[DATA_ANALYST], answers=MISSING),
    Path("the day's report by ten", (hours(4),), "collecting", notified=[OPS_MANAGER], missed=["short_in_time"]),
]  # fmt: skip

REFUSALS = [
    Refused("more removed than came", (mine("clean", rows_in=1, rows_removed=2, reasons=["x"], data_ok=True),), "/rows_removed"),
    Refused("removed without a reason", (mine("clean", rows_in=2, rows_removed=1, data_ok=True),), "/reasons"),
    Refused("read though it can't be trusted", (BAD, analyse()), "can be trusted"),
    Refused("GMV that doesn't follow", (CLEAN, analyse(gmv="2100")), "come to 2000.00"),
    Refused("conversion by path alone", (CLEAN, analyse(conversion_by=[{"by": "path", "item": "x", "pct": "2"}])), "/conversion_by"),
    Refused("devices that don't add up", (CLEAN, analyse(device_share=[{"device": "pc", "pct": "60"}])), "/device_share"),
    Refused("other figures without a reason", (CLEAN, analyse()), "/why_different", answers=SALES),
    Refused("sales that nobody tells apart", (CLEAN, analyse(by_category=[])), "/by_category"),
    Refused("visitors of another day", (mine("record_visitors", day="2026-11-21", visitors=4, source="x"),), "/day"),
    Refused("who analysed publishes", (CLEAN, act("analyse", person(DATA_ANALYST, "li"), **analyse().form), report("draft_report"), report("send_review"), act("publish", person(OPS_MANAGER, "li"), readers=["gm"])), "somebody else"),
    Refused("for no reader", (*REVIEW, theirs("publish", readers=[])), "/readers"),
    Refused("an action for yesterday", (*PUBLISHED, theirs("set_actions", actions=[{"action": "x", "owner": "li", "due": "2026-11-22"}])), "/actions"),
    Refused("the analyst publishes", (*REVIEW, mine("publish", readers=["gm"])), "not_your_role"),
]  # fmt: skip

MESSAGES = {
    "publish": {"report_published to finance", "report_published to gm"},
    "set_actions": {"action_yours"},
    "data_bad": {"report_data_bad to ops_manager"},
    "collect": {"source_missing to data_analyst"},
    "analyse": {"report_differs to ops_manager"},
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
    assert untaken(SalesDataReport, start, PATHS) == set()


def test_a_special_question_is_about_yesterday() -> None:
    case = Scenario(SalesDataReport, now=MORNING, answers=BOOKS).act("open_period", question="why?")
    assert (case.case.kind, str(case.case.period.first), case.stage) == (
        "special",
        "2026-11-22",
        "collecting",
    )


def test_the_analyst_collects_while_the_books_are_silent() -> None:
    machine = Scenario(SalesDataReport, now=MORNING).machine
    machine.act("open_period", {})
    form = {"sources": ["by hand"], "period": PERIOD}
    assert machine.act("collect", form, actor=person(DATA_ANALYST)).after == ["collecting"]


def test_what_the_books_say_is_shown() -> None:
    assert start().case.figures["sources"] == ["orders", "visits"]


def test_a_sharp_change_is_looked_into() -> None:
    case = walk(start(), (CLEAN, analyse("2.5")))
    (opened,) = case.effects(OpenCase)
    assert (opened.procedure, opened.form["scope"]) == ("conversion_diagnosis", "shop")
    assert case.effects(SendEvent) == []


def test_a_quiet_day_has_the_open_diagnosis_looked_at() -> None:
    (sent,) = walk(start(), (CLEAN, analyse("2.2"))).effects(SendEvent)
    assert (sent.event, sent.where) == ("look_again", {"metric": "conversion", "scope": "shop"})


def test_a_quarter_says_what_comes_next() -> None:
    silent = walk(start(kind="quarter"), (CLEAN, analyse()))
    with pytest.raises(InvalidForm, match="what comes next"):
        walk(silent, (report("draft_report"),))
    steps = (
        CLEAN,
        analyse(),
        report("draft_report", "grow"),
        report("send_review", "grow"),
        *PUBLISHED[-1:],
        ACTIONS,
    )
    plan = walk(start(kind="quarter"), steps).effects(OpenCase)[-1]
    assert (plan.procedure, plan.form["strategy"]) == ("operations_plan", "grow")


@pytest.mark.parametrize(
    ("at", "subject", "first"),
    [
        (datetime(2026, 11, 22, 22, 0, tzinfo=UTC), "2026-11-22", "2026-11-22"),
        (datetime(2026, 11, 22, 22, 10, tzinfo=UTC), "2026-W47", "2026-11-16"),
        (datetime(2026, 11, 30, 22, 20, tzinfo=UTC), "2026-11", "2026-11-01"),
        (datetime(2026, 12, 31, 22, 30, tzinfo=UTC), "2026-Q4", "2026-10-01"),
        (datetime(2026, 12, 31, 22, 40, tzinfo=UTC), "2026", "2026-01-01"),
    ],
    ids=["day", "week", "month", "quarter", "year"],
)
def test_what_the_calendar_opens(at: datetime, subject: str, first: str) -> None:
    (opened,) = opened_by_calendar(SalesDataReport, at)
    assert (opened.subject, opened.form["period"]["first"]) == (subject, first)


@pytest.mark.parametrize(
    ("kind", "opened", "due"),
    [
        ("month", datetime(2026, 11, 30, 22, tzinfo=UTC), datetime(2026, 12, 7, 10, tzinfo=UTC)),
        ("quarter", datetime(2026, 12, 31, 22, tzinfo=UTC), datetime(2027, 1, 10, 10, tzinfo=UTC)),
        ("year", datetime(2026, 12, 31, 22, tzinfo=UTC), datetime(2027, 1, 20, 10, tzinfo=UTC)),
    ],
)
def test_long_reports_have_their_day(kind: str, opened: datetime, due: datetime) -> None:
    case = start(kind=kind, now=opened)
    assert case.case.long_by == due
    assert case.wait(due - opened).notified[-1:] == [GM]


def test_kind_11_the_books_figures_stand_and_the_analysts_are_kept_beside_them() -> None:
    own = analyse(gmv="2000", sales="227110", why_different="read from the back office")
    case = walk(start(SALES), (CLEAN, own))
    assert str(case.case.gmv) == "2271.10 CNY"
    assert [(one.figure, one.books, one.analyst) for one in case.case.differing] == [
        ("sales", "¥2271.10", "¥227110.00"),
        ("gmv", "¥2271.10", "¥2000.00"),
    ]


def test_kind_11_a_day_without_sales_needs_no_rows() -> None:
    assert walk(start(NONE), (CLEAN, mine("analyse"))).stage == "analysing"


def test_kind_11_visitors_are_recorded_so_that_conversion_is_known() -> None:
    (kept,) = walk(start(), (VISITORS,)).effects(KeepRecord)
    assert (kept.book, kept.entry, kept.data["visitors"]) == ("visitors", "2026-11-22", 400)


def test_kind_11_people_open_a_special_report() -> None:
    case = Scenario(SalesDataReport, now=MORNING, answers=BOOKS)
    assert case.act("open_period", DATA_ANALYST, question="why?").stage == "collecting"
    for form, field in (({"kind": "day"}, "number it"), ({}, "answer")):
        with pytest.raises(InvalidForm, match=field):
            Scenario(SalesDataReport, now=MORNING).act("open_period", OPS_MANAGER, **form)


def test_kind_56_actions_are_late_once_they_are_due_and_not_before() -> None:
    later = theirs("set_actions", actions=[{"action": "cut price", "owner": "li", "due": "2026-12-20"}])
    case = walk(start(), (*PUBLISHED, later, days(20)))
    assert case.missed == []
    assert case.wait(days(20)).missed == ["actions_open"]
