"""What every procedure has, so that its cases lead somewhere."""

import pytest

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
        if event.startswith(("approve", "allow"))
        and any(role.is_staff for role in one.by)
        and not one.spec.other_than
    }
    assert alone <= excused
