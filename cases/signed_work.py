"""What a worker performs is signed by the workflow that asked for it.

The workflow signs as it schedules an activity, over the bytes that go out anyway; the signature stands in a header,
beside what is asked. It holds for this case, this activity and these arguments alone. A worker registers nothing but
what checks it: an activity that somebody else has scheduled does nothing.
"""

from __future__ import annotations

import dataclasses
import logging
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NoReturn, cast

from temporalio import activity, workflow
from temporalio.api.common.v1 import Payload
from temporalio.common import RawValue
from temporalio.exceptions import ApplicationError
from temporalio.worker import (
    ActivityInboundInterceptor,
    ExecuteActivityInput,
    Interceptor,
    StartActivityInput,
    StartLocalActivityInput,
    WorkflowInboundInterceptor,
    WorkflowInterceptorClassInput,
    WorkflowOutboundInterceptor,
)

from cases.signing import SigningKeys
from workflows.runner.gate import NOT_SIGNED, REFUSED, UNSIGNED, UNSIGNED_MEANS

HEADER = "guicheng-signature"
_BINARY = {"encoding": b"binary/plain"}
_DEFINITION = "__temporal_activity_definition"
"""Where the SDK's decorator puts what was declared; it tells it in no other way."""

_log = logging.getLogger(__name__)
Performer = Callable[..., Any]


@dataclass(frozen=True)
class _Performed:
    """An activity as it was declared."""

    performer: Performer
    name: str | None
    """None where it performs activities of all names, and reads their arguments by itself."""
    arg_types: list[type]


class SignedWork(Interceptor):
    """Signs what this worker's workflows ask for, and has its activities perform only what is signed.

    A worker needs both: `interceptors=[signed_work]`, and `activities=signed_work.only_signed(...)`.
    """

    def __init__(self, keys: SigningKeys) -> None:
        """keys: the first signs, all verify."""
        self._keys = keys
        self._performers: dict[Performer, _Performed] = {}

    def only_signed(self, performers: Iterable[Performer]) -> list[Performer]:
        """These activities as a worker is to register them. Each gets its arguments once their signature was checked;
        without that, it refuses.
        """
        return [self._taken_raw(performer) for performer in performers]

    def _taken_raw(self, performer: Performer) -> Performer:
        definition: Any = getattr(performer, _DEFINITION)
        performed = _Performed(performer, definition.name, definition.arg_types or [])

        def refuse_at_once(*_args: Any) -> NoReturn:
            raise refused(activity.info())

        async def refuse_awaited(*_args: Any) -> NoReturn:
            raise refused(activity.info())

        refuse: Performer = refuse_awaited if definition.is_async else refuse_at_once
        raw = [RawValue] * len(performed.arg_types) if performed.name is not None else performed.arg_types
        setattr(refuse, _DEFINITION, dataclasses.replace(definition, fn=refuse, arg_types=raw))
        self._performers[refuse] = performed
        return refuse

    def intercept_activity(self, next: ActivityInboundInterceptor) -> ActivityInboundInterceptor:  # noqa: A002
        """The SDK asks for it at each activity."""
        return _Checked(next, self.admitted)

    def admitted(self, asked: ExecuteActivityInput) -> ExecuteActivityInput:
        """What is asked, to be performed; its arguments are read only now. Raises `refused`, and counts it, unless it
        is signed.
        """
        performed = self._performers.get(asked.fn)
        payloads = _as_they_came(asked.args)
        info = activity.info()
        if performed is None or payloads is None or not self._is_signed(info, payloads, asked.headers):
            raise refused(info)
        if performed.name is None:
            return dataclasses.replace(asked, fn=performed.performer)
        args = activity.payload_converter().from_payloads(payloads, performed.arg_types)
        return dataclasses.replace(asked, fn=performed.performer, args=args)

    def _is_signed(
        self, info: activity.Info, payloads: Sequence[Payload], headers: Mapping[str, Payload]
    ) -> bool:
        signature = headers[HEADER].data if HEADER in headers else b""
        return self._keys.verify_work(signature, *_parts(info.workflow_id, info.activity_type, payloads))

    def workflow_interceptor_class(
        self,
        input: WorkflowInterceptorClassInput,  # noqa: A002, ARG002 - the SDK's own name
    ) -> type[WorkflowInboundInterceptor]:
        """The SDK makes one of it for each run of a workflow."""
        keys = self._keys

        class Signing(WorkflowInboundInterceptor):
            def init(self, outbound: WorkflowOutboundInterceptor) -> None:
                super().init(_Signing(outbound, keys))

        return Signing


class _Checked(ActivityInboundInterceptor):
    """Performs what is admitted."""

    def __init__(
        self,
        next_: ActivityInboundInterceptor,
        admitted: Callable[[ExecuteActivityInput], ExecuteActivityInput],
    ) -> None:
        super().__init__(next_)
        self._admitted = admitted

    async def execute_activity(self, input: ExecuteActivityInput) -> Any:  # noqa: A002
        return await self.next.execute_activity(self._admitted(input))


class _Signing(WorkflowOutboundInterceptor):
    """Signs each activity that a workflow schedules."""

    def __init__(self, next_: WorkflowOutboundInterceptor, keys: SigningKeys) -> None:
        super().__init__(next_)
        self._keys = keys

    def start_activity(self, input: StartActivityInput) -> workflow.ActivityHandle[Any]:  # noqa: A002
        self._sign(input)
        return super().start_activity(input)

    def start_local_activity(self, input: StartLocalActivityInput) -> workflow.ActivityHandle[Any]:  # noqa: A002
        self._sign(input)
        return super().start_local_activity(input)

    def _sign(self, asked: StartActivityInput | StartLocalActivityInput) -> None:
        payloads = workflow.payload_converter().to_payloads(asked.args)
        signature = self._keys.sign_work(*_parts(workflow.info().workflow_id, asked.activity, payloads))
        asked.args = [RawValue(payload) for payload in payloads]
        asked.headers = {**asked.headers, HEADER: Payload(metadata=_BINARY, data=signature)}


def _parts(case: str | None, kind: str, payloads: Sequence[Payload]) -> list[bytes]:
    """What a signature is over: for which workflow, which activity, and each argument as it travels."""
    return [(case or "").encode(), kind.encode(), *(payload.data for payload in payloads)]


def _as_they_came(args: Sequence[Any]) -> list[Payload] | None:
    """The payloads of an activity's arguments; None where the SDK has read them: then they aren't what is declared."""
    listed = cast("Sequence[Any]", args[0] if len(args) == 1 and isinstance(args[0], list) else args)
    payloads = [arg.payload for arg in listed if isinstance(arg, RawValue)]
    return payloads if len(payloads) == len(listed) else None


def refused(info: activity.Info) -> ApplicationError:
    """The end of an activity that no case has asked for; it is counted, and operations are alerted."""
    _log.error(REFUSED, "activity", f"{info.activity_type!r} of {info.workflow_id!r}")
    activity.metric_meter().create_counter(UNSIGNED, UNSIGNED_MEANS).add(1, {"what": "activity"})
    return ApplicationError(
        f"No case has signed this {info.activity_type}: nothing was done.",
        type=NOT_SIGNED,
        non_retryable=True,
    )
