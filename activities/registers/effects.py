"""Effects on the registers."""

from __future__ import annotations

from itertools import pairwise

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session
from sqlmodel import col

from activities.performing import performs
from activities.registers.contract import (
    EntryFound,
    FindEntry,
    KeepRecord,
    LayDown,
    RecordKept,
    RecordStruck,
    StrikeRecord,
    TakenAlready,
    TakeUp,
)
from activities.registers.reading import entries_of
from models.database import one_at_a_time
from models.effect import EffectRequest, Refused, Success
from models.tables.registers import Record, TakenUp

LIKE_ENOUGH = 0.5
"""From this likeness on, an entry may answer."""


@performs(KeepRecord)
def keep_record(effect: KeepRecord, request: EffectRequest, session: Session) -> RecordKept:
    last = select(func.max(col(Record.edition))).where(
        col(Record.store) == request.store, col(Record.book) == effect.book, col(Record.entry) == effect.entry
    )
    edition = (session.scalar(last) or 0) + 1
    session.add(
        Record(
            store=request.store,
            book=effect.book,
            entry=effect.entry,
            edition=edition,
            data=effect.data,
            case=request.case,
            key=request.key,
            at=request.at,
        )
    )
    return RecordKept(edition=edition)


@performs(StrikeRecord)
def strike_record(_effect: StrikeRecord, request: EffectRequest, session: Session) -> RecordStruck:
    record = session.scalars(select(Record).where(col(Record.key) == request.of).with_for_update()).one()
    record.struck = True
    return RecordStruck(entry=record.entry)


@performs(TakeUp)
def take_up(effect: TakeUp, request: EffectRequest, session: Session) -> Success | TakenAlready:
    one_at_a_time(session, effect.book, request.store, effect.thing)
    running = session.get(TakenUp, (request.store, effect.book, effect.thing), with_for_update=True)
    if running is not None:
        return TakenAlready(
            reason=f"{effect.thing} has case {running.subject} already", running=running.subject
        )
    session.add(
        TakenUp(
            store=request.store,
            book=effect.book,
            thing=effect.thing,
            key=request.key,
            subject=request.subject,
            at=request.at,
        )
    )
    return Success()


@performs(LayDown)
def lay_down(_effect: LayDown, request: EffectRequest, session: Session) -> Success:
    session.execute(delete(TakenUp).where(col(TakenUp.key) == request.of))
    return Success()


@performs(FindEntry)
def find_entry(effect: FindEntry, request: EffectRequest, session: Session) -> EntryFound | Refused:
    known = entries_of(session, request.store, effect.book)
    latest_first = reversed(known)  # of those that fit alike the last one holds
    best = max(latest_first, key=lambda record: _likeness(effect.words, record), default=None)
    if best is None or _likeness(effect.words, best) < LIKE_ENOUGH or best.data.get("answer") == "":
        return Refused(reason=f"no entry of {effect.book} fits")
    return EntryFound.model_validate({**best.data, "entry": best.entry})


def _likeness(words: str, record: Record) -> float:
    """The share of pairs of letters that the words have in common with what the entry asks, from 0 to 1."""
    asked, known = _pairs(words), _pairs(str(record.data.get("question") or record.entry))
    return 2 * len(asked & known) / (len(asked) + len(known)) if asked and known else 0.0


def _pairs(text: str) -> set[str]:
    letters = [char for char in text.casefold() if char.isalnum()]
    return {first + second for first, second in pairwise(letters)}
