"""A store's tasks and cases, made by chance; and what a look at every row says of a list."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from api.access import Caller
from api.caselists import CaseFilter
from api.tasklists import TaskFilter
from cases.searching import MARK
from cases.turns import INCIDENTS, turn_of, turns
from models.rights import Party, Rights
from models.roles import PartyKind, Role
from models.tables.cases import INCIDENT, NEVER, CaseRow, Task
from models.tables.words import CaseWords
from workflows.registry import registry

NOW = datetime.now(UTC).replace(microsecond=0)
STORES = ("demo", "jd", "tmall")
PEOPLE = ("li", "wang", "zhao")
SURNAMES, GIVEN = "王李张刘", ("秀英", "伟", "小明", "芳")


class Kept(NamedTuple):
    """A task with what is searched of its case."""

    task: Task
    case: CaseRow
    words: frozenset[str]
    parties: frozenset[tuple[str, str]] = frozenset()


def people_with(*roles: Role, me: str = "li", stores: tuple[str, ...] | None = None) -> Caller:
    return Caller(id=me, rights=Rights.plain(roles, stores))


EVERYBODY = tuple(role for role in Role if role.is_person)
CALLERS = (
    people_with(*EVERYBODY),
    people_with(*EVERYBODY, stores=("jd", "tmall")),
    people_with(Role.PICKER, me="wang"),
    people_with(Role.PICKER, Role.CS_AGENT, stores=("demo",)),
    people_with(Role.CS_AGENT, Role.FINANCE, Role.OPS_SPECIALIST, me="zhao"),
    people_with(Role.HR, stores=()),
    Caller(id="wang", rights=Rights.of({"*": {Role.PICKER}, "jd": {Role.CS_AGENT, Role.OPS_SPECIALIST}})),
    Caller(id="li", rights=Rights.of({"jd": EVERYBODY, "tmall": {Role.FINANCE}, "demo": {Role.FINANCE}})),
    people_with(),
    Caller(id="c1", rights=Rights.of({"*": {Role.CUSTOMER}}, [Party(PartyKind.CUSTOMER, "C-1")])),
    Caller(
        id="c2",
        rights=Rights.of(
            {"jd": {Role.CUSTOMER}, "demo": {Role.CUSTOMER, Role.STAFF}},
            [Party(PartyKind.CUSTOMER, "C-2", "jd"), Party(PartyKind.CUSTOMER, "C-1")],
        ),
    ),
    people_with(Role.STAFF, Role.CUSTOMER, me="zhao"),
    people_with(Role.TECH, me="li"),
    people_with(Role.CUSTOMER),
    people_with(Role.PLATFORM_FEED),
)


def made(number: int, chance: random.Random) -> tuple[Task, CaseRow, CaseWords]:
    procedure = registry().get(
        chance.choice(["order_fulfilment", "complaint", "return_refund", "leave_request"])
    )
    waiting = [key for key, stage in procedure.declaration.stages.items() if stage.role and not stage.final]
    stage, store = chance.choice(waiting), chance.choice(STORES)
    is_incident = chance.random() < 0.1
    subject = f"N-{number:04}"
    case = f"{procedure.key}:{store}:{subject}"
    # moments that several share: then the id decides
    entered = NOW - timedelta(hours=chance.randrange(30))
    due = NOW + timedelta(hours=chance.randrange(-15, 15), minutes=30) if chance.random() < 0.8 else NEVER
    is_open = chance.random() < 0.9
    holder = chance.choice(PEOPLE) if chance.random() < 0.4 else None
    task = Task(
        id=f"{case}/{f'{INCIDENT}:1.0' if is_incident else stage}",
        case=case,
        procedure=procedure.key,
        version=procedure.version,
        store=store,
        subject=subject,
        stage=INCIDENT if is_incident else stage,
        incident="1.0" if is_incident else None,
        effect="Notify" if is_incident else None,
        turn=INCIDENTS if is_incident else turn_of(procedure.key, procedure.version, stage),
        revision=1,
        offers=[],
        entered_at=entered,
        due_at=due,
        open=is_open,
        claimed_by=holder,
    )
    row = CaseRow(
        id=case, procedure=procedure.key, version=procedure.version, store=store, subject=subject, revision=1,
        fence=1, state=chance.choice(["open", "open", "incident", "closed"]), position="{}", policy="{}",
        stage=stage, stages=[], deadlines=[], next_due=None if due == NEVER else due, opened_at=entered,
        changed_at=NOW, request="", run_id="", hash="",
    )  # fmt: skip
    name = f"{chance.choice(SURNAMES)}{chance.choice(GIVEN)}"
    personal = [name[at : at + 2] for at in range(len(name) - 1)] + [f"{number % 50:04}"]
    words = [f"n{number:04}", f"{number:04}", "tea", *(f"{MARK}{word}" for word in personal)]
    return task, row, CaseWords(case=case, words=" ".join(words))


def is_readable(one: Kept, caller: Caller) -> bool:
    case, held = one.case, caller.roles_in(one.case.store)
    if not caller.sees(case.store):
        return False
    if not registry().get(case.procedure).declaration.seen_by.isdisjoint(held):
        return True
    theirs = {(p.kind.value, p.number) for p in caller.parties if p.store in ("", case.store)}
    return not one.parties.isdisjoint(theirs | {("person", caller.id)})


def is_wanted(one: Kept, wanted: TaskFilter, words: list[str] | None, now: datetime) -> bool:
    """What the lists find along their indexes, said plainly."""
    task, caller = one.task, wanted.caller
    held = caller.roles_in(task.store)
    roles = held if wanted.role is None else held & {Role(wanted.role)}
    waits = not roles.isdisjoint(turns().waiting_for(task.turn))
    if task.stage == INCIDENT:
        waits &= not registry().get(task.procedure).declaration.seen_by.isdisjoint(held)
    return all(
        (
            task.open,
            is_readable(one, caller),
            waits or (wanted.role is None and task.claimed_by == caller.id),
            wanted.store in (None, task.store),
            wanted.procedure in (None, task.procedure),
            wanted.stage in (None, task.stage),
            wanted.case in (None, task.case),
            wanted.mine in (None, task.claimed_by == caller.id),
            wanted.unclaimed in (None, task.claimed_by is None),
            wanted.overdue in (None, task.due_at < now),
            words is None or is_found(one, words, caller),
        )
    )


def is_found(one: Kept, words: list[str], caller: Caller) -> bool:
    seen = {word.removeprefix(MARK) for word in one.words} if Role.CS_AGENT in caller.roles else one.words
    return all(word in seen for word in words)


def is_wanted_case(one: Kept, wanted: CaseFilter, words: list[str] | None) -> bool:
    case = one.case
    is_open = case.state != "closed"
    late = is_open and case.next_due is not None and case.next_due < NOW
    return all(
        (
            is_readable(one, wanted.caller),
            *(
                getattr(wanted, name) in (None, getattr(case, name))
                for name in ("procedure", "stage", "store")
            ),
            wanted.subject in (None, case.subject),
            wanted.state is None or (is_open if wanted.state == "open" else case.state == wanted.state),
            wanted.overdue in (None, late),
            words is None or is_found(one, words, wanted.caller),
        )
    )
