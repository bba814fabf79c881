from http import HTTPStatus
from typing import Any, cast
from urllib.parse import quote

import httpx

from ...client import AuthenticatedClient, Client
from ...types import Response, UNSET
from ... import errors

from ...models.customer_document import CustomerDocument
from ...models.problem_document import ProblemDocument
from ...types import UNSET, Unset
from typing import cast



def _get_kwargs(
    number: str,
    *,
    store: None | str | Unset = UNSET,

) -> dict[str, Any]:
    

    

    params: dict[str, Any] = {}

    json_store: None | str | Unset
    if isinstance(store, Unset):
        json_store = UNSET
    else:
        json_store = store
    params["store"] = json_store


    params = {k: v for k, v in params.items() if v is not UNSET and v is not None}


    _kwargs: dict[str, Any] = {
        "method": "get",
        "url": "/api/v1/customers/{number}".format(number=quote(str(number), safe=""),),
        "params": params,
    }


    return _kwargs



def _parse_response(*, client: AuthenticatedClient | Client, response: httpx.Response) -> CustomerDocument | ProblemDocument | None:
    if response.status_code == 200:
        response_200 = CustomerDocument.from_dict(response.json())



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


def _build_response(*, client: AuthenticatedClient | Client, response: httpx.Response) -> Response[CustomerDocument | ProblemDocument]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    number: str,
    *,
    client: AuthenticatedClient,
    store: None | str | Unset = UNSET,

) -> Response[CustomerDocument | ProblemDocument]:
    """ Read a customer

     Their orders, cases and refunds, and what is left of each limit: for roles that deal with customers,
    and for
    themselves. `store` says which, where two know the number.

    Args:
        number (str): The customer's number at the store.
        store (None | str | Unset): In this store; needed where the caller has several and the
            answer is of one.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[CustomerDocument | ProblemDocument]
     """


    kwargs = _get_kwargs(
        number=number,
store=store,

    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)

def sync(
    number: str,
    *,
    client: AuthenticatedClient,
    store: None | str | Unset = UNSET,

) -> CustomerDocument | ProblemDocument | None:
    """ Read a customer

     Their orders, cases and refunds, and what is left of each limit: for roles that deal with customers,
    and for
    themselves. `store` says which, where two know the number.

    Args:
        number (str): The customer's number at the store.
        store (None | str | Unset): In this store; needed where the caller has several and the
            answer is of one.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        CustomerDocument | ProblemDocument
     """


    return sync_detailed(
        number=number,
client=client,
store=store,

    ).parsed

async def asyncio_detailed(
    number: str,
    *,
    client: AuthenticatedClient,
    store: None | str | Unset = UNSET,

) -> Response[CustomerDocument | ProblemDocument]:
    """ Read a customer

     Their orders, cases and refunds, and what is left of each limit: for roles that deal with customers,
    and for
    themselves. `store` says which, where two know the number.

    Args:
        number (str): The customer's number at the store.
        store (None | str | Unset): In this store; needed where the caller has several and the
            answer is of one.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[CustomerDocument | ProblemDocument]
     """


    kwargs = _get_kwargs(
        number=number,
store=store,

    )

    response = await client.get_async_httpx_client().request(
        **kwargs
    )

    return _build_response(client=client, response=response)

async def asyncio(
    number: str,
    *,
    client: AuthenticatedClient,
    store: None | str | Unset = UNSET,

) -> CustomerDocument | ProblemDocument | None:
    """ Read a customer

     Their orders, cases and refunds, and what is left of each limit: for roles that deal with customers,
    and for
    themselves. `store` says which, where two know the number.

    Args:
        number (str): The customer's number at the store.
        store (None | str | Unset): In this store; needed where the caller has several and the
            answer is of one.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        CustomerDocument | ProblemDocument
     """


    return (await asyncio_detailed(
        number=number,
client=client,
store=store,

    )).parsed
