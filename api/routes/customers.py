"""Customers, for who deals with them."""

from __future__ import annotations

from typing import Annotated

from fastapi import Path, Response

from api.access import Calling
from api.dependencies import Serving, Speaking
from api.documents.lookups import CustomerDocument
from api.lookups.customers import customer_document
from api.parameters import InStore
from api.problems import problem_responses
from api.replies import json_reply, response
from api.routes import router

routes = router("look-ups")


@routes.get(
    "/customers/{number:path}",
    summary="Read a customer",
    operation_id="get_customer",
    responses={200: {"model": CustomerDocument}, **problem_responses(404)},
)
async def get_customer(
    number: Annotated[
        str, Path(max_length=64, description="The customer's number at the store.", examples=["C-1001"])
    ],
    caller: Calling,
    serving: Serving,
    language: Speaking,
    store: InStore = None,
) -> Response:
    """Their orders, cases and refunds, and what is left of each limit: for roles that deal with customers, and for
    themselves. `store` says which, where two know the number.
    """
    serving.reads.note(caller, f"customer {number}")
    document = await serving.storage.search(
        customer_document, caller, serving.settings, serving.policy(), language, number, store
    )
    return response(json_reply(document))
