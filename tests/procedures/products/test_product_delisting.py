"""Product delisting: every move, every refusal, every limit."""

from __future__ import annotations

from typing import Any

from activities.listings.contract import WriteDownStock
from tests.procedures.paths import Answers, Path, Refused, act, each, untaken, walk
from tests.scenario import Scenario, person
from workflows.language.timing import days
from workflows.procedures.products.product_delisting import ProductDelisting
from workflows.vocabulary import (
    FACTORY_RESIDENT,
    OPS_MANAGER,
    OPS_SPECIALIST,
    PRODUCT_MANAGER,
    WAREHOUSE_KEEPER,
)

GOODS: dict[str, Any] = {"sku": "TEA-1", "stock_left": 12, "open_orders": 0}
DELISTED: dict[str, Any] = {"ads_stopped": True, "links_redirected": True, "campaigns_removed": True}


def new(answers: Answers | None = None) -> Scenario:
    return Scenario(ProductDelisting, subject="TEA-1-shop", answers=answers)


SLOW = act("propose", PRODUCT_MANAGER, **GOODS, reason="slow_moving")
OUT = act("propose", FACTORY_RESIDENT, **GOODS | {"stock_left": 0}, reason="out_of_stock")
BAD = act("propose", OPS_SPECIALIST, **GOODS, reason="quality")
APPROVED = (SLOW, act("approve", OPS_MANAGER))
CLEARING = (*APPROVED, act("start_clearance", OPS_SPECIALIST, clearance_price=9, until="2026-12-10"))
DELIST = act("delist", OPS_SPECIALIST, **DELISTED)
DISPOSE = act("dispose", WAREHOUSE_KEEPER, method="scrap", qty=12)
FINISH = act("finish", OPS_SPECIALIST, checks_done=True)
OFF = ["WithdrawListing", "SetNotForSale"]

PATHS = [
    Path("goods out of stock go at once", (OUT,), "delisted", effects=OFF, missed=[]),
    Path("so do unsafe ones", (BAD,), "delisted", effects=OFF),
    Path("slow ones wait for approval", (SLOW, days(1)), "proposed", effects=[], missed=[]),
    Path("kept on sale", (SLOW, act("refuse", OPS_MANAGER)), "cancelled", effects=[]),
    Path("off sale", (*APPROVED, DELIST), "delisted", effects=OFF),
    Path("cleared, then off sale", (*CLEARING, DELIST), "delisted", effects=["SetPrice", *OFF]),
    Path(
        "written down",
        (*CLEARING, DELIST, DISPOSE),
        "stock_disposal",
        effects=["SetPrice", *OFF, "WriteDownStock"],
    ),
    Path("closed", (BAD, DISPOSE, FINISH), "closed"),
    Path("closed with nothing left", (OUT, FINISH), "closed", effects=OFF),
    Path(
        "back on sale",
        (OUT, act("restock_relist", OPS_SPECIALIST, qty=50)),
        "relisted",
        effects=[*OFF, "RelistSku", "RestoreListing"],
    ),
    Path("back on sale when goods arrive", (OUT, act("restock_relist", qty=50)), "relisted"),
    Path("its last day", (*CLEARING, days(17)), "clearing", missed=[]),
    Path("a long clearance", (*CLEARING, days(18)), "clearing", missed=["clearing"], notified=[OPS_MANAGER]),
]
REFUSALS = [
    Refused("not theirs", (SLOW, act("approve", OPS_SPECIALIST)), "ops_manager"),
    Refused("no urgency", (SLOW, act("urgent_delist", OPS_SPECIALIST)), "out of stock, unsafe"),
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
    Refused("nothing left", (OUT, DISPOSE), "left over"),
    Refused("not so much left", (BAD, act("dispose", WAREHOUSE_KEEPER, method="bundle", qty=13)), "/qty"),
]


@each([*PATHS, *REFUSALS])
def test_product_delisting(line: Path | Refused) -> None:
    line.check(new)


def test_every_way_is_taken() -> None:
    assert untaken(ProductDelisting, new, PATHS) == set()


def test_what_is_written_down_says_how_it_went() -> None:
    (effect,) = walk(new(), (BAD, DISPOSE)).effects(WriteDownStock)
    assert (effect.sku, effect.qty, effect.way) == ("TEA-1", 12, "scrap")
