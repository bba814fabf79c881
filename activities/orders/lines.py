"""The lines of an order: which of them are meant, and what they are worth. Lines are numbered from 1, as people read
them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from models.values import (
    LineQty,
    Money,
    PricedLine,
    SkuQty,
    line_rows,
    per_line,
    per_sku,
    sku_rows,
    worth,
)


@dataclass(frozen=True)
class OrderLines:
    """The lines of one order."""

    lines: tuple[PricedLine, ...]

    @property
    def worth(self) -> Money:
        """What they come to."""
        return worth(self.lines)

    @property
    def goods(self) -> tuple[SkuQty, ...]:
        """How much of each SKU, however many lines it stands in."""
        return sku_rows(per_sku(self.lines))

    @property
    def quantities(self) -> Counter[int]:
        """How much each line has."""
        return Counter({number: line.qty for number, line in enumerate(self.lines, 1)})

    @property
    def rows(self) -> tuple[LineQty, ...]:
        """All of every line."""
        return line_rows(self.quantities)

    def has(self, rows: Iterable[LineQty]) -> bool:
        """Whether the order has these lines, and as much of them."""
        return per_line(rows) <= self.quantities

    def rows_of(self, quantities: Mapping[str, int]) -> tuple[LineQty, ...]:
        """The rows that so much of each SKU is taken from, the first lines first."""
        rows: list[LineQty] = []
        for sku, wanted in quantities.items():
            taken = Counter[int]()
            for number, line in enumerate(self.lines, 1):
                if line.sku == sku:
                    taken[number] = min(wanted - taken.total(), line.qty)
            rows += line_rows(taken)
        return tuple(rows)

    def rows_beyond(self, rows: Iterable[LineQty]) -> tuple[LineQty, ...]:
        """All that the order has beyond these rows."""
        return line_rows(self.quantities - per_line(rows))

    def priced(self, rows: Iterable[LineQty]) -> tuple[PricedLine, ...]:
        """These rows with their SKUs and prices. IndexError where the order has no such line."""
        return tuple(self.lines[row.line - 1].model_copy(update={"qty": row.qty}) for row in rows)


def pieces_at(price: Money, sku: str, qty: int) -> tuple[PricedLine, ...]:
    """So many pieces of a SKU that cost `price` together, to the cent: where it doesn't divide, some of them cost a
    cent more and have a line of their own.
    """
    each, dearer = divmod(int(price.amount * 100), qty)
    return tuple(
        PricedLine(
            sku=sku, qty=pieces, unit_price=Money(amount=Decimal(cents) / 100, currency=price.currency)
        )
        for pieces, cents in ((qty - dearer, each), (dearer, each + 1))
        if pieces
    )
