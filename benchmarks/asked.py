"""Who asks for which pages, searches and counts of tasks in `make bench-lists`."""

from __future__ import annotations

import random
from collections.abc import Iterator
from typing import NamedTuple
from urllib.parse import urlencode

from benchmarks.loading import persona_of
from models.roles import Role

_SEARCHES = 20


class Asked(NamedTuple):
    """Who asks for which tasks."""

    who: str
    filters: dict[str, str]

    def __str__(self) -> str:
        return f"{self.who}: {urlencode(self.filters) or 'all'}"


CALLERS: dict[str, tuple[tuple[Role, ...], tuple[str, ...] | None]] = {
    "administrator": (tuple(role for role in Role if role.is_person), None),
    "manager": ((Role.OPS_MANAGER,), None),
    "agent": ((Role.CS_AGENT, Role.CS_SUPERVISOR), None),
    "agent of two stores": ((Role.CS_AGENT, Role.FINANCE), ("tmall", "jd")),
    "picker": ((Role.PICKER,), ("tmall",)),
}
"""Roles and stores of each; no stores: all."""

PAGES = (
    Asked("administrator", {}),
    Asked("administrator", {"sort": "entered"}),
    Asked("administrator", {"overdue": "true"}),
    Asked("administrator", {"overdue": "true", "sort": "entered"}),
    Asked("administrator", {"unclaimed": "true"}),
    Asked("administrator", {"role": "picker"}),
    Asked("administrator", {"store": "tmall"}),
    Asked("administrator", {"procedure": "return_refund"}),
    Asked("administrator", {"procedure": "order_fulfilment", "stage": "picking", "sort": "entered"}),
    Asked("administrator", {"mine": "true"}),
    Asked("manager", {}),
    Asked("manager", {"sort": "entered"}),
    Asked("manager", {"overdue": "true", "sort": "entered"}),
    Asked("manager", {"store": "jd", "unclaimed": "true"}),
    Asked("agent", {}),
    Asked("agent", {"procedure": "complaint"}),
    Asked("agent", {"mine": "false", "unclaimed": "false"}),
    Asked("agent of two stores", {"overdue": "false"}),
    Asked("agent of two stores", {"role": "finance", "sort": "entered"}),
    Asked("picker", {"unclaimed": "true", "stage": "picking"}),
)

COUNTS = (
    Asked("administrator", {}),
    Asked("administrator", {"store": "tmall"}),
    Asked("administrator", {"procedure": "return_refund"}),
    Asked("administrator", {"unclaimed": "true"}),
    Asked("manager", {}),
    Asked("manager", {"store": "jd"}),
    Asked("agent", {}),
    Asked("agent", {"overdue": "true"}),
    Asked("agent of two stores", {}),
    Asked("picker", {}),
)


def searches(tasks: int) -> Iterator[Asked]:
    """Two characters of a name, the ends of phones and numbers, and what many cases or none have."""
    chance = random.Random(3)  # noqa: S311 - it is to be the same each time
    for n in range(_SEARCHES):
        somebody = persona_of(chance.randrange(1, tasks // 2))
        words = (somebody.name[:2], somebody.name[1:], somebody.phone[-4:], somebody.subject[-4:], "浙江")
        yield Asked(("agent", "administrator", "manager")[n % 3], {"q": words[n % len(words)]})
    yield Asked("agent", {"q": persona_of(7).name[0]})
