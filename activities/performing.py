"""How an effect is performed: once, whatever happens on the way.

Each effect has a row in the journal, keyed by its idempotency key and written in the transaction that changes
the books. A repeat finds the row and gives the first outcome. An undo of what never was leaves such a row in
its place, so that a late first attempt does nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from time import monotonic
from types import UnionType
from typing import Any, Generic, TypeVar, Union, get_args, get_origin, get_type_hints

from sqlalchemy import Engine, select
from sqlalchemy.orm import Session
from sqlmodel import col

from activities.port_errors import PortError, Unsettled
from activities.ports import Ports
from models.database import insert_if_absent, reading, writing
from models.effect import Effect, EffectRequest, Outcome, Refused, Success, Undo, effect_of
from models.tables.performed import Performed

E = TypeVar("E", bound=Effect)
Question = TypeVar("Question")
Answer = TypeVar("Answer")
Result = Success | Refused
"""What came of an effect, in the types that its contract names."""

NEVER = Outcome.refused("it was taken back before it was done")


Done = Sequence[tuple[EffectRequest, Outcome]]
"""Effects that were done, each with what came of it."""


def _nobody(_session: Session, _done: Done, _at: datetime) -> None:
    pass


@dataclass(frozen=True)
class World:
    """What effects act on."""

    engine: Engine
    ports: Ports
    show: Callable[[Session, Done, datetime], None] = _nobody
    """Shows in the read model what a batch has done, in its transaction."""


@dataclass(frozen=True)
class Steps(Generic[E, Question, Answer]):
    """An effect that asks someone outside: write down what is asked, ask it, write down the answer. Where `end`
    returns None there is more to ask, and it goes on with `begin`.

    `begin` runs again on a retry and must then ask the same; where it returns a result nobody is asked. After a refusal
    that somebody had tried again it asks under another key, as a provider answers the old one as before. `end` may find
    that the effect was undone meanwhile. What it writes is kept also where it ends with an error.
    """

    begin: Callable[[E, EffectRequest, Session, Ports], Result | Question]
    ask: Callable[[Question, Ports], Answer]
    end: Callable[[E, EffectRequest, Session, Question, Answer], Result | PortError | None]
    port: type | None = None
    """Whom it asks. Where that one answers at once, all three run in one transaction, with whatever the case's step
    asks of the books. None: it takes its time in any case.
    """


Book = Callable[[Any, EffectRequest, Session], Result]

_books: dict[type[Effect], Book] = {}
_outside: dict[type[Effect], Steps[Any, Any, Any]] = {}
_write_when_refused: set[type[Effect]] = set()
_read_only: set[type[Effect]] = set()


def performs(
    effect: type[E], *, writes_when_refused: bool = False, read_only: bool = False
) -> Callable[[Callable[[E, EffectRequest, Session], Result]], Book]:
    """The function performs that effect on the books, in one transaction. TypeError where its annotation says that it
    returns anything but what the contract names.

    What it wrote is dropped where it refuses, unless it `writes_when_refused`. One that is `read_only` may take its
    time: no other writer waits for it.
    """

    def register(book: Callable[[E, EffectRequest, Session], Result]) -> Book:
        _check_annotation(effect, book)
        _books[effect] = book
        if writes_when_refused:
            _write_when_refused.add(effect)
        if read_only:
            _read_only.add(effect)
        return book

    return register


def performs_outside(effect: type[E], steps: Steps[E, Any, Any]) -> None:
    """These steps perform that effect. TypeError where their annotations say that they return a result that the
    contract doesn't name.
    """
    _check_annotation(effect, steps.begin)
    _check_annotation(effect, steps.end)
    _outside[effect] = steps


def perform(world: World, request: EffectRequest) -> Outcome:
    """Do it, or return what came of it the first time.

    LookupError where nobody performs it, ValidationError where its payload isn't of its contract, TypeError where its
    performer returns what the contract doesn't name, DatabaseError and PortError where it may succeed later.
    """
    effect = effect_of(request)
    book, steps = _books.get(type(effect)), _outside.get(type(effect))
    if book is not None:
        if type(effect) in _read_only:
            book = _read_beforehand(world, request, effect, book)
        return _on_the_books(world, request, effect, book)
    if steps is not None:
        return _ask_until_known(world, request, effect, steps)
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


def asked_outside() -> list[type[Effect]]:
    """The effects that may be asked of somebody over a network."""
    return sorted(_outside, key=lambda effect: effect.kind())


def fits_in_a_batch(world: World, effect: Effect) -> bool:
    """Whether it can be performed within a transaction that others' effects are in too: whether nobody is asked over a
    network, and it doesn't take its time. LookupError where nobody performs it.
    """
    kind = type(effect)
    if kind in _books:
        return kind not in _read_only
    return not is_asked_outside(world, effect)


def is_asked_outside(world: World, effect: Effect) -> bool:
    """Whether somebody is asked over a network. LookupError where nobody performs it."""
    kind = type(effect)
    if kind in _books:
        return False
    if (steps := _outside.get(kind)) is None:
        raise LookupError(f"nobody performs {effect.kind()}")
    return steps.port is None or not world.ports.answers_at_once(steps.port)


def perform_in(session: Session, world: World, request: EffectRequest, effect: Effect) -> Outcome:
    """As `perform`, within this transaction, of an effect that `fits_in_a_batch`."""
    return _once(session, request, effect, _whole(world, effect))


def perform_first(
    session: Session, world: World, request: EffectRequest, effect: Effect
) -> Success | Refused:
    """What comes of an effect of which the journal knows nothing; no undo. The caller keeps the journal, and takes back
    the transaction where it was refused.
    """
    result = _whole(world, effect)(effect, request, session)
    _check_result(effect, result)
    return result


def _whole(world: World, effect: Effect) -> Book:
    """The book that performs it; or all steps of one whose port answers at once."""
    if (book := _books.get(type(effect))) is not None:
        return book
    steps = _outside[type(effect)]

    def ask(effect: Effect, request: EffectRequest, session: Session) -> Result:
        while True:
            question = steps.begin(effect, request, session, world.ports)
            if isinstance(question, Success | Refused):
                return question
            result = steps.end(effect, request, session, question, steps.ask(question, world.ports))
            if isinstance(result, PortError):
                raise result
            if result is not None:
                return result

    return ask


def _on_the_books(world: World, request: EffectRequest, effect: Effect, book: Book) -> Outcome:
    with writing(world.engine) as session:
        session.info[Ports] = world.ports
        return _once(session, request, effect, book)


def _once(session: Session, request: EffectRequest, effect: Effect, book: Book) -> Outcome:
    """What came of it the first time; now, where the journal doesn't know it yet."""
    row = _journal_row(session, request)
    if row.outcome is None:
        if row.undone_by is not None and type(effect) in _outside:
            return NEVER
        result = _first_result(session, request, effect, book)
        row.outcome = _outcome(effect, result).model_dump(mode="json")
    return Outcome.model_validate(row.outcome)


def _read_beforehand(world: World, request: EffectRequest, effect: Effect, book: Book) -> Book:
    """A book that returns what `book` finds now, before the journal is locked; `book` where the outcome is known."""
    with reading(world.engine) as session:
        session.info[Ports] = world.ports
        row = session.get(Performed, request.key)
        is_known = row is not None and row.outcome is not None and row.round >= request.round
        if is_known:
            return book
        result = book(effect, request, session)
    return lambda _effect, _request, _session: result


def _ask_until_known(
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
        question = _first_result(session, request, effect, partial(_begin, steps, world.ports))
        if isinstance(question, Success | Refused):
            outcome = _outcome(effect, question)
            row.outcome = outcome.model_dump(mode="json")
            return outcome
    answer = steps.ask(question, world.ports)
    with writing(world.engine) as session:
        row = _journal_row(session, request)
        if row.outcome is not None:
            return Outcome.model_validate(row.outcome)
        result = steps.end(effect, request, session, question, answer)
        if isinstance(result, Success | Refused):
            if isinstance(effect, Undo) and isinstance(result, Refused):
                _row(session, _never(request)).undone_by = None
            outcome = _outcome(effect, result)
            row.outcome = outcome.model_dump(mode="json")
            return outcome
    if isinstance(result, PortError):
        raise result
    return None


def _begin(
    steps: Steps[Any, Any, Any], ports: Ports, effect: Effect, request: EffectRequest, session: Session
) -> Any:
    return steps.begin(effect, request, session, ports)


def _first_result(
    session: Session,
    request: EffectRequest,
    effect: Effect,
    book: Callable[[Any, EffectRequest, Session], Any],
) -> Any:  # a result, or what a provider is asked
    changes = session.begin_nested()
    if isinstance(effect, Undo) and not _may_undo(session, request):
        changes.commit()
        return effect.success()
    result = book(effect, request, session)
    if isinstance(result, Refused) and type(effect) not in _write_when_refused:
        changes.rollback()
    else:
        changes.commit()
    return result


def _check_result(effect: Effect, result: Result) -> None:
    """TypeError where it isn't what the contract names."""
    if type(result) not in _results(type(effect)):
        named = " or ".join(result.__name__ for result in _results(type(effect)))
        raise TypeError(f"{effect.kind()} tells {named}, not {type(result).__name__}")


def _outcome(effect: Effect, result: Result) -> Outcome:
    """The result as an outcome. TypeError where it isn't what the contract names."""
    _check_result(effect, result)
    return Outcome.done(result) if isinstance(result, Success) else Outcome.refused(result)


def _results(effect: type[Effect]) -> tuple[type[Result], ...]:
    """What its performer may return. A plain Refused, which tells only the reason, serves any contract."""
    return effect.success, *dict.fromkeys((effect.refusal, Refused))


def _check_annotation(effect: type[Effect], performer: Callable[..., Any]) -> None:
    returned = get_type_hints(performer)["return"]
    parts = get_args(returned) if get_origin(returned) in (Union, UnionType) else (returned,)
    for part in parts:
        if isinstance(part, type) and issubclass(part, Success | Refused) and part not in _results(effect):
            raise TypeError(
                f"{performer.__module__}.{performer.__name__} returns {part.__name__}, which isn't what the "
                f"contract of {effect.kind()} names"
            )


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
    """Its row. After a refusal that somebody had tried again, without the outcome: it is to be done anew."""
    row = _row(session, Performed(key=request.key, effect=request.effect, case=request.case, at=request.at))
    was_refused = row.outcome is not None and not row.outcome["ok"] and row.undone_by is None
    if was_refused and row.round < request.round:
        row.outcome = None
    row.round = max(row.round, request.round)
    return row


def _row(session: Session, new: Performed) -> Performed:
    """The row of that key, made now if there is none, and locked: a second attempt waits here for the first."""
    insert_if_absent(session, new)
    return session.scalars(select(Performed).where(col(Performed.key) == new.key).with_for_update()).one()


def asking_key(key: str, round_: int) -> str:
    """The key under which someone outside is asked, in the round after a refusal that was tried again."""
    return f"{key}~{round_}" if round_ else key


def ports_of(session: Session) -> Ports:
    """The ports of the world in which an effect is performed on the books."""
    return session.info[Ports]
