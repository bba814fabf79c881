from http import HTTPStatus
from typing import Any, cast
from urllib.parse import quote

import httpx

from ...client import AuthenticatedClient, Client
from ...types import Response, UNSET
from ... import errors

from ...models.get_paper_language_type_0 import GetPaperLanguageType0
from ...models.paper import Paper
from ...models.problem_document import ProblemDocument
from ...types import UNSET, Unset
from typing import cast



def _get_kwargs(
    case_id: str,
    paper: Paper,
    *,
    language: GetPaperLanguageType0 | None | Unset = UNSET,
    accept: None | str | Unset = UNSET,

) -> dict[str, Any]:
    headers: dict[str, Any] = {}
    if not isinstance(accept, Unset):
        headers["accept"] = accept



    

    params: dict[str, Any] = {}

    json_language: None | str | Unset
    if isinstance(language, Unset):
        json_language = UNSET
    elif isinstance(language, GetPaperLanguageType0):
        json_language = language.value
    else:
        json_language = language
    params["language"] = json_language


    params = {k: v for k, v in params.items() if v is not UNSET and v is not None}


    _kwargs: dict[str, Any] = {
        "method": "get",
        "url": "/api/v1/cases/{case_id}/papers/{paper}".format(case_id=quote(str(case_id), safe=""),paper=quote(str(paper), safe=""),),
        "params": params,
    }


    _kwargs["headers"] = headers
    return _kwargs



def _parse_response(*, client: AuthenticatedClient | Client, response: httpx.Response) -> ProblemDocument | str | None:
    if response.status_code == 200:
        response_200 = response.text
        return response_200

    if response.status_code == 401:
        response_401 = ProblemDocument.from_dict(response.json())



        return response_401

    if response.status_code == 404:
        response_404 = ProblemDocument.from_dict(response.json())



        return response_404

    if response.status_code == 406:
        response_406 = ProblemDocument.from_dict(response.json())



        return response_406

    if response.status_code == 409:
        response_409 = ProblemDocument.from_dict(response.json())



        return response_409

    if response.status_code == 422:
        response_422 = ProblemDocument.from_dict(response.json())



        return response_422

    if response.status_code == 429:
        response_429 = ProblemDocument.from_dict(response.json())



        return response_429

    if response.status_code == 503:
        response_503 = ProblemDocument.from_dict(response.json())



        return response_503

    if client.raise_on_unexpected_status:
        raise errors.UnexpectedStatus(response.status_code, response.content)
    else:
        return None


def _build_response(*, client: AuthenticatedClient | Client, response: httpx.Response) -> Response[ProblemDocument | str]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    case_id: str,
    paper: Paper,
    *,
    client: AuthenticatedClient,
    language: GetPaperLanguageType0 | None | Unset = UNSET,
    accept: None | str | Unset = UNSET,

) -> Response[ProblemDocument | str]:
    """ Print a paper of a case

     The paper of one case. Of a label the carrier's own comes first: where that is a PDF, it is given as
    it is.

    Args:
        case_id (str): The case: `{procedure}:{store}:{subject}`.
        paper (Paper): A kind of paper. What stands on it comes from the books, and from the
            fields of the case that its procedure
            names.
        language (GetPaperLanguageType0 | None | Unset): In this language; else as `Accept-
            Language` asks.
        accept (None | str | Unset): `application/pdf` for a PDF, else a page.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[ProblemDocument | str]
     """


    kwargs = _get_kwargs(
        case_id=case_id,
paper=paper,
language=language,
accept=accept,

    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)

def sync(
    case_id: str,
    paper: Paper,
    *,
    client: AuthenticatedClient,
    language: GetPaperLanguageType0 | None | Unset = UNSET,
    accept: None | str | Unset = UNSET,

) -> ProblemDocument | str | None:
    """ Print a paper of a case

     The paper of one case. Of a label the carrier's own comes first: where that is a PDF, it is given as
    it is.

    Args:
        case_id (str): The case: `{procedure}:{store}:{subject}`.
        paper (Paper): A kind of paper. What stands on it comes from the books, and from the
            fields of the case that its procedure
            names.
        language (GetPaperLanguageType0 | None | Unset): In this language; else as `Accept-
            Language` asks.
        accept (None | str | Unset): `application/pdf` for a PDF, else a page.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        ProblemDocument | str
     """


    return sync_detailed(
        case_id=case_id,
paper=paper,
client=client,
language=language,
accept=accept,

    ).parsed

async def asyncio_detailed(
    case_id: str,
    paper: Paper,
    *,
    client: AuthenticatedClient,
    language: GetPaperLanguageType0 | None | Unset = UNSET,
    accept: None | str | Unset = UNSET,

) -> Response[ProblemDocument | str]:
    """ Print a paper of a case

     The paper of one case. Of a label the carrier's own comes first: where that is a PDF, it is given as
    it is.

    Args:
        case_id (str): The case: `{procedure}:{store}:{subject}`.
        paper (Paper): A kind of paper. What stands on it comes from the books, and from the
            fields of the case that its procedure
            names.
        language (GetPaperLanguageType0 | None | Unset): In this language; else as `Accept-
            Language` asks.
        accept (None | str | Unset): `application/pdf` for a PDF, else a page.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[ProblemDocument | str]
     """


    kwargs = _get_kwargs(
        case_id=case_id,
paper=paper,
language=language,
accept=accept,

    )

    response = await client.get_async_httpx_client().request(
        **kwargs
    )

    return _build_response(client=client, response=response)

async def asyncio(
    case_id: str,
    paper: Paper,
    *,
    client: AuthenticatedClient,
    language: GetPaperLanguageType0 | None | Unset = UNSET,
    accept: None | str | Unset = UNSET,

) -> ProblemDocument | str | None:
    """ Print a paper of a case

     The paper of one case. Of a label the carrier's own comes first: where that is a PDF, it is given as
    it is.

    Args:
        case_id (str): The case: `{procedure}:{store}:{subject}`.
        paper (Paper): A kind of paper. What stands on it comes from the books, and from the
            fields of the case that its procedure
            names.
        language (GetPaperLanguageType0 | None | Unset): In this language; else as `Accept-
            Language` asks.
        accept (None | str | Unset): `application/pdf` for a PDF, else a page.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        ProblemDocument | str
     """


    return (await asyncio_detailed(
        case_id=case_id,
paper=paper,
client=client,
language=language,
accept=accept,

    )).parsed
