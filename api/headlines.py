"""What a case is about, in a line, as a reader sees it: worded in their language, personal parts masked for some."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy.orm import Session

from api.access import Caller
from api.labels import Language
from api.privacy import masked_part, shows_part
from api.reading import reads_all
from cases.headline_words import declared, part_in_words, titles_of, with_goods

Json = dict[str, Any]


def headlines_of(
    session: Session, rows: Iterable[Any], caller: Caller, language: Language
) -> Mapping[str, list[Json]]:
    """By case, the headline of each of these rows: its parts, with `text`, and `personal` where it says something of a
    person. The goods of all of them are looked up together.

    rows: cases, with `id`, `headline`, `procedure`, `version` and `store`.
    """
    rows = list(rows)
    headlines = with_goods(session, rows)
    titles = titles_of(session, headlines)
    return {
        row.id: [
            _part(part, row, caller, language, titles)
            for part in headline
            if shows_part(declared(row.procedure, row.version), part["field"], caller, row.store)
        ]
        for row, headline in zip(rows, headlines, strict=True)
    }


def _part(part: Json, row: Any, caller: Caller, language: Language, titles: Mapping[str, str]) -> Json:
    procedure, mark = declared(row.procedure, row.version), part.get("personal")
    if mark:
        is_own = procedure is None or not reads_all(caller, procedure.key, row.store)
        value = masked_part(part["value"], mark, caller, row.store, is_own=is_own)
        part = {**part, "value": value}
    text = part_in_words(procedure, part, language, titles)
    return {"text": text, "personal": True} if mark else {"text": text}
