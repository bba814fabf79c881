"""The routes, a file for each resource."""

from fastapi import APIRouter

from api.strict import BODY_LIMIT, StrictRoute


def router(tag: str) -> APIRouter:
    """A router of one resource, whose bodies are read strictly."""
    return APIRouter(route_class=StrictRoute, tags=[tag], max_body_size=BODY_LIMIT)
