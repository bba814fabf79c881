"""Marketing's forms are filled in with what their cases know; people say the rest."""

from __future__ import annotations

import pytest

from activities.campaigns.contract import CountCampaignStock, ReadCampaign
from tests.procedures.filled import given, send
from tests.procedures.marketing_and_content import (
    test_campaign,
    test_community_activity,
    test_community_ad_slot,
    test_content_operations,
    test_promotion_plan,
)
from tests.procedures.paths import walk
from tests.scenario import Scenario, yes
from workflows.language.refusals import InvalidForm
from workflows.language.timing import hours
from workflows.vocabulary import CONTENT_EDITOR, OPS_MANAGER, OPS_SPECIALIST, PROMOTER, WAREHOUSE_SUPERVISOR


def test_a_sign_up_is_given_with_the_goods_whose_profit_was_checked() -> None:
    case = test_campaign.case("check_profit")
    (goods,) = given(case, "sign_up", OPS_SPECIALIST)["goods"]
    assert (goods["sku"], goods["event_price"]["amount"]) == ("TEA-1", "40")
    goods = [{**goods, "qty": 100}]
    case.act("sign_up", OPS_SPECIALIST, platform_form_no="PF-1", goods=goods, follow_up_dates=["2026-11-25"])
    assert given(case, "submitted", OPS_SPECIALIST)["platform_form_no"] == "PF-1"


def test_a_first_plan_proposes_the_checked_goods_and_no_budget() -> None:
    first = given(test_campaign.case("platform_yes"), "submit_plan", OPS_SPECIALIST)
    assert first["main_products"] == ["TEA-1"]
    assert "budget" not in first


def test_a_plan_that_came_back_is_sent_again_as_it_was() -> None:
    case = test_campaign.case("submit_plan").act("return_plan", OPS_MANAGER, note="再想")
    before = case.case
    assert send(case, "submit_plan", OPS_SPECIALIST).stage == "approval"
    assert (case.case.goals, case.case.budget) == (before.goals, before.budget)


def test_the_stock_is_given_as_the_books_count_it() -> None:
    counted = {CountCampaignStock: yes(missing=[], free=[{"sku": "TEA-1", "qty": 130}])}
    case = test_campaign.case("forecast_done", answers=counted)
    assert given(case, "stock_secured", WAREHOUSE_SUPERVISOR)["lines"] == [
        {"sku": "TEA-1", "forecast": 100, "available": 130}
    ]
    assert send(case, "stock_secured", WAREHOUSE_SUPERVISOR).stage == "preparing"


def test_a_review_compares_the_goals_and_the_sold_units_by_the_books() -> None:
    read = {ReadCampaign: yes(sold=[{"sku": "TEA-1", "qty": 96}], sales="4060")}
    case = test_campaign.live(answers=read).wait(test_campaign.END - test_campaign.START)
    asked = given(case, "submit_review", OPS_SPECIALIST)
    assert asked["units"] == [{"sku": "TEA-1", "forecast": 100, "sold": 96}]
    assert [goal["metric"] for goal in asked["actuals"]] == ["sales"]


def test_nobody_counts_posts_and_answers_again() -> None:
    case = walk(
        test_community_activity.start(), (test_community_activity.POST, test_community_activity.ANSWER)
    )
    assert send(case, "close", PROMOTER, visits=30, lesson="早上发").stage == "closed"
    assert (case.steps[-1].form or {}).items() >= {"posts": 1, "answers": 1}.items()


def test_no_more_coins_are_spent_than_there_are() -> None:
    case = walk(test_community_ad_slot.start(), (test_community_ad_slot.OPEN,))
    with pytest.raises(InvalidForm, match="at most 100, not 101"):
        send(case, "grab", PROMOTER, slot="A", coins_spent=101)
    assert send(case, "grab", PROMOTER, slot="A").stage == "platform_review"


def test_a_promotion_plan_is_sent_as_it_was_drafted() -> None:
    case: Scenario = test_promotion_plan.start()
    forms = test_promotion_plan.PLAN["content_forms"]
    assert send(case, "submit", PROMOTER, content_forms=forms).stage == "approval"


def test_content_is_placed_where_and_when_it_is_unless_somebody_says_otherwise() -> None:
    case = walk(test_content_operations.start(), (*test_content_operations.SCHEDULED, hours(239)))
    asked = given(case, "publish", CONTENT_EDITOR)
    assert asked["channel"] == case.case.channels
    assert send(case, "publish", CONTENT_EDITOR).stage == "published"
