"""Figures of a carrier: what it was handed, what came of it, and what it cost."""

from __future__ import annotations

from activities.carriers.contract import BookWaybill, RecordShipment
from activities.figures.contract import FigureSet, ReadFigures
from activities.milestones.contract import Milestone
from activities.partners.contract import SetPartner
from models.values import DateRange, yuan
from tests.activities.desk import NOON, Books
from tests.activities.test_orders import reach

TODAY = DateRange(first=NOON.date(), last=NOON.date())
FIGURES = ReadFigures(figures=FigureSet.CARRIER, about="sf", period=TODAY)


def test_kind_07_a_carriers_figures_are_of_what_it_was_handed(books: Books) -> None:
    books.do(SetPartner(partner_kind="carrier", partner="sf"))
    assert books.do(FIGURES).reason.startswith("sf was handed nothing")
    for number, freight in (("1", "9"), ("2", "5.40"), ("3", "1")):
        order = f"SO-{number}"
        waybill = BookWaybill(order=order, carrier="sf", waybill_no=f"W-{number}", freight=yuan(freight))
        assert books.do(waybill, f"2.{number}").ok
    for number in ("1", "2"):  # the third still waits to be fetched
        assert books.do(RecordShipment(order=f"SO-{number}", waybill_no=f"W-{number}", handed_at=NOON)).ok
    reach(books, "order_fulfilment:tmall:SO-1", 9, Milestone.ORDER_SIGNED, NOON)
    read = books.do(FIGURES).data
    cost = {"amount": "7.20", "currency": "CNY"}
    assert (read["signed_pct"], read["cost_per_parcel"]) == ("50.00", cost)
    assert not books.do(FIGURES.model_copy(update={"about": "jd"})).ok
