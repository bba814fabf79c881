"""Counts, compared with the book of their own moment, whatever comes and leaves meanwhile."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from activities.catalogue.contract import SetPrice, SetProduct
from activities.counts.contract import (
    AdjustStock,
    CompareCount,
    CountedAt,
    Delta,
    EndFreeze,
    FreezeScope,
)
from activities.stock.contract import IssueStock, Receipt, ReceiveStock, ReserveStock
from models.effect import Outcome
from models.values import SkuQty, yuan
from tests.activities.desk import NOON, Books, rows

LATER = NOON + timedelta(hours=1)
CUPS = FreezeScope(count="CT-1", scope=("cup",))


@pytest.fixture
def stocked(books: Books) -> Books:
    """Ten cups in the main location, of which two are reserved, and three in the annex."""
    for qty, location in ((10, "main"), (3, "annex")):
        books.do(ReceiveStock(reference="IN-1", lines=(Receipt(sku="cup", qty=qty, location=location),)))
    books.do(ReserveStock(order="SO-1", lines=(SkuQty(sku="cup", qty=2),)))
    return books


def sheet(main: int, annex: int, by: str = "li", at: datetime = NOON) -> tuple[CountedAt, ...]:
    return (
        CountedAt(sku="cup", bin="main", counted=main, at=at, by=by),
        CountedAt(sku="cup", bin="annex", counted=annex, at=at, by=by),
    )


def compare(books: Books, *lines: CountedAt) -> Outcome:
    return books.do(CompareCount(count="CT-1", lines=lines), at=LATER + timedelta(hours=1))


def test_the_book_says_what_is_to_be_counted(stocked: Books) -> None:
    assert rows(stocked.do(CUPS, "1.1")) == [
        {"sku": "cup", "bin": "annex", "qty": 3},
        {"sku": "cup", "bin": "main", "qty": 10},
    ]
    assert compare(stocked, *sheet(10, 3)).ok


def test_a_count_is_compared_with_the_book_of_its_own_moment(stocked: Books) -> None:
    stocked.do(CUPS, "1.1")
    stocked.do(ReceiveStock(reference="IN-3", lines=(Receipt(sku="cup", qty=5),)), at=LATER)
    stocked.do(IssueStock(order="SO-1"), at=LATER)
    assert compare(stocked, *sheet(10, 3)).ok, "before they came and left"
    assert compare(stocked, *sheet(13, 3, at=LATER)).ok, "after that"
    differs = compare(stocked, *sheet(12, 3, at=LATER))
    (row,) = rows(differs, "differences")
    assert (row["book"], row["counted"], row["delta"]) == (13, 12, -1)
    took = AdjustStock(count="CT-1", adjustments=(Delta(sku="cup", bin="main", delta=-1),), approved_by="gm")
    assert stocked.do(took).ok
    assert stocked.stock("cup").on_hand == 12


def test_kind_08_two_counts_that_differ_are_both_told(stocked: Books) -> None:
    stocked.do(CUPS, "1.1")
    wrong, right = sheet(9, 3, "li"), sheet(10, 3, "wang")
    told = compare(stocked, *wrong, *right)
    assert told.ok, "the last count equals the book"
    (row,) = rows(told, "disputed")
    assert [(one["by"], one["counted"], one["book"]) for one in row["counts"]] == [
        ("li", 9, 10),
        ("wang", 10, 10),
    ]
    assert row["kept"] == 2
    third = compare(stocked, *wrong, *right, *sheet(10, 3, "zhao"))
    assert rows(third, "disputed") == []


def test_counts_before_and_after_a_movement_dont_differ(stocked: Books) -> None:
    stocked.do(CUPS, "1.1")
    stocked.do(IssueStock(order="SO-1"), at=LATER)
    after = LATER + timedelta(minutes=1)
    assert rows(compare(stocked, *sheet(10, 3, "li"), *sheet(8, 3, "wang", after)), "disputed") == []


def test_kind_08_what_nobody_counted_is_a_difference_too(stocked: Books) -> None:
    stocked.do(CUPS, "1.1")
    (missing,) = rows(compare(stocked, sheet(10, 3)[0]), "differences")
    assert (missing["bin"], missing["delta"]) == ("annex", -3)


def test_kind_08_goods_that_never_came_in_on_a_note_are_worth_their_price(books: Books) -> None:
    books.do(SetProduct(sku="pot", title="Pot"))
    books.do(SetPrice(sku="pot", price=yuan(250)))
    books.do(ReceiveStock(reference="IN-1", lines=(Receipt(sku="pot", qty=200),)))
    books.do(FreezeScope(count="CT-1", scope=("pot",)))
    (missing,) = rows(
        compare(books, CountedAt(sku="pot", bin="main", counted=80, at=NOON, by="li")), "differences"
    )
    assert (missing["delta"], missing["unit_value"]["amount"]) == (-120, "250.00")


def test_goods_that_nobody_was_to_count_are_held_against_the_book_all_the_same(stocked: Books) -> None:
    stocked.do(ReceiveStock(reference="IN-4", lines=(Receipt(sku="pot", qty=4),)))
    stocked.do(CUPS, "1.1")
    found = CountedAt(sku="pot", bin="main", counted=4, at=NOON, by="li")
    assert compare(stocked, *sheet(10, 3), found).ok


def test_a_code_that_no_product_has_is_no_find(stocked: Books) -> None:
    stocked.do(CUPS, "1.1")
    typo = CountedAt(sku="cpu", bin="main", counted=4, at=NOON, by="li")
    told = compare(stocked, *sheet(10, 3), typo)
    assert (told.ok, told.reason) == (False, "there is no product cpu")


def test_a_bin_is_counted_with_all_that_its_location_has_of_its_goods(stocked: Books) -> None:
    stocked.do(ReceiveStock(reference="IN-5", lines=(Receipt(sku="pot", qty=4, bin="A-1"),)))
    assert rows(stocked.do(FreezeScope(count="CT-1", scope=("A-1",)), "1.1")) == [
        {"sku": "pot", "bin": "main", "qty": 4}
    ]
    assert compare(stocked, CountedAt(sku="pot", bin="A-1", counted=4, at=NOON, by="li")).ok
    assert stocked.do(FreezeScope(count="CT-2", scope=("pot",))).reason == "count CT-1 holds pot"


def test_what_the_books_dont_know_isnt_counted(stocked: Books) -> None:
    told = stocked.do(FreezeScope(count="CT-1", scope=("cup", "A-9")))
    assert (told.ok, told.reason) == (False, "there is no bin, location or product A-9")


def test_stock_is_the_companys_whichever_store_counts_it(stocked: Books) -> None:
    assert stocked.do(CUPS, "1.1").ok
    other = FreezeScope(count="CT-2", scope=("cup",))
    assert stocked.do(other, store="jd").reason == "count CT-1 holds cup"


def test_goods_found_in_another_location_stay_there(stocked: Books) -> None:
    stocked.do(ReceiveStock(reference="IN-4", lines=(Receipt(sku="pot", qty=4),)))
    found = AdjustStock(count="CT-1", adjustments=(Delta(sku="pot", bin="annex", delta=1),), approved_by="gm")
    assert stocked.do(found).ok
    assert (stocked.stock("pot").on_hand, stocked.stock("pot", "annex").on_hand) == (4, 1)


@pytest.mark.parametrize("scope", ["cup", "all"])
def test_what_one_count_holds_no_other_takes(stocked: Books, scope: str) -> None:
    stocked.do(CUPS, "1.1")
    other = FreezeScope(count="CT-2", scope=(scope,))
    assert stocked.do(other).reason == f"count CT-1 holds {scope}"
    assert stocked.do(EndFreeze(of="1.1"), of="1.1").data == {"scope": ["cup"]}
    assert stocked.do(other).ok


def test_a_count_that_froze_nothing(books: Books) -> None:
    assert compare(books, *sheet(1, 1)).reason == "count CT-1 has frozen nothing"
