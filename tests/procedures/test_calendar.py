"""What the calendar starts can be carried on: by the clock, by messages, or by the people whom it asks."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from models.roles import Role
from tests.scenario import MONDAY, Scenario, crons_of, documented, opened_by_calendar, person
from workflows.language.links import Opening
from workflows.language.occasions import Colleague, first_after
from workflows.language.procedure import Procedure
from workflows.registry import registry

SENT_BY_ITSELF = {
    "ad_optimisation",
    "campaign",
    "cs_quality_review",
    "daily_store_check",
    "logistics_cost_review",
    "market_research",
    "platform_maintenance",
    "process_improvement",
    "product_info_maintenance",
    "sales_data_report",
    "satisfaction_survey",
    "settlement_reconciliation",
    "supplier_evaluation",
    "warehouse_check",
    "work_report",
}
"""What the calendar starts with answers of its own."""
ASKED: dict[str, tuple[Role, str, dict[str, Any]]] = {
    "commission_settlement": (
        Role.OPS_MANAGER,
        "set_month_target",
        {"employee": "li.na", "group": "promoter", "promotion_target": 20, "commission_tiers": []},
    ),
    "community_activity": (
        Role.PROMOTER,
        "plan",
        {"community": "茶友会", "kind": "community", "themes": ["新茶上市"], "posters": ["li.na"]},
    ),
    "community_ad_slot": (
        Role.PROMOTER,
        "prepare_material",
        {"target": "shop", "image": "file:banner", "coins": 50},
    ),
    "compliance_inspection": (
        Role.SUPERVISION,
        "plan",
        {"sample_cases": [f"complaint:s:{n}" for n in range(5)]},
    ),
    "content_operations": (
        Role.CONTENT_EDITOR,
        "start_analysis",
        {"behaviour": "晚间浏览多", "interests": "冲泡方法"},
    ),
    "creative_library": (Role.STAFF, "collect", {"kind": "idea", "text": "冬日暖茶", "source": "客户评价"}),
    "customer_care": (Role.CS_SUPERVISOR, "plan", {"budget": 500}),
    "operations_plan": (
        Role.OPS_MANAGER,
        "draft",
        {
            "background": ["市场回暖"],
            "direct_purpose": "销售额增长两成",
            "goals": [{"metric": "gmv", "number": 120, "date": "2027-03-31"}],
            "strategy": "老客复购",
            "target_market": "华东",
            "target_buyers": "企业采购",
            "positioning": "中端",
            "sales_channels": ["tmall"],
            "schedule": [{"task": "上新", "owner": "li.na", "start": "2027-01-04", "end": "2027-02-01"}],
            "resources": "两人",
            "budget": 20000,
            "kpis": [{"metric": "gmv", "target": 120}],
        },
    ),
    "performance_appraisal": (
        Role.OPS_MANAGER,
        "set_targets",
        {
            "measures": [
                {"metric": "sales", "weight": 40, "target": 100},
                {"metric": "order_efficiency", "weight": 30, "target": 95},
                {"metric": "satisfaction", "weight": 30, "target": 90},
            ],
            "employee": "li.na",
        },
    ),
    "price_change": (
        Role.OPS_SPECIALIST,
        "draft",
        {"skus": [{"sku": "TEA", "old": 100, "new": 95}], "reason": "rival", "start": "2027-01-10T00:00:00Z"},
    ),
    "procurement": (
        Role.PURCHASING,
        "draft_plan",
        {
            "lines": [{"sku": "TEA", "qty": 100, "need_by": "2027-01-10"}],
            "stock_now": [{"sku": "TEA", "qty": 5}],
            "forecast": [{"sku": "TEA", "qty": 90}],
            "est_total": 4000,
        },
    ),
    "product_selection": (
        Role.PRODUCT_MANAGER,
        "propose",
        {"name": "冬茶礼盒", "category": "茶叶", "hypothesis": "节前缺货"},
    ),
    "promotion_plan": (
        Role.PROMOTER,
        "draft",
        {
            "goods": ["TEA"],
            "goal": [{"metric": "visits", "target": 1000}],
            "channels": [{"channel": "seo", "budget": 300}],
            "content_forms": ["图文"],
            "budget": 300,
        },
    ),
    "sales_plan": (
        Role.SALES,
        "draft",
        {
            "targets": [{"channel": "tmall", "sales": 100000, "units": 900}],
            "stock_basis": "file:stock",
            "actions": ["走访老客户"],
        },
    ),
    "stocktake": (Role.WAREHOUSE_SUPERVISOR, "plan", {"counters": ["li.na", "wang.wu"]}),
    "training": (
        Role.OPS_MANAGER,
        "plan",
        {"topic": "退货流程", "kind": "procedure", "group": ["li.na"], "trainer": "wang.wu"},
    ),
}
"""Whom the calendar asks, for which start, and what they add to what is known."""

PEOPLE = (
    Colleague("li.na", frozenset({Role.PROMOTER})),
    Colleague("wang.wu", frozenset({Role.OPS_MANAGER})),
    Colleague("boss", frozenset({Role.GM})),
)


def moments(procedure: type[Procedure]) -> Iterator[datetime]:
    """The first moment of each cron line after the tests' Monday."""
    for cron in crons_of(procedure):
        moment = first_after(cron, MONDAY.astimezone(ZoneInfo("Asia/Shanghai")))
        assert moment is not None
        yield moment.astimezone(UTC)


def begun(procedure: type[Procedure], now: datetime, one: Opening) -> Scenario:
    case = Scenario(procedure, subject=one.subject, now=now)
    if one.at_entry:
        return case.await_start(**one.form)
    (event,) = (
        e for e, moves in procedure.declaration.transitions.items() if any(m.spec.every for m in moves)
    )
    return case.act(event, **one.form)


def test_every_procedure_that_the_calendar_starts_is_known_here() -> None:
    assert {procedure.key for procedure in documented() if crons_of(procedure)} == SENT_BY_ITSELF | {*ASKED}


@pytest.mark.parametrize("key", sorted(SENT_BY_ITSELF))
def test_what_is_sent_goes_on(key: str) -> None:
    procedure = registry().get(key)
    for now in moments(procedure):
        for one in opened_by_calendar(procedure, now, suppliers=("S-1", "S-2")):
            assert not one.at_entry
            case = begun(procedure, now, one)
            waits = [role for stage in case.stages for role in case.machine.declaration.stage(stage).role]
            assert any(case.offers(role) for role in waits) or case.machine.alarms()


@pytest.mark.parametrize("key", sorted(ASKED))
def test_what_is_asked_is_answered_at_the_entry(key: str) -> None:
    procedure, (role, event, notified) = registry().get(key), ASKED[key]
    for now in moments(procedure):
        for one in opened_by_calendar(procedure, now):
            case = begun(procedure, now, one)
            assert case.stages == ["new"]
            assert case.offers(role) == [event, "leave_out"]
            case.act(event, role, **notified)
            assert "new" not in case.stages
            assert case.machine.alarms() or any(case.offers(person(role)) for role in Role)


@pytest.mark.parametrize("key", ["commission_settlement", "performance_appraisal"])
def test_each_colleague_has_a_case_but_the_gm(key: str) -> None:
    procedure = registry().get(key)
    opened = opened_by_calendar(procedure, next(moments(procedure)), people=PEOPLE)
    assert [one.form["employee"] for one in opened] == ["li.na", "wang.wu"]
    assert len({one.subject for one in opened}) == len(opened)


def test_each_supplier_is_evaluated_and_one_is_asked_for_where_none_is_known() -> None:
    procedure, now = registry().get("supplier_evaluation"), datetime(2027, 1, 1, 1, tzinfo=UTC)
    opened = opened_by_calendar(procedure, now, suppliers=("S-1", "S-2"))
    assert [one.subject for one in opened] == ["S-1-2026-Q4", "S-2-2026-Q4"]
    (asked,) = opened_by_calendar(procedure, now)
    case = begun(procedure, now, asked).act("open_review", Role.PURCHASING, supplier="S-9")
    assert (case.case.supplier, str(case.case.period.first)) == ("S-9", "2026-10-01")


def test_a_start_belongs_to_one_case_however_often_it_comes() -> None:
    for procedure in documented():
        for now in moments(procedure):
            subjects = [one.subject for one in opened_by_calendar(procedure, now, people=PEOPLE)]
            assert len(subjects) == len(set(subjects))
            assert subjects == [one.subject for one in opened_by_calendar(procedure, now, people=PEOPLE)]


@pytest.mark.parametrize("key", sorted(SENT_BY_ITSELF | {*ASKED}))
def test_another_period_is_another_case(key: str) -> None:
    procedure = registry().get(key)
    for now in moments(procedure):
        first = {one.subject for one in opened_by_calendar(procedure, now)}
        later = {
            one.subject
            for cron in crons_of(procedure)
            if (again := first_after(cron, now.astimezone(ZoneInfo("Asia/Shanghai")))) is not None
            for one in opened_by_calendar(procedure, again.astimezone(UTC))
        }
        assert first - later == first
