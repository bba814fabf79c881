"""What the machine says no with. Each has the code that callers see, and a sentence that helps."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from workflows.language.sentences import Sentence


@dataclass(frozen=True)
class FormError:
    """What is wrong with one answer; `pointer` is a JSON pointer into the form."""

    pointer: str
    message: str
    said: Sentence | None = field(default=None, compare=False)
    """The message as its reader's language can word it."""


class Refusal(Exception):
    """A rule said no, and nothing has changed: a code for programs, and a sentence for whoever asked."""

    code = "refused"

    def __init__(
        self,
        message: str | Sentence,
        *,
        code: str | None = None,
        errors: tuple[FormError, ...] = (),
        **helps: Any,
    ) -> None:
        """message: English text; a Sentence is worded in the reader's language, with labels instead of keys.

        code: where it isn't the class's own, as of a refusal that has crossed the wire.

        errors: what is wrong with single answers of the form. helps: what else helps the caller: `stages`, `version`,
        the `revision` that was judged.
        """
        super().__init__(str(message))
        self.code = code or type(self).code
        self.message = str(message)
        self.said = Sentence.of(message)
        self.errors = errors
        self.helps = helps


class NotPossibleNow(Refusal):
    """The case stands where this action leads nowhere, or has moved on."""

    code = "not_possible_now"


class MovedOn(Refusal):
    """The caller looked at an older revision."""

    code = "moved_on"


class UnknownAction(Refusal):
    """The procedure has no such action."""

    code = "not_found"


class NotYourRole(Refusal):
    """The action is for other roles."""

    code = "not_your_role"


class InvalidForm(Refusal):
    """The form doesn't say what the action must be told."""

    code = "invalid_form"


class BadProcedure(TypeError):
    """A declaration contradicts itself; raised when its class is made."""
