"""Commands: printed barcodes that stand for an action. What prints them and what reads them both ask here.

`GC:do:picked` is the action `picked` of the case at hand, `GC:claim` takes its task. No number of a store's own holds a
colon, so none is mistaken for a command.
"""

from __future__ import annotations

from enum import StrEnum
from functools import lru_cache
from typing import NamedTuple

from models.spelling import trimmed
from workflows.labels import Language, label
from workflows.language.forms import UNDECLARED
from workflows.language.procedure import Procedure
from workflows.registry import registry

PREFIX = "GC"
"""What every command begins with."""


class Verb(StrEnum):
    """What a command does with the case or the task at hand."""

    DO = "do"
    """Sends an action: the command names it."""
    CLAIM = "claim"
    RELEASE = "release"


class Command(NamedTuple):
    """A command, of this action where the verb needs one."""

    verb: Verb
    action: str = ""

    @property
    def code(self) -> str:
        """As it is printed."""
        return ":".join(part for part in (PREFIX, self.verb, self.action) if part)

    def label(self, language: Language) -> str:
        """What it does, for people."""
        if self.verb is not Verb.DO:
            return label("action", f"{self.verb}_task", language)
        return label("action", self.action, language, _first_with(self.action, registry().all()) or "")


def command_in(code: str) -> Command | None:
    """The command that a scanned code is; None where it is none, or names an action that no procedure has."""
    prefix, *parts = str(trimmed(code)).split(":")
    if prefix.upper() != PREFIX or not parts or parts[0].lower() not in {*Verb}:
        return None
    verb, action = Verb(parts[0].lower()), ":".join(parts[1:]).lower()
    if bool(action) is not (verb is Verb.DO):
        return None
    is_known = not action or action in UNDECLARED or _first_with(action, registry().all()) is not None
    return Command(verb, action) if is_known else None


@lru_cache(maxsize=1024)
def _first_with(action: str, declared: tuple[type[Procedure], ...]) -> str | None:
    """The key of the first procedure that has such an action."""
    return next((one.key for one in declared if action in one.declaration.transitions), None)
