"""A delivery as its case knows it, from its announcement to the shelf."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel

from activities.purchasing.contract import CostedLine
from models.values import (
    NOTHING,
    Code,
    Count,
    Day,
    FormRow,
    FormRows,
    Location,
    Moment,
    Money,
    Placement,
    Price,
    Qty,
    Sign,
    Sku,
    SkuQty,
    Some,
    Supplier,
    per_sku,
    sku_rows,
    total,
)


def _added_up(rows: tuple[SkuQty, ...]) -> tuple[SkuQty, ...]:
    return sku_rows(dict(sorted(per_sku(rows).items())))


Goods = Annotated[Some[SkuQty], AfterValidator(_added_up)]
"""Goods, however they are split up into rows."""


class CountedLine(FormRow):
    sku: Sku
    ordered: Count
    delivered: Count
    counted: Count

    @property
    def agrees(self) -> bool:
        return self.ordered == self.delivered == self.counted


class NotedLine(FormRow):
    """Goods on an inbound note. What one costs says the contract of their purchase; where there is none, the note."""

    sku: Sku
    qty: Qty
    unit_cost: Price | None = None


class Shelved(Placement):
    """Goods that were put into a bin; without a location, where the delivery was taken in."""

    location: Location | None = None


class Delivery(BaseModel):
    """What was announced, counted, noted, inspected and put away."""

    purchase_no: Code | None = None
    supplier: Supplier | None = None
    lines: FormRows[SkuQty] = ()
    """As announced."""
    eta: Moment | None = None
    arrived_at: Moment | None = None
    arrived_on: Day | None = None
    posting_due: Moment | None = None
    """When the note is to be entered: on the day of arrival, or, of a late one, on the next working day."""
    packages: Qty | None = None
    delivery_note_no: Code | None = None
    counts: FormRows[CountedLine] = ()
    condition: Literal["good", "damaged"] = "good"
    spec_matches_order: bool = True
    decision: Literal["accept_actual", "reject_part", "wait_rest"] | None = None
    inbound_note_no: Code | None = None
    typed: FormRows[NotedLine] = ()
    """The note as it was written."""
    noted: FormRows[CostedLine] = ()
    """The note with what the goods cost by their contract."""
    keeper_signature: Sign | None = None
    posted_on: Day | None = None
    voucher_no: Code | None = None
    sampling_plan: Literal["all", "aql", "spot"] = "all"
    inspected: Count = 0
    bad: Count = 0
    bad_of: dict[str, int] = {}
    """What the inspection found bad, by SKU."""
    deducted: Price = NOTHING
    placed: FormRows[Shelved] = ()

    @property
    def counted(self) -> Counter[str]:
        return per_sku(SkuQty(sku=line.sku, qty=line.counted) for line in self.counts if line.counted)

    @property
    def lot(self) -> int:
        """Units on the inbound note."""
        return total(self.noted)

    @property
    def pieces(self) -> int:
        """How many were counted."""
        return self.counted.total()

    @property
    def came(self) -> tuple[SkuQty, ...]:
        """What was counted."""
        return sku_rows(self.counted)

    @property
    def to_note(self) -> tuple[NotedLine | SkuQty, ...]:
        """What is to be noted: as it was written before, or what was counted."""
        return self.typed or self.came

    @property
    def lot_goods(self) -> tuple[SkuQty, ...]:
        """All that is on the inbound note."""
        return sku_rows(per_sku(self.noted))

    @property
    def lot_cost(self) -> Money:
        """What all that is on the note cost."""
        return self.cost_of(self.lot_goods)

    @property
    def rejected_cost(self) -> Money:
        """What the rejected goods cost."""
        return self.cost_of(self.rejected)

    @property
    def to_inspect(self) -> int:
        """How many of the lot are not inspected yet."""
        return max(self.lot - self.inspected, 0)

    @property
    def to_shelve(self) -> tuple[SkuQty, ...]:
        """What goes on the shelf, without its bins."""
        return sku_rows(self.passed)

    @property
    def passed(self) -> Counter[str]:
        """What the inspection found good, by SKU."""
        return per_sku(self.noted) - Counter(self.bad_of)

    @property
    def rejected(self) -> tuple[SkuQty, ...]:
        """What came with a lot that passed, and is not fit for sale."""
        return sku_rows(per_sku(self.noted) - self.passed)

    @property
    def note(self) -> str:
        return self.inbound_note_no or self.delivery_note_no or "-"

    @property
    def passed_goods(self) -> str:
        return ", ".join(f"{qty} of {sku}" for sku, qty in self.passed.items())

    def objection(self, counts: Iterable[CountedLine]) -> str:
        """Why a count can't be so: it names another quantity as ordered than was announced. Empty if it can."""
        announced = per_sku(self.lines)
        for line in counts:
            if announced and line.ordered != announced[line.sku]:
                return f"Announced are {announced[line.sku]} of {line.sku}, not {line.ordered}."
        return ""

    def find_bad(self, lines: FormRows[SkuQty], qty: int) -> None:
        """Note what an inspection found bad. Of a lot of one SKU it need not say what."""
        skus = {*per_sku(self.noted)}
        bad = per_sku(lines) or Counter({sku: qty for sku in skus if qty and len(skus) == 1})
        self.bad_of = dict(Counter(self.bad_of) + bad)

    @property
    def placed_goods(self) -> str:
        return "；".join(f"{sku} × {qty}" for sku, qty in per_sku(self.placed).items())

    @property
    def outcome(self) -> dict[str, object]:
        """What was put away, what was deducted for it, and what was delivered but is not fit for sale."""
        bad = per_sku(self.rejected if self.placed else ())
        return {"received": per_sku(self.placed), "deducted": self.deducted, "bad": bad}

    def cost_of(self, goods: FormRows[SkuQty]) -> Money:
        """What goods of the note cost."""
        costs = {line.sku: line.unit_cost for line in self.noted}
        return sum((costs.get(row.sku, NOTHING) * row.qty for row in goods), NOTHING)

    def costed(self, costs: dict[str, Money]) -> tuple[CostedLine, ...]:
        """The note with these costs, or else those that it was written with."""
        return tuple(
            CostedLine(sku=row.sku, qty=row.qty, unit_cost=costs.get(row.sku, row.unit_cost or NOTHING))
            for row in self.typed
        )
