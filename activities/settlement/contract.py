"""The ledger: statements of those the store settles with, entries, and what staff are paid."""

from __future__ import annotations

from datetime import timedelta
from enum import StrEnum
from typing import Annotated, ClassVar

from pydantic import Field

from models.effect import Effect, Undo
from models.values import (
    Code,
    DateRange,
    Day,
    File,
    FormRow,
    Moment,
    Money,
    Paid,
    Price,
    Remark,
    Some,
    Text,
    User,
)


class Counterparty(StrEnum):
    """Who sends the statement."""

    PLATFORM = "platform"
    CARRIER = "carrier"
    SUPPLIER = "supplier"
    DISTRIBUTOR = "distributor"
    BANK = "bank"
    AD_PLATFORM = "ad_platform"
    OTHER_EXPENSE = "other_expense"


class MatchStatement(Effect):
    """Compare a statement with the ledger, line by line: the money book's, the carriers', the purchases'.

    Data: `matched` (how many lines), `open`: line, ours, theirs, difference; `difference` in all. No when a line
    stays open; data is the same.
    """

    timeout: ClassVar[timedelta] = timedelta(seconds=60)
    shows: ClassVar[tuple[str, ...]] = ("batch", "counterparty", "period")

    batch: Code
    counterparty: Counterparty
    period: DateRange
    statement: File
    statement_total: Money
    ledger_total: Money


class Correction(FormRow):
    line: Text
    amount: Money
    reason: Text


class ReverseCorrections(Undo):
    """Corrections are taken back by entries of their own."""


class BookCorrections(Effect):
    """Enter corrections of a settlement in the journal. Data: `entries`, their numbers, and `left` open."""

    undone_by: ClassVar[type[Undo] | None] = ReverseCorrections
    shows: ClassVar[tuple[str, ...]] = ("batch", "entries")

    batch: Code
    entries: Some[Correction]


class CarriedLine(FormRow):
    line: Text
    amount: Money


class CarryLines(Effect):
    """Lines that only differ in time wait for the next period's statement. Data: `lines` carried."""

    shows: ClassVar[tuple[str, ...]] = ("batch", "lines")

    batch: Code
    counterparty: Counterparty
    lines: Some[CarriedLine]


class CloseSettlement(Effect):
    """The money of a settlement has moved; the lines that it cleared are closed. The payment number counts once.

    Data: `cleared`, how many lines. No when another settlement has that payment number.
    """

    shows: ClassVar[tuple[str, ...]] = ("batch", "amount")

    batch: Code
    counterparty: Counterparty
    payment_no: Code
    amount: Money
    paid_at: Moment


class ReverseStaffPay(Undo):
    """Pay of an employee is taken back by an entry; the difference is kept from the next month's."""


class BookStaffPay(Effect):
    """What an employee is paid for a period, by its parts, is due with the month's pay. A corrected run replaces
    the one before it.

    Data: `total`, and `difference` from the run that it replaces.
    """

    undone_by: ClassVar[type[Undo] | None] = ReverseStaffPay
    shows: ClassVar[tuple[str, ...]] = ("period",)

    employee: User
    period: Code
    parts: Annotated[dict[Annotated[str, Field(pattern=r"^[a-z_]{1,40}$")], Money], Field(max_length=20)]
    paid_on: Day | None = None
    note: Remark = ""


class ReturnTradeMoney(Undo):
    """Money held for a trade goes back to who paid it. Data: `returned`. No when the seller has it already."""


class HoldTradeMoney(Effect):
    """Money of a brokered trade lies at the named bank until both sides have done their part. Data: `held`."""

    undone_by: ClassVar[type[Undo] | None] = ReturnTradeMoney
    shows: ClassVar[tuple[str, ...]] = ("trade", "amount")

    trade: Code
    amount: Price


class ReleaseTradeMoney(Effect):
    """Money held for a trade goes to the seller, less what a dispute awarded the buyer.

    Data: `released`. No when nothing is held.
    """

    shows: ClassVar[tuple[str, ...]] = ("trade", "less")

    trade: Code
    less: Price


class AskPayment(Effect):
    """Ask the payment server whether it accepts a sum; its word, yes or no, comes as a message. Data: `payment_no`."""

    timeout: ClassVar[timedelta] = timedelta(seconds=60)
    shows: ClassVar[tuple[str, ...]] = ("trade", "amount")

    trade: Code
    amount: Paid
    method: Code
