"""What is known of goods that an order lacks, and what they and a substitute cost: the case of `out_of_stock`."""

from __future__ import annotations

from typing import Literal, Self

from activities.orders.contract import OrderNo
from models.values import (
    NOTHING,
    Day,
    FormRows,
    LineQty,
    Money,
    Price,
    Qty,
    Sku,
    Text,
    line_rows,
    per_line,
)
from workflows.language.forms import Case


class ShortageCase(Case):
    """A shortage."""

    sku: Sku
    order_no: OrderNo
    placed_as: OrderNo | None = None
    missing_qty: Qty
    is_of_shop: bool = False
    """Whether it is an order of the shop, that is told of it."""
    cause: str
    expected_restock: Day | None = None
    line: Qty | None = None
    value: Price | None = None
    """What was paid for the missing goods; None where nobody knows."""
    ordered: FormRows[LineQty] = ()
    substitute_sku: Sku | None = None
    qty: Qty | None = None
    agreed_difference: Money | None = None
    """What was agreed that the customer pays more, or gets back; None where the books are to say it."""
    price_difference: Money = NOTHING
    lines: FormRows[LineQty] = ()
    """The lines that are refunded; of a partial shipment, those that go now."""
    amount: Price = NOTHING
    goodwill: Price = NOTHING
    promised_date: Day | None = None
    rest: Literal["refund", "follow_later"] = "refund"
    refund_no: Text = "-"
    given: Price = NOTHING
    """What a substitute is sold cheaper than by the books."""
    granted_limit: Price | None = None
    """How much whoever agreed on that may grant; None where they have no limit."""
    given_before: Price | None = None
    """What the order and its buyer were given before that, where it was too much."""

    @property
    def missing_lines(self) -> tuple[LineQty, ...]:
        """The missing goods as the order has them; none where nobody knows."""
        return (LineQty(line=self.line, qty=self.missing_qty),) if self.line is not None else ()

    @property
    def left_out(self) -> tuple[LineQty, ...]:
        """What of the order doesn't go now."""
        return line_rows(per_line(self.ordered) - per_line(self.lines))

    def with_price(self, price: Money | None) -> Self:
        """The case where the substitute costs so much by the books: the customer never pays more than that."""
        due, agreed = None, self.price_difference
        if price is not None and self.value is not None:
            due = price * (self.qty or 1) - self.value
            agreed = due if self.agreed_difference is None else min(self.agreed_difference, due)
        elif self.agreed_difference is not None:
            agreed = self.agreed_difference
        given = max((NOTHING if due is None else due) - agreed, NOTHING)
        return self.model_copy(update={"price_difference": agreed, "given": given})

    @property
    def agreed_refund(self) -> Money | None:
        """What the customer agreed to get back; None where the supervisor decided without a sum."""
        return self.amount + self.goodwill if self.amount else None
