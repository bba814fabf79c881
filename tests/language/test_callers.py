"""Transitions of one event that leave one stage: each is open to its own callers alone."""

from __future__ import annotations

import pytest

from models.roles import Role
from tests.scenario import Scenario
from workflows.language.forms import Case, Told
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


class Offer(Procedure):
    """The shop offers something; the customer takes it, or tells one of the staff so."""

    key = "offer_to_take"
    case: Case

    new = Entry()
    offered = Stage(role=Role.CS_AGENT)
    taken = Stage(final=True)

    offer = new.to(offered, by=Role.CS_AGENT)
    take = offered.to(taken, by=Role.CUSTOMER | Role.PLATFORM_FEED, heard_by=Role.CS_AGENT, form=Told)


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


def test_kind_33_staff_send_what_a_party_told_them_and_say_by_which_way() -> None:
    case = Scenario(Offer).act("offer", Role.CS_AGENT)
    assert "take" in case.offers(Role.CS_AGENT)
    with pytest.raises(Refusal, match="by which way") as refused:
        case.act("take", Role.CS_AGENT)
    assert [error.pointer for error in refused.value.errors] == ["/channel"]
    assert case.act("take", Role.CS_AGENT, channel="phone").steps[-1].form == {"channel": "phone"}


@pytest.mark.parametrize("role", [Role.CUSTOMER, Role.PLATFORM_FEED])
def test_whoever_speaks_for_themselves_needs_no_channel(role: Role) -> None:
    assert Scenario(Offer).act("offer", Role.CS_AGENT).act("take", role).stage == "taken"


def test_somebody_else_hears_nothing() -> None:
    with pytest.raises(Refusal, match="is for"):
        Scenario(Offer).act("offer", Role.CS_AGENT).act("take", Role.PICKER, channel="phone")
