"""What after-sales asks the orders' book."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from pydantic import TypeAdapter
from sqlmodel import select

from activities.bookkeeping import write_entry, write_milestones
from activities.catalogue.contract import SetPrice, SetProduct
from activities.members.contract import EarnPoints, SetMember
from activities.milestones.contract import Milestone, MilestoneReached
from activities.money.contract import RecordPayment, RecordRefund
from activities.orders.contract import (
    CheckWithdrawal,
    FindLines,
    LinesQuoted,
    OrderEntry,
    OrderOrigin,
    PaidBackEntry,
    PaidBackLine,
    QuoteRefund,
    QuoteReturn,
    ReserveReplacement,
    ReturnEntry,
)
from activities.orders.reading import on_the_way_back, ordered
from activities.stock.contract import FreeStock, IssueStock, Receipt, ReceiveStock, ReserveStock
from models.database import reading, writing
from models.effect import Outcome
from models.entry import EntrySource
from models.tables.orders import OrderRow
from models.values import NOTHING, Address, LineQty, Money, PricedLine, SkuQty, yuan
from tests.activities.desk import NOON, Books, rows

TWO_CUPS = (LineQty(line=1, qty=2),)
LINES = (
    PricedLine(sku="cup", qty=3, unit_price=yuan(10)),
    PricedLine(sku="cake", qty=1, unit_price=yuan(30)),
)


def an_order(
    books: Books,
    number: str,
    lines: tuple[PricedLine, ...] = LINES,
    *,
    store: str = "tmall",
    phone: str = "",
    customer_no: str = "",
    name: str = "",
    address: Address | None = None,
    origin: OrderOrigin = OrderOrigin.PLACED,
    placed_as: str = "",
    opened_at: datetime = NOON,
    closed_at: datetime | None = None,
    discount: Money = NOTHING,
) -> str:
    """An order in the book, as its case's commits enter it. Returns the case."""
    case = f"order_fulfilment:{store}:{number}"
    entry = OrderEntry(
        order=number,
        origin=origin,
        placed_as=placed_as,
        receiver_name=name,
        phone=phone,
        customer_no=customer_no,
        address=address,
        lines=lines,
        discount=discount,
    )
    with books.write() as session:
        write_entry(session, entry, EntrySource(case, store, opened_at, closed_at))
    return case


def coming_back(books: Books, number: str, order: str, *lines: LineQty) -> None:
    """Goods of an order that a return's case brings back, as its commits enter it."""
    source = EntrySource(f"return_refund:tmall:{number}", "tmall", NOON, None)
    with books.write() as session:
        write_entry(session, ReturnEntry(order=order, lines=lines), source)


def reach(
    books: Books, case: str, revision: int, milestone: Milestone, at: datetime, person: str = "wang"
) -> None:
    """A step of the case that reached this, as its commit tells it."""
    one = MilestoneReached(milestone=milestone, revision=revision, person=person, at=at)
    with books.write() as session:
        store = case.split(":")[1]
        write_milestones(session, [one], case=case, store=store, first=revision)


@pytest.fixture
def order(books: Books) -> str:
    """SO-7: three cups and a cake, paid; signed for a day ago."""
    case = an_order(books, "SO-7", name="Li Lei", phone="1")
    reach(books, case, 9, Milestone.ORDER_SIGNED, NOON - timedelta(days=1), "sf")
    books.do(RecordPayment(order="SO-7", amount=yuan(60)))
    return "SO-7"


def test_a_quote_says_what_was_paid_for_the_lines(books: Books, order: str) -> None:
    quote = books.do(QuoteReturn(order=order, lines=TWO_CUPS))
    assert quote.ok
    assert quote.data == {
        "value": {"amount": "20.00", "currency": "CNY"},
        "left": {"amount": "60.00", "currency": "CNY"},
        "freight": {"amount": "0", "currency": "CNY"},
        "goods": [
            {
                "line": 1,
                "sku": "cup",
                "qty": 2,
                "location": None,
                "value": {"amount": "20.00", "currency": "CNY"},
            }
        ],
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


def test_what_is_on_its_way_back_does_not_come_twice(books: Books, order: str) -> None:
    def can_come_back() -> int:
        fits = (books.do(QuoteReturn(order=order, lines=(LineQty(line=1, qty=n),))).ok for n in range(1, 5))
        return sum(fits)

    coming_back(books, "RT-1", order, *TWO_CUPS)
    coming_back(books, "RT-2", "SO-77", LineQty(line=1, qty=1))
    assert can_come_back() == 1
    coming_back(books, "RT-1", order)
    assert can_come_back() == 3, "the customer kept them"


def test_an_entry_replaces_the_one_before(books: Books) -> None:
    address = Address(province="浙江省", city="杭州市", district="西湖区", street="文三路 1 号")
    an_order(books, "SO-7", phone="1")
    an_order(books, "SO-7", LINES[1:], phone="2", address=address)
    with reading(books.engine) as session:
        found = ordered(session, "tmall", "SO-7")
        assert found is not None
        assert (found.lines, found.receiver["phone"]) == (LINES[1:], "2")
        assert found.receiver["address"] == address.model_dump(mode="json")
        assert ordered(session, "jd", "SO-7") is None


def test_the_same_entry_from_a_history_finds_itself_there(books: Books) -> None:
    an_order(books, "SO-1")
    an_order(books, "SO-2", opened_at=TypeAdapter(datetime).validate_json(f'"{NOON.isoformat()}"'))
    with books.write() as session:
        for row in session.scalars(select(OrderRow)):
            row.phone = "kept, as nothing is written"
    an_order(books, "SO-1", opened_at=TypeAdapter(datetime).validate_json(f'"{NOON.isoformat()}"'))
    an_order(books, "SO-2")
    with reading(books.engine) as session:
        assert {row.phone for row in session.scalars(select(OrderRow))} == {"kept, as nothing is written"}


def test_lines_of_a_return_replace_those_before(books: Books) -> None:
    coming_back(books, "RT-1", "SO-7", LineQty(line=1, qty=1), LineQty(line=1, qty=1), LineQty(line=2, qty=1))
    coming_back(books, "RT-3", "SO-7", LineQty(line=1, qty=1))
    with reading(books.engine) as session:
        assert on_the_way_back(session, "tmall", "SO-7") == {1: 3, 2: 1}
    coming_back(books, "RT-1", "SO-8", LineQty(line=2, qty=1))
    with reading(books.engine) as session:
        assert on_the_way_back(session, "tmall", "SO-7") == {1: 1}
        assert on_the_way_back(session, "tmall", "SO-7", besides="return_refund:tmall:RT-3") == {}


def test_a_step_that_was_lost_has_reached_nothing(books: Books, order: str) -> None:
    case = f"order_fulfilment:tmall:{order}"
    reach(books, case, 10, Milestone.ORDER_SIGNED, NOON)
    with books.write() as session:
        write_milestones(session, [], case=case, store="tmall", first=10)
    with reading(books.engine) as session:
        found = ordered(session, "tmall", order)
        assert found is not None
        assert found.signed_at == NOON - timedelta(days=1)


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
    an_order(books, "SO-9")
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


def test_event_kind_10_what_comes_back_is_worth_what_was_paid(books: Books) -> None:
    an_order(books, "SO-7", (PricedLine(sku="cup", qty=2, unit_price=yuan(100)),), discount=yuan(50))
    one = (LineQty(line=1, qty=1),)
    quoted = books.do(QuoteReturn(order="SO-7", lines=one)).data
    assert quoted["value"] == {"amount": "75.00", "currency": "CNY"}


def test_event_kind_10_pieces_that_come_back_one_by_one_are_worth_all_that_was_paid(books: Books) -> None:
    an_order(books, "SO-8", (PricedLine(sku="cup", qty=3, unit_price=yuan("33.34")),), discount=yuan("0.02"))
    one, values = LineQty(line=1, qty=1), list[Any]()
    for number in ("RT-1", "RT-2", "RT-3"):
        values.append(books.do(QuoteReturn(order="SO-8", lines=(one,))).data["value"])
        coming_back(books, number, "SO-8", one)
    assert values == [{"amount": amount, "currency": "CNY"} for amount in ("33.33", "33.33", "33.34")]


def money_of(outcome: Outcome, name: str) -> str:
    return str(Money.model_validate(outcome.data[name]).amount)


PAIR = (PricedLine(sku="pot", qty=2, unit_price=yuan(100)),)
ONE_POT = (LineQty(line=1, qty=1),)


def a_pair(books: Books, paid: str, lines: tuple[PricedLine, ...] = PAIR) -> None:
    """SO-9: two pots of 100, signed for, and paid with so much."""
    reach(books, an_order(books, "SO-9", lines), 9, Milestone.ORDER_SIGNED, NOON - timedelta(days=1))
    books.do(RecordPayment(order="SO-9", amount=yuan(paid)))


def test_kind_03_a_line_is_worth_its_share_of_what_was_paid(books: Books) -> None:
    a_pair(books, "150")
    assert money_of(books.do(QuoteReturn(order="SO-9", lines=ONE_POT)), "value") == "75.00"
    assert money_of(books.do(QuoteRefund(order="SO-9", lines=ONE_POT)), "value") == "75.00"


def test_kind_01_a_quote_says_what_was_paid_for_each_line(books: Books) -> None:
    lines = (
        PricedLine(sku="cup", qty=2, unit_price=yuan(20)),
        PricedLine(sku="pot", qty=1, unit_price=yuan(60)),
    )
    a_pair(books, "50", lines)
    both = (LineQty(line=1, qty=1), LineQty(line=2, qty=1))
    for ask in (QuoteReturn, QuoteRefund):
        goods = rows(books.do(ask(order="SO-9", lines=both)), "goods")
        assert [row["value"]["amount"] for row in goods] == ["10.00", "30.00"]


def test_kind_01_what_went_back_for_goods_that_are_kept_doesnt_go_back_twice(books: Books) -> None:
    a_pair(books, "200")
    with writing(books.engine) as session:
        entry = PaidBackEntry(order="SO-9", lines=(PaidBackLine(line=1, amount=yuan(60)),))
        source = EntrySource(case="refund_only:tmall:RF-1", store="tmall", opened_at=NOON, closed_at=None)
        for _ in range(2):
            write_entry(session, entry, source)
    assert money_of(books.do(QuoteReturn(order="SO-9", lines=ONE_POT)), "value") == "70.00"
    both = (LineQty(line=1, qty=2),)
    assert money_of(books.do(QuoteReturn(order="SO-9", lines=both)), "value") == "140.00"
    assert money_of(books.do(QuoteRefund(order="SO-9", lines=both)), "value") == "140.00"
    with writing(books.engine) as session:
        write_entry(session, entry.model_copy(update={"lines": ()}), source)
    assert money_of(books.do(QuoteReturn(order="SO-9", lines=ONE_POT)), "value") == "100.00"


def test_the_shares_of_all_lines_add_up_to_what_was_paid(books: Books) -> None:
    three = tuple(PricedLine(sku=sku, qty=1, unit_price=yuan(10)) for sku in ("a", "b", "c"))
    a_pair(books, "10", three)
    shares: list[str] = []
    for line in (1, 2, 3):
        row = LineQty(line=line, qty=1)
        shares.append(money_of(books.do(QuoteReturn(order="SO-9", lines=(row,))), "value"))
        coming_back(books, f"RT-{line}", "SO-9", row)
    assert shares == ["3.34", "3.33", "3.33"]


def test_kind_38_the_delivery_is_quoted_once_all_of_it_comes_back(books: Books) -> None:
    a_pair(books, "208")
    assert money_of(books.do(QuoteReturn(order="SO-9", lines=ONE_POT)), "freight") == "0"
    coming_back(books, "RT-1", "SO-9", *ONE_POT)
    books.do(RecordRefund(order="SO-9", amount=yuan(100), refund_no="1"))
    assert money_of(books.do(QuoteReturn(order="SO-9", lines=ONE_POT)), "freight") == "8.00"


def test_what_is_refunded_needs_not_come_back(books: Books) -> None:
    a_pair(books, "200")
    coming_back(books, "RT-1", "SO-9", LineQty(line=1, qty=2))
    assert not books.do(QuoteReturn(order="SO-9", lines=ONE_POT)).ok
    assert books.do(QuoteRefund(order="SO-9", lines=ONE_POT)).ok
    assert money_of(books.do(QuoteRefund(order="SO-9")), "left") == "200.00"


def test_kind_17_a_quote_says_where_the_goods_left_from(books: Books) -> None:
    a_pair(books, "200")
    books.do(ReceiveStock(reference="PO-1", lines=(Receipt(sku="pot", qty=5, location="north"),)))
    lines = (SkuQty(sku="pot", qty=2),)
    books.do(ReserveStock(order="SO-9", lines=lines))
    books.do(IssueStock(order="SO-9"))
    quote = LinesQuoted.model_validate(books.do(QuoteReturn(order="SO-9", lines=ONE_POT)).data)
    assert [row.location for row in quote.goods] == ["north"]


def test_kind_23_a_shortage_is_found_among_the_lines_of_an_open_order(books: Books) -> None:
    an_order(books, "SO-1")
    first = LINES[0]
    found = books.do(FindLines(order="SO-1", sku=first.sku, qty=first.qty))
    assert (rows(found)[0]["line"], rows(found)[0]["qty"]) == (1, first.qty)
    assert found.data["procedure"] == "order_fulfilment"
    assert not books.do(FindLines(order="SO-1", sku="jug", qty=1)).ok
    more = sum(line.qty for line in LINES if line.sku == first.sku) + 1
    assert not books.do(FindLines(order="SO-1", sku=first.sku, qty=more)).ok
    an_order(books, "SO-2", closed_at=NOON)
    assert books.do(FindLines(order="SO-2", sku=first.sku, qty=1)).reason == "order SO-2 is over"
    assert books.do(FindLines(order="SO-9", sku=first.sku, qty=1)).reason == "there is no order SO-9"
