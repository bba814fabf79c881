"""What stands by its parties, for the lists that they read, is what the tables say of them: after every commit."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session
from sqlmodel import col

from benchmarks.walks import Persona, Walk, commits, walks
from cases.read_model import write
from cases.turns import turns, turns_of_parties
from models.database import open_database, reading, writing
from models.migrate import upgrade
from models.roles import PartyKind
from models.tables.cases import CaseParty, CaseRow, Task, TaskParty
from workflows.registry import registry
from workflows.runner.messages import Commit, LinkNow, PartyNow

Rows = set[tuple[object, ...]]
SOMEBODY = Persona("tmall", "LB00000001", "王芳", "13911112222", "SU00000001")
PARENT = "order_fulfilment:tmall:SO-1"


@pytest.fixture
def engine(database_url: str) -> Iterator[Engine]:
    upgrade(database_url)
    engine = open_database(database_url)
    yield engine
    engine.dispose()


def listed(session: Session) -> Rows:
    rows = session.scalars(select(TaskParty))
    return {(row.kind, row.number, row.id, row.turn, row.store, row.due_at, row.entered_at) for row in rows}


def right(session: Session) -> Rows:
    """Every open task that may wait for an outsider, by every party of its case."""
    waiting = [
        turn.number
        for turn in turns().all
        if turn.procedure and any(role not in turn.seen_by for role in turn.roles)
    ]
    query = (
        select(Task, CaseParty)
        .join(CaseParty, col(CaseParty.case) == col(Task.case))
        .where(col(Task.open), col(Task.turn).in_(waiting))
    )
    return {
        (party.kind, party.number, task.id, task.turn, task.store, task.due_at, task.entered_at)
        for task, party in session.execute(query)
    }


def opened(session: Session) -> bool:
    """Whether each party's row has the moment of its case."""
    both = select(CaseParty, CaseRow).join(CaseRow, col(CaseRow.id) == col(CaseParty.case))
    return all(party.opened_at == case.opened_at for party, case in session.execute(both))


def ways() -> list[Walk]:
    waiting = turns_of_parties(registry().all())
    return [way for way in walks() if way.procedure in waiting]


def test_the_tasks_of_a_party_follow_each_commit(engine: Engine) -> None:
    ever: Rows = set()
    for number, way in enumerate(ways()):
        for commit in commits(way, SOMEBODY._replace(subject=f"LB{number:08}")):
            with writing(engine) as session:
                write(session, commit)
            with reading(engine) as session:
                rows = listed(session)
                assert rows == right(session), (way.procedure, way.stage)
                assert opened(session)
            ever |= rows
    assert {kind for kind, *_ in ever} >= {"supplier", "buyer", "seller", "person"}


def awaiting_shipment() -> list[Commit]:
    (way,) = [one for one in ways() if (one.procedure, one.stage) == ("return_refund", "awaiting_shipment")]
    return list(commits(way, SOMEBODY))


@pytest.mark.parametrize("parent_is_first", [True, False], ids=["parent first", "child first"])
def test_a_party_of_a_case_is_one_of_those_that_it_has_started(
    engine: Engine,
    parent_is_first: bool,  # noqa: FBT001 - a parameter
) -> None:
    child = awaiting_shipment()
    link = LinkNow(parent=PARENT, child=child[0].case, name="return", waits=False, standing="open")
    parent = child[0].model_copy(
        update={
            "case": PARENT, "procedure": "order_fulfilment", "subject": "SO-1", "stages": (), "steps": (),
            "effects": (), "entry": None, "links": (link,),
            "parties": (PartyNow(kind=PartyKind.CUSTOMER, number="C-1"),),
        }
    )  # fmt: skip
    own = [one.model_copy(update={"links": (link,)}) for one in child]
    for commit in [parent, *own] if parent_is_first else [*own, parent]:
        with writing(engine) as session:
            write(session, commit)
    with reading(engine) as session:
        assert {row[:3] for row in listed(session)} == {
            ("customer", "C-1", f"{child[0].case}/awaiting_shipment")
        }
        assert opened(session)
