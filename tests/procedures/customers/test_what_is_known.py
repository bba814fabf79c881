"""The customers' procedures, by people who send only what nobody knows: the rest is filled in, or proposed to them."""

from __future__ import annotations

from typing import Any

import pytest

from tests.scenario import MONDAY, Scenario, person
from workflows.complaining import Authority, OfferAgain
from workflows.language.filling import filled_in
from workflows.language.refusals import InvalidForm
from workflows.procedures.customers.bad_review import BadReview
from workflows.procedures.customers.change_broadcast import ChangeBroadcast, Notice
from workflows.procedures.customers.complaint import Complaint
from workflows.procedures.customers.credit_comment import CreditComment, Draft, Publication
from workflows.procedures.customers.cs_quality_review import Coaching, CsQualityReview
from workflows.procedures.customers.satisfaction_survey import Analysis, SatisfactionSurvey
from workflows.procedures.customers.service_policy import RuleAgain, ServicePolicy
from workflows.vocabulary import (
    AFTER_SALES,
    CS_AGENT,
    CS_SUPERVISOR,
    CUSTOMER,
    DATA_ANALYST,
    OPS_MANAGER,
    OPS_SPECIALIST,
    PLATFORM_FEED,
    SYSTEM,
    Form,
    Role,
    yuan,
)

RULE: dict[str, Any] = {
    "case_kind": "quality",
    "calming": "We are sorry.",
    "compensation_limit": "20",
    "responsible_role": "after_sales",
}


def given(case: Scenario, form: type[Form], by: Role) -> dict[str, Any]:
    return filled_in(case.machine.context, form, person(by))[0]


def test_the_case_counts_how_often_a_reviewer_was_called() -> None:
    case = Scenario(BadReview, subject="R-1").act("alert", PLATFORM_FEED, rating=1, order_no="SO-1")
    case.act("assign", CS_SUPERVISOR, agent="li")
    for _ in range(3):
        case.act("contact", CS_AGENT, channel="phone")
    assert [step.form["attempt_no"] for step in case.steps if step.event == "contact" and step.form] == [
        1,
        2,
        3,
    ]
    assert case.act("cannot_reach", CS_AGENT, note="nobody").stage == "reply_drafting"


def complained() -> Scenario:
    case = Scenario(Complaint, subject="K-1").act(
        "file", CUSTOMER, channel="chat", category="product", severity="low", order_no="SO-1",
        content="The cup is broken.",
    )  # fmt: skip
    case.act("acknowledge", CS_AGENT, customer_mood="calm", promise_time="2026-11-24T02:00:00Z")
    return case.act("investigate", CS_AGENT, facts="It broke on its way.")


def test_the_case_counts_how_often_a_complainer_was_called_back() -> None:
    case = complained().act("propose", CS_AGENT, remedy=["apology"], cost="0", explanation="We are sorry.")
    case.act("accept_offer", CUSTOMER).act("execute", CS_AGENT, child_cases=[])
    for _ in range(3):
        case.act("call_back", CS_AGENT, channel="phone")
    assert case.case.attempt_no == 3
    assert case.act("confirm_happy", CS_AGENT).stage == "closed"


def test_the_supervisor_begins_from_what_was_offered() -> None:
    case = complained().act("propose", CS_AGENT, remedy=["refund"], cost="5", explanation="Have some of it.")
    case.act("reject_offer", CUSTOMER)
    assert given(case, OfferAgain, CS_SUPERVISOR) == {"remedy": ("refund",), "cost": yuan(5), "resent": ()}
    assert given(case, Authority, OPS_MANAGER) == {}


def test_a_rule_is_revised_from_what_it_says() -> None:
    case = Scenario(ServicePolicy, subject="P-1").act("draft", AFTER_SALES, **RULE)
    rule = given(case, RuleAgain, AFTER_SALES)
    assert (rule["case_kind"], rule["calming"]) == ("quality", "We are sorry.")
    del rule["case_kind"]
    assert case.act("submit", AFTER_SALES, **{**rule, "calming": "Very sorry."}).case.calming == "Very sorry."
    assert case.case.case_kind == "quality"


def test_a_notice_is_sent_as_it_was_drafted() -> None:
    case = Scenario(ChangeBroadcast, subject="N-1").act(
        "draft", OPS_SPECIALIST, what="page", new="Another picture.", script_for_customers="",
        effective_from="2026-11-25T02:00:00Z", readers=["cs_agent"],
    )  # fmt: skip
    before = case.case.new, case.case.readers, case.case.effective_from
    case.act("send_notice", OPS_SPECIALIST, **given(case, Notice, OPS_SPECIALIST))
    assert (case.stage, before) == ("sent", (case.case.new, case.case.readers, case.case.effective_from))


def test_a_comment_is_written_anew_from_the_last_and_published_now_or_earlier() -> None:
    case = Scenario(CreditComment, subject="SO-1").act("open", PLATFORM_FEED)
    assert given(case, Draft, CS_AGENT) == {}
    case.act("draft", CS_AGENT, template="thanks", text="Thank you for choosing us.")
    assert given(case, Draft, CS_AGENT) == {"text": "Thank you for choosing us."}
    case.act("check", CS_SUPERVISOR, ok=True)
    assert given(case, Publication, CS_AGENT) == {"published_at": MONDAY}
    with pytest.raises(InvalidForm, match="at most"):
        case.act("publish", CS_AGENT, published_at="2026-11-24T02:00:00Z")


def test_whoever_scores_below_the_bar_is_proposed_for_coaching() -> None:
    case = Scenario(CsQualityReview, subject="Q-1").act("open_review", SYSTEM)
    questions = [{"question": f"Q {n}", "count": n} for n in range(1, 6)]
    case.act("load_data", CS_SUPERVISOR, conversion_pct="50", top_questions=questions)
    for agent, points in (("li", 1), ("wang", 5)):
        case.act(
            "sample_chats", CS_SUPERVISOR, agent=agent, chat=agent, attitude=points, accuracy=points,
            reminders_done=0,
        )  # fmt: skip
    case.act("summarise", CS_SUPERVISOR, findings=[])
    assert given(case, Coaching, CS_SUPERVISOR) == {"agents": ("li",)}


def test_the_score_of_a_survey_is_what_the_answers_come_to() -> None:
    case = Scenario(SatisfactionSurvey, subject="S-1").act(
        "plan", CS_SUPERVISOR, period={"first": "2026-10-01", "last": "2026-10-31"}, sample="random",
        sample_size=2, min_answers=1,
    )  # fmt: skip
    assert given(case, Analysis, DATA_ANALYST) == {}
    marks = dict.fromkeys(("product_quality", "shopping_experience", "delivery", "service"), 4)
    case.act("answer", PLATFORM_FEED, overall=3, order_no="SO-1", **marks)
    score = given(case, Analysis, DATA_ANALYST)
    assert score == {"score": "3.8"}
