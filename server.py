"""Serves the API and the inbox: `python -m server`. Any number of processes may serve one database."""

from __future__ import annotations

import argparse
import asyncio
import logging
import sys
from collections.abc import Sequence
from socket import socket
from types import FrameType
from typing import Any

import uvicorn
from fastapi import FastAPI
from fastapi.responses import RedirectResponse

from api.app import create_app
from api.connections import room_for
from api.definitions import prepare
from api.events.signature import Signers
from api.serving import listening, server_options
from inbox.application import AT, create_inbox
from settings.collector import freeze_gc
from settings.environment import Settings, SettingsError, settings
from stores.current import store_settings
from workflows.runner.words import speak

log = logging.getLogger("api")
_LOOP_WAITS = 0.001
"""Seconds, at most, that the loop waits for a thread that reads: all other requests wait with it."""


def create_server(chosen: Settings, **how: Any) -> FastAPI:
    """The API with the inbox at `/inbox`, to which `/` leads. how: as `create_app` takes it."""
    app = create_app(chosen, home=f"{AT}/", **how)

    async def to_inbox() -> RedirectResponse:
        return RedirectResponse(f"{AT}/")

    app.add_api_route(AT, to_inbox, include_in_schema=False)
    app.mount(AT, create_inbox(lambda: app.state.services))
    app.router.routes.insert(0, app.router.routes.pop())  # looked at first: the API's routes are many
    return app


def main(arguments: Sequence[str] | None = None) -> None:
    """Serve until SIGTERM or SIGINT. What is to be served is set in the environment."""
    parser = argparse.ArgumentParser(
        prog="python -m server",
        description="Serve the HTTP API and the inbox on HOST and PORT until SIGTERM or SIGINT.",
        epilog="HOST, PORT, DATABASE_URL, TEMPORAL_ADDRESS and the other settings come from the environment: "
        "see docs/settings.md.",
    )
    parser.parse_args(arguments)
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    try:
        chosen = settings()
        store_settings(chosen)
        Signers(chosen)
    except SettingsError as error:
        sys.exit(str(error))
    speak(chosen.locale)
    prepare()
    freeze_gc()
    sys.setswitchinterval(_LOOP_WAITS)
    connections = room_for(chosen.http_connections)
    if connections < chosen.http_connections:
        log.warning(
            "the system lets this process have %d connections, not the %d of HTTP_CONNECTIONS: raise `ulimit -n`",
            connections,
            chosen.http_connections,
        )
    limits = chosen.model_copy(update={"http_connections": connections})
    _Server(
        uvicorn.Config(
            create_server(chosen),
            loop="uvloop",
            timeout_graceful_shutdown=5,
            **listening(chosen),
            **server_options(limits),
        )
    ).run()


class _Server(uvicorn.Server):
    """Ends streams as soon as it is to stop: it would wait for them as for any other answer."""

    async def serve(self, sockets: list[socket] | None = None) -> None:
        self._loop = asyncio.get_running_loop()
        await super().serve(sockets)

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        app = self.config.app
        if isinstance(app, FastAPI) and (services := getattr(app.state, "services", None)) is not None:
            self._loop.call_soon_threadsafe(services.streams.end)
        super().handle_exit(sig, frame)


if __name__ == "__main__":
    main()
