"""The lines of an order: which of them are meant, and what they are worth. Lines are numbered from 1, as people read
them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import ROUND_FLOOR, Decimal

from models.values import (
    NOTHING,
    LineQty,
    Money,
    PricedLine,
    SkuQty,
    coin_of,
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


class PaidShares:
    """What was paid for an order's lines, where the whole order had a discount: each line bears its share, to the
    currency's smallest coin. What rounding leaves over falls to the last, so that the shares of all pieces are all that
    was paid.
    """

    def __init__(
        self, lines: Iterable[PricedLine], discount: Money = NOTHING, taken: Counter[int] | None = None
    ) -> None:
        """`taken`: how much of each line has been taken already."""
        self._lines = tuple(lines)
        self._taken = Counter(taken or {})
        whole = worth(self._lines)
        so_far, before, self._paid = NOTHING, NOTHING, list[Money]()
        for line in self._lines:
            so_far += line.unit_price * line.qty
            borne = part_of(discount, so_far.amount, whole.amount)
            self._paid.append(line.unit_price * line.qty - (borne - before))
            before = borne

    def take(self, rows: Iterable[LineQty]) -> Money:
        """What was paid for these, the next pieces of their lines."""
        money = NOTHING
        for row in rows:
            line, paid, before = self._lines[row.line - 1], self._paid[row.line - 1], self._taken[row.line]
            money += part_of(paid, before + row.qty, line.qty) - part_of(paid, before, line.qty)
            self._taken[row.line] += row.qty
        return money or self._lines[0].unit_price * 0


def part_of(money: Money, part: Decimal | int, whole: Decimal | int) -> Money:
    """So much of an amount, rounded down to the currency's smallest coin; all of it for the whole."""
    if not part or not whole:
        return money * 0
    share = (money.amount * part / whole).quantize(coin_of(money.currency), ROUND_FLOOR)
    return Money(amount=share, currency=money.currency)


def pieces_at(price: Money, sku: str, qty: int) -> tuple[PricedLine, ...]:
    """So many pieces of a SKU that cost `price` together: where it doesn't divide, some of them cost the currency's
    smallest coin more and have a line of their own.
    """
    coin = coin_of(price.currency)
    each, dearer = divmod(int(price.amount / coin), qty)
    return tuple(
        PricedLine(sku=sku, qty=pieces, unit_price=Money(amount=coins * coin, currency=price.currency))
        for pieces, coins in ((qty - dearer, each), (dearer, each + 1))
        if pieces
    )
