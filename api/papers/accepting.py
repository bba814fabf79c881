"""In which form a paper is wanted, by `Accept`."""

from __future__ import annotations

import re
from dataclasses import dataclass

HTML, PDF = "text/html", "application/pdf"


@dataclass(frozen=True)
class Wanted:
    """What a caller takes."""

    prefers_pdf: bool
    takes_pdf: bool
    takes_page: bool


def wanted(accept: str | None) -> Wanted:
    """What `Accept` asks for: a page, where it doesn't say that a PDF is liked better."""
    weights: dict[str, float] = {}
    for part in (accept or "*/*")[:1000].split(","):
        kind, *rest = (piece.strip().lower() for piece in part.split(";"))
        quality = next((one[2:] for one in rest if one.startswith("q=")), "1")
        weights[kind] = float(quality) if re.fullmatch(r"[01](\.\d{0,3})?", quality) else 0.0
    pdf = weights.get(PDF, weights.get("application/*", weights.get("*/*", 0.0)))
    page = weights.get(HTML, weights.get("text/*", weights.get("*/*", 0.0)))
    return Wanted(prefers_pdf=pdf > page, takes_pdf=pdf > 0, takes_page=page > 0 or pdf == 0)
