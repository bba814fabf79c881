"""Where a case has ended, nothing is left that its people must do."""

from __future__ import annotations

import pytest

from tests.scenario import documented
from workflows.language.procedure import Procedure

MAY_COME = {
    "exchange": {"old_goods_in"},  # goods that were given up turn up after all
    "inbound_receiving": {"book_receipt"},  # its limit runs on over the end, and finance is told
    "lost_parcel_claim": {"claim_paid", "settle_customer"},  # late money; a refund that failed, which is told
    "order_fulfilment": {"open_aftersales"},  # a right of the buyer
    "presale_preship": {
        "inspect",
        "recall_back",
    },  # a parcel that failed comes back after its buyer was served
    "repair": {"return_by_hand"},  # a refund that the provider couldn't make: finance is told
    "settlement_reconciliation": {"report_month"},  # a report over periods that have ended
}
"""What people send at an end of their procedure, more than once or by a condition, and why it isn't left undone."""


def left_to_do(procedure: type[Procedure]) -> set[str]:
    """The events that only people send, and that an end still takes: but for those that come once, as a correction or
    something that turns up late, and what is also heard from outside.
    """
    declared = procedure.declaration
    return {
        event
        for event, one in declared.all_transitions
        if declared.stages[one.source.id].final
        and not one.spec.once
        and one.by
        and not any(role.is_feed or role.is_engine for role in one.by)
    }


@pytest.mark.parametrize("procedure", documented(), ids=lambda one: one.key)
def test_kind_66_no_case_ends_with_something_to_be_done(procedure: type[Procedure]) -> None:
    assert left_to_do(procedure) == MAY_COME.get(procedure.key, set())
