"""What is wrong with a store's file, each fault a sentence that says where and what may be written."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any, cast

from pydantic import ValidationError

from stores.file import StoreSettings, nearest, places_in
from workflows.language.limits import like, limits_of
from workflows.language.procedure import Procedure
from workflows.language.timing import Due, Repeat
from workflows.language.usual import USUAL
from workflows.registry import UnknownProcedure, registry

_RANGES = (("minute", 0, 59), ("hour", 0, 23), ("day", 1, 31), ("month", 1, 12), ("weekday", 0, 6))
_WEEKDAYS = ("SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT")

Table = dict[str, Any]


def _table(value: Any) -> Table:
    """A table; an empty one where something else stands: the model says so."""
    return cast("Table", value) if isinstance(value, dict) else {}


def _list(value: Any) -> list[Any]:
    return cast("list[Any]", value) if isinstance(value, list) else []


def checked(document: Table) -> tuple[StoreSettings | None, list[str]]:
    """The settings that a file holds, and its faults; with faults there are no settings."""
    limits, faults = _limits(document.get("limits", {}))
    faults += _usual_limit(document.get("usual_limit"))
    faults += _procedures_off(document.get("procedures", {}))
    faults += _schedules(document.get("schedules", {}))
    faults += _replies(document.get("replies", {}))
    try:
        settings = StoreSettings.model_validate({**document, "limits": limits})
    except ValidationError as error:
        return None, [*_shape(error), *faults]
    return (None if faults else settings), faults


def _shape(error: ValidationError) -> Iterator[str]:
    for problem in error.errors(include_url=False):
        where = ".".join(str(part) for part in problem["loc"] if part != "[key]")
        if problem["type"] == "extra_forbidden":
            known = StoreSettings.model_fields if len(problem["loc"]) == 1 else ()
            yield f"{where}: there is no such setting{nearest(where, known)}"
        elif problem["type"] == "missing":
            yield f"{where}: it is missing"
        else:
            yield f"{where}: {str(problem['msg']).removeprefix('Value error, ')}"


def _procedure(key: str) -> tuple[type[Procedure] | None, str]:
    try:
        return registry().get(key), ""
    except UnknownProcedure:
        return None, f"there is no procedure {key}{nearest(key, (p.key for p in registry()))}"


def _procedures_off(table: Any) -> Iterator[str]:
    for key in _list(_table(table).get("off")):
        if fault := _procedure(str(key))[1]:
            yield f"procedures.off: {fault}"


ALWAYS = frozenset({"headline", "store", "subject"})
"""What each reply may have in braces, whatever case it is about."""


@cache
def facts() -> frozenset[str]:
    """What replies may have in braces: what cases hold, of one procedure or another."""
    return ALWAYS.union(*(procedure.declaration.case_type.model_fields for procedure in registry()))


def _replies(table: Any) -> Iterator[str]:
    for name, text in _table(table).items():
        try:
            unknown = (
                [place for place in places_in(text) if place not in facts()] if isinstance(text, str) else []
            )
        except ValueError:
            continue  # the model says so
        for place in unknown:
            yield f"replies.{name}: no case holds {{{place}}}{nearest(place, facts())}"


def _usual_limit(text: Any) -> Iterator[str]:
    if isinstance(text, str):
        try:
            like(USUAL, text)
        except ValueError as error:
            yield f"usual_limit: {error}"


def _limits(tables: Any) -> tuple[dict[str, str], list[str]]:
    """The limits that differ from the declared ones, under their whole keys."""
    good: dict[str, str] = {}
    faults: list[str] = []
    if not isinstance(tables, dict):
        return good, ["limits: write a table for each procedure, like [limits.order_fulfilment]"]
    for key, table in _table(tables).items():
        procedure, fault = _procedure(key)
        if procedure is None or not isinstance(table, dict):
            faults.append(f"limits.{key}: {fault or 'write one line for each limit'}")
            continue
        declared = dict(limits_of(procedure.declaration))
        for name, text in _flat(_table(table)):
            limit, fault = _limit(declared, name, text)
            if fault:
                faults.append(f"limits.{key}.{name}: {fault}")
            elif str(limit) != str(declared[name]):  # the usual limit is one like any other
                good[f"{key}.{name}"] = text
    return good, faults


def _flat(table: Mapping[str, Any], under: str = "") -> Iterator[tuple[str, Any]]:
    """`received.due = …` is a table in a table to TOML."""
    for name, value in table.items():
        if isinstance(value, dict):
            yield from _flat(_table(value), f"{under}{name}.")
        else:
            yield f"{under}{name}", value


def _limit(declared: Mapping[str, Due | Repeat], name: str, text: Any) -> tuple[Due | Repeat | None, str]:
    if name not in declared:
        theirs = [known for known in declared if known.partition(".")[0] == name]
        if theirs:
            return None, f"the limits of this stage are {', '.join(theirs)}"
        return None, f"there is no such limit{nearest(name, declared)}"
    if not isinstance(text, str):
        return None, f'write it in quotes, like "{declared[name]}"'
    try:
        return like(declared[name], text), ""
    except ValueError as error:
        return None, f"{error} (documented: {declared[name]})"


def _schedules(tables: Any) -> Iterator[str]:
    for key, table in _table(tables).items():
        procedure, fault = _procedure(key.partition(".")[0])
        if procedure is None:
            yield f'schedules."{key}": {fault}'
            continue
        starts = calendar_starts(procedure)
        event = key.partition(".")[2]
        if not starts:
            yield f"schedules.{key}: the calendar does not start {procedure.key}"
        elif event and event not in starts:
            yield f'schedules."{key}": the calendar starts it by {", ".join(starts)}'
        else:
            yield from (f'schedules."{key}".{fault}' for fault in _schedule(procedure, event, _table(table)))


def _schedule(procedure: type[Procedure], event: str, setting: Table) -> Iterator[str]:
    for line in _list(setting.get("crons")):
        if fault := _cron(str(line)):
            yield f"crons: {line!r} {fault}"
    starts = [event] if event else calendar_starts(procedure)
    shapes = [
        m.form
        for e in starts
        for m in procedure.declaration.transitions[e]
        if m.spec.every is not None and m.form
    ]
    fields = {name for shape in shapes for name in shape.model_fields}
    for name in _table(setting.get("form")):
        if name not in fields:
            yield f"form.{name}: the start form has no such field{nearest(name, fields)}"


def calendar_starts(procedure: type[Procedure]) -> list[str]:
    """The events by which the calendar starts it."""
    return [
        event
        for event, moves in procedure.declaration.transitions.items()
        if any(m.spec.every is not None for m in moves)
    ]


def _cron(line: str) -> str:
    """What is wrong with a cron line; the period of a start is read from plain numbers alone."""
    parts = line.split()
    if len(parts) != len(_RANGES):
        return "has not five parts: minute, hour, day, month, weekday, like 30 8 * * MON"
    for part, (what, least, most) in zip(parts, _RANGES, strict=True):
        is_number = part.isascii() and part.isdigit() and least <= int(part) <= most
        if not (is_number or part == "*" or (what == "weekday" and part.upper() in _WEEKDAYS)):
            return f"has no {what} {part}: write * or a number from {least} to {most}"
    if "*" in parts[:2]:
        return "comes more than once a day: write its minute and hour"
    return ""
