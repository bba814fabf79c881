"""Effects on many customers at once. Who is meant stands in the books; who refused is asked when theirs goes out."""

from __future__ import annotations

import hashlib
from calendar import isleap
from collections import Counter
from datetime import date, datetime, time, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from sqlalchemy import func, select
from sqlalchemy.orm import Session
from sqlmodel import col

from activities.audiences.contract import (
    AudienceReached,
    EndGiveaway,
    GiftHandedOut,
    GiveawayEnded,
    GiveawayOpened,
    GiveawayRefused,
    HandOutGift,
    MessageAudience,
    OpenGiveaway,
)
from activities.audiences.people import FEW, Person, has_spoken_since, people, who_refused
from activities.messages.effects import CUSTOMER, letter_of
from activities.messages.port import Delivery, Letter
from activities.messages.templates import template
from activities.milestones.contract import Milestone
from activities.money.accounts import number
from activities.performing import Steps, performs, performs_outside
from activities.port_errors import Misconfigured, PortError
from activities.ports import Ports
from activities.stock.shelves import Need, Shelves, Short
from models.effect import EffectRequest, Refused
from models.periods import Span, span
from models.tables.campaigns import Coupon, Giveaway
from models.tables.messages import MessageRow
from models.tables.milestones import MilestoneRow
from models.tables.orders import OrderRow
from models.tables.stock import Bucket, Claim, ClaimKind

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
        few = _few(effect.only)
        known = people(session, request.store, few)
        everyone = _audience(effect, request, session, ports.timezone, known)
        refused = who_refused(session, request.store, known, few)
        reached = _reachable(effect, request, session, everyone, refused, ports.timezone)
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
    else:
        _leave_out(session, request.store, rows)
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
    return [row for row in rows if row.state not in {"delivered", "withdrawn"}]


def _leave_out(session: Session, store: str, rows: list[MessageRow]) -> None:
    """Nothing more goes to those who have refused since it was written."""
    waiting = _waiting(rows)
    since = min((row.at for row in waiting), default=None)
    if since is not None and has_spoken_since(session, store, since):
        few = _few(tuple(row.to for row in waiting))
        refused = who_refused(session, store, people(session, store, few), few)
        for row in waiting:
            if row.to in refused:
                row.state = "withdrawn"


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


@performs(HandOutGift)
def hand_out_gift(effect: HandOutGift, request: EffectRequest, session: Session) -> GiftHandedOut | Refused:
    shelves = Shelves(session, request, effect.giveaway, [effect.sku])
    kept = shelves.claims_of_holder(ClaimKind.SET_ASIDE)
    if not kept:
        return Refused(reason=f"nothing of {effect.sku} is set aside for {effect.giveaway} any more")
    left = sum(claim.qty for claim in kept) - 1
    pick = shelves.free(kept[0], 1)
    shelves.move(pick.sku, pick.location, Bucket.ON_HAND, -1)
    return GiftHandedOut(left=left)


def _few(named: tuple[str, ...]) -> tuple[str, ...]:
    """Those who are named, where they are so few that they are looked up alone: the books have everybody."""
    return named if len(named) <= FEW else ()


class _Addressee(NamedTuple):
    """Somebody of an audience, and the number under which they are written to."""

    number: str
    names: set[str]


def _audience(
    effect: MessageAudience, request: EffectRequest, session: Session, timezone: str, known: list[Person]
) -> list[_Addressee]:
    """Who is meant, each once. Where certain orders are, they are written to under the latest of these."""
    days = span(effect.period, request.at, timezone) if effect.period else None
    among = {order for person in known for order in person.orders} if _few(effect.only) else None
    signed = _signed(session, request.store, days, among) if effect.delivered else None
    today = request.at.astimezone(ZoneInfo(timezone)).date()
    found: list[_Addressee] = []
    for person in known:
        if effect.only and person.names.isdisjoint(effect.only):
            continue
        orders = [
            order
            for order, placed_at in person.orders.items()
            if (days is None or days.start <= placed_at < days.end or signed is not None)
            and (signed is None or order in signed)
        ]
        if effect.audience == "case_closed":
            orders = [order for order in orders if order in effect.only]
        if (effect.period is not None or effect.delivered) and not orders:
            continue
        if number := _number_of(effect, request, person, orders, today):
            found.append(_Addressee(number, person.names))
    if effect.audience == "case_closed" and not (found or effect.delivered):  # of another book of orders
        return [_Addressee(number, {number}) for number in effect.only]
    return found


def _number_of(
    effect: MessageAudience, request: EffectRequest, person: Person, orders: list[str], today: date
) -> str:
    """Under which number they are of the audience; empty where they aren't."""
    latest = orders[-1] if orders else ""
    match effect.audience:
        case "members":
            member = next(iter(person.members), "")
            return latest if member and effect.period is not None else member
        case "birthday":
            born = (number for number, day in person.members.items() if day and _is_birthday(day, today))
            return next(born, "")
        case "dormant":
            awake = request.at - timedelta(days=effect.quiet_days)
            return latest if all(at < awake for at in person.orders.values()) else ""
        case "case_closed":
            return latest
        case "all" | "random":
            return latest or (person.number if effect.only else "")


def _is_birthday(born: date, today: date) -> bool:
    """Of 29 February, on the 28th in other years."""
    on = (2, 28) if (born.month, born.day) == (2, 29) and not isleap(today.year) else (born.month, born.day)
    return on == (today.month, today.day)


def _signed(session: Session, store: str, days: Span | None, among: set[str] | None) -> set[str]:
    """The orders that were signed for in these days, all or of these; None is ever."""
    signed = select(col(OrderRow.order)).join(
        MilestoneRow,
        (col(MilestoneRow.case) == col(OrderRow.case))
        & (col(MilestoneRow.milestone) == Milestone.ORDER_SIGNED),
    )
    signed = signed.where(col(OrderRow.store) == store)
    if among is not None:
        signed = signed.where(col(OrderRow.order).in_(among))
    if days is not None:
        signed = signed.where(col(MilestoneRow.at) >= days.start, col(MilestoneRow.at) < days.end)
    return {*session.scalars(signed)}


def _reachable(
    effect: MessageAudience,
    request: EffectRequest,
    session: Session,
    everyone: list[_Addressee],
    left_out: set[str],
    timezone: str,
) -> list[str]:
    """Who wants messages and hasn't had enough of these, under any of their names."""
    such = [
        col(MessageRow.store) == request.store,
        col(MessageRow.channel) == CUSTOMER,
        col(MessageRow.template) == effect.template,
        col(MessageRow.state) != "withdrawn",
    ]
    if _few(effect.only):
        such.append(col(MessageRow.to).in_({name for one in everyone for name in one.names}))
    had = (
        select(col(MessageRow.to), func.count())
        .where(*such, col(MessageRow.at) >= _month(request.at, timezone))
        .group_by(col(MessageRow.to))
    )
    if effect.not_since is not None:
        since = datetime.combine(effect.not_since, time(), ZoneInfo(timezone))
        asked = select(col(MessageRow.to)).where(*such, col(MessageRow.at) >= since)
        left_out |= {*session.scalars(asked)}
    cap = effect.monthly_cap
    counts = Counter({row[0]: row[1] for row in session.execute(had)}) if cap is not None else Counter[str]()
    return [
        number
        for number, names in everyone
        if left_out.isdisjoint(names) and (cap is None or sum(counts[name] for name in names) < cap)
    ]


def _reached(rows: list[MessageRow]) -> AudienceReached:
    """What was withdrawn since it was written counts as left out."""
    withdrawn = sum(row.state == "withdrawn" for row in rows)
    left_out = int(rows[0].data["left_out"]) + withdrawn
    return AudienceReached(reached=len(rows) - withdrawn, left_out=left_out)


def _month(moment: datetime, timezone: str) -> datetime:
    return moment.astimezone(ZoneInfo(timezone)).replace(day=1, hour=0, minute=0, second=0, microsecond=0)


def _lot(key: str, reader: str) -> str:
    """Puts readers in an order that looks random, and is the same on a retry."""
    return hashlib.sha256(f"{key} {reader}".encode()).hexdigest()
