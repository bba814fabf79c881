"""Templates: whole pages, or one part of a page."""

from __future__ import annotations

from datetime import datetime, tzinfo
from functools import cache, lru_cache
from pathlib import Path
from typing import Any
from urllib.parse import quote

from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from api.labels import Language, group_of_key, label
from inbox import assets
from inbox.checking import check_of
from inbox.filters import Filters, mark_of
from inbox.visitors import Visitor
from inbox.words import say

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; connect-src 'self'; "
    "manifest-src 'self'; worker-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "no-store",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
}
_ICONS = {
    "orders_and_logistics": "package",
    "after_sales": "receipt-refund",
    "customers": "message-circle",
    "products": "tag",
    "supply_and_stock": "building-warehouse",
    "marketing_and_content": "speakerphone",
    "management": "clipboard-check",
    "trade_and_money": "cash",
}
"""Of groups of procedures."""
_HUES = 6


@cache
def icon(name: str, size: str = "") -> Markup:
    """A picture of the sprite. It says nothing: the words stand beside it."""
    address = assets.address("icons.svg")
    return Markup('<svg class="i {}" aria-hidden="true"><use href="{}#{}"/></svg>').format(
        size, address, name
    )


@cache
def icon_of(procedure: str | None) -> str:
    """The icon of a procedure's group."""
    return _ICONS.get(group_of_key(procedure or ""), "file-text")


def initials(name: str) -> str:
    """Two letters, or the last two signs of a Chinese name."""
    if name and not name.isascii():
        return name[-2:]
    parts = [part for part in name.replace("-", ".").replace("_", ".").replace(" ", ".").split(".") if part]
    return ("".join(part[0] for part in parts[:2]) if len(parts) > 1 else name[:2]).upper()


def hue(name: str) -> int:
    """Which colour stands for a person."""
    return sum(ord(letter) * (place + 7) for place, letter in enumerate(name)) % _HUES


@lru_cache(maxsize=4096)
def middle(text: str, most: int = 18) -> Markup:
    """A long number, cut in its middle: its last six signs are what people compare."""
    if len(text) <= most:
        return Markup('<span class="no">{}</span>').format(text)
    return Markup('<span class="no" title="{}">{}…<b>{}</b></span>').format(text, text[: most - 8], text[-6:])


def _quoted(text: object) -> str:
    return quote(str(text), safe="")


def local(value: Any, zone: tzinfo) -> str:
    """A moment as a browser's field takes it, on the store's clock."""
    if not isinstance(value, str) or not value:
        return ""
    try:
        moment = datetime.fromisoformat(value)
    except ValueError:
        return value
    return f"{moment.astimezone(zone):%Y-%m-%dT%H:%M}"


@cache
def _environment() -> Environment:
    found = Environment(
        loader=FileSystemLoader(Path(__file__).parent / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    shared: dict[str, Any] = {
        "asset": assets.address,
        "check_of": check_of,
        "hue": hue,
        "icon": icon,
        "icon_of": icon_of,
        "initials": initials,
        "label": label,
        "local": local,
        "mark_of": mark_of,
        "middle": middle,
    }
    found.globals.update(shared)
    found.filters["q"] = _quoted
    return found


def _context(visitor: Visitor | None, language: Language, context: dict[str, Any]) -> dict[str, Any]:
    def t(text: str, **places: object) -> str:
        return say(language, text, **places)

    return {
        "t": t,
        "language": language,
        "theme": visitor.theme if visitor is not None else "system",
        "visitor": visitor,
        "filters": Filters(),
        "here": "",
        "upload": "/api/v1/files",
        **context,
    }


def toast_of(tone: str, text: str, **more: Any) -> dict[str, Any]:
    """A word on what was done. more: `undo` names the request that can be taken back for so many `seconds`, `done` the
    task that is no more, `open` the task that it leads to.
    """
    return {
        "tone": tone,
        "text": text,
        "about": "",
        "undo": "",
        "seconds": 0,
        "done": "",
        "open": "",
        **more,
    }


def part(template: str, visitor: Visitor, **context: Any) -> str:
    """A part of a page, as text."""
    return _environment().get_template(template).render(_context(visitor, visitor.language, context))


def page(
    template: str, visitor: Visitor | None, status: int = 200, *, language: Language = "zh", **context: Any
) -> HTMLResponse:
    """A whole page. language: where nobody is signed in."""
    language = visitor.language if visitor is not None else language
    text = _environment().get_template(template).render(_context(visitor, language, context))
    return HTMLResponse(text, status, headers=HEADERS)


def parts(*texts: str, status: int = 200, headers: dict[str, str] | None = None) -> HTMLResponse:
    """Parts of a page as an answer."""
    return HTMLResponse("\n".join(texts), status, headers={**HEADERS, **(headers or {})})
