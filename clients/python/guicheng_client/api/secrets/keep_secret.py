from http import HTTPStatus
from typing import Any, cast
from urllib.parse import quote

import httpx

from ...client import AuthenticatedClient, Client
from ...types import Response, UNSET
from ... import errors

from ...models.new_secret import NewSecret
from ...models.problem_document import ProblemDocument
from ...models.secret_document import SecretDocument
from ...types import UNSET, Unset
from typing import cast



def _get_kwargs(
    *,
    body: NewSecret,
    idempotency_key: None | str | Unset = UNSET,

) -> dict[str, Any]:
    headers: dict[str, Any] = {}
    if not isinstance(idempotency_key, Unset):
        headers["Idempotency-Key"] = idempotency_key



    

    

    _kwargs: dict[str, Any] = {
        "method": "post",
        "url": "/api/v1/secrets",
    }

    _kwargs["json"] = body.to_dict()

    headers["Content-Type"] = "application/json"

    _kwargs["headers"] = headers
    return _kwargs



def _parse_response(*, client: AuthenticatedClient | Client, response: httpx.Response) -> ProblemDocument | SecretDocument | None:
    if response.status_code == 201:
        response_201 = SecretDocument.from_dict(response.json())



        return response_201

    if response.status_code == 401:
        response_401 = ProblemDocument.from_dict(response.json())



        return response_401

    if response.status_code == 403:
        response_403 = ProblemDocument.from_dict(response.json())



        return response_403

    if response.status_code == 404:
        response_404 = ProblemDocument.from_dict(response.json())



        return response_404

    if response.status_code == 413:
        response_413 = ProblemDocument.from_dict(response.json())



        return response_413

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


def _build_response(*, client: AuthenticatedClient | Client, response: httpx.Response) -> Response[ProblemDocument | SecretDocument]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    *,
    client: AuthenticatedClient,
    body: NewSecret,
    idempotency_key: None | str | Unset = UNSET,

) -> Response[ProblemDocument | SecretDocument]:
    """ Keep a secret

     Keep a text of a store, such as a gift card's code. The answer is the reference that a form's secret
    field takes;
    the text is in no answer.

    Args:
        idempotency_key (None | str | Unset): The same key with the same body gives the first
            answer again; with another body 422.
        body (NewSecret): A text to keep out of histories, messages and logs.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[ProblemDocument | SecretDocument]
     """


    kwargs = _get_kwargs(
        body=body,
idempotency_key=idempotency_key,

    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)

def sync(
    *,
    client: AuthenticatedClient,
    body: NewSecret,
    idempotency_key: None | str | Unset = UNSET,

) -> ProblemDocument | SecretDocument | None:
    """ Keep a secret

     Keep a text of a store, such as a gift card's code. The answer is the reference that a form's secret
    field takes;
    the text is in no answer.

    Args:
        idempotency_key (None | str | Unset): The same key with the same body gives the first
            answer again; with another body 422.
        body (NewSecret): A text to keep out of histories, messages and logs.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        ProblemDocument | SecretDocument
     """


    return sync_detailed(
        client=client,
body=body,
idempotency_key=idempotency_key,

    ).parsed

async def asyncio_detailed(
    *,
    client: AuthenticatedClient,
    body: NewSecret,
    idempotency_key: None | str | Unset = UNSET,

) -> Response[ProblemDocument | SecretDocument]:
    """ Keep a secret

     Keep a text of a store, such as a gift card's code. The answer is the reference that a form's secret
    field takes;
    the text is in no answer.

    Args:
        idempotency_key (None | str | Unset): The same key with the same body gives the first
            answer again; with another body 422.
        body (NewSecret): A text to keep out of histories, messages and logs.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[ProblemDocument | SecretDocument]
     """


    kwargs = _get_kwargs(
        body=body,
idempotency_key=idempotency_key,

    )

    response = await client.get_async_httpx_client().request(
        **kwargs
    )

    return _build_response(client=client, response=response)

async def asyncio(
    *,
    client: AuthenticatedClient,
    body: NewSecret,
    idempotency_key: None | str | Unset = UNSET,

) -> ProblemDocument | SecretDocument | None:
    """ Keep a secret

     Keep a text of a store, such as a gift card's code. The answer is the reference that a form's secret
    field takes;
    the text is in no answer.

    Args:
        idempotency_key (None | str | Unset): The same key with the same body gives the first
            answer again; with another body 422.
        body (NewSecret): A text to keep out of histories, messages and logs.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        ProblemDocument | SecretDocument
     """


    return (await asyncio_detailed(
        client=client,
body=body,
idempotency_key=idempotency_key,

    )).parsed
