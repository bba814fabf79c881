"""What a case is about, in a line, as a reader sees it: worded in their language, personal parts masked for some."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy.orm import Session

from api.access import Caller
from api.labels import Language
from api.privacy import masked_part, shows_part
from api.reading import reads_all
from cases.headline_words import declared, part_in_words, titles_of
from workflows.language.procedure import Procedure

Json = dict[str, Any]


class Headlines:
    """Words the headlines of one answer: the titles of all its goods are looked up together."""

    def __init__(self, session: Session, rows: Iterable[Any], caller: Caller, language: Language) -> None:
        """rows: cases, with `headline`, `procedure`, `version` and `store`."""
        self._caller = caller
        self._language: Language = language
        self._titles = titles_of(session, (row.headline for row in rows))

    def of(self, row: Any) -> list[Json]:
        """The parts of a case's headline: `text`, and `personal` where it says something of a person."""
        procedure = declared(row.procedure, row.version)
        return [
            self._part(procedure, part, row.store)
            for part in row.headline
            if shows_part(procedure, part["field"], self._caller, row.store)
        ]

    def _part(self, procedure: type[Procedure] | None, part: Json, store: str) -> Json:
        mark = part.get("personal")
        if mark:
            is_own = procedure is None or not reads_all(self._caller, procedure.key, store)
            value = masked_part(part["value"], mark, self._caller, store, is_own=is_own)
            part = {**part, "value": value}
        text = part_in_words(procedure, part, self._language, self._titles)
        return {"text": text, "personal": True} if mark else {"text": text}


def headlines_of(
    session: Session, rows: Iterable[Any], caller: Caller, language: Language
) -> Mapping[str, list[Json]]:
    """By case, the headline of each of these rows."""
    rows = list(rows)
    words = Headlines(session, rows, caller, language)
    return {row.id: words.of(row) for row in rows}
