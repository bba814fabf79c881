"""Who reads which cases: the one rule, of a row and in the database's words.

Whoever holds a role that the procedure names reads its cases in that store. Anybody else reads the cases that are
theirs: as the party whose number the case holds, or as the person whom it is about.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from api.access import Caller
from api.people.rights import Party
from api.storage import table_of
from api.stretches import Condition, Lists, all_of, any_of
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


_whose = select(table_of(CaseParty).c.kind, table_of(CaseParty).c.number).where(
    table_of(CaseParty).c.case == bindparam("case")
)


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


def own_numbers(caller: Caller, kind: PartyKind, store: str) -> frozenset[str]:
    """The numbers by which the caller stands for parties of this kind in this store."""
    return frozenset(one.number for one in caller.parties if one.kind is kind and one.store in ("", store))


def readable(lists: Lists, caller: Caller, table: str) -> Condition | None:
    """That a row of `cases` or `tasks` is of a case that is there for the caller; None where all are that are in the
    caller's stores.
    """
    groups = caller.groups()
    if not any(hidden_from(held) for held, _ in groups):
        return None
    either: list[Condition] = []
    for held, stores in groups:
        hidden = hidden_from(held)
        if len(hidden) == len(registry().all()):
            continue
        here: list[Condition] = []
        if hidden:
            here.append(lists.not_among("procedure", sorted(hidden)))
        if (where := in_group(lists, caller, stores)) is not None:
            here.append(where)
        whole = all_of(here)
        either.append(Condition(f"({whole.words})", whole.values))
    return any_of([*either, own(caller, table)])


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
    either = any_of([_is(one) for one in parties_of(caller)])
    return Condition(f'SELECT p."case" FROM case_parties AS p WHERE {either.words}', either.values)


def _is(party: Party) -> Condition:
    whose = Condition("p.kind = ? AND p.number = ?", (party.kind.value, party.number))
    whose = whose & Condition("p.store = ?", (party.store,)) if party.store else whose
    return Condition(f"({whose.words})", whose.values)


def has_few(lists: Lists, caller: Caller) -> bool:
    """Whether so few cases are the caller's own that they can be looked at one by one."""
    whose = parties_of(caller)
    if whose not in lists.counted:  # many lists of one answer ask
        cases = own_cases(caller)
        ((many,),) = lists.run(f"SELECT count(*) FROM ({cases.words} LIMIT {FEW + 1:d}) AS f", cases.values)
        lists.counted[whose] = many
    return lists.counted[whose] <= FEW
