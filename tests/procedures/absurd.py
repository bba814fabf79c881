"""Scenarios played again with an absurd amount in one answer of one form: what of it comes as far as the books.

Each form of a person is tried once at each stage where a scenario sends it: every sum of money and every number in
it, one after the other. What is accepted goes on as the scenario did, so that an answer which the case keeps is found
where it is used.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from copy import copy
from dataclasses import dataclass, field
from decimal import Decimal
from inspect import iscoroutinefunction, isfunction, signature
from types import ModuleType
from typing import Any, NamedTuple, cast, get_args

import pytest
from _pytest.mark import ParameterSet
from pydantic import BaseModel
from pydantic_core import to_jsonable_python

from models.effect import Effect
from models.roles import Role
from models.values import Money
from tests.procedures.paths import Refused
from tests.scenario import Scenario, person
from workflows.language.memory import Actor
from workflows.language.refusals import Refusal

SUM, NUMBER = "10000000", 987_654
"""An absurd sum of money, and an absurd number that the types of quantities still take."""
_FROM = 500_000
"""What is as large in an effect has come from there."""


class Reached(NamedTuple):
    """An absurd answer that an effect asks a book for."""

    procedure: str
    event: str
    answer: str
    """The field of the form, with the field of its rows: `lines.qty`."""
    effect: str


@dataclass
class Call:
    """What a scenario was told, to be told again."""

    method: str
    args: tuple[Any, ...]
    named: dict[str, Any]
    form: tuple[Any, ...] = ()
    """Of an action of a person: which form it is, by its event, the stages where it was sent, and what it answered."""


@dataclass
class Played:
    """A scenario, from its beginning."""

    procedure: str
    args: tuple[Any, ...]
    named: dict[str, Any]
    calls: list[Call] = field(default_factory=list[Call])


_TOLD = ("act", "await_start", "child", "cancel_by_parent", "wait")


def played_in(module: ModuleType, monkeypatch: pytest.MonkeyPatch) -> list[Played]:
    """The scenarios of a module's tests, with what they are told: of its paths, and of its tests without a table."""
    found: list[Played] = []
    with monkeypatch.context() as patch:
        _record(patch, found)
        for name, test in vars(module).items():
            if (
                name.startswith("test_")
                and isfunction(test)
                and not {"walked", "untaken"} & {*test.__code__.co_names}
            ):
                for values in _parameters(test):
                    test(**values)
    return found


def _parameters(test: Any) -> Iterator[dict[str, Any]]:
    """With what pytest would call a test: nothing, or the values of its one table, but for what is refused."""
    names = set(signature(test).parameters)
    tables = [mark for mark in getattr(test, "pytestmark", []) if mark.name == "parametrize"]
    if iscoroutinefunction(test) or len(tables) > 1 or (names and not tables):
        return
    if not names:
        yield {}
    for table in tables:
        asked, rows = table.args
        asked = [one.strip() for one in asked.split(",")] if isinstance(asked, str) else [*asked]
        for row in rows:
            values = row.values if isinstance(row, ParameterSet) else row if len(asked) > 1 else (row,)
            if names == set(asked) and not isinstance(values[0], Refused):
                yield dict(zip(asked, values, strict=True))


def _record(patch: pytest.MonkeyPatch, found: list[Played]) -> None:
    of: dict[int, tuple[Scenario, Played]] = {}
    begin = Scenario.__init__
    inside = False

    def note_beginning(scenario: Scenario, *args: Any, **named: Any) -> None:
        begin(scenario, *args, **named)
        found.append(Played(scenario.procedure.key, args, named))
        of[id(scenario)] = scenario, found[-1]  # it is kept, so that its id is nobody else's

    def noting(name: str, tell: Callable[..., Any]) -> Any:
        def note(scenario: Scenario, *args: Any, **named: Any) -> Any:
            nonlocal inside
            if inside:
                return tell(scenario, *args, **named)
            inside, steps = True, len(scenario.steps)
            try:
                told = tell(scenario, *args, **named)
            finally:
                inside = False
            form: tuple[Any, ...] = ()
            if name == "act" and _person(args) is not None and len(scenario.steps) > steps:
                form = (scenario.procedure.key, args[0], *scenario.steps[steps].before, frozenset(named))
            of[id(scenario)][1].calls.append(Call(name, args, named, form))
            return told

        return note

    patch.setattr(Scenario, "__init__", note_beginning)
    for name in _TOLD:
        patch.setattr(Scenario, name, noting(name, getattr(Scenario, name)))


def absurd_answers(played: Played, tried: set[tuple[Any, ...]]) -> Iterator[Reached]:
    """What of it reaches a book, in this scenario's forms. tried: the forms that other scenarios have tried."""
    new = [at for at, call in enumerate(played.calls) if call.form and call.form not in tried]
    if not new:
        return
    case = Scenario(*played.args, **played.named)
    for at, call in enumerate(played.calls[: new[-1] + 1]):
        if at in new and call.form not in tried:
            tried.add(call.form)
            for answer, form in _variants(case, call.args[0], call.named):
                yield from _goes_on(case, Call("act", call.args, form), played.calls[at + 1 :], answer)
        if not _told(case, call):
            return


def _person(args: tuple[Any, ...]) -> Actor | None:
    by = args[1] if len(args) > 1 else None
    if by is None:
        return None
    actor = person(by) if isinstance(by, Role) else by
    return actor if any(role.is_person for role in actor.roles) else None


def _told(case: Scenario, call: Call) -> bool:
    """Whether it was taken."""
    try:
        getattr(case, call.method)(*call.args, **call.named)
    except (Refusal, AssertionError, ValueError, KeyError):
        return False
    return True


def _goes_on(case: Scenario, changed: Call, rest: list[Call], answer: str) -> Iterator[Reached]:
    """What is asked of the books after the changed answer, as the scenario goes on as far as it can."""
    other = copy(case)
    other.steps, other.done, other.refused = case.steps[:], case.done[:], case.refused[:]
    if not _told(other, changed):
        return
    for call in rest:
        _told(other, call)
    for step in other.steps[len(case.steps) :]:
        for ask in step.asked:
            if _is_absurd(ask.effect):
                yield Reached(case.procedure.key, changed.args[0], answer, ask.kind)


def _is_absurd(effect: Effect) -> bool:
    return any(abs(number) >= _FROM for number in _numbers(effect.model_dump()))


def _numbers(part: Any) -> Iterator[Decimal]:
    if isinstance(part, dict):
        part = [*part.values()]
    if isinstance(part, list | tuple):
        for inner in part:  # pyright: ignore[reportUnknownVariableType]
            yield from _numbers(inner)
    elif isinstance(part, int | Decimal):
        yield Decimal(part)


# --- forms with one answer changed


def _variants(case: Scenario, event: str, form: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """The form with each of its numbers changed, one after the other, and the name of that answer."""
    shape = case.machine.form_here(event)
    if shape is None and not case.machine.stages:
        rows = case.machine.declaration.transitions.get(event, ())
        shape = next((row.form for row in rows if row.is_start and row.form), None)
    if shape is not None:
        yield from _changed(shape, to_jsonable_python(form))


def _changed(shape: type[BaseModel], answers: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    for name, inner in shape.model_fields.items():
        key = inner.alias or name
        given: Any = answers.get(key)
        row_given = cast("dict[str, Any]", given) if isinstance(given, dict) else {}
        kinds = {*_kinds(inner.annotation)}
        if Money in kinds:
            yield name, {**answers, key: {"amount": SUM, "currency": row_given.get("currency", "CNY")}}
        elif kinds & {int, Decimal}:
            yield name, {**answers, key: NUMBER}
        row = next((kind for kind in kinds if isinstance(kind, type) and issubclass(kind, BaseModel)), None)
        if row is None or row is Money or not given:
            continue
        if isinstance(given, list):
            first, *others = cast("list[dict[str, Any]]", given)
            for inside, changed in _changed(row, first):
                yield f"{name}.{inside}", {**answers, key: [changed, *others]}
        elif row_given:
            for inside, changed in _changed(row, row_given):
                yield f"{name}.{inside}", {**answers, key: changed}


def _kinds(annotation: Any) -> Iterator[Any]:
    """What a type is made of, without its marks."""
    yield annotation
    for part in get_args(annotation):
        yield from _kinds(part)
