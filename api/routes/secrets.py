"""Secrets: kept here before a form refers to them. Nothing gives the text back but what needs it, such as a letter."""

from __future__ import annotations

from datetime import UTC, datetime

from fastapi import Response
from sqlalchemy.orm import Session

from activities.secrets.vault import Vault
from api.dependencies import Idempotent, Serving
from api.documents.secrets import NewSecret, SecretDocument
from api.problems import Problem, not_found, problem_responses
from api.replies import Reply, json_reply, response
from api.routes import router
from models.roles import STAFF_ROLES

routes = router("secrets")


@routes.post(
    "/secrets",
    summary="Keep a secret",
    operation_id="keep_secret",
    status_code=201,
    responses={201: {"model": SecretDocument}, **problem_responses(403, 404, 413)},
)
async def keep_secret(body: NewSecret, request: Idempotent, serving: Serving) -> Response:
    """Keep a text of a store, such as a gift card's code. The answer is the reference that a form's secret field takes;
    the text is in no answer.
    """
    if not request.caller.sees(body.store):
        raise not_found("store")
    if not request.caller.has_any(STAFF_ROLES, body.store):
        raise Problem("not_your_role", "Secrets are kept by the store's people.")
    vault = serving.world.ports[Vault]

    def keep(session: Session) -> Reply:
        return json_reply({"secret": vault.keep(session, body.store, body.text, datetime.now(UTC))}, 201)

    return response(await serving.journal.record(request, keep))
