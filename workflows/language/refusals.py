"""What the machine says no with. Each has the code that callers see, and a sentence that helps."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class FormError:
    """What is wrong with one answer; `pointer` is a JSON pointer into the form."""

    pointer: str
    message: str


class Refused(Exception):
    """A rule said no, and nothing has changed."""

    code = "refused"

    def __init__(self, message: str, *, errors: tuple[FormError, ...] = (), **helps: Any) -> None:
        super().__init__(message)
        self.message = message
        self.errors = errors
        self.helps = helps
        """What else helps the caller: `stages`, `actions`."""


class NotPossibleNow(Refused):
    """The case stands where this action leads nowhere, or has moved on."""

    code = "not_possible_now"


class MovedOn(Refused):
    """The caller looked at an older revision."""

    code = "moved_on"


class UnknownAction(Refused):
    """The procedure has no such action."""

    code = "not_found"


class NotYourRole(Refused):
    """The action is for other roles."""

    code = "not_your_role"


class InvalidForm(Refused):
    """The form doesn't say what the action must be told."""

    code = "invalid_form"


class BadProcedure(TypeError):
    """A declaration contradicts itself; raised when its class is made."""
