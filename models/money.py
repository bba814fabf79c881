"""Money: amounts in a currency, whole coins of it, and their arithmetic."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import ROUND_HALF_UP, Decimal
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, model_validator
from pydantic_core import PydanticCustomError

from models.currencies import DECIMALS
from models.spelling import number_spelt, trimmed


class FormRow(BaseModel):
    """One line of a list in a form. Frozen, so that copies of a case may share it."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    def __deepcopy__(self, memo: dict[int, Any] | None = None) -> FormRow:
        return self


_MARKS = {"CNY": "¥", "USD": "$", "EUR": "€", "GBP": "£", "HKD": "HK$", "TWD": "NT$"}

TOO_MUCH = Decimal(10) ** 12
"""An amount is less."""


class TwoCurrencies(ValueError):
    """Amounts of two currencies have no sum, and none is more than the other."""

    def __init__(self, one: Money, other: Money) -> None:
        super().__init__(f"{one} and {other} are not in one currency")
        self.one, self.other = one, other


class TooMuch(ValueError):
    """Amounts come to more together than is kept."""


def _keepable(value: Decimal) -> Decimal:
    if abs(value) >= TOO_MUCH:
        raise ValueError("must be less than 1000000000000")
    return value


def _known_currency(value: str) -> str:
    if value not in DECIMALS:
        raise ValueError(f"{value[:10]} is no currency's code in ISO 4217, as CNY is")
    return value


def coin_of(currency: str) -> Decimal:
    """What the currency's smallest coin is worth."""
    return Decimal(1).scaleb(-DECIMALS[currency])


class Money(FormRow):
    """An amount in a currency. Zero has no currency of its own: it adds to and compares with any."""

    amount: Annotated[
        Decimal, BeforeValidator(number_spelt), Field(allow_inf_nan=False), AfterValidator(_keepable)
    ]
    currency: Annotated[
        str,
        Field(json_schema_extra={"pattern": "^[A-Z]{3}$"}),
        AfterValidator(_known_currency),
        BeforeValidator(trimmed),
    ] = "CNY"

    @model_validator(mode="before")
    @classmethod
    def _plain_number(cls, value: Any) -> Any:
        return (
            {"amount": value}
            if isinstance(value, str | int | Decimal) and not isinstance(value, bool)
            else value
        )

    @model_validator(mode="after")
    def _in_coins(self) -> Money:
        decimals = DECIMALS[self.currency]
        if self.amount != self.amount.quantize(coin_of(self.currency)):
            if not decimals:
                raise PydanticCustomError(
                    "rule",
                    "Amounts in {currency} have no decimals: {amount} has some.",
                    {"currency": self.currency, "amount": str(self.amount)},
                )
            raise PydanticCustomError(
                "rule",
                "Amounts in {currency} have at most {decimals} decimals: {amount} has more.",
                {"currency": self.currency, "decimals": decimals, "amount": str(self.amount)},
            )
        return self

    @property
    def read(self) -> str:
        """As people write it: ¥15.00, -$2.50, 3.00 CHF."""
        sign, shown = "-" if self.amount < 0 else "", f"{abs(self.amount):.{DECIMALS[self.currency]}f}"
        mark = _MARKS.get(self.currency)
        return f"{sign}{mark}{shown}" if mark else f"{sign}{shown} {self.currency}"

    def _shared_currency(self, other: Money) -> str:
        if self.currency != other.currency and self.amount and other.amount:
            raise TwoCurrencies(self, other)
        return self.currency if self.amount else other.currency

    def __add__(self, other: Money) -> Money:
        return _sum(self.amount + other.amount, self._shared_currency(other))

    def __sub__(self, other: Money) -> Money:
        return _sum(self.amount - other.amount, self._shared_currency(other))

    def __mul__(self, times: int) -> Money:
        return _sum(self.amount * times, self.currency)

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
        return f"{self.amount:.{DECIMALS[self.currency]}f} {self.currency}"


def _sum(amount: Decimal, currency: str) -> Money:
    if abs(amount) >= TOO_MUCH:
        raise TooMuch(f"{amount:.0f} {currency} is more than is kept")
    return Money(amount=amount, currency=currency)


def yuan(amount: str | int) -> Money:
    """`amount` in Chinese yuan."""
    return Money(amount=Decimal(amount))


NOTHING = yuan(0)


def in_coins(amount: Decimal, currency: str) -> Money:
    """So much, rounded to the currency's smallest coin."""
    return Money(amount=amount.quantize(coin_of(currency), ROUND_HALF_UP), currency=currency)


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


def amount(rows: Iterable[Any], of: str = "amount") -> Money:
    """The sum of a column of money."""
    return sum((getattr(row, of) for row in rows), NOTHING)


def in_one_currency(amounts: Iterable[Money]) -> bool:
    """Whether they can be added; zero is in any currency."""
    return len({one.currency for one in amounts if one}) < 2


def worth(rows: Iterable[Any], price: str = "unit_price") -> Money:
    """What the rows come to: the quantity of each at its price."""
    return sum((getattr(row, price) * row.qty for row in rows), NOTHING)
