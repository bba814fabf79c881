from http import HTTPStatus
from typing import Any, cast
from urllib.parse import quote

import httpx

from ...client import AuthenticatedClient, Client
from ...types import Response, UNSET
from ... import errors

from ...models.problem_document import ProblemDocument
from ...models.task_counts import TaskCounts
from ...types import UNSET, Unset
from typing import cast



def _get_kwargs(
    *,
    role: None | str | Unset = UNSET,
    store: None | str | Unset = UNSET,
    procedure: None | str | Unset = UNSET,
    stage: None | str | Unset = UNSET,
    case: None | str | Unset = UNSET,
    mine: bool | None | Unset = UNSET,
    unclaimed: bool | None | Unset = UNSET,
    overdue: bool | None | Unset = UNSET,
    q: None | str | Unset = UNSET,

) -> dict[str, Any]:
    

    

    params: dict[str, Any] = {}

    json_role: None | str | Unset
    if isinstance(role, Unset):
        json_role = UNSET
    else:
        json_role = role
    params["role"] = json_role

    json_store: None | str | Unset
    if isinstance(store, Unset):
        json_store = UNSET
    else:
        json_store = store
    params["store"] = json_store

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

    json_case: None | str | Unset
    if isinstance(case, Unset):
        json_case = UNSET
    else:
        json_case = case
    params["case"] = json_case

    json_mine: bool | None | Unset
    if isinstance(mine, Unset):
        json_mine = UNSET
    else:
        json_mine = mine
    params["mine"] = json_mine

    json_unclaimed: bool | None | Unset
    if isinstance(unclaimed, Unset):
        json_unclaimed = UNSET
    else:
        json_unclaimed = unclaimed
    params["unclaimed"] = json_unclaimed

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


    params = {k: v for k, v in params.items() if v is not UNSET and v is not None}


    _kwargs: dict[str, Any] = {
        "method": "get",
        "url": "/api/v1/tasks/counts",
        "params": params,
    }


    return _kwargs



def _parse_response(*, client: AuthenticatedClient | Client, response: httpx.Response) -> ProblemDocument | TaskCounts | None:
    if response.status_code == 200:
        response_200 = TaskCounts.from_dict(response.json())



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


def _build_response(*, client: AuthenticatedClient | Client, response: httpx.Response) -> Response[ProblemDocument | TaskCounts]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    *,
    client: AuthenticatedClient,
    role: None | str | Unset = UNSET,
    store: None | str | Unset = UNSET,
    procedure: None | str | Unset = UNSET,
    stage: None | str | Unset = UNSET,
    case: None | str | Unset = UNSET,
    mine: bool | None | Unset = UNSET,
    unclaimed: bool | None | Unset = UNSET,
    overdue: bool | None | Unset = UNSET,
    q: None | str | Unset = UNSET,

) -> Response[ProblemDocument | TaskCounts]:
    """ Count open tasks

     How many tasks the same filters list, exact to 999. All but `mine` may be a second old.

    Args:
        role (None | str | Unset): For this one of the caller's roles.
        store (None | str | Unset): Of this store alone.
        procedure (None | str | Unset): Of this procedure alone.
        stage (None | str | Unset): At this stage alone.
        case (None | str | Unset): Of this case alone.
        mine (bool | None | Unset): Whether the caller holds it.
        unclaimed (bool | None | Unset): Whether nobody holds it.
        overdue (bool | None | Unset): Whether a limit has passed.
        q (None | str | Unset): Words of the subject and of the case's data, all of which it must
            have: two neighbouring characters of Chinese, a number or its last four, six or eight,
            other words whole. A page may hold fewer than `limit` where very many cases have them;
            `next_cursor` then goes on.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[ProblemDocument | TaskCounts]
     """


    kwargs = _get_kwargs(
        role=role,
store=store,
procedure=procedure,
stage=stage,
case=case,
mine=mine,
unclaimed=unclaimed,
overdue=overdue,
q=q,

    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)

def sync(
    *,
    client: AuthenticatedClient,
    role: None | str | Unset = UNSET,
    store: None | str | Unset = UNSET,
    procedure: None | str | Unset = UNSET,
    stage: None | str | Unset = UNSET,
    case: None | str | Unset = UNSET,
    mine: bool | None | Unset = UNSET,
    unclaimed: bool | None | Unset = UNSET,
    overdue: bool | None | Unset = UNSET,
    q: None | str | Unset = UNSET,

) -> ProblemDocument | TaskCounts | None:
    """ Count open tasks

     How many tasks the same filters list, exact to 999. All but `mine` may be a second old.

    Args:
        role (None | str | Unset): For this one of the caller's roles.
        store (None | str | Unset): Of this store alone.
        procedure (None | str | Unset): Of this procedure alone.
        stage (None | str | Unset): At this stage alone.
        case (None | str | Unset): Of this case alone.
        mine (bool | None | Unset): Whether the caller holds it.
        unclaimed (bool | None | Unset): Whether nobody holds it.
        overdue (bool | None | Unset): Whether a limit has passed.
        q (None | str | Unset): Words of the subject and of the case's data, all of which it must
            have: two neighbouring characters of Chinese, a number or its last four, six or eight,
            other words whole. A page may hold fewer than `limit` where very many cases have them;
            `next_cursor` then goes on.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        ProblemDocument | TaskCounts
     """


    return sync_detailed(
        client=client,
role=role,
store=store,
procedure=procedure,
stage=stage,
case=case,
mine=mine,
unclaimed=unclaimed,
overdue=overdue,
q=q,

    ).parsed

async def asyncio_detailed(
    *,
    client: AuthenticatedClient,
    role: None | str | Unset = UNSET,
    store: None | str | Unset = UNSET,
    procedure: None | str | Unset = UNSET,
    stage: None | str | Unset = UNSET,
    case: None | str | Unset = UNSET,
    mine: bool | None | Unset = UNSET,
    unclaimed: bool | None | Unset = UNSET,
    overdue: bool | None | Unset = UNSET,
    q: None | str | Unset = UNSET,

) -> Response[ProblemDocument | TaskCounts]:
    """ Count open tasks

     How many tasks the same filters list, exact to 999. All but `mine` may be a second old.

    Args:
        role (None | str | Unset): For this one of the caller's roles.
        store (None | str | Unset): Of this store alone.
        procedure (None | str | Unset): Of this procedure alone.
        stage (None | str | Unset): At this stage alone.
        case (None | str | Unset): Of this case alone.
        mine (bool | None | Unset): Whether the caller holds it.
        unclaimed (bool | None | Unset): Whether nobody holds it.
        overdue (bool | None | Unset): Whether a limit has passed.
        q (None | str | Unset): Words of the subject and of the case's data, all of which it must
            have: two neighbouring characters of Chinese, a number or its last four, six or eight,
            other words whole. A page may hold fewer than `limit` where very many cases have them;
            `next_cursor` then goes on.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[ProblemDocument | TaskCounts]
     """


    kwargs = _get_kwargs(
        role=role,
store=store,
procedure=procedure,
stage=stage,
case=case,
mine=mine,
unclaimed=unclaimed,
overdue=overdue,
q=q,

    )

    response = await client.get_async_httpx_client().request(
        **kwargs
    )

    return _build_response(client=client, response=response)

async def asyncio(
    *,
    client: AuthenticatedClient,
    role: None | str | Unset = UNSET,
    store: None | str | Unset = UNSET,
    procedure: None | str | Unset = UNSET,
    stage: None | str | Unset = UNSET,
    case: None | str | Unset = UNSET,
    mine: bool | None | Unset = UNSET,
    unclaimed: bool | None | Unset = UNSET,
    overdue: bool | None | Unset = UNSET,
    q: None | str | Unset = UNSET,

) -> ProblemDocument | TaskCounts | None:
    """ Count open tasks

     How many tasks the same filters list, exact to 999. All but `mine` may be a second old.

    Args:
        role (None | str | Unset): For this one of the caller's roles.
        store (None | str | Unset): Of this store alone.
        procedure (None | str | Unset): Of this procedure alone.
        stage (None | str | Unset): At this stage alone.
        case (None | str | Unset): Of this case alone.
        mine (bool | None | Unset): Whether the caller holds it.
        unclaimed (bool | None | Unset): Whether nobody holds it.
        overdue (bool | None | Unset): Whether a limit has passed.
        q (None | str | Unset): Words of the subject and of the case's data, all of which it must
            have: two neighbouring characters of Chinese, a number or its last four, six or eight,
            other words whole. A page may hold fewer than `limit` where very many cases have them;
            `next_cursor` then goes on.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        ProblemDocument | TaskCounts
     """


    return (await asyncio_detailed(
        client=client,
role=role,
store=store,
procedure=procedure,
stage=stage,
case=case,
mine=mine,
unclaimed=unclaimed,
overdue=overdue,
q=q,

    )).parsed
