"""What people read for a key: gettext catalogues, found by the English words of the key itself.

`python -m workflows.labels` prints, as entries to fill in, what the Chinese catalogues lack; `--unused` what no
procedure says any more. One catalogue a group of procedures, and `shared.po` for what all have in common. A procedure's
label stands under its own context (`repair.field`), its group's (`field`), or is shared: another group's never counts.
A key that needs no other words in English needs no English entry.
"""

from __future__ import annotations

import argparse
import inspect
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Literal, cast

from pydantic import BaseModel

from activities.contracts import EFFECTS
from activities.registers.catalogue import REGISTERS
from models.catalogues import CATALOGUES, LANGUAGES, SHARED, Language, Place, first_of, load, places_of, words
from models.papers import Paper
from models.roles import Role
from workflows.incidents import IncidentDecision
from workflows.language.declaration import ABORTED
from workflows.language.forms import UNDECLARED
from workflows.language.procedure import Procedure
from workflows.language.stages import Entry
from workflows.registry import registry
from workflows.said import said_by_all, said_in

Context = Literal[
    "procedure",
    "summary",
    "stage",
    "action",
    "role",
    "field",
    "ref",
    "choice",
    "guard",
    "refusal",
    "exception",
    "deadline",
    "link",
    "effect",
    "paper",
    "register",
    "reader",
]

__all__ = [
    "CATALOGUES",
    "LANGUAGES",
    "Context",
    "Language",
    "Needed",
    "group_of_key",
    "label",
    "load",
    "missing",
    "words",
]

_OF_TASKS = ("claim_task", "release_task")
"""What is done with a task, not with its case."""
_SENTENCES = ("summary", "guard", "refusal", "exception")
"""Contexts that are asked for by a sentence of the declaration, not by a key."""
_OF_THE_ENGINE = (
    "await_start",
    "child_ended",
    "cancel_by_parent",
    "deadline",
    "effect_failed",
    *(decision.step for decision in IncidentDecision),
    "migrate",
    "migration_dropped",
    "alarm_failed",
    "cancellation_ignored",
)
"""Steps of a history that no procedure declares."""


@dataclass(frozen=True, order=True)
class Needed:
    """A label that something needs. `procedure` is whose; empty for what all share."""

    context: Context
    words: str
    procedure: str = ""
    group: str = SHARED

    @property
    def places(self) -> tuple[Place, ...]:
        """Where it may stand, the nearest first."""
        return places_of(self.context, self.words, self.procedure, self.group)


def need(context: Context, key: str, procedure: str = "", group: str = SHARED) -> Needed:
    """What is needed for a key, or, where the context is asked for by a sentence, for that."""
    return Needed(context, key if context in _SENTENCES else words(key), procedure, group)


@cache
def label(context: Context, key: str, language: Language, procedure: str = "") -> str:
    """The label of a key; a procedure may call a thing by another name than the others do."""
    return translated(context, key, language, procedure)


def translated(context: Context, key: str, language: Language, procedure: str = "") -> str:
    """The same, without keeping it: of what isn't one of few, such as a sentence that somebody's answer stands in."""
    wanted = need(context, key, procedure, group_of_key(procedure))
    return first_of(wanted.places, language) or wanted.words


def group_of_key(key: str) -> str:
    """The group of the procedure of this key; what belongs to none is shared."""
    return group_of(registry().get(key)) if key in registry() else SHARED


def needed_by(procedure: type[Procedure]) -> Iterator[Needed]:
    """Every label that a procedure's pages, forms and diagrams show."""
    group = group_of(procedure)

    def this(context: Context, key: str) -> Needed:
        return need(context, key, procedure.key, group)

    yield this("procedure", procedure.key)
    yield this("summary", procedure.declaration.summary)
    shown = (s.id for s in procedure.declaration.stages.values() if s.role or not isinstance(s, Entry))
    yield from (this("stage", stage) for stage in shown)
    yield from (this("deadline", deadline.key) for deadline in procedure.declaration.deadlines)
    excused = (deadline.unless for deadline in procedure.declaration.deadlines if deadline.unless)
    yield from (this("guard", procedure.declaration.reason(guard)) for guard in excused)
    shown_on_papers = (name for fields in procedure.declaration.papers.values() for name in fields)
    yield from (this("field", name) for name in shown_on_papers)
    judged = (name for _, one in procedure.declaration.all_transitions for name in one.spec.approves)
    yield from (this("field", name) for name in judged)
    yield from (this("exception", one.because) for one in procedure.declaration.exceptions)
    yield from (this("link", link.key) for link in procedure.declaration.links)
    for event, moves in procedure.declaration.transitions.items():
        yield this("action", event)
        guards = dict.fromkeys(guard for move in moves for guard in move.guards)
        yield from (this("guard", procedure.declaration.reason(guard)) for guard in guards)
        for form in dict.fromkeys(move.form for move in moves if move.form):
            yield from (this(context, key) for context, key in _asked_by(form))
    yield from (this(context, key) for context, key in _asked_by(procedure.declaration.case_type))
    yield from (this("refusal", said) for said in said_in(Path(inspect.getfile(procedure))))


def needed_by_all() -> Iterator[Needed]:
    """Every label that belongs to no procedure."""
    yield from (need("role", role) for role in Role)
    yield from (need("paper", paper) for paper in Paper)
    yield from (need("register", register) for register in REGISTERS)
    yield from (need("reader", reader) for readers in REGISTERS.values() for reader in readers)
    shipped = (kind for kind, effect in EFFECTS.items() if effect.__module__.startswith("activities."))
    yield from (need("effect", kind) for kind in shipped)
    yield from (need("action", event) for event in (*UNDECLARED, *_OF_THE_ENGINE, *_OF_TASKS))
    yield from (need("guard", word) for word in ("and", "or", "not"))
    yield from (need("refusal", said) for said in said_by_all())
    yield need("stage", ABORTED)
    yield need("effect", "workflow_cut_off")
    for form in UNDECLARED.values():
        yield from (need(context, key) for context, key in _asked_by(form))


def missing(language: Language, procedures: Iterable[type[Procedure]]) -> list[Needed]:
    """What the catalogues of a language lack for these procedures, by group, each label once."""
    known = load(language)
    wanted = [*needed_by_all(), *(one for procedure in procedures for one in needed_by(procedure))]
    lacking = [one for one in wanted if not any(place in known for place in one.places)]
    first = {(one.group, one.context, one.words): one for one in reversed(lacking)}
    return sorted(first.values(), key=lambda one: (one.group, one.procedure, one.context, one.words))


def unused(language: Language, procedures: Iterable[type[Procedure]]) -> list[Place]:
    """The entries of a language that nothing finds."""
    known = load(language)
    wanted = [*needed_by_all(), *(one for procedure in procedures for one in needed_by(procedure))]
    found = {next((place for place in one.places if place in known), None) for one in wanted}
    return sorted(known.keys() - found)


def group_of(procedure: type[Procedure]) -> str:
    """The folder of a procedure's file, which names its catalogue too."""
    return procedure.__module__.rpartition(".")[0].rpartition(".")[2] or SHARED


def _asked_by(form: type[BaseModel]) -> Iterator[tuple[Context, str]]:
    schema = form.model_json_schema()
    parts: list[dict[str, Any]] = [schema, *schema.get("$defs", {}).values()]
    for part in parts:
        for name, field in part.get("properties", {}).items():
            yield "field", name
            for named in _named_in(field):
                yield "ref", named
    for choice in _choices(schema):
        yield "choice", choice


def _named_in(part: Any) -> Iterator[str]:
    """What kinds of things the answers of a field are numbers of."""
    match part:
        case {"x-ref": str() as named}:
            yield named
        case dict():
            for inner in cast("dict[str, Any]", part).values():
                yield from _named_in(inner)
        case list():
            for inner in cast("list[Any]", part):
                yield from _named_in(inner)
        case _:
            return


def _choices(part: Any) -> Iterator[str]:
    match part:
        case {"enum": [*choices]}:
            yield from (choice for choice in choices if isinstance(choice, str))
        case dict():
            for inner in cast("dict[str, Any]", part).values():
                yield from _choices(inner)
        case list():
            for inner in cast("list[Any]", part):
                yield from _choices(inner)
        case _:
            return


def _report(lacking: list[Needed]) -> Iterator[str]:
    group = ""
    for one in lacking:
        if one.group != group:
            group = one.group
            yield f"# --- {group}.po"
        quoted = one.words.replace("\\", "\\\\").replace('"', '\\"')
        whose = f"#. {one.procedure}\n" if one.procedure else ""
        yield f'{whose}msgctxt "{one.context}"\nmsgid "{quoted}"\nmsgstr ""\n'


def main(arguments: list[str] | None = None) -> int:
    """Print what is missing; 1 where something is."""
    parser = argparse.ArgumentParser(prog="python -m workflows.labels", description="Find missing labels.")
    parser.add_argument("procedures", nargs="*", help="only these; otherwise all")
    parser.add_argument("--language", choices=LANGUAGES, default="zh")
    parser.add_argument(
        "--unused", action="store_true", help="show the entries that nothing asks for instead"
    )
    options = parser.parse_args(arguments)
    known = registry()
    chosen = [known.get(key) for key in options.procedures] or list(known)
    if options.unused:
        lines = [
            f"{catalogue}.po: {context}: {text}"
            for catalogue, context, text in unused(options.language, chosen)
        ]
    else:
        lines = list(_report(missing(options.language, chosen)))
    sys.stdout.writelines(f"{line}\n" for line in lines)
    return 1 if lines else 0


if __name__ == "__main__":
    sys.exit(main())
