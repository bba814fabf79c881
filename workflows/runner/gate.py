"""Who may speak to a case, and how a refusal travels back."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from typing import Any

from temporalio.exceptions import ApplicationError

from workflows.language.refusals import Refusal
from workflows.runner.messages import Signed

HEAD = "head"
"""The update that asks a case where it stands, and the code of the refusal that tells."""
Check = Callable[..., bool]
"""Whether a signature, given first, is that of the parts after it."""


def _nobody(_signature: str, *_parts: Any) -> bool:
    return False


_check: Check = _nobody


def trust(check: Check) -> None:
    """Set, for this process, how signatures are judged. Until then all are refused."""
    global _check  # noqa: PLW0603 - the workflow's code is built by the SDK: nothing can be handed to it
    _check = check


def require_signature(message: Signed, case: str, request: str) -> None:
    """Raises the refusal `not_signed` unless the message was signed for this case and this update."""
    if not _check(message.signature, *message.signed_parts(case, request)):
        raise problem("not_signed", "Nobody who may speak for this actor has signed the message.")


def refusal(error: Refusal, **helps: Any) -> ApplicationError:
    """A refusal of the machine, as it travels."""
    errors = [dataclasses.asdict(fault) for fault in error.errors]
    return problem(
        error.code, error.message, **({"errors": errors} if errors else {}), **error.helps, **helps
    )


def problem(code: str, detail: str, **helps: Any) -> ApplicationError:
    """An error that the caller gets as it is: its type is the code, its only detail a problem's members."""
    return ApplicationError(detail, {"code": code, "detail": detail, **helps}, type=code, non_retryable=True)
