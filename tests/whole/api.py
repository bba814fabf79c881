"""The API of a whole store, in the process of the test."""

from __future__ import annotations

import asyncio
import contextlib
import socket
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

import httpx
import uvicorn
from sqlalchemy import Engine
from temporalio.client import Client

from api.app import create_app
from api.serving import server_options
from settings.environment import Settings


class Server(uvicorn.Server):
    """Leaves signals to pytest."""

    @contextlib.contextmanager
    def capture_signals(self):  # noqa: ANN201
        yield


@asynccontextmanager
async def serving(settings: Settings, engine: Engine, client: Client) -> AsyncGenerator[httpx.AsyncClient]:
    """While it serves: a client of it."""
    app = create_app(settings, engine=engine, client=client)
    listening = socket.socket()
    listening.bind(("127.0.0.1", 0))
    # as it is served: by itself uvicorn ends idle connections at the moment at which clients still use them
    options = server_options(settings)
    server = Server(uvicorn.Config(app, lifespan="on", timeout_graceful_shutdown=1, **options))
    running = asyncio.create_task(server.serve(sockets=[listening]))
    while not (server.started or running.done()):  # noqa: ASYNC110 - uvicorn tells no event
        await asyncio.sleep(0.02)
    base = f"http://127.0.0.1:{listening.getsockname()[1]}/api/v1"
    try:
        async with httpx.AsyncClient(base_url=base, timeout=60, trust_env=False) as http:
            yield http
    finally:
        server.should_exit = True
        await running
        listening.close()
