"""What a case reports to the one that started it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from activities.cases.contract import TellParent
from workflows.language.context import StepContext
from workflows.language.memory import Parent


def report_stage(context: StepContext, result: Callable[[], dict[str, Any]]) -> None:
    """Report the stage that the step has led to, where it is an end or the other case has asked about it, with what
    `result` gives.
    """
    parent = context.memory.parent
    if parent is None or not parent.waits or context.memory.aborted or context.is_at_entry:
        return
    for stage in context.stages:
        if stage not in context.step.before and (context.finished or stage in parent.wants):
            report(context, parent, stage, result())


def report(context: StepContext, parent: Parent, stage: str, result: dict[str, Any] | None = None) -> None:
    """Have the step tell the other case that this one has come to a stage."""
    context.ask(
        TellParent(
            parent=parent.case, link=parent.link, stage=stage, ended=context.finished, result=result or {}
        )
    )
