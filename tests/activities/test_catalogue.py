"""Products, prices, campaigns, members: done, undone, put back."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from activities.campaigns.contract import (
    CloseCampaign,
    Compensate,
    CountCampaignStock,
    CouponQuota,
    PublishCampaign,
    ReadCampaign,
    RestorePrices,
    UnpublishCampaign,
    WithdrawSignUp,
)
from activities.catalogue.contract import (
    CheckOrderPrices,
    CheckPrices,
    GoodsCode,
    PriceKind,
    PriceSaid,
    RelistSku,
    SetNotForSale,
    SetPrice,
    SetProduct,
    TakePriceBack,
)
from activities.catalogue.reading import ProductView, product_of, products
from activities.members.contract import EarnPoints, IssueCoupon, SetMember, TakePointsBack, VoidCoupon
from activities.members.reading import members
from activities.purchasing.contract import CostedLine, PostReceipt
from activities.stock.contract import Receipt, ReceiveStock, ReserveStock, SetAsideStock
from models.database import reading
from models.effect import Effect
from models.tables.campaigns import Campaign, Coupon
from models.values import Money, PricedLine, SkuQty, yuan
from tests.activities.desk import NOON, Books, rows
from tests.activities.test_orders import an_order

CUP = SetProduct(sku="cup", title="Porcelain cup")
ONE_CUP = (SkuQty(sku="cup", qty=1),)


def product(books: Books, sku: str = "cup", now: datetime = NOON) -> ProductView:
    with reading(books.engine) as session:
        return products(session, now=now, sku=sku).items[0]


def prices(books: Books, now: datetime = NOON) -> dict[str, str]:
    return {price.kind: str(price.price) for price in product(books, now=now).prices}


def test_a_product_is_put_in_once_and_described_anew(books: Books) -> None:
    assert books.do(CUP).data == {"created": True}
    assert books.do(CUP.model_copy(update={"title": "Blue cup"})).data == {"created": False}
    assert product(books).title == "Blue cup"


def test_a_product_is_described_anew_without_going_off_sale(books: Books) -> None:
    books.do(CUP.model_copy(update={"for_sale": None}))
    assert not product(books).for_sale, "a new one isn't for sale yet"
    books.do(CUP)
    books.do(CUP.model_copy(update={"for_sale": None, "title": "Blue cup"}))
    assert (product(books).for_sale, product(books).title) == (True, "Blue cup")


def test_goods_have_codes_that_stand_for_so_many(books: Books) -> None:
    box = (GoodsCode(code="6901234567892"), GoodsCode(code="BOX-12", qty=12))
    assert books.do(CUP.model_copy(update={"codes": box})).ok
    with reading(books.engine) as session:
        assert product_of(session, "tmall", "BOX-12") == ("cup", 12)
        assert product_of(session, "tmall", "6901234567892") == ("cup", 1)
        assert product_of(session, "tmall", "cup") == ("cup", 1)
        assert product_of(session, "jd", "BOX-12") is None
    assert [code.code for code in product(books).codes] == ["6901234567892", "BOX-12"]


def test_a_code_stands_for_one_product_in_a_store(books: Books) -> None:
    coded = CUP.model_copy(update={"codes": (GoodsCode(code="C-1"),)})
    books.do(coded)
    pot = SetProduct(sku="pot", title="Pot", codes=(GoodsCode(code="C-1"),))
    assert books.do(pot).reason == "code C-1 stands for product cup already"
    assert books.do(pot.model_copy(update={"codes": (GoodsCode(code="cup"),)})).reason == (
        "code cup is another product's number"
    )
    assert books.do(pot, store="jd").ok, "another store's codes are its own"
    assert books.do(CUP).ok, "without codes it keeps those that it has"
    assert books.do(pot).ok is False
    assert books.do(CUP.model_copy(update={"codes": ()})).ok
    assert books.do(pot).ok


def test_sold_out_goods_go_off_sale_until_every_reason_is_gone(books: Books) -> None:
    sold_out = SetNotForSale(sku="cup", reason="sold out")
    assert not books.do(sold_out).ok, "the catalogue doesn't have it"
    books.do(CUP)
    books.do(ReceiveStock(reference="IN-1", lines=(Receipt(sku="cup", qty=1),)))
    assert books.do(sold_out).data == {"changed": False, "free": 1}
    books.do(ReserveStock(order="SO-1", lines=ONE_CUP))
    assert books.do(sold_out, "3.1").data == {"changed": True, "free": 0}
    books.do(SetNotForSale(sku="cup", reason="recalled", only_if_sold_out=False), "4.1")
    assert product(books).off_sale == ("sold out", "recalled")
    assert books.do(RelistSku(of="3.1"), of="3.1").data == {"for_sale": False}
    assert books.do(RelistSku(of="4.1"), of="4.1").data == {"for_sale": True}
    assert product(books).for_sale


def test_one_store_neither_renames_nor_delists_what_another_sells(books: Books) -> None:
    books.do(CUP)
    renamed = CUP.model_copy(update={"title": "Junk", "category": "junk", "for_sale": False})
    coded = renamed.model_copy(update={"codes": (GoodsCode(code="JD-1"),)})
    assert books.do(coded, store="jd").data == {"created": False}
    assert books.do(SetNotForSale(sku="cup", reason="x", only_if_sold_out=False), "4.1", store="jd").ok
    with reading(books.engine) as session:
        (theirs,) = products(session, now=NOON, sku="cup", stores=("tmall",)).items
        (own,) = products(session, now=NOON, sku="cup", stores=("jd",)).items
        assert product_of(session, "jd", "JD-1") == ("cup", 1)
    assert (theirs.title, theirs.category, theirs.for_sale, theirs.off_sale) == (
        "Porcelain cup",
        "",
        True,
        (),
    )
    assert (own.title, own.for_sale, own.off_sale) == ("Porcelain cup", False, ("x",))


def test_the_latest_price_of_a_kind_holds(books: Books) -> None:
    assert not books.do(SetPrice(sku="cup", price=yuan(9))).ok
    books.do(CUP)
    assert books.do(SetPrice(sku="cup", price=yuan(9))).data == {"before": None}
    soon = NOON + timedelta(hours=1)
    books.do(SetPrice(sku="cup", price=yuan(8), since=soon), "3.1")
    assert (prices(books), prices(books, soon)) == ({"list": "9.00 CNY"}, {"list": "8.00 CNY"})
    assert books.do(SetPrice(sku="cup", price=yuan(7), since=soon)).data["before"] == {
        "amount": "8.00",
        "currency": "CNY",
    }
    books.do(TakePriceBack(of="3.1"), of="3.1")
    assert prices(books, soon) == {"list": "7.00 CNY"}


def test_a_campaign_goes_live_and_everything_is_put_back(books: Books) -> None:
    books.do(CUP)
    books.do(SetPrice(sku="cup", price=yuan(9)))
    event = SetPrice(sku="cup", price=yuan(6), price_kind=PriceKind.CAMPAIGN, campaign="C-1")
    books.do(event)
    books.do(event.model_copy(update={"since": NOON + timedelta(days=1)}))
    books.do(ReceiveStock(reference="IN-1", lines=(Receipt(sku="cup", qty=5),)))
    books.do(SetAsideStock(campaign="C-1", lines=(SkuQty(sku="cup", qty=4),)))

    publish = PublishCampaign(
        campaign="C-1", coupons=(CouponQuota(coupon="5OFF", quota=100),), ship_promise_hours=72
    )
    live = books.do(publish, "5.1")
    assert live.data == {"coupons": ["5OFF"], "lines": [{"sku": "cup", "qty": 4}]}
    books.do(ReserveStock(order="SO-1", lines=ONE_CUP))
    books.do(UnpublishCampaign(of="5.1"), of="5.1")
    refused = books.do(ReserveStock(order="SO-2", lines=(SkuQty(sku="cup", qty=2),)))
    assert not refused.ok, "an unpublished event sells nothing"
    assert books.do(publish, "6.1").ok

    closed = books.do(CloseCampaign(campaign="C-1"))
    assert rows(closed) == [{"sku": "cup", "qty": 3, "location": "main"}]
    assert books.stock("cup").free == 4
    assert books.do(RestorePrices(campaign="C-1")).data == {"skus": ["cup"]}
    assert prices(books) == {"list": "9.00 CNY"}
    assert prices(books, NOON + timedelta(days=2)) == {"list": "9.00 CNY"}
    again = books.do(publish)
    assert (again.ok, again.reason) == (False, "campaign C-1 is closed")


def test_buyers_of_an_aborted_campaign_are_compensated_once(books: Books) -> None:
    books.do(ReceiveStock(reference="IN-1", lines=(Receipt(sku="cup", qty=5),)))
    books.do(SetAsideStock(campaign="C-1", lines=(SkuQty(sku="cup", qty=2),)))
    books.do(PublishCampaign(campaign="C-1"))
    for order in ("SO-1", "SO-2"):
        books.do(ReserveStock(order=order, lines=ONE_CUP))
    books.do(ReserveStock(order="SO-3", lines=ONE_CUP))
    sorry = Compensate(campaign="C-1", message="We are sorry", worth=yuan(5))
    assert books.do(sorry, "9.1").data == {"orders": ["SO-1", "SO-2"]}
    assert books.do(sorry, "9.1").data == {"orders": ["SO-1", "SO-2"]}
    with reading(books.engine) as session:
        assert [(coupon.order, coupon.worth) for coupon in session.query(Coupon).order_by("order")] == [
            ("SO-1", 50_000),
            ("SO-2", 50_000),
        ]


def test_a_withdrawn_sign_up_is_never_published(books: Books) -> None:
    assert books.do(WithdrawSignUp(campaign="C-1", form_no="F-1")).ok
    assert not books.do(PublishCampaign(campaign="C-1")).ok
    with reading(books.engine) as session:
        assert session.get_one(Campaign, ("tmall", "C-1")).state == "withdrawn"


def test_points_given_are_taken_back_down_to_zero(books: Books) -> None:
    books.do(SetMember(member="M-1", name="Li Lei"))
    for order in ("SO-1", "SO-2"):
        an_order(books, order)
    books.do(EarnPoints(order="SO-1", member="M-1", points=10), "3.1")
    books.do(EarnPoints(order="SO-2", member="M-1", points=5), "4.1")
    assert books.do(TakePointsBack(of="3.1"), "5.1", of="3.1").data == {"points": 5}
    assert books.do(TakePointsBack(of="3.1"), "6.1", of="3.1").ok
    with reading(books.engine) as session:
        assert members(session, member="M-1").items[0].points == 5


@pytest.mark.parametrize("used", [True, False])
def test_a_coupon_is_void_unless_it_was_used(books: Books, *, used: bool) -> None:
    coupon = str(books.do(IssueCoupon(order="SO-1", worth=yuan(5), reason="late"), "3.1").data["coupon"])
    if used:
        with books.write() as session:
            row = session.get_one(Coupon, coupon)
            row.state, row.used_by = "used", "SO-2"
    assert books.do(VoidCoupon(of="3.1"), of="3.1").ok is not used


@pytest.mark.parametrize(
    ("effect", "undo"),
    [
        (SetPrice(sku="cup", price=yuan(9)), TakePriceBack(of="3.1")),
        (SetNotForSale(sku="cup", reason="recalled", only_if_sold_out=False), RelistSku(of="3.1")),
        (PublishCampaign(campaign="C-1"), UnpublishCampaign(of="3.1")),
        (IssueCoupon(order="SO-1", worth=yuan(5), reason="late"), VoidCoupon(of="3.1")),
    ],
    ids=lambda effect: effect.kind(),
)
def test_undone_before_it_was_done(books: Books, effect: Effect, undo: Effect) -> None:
    books.do(CUP)
    assert books.do(undo, "5.1", of="3.1").ok
    assert books.do(effect, "3.1").reason == "it was taken back before it was done"


def test_kind_05_prices_that_somebody_names_are_held_against_the_book(books: Books) -> None:
    for sku in ("cup", "pot"):
        books.do(SetProduct(sku=sku, title="Porcelain"))
    books.do(SetPrice(sku="cup", price=yuan(20)))
    books.do(SetPrice(sku="cup", price=yuan(18), until=NOON + timedelta(days=1)))
    books.do(PostReceipt(note="IN-1", lines=(CostedLine(sku="cup", qty=5, unit_cost=yuan(7)),)))
    later = NOON + timedelta(days=2)
    asked = (PriceSaid(sku="cup", price=yuan(20)), PriceSaid(sku="pot"))
    found = rows(books.do(CheckPrices(prices=asked), at=later), "prices")
    assert [(row["sku"], row["price"], row["lowest"], row["cost"]) for row in found] == [
        ("cup", *({"amount": amount, "currency": "CNY"} for amount in ("20.00", "18.00", "7.00"))),
        ("pot", None, None, None),
    ]
    differs = books.do(CheckPrices(prices=(PriceSaid(sku="cup", price=yuan("2.05")), PriceSaid(sku="jug"))))
    assert not differs.ok
    assert "cup costs 18.00 CNY by the book, not 2.05 CNY" in differs.reason
    assert "doesn't have product jug" in differs.reason


def test_kind_10_what_a_campaign_has_sold_is_read_from_the_books(books: Books) -> None:
    books.do(ReceiveStock(reference="IN-1", lines=(Receipt(sku="cup", qty=5),)))
    wanted = (SkuQty(sku="cup", qty=8), SkuQty(sku="cake", qty=1))
    counted = books.do(CountCampaignStock(campaign="C-1", lines=wanted))
    assert (rows(counted, "missing"), rows(counted, "free")) == (
        [{"sku": "cake", "qty": 1}, {"sku": "cup", "qty": 3}],
        [{"sku": "cake", "qty": 0}, {"sku": "cup", "qty": 5}],
    )
    books.do(SetAsideStock(campaign="C-1", lines=(SkuQty(sku="cup", qty=4),)))
    books.do(PublishCampaign(campaign="C-1"))
    an_order(books, "SO-1", (PricedLine(sku="cup", qty=2, unit_price=yuan(6)),))
    books.do(ReserveStock(order="SO-1", lines=(SkuQty(sku="cup", qty=2),)))
    assert books.do(ReadCampaign(campaign="C-1")).data == {
        "sold": [{"sku": "cup", "qty": 2}],
        "sales": {"amount": "12.00", "currency": "CNY"},
    }


# --- what orders are sold at


def sold_at(*prices: tuple[str, str]) -> CheckOrderPrices:
    lines = tuple(PricedLine(sku=sku, qty=1, unit_price=yuan(price)) for sku, price in prices)
    return CheckOrderPrices(order="SO-1", lines=lines)


def test_kind_06_a_line_below_the_price_of_the_day_is_told_with_both_figures(books: Books) -> None:
    books.do(CUP)
    books.do(SetPrice(sku="cup", price=yuan(20)))
    assert books.do(sold_at(("cup", "20"))).ok
    assert books.do(sold_at(("cup", "25"), ("unknown", "1"))).ok
    below = books.do(sold_at(("cup", "20"), ("cup", "2")))
    assert not below.ok
    assert rows(below, "doubtful") == [
        {
            "sku": "cup",
            "unit_price": {"amount": "2", "currency": "CNY"},
            "book_price": {"amount": "20.00", "currency": "CNY"},
        }
    ]
    assert "cup at 2.00 CNY, in the book 20.00 CNY" in below.reason


def test_kind_06_a_campaigns_price_counts_while_it_holds(books: Books) -> None:
    books.do(CUP)
    books.do(SetPrice(sku="cup", price=yuan(20)))
    sale = {"sku": "cup", "price": yuan(15), "price_kind": PriceKind.CAMPAIGN}
    books.do(SetPrice.model_validate({**sale, "since": NOON, "until": NOON + timedelta(hours=1)}))
    assert books.do(sold_at(("cup", "15"))).ok
    assert not books.do(sold_at(("cup", "14"))).ok
    assert not books.do(sold_at(("cup", "15")), at=NOON + timedelta(hours=1)).ok


def test_what_has_no_price_in_the_orders_currency_or_store_is_not_judged(books: Books) -> None:
    books.do(CUP)
    assert books.do(sold_at(("cup", "1"))).ok
    books.do(SetPrice(sku="cup", price=Money.model_validate({"amount": "20", "currency": "USD"})))
    books.do(SetPrice(sku="cup", price=yuan(20)), store="jd")
    assert books.do(sold_at(("cup", "1"))).ok


def test_kind_63_a_product_that_has_a_price_keeps_it(books: Books) -> None:
    books.do(SetProduct(sku="jar", title="Jar"))
    first = SetPrice(sku="jar", price=yuan(20), only_if_none=True)
    assert books.do(first, "7.1").data == {"before": None}
    later = first.model_copy(update={"price": yuan(18)})
    assert books.do(later, "7.2").data == {"before": {"amount": "20.00", "currency": "CNY"}}
    assert books.do(first, "7.3").data == {"before": {"amount": "20.00", "currency": "CNY"}}, "not 18"
