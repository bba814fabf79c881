from http import HTTPStatus
from typing import Any, cast
from urllib.parse import quote

import httpx

from ...client import AuthenticatedClient, Client
from ...types import Response, UNSET
from ... import errors

from ...models.history_page import HistoryPage
from ...models.problem_document import ProblemDocument
from ...types import UNSET, Unset
from typing import cast



def _get_kwargs(
    case_id: str,
    *,
    limit: int | Unset = 200,
    cursor: None | str | Unset = UNSET,

) -> dict[str, Any]:
    

    

    params: dict[str, Any] = {}

    params["limit"] = limit

    json_cursor: None | str | Unset
    if isinstance(cursor, Unset):
        json_cursor = UNSET
    else:
        json_cursor = cursor
    params["cursor"] = json_cursor


    params = {k: v for k, v in params.items() if v is not UNSET and v is not None}


    _kwargs: dict[str, Any] = {
        "method": "get",
        "url": "/api/v1/cases/{case_id}/history".format(case_id=quote(str(case_id), safe=""),),
        "params": params,
    }


    return _kwargs



def _parse_response(*, client: AuthenticatedClient | Client, response: httpx.Response) -> HistoryPage | ProblemDocument | None:
    if response.status_code == 200:
        response_200 = HistoryPage.from_dict(response.json())



        return response_200

    if response.status_code == 401:
        response_401 = ProblemDocument.from_dict(response.json())



        return response_401

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


def _build_response(*, client: AuthenticatedClient | Client, response: httpx.Response) -> Response[HistoryPage | ProblemDocument]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    case_id: str,
    *,
    client: AuthenticatedClient,
    limit: int | Unset = 200,
    cursor: None | str | Unset = UNSET,

) -> Response[HistoryPage | ProblemDocument]:
    """ Read a case's history

     Each revision, oldest first: who did what, when and why, what it asked for, and what came of that.

    Args:
        case_id (str): The case: `{procedure}:{store}:{subject}`.
        limit (int | Unset): How many items, at most. Default: 200.
        cursor (None | str | Unset): `next_cursor` of the page before.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[HistoryPage | ProblemDocument]
     """


    kwargs = _get_kwargs(
        case_id=case_id,
limit=limit,
cursor=cursor,

    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)

def sync(
    case_id: str,
    *,
    client: AuthenticatedClient,
    limit: int | Unset = 200,
    cursor: None | str | Unset = UNSET,

) -> HistoryPage | ProblemDocument | None:
    """ Read a case's history

     Each revision, oldest first: who did what, when and why, what it asked for, and what came of that.

    Args:
        case_id (str): The case: `{procedure}:{store}:{subject}`.
        limit (int | Unset): How many items, at most. Default: 200.
        cursor (None | str | Unset): `next_cursor` of the page before.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        HistoryPage | ProblemDocument
     """


    return sync_detailed(
        case_id=case_id,
client=client,
limit=limit,
cursor=cursor,

    ).parsed

async def asyncio_detailed(
    case_id: str,
    *,
    client: AuthenticatedClient,
    limit: int | Unset = 200,
    cursor: None | str | Unset = UNSET,

) -> Response[HistoryPage | ProblemDocument]:
    """ Read a case's history

     Each revision, oldest first: who did what, when and why, what it asked for, and what came of that.

    Args:
        case_id (str): The case: `{procedure}:{store}:{subject}`.
        limit (int | Unset): How many items, at most. Default: 200.
        cursor (None | str | Unset): `next_cursor` of the page before.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[HistoryPage | ProblemDocument]
     """


    kwargs = _get_kwargs(
        case_id=case_id,
limit=limit,
cursor=cursor,

    )

    response = await client.get_async_httpx_client().request(
        **kwargs
    )

    return _build_response(client=client, response=response)

async def asyncio(
    case_id: str,
    *,
    client: AuthenticatedClient,
    limit: int | Unset = 200,
    cursor: None | str | Unset = UNSET,

) -> HistoryPage | ProblemDocument | None:
    """ Read a case's history

     Each revision, oldest first: who did what, when and why, what it asked for, and what came of that.

    Args:
        case_id (str): The case: `{procedure}:{store}:{subject}`.
        limit (int | Unset): How many items, at most. Default: 200.
        cursor (None | str | Unset): `next_cursor` of the page before.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        HistoryPage | ProblemDocument
     """


    return (await asyncio_detailed(
        case_id=case_id,
client=client,
limit=limit,
cursor=cursor,

    )).parsed
