"""What the read model keeps of a case, as its procedure sees it."""

from __future__ import annotations

from datetime import datetime
from functools import lru_cache
from typing import Any

from pydantic import BaseModel
from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from models.statements import found
from models.tables.cases import CaseRow
from workflows.language.machine import Machine
from workflows.language.memory import Position
from workflows.language.procedure import Procedure
from workflows.registry import registry
from workflows.runner.policies import policy_of

_cases: Any = vars(CaseRow)["__table__"]
_one_case: Any = select(_cases).where(_cases.c.id == bindparam("case"))


def case_row(session: Session, case: str) -> CaseRow | None:
    """The case as it is written: to read, not to change."""
    rows = found(session, _one_case, {"case": case})
    return rows[0] if rows else None


def machine_of(row: CaseRow, at: datetime) -> Machine:
    """The thread's machine, put where the case stands. Raises UnknownProcedure where this code lacks its version."""
    procedure = registry().get(row.procedure, row.version)
    return Machine.at(procedure, position_of(procedure, row.position), policy_of(row.policy), at)


@lru_cache(maxsize=256)
def position_of(procedure: type[Procedure], kept: str) -> Position:
    """The position that a case keeps as text. Read once for its writer and those who look at it next: what is done
    from it is done on copies.
    """
    position = Position.model_validate_json(kept)
    return position.model_copy(update={"case": procedure.declaration.case_of(position.stages, position.case)})


def data_of(machine: Machine) -> dict[str, Any]:
    """The case's data as JSON, in full: a position as it is kept leaves out what is at its default."""
    case = machine.case
    return case.model_dump(mode="json") if isinstance(case, BaseModel) else dict(case or {})
