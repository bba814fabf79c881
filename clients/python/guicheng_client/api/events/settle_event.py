from http import HTTPStatus
from typing import Any, cast
from urllib.parse import quote

import httpx

from ...client import AuthenticatedClient, Client
from ...types import Response, UNSET
from ... import errors

from ...models.event_document import EventDocument
from ...models.problem_document import ProblemDocument
from ...models.settled_by_hand import SettledByHand
from ...types import UNSET, Unset
from typing import cast



def _get_kwargs(
    event_id: str,
    *,
    body: SettledByHand,
    idempotency_key: None | str | Unset = UNSET,

) -> dict[str, Any]:
    headers: dict[str, Any] = {}
    if not isinstance(idempotency_key, Unset):
        headers["Idempotency-Key"] = idempotency_key



    

    

    _kwargs: dict[str, Any] = {
        "method": "post",
        "url": "/api/v1/events/{event_id}/settle".format(event_id=quote(str(event_id), safe=""),),
    }

    _kwargs["json"] = body.to_dict()

    headers["Content-Type"] = "application/json"

    _kwargs["headers"] = headers
    return _kwargs



def _parse_response(*, client: AuthenticatedClient | Client, response: httpx.Response) -> EventDocument | ProblemDocument | None:
    if response.status_code == 200:
        response_200 = EventDocument.from_dict(response.json())



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


def _build_response(*, client: AuthenticatedClient | Client, response: httpx.Response) -> Response[EventDocument | ProblemDocument]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    event_id: str,
    *,
    client: AuthenticatedClient,
    body: SettledByHand,
    idempotency_key: None | str | Unset = UNSET,

) -> Response[EventDocument | ProblemDocument]:
    """ Settle an event by hand

     Somebody has done by hand what an event was for that was refused, or has expired: it isn't applied
    any more.

    Args:
        event_id (str): The event: our id of it, `event` in what its sender was told.
        idempotency_key (None | str | Unset): The same key with the same body gives the first
            answer again; with another body 422.
        body (SettledByHand):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[EventDocument | ProblemDocument]
     """


    kwargs = _get_kwargs(
        event_id=event_id,
body=body,
idempotency_key=idempotency_key,

    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)

def sync(
    event_id: str,
    *,
    client: AuthenticatedClient,
    body: SettledByHand,
    idempotency_key: None | str | Unset = UNSET,

) -> EventDocument | ProblemDocument | None:
    """ Settle an event by hand

     Somebody has done by hand what an event was for that was refused, or has expired: it isn't applied
    any more.

    Args:
        event_id (str): The event: our id of it, `event` in what its sender was told.
        idempotency_key (None | str | Unset): The same key with the same body gives the first
            answer again; with another body 422.
        body (SettledByHand):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        EventDocument | ProblemDocument
     """


    return sync_detailed(
        event_id=event_id,
client=client,
body=body,
idempotency_key=idempotency_key,

    ).parsed

async def asyncio_detailed(
    event_id: str,
    *,
    client: AuthenticatedClient,
    body: SettledByHand,
    idempotency_key: None | str | Unset = UNSET,

) -> Response[EventDocument | ProblemDocument]:
    """ Settle an event by hand

     Somebody has done by hand what an event was for that was refused, or has expired: it isn't applied
    any more.

    Args:
        event_id (str): The event: our id of it, `event` in what its sender was told.
        idempotency_key (None | str | Unset): The same key with the same body gives the first
            answer again; with another body 422.
        body (SettledByHand):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[EventDocument | ProblemDocument]
     """


    kwargs = _get_kwargs(
        event_id=event_id,
body=body,
idempotency_key=idempotency_key,

    )

    response = await client.get_async_httpx_client().request(
        **kwargs
    )

    return _build_response(client=client, response=response)

async def asyncio(
    event_id: str,
    *,
    client: AuthenticatedClient,
    body: SettledByHand,
    idempotency_key: None | str | Unset = UNSET,

) -> EventDocument | ProblemDocument | None:
    """ Settle an event by hand

     Somebody has done by hand what an event was for that was refused, or has expired: it isn't applied
    any more.

    Args:
        event_id (str): The event: our id of it, `event` in what its sender was told.
        idempotency_key (None | str | Unset): The same key with the same body gives the first
            answer again; with another body 422.
        body (SettledByHand):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        EventDocument | ProblemDocument
     """


    return (await asyncio_detailed(
        event_id=event_id,
client=client,
body=body,
idempotency_key=idempotency_key,

    )).parsed
