"""`make test-fuzz`: odd requests to every operation, from every role and a party of each kind, to a store that has a
case of every procedure at every stage. Minutes; `EXAMPLES` says how many an operation, `SEED` which. Each part has some
of the operations and a store of its own: `-k part3` asks those again.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncGenerator, Sequence
from pathlib import Path
from typing import Any

import httpx
import pytest
from sqlalchemy import make_url, select
from sqlmodel import col
from temporalio.client import Client

from benchmarks.loading import fill
from benchmarks.walks import walks
from models.database import reading
from models.roles import PartyKind, Role
from models.tables.cases import CaseParty, CaseRow, EffectRow, Task
from tests.api.conftest import STORE, Site, site_on, subject
from tests.api.fuzzing import Fuzz, Known
from tests.api.test_fuzz import key_of, there
from tests.api.test_reading import party
from workflows.language.forms import EVERYWHERE
from workflows.registry import registry

EXAMPLES = int(os.environ.get("EXAMPLES", "20"))
SEED = int(os.environ.get("SEED", "1"))
PARTS = 8
_SOON = 0.5
"""Seconds after which an action is answered with 202: of most cases nobody will answer."""
PARTIES = {
    PartyKind.CUSTOMER: Role.CUSTOMER,
    PartyKind.SUPPLIER: Role.SUPPLIER,
    PartyKind.DISTRIBUTOR: Role.DISTRIBUTOR,
    PartyKind.BUYER: Role.BUYER_ORG,
    PartyKind.SELLER: Role.SUPPLIER,
    PartyKind.PERSON: Role.STAFF,
}


@pytest.fixture
async def site(
    temporal_client: Client, sqlite_url: str, task_queue: str, data_dir: Path
) -> AsyncGenerator[Site]:
    """A store that has a case of every procedure at every stage; of these, Temporal knows nothing."""
    await asyncio.to_thread(fill, Path(make_url(sqlite_url).database or ""), 2 * len(walks()), stores=[STORE])
    async with site_on(sqlite_url, temporal_client, task_queue, data_dir) as site:
        yield site


@pytest.mark.timeout(4 * 3600)
@pytest.mark.parametrize("part", range(PARTS), ids=[f"part{part}" for part in range(PARTS)])
async def test_every_answer_to_everybody_is_one_that_openapi_names(site: Site, part: int) -> None:
    async with site.working():
        async with site.serving() as api:
            some = await there(api)
        async with site.serving(answer_within=_SOON) as api:
            await everybody_asks(site, api, some, part)


async def everybody_asks(site: Site, api: httpx.AsyncClient, some: Known, part: int) -> None:
    callers = {"administrator": site.first_key, "nobody": key_of(await site.caller())}
    for role in Role:
        if not role.is_engine:
            callers[role] = key_of(await site.caller(role, stores=[STORE], name=f"one-{role}"))
    for kind, role in PARTIES.items():
        callers[f"a {kind}"] = key_of(await party(site, api, kind, number_of(site, kind), role))
    document = (await api.get(f"{site.url}/openapi.json")).json()
    fuzz = Fuzz(site.url, document, callers, everything(site, some))
    asked = await asyncio.to_thread(fuzz.ask, EXAMPLES, SEED, slice(part, None, PARTS))
    for (operation, status), times in sorted(asked.answers.items()):
        print(f"{times:6} {status} {operation}")  # noqa: T201 - what it came to
    assert not asked.faults, "\n\n".join(f"{title}\n{what}" for title, what in asked.faults.items())


def number_of(site: Site, kind: PartyKind) -> str:
    """Somebody's who has most cases of these."""
    with reading(site.engine) as session:
        numbers = list(session.scalars(select(col(CaseParty.number)).where(col(CaseParty.kind) == kind)))
    return max(numbers, key=numbers.count, default="C-1")


def everything(site: Site, also: Known) -> Known:
    """What the store's cases, tasks and incidents are called, and what may be done with each."""
    with reading(site.engine) as session:
        cases = list(session.execute(select(col(CaseRow.id), col(CaseRow.procedure), col(CaseRow.stage))))
        tasks = list(session.scalars(select(col(Task.id))))
        incidents = list(session.scalars(select(col(EffectRow.key)).distinct()))
    forms = {(way.procedure, move.event): move.form for way in walks() for move in way.moves}
    acts = [
        {"case_id": case, "action": event, "form": forms.get((key, event)), "revision": None}
        for case, key, stage in cases
        for event in (*registry().get(key).declaration.leaving(stage or ""), *EVERYWHERE)
    ]
    starts = [
        {"key": way.procedure, "event": way.moves[0].event, "subject": subject(), "data": way.moves[0].form}
        for way in walks()
    ]
    procedures = [one.key for one in registry()]
    values: dict[str, Sequence[Any]] = {
        "case_id": [case for case, _, _ in cases],
        "case": [case for case, _, _ in cases],
        "task_id": tasks,
        "tasks": [tasks[at : at + 5] for at in range(0, len(tasks), 5)],
        "incident": incidents,
        "key": procedures,
        "procedure": procedures,
        "stage": sorted({stage for one in registry() for stage in one.declaration.stages}),
        "role": [*Role],
    }
    return Known({**also.values, **values}, [*also.together, *acts, *starts])
