"""A batch of effects on real books: each is done once, whoever performs the batch again, and however it was left."""

from __future__ import annotations

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime, timedelta
from threading import Barrier
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session
from sqlmodel import col

from activities.batches import perform_batch
from activities.messages.contract import Message
from activities.messages.port import Delivery, Letter
from activities.money.contract import RecordPayment
from activities.performing import Done, perform
from activities.stock.contract import FreeStock, IssueStock, Receipt, ReceiveStock, ReserveStock
from cases.done_effects import show_done
from models.database import DatabaseBusy, reading
from models.effect import BatchResult, Effect, EffectBatch, EffectRequest, Outcome
from models.tables import all_tables
from models.tables.cases import EffectRow
from models.tables.money import Entry, OrderAccount
from models.tables.performed import Performed
from models.tables.stock import Movement, Stock
from models.values import SkuQty, yuan
from tests.activities.desk import NOON, Books

CASE = "order_fulfilment:tmall:SO-1"
CUPS = 5
"""On hand before each test."""
RECEIVED = Message(to="SO-1", template="order_received")
PAID = RecordPayment(order="SO-1", amount=yuan(30), payment_no="P-1")


def reserved(cups: int = 2, order: str = "SO-1") -> ReserveStock:
    return ReserveStock(order=order, lines=(SkuQty(sku="cup", qty=cups),))


class Shelf:
    """Books with goods in them, and the read model beside them."""

    def __init__(self, books: Books) -> None:
        self.books = books
        EffectRow.__table__.create(books.engine, checkfirst=True)  # type: ignore[attr-defined]
        self.world = replace(books.world, show=show_done)
        received = ReceiveStock(reference="OPENING", lines=(Receipt(sku="cup", qty=CUPS),))
        assert books.do(received, "opening").ok

    def batch(self, *effects: Effect, first: int = 0, of: dict[int, str] | None = None) -> EffectBatch:
        """The effects of step 2, from place `first` on; `of`: by place, the key of what an undo takes back."""
        keys = of or {}
        return EffectBatch(
            requests=tuple(
                self.books.asking(effect, f"2.{place}", of=keys.get(place, ""))
                for place, effect in enumerate(effects, first)
            )
        )

    def perform(self, batch: EffectBatch) -> BatchResult:
        return perform_batch(self.world, batch)

    def alone(self, batch: EffectBatch) -> Outcome:
        """The only one of this batch, as an activity of its own performs it."""
        (request,) = batch.requests
        return perform(self.world, request)

    def written(self) -> dict[str, list[Any]]:
        """All that stands in any book or journal, table by table; not the read model."""
        with reading(self.books.engine) as session:
            return {
                table.name: sorted((tuple(row) for row in session.execute(select(table))), key=repr)
                for table in all_tables().sorted_tables
                if table.name != EffectRow.__tablename__
            }

    def performed(self) -> dict[str, dict[str, Any] | None]:
        """By key within the case, what the journal knows came of it."""
        with reading(self.books.engine) as session:
            wanted = select(Performed).where(col(Performed.key).startswith(f"{CASE}/2."))
            return {row.key.rpartition("/")[2]: row.outcome for row in session.scalars(wanted)}

    def shown(self) -> list[str]:
        """The keys that the read model shows as done."""
        with reading(self.books.engine) as session:
            return sorted(row.key for row in session.scalars(select(EffectRow)) if row.standing == "done")

    def shown_at(self) -> set[Any]:
        """The moments at which the read model says that they were done."""
        with reading(self.books.engine) as session:
            return {row.ended_at for row in session.scalars(select(EffectRow)) if row.standing == "done"}

    def balance(self) -> tuple[int, int]:
        """Cups on hand and reserved; each is the sum of its entries."""
        with reading(self.books.engine) as session:
            stock = session.get_one(Stock, ("cup", "main"))
            moved = Counter[str]()
            for movement in session.scalars(select(Movement).where(col(Movement.sku) == "cup")):
                moved[movement.bucket] += movement.change
            assert (stock.on_hand, stock.reserved) == (moved["on_hand"], moved["reserved"])
            return stock.on_hand, stock.reserved

    def paid(self) -> int:
        with reading(self.books.engine) as session:
            entries = sum(entry.change for entry in session.scalars(select(Entry)) if entry.side == "paid")
            account = session.get(OrderAccount, ("tmall", "SO-1"))
            assert entries == (account.paid if account else 0)
            return entries


@pytest.fixture
def shelf(books: Books) -> Shelf:
    return Shelf(books)


def keys_of(result: BatchResult) -> list[str]:
    return [key.rpartition("/")[2] for key in result.outcomes]


def oks(result: BatchResult) -> list[bool]:
    return [outcome.ok for outcome in result.outcomes.values()]


ALL_DONE = (PAID, reserved(), RECEIVED, IssueStock(order="SO-1"))


def test_performed_twice_it_tells_the_same_and_changes_the_books_once(shelf: Shelf) -> None:
    batch = shelf.batch(*ALL_DONE)
    first = shelf.perform(batch)
    after_the_first = shelf.written()
    again = shelf.perform(batch)
    assert keys_of(first) == ["2.0", "2.1", "2.2", "2.3"]
    assert oks(first) == [True] * 4
    assert again.outcomes == first.outcomes
    assert shelf.written() == after_the_first
    assert shelf.shown() == ["2.0", "2.1", "2.2", "2.3"]
    assert shelf.shown_at() == {again.at}, "the case hears of the last attempt alone"
    assert shelf.balance() == (CUPS - 2, 0)
    assert shelf.paid() == 300_000
    assert len(shelf.written()["messages"]) == 1


def test_it_comes_to_the_same_as_each_alone(sqlite_books: Books, postgres_books: Books) -> None:
    together, apart = Shelf(sqlite_books), Shelf(postgres_books)
    batch = together.batch(*ALL_DONE)
    result = together.perform(batch)
    alone = {request.key: perform(apart.world, request) for request in batch.requests}
    told = [outcome.model_copy(update={"data": dict(outcome.data)}) for outcome in result.outcomes.values()]
    for one, other in zip(told, alone.values(), strict=True):
        for outcome in (one, other):
            outcome.data.pop("message", None)  # a number that each message has for itself
        assert one == other
    assert together.balance() == apart.balance()
    assert together.paid() == apart.paid()


@pytest.mark.parametrize("done", range(1, 5))
def test_what_an_earlier_attempt_has_done_is_done_no_more(shelf: Shelf, done: int) -> None:
    shelf.perform(shelf.batch(*ALL_DONE[:done]))
    result = shelf.perform(shelf.batch(*ALL_DONE))
    assert oks(result) == [True] * 4
    assert shelf.shown() == ["2.0", "2.1", "2.2", "2.3"]
    assert shelf.balance() == (CUPS - 2, 0)
    assert shelf.paid() == 300_000
    assert len(shelf.written()["messages"]) == 1


@pytest.mark.parametrize("place", range(4))
def test_what_was_done_alone_is_done_no_more_in_a_batch(shelf: Shelf, place: int) -> None:
    goods = place == 3
    if goods:
        shelf.alone(shelf.batch(ALL_DONE[1], first=1))
    first = shelf.alone(shelf.batch(ALL_DONE[place], first=place))
    result = shelf.perform(shelf.batch(*ALL_DONE))
    assert result.outcomes[f"{CASE}/2.{place}"] == first
    assert oks(result) == [True] * 4
    assert shelf.balance() == (CUPS - 2, 0)
    assert shelf.paid() == 300_000


def test_what_a_batch_has_done_is_done_no_more_alone(shelf: Shelf) -> None:
    batch = shelf.batch(*ALL_DONE)
    result = shelf.perform(batch)
    before = shelf.written()
    for request in batch.requests:
        assert perform(shelf.world, request) == result.outcomes[request.key]
        assert shelf.perform(EffectBatch(requests=(request,))).outcomes == {
            request.key: result.outcomes[request.key]
        }
    assert shelf.written() == before


def test_what_a_lost_step_had_asked_for_under_this_key_is_shown_no_more(shelf: Shelf) -> None:
    batch = shelf.batch(reserved(), PAID)
    with shelf.books.write() as session:
        session.add(
            EffectRow(
                case=CASE,
                key="2.0",
                revision=2,
                kind="Lost",
                payload={},
                standing="running",
                at=NOON - timedelta(hours=1),
            )
        )
    shelf.perform(batch)
    with reading(shelf.books.engine) as session:
        row = session.get_one(EffectRow, (CASE, "2.0"))
        assert (row.kind, row.at, row.payload) == ("ReserveStock", NOON, batch.requests[0].payload)


def test_a_no_is_told_and_the_rest_is_done(shelf: Shelf) -> None:
    batch = shelf.batch(PAID, reserved(), reserved(CUPS, order="SO-2"), RECEIVED)
    result = shelf.perform(batch)
    assert oks(result) == [True, True, False, True]
    refused = result.outcomes[f"{CASE}/2.2"]
    assert refused.data["missing"] == [{"sku": "cup", "wanted": CUPS, "free": CUPS - 2}]
    assert shelf.balance() == (CUPS, 2)
    assert shelf.shown() == ["2.0", "2.1", "2.3"], "a case commits its refusals itself"
    before = shelf.written()
    assert shelf.perform(batch).outcomes == result.outcomes
    assert shelf.written() == before


def test_a_no_that_was_tried_again_is_judged_anew(shelf: Shelf) -> None:
    batch = shelf.batch(reserved(CUPS + 1), RECEIVED)
    assert oks(shelf.perform(batch)) == [False, True]
    more = ReceiveStock(reference="MORE", lines=(Receipt(sku="cup", qty=1),))
    assert shelf.books.do(more).ok
    assert oks(shelf.perform(batch)) == [False, True], "the same round is answered as before"
    (refused, _) = batch.requests
    next_round = EffectBatch(requests=(refused.model_copy(update={"round": 1}),))
    assert oks(shelf.perform(next_round)) == [True]
    assert shelf.balance() == (CUPS + 1, CUPS + 1)
    assert oks(shelf.perform(batch)) == [True, True], (
        "a late attempt of the first round finds the second's answer"
    )


def broken(request: EffectRequest) -> EffectRequest:
    """The same, of an order that the message's template can't be filled for: its performer raises."""
    payload = {**request.payload, "template": "no_such_template"}
    return request.model_copy(update={"payload": payload})


def test_an_error_leaves_itself_and_what_comes_after(shelf: Shelf) -> None:
    whole = shelf.batch(PAID, RECEIVED, reserved())
    first, second, third = whole.requests
    result = shelf.perform(EffectBatch(requests=(first, broken(second), third)))
    assert keys_of(result) == ["2.0"]
    assert list(shelf.performed()) == ["2.0"], "what failed has left no trace"
    assert shelf.shown() == ["2.0"]
    assert shelf.balance() == (CUPS, 0)
    with pytest.raises(Exception, match="no_such_template"):
        shelf.perform(EffectBatch(requests=(broken(second),)))
    assert list(shelf.performed()) == ["2.0"]
    result = shelf.perform(whole)
    assert oks(result) == [True] * 3
    assert shelf.paid() == 300_000
    assert shelf.balance() == (CUPS, 2)


def test_an_undo_takes_back_one_of_its_own_batch(shelf: Shelf) -> None:
    batch = shelf.batch(reserved(), PAID, FreeStock(of="2.0"), of={2: "2.0"})
    result = shelf.perform(batch)
    assert oks(result) == [True] * 3
    assert shelf.balance() == (CUPS, 0)
    assert shelf.paid() == 300_000
    before = shelf.written()
    assert shelf.perform(batch).outcomes == result.outcomes
    assert shelf.written() == before


def test_what_was_undone_beforehand_is_never_done_by_a_late_batch(shelf: Shelf) -> None:
    late = shelf.batch(reserved(), PAID)
    shelf.perform(shelf.batch(FreeStock(of="2.0"), first=5, of={5: "2.0"}))
    result = shelf.perform(late)
    assert oks(result) == [False, True]
    assert shelf.balance() == (CUPS, 0)
    assert shelf.shown() == ["2.1", "2.5"]
    assert shelf.paid() == 300_000


def test_a_batch_of_one(shelf: Shelf) -> None:
    batch = shelf.batch(reserved())
    result = shelf.perform(batch)
    assert oks(result) == [True]
    assert shelf.shown() == ["2.0"]
    before = shelf.written()
    assert shelf.perform(batch).outcomes == result.outcomes
    assert shelf.written() == before
    refused = shelf.perform(shelf.batch(reserved(CUPS, order="SO-2"), first=1))
    assert oks(refused) == [False]
    assert shelf.shown() == ["2.0"]


def test_two_that_perform_one_batch_at_once_do_it_once(shelf: Shelf) -> None:
    batches = [shelf.batch(*ALL_DONE), shelf.batch(*ALL_DONE[:2]), shelf.batch(PAID)]
    asked = [batches[0], batches[0], batches[1], batches[2]]
    gate = Barrier(len(asked))

    def do(batch: EffectBatch) -> BatchResult:
        gate.wait()
        return shelf.perform(batch)

    with ThreadPoolExecutor(len(asked)) as pool:
        results = list(pool.map(do, asked))
    for result in results[1:]:
        assert result.outcomes.items() <= results[0].outcomes.items()
    assert oks(results[0]) == [True] * 4
    assert shelf.balance() == (CUPS - 2, 0)
    assert shelf.paid() == 300_000
    assert len(shelf.written()["messages"]) == 1


def test_batches_that_lock_in_other_orders_are_both_done_in_the_end(shelf: Shelf) -> None:
    """PostgreSQL ends one of two that wait for each other. That one has done nothing, and is tried again."""
    goods = (Receipt(sku="cup", qty=100), Receipt(sku="pot", qty=100))
    assert shelf.books.do(ReceiveStock(reference="MORE", lines=goods)).ok

    def reserve(sku: str, order: str) -> ReserveStock:
        return ReserveStock(order=order, lines=(SkuQty(sku=sku, qty=1),))

    def perform(batch: EffectBatch, gate: Barrier) -> list[bool]:
        gate.wait()
        while True:
            try:
                return oks(shelf.perform(batch))
            except DatabaseBusy:
                continue

    for again in range(5):
        gate = Barrier(2)
        batches = [
            shelf.batch(reserve("cup", f"A-{again}"), reserve("pot", f"A-{again}"), first=4 * again),
            shelf.batch(reserve("pot", f"B-{again}"), reserve("cup", f"B-{again}"), first=4 * again + 2),
        ]
        with ThreadPoolExecutor(2) as pool:
            assert list(pool.map(perform, batches, [gate] * 2)) == [[True, True]] * 2
    assert shelf.balance() == (CUPS + 100, 10)
    assert shelf.books.stock("pot").reserved == 10


class Away:
    """Delivery over a network; whoever asks it in a batch is wrong."""

    def reaches(self, channel: str) -> bool:
        raise AssertionError(f"{channel} was asked for within a batch")

    def deliver(self, letter: Letter) -> None:
        raise AssertionError(f"{letter.title} was delivered within a batch")


def test_what_is_asked_over_a_network_is_left_and_named(shelf: Shelf) -> None:
    away = replace(shelf.world, ports=shelf.world.ports.using(Delivery, Away()))
    batch = shelf.batch(PAID, RECEIVED, reserved())
    result = perform_batch(away, batch)
    assert keys_of(result) == ["2.0", "2.2"]
    assert result.outside == ("Message",)
    assert sorted(shelf.performed()) == ["2.0", "2.2"], "nothing was noted of what is left"
    alone = perform_batch(away, EffectBatch(requests=batch.requests[1:2]))
    assert (alone.outcomes, alone.outside) == ({}, ("Message",))


def test_of_a_commit_that_fails_nothing_stays(shelf: Shelf) -> None:
    """As where the process ends before its transaction: the books know nothing of the batch, and it is done later."""
    before = shelf.written()

    class Killed(BaseException):
        """Nobody handles it, as nobody handles a SIGKILL."""

    def die(_session: Session, _done: Done, _at: datetime) -> None:
        raise Killed

    with pytest.raises(Killed):
        perform_batch(replace(shelf.world, show=die), shelf.batch(*ALL_DONE))
    assert shelf.written() == before
    assert oks(shelf.perform(shelf.batch(*ALL_DONE))) == [True] * 4
