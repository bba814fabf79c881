"""A delivery as its case knows it, from its announcement to the shelf."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
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


def listed(goods: Mapping[str, int]) -> str:
    """Goods in a sentence of any language."""
    return ", ".join(f"{sku} ×{qty}" for sku, qty in goods.items())


class CountedLine(FormRow):
    sku: Sku
    ordered: Count | None = None
    """As it was announced: nobody need type it."""
    delivered: Count
    """By the supplier's delivery note."""
    counted: Count

    @property
    def agrees(self) -> bool:
        return self.ordered == self.delivered == self.counted


class Awaited(FormRow):
    """A SKU of a purchase: how many are outstanding, and what one costs by the contract."""

    sku: Sku
    qty: Count
    unit_cost: Price


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
    awaited: FormRows[Awaited] | None = None
    """What the purchase awaits by the book; None as long as the book hasn't said it."""
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
    """What purchasing has decided about the last count, where it had to."""
    refused: dict[str, int] = {}
    """What purchasing doesn't take, by SKU: set apart, it goes back."""
    refused_gone: bool = False
    """Whether what was refused has gone back."""
    more: dict[str, int] = {}
    """How many more than was ordered purchasing wants to keep, by SKU."""
    more_value: Price | None = None
    """What these cost by the contract; None where there is none."""
    more_approved: bool = False
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
    seconds: dict[str, int] = {}
    """What it found bad and is kept all the same, by SKU: it isn't for sale."""
    deducted: Price = NOTHING
    placed: FormRows[Shelved] = ()

    @property
    def counted(self) -> Counter[str]:
        return per_sku(SkuQty(sku=line.sku, qty=line.counted) for line in self.counts if line.counted)

    @property
    def kept(self) -> Counter[str]:
        """What was counted, less what purchasing has refused."""
        return self.counted - Counter(self.refused)

    @property
    def expected(self) -> tuple[SkuQty, ...]:
        """What is to come, a row for each SKU: as announced, or else what the purchase awaits."""
        return sku_rows(per_sku(self.lines or self.awaited or ()))

    @property
    def may_come(self) -> Counter[str]:
        """What may be taken in without somebody's approval: what the purchase awaits by the book, or else, what was
        announced.
        """
        return per_sku(self.lines if self.awaited is None else self.awaited)

    @property
    def beyond_order(self) -> Counter[str]:
        """What was counted, isn't refused, and was never ordered."""
        return self.kept - self.may_come

    @property
    def approved_more(self) -> tuple[SkuQty, ...]:
        """So many more than was ordered may be kept."""
        return sku_rows(self.more) if self.more_approved else ()

    @property
    def lot(self) -> int:
        """Units on the inbound note."""
        return total(self.noted)

    @property
    def pieces(self) -> int:
        """How many are taken in."""
        return self.kept.total()

    @property
    def came(self) -> tuple[SkuQty, ...]:
        """What was counted."""
        return sku_rows(self.counted)

    @property
    def to_note(self) -> tuple[NotedLine | SkuQty, ...]:
        """What is to be noted: as it was written before, or what was counted and isn't refused."""
        return self.typed or sku_rows(self.kept)

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
        return per_sku(self.noted) - Counter(self.bad_of) - Counter(self.seconds)

    @property
    def rejected(self) -> tuple[SkuQty, ...]:
        """What came with a lot that passed, and is not fit for sale."""
        return sku_rows(per_sku(self.noted) - self.passed - Counter(self.seconds))

    @property
    def bad_goods(self) -> tuple[SkuQty, ...]:
        """What the inspection found bad, as far as it has said which goods are."""
        return sku_rows(Counter(self.bad_of))

    @property
    def came_to_stay(self) -> Counter[str]:
        """What is kept of the delivery, for sale or not."""
        return per_sku(self.placed) + Counter(self.seconds)

    @property
    def refused_goods(self) -> tuple[SkuQty, ...]:
        """What was refused and hasn't gone back."""
        return () if self.refused_gone else sku_rows(self.refused)

    @property
    def to_return(self) -> tuple[SkuQty, ...]:
        """What goes back when the rest is on its shelf: rejected by the inspection, or refused on arrival."""
        return sku_rows(per_sku(self.rejected) + per_sku(self.refused_goods))

    @property
    def lot_to_return(self) -> tuple[SkuQty, ...]:
        """What goes back when the lot has failed: all of it, and what was refused on arrival."""
        return sku_rows(per_sku(self.noted) + per_sku(self.refused_goods))

    @property
    def note(self) -> str:
        return self.inbound_note_no or self.delivery_note_no or "-"

    @property
    def passed_goods(self) -> str:
        return listed(self.passed)

    def counted_as(self, counts: Iterable[CountedLine]) -> tuple[CountedLine, ...]:
        """A count, with what was announced of each SKU."""
        expected = per_sku(self.expected)
        return tuple(line.model_copy(update={"ordered": expected[line.sku]}) for line in counts)

    def settle(self, refused: Counter[str]) -> None:
        """Refuse these goods; what is left beyond the order awaits its approval."""
        self.refused, self.more_approved = dict(refused), False
        self.more = dict(self.beyond_order)
        self.more_value = self.worth_beyond_order() if self.more else None

    def worth_beyond_order(self) -> Money | None:
        """What the goods beyond the order cost by the contract; None where it doesn't say of one."""
        costs = {one.sku: one.unit_cost for one in self.awaited or ()}
        if any(sku not in costs for sku in self.beyond_order):
            return None
        return sum((costs[sku] * qty for sku, qty in self.beyond_order.items()), NOTHING)

    def find_bad(self, lines: FormRows[SkuQty], qty: int) -> None:
        """Note what an inspection found bad. Of a lot of one SKU it need not say what."""
        skus = {*per_sku(self.noted)}
        bad = per_sku(lines) or Counter({sku: qty for sku in skus if qty and len(skus) == 1})
        self.bad_of = dict(Counter(self.bad_of) + bad)

    @property
    def placed_goods(self) -> str:
        return "；".join(f"{sku} × {qty}" for sku, qty in per_sku(self.placed).items())

    @property
    def outcome_rows(self) -> dict[str, object]:
        """The same as the answers of a form."""
        rejected = sku_rows(per_sku(self.rejected))
        return {
            "received": [row.model_dump() for row in sku_rows(self.came_to_stay)],
            "deducted": self.deducted.model_dump(mode="json"),
            "bad": [row.model_dump() for row in rejected],
        }

    @property
    def outcome(self) -> dict[str, object]:
        """What was put away, what was deducted for it, and what was delivered but is not fit for sale."""
        bad = per_sku(self.rejected if self.placed else ())
        return {"received": self.came_to_stay, "deducted": self.deducted, "bad": bad}

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
