"""Rounds in which a few orders are played while processes are killed; after each, everything is counted."""

from __future__ import annotations

import asyncio
import random
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, select, text
from sqlmodel import col
from temporalio.client import Client

from cases.client import CaseClient
from cases.connection import connect, data_converter
from cases.errors import CaseNotRunning, NoAnswerYet
from cases.rebuild import rebuild
from cases.reconcile import Reconciler
from cases.signing import SigningKeys
from demo.orders import Order, read_orders
from demo.play import Played, Player
from demo.remote import Remote
from demo.store import Store
from models.database import open_database, reading
from models.migrate import upgrade
from models.tables.cases import CaseReference, CaseRow, EffectRow, LinkRow, StepRow, Task
from models.tables.messages import MessageRow
from models.tables.milestones import MilestoneRow
from models.tables.money import Entry, OrderAccount
from models.tables.performed import Performed
from models.tables.requests import EventRow, EventStatus, RequestRow
from models.tables.stock import Movement, Stock
from tests.kills.seams import SEAMS
from tests.kills.stack import Stack
from tests.whole.entered import entered, told_by_cases
from workflows.runner.histories import runs

ORDERS = Path(__file__).parents[2] / "demo" / "orders.csv"
A_ROUND = 3
"""Orders."""
VICTIMS = ("worker", "api", "temporal", "all")
RESTS_WITHIN = 240.0
"""Seconds. What a killed worker was doing comes again after its activity's time, which is 15 seconds."""
BY_CASES = frozenset({"OpenCase", "CancelCase", "SendEvent", "TellParent"})
"""Effects that cases perform, which keep no journal: their update ids make them happen once."""


@dataclass
class Round:
    """What is played, and what is killed meanwhile."""

    number: int
    seed: int
    orders: list[Order]
    kills: list[tuple[float, str, int]]
    """After so many seconds, where or whom, and the how manieth time."""
    armed_for: float = 4.0
    """Seconds that a seam waits for somebody to come there."""
    faults: list[str] = field(default_factory=list[str])
    played: list[Played] = field(default_factory=list[Played])

    @classmethod
    def of(cls, number: int, seed: int) -> Round:
        """The same for the same seed."""
        chance = random.Random(seed)
        orders = numbered(chance.sample(read_orders(ORDERS), A_ROUND), seed)
        kills = [
            (
                chance.uniform(0.0, 1.5),
                chance.choice(SEAMS if chance.random() < 0.75 else VICTIMS),
                chance.randint(1, 6),
            )
            for _ in range(chance.randint(1, 2))
        ]
        return cls(number, seed, orders, kills)


def numbered(orders: list[Order], seed: int) -> list[Order]:
    """The same orders, under numbers of this round's own."""
    return [replace(order, number=f"K{seed}-{place}-{order.number}") for place, order in enumerate(orders)]


class Rounds:
    """Plays them on one stack."""

    def __init__(self, stack: Stack, rounds: list[Round], say: Callable[[str], None]) -> None:
        self._stack = stack
        self._rounds = rounds
        self._say = say
        self._remote = Remote(stack.url, stack.key, connections=64)
        self._copying = asyncio.Lock()

    async def play(self, at_once: int) -> list[str]:
        """Play them all, so many at a time. What was wrong, each in a sentence."""
        stack = self._stack
        self._copy = f"sqlite:///{stack.settings.data_dir / 'rebuilt.db'}"
        upgrade(self._copy)
        self._client: Client = await connect(stack.settings)
        self._cases = CaseClient(self._client, stack.engine, SigningKeys(stack.settings.signing_secrets).sign)
        store = Store(self._remote, [order for one in self._rounds for order in one.orders])
        await store.open()
        turns = asyncio.Semaphore(at_once)

        async def one(of: Round) -> None:
            async with turns:
                began = time.monotonic()
                try:
                    await self._play(of)
                except Exception as error:  # noqa: BLE001 - it is told as this round's
                    of.faults.append(f"{type(error).__name__}: {error}")
                kills = ", ".join(f"{what} ({times})" for _, what, times in of.kills)
                came = "as it should be" if not of.faults else "WRONG: " + "; ".join(of.faults)
                took = time.monotonic() - began
                self._say(f"round {of.number}, seed {of.seed} [{kills}], {took:.0f} s: {came}")

        try:
            await asyncio.gather(*(one(of) for of in self._rounds))
            played = [played for one in self._rounds for played in one.played]
            await store.check(played, at_changed_prices=False)
        finally:
            await self._remote.close()
        wrong = [f"seed {of.seed}: {fault}" for of in self._rounds for fault in of.faults]
        wrong += [f"{one.order.number}: {one.trouble}" for one in played if one.trouble]
        return wrong + await self._whole()

    async def _play(self, of: Round) -> None:
        playing = [asyncio.create_task(Player(self._remote, order).play()) for order in of.orders]
        killing = [asyncio.create_task(self._kill(*kill, within=of.armed_for)) for kill in of.kills]
        of.played = list(await asyncio.gather(*playing))
        await asyncio.gather(*killing)
        of.faults += [
            f"{one.order.number} ({one.order.fate}) stands at {one.stage} {one.trouble}"
            for one in of.played
            if not one.is_as_recorded
        ]
        cases = await self._at_rest(of)
        engine = self._stack.engine
        of.faults += await asyncio.to_thread(wrong_in_log, engine, cases)
        of.faults += await asyncio.to_thread(wrong_in_effects, engine, cases)
        # of a case that others join, all of them have a say: it is compared in the end
        of.faults += await self._wrong_in_rebuilt([case for case in cases if f":K{of.seed}-" in case])

    async def _kill(self, after: float, what: str, times: int, *, within: float) -> None:
        await asyncio.sleep(after)
        if what in SEAMS:
            await self._stack.kill_at(what, times, within=within)
        else:
            self._stack.kill(what)

    async def _at_rest(self, of: Round) -> list[str]:
        """The round's cases, once nothing of them is under way."""
        why = ""
        first = [f"order_fulfilment:demo:{order.number}" for order in of.orders]
        loop = asyncio.get_running_loop()
        until = loop.time() + RESTS_WITHIN
        while True:
            cases = await asyncio.to_thread(family, self._stack.engine, first)
            why = await asyncio.to_thread(under_way, self._stack.engine, cases)
            if not why:
                why = await self._behind(cases)
            if not why and cases == await asyncio.to_thread(family, self._stack.engine, first):
                return cases
            if loop.time() > until:
                of.faults.append(f"it doesn't come to rest: {why}")
                return cases
            await asyncio.sleep(1)

    async def _behind(self, cases: list[str]) -> str:
        """A case that isn't idle, or of which the read model shows something else than its workflow says."""
        for case in cases:  # asking Temporal is cheaper than asking the case
            described = (await self._client.get_workflow_handle(case).describe()).raw_description
            if described.pending_activities or described.HasField("pending_workflow_task"):
                return f"{case} waits for {described.pending_activities or 'a worker'}"
        for case in cases:
            try:
                head = await self._cases.head(case)
            except CaseNotRunning:
                continue
            except NoAnswerYet as error:
                return str(error)
            with reading(self._stack.engine) as session:
                row = session.get_one(CaseRow, case)
            if not head.committed or (head.revision, head.hash) != (row.revision, row.hash):
                return f"{case} is at {head}, and shown at {row.revision} {row.hash}"
        return ""

    async def _wrong_in_rebuilt(self, cases: list[str]) -> list[str]:
        """What a read model rebuilt from the histories says otherwise."""
        wrong: list[str] = []
        for _ in range(4):  # Temporal's lists are late: they may not have the last run yet
            async with self._copying:
                wrong = await self._compared(cases)
            if not wrong:
                break
            await asyncio.sleep(1)
        return wrong

    async def _compared(self, cases: list[str]) -> list[str]:
        other = open_database(self._copy)
        converter = data_converter(self._stack.settings)
        wrong: list[str] = []
        for case in cases:
            if not await runs(self._client, "guicheng", only_open=False, case=case):
                return [f"{case} isn't listed"]
            failed = await rebuild(self._client, other, converter=converter, case=case)
            wrong += [f"{one.case} can't be replayed: {one.failure}" for one in failed]
        wrong += await asyncio.to_thread(differing, self._stack.engine, other, cases)
        other.dispose()
        return wrong

    async def _whole(self) -> list[str]:
        """What is wrong in all books together, and what a reconciliation finds."""
        engine = self._stack.engine
        wrong = await asyncio.to_thread(wrong_in_books, engine)
        with reading(engine) as session:
            cases = list(session.scalars(select(col(CaseRow.id))))
        # what rounds share, and what differs since its round was over
        other = open_database(self._copy)
        again = await asyncio.to_thread(differing_cases, engine, other, cases)
        wrong += await self._wrong_in_rebuilt(again)
        wrong += await asyncio.to_thread(differing, engine, other, cases)
        other.dispose()
        report = await Reconciler(self._cases, data_converter(self._stack.settings)).look()
        found = [*report.rewritten, *report.rebuilt, *report.unanswered, *report.unknown, *report.cut_off]
        wrong += [f"the reconciliation found {report}"] if found else []
        wrong += await self._left_open()
        return wrong + await asyncio.to_thread(damaged, engine)

    async def _left_open(self) -> list[str]:
        """What nobody has answered once others may take over what a killed process had in hand."""
        loop = asyncio.get_running_loop()
        until = loop.time() + RESTS_WITHIN
        while True:
            left = await asyncio.to_thread(left_open, self._stack.engine)
            if not left or loop.time() > until:
                return left
            await asyncio.sleep(1)


def family(engine: Engine, first: list[str]) -> list[str]:
    """These cases, and all that they have started."""
    found, new = list(first), list(first)
    with reading(engine) as session:
        while new:
            links = session.scalars(select(col(LinkRow.child)).where(col(LinkRow.parent).in_(new)))
            known = set(session.scalars(select(col(CaseRow.id)).where(col(CaseRow.id).in_(list(links)))))
            new = sorted(known - set(found))
            found += new
    return found


def under_way(engine: Engine, cases: list[str]) -> str:
    """Something that isn't over yet; nothing if all is."""
    with reading(engine) as session:
        running = select(EffectRow).where(
            col(EffectRow.case).in_(cases), col(EffectRow.standing) == "running"
        )
        if (effect := session.scalars(running).first()) is not None:
            return f"{effect.kind} {effect.key} of {effect.case} runs"
        asked = select(LinkRow).where(col(LinkRow.parent).in_(cases), col(LinkRow.standing) == "asked")
        if (link := session.scalars(asked).first()) is not None:
            return f"{link.child} is asked for by {link.parent}"
        unanswered = select(RequestRow).where(
            col(RequestRow.case).in_(cases), col(RequestRow.status).is_(None)
        )
        if (request := session.scalars(unanswered).first()) is not None:
            return f"request {request.id} to {request.case} has no answer"
    return ""


def wrong_in_log(engine: Engine, cases: list[str]) -> list[str]:
    """Steps that are missing, or taken twice."""
    wrong: list[str] = []
    with reading(engine) as session:
        for case in cases:
            row = session.get_one(CaseRow, case)
            steps = list(session.scalars(select(StepRow).where(col(StepRow.case) == case)))
            if sorted(step.revision for step in steps) != list(range(1, row.revision + 1)):
                wrong.append(f"{case} is at {row.revision}, with steps {[s.revision for s in steps]}")
            asked = Counter(step.request for step in steps if step.request)
            wrong += [f"{case} has taken {request} {n} times" for request, n in asked.items() if n > 1]
            if row.state == "incident":
                wrong.append(f"{case} has an incident")
    return wrong


def wrong_in_effects(engine: Engine, cases: list[str]) -> list[str]:
    """Effects of which read model, journal and messages don't say the same."""
    wrong: list[str] = []
    with reading(engine) as session:
        shown = {
            f"{row.case}/{row.key}": row
            for row in session.scalars(select(EffectRow).where(col(EffectRow.case).in_(cases)))
            if row.kind not in BY_CASES
        }
        done = {
            row.key: row for row in session.scalars(select(Performed).where(col(Performed.case).in_(cases)))
        }
        messages = Counter(
            session.scalars(select(col(MessageRow.key)).where(col(MessageRow.case).in_(cases)))
        )
    wrong += [f"{key} was performed, and nobody asked for it" for key in done.keys() - shown.keys()]
    wrong += [f"{key} was asked for, and not performed" for key in shown.keys() - done.keys()]
    for key in shown.keys() & done.keys():
        if shown[key].outcome != done[key].outcome:
            wrong.append(f"{key} is shown with {shown[key].outcome}, and came to {done[key].outcome}")
    told = {key for key, row in done.items() if row.effect == "Message" and (row.outcome or {}).get("ok")}
    wrong += [f"the message {key} was never written" for key in told - messages.keys()]
    return wrong


_OWN: dict[Any, Any] = {
    CaseRow: CaseRow.id,
    StepRow: StepRow.case,
    EffectRow: EffectRow.case,
    Task: Task.case,
    CaseReference: CaseReference.case,
    MilestoneRow: MilestoneRow.case,
    LinkRow: LinkRow.parent,
}


def differing(engine: Engine, other: Engine, cases: list[str]) -> list[str]:
    """Rows that the read model has, and a rebuilt one has otherwise."""
    wrong: list[str] = []
    for table, of in _OWN.items():
        one, two = (rows(at, select(table).where(col(of).in_(cases))) for at in (engine, other))
        if table is Task:  # one that is over may be forgotten
            one, two = ([row for row in found if row["open"]] for found in (one, two))
        wrong += [f"{table.__name__}: only shown: {row}" for row in one if row not in two]
        wrong += [f"{table.__name__}: only rebuilt: {row}" for row in two if row not in one]
    return [fault[:1500] for fault in wrong[:6]]


def differing_cases(engine: Engine, other: Engine, cases: list[str]) -> list[str]:
    """Those of which the other read model shows another position, or nothing."""
    hashes = select(col(CaseRow.id), col(CaseRow.hash)).where(col(CaseRow.id).in_(cases))
    with reading(engine) as one, reading(other) as two:
        known = {tuple(row) for row in two.execute(hashes)}
        return [row[0] for row in one.execute(hashes) if tuple(row) not in known]


def rows(engine: Engine, wanted: Any) -> list[dict[str, Any]]:
    """As plain values, in an order of their own; without the moment of the writing."""
    with reading(engine) as session:
        found = [row.model_dump(exclude={"fence"}) for row in session.scalars(wanted)]
    return sorted(found, key=lambda row: repr(sorted(row.items(), key=lambda item: item[0])))


def wrong_in_books(engine: Engine) -> list[str]:
    """Balances that aren't the sum of their entries, and what books hold of cases otherwise than these say."""
    wrong: list[str] = []
    with reading(engine) as session:
        moved = Counter[Any]()
        for movement in session.scalars(select(Movement)):
            moved[movement.sku, movement.location, movement.bucket] += movement.change
        for stock in session.scalars(select(Stock)):
            wrong += [
                f"{bucket} of {stock.sku} isn't the sum of its movements"
                for bucket in ("on_hand", "held", "reserved", "set_aside", "quarantined")
                if getattr(stock, bucket) != moved[stock.sku, stock.location, bucket]
            ]
        paid = Counter[Any]()
        for entry in session.scalars(select(Entry)):
            paid[entry.store, entry.order, entry.side] += entry.change
        for account in session.scalars(select(OrderAccount)):
            wrong += [
                f"{side} of {account.order} isn't the sum of its entries"
                for side in ("paid", "refunded", "shared")
                if getattr(account, side) != paid[account.store, account.order, side]
            ]
    if entered(engine) != told_by_cases(engine):
        wrong.append("the books of orders and milestones don't say what the cases say")
    return wrong


def damaged(engine: Engine) -> list[str]:
    """What SQLite finds wrong with its own file: then it is no fault of ours that rows are wrong."""
    with reading(engine) as session:
        found = session.scalars(text("PRAGMA integrity_check(5)"))
        return [f"the database is damaged: {one}" for one in found if one != "ok"]


def left_open(engine: Engine) -> list[str]:
    """Requests and events that nobody answers."""
    with reading(engine) as session:
        requests = session.scalars(select(col(RequestRow.id)).where(col(RequestRow.status).is_(None)))
        events = session.scalars(select(EventRow).where(col(EventRow.standing) == EventStatus.PENDING))
        return [
            *(f"request {request} has no answer" for request in requests),
            *(f"event {event.event_id} is pending: {event.reason}" for event in events),
        ]
