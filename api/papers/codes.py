"""Codes that a scanner reads, as drawings within a page."""

from __future__ import annotations

import re
from functools import lru_cache
from io import BytesIO
from typing import Any

import segno
from barcode import Code128
from barcode.errors import BarcodeError
from barcode.writer import SVGWriter
from markupsafe import Markup

_FINEST, _WIDEST = 0.19, 0.4
"""Millimetres of the thinnest bar: finer ones aren't read, wider ones waste paper."""


@lru_cache(maxsize=1024)
def code_of(text: str, width: float = 60.0, height: float = 10.0) -> Markup:
    """The code of a number, at most so many millimetres wide: bars where they can be read, else a square. Nothing where
    there is no number.
    """
    if not text:
        return Markup()
    try:
        return _bars(text, width, height) or square_of(text)
    except BarcodeError:
        return square_of(text)  # what bars can't say, a square can


@lru_cache(maxsize=1024)
def square_of(text: str) -> Markup:
    """A QR code; nothing where there is no text, or more of it than one holds."""
    try:
        drawn = segno.make(text, micro=False, error="m") if text else None
    except segno.DataOverflowError:
        drawn = None
    if drawn is None:
        return Markup()
    return Markup(drawn.svg_inline(border=0, svgclass="square", omitsize=True))  # noqa: S704 - the library drew it


def _bars(text: str, width: float, height: float) -> Markup | None:
    if not (text.isascii() and text.isprintable()):
        return None
    code: Any = Code128(text, writer=SVGWriter())
    modules = len("".join(code.build()))
    thinnest = min(width / modules, _WIDEST)
    if thinnest < _FINEST:
        return None
    out = BytesIO()
    options = {"write_text": False, "module_height": height, "module_width": thinnest, "quiet_zone": 0.0}
    code.write(out, options)
    drawing = out.getvalue().decode()
    # as attributes: the policy of a page may allow no styles within it
    whole = re.sub(r' style="fill:(\w+);?"', r' fill="\1"', drawing[drawing.index("<svg") :])
    return Markup(re.sub(r"<svg ", '<svg class="bars" ', whole, count=1))  # noqa: S704 - the library drew it
