"""The packing desk: what can be put together in a wave, what has gone aside, which commands can be printed.

All of it is said by the procedures' declarations: which of them have papers for goods, what each stage's roles do there
as a rule, and where else a case may go from there.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from api.labels import label
from api.papers.pages import CommandGroup
from api.routes import cases as case_operations
from api.routes import lookup
from api.routes import tasks as task_operations
from inbox.asking import told
from inbox.moments import Due, age, clock_of_stage, due
from inbox.tasks import Row, draw, number, shown, tasks_of
from inbox.visitors import Visitor
from inbox.waves import MOST, wave_with
from models.papers import Paper
from models.roles import Role
from workflows.commands import Command, Verb
from workflows.language.procedure import Procedure
from workflows.registry import registry

Json = dict[str, Any]

FOR_GOODS = frozenset({Paper.PICK_LIST, Paper.DELIVERY_NOTE, Paper.LABEL})
"""The papers of what passes the desk."""
PROPOSED = 20
"""So many tasks are chosen for a new wave before anybody has chosen."""
_FEW = 20


@cache
def packed() -> tuple[type[Procedure], ...]:
    """The procedures whose goods pass the desk; those that are picked come first."""
    found = [one for one in registry() if not FOR_GOODS.isdisjoint(one.declaration.papers)]
    return tuple(sorted(found, key=lambda one: Paper.PICK_LIST not in one.declaration.papers))


# --- what can be put together


@dataclass
class Choice:
    """What a new wave may be made of, and what is chosen so far."""

    stores: list[str]
    procedures: list[tuple[str, str, str]]
    """Key, title, how many tasks nobody holds."""
    stages: list[tuple[str, str, str]]
    store: str
    procedure: str
    stage: str
    rows: list[Row] = field(default_factory=list[Row])

    @property
    def is_complete(self) -> bool:
        return bool(self.store and self.procedure and self.stage)


async def choice_of(visitor: Visitor, stores: list[str], store: str, procedure: str, stage: str) -> Choice:
    """What is left to be put together, of one store, procedure and stage: the first of them that has tasks, where none
    is named.
    """
    store = store if store in stores else (stores[0] if stores else "")
    free = (await _unclaimed(visitor, store))["by_procedure"] if store else Json()
    procedures = [
        (one.key, label("procedure", one.key, visitor.language, one.key), shown(free[one.key]))
        for one in packed()
        if number(free.get(one.key))
    ]
    if procedure not in {key for key, *_ in procedures}:
        procedure = procedures[0][0] if procedures else ""
    keys = _stages_for(visitor, registry().get(procedure), store) if procedure else []
    waiting = [(key, (await _unclaimed(visitor, store, procedure, key))["unclaimed"]) for key in keys]
    stages = [
        (key, label("stage", key, visitor.language, procedure), shown(count))
        for key, count in waiting
        if number(count)
    ]
    if stage not in {key for key, *_ in stages}:
        stage = stages[0][0] if stages else ""
    choice = Choice(stores, procedures, stages, store, procedure, stage)
    if choice.is_complete:
        page = await told(
            task_operations.list_tasks(
                visitor.caller,
                visitor.services,
                visitor.language,
                store=store,
                procedure=procedure,
                stage=stage,
                unclaimed=True,
                limit=MOST,
            )
        )
        choice.rows = [draw(visitor, task) for task in page["items"]]
    return choice


async def _unclaimed(
    visitor: Visitor, store: str, procedure: str | None = None, stage: str | None = None
) -> Json:
    """How many tasks nobody holds, as the API counts them."""
    return await told(
        task_operations.count_tasks(
            visitor.caller, visitor.services, store=store, procedure=procedure, stage=stage, unclaimed=True
        )
    )


def _stages_for(visitor: Visitor, procedure: type[Procedure], store: str) -> list[str]:
    roles = visitor.caller.roles_in(store)
    return [key for key, stage in procedure.declaration.stages.items() if not roles.isdisjoint(stage.role)]


class NotForWave(Exception):
    """A scanned code that no wave can take; the message says why."""


async def candidate(visitor: Visitor, code: str, store: str, procedure: str, stage: str) -> Row:
    """The task of a scanned order. Raises NotForWave."""
    things = (await told(lookup.look_up(visitor.caller, visitor.services, visitor.language, code[:250])))[
        "items"
    ]
    cases = [one["case"] for one in things if one["case"]]
    if not cases:
        raise NotForWave(visitor.say("Nothing found"))
    tasks = [task for case in cases for task in await tasks_of(visitor, case) if task["kind"] == "stage"]
    if not tasks:
        raise NotForWave(visitor.say("Nothing for you to do now"))
    for task in tasks:
        here = (task["store"], task["procedure"], task["stage"])
        if stage and here != (store, procedure, stage):
            continue
        if task["claimed_by"] not in (None, visitor.id):
            raise NotForWave(visitor.say("Owner: {who}", who=task["claimed_by"]))
        in_waves = await visitor.services.storage.read(wave_with, [task["id"]])
        if task["id"] in in_waves:
            raise NotForWave(visitor.say("It is in the wave {name} already.", name=in_waves[task["id"]]))
        return draw(visitor, task)
    raise NotForWave(visitor.say("It is at another stage: {stage}", stage=tasks[0]["label"]))


# --- what has gone aside


@dataclass(frozen=True)
class AsideLine:
    """A case that has gone aside."""

    case: Json
    """As the API tells it."""
    what: str
    who: str
    due: Due | None
    since: str


@dataclass(frozen=True)
class Aside:
    """Cases that have gone aside in one way."""

    label: str
    cases: list[AsideLine]
    is_incident: bool = False
    goes_on: bool = False
    """Whether there are more."""


@cache
def aside_stages(procedure: type[Procedure], roles: frozenset[Role] | None) -> tuple[str, ...]:
    """The stages to which people send a case from a stage of these roles, otherwise than they do as a rule: it is held,
    something is missing, it is to be taken back. None: from a stage of whatever role.
    """
    declared = procedure.declaration
    usual = {
        one.goes_to
        for stage, event in declared.main_events.items()
        for one in declared.leaving(stage).get(event, ())
    }
    found: dict[str, None] = {}
    for key, event in declared.main_events.items():
        waits_for = declared.stages[key].role
        if not waits_for or (roles is not None and roles.isdisjoint(waits_for)):
            continue
        for other, moves in declared.leaving(key).items():
            for one in moves:
                is_sent = other != event and any(role.is_person for role in one.by)
                is_aside = one.goes_to not in usual and not declared.stages[one.goes_to].final
                if is_sent and is_aside and one.goes_to != key:
                    found[one.goes_to] = None
    return tuple(found)


async def gone_aside(visitor: Visitor) -> list[Aside]:
    """The exception lane: incidents, and what has left its usual way where the visitor works; where they work at no
    stage, of every stage.
    """
    caller, serving, language = visitor.caller, visitor.services, visitor.language
    keys = {one.key for one in packed()}
    page = await told(case_operations.list_cases(caller, serving, language, state="incident", limit=200))
    failed = [one for one in page["items"] if one["procedure"] in keys]
    found: list[Aside] = []
    if failed:
        lines = [_aside_line(visitor, one) for one in failed[:_FEW]]
        found.append(Aside(visitor.say("Incidents"), lines, is_incident=True, goes_on=len(failed) > _FEW))
    for procedure, stage in _aside_of(caller.roles):
        page = await told(
            case_operations.list_cases(
                caller, serving, language, procedure=procedure, stage=stage, state="open", limit=_FEW
            )
        )
        if page["items"]:
            lines = [_aside_line(visitor, one) for one in page["items"]]
            name = label("stage", stage, language, procedure)
            found.append(Aside(name, lines, goes_on=bool(page["next_cursor"])))
    return found


def _aside_of(roles: frozenset[Role]) -> list[tuple[str, str]]:
    for held in (roles, None):
        found = [(one.key, stage) for one in packed() for stage in aside_stages(one, held)]
        if found:
            return found
    return []


def _aside_line(visitor: Visitor, case: Json) -> AsideLine:
    parts = [part["text"] for part in case["headline"]]
    stage = case["stages"][0] if case["stages"] else None
    limit = None
    if stage is not None:
        clock = clock_of_stage(case["procedure"], case["version"], stage["key"])
        limit = due(stage["due_at"], clock, visitor.policy, visitor.language)
    return AsideLine(
        case,
        parts[0] if parts else case["title"],
        " · ".join(parts[1:]),
        limit,
        age(stage["entered_at"], visitor.language) if stage is not None else "",
    )


# --- commands


def command_groups(visitor: Visitor) -> Iterable[CommandGroup]:
    """The commands that the visitor can use: those of a task; and by procedure, what they may do there and where."""
    language = visitor.language
    yield CommandGroup(
        visitor.say("Every task"),
        [(one.code, one.label(language), "") for one in (Command(Verb.CLAIM), Command(Verb.RELEASE))],
    )
    for procedure in packed():
        where: dict[str, list[str]] = {}
        for stage, events in _acts_of(procedure, visitor.caller.roles):
            for event in events:
                where.setdefault(event, []).append(label("stage", stage, language, procedure.key))
        if where:
            yield CommandGroup(
                label("procedure", procedure.key, language, procedure.key),
                [
                    (
                        Command(Verb.DO, event).code,
                        label("action", event, language, procedure.key),
                        " · ".join(stages),
                    )
                    for event, stages in where.items()
                ],
            )


def _acts_of(procedure: type[Procedure], roles: frozenset[Role]) -> Iterator[tuple[str, list[str]]]:
    """By stage that waits for one of these roles, what they may do there: what is done as a rule first."""
    declared = procedure.declaration
    for key, stage in declared.stages.items():
        theirs = roles & stage.role
        events = [
            event
            for event, moves in declared.leaving(key).items()
            if any(not theirs.isdisjoint(one.by) for one in moves)
        ]
        if events:
            yield key, sorted(events, key=lambda event: event != declared.main_events.get(key))
