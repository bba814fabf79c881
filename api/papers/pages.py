"""A paper as a page: one template each, all that is shown in it escaped."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from api.labels import Language, label
from api.papers.codes import code_of, square_of
from api.papers.facts import Sheet
from api.papers.words import paper_words
from models.papers import Paper

_TEMPLATES = Path(__file__).parent / "templates"


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
def _style(paper: Paper) -> Markup:
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


def as_address(content: bytes, media_type: str) -> str:
    """A picture as it stands within a page."""
    return f"data:{media_type};base64,{b64encode(content).decode()}"
