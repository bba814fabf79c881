"""Whose cases they are: the rows by which customers, suppliers and others find what is theirs, written with the commit.

A case that another one started is its parties' too, as far as its procedure knows parties of that kind.
"""

from __future__ import annotations

from functools import cache
from typing import Any

from sqlalchemy import bindparam, delete, literal, or_, select, true, tuple_

from models.database import insert_for
from models.roles import PartyKind
from models.statements import Run
from models.tables.cases import CaseParty, LinkRow
from workflows.registry import registry
from workflows.runner.messages import Commit

_parties, _links = vars(CaseParty)["__table__"], vars(LinkRow)["__table__"]
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
                taken_on = {"of": link.parent, "child": commit.case, "kinds": kinds}
                run(statements["of_parent"], taken_on)


def _knowing(kind: PartyKind) -> tuple[str, ...]:
    """The procedures whose cases have parties of this kind."""
    return tuple(one.key for one in registry() if kind in one.declaration.parties)


def _inherited(dialect: str, child: Any) -> Any:
    """An INSERT of what a child inherits. `child`: its id."""
    theirs = select(_parties.c.kind, _parties.c.number, _parties.c.store, child, true())
    return theirs.where(_parties.c.case == bindparam("of")), insert_for(dialect)(_parties)


@cache
def _to_children(dialect: str, kind: PartyKind, procedures: tuple[str, ...]) -> Any:
    theirs, into = _inherited(dialect, _links.c.child)
    theirs = theirs.join(_links, _links.c.parent == _parties.c.case).where(
        _parties.c.kind == literal(kind.value),
        or_(*(_links.c.child.startswith(f"{key}:", autoescape=True) for key in procedures)),
    )
    return into.from_select([*_KEY, "inherited"], theirs).on_conflict_do_nothing()


@cache
def _statements(dialect: str) -> dict[str, Any]:
    new = insert_for(dialect)(_parties)
    theirs, into = _inherited(dialect, bindparam("child", type_=_parties.c.case.type).label("child"))
    theirs = theirs.where(_parties.c.kind.in_(bindparam("kinds", expanding=True))).distinct()
    return {
        "others": delete(_parties).where(
            _parties.c.case == bindparam("of"),
            ~_parties.c.inherited,
            tuple_(_parties.c.kind, _parties.c.number).not_in(bindparam("named", expanding=True)),
        ),
        "own": new.on_conflict_do_update(index_elements=[*_KEY], set_={"inherited": False}),
        "of_parent": into.from_select([*_KEY, "inherited"], theirs).on_conflict_do_nothing(),
    }
