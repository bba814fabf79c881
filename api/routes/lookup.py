"""What a code is, and what a field that names a book can be."""

from __future__ import annotations

from typing import Annotated

from fastapi import Path, Query, Response
from sqlalchemy.orm import Session

from api.access import Caller, Calling
from api.dependencies import Services, Serving, Speaking
from api.documents.lookups import FoundThings, RefPage
from api.labels import Language
from api.lookups.books import entries_of, is_personal
from api.lookups.codes import what_it_is
from api.lookups.entries import Asked
from api.lookups.stores import stores_of
from api.parameters import Few, InStore, Typed
from api.problems import problem_responses
from api.replies import json_reply, response
from api.routes import router
from stores.current import store_settings

routes = router("look-ups")


@routes.get(
    "/lookup",
    summary="Say what a code is",
    operation_id="look_up",
    responses={200: {"model": FoundThings}, **problem_responses(404)},
)
async def look_up(
    caller: Calling,
    serving: Serving,
    language: Speaking,
    code: Annotated[
        str,
        Query(min_length=1, max_length=250, description="As it was scanned or typed.", examples=["SO-1001"]),
    ],
    store: InStore = None,
) -> Response:
    """A waybill, an order under any number of its family, a product by any of its codes, a bin, a person, a command, a
    case by a number of its own or one that it keeps; all of them where it is two.
    """
    found = await serving.storage.search(what_it_is, caller, store, language, serving.settings, code)
    for thing in found:
        if thing["headline"]:
            serving.reads.note(caller, thing["case"])
    return response(json_reply({"code": code, "items": found}))


@routes.get(
    "/refs/{book}",
    summary="Find entries of a book",
    operation_id="find_refs",
    responses={200: {"model": RefPage}, **problem_responses(403, 404)},
)
async def find_refs(
    book: Annotated[str, Path(max_length=64, description="What the field's `x-ref` says.", examples=["sku"])],
    caller: Calling,
    serving: Serving,
    language: Speaking,
    q: Typed = "",
    store: InStore = None,
    limit: Few = 20,
) -> Response:
    """What a field with `x-ref` can be: by words and by code, what suits best first. Parties are offered what is
    theirs.
    """
    if is_personal(book):
        serving.reads.note(caller, f"book {book}")
    found = await serving.storage.search(_entries, serving, caller, language, book, q, store, limit)
    return response(json_reply({"items": found, "next_cursor": None}))


def _entries(
    session: Session,
    serving: Services,
    caller: Caller,
    language: Language,
    book: str,
    text: str,
    store: str | None,
    most: int,
) -> list[dict[str, str]]:
    asked = Asked(
        session=session,
        caller=caller,
        store=store,
        stores=tuple(stores_of(session, caller, serving.settings, store)),
        text=text,
        most=most,
        language=language,
        settings=store_settings(serving.settings),
    )
    return [entry.document() for entry in entries_of(book, asked)]
