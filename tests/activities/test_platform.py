"""The shop's platform: which ads run, and what a fault stops."""

from __future__ import annotations

from activities.bookkeeping import write_entry
from activities.platform.contract import (
    AdEntry,
    EarnCoins,
    GiveCoinsBack,
    PauseTraffic,
    ResumeTraffic,
    SpendCoins,
)
from models.entry import EntrySource
from tests.activities.desk import NOON, Books

PAUSE = PauseTraffic(fault="F-1", notice="We are back soon.")


def ads(books: Books, subject: str, *, running: bool, store: str = "tmall") -> None:
    """Ads that a case looks after, as its commits enter them."""
    source = EntrySource(f"ad_optimisation:{store}:{subject}", store, NOON, None)
    with books.write() as session:
        write_entry(session, AdEntry(running=running), source)


def test_a_fault_stops_the_ads_that_run(books: Books) -> None:
    for subject in ("1", "2", "3", "3"):
        ads(books, subject, running=True)
    ads(books, "3", running=False)
    ads(books, "4", running=False)
    ads(books, "5", running=True, store="jd")
    assert books.do(PAUSE, "1.1").data == {"ads": 2}
    ads(books, "1", running=False)
    assert books.do(ResumeTraffic(of="1.1"), of="1.1").data == {"ads": 2}, "as many as stood still"


def test_kind_52_the_first_fault_that_is_mended_starts_no_ads_that_another_pauses(books: Books) -> None:
    ads(books, "1", running=True)
    books.do(PAUSE, "1.1")
    books.do(PAUSE.model_copy(update={"fault": "F-2"}), "2.1")
    assert books.do(ResumeTraffic(of="1.1"), of="1.1").data == {"ads": 0}
    assert books.do(ResumeTraffic(of="2.1"), of="2.1").data == {"ads": 1}


def test_kind_11_only_coins_that_were_earned_are_spent(books: Books) -> None:
    spend = SpendCoins(coins=80, what="slot A")
    refused = books.do(spend)
    assert (refused.reason, refused.data) == ("the account has 0 coins, not 80", {"coins": 0})
    assert books.do(EarnCoins(coins=100, what="a post")).data == {"coins": 100}
    assert books.do(spend, "2.1").data == {"coins": 20}
    assert not books.do(spend).ok
    assert books.do(spend, store="jd").data == {"coins": 0}
    assert books.do(GiveCoinsBack(of="2.1"), of="2.1").data == {"coins": 100}
