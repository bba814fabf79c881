"""How an effect is performed: once, whatever happens on the way.

Each effect has a row in the journal, keyed by its idempotency key and written in the transaction that changes
the books. A repeat finds the row and gives the first outcome. An undo of what never was leaves such a row in
its place, so that a late first attempt does nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from time import monotonic
from typing import Any, Generic, TypeVar

from sqlalchemy import Engine, select
from sqlalchemy.orm import Session
from sqlmodel import col
from temporalio import activity
from temporalio.exceptions import ApplicationError

from activities.port_errors import Misconfigured, PortError, Unsettled
from activities.ports import Ports
from models.database import insert_for, reading, writing
from models.effect import Effect, EffectRequest, Outcome, Queue, Undo, effect_of
from models.tables.performed import Performed

E = TypeVar("E", bound=Effect)
Asked = TypeVar("Asked")
Answer = TypeVar("Answer")

NEVER = Outcome(ok=False, reason="it was taken back before it was done")


@dataclass(frozen=True)
class World:
    """What effects act on."""

    engine: Engine
    ports: Ports


@dataclass(frozen=True)
class Steps(Generic[E, Asked, Answer]):
    """An effect that asks someone outside: write down what is asked, ask it, write down the answer. Where `end`
    tells no outcome there is more to ask, and it goes on with `begin`.

    `begin` runs again on a retry and must then ask for the same; with an outcome it ends there. After a No that
    somebody had tried again it asks under another key, as a provider answers the old one as before. `end` may find
    that the effect was undone meanwhile. What it writes is kept also where it ends with an error.
    """

    begin: Callable[[E, EffectRequest, Session, Ports], Outcome | Asked]
    ask: Callable[[Asked, Ports], Answer]
    end: Callable[[E, EffectRequest, Session, Asked, Answer], Outcome | PortError | None]


Book = Callable[[Any, EffectRequest, Session], Outcome]

_books: dict[type[Effect], Book] = {}
_outside: dict[type[Effect], Steps[Any, Any, Any]] = {}
_keeping: set[type[Effect]] = set()
_looking: set[type[Effect]] = set()


def performs(
    effect: type[E], *, keeps_refusals: bool = False, only_looks: bool = False
) -> Callable[[Callable[[E, EffectRequest, Session], Outcome]], Book]:
    """The function performs that effect on the books, in one transaction.

    What it wrote is dropped if it says no, unless it `keeps_refusals`. One that `only_looks` may take its time: no
    other writer waits for it.
    """

    def register(book: Callable[[E, EffectRequest, Session], Outcome]) -> Book:
        _books[effect] = book
        if keeps_refusals:
            _keeping.add(effect)
        if only_looks:
            _looking.add(effect)
        return book

    return register


def performs_outside(effect: type[E], steps: Steps[E, Any, Any]) -> None:
    """These steps perform that effect."""
    _outside[effect] = steps


def perform(world: World, request: EffectRequest) -> Outcome:
    """Do it, or tell what came of it the first time.

    LookupError where nobody performs it, ValidationError where its payload isn't of its contract,
    DatabaseError and PortError where it may succeed later.
    """
    effect = effect_of(request)
    book, steps = _books.get(type(effect)), _outside.get(type(effect))
    if book is not None:
        if type(effect) in _looking:
            book = _looked_up(world, request, effect, book)
        return _on_the_books(world, request, effect, book)
    if steps is not None:
        return _outside_world(world, request, effect, steps)
    raise LookupError(f"nobody performs {request.effect}")


def enter(world: World, effect: Effect, *, key: str, store: str, at: datetime) -> Outcome:
    """An entry that no case asked for, such as opening stock. The same key enters once."""
    return perform(
        world,
        EffectRequest(
            key=f"books:{store}/{key}",
            case="books",
            store=store,
            subject="books",
            effect=effect.kind(),
            payload=effect.model_dump(mode="json"),
            at=at,
        ),
    )


def _on_the_books(world: World, request: EffectRequest, effect: Effect, book: Book) -> Outcome:
    with writing(world.engine) as session:
        session.info[Ports] = world.ports
        row = _journal_row(session, request)
        if row.outcome is None:
            row.outcome = _first_outcome(session, request, effect, book).model_dump(mode="json")
        return Outcome.model_validate(row.outcome)


def _looked_up(world: World, request: EffectRequest, effect: Effect, book: Book) -> Book:
    """What only says what `book` has found, unless that was written down before."""
    with reading(world.engine) as session:
        session.info[Ports] = world.ports
        row = session.get(Performed, request.key)
        is_known = row is not None and row.outcome is not None and row.round >= request.round
        if is_known:
            return book
        outcome = book(effect, request, session)
    return lambda _effect, _doing, _session: outcome


def _outside_world(
    world: World, request: EffectRequest, effect: Effect, steps: Steps[Any, Any, Any]
) -> Outcome:
    # an attempt that goes on after its time is up would ask beside the next one
    until = monotonic() + effect.timeout.total_seconds() / 2
    while (outcome := _ask_outside(world, request, effect, steps)) is None:
        if monotonic() > until:
            raise Unsettled("there is more to ask than fits one attempt")
    return outcome


def _ask_outside(
    world: World, request: EffectRequest, effect: Effect, steps: Steps[Any, Any, Any]
) -> Outcome | None:
    with writing(world.engine) as session:
        row = _journal_row(session, request)
        if row.outcome is not None:
            return Outcome.model_validate(row.outcome)
        if row.undone_by is not None:
            return NEVER
        asked = _first_outcome(session, request, effect, partial(_begin, steps, world.ports))
        if isinstance(asked, Outcome):
            row.outcome = asked.model_dump(mode="json")
            return asked
    answer = steps.ask(asked, world.ports)
    with writing(world.engine) as session:
        row = _journal_row(session, request)
        if row.outcome is not None:
            return Outcome.model_validate(row.outcome)
        outcome = steps.end(effect, request, session, asked, answer)
        if isinstance(outcome, Outcome):
            if isinstance(effect, Undo) and not outcome.ok:
                _row(session, _never(request)).undone_by = None
            row.outcome = outcome.model_dump(mode="json")
    if isinstance(outcome, PortError):
        raise outcome
    return outcome


def _begin(
    steps: Steps[Any, Any, Any], ports: Ports, effect: Effect, request: EffectRequest, session: Session
) -> Any:
    return steps.begin(effect, request, session, ports)


def _first_outcome(
    session: Session,
    request: EffectRequest,
    effect: Effect,
    book: Callable[[Any, EffectRequest, Session], Any],
) -> Any:  # an outcome, or what a provider is asked
    changes = session.begin_nested()
    if isinstance(effect, Undo) and not _may_undo(session, request):
        changes.commit()
        return Outcome()
    outcome = book(effect, request, session)
    if isinstance(outcome, Outcome) and not outcome.ok and type(effect) not in _keeping:
        changes.rollback()
    else:
        changes.commit()
    return outcome


def _may_undo(session: Session, request: EffectRequest) -> bool:
    """Mark the original as undone. False when there is nothing to take back: never done, refused, undone
    before.
    """
    if not request.of:
        raise LookupError(f"{request.effect} {request.key} doesn't say which effect it takes back")
    original = _row(session, _never(request))
    if original.undone_by not in (None, request.key):
        return False
    original.undone_by = request.key
    return original.outcome is None or bool(original.outcome["ok"])


def _never(request: EffectRequest) -> Performed:
    """The journal row of what `request` takes back, as it reads where that was never done."""
    never = NEVER.model_dump(mode="json")
    return Performed(key=request.of, effect="", case=request.case, at=request.at, outcome=never)


def _journal_row(session: Session, request: EffectRequest) -> Performed:
    """Its row. After a No that somebody has seen to since, without the outcome: it is to be done again."""
    row = _row(session, Performed(key=request.key, effect=request.effect, case=request.case, at=request.at))
    was_refused = row.outcome is not None and not row.outcome["ok"] and row.undone_by is None
    if was_refused and row.round < request.round:
        row.outcome = None
    row.round = max(row.round, request.round)
    return row


def _row(session: Session, new: Performed) -> Performed:
    """The row of that key, made now if there is none, and locked: a second attempt waits here for the first."""
    insert = insert_for(session.get_bind().dialect.name)
    session.execute(insert(Performed).values(**new.model_dump()).on_conflict_do_nothing())
    return session.scalars(select(Performed).where(col(Performed.key) == new.key).with_for_update()).one()


def asking_key(key: str, round_: int) -> str:
    """The key under which someone outside is asked, in the round after a No that was tried again."""
    return f"{key}~{round_}" if round_ else key


def ports_of(session: Session) -> Ports:
    """The ports of the world in which an effect is performed on the books."""
    return session.info[Ports]


def activities_of(engine: Engine, ports: Ports) -> dict[Queue, list[Callable[..., Any]]]:
    """The activities of all effects that the books perform, by task queue, each named after its contract."""
    world = World(engine, ports)
    queues: dict[Queue, list[Callable[..., Any]]] = {}
    for effect in sorted({*_books, *_outside}, key=lambda effect: effect.kind()):
        queues.setdefault(effect.queue, []).append(_activity(world, effect))
    return queues


def _activity(world: World, effect: type[Effect]) -> Callable[[EffectRequest], Outcome]:
    @activity.defn(name=effect.kind())
    def run(request: EffectRequest) -> Outcome:
        try:
            return perform(world, request)
        except (LookupError, ValueError, Misconfigured) as error:
            # trying again can't help: a person has to look at it
            raise ApplicationError(str(error), type=type(error).__name__, non_retryable=True) from error

    return run
