"""Major decision approval: every move, every refusal, every limit."""

from __future__ import annotations

import pytest

from activities.cases.contract import TellParent
from activities.messages.contract import Notify
from tests.procedures.paths import Answers, Path, Refused, act, each, messages, untaken, walk, walked
from tests.scenario import Scenario, person
from workflows.language.memory import Actor, Parent
from workflows.language.refusals import Refusal
from workflows.language.timing import days
from workflows.procedures.management.major_decision_approval import MajorDecisionApproval
from workflows.vocabulary import CS_AGENT, GM, OPS_MANAGER, STAFF

MATTER = {
    "kind": "campaign",
    "summary": "双十一大促",
    "cost": "49999",
    "benefit": "销售 30 万",
    "risk": "备货过多",
    "needed_by": "2026-12-10",
}
REPORT = {"reported_to": ["gm-1"], "reported_at": "2026-11-23T01:00:00Z"}


def start(answers: Answers | None = None, parent: Parent | None = None, **changes: str) -> Scenario:
    case = Scenario(MajorDecisionApproval, subject="D-1", answers=answers, parent=parent)
    return case.act("submit", STAFF, **(MATTER | changes))


def large(answers: Answers | None = None) -> Scenario:
    return start(answers, cost="50000")


TAKEN = (act("take_up", OPS_MANAGER),)
YES = (*TAKEN, act("manager_yes", OPS_MANAGER, opinion="可行"))
MORE = (*TAKEN, act("ask_more", OPS_MANAGER, opinion="补充风险"))

PATHS = [
    Path("approved and reported", (*YES, act("report_done", OPS_MANAGER, **REPORT)), "approved"),
    Path("the manager says no", (*TAKEN, act("manager_no", OPS_MANAGER, opinion="太贵")), "rejected"),
    Path("more is asked", MORE, "more_wanted"),
    Path(
        "more is said",
        (*MORE, act("add_facts", STAFF, risk="备货过多，可退供应商"), *TAKEN),
        "manager_review",
    ),
    Path("nobody says more", (*MORE, days(15)), "expired"),
    Path("given up instead", (*MORE, act("withdraw", STAFF)), "withdrawn"),
    Path("withdrawn at once", (act("withdraw", STAFF),), "withdrawn"),
    Path("withdrawn later", (*TAKEN, act("withdraw", STAFF, reason="不做了")), "withdrawn"),
    Path(
        "nobody takes it up",
        (days(15),),
        "expired",
        notified=[OPS_MANAGER, GM, OPS_MANAGER],
        missed=["manager_in_time"],
    ),
    Path("nobody decides", (*TAKEN, days(15)), "expired"),
    Path("two working days", (days(2),), "submitted", notified=[OPS_MANAGER, GM], missed=["manager_in_time"]),
]

LARGE = [
    Path("goes to the gm", YES, "gm_review", notified=[OPS_MANAGER, GM]),
    Path("the gm says yes", (*YES, act("gm_yes", GM, opinion="同意")), "approved"),
    Path("the gm says no", (*YES, act("gm_no", GM, opinion="不同意")), "rejected"),
    Path("the gm is silent", (*YES, days(15)), "expired"),
    Path(
        "the gm is late",
        (*YES, days(3)),
        "gm_review",
        notified=[OPS_MANAGER, GM, OPS_MANAGER, GM],
        missed=["gm_review"],
    ),
    Path(
        "the gm is reminded daily",
        (*YES, days(5)),
        "gm_review",
        notified=[OPS_MANAGER, GM, OPS_MANAGER, *3 * [GM]],
    ),
]

REFUSALS = [
    Refused("a colleague withdraws", (act("withdraw", person(STAFF, "wang")),), "Whoever asked"),
    Refused("somebody else takes it up", (act("take_up", CS_AGENT),), "not_your_role"),
    Refused("an opinion is needed", (*TAKEN, act("manager_no", OPS_MANAGER)), "/opinion"),
    Refused(
        "reported ahead of time",
        (*YES, act("report_done", OPS_MANAGER, **REPORT | {"reported_at": "2026-12-24T01:00:00Z"})),
        "/reported_at",
    ),
    Refused(
        "reported to nobody",
        (*YES, act("report_done", OPS_MANAGER, **REPORT | {"reported_to": []})),
        "/reported_to",
    ),
    Refused(
        "a colleague says more", (*MORE, act("add_facts", person(STAFF, "wang"))), "Whoever asked for it says"
    ),
    Refused("too late to withdraw", (*YES, act("withdraw", STAFF)), "not_possible_now"),
]

MESSAGES = {
    "submit": {"decision_wanted to ops_manager"},
    "add_facts": {"decision_wanted to ops_manager"},
    "report_done": {"decision_reported", "request_decided"},
    "lapse": {"decision_lapsed to ops_manager", "request_decided"},
    "manager_no": {"request_decided"},
    "ask_more": {"request_decided"},
}


@each(PATHS)
def test_path(line: Path) -> None:
    line.check(start)


@each(LARGE)
def test_large(line: Path) -> None:
    line.check(large)


@each(REFUSALS)
def test_refusal(line: Refused) -> None:
    line.check(start)


def test_each_event_sends_its_messages() -> None:
    assert messages(walked(start, PATHS)) == MESSAGES


def test_every_move_is_taken() -> None:
    small, big = (
        untaken(MajorDecisionApproval, begin, paths) for begin, paths in ((start, PATHS), (large, LARGE))
    )
    assert small & big == set()


def test_above_the_limit_the_manager_does_not_decide_alone() -> None:
    line = Refused("x", (*YES, act("report_done", OPS_MANAGER, **REPORT)), "not_possible_now")
    line.check(large)


def test_a_purchase_plan_goes_to_the_gm_whatever_it_costs() -> None:
    case = start(source_case="procurement:shop:PO-1")
    for step in YES:
        case.act(step.event, step.by, **step.form)
    assert case.stage == "gm_review"


def test_the_waiting_case_hears_of_it() -> None:
    parent = Parent(case="campaign:shop:CP-1", link="decision", waits=True, wants=("approved", "rejected"))
    case = start(parent=parent)
    for step in (*YES, act("report_done", OPS_MANAGER, **REPORT)):
        case.act(step.event, step.by, **step.form)
    (report,) = case.effects(TellParent)
    assert (report.stage, report.ended, report.result) == ("approved", True, {"opinion": "可行"})
    assert case.effects(Notify)[0].data["summary"] == "双十一大促"


def test_kind_35_nobody_decides_their_own_matter() -> None:
    case = Scenario(MajorDecisionApproval, subject="D-1").act("submit", person(STAFF, "li"), **MATTER)
    case.act("take_up", OPS_MANAGER)
    with pytest.raises(Refusal, match="somebody else"):
        case.act("manager_yes", person(OPS_MANAGER, "li"), opinion="可行")


def test_kind_62_a_case_that_waits_isnt_left_without_a_decision() -> None:
    """A lapse would leave it nothing but to give up; who can decide hears that it is late instead."""
    parent = Parent(case="campaign:shop:CP-1", link="decision", waits=True, wants=("approved", "rejected"))
    case = start(parent=parent).wait(days(40))
    assert (case.stage, case.missed) == ("submitted", ["manager_in_time", "needed_in_time"])
    assert case.act("take_up", OPS_MANAGER).act("manager_no", OPS_MANAGER, opinion="太迟").stage == "rejected"


def test_kind_49_where_another_case_asked_its_people_hear_what_is_missing() -> None:
    parent = Parent(case="campaign:shop:CP-1", link="decision", waits=True, wants=("approved", "rejected"))
    case = Scenario(MajorDecisionApproval, subject="D-1", parent=parent).act("submit", None, **MATTER)
    walk(case, MORE)
    assert messages([case])["ask_more"] == {"decision_more_wanted to promoter"}
    assert case.act("add_facts", STAFF, risk="可退供应商").stage == "submitted"


CAMPAIGN = Parent(case="campaign:shop:CP-1", link="decision", waits=True, wants=("approved", "rejected"))


def asked_by_a_campaign() -> Scenario:
    case = Scenario(MajorDecisionApproval, subject="D-1", parent=CAMPAIGN)
    return walk(case.act("submit", None, **MATTER | {"cost": "50000"}), MORE)


def test_kind_35_who_says_more_for_another_case_doesnt_approve_it() -> None:
    li = Actor(id="li", roles=frozenset({STAFF, OPS_MANAGER, GM}))
    case = walk(asked_by_a_campaign(), (act("add_facts", li), *TAKEN))
    with pytest.raises(Refusal, match="somebody else"):
        case.act("manager_yes", li, opinion="可行")
    case.act("manager_yes", OPS_MANAGER, opinion="可行")
    with pytest.raises(Refusal, match="somebody else"):
        case.act("gm_yes", li, opinion="可行")
    assert case.act("gm_yes", GM, opinion="可行").stage == "approved"


def test_kind_35_what_another_case_costs_isnt_made_less_on_the_way_to_the_gm() -> None:
    case = asked_by_a_campaign()
    with pytest.raises(Refusal, match="Another case asked") as refused:
        case.act("add_facts", STAFF, cost="1")
    assert "/cost" in str(refused.value.errors)
    assert walk(case, (act("add_facts", STAFF, risk="可退供应商"), *YES)).stage == "gm_review"


def test_whoever_asked_may_say_another_cost() -> None:
    assert walk(start(), (*MORE, act("add_facts", STAFF, cost="50000"), *YES)).stage == "gm_review"
