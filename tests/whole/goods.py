"""What the store deals in."""

from __future__ import annotations

TEA, PRICE, COST, BOUGHT = "TEA", "50.00", "20.00", 200


def yuan(amount: str | float) -> dict[str, str]:
    """An amount as the API takes it."""
    return {"amount": f"{float(amount):.2f}", "currency": "CNY"}
