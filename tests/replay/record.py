"""`python -m tests.replay.record`: record the histories anew. Only where the runner itself has changed on purpose: a
history that stops replaying is what these are there to show.

`python -m tests.replay.record store`: those of the store's procedures that have none. Where a procedure gets a new
version, delete its file first.
"""

from __future__ import annotations

import asyncio
import sys
import tempfile
from datetime import timedelta
from pathlib import Path

from sqlalchemy import Engine
from sqlmodel import SQLModel
from temporalio.client import Client
from temporalio.contrib.pydantic import pydantic_data_converter

from models.database import open_database
from models.roles import Role
from start.temporal_server import temporal_server
from tests.procedures.corpus import learnt
from tests.replay.ways import Theatre, record
from tests.runner import procedures
from tests.runner.conftest import KEYS, STORE, Shop, person
from tests.runner.test_actions import SIX
from workflows.incidents import IncidentDecision
from workflows.runner import gate
from workflows.runner.histories import save
from workflows.runner.messages import MigrationRequest

HISTORIES = Path(__file__).parent / "histories"


async def keep(shop: Shop, name: str, of: str, run: str | None = None) -> None:
    """Keep a history under this name, once nothing moves."""
    await shop.until(lambda: shop.is_idle(of))
    history = await shop.client.get_workflow_handle(of, run_id=run).fetch_history()
    save(history, HISTORIES / f"{name}.json", shop.policy)
    sys.stdout.write(f"{name}: {len(history.events)} events\n")


async def plain(shop: Shop) -> None:
    """To the end, in six actions; then a record after it."""
    one = await shop.open("plain", "place", Role.CUSTOMER, subject="P-1")
    for event, role, form in SIX:
        await shop.act(one, event, role, **form)
    await shop.handle(one).result()
    await keep(shop, "plain", one)
    await shop.act(one, "praise", Role.CUSTOMER, note="good")
    await shop.handle(one).result()
    await keep(shop, "plain_after_its_end", one)
    late = await shop.open("plain", "place", Role.CUSTOMER, subject="P-2", skipping=True)
    await shop.pass_time(late, timedelta(hours=25))
    await shop.until(lambda: "deadline" in shop.log(late))
    await shop.act(late, "confirm", Role.CS_AGENT, writes=False)
    await keep(shop, "plain_late", late)


async def rush(shop: Shop) -> None:
    """Attributes that followed two actions together."""
    one = await shop.open("plain", "place", Role.CUSTOMER, subject="P-3")
    await shop.act(one, "confirm", Role.CS_AGENT)
    await shop.act(one, "pick", Role.PICKER)
    await shop.until(lambda: shop.shows(one, "picked"))
    await keep(shop, "plain_in_a_rush", one)


async def effects(shop: Shop) -> None:
    """A quick effect, one that failed and was done by hand, one that was taken back while it failed."""
    one = await shop.open("return", "ask", Role.CUSTOMER, subject="R-1")
    await shop.act(one, "keep_one", Role.AFTER_SALES)
    shop.world.failing.add("PayOut")
    await shop.act(one, "inspect", Role.AFTER_SALES)
    await shop.until(lambda: shop.row(one).state == "incident")
    await shop.resolve(one, "4.0", IncidentDecision.RETRY)
    await shop.until(lambda: shop.log(one).count("effect_failed") == 2)
    await shop.resolve(one, "4.0", IncidentDecision.DONE, refund_no="by-hand")
    await shop.handle(one).result()
    await keep(shop, "return_by_hand", one)
    other = await shop.open("return", "ask", Role.CUSTOMER, subject="R-2")
    await shop.act(other, "keep_one", Role.AFTER_SALES)
    await shop.act(other, "inspect", Role.AFTER_SALES)
    await shop.until(lambda: shop.row(other).state == "incident")
    await shop.act(other, "drop", Role.CS_SUPERVISOR)
    await shop.handle(other).result()
    await keep(shop, "return_dropped", other)


async def family(shop: Shop) -> None:
    """A parent that hears from its child on the way and at its end."""
    parent = await shop.open("parent", "open", Role.OPS_MANAGER, subject="F-1")
    await shop.act(parent, "order", Role.OPS_MANAGER)
    child = f"child:{STORE}:F-1-1"
    await shop.until(lambda: any(link.standing == "open" for link in shop.links(parent)))
    await shop.act(child, "advance", Role.PURCHASING)
    await shop.until_at(parent, "half_done")
    await shop.act(child, "succeed", Role.PURCHASING)
    await shop.handle(parent).result()
    await shop.handle(child).result()
    await keep(shop, "parent", parent)
    await keep(shop, "child", child)


async def deadlines(shop: Shop) -> None:
    """A deadline that paused, was near, and fell."""
    one = await shop.open("timed", "set_out", Role.CUSTOMER, subject="T-1", skipping=True)
    await shop.pass_time(one, timedelta(hours=10))
    await shop.act(one, "query", Role.PICKER)
    await shop.pass_time(one, timedelta(hours=30))
    await shop.act(one, "reply", Role.CUSTOMER)
    await shop.pass_time(one, timedelta(hours=15))
    await shop.until_at(one, "late")
    await shop.act(one, "wind_up", Role.OPS_MANAGER)
    await keep(shop, "timed", one)


async def runs(shop: Shop) -> None:
    """A case that went on in a second run, and one that went on under a second version."""
    shop.cases, shop.skipping = shop.ways(40)
    one = await shop.open("plain", "place", Role.CUSTOMER, subject="C-1")
    first = (await shop.handle(one).describe()).run_id
    for n in range(9):
        await shop.act(one, "remark", Role.CS_AGENT, request=f"r{n}", note=f"{n}")
    await keep(shop, "plain_first_run", one, first)
    await keep(shop, "plain_second_run", one)
    shop.cases, shop.skipping = shop.ways(500)
    start = shop.cases.start_message(
        "moved",
        STORE,
        "M-1",
        event="set_out",
        form=None,
        actor=person(Role.CS_AGENT),
        policy=shop.policy,
        request="m",
    )
    moved = f"moved:{STORE}:M-1"
    await shop.cases.start(moved, start.model_copy(update={"version": 1}), "m")
    await shop.cases.migrate(moved, MigrationRequest(version=2, actor=person(Role.OPS_MANAGER)), "to 2")
    await shop.until(lambda: shop.row(moved).version == 2)
    await shop.act(moved, "check", Role.CS_SUPERVISOR)
    await keep(shop, "moved_second_version", moved)


async def of_the_store(client: Client, engine: Engine) -> None:
    """One of each procedure of the store that has none, along a way of its scenarios."""
    theatre = Theatre(client, engine, "guicheng-store")
    async with theatre.working():
        for lacking in await record(theatre, learnt(), HISTORIES / "store"):
            sys.stdout.write(f"{lacking}: no way of its scenarios can be gone\n")


async def main(home: Path, address: str, *, only_store: bool) -> None:
    """Record them on a server of one's own."""
    procedures.register()
    gate.trust(KEYS)
    client = await Client.connect(address, data_converter=pydantic_data_converter)
    engine = open_database(f"sqlite:///{home / 'record.db'}")
    SQLModel.metadata.create_all(engine)
    if only_store:
        await of_the_store(client, engine)
        return
    shop = Shop(client, engine, "guicheng")
    async with shop.working():
        for scenario in (plain, rush, effects, family, deadlines, runs):
            shop.world.failing.clear()
            await scenario(shop)
    engine.dispose()


if __name__ == "__main__":
    HISTORIES.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as directory:
        own = Path(directory)
        with temporal_server(own / "temporal", time_skipping=True) as server:
            asyncio.run(main(own, server.address, only_store=sys.argv[1:] == ["store"]))
