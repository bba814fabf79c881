"""What actions are told, and what a case keeps of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cache
from typing import Annotated, Any, Literal, TypeAlias, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator
from pydantic_core import ErrorDetails, InitErrorDetails, PydanticCustomError, PydanticKnownError

from models.faults import telling, template_of
from models.roles import Role
from models.values import Files, Remark, Text, User
from workflows.language.refusals import FormError, InvalidForm
from workflows.language.sentences import Named, Sentence, sentence

T = TypeVar("T")


class _Kept:
    """Marks an answer that goes into the case."""


Keep = Annotated[T, _Kept()]
"""`waybill_no: Keep[Code]`: this answer goes into the case, under the same name."""


class _InHistory:
    """Marks an answer of a start that the case has no place for."""


InHistory = Annotated[T, _InHistory()]
"""`photos: InHistory[Photos] = ()`: this answer of a start isn't kept in the case; the history tells it."""


def computed(by: Callable[[dict[str, Any]], Any]) -> Any:
    """An answer that follows from those before it, and that nobody need give; who gives it is held to it by `problems`.

    As in `amount: Price = computed(lambda said: worth(said["lines"], "price"))`.
    """
    return Field(default_factory=by)


Problems: TypeAlias = Iterator[tuple[str, str | Sentence]]


class Form(BaseModel):
    """What an action must be told. Answers marked `Keep` go into the case; all stay in the history.

    An answer whose key is a name of this class has another name here, and the key as its `Field(alias=…)`.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False, serialize_by_alias=True)

    def __deepcopy__(self, memo: dict[int, Any] | None = None) -> Form:
        return self

    def problems(self) -> Problems:
        """What is wrong between the answers: (field, sentence). Text is translated whole; where it has places, say
        `sentence("…{left}…", left=left)`.
        """
        yield from ()

    @model_validator(mode="after")
    def _no_problems(self) -> Form:
        if found := list(self.problems()):
            details: list[InitErrorDetails] = [
                {
                    "type": PydanticCustomError(
                        "rule", "{message}", {"message": str(said), "said": Sentence.of(said).as_json()}
                    ),
                    "loc": (name,),
                    "input": getattr(self, name, None),
                }
                for name, said in found
            ]
            raise ValidationError.from_exception_data(type(self).__name__, details)
        return self


class Case(BaseModel):
    """What later steps need to know. Everything else stays in the history."""

    model_config = ConfigDict(extra="ignore", allow_inf_nan=False)


@cache
def kept(form: type[Form]) -> tuple[str, ...]:
    """The names of the answers that go into the case."""
    return tuple(n for n, f in form.model_fields.items() if any(isinstance(m, _Kept) for m in f.metadata))


@cache
def in_history(form: type[Form]) -> frozenset[str]:
    """The names of the answers of a start that stay in the history alone."""
    fields = form.model_fields.items()
    return frozenset(name for name, field in fields if any(isinstance(m, _InHistory) for m in field.metadata))


def read_form(form: type[Form], answers: Any) -> Form:
    """`answers` as a form; raises InvalidForm with a pointer to each fault."""
    if isinstance(answers, form):
        return answers
    try:
        return form.model_validate({} if answers is None else answers)
    except ValidationError as error:
        faults = tuple(
            FormError("/" + "/".join(str(part) for part in fault["loc"]), str(said), said)
            for fault in telling(error.errors(include_url=False, include_input=False))
            for said in (said_of(fault),)
        )
        raise InvalidForm(
            sentence(
                "The form is not right at {fields}: {why}",
                fields=[Named("field", fault.pointer) for fault in faults[:3]],
                why=faults[0].said,
            ),
            errors=faults,
        ) from error


def said_of(fault: ErrorDetails) -> Sentence:
    """What pydantic has found wrong, as a sentence: ours, or its own template with what fills it."""
    context = fault.get("ctx", {})
    if "said" in context:
        return Sentence.of(context["said"])
    if (ours := template_of(fault)) is not None:
        return sentence(ours[0], **ours[1])
    if fault["type"] == "value_error":  # a validator's own
        return Sentence(str(context["error"]))
    try:
        template = PydanticKnownError(fault["type"], context or None).message_template  # pyright: ignore[reportArgumentType]
    except (KeyError, TypeError, ValueError):  # a fault of a validator's own
        return Sentence(fault["msg"])
    places = {name: part for name, part in context.items() if f"{{{name}}}" in template}
    if "{expected_plural}" in template:
        places["expected_plural"] = "" if 1 in places.values() else "s"
    try:
        filled = sentence(template, **places)
        return filled if str(filled) == fault["msg"] else Sentence(fault["msg"])
    except KeyError:
        return Sentence(fault["msg"])


def in_one_spelling(form: type[Form] | None, answers: dict[str, Any] | None) -> dict[str, Any] | None:
    """The answers as the form keeps them, to be sent on; those that it refuses as they are, for whoever judges them."""
    if form is None or answers is None:
        return answers
    try:
        return read_form(form, answers).model_dump(mode="json", exclude_unset=True)
    except InvalidForm:
        return answers


# --- forms that many procedures share


class Reason(Form):
    reason: Text


class Note(Form):
    note: Text


Channel = Literal["phone", "chat", "email", "letter", "counter", "platform"]
"""By which way staff heard what a party says."""


class Told(Form):
    """What a party says itself; or what it has told one of the staff, who then say by which way."""

    channel: InHistory[Channel | None] = None

    @property
    def is_anothers_word(self) -> bool:
        """Whether the answers say that somebody else asked for it, or agreed to it, whoever sends them."""
        return False


class Heard(Told):
    """What comes from outside where its row asks nothing else: why, if that is said."""

    reason: Remark = ""


class Remarks(Form):
    note: Remark = ""


class NewOwner(Form):
    to: User
    note: Remark = ""


class Attachment(Form):
    files: Files
    note: Remark = ""


class Escalation(Form):
    note: Text
    to: Role | None = None


EVERYWHERE: dict[str, type[Form]] = {
    "add_note": Note,
    "attach_file": Attachment,
    "reassign": NewOwner,
    "escalate": Escalation,
}
"""What staff may do in every open case. Only `escalate` reaches the case; the others are the database's alone."""
LEAVE_OUT = "leave_out"
"""What those who are asked to begin a case may do instead, with a reason: nothing is to be done this time."""
STOP = "stop_case"
"""How a case ends, with a reason, at a stage from which its procedure has no way back of its own."""
UNDECLARED: dict[str, type[Form]] = {**EVERYWHERE, LEAVE_OUT: Reason, STOP: Reason}
"""What may be done to a case though its procedure declares nothing of it."""
