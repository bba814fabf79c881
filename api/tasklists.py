"""Which open tasks a caller asks for, and along which stretches of the indexes they are read."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from api.access import Caller
from api.reading import along_own, hidden_from, in_group, own, readable
from api.searching import MOST_FOUND, CaseSearch, look_through
from api.stretches import Behind, Condition, Lists, Order, Stretches, all_of, any_of, row_of
from cases.turns import INCIDENTS, turns
from models.roles import OPERATIONS, Role
from models.tables.cases import FREE, HELD, INCIDENT

TABLE = "tasks"
ORDERS = {"due": Order(TABLE, "due_at"), "entered": Order(TABLE, "entered_at")}
_WORDS_OF_ROW = 'SELECT 1 FROM case_words AS w WHERE w."case" = tasks."case"'
_WORDS = 'SELECT l.id FROM tasks AS l JOIN case_words AS w ON w."case" = l."case"'


@dataclass(frozen=True)
class TaskFilter:
    """What is asked for: open tasks of the caller's roles, and those that the caller holds, of these alone."""

    caller: Caller
    role: str | None = None
    store: str | None = None
    procedure: str | None = None
    stage: str | None = None
    case: str | None = None
    mine: bool | None = None
    unclaimed: bool | None = None
    overdue: bool | None = None
    own: bool | None = None
    """Whether they are there because the case is the caller's own, and for no other reason; None: either."""

    @property
    def roles(self) -> frozenset[Any]:
        """Those of the caller's roles that it is about."""
        return self.caller.roles if self.role is None else self.caller.roles & {self.role}

    def _roles(self, held: frozenset[Role]) -> frozenset[Role]:
        """Those that it is about, of the roles that the caller holds in a store."""
        return held if self.role is None else held & {self.role}

    def _are_all(self, held: frozenset[Role]) -> bool:
        """Whether it is about tasks of every role, in a store where the caller holds these."""
        return not self.own and self.role is None and turns().are_all_for(held)

    def _has_incidents(self, held: frozenset[Role]) -> bool:
        return (
            not self.own and not OPERATIONS.isdisjoint(self._roles(held)) and self.stage in (None, INCIDENT)
        )

    @property
    def has_incidents(self) -> bool:
        """Whether incidents may be among them."""
        return any(self._has_incidents(held) for held, _ in self.caller.groups())

    def _turns(self, held: frozenset[Role]) -> list[int]:
        """Whose turn it may be in them; without incidents."""
        return [] if self.own else turns().of(self._roles(held), held, self.procedure, self.stage)

    def _own_turns(self, held: frozenset[Role]) -> list[int]:
        """Whose turn it may be in those of them that are there for the caller where the case is theirs alone."""
        return (
            []
            if self.own is False
            else turns().of(self._roles(held), held, self.procedure, self.stage, own=True)
        )

    @property
    def has_own_turns(self) -> bool:
        """Whether some of them are there because the case is the caller's own."""
        return any(self._own_turns(held) for held, _ in self._groups())

    # --- as a list is read

    def stores(self, lists: Lists) -> list[str]:
        """The stores that it is about."""
        if self.store is not None:
            return [self.store] if self.caller.sees(self.store) else []
        if self.caller.stores is not None:
            return sorted(self.caller.stores)
        opened = lists.is_open()
        return sorted(
            {
                store
                for which, held in (("free", FREE), ("held", HELD))
                for store in lists.stores(TABLE, f"ix_tasks_store_due_{which}", opened & Condition(held))
            }
        )

    def stretches(self, lists: Lists, by: str, now: datetime) -> list[Stretches]:
        """Where they stand in the indexes by `due` or `entered`."""
        if self.case is not None:
            return [Stretches("ix_tasks_case", self.condition(lists, now))]
        if self.mine:
            return [self._held(self.condition(lists, now))]
        found = [*self.of_roles(lists, by, self.stores(lists), now)]
        if self.role is None and self.mine is None and self.unclaimed is not True:
            others = [
                Condition(f"NOT {theirs.words}", theirs.values)
                for theirs in (self._of_group(lists, held, stores) for held, stores in self._groups())
                if theirs is not None
            ]
            if others:
                found.append(
                    self._held(self.condition(lists, now) & all_of(others))
                )  # it asks who reads, too
        return found

    def of_roles(self, lists: Lists, by: str, stores: list[str], now: datetime) -> Iterator[Stretches]:
        """Those of them that wait for one of the roles, in these stores."""
        alike: dict[frozenset[Role], list[str]] = {}
        for store in stores:
            alike.setdefault(self.caller.roles_in(store), []).append(store)
        for held, some in alike.items():
            yield from self._of_role(lists, by, held, some, now)

    def _of_role(
        self, lists: Lists, by: str, held: frozenset[Role], stores: list[str], now: datetime
    ) -> Iterator[Stretches]:
        late = self._late(now)
        for which, holding in self._standing():
            where = lists.is_open() & holding & late
            if self._are_all(held) and self.procedure is None and self.stage is None:
                keys: tuple[tuple[Any, ...], ...] = tuple((store,) for store in stores)
                yield Stretches(f"ix_tasks_store_{by}_{which}", where, ("store",), keys)
                continue
            index, columns = f"ix_tasks_turn_{by}_{which}", ("store", "turn")
            theirs = self._turns(held)
            keys = tuple((store, turn) for store in stores for turn in theirs)
            yield Stretches(index, where, columns, keys)
            if self._has_incidents(held) and self.procedure is None:
                keys = tuple((store, INCIDENTS) for store in stores)
                yield Stretches(index, where & self._of_seen(lists, held), columns, keys)
            elif self._has_incidents(held) and self.procedure not in hidden_from(held):
                keys = tuple((store, INCIDENTS, self.procedure) for store in stores)
                yield Stretches(index, where, (*columns, "procedure"), keys)
        if theirs := self._own_turns(held):
            yield from self._of_own(lists, by, stores, theirs, now)

    def _of_own(
        self, lists: Lists, by: str, stores: list[str], theirs: list[int], now: datetime
    ) -> Iterator[Stretches]:
        """The tasks of the caller's own cases, which stand by their parties."""
        late, held = self._late(now), self._holding()
        also = lists.among("store", stores) & late
        if held is not None:
            also &= row_of(TABLE, "task_parties.id", held)
        for one in along_own(lists, self.caller, f"ix_task_parties_{by}", "task_parties", "id"):
            keys = tuple((*party, turn) for party in one.keys for turn in theirs)
            yield one._replace(where=one.where & also, columns=(*one.columns, "turn"), keys=keys)

    @staticmethod
    def _of_seen(lists: Lists, held: frozenset[Role]) -> Condition | None:
        """That an incident is of a procedure that these roles read."""
        hidden = hidden_from(held)
        return lists.not_among("procedure", sorted(hidden)) if hidden else None

    def _groups(self) -> list[tuple[frozenset[Role], tuple[str, ...] | None]]:
        return self.caller.groups()

    def _of_group(
        self, lists: Lists, held: frozenset[Role], stores: tuple[str, ...] | None
    ) -> Condition | None:
        """That a task waits for one of the roles held in these stores, or in all that no other group names. None
        where it always does.
        """
        where = in_group(lists, self.caller, stores)
        if not self._are_all(held):
            either = [lists.among("turn", self._turns(held))]
            if self._has_incidents(held):
                either.append(Condition("turn = ?", (INCIDENTS,)) & self._of_seen(lists, held))
            if theirs := self._own_turns(held):
                either.append(lists.among("turn", theirs) & own(self.caller, TABLE))
            where = any_of([Condition(f"({one.words})", one.values) for one in either]) & where
        return where and Condition(f"({where.words})", where.values)

    def _held(self, where: Condition) -> Stretches:
        held = Condition(HELD) & where
        return Stretches("ix_tasks_holder", held, ("claimed_by",), ((self.caller.id,),))

    def _standing(self) -> Iterator[tuple[str, Condition]]:
        """The halves of the indexes: what nobody holds, and what somebody does."""
        if self.unclaimed is not False:
            yield "free", Condition(FREE)
        if self.unclaimed is not True:
            others = Condition("claimed_by <> ?", (self.caller.id,)) if self.mine is False else None
            yield "held", Condition(HELD) & others

    def _holding(self) -> Condition | None:
        """Who holds them; None where it doesn't matter."""
        if self.unclaimed is None and self.mine is None:
            return None
        either = [Condition(f"({one.words})", one.values) for _, one in self._standing()]
        return any_of(either)

    def _late(self, now: datetime) -> Condition | None:
        return (
            None if self.overdue is None else Condition(f"due_at {'<' if self.overdue else '>='} ?", (now,))
        )

    def _of_procedure(self) -> Condition | None:
        return None if self.procedure is None else Condition("procedure = ?", (self.procedure,))

    # --- as a row is looked at

    def condition(self, lists: Lists, now: datetime) -> Condition:
        """That a task is one of them."""
        where = lists.is_open() & self._late(now) & self._of_procedure()
        stores = self.caller.stores
        if self.case is not None:
            where &= Condition('"case" = ?', (self.case,))
        if self.store is not None:
            where &= Condition("store = ?", (self.store,))
        if stores is not None:
            where &= lists.among("store", sorted(stores))
        if self.stage is not None:
            where &= Condition("stage = ?", (self.stage,))
        if self.unclaimed is not None:
            where &= Condition(FREE if self.unclaimed else HELD)
        if self.mine is not None:
            mine = "claimed_by = ?" if self.mine else "(claimed_by IS NULL OR claimed_by <> ?)"
            where &= Condition(mine, (self.caller.id,))
        whose: list[Condition] = []
        for held, stores in self._groups():
            theirs = self._of_group(lists, held, stores)
            if theirs is None:
                return where
            whose.append(theirs)
        if self.role is None and not self.own:
            whose.append(Condition("claimed_by = ?", (self.caller.id,)) & readable(lists, self.caller, TABLE))
        return where & any_of(whose)


def first_tasks(
    lists: Lists,
    wanted: TaskFilter,
    search: CaseSearch | None,
    sort: str,
    now: datetime,
    most: int,
    behind: Behind,
) -> tuple[list[str], Behind]:
    """The ids of the first tasks behind another; and where to go on, if a search has ended before it had so many."""
    order = ORDERS[sort]
    if search is not None and search.is_rare(lists):
        return _ids(lists.first(order, [among_found(lists, wanted, search, now)], most, behind)), None
    if search is not None:
        stretches = wanted.stretches(lists, sort, now)
        return look_through(lists, order, stretches, search, wanted.caller, _WORDS, most, behind)
    if sort == "entered" and wanted.overdue:
        late = wanted.stretches(lists, "due", now)
        if lists.count(TABLE, {"": late}, MOST_FOUND + 1)[""] <= MOST_FOUND:
            return _ids(lists.first(order, late, most, behind)), None
    return _ids(lists.first(order, wanted.stretches(lists, sort, now), most, behind)), None


def among_found(lists: Lists, wanted: TaskFilter, search: CaseSearch, now: datetime) -> Stretches:
    """Those of the cases that a search finds."""
    cases = search.cases(lists)
    where = Condition(f'"case" IN ({cases.words})', cases.values) & wanted.condition(lists, now)
    where &= search.heeding(lists, wanted.caller, _WORDS_OF_ROW)
    return Stretches("ix_tasks_case", where)


def _ids(rows: list[tuple[Any, str]]) -> list[str]:
    return [key for _, key in rows]
