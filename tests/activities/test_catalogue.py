"""Products, prices, campaigns, members: done, undone, put back."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from activities.campaigns.contract import (
    CloseCampaign,
    Compensate,
    CouponQuota,
    PublishCampaign,
    RestorePrices,
    UnpublishCampaign,
    WithdrawSignUp,
)
from activities.catalogue.contract import (
    PriceKind,
    RelistSku,
    SetNotForSale,
    SetPrice,
    SetProduct,
    TakePriceBack,
)
from activities.catalogue.reading import ProductView, products
from activities.members.contract import EarnPoints, IssueCoupon, SetMember, TakePointsBack, VoidCoupon
from activities.members.reading import members
from activities.stock.contract import Receipt, ReceiveStock, ReserveStock, SetAsideStock
from models.database import reading
from models.effect import Effect
from models.tables.campaigns import Campaign, Coupon
from models.values import SkuQty, yuan
from tests.activities.desk import NOON, Books, rows

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
            ("SO-1", 500),
            ("SO-2", 500),
        ]


def test_a_withdrawn_sign_up_is_never_published(books: Books) -> None:
    assert books.do(WithdrawSignUp(campaign="C-1", form_no="F-1")).ok
    assert not books.do(PublishCampaign(campaign="C-1")).ok
    with reading(books.engine) as session:
        assert session.get_one(Campaign, ("tmall", "C-1")).state == "withdrawn"


def test_points_given_are_taken_back_down_to_zero(books: Books) -> None:
    books.do(SetMember(member="M-1", name="Li Lei"))
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
