"""The documentation pages, whole without a network."""

from __future__ import annotations

from html import escape
from pathlib import Path

from fastapi import APIRouter
from fastapi.responses import FileResponse, HTMLResponse, RedirectResponse

from api.problems import KINDS, not_found

routes = APIRouter(include_in_schema=False)

_ASSETS = Path(__file__).parent / "assets"
_TYPES = {".js": "text/javascript", ".css": "text/css", ".png": "image/png"}
_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; "
    "connect-src 'self'; frame-ancestors 'none'; base-uri 'none'"
)


def routes_with(home: str) -> APIRouter:
    """These pages. home: where `/` leads."""

    async def go_home() -> RedirectResponse:
        return RedirectResponse(home)

    found = APIRouter(include_in_schema=False)
    found.add_api_route("/", go_home)
    found.include_router(routes)
    return found


@routes.get("/docs")
async def documentation() -> HTMLResponse:
    """Swagger UI over /openapi.json."""
    page = (_ASSETS / "docs.html").read_text("utf-8")
    return HTMLResponse(page, headers={"Content-Security-Policy": _POLICY})


@routes.get("/assets/{name}")
async def asset(name: str) -> FileResponse:
    """A file of the documentation pages."""
    found = {path.name: path for path in (_ASSETS / "swagger-ui").glob("*")} | {
        "docs.js": _ASSETS / "docs.js"
    }
    if name not in found or found[name].suffix not in _TYPES:
        raise not_found("asset")
    return FileResponse(
        found[name], media_type=_TYPES[found[name].suffix], headers={"Cache-Control": "public, max-age=86400"}
    )


@routes.get("/problems/{code}")
async def problem(code: str) -> HTMLResponse:
    """What a kind of problem means: where its `type` points."""
    if code not in KINDS:
        raise not_found("kind of problem")
    kind = KINDS[code]
    text = (
        f"<h1>{escape(kind.title)}</h1><p><code>{kind.status} {code}</code></p><p>{escape(kind.meaning)}</p>"
    )
    page = f'<!doctype html><html lang="en"><meta charset="utf-8"><title>{escape(kind.title)}</title>{text}</html>'
    return HTMLResponse(page, headers={"Content-Security-Policy": _POLICY})
