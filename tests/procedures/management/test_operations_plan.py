"""Operations plans: every move, every refusal, every limit."""
# ruff: noqa: E501 - a row of a table stays on its line

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from activities.registers.contract import KeepRecord
from tests.procedures.paths import Act, Answers, Path, Refused, act, each, messages, untaken, walk, walked
from tests.scenario import Scenario, opened_by_calendar, person
from workflows.language.timing import days
from workflows.procedures.management.operations_plan import OperationsPlan
from workflows.vocabulary import CS_SUPERVISOR, FINANCE, GM, OPS_MANAGER, OPS_SPECIALIST, PROMOTER, PURCHASING

PLAN: dict[str, Any] = {
    "background": ["春茶上市"],
    "direct_purpose": "一季度销售增长三成",
    "indirect_purposes": ["提高复购"],
    "goals": [{"metric": "gmv", "number": 900000, "date": "2027-03-31"}],
    "strategy": "主推春茶，联动会员日",
    "target_market": "华东",
    "target_buyers": "25–40 岁",
    "positioning": "中高端",
    "sales_channels": ["天猫", "京东"],
    "schedule": [{"task": "上新", "owner": "li", "start": "2027-01-01", "end": "2027-03-31"}],
    "resources": "两名运营",
    "budget": "80000",
    "kpis": [{"metric": "gmv", "target": 900000}],
}
RESULTS: dict[str, Any] = {
    "results": [{"metric": "gmv", "target": 900000, "actual": 950000}],
    "lessons": "早备货",
}
FINDING = {"finding": "进度正常"}


def start(answers: Answers | None = None, **changes: Any) -> Scenario:
    return Scenario(OperationsPlan, subject="2027Q1", answers=answers).act(
        "draft", OPS_MANAGER, **(PLAN | changes)
    )


def again(**changes: Any) -> Act:
    return act("draft", OPS_MANAGER, **(PLAN | changes))


REVIEW = (act("send_review", OPS_MANAGER),)
SENT = (*REVIEW, act("comments_done", OPS_MANAGER, comments=[{"department": "财务", "comment": "预算可行"}]))
ACTIVE = (*SENT, act("approve", GM, note="同意"))
RETURNED = (*SENT, act("return_plan", GM, note="目标太低"))
HALF = (*ACTIVE, days(85))
NEW: dict[str, Any] = {
    "finding": "流量不足",
    "change": "预算加 1 万，上新提前",
    "new_goals": [PLAN["goals"][0] | {"number": 950000}],
    "new_schedule": [PLAN["schedule"][0] | {"end": "2027-03-20", "owner": "wang"}],
    "new_budget": "90000",
    "new_kpis": [{"metric": "gmv", "target": 950000}],
}
REVISED = (*HALF, act("revise", OPS_MANAGER, **NEW))

PATHS = [
    Path("checked by itself", (), "self_check"),
    Path("heads comment", REVIEW, "review", notified=[FINANCE, PURCHASING, CS_SUPERVISOR]),
    Path("approved", ACTIVE, "active", effects=["Message", "KeepRecord"]),
    Path("rejected", (*SENT, act("reject", GM, note="不做")), "rejected", effects=["Message"]),
    Path("it comes back", RETURNED, "drafted"),
    Path("written anew", (*RETURNED, act("draft", OPS_SPECIALIST, **PLAN)), "self_check"),
    Path("half way", HALF, "mid_review"),
    Path(
        "on course, looked at once", (*HALF, act("keep_going", OPS_MANAGER, **FINDING), days(100)), "active"
    ),
    Path("revised", REVISED, "revised"),
    Path("not approved again in a week", (*REVISED, days(7)), "revised", missed=["revised"]),
    Path(
        "approved again",
        (*REVISED, act("reapprove", GM, note="可以")),
        "active",
        effects=["Message", "KeepRecord", "Message", "Message", "KeepRecord"],
    ),
    Path(
        "not changed after all",
        (*REVISED, act("keep_as_it_was", GM, note="预算不变")),
        "active",
        effects=["Message", "KeepRecord"],
    ),
    Path("a head comments", (*REVIEW, act("comment", FINANCE, comment="预算可行")), "review"),
    Path(
        "not finished in time",
        (*HALF, act("keep_going", OPS_MANAGER, **FINDING), days(53)),
        "active",
        missed=["active"],
    ),
    Path(
        "completed",
        (*HALF, act("keep_going", OPS_MANAGER, **FINDING), days(60), act("finish", OPS_MANAGER, **RESULTS)),
        "completed",
        effects=["Message", "KeepRecord"],
    ),
    Path(
        "stopped",
        (*ACTIVE, act("stop", GM, reason="转型")),
        "stopped",
        effects=["Message", "KeepRecord", "Message", "Message", "StrikeRecord"],
    ),
    Path("stopped half way", (*HALF, act("stop", GM, reason="转型")), "stopped"),
    Path("stopped when it was to be changed", (*REVISED, act("stop", GM, reason="转型")), "stopped"),
    Path("decided in a week", (*SENT, days(7)), "approval", missed=["approval"]),
    Path("ten days before", (days(29),), "self_check", notified=[GM], missed=["planned_in_time"]),
]

REFUSALS = [
    Refused("too much background", (*RETURNED, again(background=list("abcd"))), "/background"),
    Refused("too many purposes", (*RETURNED, again(indirect_purposes=list("abc"))), "/indirect"),
    Refused(
        "a goal that is no number",
        (*RETURNED, again(goals=[PLAN["goals"][0] | {"number": "多"}])),
        "/goals",
    ),
    Refused(
        "ends before it starts",
        (*RETURNED, again(schedule=[PLAN["schedule"][0] | {"end": "2026-12-31"}])),
        "/schedule",
    ),
    Refused("a promoter plans", (*RETURNED, act("draft", PROMOTER, **PLAN)), "not_your_role"),
    Refused("the manager approves", (*SENT, act("approve", OPS_MANAGER, note="x")), "not_your_role"),
    Refused("sent before it is written anew", (*RETURNED, *REVIEW), "not_possible_now"),
    Refused("nothing changes", (*HALF, act("revise", OPS_MANAGER, **NEW | {"change": ""})), "/change"),
    Refused("one goal twice", (*HALF, act("revise", OPS_MANAGER, **NEW | {"new_goals": 2 * NEW["new_goals"]})), "/new_goals"),
    Refused("a promoter comments", (*REVIEW, act("comment", PROMOTER, comment="x")), "not_your_role"),
    Refused("finished before it begins", (*ACTIVE, act("finish", OPS_MANAGER, **RESULTS)), "last day"),
    Refused("another target than the plan's", (*ACTIVE, act("finish", OPS_MANAGER, **RESULTS | {"results": [RESULTS["results"][0] | {"target": 1}]})), "/results"),
    Refused("who sent it approves", (*REVIEW, act("comments_done", person(OPS_MANAGER, "li")), act("approve", person(GM, "li"), note="x")), "somebody else"),
    Refused(
        "a goal isn't compared",
        (*ACTIVE, act("finish", OPS_MANAGER, **RESULTS | {"results": [RESULTS["results"][0] | {"metric": "uv"}]})),
        "/results",
    ),
]  # fmt: skip

MESSAGES = {
    "stop": {"action_off", "at_its_end"},
    "keep_as_it_was": {"plan_kept to ops_manager"},
    "send_review": {
        "plan_to_comment to cs_supervisor",
        "plan_to_comment to finance",
        "plan_to_comment to purchasing",
    },
    "return_plan": {"not_approved", "plan_returned to ops_manager"},
    "reject": {"not_approved", "plan_returned to ops_manager"},
    "approve": {"action_yours"},
    "reapprove": {"action_off", "action_yours"},
    "revise": {"plan_revised to gm"},
}


@each(PATHS)
def test_path(line: Path) -> None:
    line.check(start)


@each(REFUSALS)
def test_refusal(line: Refused) -> None:
    line.check(start)


@pytest.mark.parametrize(
    "changes",
    [
        {"background": ["春茶", "春茶"]},
        {"indirect_purposes": [PLAN["direct_purpose"]]},
        {"goals": 2 * PLAN["goals"]},
    ],
)
def test_out_of_form(changes: dict[str, Any]) -> None:
    case = start(**changes)
    assert (case.stage, case.notified) == ("drafted", [OPS_MANAGER])
    assert case.steps[-1].followed == ["check_form", "form_fail"]
    assert messages([case]) == {case.steps[-1].event: {"plan_not_in_form to ops_manager"}}
    assert case.act("draft", OPS_MANAGER, **PLAN).stage == "self_check"


def test_each_event_sends_its_messages() -> None:
    assert messages(walked(start, PATHS)) == MESSAGES


def test_every_move_is_taken() -> None:
    assert untaken(OperationsPlan, start, PATHS) <= {("form_fail", "self_check", "drafted")}


def test_the_targets() -> None:
    (kept,) = walk(start(), ACTIVE).effects(KeepRecord)
    assert (kept.book, kept.entry, kept.data["kpis"][0]["metric"]) == ("targets", "2027Q1", "gmv")


@pytest.mark.parametrize(
    ("month", "day", "subject"), [(11, 20, "2027"), (6, 10, "2026-Q3"), (12, 10, "2027-Q1")]
)
def test_the_calendar_asks_for_the_next_quarters_and_years_plan(month: int, day: int, subject: str) -> None:
    now = datetime(2026, month, day, 1, tzinfo=UTC)
    assert [opening.subject for opening in opened_by_calendar(OperationsPlan, now)] == [subject]


def test_an_outline_of_another_case_waits_to_be_written() -> None:
    case = Scenario(OperationsPlan, subject="2027-Q1").act("draft", **PLAN)
    assert case.stage == "drafted"
    assert case.act("draft", OPS_SPECIALIST, **PLAN).stage == "self_check"


def test_a_project_has_no_planning_day() -> None:
    short = [PLAN["schedule"][0] | {"end": "2027-01-20"}]
    assert start(schedule=short).wait(days(60)).missed == []


def test_kind_11_a_plan_is_finished_at_its_end_against_its_own_targets() -> None:
    Refused("x", (*ACTIVE, act("finish", OPS_MANAGER, **RESULTS)), "last day").check(start)


def test_kind_35_two_people_make_a_plan() -> None:
    alone = (
        *REVIEW,
        act("comments_done", person(OPS_MANAGER, "li")),
        act("approve", person(GM, "li"), note="x"),
    )
    Refused("x", alone, "somebody else").check(start)


def test_kind_55_what_is_changed_half_way_is_what_counts_from_then_on() -> None:
    case = walk(start(), (*REVISED, act("reapprove", GM, note="可以")))
    kept = case.effects(KeepRecord)[-1]
    assert (kept.data["goals"][0]["number"], kept.data["budget"]) == ("950000", "90000.00 CNY")
    assert kept.data["period"] == {"first": "2027-01-01", "last": "2027-03-20"}
    finish = act("finish", OPS_MANAGER, **RESULTS)
    Refused(
        "the old goal", (*REVISED, act("reapprove", GM, note="可以"), days(50), finish), "/results"
    ).check(start)


def test_kind_55_a_change_that_isnt_approved_changes_nothing() -> None:
    case = walk(start(), (*REVISED, act("keep_as_it_was", GM, note="预算不变")))
    assert (case.case.goals[0].number, str(case.case.budget)) == (900000, "80000.00 CNY")


def test_kind_56_a_plan_that_nobody_finishes_is_heard_of() -> None:
    case = walk(start(), (*HALF, act("keep_going", OPS_MANAGER, **FINDING), days(70)))
    assert (case.stage, case.missed, case.notified[-2:]) == ("active", ["active"], [OPS_MANAGER, GM])


def test_kind_34_the_heads_say_themselves_what_they_think() -> None:
    case = walk(
        start(),
        (*REVIEW, act("comment", FINANCE, comment="预算可行"), act("comment", PURCHASING, comment="来得及")),
    )
    assert [(one.department, one.comment) for one in case.case.comments] == [
        ("财务", "预算可行"),
        ("采购", "来得及"),
    ]


def test_a_comment_that_comes_while_the_others_are_noted_is_kept() -> None:
    case = walk(start(), (*REVIEW, act("comment", PURCHASING, comment="来得及"), SENT[-1]))
    assert {one.comment for one in case.case.comments} == {"预算可行", "来得及"}
