"""Compliance inspections: every move, every refusal, every limit."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from activities.cases.contract import OpenCase
from activities.registers.contract import KeepRecord
from tests.procedures.paths import Answers, Path, Refused, Step, act, each, messages, untaken, walk, walked
from tests.scenario import Scenario, opened_by_calendar, person
from workflows.language.refusals import InvalidForm, Refusal
from workflows.language.timing import days
from workflows.procedures.management.compliance_inspection import INSPECTED, ComplianceInspection
from workflows.vocabulary import CS_SUPERVISOR, GM, OPS_MANAGER, PURCHASING, SUPERVISION, WAREHOUSE_SUPERVISOR

CASES = [f"inbound_receiving:shop:IN-{n}" for n in range(5)]
SAMPLE = {"department": "warehouse", "procedure": "inbound_receiving", "sample_cases": CASES}
FOUND: dict[str, Any] = {
    "findings": [
        {"case": CASES[0], "rule": "当日入账", "fault": "晚一天", "severity": "minor"},
        {"case": CASES[1], "rule": "双人签字", "fault": "缺主管签字", "severity": "major"},
    ],
    "advice": "每日 17 点核对签字",
}
PLAN = {"actions": [{"action": "补签", "owner": "wh-1", "due": "2026-12-01"}]}


def start(answers: Answers | None = None) -> Scenario:
    return Scenario(ComplianceInspection, subject="202611-wh", answers=answers).act(
        "plan", SUPERVISION, **SAMPLE
    )


SAMPLING = (act("sample", SUPERVISION, **SAMPLE),)
FINDINGS = (*SAMPLING, act("raise_finding", SUPERVISION, **FOUND))
REPLIED = (*FINDINGS, act("reply", WAREHOUSE_SUPERVISOR, accepted=True, comment="属实"))
AGREED = (*REPLIED, act("agree_plan", SUPERVISION, **PLAN))
CORRECTED = (*AGREED, act("corrected", WAREHOUSE_SUPERVISOR, proof=["file:p-1"]))

OBJECTED = (*FINDINGS, act("reply", WAREHOUSE_SUPERVISOR, accepted=False, comment="当日已入账"))
ESCALATED = (*CORRECTED, act("not_fixed", SUPERVISION, result="仍缺"))

PATHS = [
    Path("nothing found", (*SAMPLING, act("no_finding", SUPERVISION, note="合规")), "closed"),
    Path("put right", (*CORRECTED, act("verify", SUPERVISION, result="有效")), "closed", opened=["process_improvement"],
         effects=["Message", "Message"]),
    Path("the wrong department", (act("call_off", SUPERVISION, reason="选错部门"),), "called_off"),
    Path("the wrong cases", (*SAMPLING, act("call_off", GM, reason="抽样有误")), "called_off"),
    Path("not put right", ESCALATED, "escalated", effects=["Message", "Message", "KeepRecord"]),
    Path("the general manager settles it", (*ESCALATED, act("settle", GM, result="警告一次")), "settled"),
    Path("the general manager insists", (*ESCALATED, act("insist", GM, **PLAN)), "correction"),
    Path("the general manager is silent", (*ESCALATED, days(8)), "escalated", missed=["escalated"]),
    Path("nothing happens", (*AGREED, days(14)), "escalated", effects=["Message", "Message", "KeepRecord"]),
    Path("given up before", (*AGREED, act("not_fixed", SUPERVISION, result="拒不整改")), "escalated"),
    Path("a reply in three days", (*FINDINGS, days(3)), "findings", missed=["findings"]),
    Path("an objection that holds", (*OBJECTED, act("drop_findings", SUPERVISION, reason="入账单已补查到")), "closed",
         effects=["Message"]),
    Path("an objection that doesn't", (*OBJECTED, act("agree_plan", SUPERVISION, **PLAN, why_it_stands="单据晚一天")),
         "correction"),
]  # fmt: skip

REFUSALS = [
    Refused(
        "too few", (act("sample", SUPERVISION, **SAMPLE | {"sample_cases": CASES[:4]}),), "/sample_cases"
    ),
    Refused(
        "one twice",
        (act("sample", SUPERVISION, **SAMPLE | {"sample_cases": CASES[:4] + CASES[:1]}),),
        "/sample_cases",
    ),
    Refused(
        "outside the sample",
        (
            *SAMPLING,
            act("raise_finding", SUPERVISION, **FOUND | {"findings": [FOUND["findings"][0] | {"case": "x"}]}),
        ),
        "/findings",
    ),
    Refused(
        "who corrected verifies",
        (
            *AGREED,
            act("corrected", person(WAREHOUSE_SUPERVISOR, "li"), proof=["file:p"]),
            act("verify", person(SUPERVISION, "li"), result="x"),
        ),
        "somebody else",
    ),
    Refused("without proof", (*AGREED, act("corrected", WAREHOUSE_SUPERVISOR, proof=[])), "/proof"),
    Refused(
        "another department puts it right",
        (*AGREED, act("corrected", PURCHASING, proof=["file:p"])),
        "The department that is inspected",
    ),
    Refused(
        "another department replies",
        (*FINDINGS, act("reply", CS_SUPERVISOR, accepted=True, comment="属实")),
        "The department that is inspected",
    ),
    Refused("an objection unanswered", (*OBJECTED, act("agree_plan", SUPERVISION, **PLAN)), "/why_it_stands"),
    Refused(
        "by yesterday",
        (*REPLIED, act("agree_plan", SUPERVISION, actions=[PLAN["actions"][0] | {"due": "2020-01-01"}])),
        "/actions",
    ),
    Refused("the inspected inspect", (act("sample", OPS_MANAGER, **SAMPLE),), "not_your_role"),
    Refused("verified too early", (*AGREED, act("verify", SUPERVISION, result="有效")), "not_possible_now"),
]

MESSAGES = {
    "verify": {"request_decided"},
    "agree_plan": {"action_yours", "request_decided"},
    "drop_findings": {"request_decided"},
    "insist": {"action_yours"},
    "settle": {"inspection_settled to supervision", "request_decided"},
    "raise_finding": {"inspection_findings to warehouse_supervisor"},
    "not_fixed": {"inspection_not_fixed to gm", "request_decided"},
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
    assert untaken(ComplianceInspection, start, PATHS) == set()


def test_the_calendars_inspection_is_planned_by_a_person() -> None:
    openings = opened_by_calendar(ComplianceInspection, datetime(2026, 12, 1, 1, tzinfo=UTC))
    assert [one.form["department"] for one in openings] == list(INSPECTED)
    opening = openings[0]
    case = Scenario(ComplianceInspection, subject=opening.subject).await_start(**opening.form)
    assert case.offers(SUPERVISION) == ["plan", "leave_out"]
    with pytest.raises(InvalidForm, match="/sample_cases"):
        case.act("plan", SUPERVISION)
    case.act("plan", SUPERVISION, sample_cases=SAMPLE["sample_cases"])
    assert (case.stage, case.case.procedure) == ("planned", "complaint")


def test_the_gm_hears_and_the_appraisal_too() -> None:
    case = walk(start(), (*CORRECTED, act("not_fixed", SUPERVISION, result="仍缺")))
    (kept,) = case.effects(KeepRecord)
    assert (kept.book, kept.data["result"], len(kept.data["findings"])) == ("appraisal_entries", "仍缺", 2)
    assert case.notified[-1] is GM


def test_the_worst_finding_becomes_an_improvement() -> None:
    (opened,) = walk(start(), AGREED).effects(OpenCase)
    assert (opened.form["problem"], opened.form["procedure"]) == ("双人签字: 缺主管签字", "inbound_receiving")


def test_kind_61_the_inspectors_delay_is_not_the_departments() -> None:
    """Who has given the proof in time isn't punished for it: supervision is late, and the gm hears so."""
    case = walk(start(), (*CORRECTED, days(30)))
    assert (case.stage, case.effects(KeepRecord)) == ("verified", [])
    assert "verified" in case.missed
    assert GM in case.notified


def test_kind_61_the_department_has_until_the_day_that_was_agreed() -> None:
    later = {"actions": [PLAN["actions"][0] | {"due": "2026-12-31"}]}
    agreed = (*REPLIED, act("agree_plan", SUPERVISION, **later))
    assert walk(start(), (*agreed, days(20))).stage == "correction"
    assert walk(start(), (*agreed, days(45))).stage == "escalated"


@pytest.mark.parametrize("steps", [(), SAMPLING, CORRECTED, ESCALATED])
def test_kind_35_the_inspected_dont_stop_the_inspection(steps: tuple[Step, ...]) -> None:
    """The operations manager answers for a department too, and a stop would strike the entry of the appraisal."""
    case = walk(start(), steps)
    for who in (OPS_MANAGER, WAREHOUSE_SUPERVISOR):
        assert {"stop_case", "call_off"}.isdisjoint(case.offers(who))
        with pytest.raises(Refusal):
            case.act("stop_case", who, reason="不查了")


def test_what_is_put_right_in_the_end_isnt_kept_as_not_put_right() -> None:
    again = (act("insist", GM, **PLAN), CORRECTED[-1], act("verify", SUPERVISION, result="有效"))
    case = walk(start(), (*ESCALATED, *again))
    assert (case.stage, case.kinds.count("StrikeRecord")) == ("closed", 1)
