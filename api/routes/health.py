"""Whether the process lives, whether work can be done, and figures."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable
from typing import Literal

from fastapi import Response
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from pydantic import BaseModel
from sqlalchemy import inspect
from sqlalchemy.orm import Session
from temporalio.service import RPCError

from api.dependencies import Serving
from api.replies import json_reply, response
from api.routes import router
from cases.readiness import worker_polling
from models.database import DatabaseError

routes = router("health")


class Alive(BaseModel):
    status: Literal["alive"]


class Readiness(BaseModel):
    """`ready`, or which of the three is missing."""

    status: Literal["ready", "not_ready"]
    database: Literal["ok", "unprepared", "away"]
    temporal: Literal["ok", "away"]
    worker: Literal["ok", "none", "away"]


_WITHIN = 3.0


@routes.get(
    "/healthz", summary="Is the process alive?", operation_id="is_alive", responses={200: {"model": Alive}}
)
async def is_alive() -> Response:
    """200 while the process answers."""
    return response(json_reply({"status": "alive"}))


@routes.get(
    "/readyz",
    summary="Can work be done?",
    operation_id="is_ready",
    responses={200: {"model": Readiness}, 503: {"model": Readiness, "description": "Something is missing."}},
)
async def is_ready(serving: Serving) -> Response:
    """200 when work can be done: the database and Temporal answer, and a worker asks for cases; else 503."""
    database, worker = await asyncio.gather(
        _holds(serving.storage.search(_is_prepared), "unprepared"),
        _holds(worker_polling(serving.client, serving.task_queue)),
    )
    checks = {
        "database": database[1],
        "temporal": "ok" if worker[1] != "away" else "away",
        "worker": worker[1],
    }
    ready = database[0] and worker[0]
    return response(
        json_reply({"status": "ready" if ready else "not_ready", **checks}, 200 if ready else 503)
    )


async def _holds(question: Awaitable[bool], otherwise: str = "none") -> tuple[bool, str]:
    try:
        yes = await asyncio.wait_for(question, _WITHIN)
    except (DatabaseError, RPCError, RuntimeError, TimeoutError):
        return False, "away"
    return yes, "ok" if yes else otherwise


def _is_prepared(session: Session) -> bool:
    """Whether it answers, and `start.prepare` has made the tables."""
    return inspect(session.connection()).has_table("api_keys")


@routes.get("/metrics", operation_id="get_metrics", include_in_schema=False)
async def get_metrics() -> Response:
    """Figures for Prometheus."""
    return Response(generate_latest(), headers={"Content-Type": CONTENT_TYPE_LATEST})
