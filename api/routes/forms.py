"""One action of a case before it is sent: its form, what somebody has filled in so far; and the case's family."""

from __future__ import annotations

from typing import Annotated

from fastapi import Path, Response

from api import drafts
from api.access import Calling
from api.completing import is_asking
from api.dependencies import Serving, Speaking
from api.documents.cases import CaseFamily
from api.documents.forms import DraftDocument, FilledForm, NewDraft
from api.family import family_of
from api.forms import filled_form
from api.parameters import CaseId
from api.problems import problem_responses
from api.replies import json_reply, response
from api.routes import router

routes = router("cases")

ActionName = Annotated[
    str, Path(description="The action: the `key` of one of the case's `actions`.", examples=["picked"])
]


@routes.get(
    "/cases/{case_id:path}/actions/{action}/draft",
    summary="Read what you have filled in",
    operation_id="get_draft",
    responses={200: {"model": DraftDocument}, **problem_responses(404)},
)
async def get_draft(case_id: CaseId, action: ActionName, caller: Calling, serving: Serving) -> Response:
    """The caller's own draft of an action."""
    return response(json_reply(await serving.storage.read(drafts.draft_of, case_id, action, caller)))


@routes.put(
    "/cases/{case_id:path}/actions/{action}/draft",
    summary="Keep what you have filled in",
    operation_id="put_draft",
    responses={200: {"model": DraftDocument}, **problem_responses(404, 413, 503)},
)
async def put_draft(
    case_id: CaseId, action: ActionName, body: NewDraft, caller: Calling, serving: Serving
) -> Response:
    """Kept for the caller alone, with what it was based on, until the action is sent."""
    kept = await serving.storage.write(drafts.keep_draft, case_id, action, caller, body.form, body.revision)
    return response(json_reply(kept))


@routes.delete(
    "/cases/{case_id:path}/actions/{action}/draft",
    summary="Forget what you have filled in",
    operation_id="delete_draft",
    status_code=204,
    responses=problem_responses(503),
)
async def delete_draft(case_id: CaseId, action: ActionName, caller: Calling, serving: Serving) -> Response:
    """The caller's own draft is gone, if there was one."""
    await serving.storage.write(drafts.drop_draft, caller.id, case_id, action)
    return Response(status_code=204)


@routes.get(
    "/cases/{case_id:path}/actions/{action}",
    summary="Read an action's form, filled in",
    operation_id="get_form",
    responses={200: {"model": FilledForm}, **problem_responses(403, 404, 409)},
)
async def get_form(
    case_id: CaseId, action: ActionName, caller: Calling, serving: Serving, language: Speaking
) -> Response:
    """What is known is there already, what is proposed may be changed, what is checked is left to whoever looks."""
    serving.reads.note(caller, case_id)
    takes_long = is_asking(case_id.partition(":")[0], action)
    find = serving.storage.search if takes_long else serving.storage.read
    return response(await find(filled_form, case_id, action, caller, language))


@routes.get(
    "/cases/{case_id:path}/family",
    summary="List the cases that belong together",
    operation_id="get_family",
    responses={200: {"model": CaseFamily}, **problem_responses(404)},
)
async def get_family(case_id: CaseId, caller: Calling, serving: Serving, language: Speaking) -> Response:
    """The cases of one order or contract, the first one first: what a link shows of each."""
    return response(json_reply(await serving.storage.search(family_of, case_id, caller, language)))
