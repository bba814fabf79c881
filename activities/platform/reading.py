"""What others ask of the platform's book."""

from __future__ import annotations

from sqlalchemy import func, select
from sqlalchemy.orm import Session
from sqlmodel import col

from activities.answering import Asked, answers
from activities.platform.contract import COINS
from models.tables.platform import CoinEntry


def coins_of(session: Session, store: str) -> int:
    """How many coins the shop's account has."""
    sum_ = select(func.sum(col(CoinEntry.change))).where(col(CoinEntry.store) == store)
    return int(session.scalar(sum_) or 0)


@answers(COINS)
def coins(asked: Asked) -> int:
    """None, where nobody has earned any."""
    return coins_of(asked.session, asked.store)
