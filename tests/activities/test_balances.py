"""Whatever is done in whatever order, twice, or taken back: journals add up to balances, and nothing is negative."""

from __future__ import annotations

import tempfile
from collections import Counter
from pathlib import Path
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule
from sqlalchemy import func, select
from sqlmodel import col

from activities.campaigns.contract import PublishCampaign, UnpublishCampaign
from activities.money.contract import (
    ChargeDifference,
    PayRefund,
    RecordPayment,
    RecordRefund,
    ReturnCharge,
    ReverseBenefits,
    Share,
    SharePayment,
)
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
from models.database import reading
from models.effect import Effect, Undo
from models.tables.money import Entry, OrderAccount, Payment, Refund
from models.tables.stock import Bucket, Claim, ClaimKind, Movement, Stock
from models.values import SkuQty, yuan
from tests.activities.desk import Books, opened

ORDERS = st.sampled_from(["SO-1", "SO-2", "SO-3"])
LOCATIONS = st.sampled_from(["main", "annex", None])
GOODS = st.lists(
    st.builds(SkuQty, sku=st.sampled_from(["cup", "pot"]), qty=st.integers(1, 6)), min_size=1, max_size=3
).map(tuple)
RECEIPTS = st.lists(
    st.builds(
        Receipt,
        sku=st.sampled_from(["cup", "pot"]),
        qty=st.integers(1, 9),
        disposition=st.sampled_from(Disposition),
        location=LOCATIONS,
    ),
    min_size=1,
    max_size=3,
).map(tuple)
AMOUNTS = st.integers(1, 5000).map(lambda fen: yuan(f"{fen // 100}.{fen % 100:02}"))

EFFECTS: list[st.SearchStrategy[Effect]] = [
    st.builds(ReceiveStock, reference=ORDERS, lines=RECEIPTS),
    st.builds(HoldStock, order=ORDERS, lines=GOODS, location=LOCATIONS),
    st.builds(ReserveStock, order=ORDERS, lines=GOODS, location=LOCATIONS, on_top=st.booleans()),
    st.builds(ReleaseLines, order=ORDERS, lines=GOODS),
    st.builds(IssueStock, order=ORDERS),
    st.builds(BackOrder, order=ORDERS, lines=GOODS),
    st.builds(SetAsideStock, campaign=st.just("C-1"), lines=GOODS),
    st.builds(PublishCampaign, campaign=st.just("C-1")),
    st.builds(RecordPayment, order=ORDERS, amount=AMOUNTS, payment_no=st.sampled_from(["", "P-1", "P-2"])),
    st.builds(PayRefund, order=ORDERS, amount=AMOUNTS),
    st.builds(RecordRefund, order=ORDERS, amount=AMOUNTS, refund_no=st.just("R-1")),
    st.builds(ChargeDifference, order=ORDERS, amount=AMOUNTS, reason=st.just("dearer")),
    st.builds(ReverseBenefits, order=ORDERS, amount=AMOUNTS),
    st.builds(
        SharePayment,
        order=ORDERS,
        shares=st.lists(st.builds(Share, order=ORDERS, amount=AMOUNTS), min_size=1, max_size=2).map(tuple),
    ),
]
UNDOS: dict[str, type[Undo]] = {
    "HoldStock": FreeStock,
    "ReserveStock": FreeStock,
    "BackOrder": FreeStock,
    "SetAsideStock": FreeCampaignStock,
    "PublishCampaign": UnpublishCampaign,
    "ChargeDifference": ReturnCharge,
}


class AnyOrder(RuleBasedStateMachine):
    """Effects as a careless world would perform them."""

    def __init__(self) -> None:
        super().__init__()
        self._home = tempfile.TemporaryDirectory()
        self.engine = opened(f"sqlite:///{Path(self._home.name) / 'books.db'}")
        self.books = Books(self.engine)
        self.asked: list[tuple[str, Effect, str]] = []

    def teardown(self) -> None:
        self.engine.dispose()
        self._home.cleanup()

    @rule(effect=st.one_of(EFFECTS))
    def do(self, effect: Effect) -> None:
        self._do(effect, f"{len(self.asked)}.1")

    @rule(pick=st.randoms(use_true_random=False))
    def repeat(self, pick: Any) -> None:
        if self.asked:
            key, effect, of = pick.choice(self.asked)
            before = self._balances()
            self._do(effect, key, of)
            assert self._balances() == before

    @rule(pick=st.randoms(use_true_random=False))
    def undo(self, pick: Any) -> None:
        done = [(key, UNDOS[effect.kind()]) for key, effect, _ in self.asked if effect.kind() in UNDOS]
        if done:
            of, undo = pick.choice(done)
            self._do(undo(of=of), f"{len(self.asked)}.1", of)

    @rule(effect=st.one_of(EFFECTS[1:3]))
    def undo_first(self, effect: Effect) -> None:
        of = f"{len(self.asked)}.9"
        self._do(FreeStock(of=of), f"{len(self.asked)}.1", of)
        before = self._balances()
        self._do(effect, of)
        assert self._balances() == before

    @invariant()
    def journals_add_up(self) -> None:
        with reading(self.engine) as session:
            moved = select(
                col(Movement.sku),
                col(Movement.location),
                col(Movement.bucket),
                func.sum(col(Movement.change)),
            )
            moved = moved.group_by(col(Movement.sku), col(Movement.location), col(Movement.bucket))
            journal = Counter({(sku, place, bucket): n for sku, place, bucket, n in session.execute(moved)})
            kept = Counter[tuple[str, str, str]]()
            for claim in session.scalars(select(Claim)):
                bucket = {"hold": "held", "reservation": "reserved", "set_aside": "set_aside"}.get(claim.kind)
                if bucket:
                    kept[claim.sku, claim.location, bucket] += claim.qty
                assert (claim.kind == ClaimKind.BACK_ORDER) == (claim.location == "")
            for row in session.scalars(select(Stock)):
                assert row.free >= 0
                for bucket in Bucket:
                    if bucket is not Bucket.SCRAPPED:
                        assert getattr(row, bucket) == journal[row.sku, row.location, bucket] >= 0
                for bucket in ("held", "reserved", "set_aside"):
                    assert getattr(row, bucket) == kept[row.sku, row.location, bucket]
            entered = select(col(Entry.order), col(Entry.side), func.sum(col(Entry.change)))
            sums = Counter(
                {
                    (order, side): n
                    for order, side, n in session.execute(entered.group_by(col(Entry.order), col(Entry.side)))
                }
            )
            for account in session.scalars(select(OrderAccount)):
                assert account.left >= 0
                for side in ("paid", "refunded", "shared", "commission_base"):
                    assert getattr(account, side) == sums[account.order, side] >= 0
                payments = session.scalars(
                    select(Payment).where(col(Payment.order) == account.order, col(Payment.state) == "paid")
                ).all()
                assert sum(payment.amount for payment in payments) == account.paid
                assert sum(payment.refunded for payment in payments) == account.refunded + account.shared
                refunds = session.scalars(select(Refund).where(col(Refund.order) == account.order)).all()
                assert sum(refund.amount for refund in refunds) == account.refunded

    def _do(self, effect: Effect, key: str, of: str = "") -> None:
        self.books.do(effect, key, of=of)
        self.asked.append((key, effect, of))

    def _balances(self) -> list[object]:
        with reading(self.engine) as session:
            return [
                [
                    row.model_dump()
                    for row in session.scalars(select(Stock).order_by(col(Stock.sku), col(Stock.location)))
                ],
                [
                    row.model_dump()
                    for row in session.scalars(select(OrderAccount).order_by(col(OrderAccount.order)))
                ],
            ]


AnyOrder.TestCase.settings = settings(max_examples=40, stateful_step_count=40, deadline=None)
TestAnyOrder = AnyOrder.TestCase
