from http import HTTPStatus
from typing import Any, cast
from urllib.parse import quote

import httpx

from ...client import AuthenticatedClient, Client
from ...types import Response, UNSET
from ... import errors

from ...models.bulk_action import BulkAction
from ...models.bulk_results import BulkResults
from ...models.problem_document import ProblemDocument
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



def _parse_response(*, client: AuthenticatedClient | Client, response: httpx.Response) -> BulkResults | ProblemDocument | None:
    if response.status_code == 200:
        response_200 = BulkResults.from_dict(response.json())



        return response_200

    if response.status_code == 401:
        response_401 = ProblemDocument.from_dict(response.json())



        return response_401

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


def _build_response(*, client: AuthenticatedClient | Client, response: httpx.Response) -> Response[BulkResults | ProblemDocument]:
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

) -> Response[BulkResults | ProblemDocument]:
    """ Do one action on many tasks

     Each task is judged by itself, and has a result of its own; the same key again gives the same
    results. What is
    done to many is sent at once: nothing of it is held back.

    Args:
        idempotency_key (None | str | Unset): The same key with the same body gives the first
            answer again; with another body 422.
        body (BulkAction): One action on many tasks.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[BulkResults | ProblemDocument]
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

) -> BulkResults | ProblemDocument | None:
    """ Do one action on many tasks

     Each task is judged by itself, and has a result of its own; the same key again gives the same
    results. What is
    done to many is sent at once: nothing of it is held back.

    Args:
        idempotency_key (None | str | Unset): The same key with the same body gives the first
            answer again; with another body 422.
        body (BulkAction): One action on many tasks.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        BulkResults | ProblemDocument
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

) -> Response[BulkResults | ProblemDocument]:
    """ Do one action on many tasks

     Each task is judged by itself, and has a result of its own; the same key again gives the same
    results. What is
    done to many is sent at once: nothing of it is held back.

    Args:
        idempotency_key (None | str | Unset): The same key with the same body gives the first
            answer again; with another body 422.
        body (BulkAction): One action on many tasks.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[BulkResults | ProblemDocument]
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

) -> BulkResults | ProblemDocument | None:
    """ Do one action on many tasks

     Each task is judged by itself, and has a result of its own; the same key again gives the same
    results. What is
    done to many is sent at once: nothing of it is held back.

    Args:
        idempotency_key (None | str | Unset): The same key with the same body gives the first
            answer again; with another body 422.
        body (BulkAction): One action on many tasks.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        BulkResults | ProblemDocument
     """


    return (await asyncio_detailed(
        client=client,
body=body,
idempotency_key=idempotency_key,

    )).parsed
