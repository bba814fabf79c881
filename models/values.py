"""The value types that all forms use. Bounded, so that nothing is accepted that a book can't store."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from typing import Annotated, Any, TypeVar

from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StringConstraints,
    TypeAdapter,
    ValidationError,
    model_validator,
)
from pydantic_core import PydanticCustomError

T = TypeVar("T")
D = TypeVar("D", bound=date)
_YEARS = 1900, 2999
_A_DATE = re.compile(r"\d{4}-\d\d-\d\d")
SECRET = re.compile(r"secret:[0-9a-f]{32}")
"""The reference of a secret, as `Secret` holds it."""


def _printable(value: str) -> str:
    """Databases refuse NUL; other control characters only serve to deceive a reader."""
    if any(ord(char) < 32 and char not in "\n\r\t" for char in value):
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


def ref(book: str) -> Any:
    """Names an entry of a book: the API looks it up before the action, the inbox offers a search."""
    return Field(json_schema_extra={"x-ref": book})


Text = Annotated[str, *_text(500)]
"""Words that must say something."""
Remark = Annotated[str, *_text(500, 0)]
"""Words that may be left out: `note: Remark = ""`."""
LongText = Annotated[str, *_text(4000)]
LongRemark = Annotated[str, *_text(4000, 0)]
Title = Annotated[str, *_text(80, 2)]
Name = Annotated[str, *_text(50, 2)]
Code = Annotated[str, *_text(64, pattern=r"^[0-9A-Za-z][0-9A-Za-z._/-]*$")]
"""The number of a paper, parcel, batch or entry."""
_A_CODE: TypeAdapter[str] = TypeAdapter(Code)


def is_code(text: str) -> bool:
    """Whether this text could be a `Code`."""
    try:
        return _A_CODE.validate_python(text) == text
    except ValidationError:
        return False


Phone = Annotated[str, *_text(20, pattern=r"^(1[3-9]\d{9}|0\d{2,3}-?\d{7,8})$")]
"""A mainland mobile or landline number."""
Url = Annotated[str, *_text(2000, pattern=r"^https?://[^\s]+$")]
Ticked = Annotated[bool, AfterValidator(_ticked)]
"""A check that must be true to pass."""
Qty = Annotated[int, Field(ge=1, le=1_000_000)]
Count = Annotated[int, Field(ge=0, le=1_000_000_000)]
Weight = Annotated[Decimal, Field(gt=0, le=50_000, decimal_places=3, allow_inf_nan=False)]
"""Kilograms."""
Number = Annotated[Decimal, Field(ge=-(10**12), le=10**12, decimal_places=4, allow_inf_nan=False)]
Pct = Annotated[Decimal, Field(ge=-1000, le=1000, decimal_places=2, allow_inf_nan=False)]
"""Per cent: 12.5 is 12.5 %."""
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

User = Annotated[Code, ref("user")]
Sku = Annotated[Code, ref("sku")]
Order = Annotated[Code, ref("order")]
Carrier = Annotated[Code, ref("carrier")]
Carton = Annotated[Code, ref("carton")]
Bin = Annotated[Code, ref("bin")]
Location = Annotated[Code, ref("location")]
Supplier = Annotated[Code, ref("supplier")]
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


class FormRow(BaseModel):
    """One line of a list in a form. Frozen, so that copies of a case may share it."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    def __deepcopy__(self, memo: dict[int, Any] | None = None) -> FormRow:
        return self


class Money(FormRow):
    """An amount in a currency. Zero has no currency of its own: it adds to and compares with any."""

    amount: Annotated[Decimal, Field(max_digits=14, decimal_places=2, allow_inf_nan=False)]
    currency: Annotated[str, StringConstraints(pattern=r"^[A-Z]{3}$")] = "CNY"

    @model_validator(mode="before")
    @classmethod
    def _plain_number(cls, value: Any) -> Any:
        return (
            {"amount": value}
            if isinstance(value, str | int | Decimal) and not isinstance(value, bool)
            else value
        )

    def _shared_currency(self, other: Money) -> str:
        if self.currency != other.currency and self.amount and other.amount:
            raise ValueError(f"{self} and {other} are not in one currency")
        return self.currency if self.amount else other.currency

    def __add__(self, other: Money) -> Money:
        return Money(amount=self.amount + other.amount, currency=self._shared_currency(other))

    def __sub__(self, other: Money) -> Money:
        return Money(amount=self.amount - other.amount, currency=self._shared_currency(other))

    def __mul__(self, times: int) -> Money:
        return Money(amount=self.amount * times, currency=self.currency)

    def __neg__(self) -> Money:
        return self * -1

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Money):
            return NotImplemented
        return self.amount == other.amount and (not self.amount or self.currency == other.currency)

    def __hash__(self) -> int:
        return hash((self.amount, self.currency if self.amount else ""))

    def __lt__(self, other: Money) -> bool:
        self._shared_currency(other)
        return self.amount < other.amount

    def __le__(self, other: Money) -> bool:
        return self < other or self == other

    def __gt__(self, other: Money) -> bool:
        return other < self

    def __ge__(self, other: Money) -> bool:
        return other <= self

    def __bool__(self) -> bool:
        return bool(self.amount)

    def __str__(self) -> str:
        return f"{self.amount:.2f} {self.currency}"


def yuan(amount: str | int) -> Money:
    """`amount` in Chinese yuan."""
    return Money(amount=Decimal(amount))


NOTHING = yuan(0)


def _not_negative(value: Money) -> Money:
    if value.amount < 0:
        raise ValueError("must not be negative")
    return value


def _positive(value: Money) -> Money:
    if value.amount <= 0:
        raise ValueError("must be more than zero")
    return value


Price = Annotated[Money, AfterValidator(_not_negative)]
"""Money of zero or more."""
Paid = Annotated[Money, AfterValidator(_positive)]
"""Money of more than zero."""


class Address(FormRow):
    """Where a parcel goes."""

    province: Name
    city: Name
    district: Name
    street: Annotated[str, *_text(200, 2)]

    def __str__(self) -> str:
        """As it is written on a label."""
        return f"{self.province}{self.city}{self.district}{self.street}"


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


class Target(FormRow):
    metric: Text
    target: Number


def masked(text: str) -> str:
    """`text` as people may see it: with dots for each secret."""
    return SECRET.sub("••••", text)


def total(rows: Iterable[Any], of: str = "qty") -> int:
    """The sum of one column."""
    return sum(getattr(row, of) for row in rows)


def amount(rows: Iterable[Any], of: str = "amount") -> Money:
    """The sum of a column of money."""
    return sum((getattr(row, of) for row in rows), NOTHING)


def any_twice(values: Iterable[object]) -> bool:
    """Whether one of them is there more than once."""
    return any(times > 1 for times in Counter(values).values())


def in_one_currency(amounts: Iterable[Money]) -> bool:
    """Whether they can be added; zero is in any currency."""
    return len({one.currency for one in amounts if one}) < 2


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


def worth(rows: Iterable[Any], price: str = "unit_price") -> Money:
    """What the rows come to: the quantity of each at its price."""
    return sum((getattr(row, price) * row.qty for row in rows), NOTHING)
