"""The orders' book, as after-sales cases read it: what was bought, what it cost, when it was signed for, by whom.

With it come the values in which procedures speak of an order: its lines, and what is short of them.
"""

from __future__ import annotations

from typing import Annotated, ClassVar

from pydantic import Field

from activities.orders.lines import OrderLines
from activities.orders.order import (
    Addressee,
    Corrections,
    Doubtful,
    NewOrder,
    NewOrderNo,
    OpenOrder,
    OrderNo,
    PartOfOrder,
    PaymentMethod,
    PlacedOrder,
    PlacedPart,
)
from activities.orders.returns import InspectedLine, ReturnedGoods
from activities.orders.shortages import Shortage, ShortageAnswer, ShortageCause
from activities.stock.contract import FreeStock
from models.effect import Effect, Undo
from models.values import Code, LineQty, Order, Qty, SkuQty, Some

__all__ = [
    "Addressee",
    "CheckWithdrawal",
    "Corrections",
    "Doubtful",
    "InspectedLine",
    "NewOrder",
    "NewOrderNo",
    "OpenOrder",
    "OrderLines",
    "OrderNo",
    "PartOfOrder",
    "PaymentMethod",
    "PlacedOrder",
    "PlacedPart",
    "QuoteReturn",
    "ReserveReplacement",
    "ReturnedGoods",
    "Shortage",
    "ShortageAnswer",
    "ShortageCause",
]


class CheckWithdrawal(Effect):
    """Whether lines of an order may come back with no reason given: signed for at most so many days ago, in no
    larger number than was bought and hasn't come back yet, none of a category that is excluded.

    Data: as of QuoteReturn. No when it is too late, not signed for, or not so; or, with `replace`, when the same
    goods are not in stock.
    """

    optional: ClassVar[bool] = True
    quick: ClassVar[bool] = True

    order: Order
    lines: Some[LineQty]
    days: Qty = 7
    replace: bool = False


class QuoteReturn(Effect):
    """What the customer paid for lines of an order.

    Data: `value` (money, for these lines), `left` (money of the order that can still be refunded), `goods` (line,
    sku, qty of each), `receiver` (receiver_name, phone, address of the order), `trusted` (whether the buyer is a
    member of the highest levels). No when the order is unknown, has no such lines, or fewer of them.
    """

    order: Order
    lines: Some[LineQty]


class ReserveReplacement(Effect):
    """Reserve what replaces lines of an order: the same goods again, or the `wanted` ones; all or nothing.

    They are kept under the number `replacement`, as ReserveStock keeps them, so that an order of that number finds
    them. Data: as of QuoteReturn, and `new_value` (money: what the wanted goods cost today; the same goods cost what
    was paid for them). No when a line is short (data then has `missing`: sku, wanted, free), or as of QuoteReturn.
    """

    undone_by: ClassVar[type[Undo] | None] = FreeStock
    optional: ClassVar[bool] = True
    quick: ClassVar[bool] = True

    order: Order
    replacement: Code
    lines: Some[LineQty]
    wanted: Annotated[tuple[SkuQty, ...], Field(max_length=200)] = ()
