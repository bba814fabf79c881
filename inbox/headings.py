"""What a page and a row begin with: what the case is about, and of whom."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any

from cases.headline_words import choices_of
from workflows.registry import UnknownProcedure, registry


def heading_of(procedure: str | None, title: str, headline: Iterable[Mapping[str, Any]]) -> tuple[str, str]:
    """Its first words, and the rest. A choice alone says little: the procedure's name stands before it."""
    parts: list[str] = [part["text"] for part in headline]
    if not parts:
        return title, ""
    what = f"{title} · {parts[0]}" if procedure and _begins_with_a_choice(procedure) else parts[0]
    return what, " · ".join(parts[1:])


@cache
def _begins_with_a_choice(key: str) -> bool:
    try:
        procedure = registry().get(key)
    except UnknownProcedure:
        return False
    return bool(procedure.about and choices_of(procedure, procedure.about[0]))
