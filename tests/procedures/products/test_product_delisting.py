"""Product delisting: every move, every refusal, every limit."""

from __future__ import annotations

from typing import Any

from activities.cases.contract import CancelCase, OpenCase
from activities.listings.contract import CountLeft, WriteDownStock
from tests.procedures.paths import Answers, Path, Refused, act, child, each, messages, untaken, walk, walked
from tests.scenario import Scenario, no, person, yes
from workflows.language.timing import days
from workflows.procedures.products.product_delisting import ProductDelisting
from workflows.vocabulary import (
    CS_SUPERVISOR,
    FACTORY_RESIDENT,
    GM,
    OPS_MANAGER,
    OPS_SPECIALIST,
    PRODUCT_MANAGER,
    PROMOTER,
    WAREHOUSE_KEEPER,
)

GOODS: dict[str, Any] = {"sku": "TEA-1", "stock_left": 12, "open_orders": 0}
DELISTED: dict[str, Any] = {"ads_stopped": True, "links_redirected": True, "campaigns_removed": True}


def new(answers: Answers | None = None) -> Scenario:
    answers = {CountLeft: yes(on_hand=12, free=12), **(answers or {})}
    return Scenario(ProductDelisting, subject="TEA-1-shop", answers=answers)


SLOW = act("propose", PRODUCT_MANAGER, **GOODS, reason="slow_moving")
OUT = act("propose", FACTORY_RESIDENT, **GOODS | {"stock_left": 0}, reason="out_of_stock")
BAD = act("propose", OPS_SPECIALIST, **GOODS, reason="quality")
APPROVED = (SLOW, act("approve", OPS_MANAGER))
CLEARING = (*APPROVED, act("start_clearance", OPS_SPECIALIST, clearance_price=9, until="2026-12-10"))
DELIST = act("delist", OPS_SPECIALIST, **DELISTED)
DISPOSE = act("dispose", WAREHOUSE_KEEPER, method="scrap", qty=12)
FINISH = act("finish", OPS_SPECIALIST, checks_done=True)
OFF = ["CountLeft", "WithdrawListing", "SetNotForSale"]
OFF_LATER = [*OFF, "CountLeft"]
"""What goes after an approval is counted once more."""
GONE: Answers = {CountLeft: yes()}
TOLD = [CS_SUPERVISOR, OPS_MANAGER, PROMOTER]
BACK = act("bring_back", OPS_MANAGER, reason="复检合格")

PATHS = [
    Path(
        "goods out of stock go at once",
        (OUT,),
        "delisted",
        effects=OFF,
        missed=[],
        notified=TOLD,
        answers=GONE,
    ),
    Path("so do unsafe ones", (BAD,), "delisted", effects=OFF),
    Path("slow ones wait for approval", (SLOW, days(1)), "proposed", effects=OFF[:1], missed=[]),
    Path("kept on sale", (SLOW, act("refuse", OPS_MANAGER)), "cancelled", effects=[*OFF[:1], "Message"]),
    Path("off sale", (*APPROVED, DELIST), "delisted", effects=OFF_LATER),
    Path(
        "cleared, then off sale",
        (*CLEARING, DELIST),
        "delisted",
        effects=OFF_LATER,
        opened=["price_change"],
    ),
    Path(
        "its clearance price isn't approved",
        (*CLEARING, child("price_change", "rejected")),
        "approved",
        notified=[OPS_SPECIALIST],
    ),
    Path(
        "written down",
        (*CLEARING, DELIST, DISPOSE),
        "stock_disposal",
        effects=[*OFF_LATER, "WriteDownStock"],
    ),
    Path("unsafe goods that were safe", (BAD, BACK), "relisted", notified=[*TOLD, CS_SUPERVISOR, PROMOTER]),
    Path("some of them scrapped", (BAD, DISPOSE, BACK), "relisted"),
    Path("closed", (BAD, DISPOSE, FINISH), "closed"),
    Path("closed with nothing left", (OUT, FINISH), "closed", effects=OFF, answers=GONE),
    Path(
        "back on sale",
        (OUT, act("restock_relist", OPS_SPECIALIST, qty=50)),
        "relisted",
        effects=[*OFF, "RelistSku", "RestoreListing"],
        answers=GONE,
    ),
    Path("back on sale when goods arrive", (OUT, act("restock_relist", qty=50)), "relisted", answers=GONE),
    Path("still in stock", (OUT,), "cancelled", effects=OFF[:1], notified=[WAREHOUSE_KEEPER]),
    Path("looked at again", (BAD, act("look_again", OPS_SPECIALIST)), "delisted"),
    Path("looked at again later", (BAD, DISPOSE, act("look_again", WAREHOUSE_KEEPER)), "stock_disposal"),
    Path(
        "disposed of in two ways",
        (
            BAD,
            act("dispose", WAREHOUSE_KEEPER, method="scrap", qty=2),
            act("dispose", WAREHOUSE_KEEPER, method="bundle", qty=10),
        ),
        "stock_disposal",
        answers={WriteDownStock: lambda e: yes(left=12 - e.qty)},
    ),
    Path(
        "not written down",
        (BAD, DISPOSE),
        "stock_disposal",
        notified=[*TOLD, WAREHOUSE_KEEPER],
        answers={WriteDownStock: no("4 are free, not 12")},
    ),
    Path(
        "a page without goods for a week",
        (OUT, days(7)),
        "delisted",
        missed=["restocked_in_time"],
        answers=GONE,
    ),
    Path("its last day", (*CLEARING, days(17)), "clearing", missed=[]),
    Path("a long clearance", (*CLEARING, days(18)), "clearing", missed=["clearing"], notified=[OPS_MANAGER]),
]
REFUSALS = [
    Refused("not theirs", (SLOW, act("approve", OPS_SPECIALIST)), "ops_manager"),
    Refused("no urgency", (SLOW, act("urgent_delist", OPS_SPECIALIST)), "out of stock, unsafe"),
    Refused("closed with goods left", (BAD, FINISH), "on hand any more"),
    Refused(
        "closed with orders waiting",
        (BAD, DISPOSE, FINISH),
        "waits for the goods",
        answers={CountLeft: yes(on_hand=12, free=2, open_orders=["SO-1"])},
    ),
    Refused(
        "own proposal",
        (
            act("propose", person(PRODUCT_MANAGER, "li"), **GOODS, reason="season_end"),
            act("approve", person(OPS_MANAGER, "li")),
        ),
        "somebody else",
    ),
    Refused(
        "cleared already",
        (*APPROVED, act("start_clearance", OPS_SPECIALIST, clearance_price=9, until="2026-11-23")),
        "/until",
    ),
    Refused(
        "ads still run",
        (*APPROVED, act("delist", OPS_SPECIALIST, **DELISTED | {"ads_stopped": False})),
        "/ads_stopped",
    ),
    Refused("unsafe goods stay away", (BAD, act("restock_relist", qty=50)), "lack of stock"),
    Refused("nothing left", (OUT, DISPOSE), "left over", answers=GONE),
    Refused("not so much left", (BAD, act("dispose", WAREHOUSE_KEEPER, method="bundle", qty=13)), "/qty"),
]


OFF_SALE = {
    "taken_off_sale to cs_supervisor",
    "taken_off_sale to ops_manager",
    "taken_off_sale to promoter",
}
BACK_ON_SALE = {"back_on_sale to cs_supervisor", "back_on_sale to promoter"}
MESSAGES = {
    "refuse": {"not_approved"},
    "delist": OFF_SALE,
    "left_known": {"still_in_stock to warehouse_keeper", *OFF_SALE},
    "price_refused": {"clearance_refused to ops_specialist"},
    "restock_relist": BACK_ON_SALE,
    "bring_back": {"at_its_end", *BACK_ON_SALE},
    "not_written_down": {"not_written_down to warehouse_keeper"},
}


def test_each_event_sends_its_messages() -> None:
    assert messages(walked(new, PATHS)) == MESSAGES


DEAR: Answers = {WriteDownStock: no("60000 CNY is written down", is_too_much=True)}


def test_kind_08_a_keeper_alone_scraps_no_stock_of_great_worth() -> None:
    """The book says what it is worth; the gm hears of it, and may."""
    case = walk(new(DEAR), (BAD, DISPOSE))
    assert (case.case.stock_left, case.notified[-2:]) == (12, [WAREHOUSE_KEEPER, GM])
    (down,) = walk(new(), (BAD, DISPOSE)).effects(WriteDownStock)
    assert down.limit is not None
    (down,) = walk(new(), (BAD, act("dispose", GM, method="scrap", qty=12))).effects(WriteDownStock)
    assert down.limit is None


@each([*PATHS, *REFUSALS])
def test_product_delisting(line: Path | Refused) -> None:
    line.check(new)


def test_every_way_is_taken() -> None:
    late = {("left_known", stage, stage) for stage in ("approved", "clearing")}  # the book answers late
    assert untaken(ProductDelisting, new, PATHS) == late


def test_what_is_written_down_says_how_it_went() -> None:
    (effect,) = walk(new(), (BAD, DISPOSE)).effects(WriteDownStock)
    assert (effect.sku, effect.qty, effect.way) == ("TEA-1", 12, "scrap")


def test_kind_22_goods_of_which_some_are_free_stay_on_sale() -> None:
    """One piece can't be found, 50 are on the books: nothing is taken down."""
    case = walk(new({CountLeft: yes(on_hand=50, free=50)}), (OUT,))
    assert (case.stage, case.kinds) == ("cancelled", ["CountLeft"])


def test_kind_22_goods_that_are_gone_are_off_sale_and_service_hears_of_it() -> None:
    case = walk(new(GONE), (OUT,))
    assert (case.stage, case.notified) == ("delisted", TOLD)


def test_kind_40_a_delisting_ends_with_nothing_open() -> None:
    left = {CountLeft: yes(on_hand=12, free=2, open_orders=["SO-1"])}
    Refused("", (BAD, FINISH), "on hand any more", answers=left).check(new)
    counts = iter([yes(on_hand=1, open_orders=["SO-1"]), yes()])
    case = walk(new({CountLeft: lambda _: next(counts)}), (BAD,))
    assert "finish" not in case.offers(OPS_SPECIALIST)
    assert walk(case, (act("look_again", OPS_SPECIALIST), FINISH)).stage == "closed"


def test_kind_45_what_was_scrapped_stays_gone() -> None:
    """The manager alone brings unsafe goods back, and what left the store isn't on hand again."""
    case = walk(new(), (BAD, DISPOSE))
    for role in (OPS_SPECIALIST, WAREHOUSE_KEEPER):
        assert not {"stop_case", "bring_back"} & set(case.offers(role))
    undone = {"RelistSku", "RestoreListing", "ReverseWriteDown"} & set(walk(case, (BACK,)).kinds)
    assert undone == {"RelistSku", "RestoreListing"}


def test_kind_35_who_had_goods_taken_off_sale_doesnt_bring_them_back() -> None:
    li = person(OPS_SPECIALIST, "li")
    bad = act("propose", li, **GOODS, reason="quality")
    Refused("", (bad, act("bring_back", person(OPS_MANAGER, "li"), reason="ok")), "somebody else").check(new)


def test_kind_55_a_clearance_price_is_a_price_change() -> None:
    """It has its margin, its approval and its notice there; it ends where the goods go."""
    case = walk(new(), CLEARING)
    (opened,) = case.effects(OpenCase)
    assert (opened.form["reason"], opened.form["skus"][0]["sku"]) == ("clearance", "TEA-1")
    assert (opened.form["skus"][0]["new"]["amount"], opened.form["end"].day) == ("9", 10)
    assert len(walk(case, (DELIST,)).effects(CancelCase)) == 1


def test_kind_56_nothing_of_a_clearance_price_is_late_as_it_begins() -> None:
    """It begins a working day later, so that it is approved and read before, and ends no earlier."""
    friday = (days(4), *APPROVED)
    case = walk(
        new(), (*friday, act("start_clearance", OPS_SPECIALIST, clearance_price=9, until="2026-11-30"))
    )
    (opened,) = case.effects(OpenCase)
    assert case.policy.day_of(opened.form["start"]).isoformat() == "2026-11-30"
    assert opened.form["start"] < opened.form["end"]
    sunday = act("start_clearance", OPS_SPECIALIST, clearance_price=9, until="2026-11-29")
    Refused("before it begins", (*friday, sunday), "2026-11-30").check(new)


def test_kind_40_what_goes_after_an_approval_is_counted_again() -> None:
    """20 have come since it was proposed; and while more is on its way, it isn't over."""
    counts = iter([yes(), yes(on_hand=20, free=20), yes(coming=5), yes()])
    case = walk(new({CountLeft: lambda _: next(counts)}), (*APPROVED, DELIST))
    assert (case.case.stock_left, "finish" in case.offers(OPS_SPECIALIST)) == (20, False)
    look = act("look_again", OPS_SPECIALIST)
    assert "finish" not in walk(case, (look,)).offers(OPS_SPECIALIST)
    assert walk(case, (look, FINISH)).stage == "closed"
