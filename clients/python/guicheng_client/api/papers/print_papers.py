from http import HTTPStatus
from typing import Any, cast
from urllib.parse import quote

import httpx

from ...client import AuthenticatedClient, Client
from ...types import Response, UNSET
from ... import errors

from ...models.papers_wanted import PapersWanted
from ...models.print_papers_language_type_0 import PrintPapersLanguageType0
from ...models.problem_document import ProblemDocument
from ...types import UNSET, Unset
from typing import cast



def _get_kwargs(
    *,
    body: PapersWanted,
    language: None | PrintPapersLanguageType0 | Unset = UNSET,
    accept: None | str | Unset = UNSET,
    idempotency_key: None | str | Unset = UNSET,

) -> dict[str, Any]:
    headers: dict[str, Any] = {}
    if not isinstance(accept, Unset):
        headers["accept"] = accept

    if not isinstance(idempotency_key, Unset):
        headers["Idempotency-Key"] = idempotency_key



    

    params: dict[str, Any] = {}

    json_language: None | str | Unset
    if isinstance(language, Unset):
        json_language = UNSET
    elif isinstance(language, PrintPapersLanguageType0):
        json_language = language.value
    else:
        json_language = language
    params["language"] = json_language


    params = {k: v for k, v in params.items() if v is not UNSET and v is not None}


    _kwargs: dict[str, Any] = {
        "method": "post",
        "url": "/api/v1/papers",
        "params": params,
    }

    _kwargs["json"] = body.to_dict()

    headers["Content-Type"] = "application/json"

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

    if response.status_code == 413:
        response_413 = ProblemDocument.from_dict(response.json())



        return response_413

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
    *,
    client: AuthenticatedClient,
    body: PapersWanted,
    language: None | PrintPapersLanguageType0 | Unset = UNSET,
    accept: None | str | Unset = UNSET,
    idempotency_key: None | str | Unset = UNSET,

) -> Response[ProblemDocument | str]:
    """ Print a paper of many cases

     The paper of each case, in the order in which they are named; a pick list is one for all, along one
    way past the
    bins. Nothing is changed by it: it may be asked for again.

    Args:
        language (None | PrintPapersLanguageType0 | Unset): In this language; else as `Accept-
            Language` asks.
        accept (None | str | Unset): `application/pdf` for a PDF, else a page.
        idempotency_key (None | str | Unset): The same key with the same body gives the first
            answer again; with another body 422.
        body (PapersWanted): One paper of many cases.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[ProblemDocument | str]
     """


    kwargs = _get_kwargs(
        body=body,
language=language,
accept=accept,
idempotency_key=idempotency_key,

    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)

def sync(
    *,
    client: AuthenticatedClient,
    body: PapersWanted,
    language: None | PrintPapersLanguageType0 | Unset = UNSET,
    accept: None | str | Unset = UNSET,
    idempotency_key: None | str | Unset = UNSET,

) -> ProblemDocument | str | None:
    """ Print a paper of many cases

     The paper of each case, in the order in which they are named; a pick list is one for all, along one
    way past the
    bins. Nothing is changed by it: it may be asked for again.

    Args:
        language (None | PrintPapersLanguageType0 | Unset): In this language; else as `Accept-
            Language` asks.
        accept (None | str | Unset): `application/pdf` for a PDF, else a page.
        idempotency_key (None | str | Unset): The same key with the same body gives the first
            answer again; with another body 422.
        body (PapersWanted): One paper of many cases.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        ProblemDocument | str
     """


    return sync_detailed(
        client=client,
body=body,
language=language,
accept=accept,
idempotency_key=idempotency_key,

    ).parsed

async def asyncio_detailed(
    *,
    client: AuthenticatedClient,
    body: PapersWanted,
    language: None | PrintPapersLanguageType0 | Unset = UNSET,
    accept: None | str | Unset = UNSET,
    idempotency_key: None | str | Unset = UNSET,

) -> Response[ProblemDocument | str]:
    """ Print a paper of many cases

     The paper of each case, in the order in which they are named; a pick list is one for all, along one
    way past the
    bins. Nothing is changed by it: it may be asked for again.

    Args:
        language (None | PrintPapersLanguageType0 | Unset): In this language; else as `Accept-
            Language` asks.
        accept (None | str | Unset): `application/pdf` for a PDF, else a page.
        idempotency_key (None | str | Unset): The same key with the same body gives the first
            answer again; with another body 422.
        body (PapersWanted): One paper of many cases.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[ProblemDocument | str]
     """


    kwargs = _get_kwargs(
        body=body,
language=language,
accept=accept,
idempotency_key=idempotency_key,

    )

    response = await client.get_async_httpx_client().request(
        **kwargs
    )

    return _build_response(client=client, response=response)

async def asyncio(
    *,
    client: AuthenticatedClient,
    body: PapersWanted,
    language: None | PrintPapersLanguageType0 | Unset = UNSET,
    accept: None | str | Unset = UNSET,
    idempotency_key: None | str | Unset = UNSET,

) -> ProblemDocument | str | None:
    """ Print a paper of many cases

     The paper of each case, in the order in which they are named; a pick list is one for all, along one
    way past the
    bins. Nothing is changed by it: it may be asked for again.

    Args:
        language (None | PrintPapersLanguageType0 | Unset): In this language; else as `Accept-
            Language` asks.
        accept (None | str | Unset): `application/pdf` for a PDF, else a page.
        idempotency_key (None | str | Unset): The same key with the same body gives the first
            answer again; with another body 422.
        body (PapersWanted): One paper of many cases.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        ProblemDocument | str
     """


    return (await asyncio_detailed(
        client=client,
body=body,
language=language,
accept=accept,
idempotency_key=idempotency_key,

    )).parsed
