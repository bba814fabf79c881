"""Figures agree with what was entered; what has no source says so."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any, cast

import pytest

from activities.figures.contract import FigureSet, ReadFigures
from activities.figures.sales import Figures, entries
from activities.milestones.contract import Milestone
from activities.money.contract import PayRefund, RecordPayment, Share, SharePayment
from activities.orders.contract import OrderOrigin
from activities.purchasing.contract import CostedLine, PlacePurchase, PostReceipt, Regraded, RegradeStock
from activities.registers.contract import KeepRecord
from activities.stock.contract import Disposition
from activities.suppliers.contract import AdmitSupplier
from activities.trade.contract import DrawCredit, OpenPriceList, SettleCredit
from models.database import reading
from models.values import DateRange, PricedLine, SkuQty, yuan
from tests.activities.desk import NOON, Books
from tests.activities.test_orders import an_order, reach

TODAY = NOON.date()
PERIOD = DateRange(first=TODAY, last=TODAY)
CUP = (PricedLine(sku="cup", qty=1, unit_price=yuan(10)),)
POT = (PricedLine(sku="pot", qty=1, unit_price=yuan(99)),)


@pytest.fixture
def a_day(books: Books) -> Books:
    """Three orders, two paid; one shipped late, one waiting; one refunded; forty visitors."""
    for number, phone in (("SO-1", "1"), ("SO-2", "2"), ("SO-3", "1")):
        case = an_order(books, number, CUP, phone=phone)
        if number != "SO-3":
            books.do(RecordPayment(order=number, amount=yuan(10)))
            reach(books, case, 2, Milestone.ORDER_PAID, NOON - timedelta(hours=30))
            reach(books, case, 3, Milestone.ORDER_CONFIRMED, NOON - timedelta(hours=1))
    reach(books, "order_fulfilment:tmall:SO-1", 4, Milestone.ORDER_HANDED_OVER, NOON)
    books.do(PayRefund(order="SO-2", amount=yuan(5)))
    books.do(KeepRecord(book="visitors", entry=str(TODAY), data={"visitors": 40}))
    return books


def figures(books: Books, of: FigureSet, about: str | None = None) -> dict[str, Any]:
    outcome = books.do(ReadFigures(figures=of, about=about, period=PERIOD))
    assert outcome.ok, outcome.reason
    how = cast("dict[str, str]", outcome.data["how"])
    values = {name: value for name, value in outcome.data.items() if name not in {"how", "sources"}}
    assert set(how) == set(values), "each figure says how it was computed"
    return values


def cny(amount: str) -> dict[str, str]:
    return {"amount": amount, "currency": "CNY"}


def test_a_days_sales(a_day: Books) -> None:
    assert figures(a_day, FigureSet.SALES) == {
        "orders": 3,
        "sales": cny("20.00"),
        "gmv": cny("20.00"),
        "average_order": cny("10.00"),
        "returns": cny("5.00"),
        "refund_pct": "25.00",
        "visitors": 40,
        "conversion_pct": "5.00",
        "conversion_before_pct": None,
        "repeat_buyers": 1,
        "repeat_pct": "50.00",
        "sales_target": None,
        "attained_pct": None,
        "shipped_24h_pct": "0.00",
        "shipped_48h_pct": "100.00",
        "backlog": 1,
        "reply_minutes": None,
    }


def test_the_sales_of_a_product(a_day: Books) -> None:
    an_order(a_day, "SO-4", POT, phone="4")
    a_day.do(RecordPayment(order="SO-4", amount=yuan(99)))
    found = figures(a_day, FigureSet.SALES, "pot")
    assert (found["orders"], found["sales"], found["visitors"]) == (1, cny("99.00"), None)


def test_parts_and_replacements_are_no_orders_that_were_placed(a_day: Books) -> None:
    alone = figures(a_day, FigureSet.SALES)
    for origin in (OrderOrigin.PART, OrderOrigin.REPLACEMENT):
        an_order(a_day, f"SO-2-{origin}", CUP, phone="2", origin=origin)
    assert figures(a_day, FigureSet.SALES) == alone
    an_order(a_day, "OD-1", CUP, phone="2")
    found = figures(a_day, FigureSet.SALES)
    assert (found["orders"], found["repeat_buyers"]) == (4, 2)


def test_conversion_against_the_week_before(a_day: Books) -> None:
    missing = a_day.do(ReadFigures(figures=FigureSet.CONVERSION, period=PERIOD))
    assert missing.reason == "visitors aren't recorded for the period and the seven days before it"
    before = TODAY - timedelta(days=3)
    a_day.do(KeepRecord(book="visitors", entry=str(before), data={"visitors": 10}))
    a_day.do(RecordPayment(order="SO-9", amount=yuan(1)), at=NOON - timedelta(days=3))
    a_day.do(RecordPayment(order="SO-8", amount=yuan(1)), at=NOON - timedelta(days=4))
    assert figures(a_day, FigureSet.CONVERSION) == {"value": "5.00", "baseline": "10.00", "in_band": False}, (
        "a day whose visitors nobody recorded doesn't count"
    )


def test_what_waited_at_the_end_of_the_day_has_left_since(a_day: Books) -> None:
    reach(a_day, "order_fulfilment:tmall:SO-2", 4, Milestone.ORDER_HANDED_OVER, NOON + timedelta(days=1))
    an_order(a_day, "SO-2", CUP, phone="2", closed_at=NOON + timedelta(days=2))
    assert figures(a_day, FigureSet.SALES)["backlog"] == 1
    an_order(a_day, "SO-2", CUP, phone="2", closed_at=NOON + timedelta(hours=1))
    assert figures(a_day, FigureSet.SALES)["backlog"] == 0, "it ended that day"


@pytest.mark.parametrize(
    ("waited", "within_24h", "within_48h"),
    [
        (timedelta(hours=24), "100.00", "100.00"),
        (timedelta(hours=24, seconds=1), "0.00", "100.00"),
        (timedelta(hours=48), "0.00", "100.00"),
        (timedelta(hours=48, seconds=1), "0.00", "0.00"),
    ],
)
def test_shipped_in_time(books: Books, waited: timedelta, within_24h: str, within_48h: str) -> None:
    case = an_order(books, "SO-1", CUP)
    reach(books, case, 2, Milestone.ORDER_PAID, NOON - waited)
    reach(books, case, 3, Milestone.ORDER_HANDED_OVER, NOON)
    reach(books, case, 4, Milestone.ORDER_PAID, NOON + timedelta(minutes=1))  # again, by mistake
    found = figures(books, FigureSet.SALES)
    assert (found["shipped_24h_pct"], found["shipped_48h_pct"]) == (within_24h, within_48h)


def test_what_comes_as_the_period_ends_is_of_the_next(a_day: Books) -> None:
    midnight = datetime(2026, 5, 4, 16, tzinfo=UTC)
    case = an_order(a_day, "SO-8", CUP, phone="8", opened_at=midnight)
    reach(a_day, case, 2, Milestone.ORDER_PAID, midnight)
    reach(a_day, "order_fulfilment:tmall:SO-2", 4, Milestone.ORDER_HANDED_OVER, midnight)
    reach(a_day, "campaign:tmall:C-1", 4, Milestone.PROMOTION_READY, midnight)
    a_day.do(RecordPayment(order="SO-8", amount=yuan(10)), at=midnight)
    found = figures(a_day, FigureSet.SALES)
    assert (found["orders"], found["sales"], found["backlog"]) == (3, cny("20.00"), 1)
    assert figures(a_day, FigureSet.PAY, "wang")["promotions"] == 0


def test_an_inquiry_waits_for_its_first_answer(a_day: Books) -> None:
    for subject, *answers in (("I-1", 4, 60), ("I-2", 1), ("I-3",)):
        case = f"customer_inquiry:tmall:{subject}"
        reach(a_day, case, 1, Milestone.INQUIRY_OPENED, NOON, "platform")
        for revision, minutes in enumerate(answers, 2):
            at = NOON + timedelta(minutes=minutes)
            reach(a_day, case, revision, Milestone.INQUIRY_ANSWERED, at)
    reach(a_day, "customer_inquiry:tmall:I-4", 1, Milestone.INQUIRY_OPENED, NOON - timedelta(days=1))
    reach(a_day, "customer_inquiry:tmall:I-4", 2, Milestone.INQUIRY_ANSWERED, NOON)
    assert figures(a_day, FigureSet.SALES)["reply_minutes"] == "2.5"


def test_what_an_employee_is_paid_for_by_the_piece(a_day: Books) -> None:
    for revision, (milestone, person) in enumerate(
        (
            (Milestone.PROMOTION_READY, "wang"),
            (Milestone.PROMOTION_READY, "wang"),
            (Milestone.PROMOTION_READY, "li"),
            (Milestone.FEEDBACK_TAKEN, "wang"),
        ),
        1,
    ):
        reach(a_day, "campaign:tmall:C-1", revision, milestone, NOON, person)
    found = figures(a_day, FigureSet.PAY, "wang")
    assert (found["promotions"], found["feedbacks"]) == (2, 1)
    assert figures(a_day, FigureSet.PAY, "system")["promotions"] == 0


def test_a_store_whose_name_differs_in_case_is_another(a_day: Books) -> None:
    case = an_order(a_day, "SO-7", CUP, store="TMALL")
    reach(a_day, case, 3, Milestone.ORDER_CONFIRMED, NOON, "li")
    assert figures(a_day, FigureSet.PAY, "li")["department_average"] == cny("20.00"), "one employee confirms"


def test_what_an_employee_did(a_day: Books) -> None:
    a_day.do(KeepRecord(book="satisfaction_scores", entry="S-1", data={"order_no": "SO-1", "overall": 4}))
    found = figures(a_day, FigureSet.APPRAISAL, "wang")
    assert (found["sales"], found["order_efficiency"], found["satisfaction"]) == (
        cny("20.00"),
        "1740.0",
        "4.00",
    )
    paid = figures(a_day, FigureSet.PAY, "wang")
    assert (paid["orders_placed"], paid["base"], paid["returns"]) == (cny("20.00"), cny("15.00"), cny("5.00"))
    assert not a_day.do(ReadFigures(figures=FigureSet.PAY, period=PERIOD)).ok, "nobody is named"


def test_what_goes_back_for_a_part_counts_for_whoever_confirmed_the_order(a_day: Books) -> None:
    part = an_order(a_day, "SO-1-P1", CUP, origin=OrderOrigin.PART, placed_as="SO-1")
    a_day.do(SharePayment(order="SO-1", shares=(Share(order="SO-1-P1", amount=yuan(10)),)))
    reach(a_day, part, 3, Milestone.ORDER_CONFIRMED, NOON, "li")
    assert a_day.do(PayRefund(order="SO-1-P1", amount=yuan(4))).ok
    paid = figures(a_day, FigureSet.PAY, "wang")
    assert (paid["orders_placed"], paid["returns"], paid["base"]) == (cny("20.00"), cny("9.00"), cny("11.00"))
    assert figures(a_day, FigureSet.PAY, "li")["base"] == cny("0.00"), "a part is no sale of its own"


def test_a_supplier(books: Books) -> None:
    nothing = books.do(ReadFigures(figures=FigureSet.SUPPLIER, about="S-1", period=PERIOD))
    assert nothing.reason == "nothing came from S-1 from 2026-05-04 to 2026-05-04"
    day = NOON - timedelta(days=30)
    books.do(
        AdmitSupplier(supplier="S-1", company="Kilns", contract="K-1", valid_from=day.date(), valid_to=TODAY),
        at=day,
    )
    for purchase, price, at in (("PO-1", 4, day), ("PO-2", 5, NOON)):
        lines = (PricedLine(sku="cup", qty=10, unit_price=yuan(price)),)
        place = PlacePurchase(
            purchase=purchase, supplier="S-1", contract="K-1", lines=lines, delivery_date=TODAY
        )
        assert books.do(place, at=at).ok
    later = PlacePurchase(
        purchase="PO-3",
        supplier="S-1",
        contract="K-1",
        lines=(PricedLine(sku="cup", qty=1, unit_price=yuan(10)),),
        delivery_date=TODAY,
    )
    assert books.do(later, at=NOON + timedelta(hours=1)).ok
    came = (CostedLine(sku="cup", qty=10, unit_cost=yuan(5)),)
    assert books.do(PostReceipt(note="IN-1", purchase="PO-2", lines=came)).ok
    passed = Regraded(sku="cup", qty=9, was=Disposition.QUARANTINE, becomes=Disposition.SELLABLE)
    assert books.do(RegradeStock(note="IN-1", lines=(passed,))).ok
    assert figures(books, FigureSet.SUPPLIER, "S-1") == {
        "on_time_pct": "100.00",
        "qc_pass_pct": "90.00",
        "return_pct": "0.00",
        "claims": 0,
        "price_index": "125.00",
    }


def test_a_distributor(books: Books) -> None:
    books.do(OpenPriceList(distributor="D-1", company="South", level="gold", payment="30d"))
    cups = (SkuQty(sku="cup", qty=2),)
    books.do(DrawCredit(partner="D-1", order="WO-1", lines=cups, amount=yuan(30)))
    books.do(SettleCredit(partner="D-1", order="WO-1", paid=yuan(10), rebate=yuan(0)))
    books.do(KeepRecord(book="price_breaches", entry="D-1-1", data={}))
    books.do(KeepRecord(book="price_breaches", entry="D-10-1", data={}))
    assert figures(books, FigureSet.CHANNEL, "D-1") == {
        "sales": cny("30.00"),
        "price_breaches": 1,
        "overdue": cny("20.00"),
    }


def test_nobody_waits_while_figures_are_read(a_day: Books, monkeypatch: pytest.MonkeyPatch) -> None:
    def slowly(*_: Any) -> Figures:
        a_day.do(RecordPayment(order="SO-3", amount=yuan(10)))
        return Figures()

    monkeypatch.setattr("activities.figures.effects.sales", slowly)
    assert a_day.do(ReadFigures(figures=FigureSet.SALES, period=PERIOD), "f").ok
    assert a_day.account("SO-3").paid == 100_000
    monkeypatch.undo()
    known = a_day.do(ReadFigures(figures=FigureSet.SALES, period=PERIOD), "f")
    assert known.data["sources"] == [], "the first outcome is given again"


def test_a_sku_of_very_many_orders_has_figures(a_day: Books) -> None:
    with reading(a_day.engine) as session:
        orders = [f"SO-{number}" for number in range(70_000)]
        booked = entries(session, "tmall", None, orders)
        assert {entry.order for entry in booked} == {"SO-1", "SO-2"}
