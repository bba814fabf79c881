"""Effects that ask the books for more than they allow, each of a book with little in it: what they are refused with.

`tests/procedures/test_amounts.py` sends absurd amounts through the procedures; what asks for one of these effects is
held back here.
"""

from __future__ import annotations

from activities.counts.contract import ShowQuantity
from activities.listings.contract import WayOut, WriteDownStock
from activities.members.contract import AdjustPoints, SetMember, SpendPoints
from activities.money.contract import (
    ChargeDifference,
    PayRefund,
    RecordPayment,
    RecordRefund,
    ReverseBenefits,
    Share,
    SharePayment,
)
from activities.settlement.contract import BookCorrections, Correction
from activities.stock.contract import (
    HoldStock,
    IssueStock,
    Receipt,
    ReceiveStock,
    ReleaseLines,
    ReserveStock,
    SetAsideStock,
)
from activities.trade.contract import DrawCredit, LowerCredit, OpenPriceList, SettleCredit
from models.effect import Effect
from models.values import SkuQty, yuan

ABSURD, MANY = yuan(10**7), 987_654
CUPS, ONE_CUP = (SkuQty(sku="cup", qty=MANY),), SkuQty(sku="cup", qty=1)
FEE = Correction(line="SO-1", amount=ABSURD, reason="?")

THERE: tuple[Effect, ...] = (
    ReceiveStock(reference="D-1", lines=(Receipt(sku="cup", qty=10),)),
    ReserveStock(order="SO-1", lines=(SkuQty(sku="cup", qty=2),)),
    RecordPayment(order="SO-1", amount=yuan(100)),
    SetMember(member="M-1", name="Li Na"),
    OpenPriceList(distributor="D-1", company="South", level="A", payment="30d", credit=yuan(50)),
    DrawCredit(partner="D-1", order="W-0", lines=CUPS, amount=yuan(30)),
)
"""What the books begin with."""

BEYOND: tuple[tuple[Effect, str], ...] = (
    (PayRefund(order="SO-1", amount=ABSURD), "is more than the 100.00 CNY that is left"),
    (RecordRefund(order="SO-1", amount=ABSURD, refund_no="R-1"), "is more than the 100.00 CNY that is left"),
    (
        SharePayment(order="SO-1", shares=(Share(order="SO-1-P1", amount=ABSURD),)),
        "is more than the 100.00 CNY",
    ),
    (ReverseBenefits(order="SO-1", amount=ABSURD), "100.00 CNY was paid for order SO-1"),
    (
        ChargeDifference(order="SO-1", amount=ABSURD, reason="dearer", goods=ONE_CUP),
        "1 of cup cost 20.00 CNY",
    ),
    (HoldStock(order="SO-2", lines=CUPS), "cup"),
    (ReserveStock(order="SO-2", lines=CUPS), "cup"),
    (SetAsideStock(campaign="C-1", lines=CUPS), "cup"),
    (IssueStock(order="SO-1", lines=CUPS), "cup"),
    (WriteDownStock(reference="DL-1", sku="cup", qty=MANY, way=WayOut.SCRAP), "8 of cup are free"),
    (SpendPoints(member="M-1", order="SO-1", points=MANY), "SO-1"),
    (AdjustPoints(member="M-1", delta=MANY, reason="?"), "need the gm"),
    (DrawCredit(partner="D-1", order="W-1", lines=CUPS, amount=ABSURD), "credit doesn't reach"),
    (SettleCredit(partner="D-1", order="W-0", paid=ABSURD, rebate=yuan(0)), "30.00 CNY is owed"),
    (LowerCredit(partner="D-1", order="W-0", amount=ABSURD), "30.00 CNY was drawn"),
    (BookCorrections(batch="B-1", entries=(FEE,)), "line SO-1 isn't open"),
)
"""What is asked for, and a part of what it is refused with."""

NO_MORE: tuple[tuple[Effect, str], ...] = (
    (ReleaseLines(order="SO-1", lines=CUPS), "lines"),
    (ShowQuantity(sku="cup", qty=MANY, reason="?"), "shown"),
)
"""What is done as far as it goes, and what tells how far."""

HELD = frozenset(effect.kind() for effect, _ in (*BEYOND, *NO_MORE))
"""The kinds of effects of which the books keep to what there is."""
