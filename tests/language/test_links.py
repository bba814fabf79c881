"""Cases that are awaited though they send nothing, and cases that end with the one that started them."""

from datetime import UTC, datetime

import pytest

from activities.cases.contract import CancelCase, OpenCase
from activities.stock.contract import SetAsideStock
from models.roles import Role
from models.values import yuan
from tests.language.sample_fair import Fair
from tests.scenario import Answer, Scenario, no, opened_by_calendar, person, yes
from workflows.language.links import opening
from workflows.language.memory import Parent
from workflows.language.refusals import Refusal


def announced(stock: Answer | None = None) -> Scenario:
    parent = Parent(case="year:shop:2026", link="fairs")
    made = Scenario(Fair, subject="F-1", parent=parent, answers={SetAsideStock: stock or yes()})
    return made.act("plan", Role.STAFF).act("announce", Role.STAFF)


def test_an_awaited_case_holds_up_what_needs_it() -> None:
    case = announced()
    with pytest.raises(Refusal, match="read the notice"):
        case.act("go_on", Role.STAFF)
    assert case.child("broadcast", "whatever").act("go_on", Role.STAFF).stage == "over"


def test_a_case_that_cannot_be_started_holds_up_nothing() -> None:
    machine = announced().machine
    (child,) = machine.memory.children
    machine.child_missing(child)
    assert machine.hooks.children(Fair.notice).any_unavailable
    assert machine.act("go_on", actor=person(Role.STAFF)).after == ["over"]


def test_cases_end_with_the_one_that_started_them() -> None:
    case = announced().act("call_off", Role.STAFF)
    opened = [ask.key for step in case.steps for ask in step.asked if isinstance(ask.effect, OpenCase)]
    assert sorted(effect.of for effect in case.effects(CancelCase)) == sorted(opened)


def test_cases_go_on_after_an_ordinary_end() -> None:
    case = announced().child("broadcast", "read").act("go_on", Role.STAFF)
    assert case.effects(CancelCase) == []


def test_what_was_refused_does_not_stand() -> None:
    case = announced(stock=no("short")).child("broadcast", "read")
    with pytest.raises(Refusal, match="set aside"):
        case.act("go_on", Role.STAFF)


def test_the_numbers_of_other_cases() -> None:
    broadcast, prices = announced().effects(OpenCase)
    assert (broadcast.subject, broadcast.form) == ("F-1-2", {"by": "2026"})
    assert prices.form == {"skus": [{"sku": "TEA", "price": {"amount": "5", "currency": "CNY"}}]}


def test_nobody_started_it() -> None:
    assert Scenario(Fair).machine.hooks.parent is None


@pytest.mark.parametrize(
    ("now", "subject"),
    [
        (datetime(2026, 11, 1, 1, tzinfo=UTC), "fair-2026-11"),
        (datetime(2026, 12, 1, 1, tzinfo=UTC), "fair-2026-12"),
    ],
)
def test_the_calendar_starts_a_case_by_the_stores_date(now: datetime, subject: str) -> None:
    assert [opening.subject for opening in opened_by_calendar(Fair, now)] == [subject]


def test_values_of_forms_are_given_as_they_are() -> None:
    form = opening("1", rows=({"price": yuan(1)},)).form
    assert form == {"rows": [{"price": {"amount": "1", "currency": "CNY"}}]}
