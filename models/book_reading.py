"""What a form may ask of a book, such as what is on hand of a SKU: named by the subject's contract, answered by its
`reading.py`.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class BookReading:
    """One question to a book. Its answer is a value of the field that asks it, or None where the book knows none."""

    name: str
    """`<book>.<what>`, such as `stock.free`."""
    by: tuple[str, ...]
    """What it is asked with, such as `("sku",)`; the store is always known."""
