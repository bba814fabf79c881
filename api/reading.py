"""Who reads which cases: the one rule, of a row and in the database's words.

Whoever holds a role that the procedure names reads its cases in that store. Anybody else reads the cases that are
theirs: as the party whose number the case holds, or as the person whom it is about.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from sqlalchemy import ColumnElement, and_, bindparam, exists, or_, select
from sqlalchemy.orm import Session

from api.access import Caller
from api.storage import table_of
from api.stretches import Condition, Lists, Stretches, all_of, any_of
from models.rights import Party
from models.roles import PartyKind, Role
from models.tables.cases import CaseParty
from workflows.language.procedure import Procedure
from workflows.registry import registry

FEW = 2000
"""So many cases of a party are looked at one by one; of more, a list is walked, in which they are frequent."""
_ID = {"cases": "id", "tasks": '"case"', "changes": '"case"'}


def hidden_from(roles: frozenset[Role]) -> frozenset[str]:
    """The procedures whose cases are not all there for these roles."""
    return _hidden_from(roles, registry().all())


@lru_cache(maxsize=1024)
def _hidden_from(roles: frozenset[Role], declared: tuple[type[Procedure], ...]) -> frozenset[str]:
    return frozenset(one.key for one in declared if one.declaration.seen_by.isdisjoint(roles))


def parties_of(caller: Caller) -> tuple[Party, ...]:
    """As whom the caller reads what is theirs."""
    return (*sorted(caller.parties), Party(PartyKind.PERSON, caller.owner or caller.id))


def reads_all(caller: Caller, procedure: str, store: str) -> bool:
    """Whether every case of the procedure is there for the caller in this store."""
    return caller.sees(store) and procedure not in hidden_from(caller.roles_in(store))


_parties = table_of(CaseParty)
_whose = select(_parties.c.kind, _parties.c.number).where(_parties.c.case == bindparam("case"))


def reads(session: Session, caller: Caller, procedure: str, store: str, case: str) -> bool:
    """Whether this case is there for the caller."""
    if reads_all(caller, procedure, store):
        return True
    if not caller.sees(store):
        return False
    theirs = {(one.kind.value, one.number) for one in parties_of(caller) if one.store in ("", store)}
    return any(
        (kind, number) in theirs for kind, number in session.connection().execute(_whose, {"case": case})
    )


def own_among(session: Session, caller: Caller, cases: Sequence[str]) -> frozenset[str]:
    """Which of these cases are the caller's own."""
    lists = Lists(session)
    mine, among = own_cases(caller), lists.among('p."case"', cases)
    found = lists.run(f"{mine.words} AND {among.words}", (*mine.values, *among.values))
    return frozenset(case for (case,) in found)


def is_own(
    caller: Caller, kind: PartyKind, store: ColumnElement[Any], case: ColumnElement[Any]
) -> ColumnElement[bool]:
    """That a case, by its columns in a book, is the caller's own as a party of this kind."""
    return exists().where(
        _parties.c.store == store,
        _parties.c.case == case,
        _parties.c.kind == kind.value,
        own_numbers_in(caller, kind, store, _parties.c.number),
    )


def own_numbers_in(
    caller: Caller, kind: PartyKind, store: ColumnElement[Any], number: ColumnElement[Any]
) -> ColumnElement[bool]:
    """That a row of a store has one of the numbers by which the caller stands for parties of this kind there."""
    everywhere = [one.number for one in caller.parties if one.kind is kind and not one.store]
    in_one = [
        and_(number == one.number, store == one.store)
        for one in sorted(caller.parties)
        if one.kind is kind and one.store
    ]
    either = or_(number.in_(everywhere), *in_one)
    return either if caller.stores is None else and_(store.in_(sorted(caller.stores)), either)


def own_numbers(caller: Caller, kind: PartyKind, store: str) -> frozenset[str]:
    """The numbers by which the caller stands for parties of this kind in this store."""
    return frozenset(one.number for one in caller.parties if one.kind is kind and one.store in ("", store))


def readable(lists: Lists, caller: Caller, table: str) -> Condition | None:
    """That a row of `cases` or `tasks` is of a case that is there for the caller; None where all are that are in the
    caller's stores.
    """
    whole = read_by_role(lists, caller)
    return None if whole is None else any_of([whole, own(caller, table)])


def read_by_role(lists: Lists, caller: Caller) -> Condition | None:
    """That a row is of a case that is there for the caller because of a role; None where all are that are in the
    caller's stores.
    """
    groups = caller.groups()
    if not any(hidden_from(held) for held, _ in groups):
        return None
    either: list[Condition] = []
    for held, stores in groups:
        hidden = hidden_from(held)
        if reads_own_alone(held):
            continue
        here: list[Condition] = []
        if hidden:
            here.append(lists.not_among("procedure", sorted(hidden)))
        if (where := in_group(lists, caller, stores)) is not None:
            here.append(where)
        whole = all_of(here)
        either.append(Condition(f"({whole.words})", whole.values))
    return any_of(either)


def reads_own_alone(roles: frozenset[Role]) -> bool:
    """Whether no procedure's cases are all there for these roles."""
    return _reads_own_alone(roles, registry().all())


@lru_cache(maxsize=1024)
def _reads_own_alone(roles: frozenset[Role], declared: tuple[type[Procedure], ...]) -> bool:
    return _hidden_from(roles, declared) >= {one.key for one in declared}


def in_group(lists: Lists, caller: Caller, stores: tuple[str, ...] | None) -> Condition | None:
    """That a row is of these stores, or of all that no group of the caller's rights names. None where all are."""
    if stores is not None:
        return lists.among("store", stores)
    named = [store for _, some in caller.groups() for store in some or ()]
    return lists.not_among("store", named) if named else None


def own(caller: Caller, table: str) -> Condition:
    """That a row is of a case that is the caller's own."""
    either = any_of([_is(one) for one in parties_of(caller)])
    return Condition(
        f'EXISTS (SELECT 1 FROM case_parties AS p WHERE p.store = {table}.store AND p."case" = {table}.{_ID[table]} '
        f"AND {either.words})",
        either.values,
    )


def own_cases(caller: Caller) -> Condition:
    """The ids of the cases that are the caller's own, as a SELECT."""
    whose = any_of([_is(one) for one in parties_of(caller)])
    if caller.stores is not None:
        whose &= any_of([Condition("p.store = ?", (store,)) for store in sorted(caller.stores)])
    return Condition(f'SELECT p."case" FROM case_parties AS p WHERE {whose.words}', whose.values)


def _is(party: Party) -> Condition:
    whose = Condition("p.kind = ? AND p.number = ?", (party.kind.value, party.number))
    whose = whose & Condition("p.store = ?", (party.store,)) if party.store else whose
    return Condition(f"({whose.words})", whose.values)


def along_own(lists: Lists, caller: Caller, index: str, table: str, key: str) -> list[Stretches]:
    """The stretches of a table of the parties' own that are the caller's. index: begins with kind and number; key: the
    column with the ids of the list's rows.
    """
    seen = None if caller.stores is None else lists.among("store", sorted(caller.stores))
    by_store: dict[str, list[tuple[Any, ...]]] = {}
    for one in parties_of(caller):
        by_store.setdefault(one.store, []).append((one.kind.value, one.number))
    return [
        Stretches(
            index,
            all_of([Condition("store = ?", (store,))] if store else []) & seen,
            ("kind", "number"),
            tuple(numbers),
            table,
            key,
        )
        for store, numbers in by_store.items()
    ]


def has_few(lists: Lists, caller: Caller) -> bool:
    """Whether so few cases are the caller's own that they can be looked at one by one."""
    whose = parties_of(caller)
    if whose not in lists.counted:  # many lists of one answer ask
        cases = own_cases(caller)
        ((many,),) = lists.run(f"SELECT count(*) FROM ({cases.words} LIMIT {FEW + 1:d}) AS f", cases.values)
        lists.counted[whose] = many
    return lists.counted[whose] <= FEW
