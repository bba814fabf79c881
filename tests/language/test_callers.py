"""Transitions of one event that leave one stage: each is open to its own callers alone."""

from __future__ import annotations

import pytest

from models.roles import Role
from tests.scenario import Scenario
from workflows.language.forms import Case
from workflows.language.procedure import Procedure
from workflows.language.refusals import Refusal
from workflows.language.stages import Entry, Stage
from workflows.language.timing import hours


class Payment(Procedure):
    """Money is on its way; the feed confirms it, finance only where it pays by hand, the clock gives up."""

    key = "payment_to_confirm"
    case: Case

    new = Entry()
    paying = Stage(role=Role.FINANCE)
    paid = Stage(final=True)
    gone = Stage(final=True)

    ask = new.to(paying, by=Role.CUSTOMER)
    by_hand = paying.stay(by=Role.FINANCE)
    confirm = paying.to(paid, by=Role.PAYMENT_FEED) | paying.to(paid, by=Role.FINANCE, when="is_by_hand")
    end = paying.to(gone, after=hours(1)) | paying.to(gone, by=Role.FINANCE, when="is_by_hand")

    def is_by_hand(self) -> bool:
        """Finance pays by hand."""
        return self.has_happened(self.by_hand)


def start() -> Scenario:
    return Scenario(Payment).act("ask", Role.CUSTOMER)


def test_the_feeds_row_is_not_open_to_finance() -> None:
    case = start()
    assert "confirm" not in case.offers(Role.FINANCE)
    with pytest.raises(Refusal, match="by hand"):
        case.act("confirm", Role.FINANCE)
    assert case.act("confirm", Role.PAYMENT_FEED).stage == "paid"


def test_finances_own_row_is() -> None:
    assert start().act("by_hand", Role.FINANCE).act("confirm", Role.FINANCE).stage == "paid"


def test_the_clocks_row_is_not_open_to_people() -> None:
    with pytest.raises(Refusal, match="by hand"):
        start().act("end", Role.FINANCE)
    assert start().wait(hours(1)).stage == "gone"
