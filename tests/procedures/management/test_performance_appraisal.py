"""Performance appraisal: every move, every refusal, every limit."""
# ruff: noqa: E501 - a row of a table stays on its line

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from activities.cases.contract import OpenCase
from activities.figures.contract import ReadFigures
from activities.messages.contract import Message
from activities.settlement.contract import BeginPay, BookStaffPay
from models.values import yuan
from tests.procedures.paths import Path, Refused, act, each, messages, untaken, walk
from tests.scenario import Answer, Scenario, no, person
from workflows.language.refusals import Refusal
from workflows.language.timing import days
from workflows.procedures.management.performance_appraisal import PerformanceAppraisal
from workflows.vocabulary import FINANCE, GM, HR, OPS_MANAGER, STAFF

LI = person(STAFF, "li")
JULY = datetime(2026, 7, 2, 2, tzinfo=UTC)
MEASURES = [
    {"metric": "sales", "weight": "50", "target": "100000"},
    {"metric": "order_efficiency", "weight": "30", "target": "95"},
    {"metric": "satisfaction", "weight": "20", "target": "4.8"},
]
SCORES = [{"metric": metric, "score": "80"} for metric in ("sales", "order_efficiency", "satisfaction")]


def fresh(answers: dict[Any, Answer] | None = None) -> Scenario:
    return Scenario(PerformanceAppraisal, subject="li-2026H2", answers=answers, now=JULY)


def start(answers: dict[Any, Answer] | None = None) -> Scenario:
    return fresh(answers).act("set_targets", OPS_MANAGER, measures=MEASURES)


def rate(total: str = "80", scores: Any = SCORES, by: Any = OPS_MANAGER) -> Any:
    return act("rate", by, scores=scores, comment="good", total=total)


def reward(kind: str = "bonus", amount: str | None = "500", by: Any = GM) -> Any:
    return act("apply_reward", by, reward=kind, amount=amount)


ACCEPT = act("accept_targets", LI, agreed=True)
OVER = (ACCEPT, days(183))
SELF = (*OVER, act("self_rate", LI, scores=SCORES))
RATED = (*SELF, rate())
CALIBRATED = (*RATED, act("calibrate", GM, final="82"))
TALKED = {"grade": "good", "talked_at": "2027-01-01T02:00:00Z"}
TOLD = (*CALIBRATED, act("tell_result", OPS_MANAGER, **TALKED))
APPEAL = act("appeal", LI, grounds="peak")
CONFIRMED = (*TOLD, act("confirm", LI, agreed=True))
LEAVE = act("leave", HR, date="2026-08-01")

PATHS = [
    Path("rewarded", (*CONFIRMED, reward()), "closed", effects=["Message", "BeginPay", "Message", "ReadFigures", "Message", "Message", "KeepRecord", "BookStaffPay"], missed=[]),
    Path("no money", (*CONFIRMED, reward("improvement_plan", None)), "closed", effects=["Message", "BeginPay", "Message", "ReadFigures", "Message", "Message", "KeepRecord"], opened=["training"]),
    Path("appealed", (*TOLD, APPEAL, act("appeal_done", GM, decision="kept")), "result_told"),
    Path("silent", (*TOLD, days(7)), "confirmed"),
    Path("without a rating of one's own", (*OVER, days(10), rate(), act("calibrate", GM, final="80")), "calibration"),
    Path("judged in another case", (), "void", notified=[OPS_MANAGER], answers={BeginPay: no("performance_appraisal:tmall:x")}),
    Path("left before", (LEAVE,), "void"),
    Path("left meanwhile", (ACCEPT, LEAVE), "void"),
    Path("targets in ten days", (days(9),), "targets_set", notified=[GM], missed=["targets_set"]),
    Path("rated in twenty days", (*SELF, days(20)), "self_review", notified=[GM], missed=["rated_in_time"]),
    Path("an appeal in a week", (*TOLD, APPEAL, days(7)), "appealed", notified=[GM, GM], missed=["appealed"]),
    Path("the cycle ends", (*SELF, days(60)), "self_review", notified=[GM, HR]),
]  # fmt: skip

REFUSALS = [
    Refused("a colleague accepts", (act("accept_targets", person(STAFF, "wang"), agreed=True),), "employee alone"),
    Refused("a colleague rates for another", (*OVER, act("self_rate", person(STAFF, "wang"), scores=SCORES)), "employee alone"),
    Refused("a colleague appeals", (*TOLD, act("appeal", person(STAFF, "wang"), grounds="x")), "employee alone"),
    Refused("a colleague confirms", (*TOLD, act("confirm", person(STAFF, "wang"), agreed=True)), "employee alone"),
    Refused("one decides one's own appeal", (*TOLD, APPEAL, act("appeal_done", person(GM, "li"), decision="80")), "somebody else"),
    Refused("one's own reward", (*CONFIRMED, act("apply_reward", person(GM, "li"), reward="bonus", amount="500")), "somebody else"),
    Refused("a reward beyond the limit", (*CONFIRMED, reward(amount="50000")), "/amount"),
    Refused("not agreed", (act("accept_targets", LI, agreed=False),), "/agreed"),
    Refused("one measure left out", (*SELF, rate(scores=SCORES[:2])), "/scores"),
    Refused("wrongly weighed", (*SELF, rate("82")), "come to 80.00"),
    Refused("above a hundred", (*SELF, rate("101")), "/total"),
    Refused("compared before it is rated", (*OVER, days(10), act("calibrate", GM, final="80")), "has rated"),
    Refused("rating oneself as the manager", (*SELF, rate(by=person(OPS_MANAGER, "li"))), "somebody else"),
    Refused("rating oneself without a self-rating", (*OVER, days(10), rate(by=person(OPS_MANAGER, "li"))), "somebody else"),
    Refused("told tomorrow", (*CALIBRATED, act("tell_result", OPS_MANAGER, grade="good", talked_at="2027-02-01T02:00:00Z")), "/talked_at"),
    Refused("a bonus of nothing", (*CONFIRMED, reward(amount=None)), "/amount"),
    Refused("money for an improvement plan", (*CONFIRMED, reward("improvement_plan")), "/amount"),
    Refused("the manager compares", (*RATED, act("calibrate", OPS_MANAGER, final="80")), "not_your_role"),
]  # fmt: skip

UNFIT = [
    Refused("one's own targets", (act("set_targets", person(OPS_MANAGER, "li"), measures=MEASURES),), "somebody else"),
    Refused("weights that don't add up", (act("set_targets", OPS_MANAGER, measures=[{**MEASURES[0], "weight": "40"}, *MEASURES[1:]]),), "/measures"),
    Refused("no satisfaction", (act("set_targets", OPS_MANAGER, measures=[{**MEASURES[0], "weight": "70"}, MEASURES[1]]),), "satisfaction"),
    Refused("an operations post has more", (act("set_targets", OPS_MANAGER, measures=MEASURES, post="operations"),), "activity_effect"),
]  # fmt: skip


@each(PATHS)
def test_path(line: Path) -> None:
    line.check(start)


@each(REFUSALS)
def test_refusal(line: Refused) -> None:
    line.check(start)


@each(UNFIT)
def test_unfit_targets(line: Refused) -> None:
    line.check(fresh)


def test_every_move_is_taken() -> None:
    late = {("judged_elsewhere", "period_running", "void")}
    assert untaken(PerformanceAppraisal, start, PATHS) == late


def test_the_half_years() -> None:
    assert (str(start().case.first_day), str(start().case.after)) == ("2026-07-01", "2027-01-01")
    june = Scenario(PerformanceAppraisal, now=datetime(2026, 6, 1, tzinfo=UTC)).act(
        "set_targets", OPS_MANAGER, measures=MEASURES
    )
    assert (str(june.case.first_day), str(june.case.after)) == ("2026-01-01", "2026-07-01")


def test_whose_figures_and_whose_pay() -> None:
    case = walk(start(), (*CONFIRMED, reward()))
    (read,), (paid,) = case.effects(ReadFigures), case.effects(BookStaffPay)
    assert (read.about, str(read.period.last), paid.employee, paid.parts) == (
        "li",
        "2026-12-31",
        "li",
        {"bonus": yuan(500)},
    )


def test_kind_35_an_appeal_that_is_granted_sets_the_points() -> None:
    case = walk(start(), (*TOLD, APPEAL, act("appeal_done", GM, decision="changed to 80", changed_to="80")))
    assert (case.stage, case.case.final) == ("result_told", 80)


def test_kind_35_only_the_employee_speaks_for_themselves() -> None:
    case = start()
    with pytest.raises(Refusal, match="employee alone"):
        case.act("accept_targets", person(STAFF, "wang"), agreed=True)
    assert walk(case, (ACCEPT,)).stage == "period_running"


def test_kind_36_an_employee_hears_of_targets_and_results() -> None:
    case = walk(start(), (*CONFIRMED, reward()))
    assert [(told.to, told.template) for told in case.effects(Message)] == [
        ("li", "appraisal_targets"),
        ("ops_manager", "approved"),
        ("li", "appraisal_result"),
        ("li", "appraisal_reward"),
    ]
    assert messages([walk(start(), (*TOLD, APPEAL))])["appeal"] == {"appraisal_appealed to gm"}


def test_targets_are_somebodys() -> None:
    asked = Scenario(PerformanceAppraisal, subject="staff-2026H2", now=JULY)
    with pytest.raises(Refusal, match="whose targets"):
        asked.act("set_targets", OPS_MANAGER, measures=MEASURES)
    assert asked.act("set_targets", OPS_MANAGER, measures=MEASURES, employee="li").stage == "targets_set"


def test_the_managers_own_half_year_is_judged_by_the_gm() -> None:
    case = fresh().act("set_targets", GM, measures=MEASURES)
    walk(case, (*OVER, act("self_rate", LI, scores=SCORES), rate(by=GM), act("calibrate", GM, final="82")))
    assert case.act("tell_result", GM, **TALKED).stage == "result_told"


def test_a_half_year_is_judged_once() -> None:
    (begun,) = start().effects(BeginPay)
    assert (begun.employee, begun.period) == ("li", "2026-H2")
    assert "GiveUpPay" in walk(start(), (LEAVE,)).kinds
    told = messages([start({BeginPay: no("performance_appraisal:tmall:x judges li")})])
    assert told["judged_elsewhere"] == {"appraisal_elsewhere to ops_manager"}


def test_kind_35_nobody_gives_a_bonus_beyond_what_they_may_grant() -> None:
    for by in (HR, FINANCE):
        Refused("a bonus", (*CONFIRMED, reward(amount="500", by=by)), "/amount").check(start)
        assert walk(start(), (*CONFIRMED, reward("none", None, by))).stage == "closed"


def test_kind_48_who_is_to_improve_gets_no_bonus() -> None:
    told = act("tell_result", OPS_MANAGER, **{**TALKED, "grade": "improve"})
    weak = (*CALIBRATED, told, act("confirm", LI, agreed=True))
    Refused("a bonus all the same", (*weak, reward()), "/reward").check(start)
    assert walk(start(), (*weak, reward("improvement_plan", None, HR))).stage == "closed"


def test_kind_35_whoever_is_judged_doesnt_end_the_judging() -> None:
    manager = person(OPS_MANAGER, "li")
    case = walk(start(), CALIBRATED)
    assert "stop_case" not in case.offers(manager)
    with pytest.raises(Refusal, match="Whom a case is about"):
        case.act("stop_case", manager, reason="不考核")
    assert case.act("stop_case", person(OPS_MANAGER, "wang"), reason="重复").stage == "aborted"


def test_kind_50_the_gm_has_the_managers_own_half_year_in_the_queue() -> None:
    stages = PerformanceAppraisal.declaration.stages
    assert all(GM in stages[key].role for key in ("new", "self_review", "manager_review", "calibration"))


def test_kind_66_who_is_to_improve_is_taught() -> None:
    (opened,) = walk(start(), (*CONFIRMED, reward("improvement_plan", None))).effects(OpenCase)
    assert (opened.procedure, opened.form["group"]) == ("training", ["li"])
