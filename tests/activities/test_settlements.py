"""Statements and settlements, and what staff are paid."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from sqlalchemy import select

from activities.answerers import Asked, books_at
from activities.carriers.contract import BookWaybill
from activities.configured_ports import open_ports
from activities.money.contract import PayRefund, RecordPayment
from activities.performers import World
from activities.settlement.contract import (
    OPEN_LINES,
    STAFF_PAID,
    BeginPay,
    BookCorrections,
    BookStaffPay,
    CarryLines,
    CloseSettlement,
    Correction,
    Counterparty,
    GiveUpPay,
    GiveUpRest,
    GiveUpSettlement,
    MatchStatement,
    OpenSettlement,
    ReverseCorrections,
    ReverseStaffPay,
)
from models.database import reading
from models.tables.requests import StoredFile
from models.tables.settlement import LedgerEntry
from models.values import DateRange, Money, yuan
from tests.activities.desk import NOON, Books, rows

TODAY = NOON.date()
PERIOD = DateRange(first=TODAY, last=TODAY)


def statement(books: Books, home: Path, text: str, total: str) -> MatchStatement:
    """A statement that somebody attached to the case."""
    digest = hashlib.sha256(text.encode()).hexdigest()
    (home / digest[:2]).mkdir(parents=True, exist_ok=True)
    (home / digest[:2] / digest).write_text(text)
    books.world = World(books.engine, replace(open_ports(), files=home))
    with books.write() as session:
        session.merge(
            StoredFile(
                id="file:statement",
                case="c",
                store="tmall",
                name="statement.csv",
                media_type="text/csv",
                size=len(text),
                sha256=digest,
                author="li",
                stored_at=NOON,
            )
        )
    return MatchStatement(
        batch="B-1",
        counterparty=Counterparty.PLATFORM,
        period=PERIOD,
        statement="file:statement",
        statement_total=yuan(total),
        ledger_total=yuan(total),
    )


def test_a_statement_is_compared_line_by_line(books: Books, tmp_path: Path) -> None:
    for order, amount in (("SO-1", "60"), ("SO-2", "40")):
        books.do(RecordPayment(order=order, amount=yuan(amount)))
    books.do(PayRefund(order="SO-2", amount=yuan(15)))
    books.do(RecordPayment(order="SO-9", amount=yuan(1)), at=NOON + timedelta(days=1))
    asked = statement(books, tmp_path, "order,amount\nSO-1,60.00\nSO-2,25\n", "85")
    assert books.do(asked).data == {
        "matched": 2,
        "open": [],
        "difference": {"amount": "0.00", "currency": "CNY"},
    }

    asked = statement(books, tmp_path, "SO-1,60.00\nSO-2,27\nSO-3,1\n", "88")
    differs = books.do(asked)
    assert not differs.ok
    assert [(row["line"], row["difference"]["amount"]) for row in rows(differs, "open")] == [
        ("SO-2", "2.00"),
        ("SO-3", "1.00"),
    ]
    dollars = Correction(line="SO-2", amount=Money(amount=Decimal(2), currency="USD"), reason="fee returned")
    assert books.do(BookCorrections(batch="B-1", entries=(dollars,))).reason == "line SO-2 is in CNY"
    correction = Correction(line="SO-2", amount=yuan(2), reason="fee returned")
    corrected = books.do(BookCorrections(batch="B-1", entries=(correction,)), "5.1")
    assert corrected.data["left"] == {"amount": "1.00", "currency": "CNY"}
    assert (corrected.data["apart"], corrected.data["open_lines"]) == (
        {"amount": "1.00", "currency": "CNY"},
        1,
    )
    assert corrected.data["corrected"] == {"amount": "2.00", "currency": "CNY"}
    assert books.do(ReverseCorrections(of="5.1"), of="5.1").ok
    paid = CloseSettlement(
        batch="B-1", counterparty=Counterparty.PLATFORM, payment_no="P-1", amount=yuan(85), paid_at=NOON
    )
    assert books.do(paid).data == {"cleared": 0, "carried": 2}  # the correction of SO-2 was taken back
    assert not books.do(paid.model_copy(update={"batch": "B-2"})).ok


def test_the_lines_that_are_open_are_proposed_for_correction(books: Books, tmp_path: Path) -> None:
    books.do(RecordPayment(order="SO-1", amount=yuan(60)))

    def open_lines(settlement: str = "B-1", store: str = "tmall") -> list[tuple[str, Money]]:
        with reading(books.engine) as session:
            asked = books_at(Asked(session, store, NOON))(OPEN_LINES, {"settlement": settlement})
        return [(row["line"], row["amount"]) for row in asked]

    assert open_lines() == []
    books.do(statement(books, tmp_path, "SO-1,60.00\nSO-2,27\nSO-3,-1.50\n", "85.50"))
    assert open_lines() == [("SO-2", yuan(27)), ("SO-3", yuan("-1.50"))]
    assert open_lines("B-2") == open_lines(store="jd") == []
    books.do(BookCorrections(batch="B-1", entries=(Correction(line="SO-2", amount=yuan(7), reason="fee"),)))
    books.do(
        BookCorrections(batch="B-1", entries=(Correction(line="SO-3", amount=yuan("-1.50"), reason="fee"),)),
        "5.1",
    )
    assert open_lines() == [("SO-2", yuan(20))]


def test_kind_12_what_still_differs_waits_for_the_next_statement(books: Books, tmp_path: Path) -> None:
    for order, amount in (("SO-1", "60"), ("SO-2", "40")):
        books.do(RecordPayment(order=order, amount=yuan(amount)))
    books.do(statement(books, tmp_path, "SO-1,367\nSO-2,-267\n", "100"))
    both = (Correction(line="SO-1", amount=yuan(306), reason="fee"),)
    corrected = books.do(BookCorrections(batch="B-1", entries=both))
    assert corrected.data["left"] == {"amount": "-306.00", "currency": "CNY"}
    assert corrected.data["apart"] == {"amount": "308.00", "currency": "CNY"}
    carried = CarryLines(batch="B-1", counterparty=Counterparty.PLATFORM)
    assert books.do(carried).data == {"lines": ["SO-1", "SO-2"]}
    again = statement(books, tmp_path, "SO-1,60\nSO-2,40\n", "100").model_copy(update={"batch": "B-2"})
    assert [(row["line"], row["difference"]["amount"]) for row in rows(books.do(again), "open")] == [
        ("SO-1", "1.00"),
        ("SO-2", "-307.00"),
    ]


@pytest.mark.parametrize(
    ("line", "amount", "why"),
    [
        ("SO-1", 1, "line SO-1 isn't open"),
        ("SO-2", 10**7, "line SO-2 differs by 2.00 CNY, and is to be corrected by 10000000.00 CNY"),
        ("SO-2", 3, "line SO-2 differs by 2.00 CNY, and is to be corrected by 3.00 CNY"),
        ("SO-2", -1, "line SO-2 differs by 2.00 CNY, and is to be corrected by -1.00 CNY"),
    ],
)
def test_a_line_is_corrected_no_further_than_it_differs(
    books: Books, tmp_path: Path, line: str, amount: int, why: str
) -> None:
    for order in ("SO-1", "SO-2"):
        books.do(RecordPayment(order=order, amount=yuan(60)))
    assert not books.do(statement(books, tmp_path, "SO-1,60\nSO-2,62\n", "122")).ok
    correction = Correction(line=line, amount=yuan(amount), reason="fee")
    assert books.do(BookCorrections(batch="B-1", entries=(correction,))).reason == why
    halves = (Correction(line="SO-2", amount=yuan(1), reason="fee"),) * 3
    assert not books.do(BookCorrections(batch="B-1", entries=halves)).ok
    assert books.do(BookCorrections(batch="B-1", entries=halves[:2])).data["open_lines"] == 0


def test_the_lines_of_a_statement_count_not_the_total_that_was_named(books: Books, tmp_path: Path) -> None:
    books.do(RecordPayment(order="SO-1", amount=yuan(60)))
    told = books.do(statement(books, tmp_path, "SO-1,60\n", "1"))
    assert (told.ok, told.data["total"]) == (True, {"amount": "60.00", "currency": "CNY"})


def test_what_was_kept_back_is_expected_of_nobody(books: Books, tmp_path: Path) -> None:
    """The carrier asks 2 too much for one parcel, which isn't paid, and 1 too little for another."""
    for number, freight in (("SF-1", 12), ("SF-2", 12)):
        books.do(BookWaybill(order=number, carrier="sf", waybill_no=number, freight=yuan(freight)))
    asked = statement(books, tmp_path, "SF-1,14\nSF-2,11\n", "25")
    asked = asked.model_copy(update={"counterparty": Counterparty.CARRIER})
    assert not books.do(asked).ok
    closing = CloseSettlement(
        batch="B-1",
        counterparty=Counterparty.CARRIER,
        payment_no="P-1",
        amount=yuan(23),
        paid_at=NOON,
        kept_back=True,
    )
    assert books.do(closing).data == {"cleared": 0, "carried": 2}
    tomorrow = TODAY + timedelta(days=1)
    later = {
        "batch": "B-2",
        "period": DateRange(first=tomorrow, last=tomorrow),
        "counterparty": Counterparty.CARRIER,
    }
    right = statement(books, tmp_path, "SF-2,1\n", "1").model_copy(update=later)
    assert books.do(right, at=NOON + timedelta(days=1)).ok


def test_what_is_left_of_a_settlement_waits_or_is_given_up(books: Books, tmp_path: Path) -> None:
    rest = CarryLines(batch="B-0", counterparty=Counterparty.PLATFORM, rest=yuan(7))
    assert books.do(rest).data == {"lines": ["B-0-rest"]}
    assert books.do(statement(books, tmp_path, "B-0-rest,7\n", "7")).ok
    assert books.do(GiveUpRest(batch="B-0", amount=yuan(7), reason="bankrupt")).ok
    with reading(books.engine) as session:
        assert [row.amount for row in session.scalars(select(LedgerEntry))] == [-70_000]


def test_days_are_settled_once(books: Books) -> None:
    def begun(
        number: str, first: int, last: int, whose: Counterparty = Counterparty.CARRIER
    ) -> OpenSettlement:
        days = DateRange(first=TODAY + timedelta(days=first), last=TODAY + timedelta(days=last))
        return OpenSettlement(batch=number, counterparty=whose, period=days)

    assert books.do(begun("B-1", 0, 9), "1.0").ok
    for first, last in ((0, 9), (9, 20), (-5, 0), (-5, 20), (3, 4)):
        assert "settlement B-1 is about" in books.do(begun("B-2", first, last)).reason
    assert books.do(begun("B-2", 10, 20)).ok
    assert books.do(begun("B-3", 0, 9, Counterparty.SUPPLIER)).ok
    assert books.do(GiveUpSettlement(of="1.0"), of="1.0").ok
    assert books.do(begun("B-4", 0, 9)).ok


def test_a_refund_of_an_earlier_period_is_a_line_below_zero(books: Books, tmp_path: Path) -> None:
    books.do(RecordPayment(order="SO-1", amount=yuan(60)), at=NOON - timedelta(days=1))
    books.do(PayRefund(order="SO-1", amount=yuan(15)))
    books.do(RecordPayment(order="SO-2", amount=yuan(40)))
    compared = books.do(statement(books, tmp_path, "SO-1,-15\nSO-2,40\n", "25"))
    assert (compared.ok, compared.data["matched"]) == (True, 2)


def test_what_was_asked_too_much_comes_off_the_next_statement(books: Books, tmp_path: Path) -> None:
    books.do(RecordPayment(order="SO-1", amount=yuan(60)))
    assert not books.do(statement(books, tmp_path, "SO-1,60.50\n", "60.50")).ok
    books.do(CarryLines(batch="B-1", counterparty=Counterparty.PLATFORM))
    later = statement(books, tmp_path, "SO-1,-0.50\n", "-0.50")
    tomorrow = TODAY + timedelta(days=1)
    asked = later.model_copy(update={"batch": "B-2", "period": DateRange(first=tomorrow, last=tomorrow)})
    compared = books.do(asked, at=NOON + timedelta(days=1))
    assert (compared.ok, compared.data["matched"]) == (True, 1)


def test_a_statement_out_of_reach_is_compared_in_all(books: Books) -> None:
    books.do(BookWaybill(order="SO-1", carrier="sf", waybill_no="SF-1", freight=yuan(12)))
    asked = MatchStatement(
        batch="B-1",
        counterparty=Counterparty.CARRIER,
        period=PERIOD,
        statement="file:gone",
        statement_total=yuan(12),
        ledger_total=yuan(12),
    )
    assert books.do(asked).data["matched"] == 1
    assert not books.do(asked.model_copy(update={"statement_total": yuan(13)})).ok


def test_a_later_run_of_pay_replaces_the_one_before(books: Books) -> None:
    pay = BookStaffPay(employee="wang", period="2026-05", parts={"base": yuan(3500), "bonus": yuan(50)})
    assert books.do(pay, "3.1").data == {
        "total": {"amount": "3550.00", "currency": "CNY"},
        "difference": {"amount": "3550.00", "currency": "CNY"},
    }
    corrected = books.do(pay.model_copy(update={"parts": {"base": yuan(3500)}}), "4.1")
    assert corrected.data["difference"] == {"amount": "-50.00", "currency": "CNY"}
    assert books.do(ReverseStaffPay(of="4.1"), of="4.1").ok
    assert books.do(pay).data["difference"] == {"amount": "3550.00", "currency": "CNY"}
    mixed = pay.model_copy(
        update={"parts": {"base": yuan(1), "bonus": Money(amount=Decimal(1), currency="EUR")}}
    )
    assert not books.do(mixed).ok


def test_kind_48_whoever_pays_sees_what_was_paid_before(books: Books) -> None:
    def paid(period: str = "2026-05") -> Money | None:
        with reading(books.engine) as session:
            by = {"employee": "wang", "period": period}
            return books_at(Asked(session, "tmall", NOON))(STAFF_PAID, by)

    assert paid() is None
    pay = BookStaffPay(employee="wang", period="2026-05", parts={"base_pay": yuan(2000), "bonus": yuan(50)})
    books.do(pay, "3.1")
    assert paid() == yuan(50)
    books.do(pay.model_copy(update={"parts": {"base_pay": yuan(2000), "bonus": yuan(20)}}), "4.1")
    assert (paid(), paid("2026-06")) == (yuan(20), None)


def test_what_somebody_is_paid_for_a_month_is_worked_out_once(books: Books) -> None:
    begun = BeginPay(employee="wang", period="2026-05")
    assert books.do(begun, "1.0").ok
    again = books.do(begun)
    assert (again.ok, again.reason) == (
        False,
        "order_fulfilment:tmall:SO-1 works out what wang is paid for 2026-05",
    )
    assert books.do(begun.model_copy(update={"period": "2026-06"})).ok
    assert books.do(begun.model_copy(update={"employee": "li"})).ok
    assert books.do(GiveUpPay(of="1.0"), of="1.0").ok
    assert books.do(begun).ok
