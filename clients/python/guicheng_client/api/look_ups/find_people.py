from http import HTTPStatus
from typing import Any, cast
from urllib.parse import quote

import httpx

from ...client import AuthenticatedClient, Client
from ...types import Response, UNSET
from ... import errors

from ...models.colleague_page import ColleaguePage
from ...models.problem_document import ProblemDocument
from ...models.role import Role
from ...types import UNSET, Unset
from typing import cast



def _get_kwargs(
    *,
    q: str | Unset = '',
    role: None | Role | Unset = UNSET,
    store: None | str | Unset = UNSET,
    limit: int | Unset = 20,

) -> dict[str, Any]:
    

    

    params: dict[str, Any] = {}

    params["q"] = q

    json_role: None | str | Unset
    if isinstance(role, Unset):
        json_role = UNSET
    elif isinstance(role, Role):
        json_role = role.value
    else:
        json_role = role
    params["role"] = json_role

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
        "url": "/api/v1/people",
        "params": params,
    }


    return _kwargs



def _parse_response(*, client: AuthenticatedClient | Client, response: httpx.Response) -> ColleaguePage | ProblemDocument | None:
    if response.status_code == 200:
        response_200 = ColleaguePage.from_dict(response.json())



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


def _build_response(*, client: AuthenticatedClient | Client, response: httpx.Response) -> Response[ColleaguePage | ProblemDocument]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    *,
    client: AuthenticatedClient,
    q: str | Unset = '',
    role: None | Role | Unset = UNSET,
    store: None | str | Unset = UNSET,
    limit: int | Unset = 20,

) -> Response[ColleaguePage | ProblemDocument]:
    """ Find people of the store

     Whom a task can be handed to, or a comment can name, with their roles in the caller's stores. No
    services and no
    parties.

    Args:
        q (str | Unset): Words, or how a code or a word begins. Default: ''.
        role (None | Role | Unset): Those who hold this role alone.
        store (None | str | Unset): In this store; needed where the caller has several and the
            answer is of one.
        limit (int | Unset): How many, at most. Default: 20.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[ColleaguePage | ProblemDocument]
     """


    kwargs = _get_kwargs(
        q=q,
role=role,
store=store,
limit=limit,

    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)

def sync(
    *,
    client: AuthenticatedClient,
    q: str | Unset = '',
    role: None | Role | Unset = UNSET,
    store: None | str | Unset = UNSET,
    limit: int | Unset = 20,

) -> ColleaguePage | ProblemDocument | None:
    """ Find people of the store

     Whom a task can be handed to, or a comment can name, with their roles in the caller's stores. No
    services and no
    parties.

    Args:
        q (str | Unset): Words, or how a code or a word begins. Default: ''.
        role (None | Role | Unset): Those who hold this role alone.
        store (None | str | Unset): In this store; needed where the caller has several and the
            answer is of one.
        limit (int | Unset): How many, at most. Default: 20.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        ColleaguePage | ProblemDocument
     """


    return sync_detailed(
        client=client,
q=q,
role=role,
store=store,
limit=limit,

    ).parsed

async def asyncio_detailed(
    *,
    client: AuthenticatedClient,
    q: str | Unset = '',
    role: None | Role | Unset = UNSET,
    store: None | str | Unset = UNSET,
    limit: int | Unset = 20,

) -> Response[ColleaguePage | ProblemDocument]:
    """ Find people of the store

     Whom a task can be handed to, or a comment can name, with their roles in the caller's stores. No
    services and no
    parties.

    Args:
        q (str | Unset): Words, or how a code or a word begins. Default: ''.
        role (None | Role | Unset): Those who hold this role alone.
        store (None | str | Unset): In this store; needed where the caller has several and the
            answer is of one.
        limit (int | Unset): How many, at most. Default: 20.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[ColleaguePage | ProblemDocument]
     """


    kwargs = _get_kwargs(
        q=q,
role=role,
store=store,
limit=limit,

    )

    response = await client.get_async_httpx_client().request(
        **kwargs
    )

    return _build_response(client=client, response=response)

async def asyncio(
    *,
    client: AuthenticatedClient,
    q: str | Unset = '',
    role: None | Role | Unset = UNSET,
    store: None | str | Unset = UNSET,
    limit: int | Unset = 20,

) -> ColleaguePage | ProblemDocument | None:
    """ Find people of the store

     Whom a task can be handed to, or a comment can name, with their roles in the caller's stores. No
    services and no
    parties.

    Args:
        q (str | Unset): Words, or how a code or a word begins. Default: ''.
        role (None | Role | Unset): Those who hold this role alone.
        store (None | str | Unset): In this store; needed where the caller has several and the
            answer is of one.
        limit (int | Unset): How many, at most. Default: 20.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        ColleaguePage | ProblemDocument
     """


    return (await asyncio_detailed(
        client=client,
q=q,
role=role,
store=store,
limit=limit,

    )).parsed
