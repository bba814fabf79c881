"""Effects on the shop's platform, and its book: which ads are running, what stands still while a fault is mended."""

from __future__ import annotations

from sqlalchemy import delete, func, insert, select
from sqlalchemy.orm import Session
from sqlmodel import col

from activities.performing import performs
from activities.platform.contract import (
    AdEntry,
    AdsChanged,
    CoinsChanged,
    EarnCoins,
    GiveCoinsBack,
    PauseTraffic,
    ResumeTraffic,
    SpendCoins,
    TooFewCoins,
)
from activities.platform.reading import coins_of, other_pauses_of
from models.database import one_at_a_time
from models.effect import EffectRequest
from models.entry import EntrySource
from models.tables.platform import CoinEntry, RunningAd, TrafficPause


@performs(EarnCoins)
def earn_coins(effect: EarnCoins, request: EffectRequest, session: Session) -> CoinsChanged:
    return _changecoins_of(session, request, effect.coins, effect.what)


@performs(SpendCoins)
def spend_coins(effect: SpendCoins, request: EffectRequest, session: Session) -> CoinsChanged | TooFewCoins:
    one_at_a_time(session, "coins", request.store)
    balance = coins_of(session, request.store)
    if balance < effect.coins:
        return TooFewCoins(reason=f"the account has {balance} coins, not {effect.coins}", coins=balance)
    return _changecoins_of(session, request, -effect.coins, effect.what)


@performs(GiveCoinsBack)
def give_coins_back(_effect: GiveCoinsBack, request: EffectRequest, session: Session) -> CoinsChanged:
    spent = session.scalars(select(CoinEntry).where(col(CoinEntry.key) == request.of)).one()
    return _changecoins_of(session, request, -spent.change, spent.what)


def _changecoins_of(session: Session, request: EffectRequest, change: int, what: str) -> CoinsChanged:
    session.add(CoinEntry(key=request.key, store=request.store, change=change, what=what, at=request.at))
    session.flush()
    return CoinsChanged(coins=coins_of(session, request.store))


@performs(PauseTraffic)
def pause_traffic(effect: PauseTraffic, request: EffectRequest, session: Session) -> AdsChanged:
    one_at_a_time(session, "traffic", request.store)
    running = select(func.count()).select_from(RunningAd).where(col(RunningAd.store) == request.store)
    ads = session.scalar(running) or 0
    session.add(
        TrafficPause(
            key=request.key,
            store=request.store,
            fault=effect.fault,
            notice=effect.notice,
            ads=ads,
            at=request.at,
        )
    )
    return AdsChanged(ads=ads)


@performs(ResumeTraffic)
def resume_traffic(_effect: ResumeTraffic, request: EffectRequest, session: Session) -> AdsChanged:
    one_at_a_time(session, "traffic", request.store)
    pause = session.get_one(TrafficPause, request.of, with_for_update=True)
    pause.active = False
    others = other_pauses_of(session, request.store, pause.fault)
    return AdsChanged(ads=0 if others else pause.ads)


def write_ad(session: Session, entry: AdEntry, source: EntrySource) -> None:
    """Whether the case's ads are running."""
    connection = session.connection()
    this = col(RunningAd.case) == source.case
    is_running = connection.execute(select(col(RunningAd.case)).where(this)).scalar() is not None
    if entry.running and not is_running:
        connection.execute(insert(RunningAd), {"case": source.case, "store": source.store})
    elif is_running and not entry.running:
        connection.execute(delete(RunningAd).where(this))
