from http import HTTPStatus
from typing import Any, cast
from urllib.parse import quote

import httpx

from ...client import AuthenticatedClient, Client
from ...types import Response, UNSET
from ... import errors

from ...models.event_page import EventPage
from ...models.list_events_status_type_0 import ListEventsStatusType0
from ...models.problem_document import ProblemDocument
from ...types import UNSET, Unset
from typing import cast



def _get_kwargs(
    *,
    status: ListEventsStatusType0 | None | Unset = UNSET,
    type_: None | str | Unset = UNSET,
    source: None | str | Unset = UNSET,
    store: None | str | Unset = UNSET,
    subject: None | str | Unset = UNSET,
    code: None | str | Unset = UNSET,
    limit: int | Unset = 50,
    cursor: None | str | Unset = UNSET,

) -> dict[str, Any]:
    

    

    params: dict[str, Any] = {}

    json_status: None | str | Unset
    if isinstance(status, Unset):
        json_status = UNSET
    elif isinstance(status, ListEventsStatusType0):
        json_status = status.value
    else:
        json_status = status
    params["status"] = json_status

    json_type_: None | str | Unset
    if isinstance(type_, Unset):
        json_type_ = UNSET
    else:
        json_type_ = type_
    params["type"] = json_type_

    json_source: None | str | Unset
    if isinstance(source, Unset):
        json_source = UNSET
    else:
        json_source = source
    params["source"] = json_source

    json_store: None | str | Unset
    if isinstance(store, Unset):
        json_store = UNSET
    else:
        json_store = store
    params["store"] = json_store

    json_subject: None | str | Unset
    if isinstance(subject, Unset):
        json_subject = UNSET
    else:
        json_subject = subject
    params["subject"] = json_subject

    json_code: None | str | Unset
    if isinstance(code, Unset):
        json_code = UNSET
    else:
        json_code = code
    params["code"] = json_code

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
        "url": "/api/v1/events",
        "params": params,
    }


    return _kwargs



def _parse_response(*, client: AuthenticatedClient | Client, response: httpx.Response) -> EventPage | ProblemDocument | None:
    if response.status_code == 200:
        response_200 = EventPage.from_dict(response.json())



        return response_200

    if response.status_code == 401:
        response_401 = ProblemDocument.from_dict(response.json())



        return response_401

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


def _build_response(*, client: AuthenticatedClient | Client, response: httpx.Response) -> Response[EventPage | ProblemDocument]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    *,
    client: AuthenticatedClient,
    status: ListEventsStatusType0 | None | Unset = UNSET,
    type_: None | str | Unset = UNSET,
    source: None | str | Unset = UNSET,
    store: None | str | Unset = UNSET,
    subject: None | str | Unset = UNSET,
    code: None | str | Unset = UNSET,
    limit: int | Unset = 50,
    cursor: None | str | Unset = UNSET,

) -> Response[EventPage | ProblemDocument]:
    """ List what has come from outside

     The newest first: the caller's own, and those that are the caller's to look at.

    Args:
        status (ListEventsStatusType0 | None | Unset): With this status alone.
        type_ (None | str | Unset): Of this type alone.
        source (None | str | Unset): Of this source alone.
        store (None | str | Unset): Of this store alone.
        subject (None | str | Unset): About this subject alone.
        code (None | str | Unset): Refused for this reason alone.
        limit (int | Unset): How many items, at most. Default: 50.
        cursor (None | str | Unset): `next_cursor` of the page before.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[EventPage | ProblemDocument]
     """


    kwargs = _get_kwargs(
        status=status,
type_=type_,
source=source,
store=store,
subject=subject,
code=code,
limit=limit,
cursor=cursor,

    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)

def sync(
    *,
    client: AuthenticatedClient,
    status: ListEventsStatusType0 | None | Unset = UNSET,
    type_: None | str | Unset = UNSET,
    source: None | str | Unset = UNSET,
    store: None | str | Unset = UNSET,
    subject: None | str | Unset = UNSET,
    code: None | str | Unset = UNSET,
    limit: int | Unset = 50,
    cursor: None | str | Unset = UNSET,

) -> EventPage | ProblemDocument | None:
    """ List what has come from outside

     The newest first: the caller's own, and those that are the caller's to look at.

    Args:
        status (ListEventsStatusType0 | None | Unset): With this status alone.
        type_ (None | str | Unset): Of this type alone.
        source (None | str | Unset): Of this source alone.
        store (None | str | Unset): Of this store alone.
        subject (None | str | Unset): About this subject alone.
        code (None | str | Unset): Refused for this reason alone.
        limit (int | Unset): How many items, at most. Default: 50.
        cursor (None | str | Unset): `next_cursor` of the page before.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        EventPage | ProblemDocument
     """


    return sync_detailed(
        client=client,
status=status,
type_=type_,
source=source,
store=store,
subject=subject,
code=code,
limit=limit,
cursor=cursor,

    ).parsed

async def asyncio_detailed(
    *,
    client: AuthenticatedClient,
    status: ListEventsStatusType0 | None | Unset = UNSET,
    type_: None | str | Unset = UNSET,
    source: None | str | Unset = UNSET,
    store: None | str | Unset = UNSET,
    subject: None | str | Unset = UNSET,
    code: None | str | Unset = UNSET,
    limit: int | Unset = 50,
    cursor: None | str | Unset = UNSET,

) -> Response[EventPage | ProblemDocument]:
    """ List what has come from outside

     The newest first: the caller's own, and those that are the caller's to look at.

    Args:
        status (ListEventsStatusType0 | None | Unset): With this status alone.
        type_ (None | str | Unset): Of this type alone.
        source (None | str | Unset): Of this source alone.
        store (None | str | Unset): Of this store alone.
        subject (None | str | Unset): About this subject alone.
        code (None | str | Unset): Refused for this reason alone.
        limit (int | Unset): How many items, at most. Default: 50.
        cursor (None | str | Unset): `next_cursor` of the page before.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[EventPage | ProblemDocument]
     """


    kwargs = _get_kwargs(
        status=status,
type_=type_,
source=source,
store=store,
subject=subject,
code=code,
limit=limit,
cursor=cursor,

    )

    response = await client.get_async_httpx_client().request(
        **kwargs
    )

    return _build_response(client=client, response=response)

async def asyncio(
    *,
    client: AuthenticatedClient,
    status: ListEventsStatusType0 | None | Unset = UNSET,
    type_: None | str | Unset = UNSET,
    source: None | str | Unset = UNSET,
    store: None | str | Unset = UNSET,
    subject: None | str | Unset = UNSET,
    code: None | str | Unset = UNSET,
    limit: int | Unset = 50,
    cursor: None | str | Unset = UNSET,

) -> EventPage | ProblemDocument | None:
    """ List what has come from outside

     The newest first: the caller's own, and those that are the caller's to look at.

    Args:
        status (ListEventsStatusType0 | None | Unset): With this status alone.
        type_ (None | str | Unset): Of this type alone.
        source (None | str | Unset): Of this source alone.
        store (None | str | Unset): Of this store alone.
        subject (None | str | Unset): About this subject alone.
        code (None | str | Unset): Refused for this reason alone.
        limit (int | Unset): How many items, at most. Default: 50.
        cursor (None | str | Unset): `next_cursor` of the page before.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        EventPage | ProblemDocument
     """


    return (await asyncio_detailed(
        client=client,
status=status,
type_=type_,
source=source,
store=store,
subject=subject,
code=code,
limit=limit,
cursor=cursor,

    )).parsed
