"""A running case goes on under another version of its procedure."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel

from workflows.language import clock
from workflows.language.declaration import ABORTED
from workflows.language.memory import Memory, Position
from workflows.language.procedure import Procedure
from workflows.language.refusals import Refusal


def migrated(procedure: type[Procedure], position: Position, version: int) -> Position:
    """`position` of an older version, as this version of the procedure sees it. Raises Refusal where a stage is unknown
    here, or the case's data aren't enough.
    """
    declared = procedure.declaration
    names = declared.renamed.get(version, {})
    stages = [names.get(stage, stage) for stage in position.stages]
    if unknown := [stage for stage in stages if stage not in declared.stages and stage != ABORTED]:
        stages_ = ", ".join(unknown)
        raise Refusal(f"{declared.key} {declared.version} has no stage {stages_}: name it in `renamed`.")
    case = position.case.model_dump(mode="json") if isinstance(position.case, BaseModel) else position.case
    if stages != [declared.entry.id]:
        try:
            case = procedure.migrate_case(dict(case or {}), version)
            declared.case_type.model_validate(case)
        except Exception as error:
            raise Refusal(
                f"{declared.key} {declared.version} can't take the case's data over: {error}"
            ) from error
    return Position(stages=stages, case=case, memory=_renamed(position.memory, names))


def _renamed(memory: Memory, names: Any) -> Memory:
    memory = memory.model_copy(deep=True)
    memory.entered = {names.get(stage, stage): at for stage, at in memory.entered.items()}
    memory.entered_revision = {names.get(stage, stage): n for stage, n in memory.entered_revision.items()}
    memory.missed = {names.get(of, of): at for of, at in memory.missed.items()}
    # what has gone off must not go off again under the stage's new name
    memory.fired = [clock.renamed(alarm, names) for alarm in memory.fired]
    memory.overdue = {clock.renamed(alarm, names): event for alarm, event in memory.overdue.items()}
    return memory
