"""The rows of a case's tasks, as its commits write them: all that a list of tasks sorts by, filters by and shows."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Any

from sqlalchemy import and_, bindparam, case, exists, null, or_, update

from cases.turns import INCIDENTS, turn_of
from models.database import insert_for
from models.statements import Run
from models.tables.cases import INCIDENT, NEVER, EffectRow, Task
from workflows.runner.messages import Commit, EffectNow


def write_stages(run: Run, dialect: str, commit: Commit) -> bool:
    """One for each stage that waits for a role; those of stages that the case has left are closed. Whether the open
    ones, or their limits, are others now.
    """
    statements = _statements(dialect)
    tasks = list(_tasks(commit))
    if commit.moved:
        run(statements["close"], {"of": commit.case})
    elif all(run(statements["stays"], _staying(task)).rowcount for task in tasks):
        tasks = []
    if tasks:
        run(statements["tasks"], tasks)
    if commit.state == INCIDENT:
        run(statements["other_tasks"], {"of": commit.case, "revision_now": commit.revision})
    return commit.moved or bool(tasks)


def write_incidents(run: Run, dialect: str, commit: Commit) -> None:
    """The tasks of operations: one for each effect that has failed, until it is decided."""
    statements = _statements(dialect)
    failed = [_incident(commit, effect) for effect in commit.effects if effect.standing == "incident"]
    decided = [effect for effect in commit.effects if effect.standing != "incident"]
    if decided:
        run(statements["decided"], [{"task": _id(commit, _about(effect))} for effect in decided])
    if failed:
        run(statements["tasks"], failed)


def close_lost_incidents(run: Run, dialect: str, commit: Commit) -> None:
    """Close the tasks about effects that were never asked for."""
    run(_statements(dialect)["no_incidents"], {"of": commit.case})


def _tasks(commit: Commit) -> Iterator[dict[str, Any]]:
    if commit.closed_at is not None:
        return
    for stage in commit.stages:
        if stage.roles:
            yield _task(
                commit,
                stage.key,
                stage=stage.key,
                turn=turn_of(commit.procedure, commit.version, stage.key),
                entered_at=stage.entered_at,
                due_at=stage.due_at or NEVER,
                offers=None if stage.offers is None else [[*offer] for offer in stage.offers],
            )


def _staying(task: dict[str, Any]) -> dict[str, Any]:
    """The columns of a task that its statement names: those that lists are sorted by only compared."""
    return {
        f"its_{name}": task[name] for name in ("id", "turn", "entered_at", "due_at", "revision", "offers")
    }


def _incident(commit: Commit, effect: EffectNow) -> dict[str, Any]:
    return _task(
        commit,
        _about(effect),
        stage=INCIDENT,
        turn=INCIDENTS,
        entered_at=commit.at,
        incident=effect.key,
        effect=effect.kind,
    )


def _about(effect: EffectNow) -> str:
    return f"{INCIDENT}:{effect.key}"


def _id(commit: Commit, about: str) -> str:
    return f"{commit.case}/{about}"


def _task(commit: Commit, about: str, **known: Any) -> dict[str, Any]:
    return {
        "id": _id(commit, about),
        "case": commit.case,
        "procedure": commit.procedure,
        "version": commit.version,
        "store": commit.store,
        "subject": commit.subject,
        "revision": commit.revision,
        "incident": None,
        "effect": None,
        "offers": [],
        "due_at": NEVER,
        "open": True,
        **known,
    }


@cache
def _statements(dialect: str) -> dict[str, Any]:
    """Built once: building costs more than running them."""
    tasks, effects = vars(Task)["__table__"], vars(EffectRow)["__table__"]
    task = insert_for(dialect)(tasks)
    same_stay = or_(
        tasks.c.entered_at == task.excluded.entered_at,
        and_(tasks.c.open, tasks.c.incident.is_not(None)),  # committed once more: nobody has decided it since
    )
    return {
        "no_incidents": update(tasks)
        .where(
            tasks.c.case == bindparam("of"),
            tasks.c.open,
            tasks.c.incident.is_not(None),
            ~exists().where(effects.c.case == tasks.c.case, effects.c.key == tasks.c.incident),
        )
        .values(open=False),
        "close": update(tasks)
        .where(tasks.c.case == bindparam("of"), tasks.c.open, tasks.c.incident.is_(None))
        .values(open=False),
        "decided": update(tasks).where(tasks.c.id == bindparam("task"), tasks.c.open).values(open=False),
        "stays": update(tasks)
        .where(
            tasks.c.open,
            *(tasks.c[name] == bindparam(f"its_{name}") for name in ("id", "turn", "entered_at", "due_at")),
        )
        .values(revision=bindparam("its_revision"), offers=bindparam("its_offers", type_=tasks.c.offers.type))
        .execution_options(preserve_rowcount=True),
        "other_tasks": update(tasks)
        .where(tasks.c.case == bindparam("of"), tasks.c.open, tasks.c.incident.is_not(None))
        .values(revision=bindparam("revision_now")),
        "tasks": task.on_conflict_do_update(
            index_elements=["id"],
            set_={
                "entered_at": case((same_stay, tasks.c.entered_at), else_=task.excluded.entered_at),
                "due_at": task.excluded.due_at,
                **{name: task.excluded[name] for name in ("version", "turn", "revision", "offers")},
                "open": True,
                # whoever took it keeps it while the case stays in the stage
                "claimed_by": case((same_stay, tasks.c.claimed_by), else_=null()),
                "claimed_at": case((same_stay, tasks.c.claimed_at), else_=null()),
            },
        ),
    }
