from http import HTTPStatus
from typing import Any, cast
from urllib.parse import quote

import httpx

from ...client import AuthenticatedClient, Client
from ...types import Response, UNSET
from ... import errors

from ...models.problem_document import ProblemDocument
from typing import cast



def _get_kwargs(
    case_id: str,
    action: str,

) -> dict[str, Any]:
    

    

    

    _kwargs: dict[str, Any] = {
        "method": "delete",
        "url": "/api/v1/cases/{case_id}/actions/{action}/draft".format(case_id=quote(str(case_id), safe=""),action=quote(str(action), safe=""),),
    }


    return _kwargs



def _parse_response(*, client: AuthenticatedClient | Client, response: httpx.Response) -> Any | ProblemDocument | None:
    if response.status_code == 204:
        response_204 = cast(Any, None)
        return response_204

    if response.status_code == 401:
        response_401 = ProblemDocument.from_dict(response.json())



        return response_401

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


def _build_response(*, client: AuthenticatedClient | Client, response: httpx.Response) -> Response[Any | ProblemDocument]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    case_id: str,
    action: str,
    *,
    client: AuthenticatedClient,

) -> Response[Any | ProblemDocument]:
    """ Forget what you have filled in

     The caller's own draft is gone, if there was one.

    Args:
        case_id (str): The case: `{procedure}:{store}:{subject}`.
        action (str): The action: the `key` of one of the case's `actions`.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[Any | ProblemDocument]
     """


    kwargs = _get_kwargs(
        case_id=case_id,
action=action,

    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)

def sync(
    case_id: str,
    action: str,
    *,
    client: AuthenticatedClient,

) -> Any | ProblemDocument | None:
    """ Forget what you have filled in

     The caller's own draft is gone, if there was one.

    Args:
        case_id (str): The case: `{procedure}:{store}:{subject}`.
        action (str): The action: the `key` of one of the case's `actions`.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Any | ProblemDocument
     """


    return sync_detailed(
        case_id=case_id,
action=action,
client=client,

    ).parsed

async def asyncio_detailed(
    case_id: str,
    action: str,
    *,
    client: AuthenticatedClient,

) -> Response[Any | ProblemDocument]:
    """ Forget what you have filled in

     The caller's own draft is gone, if there was one.

    Args:
        case_id (str): The case: `{procedure}:{store}:{subject}`.
        action (str): The action: the `key` of one of the case's `actions`.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[Any | ProblemDocument]
     """


    kwargs = _get_kwargs(
        case_id=case_id,
action=action,

    )

    response = await client.get_async_httpx_client().request(
        **kwargs
    )

    return _build_response(client=client, response=response)

async def asyncio(
    case_id: str,
    action: str,
    *,
    client: AuthenticatedClient,

) -> Any | ProblemDocument | None:
    """ Forget what you have filled in

     The caller's own draft is gone, if there was one.

    Args:
        case_id (str): The case: `{procedure}:{store}:{subject}`.
        action (str): The action: the `key` of one of the case's `actions`.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Any | ProblemDocument
     """


    return (await asyncio_detailed(
        case_id=case_id,
action=action,
client=client,

    )).parsed
