"""Process improvement: every move, every refusal, every limit."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from activities.cases.contract import CancelCase, OpenCase
from activities.messages.contract import Message, Notify
from activities.registers.contract import KeepRecord
from tests.procedures.paths import Act, Answers, Path, Refused, act, each, messages, untaken, walk, walked
from tests.scenario import Scenario, opened_by_calendar, person
from workflows.language.timing import days
from workflows.procedures.management.process_improvement import ProcessImprovement
from workflows.vocabulary import CUSTOMER, DATA_ANALYST, GM, OPS_MANAGER, OPS_SPECIALIST, STAFF

CHANGE = [{"metric": "发货时长", "before": 20, "after": 12}]
PROPOSAL = {"change": "按波次拣货", "expected": CHANGE, "new_version": "file:sop-2"}


def suggest(**changes: Any) -> Act:
    return act(
        "suggest",
        STAFF,
        **({"kind": "bottleneck", "procedure": "order_fulfilment", "problem": "拣货慢"} | changes),
    )


def start(answers: Answers | None = None) -> Scenario:
    return Scenario(ProcessImprovement, subject="PI-1", answers=answers)


SUGGESTED = (suggest(),)
TRIAGED = (*SUGGESTED, act("triage", OPS_MANAGER, note="值得看"))
PROPOSED = (
    *TRIAGED,
    act(
        "analyse", OPS_SPECIALIST, bottleneck="来回走", data=[{"metric": "步数", "value": 900}], cause="单拣"
    ),
    act("propose", OPS_SPECIALIST, **PROPOSAL),
)
SUBMITTED = (*PROPOSED, act("submit", OPS_SPECIALIST, **PROPOSAL))
PILOT = (*SUBMITTED, act("approve", OPS_MANAGER, note="试 30 天"))
STANDARD = (*PILOT, act("pilot_ok", OPS_MANAGER, pilot_result=CHANGE, note="更快"))
MEASURED = (*STANDARD, act("measure", DATA_ANALYST, actual=CHANGE))

CLOSED = (*MEASURED, act("close", OPS_MANAGER, document_version="2.0", training_no="T-1"))
WORSE = [{"metric": "发货时长", "before": 20, "after": 26}]
WITHDRAWN = act("withdraw", OPS_MANAGER, reason="更慢了")

PATHS = [
    Path(
        "measured worse",
        (*STANDARD, act("measure", DATA_ANALYST, actual=WORSE), WITHDRAWN),
        "rolled_back",
        notified=[STAFF],
    ),
    Path("withdrawn before it is measured", (*STANDARD, WITHDRAWN), "rolled_back", notified=[STAFF]),
    Path("withdrawn much later", (*CLOSED, WITHDRAWN), "closed", notified=[STAFF]),
    Path(
        "the new standard",
        (*MEASURED, act("close", OPS_MANAGER, document_version="2.0", training_no="T-1")),
        "closed",
        effects=["Message", "KeepRecord", "Message"],
        opened=["training"],
    ),
    Path(
        "declined at once",
        (*SUGGESTED, act("decline", OPS_MANAGER, note="已有")),
        "rejected",
        notified=[STAFF],
    ),
    Path("declined later", (*TRIAGED, act("decline", OPS_MANAGER, note="太小")), "rejected"),
    Path("not approved", (*SUBMITTED, act("reject", OPS_MANAGER, note="太贵")), "rejected", notified=[STAFF]),
    Path("to be bettered first", (*SUBMITTED, act("improve_it", GM, note="先试半天")), "proposal"),
    Path("a dear one that the gm refuses", (*SUBMITTED, act("reject", GM, note="太贵")), "rejected"),
    Path(
        "the trial fails",
        (*PILOT, act("pilot_fail", OPS_MANAGER, pilot_result=CHANGE, note="更乱")),
        "rolled_back",
        effects=["Message", "Message"],
    ),
    Path(
        "a best practice", (suggest(kind="best_practice", problem="", best_practice="贴色标"),), "suggested"
    ),
    Path(
        "triaged in a week", (*SUGGESTED, days(7)), "suggested", notified=[OPS_MANAGER], missed=["suggested"]
    ),
    Path("tried for a month", (*PILOT, days(30)), "piloting", notified=[OPS_MANAGER], missed=["piloting"]),
]

REFUSALS = [
    Refused(
        "a dear one",
        (
            *PROPOSED,
            act("submit", OPS_SPECIALIST, **PROPOSAL, cost="50000"),
            act("approve", OPS_MANAGER, note="x"),
        ),
        "gm decides",
    ),
    Refused(
        "who proposed approves",
        (
            *PROPOSED,
            act("submit", person(OPS_SPECIALIST, "li"), **PROPOSAL),
            act("approve", person(OPS_MANAGER, "li"), note="x"),
        ),
        "somebody else",
    ),
    Refused(
        "what was measured worse becomes the standard",
        (
            *STANDARD,
            act("measure", DATA_ANALYST, actual=WORSE),
            act("close", OPS_MANAGER, document_version="2.0", training_no="T-1"),
        ),
        "other way than was expected",
    ),
    Refused(
        "a trial that went worse",
        (*PILOT, act("pilot_ok", OPS_MANAGER, pilot_result=WORSE, note="x")),
        "/pilot_result",
    ),
    Refused("withdrawn twice", (*CLOSED, WITHDRAWN, WITHDRAWN), ""),
    Refused("no problem", (suggest(problem=""),), "/problem"),
    Refused("no best practice", (suggest(kind="best_practice"),), "/best_practice"),
    Refused("a customer suggests", (act("suggest", CUSTOMER, kind="other", problem="x"),), "not_your_role"),
    Refused(
        "approved by the specialist", (*SUBMITTED, act("approve", OPS_SPECIALIST, note="x")), "not_your_role"
    ),
    Refused(
        "closed before it is measured",
        (*STANDARD, act("close", OPS_MANAGER, document_version="2", training_no="T")),
        "not_possible_now",
    ),
]

MESSAGES = {
    "close": {"at_its_end"},
    "decline": {"suggestion_declined to staff", "request_decided"},
    "reject": {"suggestion_declined to staff", "request_decided"},
    "improve_it": {"improvement_to_rework to ops_specialist"},
    "approve": {"request_decided"},
    "pilot_fail": {"request_decided"},
    "withdraw": {"standard_withdrawn to staff", "request_decided"},
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
    assert untaken(ProcessImprovement, start, PATHS) == set()


def test_the_version_that_is_current() -> None:
    case = walk(start(), MEASURED)
    (version,) = case.effects(KeepRecord)
    assert (version.book, version.entry) == ("procedure_versions", "order_fulfilment")
    assert (version.data["document"], version.data["pilot"][0]["metric"]) == ("file:sop-2", "发货时长")
    (training,) = case.effects(OpenCase)
    assert (training.form["topic"], training.form["material"]) == ("新流程：按波次拣货", ["file:sop-2"])


def test_each_half_year_has_its_review() -> None:
    (opening,) = opened_by_calendar(ProcessImprovement, datetime(2027, 1, 5, 1, tzinfo=UTC))
    assert (opening.subject, opening.form["kind"]) == ("review-2027-H1", "standard")


def test_kind_36_who_suggested_hears_what_was_decided() -> None:
    (told,) = walk(start(), (*SUGGESTED, act("decline", OPS_MANAGER, note="已有"))).effects(Message)
    assert (told.to, told.data["decision"]) == ("staff", "已有")


def test_kind_49_a_standard_that_is_withdrawn_gives_way_to_the_one_before() -> None:
    for steps in ((*STANDARD, WITHDRAWN), (*CLOSED, WITHDRAWN)):
        case = walk(start(), steps)
        assert "StrikeRecord" in case.kinds
        assert [one.template for one in case.effects(Notify)][-1] == "standard_withdrawn"


def test_kind_66_what_is_withdrawn_isnt_taught() -> None:
    for steps in ((*STANDARD, WITHDRAWN), (*CLOSED, WITHDRAWN)):
        assert len(walk(start(), steps).effects(CancelCase)) == 1
