"""Effects on the shop's platform. The books keep what stands still; the ads are those of open ad cases."""

from __future__ import annotations

from sqlalchemy import func, select
from sqlalchemy.orm import Session
from sqlmodel import col

from activities.performing import performs
from activities.platform.contract import AdsChanged, PauseTraffic, ResumeTraffic
from models.effect import EffectRequest
from models.tables.cases import CaseRow
from models.tables.people import TrafficPause

ADS = "ad_optimisation"
"""The procedure whose open cases are running ads."""


@performs(PauseTraffic)
def pause_traffic(effect: PauseTraffic, request: EffectRequest, session: Session) -> AdsChanged:
    running = select(func.count()).where(
        col(CaseRow.store) == request.store, col(CaseRow.procedure) == ADS, col(CaseRow.state) != "closed"
    )
    ads = session.scalar(running.select_from(CaseRow)) or 0
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
