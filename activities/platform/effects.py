"""Effects on the shop's platform, and its book: which ads are running, what stands still while a fault is mended."""

from __future__ import annotations

from sqlalchemy import Connection, delete, func, insert, select
from sqlalchemy.orm import Session
from sqlmodel import col

from activities.performing import performs
from activities.platform.contract import AdEntry, AdsChanged, PauseTraffic, ResumeTraffic
from models.effect import EffectRequest
from models.entry import EntrySource
from models.tables.platform import RunningAd, TrafficPause


@performs(PauseTraffic)
def pause_traffic(effect: PauseTraffic, request: EffectRequest, session: Session) -> AdsChanged:
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
    pause = session.get_one(TrafficPause, request.of, with_for_update=True)
    pause.active = False
    return AdsChanged(ads=pause.ads)


def write_ad(connection: Connection, entry: AdEntry, source: EntrySource) -> None:
    """Whether the case's ads are running."""
    this = col(RunningAd.case) == source.case
    is_running = connection.execute(select(col(RunningAd.case)).where(this)).scalar() is not None
    if entry.running and not is_running:
        connection.execute(insert(RunningAd), {"case": source.case, "store": source.store})
    elif is_running and not entry.running:
        connection.execute(delete(RunningAd).where(this))
