"""Reads the first rows of long lists, and counts them, along the database's indexes.

What a caller may see of a list are stretches of an index, such as one for each store and stage: in each the rows
stand in the order of the list. So the first of all are among the first of each.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, NamedTuple

import orjson
from sqlalchemy.orm import Session

_FEW = 8
"""So many stretches are read as far as the page could need; of more, some rows of each, and then where there are more.
"""
_MOMENT = len("2026-11-23 02:00:00.000000")
"""Characters of a moment, as SQLite keeps it."""
_TYPES = {"turn": "::bigint"}
"""What PostgreSQL must be told of a column that isn't text."""


class Order(NamedTuple):
    """What a list is sorted by: a moment, and then the id."""

    table: str
    at: str
    descends: bool = False
    key: str = "id"
    """The column that holds the id."""

    @property
    def words(self) -> str:
        """As a statement says it."""
        down = " DESC" if self.descends else ""
        return f"{self.at}{down}, {self.key}{down}"


class Condition(NamedTuple):
    """A part of a WHERE, with `?` for each of its values."""

    words: str
    values: tuple[Any, ...] = ()

    def __and__(self, other: Condition | None) -> Condition:
        return (
            self
            if other is None
            else Condition(f"{self.words} AND {other.words}", self.values + other.values)
        )


def all_of(some: Iterable[Condition]) -> Condition:
    """That each of these holds."""
    whole = Condition("1 = 1")
    for one in some:
        whole &= one
    return whole


def any_of(some: Sequence[Condition]) -> Condition:
    """That one of these holds."""
    if not some:
        return Condition("1 = 0")
    return Condition(
        f"({' OR '.join(one.words for one in some)})", tuple(v for one in some for v in one.values)
    )


def row_of(table: str, key: str, where: Condition) -> Condition:
    """That the row of another table with this key is as it is to be. key: the row's id, in the words of the list."""
    return Condition(
        f"EXISTS (SELECT 1 FROM {table} WHERE {table}.id = {key} AND {where.words})", where.values
    )


class Stretches(NamedTuple):
    """Stretches of one index: of each, `columns` equal one of `keys`."""

    along: str
    """The index."""
    where: Condition
    columns: tuple[str, ...] = ()
    keys: tuple[tuple[Any, ...], ...] = ((),)
    table: str = ""
    """The index's, where it is another one than the list's: it has the list's moments, and a row may stand in several
    of the stretches.
    """
    key: str = "id"
    """That table's column with the ids of the list's rows."""

    def sorted_by(self, order: Order) -> Order:
        """The list's order, in the words of this table."""
        return order._replace(table=self.table, key=self.key) if self.table else order


Behind = tuple[datetime, str] | None
"""The moment and the id of the row that the page comes after."""


class Lists:
    """The lists of the database of one session."""

    def __init__(self, session: Session) -> None:
        self._connection = session.connection()
        self.is_sqlite = session.get_bind().dialect.name == "sqlite"
        self.counted: dict[Any, int] = {}
        """What was counted for this answer already."""

    def run(self, statement: str, values: Sequence[Any] = ()) -> list[Any]:
        """The rows of a statement whose values are written as `?`."""
        if not self.is_sqlite:
            return [*self._connection.exec_driver_sql(statement.replace("?", "%s"), tuple(values))]
        return [*self._connection.exec_driver_sql(statement, tuple(map(_kept, values)))]

    def ids(self, statement: str, values: Sequence[Any]) -> set[str]:
        """What a SELECT of `id` finds. Of SQLite all in one row: each is a turn for other threads."""
        if not self.is_sqlite:
            return {key for (key,) in self.run(statement, values)}
        ((found,),) = self.run(f"SELECT json_group_array(id) FROM ({statement})", values)
        return {*orjson.loads(found)}

    def holds(self, text: str, parts: Sequence[str]) -> Condition:
        """That a text, which is an SQL expression, has one of these parts."""
        position = "instr" if self.is_sqlite else "strpos"
        either = " OR ".join(f"{position}({text}, ?) > 0" for _ in parts)
        return Condition(f"({either})", tuple(parts))

    def moment(self, at: Any) -> datetime:
        """A moment as `first` gives it."""
        return datetime.fromisoformat(at).replace(tzinfo=UTC) if isinstance(at, str) else at

    def is_open(self) -> Condition:
        """That a task is open, in the words of its indexes."""
        return Condition("open = 1" if self.is_sqlite else "open")

    def among(self, column: str, values: Sequence[Any]) -> Condition:
        """That a column is one of many values."""
        if self.is_sqlite:
            return Condition(f"{column} IN (SELECT value FROM json_each(?))", (as_json(values),))
        listed = f"SELECT value{_TYPES.get(column, '')} FROM jsonb_array_elements_text(?::jsonb)"
        return Condition(f"{column} IN ({listed})", (as_json(values),))

    def not_among(self, column: str, values: Sequence[Any]) -> Condition:
        """That a column is none of many values."""
        among = self.among(column, values)
        return Condition(f"NOT ({among.words})", among.values)

    def stores(self, table: str, index: str, where: Condition | None = None) -> list[str]:
        """Every store that the table knows, found by leaps along an index that begins with it."""
        hint = f" INDEXED BY {index}" if self.is_sqlite else ""
        also = f" AND {where.words}" if where else ""
        plain = f" WHERE {where.words}" if where else ""
        found = self.run(
            f"WITH RECURSIVE s(store) AS (SELECT (SELECT min(store) FROM {table}{hint}{plain}) UNION ALL "
            f"SELECT (SELECT min(store) FROM {table}{hint} WHERE store > s.store{also}) FROM s "
            "WHERE s.store IS NOT NULL) SELECT store FROM s WHERE store IS NOT NULL",
            (*(where.values if where else ()), *(where.values if where else ())),
        )
        return [store for (store,) in found]

    # --- the first rows

    def first(
        self, order: Order, stretches: Sequence[Stretches], most: int, behind: Behind = None
    ) -> list[tuple[Any, str]]:
        """Of all stretches together, the first rows behind another: moment, as the database keeps it, and id."""
        if not self.is_sqlite:
            return self._first_of_postgresql(order, stretches, most, behind)
        bound = None
        if _number_of(stretches) > max(most, _FEW):
            stretches, bound = self._where_the_first_are(order, stretches, most, behind)
        many = _number_of(stretches)
        if many <= _FEW:
            parts = [*self._rows(order, stretches, most, behind, bound)]
            return _sorted(order, [row for _, _, rows in parts for row in rows])[:most]
        # more of each than are wanted if all begin alike; then those that may hold more of the first
        each = 3 * most // many + 1
        parts = [*self._rows(order, stretches, each, behind, bound)]
        known = _sorted(order, [row for _, _, rows in parts for row in rows])
        bound = known[most - 1] if len(known) >= most else None
        whole = [
            part
            for part in parts
            if len(part[2]) < each or (bound is not None and _sorted(order, [*part[2], bound])[-1] != bound)
        ]
        known = [row for _, _, rows in whole for row in rows]
        is_whole = {(number, key) for number, key, _ in whole}
        further = _grouped(stretches, [part[:2] for part in parts if part[:2] not in is_whole])
        known += [row for _, _, rows in self._rows(order, further, most, behind, bound) for row in rows]
        return _sorted(order, known)[:most]

    def _where_the_first_are(
        self, order: Order, stretches: Sequence[Stretches], most: int, behind: Behind
    ) -> tuple[list[Stretches], Any]:
        """The stretches that begin before all others: one for each row that is wanted, as none of the others can have
        any of these rows; and the row that the last of them begins with, if there are so many.
        """
        begin = [
            (row, number, key)
            for number, one in enumerate(stretches)
            for row, key in self._beginnings(order, one, most, behind)
        ]
        begin.sort(reverse=order.descends)
        firsts = _sorted(order, [row for row, _, _ in begin])
        bound = firsts[most - 1] if len(firsts) >= most else None
        among = set(firsts[:most])
        return _grouped(stretches, [(number, key) for row, number, key in begin if row in among]), bound

    def _beginnings(
        self, order: Order, one: Stretches, most: int, behind: Behind
    ) -> Iterator[tuple[tuple[Any, str], tuple[Any, ...]]]:
        """The first row of each stretch that has one, and the stretch's key; of the first so many, or of all where rows
        may begin several.
        """
        most = len(one.keys) if one.table else most
        order = one.sorted_by(order)
        where = one.where & _further(order, behind)
        down = " DESC" if order.descends else ""
        # all in one row: each is a turn for other threads
        statement = (
            f"WITH begin AS MATERIALIZED (SELECT k.value AS key, (SELECT {_row_of(order)} FROM {order.table} "
            f"INDEXED BY {one.along} WHERE {where.words}{_equal(one, {})} ORDER BY {order.words} LIMIT 1) AS row "
            "FROM json_each(?) AS k) "
            "SELECT json_group_array(json_array(row, json(key))) FROM "
            f"(SELECT row, key FROM begin WHERE row IS NOT NULL ORDER BY row{down} LIMIT ?)"
        )
        ((found,),) = self.run(statement, (*where.values, as_json(one.keys), most))
        return ((_taken_apart(row), tuple(key)) for row, key in orjson.loads(found))

    def _rows(
        self, order: Order, stretches: Sequence[Stretches], most: int, behind: Behind, until: Any
    ) -> Iterator[tuple[int, tuple[Any, ...], list[tuple[Any, str]]]]:
        """The first rows of each stretch, with its number among these and its key."""
        sign = ">=" if order.descends else "<="
        for number, one in enumerate(stretches):
            its = one.sorted_by(order)
            before = until and Condition(f"({its.at}, {its.key}) {sign} (?, ?)", tuple(until))
            where = one.where & _further(its, behind) & before
            statement = (
                "SELECT json_group_array(json(rows)) FROM (SELECT (SELECT json_group_array(row) FROM "
                f"(SELECT {_row_of(its)} AS row FROM {its.table} INDEXED BY {one.along} "
                f"WHERE {where.words}{_equal(one, {})} ORDER BY {its.words} LIMIT ?)) AS rows "
                "FROM json_each(?) AS k)"
            )
            ((found,),) = self.run(statement, (*where.values, most, as_json(one.keys)))
            for key, rows in zip(one.keys, orjson.loads(found), strict=True):
                yield number, key, [_taken_apart(row) for row in rows]

    def _first_of_postgresql(
        self, order: Order, stretches: Sequence[Stretches], most: int, behind: Behind
    ) -> list[tuple[Any, str]]:
        selects: list[str] = []
        values: list[Any] = []
        for one in stretches:
            its = one.sorted_by(order)
            where = one.where & _further(its, behind)
            rows = (
                f"SELECT {its.at} AS at, {its.key} AS id FROM {its.table} WHERE {where.words}{_equal(one)} "
                f"ORDER BY {its.words} LIMIT {most:d}"
            )
            if one.columns:
                selects.append(
                    f"SELECT f.at, f.id FROM jsonb_array_elements(?::jsonb) AS k CROSS JOIN LATERAL ({rows}) AS f"
                )
                values.append(as_json(one.keys))
            else:
                selects.append(f"SELECT * FROM ({rows}) AS f")
            values += where.values
        if not selects:
            return []
        all_of_them = (" UNION " if any(one.table for one in stretches) else " UNION ALL ").join(selects)
        by = order.words.replace(order.at, "at", 1)
        rows = self.run(f"SELECT at, id FROM ({all_of_them}) AS f ORDER BY {by} LIMIT {most:d}", values)
        return [tuple(row) for row in rows]

    # --- how many

    def count(self, table: str, of: Mapping[str, Sequence[Stretches]], most: int) -> dict[str, int]:
        """How many rows each of these has, up to `most`; one whose keys are many costs no more than these."""
        counts = dict.fromkeys(of, 0)
        alike: dict[Stretches, dict[str, tuple[tuple[Any, ...], ...]]] = {}
        for name, stretches in of.items():
            for one in stretches:
                keys = alike.setdefault(one._replace(keys=()), {})
                keys[name] = keys.get(name, ()) + one.keys
        for one, keys in alike.items():
            wanted = {name: some for name, some in keys.items() if some and counts[name] < most}
            if not wanted:
                continue
            for name, found in self._counts(one.table or table, one, wanted, most):
                counts[name] = min(counts[name] + found, most)
        return counts

    def _counts(
        self,
        table: str,
        one: Stretches,
        keys: Mapping[str, tuple[tuple[Any, ...], ...]],
        most: int,
    ) -> Iterator[tuple[str, int]]:
        each = f"DISTINCT {table}.{one.key}" if one.table and self.is_sqlite else f"DISTINCT one.{one.key}"
        each = each if one.table else "1"
        if self.is_sqlite:
            # one row in all: each is a turn for other threads
            statement = (
                f"SELECT json_group_object(g.key, (SELECT count(*) FROM (SELECT {each} FROM json_each(g.value) AS k "
                f"CROSS JOIN {table} INDEXED BY {one.along} WHERE {one.where.words}{_equal(one, {})} LIMIT {most:d}))) "
                "FROM json_each(?) AS g"
            )
            ((found,),) = self.run(statement, (*one.where.values, as_json(keys)))
            yield from orjson.loads(found).items()
            return
        rows = f"SELECT {one.key} FROM {table} WHERE {one.where.words}{_equal(one)} LIMIT {most:d}"
        statement = (
            f"SELECT g.key, (SELECT count(*) FROM (SELECT {each} FROM jsonb_array_elements(g.value) AS k "
            f"CROSS JOIN LATERAL ({rows}) AS one LIMIT {most:d}) AS c) FROM jsonb_each(?::jsonb) AS g"
        )
        for name, found in self.run(statement, (*one.where.values, as_json(keys))):
            yield name, found


def _equal(one: Stretches, types: Mapping[str, str] = _TYPES) -> str:
    return "".join(
        f" AND {column} = (k.value->>{at}){types.get(column, '')}" for at, column in enumerate(one.columns)
    )


def _number_of(stretches: Sequence[Stretches]) -> int:
    return sum(len(one.keys) for one in stretches)


def _grouped(stretches: Sequence[Stretches], some: Iterable[tuple[int, tuple[Any, ...]]]) -> list[Stretches]:
    """Some of these, each named by its number and key."""
    keys: dict[int, list[tuple[Any, ...]]] = {}
    for number, key in some:
        keys.setdefault(number, []).append(key)
    return [stretches[number]._replace(keys=tuple(few)) for number, few in keys.items()]


def _row_of(order: Order) -> str:
    """A row's moment and id as one text, which sorts as both do."""
    return f"{order.at} || {order.key}"


def _taken_apart(row: str) -> tuple[str, str]:
    return row[:_MOMENT], row[_MOMENT:]


def _further(order: Order, behind: Any) -> Condition | None:
    sign = "<" if order.descends else ">"
    return behind and Condition(f"({order.at}, {order.key}) {sign} (?, ?)", tuple(behind))


def _sorted(order: Order, rows: Sequence[Any]) -> list[tuple[Any, str]]:
    return sorted({tuple(row) for row in rows}, reverse=order.descends)


def as_json(value: Any) -> str:
    """Many values as one, for a statement that takes them as JSON."""
    return orjson.dumps(value).decode()


def _kept(value: Any) -> Any:
    """A moment as SQLite's columns hold it."""
    return value.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S.%f") if isinstance(value, datetime) else value
