"""Effects on many customers at once. A rule in words that the books can't follow takes every customer."""

from __future__ import annotations

import hashlib
from collections import Counter
from datetime import datetime, time, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from sqlalchemy import func, select
from sqlalchemy.orm import Session
from sqlmodel import col

from activities.audiences.contract import (
    AudienceReached,
    EndGiveaway,
    GiveawayEnded,
    GiveawayOpened,
    GiveawayRefused,
    MessageAudience,
    OpenGiveaway,
)
from activities.members.points import ERASED
from activities.messages.effects import CUSTOMER, letter_of
from activities.messages.port import Delivery, Letter
from activities.messages.templates import template
from activities.milestones.contract import Milestone
from activities.money.accounts import number
from activities.orders.reading import buyers
from activities.performing import Steps, performs, performs_outside
from activities.port_errors import Misconfigured, PortError
from activities.ports import Ports
from activities.registers.reading import entries_of
from activities.stock.shelves import Need, Shelves, Short
from models.effect import EffectRequest, Refused
from models.periods import Span, span
from models.tables.campaigns import Coupon, Giveaway
from models.tables.members import Member, Points
from models.tables.messages import MessageRow
from models.tables.milestones import MilestoneRow
from models.tables.orders import OrderRow
from models.tables.stock import Claim, ClaimKind

BATCH = 20
"""So many letters go out before that is written down: as many may go out again where a process dies."""
FAILURES = 3
"""After so many a batch is given up. Letters that failed come last, so that a reader who can't be reached keeps nobody
else waiting."""


def _begin(
    effect: MessageAudience, request: EffectRequest, session: Session, ports: Ports
) -> AudienceReached | Refused | dict[str, Letter]:
    rows = _written(request, session)
    if not rows:
        everyone = _audience(effect, request, session, ports)
        reached = _reachable(effect, request, session, everyone, ports.timezone)
        if effect.most is not None:
            reached = sorted(reached, key=lambda reader: _lot(request.key, reader))[: effect.most]
        if not reached:
            return Refused(reason="nobody of the audience is left to write to")
        fields = {"store": request.store, "subject": request.subject, **effect.data}
        words = template(effect.template).write(ports.locale, fields, request.case.partition(":")[0])
        rows = [
            MessageRow(
                message=number("MS", f"{request.key}#{reader}"),
                key=f"{request.key}#{reader}",
                case=request.case,
                store=request.store,
                channel=CUSTOMER,
                to=reader,
                template=effect.template,
                data=fields | {"left_out": str(len(everyone) - len(reached))},
                locale=ports.locale,
                title=words.title,
                body=words.body,
                at=request.at,
            )
            for reader in reached
        ]
        session.add_all(rows)
    if not ports[Delivery].reaches(CUSTOMER):
        return _reached(rows)
    waiting = sorted(_waiting(rows), key=lambda row: row.state == "failed")
    return {row.key: letter_of(session, ports, row) for row in waiting[:BATCH]}


class Sent(NamedTuple):
    """What came of a batch, by the letters' keys."""

    delivered: list[str]
    failed: dict[str, PortError]


def _deliver(letters: dict[str, Letter], ports: Ports) -> Sent:
    sent = Sent([], {})
    for key, letter in letters.items():
        try:
            ports[Delivery].deliver(letter)
        except Misconfigured:
            raise
        except PortError as error:
            sent.failed[key] = error
            if len(sent.failed) == FAILURES:
                break
        else:
            sent.delivered.append(key)
    return sent


def _end(
    _effect: MessageAudience,
    request: EffectRequest,
    session: Session,
    _letters: dict[str, Letter],
    sent: Sent,
) -> AudienceReached | PortError | None:
    rows = _written(request, session)
    for row in rows:
        if row.key in sent.delivered:
            row.state = "delivered"
        elif row.key in sent.failed and row.state == "kept":
            row.state = "failed"
    if not _waiting(rows):
        return _reached(rows)
    return None if sent.delivered else next(iter(sent.failed.values()), None)


def _written(request: EffectRequest, session: Session) -> list[MessageRow]:
    """The messages of the effect, in the order in which they were written, locked."""
    mine = select(MessageRow).where(
        col(MessageRow.case)
        == request.case,  # by its keys alone it would be looked for among all messages ever
        col(MessageRow.key).startswith(f"{request.key}#", autoescape=True),
    )
    return list(session.scalars(mine.order_by(col(MessageRow.id)).with_for_update()))


def _waiting(rows: list[MessageRow]) -> list[MessageRow]:
    return [row for row in rows if row.state != "delivered"]


performs_outside(MessageAudience, Steps(_begin, _deliver, _end))


@performs(OpenGiveaway)
def open_giveaway(
    effect: OpenGiveaway, request: EffectRequest, session: Session
) -> GiveawayOpened | GiveawayRefused:
    if effect.sku is not None and effect.quota:
        shelves = Shelves(session, request, effect.giveaway, [effect.sku])
        picks = shelves.choose([Need(effect.sku, effect.quota)])
        if isinstance(picks, Short):
            return GiveawayRefused(reason=picks.sentence(), quota=effect.quota)
        for pick in picks:
            shelves.claim(ClaimKind.SET_ASIDE, pick)
    session.add(
        Giveaway(
            key=request.key,
            store=request.store,
            giveaway=effect.giveaway,
            kind=effect.kind_of,
            sku=effect.sku,
            quota=effect.quota,
            at=request.at,
        )
    )
    return GiveawayOpened(quota=effect.quota)


@performs(EndGiveaway)
def end_giveaway(_effect: EndGiveaway, request: EffectRequest, session: Session) -> GiveawayEnded:
    giveaway = session.get_one(Giveaway, request.of, with_for_update=True)
    giveaway.open = False
    gifts = 0
    if giveaway.sku is not None:
        shelves = Shelves(session, request, giveaway.giveaway, [giveaway.sku])
        kept = select(Claim).where(col(Claim.key) == request.of)
        for claim in session.scalars(kept.execution_options(populate_existing=True)).all():
            gifts += shelves.free(claim, claim.qty).qty
    unused = select(Coupon).where(
        col(Coupon.store) == request.store,
        col(Coupon.campaign) == giveaway.giveaway,
        col(Coupon.state) == "open",
    )
    coupons = session.scalars(unused.with_for_update()).all()
    for coupon in coupons:
        coupon.state = "void"
    return GiveawayEnded(coupons=len(coupons), gifts=gifts)


def _audience(
    effect: MessageAudience, request: EffectRequest, session: Session, ports: Ports
) -> list[tuple[str, ...]]:
    """Whom the rule takes: members by their number, others by their latest order; then what else they are known as."""
    if effect.audience == "case_closed":
        return [(request.subject,)]
    members = select(col(Member.member)).where(col(Member.store) == request.store, col(Member.name) != ERASED)
    if effect.audience == "members" and effect.period is None:
        found = [(member,) for member in session.scalars(members.order_by(col(Member.member)))]
        return _only(effect, found)
    days = span(effect.period, request.at, ports.timezone) if effect.period else None
    with_orders = select(Points).where(col(Points.store) == request.store, col(Points.order) != "")
    member_of = {points.order: points.member for points in session.scalars(with_orders)}
    signed = _signed(session, request.store, days) if effect.delivered else None
    awake: set[str] = set()
    if effect.quiet_days is not None:
        since = request.at - timedelta(days=effect.quiet_days)
        lately = Span(since.date(), request.at.date(), since, request.at)
        awake = {buyer.phone for buyer in buyers(session, request.store, lately)}
    everyone = [
        (
            buyer.latest,
            *buyer.orders[:-1],
            *(member_of[order] for order in buyer.orders if order in member_of),
        )
        for buyer in buyers(session, request.store, days)
        if buyer.phone not in awake
        and (signed is None or not signed.isdisjoint(buyer.orders))
        and (effect.audience != "members" or any(order in member_of for order in buyer.orders))
    ]
    if effect.only and days is None and effect.quiet_days is None:
        known = {name for names in everyone for name in names}
        everyone += [
            (member,)
            for member in session.scalars(members.where(col(Member.member).in_(effect.only)))
            if member not in known
        ]
    return _only(effect, everyone)


def _only(effect: MessageAudience, everyone: list[tuple[str, ...]]) -> list[tuple[str, ...]]:
    """Those who are named, where any are."""
    return [names for names in everyone if not effect.only or not set(effect.only).isdisjoint(names)]


def _signed(session: Session, store: str, days: Span | None) -> set[str]:
    """The orders that were signed for in these days; None is ever."""
    signed = select(col(OrderRow.order)).join(
        MilestoneRow,
        (col(MilestoneRow.case) == col(OrderRow.case))
        & (col(MilestoneRow.milestone) == Milestone.ORDER_SIGNED),
    )
    signed = signed.where(col(OrderRow.store) == store)
    if days is not None:
        signed = signed.where(col(MilestoneRow.at) >= days.start, col(MilestoneRow.at) < days.end)
    return {*session.scalars(signed)}


def _reachable(
    effect: MessageAudience,
    request: EffectRequest,
    session: Session,
    everyone: list[tuple[str, ...]],
    timezone: str,
) -> list[str]:
    """Who wants messages and hasn't had enough of these, under any of their names."""
    left_out = {row.entry for row in entries_of(session, request.store, "unsubscribed")}
    had = (
        select(col(MessageRow.to), func.count())
        .where(
            col(MessageRow.store) == request.store,
            col(MessageRow.channel) == CUSTOMER,
            col(MessageRow.template) == effect.template,
            col(MessageRow.at) >= _month(request.at, timezone),
        )
        .group_by(col(MessageRow.to))
    )
    if effect.not_since is not None:
        asked = select(col(MessageRow.to)).where(
            col(MessageRow.store) == request.store,
            col(MessageRow.channel) == CUSTOMER,
            col(MessageRow.template) == effect.template,
            col(MessageRow.at) >= datetime.combine(effect.not_since, time(), ZoneInfo(timezone)),
        )
        left_out |= {*session.scalars(asked)}
    cap = effect.monthly_cap
    counts = Counter({row[0]: row[1] for row in session.execute(had)}) if cap is not None else Counter[str]()
    return [
        names[0]
        for names in everyone
        if left_out.isdisjoint(names) and (cap is None or sum(counts[name] for name in names) < cap)
    ]


def _reached(rows: list[MessageRow]) -> AudienceReached:
    return AudienceReached(reached=len(rows), left_out=int(rows[0].data["left_out"]))


def _month(moment: datetime, timezone: str) -> datetime:
    return moment.astimezone(ZoneInfo(timezone)).replace(day=1, hour=0, minute=0, second=0, microsecond=0)


def _lot(key: str, reader: str) -> str:
    """Puts readers in an order that looks random, and is the same on a retry."""
    return hashlib.sha256(f"{key} {reader}".encode()).hexdigest()
