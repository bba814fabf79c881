"""Who may speak to a case, what may be asked of it beside its actions, and how a refusal travels: as an
ApplicationError to the caller, where it is a Refusal again.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from typing import Any

from temporalio.exceptions import ApplicationError

from workflows.language.memory import Actor
from workflows.language.refusals import FormError, NotPossibleNow, Refusal
from workflows.registry import UnknownProcedure
from workflows.runner.messages import ActionRequest, EffectStatus, Signed
from workflows.runner.state import CaseState

HEAD = "head"
"""The code of the refusal by which a case says where it stands."""
NOT_SIGNED = "not_signed"
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
        raise error(NOT_SIGNED, "Nobody who may speak for this actor has signed the message.")


def require_current_form(state: CaseState, action: ActionRequest) -> None:
    """Raises the refusal `moved_on` where the form belongs to another version of the procedure than the case's."""
    current = state.start.version
    if action.version not in (None, current):
        raise error(
            "moved_on",
            f"The form is version {action.version}'s, the case runs version {current}.",
            version=current,
        )


def require_incident(state: CaseState, effect: str) -> None:
    """Raises the refusal `not_possible_now` unless operations are to decide about the effect of this key."""
    pending = state.pending.get(effect)
    if pending is None or pending.standing is not EffectStatus.INCIDENT:
        raise error("not_possible_now", f"There is no incident {effect}.")


def require_parent(state: CaseState, actor: Actor) -> None:
    """Raises a refusal unless the case is open, and the actor is the case that started it."""
    parent = state.position.memory.parent
    if parent is None or parent.case != actor.id:
        raise error_of(Refusal(f"{actor.id} didn't start the case."))
    if state.finished:
        raise error_of(NotPossibleNow("The case has ended.", stages=list(state.stages)))


def require_version(state: CaseState, version: int) -> None:
    """Raises the refusal `not_found`, or the procedure's own, unless the case could go on under this version."""
    if version == state.start.version:
        return
    try:
        state.migrated(version)
    except UnknownProcedure as unknown:
        raise error("not_found", str(unknown)) from unknown
    except Refusal as refusal:
        raise error_of(refusal) from refusal


def error(code: str, detail: str, **helps: Any) -> ApplicationError:
    """A refusal as it travels: its type is the code, its only detail a problem's members."""
    return ApplicationError(detail, {"code": code, "detail": detail, **helps}, type=code, non_retryable=True)


def error_of(refusal: Refusal, **helps: Any) -> ApplicationError:
    """The machine's refusal as it travels; `helps` is added to what helps the caller."""
    faults = [dataclasses.asdict(fault) for fault in refusal.errors]
    listed = {"errors": faults} if faults else {}
    return error(refusal.code, refusal.message, **listed, **refusal.helps, **helps)


def refusal_of(travelled: ApplicationError) -> Refusal:
    """The refusal that has travelled as this error: what `error` and `error_of` made comes out as it was."""
    members: dict[str, Any] = dict(travelled.details[0]) if travelled.details else {}
    faults = tuple(FormError(**fault) for fault in members.pop("errors", ()))
    helps = {name: value for name, value in members.items() if name not in ("code", "detail")}
    return Refusal(travelled.message, code=travelled.type or Refusal.code, errors=faults, **helps)
