from http import HTTPStatus
from typing import Any, cast
from urllib.parse import quote

import httpx

from ...client import AuthenticatedClient, Client
from ...types import Response, UNSET
from ... import errors

from ...models.case_page import CasePage
from ...models.list_cases_state_type_0 import ListCasesStateType0
from ...models.problem_document import ProblemDocument
from ...types import UNSET, Unset
from typing import cast



def _get_kwargs(
    *,
    procedure: None | str | Unset = UNSET,
    stage: None | str | Unset = UNSET,
    store: None | str | Unset = UNSET,
    subject: None | str | Unset = UNSET,
    state: ListCasesStateType0 | None | Unset = UNSET,
    overdue: bool | None | Unset = UNSET,
    q: None | str | Unset = UNSET,
    limit: int | Unset = 50,
    cursor: None | str | Unset = UNSET,

) -> dict[str, Any]:
    

    

    params: dict[str, Any] = {}

    json_procedure: None | str | Unset
    if isinstance(procedure, Unset):
        json_procedure = UNSET
    else:
        json_procedure = procedure
    params["procedure"] = json_procedure

    json_stage: None | str | Unset
    if isinstance(stage, Unset):
        json_stage = UNSET
    else:
        json_stage = stage
    params["stage"] = json_stage

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

    json_state: None | str | Unset
    if isinstance(state, Unset):
        json_state = UNSET
    elif isinstance(state, ListCasesStateType0):
        json_state = state.value
    else:
        json_state = state
    params["state"] = json_state

    json_overdue: bool | None | Unset
    if isinstance(overdue, Unset):
        json_overdue = UNSET
    else:
        json_overdue = overdue
    params["overdue"] = json_overdue

    json_q: None | str | Unset
    if isinstance(q, Unset):
        json_q = UNSET
    else:
        json_q = q
    params["q"] = json_q

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
        "url": "/api/v1/cases",
        "params": params,
    }


    return _kwargs



def _parse_response(*, client: AuthenticatedClient | Client, response: httpx.Response) -> CasePage | ProblemDocument | None:
    if response.status_code == 200:
        response_200 = CasePage.from_dict(response.json())



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


def _build_response(*, client: AuthenticatedClient | Client, response: httpx.Response) -> Response[CasePage | ProblemDocument]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    *,
    client: AuthenticatedClient,
    procedure: None | str | Unset = UNSET,
    stage: None | str | Unset = UNSET,
    store: None | str | Unset = UNSET,
    subject: None | str | Unset = UNSET,
    state: ListCasesStateType0 | None | Unset = UNSET,
    overdue: bool | None | Unset = UNSET,
    q: None | str | Unset = UNSET,
    limit: int | Unset = 50,
    cursor: None | str | Unset = UNSET,

) -> Response[CasePage | ProblemDocument]:
    """ Find cases

     Cases that the caller may see, newest first.

    Args:
        procedure (None | str | Unset): Of this procedure alone.
        stage (None | str | Unset): At this stage alone.
        store (None | str | Unset): Of this store alone.
        subject (None | str | Unset): Of this subject alone.
        state (ListCasesStateType0 | None | Unset): Of this state alone; `open` has those with
            incidents too.
        overdue (bool | None | Unset): Whether a limit has passed.
        q (None | str | Unset): Words of the subject and of the case's data, all of which it must
            have: two neighbouring characters of Chinese, a number or its last four, six or eight,
            other words whole. A page may hold fewer than `limit` where very many cases have them;
            `next_cursor` then goes on.
        limit (int | Unset): How many items, at most. Default: 50.
        cursor (None | str | Unset): `next_cursor` of the page before.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[CasePage | ProblemDocument]
     """


    kwargs = _get_kwargs(
        procedure=procedure,
stage=stage,
store=store,
subject=subject,
state=state,
overdue=overdue,
q=q,
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
    procedure: None | str | Unset = UNSET,
    stage: None | str | Unset = UNSET,
    store: None | str | Unset = UNSET,
    subject: None | str | Unset = UNSET,
    state: ListCasesStateType0 | None | Unset = UNSET,
    overdue: bool | None | Unset = UNSET,
    q: None | str | Unset = UNSET,
    limit: int | Unset = 50,
    cursor: None | str | Unset = UNSET,

) -> CasePage | ProblemDocument | None:
    """ Find cases

     Cases that the caller may see, newest first.

    Args:
        procedure (None | str | Unset): Of this procedure alone.
        stage (None | str | Unset): At this stage alone.
        store (None | str | Unset): Of this store alone.
        subject (None | str | Unset): Of this subject alone.
        state (ListCasesStateType0 | None | Unset): Of this state alone; `open` has those with
            incidents too.
        overdue (bool | None | Unset): Whether a limit has passed.
        q (None | str | Unset): Words of the subject and of the case's data, all of which it must
            have: two neighbouring characters of Chinese, a number or its last four, six or eight,
            other words whole. A page may hold fewer than `limit` where very many cases have them;
            `next_cursor` then goes on.
        limit (int | Unset): How many items, at most. Default: 50.
        cursor (None | str | Unset): `next_cursor` of the page before.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        CasePage | ProblemDocument
     """


    return sync_detailed(
        client=client,
procedure=procedure,
stage=stage,
store=store,
subject=subject,
state=state,
overdue=overdue,
q=q,
limit=limit,
cursor=cursor,

    ).parsed

async def asyncio_detailed(
    *,
    client: AuthenticatedClient,
    procedure: None | str | Unset = UNSET,
    stage: None | str | Unset = UNSET,
    store: None | str | Unset = UNSET,
    subject: None | str | Unset = UNSET,
    state: ListCasesStateType0 | None | Unset = UNSET,
    overdue: bool | None | Unset = UNSET,
    q: None | str | Unset = UNSET,
    limit: int | Unset = 50,
    cursor: None | str | Unset = UNSET,

) -> Response[CasePage | ProblemDocument]:
    """ Find cases

     Cases that the caller may see, newest first.

    Args:
        procedure (None | str | Unset): Of this procedure alone.
        stage (None | str | Unset): At this stage alone.
        store (None | str | Unset): Of this store alone.
        subject (None | str | Unset): Of this subject alone.
        state (ListCasesStateType0 | None | Unset): Of this state alone; `open` has those with
            incidents too.
        overdue (bool | None | Unset): Whether a limit has passed.
        q (None | str | Unset): Words of the subject and of the case's data, all of which it must
            have: two neighbouring characters of Chinese, a number or its last four, six or eight,
            other words whole. A page may hold fewer than `limit` where very many cases have them;
            `next_cursor` then goes on.
        limit (int | Unset): How many items, at most. Default: 50.
        cursor (None | str | Unset): `next_cursor` of the page before.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[CasePage | ProblemDocument]
     """


    kwargs = _get_kwargs(
        procedure=procedure,
stage=stage,
store=store,
subject=subject,
state=state,
overdue=overdue,
q=q,
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
    procedure: None | str | Unset = UNSET,
    stage: None | str | Unset = UNSET,
    store: None | str | Unset = UNSET,
    subject: None | str | Unset = UNSET,
    state: ListCasesStateType0 | None | Unset = UNSET,
    overdue: bool | None | Unset = UNSET,
    q: None | str | Unset = UNSET,
    limit: int | Unset = 50,
    cursor: None | str | Unset = UNSET,

) -> CasePage | ProblemDocument | None:
    """ Find cases

     Cases that the caller may see, newest first.

    Args:
        procedure (None | str | Unset): Of this procedure alone.
        stage (None | str | Unset): At this stage alone.
        store (None | str | Unset): Of this store alone.
        subject (None | str | Unset): Of this subject alone.
        state (ListCasesStateType0 | None | Unset): Of this state alone; `open` has those with
            incidents too.
        overdue (bool | None | Unset): Whether a limit has passed.
        q (None | str | Unset): Words of the subject and of the case's data, all of which it must
            have: two neighbouring characters of Chinese, a number or its last four, six or eight,
            other words whole. A page may hold fewer than `limit` where very many cases have them;
            `next_cursor` then goes on.
        limit (int | Unset): How many items, at most. Default: 50.
        cursor (None | str | Unset): `next_cursor` of the page before.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        CasePage | ProblemDocument
     """


    return (await asyncio_detailed(
        client=client,
procedure=procedure,
stage=stage,
store=store,
subject=subject,
state=state,
overdue=overdue,
q=q,
limit=limit,
cursor=cursor,

    )).parsed
