from http import HTTPStatus
from typing import Any, cast
from urllib.parse import quote

import httpx

from ...client import AuthenticatedClient, Client
from ...types import Response, UNSET
from ... import errors

from ...models.problem_document import ProblemDocument
from ...models.purchase_view_page import PurchaseViewPage
from ...types import UNSET, Unset
from typing import cast



def _get_kwargs(
    *,
    purchase: None | str | Unset = UNSET,
    supplier: None | str | Unset = UNSET,
    limit: int | Unset = 50,
    cursor: None | str | Unset = UNSET,

) -> dict[str, Any]:
    

    

    params: dict[str, Any] = {}

    json_purchase: None | str | Unset
    if isinstance(purchase, Unset):
        json_purchase = UNSET
    else:
        json_purchase = purchase
    params["purchase"] = json_purchase

    json_supplier: None | str | Unset
    if isinstance(supplier, Unset):
        json_supplier = UNSET
    else:
        json_supplier = supplier
    params["supplier"] = json_supplier

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
        "url": "/api/v1/books/purchases",
        "params": params,
    }


    return _kwargs



def _parse_response(*, client: AuthenticatedClient | Client, response: httpx.Response) -> ProblemDocument | PurchaseViewPage | None:
    if response.status_code == 200:
        response_200 = PurchaseViewPage.from_dict(response.json())



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


def _build_response(*, client: AuthenticatedClient | Client, response: httpx.Response) -> Response[ProblemDocument | PurchaseViewPage]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    *,
    client: AuthenticatedClient,
    purchase: None | str | Unset = UNSET,
    supplier: None | str | Unset = UNSET,
    limit: int | Unset = 50,
    cursor: None | str | Unset = UNSET,

) -> Response[ProblemDocument | PurchaseViewPage]:
    """ Read the purchases

     What was ordered from suppliers, on what terms, and what was paid. A supplier reads its own.

    Args:
        purchase (None | str | Unset): This purchase alone.
        supplier (None | str | Unset): Of this supplier alone.
        limit (int | Unset): How many items, at most. Default: 50.
        cursor (None | str | Unset): `next_cursor` of the page before.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[ProblemDocument | PurchaseViewPage]
     """


    kwargs = _get_kwargs(
        purchase=purchase,
supplier=supplier,
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
    purchase: None | str | Unset = UNSET,
    supplier: None | str | Unset = UNSET,
    limit: int | Unset = 50,
    cursor: None | str | Unset = UNSET,

) -> ProblemDocument | PurchaseViewPage | None:
    """ Read the purchases

     What was ordered from suppliers, on what terms, and what was paid. A supplier reads its own.

    Args:
        purchase (None | str | Unset): This purchase alone.
        supplier (None | str | Unset): Of this supplier alone.
        limit (int | Unset): How many items, at most. Default: 50.
        cursor (None | str | Unset): `next_cursor` of the page before.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        ProblemDocument | PurchaseViewPage
     """


    return sync_detailed(
        client=client,
purchase=purchase,
supplier=supplier,
limit=limit,
cursor=cursor,

    ).parsed

async def asyncio_detailed(
    *,
    client: AuthenticatedClient,
    purchase: None | str | Unset = UNSET,
    supplier: None | str | Unset = UNSET,
    limit: int | Unset = 50,
    cursor: None | str | Unset = UNSET,

) -> Response[ProblemDocument | PurchaseViewPage]:
    """ Read the purchases

     What was ordered from suppliers, on what terms, and what was paid. A supplier reads its own.

    Args:
        purchase (None | str | Unset): This purchase alone.
        supplier (None | str | Unset): Of this supplier alone.
        limit (int | Unset): How many items, at most. Default: 50.
        cursor (None | str | Unset): `next_cursor` of the page before.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[ProblemDocument | PurchaseViewPage]
     """


    kwargs = _get_kwargs(
        purchase=purchase,
supplier=supplier,
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
    purchase: None | str | Unset = UNSET,
    supplier: None | str | Unset = UNSET,
    limit: int | Unset = 50,
    cursor: None | str | Unset = UNSET,

) -> ProblemDocument | PurchaseViewPage | None:
    """ Read the purchases

     What was ordered from suppliers, on what terms, and what was paid. A supplier reads its own.

    Args:
        purchase (None | str | Unset): This purchase alone.
        supplier (None | str | Unset): Of this supplier alone.
        limit (int | Unset): How many items, at most. Default: 50.
        cursor (None | str | Unset): `next_cursor` of the page before.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        ProblemDocument | PurchaseViewPage
     """


    return (await asyncio_detailed(
        client=client,
purchase=purchase,
supplier=supplier,
limit=limit,
cursor=cursor,

    )).parsed
