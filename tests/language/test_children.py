"""What the ends of several children send, and what a case remembers of who did what since when."""

import pytest

from tests.scenario import Scenario
from workflows.language.refusals import Refusal
from workflows.vocabulary import (
    STAFF,
    Case,
    Count,
    Entry,
    Form,
    Keep,
    Opening,
    Procedure,
    Qty,
    Role,
    Stage,
    opening,
    starts,
)


class Load(Form):
    tons: Keep[Qty]


class ConvoyCase(Case):
    tons: Qty = 1
    thanks: Count = 0


class Convoy(Procedure):
    """Sends lorries out, and has arrived when all of them are home."""

    key = "convoy"
    case: ConvoyCase

    new = Entry()
    loading = Stage(role=STAFF)
    rolling = Stage(role=STAFF)
    arrived = Stage(final=True)

    begin_convoy = new.to(loading, by=STAFF)
    load = loading.stay(by=STAFF, form=Load, when="is_dry and is_light")
    roll = loading.to(rolling, by=STAFF)
    one_rests = rolling.stay()
    all_home = rolling.to(arrived)
    warn = rolling.stay(by=STAFF)
    inspect = rolling.stay(by=STAFF)
    rested_late = arrived.stay()
    thank = arrived.stay(by=STAFF, when="is_light_enough")

    def is_dry(self) -> bool:
        """It doesn't rain."""
        return True

    def is_light(self, form: Load) -> bool:
        """The lorries bear it."""
        return form.tons <= 5

    def is_light_enough(self) -> bool:
        """There was little to carry."""
        return self.case.tons < 3

    @thank.on
    def count_thanks(self) -> None:
        self.case.thanks += 1

    @starts("trip", on=roll, ends={"resting": rested_late | one_rests}, all_ended=all_home)
    def trips(self) -> list[Opening]:
        return [opening("a"), opening("b")]


def loading() -> Scenario:
    return Scenario(Convoy).act("begin_convoy", Role.STAFF)


def rolling(tons: int = 2) -> Scenario:
    return loading().act("load", Role.STAFF, tons=tons).act("roll", Role.STAFF)


def events(case: Scenario) -> list[str]:
    return [event for step in case.steps for event in (step.event, *step.followed)]


def home(case: Scenario) -> Scenario:
    return case.child("trip", "home").child("trip", "home")


def test_all_ended_is_sent_when_the_last_of_several_children_ends() -> None:
    case = rolling().child("trip", "home")
    assert (case.stage, events(case).count("all_home")) == ("rolling", 0)
    case.child("trip", "lost")
    assert (case.stage, events(case).count("all_home")) == ("arrived", 1)


def test_a_child_that_passes_a_stage_has_not_ended() -> None:
    case = rolling().child("trip", "home").child("trip", "resting", ended=False)
    assert (case.stage, events(case).count("one_rests")) == ("rolling", 1)
    assert case.child("trip", "home").stage == "arrived"


def test_a_child_sends_each_event_once() -> None:
    case = rolling().child("trip", "resting", ended=False).child("trip", "resting", ended=False)
    assert events(case).count("one_rests") == 2, "each of the two"
    case.child("trip", "resting", ended=False)
    assert events(case).count("one_rests") == 2, "the first had rested before"


def test_a_case_that_its_parent_calls_off_offers_nothing_and_takes_nothing() -> None:
    case = rolling().cancel_by_parent()
    assert (case.stages, case.machine.finished, case.offers(Role.STAFF)) == (["aborted"], True, [])
    with pytest.raises(Refusal):
        case.act("inspect", Role.STAFF)


def test_an_event_has_happened_since_another_only_where_it_was_not_before() -> None:
    case = rolling().act("inspect", Role.STAFF)
    assert case.machine.hooks.has_happened(Convoy.inspect)
    assert not case.machine.hooks.has_happened(Convoy.warn)
    assert case.machine.hooks.has_happened(Convoy.inspect, since=Convoy.warn), "the other has never happened"
    case.act("warn", Role.STAFF)
    assert not case.machine.hooks.has_happened(Convoy.inspect, since=Convoy.warn)
    assert case.machine.hooks.has_happened(Convoy.warn, since=Convoy.warn)
    case.act("inspect", Role.STAFF)
    assert case.machine.hooks.has_happened(Convoy.inspect, since=Convoy.warn)


def test_who_did_something_is_known_and_empty_where_nobody_has() -> None:
    case = rolling()
    assert (case.machine.hooks.who_did(Convoy.roll), case.machine.hooks.who_did(Convoy.warn)) == ("staff", "")


def test_a_row_one_of_whose_guards_judges_the_form_is_offered() -> None:
    assert "load" in loading().offers(Role.STAFF)
    with pytest.raises(Refusal, match="The lorries bear it"):
        loading().act("load", Role.STAFF, tons=6)
    assert loading().act("load", Role.STAFF, tons=5).case.tons == 5


def test_a_record_at_an_end_is_guarded_like_any_event() -> None:
    thanked = home(rolling()).act("thank", Role.STAFF)
    assert (thanked.stage, thanked.case.thanks) == ("arrived", 1)
    heavy = home(rolling(3))
    with pytest.raises(Refusal, match="little to carry"):
        heavy.act("thank", Role.STAFF)
    assert heavy.case.thanks == 0
