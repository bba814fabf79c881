from http import HTTPStatus
from typing import Any, cast
from urllib.parse import quote

import httpx

from ...client import AuthenticatedClient, Client
from ...types import Response, UNSET
from ... import errors

from ...models.problem_document import ProblemDocument
from ...models.procedure_document import ProcedureDocument
from ...types import UNSET, Unset
from typing import cast



def _get_kwargs(
    key: str,
    *,
    version: int | None | Unset = UNSET,

) -> dict[str, Any]:
    

    

    params: dict[str, Any] = {}

    json_version: int | None | Unset
    if isinstance(version, Unset):
        json_version = UNSET
    else:
        json_version = version
    params["version"] = json_version


    params = {k: v for k, v in params.items() if v is not UNSET and v is not None}


    _kwargs: dict[str, Any] = {
        "method": "get",
        "url": "/api/v1/procedures/{key}".format(key=quote(str(key), safe=""),),
        "params": params,
    }


    return _kwargs



def _parse_response(*, client: AuthenticatedClient | Client, response: httpx.Response) -> ProblemDocument | ProcedureDocument | None:
    if response.status_code == 200:
        response_200 = ProcedureDocument.from_dict(response.json())



        return response_200

    if response.status_code == 401:
        response_401 = ProblemDocument.from_dict(response.json())



        return response_401

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


def _build_response(*, client: AuthenticatedClient | Client, response: httpx.Response) -> Response[ProblemDocument | ProcedureDocument]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    key: str,
    *,
    client: AuthenticatedClient,
    version: int | None | Unset = UNSET,

) -> Response[ProblemDocument | ProcedureDocument]:
    """ Read a procedure

     The whole definition: stages, transitions, forms, deadlines, effects, links.

    Args:
        key (str): The procedure's key.
        version (int | None | Unset): An older version of the procedure; without it the newest.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[ProblemDocument | ProcedureDocument]
     """


    kwargs = _get_kwargs(
        key=key,
version=version,

    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)

def sync(
    key: str,
    *,
    client: AuthenticatedClient,
    version: int | None | Unset = UNSET,

) -> ProblemDocument | ProcedureDocument | None:
    """ Read a procedure

     The whole definition: stages, transitions, forms, deadlines, effects, links.

    Args:
        key (str): The procedure's key.
        version (int | None | Unset): An older version of the procedure; without it the newest.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        ProblemDocument | ProcedureDocument
     """


    return sync_detailed(
        key=key,
client=client,
version=version,

    ).parsed

async def asyncio_detailed(
    key: str,
    *,
    client: AuthenticatedClient,
    version: int | None | Unset = UNSET,

) -> Response[ProblemDocument | ProcedureDocument]:
    """ Read a procedure

     The whole definition: stages, transitions, forms, deadlines, effects, links.

    Args:
        key (str): The procedure's key.
        version (int | None | Unset): An older version of the procedure; without it the newest.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[ProblemDocument | ProcedureDocument]
     """


    kwargs = _get_kwargs(
        key=key,
version=version,

    )

    response = await client.get_async_httpx_client().request(
        **kwargs
    )

    return _build_response(client=client, response=response)

async def asyncio(
    key: str,
    *,
    client: AuthenticatedClient,
    version: int | None | Unset = UNSET,

) -> ProblemDocument | ProcedureDocument | None:
    """ Read a procedure

     The whole definition: stages, transitions, forms, deadlines, effects, links.

    Args:
        key (str): The procedure's key.
        version (int | None | Unset): An older version of the procedure; without it the newest.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        ProblemDocument | ProcedureDocument
     """


    return (await asyncio_detailed(
        key=key,
client=client,
version=version,

    )).parsed
