"""What every procedure has, so that its cases lead somewhere."""

import pytest

from workflows.language.approving import changes_after_approval, judged_by
from workflows.language.leads import left_out
from workflows.language.procedure import Procedure
from workflows.language.stages import Entry, Stage
from workflows.language.timing import Repeat
from workflows.language.usual import spanned
from workflows.registry import registry

EVERY = pytest.mark.parametrize("procedure", list(registry()), ids=lambda one: one.key)


def _waits_for_somebody(procedure: type[Procedure], stage: Stage) -> bool:
    if stage.final or isinstance(stage, Entry):
        return False
    leading = procedure.declaration.leaving(stage.id).values()
    feeds = any(
        role.is_feed for some in leading for one in some if one.goes_to != stage.id for role in one.by
    )
    return feeds or bool(stage.role)


@EVERY
def test_kind_56_who_waits_for_somebody_has_a_limit_and_somebody_hears(procedure: type[Procedure]) -> None:
    declared = procedure.declaration
    spans = {
        stage
        for deadline in declared.deadlines
        for stage in spanned(declared.stages, declared.transitions, deadline)
    }
    by_the_clock = {
        one.source.id
        for _, one in declared.all_transitions
        if one.spec.clock is not None
        and not isinstance(one.spec.clock, Repeat)
        and one.goes_to != one.source.id
    }
    excused = spans | by_the_clock | left_out(declared.exceptions, "limit")
    silent = [
        key
        for key, stage in declared.stages.items()
        if _waits_for_somebody(procedure, stage) and key not in excused and not (stage.due and stage.tell)
    ]
    assert silent == []


@EVERY
def test_kind_49_from_every_stage_people_can_stop_it_or_correct_it(procedure: type[Procedure]) -> None:
    """By a row with a reason, by stopping the case, or not, with a reason in the reference."""
    declared = procedure.declaration
    if any(one.lead == "way_back" and one.of is None for one in declared.exceptions):
        return
    excused = left_out(declared.exceptions, "way_back")
    stuck = [
        key
        for key, stage in declared.stages.items()
        if not (stage.final or isinstance(stage, Entry))
        and key not in declared.stoppable | excused
        and not any(
            one.form is not None and any(role.is_person for role in one.by) and one.goes_to != key
            for some in declared.leaving(key).values()
            for one in some
        )
    ]
    assert stuck == []


@EVERY
def test_kind_35_who_approves_is_another_than_who_asked(procedure: type[Procedure]) -> None:
    declared = procedure.declaration
    excused = left_out(declared.exceptions, "second_person")
    alone = {
        event
        for event, one in declared.all_transitions
        if one.spec.approves and any(role.is_staff for role in one.by) and not one.spec.other_than
    }
    assert alone <= excused


@EVERY
def test_kind_54_whoever_approves_is_shown_what_they_judge(procedure: type[Procedure]) -> None:
    """By the row's own word; a row that is called so must have it."""
    declared = procedure.declaration
    blind = {
        event
        for event, one in declared.all_transitions
        if event.split("_")[0] in ("approve", "reapprove", "allow")
        and any(role.is_staff for role in one.by)
        and not one.spec.approves
    }
    assert blind == set()


@EVERY
def test_kind_54_whoever_refuses_is_shown_what_they_judge(procedure: type[Procedure]) -> None:
    declared = procedure.declaration
    for event, one in declared.all_transitions:
        if one.spec.approves:
            refusing = {
                other
                for other, some in declared.leaving(one.source.id).items()
                if any(way.by == one.by and way.spec.back for way in some)
            }
            unseen = {other for other in refusing if not judged_by(declared, other, one.source.id)}
            assert unseen == set(), event


@EVERY
def test_kind_55_a_change_after_an_approval_asks_for_it_again(procedure: type[Procedure]) -> None:
    declared = procedure.declaration
    assert changes_after_approval(declared).keys() <= left_out(declared.exceptions, "approval_again")
