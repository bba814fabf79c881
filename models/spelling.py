"""How people and shops write numbers, codes and phones: what has one reading is spelt in one way."""

from __future__ import annotations

import re
import unicodedata
from typing import Any

_WIDE = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {0x3000: " ", 0xA0: " "}
_CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")
_AMOUNT = re.compile(r"[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]{1,3})?")
_EXTENSION = r"(?P<ext>[0-9]{1,8})"
_EXTENDED = re.compile(
    rf"(?P<main>.+?)\s*(?:转|轉|分机号?|ext(?:ension)?\.?|[x#,])\s*:?\s*{_EXTENSION}", re.IGNORECASE
)
_AFTER_A_HYPHEN = re.compile(rf"(?P<main>.+)-{_EXTENSION}")
_LANDLINE_EXTENDED = re.compile(rf"(?P<main>0[0-9]{{2,3}}[- ]?[0-9]{{7,8}})-{_EXTENSION}")
_NUMBER = re.compile(r"\+?[0-9][-0-9 ().]*|\([0-9][-0-9 ().]*")
_DASHES = str.maketrans(dict.fromkeys("‐‑‒–—−", "-"))
_MAINLAND = re.compile(r"1[3-9][0-9]{9}|0[0-9]{2,3}[0-9]{7,8}|[48]00[0-9]{7}|95[0-9]{3,10}")
_LOCAL = re.compile(r"(1[3-9][0-9]{9}|0[0-9]{2,3}-?[0-9]{7,8})")
_REGIONS = re.compile(r"852[2-9][0-9]{7}|853[268][0-9]{7}|886[2-9][0-9]{7,8}")
_ABROAD = re.compile(r"[1-9][0-9]{6,14}")
CODE = r"^[^:\x00-\x1f\x7f]+$"
"""What every code fits."""
PHONE = r"^(1[3-9]\d{9}|0\d{2,3}-?\d{7,8}|[48]00\d{7}|95\d{3,10}|\+[1-9]\d{6,14})(-\d{1,8})?$"
"""A phone's number, as it is kept."""


def folded(value: Any) -> Any:
    """Full-width letters, digits and signs, as Chinese input methods write them, as plain ones; all else composed."""
    if not isinstance(value, str) or value.isascii():
        return value
    return unicodedata.normalize("NFC", value.translate(_WIDE))


def trimmed(value: Any) -> Any:
    """A text that is a number or a name of something, in one spelling."""
    return folded(value).strip() if isinstance(value, str) else value


def code_spelt(value: Any) -> Any:
    """The number of a thing in one spelling. ValueError unless people can see all of it, with a letter or a digit; a
    colon is between the parts of a case's id.
    """
    value = trimmed(value)
    if not isinstance(value, str) or not value:
        return value
    plain = value.isascii() and value.isprintable()
    if not plain and not all(char == " " or unicodedata.category(char)[0] not in "CZ" for char in value):
        raise ValueError("must not hold line breaks or characters that nobody sees")
    if ":" in value:
        raise ValueError("must not hold a colon")
    if not any(char.isalnum() for char in value):
        raise ValueError("must hold a letter or a digit")
    return value


def without_controls(value: Any) -> Any:
    """A text without the control characters that nobody can read."""
    return _CONTROLS.sub(" ", value) if isinstance(value, str) else value


def number_spelt(value: Any) -> Any:
    """A number that is written in full. ValueError where it has separators, which have two readings."""
    if not isinstance(value, str):
        return value
    plain = str(folded(value)).strip()
    if not _AMOUNT.fullmatch(plain):
        raise ValueError(
            "must be a number, with a point before its decimals and nothing between its digits: 1000.50"
        )
    return plain


def phone_spelt(value: Any) -> Any:
    """A phone's number as it is kept: `13800138000`, with an extension `13800138000-12`, abroad `+85291234567`.
    ValueError for what is none.
    """
    if isinstance(value, int) and not isinstance(value, bool):
        value = str(value)
    if not isinstance(value, str):
        return value
    text = str(folded(value)).translate(_DASHES).strip()
    if _LOCAL.fullmatch(text):
        return text
    if extended := _LANDLINE_EXTENDED.fullmatch(text):
        return f"{_plain_phone(extended['main'])}-{extended['ext']}"
    if main := _plain_phone(text):
        return main
    for pattern in (_EXTENDED, _AFTER_A_HYPHEN):
        extended = pattern.fullmatch(text)
        if extended and (main := _plain_phone(extended["main"])):
            return f"{main}-{extended['ext']}"
    raise ValueError(
        "is no phone's number: write 13800138000, 0571-88888888, 13800138000-12 or, abroad, +85291234567"
    )


def _plain_phone(text: str) -> str:
    """The number without what people put between its digits; empty where it is none."""
    if not _NUMBER.fullmatch(text):
        return ""
    if _LOCAL.fullmatch(text):
        return text
    is_abroad = text.startswith(("+", "00"))
    digits = re.sub(r"[^0-9]", "", text.replace("(0)", "") if is_abroad else text)  # as in +44 (0)20
    if is_abroad:
        digits = digits.removeprefix("00")
    elif _MAINLAND.fullmatch(digits):
        return digits
    if digits.startswith("86") and (is_abroad or len(digits) > 12):
        at_home = digits[2:]
        return next((one for one in (at_home, f"0{at_home}") if _MAINLAND.fullmatch(one)), "")
    if _REGIONS.fullmatch(digits) or (is_abroad and _ABROAD.fullmatch(digits)):
        return f"+{digits}"
    return ""
