"""Runs statements that were built once: compiled once a dialect, and handed to the driver as they are.

SQLAlchemy's own way to the driver takes longer than most of these statements do. On PostgreSQL the statements of one
block travel together: the database is waited for only where a count is asked for, and at the end.
"""

from __future__ import annotations

from collections import namedtuple
from collections.abc import Callable, Generator, Mapping, Sequence
from contextlib import contextmanager
from functools import cache, partial
from typing import Any, NamedTuple
from weakref import WeakKeyDictionary

from sqlalchemy import Connection, Dialect, insert
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from models.table import Table

_MOST_LENGTHS = 100
"""For so many lengths of its lists a statement's text is kept."""

_EACH_LENGTH = 8
"""Up to here a list of each length has a text of its own; beyond, those of 16, 32, 64 and so on values."""

Parameters = Mapping[str, Any]
Run = Callable[..., "Ran"]
"""Runs an INSERT, UPDATE or DELETE with one set of parameters, or with each of several."""


class Ran:
    """A statement that was handed to the database."""

    def __init__(self, cursor: Any, wait: Callable[[], None] | None = None) -> None:
        self._cursor, self._wait = cursor, wait

    @property
    def rowcount(self) -> int:
        """How many rows it wrote. Waits for the database where the statement is still on its way."""
        if self._wait is not None:
            self._wait()
        return int(self._cursor.rowcount)


class _Bind(NamedTuple):
    """A parameter of a statement's text."""

    name: str
    key: str
    """The parameter that is given, or the list."""
    place: int | None
    """Where that is a list, which of its parts."""
    fixed: Any
    process: Callable[[Any], Any] | None


class _Expanded(NamedTuple):
    """A statement for lists of certain lengths."""

    text: str
    binds: list[_Bind]


class _Compiled:
    """One statement for one set of columns."""

    def __init__(self, statement: Any, dialect: Dialect, columns: Sequence[str]) -> None:
        if statement.is_insert:
            statement = statement.inline()  # nobody asks for the keys of the rows that it makes
        compiled = self._compiled = statement.compile(dialect=dialect, column_keys=columns)
        names: dict[str, Any] = {name: bind for bind, name in compiled.bind_names.items()}
        self._processors: dict[str, Callable[[Any], Any]] = dict(compiled._bind_processors)  # noqa: SLF001
        self._binds = [
            (name, names[name].key, names[name].value, self._processors.get(name))
            for name in (compiled.positiontup if compiled.positional else names)
        ]
        self.text = str(compiled)
        self.columns: Sequence[Any] = getattr(compiled, "_result_columns", ())
        """What a row of a SELECT holds."""
        self._lists = [(compiled.bind_names[one], one.key, one.value) for one in compiled.post_compile_params]
        self._expanded: dict[tuple[int, ...], _Expanded] = {}
        """By the lengths of the lists."""
        self.expands = bool(self._lists)
        """Whether its text depends on how many values a list holds."""

    def values(self, given: Parameters) -> Any:
        """The parameters as the driver takes them."""
        if self._compiled.positional:
            return tuple(
                value if process is None else process(value)
                for _, key, fixed, process in self._binds
                for value in (given.get(key, fixed),)
            )
        return {
            name: value if process is None else process(value)
            for name, key, fixed, process in self._binds
            for value in (given.get(key, fixed),)
        }

    def expanded(self, given: Parameters) -> tuple[str, Any]:
        """The text for lists of these lengths, and the parameters."""
        full = {key: _filled_up(given.get(key, fixed)) for _, key, fixed in self._lists}
        given = {**given, **full}
        lists = {name: _parts(full[key]) for name, key, _ in self._lists}
        lengths = tuple([len(values) for values in lists.values()])
        if (known := self._expanded.get(lengths)) is None:
            if len(self._expanded) >= _MOST_LENGTHS:
                self._expanded.clear()
            known = self._expanded[lengths] = self._expand(given)
        values = [
            value if process is None else process(value)
            for _, key, place, fixed, process in known.binds
            for value in (given.get(key, fixed) if place is None else lists[key][place],)
        ]
        if self._compiled.positional:
            return known.text, tuple(values)
        return known.text, {bind.name: value for bind, value in zip(known.binds, values, strict=True)}

    def _expand(self, given: Parameters) -> _Expanded:
        state = self._compiled.construct_expanded_state(dict(given))
        processors = {**self._processors, **state.processors}
        of_lists = {
            one: (name, place)
            for name, names in state.parameter_expansion.items()
            for place, one in enumerate(names)
        }
        fixed = {name: (key, value) for name, key, value, _ in self._binds}
        binds: list[_Bind] = []
        for name in state.positiontup if self._compiled.positional else state.parameters:
            if name in of_lists:
                key, place = of_lists[name]
                binds.append(_Bind(name, key, place, None, processors.get(name)))
            else:
                key, value = fixed[name]
                binds.append(_Bind(name, key, None, value, processors.get(name)))
        return _Expanded(state.statement, binds)


def _filled_up(values: Sequence[Any]) -> Sequence[Any]:
    """The same list for an `IN`, with its last value so often that few lengths occur: each makes another text."""
    if len(values) <= _EACH_LENGTH:
        return values
    return [*values, *[values[-1]] * ((1 << (len(values) - 1).bit_length()) - len(values))]


def _parts(values: Sequence[Any]) -> Sequence[Any]:
    """The values of a list; of a list of tuples, those of each."""
    return [part for one in values for part in one] if values and isinstance(values[0], tuple) else values


_compiled: WeakKeyDictionary[Any, dict[tuple[str, ...], _Compiled]] = WeakKeyDictionary()
"""By statement, and by dialect and the columns that are given."""


def _compile(statement: Any, dialect: Dialect, given: Parameters) -> _Compiled:
    known = _compiled.setdefault(statement, {})
    shape = (dialect.name, *given)
    if shape not in known:
        known[shape] = _Compiled(statement, dialect, list(given))
    return known[shape]


@contextmanager
def running(session: Session) -> Generator[Run]:
    """What runs statements in the session's transaction. The block runs no query through the session itself.

    Raises what SQLAlchemy raises; on PostgreSQL it may come as late as the next count or the end of the block.
    """
    connection = session.connection()
    driver: Any = connection.connection.driver_connection
    with _errors(connection, driver):
        if connection.dialect.name == "postgresql":
            with driver.pipeline() as pipeline:
                yield partial(_run, driver, connection.dialect, pipeline.sync)
        else:
            yield partial(_run, driver, connection.dialect, None)


@contextmanager
def _errors(connection: Connection, driver: Any) -> Generator[None]:
    """Raise SQLAlchemy's error for the driver's."""
    error_of_driver: type[Exception] = connection.dialect.loaded_dbapi.Error
    try:
        yield
    except error_of_driver as error:
        if getattr(driver, "broken", False):
            connection.invalidate(error)
        raise DBAPIError.instance(None, None, error, error_of_driver, dialect=connection.dialect) from error


def _run(
    driver: Any,
    dialect: Dialect,
    wait: Callable[[], None] | None,
    statement: Any,
    parameters: Parameters | Sequence[Parameters],
) -> Ran:
    several = [parameters] if isinstance(parameters, Mapping) else parameters
    compiled = _compile(statement, dialect, several[0])
    cursor = driver.cursor()
    if compiled.expands:
        cursor.execute(*compiled.expanded(several[0]))
    elif len(several) == 1:
        cursor.execute(compiled.text, compiled.values(several[0]))
    else:
        cursor.executemany(compiled.text, [compiled.values(one) for one in several])
    return Ran(cursor, wait)


def add_row(session: Session, model: type[Table], **values: Any) -> None:
    """Insert one row at once, that this session needn't know. What isn't given is at its default.

    Raises what SQLAlchemy raises.
    """
    with running(session) as run:
        run(_insert(model), {**_defaults(model), **values})  # pyright: ignore[reportArgumentType] - a class has a hash


@cache
def _insert(model: type[Table]) -> Any:
    return insert(vars(model)["__table__"])


@cache
def _defaults(model: type[Table]) -> Parameters:
    """What a row of it holds that nothing else is said of; but for numbers that the database gives."""
    given = {
        name: field.get_default(call_default_factory=True, validated_data={})
        for name, field in model.model_fields.items()
        if not field.is_required()
    }
    keys = {column.name for column in vars(model)["__table__"].primary_key}
    return {name: value for name, value in given.items() if value is not None or name not in keys}


class _Found:
    """One SELECT, as it is compiled and its rows are read."""

    def __init__(self, statement: Any, dialect: Dialect, given: Parameters) -> None:
        self.compiled = _Compiled(statement, dialect, list(given))
        columns = self.compiled.columns
        names: list[str] = [one.keyname for one in columns]
        self._row: Any = namedtuple("Row", names, rename=True)  # noqa: PYI024  # pyright: ignore[reportUntypedNamedTuple] - the names come with the statement
        self._processors = [
            (index, process)
            for index, one in enumerate(columns)
            if (process := one.type.dialect_impl(dialect).result_processor(dialect, None)) is not None
        ]

    def row(self, values: Sequence[Any]) -> Any:
        """A row, its values as SQLAlchemy would give them."""
        read = list(values)
        for index, process in self._processors:
            read[index] = process(read[index])
        return self._row._make(read)


_selects: WeakKeyDictionary[Any, dict[tuple[str, ...], _Found]] = WeakKeyDictionary()


def found(session: Session, statement: Any, parameters: Parameters) -> list[Any]:
    """The rows that a SELECT of columns finds, each column by its name.

    What the session has changed and not flushed, it doesn't see. Raises what SQLAlchemy raises.
    """
    connection = session.connection()
    known, shape = _selects.setdefault(statement, {}), (connection.dialect.name, *parameters)
    if shape not in known:
        known[shape] = _Found(statement, connection.dialect, parameters)
    select = known[shape]
    driver: Any = connection.connection.driver_connection
    with _errors(connection, driver):
        cursor = driver.cursor()
        if select.compiled.expands:
            cursor.execute(*select.compiled.expanded(parameters))
        else:
            cursor.execute(select.compiled.text, select.compiled.values(parameters))
        return [select.row(values) for values in cursor.fetchall()]
