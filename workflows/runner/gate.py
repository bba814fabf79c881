"""Who may speak to a case, what may be asked of it beside its actions, and how a refusal travels: as an
ApplicationError to the caller, where it is a Refusal again.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol

from temporalio import workflow
from temporalio.common import RawValue
from temporalio.exceptions import ApplicationError

from workflows.language.memory import Actor
from workflows.language.refusals import FormError, MovedOn, NotPossibleNow, Refusal
from workflows.language.sentences import Sentence, sentence
from workflows.registry import UnknownProcedure
from workflows.runner.messages import (
    ActionRequest,
    EffectStatus,
    EngineRequest,
    EngineUpdate,
    Planned,
    Signed,
    StartRequest,
)
from workflows.runner.state import CaseState

HEAD = "head"
"""The code of the refusal by which a case says where it stands."""
NOT_SIGNED = "not_signed"
REFUSED = "refused unsigned %s: %s"
"""The log's line about what nobody signed; docs/operations.md says what to do about it."""
UNSIGNED = "guicheng_unsigned"
UNSIGNED_MEANS = "Starts, updates, plans and activities that were refused, as nobody had signed them"
"""What the counter counts."""


class Keys(Protocol):
    """The store's signing keys."""

    def sign(self, *parts: Any) -> str:
        """The signature of these JSON values."""
        ...

    def verify(self, signature: str, *parts: Any) -> bool:
        """Whether it is the signature of these JSON values."""
        ...


class _Nobodys:
    """A process that only replays has no keys: it signs nothing, and trusts nobody."""

    def sign(self, *parts: Any) -> str:  # noqa: ARG002
        return ""

    def verify(self, signature: str, *parts: Any) -> bool:  # noqa: ARG002
        return False


_keys: Keys = _Nobodys()


def trust(keys: Keys) -> None:
    """Set, for this process, how signatures are made and judged. Until then all are refused."""
    global _keys  # noqa: PLW0603 - the workflow's code is built by the SDK: nothing can be handed to it
    _keys = keys


def request_id() -> str:
    """The id of the update that is being handled: its request's."""
    info = workflow.current_update_info()
    assert info is not None
    return info.id


def action_of(args: Sequence[RawValue]) -> ActionRequest:
    """The request that an action's update brings. Raises the refusal `not_signed` where it brings anything else."""
    try:
        (argument,) = args
        return workflow.payload_converter().from_payload(argument.payload, ActionRequest)
    except (ValueError, KeyError, RuntimeError) as wrong:  # as pydantic and the converter say it
        raise not_signed("update", "An action comes as a signed message, from the API or a case.") from wrong


def not_signed(what: str, detail: str) -> ApplicationError:
    """The refusal of what nobody has signed. It is counted and operations are alerted, but not by a replay."""
    workflow.logger.error(REFUSED, what, repr(workflow.info().workflow_id))
    workflow.metric_meter().create_counter(UNSIGNED, UNSIGNED_MEANS).add(1, {"what": what})
    return error(NOT_SIGNED, detail)


def require_signature(message: Signed, case: str, request: str) -> None:
    """Raises the refusal `not_signed` unless the message was signed for this case and this update."""
    if not _keys.verify(message.signature, *message.signed_parts(case, request)):
        what = "start" if isinstance(message, StartRequest) else "update"
        raise not_signed(what, "Nobody who may speak for this actor has signed the message.")


def require_name(action: ActionRequest, name: str) -> None:
    """Raises the refusal `not_signed` where the action's update has another name than its signed event."""
    if name != action.event:
        raise not_signed("update", f"The update is named {name}, and {action.event} was signed.")


def require_engine(message: EngineRequest | None, update: EngineUpdate, case: str) -> None:
    """Raises the refusal `not_signed` unless the engine itself asks for this update of this case."""
    if message is None or message.update is not update:
        raise not_signed("update", f"{update} comes as a signed message of the engine.")
    require_signature(message, case, request_id())


def require_signed_start(start: StartRequest, case: str) -> None:
    """Raises the refusal `not_signed` unless the run's start was signed: by the API, an activity, or the run before."""
    # judged once: a key may have changed since, when a history is replayed
    if not workflow.unsafe.is_replaying():
        require_signature(start, case, start.request)


def require_signed_plan(planned: Planned) -> None:
    """Raises the refusal `not_signed` unless the calendar has signed what it plans."""
    if not _keys.verify(planned.signature, *planned.signed_parts()):
        raise not_signed("plan", "The calendar hasn't signed this plan.")


def signed_next(start: StartRequest, case: str) -> StartRequest:
    """The start of a case's next run, signed as it will be read there."""
    converter = workflow.payload_converter()
    read: StartRequest = converter.from_payload(converter.to_payload(start), StartRequest)
    return read.model_copy(update={"signature": _keys.sign(*read.signed_parts(case, read.request))})


def require_current_form(state: CaseState, action: ActionRequest) -> None:
    """Raises the refusal `moved_on` where the form belongs to another version of the procedure than the case's."""
    try:
        action.require_version(state.start.version)
    except MovedOn as refusal:
        raise error_of(refusal) from refusal


def require_incident(state: CaseState, effect: str) -> None:
    """Raises the refusal `not_possible_now` unless operations are to decide about the effect of this key."""
    pending = state.pending.get(effect)
    if pending is None or pending.standing is not EffectStatus.INCIDENT:
        raise error_of(NotPossibleNow(sentence("There is no incident {effect}.", effect=effect)))


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
    faults = [
        {"pointer": fault.pointer, "message": fault.message, **_said(fault.said)} for fault in refusal.errors
    ]
    listed = {"errors": faults} if faults else {}
    return error(refusal.code, refusal.message, **listed, **_said(refusal.said), **refusal.helps, **helps)


def _said(sentence: Sentence | None) -> dict[str, Any]:
    """A sentence as it travels beside its text, where the text alone doesn't tell it."""
    return {"said": sentence.as_json()} if sentence is not None and sentence.places else {}


def refusal_of(travelled: ApplicationError) -> Refusal:
    """The refusal that has travelled as this error: what `error` and `error_of` made comes out as it was."""
    members: dict[str, Any] = dict(travelled.details[0]) if travelled.details else {}
    faults = tuple(
        FormError(fault["pointer"], fault["message"], Sentence.of(fault.get("said", fault["message"])))
        for fault in members.pop("errors", ())
    )
    said = Sentence.of(members.pop("said", travelled.message))
    helps = {name: value for name, value in members.items() if name not in ("code", "detail")}
    return Refusal(said, code=travelled.type or Refusal.code, errors=faults, **helps)
