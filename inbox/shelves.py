"""What a scanner reads in the warehouse: the codes of goods, the bins on the way, the numbers of a case."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from sqlalchemy import select
from sqlalchemy.orm import Session
from sqlmodel import col

from models.tables.cases import CaseReference
from models.tables.catalogue import ProductCode
from models.tables.stock import BinRow


@dataclass(frozen=True)
class Shelves:
    """What is known of some goods, in one store."""

    codes: Mapping[str, Mapping[str, int]] = field(default_factory=dict[str, dict[str, int]])
    """By SKU, each code on the goods with how many it stands for."""
    places: Mapping[str, int] = field(default_factory=dict[str, int])
    """Of bins, where each comes on the way through its location."""

    def codes_of(self, sku: str) -> dict[str, int]:
        """All codes of a SKU. Its own number is one of them, and stands for one piece."""
        return {sku.upper(): 1, **{code.upper(): qty for code, qty in self.codes.get(sku, {}).items()}}

    def way(self, name: str) -> tuple[int, str]:
        """By what bins are sorted: those that aren't on the way come last, and goods without a bin behind them."""
        last = len(self.places) and max(self.places.values()) + 1
        return (self.places.get(name, last) if name else last + 1, name)


def shelves_of(session: Session, store: str, skus: Collection[str], bins: Collection[str]) -> Shelves:
    """What this store's books say of these goods and bins."""
    codes: defaultdict[str, dict[str, int]] = defaultdict(dict)
    printed = select(ProductCode).where(
        col(ProductCode.store) == store, col(ProductCode.sku).in_(sorted(skus))
    )
    for row in session.scalars(printed) if skus else ():
        codes[row.sku][row.code] = row.qty
    there = select(BinRow).where(col(BinRow.store) == store, col(BinRow.bin).in_(sorted(bins)))
    places = {row.bin: row.place for row in session.scalars(there)} if bins else {}
    return Shelves(codes, places)


def numbers_of(session: Session, case: str) -> list[str]:
    """The numbers that a case keeps: its papers bear them, and who scans one means the case."""
    kept = select(col(CaseReference.value)).where(col(CaseReference.case) == case)
    return sorted(session.scalars(kept))
