"""Effects of settlements, of pay, and on money held for brokered trades."""

from __future__ import annotations

from collections import Counter

from sqlalchemy import select
from sqlalchemy.orm import Session
from sqlmodel import col

from activities.money.accounts import number
from activities.performing import performs
from activities.settlement.contract import (
    AskPayment,
    BeginPay,
    BookCorrections,
    BookStaffPay,
    CarryLines,
    CloseSettlement,
    CorrectionRefused,
    CorrectionsBooked,
    Counterparty,
    GiveUpPay,
    GiveUpRest,
    GiveUpSettlement,
    HoldTradeMoney,
    LinesCarried,
    OpenSettlement,
    PaymentRequested,
    ReleaseTradeMoney,
    ReturnTradeMoney,
    ReverseCorrections,
    ReverseStaffPay,
    SettlementClosed,
    StaffPayBooked,
    TradeMoneyHeld,
    TradeMoneyReleased,
    TradeMoneyReturned,
)
from models.amounts import money, ten_thousandths
from models.database import one_at_a_time
from models.effect import EffectRequest, Refused, Success
from models.tables.settlement import LedgerEntry, OpenLine, PayRun, Settlement, SettlementPeriod, StaffPay
from models.tables.trade import TradeMoney


@performs(OpenSettlement)
def open_settlement(effect: OpenSettlement, request: EffectRequest, session: Session) -> Success | Refused:
    one_at_a_time(session, "settlement of", request.store, effect.counterparty)
    begun = select(SettlementPeriod).where(
        col(SettlementPeriod.store) == request.store,
        col(SettlementPeriod.counterparty) == effect.counterparty,
        col(SettlementPeriod.last) >= effect.period.first,
        col(SettlementPeriod.first) <= effect.period.last,
    )
    if (other := session.scalars(begun.limit(1)).first()) is not None:
        return Refused(reason=f"settlement {other.batch} is about {other.first} to {other.last}")
    session.add(
        SettlementPeriod(
            store=request.store,
            batch=effect.batch,
            counterparty=effect.counterparty,
            first=effect.period.first,
            last=effect.period.last,
            key=request.key,
        )
    )
    return Success()


@performs(GiveUpSettlement)
def give_up(_effect: GiveUpSettlement, request: EffectRequest, session: Session) -> Success:
    for row in session.scalars(select(SettlementPeriod).where(col(SettlementPeriod.key) == request.of)):
        session.delete(row)
    return Success()


@performs(BookCorrections)
def book_corrections(
    effect: BookCorrections, request: EffectRequest, session: Session
) -> CorrectionsBooked | CorrectionRefused:
    open_ = {line.line: line for line in _lines(session, request.store, effect.batch, "open")}
    asked = Counter[str]()
    for correction in effect.entries:
        line = open_.get(correction.line)
        if line is None:
            return CorrectionRefused(reason=f"line {correction.line} isn't open", line=correction.line)
        if correction.amount and correction.amount.currency != line.currency:
            return CorrectionRefused(reason=f"line {line.line} is in {line.currency}", line=line.line)
        asked[line.line] += ten_thousandths(correction.amount)
    for name, amount in asked.items():
        difference = open_[name].theirs - open_[name].ours
        if not min(difference, 0) <= amount <= max(difference, 0):
            left = money(difference, open_[name].currency)
            wanted = money(amount, open_[name].currency)
            reason = f"line {name} differs by {left}, and is to be corrected by {wanted}"
            return CorrectionRefused(reason=reason, line=name, difference=left)
    entries: list[str] = []
    for place, correction in enumerate(effect.entries):
        entry = number("LE", f"{request.key}#{place}")
        entries.append(entry)
        session.add(
            LedgerEntry(
                entry_no=entry,
                key=request.key,
                store=request.store,
                batch=effect.batch,
                line=correction.line,
                amount=ten_thousandths(correction.amount),
                currency=correction.amount.currency,
                reason=correction.reason,
                at=request.at,
            )
        )
        open_[correction.line].ours += ten_thousandths(correction.amount)
    differences = [line.theirs - line.ours for line in open_.values()]
    currency = next((line.currency for line in open_.values()), effect.entries[0].amount.currency)
    return CorrectionsBooked(
        entries=tuple(entries),
        left=money(sum(differences), currency),
        apart=money(sum(abs(difference) for difference in differences), currency),
        open_lines=sum(bool(difference) for difference in differences),
        corrected=money(sum(abs(amount) for amount in asked.values()), currency),
    )


@performs(GiveUpRest)
def give_up_rest(effect: GiveUpRest, request: EffectRequest, session: Session) -> Success:
    session.add(
        LedgerEntry(
            entry_no=number("LE", request.key),
            key=request.key,
            store=request.store,
            batch=effect.batch,
            line=f"{effect.batch}-rest",
            amount=-ten_thousandths(effect.amount),
            currency=effect.amount.currency,
            reason=effect.reason,
            at=request.at,
        )
    )
    return Success()


@performs(ReverseCorrections)
def reverse_corrections(_effect: ReverseCorrections, request: EffectRequest, session: Session) -> Success:
    for entry in session.scalars(select(LedgerEntry).where(col(LedgerEntry.key) == request.of)).all():
        session.add(
            LedgerEntry(
                entry_no=number("LE", f"{request.key}#{entry.entry_no}"),
                key=request.key,
                store=entry.store,
                batch=entry.batch,
                line=entry.line,
                amount=-entry.amount,
                currency=entry.currency,
                reason=f"takes back {entry.entry_no}",
                at=request.at,
            )
        )
        for line in _lines(session, entry.store, entry.batch, "open"):
            if line.line == entry.line:
                line.ours -= entry.amount
    return Success()


@performs(CarryLines)
def carry(effect: CarryLines, request: EffectRequest, session: Session) -> LinesCarried:
    carried = [
        line
        for line in _lines(session, request.store, effect.batch, "open")
        if _put_off(line, effect.counterparty, kept_back=effect.kept_back)
    ]
    if effect.rest:
        line = OpenLine(
            key=request.key,
            store=request.store,
            batch=effect.batch,
            counterparty=effect.counterparty,
            line=f"{effect.batch}-rest",
            ours=ten_thousandths(effect.rest),
            theirs=0,
            currency=effect.rest.currency,
            state="carried",
            at=request.at,
        )
        session.add(line)
        carried.append(line)
    return LinesCarried(lines=tuple(line.line for line in carried))


def _put_off(line: OpenLine, whose: Counterparty, *, kept_back: bool) -> bool:
    """Whether a line waits for the next statement; one that agrees by now is closed."""
    asks_more = line.theirs < line.ours if whose.pays_us else line.theirs > line.ours
    waits = "unpaid" if kept_back and asks_more else "carried"
    line.state = waits if line.theirs != line.ours else "cleared"
    return line.state != "cleared"


@performs(CloseSettlement)
def close(effect: CloseSettlement, request: EffectRequest, session: Session) -> SettlementClosed | Refused:
    one_at_a_time(session, "settlement", request.store, effect.payment_no)
    known = session.scalars(
        select(Settlement).where(
            col(Settlement.store) == request.store, col(Settlement.payment_no) == effect.payment_no
        )
    ).first()
    if known is not None and known.batch != effect.batch:
        return Refused(reason=f"payment {effect.payment_no} belongs to settlement {known.batch}")
    if known is None:
        session.add(
            Settlement(
                store=request.store,
                batch=effect.batch,
                counterparty=effect.counterparty,
                payment_no=effect.payment_no,
                amount=ten_thousandths(effect.amount),
                currency=effect.amount.currency,
                paid_at=effect.paid_at,
                key=request.key,
            )
        )
    left = _lines(session, request.store, effect.batch, "open")
    carried = sum(_put_off(line, effect.counterparty, kept_back=effect.kept_back) for line in left)
    return SettlementClosed(cleared=len(left) - carried, carried=carried)


@performs(BeginPay)
def begin_pay(effect: BeginPay, request: EffectRequest, session: Session) -> Success | Refused:
    one_at_a_time(session, "pay", request.store, effect.employee, effect.period)
    run = session.get(PayRun, (request.store, effect.employee, effect.period))
    if run is not None:
        return Refused(reason=f"{run.case} works out what {effect.employee} is paid for {effect.period}")
    session.add(
        PayRun(
            store=request.store,
            employee=effect.employee,
            period=effect.period,
            case=request.case,
            key=request.key,
            at=request.at,
        )
    )
    return Success()


@performs(GiveUpPay)
def give_up_pay(_effect: GiveUpPay, request: EffectRequest, session: Session) -> Success:
    for run in session.scalars(select(PayRun).where(col(PayRun.key) == request.of)):
        session.delete(run)
    return Success()


@performs(BookStaffPay)
def book_staff_pay(
    effect: BookStaffPay, request: EffectRequest, session: Session
) -> StaffPayBooked | Refused:
    one_at_a_time(session, "pay", request.store, effect.employee, effect.period)
    standing = select(StaffPay).where(
        col(StaffPay.store) == request.store,
        col(StaffPay.employee) == effect.employee,
        col(StaffPay.period) == effect.period,
        col(StaffPay.replaced).is_(False),
    )
    before = 0
    for row in session.scalars(standing.with_for_update()).all():
        before += row.amount
        row.replaced = True
    currency = next((part.currency for part in effect.parts.values() if part), "CNY")
    if any(part and part.currency != currency for part in effect.parts.values()):
        return Refused(reason="pay is in one currency")
    for part, amount in effect.parts.items():
        session.add(
            StaffPay(
                key=request.key,
                store=request.store,
                employee=effect.employee,
                period=effect.period,
                part=part,
                amount=ten_thousandths(amount),
                currency=currency,
                paid_on=effect.paid_on,
                note=effect.note,
                at=request.at,
            )
        )
    total = sum(ten_thousandths(amount) for amount in effect.parts.values())
    return StaffPayBooked(total=money(total, currency), difference=money(total - before, currency))


@performs(ReverseStaffPay)
def reverse_staff_pay(_effect: ReverseStaffPay, request: EffectRequest, session: Session) -> Success:
    for row in session.scalars(select(StaffPay).where(col(StaffPay.key) == request.of).with_for_update()):
        row.replaced = True
    return Success()


@performs(HoldTradeMoney)
def hold_money(effect: HoldTradeMoney, request: EffectRequest, session: Session) -> TradeMoneyHeld | Refused:
    if number := effect.payment_no:
        one_at_a_time(session, "trade money", request.store, number)
        known = select(TradeMoney).where(
            col(TradeMoney.store) == request.store, col(TradeMoney.payment_no) == number
        )
        if (held := session.scalars(known.limit(1)).first()) is not None:
            return Refused(reason=f"payment {number} belongs to {held.trade}")
    session.add(
        TradeMoney(
            key=request.key,
            store=request.store,
            trade=effect.trade,
            held=ten_thousandths(effect.amount),
            payment_no=effect.payment_no,
            currency=effect.amount.currency,
            at=request.at,
        )
    )
    return TradeMoneyHeld(held=effect.amount)


@performs(ReturnTradeMoney)
def return_money(
    _effect: ReturnTradeMoney, request: EffectRequest, session: Session
) -> TradeMoneyReturned | Refused:
    row = session.scalars(select(TradeMoney).where(col(TradeMoney.key) == request.of).with_for_update()).one()
    left = row.held - row.released - row.returned
    if not left:
        return Refused(reason=f"the seller has the money of {row.trade} already")
    row.returned += left
    return TradeMoneyReturned(returned=money(left, row.currency))


@performs(ReleaseTradeMoney)
def release_money(
    effect: ReleaseTradeMoney, request: EffectRequest, session: Session
) -> TradeMoneyReleased | Refused:
    held = select(TradeMoney).where(
        col(TradeMoney.store) == request.store, col(TradeMoney.trade) == effect.trade
    )
    rows = session.scalars(held.order_by(col(TradeMoney.id)).with_for_update()).all()
    left = sum(row.held - row.released - row.returned for row in rows)
    if not left:
        return Refused(reason=f"nothing is held for {effect.trade}")
    if effect.less and any(row.currency != effect.less.currency for row in rows):
        return Refused(reason=f"the money of {effect.trade} is in {rows[0].currency}")
    awarded = min(ten_thousandths(effect.less), left)
    released = left - awarded
    for row in rows:
        here = row.held - row.released - row.returned
        returned = min(here, awarded)
        awarded -= returned
        row.returned += returned
        row.released += here - returned
    return TradeMoneyReleased(released=money(released, rows[0].currency))


@performs(AskPayment)
def ask_payment(effect: AskPayment, request: EffectRequest, session: Session) -> PaymentRequested:  # noqa: ARG001
    # the embedded payment server takes every sum; its word comes as a message, as from any other
    return PaymentRequested(payment_no=number("PQ", request.key))


def _lines(session: Session, store: str, batch: str, state: str) -> list[OpenLine]:
    mine = select(OpenLine).where(
        col(OpenLine.store) == store, col(OpenLine.batch) == batch, col(OpenLine.state) == state
    )
    return list(session.scalars(mine.order_by(col(OpenLine.id)).with_for_update()))
