"""The stock book: every effect done, repeated, undone, undone twice, undone first, refused."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from functools import partial

import pytest

from activities.campaigns.contract import PublishCampaign
from activities.stock.contract import (
    BackOrder,
    Disposition,
    FreeCampaignStock,
    FreeStock,
    HoldStock,
    IssueStock,
    Receipt,
    ReceiveStock,
    ReleaseLines,
    ReserveStock,
    SetAsideStock,
)
from models.effect import Outcome
from models.values import SkuQty
from tests.activities.desk import Books, rows


def lines(*goods: tuple[str, int]) -> tuple[SkuQty, ...]:
    return tuple(SkuQty(sku=sku, qty=qty) for sku, qty in goods)


def fill(books: Books, *goods: tuple[str, int], location: str = "main") -> None:
    receipts = tuple(Receipt(sku=sku, qty=qty, location=location) for sku, qty in goods)
    assert books.do(ReceiveStock(reference="OPENING", lines=receipts)).ok


def balance(books: Books, sku: str, location: str = "main") -> tuple[int, int, int]:
    """On hand, held, reserved."""
    stock = books.stock(sku, location)
    return stock.on_hand, stock.held, stock.reserved


def test_a_hold_becomes_a_reservation_and_leaves(books: Books) -> None:
    fill(books, ("cup", 5))
    assert books.do(HoldStock(order="SO-1", lines=lines(("cup", 2)))).ok
    assert balance(books, "cup") == (5, 2, 0)
    answer = books.do(ReserveStock(order="SO-1", lines=lines(("cup", 2))))
    assert answer.data == {"lines": [{"sku": "cup", "qty": 2, "location": "main"}]}
    assert balance(books, "cup") == (5, 0, 2)
    assert books.do(IssueStock(order="SO-1")).ok
    assert balance(books, "cup") == (3, 0, 0)


@pytest.mark.parametrize("effect", [HoldStock, ReserveStock])
def test_all_lines_or_nothing(books: Books, effect: type[HoldStock | ReserveStock]) -> None:
    fill(books, ("cup", 5), ("pot", 1))
    answer = books.do(effect(order="SO-1", lines=lines(("cup", 1), ("pot", 2))))
    assert answer == Outcome(
        ok=False,
        reason="not in stock: 2 of pot (1 free)",
        data={"missing": [{"sku": "pot", "wanted": 2, "free": 1}]},
    )
    assert balance(books, "cup") == (5, 0, 0)


def test_two_lines_of_one_sku_are_added_up(books: Books) -> None:
    fill(books, ("cup", 3))
    assert not books.do(ReserveStock(order="SO-1", lines=lines(("cup", 2), ("cup", 2)))).ok
    assert books.do(ReserveStock(order="SO-2", lines=lines(("cup", 2), ("cup", 1)))).ok


def test_a_line_comes_from_one_location_and_an_order_too_if_it_can(books: Books) -> None:
    fill(books, ("cup", 2), ("pot", 2))
    fill(books, ("cup", 9), ("pot", 1), location="annex")
    together = books.do(ReserveStock(order="SO-1", lines=lines(("cup", 2), ("pot", 1))))
    assert {line["location"] for line in rows(together)} == {"main"}
    apart = books.do(ReserveStock(order="SO-2", lines=lines(("cup", 5), ("pot", 1))))
    assert {line["location"] for line in rows(apart)} == {"annex"}
    assert not books.do(ReserveStock(order="SO-3", lines=lines(("cup", 5)))).ok
    assert not books.do(ReserveStock(order="SO-3", lines=lines(("cup", 1)), location="main")).ok


def places_of(outcome: Outcome) -> dict[str, str]:
    """Where each SKU comes from."""
    return {row["sku"]: row["location"] for row in rows(outcome)}


def test_a_line_comes_from_where_it_leaves_the_least_behind(books: Books) -> None:
    for location, cups in (("main", 9), ("annex", 4), ("cellar", 5)):
        fill(books, ("cup", cups), location=location)
    fill(books, ("pot", 1), location="attic")
    order = books.do(ReserveStock(order="SO-1", lines=lines(("cup", 4), ("pot", 1))))
    assert places_of(order) == {"cup": "annex", "pot": "attic"}


def test_the_largest_lines_are_placed_first(books: Books) -> None:
    fill(books, ("cup", 5))
    fill(books, ("cup", 3), location="annex")
    order = books.do(ReserveStock(order="SO-1", lines=lines(("cup", 3), ("cup", 5))))
    assert sorted((row["qty"], row["location"]) for row in rows(order)) == [(3, "annex"), (5, "main")]


def test_an_order_takes_the_last_units_and_not_one_more(books: Books) -> None:
    fill(books, ("cup", 3))
    assert not books.do(ReserveStock(order="SO-1", lines=lines(("cup", 4)))).ok
    assert books.do(ReserveStock(order="SO-1", lines=lines(("cup", 3)))).ok
    assert balance(books, "cup") == (3, 0, 3)


def test_goods_come_from_the_main_location_where_it_has_all(books: Books) -> None:
    fill(books, ("cup", 2), location="annex")
    fill(books, ("cup", 9))
    assert places_of(books.do(ReserveStock(order="SO-1", lines=lines(("cup", 2))))) == {"cup": "main"}


def test_a_shortage_says_how_much_is_free_in_the_best_place(books: Books) -> None:
    fill(books, ("cup", 2))
    fill(books, ("cup", 4), location="annex")
    refused = books.do(ReserveStock(order="SO-1", lines=lines(("cup", 5))))
    assert refused.data == {"missing": [{"sku": "cup", "wanted": 5, "free": 4}]}


def test_what_is_reserved_already_counts(books: Books) -> None:
    fill(books, ("cup", 5))
    books.do(ReserveStock(order="SO-1", lines=lines(("cup", 2))))
    assert rows(books.do(ReserveStock(order="SO-1", lines=lines(("cup", 3)))))[0]["qty"] == 1
    assert books.do(ReserveStock(order="SO-1", lines=lines(("cup", 2)), on_top=True)).ok
    assert balance(books, "cup") == (5, 0, 5)


def test_what_is_reserved_counts_for_one_of_two_lines_of_the_same_goods(books: Books) -> None:
    fill(books, ("cup", 5))
    books.do(ReserveStock(order="SO-1", lines=lines(("cup", 2))))
    more = books.do(ReserveStock(order="SO-1", lines=lines(("cup", 2), ("cup", 2))))
    assert [row["qty"] for row in rows(more)] == [2]
    assert balance(books, "cup") == (5, 0, 4)


def test_a_repeat_gives_the_first_outcome(books: Books) -> None:
    fill(books, ("cup", 2))
    effect = ReserveStock(order="SO-1", lines=lines(("cup", 2)))
    first = books.do(effect, "3.1")
    assert first.ok
    assert books.do(effect, "3.1") == first
    refused = books.do(ReserveStock(order="SO-2", lines=lines(("cup", 1))), "4.1")
    fill(books, ("cup", 9))
    assert books.do(ReserveStock(order="SO-2", lines=lines(("cup", 1))), "4.1") == refused
    assert balance(books, "cup") == (11, 0, 2)


@pytest.mark.parametrize("effect", [HoldStock, ReserveStock, BackOrder])
def test_undone_once_and_for_all(books: Books, effect: type[HoldStock | ReserveStock | BackOrder]) -> None:
    fill(books, ("cup", 2))
    asked = effect(order="SO-1", lines=lines(("cup", 2)))
    assert books.do(asked, "3.1").ok
    assert books.do(FreeStock(of="3.1"), "5.1", of="3.1").ok
    assert balance(books, "cup") == (2, 0, 0)
    assert books.do(FreeStock(of="3.1"), "5.1", of="3.1").ok
    assert books.do(FreeStock(of="3.1"), "6.1", of="3.1").ok
    assert books.do(asked, "3.1").ok, "the first outcome, and nothing done again"
    assert balance(books, "cup") == (2, 0, 0)


@pytest.mark.parametrize("effect", [HoldStock, ReserveStock, BackOrder])
def test_undone_before_it_was_done(books: Books, effect: type[HoldStock | ReserveStock | BackOrder]) -> None:
    fill(books, ("cup", 2))
    assert books.do(FreeStock(of="3.1"), "5.1", of="3.1").ok
    late = books.do(effect(order="SO-1", lines=lines(("cup", 2))), "3.1")
    assert (late.ok, late.reason) == (False, "it was taken back before it was done")
    assert balance(books, "cup") == (2, 0, 0)


def test_an_undo_frees_only_what_has_not_left(books: Books) -> None:
    fill(books, ("cup", 5))
    books.do(ReserveStock(order="SO-1", lines=lines(("cup", 3))), "3.1")
    books.do(IssueStock(order="SO-1", lines=lines(("cup", 1))))
    freed = books.do(FreeStock(of="3.1"), "5.1", of="3.1")
    assert freed.data == {"lines": [{"sku": "cup", "qty": 2, "location": "main"}]}
    assert balance(books, "cup") == (4, 0, 0)


def test_some_lines_are_released(books: Books) -> None:
    fill(books, ("cup", 5), ("pot", 1))
    books.do(ReserveStock(order="SO-1", lines=lines(("cup", 3), ("pot", 1))))
    freed = books.do(ReleaseLines(order="SO-1", lines=lines(("cup", 2), ("tea", 1))))
    assert freed.data == {"lines": [{"sku": "cup", "qty": 2, "location": "main"}]}
    assert (balance(books, "cup"), balance(books, "pot")) == ((5, 0, 1), (1, 0, 1))


def test_only_reserved_goods_leave(books: Books) -> None:
    fill(books, ("cup", 5))
    assert books.do(IssueStock(order="SO-1")).reason == "nothing is reserved for order SO-1"
    books.do(ReserveStock(order="SO-1", lines=lines(("cup", 1))))
    refused = books.do(IssueStock(order="SO-1", lines=lines(("cup", 2))))
    assert (refused.ok, refused.data) == (False, {"missing": [{"sku": "cup", "qty": 1}]})
    assert balance(books, "cup") == (5, 0, 1)


def test_goods_return_to_where_they_left_from(books: Books) -> None:
    fill(books, ("cup", 2), location="annex")
    books.do(ReserveStock(order="SO-1", lines=lines(("cup", 2))))
    books.do(IssueStock(order="SO-1"))
    dispositions = (Disposition.SELLABLE, Disposition.DEFECTIVE, Disposition.SCRAP)
    receipts = tuple(
        Receipt(sku="cup", qty=1, disposition=disposition, bin="A-1") for disposition in dispositions
    )
    assert books.do(ReceiveStock(reference="SO-1", lines=receipts)).ok
    annex = books.stock("cup", "annex")
    assert (annex.on_hand, annex.quarantined) == (1, 1)


def test_all_goods_of_an_order_return_each_to_its_own_place(books: Books) -> None:
    fill(books, ("cup", 2), location="annex")
    fill(books, ("pot", 2), location="cellar")
    fill(books, ("cup", 9), location="north")
    for order, cups in (("SO-1", 2), ("SO-2", 9)):
        books.do(ReserveStock(order=order, lines=lines(("cup", cups))))
        books.do(IssueStock(order=order))
    books.do(ReserveStock(order="SO-1", lines=lines(("pot", 2))))
    books.do(IssueStock(order="SO-1"))
    receipts = (Receipt(sku="cup", qty=1), Receipt(sku="pot", qty=2), Receipt(sku="tea", qty=1))
    assert books.do(ReceiveStock(reference="SO-1", lines=receipts)).ok
    kept = {
        (sku, place): books.stock(sku, place).on_hand
        for sku in ("cup", "pot", "tea")
        for place in ("main", "annex", "cellar", "north")
    }
    assert {where: units for where, units in kept.items() if units} == {
        ("cup", "annex"): 1,
        ("pot", "cellar"): 2,
        ("tea", "main"): 1,
    }


def test_a_receipt_fills_back_orders_oldest_first(books: Books) -> None:
    for order, qty in (("SO-1", 2), ("SO-2", 5), ("SO-3", 1)):
        assert books.do(BackOrder(order=order, lines=lines(("cup", qty)))).ok
    received = books.do(ReceiveStock(reference="IN-1", lines=(Receipt(sku="cup", qty=4),)))
    assert [(row["order"], row["qty"]) for row in rows(received, "filled")] == [("SO-1", 2), ("SO-3", 1)]
    assert balance(books, "cup") == (4, 0, 3)
    assert books.do(ReserveStock(order="SO-1", lines=lines(("cup", 2)))).data == {"lines": []}
    assert books.do(IssueStock(order="SO-3")).ok


def test_campaign_stock_sells_while_the_campaign_is_live(books: Books) -> None:
    fill(books, ("cup", 5))
    assert not books.do(SetAsideStock(campaign="C-1", lines=lines(("cup", 6)))).ok
    assert books.do(SetAsideStock(campaign="C-1", lines=lines(("cup", 4))), "9.1").ok
    assert not books.do(ReserveStock(order="SO-1", lines=lines(("cup", 2)))).ok
    assert books.do(PublishCampaign(campaign="C-1")).ok
    assert books.do(ReserveStock(order="SO-1", lines=lines(("cup", 3)))).ok
    stock = books.stock("cup")
    assert (stock.set_aside, stock.reserved, stock.free) == (1, 3, 1)
    freed = books.do(FreeCampaignStock(of="9.1"), of="9.1")
    assert freed.data == {"lines": [{"sku": "cup", "qty": 1, "location": "main"}]}
    assert books.stock("cup").free == 2


def test_many_lines_of_an_order_take_a_campaigns_goods_once(books: Books) -> None:
    fill(books, ("cup", 10))
    assert books.do(SetAsideStock(campaign="C-1", lines=lines(("cup", 4)))).ok
    assert books.do(PublishCampaign(campaign="C-1")).ok
    assert books.do(ReserveStock(order="SO-1", lines=lines(("cup", 3), ("cup", 3), ("cup", 1)))).ok
    stock = books.stock("cup")
    assert (stock.set_aside, stock.reserved, stock.free) == (0, 7, 3)


def test_a_hundred_buyers_of_ten(books: Books) -> None:
    fill(books, ("cup", 10))

    def buy(buyer: int) -> bool:
        order = ReserveStock(order=f"SO-{buyer}", lines=lines(("cup", 1), ("cup", 1)))
        return books.do(order, f"{buyer}.1").ok

    with ThreadPoolExecutor(20) as pool:
        sold = sum(pool.map(buy, range(100)))
    assert sold == 5, "two units each"
    assert balance(books, "cup") == (10, 0, 10)


def test_the_same_effect_twenty_times_at_once(books: Books) -> None:
    fill(books, ("cup", 100))
    effect = ReserveStock(order="SO-1", lines=lines(("cup", 1)), on_top=True)
    with ThreadPoolExecutor(20) as pool:
        outcomes = list(pool.map(partial(books.do, effect), ["7.1"] * 20))
    assert all(outcome == outcomes[0] for outcome in outcomes)
    assert balance(books, "cup") == (100, 0, 1)
