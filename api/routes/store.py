"""How a store works."""

from __future__ import annotations

from fastapi import Response

from api.access import Calling
from api.dependencies import Serving, Speaking
from api.documents.lookups import StoreDocument
from api.lookups.stores import store_document
from api.parameters import InStore
from api.problems import problem_responses
from api.replies import json_reply, response
from api.routes import router

routes = router("look-ups")


@routes.get(
    "/store",
    summary="Read how a store works",
    operation_id="get_store",
    responses={200: {"model": StoreDocument}, **problem_responses(404)},
)
async def get_store(caller: Calling, serving: Serving, language: Speaking, store: InStore = None) -> Response:
    """Hours, days off, currency, limits, what is switched on. `store` says which, where the caller has several."""
    document = await serving.storage.search(
        store_document, caller, serving.settings, serving.policy(), language, store
    )
    return response(json_reply(document))
