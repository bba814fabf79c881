"""The value types that all forms use. Bounded, so that nothing is accepted that a book can't store."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from enum import Enum
from typing import Annotated, Any, ClassVar, TypeVar

from pydantic import (
    AfterValidator,
    AwareDatetime,
    BeforeValidator,
    ConfigDict,
    Field,
    GetJsonSchemaHandler,
    StringConstraints,
    TypeAdapter,
    ValidationError,
    model_validator,
)
from pydantic_core import CoreSchema, PydanticCustomError

# forms take all value types from here
# pyright: reportUnusedImport=false
from models.money import (  # noqa: F401
    NOTHING,
    TOO_MUCH,
    FormRow,
    Money,
    Paid,
    Price,
    amount,
    coin_of,
    in_coins,
    in_one_currency,
    worth,
    yuan,
)
from models.spelling import CODE, PHONE, code_spelt, number_spelt, phone_spelt, trimmed, without_controls

T = TypeVar("T")
D = TypeVar("D", bound=date)
_YEARS = 1900, 2999
_A_DATE = re.compile(r"\d{4}-\d\d-\d\d")
PLAIN_CODE = r"^[0-9A-Za-z][0-9A-Za-z._/-]*$"
SECRET = re.compile(r"secret:[0-9a-f]{32}")
"""The reference of a secret, as `Secret` holds it."""


def _printable(value: str) -> str:
    """Databases refuse NUL; other control characters only serve to deceive a reader."""
    if not value.isprintable() and any(ord(char) < 32 and char not in "\n\r\t" for char in value):
        raise ValueError("must not hold control characters")
    return value


def _open(value: str) -> str:
    """Who puts a secret's reference into other words could have it written out to somebody else."""
    if SECRET.search(value):
        raise ValueError("must not hold a secret: only a field for secrets takes one")
    return value


def _text(longest: int, shortest: int = 1, pattern: str | None = None) -> tuple[Any, Any, Any]:
    bounds = StringConstraints(
        strip_whitespace=True, min_length=shortest, max_length=longest, pattern=pattern
    )
    return bounds, AfterValidator(_printable), AfterValidator(_open)


def _ticked(value: bool) -> bool:  # noqa: FBT001 - pydantic calls it
    if not value:
        raise ValueError("must be confirmed")
    return value


def _spelt(value: Any) -> Any:
    """Dates are written out: a bare number, which pydantic takes as seconds since 1970, is a mistake."""
    if isinstance(value, int | float | Decimal) or (isinstance(value, str) and not _A_DATE.match(value)):
        raise ValueError("must be written as 2026-01-31, with a time as 2026-01-31T09:00:00Z")
    return value


def _countable(value: D) -> D:
    """Time is counted from it, and kept in UTC: neither may leave what calendars and databases know."""
    if not _YEARS[0] <= value.year <= _YEARS[1]:
        raise ValueError(f"must lie between {_YEARS[0]} and {_YEARS[1]}")
    return value


class Personal(Enum):
    """What a field says of a person: a mark of its type, as in `Annotated[str, Personal.NAME]`. Of such a field masks
    are made for whoever may not read it, and what it says is searched only for who may.
    """

    NAME = "name"
    PHONE = "phone"
    ADDRESS = "address"

    def __get_pydantic_json_schema__(
        self, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> dict[str, Any]:
        return {**handler(schema), "x-personal": True}


def ref(book: str) -> Any:
    """Names an entry of a book: the API looks it up before the action, the inbox offers a search."""
    return Field(json_schema_extra={"x-ref": book})


Text = Annotated[str, *_text(500)]
"""Words that must say something."""
Remark = Annotated[str, *_text(500, 0)]
"""Words that may be left out: `note: Remark = ""`."""
BuyerNote = Annotated[str, *_text(10_000, 0), BeforeValidator(without_controls)]
"""What a buyer writes with an order: all of it is kept, whatever a shop lets them write."""
LongText = Annotated[str, *_text(4000)]
LongRemark = Annotated[str, *_text(4000, 0)]
Title = Annotated[str, *_text(80, 2)]
Name = Annotated[str, *_text(50, 2)]
PersonName = Annotated[str, *_text(100), Personal.NAME]
"""What a person is called."""
Code = Annotated[str, *_text(64, pattern=CODE), BeforeValidator(code_spelt)]
"""The number of a paper, parcel, batch or entry, as the store writes it: `#1001`, `茶杯 (蓝)`."""
PlainCode = Annotated[str, *_text(64, pattern=PLAIN_CODE), BeforeValidator(trimmed)]
"""A code of letters and digits that we give ourselves."""


def fits(kind: TypeAdapter[Any], value: object) -> bool:
    """Whether this is a value of the type, and spelt as the type spells it."""
    try:
        return kind.validate_python(value) == value
    except ValidationError:
        return False


_A_PLAIN_CODE: TypeAdapter[str] = TypeAdapter(PlainCode)


def is_code(text: str) -> bool:
    """Whether this text is a code, and not words."""
    return fits(_A_PLAIN_CODE, text)


Phone = Annotated[str, *_text(32, pattern=PHONE), Personal.PHONE, BeforeValidator(phone_spelt)]
"""A phone's number, in one spelling: a mobile, landline or service number of the mainland, perhaps with an extension,
or one abroad with its country.
"""
Url = Annotated[str, *_text(2000, pattern=r"^https?://[^\s]+$")]
Ticked = Annotated[bool, AfterValidator(_ticked), Field(json_schema_extra={"x-widget": "tick"})]
"""A check that must be true to pass."""
Qty = Annotated[int, Field(ge=1, le=1_000_000), BeforeValidator(number_spelt)]
Count = Annotated[int, Field(ge=0, le=1_000_000_000), BeforeValidator(number_spelt)]
_Decimal = Annotated[Decimal, BeforeValidator(number_spelt)]
Weight = Annotated[_Decimal, Field(gt=0, le=50_000, decimal_places=3, allow_inf_nan=False)]
"""Kilograms."""
Number = Annotated[_Decimal, Field(ge=-(10**12), le=10**12, decimal_places=4, allow_inf_nan=False)]
Pct = Annotated[_Decimal, Field(ge=-1000, le=1000, decimal_places=2, allow_inf_nan=False)]
"""Per cent: 12.5 is 12.5 %."""
LOWEST_PCT = Decimal(-1000)
"""The least that a percentage says."""
Moment = Annotated[AwareDatetime, BeforeValidator(_spelt), AfterValidator(_countable)]
Day = Annotated[date, BeforeValidator(_spelt), AfterValidator(_countable)]
File = Annotated[
    str, *_text(200, pattern=r"^file:[0-9A-Za-z-]+$"), Field(json_schema_extra={"x-widget": "file"})
]
"""A file kept with the case, by reference."""
Files = Annotated[tuple[File, ...], Field(max_length=20)]
SomeFiles = Annotated[tuple[File, ...], Field(min_length=1, max_length=20)]
Photos = Annotated[tuple[File, ...], Field(max_length=9)]
SomePhotos = Annotated[tuple[File, ...], Field(min_length=1, max_length=9)]
Secret = Annotated[
    str, StringConstraints(pattern=rf"^{SECRET.pattern}$"), Field(json_schema_extra={"x-widget": "secret"})
]
"""A text that nobody may read in a history, a message or a log, such as a gift card's code: the reference under which
the vault keeps it. The text itself is refused.
"""
Sign = Annotated[str, *_text(64), Field(json_schema_extra={"x-widget": "sign"})]
"""A signature: the signer's user id."""

User = Annotated[PlainCode, ref("user")]
Sku = Annotated[Code, ref("sku")]
Order = Annotated[Code, ref("order")]
Carrier = Annotated[Code, ref("carrier")]
Carton = Annotated[Code, ref("carton")]
Bin = Annotated[Code, ref("bin")]
Location = Annotated[Code, ref("location")]
Supplier = Annotated[Code, ref("supplier")]
CustomerNo = Annotated[Code, ref("customer")]
"""A customer's number at the store: by it the customer sees the case."""
PartnerNo = Annotated[Code, ref("partner")]
"""Likewise a distributor's, a buyer's or a seller's."""
CaseRef = Annotated[str, *_text(200), ref("case")]


def _each_sku_once(rows: tuple[Any, ...]) -> tuple[Any, ...]:
    if any_twice(row.sku for row in rows):
        raise PydanticCustomError("rule", "Each SKU stands on one line.")
    return rows


Some = Annotated[tuple[T, ...], Field(min_length=1, max_length=200)]
"""`Some[SkuQty]`: at least one row."""
PerSku = Annotated[tuple[T, ...], Field(min_length=1, max_length=200), AfterValidator(_each_sku_once)]
"""`PerSku[SkuQty]`: at least one row, and no SKU on two of them."""
FormRows = Annotated[tuple[T, ...], Field(max_length=200)]
"""`FormRows[SkuQty]`: rows that may be left out."""


AddressPart = Annotated[str, *_text(50)]


class Address(FormRow):
    """Where a parcel goes."""

    model_config = ConfigDict(json_schema_extra={"x-personal": True})
    personal: ClassVar = Personal.ADDRESS
    province: AddressPart
    city: AddressPart
    district: Annotated[str, *_text(50, 0)] = ""
    """Empty in cities that have none, such as 东莞 and 中山."""
    street: Annotated[str, *_text(500)]

    def __str__(self) -> str:
        """As it is written on a label."""
        return f"{self.province}{self.city}{self.district}{self.street}"


def _as_it_came(value: Any) -> Any:
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)
    return without_controls(text)[:500]


AsItCame = Annotated[str, AfterValidator(_open), BeforeValidator(_as_it_came)]
"""A value without a reading, kept for a person to judge: the other side of a union, as in `Phone | AsItCame`."""


class UnclearAddress(Address):
    """An address whose parts don't fit: they are kept as far as they can be read, and with them all that came."""

    province: AsItCame = ""
    city: AsItCame = ""
    district: AsItCame = ""
    street: AsItCame = ""
    as_it_came: Annotated[str, AfterValidator(_open)]

    @model_validator(mode="before")
    @classmethod
    def _keep_all(cls, value: Any) -> Any:
        if isinstance(value, dict) and "as_it_came" in value:
            return value  # pyright: ignore[reportUnknownVariableType]
        parts: dict[str, Any] = value if isinstance(value, dict) else {"street": value}  # pyright: ignore[reportUnknownVariableType]
        known = {
            name: part for name, part in parts.items() if name in Address.model_fields and part is not None
        }
        came = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)
        return {**known, "as_it_came": without_controls(came)[:4000]}


class DateRange(FormRow):
    """From the first day to the last, both included."""

    first: Day
    last: Day

    @model_validator(mode="after")
    def _in_order(self) -> DateRange:
        if self.last < self.first:
            raise ValueError("the last day comes before the first")
        return self


class SkuQty(FormRow):
    sku: Sku
    qty: Qty


class LineQty(FormRow):
    """So many of the order's line with this number (from 1)."""

    line: Qty
    qty: Qty


class Placement(FormRow):
    sku: Sku
    qty: Qty
    bin: Bin


class PricedLine(FormRow):
    sku: Sku
    qty: Qty
    unit_price: Price

    @model_validator(mode="after")
    def _is_keepable(self) -> PricedLine:
        if self.unit_price.amount * self.qty >= TOO_MUCH:
            raise PydanticCustomError("rule", "The line comes to 1000000000000 or more.")
        return self


class Target(FormRow):
    metric: Text
    target: Number


def masked(text: str) -> str:
    """`text` as people may see it: with dots for each secret."""
    return SECRET.sub("••••", text)


def total(rows: Iterable[Any], of: str = "qty") -> int:
    """The sum of one column."""
    return sum(getattr(row, of) for row in rows)


def any_twice(values: Iterable[object]) -> bool:
    """Whether one of them is there more than once."""
    return any(times > 1 for times in Counter(values).values())


def per_line(rows: Iterable[Any]) -> Counter[int]:
    """How many of each of an order's lines. `a - b` is what is left of `a`, `a <= b` whether `b` has all of it."""
    sums = Counter[int]()
    for row in rows:
        sums[row.line] += row.qty
    return sums


def per_sku(rows: Iterable[Any]) -> Counter[str]:
    """How many of each SKU, to subtract and compare as `per_line`."""
    sums = Counter[str]()
    for row in rows:
        sums[row.sku] += row.qty
    return sums


def line_rows(quantities: Mapping[int, int]) -> tuple[LineQty, ...]:
    """A row for each line of which there is any: the reverse of `per_line`."""
    return tuple(LineQty(line=line, qty=qty) for line, qty in quantities.items() if qty > 0)


def sku_rows(quantities: Mapping[str, int]) -> tuple[SkuQty, ...]:
    """A row for each SKU of which there is any: the reverse of `per_sku`."""
    return tuple(SkuQty(sku=sku, qty=qty) for sku, qty in quantities.items() if qty > 0)
