"""Papers: pick lists, delivery notes, labels, return slips, statements; a page, or a PDF where it is asked for."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Annotated, Any
from urllib.parse import quote

from fastapi import Header, Path, Query, Response
from fastapi.responses import FileResponse
from sqlalchemy.orm import Session

from api.access import Caller, Calling
from api.dependencies import IdempotencyKey, Services, Serving, Speaking
from api.documents.papers import PapersWanted
from api.files import FileStore
from api.labels import Language
from api.papers.accepting import HTML, PDF, Wanted, wanted
from api.papers.facts import Parcel, Reader, Sheet
from api.papers.pages import HEADERS, as_address, page
from api.papers.printing import CannotPrint
from api.papers.words import paper_words
from api.parameters import CaseId
from api.problems import Problem, problem_responses
from api.routes import router
from models.papers import Paper

routes = router("papers")

_PICTURES = frozenset({"image/png", "image/jpeg", "image/gif", "image/webp"})
_PAPER: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "The paper, as `Accept` asks.",
        "content": {
            HTML: {
                "schema": {"type": "string"},
                "example": "<!doctype html><title>Delivery note SO-1001</title>…",
            },
            PDF: {"schema": {"type": "string", "format": "binary"}},
        },
    }
}

Accept = Annotated[
    str | None, Header(description="`application/pdf` for a PDF, else a page.", examples=[PDF])
]
InLanguage = Annotated[
    Language | None, Query(description="In this language; else as `Accept-Language` asks.")
]


@routes.get(
    "/cases/{case_id:path}/papers/{paper}",
    summary="Print a paper of a case",
    operation_id="get_paper",
    response_class=Response,
    responses={**_PAPER, **problem_responses(404, 406, 409, 503)},
)
async def get_paper(
    case_id: CaseId,
    paper: Annotated[Paper, Path(description="One of the case's `papers`.", examples=["delivery_note"])],
    caller: Calling,
    serving: Serving,
    speaking: Speaking,
    accept: Accept = None,
    language: InLanguage = None,
) -> Response:
    """The paper of one case. Of a label the carrier's own comes first: where that is a PDF, it is given as it is."""
    return await _paper(serving, caller, paper, [case_id], wanted(accept), language or speaking)


@routes.post(
    "/papers",
    summary="Print a paper of many cases",
    operation_id="print_papers",
    response_class=Response,
    responses={**_PAPER, **problem_responses(404, 406, 409, 413, 503)},
)
async def print_papers(
    body: PapersWanted,
    caller: Calling,
    serving: Serving,
    speaking: Speaking,
    accept: Accept = None,
    language: InLanguage = None,
    idempotency_key: IdempotencyKey = None,
) -> Response:
    """The paper of each case, in the order in which they are named; a pick list is one for all, along one way past the
    bins. Nothing is changed by it: it may be asked for again.
    """
    del idempotency_key  # asked again, it is read again
    cases = list(dict.fromkeys(body.cases))
    return await _paper(serving, caller, body.key, cases, wanted(accept), language or speaking)


async def _paper(
    serving: Services, caller: Caller, paper: Paper, cases: list[str], how: Wanted, language: Language
) -> Response:
    sheets = await serving.storage.search(_sheets, caller, language, paper, cases)
    for case in cases:
        serving.reads.note(caller, case)
    store = FileStore(serving.settings.data_dir / "files")
    if (own := _only_file(sheets)) is not None and how.takes_pdf and store.path(own.sha256).exists():
        return FileResponse(
            store.path(own.sha256), media_type=PDF, headers=HEADERS | _named(sheets, paper, "pdf")
        )
    images = await asyncio.to_thread(_pictures, store, sheets)
    note = ""
    if how.prefers_pdf:
        try:
            content = await serving.printer.pdf(page(paper, sheets, language, images=images))
            return Response(content, media_type=PDF, headers=HEADERS | _named(sheets, paper, "pdf"))
        except CannotPrint as error:
            note = paper_words(language)["page_instead"]
            if not how.takes_page:
                raise Problem("not_acceptable", note) from error
    content = page(paper, sheets, language, images=images, note=note)
    headers = HEADERS | _named(sheets, paper, "html") | {"Content-Language": language}
    return Response(content, media_type=HTML, headers=headers)


def _sheets(
    session: Session, caller: Caller, language: Language, paper: Paper, cases: Sequence[str]
) -> list[Sheet]:
    return Reader(session, caller, language).sheets(paper, cases)


def _only_file(sheets: Sequence[Sheet]) -> Parcel | None:
    """The carrier's label, where all that is asked for is one PDF of a carrier."""
    parcels = [parcel for sheet in sheets for parcel in sheet.parcels]
    return parcels[0] if len(parcels) == 1 and parcels[0].media_type == PDF else None


def _pictures(store: FileStore, sheets: Sequence[Sheet]) -> dict[str, str]:
    """The carriers' labels that are pictures, as a page holds them."""
    files = {
        parcel.label_file: parcel
        for sheet in sheets
        for parcel in sheet.parcels
        if parcel.media_type in _PICTURES and store.path(parcel.sha256).exists()
    }
    return {
        name: as_address(store.path(parcel.sha256).read_bytes(), parcel.media_type)
        for name, parcel in files.items()
    }


def _named(sheets: Sequence[Sheet], paper: Paper, kind: str) -> dict[str, str]:
    """Under which name a browser keeps it."""
    about = sheets[0].number if len(sheets) == 1 else str(len(sheets))
    return {
        "Content-Disposition": f"inline; filename*=UTF-8''{quote(f'{paper.value}-{about}.{kind}', safe='')}"
    }
