"""Words that the public or a customer reads: what must not stand in them, however it is spaced and written."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from typing import Annotated, TypeVar

from pydantic import AfterValidator
from pydantic_core import PydanticCustomError

from workflows.language.sentences import Sentence, sentence

T = TypeVar("T")

BANNED = (
    "国家级", "最高级", "最佳", "最好的", "顶级", "绝对", "返现", "加微信", "加v", "bestintheworld", "cashback",
)  # fmt: skip  # the advertising law and the platforms' rules; default
_FIRST = re.compile(r"第一(?![次时天步个])")
"""First of all, not the first time."""
_LONG_NUMBER = re.compile(r"\d{7,}")
"""A longer number than a price or a size: an order, an identity card, a phone."""
_PHONE = re.compile(r"1[3-9]\d{9}|0\d{2,3}[2-8]\d{6,7}")
_MAIL = re.compile(r"[\w.+-]+@[\w-]+")
_ADDRESS = re.compile(r"(?:[路街道巷弄村]|小区)\d+[号弄幢栋座]|\d+[幢栋座]\d*单?元?\d*室?|\d+单元|\d+号楼")
_WHO = re.compile(r"(?:收件人|收货人|联系人|姓名)[:是为][一-鿿]{2,4}")


def outside_faults(**texts: str) -> Iterator[tuple[str, Sentence]]:
    """What is wrong with texts that are to be published, by the field that each stands in."""
    for name, text in texts.items():
        bare = _bare(text)
        if _names_somebody(bare) or _LONG_NUMBER.search(unicodedata.normalize("NFKC", text)):
            yield (
                name,
                sentence("It names a person, a phone, an order or an address: these must not be published."),
            )
        if banned := _banned_in(bare):
            yield name, sentence("Public words must not hold {banned}.", banned=banned)


def _fit_for_a_customer(value: T) -> T:
    """The value, unless it is text that must not go out. A number alone may be the customer's own order."""
    bare = _bare(value) if isinstance(value, str) else ""
    if _names_somebody(bare):
        raise PydanticCustomError(
            "rule", "It names a person, a phone or an address: it goes to a customer as it is."
        )
    if banned := _banned_in(bare):
        raise PydanticCustomError(
            "rule", "Words to customers must not hold {banned}.", {"banned": ", ".join(banned)}
        )
    return value


ToCustomer = Annotated[T, AfterValidator(_fit_for_a_customer)]
"""`question: ToCustomer[Text]`: one customer gets it as it is written, at once. The program alone looks at it."""


def _names_somebody(bare: str) -> bool:
    return any(pattern.search(bare) for pattern in (_PHONE, _MAIL, _ADDRESS, _WHO))


def _banned_in(bare: str) -> list[str]:
    return [*(word for word in BANNED if word in bare), *_FIRST.findall(bare)]


def _bare(text: str) -> str:
    """The text in small letters of one width, without what is put between its signs to hide them."""
    narrow = unicodedata.normalize("NFKC", text).casefold()
    return "".join(
        char for char in narrow if not char.isspace() and unicodedata.category(char) not in {"Cf", "Pd", "Pc"}
    )
