"""What lies just within a period or a limit counts in a figure; what lies just outside doesn't."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest

from activities.figures.contract import FigureSet, ReadFigures
from activities.milestones.contract import Milestone
from activities.money.contract import PayRefund, RecordPayment
from activities.purchasing.contract import CostedLine, PlacePurchase, PostReceipt
from activities.registers.contract import KeepRecord
from activities.suppliers.contract import AdmitSupplier
from activities.trade.contract import DrawCredit, OpenPriceList, SettleCredit
from models.values import PricedLine, SkuQty, yuan
from tests.activities.desk import NOON, Books
from tests.activities.test_figures import CUP, PERIOD, TODAY, cny, figures
from tests.activities.test_orders import an_order, reach

FIRST = NOON - timedelta(hours=12)
"""The first moment of the day that the figures are of."""
LAST = FIRST + timedelta(days=1) - timedelta(microseconds=1)
WITHIN = {"at the first moment": FIRST, "at the last moment": LAST}
OUTSIDE = {
    "just before the first": FIRST - timedelta(microseconds=1),
    "just after the last": LAST + timedelta(microseconds=1),
}

moments = pytest.mark.parametrize(
    ("at", "counts"),
    [
        *(pytest.param(at, 1, id=name) for name, at in WITHIN.items()),
        *(pytest.param(at, 0, id=name) for name, at in OUTSIDE.items()),
    ],
)


def shipped(books: Books, order: str, *, paid_at: datetime, handed_over_at: datetime) -> None:
    """An order that was paid and handed to a carrier at these moments."""
    case = an_order(books, order, CUP, phone=order)
    reach(books, case, 2, Milestone.ORDER_PAID, paid_at)
    reach(books, case, 3, Milestone.ORDER_HANDED_OVER, handed_over_at)


@moments
def test_money_counts_on_the_day_of_its_entry(sqlite_books: Books, at: datetime, counts: int) -> None:
    sqlite_books.do(RecordPayment(order="SO-1", amount=yuan(10)), at=FIRST - timedelta(days=2))
    sqlite_books.do(RecordPayment(order="SO-2", amount=yuan(10)), at=at)
    sqlite_books.do(PayRefund(order="SO-1", amount=yuan(4)), at=at)
    found = figures(sqlite_books, FigureSet.SALES)
    assert (found["sales"], found["returns"]) == (cny(f"{10 * counts}.00"), cny(f"{4 * counts}.00"))


@moments
def test_an_order_counts_on_the_day_it_was_placed(sqlite_books: Books, at: datetime, counts: int) -> None:
    an_order(sqlite_books, "SO-1", CUP, phone="1", opened_at=at)
    assert figures(sqlite_books, FigureSet.SALES)["orders"] == counts


@moments
def test_credit_counts_on_the_day_it_was_drawn(sqlite_books: Books, at: datetime, counts: int) -> None:
    sqlite_books.do(OpenPriceList(distributor="D-1", company="South", level="gold", payment="30d"))
    cups = (SkuQty(sku="cup", qty=2),)
    sqlite_books.do(DrawCredit(partner="D-1", order="WO-1", lines=cups, amount=yuan(30)), at=at)
    sqlite_books.do(KeepRecord(book="price_breaches", entry="D-1-1", data={}), at=at)
    found = figures(sqlite_books, FigureSet.CHANNEL, "D-1")
    assert (found["sales"], found["price_breaches"]) == (cny(f"{30 * counts}.00"), counts)
    assert found["overdue"] == cny("30.00" if at <= LAST else "0.00"), "what is owed at the end of the day"


def test_what_was_paid_for_one_order_is_not_owed_less_for_others(sqlite_books: Books) -> None:
    sqlite_books.do(OpenPriceList(distributor="D-1", company="South", level="gold", payment="30d"))
    cups = (SkuQty(sku="cup", qty=2),)
    for order, paid, rebate in (("WO-1", 30, 0), ("WO-2", 10, 2)):
        sqlite_books.do(DrawCredit(partner="D-1", order=order, lines=cups, amount=yuan(30)))
        sqlite_books.do(SettleCredit(partner="D-1", order=order, paid=yuan(paid), rebate=yuan(rebate)))
    assert figures(sqlite_books, FigureSet.CHANNEL, "D-1")["overdue"] == cny("18.00")


def received(books: Books, *, at: datetime, due: date = TODAY) -> None:
    """Goods that a supplier delivers at that moment, ordered for the day `due`."""
    early, late = FIRST - timedelta(days=90), FIRST + timedelta(days=90)
    admit = AdmitSupplier(
        supplier="S-1", company="Kilns", contract="K-1", valid_from=early.date(), valid_to=late.date()
    )
    books.do(admit, at=early)
    lines = (PricedLine(sku="cup", qty=10, unit_price=yuan(5)),)
    place = PlacePurchase(purchase="PO-1", supplier="S-1", contract="K-1", lines=lines, delivery_date=due)
    assert books.do(place, at=early).ok
    came = (CostedLine(sku="cup", qty=10, unit_cost=yuan(5)),)
    assert books.do(PostReceipt(note="IN-1", purchase="PO-1", lines=came), at=at).ok


@moments
def test_a_receipt_counts_on_the_day_it_was_posted(sqlite_books: Books, at: datetime, counts: int) -> None:
    received(sqlite_books, at=at)
    outcome = sqlite_books.do(ReadFigures(figures=FigureSet.SUPPLIER, about="S-1", period=PERIOD))
    assert outcome.ok is bool(counts), outcome.reason


@pytest.mark.parametrize(("days", "on_time"), [(1, "100.00"), (0, "100.00"), (-1, "0.00")])
def test_a_receipt_is_on_time_until_the_end_of_its_delivery_day(
    sqlite_books: Books, days: int, on_time: str
) -> None:
    received(sqlite_books, at=LAST, due=TODAY + timedelta(days=days))
    assert figures(sqlite_books, FigureSet.SUPPLIER, "S-1")["on_time_pct"] == on_time


@pytest.mark.parametrize(
    ("wait", "in_24", "in_48"),
    [
        (timedelta(hours=24), "100.00", "100.00"),
        (timedelta(hours=24, seconds=1), "0.00", "100.00"),
        (timedelta(hours=47, seconds=1), "0.00", "100.00"),
        (timedelta(hours=48), "0.00", "100.00"),
        (timedelta(hours=48, seconds=1), "0.00", "0.00"),
    ],
    ids=str,
)
def test_an_order_is_shipped_in_time_up_to_the_limit(
    sqlite_books: Books, wait: timedelta, in_24: str, in_48: str
) -> None:
    shipped(sqlite_books, "SO-1", paid_at=NOON - wait, handed_over_at=NOON)
    found = figures(sqlite_books, FigureSet.SALES)
    assert (found["shipped_24h_pct"], found["shipped_48h_pct"]) == (in_24, in_48)


@moments
def test_an_order_is_shipped_on_the_day_it_is_handed_over(
    sqlite_books: Books, at: datetime, counts: int
) -> None:
    shipped(sqlite_books, "SO-1", paid_at=FIRST - timedelta(hours=1), handed_over_at=at)
    found = figures(sqlite_books, FigureSet.SALES)
    assert found["shipped_48h_pct"] == ("100.00" if counts else None)
    assert found["backlog"] == (1 if at > LAST else 0), "what waits at the end of the day"


@pytest.mark.parametrize(("before", "in_band"), [(80, True), (79, False), (120, True), (121, False)])
def test_conversion_is_in_band_up_to_a_fifth_of_its_baseline(
    sqlite_books: Books, before: int, *, in_band: bool
) -> None:
    """A hundredth of the visitors of the days before bought; of the day's thousand, `before` in ten thousand."""
    sqlite_books.do(KeepRecord(book="visitors", entry=str(TODAY - timedelta(days=1)), data={"visitors": 100}))
    sqlite_books.do(RecordPayment(order="SO-0", amount=yuan(1)), at=NOON - timedelta(days=1))
    sqlite_books.do(KeepRecord(book="visitors", entry=str(TODAY), data={"visitors": 10_000}))
    for number in range(before):
        sqlite_books.do(RecordPayment(order=f"SO-{number + 1}", amount=yuan(1)))
    assert figures(sqlite_books, FigureSet.CONVERSION)["in_band"] is in_band
