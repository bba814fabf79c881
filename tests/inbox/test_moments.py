"""Limits and moments as badges and sentences show them, on the store's clock."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from inbox.moments import (
    age,
    clock_of_deadline,
    clock_of_stage,
    day,
    due,
    length,
    next_monday,
    next_opening,
    when,
)
from models.policy import Clock, StorePolicy

CHINA = ZoneInfo("Asia/Shanghai")
POLICY = StorePolicy(days_off=frozenset({date(2026, 12, 4)}))
"""Service from 9 to 23, office from 9 to 18 on workdays; the Friday is a holiday."""


def at(text: str) -> datetime:
    """A moment of the week that begins on Monday, 30 November 2026, on the store's clock: `Mo 10:00`."""
    name, _, clock = text.partition(" ")
    first = datetime(2026, 11, 30, tzinfo=CHINA)
    hour, minute = clock.split(":")
    days = ["Mo", "Tu", "We", "Th", "Fr", "Sa", "Su"].index(name)
    return first + timedelta(days=days, hours=int(hour), minutes=int(minute))


@pytest.mark.parametrize(
    ("clock", "now", "limit", "text", "tone", "is_closed"),
    [
        (Clock.ALWAYS, "Mo 10:00", "Mo 10:00", "−under 1 m", "late", False),
        (Clock.ALWAYS, "Mo 10:00", "Mo 10:59", "59 m", "soon", False),
        (Clock.ALWAYS, "Mo 10:00", "Mo 11:30", "1 h 30 m", "near", False),
        (Clock.ALWAYS, "Mo 10:00", "Mo 23:59", "13 h 59 m", "today", False),
        (Clock.ALWAYS, "Mo 10:00", "Tu 11:00", "1 d 1 h", "later", False),
        (Clock.ALWAYS, "Mo 10:00", "Su 11:00", "6 d", "later", False),
        (Clock.SERVICE, "Mo 22:30", "Tu 09:15", "45 m", "soon", False),
        (Clock.SERVICE, "Mo 23:30", "Tu 09:15", "15 m", "soon", True),
        (Clock.SERVICE, "Tu 08:59", "Mo 22:50", "−10 m", "late", False),
        (Clock.OFFICE, "Th 17:00", "Sa 12:00", "1 h", "soon", False),
        (Clock.OFFICE, "Th 19:00", "Su 12:00", "under 1 m", "soon", True),
    ],
)
def test_a_badge_counts_in_the_hours_of_its_limit(
    clock: Clock,
    now: str,
    limit: str,
    text: str,
    tone: str,
    is_closed: bool,  # noqa: FBT001 - a column of the table
) -> None:
    badge = due(at(limit), clock, POLICY, "en", at(now))
    assert badge is not None
    assert (badge.text, badge.tone, badge.is_closed) == (text, tone, is_closed)


def test_a_page_can_count_on_by_itself() -> None:
    badge = due(at("Tu 09:15"), Clock.SERVICE, POLICY, "zh", at("Mo 22:30"))
    assert badge is not None
    assert (badge.text, badge.left) == ("45 分", timedelta(minutes=45))
    open_hours = [
        [datetime.fromtimestamp(int(end), CHINA) for end in span.split("-")]
        for span in badge.spans.split(",")
    ]
    assert open_hours[:2] == [[at("Mo 22:30"), at("Mo 23:00")], [at("Tu 09:00"), at("Tu 23:00")]]


def test_while_an_office_is_closed_for_days_nothing_is_counted() -> None:
    badge = due(at("Su 12:00"), Clock.OFFICE, POLICY, "en", at("Th 19:00"))
    assert badge is not None
    assert badge.spans == "0-0"


def test_a_badge_says_when_it_is_due_and_by_which_hours() -> None:
    badge = due(at("Tu 09:15").isoformat(), Clock.SERVICE, POLICY, "zh", at("Mo 22:30"))
    assert badge is not None
    assert badge.title == "时限 明天 09:15 · 按 09:00–23:00 计时"
    assert due(None, Clock.SERVICE, POLICY, "zh") is None


@pytest.mark.parametrize(
    ("span", "zh", "en"),
    [
        (timedelta(seconds=59), "不到 1 分", "under 1 m"),
        (timedelta(minutes=65), "1 小时 5 分", "1 h 5 m"),
        (timedelta(days=2, hours=3, minutes=9), "2 天 3 小时", "2 d 3 h"),
        (timedelta(days=9, hours=3), "9 天", "9 d"),
    ],
)
def test_a_length_has_two_units_at_most(span: timedelta, zh: str, en: str) -> None:
    assert (length(span, "zh"), length(span, "en")) == (zh, en)


@pytest.mark.parametrize(
    ("ago", "zh", "en"),
    [
        (timedelta(seconds=30), "刚刚", "now"),
        (timedelta(minutes=59), "59 分", "59 m"),
        (timedelta(hours=23, minutes=59), "23 小时", "23 h"),
        (timedelta(days=3, hours=5), "3 天", "3 d"),
    ],
)
def test_an_age_has_one_unit(ago: timedelta, zh: str, en: str) -> None:
    now = at("Tu 09:00")
    assert (age(now - ago, "zh", now), age((now - ago).isoformat(), "en", now)) == (zh, en)


@pytest.mark.parametrize(
    ("moment", "zh", "en"),
    [
        ("Mo 14:30", "今天 14:30", "today 14:30"),
        ("Tu 00:00", "明天 00:00", "tomorrow 00:00"),
        ("Th 09:05", "12月3日 09:05", "3 Dec 09:05"),
    ],
)
def test_a_moment_is_told_on_the_stores_clock(moment: str, zh: str, en: str) -> None:
    now = at("Mo 01:00")  # still Sunday in UTC
    told = at(moment).astimezone(UTC).isoformat()
    assert (when(told, POLICY, "zh", now), when(told, POLICY, "en", now)) == (zh, en)
    assert when(at("Mo 01:00") - timedelta(hours=2), POLICY, "en", now) == "yesterday 23:00"


def test_a_date_of_another_year_says_which() -> None:
    assert (day(date(2031, 3, 9), POLICY, "zh"), day(date(2031, 3, 9), POLICY, "en")) == (
        "2031年3月9日",
        "9 Mar 2031",
    )


def test_a_task_is_put_off_until_the_store_opens() -> None:
    assert next_opening(POLICY, at("Mo 07:00")) == at("Mo 09:00")
    assert next_opening(POLICY, at("Mo 09:00")) == at("Tu 09:00")
    assert next_monday(POLICY, at("Su 12:00")) == at("Mo 09:00") + timedelta(days=7)
    assert next_monday(POLICY, at("Mo 07:00")) == at("Mo 09:00") + timedelta(days=7)


def test_a_limit_counts_as_its_procedure_declares() -> None:
    assert clock_of_stage("order_fulfilment", None, "pending_confirmation") is Clock.SERVICE
    assert clock_of_stage("order_fulfilment", None, "no_stage") is Clock.ALWAYS
    assert clock_of_stage("no_procedure", None, "open") is Clock.ALWAYS
    assert clock_of_deadline("order_fulfilment", 1, "no_deadline") is Clock.ALWAYS
