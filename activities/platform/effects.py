"""Effects on the shop's platform. The books keep what stands still; the ads are those of open ad cases."""

from __future__ import annotations

from sqlalchemy import func, select
from sqlalchemy.orm import Session
from sqlmodel import col

from activities.performing import performs
from activities.platform.contract import PauseTraffic, ResumeTraffic
from models.effect import Outcome, Performing
from models.tables.cases import CaseRow
from models.tables.people import TrafficPause

ADS = "ad_optimisation"
"""The procedure whose open cases are running ads."""


@performs(PauseTraffic)
def pause_traffic(effect: PauseTraffic, doing: Performing, session: Session) -> Outcome:
    running = select(func.count()).where(
        col(CaseRow.store) == doing.store, col(CaseRow.procedure) == ADS, col(CaseRow.state) != "closed"
    )
    ads = session.scalar(running.select_from(CaseRow)) or 0
    session.add(
        TrafficPause(
            key=doing.key, store=doing.store, fault=effect.fault, notice=effect.notice, ads=ads, at=doing.at
        )
    )
    return Outcome(data={"ads": ads})


@performs(ResumeTraffic)
def resume_traffic(_effect: ResumeTraffic, doing: Performing, session: Session) -> Outcome:
    pause = session.get_one(TrafficPause, doing.of, with_for_update=True)
    pause.active = False
    return Outcome(data={"ads": pause.ads})
