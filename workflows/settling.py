"""What is known of a settlement: what its statement comes to, what of that is disputed, and what is due."""

from __future__ import annotations

from typing import Literal

from activities.settlement.contract import Closing, Counterparty
from models.values import NOTHING, Count, DateRange, Day, Money, Price, in_coins
from workflows.language.forms import Case

Other = Literal["platform", "carrier", "supplier", "distributor", "bank", "ad_platform", "other_expense"]
"""With whom the store settles, as forms have it."""


class SettlementCase(Case):
    """A settlement."""

    counterparty: Other
    period: DateRange
    opened_on: Day | None = None
    statement_total: Money = NOTHING
    """What the statement's lines come to, or what it is said to come to where they can't be read."""
    open_lines: Count = 0
    """The lines that the comparison found different and that nothing has corrected."""
    remaining: Money = NOTHING
    """What these lines differ by in all, theirs less ours: by the books."""
    apart: Money = NOTHING
    """The sum of all differences without their signs: one that is too high doesn't hide one that is too low."""
    found: tuple[Count, Money, Money] = (0, NOTHING, NOTHING)
    """The three as the comparison found them."""
    corrected: Price = NOTHING
    """What the corrections come to, without their signs."""
    kept_back: Price = NOTHING
    """What the statement asks beyond the books and isn't paid now: it waits for the next statement."""
    closing: Closing | None = None
    paid: Money = NOTHING

    @property
    def whole(self) -> Money:
        """What the statement comes to, without its sign."""
        return max(self.statement_total, -self.statement_total)

    @property
    def due(self) -> Money:
        """What is to be paid, or comes in."""
        return max(self.whole - self.kept_back, NOTHING)

    @property
    def rest(self) -> Money:
        """What is due and wasn't paid."""
        return self.due - max(self.paid, -self.paid)

    @property
    def month(self) -> str:
        """The month that it is about, as in 2026-05."""
        return f"{self.period.first:%Y-%m}"

    @property
    def tenth(self) -> Day | None:
        """The day by which a month's settlement is to be done."""
        return self.opened_on.replace(day=10) if self.opened_on else None

    @property
    def whose(self) -> Counterparty:
        return Counterparty(self.counterparty)

    @property
    def is_paid_by_us(self) -> bool:
        """Whether the money leaves the store: a statement below zero goes the other way."""
        return bool(self.statement_total) and (self.statement_total > NOTHING) is not self.whose.pays_us

    @property
    def disputed(self) -> Money:
        """What the statement asks of the store beyond the books: half of what all lines differ by and of what they
        differ by in all, as what is too low cancels out.
        """
        if not self.is_paid_by_us:
            return NOTHING
        twice = self.apart - self.remaining if self.whose.pays_us else self.apart + self.remaining
        return min(in_coins(twice.amount / 2, twice.currency), self.whole)
