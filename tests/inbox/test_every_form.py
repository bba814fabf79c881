"""Every form that people are asked, of every procedure: drawn by the pages' templates, answered, and read back."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Generator, Iterator
from importlib import import_module
from typing import Any, cast

import pytest
from pydantic import BaseModel, ValidationError
from sqlalchemy.orm import Session
from sqlmodel import SQLModel

from api.definitions import asked_schema
from api.forms import _filled
from api.labels import LANGUAGES, Language
from inbox.answers import PREFIX, path_of, read
from inbox.questions import Question, Typed, draw, unplaced
from inbox.schemas import as_list, as_object
from inbox.values import Wording
from models.database import open_database
from models.roles import Role
from models.tables import all_tables
from tests.inbox.drawn import Sheet, sheet_of, somebody
from tests.procedures.corpus import learnt
from tests.procedures.paths import walked
from tests.procedures.test_sources import MODULES
from tests.scenario import Scenario, documented, person
from workflows.language.forms import Form
from workflows.language.machine import Machine
from workflows.language.memory import Actor, Position
from workflows.language.procedure import Procedure
from workflows.language.refusals import InvalidForm, Refusal
from workflows.language.sources import sources_of

Json = dict[str, Any]
RAW = {"zh": re.compile(r"^[a-z][a-z0-9]*([ _][a-z0-9]+)*$"), "en": re.compile(r"[a-z]_[a-z]")}
"""A key that was never put into words: in Chinese it is English, in English it has underscores."""
NO_WORDS = re.compile(r"^(kg|cm|[a-z])$")


def asked_of_people(procedure: type[Procedure]) -> Iterator[tuple[str, tuple[str, ...], type[Form]]]:
    """Each form once: its action, the stages where it is asked, and its class."""
    seen: set[tuple[str, type[Form]]] = set()
    for event, moves in procedure.declaration.transitions.items():
        for move in moves:
            if move.form is None or not any(role.is_person for role in move.by) or (event, move.form) in seen:
                continue
            seen.add((event, move.form))
            yield event, () if move.is_start else (move.source.id,), move.form


def every(questions: list[Question]) -> Iterator[Question]:
    """These questions, and those within them."""
    for one in questions:
        yield one
        yield from every(one.fields)
        yield from every(one.blank)
        for row in one.rows:
            yield from every(row)


def names_of(sheet: Sheet) -> set[str]:
    """What can be answered."""
    files = (one.attributes.get("data-name", "") for one in sheet.fields)
    return {
        name.removeprefix(PREFIX).split(".")[0]
        for name in (*(one.name for one in sheet.fields), *files)
        if name.startswith(PREFIX)
    }


def choices_in(schema: Any) -> Iterator[str]:
    """All that can be chosen anywhere in a form."""
    yield from (str(one) for one in as_list(as_object(schema).get("enum")))
    for part in (*as_object(schema).values(), *as_list(schema)):
        yield from choices_in(part)


def unordered(value: Any) -> Any:
    """With the words of each list sorted: where somebody ticks several, their order means nothing."""
    if isinstance(value, dict):
        return {name: unordered(part) for name, part in as_object(value).items()}
    if not isinstance(value, list | tuple):
        return value
    parts = [unordered(part) for part in cast("list[Any]", value)]
    return sorted(parts) if all(isinstance(part, str) for part in parts) else parts


def raw_words(words: list[str], language: Language) -> list[str]:
    return [word for word in words if RAW[language].search(word) and not NO_WORDS.match(word)]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("procedure", documented(), ids=lambda procedure: procedure.key)
def test_every_form_is_asked_in_words(procedure: type[Procedure], language: Language) -> None:
    visitor = somebody(language, Role.GM)
    wording = Wording(language, visitor.policy, procedure)
    for event, stages, _ in asked_of_people(procedure):
        schema = asked_schema(procedure, event, stages, language)
        questions = draw(schema, {}, wording)
        sheet = sheet_of(visitor, questions)
        assert raw_words(sheet.words, language) == [], event
        assert [one.path for one in every(questions) if not one.label] == [], event
        assert [name for name, times in Counter(sheet.ids).items() if times > 1] == [], event
        unnamed = [one.name for one in sheet.fields if one.type != "hidden" and not sheet.name_of(one)]
        assert unnamed == [], event
        optional = {one.name for one in questions if one.kind == "rows" and not one.rows}
        assert {one.name for one in questions if one.is_asked} - names_of(sheet) <= optional, event
        assert not {one.name for one in questions if not one.is_asked} & names_of(sheet), event
        assert set(schema.get("required", ())) <= {one.name for one in questions if one.is_asked}, event


@pytest.mark.parametrize("procedure", documented(), ids=lambda procedure: procedure.key)
def test_what_was_typed_stands_in_the_form_and_is_sent_back(procedure: type[Procedure]) -> None:
    """The answers of scenarios, as a draft holds them."""
    visitor = somebody("zh", Role.GM)
    wording = Wording("zh", visitor.policy, procedure)
    variants = learnt()[procedure.key].get("forms", {})
    for event, stages, shape in asked_of_people(procedure):
        schema = asked_schema(procedure, event, stages, "zh")
        known = {name for name, source in sources_of(shape).items() if source.kind == "known"}
        for variant in variants.get(event, ()):
            try:
                meant = shape.model_validate(variant)
            except ValidationError:
                continue  # the action has several forms, and this is another's
            typed = {name: value for name, value in variant.items() if name not in known}
            sheet = sheet_of(visitor, draw(schema, {}, wording, Typed(typed)))
            sent = read(schema, sheet.sent, visitor.zone)
            told = {name: value for name, value in variant.items() if name in known}
            back = shape.model_validate({**told, **sent})
            assert unordered(back.model_dump()) == unordered(meant.model_dump()), event


# --- as the form is given at a case


class Answering:
    """Looks over the shoulders of scenarios: each form that somebody sends is also asked by a page, and answered."""

    def __init__(self, session: Session) -> None:
        self.count = 0
        self._session = session
        self._seen: set[tuple[str, ...]] = set()
        self._plainly = Scenario.act

    def watching(self) -> Callable[..., Scenario]:
        """`Scenario.act`, and the same by a page."""

        def act(case: Scenario, event: str, by: Role | Actor | None = None, /, **form: Any) -> Scenario:
            return self._act(case, event, by, form)

        return act

    def _act(self, case: Scenario, event: str, by: Role | Actor | None, form: Json) -> Scenario:
        position, now, number = case._position, case.now, len(case.steps)
        self._plainly(case, event, by, **form)
        if by is None:
            return case
        actor = person(by) if isinstance(by, Role) else by
        machine = Machine.at(case.procedure, Position.model_validate_json(position), case.policy, now)
        shape, spot = machine.form_here(event), (case.procedure.key, event, *machine.stages)
        if shape is not None and any(role.is_person for role in actor.roles) and spot not in self._seen:
            self._seen.add(spot)
            self._answer(machine, event, actor, case.steps[number].form or {})
        return case

    def _answer(self, machine: Machine, event: str, actor: Actor, answers: Json) -> None:
        try:
            machine.judge(event, answers, actor=actor)
        except Refusal:
            return  # it was sent with what a machine alone may say
        self.count += 1
        visitor = somebody("zh", *actor.roles)
        schema, values = _filled(self._session, machine, event, visitor.caller, "zh")
        data: Json = machine.case.model_dump(mode="json") if isinstance(machine.case, BaseModel) else {}
        wording = Wording("zh", visitor.policy, machine.procedure)
        questions = draw(schema, values, wording, None, data)
        fresh = sheet_of(visitor, questions)
        keys = {*choices_in(schema), *choices_in(machine.declaration.case_type.model_json_schema())}
        assert [word for word in raw_words(fresh.words, "zh") if word in keys] == [], event
        assert {one.name for one in questions if one.required} <= names_of(fresh), event
        typed = Typed(answers)
        sent = read(schema, sheet_of(visitor, draw(schema, values, wording, typed, data)).sent, visitor.zone)
        try:
            machine.judge(event, sent, actor=actor)
        except InvalidForm as refused:
            faults = {path_of(one.pointer, "/"): one.message for one in refused.errors}
            again = draw(schema, values, wording, Typed(answers, faults), data)
            assert not unplaced(again, faults), event
            sheet = sheet_of(visitor, again)
            assert [fault for fault in faults.values() if fault not in sheet.words] == [], event
            machine.judge(event, read(schema, sheet.sent, visitor.zone), actor=actor)


@pytest.fixture(scope="module")
def empty_books(tmp_path_factory: pytest.TempPathFactory) -> Generator[Session]:
    engine = open_database(f"sqlite:///{tmp_path_factory.mktemp('books') / 'books.db'}")
    all_tables().create_all(engine)
    SQLModel.metadata.create_all(engine)
    with Session(engine) as session:
        yield session
    engine.dispose()


@pytest.mark.parametrize("name", MODULES)
def test_every_form_of_a_scenario_can_be_answered_on_a_page(
    name: str, monkeypatch: pytest.MonkeyPatch, empty_books: Session
) -> None:
    """What is known isn't asked, what is required is; what is found wrong stands under its question."""
    module = import_module(f"tests.procedures.{name}")
    answering = Answering(empty_books)
    monkeypatch.setattr(Scenario, "act", answering.watching())
    for _ in walked(module.start, module.PATHS):
        pass
    assert answering.count
