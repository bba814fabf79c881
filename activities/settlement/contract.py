"""The ledger: statements of those the store settles with, entries, and what staff are paid."""

from __future__ import annotations

from datetime import timedelta
from enum import StrEnum
from typing import Annotated, ClassVar, Literal

from pydantic import Field

from models.book_reading import BookReading
from models.effect import Effect, OutcomeRow, Refused, Success, Undo
from models.values import (
    NOTHING,
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

OPEN_LINES = BookReading("settlement.open_lines", by=("settlement",))
"""The lines on which its statement and the books still differ, each with by how much, theirs less ours: the first
hundred.
"""
STAFF_PAID = BookReading("settlement.staff_paid", by=("employee", "period"))
"""What stands as paid to an employee for a period beside the base pay."""


class Counterparty(StrEnum):
    """Who sends the statement."""

    PLATFORM = "platform"
    CARRIER = "carrier"
    SUPPLIER = "supplier"
    DISTRIBUTOR = "distributor"
    BANK = "bank"
    AD_PLATFORM = "ad_platform"
    OTHER_EXPENSE = "other_expense"

    @property
    def pays_us(self) -> bool:
        """Whether its statements say, above zero, what the store gets; the others', what the store pays."""
        return self in (Counterparty.PLATFORM, Counterparty.BANK, Counterparty.DISTRIBUTOR)


class GiveUpSettlement(Undo):
    """A settlement was begun by mistake: its days may be settled by another."""


class OpenSettlement(Effect):
    """A settlement with a counterparty over these days begins.

    Refused when another settlement is about some of these days: nothing is paid twice.
    """

    undone_by: ClassVar[type[Undo] | None] = GiveUpSettlement
    shows: ClassVar[tuple[str, ...]] = ("batch", "counterparty", "period")

    batch: Code
    counterparty: Counterparty
    period: DateRange


class DifferingLine(OutcomeRow):
    """A line on which the statement and the books differ."""

    line: str
    ours: Money
    theirs: Money
    difference: Money
    """Theirs less ours."""


class _Comparison(OutcomeRow):
    """How a statement compares with the books."""

    matched: int = 0
    """How many lines agree."""
    open: tuple[DifferingLine, ...] = ()
    difference: Money = NOTHING
    """In all, theirs less ours."""
    total: Money | None = None
    """What the statement's own lines come to, where that isn't the total that was named."""


class StatementMatches(_Comparison, Success):
    """All lines agree."""


class StatementDiffers(_Comparison, Refused):
    """Lines stay open."""


class MatchStatement(Effect):
    """Compare a statement with the ledger, line by line: the money book's, the carriers', the purchases'.

    Refused when a line stays open.
    """

    success: ClassVar[type[Success]] = StatementMatches
    refusal: ClassVar[type[Refused]] = StatementDiffers
    timeout: ClassVar[timedelta] = timedelta(seconds=60)
    shows: ClassVar[tuple[str, ...]] = ("batch", "counterparty", "period")

    batch: Code
    counterparty: Counterparty
    period: DateRange
    statement: File
    statement_total: Money
    ledger_total: Money | None = None
    """What whoever loads it takes the books to come to; the books themselves are compared."""


class Correction(FormRow):
    line: Text
    amount: Money
    reason: Text


class CorrectionsBooked(Success):
    """The entries made, and what stays open."""

    entries: tuple[str, ...] = ()
    """Their numbers."""
    left: Money = NOTHING
    """What the statement's open lines still differ by."""
    apart: Money = NOTHING
    """The sum of all differences without their signs: one that is too high doesn't hide one that is too low."""
    open_lines: int = 0
    """How many of them still differ."""
    corrected: Money = NOTHING
    """What these corrections come to, each without its sign."""


class CorrectionRefused(Refused):
    """What the line still differs by."""

    line: str = ""
    difference: Money | None = None
    """Theirs less ours; None where the line isn't open."""


class ReverseCorrections(Undo):
    """Corrections are taken back by entries of their own."""


class BookCorrections(Effect):
    """Enter corrections of a settlement's open lines in the journal.

    Refused when a line isn't open, or is corrected beyond what the statement says.
    """

    success: ClassVar[type[Success]] = CorrectionsBooked
    refusal: ClassVar[type[Refused]] = CorrectionRefused
    undone_by: ClassVar[type[Undo] | None] = ReverseCorrections
    shows: ClassVar[tuple[str, ...]] = ("batch", "entries")

    batch: Code
    entries: Some[Correction]


class GiveUpRest(Effect):
    """What is due of a settlement and won't move any more is written off in the journal."""

    shows: ClassVar[tuple[str, ...]] = ("batch", "amount")

    batch: Code
    amount: Money
    reason: Text


class CarriedLine(FormRow):
    line: Text
    amount: Money


class LinesCarried(Success):
    """The lines that wait for the next statement."""

    lines: tuple[str, ...] = ()


class CarryLines(Effect):
    """All lines of a settlement that still differ wait for the next period's statement, with what the books say they
    differ by, and what wasn't paid of it.
    """

    success: ClassVar[type[Success]] = LinesCarried
    shows: ClassVar[tuple[str, ...]] = ("batch", "rest")

    batch: Code
    counterparty: Counterparty
    rest: Money = NOTHING
    """What was due, wasn't paid, and is to come with the next statement; with the statement's sign."""
    kept_back: bool = False
    """Whether what the statement asks beyond the books wasn't paid: it waits, and nothing is expected of it."""


class SettlementClosed(Success):
    """What became of the lines that were open."""

    cleared: int = 0
    """How many agree by now."""
    carried: int = 0
    """How many still differ, and wait for the next statement."""


class Closing(FormRow):
    """Money that is said to have moved, and what becomes of the rest."""

    how: Literal["whole", "rest_carried", "rest_lost"]
    amount: Money
    payment_ref: Code
    reason: Remark = ""


class CloseSettlement(Effect):
    """The money of a settlement has moved; lines that agree by now are closed, the others wait for the next statement.
    The payment number counts once.

    Refused when another settlement has that payment number.
    """

    success: ClassVar[type[Success]] = SettlementClosed
    shows: ClassVar[tuple[str, ...]] = ("batch", "amount")

    batch: Code
    counterparty: Counterparty
    payment_no: Code
    amount: Money
    paid_at: Moment
    kept_back: bool = False
    """As of CarryLines."""


class GiveUpPay(Undo):
    """The case doesn't work it out after all: another may."""


class BeginPay(Effect):
    """What an employee is paid for a period, a month or a half-year, is worked out by this case and by no other.

    Refused when another case works it out, or has.
    """

    undone_by: ClassVar[type[Undo] | None] = GiveUpPay
    shows: ClassVar[tuple[str, ...]] = ("period",)

    employee: User
    period: Code


class StaffPayBooked(Success):
    """What the employee is paid for the period."""

    total: Money = NOTHING
    difference: Money = NOTHING
    """From the run that this one replaces."""


class ReverseStaffPay(Undo):
    """Pay of an employee is taken back by an entry; the difference is kept from the next month's."""


class BookStaffPay(Effect):
    """What an employee is paid for a period, by its parts, is due with the month's pay. A corrected run
    replaces the one before it.
    """

    success: ClassVar[type[Success]] = StaffPayBooked
    undone_by: ClassVar[type[Undo] | None] = ReverseStaffPay
    shows: ClassVar[tuple[str, ...]] = ("period",)

    employee: User
    period: Code
    parts: Annotated[dict[Annotated[str, Field(pattern=r"^[a-z_]{1,40}$")], Money], Field(max_length=20)]
    paid_on: Day | None = None
    note: Remark = ""


class TradeMoneyReturned(Success):
    """What went back to who paid it."""

    returned: Money = NOTHING


class TradeMoneyHeld(Success):
    """What lies at the bank."""

    held: Money = NOTHING


class ReturnTradeMoney(Undo):
    """Money held for a trade goes back to who paid it. Refused when the seller has it already."""

    success: ClassVar[type[Success]] = TradeMoneyReturned


class HoldTradeMoney(Effect):
    """Money of a brokered trade lies at the named bank until both sides have done their part.

    Refused when that payment number is held already, whoever's it is.
    """

    success: ClassVar[type[Success]] = TradeMoneyHeld
    undone_by: ClassVar[type[Undo] | None] = ReturnTradeMoney
    shows: ClassVar[tuple[str, ...]] = ("trade", "amount")

    trade: Code
    amount: Price
    payment_no: Remark = ""


class TradeMoneyReleased(Success):
    """What went to the seller."""

    released: Money = NOTHING


class ReleaseTradeMoney(Effect):
    """Money held for a trade goes to the seller, less what a dispute awarded the buyer.

    Refused when nothing is held.
    """

    success: ClassVar[type[Success]] = TradeMoneyReleased
    shows: ClassVar[tuple[str, ...]] = ("trade", "less")

    trade: Code
    less: Price


class PaymentRequested(Success):
    """The request's number at the payment server."""

    payment_no: str = ""


class AskPayment(Effect):
    """Ask the payment server whether it accepts a sum; its word, yes or no, comes as a message."""

    success: ClassVar[type[Success]] = PaymentRequested
    timeout: ClassVar[timedelta] = timedelta(seconds=60)
    shows: ClassVar[tuple[str, ...]] = ("trade", "amount")

    trade: Code
    amount: Paid
    method: Code
