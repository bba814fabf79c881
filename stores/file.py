"""What a store's file may hold, and how it is written."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date
from difflib import get_close_matches
from string import Formatter
from typing import Annotated, cast

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints

from models.roles import Role
from models.values import Address, Code, Paid, Price
from settings.calendar import Days, Hours, days_of, hours_of
from settings.environment import ScheduleSetting

NAME = re.compile(r"^[\w.@-]{1,64}$")
"""What an account's id may be."""
ROLES = tuple(role.value for role in Role if not role.is_engine)
"""The roles that can be given."""


def nearest(name: object, known: Iterable[str]) -> str:
    """What was probably meant, as the end of a sentence."""
    found = get_close_matches(str(name), list(known), n=1)
    return f"; did you mean {found[0]}?" if found else ""


def _hours(value: object) -> object:
    return hours_of(value if isinstance(value, str) else "")


def _campaigns(value: object) -> object:
    """Days as the environment writes them, in a list; TOML's own dates are days too."""
    parts = cast("list[object]", value) if isinstance(value, list) else [None]
    if not all(isinstance(part, date | str) for part in parts):
        raise ValueError('write a list of days, like ["2026-06-16/2026-06-20", "2026-11-11"]')
    return days_of(",".join(map(str, parts))) if parts else []


def _role(value: object) -> object:
    if value not in ROLES:
        raise ValueError(f"there is no role {value!r}{nearest(value, ROLES)}")
    return value


def _granting(value: object) -> object:
    role = Role(str(_role(value)))
    if role is Role.GM:
        raise ValueError("the gm grants without a limit; leave it out")
    if not role.is_staff:
        raise ValueError(f"{role} is not staff, and grants nothing")
    return role


def _named(value: object) -> object:
    if not (isinstance(value, str) and NAME.fullmatch(value)):
        raise ValueError("a person is named by up to 64 letters, digits and . @ _ -")
    return value


PLACE = re.compile(r"^[a-z][a-z0-9_]*$")
"""What stands in braces in a reply."""
_LONGEST_REPLY = 1000


def places_in(text: str) -> list[str]:
    """What a reply has in braces. ValueError where it can't be read."""
    found: list[str] = []
    for _, name, spec, conversion in Formatter().parse(text):
        if name is None:
            continue
        if not PLACE.fullmatch(name) or spec or conversion:
            raise ValueError(f"write a plain name in braces, like {{order_no}}, not {{{name}}}")
        found.append(name)
    return found


def _reply(value: object) -> object:
    if not isinstance(value, str) or not value.strip():
        raise ValueError('write the text in quotes, like "Your order {order_no} is on its way."')
    if len(value) > _LONGEST_REPLY:
        raise ValueError(f"a reply has at most {_LONGEST_REPLY} characters")
    places_in(value)
    return value.strip()


Store = Annotated[str, StringConstraints(pattern=r"^[^\s:/]{1,64}$")]


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Person(_Part):
    """What somebody may do: their roles, and the stores in which they have them; without a list, in every store."""

    roles: frozenset[Annotated[Role, BeforeValidator(_role)]]
    stores: frozenset[Store] | None = None


ReplyName = Annotated[str, StringConstraints(min_length=1, max_length=40, strip_whitespace=True)]
Reply = Annotated[str, BeforeValidator(_reply)]


class Procedures(_Part):
    """Which procedures the store doesn't run."""

    off: frozenset[str] = frozenset()


class StoreSettings(_Part):
    """A store's file, checked. What it leaves out is as the environment has it, or as documented."""

    service_hours: Annotated[Hours | None, BeforeValidator(_hours)] = None
    office_hours: Annotated[Hours | None, BeforeValidator(_hours)] = None
    campaign_days: Annotated[tuple[Days, ...] | None, BeforeValidator(_campaigns)] = None
    stores: tuple[Store, ...] | None = None
    spending_limit: Paid | None = None
    approval_limits: dict[Annotated[Role, BeforeValidator(_granting)], Price] = {}
    returns_to: Address | None = None
    usual_limit: str | None = None
    """How long a stage of people may last for which no document says a limit."""
    most_reminders: Annotated[int, Field(ge=1, le=100)] | None = None
    """How often a stage reminds its people at most."""
    cartons: tuple[Code, ...] = ()
    """What the store packs in, as packers name it."""
    procedures: Procedures = Procedures()
    limits: dict[str, str] = {}
    """`{procedure}.{alarm}` -> the limit, where it isn't the declared one."""
    schedules: dict[str, ScheduleSetting] = {}
    people: dict[Annotated[str, BeforeValidator(_named)], Person] = {}
    replies: Annotated[dict[ReplyName, Reply], Field(max_length=100)] = {}
    """What customers are answered often: its name -> the text, with what a case holds in braces."""
