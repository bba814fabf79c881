"""A file before its case is there."""

from __future__ import annotations

from functools import partial

from fastapi import Request, Response
from sqlalchemy.orm import Session

from api.access import Calling
from api.dependencies import IdempotencyKey, Services, Serving
from api.documents.attachments import FileDocument
from api.files import FileStore
from api.lookups.stores import one_store
from api.parameters import InStore
from api.problems import problem_responses
from api.quotas import bytes_of
from api.replies import Reply, json_reply, response
from api.requests import IdempotentRequest
from api.routes import router
from api.uploads import (
    BODY,
    LARGEST_BODY,
    FileName,
    address_of_file,
    file_document,
    length_of,
    receive,
    stored,
)
from api.waiting_files import KEPT, require_room
from models.tables.requests import StoredFile

routes = router("look-ups")


@routes.post(
    "/files",
    summary="Send a file before its case is there",
    operation_id="add_waiting_file",
    status_code=201,
    max_body_size=LARGEST_BODY,
    openapi_extra=BODY,
    responses={201: {"model": FileDocument}, **problem_responses(400, 404, 413, 415, 429, 503, 507)},
)
async def add_waiting_file(
    http: Request,
    caller: Calling,
    serving: Serving,
    store: InStore = None,
    name: FileName = None,
    idempotency_key: IdempotencyKey = None,
) -> Response:
    """The body is a form with the part `file`, or the file itself. It is its sender's alone until a form that names its
    `id` is taken: then it belongs to that case. What no form has named within a day is removed. `store` says where the
    case will be, where the caller has several.
    """
    where = await serving.storage.search(one_store, caller, serving.settings, store)
    await serving.storage.read(require_room, caller.id)
    has = await serving.storage.read(bytes_of, where)
    with serving.quotas.room_for(where, length_of(http), has):
        sent = await receive(http, FileStore(serving.settings.data_dir / "files"), name)
        request = IdempotentRequest.read(http, caller, idempotency_key, sent.digest)
        row = stored(sent, where, caller.id, kept_for=KEPT)
        reply = await serving.journal.record(request, partial(_add, serving=serving, row=row))
    return response(reply)


def _add(session: Session, serving: Services, row: StoredFile) -> Reply:
    require_room(session, row.author)
    serving.quotas.take(session, row.store, row.size)
    session.add(row)
    session.flush()
    return json_reply(file_document(row), 201, Location=address_of_file(row.id))
