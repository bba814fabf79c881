"""A form filled in with what is known and proposed at a case, and held to it: by the marks of its fields.

The case knows its own answers, who acts, and the time. What books say is asked by whoever reads them: the API, before
the case is told. In a workflow nobody is there to ask, and the case takes what was signed with the message.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any, cast

from pydantic import BaseModel, ValidationError

from models.book_reading import BookReading
from models.values import Money, fits
from workflows.language.context import StepContext
from workflows.language.fields import has_part, is_day, is_large, is_personal, part_of, reader_of
from workflows.language.forms import Form
from workflows.language.memory import Actor
from workflows.language.refusals import FormError, InvalidForm
from workflows.language.sentences import Sentence, sentence
from workflows.language.sources import OfBook, Source, Where, has_marks, path_of, rows_of_form, sources_of

Json = dict[str, Any]
Books = Callable[[BookReading, Mapping[str, Any]], Any]
"""Answers a question to a book, asked with these; None where the book knows nothing."""

CLOCKS_DIFFER = timedelta(minutes=5)
"""How far the clock of whoever tells a time may be from ours."""
_FORMS_STAY = timedelta(days=1)
"""How long ago a form may have been given that is sent with the time of then."""


def with_known(context: StepContext, shape: type[Form], answers: Any, actor: Actor) -> Any:
    """The answers, with what is known and left out."""
    if isinstance(answers, Form) or not has_marks(shape):
        return answers
    return _scope(context, shape, actor, dict(answers or {})).completed()


def contradictions(
    context: StepContext, shape: type[Form], answers: Any, actor: Actor
) -> tuple[FormError, ...]:
    """Where an answer that was given differs from what is known, or isn't within its bounds, with both values."""
    if not isinstance(answers, Mapping) or not has_marks(shape):
        return ()
    return tuple(_scope(context, shape, actor, cast("Mapping[str, Any]", answers)).faults())


def with_books(
    context: StepContext, shape: type[Form], answers: Mapping[str, Any], actor: Actor, books: Books
) -> Json:
    """The answers, with what books know and was left out. Raises InvalidForm where books say otherwise."""
    scope = _scope(context, shape, actor, answers, books)
    if faults := tuple(scope.faults()):
        raise InvalidForm(faults[0].said or faults[0].message, errors=faults)
    return scope.completed()


def filled_in(
    context: StepContext, shape: type[Form], actor: Actor, books: Books | None = None
) -> tuple[Json, dict[str, Json]]:
    """What a form is given to somebody with: the values that are known or proposed, and what the schema says of single
    fields now: facts and bounds; of rows, those of each row.
    """
    values, said = _scope(context, shape, actor, {}, books).filled_in()
    known: Any = context.case
    if context.is_at_entry and isinstance(known, dict):  # it needn't be said again
        entered = cast("Json", known)
        values |= {name: entered[name] for name in shape.model_fields if entered.get(name) is not None}
    return values, said


def _scope(
    context: StepContext,
    shape: type[Form],
    actor: Actor,
    answers: Mapping[str, Any],
    books: Books | None = None,
) -> _Scope:
    case = context.case if isinstance(context.case, BaseModel) else None  # None before there is one
    return _Scope(context, actor, shape, case, answers, books)


@dataclass(frozen=True)
class _Scope:
    """A form, or one row of it, while its marks are looked up."""

    context: StepContext
    actor: Actor
    shape: type[BaseModel]
    holder: Any
    """The case, or the row of it which this row is about; None where there is none."""
    answers: Mapping[str, Any]
    """What somebody has answered."""
    books: Books | None = None
    """With them, answers are completed by what books know and held to that; without, by the case."""
    form: _Scope | None = None
    """Of a row: its form."""

    # --- what is filled in

    def filled_in(self) -> tuple[Json, dict[str, Json]]:
        values: Json = {}
        said: dict[str, Json] = {}
        for name, source in sources_of(self.shape).items():
            match source.kind:
                case "rows":
                    rows = [row.filled_in() for row in self._rows_to_fill(name, source)]
                    if rows:
                        values[name] = [filled for filled, _ in rows]
                    if any(more for _, more in rows):
                        said[name] = {"x-rows": [more for _, more in rows]}
                case "checked":
                    if (fact := self._value(name, source)) is not None:
                        said[name] = {"x-fact": fact}
                case _:
                    self._fill(name, source, values)
                    if bounds := self._bounds(name, source):
                        said[name] = bounds
        return values, said

    def _fill(self, name: str, source: Source, values: Json) -> None:
        if source.kind == "bounded" or source.of == "numbers":
            return
        value = self._to_fill_in(name, source)
        if value is not None:
            row = rows_of_form(self.shape).get(name)
            values[name] = value if row is None else [self._row(row, one, {}).renewed(one) for one in value]

    def _to_fill_in(self, name: str, source: Source) -> Any:
        """What is known or proposed; None where that isn't an answer that would be taken."""
        value = self._value(name, source)
        if value is None or (not value and not fits(reader_of(self.shape, name), value)):
            return None  # what is empty is an answer only where it may stay so
        is_within = source.kind == "known" or not self._out_of_bounds(
            name, source, self._as_read(name, value)
        )
        return value if is_within else None

    def renewed(self, row: Any) -> Json:
        """Of a row that is proposed as it is: the same, with what is known now."""
        known, _ = self.filled_in()
        as_it_is = row.model_dump() if isinstance(row, BaseModel) else dict(row)
        sources = sources_of(self.shape)
        return as_it_is | {name: value for name, value in known.items() if sources[name].kind == "known"}

    def _bounds(self, name: str, source: Source) -> Json:
        bounds = {
            "minimum": self._bound(name, source.at_least),
            "maximum": self._bound(name, source.at_most),
        }
        return {key: bound for key, bound in bounds.items() if bound is not None}

    def completed(self) -> Json:
        """The answers, with what is known and left out; and what is proposed, where an answer is needed: whoever leaves
        that out agrees. Other systems propose nothing.
        """
        found: Json = dict(self.answers)
        for name, source in sources_of(self.shape).items():
            if found.get(name) is not None or not self._judges(source.asks):
                continue
            is_agreed = (
                source.kind == "proposed"
                and not self.actor.is_feed
                and self.shape.model_fields[name].is_required()
            )
            if source.kind == "known" or is_agreed:
                known = self._to_fill_in(name, source)
                if known is not None:
                    found[name] = known
        for name in rows_of_form(self.shape):
            if rows := self._rows_sent(name):
                found[name] = [row.completed() if isinstance(row, _Scope) else row for row in rows]
        return found

    # --- what is wrong

    def faults(self, under: str = "") -> Iterator[FormError]:
        """What of the answers differs from what is known. Those that can't be read are for whoever reads them."""
        for name, source in sources_of(self.shape).items():
            said = self._read(name)
            if said is None or source.kind == "rows":
                continue
            why = self._differs(name, source, said) or self._out_of_bounds(name, source, said)
            if why is not None:
                yield FormError(f"{under}/{name}", str(why), why)
        for name in rows_of_form(self.shape):
            of = sources_of(self.shape).get(name)
            for number, row in enumerate(self._rows_sent(name)):
                if not isinstance(row, _Scope):
                    continue
                if row.holder is None and of is not None and not of.others and self._rows_held(of):
                    yield self._no_such_row(name, number, of, row)
                else:
                    yield from row.faults(f"{under}/{name}/{number}")

    def _differs(self, name: str, source: Source, said: Any) -> Sentence | None:
        if source.kind != "known" or source.of == "numbers" or not self._judges(source.asks):
            return None
        known = self._as_read(name, self._value(name, source))
        if known is None or said == known:
            return None
        if source.of == "caller" and (self.actor.is_service or self.actor.is_engine):
            return None
        if source.of == "now" and (self.actor.is_engine or self._was_now(said)):
            return None
        if is_large(known) or is_personal(self.shape, name):
            return sentence("This is known, and what was sent is something else: leave it out.")
        return sentence("This is known to be {known}, not {sent}.", known=known, sent=said)

    def _was_now(self, said: Any) -> bool:
        """Whether it is the time when the form was given, or sent: since the case came here, and not long ago."""
        context = self.context
        since = [context.memory.entered[stage] for stage in context.stages if stage in context.memory.entered]
        earliest = max([context.now - _FORMS_STAY, *since]) - CLOCKS_DIFFER
        latest = context.now + CLOCKS_DIFFER
        if isinstance(said, datetime):
            return earliest <= said <= latest
        return context.policy.day_of(earliest) <= said <= context.policy.day_of(latest)

    def _out_of_bounds(self, name: str, source: Source, said: Any) -> Sentence | None:
        least = self._limit(name, source.at_least, -CLOCKS_DIFFER)
        most = self._limit(name, source.at_most, CLOCKS_DIFFER)
        for bound in (least, most):
            if isinstance(said, Money) and isinstance(bound, Money) and said.currency != bound.currency:
                return sentence("{one} and {other} are not in one currency.", one=bound, other=said)
        if least is not None and said < least:
            bound = self._bound(name, source.at_least)
            return sentence("This is at least {least}, not {sent}.", least=bound, sent=said)
        if most is not None and said > most:
            bound = self._bound(name, source.at_most)
            return sentence("This is at most {most}, not {sent}.", most=bound, sent=said)
        return None

    def _limit(self, name: str, where: Where, slack: timedelta) -> Any:
        """A bound, as far as it is judged here; of the time, with what clocks may differ by. Other cases tell of what
        was in theirs.
        """
        if where == "now" and self.actor.is_engine:
            return None
        return self._as_read(name, self._bound(name, where, slack)) if self._judges(where) else None

    def _no_such_row(self, name: str, number: int, source: Source, row: _Scope) -> FormError:
        where = f"/{name}/{number}"
        keys = row.keys_given()
        if not keys:
            count = len(self._rows_held(source))
            said = sentence("There are {count} rows here, and this is another one.", count=count)
            return FormError(where, str(said), said)
        known = [part_of(one, path_of(row.shape, keys[0])) for one in self._rows_held(source)]
        known_ = [*dict.fromkeys(str(one) for one in known)]
        said = sentence("This is one of {known}, not {sent}.", known=known_, sent=row.answers[keys[0]])
        return FormError(f"{where}/{keys[0]}", str(said), said)

    def _judges(self, asks: Where | None) -> bool:
        return isinstance(asks, OfBook) == (self.books is not None)

    # --- rows

    def _rows_held(self, source: Source | None) -> tuple[Any, ...]:
        """The case's rows that a form's are about."""
        if source is None or source.kind != "rows":
            return ()
        return tuple(part_of(self.holder, source.path) or ())

    def _rows_to_fill(self, name: str, source: Source) -> Iterator[_Scope]:
        shape = rows_of_form(self.shape)[name]
        for held in self._rows_held(source):
            yield self._row(shape, held, {})

    def _rows_sent(self, name: str) -> list[_Scope | Any]:
        """The rows that were sent, each about the case's row that it is of; what is no row stays as it is."""
        sent = self.answers.get(name)
        if not isinstance(sent, list | tuple):
            return []
        rows = cast("list[Any]", sent)
        shape = rows_of_form(self.shape)[name]
        source = sources_of(self.shape).get(name)
        held = self._rows_held(source)
        others = source is not None and source.others
        found: list[_Scope | Any] = []
        for number, one in enumerate(rows):
            if isinstance(one, Mapping):
                row = self._row(shape, None, cast("Mapping[str, Any]", one))
                found.append(replace(row, holder=row.held_among(held, number, others=others)))
            else:
                found.append(one)
        return found

    def _row(self, shape: type[BaseModel], holder: Any, answers: Mapping[str, Any]) -> _Scope:
        return _Scope(self.context, self.actor, shape, holder, answers, self.books, self)

    def keys_given(self) -> list[str]:
        """Of a row: what it says of which of the case's rows it is."""
        return [
            name
            for name, source in sources_of(self.shape).items()
            if source.kind == "known" and source.of == "case" and self._read(name) is not None
        ]

    def held_among(self, held: tuple[Any, ...], number: int, *, others: bool) -> Any:
        """Of a row: the case's that it is of; where it names none, the one in its place. With `others`, what differs
        from all of them is a row of its own.
        """
        keys = self.keys_given()
        in_place = held[number] if number < len(held) else None
        if not keys:
            return in_place
        said = {key: self._read(key) for key in keys}
        fitting = [one for one in held if self._as_read(keys[0], self._of(one, keys[0])) == said[keys[0]]]
        same = [one for one in fitting if all(self._as_read(k, self._of(one, k)) == said[k] for k in keys)]
        if any(one is in_place for one in same):
            return in_place
        return next(iter(same or (() if others else fitting)), None)

    def _of(self, held: Any, name: str) -> Any:
        return part_of(held, path_of(self.shape, name))

    # --- single values

    def _value(self, name: str, source: Source) -> Any:
        match source.of:
            case "case":
                return self._known(source.path or name)
            case "subject":
                return self.context.memory.subject
            case "caller":
                return self.actor.signed_in
            case "now":
                return self._now(name)
            case "numbers":
                return f"{source.path}-{self.context.memory.subject}-{self.context.memory.revision}"[:64]
            case "book":
                return self._in_book(source.asks)

    def _known(self, path: str) -> Any:
        """What the case's row holds; where its rows have no such answer, the case itself."""
        if self.form is not None and self.holder is not None and not has_part(self.holder, path):
            return self.form._known(path)  # noqa: SLF001 - another scope of the same kind
        return part_of(self.holder, path)

    def _in_book(self, question: OfBook | None) -> Any:
        if question is None or self.books is None:
            return None
        asked = {name: self._asked_with(path) for name, path in question.by}
        return None if None in asked.values() else self.books(question.reading, asked)

    def _asked_with(self, path: str) -> Any:
        """An answer that was given, or else is known."""
        if path not in self.shape.model_fields:
            known = self._known(path)
            if known is None and self.form is not None:
                return self.form._asked_with(path)  # noqa: SLF001
            return self.context.memory.subject if known is None and path == "subject" else known
        if (said := self._read(path)) is not None:
            return said
        source = sources_of(self.shape).get(path)
        is_there = source is not None and source.kind in ("known", "proposed")
        return self._value(path, source) if source is not None and is_there else self._known(path)

    def _bound(self, name: str, where: Where, slack: timedelta = timedelta()) -> Any:
        match where:
            case "":
                return None
            case "now":
                return self._now(name, slack)
            case OfBook():
                return self._in_book(where)
            case str():
                return self._known(where)

    def _now(self, name: str, slack: timedelta = timedelta()) -> date:
        """The moment of the action; where the field is a day, that on the store's clock."""
        context = self.context
        context.asked_the_clock = True
        now = context.now + slack
        return context.policy.day_of(now) if is_day(self.shape, name) else now

    def _read(self, name: str) -> Any:
        """What was answered, as its field reads it; None where nothing was, or it can't be read."""
        said = self.answers.get(name)
        if said is None:
            return None
        try:
            return reader_of(self.shape, name).validate_python(said)
        except ValidationError:
            return None

    def _as_read(self, name: str, value: Any) -> Any:
        """A known value as the field's own type has it: a moment as a day, a row's dict as the row."""
        if value is None:
            return None
        try:
            return reader_of(self.shape, name).validate_python(value)
        except ValidationError:
            return value  # a bound may lie beyond what the field takes
