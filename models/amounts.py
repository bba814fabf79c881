"""Money as the tables keep it: whole hundredths of the currency's unit."""

from __future__ import annotations

from decimal import Decimal

from models.values import Money


def hundredths(money: Money) -> int:
    """The amount in hundredths of its currency's unit."""
    return int(money.amount * 100)


def money(amount: int, currency: str) -> Money:
    """So many hundredths of the currency's unit."""
    return Money(amount=(Decimal(amount) / 100).quantize(Decimal("0.01")), currency=currency)
