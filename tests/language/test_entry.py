"""A case that waits at its entry until somebody begins it, leaves it out, or it is too late."""

from __future__ import annotations

from datetime import timedelta

import pytest

from activities.cases.contract import TellParent
from tests.language.sample_errands import Errands, Strolls
from tests.scenario import Scenario
from workflows.language.memory import Parent
from workflows.language.refusals import InvalidForm, NotPossibleNow, NotYourRole, Refusal
from workflows.vocabulary import OPS_MANAGER, PACKER, PICKER, Role, days, hours


def waiting(parent: Parent | None = None) -> Scenario:
    return Scenario(Errands, parent=parent).await_start(day="2026-11-24")


def test_it_waits_for_the_people_of_its_entry() -> None:
    case = waiting()
    assert case.stages == ["new"]
    assert case.offers(PICKER) == ["set_out", "leave_out"]
    assert case.offers(OPS_MANAGER) == ["leave_out"]
    assert case.offers(PACKER) == []


def test_what_is_known_needs_no_answer() -> None:
    case = waiting().act("set_out", PICKER, where="post office")
    assert (case.stage, case.case.where, f"{case.case.day}") == ("going", "post office", "2026-11-24")


def test_an_answer_comes_before_what_was_known() -> None:
    case = waiting().act("set_out", PICKER, where="bank", day="2026-11-25")
    assert f"{case.case.day}" == "2026-11-25"


def test_what_is_not_known_must_be_given_in_the_form() -> None:
    case = waiting()
    with pytest.raises(InvalidForm, match="/where"):
        case.act("set_out", PICKER)
    assert case.stages == ["new"]


def test_others_begin_nothing() -> None:
    with pytest.raises(NotYourRole):
        waiting().act("set_out", PACKER, where="bank")


def test_nothing_else_can_be_done() -> None:
    with pytest.raises(NotPossibleNow):
        waiting().act("come_back", PICKER)


def test_it_is_begun_once() -> None:
    with pytest.raises(NotPossibleNow):
        waiting().act("set_out", PICKER, where="bank").act("set_out", PICKER, where="bank")


def test_a_missed_limit_of_the_entry_notifies_its_role() -> None:
    case = waiting().wait(hours(4))
    assert (case.missed, case.notified) == (["new"], [OPS_MANAGER])


def test_it_lapses() -> None:
    case = waiting().wait(days(1))
    assert (case.stages, case.machine.finished, case.steps[-1].event) == (["aborted"], True, "leave_out")


def test_a_case_that_was_begun_does_not_lapse() -> None:
    case = waiting().act("set_out", PICKER, where="bank").wait(timedelta(days=9))
    assert (case.stages, case.missed) == (["going"], ["going"])


def test_it_is_left_out_with_a_reason() -> None:
    case = waiting().act("leave_out", PICKER, reason="rain")
    assert (case.stages, case.steps[-1].form) == (["aborted"], {"reason": "rain"})
    with pytest.raises(Refusal):
        case.act("set_out", PICKER, where="bank")


@pytest.mark.parametrize(("role", "form"), [(PACKER, {"reason": "rain"}), (PICKER, {})], ids=["role", "form"])
def test_it_is_not_left_out_by_others_or_without_a_reason(role: Role, form: dict[str, str]) -> None:
    with pytest.raises(Refusal):
        waiting().act("leave_out", role, **form)


def test_a_case_that_was_begun_is_not_left_out() -> None:
    with pytest.raises(NotPossibleNow):
        waiting().act("set_out", PICKER, where="bank").act("leave_out", PICKER, reason="rain")


def test_the_case_that_waits_for_it_hears_that_it_was_left_out() -> None:
    case = waiting(Parent(case="trip:shop:1", link="errand", waits=True))
    (report,) = case.act("leave_out", PICKER, reason="rain").effects(TellParent)
    assert (report.parent, report.stage, report.ended) == ("trip:shop:1", "aborted", True)


def test_its_parent_cancels_it() -> None:
    assert waiting().cancel_by_parent().stages == ["aborted"]


def test_nobody_is_asked_at_an_entry_of_no_role() -> None:
    with pytest.raises(NotPossibleNow):
        Scenario(Strolls).await_start()


def test_a_case_that_goes_on_cannot_wait_to_be_begun() -> None:
    with pytest.raises(NotPossibleNow):
        waiting().await_start()
