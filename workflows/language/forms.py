"""What actions are told, and what a case keeps of it."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Annotated, Any, TypeAlias, TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError, model_validator
from pydantic_core import InitErrorDetails, PydanticCustomError

from models.roles import Role
from models.values import Files, Remark, Text, User
from workflows.language.refusals import FormError, InvalidForm

T = TypeVar("T")


class _Kept:
    """Marks an answer that goes into the case."""


Keep = Annotated[T, _Kept()]
"""`waybill_no: Keep[Code]`: this answer goes into the case, under the same name."""


class _InHistory:
    """Marks an answer of a start that the case has no place for."""


InHistory = Annotated[T, _InHistory()]
"""`photos: InHistory[Photos] = ()`: this answer of a start isn't kept in the case; the history tells it."""

Problems: TypeAlias = Iterator[tuple[str, str]]


class Form(BaseModel):
    """What an action must be told. Answers marked `Keep` go into the case; all stay in the history.

    An answer whose key is a name of this class has another name here, and the key as its `Field(alias=…)`.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False, serialize_by_alias=True)

    def __deepcopy__(self, memo: dict[int, Any] | None = None) -> Form:
        return self

    def problems(self) -> Problems:
        """What is wrong between the answers: (field, sentence)."""
        yield from ()

    @model_validator(mode="after")
    def _no_problems(self) -> Form:
        if found := list(self.problems()):
            details: list[InitErrorDetails] = [
                {
                    "type": PydanticCustomError("rule", "{message}", {"message": message}),
                    "loc": (name,),
                    "input": getattr(self, name, None),
                }
                for name, message in found
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
            FormError("/" + "/".join(str(part) for part in fault["loc"]), fault["msg"])
            for fault in error.errors(include_url=False, include_context=False, include_input=False)
        )
        where = ", ".join(fault.pointer for fault in faults[:3])
        raise InvalidForm(f"The form is not right at {where}: {faults[0].message}.", errors=faults) from error


# --- forms that many procedures share


class Reason(Form):
    reason: Text


class Note(Form):
    note: Text


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
UNDECLARED: dict[str, type[Form]] = {**EVERYWHERE, LEAVE_OUT: Reason}
"""What may be done to a case though its procedure declares nothing of it."""
