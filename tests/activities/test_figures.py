"""Figures agree with what was entered; what has no source says so."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, cast

import pytest

from activities.figures.contract import FigureSet, ReadFigures
from activities.figures.sales import Figures, entries
from activities.money.contract import PayRefund, RecordPayment
from activities.purchasing.contract import (
    AdmitSupplier,
    CostedLine,
    PlacePurchase,
    PostReceipt,
    Regraded,
    RegradeStock,
)
from activities.registers.contract import KeepRecord
from activities.stock.contract import Disposition
from activities.trade.contract import DrawCredit, OpenPriceList, SettleCredit
from models.database import reading
from models.tables.cases import CaseRow, StepRow
from models.values import DateRange, PricedLine, SkuQty, yuan
from tests.activities.desk import NOON, Books
from tests.activities.test_orders import a_case

TODAY = NOON.date()
PERIOD = DateRange(first=TODAY, last=TODAY)
CUP = [{"sku": "cup", "qty": 1, "unit_price": {"amount": "10.00", "currency": "CNY"}}]


def a_step(books: Books, case: str, revision: int, event: str, at: datetime, actor: str = "wang") -> None:
    with books.write() as session:
        session.add(
            StepRow(
                case=case,
                revision=revision,
                event=event,
                actor=actor,
                roles=[],
                at=at,
                before=[],
                after=[],
                followed=[],
                missed=[],
            )
        )


@pytest.fixture
def a_day(books: Books) -> Books:
    """Three orders, two paid; one shipped late, one waiting; one refunded; forty visitors."""
    for number, phone in (("SO-1", "1"), ("SO-2", "2"), ("SO-3", "1")):
        case = a_case(books, "order_fulfilment", number, {"lines": CUP, "phone": phone})
        if number != "SO-3":
            books.do(RecordPayment(order=number, amount=yuan(10)))
            a_step(books, case, 2, "pay", NOON - timedelta(hours=30))
            a_step(books, case, 3, "confirm", NOON - timedelta(hours=1))
    a_step(books, "order_fulfilment:tmall:SO-1", 4, "hand_over", NOON)
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
        "shipped_24h_pct": "0.00",
        "shipped_48h_pct": "100.00",
        "backlog": 1,
        "reply_minutes": None,
    }


def test_the_sales_of_a_product(a_day: Books) -> None:
    a_case(a_day, "order_fulfilment", "SO-4", {"lines": [CUP[0] | {"sku": "pot"}], "phone": "4"})
    a_day.do(RecordPayment(order="SO-4", amount=yuan(99)))
    found = figures(a_day, FigureSet.SALES, "pot")
    assert (found["orders"], found["sales"], found["visitors"]) == (1, cny("99.00"), None)


def test_parts_and_replacements_are_no_orders_that_were_placed(a_day: Books) -> None:
    alone = figures(a_day, FigureSet.SALES)
    for opener in ("order_fulfilment:tmall:SO-2", "exchange:tmall:SO-2-5", "lost_parcel_claim:tmall:SF-2"):
        again = f"SO-2-{opener[:4]}"
        a_case(a_day, "order_fulfilment", again, {"lines": CUP, "phone": "2"}, parent=opener)
    assert figures(a_day, FigureSet.SALES) == alone
    sale = "online_direct_sale:tmall:OD-1"
    a_case(a_day, "order_fulfilment", "OD-1", {"lines": CUP, "phone": "2"}, parent=sale)
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
    with a_day.write() as session:
        left = session.get_one(CaseRow, "order_fulfilment:tmall:SO-2")
        left.state, left.closed_at = "closed", NOON + timedelta(days=2)
    assert figures(a_day, FigureSet.SALES)["backlog"] == 1


def test_a_store_whose_name_differs_in_case_is_another(a_day: Books) -> None:
    case = a_case(a_day, "order_fulfilment", "SO-7", {"lines": CUP}, store="TMALL")
    a_step(a_day, case, 3, "confirm", NOON, actor="li")
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
    assert a_day.account("SO-3").paid == 1000
    monkeypatch.undo()
    known = a_day.do(ReadFigures(figures=FigureSet.SALES, period=PERIOD), "f")
    assert known.data["sources"] == [], "the first outcome is given again"


def test_a_sku_of_very_many_orders_has_figures(a_day: Books) -> None:
    with reading(a_day.engine) as session:
        orders = [f"SO-{number}" for number in range(70_000)]
        booked = entries(session, "tmall", None, orders)
        assert {entry.order for entry in booked} == {"SO-1", "SO-2"}
