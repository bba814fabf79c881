from http import HTTPStatus
from typing import Any, cast
from urllib.parse import quote

import httpx

from ...client import AuthenticatedClient, Client
from ...types import Response, UNSET
from ... import errors

from ...models.found_things import FoundThings
from ...models.problem_document import ProblemDocument
from ...types import UNSET, Unset
from typing import cast



def _get_kwargs(
    *,
    code: str,
    store: None | str | Unset = UNSET,

) -> dict[str, Any]:
    

    

    params: dict[str, Any] = {}

    params["code"] = code

    json_store: None | str | Unset
    if isinstance(store, Unset):
        json_store = UNSET
    else:
        json_store = store
    params["store"] = json_store


    params = {k: v for k, v in params.items() if v is not UNSET and v is not None}


    _kwargs: dict[str, Any] = {
        "method": "get",
        "url": "/api/v1/lookup",
        "params": params,
    }


    return _kwargs



def _parse_response(*, client: AuthenticatedClient | Client, response: httpx.Response) -> FoundThings | ProblemDocument | None:
    if response.status_code == 200:
        response_200 = FoundThings.from_dict(response.json())



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


def _build_response(*, client: AuthenticatedClient | Client, response: httpx.Response) -> Response[FoundThings | ProblemDocument]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    *,
    client: AuthenticatedClient,
    code: str,
    store: None | str | Unset = UNSET,

) -> Response[FoundThings | ProblemDocument]:
    """ Say what a code is

     A waybill, an order under any number of its family, a product by any of its codes, a bin, a person,
    a command, a
    case by a number of its own or one that it keeps; all of them where it is two.

    Args:
        code (str): As it was scanned or typed.
        store (None | str | Unset): In this store; needed where the caller has several and the
            answer is of one.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[FoundThings | ProblemDocument]
     """


    kwargs = _get_kwargs(
        code=code,
store=store,

    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)

def sync(
    *,
    client: AuthenticatedClient,
    code: str,
    store: None | str | Unset = UNSET,

) -> FoundThings | ProblemDocument | None:
    """ Say what a code is

     A waybill, an order under any number of its family, a product by any of its codes, a bin, a person,
    a command, a
    case by a number of its own or one that it keeps; all of them where it is two.

    Args:
        code (str): As it was scanned or typed.
        store (None | str | Unset): In this store; needed where the caller has several and the
            answer is of one.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        FoundThings | ProblemDocument
     """


    return sync_detailed(
        client=client,
code=code,
store=store,

    ).parsed

async def asyncio_detailed(
    *,
    client: AuthenticatedClient,
    code: str,
    store: None | str | Unset = UNSET,

) -> Response[FoundThings | ProblemDocument]:
    """ Say what a code is

     A waybill, an order under any number of its family, a product by any of its codes, a bin, a person,
    a command, a
    case by a number of its own or one that it keeps; all of them where it is two.

    Args:
        code (str): As it was scanned or typed.
        store (None | str | Unset): In this store; needed where the caller has several and the
            answer is of one.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[FoundThings | ProblemDocument]
     """


    kwargs = _get_kwargs(
        code=code,
store=store,

    )

    response = await client.get_async_httpx_client().request(
        **kwargs
    )

    return _build_response(client=client, response=response)

async def asyncio(
    *,
    client: AuthenticatedClient,
    code: str,
    store: None | str | Unset = UNSET,

) -> FoundThings | ProblemDocument | None:
    """ Say what a code is

     A waybill, an order under any number of its family, a product by any of its codes, a bin, a person,
    a command, a
    case by a number of its own or one that it keeps; all of them where it is two.

    Args:
        code (str): As it was scanned or typed.
        store (None | str | Unset): In this store; needed where the caller has several and the
            answer is of one.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        FoundThings | ProblemDocument
     """


    return (await asyncio_detailed(
        client=client,
code=code,
store=store,

    )).parsed
