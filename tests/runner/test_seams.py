"""What may come between two moments that are kept: new runs, a rebuild, a reconciliation, an answer that comes late."""

from __future__ import annotations

import random
import threading
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, select
from sqlmodel import SQLModel, col
from temporalio.client import Client, WorkflowHistory
from temporalio.contrib.pydantic import pydantic_data_converter

from activities.configured_ports import open_ports
from activities.money.contract import PayRefund, RecordPayment
from activities.money.port import ChargeRequest, Payments, RefundRequest, Settled
from activities.performers import World as Books
from activities.performing import enter
from activities.queues import activities_of
from cases import rebuild as rebuilding
from cases.client import NoAnswerYet
from cases.done_effects import show_done
from cases.read_model import write
from cases.rebuild import rebuild
from cases.reconcile import Reconciler
from models.database import open_database, reading, writing
from models.effect import Queue
from models.roles import Role
from models.tables import all_tables
from models.tables.cases import EffectRow
from models.tables.money import OrderAccount, Refund
from models.tables.performed import Performed
from models.values import yuan
from tests.runner.conftest import STORE, Shop, World, person
from tests.runner.test_rebuild import contents
from tests.runner.test_runs import runs, short_runs
from workflows.runner.histories import Replayed, replay
from workflows.runner.messages import ActionRequest, Commit

__all__ = ["short_runs"]


def notes(shop: Shop, case: str) -> list[str]:
    return [step.form["note"] for step in shop.steps(case) if step.form]


async def carried(shop: Shop, case: str, note: str) -> Commit | None:
    """An action whose sender dies before it has written anything; what it should have written."""
    message = ActionRequest(event="remark", form={"note": note}, actor=person(Role.CS_AGENT), seen="")
    while True:
        try:
            return (await shop.cases.act(case, message, f"{case} {note}", writes=False)).commit
        except NoAnswerYet:
            continue


async def until_listed(shop: Shop, *cases: str) -> None:
    async def are_listed() -> bool:
        found = shop.client.list_workflows(f"TaskQueue = '{shop.queue}'")
        return {*cases} <= {run.id async for run in found}

    await shop.until(are_listed)


async def rebuilt(shop: Shop, file: Path) -> Engine:
    """A read model made of the histories alone."""
    other = open_database(f"sqlite:///{file}")
    SQLModel.metadata.create_all(other)
    assert not await rebuild(shop.client, other, task_queue=shop.queue, converter=pydantic_data_converter)
    return other


async def reconciled(shop: Shop) -> Any:
    return await Reconciler(shop.cases, pydantic_data_converter, task_queue=shop.queue).look()


# --- new runs


@pytest.mark.parametrize("seed", range(3))
async def test_what_nobody_has_written_is_written_before_a_new_run(
    shop: Shop, short_runs: None, seed: int, tmp_path: Path
) -> None:
    case = await shop.open("plain", "place", Role.CUSTOMER)
    late = [await carried(shop, case, f"{n}") for n in range(30)]
    assert await runs(shop, case) >= 1
    shown = notes(shop, case)
    assert len(shown) >= 15
    assert shown == [f"{n}" for n in range(len(shown))]
    random.Random(seed).shuffle(late)
    for commit in late:
        if commit is not None:
            with writing(shop.engine) as session:
                write(session, commit)
    await shop.act(case, "confirm", Role.CS_AGENT)
    assert notes(shop, case) == [f"{n}" for n in range(30)]
    assert [step.revision for step in shop.steps(case)] == list(range(1, 33))
    assert shop.stages(case) == ["confirmed"]
    await until_listed(shop, case)
    other = await rebuilt(shop, tmp_path / "other.db")
    assert contents(other) == contents(shop.engine)
    other.dispose()


async def test_a_batch_goes_on_in_a_new_run(shop: Shop, short_runs: None) -> None:
    case = await shop.open("gather", "begin", Role.CUSTOMER)
    for n in range(20):
        await shop.act(case, "collect", Role.PICKER, request=f"{case} {n}")
    await shop.until(lambda: [effect.standing for effect in shop.effects(case)] == ["done"] * 60)
    assert await runs(shop, case) >= 1
    assert len(shop.world.done) == 60


# --- meanwhile


async def test_a_reconciliation_and_a_rebuild_while_a_batch_runs(shop: Shop, tmp_path: Path) -> None:
    held = shop.world.hold("Shelve")
    case = await shop.open("gather", "begin", Role.CUSTOMER)
    await shop.act(case, "collect", Role.PICKER)
    await shop.until(lambda: shop.world.waiting == 1)
    await until_listed(shop, case)
    report = await reconciled(shop)
    assert report.unanswered == []
    assert not await rebuild(
        shop.client, shop.engine, task_queue=shop.queue, converter=pydantic_data_converter
    )
    assert [effect.standing for effect in shop.effects(case)] == ["running"] * 3
    held.set()
    await shop.until(lambda: [effect.standing for effect in shop.effects(case)] == ["done"] * 3)
    assert len(shop.world.done) == 3
    await shop.until(lambda: shop.is_idle(case))
    other = await rebuilt(shop, tmp_path / "other.db")
    assert contents(other) == contents(shop.engine)
    other.dispose()


async def test_what_a_batch_has_shown_survives_a_rebuild_of_a_history_that_does_not_know_it_yet(
    shop: Shop,
) -> None:
    """The books and the read model have the batch; its worker was killed before it could tell the case."""
    case = await shop.open("gather", "begin", Role.CUSTOMER)
    held = shop.world.hold("Shelve")
    await shop.act(case, "collect", Role.PICKER)
    await shop.until(lambda: shop.world.waiting == 1)
    await until_listed(shop, case)
    at = datetime.now(UTC)
    with writing(shop.engine) as session:
        for row in session.scalars(select(EffectRow).where(col(EffectRow.case) == case)):
            row.standing, row.outcome, row.ended_at = "done", {"ok": True, "reason": "", "data": {}}, at
    await rebuild(shop.client, shop.engine, task_queue=shop.queue, converter=pydantic_data_converter)
    await shop.cases.commit_again(case)
    assert [effect.standing for effect in shop.effects(case)] == ["done"] * 3
    held.set()
    await shop.until(lambda: len(shop.world.done) == 3)
    await shop.until(lambda: shop.is_idle(case))
    assert [effect.standing for effect in shop.effects(case)] == ["done"] * 3


async def test_a_rebuild_forgets_no_step_that_is_taken_meanwhile(
    shop: Shop, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = await shop.open("plain", "place", Role.CUSTOMER)
    await shop.act(case, "remark", Role.CS_AGENT, note="before")
    await until_listed(shop, case)
    taken: list[str] = []

    async def slowly(history: WorkflowHistory, converter: Any) -> Replayed:
        replayed = await replay(history, converter)
        if not taken:  # the history is read, and nothing of it written
            taken.append("remark")
            await shop.act(case, "remark", Role.CS_AGENT, note="meanwhile")
        return replayed

    monkeypatch.setattr(rebuilding, "replay", slowly)
    await rebuild(shop.client, shop.engine, task_queue=shop.queue, converter=pydantic_data_converter)
    monkeypatch.undo()
    assert notes(shop, case) == ["before", "meanwhile"]
    await shop.act(case, "confirm", Role.CS_AGENT)
    assert shop.log(case) == ["place", "remark", "remark", "confirm"]
    other = await rebuilt(shop, tmp_path / "other.db")
    assert contents(other) == contents(shop.engine)
    other.dispose()


# --- an answer that comes late


class SlowPayments:
    """A provider whose first answer to a key comes once it was asked again: after the first attempt's time."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.paid: dict[str, int] = {}
        self._again = threading.Event()

    def refund(self, request: RefundRequest) -> Settled:
        self.asked.append(request.key)
        self.paid.setdefault(request.key, request.amount)
        if len(self.asked) == 1:
            assert self._again.wait(60)
        self._again.set()
        return Settled(f"R-{request.key}", request.at)

    def charge(self, request: ChargeRequest) -> Settled:
        raise AssertionError("nobody is charged here")

    def find_charge(self, request: ChargeRequest) -> None:
        raise AssertionError("nobody is charged here")


class RealBooks(World):
    """The store's own performers instead of fakes."""

    def __init__(self, world: Books) -> None:
        super().__init__()
        self._performers = activities_of(world)

    def batches(self, engine: Engine) -> Callable[..., Any]:
        (run,) = self._performers[Queue.EFFECTS]
        return run

    def activities(self, *kinds: str) -> list[Callable[..., Any]]:
        return self._performers[Queue.PROVIDERS]


@asynccontextmanager
async def shop_with(client: Client, engine: Engine, queue: str, payments: Payments) -> AsyncGenerator[Shop]:
    all_tables().create_all(engine)
    ports = open_ports()
    world = Books(engine, ports.using(Payments, payments))
    shop = Shop(client, engine, queue)
    shop.world = RealBooks(replace(world, show=show_done))
    async with shop.working():
        yield shop
    engine.dispose()


async def test_a_provider_that_answers_after_the_limit_pays_once(
    temporal_client: Client, engine: Engine, task_queue: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(PayRefund, "timeout", timedelta(seconds=2))
    payments = SlowPayments()
    async with shop_with(temporal_client, engine, task_queue, payments) as shop:
        subject = f"S-{task_queue[-8:]}"
        paid = RecordPayment(order=subject, amount=yuan(30), payment_no="P-1")
        world = Books(engine, open_ports())
        assert enter(world, paid, key="payment", store=STORE, at=datetime.now(UTC)).ok
        case = await shop.open("give_back", "ask", Role.CUSTOMER, subject=subject)
        assert await shop.handle(case).result() == "given"
        assert [effect.standing for effect in shop.effects(case)] == ["done"]
    assert len(payments.asked) >= 2, "it was asked again after its time"
    assert list(payments.paid.values()) == [300_000], "30 yuan in ten-thousandths, under one key"
    with reading(engine) as session:
        assert session.get_one(OrderAccount, (STORE, subject)).refunded == 300_000
        assert len(session.scalars(select(Refund)).all()) == 1
        (journal,) = session.scalars(select(Performed).where(col(Performed.case) == case))
        assert journal.outcome is not None
        assert journal.outcome["ok"]
