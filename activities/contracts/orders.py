"""The orders' book, as after-sales cases read it: what was bought, what it cost, when it was signed for."""

from __future__ import annotations

from typing import ClassVar

from activities.contracts.base import Effect
from workflows.language.values import LineQty, Order, Qty, Some


class CheckWithdrawal(Effect):
    """Whether lines of an order may come back with no reason given: signed for at most so many days ago, in no
    larger number than was bought and hasn't come back yet, none of a category that is excluded.

    Data: as of QuoteReturn. No when it is too late, not signed for, or not so; or, with `replace`, when the same
    goods are not in stock.
    """

    quick: ClassVar[bool] = True

    order: Order
    lines: Some[LineQty]
    days: Qty = 7
    replace: bool = False


class QuoteReturn(Effect):
    """What the customer paid for lines of an order.

    Data: `value` (money, for these lines), `left` (money of the order that can still be refunded), `goods` (line,
    sku, qty of each), `trusted` (whether the buyer is a member of the highest levels). No when the order is unknown,
    has no such lines, or fewer of them.
    """

    order: Order
    lines: Some[LineQty]
