"""Whether the process lives, whether work can be done, and figures."""

from __future__ import annotations

from typing import Literal

from fastapi import Response
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from pydantic import BaseModel

from api.dependencies import Serving
from api.replies import json_reply, response
from api.routes import router

routes = router("health")


class Alive(BaseModel):
    status: Literal["alive"]


class Readiness(BaseModel):
    """`ready`, or which of the three is missing."""

    status: Literal["ready", "not_ready"]
    database: Literal["ok", "unprepared", "full", "away"]
    """`away` too where it can't be written for so long that nobody should be sent here."""
    temporal: Literal["ok", "away"]
    worker: Literal["ok", "none", "away"]


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
    """200 when work can be done: the database can be written, Temporal answers, a worker asks for cases; else 503."""
    checks = await serving.readiness.now()
    ready = all(check == "ok" for check in checks.values())
    return response(
        json_reply({"status": "ready" if ready else "not_ready", **checks}, 200 if ready else 503)
    )


@routes.get("/metrics", operation_id="get_metrics", include_in_schema=False)
async def get_metrics() -> Response:
    """Figures for Prometheus."""
    return Response(generate_latest(), headers={"Content-Type": CONTENT_TYPE_LATEST})
