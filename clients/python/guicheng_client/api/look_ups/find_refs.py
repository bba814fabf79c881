from http import HTTPStatus
from typing import Any, cast
from urllib.parse import quote

import httpx

from ...client import AuthenticatedClient, Client
from ...types import Response, UNSET
from ... import errors

from ...models.problem_document import ProblemDocument
from ...models.ref_page import RefPage
from ...types import UNSET, Unset
from typing import cast



def _get_kwargs(
    book: str,
    *,
    q: str | Unset = '',
    store: None | str | Unset = UNSET,
    limit: int | Unset = 20,

) -> dict[str, Any]:
    

    

    params: dict[str, Any] = {}

    params["q"] = q

    json_store: None | str | Unset
    if isinstance(store, Unset):
        json_store = UNSET
    else:
        json_store = store
    params["store"] = json_store

    params["limit"] = limit


    params = {k: v for k, v in params.items() if v is not UNSET and v is not None}


    _kwargs: dict[str, Any] = {
        "method": "get",
        "url": "/api/v1/refs/{book}".format(book=quote(str(book), safe=""),),
        "params": params,
    }


    return _kwargs



def _parse_response(*, client: AuthenticatedClient | Client, response: httpx.Response) -> ProblemDocument | RefPage | None:
    if response.status_code == 200:
        response_200 = RefPage.from_dict(response.json())



        return response_200

    if response.status_code == 401:
        response_401 = ProblemDocument.from_dict(response.json())



        return response_401

    if response.status_code == 403:
        response_403 = ProblemDocument.from_dict(response.json())



        return response_403

    if response.status_code == 404:
        response_404 = ProblemDocument.from_dict(response.json())



        return response_404

    if response.status_code == 422:
        response_422 = ProblemDocument.from_dict(response.json())



        return response_422

    if response.status_code == 429:
        response_429 = ProblemDocument.from_dict(response.json())



        return response_429

    if client.raise_on_unexpected_status:
        raise errors.UnexpectedStatus(response.status_code, response.content)
    else:
        return None


def _build_response(*, client: AuthenticatedClient | Client, response: httpx.Response) -> Response[ProblemDocument | RefPage]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    book: str,
    *,
    client: AuthenticatedClient,
    q: str | Unset = '',
    store: None | str | Unset = UNSET,
    limit: int | Unset = 20,

) -> Response[ProblemDocument | RefPage]:
    """ Find entries of a book

     What a field with `x-ref` can be: by words and by code, what suits best first. Parties are offered
    what is
    theirs.

    Args:
        book (str): What the field's `x-ref` says.
        q (str | Unset): Words, or how a code or a word begins. Default: ''.
        store (None | str | Unset): In this store; needed where the caller has several and the
            answer is of one.
        limit (int | Unset): How many, at most. Default: 20.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[ProblemDocument | RefPage]
     """


    kwargs = _get_kwargs(
        book=book,
q=q,
store=store,
limit=limit,

    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)

def sync(
    book: str,
    *,
    client: AuthenticatedClient,
    q: str | Unset = '',
    store: None | str | Unset = UNSET,
    limit: int | Unset = 20,

) -> ProblemDocument | RefPage | None:
    """ Find entries of a book

     What a field with `x-ref` can be: by words and by code, what suits best first. Parties are offered
    what is
    theirs.

    Args:
        book (str): What the field's `x-ref` says.
        q (str | Unset): Words, or how a code or a word begins. Default: ''.
        store (None | str | Unset): In this store; needed where the caller has several and the
            answer is of one.
        limit (int | Unset): How many, at most. Default: 20.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        ProblemDocument | RefPage
     """


    return sync_detailed(
        book=book,
client=client,
q=q,
store=store,
limit=limit,

    ).parsed

async def asyncio_detailed(
    book: str,
    *,
    client: AuthenticatedClient,
    q: str | Unset = '',
    store: None | str | Unset = UNSET,
    limit: int | Unset = 20,

) -> Response[ProblemDocument | RefPage]:
    """ Find entries of a book

     What a field with `x-ref` can be: by words and by code, what suits best first. Parties are offered
    what is
    theirs.

    Args:
        book (str): What the field's `x-ref` says.
        q (str | Unset): Words, or how a code or a word begins. Default: ''.
        store (None | str | Unset): In this store; needed where the caller has several and the
            answer is of one.
        limit (int | Unset): How many, at most. Default: 20.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[ProblemDocument | RefPage]
     """


    kwargs = _get_kwargs(
        book=book,
q=q,
store=store,
limit=limit,

    )

    response = await client.get_async_httpx_client().request(
        **kwargs
    )

    return _build_response(client=client, response=response)

async def asyncio(
    book: str,
    *,
    client: AuthenticatedClient,
    q: str | Unset = '',
    store: None | str | Unset = UNSET,
    limit: int | Unset = 20,

) -> ProblemDocument | RefPage | None:
    """ Find entries of a book

     What a field with `x-ref` can be: by words and by code, what suits best first. Parties are offered
    what is
    theirs.

    Args:
        book (str): What the field's `x-ref` says.
        q (str | Unset): Words, or how a code or a word begins. Default: ''.
        store (None | str | Unset): In this store; needed where the caller has several and the
            answer is of one.
        limit (int | Unset): How many, at most. Default: 20.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        ProblemDocument | RefPage
     """


    return (await asyncio_detailed(
        book=book,
client=client,
q=q,
store=store,
limit=limit,

    )).parsed
