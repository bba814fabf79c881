from http import HTTPStatus
from typing import Any, cast
from urllib.parse import quote

import httpx

from ...client import AuthenticatedClient, Client
from ...types import Response, UNSET
from ... import errors

from ...models.cloud_event import CloudEvent
from ...models.event_results import EventResults
from ...models.problem_document import ProblemDocument
from ...types import UNSET, Unset
from typing import cast



def _get_kwargs(
    *,
    body:    CloudEvent  |     list[CloudEvent]  | Unset = UNSET,
    dry_run: bool | Unset = False,
    idempotency_key: None | str | Unset = UNSET,

) -> dict[str, Any]:
    headers: dict[str, Any] = {}
    if not isinstance(idempotency_key, Unset):
        headers["Idempotency-Key"] = idempotency_key



    

    params: dict[str, Any] = {}

    params["dry_run"] = dry_run


    params = {k: v for k, v in params.items() if v is not UNSET and v is not None}


    _kwargs: dict[str, Any] = {
        "method": "post",
        "url": "/api/v1/events",
        "params": params,
    }

    if isinstance(body, CloudEvent):
        _kwargs["json"] = body.to_dict()

        headers["Content-Type"] = "application/cloudevents+json"
    if isinstance(body, list):
        _kwargs["json"] = []
        for body_item_data in body:
            body_item = body_item_data.to_dict()
            _kwargs["json"].append(body_item)



        headers["Content-Type"] = "application/cloudevents-batch+json"

    _kwargs["headers"] = headers
    return _kwargs



def _parse_response(*, client: AuthenticatedClient | Client, response: httpx.Response) -> EventResults | ProblemDocument | None:
    if response.status_code == 202:
        response_202 = EventResults.from_dict(response.json())



        return response_202

    if response.status_code == 401:
        response_401 = ProblemDocument.from_dict(response.json())



        return response_401

    if response.status_code == 413:
        response_413 = ProblemDocument.from_dict(response.json())



        return response_413

    if response.status_code == 415:
        response_415 = ProblemDocument.from_dict(response.json())



        return response_415

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


def _build_response(*, client: AuthenticatedClient | Client, response: httpx.Response) -> Response[EventResults | ProblemDocument]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    *,
    client: AuthenticatedClient,
    body:    CloudEvent  |     list[CloudEvent]  | Unset = UNSET,
    dry_run: bool | Unset = False,
    idempotency_key: None | str | Unset = UNSET,

) -> Response[EventResults | ProblemDocument]:
    """ Report events from outside

     CloudEvents 1.0: structured, binary or a batch. Each pair of `source` and `id` is applied once,
    ever. Of a batch,
    what is no event is refused in its place.

    Args:
        dry_run (bool | Unset): Only tell what would come of each; nothing is written down or
            done. Default: False.
        idempotency_key (None | str | Unset): The same key with the same body gives the first
            answer again; with another body 422.
        body (CloudEvent): One CloudEvent. What forms ask of its `data` is read; extension
            attributes other than `store` are not kept.
        body (list[CloudEvent]):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[EventResults | ProblemDocument]
     """


    kwargs = _get_kwargs(
        body=body,
dry_run=dry_run,
idempotency_key=idempotency_key,

    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)

def sync(
    *,
    client: AuthenticatedClient,
    body:    CloudEvent  |     list[CloudEvent]  | Unset = UNSET,
    dry_run: bool | Unset = False,
    idempotency_key: None | str | Unset = UNSET,

) -> EventResults | ProblemDocument | None:
    """ Report events from outside

     CloudEvents 1.0: structured, binary or a batch. Each pair of `source` and `id` is applied once,
    ever. Of a batch,
    what is no event is refused in its place.

    Args:
        dry_run (bool | Unset): Only tell what would come of each; nothing is written down or
            done. Default: False.
        idempotency_key (None | str | Unset): The same key with the same body gives the first
            answer again; with another body 422.
        body (CloudEvent): One CloudEvent. What forms ask of its `data` is read; extension
            attributes other than `store` are not kept.
        body (list[CloudEvent]):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        EventResults | ProblemDocument
     """


    return sync_detailed(
        client=client,
body=body,
dry_run=dry_run,
idempotency_key=idempotency_key,

    ).parsed

async def asyncio_detailed(
    *,
    client: AuthenticatedClient,
    body:    CloudEvent  |     list[CloudEvent]  | Unset = UNSET,
    dry_run: bool | Unset = False,
    idempotency_key: None | str | Unset = UNSET,

) -> Response[EventResults | ProblemDocument]:
    """ Report events from outside

     CloudEvents 1.0: structured, binary or a batch. Each pair of `source` and `id` is applied once,
    ever. Of a batch,
    what is no event is refused in its place.

    Args:
        dry_run (bool | Unset): Only tell what would come of each; nothing is written down or
            done. Default: False.
        idempotency_key (None | str | Unset): The same key with the same body gives the first
            answer again; with another body 422.
        body (CloudEvent): One CloudEvent. What forms ask of its `data` is read; extension
            attributes other than `store` are not kept.
        body (list[CloudEvent]):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[EventResults | ProblemDocument]
     """


    kwargs = _get_kwargs(
        body=body,
dry_run=dry_run,
idempotency_key=idempotency_key,

    )

    response = await client.get_async_httpx_client().request(
        **kwargs
    )

    return _build_response(client=client, response=response)

async def asyncio(
    *,
    client: AuthenticatedClient,
    body:    CloudEvent  |     list[CloudEvent]  | Unset = UNSET,
    dry_run: bool | Unset = False,
    idempotency_key: None | str | Unset = UNSET,

) -> EventResults | ProblemDocument | None:
    """ Report events from outside

     CloudEvents 1.0: structured, binary or a batch. Each pair of `source` and `id` is applied once,
    ever. Of a batch,
    what is no event is refused in its place.

    Args:
        dry_run (bool | Unset): Only tell what would come of each; nothing is written down or
            done. Default: False.
        idempotency_key (None | str | Unset): The same key with the same body gives the first
            answer again; with another body 422.
        body (CloudEvent): One CloudEvent. What forms ask of its `data` is read; extension
            attributes other than `store` are not kept.
        body (list[CloudEvent]):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        EventResults | ProblemDocument
     """


    return (await asyncio_detailed(
        client=client,
body=body,
dry_run=dry_run,
idempotency_key=idempotency_key,

    )).parsed
