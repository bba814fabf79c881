"""Several effects of one case, performed by one activity in one transaction, each once.

The fast way takes it for granted that none was performed before and that each is done: then nothing but the effects
themselves and their rows in the journal is written. Where that proves wrong, the transaction is taken back and each is
performed under a savepoint of its own, up to the first technical error; what comes after that is left.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from datetime import UTC, datetime
from functools import cache
from typing import Any

from sqlalchemy import bindparam, update
from sqlalchemy.orm import Session

from activities.performing import (
    Done,
    World,
    fits_in_a_batch,
    is_asked_outside,
    perform,
    perform_first,
    perform_in,
)
from activities.ports import Ports
from models.database import DatabaseError, insert_for, writing
from models.effect import BatchResult, Effect, EffectBatch, EffectRequest, Outcome, Refused, Undo, effect_of
from models.statements import running
from models.tables.performed import Performed

_log = logging.getLogger(__name__)

_journal: Any = vars(Performed)["__table__"]
_outcomes: Any = (
    update(_journal)
    .where(_journal.c.key == bindparam("of"))
    .values(outcome=bindparam("came", type_=_journal.c.outcome.type))
)


class _NotFast(Exception):
    """One of them was performed before, or is refused."""


def perform_batch(world: World, batch: EffectBatch) -> BatchResult:
    """Perform them in their order. What is asked over a network is left.

    One that is alone raises as `perform` does; of several, those from the first technical error on are left. Raises
    DatabaseError where none of it may be done.
    """
    effects = [(request, effect_of(request)) for request in batch.requests]
    if batch.is_single:
        return _alone(world, *effects[0])
    outside = tuple({effect.kind() for _, effect in effects if is_asked_outside(world, effect)})
    inside = [(request, effect) for request, effect in effects if fits_in_a_batch(world, effect)]
    try:
        done, at = _at_one_stroke(world, inside)
    except DatabaseError:
        raise
    except Exception as error:  # noqa: BLE001 - whatever it was, the slow way finds whose it is
        _log.debug("a batch is performed one by one: %r", error)
        done, at = _one_by_one(world, inside)
    return BatchResult(at=at, outcomes={request.key: outcome for request, outcome in done}, outside=outside)


def _alone(world: World, request: EffectRequest, effect: Effect) -> BatchResult:
    if is_asked_outside(world, effect):
        return BatchResult(at=datetime.now(UTC), outside=(effect.kind(),))
    if not fits_in_a_batch(world, effect):
        outcome, at = perform(world, request), datetime.now(UTC)
        with writing(world.engine) as session:
            _show(session, world, [(request, outcome)], at)
        return BatchResult(at=at, outcomes={request.key: outcome})
    try:
        ((_, outcome),), at = _at_one_stroke(world, [(request, effect)])
    except DatabaseError:
        raise
    except Exception as error:  # noqa: BLE001 - if it wasn't only that it isn't fast, it comes again
        _log.debug("%s isn't performed the fast way: %r", request.key, error)
        with writing(world.engine) as session:
            session.info[Ports] = world.ports
            outcome, at = perform_in(session, world, request, effect), datetime.now(UTC)
            _show(session, world, [(request, outcome)], at)
    return BatchResult(at=at, outcomes={request.key: outcome})


def _at_one_stroke(world: World, effects: Sequence[tuple[EffectRequest, Effect]]) -> tuple[Done, datetime]:
    if any(isinstance(effect, Undo) for _, effect in effects):
        raise _NotFast("an undo marks what it takes back")
    if not effects:
        return [], datetime.now(UTC)
    with writing(world.engine) as session:
        session.info[Ports] = world.ports
        rows = [
            {
                "key": asked.key,
                "effect": asked.effect,
                "case": asked.case,
                "at": asked.at,
                "round": asked.round,
            }
            for asked, _ in effects
        ]
        with running(session) as run:
            if run(_insert(session.get_bind().dialect.name), rows).rowcount != len(rows):
                raise _NotFast("one was performed before")
        done: list[tuple[EffectRequest, Outcome]] = []
        for request, effect in effects:
            result = perform_first(session, world, request, effect)
            if isinstance(result, Refused):
                raise _NotFast(result.reason)
            done.append((request, Outcome.done(result)))
        at = datetime.now(UTC)
        session.flush()
        with running(session) as run:
            run(
                _outcomes,
                [{"of": asked.key, "came": outcome.model_dump(mode="json")} for asked, outcome in done],
            )
        _show(session, world, done, at)
    return done, at


@cache
def _insert(dialect: str) -> Any:
    return insert_for(dialect)(_journal).on_conflict_do_nothing()


def _one_by_one(world: World, effects: Sequence[tuple[EffectRequest, Effect]]) -> tuple[Done, datetime]:
    done: list[tuple[EffectRequest, Outcome]] = []
    with writing(world.engine) as session:
        session.info[Ports] = world.ports
        for request, effect in effects:
            try:
                with session.begin_nested():
                    outcome = perform_in(session, world, request, effect)
            except DatabaseError:
                raise
            except Exception as error:  # noqa: BLE001 - it is performed alone, where its error is the activity's
                _log.warning("%s %s failed in a batch: %s", request.effect, request.key, error)
                break
            done.append((request, outcome))
        at = datetime.now(UTC)
        _show(session, world, done, at)
    return done, at


def _show(session: Session, world: World, done: Done, at: datetime) -> None:
    if shown := [(request, outcome) for request, outcome in done if outcome.ok]:
        world.show(session, shown, at)
