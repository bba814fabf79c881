"""Rows of forms about goods that come in, are counted or put away."""

from __future__ import annotations

from typing import Annotated

from activities.counts.contract import Counted
from activities.purchase_plans.contract import CountedLine, NotedLine, Shelved
from activities.purchasing.contract import AGREED_COST
from activities.stock.contract import BIN
from models.values import Bin, Count, Price, Qty, Sku
from workflows.language.sources import FromCase, ToCheck, from_book, from_case, of_book, proposed, to_check


class LineCount(CountedLine):
    """A line of a delivery: what the supplier's paper says of it, and what was counted."""

    sku: FromCase[Sku]
    ordered: Annotated[Count | None, from_case("qty")] = None
    delivered: Annotated[Count, to_check("qty")]
    counted: Annotated[Count, to_check("qty")]


class LineNote(NotedLine):
    """A line of an inbound note. What a unit costs is known by the contract."""

    unit_cost: Annotated[Price | None, from_book(AGREED_COST, purchase="purchase_no")] = None


class ToShelf(Shelved):
    """Goods that passed, and the bin that they went into."""

    sku: FromCase[Sku]
    qty: Annotated[Qty, proposed("qty")]
    bin: Annotated[Bin, proposed(of_book(BIN))]


class ShelfCount(Counted):
    """A shelf that is counted again, without sight of the count before."""

    sku: FromCase[Sku]
    bin: FromCase[Bin]
    counted: ToCheck[Count]
