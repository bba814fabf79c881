"""Starts of a case's workflow, tried in this process first: a start that is refused leaves nothing in Temporal."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from cases.positions import machine_of
from models.policy import StorePolicy
from models.tables.cases import CaseRow
from workflows.language.machine import Machine
from workflows.language.memory import Parent
from workflows.language.refusals import Refusal, UnknownAction
from workflows.language.sentences import Named, sentence
from workflows.registry import UnknownProcedure, registry
from workflows.runner.messages import ActionRequest, StartRequest
from workflows.runner.presentation import attributes_at_start, roles_of, summary_of_start

PROCEDURE_OFF = "procedure_off"
"""The refusal of a start where the store doesn't run the procedure."""


def switched_off(procedure: str) -> Refusal:
    """The refusal of a start where the store doesn't run the procedure."""
    said = sentence("The store has switched {procedure} off.", procedure=Named("procedure", procedure))
    return Refusal(said, code=PROCEDURE_OFF)


def unbegun(
    procedure: str,
    *,
    store: str,
    subject: str,
    policy: StorePolicy,
    at: datetime,
    version: int | None = None,
    parent: Parent | None = None,
) -> Machine:
    """The machine of a case that nobody has begun yet; by default in the newest version. Raises UnknownProcedure."""
    declared = registry().get(procedure, version)
    return Machine.begin(
        declared, store=store, subject=subject, policy=policy, now=at.astimezone(UTC), parent=parent
    )


def tried(start: StartRequest) -> Machine:
    """The machine after a start. Raises the start's Refusal."""
    try:
        machine = unbegun(
            start.procedure,
            store=start.store,
            subject=start.subject,
            policy=start.policy,
            at=datetime.now(UTC),
            version=start.version,
            parent=start.parent,
        )
    except UnknownProcedure as error:
        raise UnknownAction(str(error)) from error
    machine.begin_by(start.event, start.form, start.actor)
    return machine


def reopened(row: CaseRow, action: ActionRequest) -> tuple[StartRequest, Machine]:
    """The start of a run in which a case that has ended takes a record; and the machine after that. Raises Refusal."""
    machine = machine_of(row, datetime.now(UTC))
    machine.act(action.event, action.form, actor=action.actor, revision=action.revision)
    start = StartRequest(
        procedure=row.procedure,
        version=row.version,
        store=row.store,
        subject=row.subject,
        policy=machine.context.policy,
        actor=action.actor,
        request=row.request,
        reopened=True,
    )
    return start, machine


def shown_in_temporal(start: StartRequest, machine: Machine | None) -> dict[str, Any]:
    """What Temporal's list of workflows shows of the case from its first moment on: options of the SDK's start."""
    stages = machine.stages if machine else ()
    roles = roles_of(machine) if machine else ()
    return {
        "static_summary": summary_of_start(start),
        "search_attributes": attributes_at_start(start, stages, roles),
    }
