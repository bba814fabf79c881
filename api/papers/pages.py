"""A paper as a page: one template each, all that is shown in it escaped."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import NamedTuple

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from api.labels import Language, label
from api.papers.codes import code_of, square_of
from api.papers.facts import Sheet
from api.papers.words import paper_words
from models.papers import Paper

_TEMPLATES = Path(__file__).parent / "templates"
HEADERS = {
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; img-src data:; sandbox allow-modals",
    "X-Content-Type-Options": "nosniff",
    "Vary": "Accept, Accept-Language",
}
"""Of every paper."""


class CommandGroup(NamedTuple):
    """Commands that belong together on their sheet."""

    title: str
    commands: list[tuple[str, str, str]]
    """Code and label of each, and where it can be used."""


@cache
def _environment() -> Environment:
    found = Environment(
        loader=FileSystemLoader(_TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    found.globals.update(code_of=code_of, square_of=square_of)
    return found


@cache
def _style(paper: Paper | None) -> Markup:
    names = ("paper.css", *(("label.css",) if paper is Paper.LABEL else ()))
    return Markup("\n".join((_TEMPLATES / name).read_text("utf-8") for name in names))  # noqa: S704 - our own files


def page(
    paper: Paper,
    sheets: Sequence[Sheet],
    language: Language,
    *,
    images: Mapping[str, str] | None = None,
    note: str = "",
) -> str:
    """The paper as HTML, whole in itself. images: carriers' labels by their files, as `data:` addresses. note: what is
    said on a screen, and not printed.
    """
    return (
        _environment()
        .get_template(f"{paper.value}.html")
        .render(
            title=label("paper", paper.value, language),
            language=language,
            style=_style(paper),
            w=paper_words(language),
            sheets=sheets,
            images=images or {},
            note=note,
        )
    )


def commands_page(groups: Iterable[CommandGroup], language: Language, note: str = "") -> str:
    """A sheet of commands to be scanned, as HTML. note: as of `page`."""
    words = paper_words(language)
    return (
        _environment()
        .get_template("commands.html")
        .render(
            title=words["commands"],
            language=language,
            style=_style(None),
            w=words,
            sheets=(),
            groups=list(groups),
            note=note,
        )
    )


def as_address(content: bytes, media_type: str) -> str:
    """A picture as it stands within a page."""
    return f"data:{media_type};base64,{b64encode(content).decode()}"
