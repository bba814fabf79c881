from http import HTTPStatus
from typing import Any, cast
from urllib.parse import quote

import httpx

from ...client import AuthenticatedClient, Client
from ...types import Response, UNSET
from ... import errors

from ...models.add_file_files_body import AddFileFilesBody
from ...models.file_document import FileDocument
from ...models.problem_document import ProblemDocument
from ...types import File, FileTypes
from ...types import UNSET, Unset
from io import BytesIO
from typing import cast



def _get_kwargs(
    case_id: str,
    *,
    body:    AddFileFilesBody  |     File  | Unset = UNSET,
    name: None | str | Unset = UNSET,
    idempotency_key: None | str | Unset = UNSET,

) -> dict[str, Any]:
    headers: dict[str, Any] = {}
    if not isinstance(idempotency_key, Unset):
        headers["Idempotency-Key"] = idempotency_key



    

    params: dict[str, Any] = {}

    json_name: None | str | Unset
    if isinstance(name, Unset):
        json_name = UNSET
    else:
        json_name = name
    params["name"] = json_name


    params = {k: v for k, v in params.items() if v is not UNSET and v is not None}


    _kwargs: dict[str, Any] = {
        "method": "post",
        "url": "/api/v1/cases/{case_id}/files".format(case_id=quote(str(case_id), safe=""),),
        "params": params,
    }

    if isinstance(body, AddFileFilesBody):
        _kwargs["files"] = body.to_multipart()

    if isinstance(body, File):
        _kwargs["content"] = body.payload.read()
        headers["Content-Type"] = body.mime_type or "application/octet-stream"

    _kwargs["headers"] = headers
    return _kwargs



def _parse_response(*, client: AuthenticatedClient | Client, response: httpx.Response) -> FileDocument | ProblemDocument | None:
    if response.status_code == 201:
        response_201 = FileDocument.from_dict(response.json())



        return response_201

    if response.status_code == 400:
        response_400 = ProblemDocument.from_dict(response.json())



        return response_400

    if response.status_code == 401:
        response_401 = ProblemDocument.from_dict(response.json())



        return response_401

    if response.status_code == 404:
        response_404 = ProblemDocument.from_dict(response.json())



        return response_404

    if response.status_code == 413:
        response_413 = ProblemDocument.from_dict(response.json())



        return response_413

    if response.status_code == 415:
        response_415 = ProblemDocument.from_dict(response.json())



        return response_415

    if response.status_code == 422:
        response_422 = ProblemDocument.from_dict(response.json())



        return response_422

    if response.status_code == 429:
        response_429 = ProblemDocument.from_dict(response.json())



        return response_429

    if response.status_code == 503:
        response_503 = ProblemDocument.from_dict(response.json())



        return response_503

    if response.status_code == 507:
        response_507 = ProblemDocument.from_dict(response.json())



        return response_507

    if client.raise_on_unexpected_status:
        raise errors.UnexpectedStatus(response.status_code, response.content)
    else:
        return None


def _build_response(*, client: AuthenticatedClient | Client, response: httpx.Response) -> Response[FileDocument | ProblemDocument]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    case_id: str,
    *,
    client: AuthenticatedClient,
    body:    AddFileFilesBody  |     File  | Unset = UNSET,
    name: None | str | Unset = UNSET,
    idempotency_key: None | str | Unset = UNSET,

) -> Response[FileDocument | ProblemDocument]:
    """ Upload a file

     The body is a form with the part `file`, or the file itself, of any media type. Forms refer to it by
    its `id`.

    Args:
        case_id (str): The case: `{procedure}:{store}:{subject}`.
        name (None | str | Unset): The file's name, where the body is the file.
        idempotency_key (None | str | Unset): The same key with the same body gives the first
            answer again; with another body 422.
        body (AddFileFilesBody):
        body (File):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[FileDocument | ProblemDocument]
     """


    kwargs = _get_kwargs(
        case_id=case_id,
body=body,
name=name,
idempotency_key=idempotency_key,

    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)

def sync(
    case_id: str,
    *,
    client: AuthenticatedClient,
    body:    AddFileFilesBody  |     File  | Unset = UNSET,
    name: None | str | Unset = UNSET,
    idempotency_key: None | str | Unset = UNSET,

) -> FileDocument | ProblemDocument | None:
    """ Upload a file

     The body is a form with the part `file`, or the file itself, of any media type. Forms refer to it by
    its `id`.

    Args:
        case_id (str): The case: `{procedure}:{store}:{subject}`.
        name (None | str | Unset): The file's name, where the body is the file.
        idempotency_key (None | str | Unset): The same key with the same body gives the first
            answer again; with another body 422.
        body (AddFileFilesBody):
        body (File):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        FileDocument | ProblemDocument
     """


    return sync_detailed(
        case_id=case_id,
client=client,
body=body,
name=name,
idempotency_key=idempotency_key,

    ).parsed

async def asyncio_detailed(
    case_id: str,
    *,
    client: AuthenticatedClient,
    body:    AddFileFilesBody  |     File  | Unset = UNSET,
    name: None | str | Unset = UNSET,
    idempotency_key: None | str | Unset = UNSET,

) -> Response[FileDocument | ProblemDocument]:
    """ Upload a file

     The body is a form with the part `file`, or the file itself, of any media type. Forms refer to it by
    its `id`.

    Args:
        case_id (str): The case: `{procedure}:{store}:{subject}`.
        name (None | str | Unset): The file's name, where the body is the file.
        idempotency_key (None | str | Unset): The same key with the same body gives the first
            answer again; with another body 422.
        body (AddFileFilesBody):
        body (File):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[FileDocument | ProblemDocument]
     """


    kwargs = _get_kwargs(
        case_id=case_id,
body=body,
name=name,
idempotency_key=idempotency_key,

    )

    response = await client.get_async_httpx_client().request(
        **kwargs
    )

    return _build_response(client=client, response=response)

async def asyncio(
    case_id: str,
    *,
    client: AuthenticatedClient,
    body:    AddFileFilesBody  |     File  | Unset = UNSET,
    name: None | str | Unset = UNSET,
    idempotency_key: None | str | Unset = UNSET,

) -> FileDocument | ProblemDocument | None:
    """ Upload a file

     The body is a form with the part `file`, or the file itself, of any media type. Forms refer to it by
    its `id`.

    Args:
        case_id (str): The case: `{procedure}:{store}:{subject}`.
        name (None | str | Unset): The file's name, where the body is the file.
        idempotency_key (None | str | Unset): The same key with the same body gives the first
            answer again; with another body 422.
        body (AddFileFilesBody):
        body (File):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        FileDocument | ProblemDocument
     """


    return (await asyncio_detailed(
        case_id=case_id,
client=client,
body=body,
name=name,
idempotency_key=idempotency_key,

    )).parsed
