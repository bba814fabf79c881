"""Lists of tasks and their counts, over HTTP: how many, for whom, how fresh; found by whom; what may be done now."""

from __future__ import annotations

import functools
import json
from collections.abc import AsyncGenerator
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
from sqlalchemy.orm import Session
from sqlmodel import col, select

from api import counts
from cases.parties import list_tasks_of
from cases.turns import INCIDENTS, turn_of
from models.database import reading, writing
from models.statements import running
from models.tables.cases import INCIDENT, NEVER, CaseParty, Change, Task
from tests.api.conftest import Site, subject, until
from tests.api.test_events import STRUCTURED

NOW = datetime.now(UTC)
LATE, EARLY = NOW - timedelta(hours=1), NOW + timedelta(days=7)
PACKING, PICKING, RECEIVED = "packing", "picking", "received"


def a_task(
    number: int, stage: str, *, store: str = "tmall", due: datetime = NEVER, by: str | None = None
) -> Task:
    procedure = "complaint" if stage == RECEIVED else "order_fulfilment"
    case, failed = f"{procedure}:{store}:N-{number}", stage == INCIDENT
    return Task(
        id=f"{case}/{stage}", case=case, procedure=procedure, version=1, store=store, subject=f"N-{number}",
        stage=stage, turn=INCIDENTS if failed else turn_of(procedure, 1, stage), revision=1, entered_at=NOW,
        due_at=due, claimed_by=by, incident="1.0" if failed else None, effect="Notify" if failed else None,
    )  # fmt: skip


def an_appraisal(site: Site, number: int, employee: str) -> None:
    """An employee is to accept the targets."""
    case = f"performance_appraisal:tmall:N-{number}"
    task = Task(
        id=f"{case}/targets_set", case=case, procedure="performance_appraisal", version=1, store="tmall",
        subject=f"N-{number}", stage="targets_set", turn=turn_of("performance_appraisal", 1, "targets_set"),
        revision=1, entered_at=NOW, due_at=NEVER,
    )  # fmt: skip
    with writing(site.engine) as session:
        whose = CaseParty(kind="person", number=employee, store="tmall", case=case, opened_at=NOW)
        session.add_all([task, whose])
        list_own_tasks(session, case)


def list_own_tasks(session: Session, case: str) -> None:
    """As a commit does it."""
    session.flush()
    with running(session) as run:
        list_tasks_of(run, session.get_bind().dialect.name, case)


def put(site: Site, *tasks: Task) -> None:
    with writing(site.engine) as session:
        session.add_all(tasks)


@pytest.fixture
async def desk(site: Site) -> AsyncGenerator[Site]:
    """An API without a worker, and eight tasks."""
    put(
        site,
        a_task(1, PICKING),
        a_task(2, PICKING, due=LATE),
        a_task(3, PICKING, due=EARLY, by="li"),
        a_task(4, PICKING, store="jd", due=LATE, by="wang"),
        a_task(5, PACKING),
        a_task(6, RECEIVED, due=EARLY),
        a_task(7, RECEIVED, store="jd"),
        a_task(8, INCIDENT, due=LATE),
    )
    async with site.serving():
        yield site


async def counted(caller: httpx.AsyncClient, **asked: str) -> dict[str, Any]:
    answer = await caller.get("/tasks/counts", params=asked)
    assert answer.status_code == 200, answer.text
    return answer.json()


def said(**known: Any) -> dict[str, Any]:
    """A whole answer, of which these fields are not empty."""
    nothing = dict.fromkeys(("mine", "unclaimed", "overdue", "incidents", "events", "snoozed"), 0)
    by_procedure: dict[str, int] = known.get("by_procedure", {})
    return {**nothing, "all": sum(by_procedure.values()), "by_role": {}, "by_procedure": {}, **known}


async def test_each_count_is_of_the_callers_own_tasks(desk: Site) -> None:
    picker = await desk.caller("picker", name="li")
    orders = {"order_fulfilment": 4}
    whole = said(mine=1, unclaimed=2, overdue=2, by_role={"picker": 4}, by_procedure=orders)
    assert await counted(picker) == whole
    assert await counted(await desk.caller(name="nobody")) == said()
    agent = await desk.caller("picker", "cs_agent", stores=["jd"])
    assert await counted(agent) == said(
        unclaimed=1,
        overdue=1,
        by_role={"picker": 1, "cs_agent": 1},
        by_procedure={"order_fulfilment": 1, "complaint": 1},
    )


async def test_whoever_is_of_the_stores_people_counts_the_tasks_of_their_own_cases(desk: Site) -> None:
    """Nobody was given the role `staff`, which every one of the store's people has; a supplier has it not."""
    for number, employee in enumerate(("li", "li", "wang"), start=1):
        an_appraisal(desk, number, employee)
    picker, supplier = await desk.caller("picker", name="li"), await desk.caller("supplier", name="wang")
    orders = {"order_fulfilment": 4}
    by_procedure = orders | {"performance_appraisal": 2}
    whole = said(mine=1, unclaimed=4, overdue=2, by_role={"picker": 4, "staff": 2}, by_procedure=by_procedure)
    assert await counted(picker) == whole
    assert await counted(picker, role="staff") == said(
        unclaimed=2, by_role={"staff": 2}, by_procedure={"performance_appraisal": 2}
    )
    listed = (await picker.get("/tasks", params={"role": "staff"})).json()["items"]
    assert [one["case"] for one in listed] == [
        "performance_appraisal:tmall:N-1",
        "performance_appraisal:tmall:N-2",
    ]
    assert await counted(supplier) == said()


async def test_counts_take_the_filters_of_the_list(desk: Site) -> None:
    caller = await desk.caller("picker", "packer", "cs_agent", "ops_specialist", name="li")
    of_tmall = await counted(caller, store="tmall")
    assert of_tmall == said(
        mine=1,
        unclaimed=5,
        overdue=2,
        incidents=1,
        by_role={"picker": 3, "packer": 1, "cs_agent": 1, "ops_specialist": 1},
        by_procedure={"order_fulfilment": 5, "complaint": 1},
    )
    assert await counted(caller, procedure="complaint") == said(
        unclaimed=2, by_role={"cs_agent": 2}, by_procedure={"complaint": 2}
    )
    assert await counted(caller, procedure="complaint", store="jd") == said(
        unclaimed=1, by_role={"cs_agent": 1}, by_procedure={"complaint": 1}
    )
    for asked in ({}, {"store": "tmall"}, {"overdue": "true"}, {"mine": "true"}, {"unclaimed": "false"}):
        listed = (await caller.get("/tasks", params=asked)).json()["items"]
        counts_of = await counted(caller, **asked)
        assert sum(counts_of["by_procedure"].values()) == len(listed)
        assert counts_of["mine"] == sum(item["claimed_by"] == "li" for item in listed)
        assert counts_of["unclaimed"] == sum(item["claimed_by"] is None for item in listed)


async def test_counts_are_exact_below_a_thousand(desk: Site) -> None:
    packer = await desk.caller("packer")
    put(desk, *(a_task(number, PACKING) for number in range(100, 1098)))
    assert (await counted(packer))["by_role"] == {"packer": 999}
    put(desk, a_task(2000, PACKING))
    packer = await desk.caller("packer", stores=["tmall"])  # of other rights: counted anew
    assert (await counted(packer))["by_role"] == {"packer": {"at_least": 1000}}


async def test_refused_events_are_counted_for_whoever_can_act(desk: Site) -> None:
    agent, stranger = await desk.caller("cs_agent"), await desk.caller("picker")
    feed = await desk.caller("platform_feed")
    event: dict[str, Any] = {
        "specversion": "1.0", "id": "e-1", "source": "/shops/tmall", "type": "test.order.placed",
        "subject": subject(), "store": "tmall", "data": {},
    }  # fmt: skip
    answer = await feed.post("/events", content=json.dumps(event), headers=STRUCTURED)
    assert answer.status_code == 202, answer.text
    await until(functools.partial(_has_refused, desk))
    assert (await counted(agent))["events"] == 1
    assert (await counted(agent, store="tmall"))["events"] == 1
    assert (await counted(agent, store="jd"))["events"] == 0
    assert (await counted(agent, procedure="complaint"))["events"] == 0
    assert (await counted(stranger))["events"] == 0


def _has_refused(desk: Site) -> bool:
    with reading(desk.engine) as session:
        return bool(
            session.connection().exec_driver_sql("SELECT 1 FROM events WHERE standing = 'refused'").all()
        )


async def test_callers_of_the_same_rights_share_counts(desk: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(counts, "_KEPT_FOR", 3600.0)
    li, zhao = await desk.caller("packer", name="li"), await desk.caller("packer", name="zhao")
    before = await counted(li)
    assert before["unclaimed"] == 1
    put(desk, a_task(9, PACKING), a_task(10, PACKING, by="zhao"))
    assert await counted(zhao) == {**before, "mine": 1}, "whose they are isn't shared"
    assert (await counted(li, store="tmall"))["unclaimed"] == 2, "what is asked otherwise isn't shared"
    for others in (await desk.caller("packer", "picker"), await desk.caller("packer", stores=["tmall"])):
        assert (await counted(others))["by_role"]["packer"] == 3, "nor is it between other rights"
    assert (await counted(li, mine="false"))["unclaimed"] == 2


async def test_what_changes_ends_the_shared_counts(desk: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(counts, "_KEPT_FOR", 3600.0)
    packer = await desk.caller("packer")
    assert (await counted(packer))["unclaimed"] == 1
    change = Change(
        case="order_fulfilment:tmall:N-9", procedure="order_fulfilment", store="tmall", revision=1, state="open",
        stages=[PACKING], roles=["packer"], at=NOW,
    )  # fmt: skip
    with writing(desk.engine) as session:  # as a commit does it
        session.add_all([a_task(9, PACKING), change])

    async def is_told() -> bool:
        return (await counted(packer))["unclaimed"] == 2

    await until(is_told)


async def test_counts_are_kept_for_a_second_at_most(desk: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    assert counts._KEPT_FOR == 1.0
    monkeypatch.setattr(counts, "_KEPT_FOR", 0.0)
    packer = await desk.caller("packer")
    assert (await counted(packer))["unclaimed"] == 1
    put(desk, a_task(9, PACKING))
    assert (await counted(packer))["unclaimed"] == 2


# --- on the engine

ADDRESS = {"province": "浙江", "city": "杭州", "district": "西湖区", "street": "梅灵南路"}


async def visit(api: httpx.AsyncClient, begins: datetime) -> str:
    body = {
        "store": "tmall", "subject": subject(), "data": {"begins": begins.isoformat(), "address": ADDRESS},
    }  # fmt: skip
    answer = await api.post("/procedures/visit/cases", json=body)
    assert answer.status_code == 201, answer.text
    return str(answer.json()["id"])


async def test_who_may_not_see_an_address_finds_no_task_by_it(on_either: Site) -> None:
    agent, picker = await on_either.caller("cs_agent", "picker"), await on_either.caller("picker")
    case = await visit(agent, EARLY)
    for words, found_by_picker in (("梅灵", False), ("灵南", False), (case[-8:], True)):
        for path, at in (("/tasks", "case"), ("/cases", "id")):
            for caller, finds in ((agent, True), (picker, found_by_picker)):
                answer = (await caller.get(path, params={"q": words})).json()
                assert [item[at] for item in answer["items"]] == [case] * finds, (path, words)
        assert (await counted(picker, q=words))["by_procedure"] == ({"visit": 1} if found_by_picker else {})
        assert (await counted(agent, q=words))["by_procedure"] == {"visit": 1}


async def test_a_list_offers_what_the_clock_allows_now(on_either: Site) -> None:
    picker = await on_either.caller("picker")
    much_later = await visit(picker, EARLY)
    soon = await visit(picker, datetime.now(UTC) + timedelta(seconds=3))

    async def offered(of: str, **asked: str) -> list[str]:
        (task,) = [
            item for item in (await picker.get("/tasks", params=asked)).json()["items"] if item["case"] == of
        ]
        assert task["revision"] == 1, "nothing has been committed meanwhile"
        return [action["key"] for action in task["actions"]]

    assert await offered(much_later) == ["call_off"]

    async def may_begin() -> bool:
        return "begin" in await offered(soon, case=soon)

    await until(may_begin)
    assert sorted(await offered(soon)) == ["begin", "call_off"]
    assert await offered(much_later, case=much_later) == ["call_off"]
    with reading(on_either.engine) as session:
        assert _offers(session) == [None, None], "what the clock has a say in is judged when it is read"


def _offers(session: Session) -> list[Any]:
    return list(session.scalars(select(col(Task.offers)).where(col(Task.procedure) == "visit")))
