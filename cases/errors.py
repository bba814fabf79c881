"""How an update or a start can fail, and which of the errors of the SDK means what."""

from __future__ import annotations

import asyncio
from collections.abc import Generator
from contextlib import contextmanager

from temporalio.client import (
    RPCError,
    RPCStatusCode,
    WorkflowFailureError,
    WorkflowUpdateFailedError,
    WorkflowUpdateRPCTimeoutOrCancelledError,
)
from temporalio.exceptions import ApplicationError

from workflows.runner.gate import refusal_of

_NOT_CONNECTED = "Failed client connect"
"""How the SDK's RuntimeError begins where a client that connects with its first call finds nobody."""


class NoAnswerYet(Exception):
    """Nobody has said yes or no: the same is to be sent again, under the same id."""


class NotReady(NoAnswerYet):
    """The case's workflow can't take it at the moment: a task of it has failed, for once or again and again."""


class CaseNotRunning(Exception):
    """The case has ended, or there never was one of this id."""


@contextmanager
def sdk_errors() -> Generator[None]:
    """Raise Refusal, CaseNotRunning or NoAnswerYet in place of what the SDK raises inside."""
    try:
        yield
    except (WorkflowUpdateFailedError, WorkflowFailureError) as error:
        if isinstance(error.cause, ApplicationError):
            raise refusal_of(error.cause) from error
        raise NoAnswerYet(str(error)) from error
    except RPCError as error:
        if error.status is RPCStatusCode.NOT_FOUND:
            raise CaseNotRunning(error.message) from error
        if error.status is RPCStatusCode.FAILED_PRECONDITION:
            raise NotReady(str(error)) from error
        raise NoAnswerYet(str(error)) from error
    except WorkflowUpdateRPCTimeoutOrCancelledError as error:
        if isinstance(error.__cause__, asyncio.CancelledError):  # whoever waits was called off
            raise asyncio.CancelledError from error
        raise NoAnswerYet(str(error)) from error
    except RuntimeError as error:
        if not str(error).startswith(_NOT_CONNECTED):
            raise
        raise NoAnswerYet(str(error)) from error
