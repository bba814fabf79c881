"""Devices in the store: an administrator registers one on it, and it keeps a cookie by which it is known."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session
from sqlmodel import col

from activities.people import audit
from api.people import sessions
from api.people.digests import digest
from models.table import new_id
from models.tables.accounts import Device

COOKIE = "guicheng-device"
KEPT = timedelta(days=400)
"""So long a browser keeps the cookie: no longer is possible. A device that is used keeps it afresh."""


def register(session: Session, name: str, by: str) -> str:
    """A new device's secret, for its cookie."""
    secret = secrets.token_urlsafe(32)
    row = Device(
        id=f"device-{new_id()}", name=name, hash=digest(secret), made_at=datetime.now(UTC), made_by=by
    )
    session.add(row)
    session.flush()
    audit.note(session, "device_registered", by, row.id, name=name)
    return secret


def found(session: Session, secret: str) -> Device | None:
    """The device of a cookie; None where it isn't registered, or not any more."""
    if not secret:
        return None
    query = select(Device).where(col(Device.hash) == digest(secret), col(Device.ended_at).is_(None))
    return session.scalars(query).one_or_none()


def listed(session: Session) -> Sequence[Device]:
    """All that are registered, the latest first."""
    return session.scalars(
        select(Device).where(col(Device.ended_at).is_(None)).order_by(col(Device.id).desc())
    ).all()


def end(session: Session, device: str, by: str) -> bool:
    """End it, with whoever is signed in to it by a badge. False where there is none."""
    row = session.get(Device, device)
    if row is None or row.ended_at is not None:
        return False
    row.ended_at = datetime.now(UTC)
    session.flush()
    audit.note(session, "device_ended", by, row.id, name=row.name)
    sessions.end_at(session, row.id, by)
    return True
