from http import HTTPStatus
from typing import Any, cast
from urllib.parse import quote

import httpx

from ...client import AuthenticatedClient, Client
from ...types import Response, UNSET
from ... import errors

from ...models.bulk_action import BulkAction
from ...models.bulk_results import BulkResults
from ...types import UNSET, Unset
from typing import cast



def _get_kwargs(
    *,
    body: BulkAction,
    idempotency_key: None | str | Unset = UNSET,

) -> dict[str, Any]:
    headers: dict[str, Any] = {}
    if not isinstance(idempotency_key, Unset):
        headers["Idempotency-Key"] = idempotency_key



    

    

    _kwargs: dict[str, Any] = {
        "method": "post",
        "url": "/api/v1/tasks/actions",
    }

    _kwargs["json"] = body.to_dict()

    headers["Content-Type"] = "application/json"

    _kwargs["headers"] = headers
    return _kwargs



def _parse_response(*, client: AuthenticatedClient | Client, response: httpx.Response) -> Any | BulkResults | None:
    if response.status_code == 200:
        response_200 = BulkResults.from_dict(response.json())



        return response_200

    if response.status_code == 401:
        response_401 = cast(Any, None)
        return response_401

    if response.status_code == 413:
        response_413 = cast(Any, None)
        return response_413

    if response.status_code == 422:
        response_422 = cast(Any, None)
        return response_422

    if response.status_code == 503:
        response_503 = cast(Any, None)
        return response_503

    if client.raise_on_unexpected_status:
        raise errors.UnexpectedStatus(response.status_code, response.content)
    else:
        return None


def _build_response(*, client: AuthenticatedClient | Client, response: httpx.Response) -> Response[Any | BulkResults]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    *,
    client: AuthenticatedClient,
    body: BulkAction,
    idempotency_key: None | str | Unset = UNSET,

) -> Response[Any | BulkResults]:
    """ Act On Tasks

     One action on many tasks. Each is judged by itself; the same key again gives the same results.

    Args:
        idempotency_key (None | str | Unset): The same key with the same body gives the first
            answer again; with another body 422.
        body (BulkAction): One action on many tasks.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[Any | BulkResults]
     """


    kwargs = _get_kwargs(
        body=body,
idempotency_key=idempotency_key,

    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)

def sync(
    *,
    client: AuthenticatedClient,
    body: BulkAction,
    idempotency_key: None | str | Unset = UNSET,

) -> Any | BulkResults | None:
    """ Act On Tasks

     One action on many tasks. Each is judged by itself; the same key again gives the same results.

    Args:
        idempotency_key (None | str | Unset): The same key with the same body gives the first
            answer again; with another body 422.
        body (BulkAction): One action on many tasks.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Any | BulkResults
     """


    return sync_detailed(
        client=client,
body=body,
idempotency_key=idempotency_key,

    ).parsed

async def asyncio_detailed(
    *,
    client: AuthenticatedClient,
    body: BulkAction,
    idempotency_key: None | str | Unset = UNSET,

) -> Response[Any | BulkResults]:
    """ Act On Tasks

     One action on many tasks. Each is judged by itself; the same key again gives the same results.

    Args:
        idempotency_key (None | str | Unset): The same key with the same body gives the first
            answer again; with another body 422.
        body (BulkAction): One action on many tasks.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[Any | BulkResults]
     """


    kwargs = _get_kwargs(
        body=body,
idempotency_key=idempotency_key,

    )

    response = await client.get_async_httpx_client().request(
        **kwargs
    )

    return _build_response(client=client, response=response)

async def asyncio(
    *,
    client: AuthenticatedClient,
    body: BulkAction,
    idempotency_key: None | str | Unset = UNSET,

) -> Any | BulkResults | None:
    """ Act On Tasks

     One action on many tasks. Each is judged by itself; the same key again gives the same results.

    Args:
        idempotency_key (None | str | Unset): The same key with the same body gives the first
            answer again; with another body 422.
        body (BulkAction): One action on many tasks.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Any | BulkResults
     """


    return (await asyncio_detailed(
        client=client,
body=body,
idempotency_key=idempotency_key,

    )).parsed
