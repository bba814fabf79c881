"""Product info maintenance: every move, every refusal, every limit."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from activities.cases.contract import OpenCase
from tests.procedures.paths import Act, Answers, Path, Refused, act, each, untaken, walk
from tests.scenario import MONDAY, Scenario, opened_by_calendar, person
from workflows.language.timing import days, hours
from workflows.procedures.products.product_info_maintenance import ProductInfoMaintenance
from workflows.vocabulary import DESIGNER, OPS_MANAGER, OPS_SPECIALIST

PAGE: dict[str, Any] = dict.fromkeys(("facts_ok", "images_ok", "links_ok", "stock_ok", "price_ok"), True)


def start(answers: Answers | None = None) -> Scenario:
    return Scenario(ProductInfoMaintenance, subject="TEA-1-7", answers=answers).act("fall_due")


def check(**changes: bool) -> Act:
    return act("check", OPS_SPECIALIST, **PAGE | changes)


def issue(kind: str) -> tuple[Act, ...]:
    return (
        check(facts_ok=False),
        act("raise_issue", OPS_SPECIALIST, issue=kind, detail="见截图"),
        act("improve", DESIGNER, change="换主图", files=["file:1"]),
    )


def tried(clicks: int, conversion: int, test_days: int = 7) -> Act:
    return act(
        "test",
        OPS_SPECIALIST,
        click_before=4,
        click_after=clicks,
        conversion_before=5,
        conversion_after=conversion,
        days=test_days,
    )


APPLY = act("apply", OPS_MANAGER)
PUBLISH = act("publish", OPS_SPECIALIST, published_at=MONDAY)
GOOD = act("all_good", OPS_SPECIALIST)

ANOTHER = act("another_page", OPS_SPECIALIST, sku="TEA-2", issue="dead_link", detail="图片打不开")

PATHS = [
    Path(
        "two wrong pages of one check",
        (check(links_ok=False), ANOTHER, *issue("stale")[1:]),
        "improving",
        opened=["product_info_maintenance"],
    ),
    Path("all good", (check(), GOOD), "passed", effects=[]),
    Path(
        "an error needs no test",
        (*issue("dead_link"), APPLY, PUBLISH),
        "applied",
        opened=[],
    ),
    Path(
        "a new fact is told", (*issue("wrong_fact"), APPLY, PUBLISH), "applied", opened=["change_broadcast"]
    ),
    Path("a gain", (*issue("low_click"), tried(5, 5), APPLY, PUBLISH), "applied"),
    Path(
        "no gain",
        (*issue("low_click"), tried(4, 5), act("drop", OPS_SPECIALIST)),
        "dropped",
    ),
    Path("a late check", (days(7),), "due", missed=["due"], notified=[OPS_MANAGER]),
    Path(
        "a fact wrong for four hours",
        (*issue("wrong_fact"), hours(4)),
        "improving",
        missed=["fact_fixed_in_time"],
        notified=[OPS_MANAGER],
    ),
    Path("a weakness has time", (*issue("low_click"), hours(4)), "improving", missed=[]),
]
REFUSALS = [
    Refused(
        "words that promise too much",
        (*issue("dead_link")[:2], act("improve", DESIGNER, change="改为全网第一")),
        "/change",
    ),
    Refused(
        "one's own change",
        (
            *issue("dead_link")[:2],
            act("improve", person(DESIGNER, "li"), change="换主图"),
            act("apply", person(OPS_MANAGER, "li")),
        ),
        "somebody else",
    ),
    Refused("not theirs", (act("check", DESIGNER, **PAGE),), "ops_specialist"),
    Refused("not all good", (check(links_ok=False), GOOD), "found right"),
    Refused("untested", (*issue("low_conversion"), APPLY), "showed a gain"),
    Refused("no gain to apply", (*issue("low_click"), tried(6, 4), APPLY), "showed a gain"),
    Refused("too short a test", (*issue("low_click"), tried(6, 6, 2)), "/days"),
    Refused(
        "published ahead",
        (*issue("stale"), APPLY, act("publish", OPS_SPECIALIST, published_at=MONDAY + timedelta(hours=1))),
        "/published_at",
    ),
]


@each([*PATHS, *REFUSALS])
def test_product_info_maintenance(line: Path | Refused) -> None:
    line.check(start)


def test_every_way_is_taken() -> None:
    assert untaken(ProductInfoMaintenance, start, PATHS) == set()


@pytest.mark.parametrize(
    ("moment", "subject"),
    [
        (datetime(2026, 11, 23, 1, tzinfo=UTC), "main-2026-W48"),
        (datetime(2026, 12, 1, 1, 10, tzinfo=UTC), "all-2026-12"),
    ],
)
def test_the_calendar_has_main_pages_checked_weekly_and_all_monthly(moment: datetime, subject: str) -> None:
    assert [opening.subject for opening in opened_by_calendar(ProductInfoMaintenance, moment)] == [subject]


def test_kind_09_a_wrong_price_is_put_right_by_whoever_knows_it() -> None:
    case = walk(start(), (check(price_ok=False), GOOD))
    (asked,) = case.effects(OpenCase)
    assert (case.stage, asked.procedure, asked.event) == ("passed", "price_change", "")
    assert asked.form["reason"] == "error_fix"
    assert "skus" not in asked.form


def test_kind_47_a_page_is_named_with_what_made_somebody_look() -> None:
    seen = Scenario(ProductInfoMaintenance, subject="PM-1").act(
        "fall_due", OPS_SPECIALIST, sku="TEA-1", cause="客户说图片不符"
    )
    assert (seen.case.sku, seen.case.cause) == ("TEA-1", "客户说图片不符")
    (opened,) = walk(seen, (check(price_ok=False),)).effects(OpenCase)
    assert opened.form["skus"] == [{"sku": "TEA-1"}]
    assert walk(
        seen, (act("raise_issue", OPS_SPECIALIST, sku="TEA-1", issue="bad_image", detail="见截图"),)
    ).case.sku


def test_kind_54_who_applies_a_change_sees_it() -> None:
    judged = walk(start(), issue("dead_link")).machine.judged("apply")
    assert (judged["change"], judged["detail"]) == ("换主图", "见截图")


def test_kind_47_each_wrong_page_of_a_check_has_a_case() -> None:
    (other,) = walk(start(), (check(links_ok=False), ANOTHER)).effects(OpenCase)
    assert (other.event, other.form["sku"]) == ("report_page", "TEA-2")
    made = Scenario(ProductInfoMaintenance, subject=other.subject).act("report_page", None, **other.form)
    assert (made.stage, made.case.issue) == ("issue_found", "dead_link")
