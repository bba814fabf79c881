"""What others ask of the platform's book."""

from __future__ import annotations

from sqlalchemy import func, select
from sqlalchemy.orm import Session
from sqlmodel import col

from activities.answering import Asked, answers
from activities.platform.contract import COINS, OTHER_PAUSES
from models.tables.platform import CoinEntry, TrafficPause


def coins_of(session: Session, store: str) -> int:
    """How many coins the shop's account has."""
    sum_ = select(func.sum(col(CoinEntry.change))).where(col(CoinEntry.store) == store)
    return int(session.scalar(sum_) or 0)


@answers(COINS)
def coins(asked: Asked) -> int:
    """None, where nobody has earned any."""
    return coins_of(asked.session, asked.store)


def other_pauses_of(session: Session, store: str, fault: str) -> tuple[str, ...]:
    """The other faults that pause the ads, the oldest first."""
    others = select(col(TrafficPause.fault)).where(
        col(TrafficPause.store) == store, col(TrafficPause.active), col(TrafficPause.fault) != fault
    )
    return tuple(dict.fromkeys(session.scalars(others.order_by(col(TrafficPause.at)))))


@answers(OTHER_PAUSES)
def other_pauses(asked: Asked, fault: str) -> tuple[str, ...]:
    """None, where nothing else is the matter."""
    return other_pauses_of(asked.session, asked.store, fault)
