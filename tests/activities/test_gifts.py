"""Gifts and coupons that are set aside, handed out, and free again."""

from __future__ import annotations

from activities.audiences.contract import EndGiveaway, HandOutGift, OpenGiveaway
from activities.stock.contract import Receipt, ReceiveStock, ReserveStock
from models.tables.campaigns import Coupon
from models.values import SkuQty
from tests.activities.desk import NOON, Books


def test_gifts_are_kept_and_what_is_left_is_free_again(books: Books) -> None:
    gifts = OpenGiveaway(giveaway="G-1", kind_of="gift", sku="cup", quota=3)
    assert books.do(gifts).reason == "not in stock: 3 of cup (0 free)"
    books.do(ReceiveStock(reference="IN-1", lines=(Receipt(sku="cup", qty=4),)))
    assert books.do(gifts, "2.1").data == {"quota": 3}
    assert not books.do(ReserveStock(order="SO-1", lines=(SkuQty(sku="cup", qty=2),))).ok
    with books.write() as session:
        session.add(
            Coupon(
                coupon="CP-1",
                store="tmall",
                order="SO-1",
                campaign="G-1",
                worth=1,
                currency="CNY",
                key="k",
                at=NOON,
            )
        )
    assert books.do(EndGiveaway(of="2.1"), of="2.1").data == {"coupons": 1, "gifts": 3}
    assert books.stock("cup").free == 4


def test_kind_60_a_gift_that_is_handed_out_leaves_the_stock(books: Books) -> None:
    books.do(ReceiveStock(reference="IN-1", lines=(Receipt(sku="cup", qty=4),)))
    books.do(OpenGiveaway(giveaway="G-1", kind_of="gift", sku="cup", quota=2), "2.1")
    given = HandOutGift(giveaway="G-1", sku="cup", to="C-1")
    assert books.do(given).data == {"left": 1}
    assert (books.stock("cup").on_hand, books.stock("cup").set_aside) == (3, 1)
    assert books.do(given).data == {"left": 0}
    assert books.do(given).reason == "nothing of cup is set aside for G-1 any more"
    assert books.do(EndGiveaway(of="2.1"), of="2.1").data == {"coupons": 0, "gifts": 0}
    assert books.stock("cup").on_hand == 2
