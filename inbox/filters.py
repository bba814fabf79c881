"""A list's address: which queue, which of its tasks, in which order, and which of them is open."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from functools import cached_property
from typing import Any, Self
from urllib.parse import urlencode

QUEUES = ("roles", "mine", "unclaimed", "overdue", "snoozed", "incidents", "events")
ORDERS = ("due", "entered")
_LONGEST = 200


@dataclass(frozen=True)
class Filters:
    """What a list shows. Empty: no matter."""

    queue: str = "roles"
    procedure: str = ""
    stage: str = ""
    store: str = ""
    role: str = ""
    q: str = ""
    sort: str = "due"
    wave: str = ""
    """The tasks of this wave, and no others."""
    desk: str = ""
    """Not empty on the packing desk, where the next case comes by scanning it."""

    @classmethod
    def of(cls, given: Mapping[str, str]) -> Self:
        """As an address says; what it says wrongly is left out."""
        told = {one.name: given.get(one.name, "").strip()[:_LONGEST] for one in fields(cls)}
        told = {name: value for name, value in told.items() if value}
        if told.get("queue") not in QUEUES:
            told.pop("queue", None)
        if told.get("sort") not in ORDERS:
            told.pop("sort", None)
        return cls(**told)

    @cached_property
    def query(self) -> str:
        """The address behind its `?`, without what is usual."""
        return urlencode(self._told())

    @property
    def is_narrowed(self) -> bool:
        """Whether it shows less than its queue."""
        return bool(self._told().keys() - {"queue", "sort", "wave", "desk"})

    def but(self, **changes: str) -> str:
        """The address with these changes."""
        return replace(self, **changes).query

    def asked(self) -> dict[str, Any]:
        """The same as the parameters of `GET /tasks`."""
        asked: dict[str, Any] = {"sort": self.sort}
        for name in ("procedure", "stage", "store", "role", "q"):
            if getattr(self, name):
                asked[name] = getattr(self, name)
        match self.queue:
            case "mine" | "unclaimed" | "overdue":
                asked[self.queue] = True
            case "incidents":
                asked["stage"] = "incident"
            case "events":
                asked["stage"] = "event"
            case _:
                pass
        return asked

    def _told(self) -> dict[str, str]:
        return {one.name: value for one in fields(self) if (value := getattr(self, one.name)) != one.default}


def mark_of(name: str) -> str:
    """An id in markup: a task's own holds what no selector takes."""
    return hashlib.blake2s(name.encode(), digest_size=6).hexdigest()
