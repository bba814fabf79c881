"""The daily store check: every move, every refusal, every limit, every case that a fault starts."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from activities.cases.contract import CancelCase, OpenCase
from tests.procedures.paths import (
    Act,
    Answers,
    Path,
    Refused,
    act,
    child,
    each,
    messages,
    untaken,
    walk,
    walked,
)
from tests.scenario import MONDAY, Scenario, opened_by_calendar
from workflows.language.timing import hours, minutes
from workflows.procedures.management.daily_store_check import DailyStoreCheck, Item
from workflows.vocabulary import OPS_MANAGER, OPS_SPECIALIST, PROMOTER, WAREHOUSE_SUPERVISOR

ITEMS: tuple[str, ...] = Item.__args__
OPENS = MONDAY - timedelta(minutes=90)


def start(answers: Answers | None = None) -> Scenario:
    return Scenario(DailyStoreCheck, subject="tmall-2026-11-23", now=OPENS, answers=answers).act(
        "open_day", shop="tmall", day="2026-11-23"
    )


def mark(number: int, result: str = "ok", **more: Any) -> Act:
    return act("mark_item", OPS_SPECIALIST, item=ITEMS[number - 1], result=result, **more)


def fault(number: int, detail: str = "有误", **more: Any) -> Act:
    return mark(number, "fault", fault_detail=detail, **more)


ROUND = (act("start_round", OPS_SPECIALIST),)
ALL = (*ROUND, *(mark(n) for n in range(1, 8)))
CLEAN = (*ALL, act("finish_clean", OPS_SPECIALIST))
SHORT = fault(3, evidence="TEA-1")
FAULTS = (*ALL, SHORT, act("finish_with_faults", OPS_SPECIALIST))
SIGN = act("sign_off", OPS_MANAGER)
OWNED = act("all_handled", OPS_SPECIALIST, note="王跟进，25 日前")
LATE = (*ROUND, hours(2))

PATHS = [
    Path("all right", (*CLEAN, SIGN), "closed", opened=[]),
    Path("faults are followed", FAULTS, "handling", opened=["low_stock_alert"]),
    Path("and end by themselves", (*FAULTS, child("low_stock_alert", "restocked")), "signed_off"),
    Path(
        "a case ends before the round",
        (*ALL, SHORT, child("low_stock_alert", "restocked"), FAULTS[-1]),
        "signed_off",
    ),
    Path(
        "one of two has ended in the round",
        (*ALL, SHORT, child("low_stock_alert", "restocked"), fault(2), FAULTS[-1]),
        "handling",
    ),
    Path("owned with a date", (*FAULTS, OWNED, SIGN), "closed"),
    Path("nobody has begun", (hours(2),), "overdue", notified=[]),
    Path("nor by noon", (minutes(210),), "overdue", notified=[OPS_MANAGER], missed=["overdue"]),
    Path("not done in time", LATE, "overdue"),
    Path("made up", (*LATE, act("late_round", OPS_SPECIALIST, reason="停电"), hours(20)), "checking"),
    Path("written off", (hours(2), act("write_off_day", OPS_MANAGER, reason="停电")), "closed"),
    Path(
        "signed the same day",
        (*CLEAN, hours(10)),
        "signed_off",
        notified=[OPS_MANAGER],
        missed=["signed_off"],
    ),
    Path(
        "handled in the evening, and not signed the same day",
        (*FAULTS, hours(11), OWNED, hours(4)),
        "signed_off",
        notified=[OPS_MANAGER],
        missed=["signed_off"],
    ),
    Path(
        "an order was forgotten",
        (*ROUND, fault(6, unshipped_cause="forgotten", evidence="SO-1")),
        "checking",
        opened=[],
        notified=[WAREHOUSE_SUPERVISOR],
    ),
    Path(
        "unshipped for an hour",
        (*ROUND, fault(6, unshipped_cause="shortage", evidence="SO-1 TEA-1"), hours(1)),
        "checking",
        notified=[OPS_MANAGER],
        missed=["unshipped_acted_on"],
    ),
    Path(
        "the manager hears once",
        (*ROUND, fault(6, unshipped_cause="shortage", evidence="SO-1 TEA-1"), hours(1), mark(5), minutes(30)),
        "checking",
        notified=[OPS_MANAGER],
    ),
    Path(
        "no order unshipped after all",
        (*ROUND, fault(6, unshipped_cause="shortage", evidence="SO-1 TEA-1"), mark(6), hours(1)),
        "checking",
        notified=[],
    ),
]

REFUSALS = [
    Refused("one is left", (*ALL[:-1], act("finish_clean", OPS_SPECIALIST)), "seven items"),
    Refused(
        "six are done", (*ALL, act("finish_clean", OPS_SPECIALIST, items_done=6)), "known to be 7, not 6"
    ),
    Refused(
        "a fault is no clean round",
        (*ALL, fault(2), act("finish_clean", OPS_SPECIALIST)),
        "one fault",
    ),
    Refused("no fault", (*ALL, act("finish_with_faults", OPS_SPECIALIST)), "one fault"),
    Refused("another checks", (act("start_round", OPS_SPECIALIST, checker="li"),), "/checker"),
    Refused("what is wrong?", (*ROUND, mark(2, "fault")), "/fault_detail"),
    Refused("what of item 1?", (*ROUND, fault(1)), "/sub_item"),
    Refused("why unshipped?", (*ROUND, fault(6)), "/unshipped_cause"),
    Refused("which goods?", (*ROUND, fault(6, unshipped_cause="shortage", evidence="SO-1 缺")), "/evidence"),
    Refused("which order?", (*ROUND, fault(6, unshipped_cause="forgotten", evidence="缺货")), "/evidence"),
    Refused("a promoter checks", (act("start_round", PROMOTER),), "not_your_role"),
    Refused("nobody owns it", (*FAULTS, act("all_handled", OPS_SPECIALIST)), "/note"),
]

MESSAGES = {
    "write_off_day": {"day_written_off to ops_specialist"},
    "mark_item": {"order_forgotten to warehouse_supervisor"},
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
    assert untaken(DailyStoreCheck, start, PATHS) == set()


@pytest.mark.parametrize(
    ("found", "procedure", "form"),
    [
        (fault(1, sub_item="promo_price", evidence="TEA-1"), "price_change", {"reason": "error_fix"}),
        (fault(1, sub_item="activity"), "price_change", {}),
        (fault(1, sub_item="activity_time"), "price_change", {}),
        (fault(1, sub_item="promo_fee"), "ad_optimisation", {}),
        (fault(1, sub_item="stock", evidence="TEA-1"), "low_stock_alert", {"sku": "TEA-1"}),
        (
            fault(1, sub_item="payment"),
            "platform_maintenance",
            {"where": "payment", "severity": "2_main_function"},
        ),
        (
            fault(2, "图片过期", evidence="TEA-1"),
            "product_info_maintenance",
            {"sku": "TEA-1", "cause": "图片过期"},
        ),
        (fault(3, evidence="TEA-2，可售 3"), "low_stock_alert", {"sku": "TEA-2"}),
        (fault(3, evidence="TEA-2: 可售 3;"), "low_stock_alert", {"sku": "TEA-2"}),
        (
            fault(4, "分类页打不开"),
            "platform_maintenance",
            {"symptom": "分类页打不开", "severity": "3_minor"},
        ),
        (fault(4, "店招过期"), "product_info_maintenance", {"cause": "店招过期"}),
        (fault(5, "被举报"), "violation_handling", {"platform": "tmall", "text": "被举报"}),
        (
            fault(6, unshipped_cause="shortage", evidence="SO-1 TEA-1 缺"),
            "out_of_stock",
            {"order_no": "SO-1", "sku": "TEA-1"},
        ),
        (fault(7, dsr_today="4.7", dsr_yesterday="4.8"), "cs_quality_review", {}),
        (fault(7, "转化下降"), "conversion_diagnosis", {"scope": "tmall", "metric": "conversion"}),
    ],
    ids=lambda value: value if isinstance(value, str) else None,
)
def test_each_fault_has_its_case(found: Act, procedure: str, form: dict[str, str]) -> None:
    case = walk(start(), (*ROUND, found))
    (opened,) = case.effects(OpenCase)
    assert opened.procedure == procedure
    assert {name: opened.form[name] for name in form} == form


def test_a_fault_that_was_none_calls_its_case_off() -> None:
    case = walk(start(), (*ALL, SHORT, fault(2), mark(3)))
    (called_off,) = case.effects(CancelCase)
    asked = {ask.key: ask.effect for step in case.steps for ask in step.asked}
    assert asked[called_off.of].model_dump()["procedure"] == "low_stock_alert"
    assert [mark.item[0] for mark in case.case.marks if mark.is_fault] == ["2"]


def test_an_item_may_be_wrong_of_several_goods() -> None:
    other, twice = fault(3, evidence="TEA-2"), fault(3, "仍缺", evidence="TEA-1，可售 2")
    case = walk(start(), (*ALL, SHORT, other))
    assert (len(case.effects(OpenCase)), case.effects(CancelCase)) == (2, [])
    assert len(walk(case, (twice,)).effects(CancelCase)) == 1
    assert len(walk(case, (mark(3),)).effects(CancelCase)) == 3


def test_two_orders_may_be_short() -> None:
    short = [fault(6, unshipped_cause="shortage", evidence=f"SO-{n} TEA-1 缺") for n in (1, 2)]
    case = walk(start(), (*ALL, *short))
    assert [opened.form["order_no"] for opened in case.effects(OpenCase)] == ["SO-1", "SO-2"]
    assert case.effects(CancelCase) == []


def test_item_1_may_have_several_faults() -> None:
    price, fee = fault(1, sub_item="promo_price"), fault(1, sub_item="promo_fee")
    case = walk(start(), (*ALL, price, fee, price))
    assert case.opened == ["price_change", "ad_optimisation", "price_change"]
    assert len(case.effects(CancelCase)) == 1
    assert len(walk(case, (mark(1),)).effects(CancelCase)) == 3


def test_the_calendar_opens_the_day() -> None:
    (opening,) = opened_by_calendar(DailyStoreCheck, OPENS)
    assert opening.form == {"shop": "shop", "day": MONDAY.date()}


def test_kind_05_nobody_proposes_a_price_that_the_round_doesnt_know() -> None:
    case = walk(start(), (*ROUND, fault(1, sub_item="promo_price", evidence="TEA-1")))
    (asked,) = case.effects(OpenCase)
    assert (asked.procedure, asked.event) == ("price_change", ""), (
        "it waits for whoever knows the right price"
    )
    assert asked.form["skus"] == [{"sku": "TEA-1"}]
    unnamed = walk(start(), (*ROUND, fault(1, sub_item="activity"))).effects(OpenCase)[0]
    assert "skus" not in unnamed.form


def test_kind_23_a_shortage_names_its_order_its_goods_and_how_many() -> None:
    short = fault(6, unshipped_cause="shortage", evidence="SO-1 TEA-1 缺", missing_qty=3)
    (opened,) = walk(start(), (*ROUND, short)).effects(OpenCase)
    assert opened.form == {"sku": "TEA-1", "order_no": "SO-1", "missing_qty": 3, "cause": "no_stock"}
    alert = walk(start(), (*ROUND, SHORT)).effects(OpenCase)[0]
    assert (alert.event, alert.form) == ("", {"sku": "TEA-1"}), "nobody has counted them"


def test_kind_23_what_buyers_rate_is_no_conversion() -> None:
    better = fault(7, "转化下降", dsr_today="4.8", dsr_yesterday="4.7")
    (asked,) = walk(start(), (*ROUND, better)).effects(OpenCase)
    assert (asked.event, asked.form) == ("", {"metric": "conversion", "scope": "tmall"}), (
        "analysts say how it is"
    )
