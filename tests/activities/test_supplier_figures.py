"""Figures of a supplier that isn't on time, and of goods that were never taken."""

from __future__ import annotations

from datetime import timedelta

from activities.figures.contract import FigureSet, ReadFigures
from activities.purchasing.contract import CostedLine, ExpectPurchase, PostReceipt, Regraded, RegradeStock
from activities.stock.contract import Disposition
from models.values import DateRange, SkuQty, yuan
from tests.activities.desk import NOON, Books
from tests.activities.test_purchases import ADMIT, PLACE, TODAY


def test_late_is_what_comes_after_the_contracts_date_whatever_was_promised_since(books: Books) -> None:
    books.do(ADMIT)
    books.do(PLACE)
    late = NOON + timedelta(days=9)
    assert books.do(ExpectPurchase(purchase="PO-1", day=late.date())).ok
    cups = (CostedLine(sku="cup", qty=8, unit_cost=yuan(5)),)
    refused = (SkuQty(sku="cup", qty=4),)
    note = PostReceipt(note="IN-1", purchase="PO-1", lines=cups, refused=refused)
    assert books.do(note, at=late).ok
    passed = Regraded(sku="cup", qty=8, was=Disposition.QUARANTINE, becomes=Disposition.SELLABLE)
    assert books.do(RegradeStock(note="IN-1", lines=(passed,)), at=late).ok
    period = DateRange(first=TODAY, last=late.date())
    read = books.do(ReadFigures(figures=FigureSet.SUPPLIER, about="S-1", period=period), at=late)
    assert (read.data["on_time_pct"], read.data["qc_pass_pct"], read.data["return_pct"]) == (
        "0.00",
        "100.00",
        "0.00",
    )
