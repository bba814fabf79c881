"""Effects: the activities that touch the books and the outside world, and the contracts they fulfil."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy import Engine

    from activities.contracts.base import Queue
    from books.ports import Ports


def all_activities(engine: Engine, ports: Ports) -> dict[Queue, list[Callable[..., Any]]]:
    """The activities of every effect on the books and the outside world, by task queue.

    They run in threads.
    """
    # imported here, as procedures import the contracts beside and must not load a database with them
    return import_module("activities.performing").activities_of(engine, ports)
