"""Bins: the way past them, and what of an order stands where."""

from __future__ import annotations

from activities.stock.bins import ToPick, pick_list, pick_round
from activities.stock.contract import BinPlace, IssueStock, Receipt, ReceiveStock, ReserveStock, SetBins
from models.database import reading
from models.values import SkuQty
from tests.activities.desk import Books


def picks(books: Books, order: str) -> list[ToPick]:
    with reading(books.engine) as session:
        return pick_list(session, "tmall", order)


def test_an_order_is_picked_along_the_way(books: Books) -> None:
    way = tuple(BinPlace(bin=name, place=place) for place, name in enumerate(("C-1", "A-1", "B-1"), 1))
    assert books.do(SetBins(location="main", bins=way)).data == {"bins": 3}
    for sku, qty, name in (("cup", 3, "A-1"), ("cup", 9, "B-1"), ("pot", 1, "C-1"), ("lid", 1, "")):
        books.do(ReceiveStock(reference="IN", lines=(Receipt(sku=sku, qty=qty, bin=name),)))
    wanted = tuple(SkuQty(sku=sku, qty=qty) for sku, qty in (("lid", 1), ("cup", 5), ("pot", 1)))
    books.do(ReserveStock(order="SO-1", lines=wanted))
    assert picks(books, "SO-1") == [
        ("main", "C-1", "pot", 1),
        ("main", "A-1", "cup", 3),
        ("main", "B-1", "cup", 2),
        ("main", "", "lid", 1),
    ]
    books.do(IssueStock(order="SO-1"))
    books.do(ReserveStock(order="SO-2", lines=(SkuQty(sku="cup", qty=1),)))
    assert picks(books, "SO-2") == [("main", "B-1", "cup", 1)], "the bin that was filled first is empty"


def test_many_orders_are_picked_on_one_way(books: Books) -> None:
    way = tuple(BinPlace(bin=name, place=place) for place, name in enumerate(("A-1", "B-1"), 1))
    books.do(SetBins(location="main", bins=way))
    for sku, qty, name in (("cup", 3, "A-1"), ("cup", 9, "B-1"), ("pot", 2, "A-1")):
        books.do(ReceiveStock(reference="IN", lines=(Receipt(sku=sku, qty=qty, bin=name),)))
    for order, lines in (("SO-1", {"cup": 2}), ("SO-2", {"pot": 1, "cup": 2}), ("SO-3", {"cup": 1})):
        books.do(
            ReserveStock(order=order, lines=tuple(SkuQty(sku=sku, qty=qty) for sku, qty in lines.items()))
        )
    with reading(books.engine) as session:
        found = pick_round(session, "tmall", ["SO-2", "SO-1"])
    assert [(order, pick.bin, pick.sku, pick.qty) for order, pick in found] == [
        ("SO-2", "A-1", "cup", 2),
        ("SO-1", "A-1", "cup", 1),
        ("SO-2", "A-1", "pot", 1),
        ("SO-1", "B-1", "cup", 1),
    ], "the first of the round leaves one cup in the first bin, and the third order isn't of it"


def test_a_bin_stands_once_on_the_way(books: Books) -> None:
    twice = (BinPlace(bin="A-1", place=1), BinPlace(bin="A-1", place=2))
    assert not books.do(SetBins(location="main", bins=twice)).ok
