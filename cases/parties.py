"""Whose cases they are: the rows by which customers, suppliers and others find what is theirs, written with the commit.

A case that another one started is its parties' too, as far as its procedure knows parties of that kind.

The tasks that may wait for a party stand once more, by the party: a list that is a party's is read along them.
"""

from __future__ import annotations

from functools import cache
from typing import Any

from sqlalchemy import (
    bindparam,
    delete,
    literal,
    literal_column,
    or_,
    select,
    true,
    tuple_,
)

from cases.turns import turns_of_parties
from models.database import insert_for
from models.roles import PartyKind
from models.statements import Run
from models.tables.cases import CaseParty, CaseRow, LinkRow, Task, TaskParty
from workflows.registry import registry
from workflows.runner.messages import Commit

_cases, _parties, _links = (
    vars(CaseRow)["__table__"],
    vars(CaseParty)["__table__"],
    vars(LinkRow)["__table__"],
)
_tasks, _of_parties = vars(Task)["__table__"], vars(TaskParty)["__table__"]
_COLUMNS = ("kind", "number", "store", "case", "opened_at", "inherited")
_KEY = ("kind", "number", "store", "case")


def write_parties(run: Run, dialect: str, commit: Commit) -> None:
    """Write the case's parties, and hand them on to the cases that it has started; or take on those of its parent."""
    statements = _statements(dialect)
    if commit.parties is not None:
        named = [(one.kind.value, one.number) for one in commit.parties]
        run(statements["others"], {"of": commit.case, "named": named or [("", "")]})
        if named:
            rows = [
                {
                    "kind": kind,
                    "number": number,
                    "store": commit.store,
                    "case": commit.case,
                    "opened_at": commit.opened_at,
                    "inherited": False,
                }
                for kind, number in named
            ]
            run(statements["own"], rows)
        for kind in sorted({one.kind for one in commit.parties}):
            run(_to_children(dialect, kind, _knowing(kind)), {"of": commit.case})
    for link in commit.links:
        if link.child == commit.case:
            kinds = [kind for kind in PartyKind if commit.procedure in _knowing(kind)]
            if kinds:
                taken_on = {
                    "of": link.parent,
                    "child": commit.case,
                    "since": commit.opened_at,
                    "kinds": kinds,
                }
                run(statements["of_parent"], taken_on)


def list_tasks(run: Run, dialect: str, commit: Commit, *, has_moved: bool) -> None:
    """Have the open tasks of the case that may wait for its parties stand by these; those of the cases that it has
    started too, where its parties have changed. has_moved: whether its tasks have.
    """
    turns = turns_of_parties(registry().all())
    have_changed = commit.parties is not None or bool(commit.links)
    if commit.procedure in turns and (has_moved or have_changed):
        list_tasks_of(run, dialect, commit.case)
    if commit.parties:
        run(_waiting(dialect, of_children=True), {"of": commit.case})


def list_tasks_of(run: Run, dialect: str, case: str) -> None:
    """The same of one case, whatever has changed."""
    run(_statements(dialect)["none"], {"of": case})
    run(_waiting(dialect), {"of": case})


@cache
def _waiting(dialect: str, *, of_children: bool = False) -> Any:
    """An INSERT of the tasks of a case, or of those that it has started, by their parties."""
    numbers = [number for some in turns_of_parties(registry().all()).values() for number in some]
    waiting = (
        select(
            _parties.c.kind,
            _parties.c.number,
            _tasks.c.id,
            _tasks.c.case,
            _tasks.c.store,
            _tasks.c.turn,
            _tasks.c.entered_at,
            _tasks.c.due_at,
        )
        .join(_parties, _parties.c.case == _tasks.c.case)
        .where(_tasks.c.open, _tasks.c.turn.in_([literal_column(str(number)) for number in numbers]))
    )
    if of_children:
        waiting = waiting.join(_links, _links.c.child == _tasks.c.case).where(
            _links.c.parent == bindparam("of")
        )
    else:
        waiting = waiting.where(_tasks.c.case == bindparam("of"))
    columns = ["kind", "number", "id", "case", "store", "turn", "entered_at", "due_at"]
    return insert_for(dialect)(_of_parties).from_select(columns, waiting).on_conflict_do_nothing()


def _knowing(kind: PartyKind) -> tuple[str, ...]:
    """The procedures whose cases have parties of this kind."""
    return tuple(one.key for one in registry() if kind in one.declaration.parties)


def _inherited(dialect: str, child: Any, opened_at: Any) -> Any:
    """An INSERT of what a child inherits. `child`: its id."""
    theirs = select(_parties.c.kind, _parties.c.number, _parties.c.store, child, opened_at, true())
    return theirs.where(_parties.c.case == bindparam("of")), insert_for(dialect)(_parties)


@cache
def _to_children(dialect: str, kind: PartyKind, procedures: tuple[str, ...]) -> Any:
    theirs, into = _inherited(dialect, _links.c.child, _cases.c.opened_at)
    theirs = (
        theirs.join(_links, _links.c.parent == _parties.c.case)
        .join(_cases, _cases.c.id == _links.c.child)  # one that isn't there yet takes them on itself
        .where(
            _parties.c.kind == literal(kind.value),
            or_(*(_links.c.child.startswith(f"{key}:", autoescape=True) for key in procedures)),
        )
    )
    return into.from_select([*_COLUMNS], theirs).on_conflict_do_nothing()


@cache
def _statements(dialect: str) -> dict[str, Any]:
    new = insert_for(dialect)(_parties)
    theirs, into = _inherited(
        dialect,
        bindparam("child", type_=_parties.c.case.type).label("child"),
        bindparam("since", type_=_parties.c.opened_at.type).label("since"),
    )
    theirs = theirs.where(_parties.c.kind.in_(bindparam("kinds", expanding=True))).distinct()
    return {
        "others": delete(_parties).where(
            _parties.c.case == bindparam("of"),
            ~_parties.c.inherited,
            tuple_(_parties.c.kind, _parties.c.number).not_in(bindparam("named", expanding=True)),
        ),
        "own": new.on_conflict_do_update(index_elements=[*_KEY], set_={"inherited": False}),
        "of_parent": into.from_select([*_COLUMNS], theirs).on_conflict_do_nothing(),
        "none": delete(_of_parties).where(_of_parties.c.case == bindparam("of")),
    }
