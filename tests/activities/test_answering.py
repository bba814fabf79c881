"""What books answer where a form asks them."""

from __future__ import annotations

import inspect
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from activities import answering
from activities.answerers import Asked, books_at
from activities.carriers.contract import (
    FREIGHT_OF,
    ORDER_OF,
    TARIFF,
    WAYBILL_OF,
    BookWaybill,
    LanePrice,
    RecordShipment,
    SetTariff,
)
from activities.catalogue.contract import (
    CATEGORY,
    LIST_PRICE,
    SALE_PRICE,
    TITLE,
    PriceKind,
    SetPrice,
    SetProduct,
)
from activities.contracts import CONTRACTS
from activities.listings.contract import WAITING_ORDERS
from activities.members.contract import POINTS, AdjustPoints, SetMember
from activities.orders.contract import LINES_VALUE, ORDER_VALUE, PRICE_DIFFERENCE
from activities.platform.contract import COINS, OTHER_PAUSES, EarnCoins, PauseTraffic
from activities.purchasing.contract import (
    AGREED_COST,
    ESTIMATE,
    LAST_COST,
    LAST_TERMS,
    OUTSTANDING,
    SUPPLIER_OF,
    CostedLine,
    PlacePurchase,
    PostReceipt,
)
from activities.stock.contract import (
    BIN,
    COVERS,
    FREE,
    FREE_OF,
    ON_HAND,
    RESERVED,
    SOLD,
    SOLD_OF,
    TO_PICK,
    Receipt,
    ReceiveStock,
    ReserveStock,
)
from activities.suppliers.contract import AdmitSupplier
from activities.trade.contract import CREDIT_LEFT, LEVEL_PRICE, DrawCredit, OpenPriceList
from models.book_reading import BookReading
from models.database import reading
from models.values import Address, LineQty, PricedLine, SkuQty, yuan
from tests.activities.desk import NOON, Books
from tests.activities.test_orders import an_order

ANSWERED = sorted(answering.answered(), key=lambda one: one.name)
QUESTIONS = [one for contract in CONTRACTS for one in vars(contract).values() if isinstance(one, BookReading)]


def asked(books: Books, question: BookReading, **by: Any) -> Any:
    with reading(books.engine) as session:
        return books_at(Asked(session, "tmall", NOON + timedelta(hours=1)))(question, by)


def test_each_question_of_a_contract_has_its_answer() -> None:
    assert {one.name for one in QUESTIONS} == {one.name for one in answering.answered()}
    assert len({one.name for one in QUESTIONS}) == len(set(QUESTIONS))


@pytest.mark.parametrize("question", ANSWERED, ids=[one.name for one in ANSWERED])
def test_an_answer_takes_what_its_question_is_asked_with(question: BookReading) -> None:
    taken = list(inspect.signature(answering.answer_to(question)).parameters)
    assert taken == ["asked", *question.by]


def test_nobody_answers_what_no_book_has(books: Books) -> None:
    with pytest.raises(LookupError, match="nobody answers moon"):
        asked(books, BookReading("moon.phase", by=()))


@pytest.fixture
def filled(books: Books) -> Books:
    """Cups, of which eight came in, two are kept for an order, and five more are expected."""
    for effect in (
        SetProduct(sku="cup", title="Cup", category="ware"),
        SetProduct(sku="pot", title="Pot"),
        SetPrice(sku="cup", price=yuan(20)),
        SetPrice(sku="cup", price=yuan(15), price_kind=PriceKind.CAMPAIGN),
        SetPrice(sku="pot", price=yuan(50)),
        AdmitSupplier(
            supplier="S-1", company="Kilns", contract="K-1", valid_from=date(2026, 1, 1), valid_to=date(2026, 12, 31)
        ),
        PlacePurchase(
            purchase="PO-1", supplier="S-1", contract="K-1", delivery_date=NOON.date(),
            lines=(PricedLine(sku="cup", qty=13, unit_price=yuan(8)),),
        ),
        PostReceipt(note="IN-1", purchase="PO-1", lines=(CostedLine(sku="cup", qty=8, unit_cost=yuan(8)),)),
        ReceiveStock(reference="A", lines=(Receipt(sku="cup", qty=8, bin="A-1"),)),
        ReserveStock(order="SO-1", lines=(SkuQty(sku="cup", qty=2),)),
    ):  # fmt: skip
        assert books.do(effect).ok, effect
    return books


def test_kind_10_a_carriers_tariff_is_by_weight_and_lane(filled: Books) -> None:
    near = Address(province="浙江省", city="杭州市", district="西湖区", street="文三路 1 号")
    far = near.model_copy(update={"province": "新疆维吾尔自治区"})
    prices = (
        LanePrice(first_kg=yuan(15), further_kg=yuan(9)),
        LanePrice(province="浙江省", first_kg=yuan(6), further_kg=yuan(1)),
    )
    assert filled.do(SetTariff(carrier="sf", prices=prices)).ok

    def freight(to: Address, weight: str, parcels: int = 1, carrier: str = "sf") -> Any:
        return asked(filled, TARIFF, carrier=carrier, weight=Decimal(weight), parcels=parcels, to=to)

    assert freight(near, "0.4") == yuan(6)
    assert freight(near, "2.1") == yuan(8), "each kilogram that is begun"
    assert freight(near, "2.1", 2) == yuan(13)
    assert freight(far, "2.1") == yuan(33)
    assert freight(near, "1", carrier="yto") is None


def test_the_stock_says_what_is_there_and_where(filled: Books) -> None:
    lines = (SkuQty(sku="cup", qty=6), SkuQty(sku="pot", qty=1))
    free = asked(filled, FREE, sku="cup")
    assert free == asked(filled, ON_HAND, sku="cup") - 2
    assert asked(filled, FREE, sku="pot") is None
    assert asked(filled, FREE_OF, lines=lines) == [{"sku": "cup", "qty": free}, {"sku": "pot", "qty": 0}]
    assert asked(filled, SOLD, sku="cup") == 0
    assert asked(filled, SOLD_OF, lines=lines) == [{"sku": "cup", "qty": 0}, {"sku": "pot", "qty": 0}]
    assert asked(filled, RESERVED, order="SO-1", sku="cup") == 2
    assert asked(filled, RESERVED, order="SO-1", sku="pot") is None
    assert asked(filled, COVERS, lines=lines[:1])
    assert not asked(filled, COVERS, lines=lines)
    assert asked(filled, BIN, sku="cup") == "A-1"
    assert asked(filled, BIN, sku="pot") is None
    assert asked(filled, TO_PICK, order="SO-1") == [{"sku": "cup", "qty": 2, "bin": "A-1"}]
    assert asked(filled, TO_PICK, order="SO-9") is None
    assert asked(filled, WAITING_ORDERS, sku="cup") == 1


def test_the_catalogue_says_what_goods_are_and_cost(filled: Books) -> None:
    assert (asked(filled, TITLE, sku="cup"), asked(filled, CATEGORY, sku="cup")) == ("Cup", "ware")
    assert (asked(filled, TITLE, sku="jug"), asked(filled, CATEGORY, sku="pot")) == (None, None)
    assert (asked(filled, LIST_PRICE, sku="cup"), asked(filled, SALE_PRICE, sku="cup")) == (
        yuan(20),
        yuan(15),
    )
    assert asked(filled, SALE_PRICE, sku="jug") is None


def test_the_purchases_say_what_was_agreed_and_what_is_to_come(filled: Books) -> None:
    assert asked(filled, LAST_COST, sku="cup") == yuan(8)
    assert asked(filled, AGREED_COST, purchase="PO-1", sku="cup") == yuan(8)
    assert asked(filled, AGREED_COST, purchase="PO-1", sku="pot") is None
    assert asked(filled, AGREED_COST, purchase="PO-9", sku="cup") is None
    assert asked(filled, OUTSTANDING, purchase="PO-1") == [SkuQty(sku="cup", qty=5)]
    assert asked(filled, OUTSTANDING, purchase="PO-9") is None
    assert (asked(filled, SUPPLIER_OF, purchase="PO-1"), asked(filled, SUPPLIER_OF, purchase="X")) == (
        "S-1",
        None,
    )
    assert (asked(filled, LAST_TERMS, supplier="S-1"), asked(filled, LAST_TERMS, supplier="X")) == (
        "on_receipt",
        None,
    )
    assert asked(filled, ESTIMATE, lines=(SkuQty(sku="cup", qty=3),)) == yuan(24)
    assert asked(filled, ESTIMATE, lines=(SkuQty(sku="pot", qty=3),)) is None


def test_the_orders_say_what_was_paid_and_what_another_article_costs_more(filled: Books) -> None:
    an_order(filled, "SO-2", (PricedLine(sku="cup", qty=3, unit_price=yuan(20)),), discount=yuan(6))
    assert asked(filled, ORDER_VALUE, order="SO-2") == yuan(54)
    assert asked(filled, LINES_VALUE, order="SO-2", lines=(LineQty(line=1, qty=1),)) == yuan(18)
    assert asked(filled, LINES_VALUE, order="SO-2", lines=(LineQty(line=2, qty=1),)) is None
    assert asked(filled, LINES_VALUE, order="SO-9", lines=()) is None
    assert asked(filled, ORDER_VALUE, order="SO-9") is None
    dearer = {"order": "SO-2", "sku": "cup", "instead": "pot", "qty": 2}
    assert asked(filled, PRICE_DIFFERENCE, **dearer) == yuan(60)
    assert asked(filled, PRICE_DIFFERENCE, **{**dearer, "sku": "pot"}) is None


def test_carriers_say_whose_a_parcel_is(filled: Books) -> None:
    book = BookWaybill(order="SO-1", carrier="sf", waybill_no="W-1", freight=yuan(9))
    assert filled.do(book).ok
    assert (asked(filled, ORDER_OF, waybill="W-1"), asked(filled, ORDER_OF, waybill="W-2")) == ("SO-1", None)
    assert (asked(filled, FREIGHT_OF, waybill="W-1"), asked(filled, FREIGHT_OF, waybill="W-2")) == (
        yuan(9),
        None,
    )
    assert asked(filled, WAYBILL_OF, order="SO-1") is None
    assert filled.do(RecordShipment(order="SO-1", waybill_no="W-1")).ok
    assert asked(filled, WAYBILL_OF, order="SO-1") == "W-1"


def test_members_partners_and_the_platform_say_what_is_left(filled: Books) -> None:
    for effect in (
        SetMember(member="M-1", name="Li Na"),
        AdjustPoints(member="M-1", delta=120, reason="test"),
        EarnCoins(coins=7, what="post"),
        OpenPriceList(distributor="D-1", company="ACME", level="B", payment="30d", credit=yuan(100)),
        DrawCredit(partner="D-1", order="BO-1", lines=(SkuQty(sku="cup", qty=1),)),
    ):
        assert filled.do(effect).ok, effect
    assert (asked(filled, POINTS, member="M-1"), asked(filled, POINTS, member="M-2")) == (120, None)
    assert asked(filled, COINS) == 7
    for fault in ("F-1", "F-2"):
        assert filled.do(PauseTraffic(fault=fault, notice="soon")).ok
    assert asked(filled, OTHER_PAUSES, fault="F-1") == ("F-2",)
    assert asked(filled, LEVEL_PRICE, partner="D-1", sku="cup") == yuan(16)
    assert asked(filled, LEVEL_PRICE, partner="D-9", sku="cup") == yuan(20)
    assert asked(filled, LEVEL_PRICE, partner="D-1", sku="jug") is None
    assert asked(filled, CREDIT_LEFT, partner="D-1") == yuan(84)
    assert asked(filled, CREDIT_LEFT, partner="D-9") == yuan(0)
