"""Money as the tables keep it: whole ten-thousandths of the currency's unit, which hold the coins of every currency."""

from __future__ import annotations

from decimal import ROUND_FLOOR, Decimal

from models.currencies import MOST_DECIMALS
from models.values import Money, coin_of


def ten_thousandths(money: Money) -> int:
    """The amount in ten-thousandths of its currency's unit."""
    return as_kept(money.amount)


def as_kept(amount: Decimal) -> int:
    """An amount whose currency is known elsewhere, in ten-thousandths of its unit."""
    return int(amount.scaleb(MOST_DECIMALS))


def money(amount: int, currency: str) -> Money:
    """So many ten-thousandths of the currency's unit; a part of its smallest coin, as a mean has it, is left out."""
    unit = Decimal(amount).scaleb(-MOST_DECIMALS)
    return Money(amount=unit.quantize(coin_of(currency), ROUND_FLOOR), currency=currency)
