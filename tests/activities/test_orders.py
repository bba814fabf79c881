"""What after-sales asks the orders' book."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest

from activities.catalogue.contract import SetPrice, SetProduct
from activities.members.contract import EarnPoints, SetMember
from activities.money.contract import RecordPayment
from activities.orders.contract import CheckWithdrawal, QuoteReturn, ReserveReplacement
from activities.stock.contract import FreeStock, Receipt, ReceiveStock
from models.tables.cases import CaseReference, CaseRow, StepRow
from models.values import LineQty, SkuQty, yuan
from tests.activities.desk import NOON, Books

TWO_CUPS = (LineQty(line=1, qty=2),)
LINES = [
    {"sku": "cup", "qty": 3, "unit_price": {"amount": "10.00", "currency": "CNY"}},
    {"sku": "cake", "qty": 1, "unit_price": {"amount": "30.00", "currency": "CNY"}},
]


def a_case(
    books: Books,
    procedure: str,
    subject: str,
    data: dict[str, Any],
    outcome: str | None = None,
    parent: str | None = None,
    store: str = "tmall",
) -> str:
    """A case in the read model, as its commits leave it."""
    case = f"{procedure}:{store}:{subject}"
    memory = {"parent": {"case": parent}} if parent else {}
    with books.write() as session:
        session.add(
            CaseRow(
                id=case,
                procedure=procedure,
                version=1,
                store=store,
                subject=subject,
                revision=1,
                fence=1,
                state="open" if outcome is None else "closed",
                outcome=outcome,
                position=json.dumps({"stages": [], "case": data, "memory": memory}),
                policy="{}",
                stages=[],
                deadlines=[],
                opened_at=NOON,
                changed_at=NOON,
                request="",
                run_id="",
                hash="",
                search="",
            )
        )
        if "order_no" in data:
            session.add(CaseReference(case=case, value=data["order_no"]))
    return case


@pytest.fixture
def order(books: Books) -> str:
    """SO-7: three cups and a cake, paid; signed for a day ago."""
    case = a_case(
        books, "order_fulfilment", "SO-7", {"lines": LINES, "receiver_name": "Li Lei", "phone": "1"}
    )
    with books.write() as session:
        session.add(
            StepRow(
                case=case,
                revision=9,
                event="sign",
                actor="sf",
                roles=[],
                at=NOON - timedelta(days=1),
                before=[],
                after=[],
                followed=[],
                missed=[],
            )
        )
    books.do(RecordPayment(order="SO-7", amount=yuan(60)))
    return "SO-7"


def test_a_quote_says_what_was_paid_for_the_lines(books: Books, order: str) -> None:
    quote = books.do(QuoteReturn(order=order, lines=TWO_CUPS))
    assert quote.ok
    assert quote.data == {
        "value": {"amount": "20.00", "currency": "CNY"},
        "left": {"amount": "60.00", "currency": "CNY"},
        "goods": [{"line": 1, "sku": "cup", "qty": 2}],
        "receiver": {"receiver_name": "Li Lei", "phone": "1", "address": None},
        "trusted": False,
    }


def test_a_buyer_of_the_highest_level_is_trusted(books: Books, order: str) -> None:
    books.do(SetMember(member="M-1", name="Li Lei", level="gold"))
    books.do(EarnPoints(order=order, member="M-1", points=6))
    assert books.do(QuoteReturn(order=order, lines=TWO_CUPS)).data["trusted"] is True


@pytest.mark.parametrize(
    ("number", "lines", "reason"),
    [
        ("SO-8", TWO_CUPS, "there is no order SO-8"),
        ("SO-7", (LineQty(line=3, qty=1),), "order SO-7 has no line 3"),
        ("SO-7", (*TWO_CUPS, *TWO_CUPS), "3 of line 1 of order SO-7 can come back, not 4"),
    ],
    ids=["no order", "no line", "too many"],
)
def test_what_was_not_bought_does_not_come_back(
    books: Books, order: str, number: str, lines: tuple[LineQty, ...], reason: str
) -> None:
    outcome = books.do(QuoteReturn(order=number, lines=lines))
    assert (outcome.ok, outcome.reason) == (False, reason)


@pytest.mark.parametrize(("outcome", "left"), [(None, 1), ("closed", 1), ("expired", 3)])
def test_what_is_on_its_way_back_does_not_come_twice(
    books: Books, order: str, outcome: str | None, left: int
) -> None:
    back = {"order_no": order, "lines": [{"line": 1, "qty": 2}]}
    a_case(books, "return_refund", "RT-1", back, outcome)
    a_case(books, "return_refund", "RT-2", {"order_no": "SO-77", "lines": [{"line": 1, "qty": 1}]})
    assert books.do(QuoteReturn(order=order, lines=(LineQty(line=1, qty=left),))).ok
    assert books.do(QuoteReturn(order=order, lines=(LineQty(line=1, qty=left + 1),))).ok is False


def test_no_reason_is_asked_within_the_days(books: Books, order: str) -> None:
    assert books.do(CheckWithdrawal(order=order, lines=TWO_CUPS, days=1)).ok
    late = books.do(CheckWithdrawal(order=order, lines=TWO_CUPS), at=NOON + timedelta(days=6, seconds=1))
    assert (late.ok, late.reason) == (False, "order SO-7 was signed for more than 7 days ago")
    assert late.data["value"] == {"amount": "20.00", "currency": "CNY"}


def test_some_goods_need_a_reason(books: Books, order: str) -> None:
    books.do(SetProduct(sku="cake", title="Birthday cake", category="fresh"))
    outcome = books.do(CheckWithdrawal(order=order, lines=(LineQty(line=2, qty=1),)))
    assert outcome.reason == "cake is of a kind that doesn't come back without a reason"


def test_an_order_under_way_has_not_been_signed_for(books: Books) -> None:
    a_case(books, "order_fulfilment", "SO-9", {"lines": LINES})
    outcome = books.do(CheckWithdrawal(order="SO-9", lines=TWO_CUPS))
    assert outcome.reason == "order SO-9 hasn't been signed for"


def test_an_exchange_needs_the_same_goods_in_stock(books: Books, order: str) -> None:
    exchange = CheckWithdrawal(order=order, lines=TWO_CUPS, replace=True)
    assert books.do(exchange).reason == "not in stock: 2 of cup (0 free)"
    books.do(ReceiveStock(reference="IN-1", lines=(Receipt(sku="cup", qty=2),)))
    assert books.do(exchange).ok


def test_a_replacement_is_kept_under_its_own_number(books: Books, order: str) -> None:
    books.do(ReceiveStock(reference="IN-1", lines=(Receipt(sku="cup", qty=2), Receipt(sku="pot", qty=1))))
    same = ReserveReplacement(order=order, replacement="EX-1", lines=TWO_CUPS)
    kept = books.do(same, "3.1")
    assert (kept.ok, kept.data["new_value"]) == (True, kept.data["value"])
    assert not books.do(same).ok
    assert books.do(FreeStock(of="3.1"), of="3.1").ok
    assert books.stock("cup").free == 2

    dearer = ReserveReplacement(
        order=order, replacement="EX-2", lines=TWO_CUPS, wanted=(SkuQty(sku="pot", qty=1),)
    )
    assert books.do(dearer).reason == "not every wanted product has a price today"
    assert books.stock("pot").reserved == 0
    books.do(SetProduct(sku="pot", title="Teapot"))
    books.do(SetPrice(sku="pot", price=yuan(45)))
    assert books.do(dearer).data["new_value"] == {"amount": "45.00", "currency": "CNY"}
