from http import HTTPStatus
from typing import Any, cast
from urllib.parse import quote

import httpx

from ...client import AuthenticatedClient, Client
from ...types import Response, UNSET
from ... import errors

from ...models.action import Action
from ...models.case_document import CaseDocument
from ...models.problem_document import ProblemDocument
from ...models.request_document import RequestDocument
from ...types import UNSET, Unset
from typing import cast



def _get_kwargs(
    case_id: str,
    action: str,
    *,
    body: Action | Unset = UNSET,
    hold: int | None | Unset = UNSET,
    idempotency_key: None | str | Unset = UNSET,

) -> dict[str, Any]:
    headers: dict[str, Any] = {}
    if not isinstance(idempotency_key, Unset):
        headers["Idempotency-Key"] = idempotency_key



    

    params: dict[str, Any] = {}

    json_hold: int | None | Unset
    if isinstance(hold, Unset):
        json_hold = UNSET
    else:
        json_hold = hold
    params["hold"] = json_hold


    params = {k: v for k, v in params.items() if v is not UNSET and v is not None}


    _kwargs: dict[str, Any] = {
        "method": "post",
        "url": "/api/v1/cases/{case_id}/actions/{action}".format(case_id=quote(str(case_id), safe=""),action=quote(str(action), safe=""),),
        "params": params,
    }

    
    if not isinstance(body, Unset):
        _kwargs["json"] = body.to_dict()

    headers["Content-Type"] = "application/json"

    _kwargs["headers"] = headers
    return _kwargs



def _parse_response(*, client: AuthenticatedClient | Client, response: httpx.Response) -> CaseDocument | ProblemDocument | RequestDocument | None:
    if response.status_code == 200:
        response_200 = CaseDocument.from_dict(response.json())



        return response_200

    if response.status_code == 202:
        response_202 = RequestDocument.from_dict(response.json())



        return response_202

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

    if response.status_code == 413:
        response_413 = ProblemDocument.from_dict(response.json())



        return response_413

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


def _build_response(*, client: AuthenticatedClient | Client, response: httpx.Response) -> Response[CaseDocument | ProblemDocument | RequestDocument]:
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
    body: Action | Unset = UNSET,
    hold: int | None | Unset = UNSET,
    idempotency_key: None | str | Unset = UNSET,

) -> Response[CaseDocument | ProblemDocument | RequestDocument]:
    """ Move a case on

     Send one of the case's actions. What this caller may do now is in the case's `actions`, each with
    its form.

    With `hold` it is judged at once, and sent by itself after so many seconds; another action on the
    case sends it
    before that. What is refused then is the caller's draft again, with the reason.

    Args:
        case_id (str): The case: `{procedure}:{store}:{subject}`.
        action (str): The action: the `key` of one of the case's `actions`.
        hold (int | None | Unset): Seconds to hold it back: 202, and `DELETE` at `Location` takes
            it back until then.
        idempotency_key (None | str | Unset): The same key with the same body gives the first
            answer again; with another body 422.
        body (Action | Unset): Moves a case on.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[CaseDocument | ProblemDocument | RequestDocument]
     """


    kwargs = _get_kwargs(
        case_id=case_id,
action=action,
body=body,
hold=hold,
idempotency_key=idempotency_key,

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
    body: Action | Unset = UNSET,
    hold: int | None | Unset = UNSET,
    idempotency_key: None | str | Unset = UNSET,

) -> CaseDocument | ProblemDocument | RequestDocument | None:
    """ Move a case on

     Send one of the case's actions. What this caller may do now is in the case's `actions`, each with
    its form.

    With `hold` it is judged at once, and sent by itself after so many seconds; another action on the
    case sends it
    before that. What is refused then is the caller's draft again, with the reason.

    Args:
        case_id (str): The case: `{procedure}:{store}:{subject}`.
        action (str): The action: the `key` of one of the case's `actions`.
        hold (int | None | Unset): Seconds to hold it back: 202, and `DELETE` at `Location` takes
            it back until then.
        idempotency_key (None | str | Unset): The same key with the same body gives the first
            answer again; with another body 422.
        body (Action | Unset): Moves a case on.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        CaseDocument | ProblemDocument | RequestDocument
     """


    return sync_detailed(
        case_id=case_id,
action=action,
client=client,
body=body,
hold=hold,
idempotency_key=idempotency_key,

    ).parsed

async def asyncio_detailed(
    case_id: str,
    action: str,
    *,
    client: AuthenticatedClient,
    body: Action | Unset = UNSET,
    hold: int | None | Unset = UNSET,
    idempotency_key: None | str | Unset = UNSET,

) -> Response[CaseDocument | ProblemDocument | RequestDocument]:
    """ Move a case on

     Send one of the case's actions. What this caller may do now is in the case's `actions`, each with
    its form.

    With `hold` it is judged at once, and sent by itself after so many seconds; another action on the
    case sends it
    before that. What is refused then is the caller's draft again, with the reason.

    Args:
        case_id (str): The case: `{procedure}:{store}:{subject}`.
        action (str): The action: the `key` of one of the case's `actions`.
        hold (int | None | Unset): Seconds to hold it back: 202, and `DELETE` at `Location` takes
            it back until then.
        idempotency_key (None | str | Unset): The same key with the same body gives the first
            answer again; with another body 422.
        body (Action | Unset): Moves a case on.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[CaseDocument | ProblemDocument | RequestDocument]
     """


    kwargs = _get_kwargs(
        case_id=case_id,
action=action,
body=body,
hold=hold,
idempotency_key=idempotency_key,

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
    body: Action | Unset = UNSET,
    hold: int | None | Unset = UNSET,
    idempotency_key: None | str | Unset = UNSET,

) -> CaseDocument | ProblemDocument | RequestDocument | None:
    """ Move a case on

     Send one of the case's actions. What this caller may do now is in the case's `actions`, each with
    its form.

    With `hold` it is judged at once, and sent by itself after so many seconds; another action on the
    case sends it
    before that. What is refused then is the caller's draft again, with the reason.

    Args:
        case_id (str): The case: `{procedure}:{store}:{subject}`.
        action (str): The action: the `key` of one of the case's `actions`.
        hold (int | None | Unset): Seconds to hold it back: 202, and `DELETE` at `Location` takes
            it back until then.
        idempotency_key (None | str | Unset): The same key with the same body gives the first
            answer again; with another body 422.
        body (Action | Unset): Moves a case on.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        CaseDocument | ProblemDocument | RequestDocument
     """


    return (await asyncio_detailed(
        case_id=case_id,
action=action,
client=client,
body=body,
hold=hold,
idempotency_key=idempotency_key,

    )).parsed
