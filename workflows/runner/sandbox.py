"""How the SDK runs the workflow's code, on the worker and in replays alike."""

from __future__ import annotations

from temporalio.worker import UnsandboxedWorkflowRunner, WorkflowRunner


def workflow_runner() -> WorkflowRunner:
    """The runner without a sandbox.

    A procedure must be passed through the sandbox, as the state machine's library can't be imported inside; and what
    is passed through, the sandbox doesn't watch. It would cost a fifth of the throughput and catch nothing: that no
    procedure asks for the time, for chance or for I/O is a lint rule's to see, and that a replay computes what was
    committed is checked at every commit.
    """
    return UnsandboxedWorkflowRunner()
