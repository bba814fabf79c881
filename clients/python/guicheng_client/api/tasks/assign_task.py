from http import HTTPStatus
from typing import Any, cast
from urllib.parse import quote

import httpx

from ...client import AuthenticatedClient, Client
from ...types import Response, UNSET
from ... import errors

from ...models.assignment import Assignment
from ...models.problem_document import ProblemDocument
from ...models.task_document import TaskDocument
from ...types import UNSET, Unset
from typing import cast



def _get_kwargs(
    task_id: str,
    *,
    body: Assignment,
    idempotency_key: None | str | Unset = UNSET,

) -> dict[str, Any]:
    headers: dict[str, Any] = {}
    if not isinstance(idempotency_key, Unset):
        headers["Idempotency-Key"] = idempotency_key



    

    

    _kwargs: dict[str, Any] = {
        "method": "post",
        "url": "/api/v1/tasks/{task_id}/assign".format(task_id=quote(str(task_id), safe=""),),
    }

    _kwargs["json"] = body.to_dict()

    headers["Content-Type"] = "application/json"

    _kwargs["headers"] = headers
    return _kwargs



def _parse_response(*, client: AuthenticatedClient | Client, response: httpx.Response) -> ProblemDocument | TaskDocument | None:
    if response.status_code == 200:
        response_200 = TaskDocument.from_dict(response.json())



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

    if client.raise_on_unexpected_status:
        raise errors.UnexpectedStatus(response.status_code, response.content)
    else:
        return None


def _build_response(*, client: AuthenticatedClient | Client, response: httpx.Response) -> Response[ProblemDocument | TaskDocument]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    task_id: str,
    *,
    client: AuthenticatedClient,
    body: Assignment,
    idempotency_key: None | str | Unset = UNSET,

) -> Response[ProblemDocument | TaskDocument]:
    """ Assign a task

     Hand the task over to somebody, whoever holds it.

    Args:
        task_id (str): The task: the case, a slash, and its stage or incident.
        idempotency_key (None | str | Unset): The same key with the same body gives the first
            answer again; with another body 422.
        body (Assignment):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[ProblemDocument | TaskDocument]
     """


    kwargs = _get_kwargs(
        task_id=task_id,
body=body,
idempotency_key=idempotency_key,

    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)

def sync(
    task_id: str,
    *,
    client: AuthenticatedClient,
    body: Assignment,
    idempotency_key: None | str | Unset = UNSET,

) -> ProblemDocument | TaskDocument | None:
    """ Assign a task

     Hand the task over to somebody, whoever holds it.

    Args:
        task_id (str): The task: the case, a slash, and its stage or incident.
        idempotency_key (None | str | Unset): The same key with the same body gives the first
            answer again; with another body 422.
        body (Assignment):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        ProblemDocument | TaskDocument
     """


    return sync_detailed(
        task_id=task_id,
client=client,
body=body,
idempotency_key=idempotency_key,

    ).parsed

async def asyncio_detailed(
    task_id: str,
    *,
    client: AuthenticatedClient,
    body: Assignment,
    idempotency_key: None | str | Unset = UNSET,

) -> Response[ProblemDocument | TaskDocument]:
    """ Assign a task

     Hand the task over to somebody, whoever holds it.

    Args:
        task_id (str): The task: the case, a slash, and its stage or incident.
        idempotency_key (None | str | Unset): The same key with the same body gives the first
            answer again; with another body 422.
        body (Assignment):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[ProblemDocument | TaskDocument]
     """


    kwargs = _get_kwargs(
        task_id=task_id,
body=body,
idempotency_key=idempotency_key,

    )

    response = await client.get_async_httpx_client().request(
        **kwargs
    )

    return _build_response(client=client, response=response)

async def asyncio(
    task_id: str,
    *,
    client: AuthenticatedClient,
    body: Assignment,
    idempotency_key: None | str | Unset = UNSET,

) -> ProblemDocument | TaskDocument | None:
    """ Assign a task

     Hand the task over to somebody, whoever holds it.

    Args:
        task_id (str): The task: the case, a slash, and its stage or incident.
        idempotency_key (None | str | Unset): The same key with the same body gives the first
            answer again; with another body 422.
        body (Assignment):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        ProblemDocument | TaskDocument
     """


    return (await asyncio_detailed(
        task_id=task_id,
client=client,
body=body,
idempotency_key=idempotency_key,

    )).parsed
