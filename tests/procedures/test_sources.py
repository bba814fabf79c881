"""In every stage that the scenarios reach, each form of a person says truly where its answers come from."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal
from importlib import import_module
from pathlib import Path as FilePath
from typing import Any, Literal, get_args, get_origin

import pytest
from pydantic import ValidationError
from pydantic_core import to_jsonable_python

from models.book_reading import BookReading
from models.roles import Role
from models.values import Money
from tests.procedures.paths import walked
from tests.scenario import Scenario, person
from workflows.language.fields import is_large, is_personal, reader_of
from workflows.language.filling import contradictions, filled_in, with_books, with_known
from workflows.language.forms import Form
from workflows.language.machine import Machine
from workflows.language.memory import Actor
from workflows.language.refusals import InvalidForm, Refusal
from workflows.language.sources import Source, rows_of_form, sources_of

HERE = FilePath(__file__).parent
ANY_ROWS = Source("proposed", "case")
MODULES = sorted(
    f"{path.parent.name}.{path.stem}"
    for path in HERE.glob("*/test_*.py")
    if "\nPATHS" in path.read_text("utf-8") and "\ndef start(" in path.read_text("utf-8")
)


def another(shape: type[Form], name: str, known: Any) -> Any:
    """An answer of the same kind that isn't this one; None where we know of none."""
    reader = reader_of(shape, name)
    try:
        value = reader.validate_python(known)
    except ValidationError:
        return None
    for other in _others(value, shape.model_fields[name].annotation):
        try:
            reader.validate_python(other)
        except ValidationError:
            continue
        return other
    return None


def _others(value: Any, kind: Any) -> list[Any]:
    match value:
        case bool():
            return [not value]
        case Money():
            return [value.model_copy(update={"amount": value.amount + 1})]
        case datetime() | date():
            return [value - timedelta(days=2)]
        case int() | Decimal():
            return [value + 1, value - 1]
        case str():
            return [*(choice for choice in _choices(kind) if choice != value), f"{value[:40]}X"]
        case _:
            return []


def _choices(kind: Any) -> list[Any]:
    if get_origin(kind) is Literal:
        return list(get_args(kind))
    return [choice for part in get_args(kind) for choice in _choices(part)]


plainly = Scenario.act
seen: set[tuple[str, ...]] = set()
"""The forms, and the stages where they were looked at: once is enough."""


def watched(case: Scenario, event: str, by: Role | Actor | None = None, /, **form: Any) -> Scenario:
    """`Scenario.act`, once what the form says of its fields is held against the machine."""
    if by is not None:
        _hold(case, event, person(by) if isinstance(by, Role) else by, form)
    return plainly(case, event, by, **form)


def _hold(case: Scenario, event: str, actor: Actor, form: dict[str, Any]) -> None:
    machine = case.machine
    shape = machine.form_here(event)
    if shape is None or not sources_of(shape) or (event, *machine.stages) in seen:
        return
    try:
        machine.judge(event, form, actor=actor)
    except Refusal:
        return  # a scenario of what is refused
    seen.add((event, *machine.stages))
    values, said = filled_in(machine.context, shape, actor)
    _nobody_looks(shape, values, said)
    _what_is_proposed_is_taken(machine, event, form, values, actor)
    _what_is_known_holds(machine, event, form, values, actor)
    _what_books_say_holds(machine, shape, form, actor)
    _a_service_stands_for_itself(machine, shape, actor)


def _nobody_looks(shape: type[Form], values: dict[str, Any], said: dict[str, Any]) -> None:
    """What is to be looked at, counted or scanned is never filled in, down to the last row."""
    for name, source in sources_of(shape).items():
        assert source.kind not in ("checked", "bounded") or name not in values, f"{name}: somebody is to look"
    for name, row in rows_of_form(shape).items():
        marks = sources_of(row)
        if sources_of(shape).get(name, ANY_ROWS).kind != "rows":
            continue
        for one in values.get(name, ()):
            assert all(marks[field].kind in ("known", "proposed") for field in one), (
                f"{name}: somebody is to look"
            )
        assert len(said.get(name, {}).get("x-rows", ())) in (0, len(values.get(name, ())))


def _what_is_proposed_is_taken(
    machine: Machine, event: str, form: dict[str, Any], values: dict[str, Any], actor: Actor
) -> None:
    shape = machine.form_here(event)
    assert shape is not None
    sources = sources_of(shape)
    # an empty list proposes nothing: somebody is to fill it in
    proposals = {
        name: value
        for name, value in values.items()
        if sources[name].kind == "proposed" and value not in ((), [])
    }
    faults = _faults(machine, event, {**form, **to_jsonable_python(proposals)}, actor)
    assert not faults.keys() & proposals.keys(), f"{event}: what is proposed isn't taken: {faults}"


def _what_is_known_holds(
    machine: Machine, event: str, form: dict[str, Any], values: dict[str, Any], actor: Actor
) -> None:
    """What is sent otherwise is refused, with both values where they can be read in a sentence."""
    shape = machine.form_here(event)
    assert shape is not None
    for name, source in sources_of(shape).items():
        known = values.get(name)
        if source.kind != "known" or known is None or (other := another(shape, name, known)) is None:
            continue
        faults = _faults(machine, event, {**form, name: to_jsonable_python(other)}, actor)
        assert faults, f"{event}: {name} is known to be {known}, and {other} is taken"
        told = faults.get(name, "")
        if is_large(known) or is_personal(shape, name):
            assert told.endswith("leave it out."), told
        else:
            assert all(_shown(one) in told for one in (known, other)), told


def _what_books_say_holds(machine: Machine, shape: type[Form], form: dict[str, Any], actor: Actor) -> None:
    """What books know needn't be said, and is held to: here the book says what the scenario does."""
    for name, source in sources_of(shape).items():
        if source.kind != "known" or source.asks is None or form.get(name) is None:
            continue
        asks = source.asks.reading

        def books(reading: BookReading, _: Any, asks: BookReading = asks, name: str = name) -> Any:
            return form[name] if reading is asks else None

        left_out = {field: value for field, value in form.items() if field != name}
        filled = with_books(machine.context, shape, left_out, actor, books)
        assert filled.get(name, form[name]) == form[name]
        if name in filled and (other := another(shape, name, form[name])) is not None:
            with pytest.raises(InvalidForm):
                with_books(machine.context, shape, {**form, name: other}, actor, books)


def _a_service_stands_for_itself(machine: Machine, shape: type[Form], actor: Actor) -> None:
    scanner = Actor(id="owner", account="scanner", roles=actor.roles, is_service=True)
    for name, source in sources_of(shape).items():
        if (source.kind, source.of) == ("known", "caller"):
            assert with_known(machine.context, shape, {}, scanner)[name] == "scanner"
            assert not contradictions(machine.context, shape, {name: "li.na"}, scanner)


def _shown(value: Any) -> str:
    return str(value) if not isinstance(value, datetime) else f"{value:%Y-%m-%d}"


def _faults(machine: Machine, event: str, form: dict[str, Any], actor: Actor) -> dict[str, str]:
    """What is wrong, by the answer that it is wrong with; but for what a proposed row leaves to a person."""
    try:
        machine.judge(event, form, actor=actor)
    except InvalidForm as refused:
        wrong = [(fault.pointer.split("/"), fault.message) for fault in refused.errors if fault.pointer]
        return {path[1]: why for path, why in wrong if len(path) == 2 or why != "Field required"}
    except Refusal:
        pass
    return {}


@pytest.mark.parametrize("name", MODULES)
def test_a_form_says_truly_where_its_answers_come_from(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    module = import_module(f"tests.procedures.{name}")
    monkeypatch.setattr(Scenario, "act", watched)
    seen.clear()
    for _ in walked(module.start, module.PATHS):
        pass
