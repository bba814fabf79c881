"""Who asks for which pages, searches and counts of tasks in `make bench-lists`."""

from __future__ import annotations

import random
from collections.abc import Iterator
from typing import NamedTuple
from urllib.parse import urlencode

from benchmarks.loading import FEW, MANY, persona_of
from models.roles import Role

_SEARCHES = 20


class Asked(NamedTuple):
    """Who asks for which tasks, or cases."""

    who: str
    filters: dict[str, str]
    of: str = "tasks"

    def __str__(self) -> str:
        what = "" if self.of == "tasks" else f"{self.of}, "
        return f"{self.who}: {what}{urlencode(self.filters) or 'all'}"


class CallerRights(NamedTuple):
    """What somebody may do; no stores: in all."""

    roles: tuple[Role, ...]
    stores: tuple[str, ...] | None = None
    supplier: str = ""
    """As which supplier they read."""


ADMINISTRATOR = CallerRights(tuple(role for role in Role if role.is_person))
CALLERS = {
    "administrator": ADMINISTRATOR,
    "manager": CallerRights((Role.OPS_MANAGER,)),
    "agent": CallerRights((Role.CS_AGENT, Role.CS_SUPERVISOR)),
    "agent of two stores": CallerRights((Role.CS_AGENT, Role.FINANCE), ("tmall", "jd")),
    "picker": CallerRights((Role.PICKER,), ("tmall",)),
}

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


SUPPLIERS = {
    "administrator": ADMINISTRATOR,
    "few": CallerRights((Role.SUPPLIER,), supplier=FEW),
    "many": CallerRights((Role.SUPPLIER,), supplier=MANY),
}
"""Who asks where each case is a supplier's: one has few of them, one half."""
OF_SUPPLIERS: dict[str, tuple[tuple[dict[str, str], str], ...]] = {
    "page": (
        ({}, "cases"),
        ({"state": "open"}, "cases"),
        ({"procedure": "procurement"}, "cases"),
        ({}, "tasks"),
        ({"sort": "entered"}, "tasks"),
        ({"overdue": "true"}, "tasks"),
    ),
    "counts": (({}, "tasks/counts"), ({"procedure": "procurement"}, "tasks/counts")),
}
"""What each of them asks for."""


def searches(tasks: int) -> Iterator[Asked]:
    """Two characters of a name, the ends of phones and numbers, and what many cases or none have."""
    chance = random.Random(3)  # noqa: S311 - it is to be the same each time
    for n in range(_SEARCHES):
        somebody = persona_of(chance.randrange(1, tasks // 2))
        words = (somebody.name[:2], somebody.name[1:], somebody.phone[-4:], somebody.subject[-4:], "浙江")
        yield Asked(("agent", "administrator", "manager")[n % 3], {"q": words[n % len(words)]})
    yield Asked("agent", {"q": persona_of(7).name[0]})
