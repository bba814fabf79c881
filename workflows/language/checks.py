"""What must hold of a declaration; checked when its class is made, so that a fault shows before a case runs."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator
from datetime import date, datetime
from types import NoneType, UnionType
from typing import TYPE_CHECKING, Annotated, Any, Union, get_args, get_origin, get_type_hints

from statemachine import StateMachine

from workflows.language.declaration import guard_expressions, guards_of
from workflows.language.forms import Form, kept
from workflows.language.reading import asked_by, hooks_of
from workflows.language.refusals import BadProcedure
from workflows.language.stages import A_NUMBER, Entry, Stage, Transition
from workflows.language.timing import At, CaseSpan, Due, Earliest, FirstKnown, Repeat

if TYPE_CHECKING:
    from workflows.language.machine import Procedure

Methods = dict[str, Callable[..., Any]]

_LIBRARY = frozenset(dir(StateMachine)) | {"model", "name", "id", "start", "position"}


_SAID_ANEW = frozenset({"result", "by_calendar", "migrate_case", "book_entry"})
"""The methods of the vocabulary that a procedure may say for itself."""


def check(cls: type[Procedure], attrs: dict[str, Any]) -> None:
    """Raise BadProcedure with all that contradicts itself."""
    methods: Methods = {name: value for name, value in attrs.items() if inspect.isfunction(value)}
    errors = [
        *_names(cls, attrs),
        *_methods(cls, methods),
        *_forms(cls),
        *_rows(cls),
        *_stages(cls),
        *_senders(cls),
    ]
    if errors:
        raise BadProcedure(f"{cls.__name__}: " + "; ".join(errors))


def _rows_of(cls: type[Procedure]) -> list[tuple[str, Transition]]:
    return [(event, move) for event, moves in cls.rows.items() for move in moves]


def _names(cls: type[Procedure], attrs: dict[str, Any]) -> Iterator[str]:
    if not cls.__doc__:
        yield "it has no docstring"
    if "key" not in attrs:
        yield "it has no key"
    own = frozenset(
        n for base in cls.__mro__[1:] for n in (*vars(base), *getattr(base, "__annotations__", ()))
    )
    for name in (*cls.stages_by_key, *cls.rows):
        if name in _LIBRARY or name in own:
            yield f"{name} is a name of the library or the vocabulary"
    if both := cls.stages_by_key.keys() & cls.rows.keys():
        yield f"stage and event of one name: {', '.join(sorted(both))}"


def _methods(cls: type[Procedure], methods: Methods) -> Iterator[str]:
    rows = _rows_of(cls)
    guards = {guard for _, move in rows for guard in guards_of(move)} | {
        d.unless for d in cls.deadlines if d.unless
    }
    for name, method in methods.items():
        if inspect.iscoroutinefunction(method):
            yield f"{name} is a coroutine"
        if name.startswith(("on_", "before_", "after_", "prepare")):
            yield f"{name}: hooks are declared with @event.on or @stage.enter, not by name"
        if name not in _SAID_ANEW and any(name in vars(base) for base in cls.__mro__[1:]):
            yield f"{name} hides a method of the vocabulary"
        is_guard = name.startswith(("is_", "has_"))
        if is_guard and name not in guards and not any(name in m.__code__.co_names for m in methods.values()):
            yield f"guard {name} guards nothing"
        if is_guard and not inspect.getdoc(method):
            yield f"guard {name} has no docstring to show as the reason"
    known = {*methods, *(n for base in cls.__mro__[1:] for n in vars(base) if n.startswith(("is_", "has_")))}
    yield from (f"there is no guard {guard}" for guard in sorted(guards - known))


def _forms(cls: type[Procedure]) -> Iterator[str]:
    for event, moves in cls.rows.items():
        forms = {move.form for move in moves}
        if len(forms) > 1:
            yield f"{event} has several forms"
        form = moves[0].form
        if form is not None:
            yield from _kept(cls, form)
        for hook in {h for move in moves for h in hooks_of(move.on)}:
            yield from _hook(cls, event, form, hook)
        for move in moves:
            if move.is_start:
                yield from _start(cls, event, move)


def _hook(cls: type[Procedure], event: str, form: type[Form] | None, hook: str) -> Iterator[str]:
    method = getattr(cls, hook)
    if "form" not in inspect.signature(method).parameters:
        return
    wants = get_type_hints(method).get("form", Any)
    allowed = {form} if form is None or not _sent_bare(cls, event) else {form, NoneType}
    takes = set(get_args(wants)) if get_origin(wants) in (UnionType, Union) else {wants}
    if wants is Any or Form in takes:
        return
    if form not in takes:
        yield f"{hook} takes {wants}, {event} is told {form.__name__ if form else 'nothing'}"
    elif missing := allowed - takes:
        yield f"{hook} must take None too: the engine may send {event} without a form ({missing})"


def _kept(cls: type[Procedure], form: type[Form]) -> Iterator[str]:
    for name in kept(form):
        there, of = cls.Case.model_fields.get(name), form.model_fields[name]
        if there is None:
            yield f"the case has no {name} to keep {form.__name__}.{name}"
        elif _plain(there.annotation) != _plain(of.annotation):
            yield f"{form.__name__}.{name} is {of.annotation}, the case's is {there.annotation}"


def _start(cls: type[Procedure], event: str, move: Transition) -> Iterator[str]:
    needed = {name for name, field in cls.Case.model_fields.items() if field.is_required()}
    told = set(move.form.model_fields) if move.form else set[str]()
    if missing := needed - told:
        yield f"a case started by {event} lacks {', '.join(sorted(missing))}"


def _rows(cls: type[Procedure]) -> Iterator[str]:
    for event, move in _rows_of(cls):
        if move.row.on and not move.by:
            yield f"{event} listens to {', '.join(map(str, move.row.on))} from nobody: say by="
        for topic in move.row.on:
            if topic.about and not _has(cls, topic.about):
                yield f"{event} is found by {topic.about}, which the case doesn't keep"
            elif topic.about and not topic.about.endswith(A_NUMBER):
                yield f"{event} is found by {topic.about}: only an answer …{A_NUMBER} is a number to be found by"
        if move.row.every is not None and not move.is_start:
            yield f"{event}: only a start has every="
        if move.source.final and {"not", "or"} & set(" ".join(guard_expressions(move)).split()):
            yield f"{event}: a record at an end takes guards joined by and alone"
        yield from _clock(cls, event, move.row.clock)
    for deadline in cls.deadlines:
        yield from _clock(cls, deadline.key, deadline.limit)


def _clock(cls: type[Procedure], name: str, due: Due | Repeat | None) -> Iterator[str]:
    match due:
        case At(field=field) if not _is_moment(cls, field):
            yield f"{name}: the case has no moment {field}"
        case CaseSpan(field=field) if not _has(cls, field):
            yield f"{name}: the case has no number {field}"
        case Earliest(of=parts) | FirstKnown(of=parts):
            for part in parts:
                yield from _clock(cls, name, part)
        case _:
            return


def _stages(cls: type[Procedure]) -> Iterator[str]:
    rows = _rows_of(cls)
    for stage in cls.stages_by_key.values():
        ways = [move for _, move in rows if move.source is stage]
        if stage.role and not any(move.by & stage.role for move in ways):
            yield f"{stage.id}: {' or '.join(sorted(stage.role))} can do nothing there"
        if _waits_for_nobody(stage, ways):
            yield f"{stage.id} waits for people and names no role"
        yield from _clock(cls, stage.id, stage.due)
        for when, _ in stage.tell:
            yield from _clock(cls, stage.id, when)


def _waits_for_nobody(stage: Stage, ways: list[Transition]) -> bool:
    if stage.role or stage.final or isinstance(stage, Entry):
        return False
    return all(
        any(role.is_staff for role in move.by) and not move.row.clock and not any(r.is_feed for r in move.by)
        for move in ways
    )


def _senders(cls: type[Procedure]) -> Iterator[str]:
    for event, moves in cls.rows.items():
        somebody = any(m.by or m.row.clock or m.row.rule or m.row.every or m.is_start for m in moves)
        if (
            not somebody
            and not _sent(cls, event)
            and not any(d.sends and event in d.sends.names for d in cls.deadlines)
        ):
            yield f"nothing sends {event}"
    for asked in asked_by(cls):
        for event in (asked.then, asked.otherwise):
            if event and event not in cls.rows:
                yield f"{asked.method} sends {event}, which is no event"


def _sent(cls: type[Procedure], event: str) -> bool:
    """Whether an effect's outcome, a child's end, or another case (SendEvent) sends it."""
    return (
        any(event in (asked.then, asked.otherwise) for asked in asked_by(cls))
        or any(event in link.answers for link in cls.links)
        or event in cls.signalled
    )


def _sent_bare(cls: type[Procedure], event: str) -> bool:
    """Whether the engine may send it without a form."""
    timed = any(move.row.clock or move.row.rule for move in cls.rows[event])
    return timed or _sent(cls, event)


def _has(cls: type[Procedure], field: str) -> bool:
    return field in cls.Case.model_fields or isinstance(getattr(cls.Case, field, None), property)


def _is_moment(cls: type[Procedure], field: str) -> bool:
    kept_field = cls.Case.model_fields.get(field)
    if kept_field is not None:
        return (
            _plain(kept_field.annotation) in (date, datetime)
            or "datetime" in str(kept_field.annotation).lower()
        )
    computed = getattr(cls.Case, field, None)
    return isinstance(computed, property)


def _plain(annotation: Any) -> Any:
    """The plain type: without Optional and Annotated."""
    if get_origin(annotation) is Annotated:
        return _plain(get_args(annotation)[0])
    args = [arg for arg in get_args(annotation) if arg is not NoneType]
    if NoneType in get_args(annotation) and len(args) == 1:
        return _plain(args[0])
    if get_origin(annotation) is not None and args:
        return get_origin(annotation), tuple(map(_plain, args))
    return annotation
