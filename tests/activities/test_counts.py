"""Counting stock, listings, and goods that leave for good."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from activities.catalogue.contract import SetProduct
from activities.counts.contract import (
    AdjustStock,
    Delta,
    EndFreeze,
    FreezeScope,
    LiftSalesLimit,
    LimitSales,
    ReverseAdjustment,
    ShowQuantity,
)
from activities.listings.contract import (
    PublishListing,
    RestoreListing,
    ReverseWriteDown,
    TakeDownListing,
    WayOut,
    WithdrawListing,
    WriteDownStock,
)
from activities.purchasing.contract import CostedLine, PostReceipt
from activities.stock.contract import BackOrder, Receipt, ReceiveStock, ReserveStock
from models.effect import Effect, Undo
from models.values import SkuQty, yuan
from tests.activities.desk import Books


@pytest.fixture
def stocked(books: Books) -> Books:
    """Ten cups in the main location, of which two are reserved, and three in the annex."""
    for qty, location in ((10, "main"), (3, "annex")):
        books.do(ReceiveStock(reference="IN-1", lines=(Receipt(sku="cup", qty=qty, location=location),)))
    books.do(ReserveStock(order="SO-1", lines=(SkuQty(sku="cup", qty=2),)))
    books.do(PostReceipt(note="IN-2", lines=(CostedLine(sku="cup", qty=1, unit_cost=yuan(5)),)))
    return books


def adjust(main: int, annex: int = 0) -> AdjustStock:
    deltas = (Delta(sku="cup", bin="B-7", delta=main), Delta(sku="cup", bin="annex", delta=annex))
    return AdjustStock(count="CT-1", adjustments=deltas, approved_by="wang")


def test_the_book_takes_over_what_was_counted(stocked: Books) -> None:
    adjusted = stocked.do(adjust(-3, 1), "2.1")
    assert adjusted.data == {
        "value": {"amount": "-10.00", "currency": "CNY"},
        "shop": [{"sku": "cup", "qty": 9}],
    }
    assert (stocked.stock("cup").on_hand, stocked.stock("cup", "annex").on_hand) == (7, 4)
    assert stocked.do(ReverseAdjustment(of="2.1"), of="2.1").ok
    assert (stocked.stock("cup").on_hand, stocked.stock("cup", "annex").on_hand) == (10, 3)


def test_what_is_reserved_is_not_counted_away(stocked: Books) -> None:
    short = stocked.do(adjust(-9))
    assert (short.ok, short.data) == (False, {"missing": [{"sku": "cup", "location": "main", "missing": 1}]})
    assert stocked.stock("cup").on_hand == 10


def test_an_adjustment_is_not_reversed_when_its_goods_were_sold(stocked: Books) -> None:
    stocked.do(adjust(0, 4), "2.1")
    stocked.do(ReserveStock(order="SO-2", lines=(SkuQty(sku="cup", qty=5),), location="annex"))
    refused = stocked.do(ReverseAdjustment(of="2.1"), of="2.1")
    assert (refused.ok, refused.reason) == (False, "cup has been sold or kept since")


def test_a_shop_never_shows_more_than_is_free(stocked: Books) -> None:
    assert stocked.do(ShowQuantity(sku="cup", qty=50, reason="push")).data == {"before": 11, "shown": 11}
    assert stocked.do(ShowQuantity(sku="cup", qty=4, reason="scarce")).data == {"before": 11, "shown": 4}


def test_a_sales_limit_is_lifted(books: Books) -> None:
    assert books.do(LimitSales(sku="cup", rule="two a buyer"), "3.1").data == {"published": True}
    assert books.do(LiftSalesLimit(of="3.1"), of="3.1").ok


PAGE = PublishListing(sku="cup", shop="flagship", title="Porcelain cup", price=yuan(9))
AWAY = WithdrawListing(sku="cup", reason="slow")


def test_a_page_shows_what_is_free_until_it_leaves(stocked: Books) -> None:
    unknown = stocked.do(PAGE)
    assert (unknown.reason, unknown.data["is_unknown"]) == ("the catalogue doesn't have product cup", True)
    stocked.do(SetProduct(sku="cup", title="Porcelain cup"))
    stocked.do(SetProduct(sku="pot", title="Teapot"))
    assert stocked.do(PAGE.model_copy(update={"sku": "pot"})).reason == "none of pot is free to sell"
    assert stocked.do(PAGE, "4.1").data == {"shown": 11}
    stocked.do(BackOrder(order="SO-9", lines=(SkuQty(sku="cup", qty=1),)))
    gone = stocked.do(AWAY, "5.1")
    assert gone.data == {"changed": True, "open_orders": ["SO-1", "SO-9"]}
    assert stocked.do(AWAY, "5.2").data["changed"] is False
    assert stocked.do(PAGE, "6.1").data == {"shown": 11}
    assert stocked.do(RestoreListing(of="5.1"), of="5.1").data == {"shown": None}, "a newer page stands"


def test_kind_45_a_page_that_is_down_for_two_reasons_comes_back_when_both_are_gone(stocked: Books) -> None:
    stocked.do(SetProduct(sku="cup", title="Porcelain cup"))
    stocked.do(PAGE, "4.1")
    stocked.do(AWAY, "5.1")
    stocked.do(AWAY.model_copy(update={"reason": "recalled"}), "5.2")
    assert stocked.do(RestoreListing(of="5.1"), of="5.1").data == {"shown": None}
    assert stocked.do(RestoreListing(of="5.2"), of="5.2").data == {"shown": 11}


def test_kind_47_goods_that_leave_are_off_every_shop_of_the_store(stocked: Books) -> None:
    stocked.do(SetProduct(sku="cup", title="Porcelain cup"))
    other = PAGE.model_copy(update={"shop": "SHOP-2"})
    stocked.do(PAGE, "4.1")
    stocked.do(other, "4.2")
    assert stocked.do(AWAY, "5.1").data["changed"] is True
    assert stocked.do(AWAY, "5.2").data["changed"] is False, "both pages are off already"
    stocked.do(RestoreListing(of="5.2"), of="5.2")
    assert stocked.do(RestoreListing(of="5.1"), of="5.1").data == {"shown": 11}
    assert stocked.do(AWAY, "5.3").data["changed"] is True


def test_kind_45_what_was_taken_back_stays_off_when_a_reason_is_gone(stocked: Books) -> None:
    stocked.do(SetProduct(sku="cup", title="Porcelain cup"))
    stocked.do(PAGE, "4.1")
    assert stocked.do(TakeDownListing(of="4.1"), of="4.1").data == {"changed": True}
    assert stocked.do(AWAY, "5.1").data["changed"] is False
    assert stocked.do(RestoreListing(of="5.1"), of="5.1").data == {"shown": None}


def test_a_page_is_taken_down_unless_something_newer_holds(stocked: Books) -> None:
    stocked.do(SetProduct(sku="cup", title="Porcelain cup"))
    stocked.do(PAGE, "4.1")
    stocked.do(PAGE, "4.2")
    assert stocked.do(TakeDownListing(of="4.1"), of="4.1").data == {"changed": False}
    assert stocked.do(TakeDownListing(of="4.2"), of="4.2").data == {"changed": True}


def test_goods_that_leave_for_good(stocked: Books) -> None:
    down = WriteDownStock(reference="DL-1", sku="cup", qty=10, way=WayOut.OFFLINE_SALE, value=yuan(30))
    assert stocked.do(down, "6.1").data == {"left": 3}
    again = stocked.do(down)
    assert (again.ok, again.data["free"]) == (False, 1)
    assert stocked.do(ReverseWriteDown(of="6.1"), of="6.1").data == {"qty": 10}
    assert stocked.stock("cup").on_hand == 10


def test_kind_08_goods_that_leave_for_good_add_up_to_the_limit(stocked: Books) -> None:
    """Each cost 5 when it last came in."""
    down = WriteDownStock(reference="DL-1", sku="cup", qty=6, way=WayOut.SCRAP, limit=yuan(50))
    assert stocked.do(down, "6.1").ok
    again = stocked.do(down.model_copy(update={"qty": 4}), "6.2")
    assert again.reason == "50.00 CNY is written down: from 50.00 CNY up the gm decides"
    assert (again.data["is_too_much"], again.data["worth"]) == (True, {"amount": "50.00", "currency": "CNY"})
    assert stocked.do(down.model_copy(update={"qty": 3}), "6.3").ok
    assert stocked.do(down.model_copy(update={"qty": 1, "limit": None}), "6.4").ok
    stocked.do(ReceiveStock(reference="IN-9", lines=(Receipt(sku="gift", qty=1, location="main"),)))
    gift = WriteDownStock(reference="DL-2", sku="gift", qty=1, way=WayOut.SCRAP, limit=yuan(50))
    assert stocked.do(gift).reason.startswith("nobody knows how much is written down")


@pytest.mark.parametrize(
    ("effect", "undo"),
    [
        (FreezeScope(count="CT-1", scope=("cup",)), EndFreeze),
        (adjust(-1), ReverseAdjustment),
        (PAGE, TakeDownListing),
        (AWAY, RestoreListing),
        (WriteDownStock(reference="DL-1", sku="cup", qty=1, way=WayOut.SCRAP), ReverseWriteDown),
        (LimitSales(sku="cup", rule="two a buyer"), LiftSalesLimit),
    ],
    ids=lambda effect: effect.kind(),
)
def test_undone_before_it_was_done(stocked: Books, effect: Effect, undo: Callable[..., Undo]) -> None:
    assert stocked.do(undo(of="9.1"), "10.1", of="9.1").ok
    assert stocked.do(effect, "9.1").reason == "it was taken back before it was done"
