"""The people of the caller's stores."""

from __future__ import annotations

from typing import Annotated

from fastapi import Query, Response
from sqlalchemy.orm import Session

from api.access import Caller, Calling
from api.dependencies import Services, Serving
from api.documents.lookups import ColleaguePage
from api.lookups.people import colleagues
from api.lookups.stores import stores_of
from api.parameters import Few, InStore, Typed
from api.problems import Problem, problem_responses
from api.replies import json_reply, response
from api.routes import router
from models.roles import STAFF_ROLES, Role
from stores.current import store_settings

routes = router("look-ups")


@routes.get(
    "/people",
    summary="Find people of the store",
    operation_id="find_people",
    responses={200: {"model": ColleaguePage}, **problem_responses(403, 404)},
)
async def find_people(
    caller: Calling,
    serving: Serving,
    q: Typed = "",
    role: Annotated[
        Role | None, Query(description="Those who hold this role alone.", examples=["picker"])
    ] = None,
    store: InStore = None,
    limit: Few = 20,
) -> Response:
    """Whom a task can be handed to, or a comment can name, with their roles in the caller's stores. No services and no
    parties.
    """
    if not caller.is_staff:
        raise Problem("forbidden", "The store's people are for the store's people.")
    found = await serving.storage.search(_people, serving, caller, q, role, store, limit)
    return response(json_reply({"items": found, "next_cursor": None}))


def _people(
    session: Session,
    serving: Services,
    caller: Caller,
    text: str,
    role: Role | None,
    store: str | None,
    most: int,
) -> list[dict[str, object]]:
    works_in = caller.rights.stores_of(STAFF_ROLES)
    stores = None if works_in is None else sorted(works_in)
    if store is not None:
        named = stores_of(session, caller, serving.settings, store)
        stores = [one for one in named if works_in is None or one in works_in]
    roles = STAFF_ROLES if role is None else STAFF_ROLES & {role}
    listed = store_settings(serving.settings).people
    return [one.document() for one in colleagues(session, stores, listed, text, roles, most)]
