"""The arithmetic of a campaign's plan: margins, stock, what is bought, and when festivals are proposed."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest

from activities.campaigns.contract import CampaignPlan, ProfitLine, StockLine, festival_planned_on, in_stock
from models.values import SkuQty, yuan
from workflows.campaigning import CheckedLine

BEFORE = date(2026, 11, 1)


def line(sku: str = "TEA", *, margin: str = "30", cost: str = "50") -> ProfitLine:
    """100 yuan, and 20 of fees: with a cost of 50 yuan 30 per cent are left."""
    return ProfitLine.model_validate(
        {
            "sku": sku,
            "normal_price": "120",
            "event_price": "100",
            "unit_cost": cost,
            "fees": "20",
            "margin_pct": margin,
        }
    )


def plan(**known: Any) -> CampaignPlan:
    return CampaignPlan.model_validate({"name": "双十一", "theme": "tea", "lines": [line()], **known})


@pytest.mark.parametrize(("margin", "is_right"), [("30", True), ("31", True), ("29", True), ("31.5", False)])
def test_a_margin_is_right_to_one_per_cent(margin: str, is_right: bool) -> None:  # noqa: FBT001 - a table of cases
    assert line(margin=margin).has_wrong_margin is not is_right


def test_a_wrong_margin_is_named_with_its_sku() -> None:
    assert f"{line(margin='50').true_margin_pct:.1f}" == "30.0"


def test_a_margin_that_nobody_said_follows_from_the_prices() -> None:
    asked = {"sku": "TEA", "normal_price": "120", "event_price": "100", "unit_cost": "50", "fees": "20"}
    unsaid, said = (
        CheckedLine.model_validate(asked),
        CheckedLine.model_validate({**asked, "margin_pct": "31"}),
    )
    assert not unsaid.has_wrong_margin
    assert str(unsaid.with_margin.margin_pct) == "30.0"
    assert str(said.with_margin.margin_pct) == "31", "what was said stands"


def test_stock_covers_what_is_there_or_bought_in_time() -> None:
    campaign = plan(units=[SkuQty(sku="TEA", qty=5), SkuQty(sku="CUP", qty=2)])

    def tea(available: int, due: date | None = None) -> StockLine:
        return StockLine(sku="TEA", forecast=5, available=available, purchase_due=due)

    cups = StockLine(sku="CUP", forecast=2, available=2)
    assert campaign.is_covered([tea(5), cups], BEFORE)
    assert not campaign.is_covered([tea(4), cups], BEFORE)
    assert campaign.is_covered([tea(4, date(2026, 10, 31)), cups], BEFORE)
    assert not campaign.is_covered([tea(4, BEFORE), cups], BEFORE)
    assert not campaign.is_covered([cups], BEFORE)


def test_stock_of_one_sku_adds_up() -> None:
    assert in_stock([StockLine(sku="TEA", forecast=5, available=n) for n in (1, 2)]) == {"TEA": 3}


def test_a_purchase_is_valued_at_the_costs_of_the_profit_check() -> None:
    units = [SkuQty(sku="TEA", qty=3), SkuQty(sku="CUP", qty=1)]
    form = plan(units=units).purchase_form(BEFORE)
    assert form is not None
    assert form["est_total"] == yuan(150)
    assert [(row["sku"], row["qty"]) for row in form["lines"]] == [("TEA", 3), ("CUP", 1)]


def test_a_large_event_needs_its_stock_earlier() -> None:
    start = datetime(2026, 11, 11, tzinfo=UTC)
    assert plan(start=start).stock_by == datetime(2026, 11, 6, tzinfo=UTC)
    assert plan(start=start, is_large=True).stock_by == datetime(2026, 10, 27, tzinfo=UTC)
    assert plan().stock_by is None


def test_a_festival_is_proposed_on_its_planning_day() -> None:
    planned = festival_planned_on(date(2026, 10, 11))
    assert planned is not None
    assert planned.number == "festival-20261101"
    assert planned.proposal["name"] == "双十一 2026"
    assert planned.dates.last == date(2026, 11, 11)
    assert festival_planned_on(date(2026, 10, 12)) is None
