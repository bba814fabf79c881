"""Where a form's answers come from: what is known is asked of nobody, what is proposed may be changed, what is checked
is never filled in.

A mark on the field says so, and what is said once holds everywhere: in the schema that callers read, in the form that
is given to them filled in, and at the gate.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Annotated, Any, Literal, TypeVar, cast, get_args, get_origin

from pydantic import BaseModel, GetJsonSchemaHandler, TypeAdapter
from pydantic_core import CoreSchema

from models.values import Money, fits
from workflows.language.context import StepContext
from workflows.language.forms import Form
from workflows.language.memory import Actor
from workflows.language.refusals import FormError, InvalidForm
from workflows.language.sentences import Sentence, sentence

T = TypeVar("T")

Origin = Literal["case", "subject", "caller", "now", "numbers"]


@dataclass(frozen=True)
class Source:
    """The mark of a field whose answer isn't a person's alone."""

    kind: Literal["known", "proposed", "checked"]
    of: Origin
    path: str = ""
    """Of the case: which of its answers or properties; without it, the one of the field's own name. Of numbers: what
    they begin with.
    """
    at_most: str = ""
    """Of what is proposed: the case's answer or property that it may not exceed; `now` is the moment of the action."""

    def __get_pydantic_json_schema__(
        self, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> dict[str, Any]:
        return {**handler(schema), **self.said}

    @property
    def said(self) -> dict[str, Any]:
        """What a schema says of it to every caller."""
        match self.kind:
            case "known":
                names = {"subject": "case", "numbers": "book:numbers"}
                return {"x-from": names.get(self.of, self.of)}
            case "proposed":
                return {"x-proposed": self.of}
            case "checked":
                return {"x-check": True}


FromCase = Annotated[T, Source("known", "case")]
"""`order_no: FromCase[Order]`: the case holds it under the same name."""
FromSubject = Annotated[T, Source("known", "subject")]
"""It is the case's own number."""
TheCaller = Annotated[T, Source("known", "caller")]
"""`picker: TheCaller[User]`: whoever acts. A service names a person, or stands for itself."""
TheTime = Annotated[T, Source("known", "now")]
"""`at: TheTime[Moment]`: when the action is taken; of a `Day` the day on the store's clock."""
TimeOrEarlier = Annotated[T, Source("proposed", "now", at_most="now")]
"""`handed_at: TimeOrEarlier[Moment]`: now, unless it was earlier."""
ToCheck = Annotated[T, Source("checked", "case")]
"""`counted: ToCheck[Qty]`: somebody looks, counts or scans."""


def from_case(path: str) -> Source:
    """The case knows it, under this name.

    As in `total: Annotated[Money, from_case("due")]`.
    """
    return Source("known", "case", path)


def proposed(path: str, *, at_most: str = "") -> Source:
    """Filled in from the case; a person may change it.

    As in `amount: Annotated[Price, proposed("left", at_most="left")]`.
    """
    return Source("proposed", "case", path, at_most)


def to_check(fact: str) -> Source:
    """Never filled in; the case's fact stands beside it.

    As in `qty: Annotated[Qty, to_check("expected")]`.
    """
    return Source("checked", "case", fact)


def own_number(prefix: str) -> Source:
    """The number of a paper of ours, drawn when the action is sent; one that the paper bears already may be given.

    As in `pick_list_no: Annotated[Code, own_number("PL")]`.
    """
    return Source("known", "numbers", prefix)


@cache
def sources_of(form: type[BaseModel]) -> Mapping[str, Source]:
    """The marks of a form's fields, by name."""
    found: dict[str, Source] = {}
    for name, field in form.model_fields.items():
        marks = [mark for mark in (*field.metadata, *_within(field.annotation)) if isinstance(mark, Source)]
        if marks:
            found[name] = marks[0]
    return found


def with_known(context: StepContext, shape: type[Form], answers: Any, actor: Actor) -> Any:
    """The answers, with what is known and left out."""
    sources = sources_of(shape)
    if not sources or isinstance(answers, Form):
        return answers
    given: dict[str, Any] = dict(answers or {})
    for name, source in sources.items():
        if source.kind == "known" and given.get(name) is None:
            known = _value(context, shape, name, source, actor)
            if known is not None:
                given[name] = known
    return given


def require_known(context: StepContext, form: Form, answers: Any, actor: Actor) -> None:
    """Raises InvalidForm where an answer that was given differs from what is known, or exceeds what it may be, with
    both values.
    """
    given: Mapping[str, Any] = cast("Mapping[str, Any]", answers) if isinstance(answers, Mapping) else {}
    faults: list[FormError] = []
    for name, source in sources_of(type(form)).items():
        if given.get(name) is None:
            continue
        said = getattr(form, name)
        if source.kind == "known" and source.of != "numbers":
            known = _as_read(type(form), name, _value(context, type(form), name, source, actor))
            names_person = source.of == "caller" and actor.is_service
            if known is not None and said != known and not names_person:
                faults.append(_fault(name, _differs(known, said)))
        if source.at_most and said is not None:
            most = _as_read(type(form), name, _bound(context, type(form), name, source))
            if most is not None and said > most:
                faults.append(
                    _fault(name, sentence("This is at most {most}, not {sent}.", most=most, sent=said))
                )
    if faults:
        raise InvalidForm(faults[0].said or faults[0].message, errors=tuple(faults))


def _differs(known: Any, sent: Any) -> Sentence:
    if isinstance(known, tuple) or (isinstance(known, BaseModel) and not isinstance(known, Money)):
        return sentence("This is known, and what was sent is something else: leave it out.")
    return sentence("This is known to be {known}, not {sent}.", known=known, sent=sent)


def _fault(name: str, said: Sentence) -> FormError:
    return FormError(f"/{name}", str(said), said)


def filled_in(
    context: StepContext, shape: type[Form], actor: Actor
) -> tuple[dict[str, Any], dict[str, dict[str, Any]]]:
    """What a form is given to somebody with: the values that are known or proposed, and what the schema says of single
    fields now: facts and bounds.
    """
    values: dict[str, Any] = {}
    said: dict[str, dict[str, Any]] = {}
    for name, source in sources_of(shape).items():
        value = _value(context, shape, name, source, actor)
        if source.kind == "checked":
            if value is not None:
                said[name] = {"x-fact": value}
            continue
        # what is empty is a proposal only where it may stay so
        if value is not None and source.of != "numbers" and (value or fits(_reader(shape, name), value)):
            values[name] = value
        if source.at_most and (most := _bound(context, shape, name, source)) is not None:
            said[name] = {"maximum": most}
    return values, said


def _bound(context: StepContext, shape: type[Form], name: str, source: Source) -> Any:
    return _now(context, shape, name) if source.at_most == "now" else _of_case(context, source.at_most)


def _value(context: StepContext, shape: type[Form], name: str, source: Source, actor: Actor) -> Any:
    match source.of:
        case "case":
            return _of_case(context, source.path or name)
        case "subject":
            return context.memory.subject
        case "caller":
            return actor.id
        case "now":
            return _now(context, shape, name)
        case "numbers":
            return f"{source.path}-{context.memory.subject}-{context.memory.revision}"[:64]


def _now(context: StepContext, shape: type[Form], name: str) -> date:
    """The moment of the action; where the field is a day, that on the store's clock."""
    context.asked_the_clock = True
    return context.policy.day_of(context.now) if _is_day(shape, name) else context.now


@cache
def _is_day(shape: type[Form], name: str) -> bool:
    def plain(kind: Any) -> Iterator[Any]:
        yield kind
        for part in get_args(kind):
            yield from plain(part)

    return date in plain(shape.model_fields[name].annotation)


def _of_case(context: StepContext, path: str) -> Any:
    """What the case holds; None before there is one."""
    case = context.case
    return getattr(case, path, None) if isinstance(case, BaseModel) else None


@cache
def _reader(shape: type[Form], name: str) -> TypeAdapter[Any]:
    kind: Any = shape.model_fields[name].rebuild_annotation()
    return TypeAdapter(kind)


def _as_read(shape: type[Form], name: str, value: Any) -> Any:
    """A value as the field's own type has it: a moment as a day, a row's dict as the row."""
    return None if value is None else _reader(shape, name).validate_python(value)


def _within(annotation: Any) -> tuple[Any, ...]:
    """The marks within a type: `TheCaller[User] | None` has them one deeper."""
    found: list[Any] = []
    for part in get_args(annotation):
        if get_origin(part) is Annotated or hasattr(part, "__metadata__"):
            found += part.__metadata__
    return tuple(found)
