"""Decrypts payloads for the embedded Temporal's UI, where there is an encryption key: a process of its own on loopback.

It answers the pages of that UI alone: a browser names the page that asks, and no other page may read an answer or be
the reason for one. Whoever can run programs on this machine can ask too.
"""

from __future__ import annotations

import sys
from contextlib import suppress

import uvicorn
from google.protobuf import json_format
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.cors import CORSMiddleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.requests import ClientDisconnect, Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route
from temporalio.api.common.v1 import Payload, Payloads
from temporalio.converter import PayloadCodec

from cases.codec import EncryptionCodec, UnreadablePayload
from settings.environment import Settings, SettingsError, settings

MOST_BYTES = 8_000_000
"""Of one question: more than Temporal gives out in one answer."""


class _TooLong(Exception):
    """A question of more than `MOST_BYTES`."""


def codec_app(codec: PayloadCodec, origin: str) -> Starlette:
    """The application. origin: of the UI's pages, such as `http://127.0.0.1:8233`; all others are refused."""

    async def decode(request: Request) -> Response:
        if request.headers.get("origin") != origin:
            return PlainTextResponse(f"Only {origin} is answered.", 403)
        if request.headers.get("content-type", "").partition(";")[0] != "application/json":
            return PlainTextResponse("Payloads come as application/json.", 415)
        try:
            asked = json_format.Parse(await _body(request), Payloads())
        except _TooLong:
            return PlainTextResponse(f"A question has {MOST_BYTES} bytes at most.", 413)
        except (json_format.ParseError, UnicodeDecodeError, RecursionError, ClientDisconnect):
            return PlainTextResponse("This is no list of payloads.", 400)
        answer = Payloads(payloads=[await _readable(codec, payload) for payload in asked.payloads])
        headers = {"Cache-Control": "no-store"}
        return Response(json_format.MessageToJson(answer), media_type="application/json", headers=headers)

    return Starlette(
        routes=[Route("/decode", decode, methods=["POST"])],
        middleware=[
            # a page whose name was made to lead here names another host
            Middleware(TrustedHostMiddleware, allowed_hosts=["127.0.0.1"], www_redirect=False),
            Middleware(
                CORSMiddleware,
                allow_origins=[origin],
                allow_methods=["POST"],
                allow_headers=["Content-Type", "X-Namespace"],
            ),
        ],
    )


async def _body(request: Request) -> str:
    """The question. Raises _TooLong."""
    body = bytearray()
    async for part in request.stream():
        body += part
        if len(body) > MOST_BYTES:
            raise _TooLong
    return body.decode()


async def _readable(codec: PayloadCodec, payload: Payload) -> Payload:
    """The payload decrypted; one that none of our keys opens stays as it is, and the UI shows that."""
    with suppress(UnreadablePayload):
        (payload,) = await codec.decode([payload])
    return payload


def serve(chosen: Settings) -> None:
    """Serve on loopback until SIGTERM."""
    app = codec_app(EncryptionCodec(chosen.encryption_keys), chosen.temporal_ui_url)
    uvicorn.run(app, host="127.0.0.1", port=chosen.temporal_codec_port, log_level="warning")


def main() -> int:
    """Serve as a process of its own; on failure it ends with one sentence."""
    try:
        chosen = settings()
    except SettingsError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    if not chosen.temporal_codec_url:
        sys.stderr.write("There is nothing to decrypt: ENCRYPTION_KEY isn't set, or Temporal isn't ours.\n")
        return 1
    serve(chosen)
    return 0


if __name__ == "__main__":
    sys.exit(main())
