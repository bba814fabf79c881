"""What the read model keeps of a commit beside the case itself: numbers and texts by which the case is found."""

import json
from typing import Any

import pytest
from sqlalchemy import Engine, select
from sqlmodel import SQLModel, col

from cases.read_model import write
from models.database import open_database, reading, writing
from models.tables.cases import LONGEST_NUMBER, CaseReference, EffectRow, Task
from models.tables.words import CaseWords
from tests.runner.test_commits import asked, commit
from workflows.runner.messages import Commit, StepNow

LONGEST_TEXT = 64


@pytest.fixture
def engine(sqlite_url: str) -> Any:
    made = open_database(sqlite_url)
    SQLModel.metadata.create_all(made)
    yield made
    made.dispose()


def keep(engine: Engine, *commits: Commit) -> None:
    for one in commits:
        with writing(engine) as session:
            assert write(session, one)


def of(**data: Any) -> Commit:
    """A case that keeps these data."""
    return commit(1, 5, position=json.dumps({"stages": [], "case": data, "memory": {}}))


@pytest.mark.parametrize(
    ("data", "numbers"),
    [
        ({"order_no": "SO-1"}, ["SO-1"]),
        ({"order_no": "x" * LONGEST_NUMBER}, ["x" * LONGEST_NUMBER]),
        ({"order_no": "x" * (LONGEST_NUMBER + 1)}, []),
        ({"order_no": "x"}, ["x"]),
        ({"order_no": ""}, []),
        ({"order_no": None}, []),
        ({"order_no": 7}, []),
        ({"waybill_no": "SF-1", "name": "SF-2"}, ["SF-1"]),
    ],
)
def test_a_case_is_found_by_the_numbers_that_it_keeps(
    engine: Engine, data: dict[str, Any], numbers: list[str]
) -> None:
    keep(engine, of(**data))
    with reading(engine) as session:
        assert session.scalars(select(col(CaseReference.value))).all() == numbers


@pytest.mark.parametrize(
    ("data", "texts"),
    [
        ({"name": "Wang Fang"}, ["wang", "fang"]),
        ({"name": "x" * LONGEST_TEXT}, ["x" * LONGEST_TEXT]),
        ({"name": "x" * (LONGEST_TEXT + 1)}, []),
        ({"name": "x"}, ["x"]),
        ({"name": "", "qty": 7, "left": None}, []),
        ({"lines": [{"sku": "Tea"}, {"sku": "Cup"}]}, ["tea", "cup"]),
        ({"one": "Tea", "two": "tea"}, ["tea"]),
    ],
)
def test_a_case_is_searched_by_its_subject_and_its_short_texts(
    engine: Engine, data: dict[str, Any], texts: list[str]
) -> None:
    keep(engine, of(**data))
    with reading(engine) as session:
        assert session.scalars(select(col(CaseWords.words))).one().split(" ") == ["1", *texts]


def test_a_commit_of_several_steps_replaces_all_that_they_asked_for_before(engine: Engine) -> None:
    """Revisions 2 and 3 were committed apart, and history comes to other ones of both in one commit."""
    keep(engine, commit(1, 5, effects=(asked("1.0"),)))
    keep(engine, commit(2, 10, effects=(asked("2.0"),)), commit(3, 11, effects=(asked("3.0"),)))
    steps = tuple(StepNow.model_validate({**step_of(n), "event": "confirm"}) for n in (2, 3))
    keep(engine, commit(3, 20, steps=steps, effects=(asked("3.1"),)))
    with reading(engine) as session:
        assert set(session.scalars(select(col(EffectRow.key)))) == {"1.0", "3.1"}


def step_of(revision: int) -> dict[str, Any]:
    """A step as `commit` makes it."""
    (step,) = commit(revision, 1).steps
    return step.model_dump()


def test_a_commit_without_steps_forgets_nothing_that_was_asked_for(engine: Engine) -> None:
    keep(engine, commit(1, 5, effects=(asked("1.0"),)), commit(1, 9, steps=(), effects=()))
    with reading(engine) as session:
        assert session.scalars(select(col(EffectRow.key))).all() == ["1.0"]


def test_a_case_that_moves_leaves_the_tasks_of_others_alone(engine: Engine) -> None:
    failed = asked("1.0", "incident")
    other = {"case": "plain:tmall:2", "subject": "2"}
    keep(engine, commit(1, 5, effects=(failed,)), commit(1, 5, effects=(failed,), **other))
    keep(engine, commit(2, 10, stage="confirmed", event="confirm"))
    with reading(engine) as session:
        tasks = set(session.scalars(select(col(Task.id)).where(col(Task.open))))
    assert tasks == {
        "plain:tmall:1/confirmed",
        "plain:tmall:1/incident:1.0",
        "plain:tmall:2/received",
        "plain:tmall:2/incident:1.0",
    }


def test_an_incident_that_history_never_knew_goes_in_its_own_case_alone(engine: Engine) -> None:
    failed = asked("2.0", "incident")
    other = {"case": "plain:tmall:2", "subject": "2"}
    for of_which in ({}, other):
        keep(engine, commit(1, 5, **of_which), commit(2, 10, effects=(failed,), **of_which))
    keep(engine, commit(2, 14, event="confirm"))
    with reading(engine) as session:
        tasks = set(session.scalars(select(col(Task.id)).where(col(Task.open))))
    assert tasks == {"plain:tmall:1/received", "plain:tmall:2/received", "plain:tmall:2/incident:2.0"}
