"""Beside the calendar, the person whose work it is begins it; and what comes from outside may say why."""

from typing import Any

import pytest

from models.roles import Role
from tests.scenario import MONDAY, Scenario
from workflows.language.forms import Heard
from workflows.language.occasions import Length, occasion_called
from workflows.language.procedure import Procedure
from workflows.language.refusals import Refusal
from workflows.registry import registry

TODAY = MONDAY.date()
BY_HAND: list[tuple[str, str, Role, str, dict[str, Any]]] = [
    ("ad_optimisation", "open_day", Role.PROMOTER, "new-ad", {}),
    (
        "cs_quality_review",
        "open_review",
        Role.CS_SUPERVISOR,
        "after-complaints",
        {"cause": "three complaints"},
    ),
    (
        "daily_store_check",
        "open_day",
        Role.OPS_SPECIALIST,
        f"shop-{TODAY}",
        {"shop": "shop", "day": str(TODAY)},
    ),
    ("logistics_cost_review", "open_review", Role.LOGISTICS, "2026-10", {}),
    ("product_info_maintenance", "fall_due", Role.OPS_SPECIALIST, "page-of-LAMP-1", {}),
    ("sales_data_report", "open_period", Role.DATA_ANALYST, "2026-10", {"kind": "month"}),
    ("warehouse_check", "open_day", Role.WAREHOUSE_SUPERVISOR, "leak", {}),
    ("work_report", "open_report", Role.OPS_MANAGER, "month-2026-10", {}),
]


@pytest.mark.parametrize(("key", "event", "who", "subject", "form"), BY_HAND, ids=lambda one: str(one)[:20])
def test_kind_46_whose_work_it_is_may_begin_it(
    key: str, event: str, who: Role, subject: str, form: dict[str, Any]
) -> None:
    case = Scenario(registry().get(key), subject=subject).act(event, who, **form)
    assert case.stage
    with pytest.raises(Refusal):
        Scenario(registry().get(key), subject=subject).act(event, Role.SUPPLIER, **form)


@pytest.mark.parametrize(
    ("key", "event", "who", "subject", "form"),
    [
        ("logistics_cost_review", "open_review", Role.LOGISTICS, "2026-12", {}),
        ("logistics_cost_review", "open_review", Role.LOGISTICS, "once-more", {}),
        ("work_report", "open_report", Role.OPS_MANAGER, "month-2026-11-22", {}),
        ("work_report", "open_report", Role.OPS_MANAGER, "again", {}),
        ("sales_data_report", "open_period", Role.DATA_ANALYST, "again", {"kind": "month"}),
        ("sales_data_report", "open_period", Role.DATA_ANALYST, "2026-W40", {"kind": "month"}),
        ("daily_store_check", "open_day", Role.OPS_SPECIALIST, "again", {"shop": "shop", "day": str(TODAY)}),
        ("cs_quality_review", "open_review", Role.CS_SUPERVISOR, "again", {}),
    ],
)
def test_kind_46_a_period_has_one_number_and_what_is_begun_early_a_cause(
    key: str, event: str, who: Role, subject: str, form: dict[str, Any]
) -> None:
    with pytest.raises(Refusal):
        Scenario(registry().get(key), subject=subject).act(event, who, **form)


def test_a_regular_report_is_about_the_period_of_its_number() -> None:
    case = Scenario(registry().get("sales_data_report"), subject="2026-10")
    case.act("open_period", Role.DATA_ANALYST, kind="month")
    assert (str(case.case.period.first), str(case.case.period.last)) == ("2026-10-01", "2026-10-31")


@pytest.mark.parametrize("label", ["2026-11-22", "2026-W47", "2026-11", "2026-Q4", "2026-H2", "2026"])
def test_a_stretch_is_found_by_its_label(label: str) -> None:
    stretch = occasion_called(label)
    assert stretch is not None
    assert stretch.label == label


@pytest.mark.parametrize("label", ["2026-13", "2026-02-30", "2026-W60", "main", "", "2026-Q5"])
def test_what_is_no_label_names_no_stretch(label: str) -> None:
    assert occasion_called(label) is None


def test_a_stretch_is_as_long_as_its_label_says() -> None:
    lengths = [one.length for label in ("2026-11-22", "2026-H1", "2026") if (one := occasion_called(label))]
    assert lengths == [Length.DAY, Length.HALF, Length.YEAR]


@pytest.mark.parametrize("procedure", list(registry()), ids=lambda one: one.key)
def test_kind_46_what_the_calendar_starts_people_may_start(procedure: type[Procedure]) -> None:
    """In the same way: that they can begin it in another doesn't do."""
    starts = [(event, one) for event, one in procedure.declaration.all_transitions if one.is_start]
    by_people = {event for event, one in starts if any(role.is_person for role in one.by)}
    assert {event for event, one in starts if one.spec.every} <= by_people


@pytest.mark.parametrize("procedure", list(registry()), ids=lambda one: one.key)
def test_kind_12_what_comes_from_outside_takes_a_form(procedure: type[Procedure]) -> None:
    heard = [(event, one.form) for event, one in procedure.declaration.all_transitions if one.spec.on]
    assert [event for event, form in heard if form is None] == []


def test_kind_12_a_reason_from_outside_is_kept() -> None:
    procedure = registry().get("refund_only")
    assert procedure.declaration.form_of("pay_fail") is Heard
    read = Heard.model_validate({"reason": "account closed"})
    assert read.reason == "account closed"
