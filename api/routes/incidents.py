"""Decisions about incidents: effects that failed for good."""

from __future__ import annotations

from typing import Annotated

from fastapi import Path, Response

from api.dependencies import Idempotent, Services, Serving
from api.documents.cases import Resolution
from api.parameters import CaseId
from api.problems import Problem, problem_responses
from api.replies import Reply, response
from api.requests import IdempotentRequest
from api.routes import router
from api.routes.actions import MOVED, procedure_of
from models.roles import OPERATIONS
from models.tables.cases import store_of
from models.tables.requests import Sending
from workflows.incidents import IncidentDecision
from workflows.runner.messages import DecisionRequest

routes = router("cases")


@routes.post(
    "/cases/{case_id:path}/incidents/{incident}",
    summary="Decide about an incident",
    operation_id="resolve_incident",
    responses={**MOVED, **problem_responses(403, 404, 409, 413, 503)},
)
async def resolve_incident(
    case_id: CaseId,
    incident: Annotated[
        str,
        Path(
            description="The `key` of one of the case's `incidents`: the effect that failed.",
            examples=["4.0"],
        ),
    ],
    body: Resolution,
    request: Idempotent,
    serving: Serving,
) -> Response:
    """An effect failed for good. Try it again, say that it was done by hand, or have the case go on as after a refusal.
    For operations.
    """
    return response(await send_decision(serving, request, case_id, incident, body))


async def send_decision(
    serving: Services, request: IdempotentRequest, case: str, incident: str, body: Resolution
) -> Reply:
    """One decision about an incident, through the journal."""
    await serving.storage.read(procedure_of, case, request.caller)
    if not request.caller.has_any(OPERATIONS, store_of(case)):
        raise Problem("not_your_role", f"Incidents are for {', '.join(sorted(OPERATIONS))}.")
    decision = DecisionRequest(
        actor=request.caller.actor_in(store_of(case)),
        key=incident[:40],
        do=IncidentDecision(body.do),
        reason=body.reason,
        data=body.data,
    )
    entry = request.entry(
        Sending.INCIDENT, case, resolve=decision.model_dump(mode="json", exclude_defaults=True)
    )
    return await serving.journal.send(entry)
