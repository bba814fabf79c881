"""Effects on the registers."""

from __future__ import annotations

from sqlalchemy import func, select
from sqlalchemy.orm import Session
from sqlmodel import col

from activities.contracts.base import Outcome, Performing
from activities.contracts.registers import KeepRecord, StrikeRecord
from activities.performing import performs
from models.tables.registers import Record


@performs(KeepRecord)
def keep_record(effect: KeepRecord, doing: Performing, session: Session) -> Outcome:
    last = select(func.max(col(Record.edition))).where(
        col(Record.store) == doing.store, col(Record.book) == effect.book, col(Record.entry) == effect.entry
    )
    edition = (session.scalar(last) or 0) + 1
    session.add(
        Record(
            store=doing.store,
            book=effect.book,
            entry=effect.entry,
            edition=edition,
            data=effect.data,
            case=doing.case,
            key=doing.key,
            at=doing.at,
        )
    )
    return Outcome(data={"edition": edition})


@performs(StrikeRecord)
def strike_record(_effect: StrikeRecord, doing: Performing, session: Session) -> Outcome:
    record = session.scalars(select(Record).where(col(Record.key) == doing.of).with_for_update()).one()
    record.struck = True
    return Outcome(data={"entry": record.entry})
