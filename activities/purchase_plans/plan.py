"""A purchase as its case knows it, from the plan to what is still due."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Any, Literal

from pydantic import BaseModel

from models.values import (
    NOTHING,
    Address,
    Code,
    Count,
    Day,
    File,
    FormRow,
    FormRows,
    Money,
    Price,
    PricedLine,
    Qty,
    Remark,
    Sku,
    SkuQty,
    Some,
    Supplier,
    Text,
    per_sku,
    sku_rows,
    worth,
)

Terms = Literal["prepaid", "part", "on_receipt", "30d"]


class PlanLine(FormRow):
    sku: Sku
    qty: Qty
    need_by: Day


class SkuCount(FormRow):
    sku: Sku
    qty: Count


class Quote(FormRow):
    supplier: Supplier
    sku: Sku
    price: Price
    lead_days: Count


class Stocked(FormRow):
    """What there is of a SKU, by the books."""

    sku: Sku
    free: int
    coming: Count
    """Ordered from suppliers, and not here yet."""


class PlannedPurchase(BaseModel):
    """What was approved, quoted, ordered, received and paid."""

    reason: str
    lines: Some[PlanLine]
    est_total: Price
    """What was planned to be spent, and so what is approved."""
    estimate: Price | None = None
    """What the goods would cost at what they cost last."""
    stock: FormRows[Stocked] = ()
    quotes: FormRows[Quote] = ()
    supplier: Supplier | None = None
    rating: Literal["active", "downgraded", "frozen"] | None = None
    """How the supplier was rated when it was chosen; None where the book doesn't know it."""
    contract_no: Code | None = None
    ordered: FormRows[PricedLine] = ()
    delivery_date: Day | None = None
    """The contract's: what comes later is late."""
    quality_terms: Text = "-"
    penalty: Remark = ""
    payment_terms: Terms = "on_receipt"
    signed_file: File | None = None
    """The contract, as both sides signed it."""
    promised_on: Day | None = None
    """When the supplier has promised the goods, beside the contract's date; None as long as it has promised nothing."""
    prepaid: Price = NOTHING
    shipped: FormRows[SkuQty] = ()
    """What is on its way."""
    at_dock: bool = False
    """Whether what was on its way is being taken in."""
    eta: Day | None = None
    received: dict[str, int] = {}
    bad: dict[str, int] = {}
    """What was delivered, and is not fit for sale."""
    cancelled: FormRows[SkuQty] = ()
    deducted: Price = NOTHING
    penalty_taken: Price = NOTHING
    supplier_frozen: bool = False
    """Whether nothing new is bought from the supplier since this was ordered."""
    due_by_book: Money | None = None
    """What the purchasing book says is still to be paid."""

    def estimated(self, estimate: Money | None, stock: Iterable[Any]) -> None:
        """Note what the books say of the plan; where nobody said what it comes to, it is their estimate."""
        self.estimate, self.est_total = estimate, self.est_total or estimate or NOTHING
        self.stock = tuple(Stocked(sku=one.sku, free=one.free, coming=one.coming) for one in stock)

    @property
    def value(self) -> Money:
        """What the contract comes to."""
        return worth(self.ordered)

    @property
    def received_value(self) -> Money:
        return sum((line.unit_price * self.received.get(line.sku, 0) for line in self.ordered), NOTHING)

    @property
    def due(self) -> Money:
        """What the goods that came still cost: by the book, where it has answered."""
        if self.due_by_book is not None:
            return self.due_by_book
        return self.received_value - self.prepaid - self.deducted

    @property
    def payable(self) -> Money:
        """What the supplier is still to be paid: nothing where it owes."""
        return max(self.due, NOTHING)

    @property
    def to_prepay(self) -> Money | None:
        """What is paid ahead, where the contract says so of all of it."""
        return self.value if self.payment_terms == "prepaid" else None

    @property
    def needed_by(self) -> Day:
        """When the first of the goods are needed."""
        return min(line.need_by for line in self.lines)

    @property
    def as_quoted(self) -> tuple[PricedLine, ...]:
        """What was planned, at the best price that the chosen supplier has quoted."""
        prices = ((sku, qty, self.quoted(sku)) for sku, qty in per_sku(self.lines).items())
        return tuple(PricedLine(sku=sku, qty=qty, unit_price=price) for sku, qty, price in prices if price)

    @property
    def expected_on(self) -> Day | None:
        """When the goods are expected now: as the supplier promised, or by the contract."""
        return self.promised_on or self.delivery_date

    @property
    def left(self) -> tuple[SkuQty, ...]:
        """What was ordered and hasn't come."""
        return sku_rows(self.outstanding())

    def outstanding(self, coming: dict[str, int] | None = None) -> Counter[str]:
        """What was ordered and hasn't come, once `coming` has."""
        return per_sku(self.ordered) - Counter(self.received) - Counter(coming)

    def contract_form(self, place: Address) -> dict[str, Any]:
        """What the contract's own case is told; the goods are delivered to `place`."""
        return {
            "kind": "purchase",
            "party": self.supplier,
            "lines": [
                {"goods": line.sku, "qty": line.qty, "price": line.unit_price} for line in self.ordered
            ],
            "amount": self.value,
            "delivery_date": self.delivery_date,
            "delivery_place": place,
            "payment_terms": self.payment_terms,
            "quality_terms": self.quality_terms,
            "breach_terms": self.penalty or "-",
        }

    def quoted(self, sku: str) -> Money | None:
        """The best price that the chosen supplier has quoted for a SKU."""
        prices = [one.price for one in self.quotes if (one.supplier, one.sku) == (self.supplier, sku)]
        return min(prices, key=lambda price: price.amount, default=None)
