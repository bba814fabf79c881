"""Management's forms are filled in with what their cases know; people say the rest."""

from __future__ import annotations

from activities.cases.contract import OpenCase
from tests.procedures.filled import given, send
from tests.procedures.management import (
    test_daily_store_check,
    test_operations_plan,
    test_performance_appraisal,
    test_process_improvement,
    test_sales_plan,
    test_training,
)
from tests.procedures.paths import walk
from tests.scenario import person
from workflows.vocabulary import (
    DATA_ANALYST,
    GM,
    OPS_MANAGER,
    OPS_SPECIALIST,
    SALES,
    STAFF,
)


def test_a_round_asks_neither_who_checks_nor_how_many_items_were() -> None:
    case = send(test_daily_store_check.start(), "start_round", OPS_SPECIALIST)
    walk(case, test_daily_store_check.ALL[1:])
    assert send(case, "finish_clean", OPS_SPECIALIST).stage == "signed_off"
    assert case.steps[-1].form == {"items_done": 7}


def test_a_training_is_held_with_those_expected_and_scores_those_who_came() -> None:
    case = walk(test_training.start(), test_training.ANNOUNCED)
    send(case, "enrol", person(STAFF, "wang"))
    assert given(case, "hold", OPS_MANAGER)["attended"] == ["li", "wang"]
    send(case, "hold", OPS_MANAGER, attended=["li"])
    assert given(case, "examine", OPS_MANAGER) == {"scores": [{"user": "li"}]}
    send(case, "examine", OPS_MANAGER, scores=[{"user": "li", "score": 70}])
    send(case, "some_failed", OPS_MANAGER)
    assert given(case, "retrained", OPS_MANAGER) == {"scores": [{"user": "li"}]}
    assert send(case, "retrained", OPS_MANAGER, scores=[{"user": "li", "score": 90}]).stage == "closed"


def test_a_sales_plan_is_sent_as_drafted_and_its_contract_numbered() -> None:
    case = send(test_sales_plan.start(), "submit", SALES)
    case.act("approve", GM, note="同意").act("find_customers", SALES, **test_sales_plan.TALK)
    assert given(case, "talk", SALES) == {
        "customer": "hz-tea",
        "contact": test_sales_plan.TALK.get("contact", ""),
    }
    send(case, "talk", SALES, stage_note="要 200 盒春茶")
    send(case, "sign_contract", SALES)
    assert case.stage == "signed"
    (contract,) = case.effects(OpenCase)
    assert contract.subject == case.case.contract
    assert contract.subject.startswith("CT-202612-")


def test_an_improvement_proposes_what_it_said_before_and_the_training_that_it_started() -> None:
    case = walk(test_process_improvement.start(), test_process_improvement.PROPOSED)
    send(case, "submit", OPS_SPECIALIST)
    case.act("approve", OPS_MANAGER, note="试 30 天")
    assert given(case, "pilot_ok", OPS_MANAGER)["pilot_result"] == [{"metric": "发货时长", "before": "20"}]
    change = test_process_improvement.CHANGE
    case.act("pilot_ok", OPS_MANAGER, pilot_result=change, note="更快")
    case.act("measure", DATA_ANALYST, actual=change)
    (training,) = case.effects(OpenCase)
    assert given(case, "close", OPS_MANAGER) == {"training_no": training.subject}
    assert send(case, "close", OPS_MANAGER, document_version="2.0").stage == "closed"


def test_the_weighted_scores_are_added_up() -> None:
    case = walk(test_performance_appraisal.start(), test_performance_appraisal.SELF)
    assert [row["metric"] for row in given(case, "rate", OPS_MANAGER)["scores"]] == [
        "sales",
        "order_efficiency",
        "satisfaction",
    ]
    scores = [{**row, "score": "80"} for row in test_performance_appraisal.SCORES]
    send(case, "rate", OPS_MANAGER, scores=[{**scores[0], "score": "91"}, *scores[1:]], comment="good")
    assert given(case, "calibrate", GM) == {"final": "85.50"}


def test_a_plan_that_came_back_is_given_as_it_was_written() -> None:
    case = walk(test_operations_plan.start(), test_operations_plan.RETURNED)
    not_kept = ("strategy", "target_market", "target_buyers", "positioning", "sales_channels", "resources")
    more = {name: test_operations_plan.PLAN[name] for name in not_kept}
    assert send(case, "draft", OPS_MANAGER, **more).stage == "self_check"
    assert case.case.goals == test_operations_plan.start().case.goals
