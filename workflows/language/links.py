"""Procedures that start other procedures."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, TypeVar

from pydantic import BaseModel, ConfigDict

from workflows.language.stages import Transitions

Method = TypeVar("Method", bound=Callable[..., Any])


class Opening(BaseModel):
    """Another case to start: its subject, its start form, and the start event where the procedure has several.

    at_entry: it is opened before its start event, which people there send; `form` is what is known of it.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")
    subject: str
    form: dict[str, Any] = {}
    procedure: str = ""
    event: str = ""
    at_entry: bool = False


def opening(subject: str, procedure: str = "", event: str = "", **form: Any) -> Opening:
    """`form` holds the answers of the other procedure's start form; values of forms may be given as they are."""
    return Opening(
        subject=subject, procedure=procedure, event=event, form={k: _plain(v) for k, v in form.items()}
    )


def asking(subject: str, /, **known: Any) -> Opening:
    """A case whose start asks what only people know: it waits for them at its entry, with what is known already."""
    return Opening(subject=subject, form={k: _plain(v) for k, v in known.items()}, at_entry=True)


def _plain(value: Any) -> Any:
    if isinstance(value, BaseModel):
        return value.model_dump(mode="json")
    if isinstance(value, tuple | list | set | frozenset):
        return [_plain(part) for part in value]  # pyright: ignore[reportUnknownVariableType]
    if isinstance(value, dict):
        return {name: _plain(part) for name, part in value.items()}  # pyright: ignore[reportUnknownVariableType]
    return value


@dataclass(frozen=True)
class Link:
    """Which procedures an event starts, and what comes back.

    ends: the child's stage (an end, or a stage on its way) -> the event it sends here; where several are joined
    by `|`, the first that is possible. all_ended: sent once every child of this link has ended.
    awaited: the case wants to know that the child has ended, though it sends nothing.
    undone: the child ends with this case when that is undone, though the case doesn't wait for it.
    """

    key: str
    procedures: tuple[str, ...]
    on: Transitions
    ends: dict[str, Transitions]
    all_ended: Transitions | None
    given: Callable[..., Opening | list[Opening] | None] = field(compare=False)
    awaited: bool = False
    undone: bool = False

    @property
    def waits(self) -> bool:
        """Whether the case waits for what comes back."""
        return bool(self.ends or self.all_ended or self.awaited)

    def openings(self, hooks: Any, come: Mapping[str, Any]) -> list[Opening]:
        """The cases to start now; `come` is what has come with the event, of which the method takes what it names."""
        takes = inspect.signature(self.given).parameters
        given = self.given(hooks, **{name: thing for name, thing in come.items() if name in takes})
        return given if isinstance(given, list) else [given] if given else []

    @cached_property
    def answers(self) -> tuple[str, ...]:
        """The events that a child's end may send."""
        events = [*self.ends.values(), *([self.all_ended] if self.all_ended else [])]
        return tuple(dict.fromkeys(name for some in events for name in some.names))


def starts(
    *procedures: str,
    on: Transitions,
    ends: dict[str, Transitions] | None = None,
    all_ended: Transitions | None = None,
    awaited: bool = False,
    undone: bool = False,
) -> Callable[[Method], Method]:
    """Decorates the method that says with what another procedure starts; it returns an Opening, several, or None,
    and may take the event's `form`, `outcome` or `report` as hooks do.

    The case waits for the children where `ends` or `all_ended` is given, or with `awaited`, and ends them when it is
    undone; with `undone` it ends them too, without waiting for them.
    """

    def declare(given: Method) -> Method:
        link = Link(given.__name__, procedures, on, ends or {}, all_ended, given, awaited, undone)
        given.link = link  # type: ignore[attr-defined]
        return given

    return declare
