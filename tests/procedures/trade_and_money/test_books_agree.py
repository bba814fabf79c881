"""No figure in a book differs from what the case says: what the cases of trade and pay have asked the books for comes
to what they hold.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import pytest

from activities.money.contract import PayRefund, RecordPayment
from activities.settlement.contract import (
    BookCorrections,
    BookStaffPay,
    CarryLines,
    CloseSettlement,
    GiveUpRest,
    HoldTradeMoney,
)
from activities.trade.contract import DrawCredit, LowerCredit, SettleCredit
from models.effect import Effect
from models.values import NOTHING, Money
from tests.procedures.management import test_commission_settlement as pay
from tests.procedures.paths import Path, walked
from tests.procedures.trade_and_money import (
    test_brokered_sale as brokered,
)
from tests.procedures.trade_and_money import (
    test_online_direct_sale as direct,
)
from tests.procedures.trade_and_money import (
    test_settlement_reconciliation as settlement,
)
from tests.procedures.trade_and_money import (
    test_wholesale_order as wholesale,
)
from tests.scenario import Scenario

Figures = dict[str, tuple[Money, Money]]
"""What the books were asked for, and what the case says."""


def asked(case: Scenario, kind: type[Effect], of: str = "amount") -> Money:
    """What the effects of a kind that were done come to, but for what was undone."""
    return sum((getattr(effect, of) for effect in case.effects(kind)), NOTHING)


def of_a_bulk_order(case: Scenario) -> Figures:
    data = case.case
    figures = {"money": (asked(case, RecordPayment) - asked(case, PayRefund), data.paid_in)}
    if data.credit_drawn:
        owed = asked(case, DrawCredit) - asked(case, LowerCredit)
        settled = asked(case, SettleCredit, "paid")
        figures |= {
            "settled on credit": (settled, data.settled),
            "owed on credit": (owed - settled - asked(case, SettleCredit, "rebate"), data.owing),
        }
    return figures


def of_a_trade(case: Scenario) -> Figures:
    return {"held": (asked(case, HoldTradeMoney), case.case.held)}


def of_a_direct_sale(case: Scenario) -> Figures:
    kept = asked(case, RecordPayment) - asked(case, PayRefund)
    stages = {"paid", "delivery_notified", "delivered", "bank_settled", "billed"}
    due = case.case.total - case.case.never_came if case.stage in stages else NOTHING
    return {"money": (kept, due)}


def of_a_settlement(case: Scenario) -> Figures:
    data = case.case
    if case.stage not in ("settled", "carried_forward") or not case.effects(CloseSettlement):
        return {}
    waits = asked(case, CarryLines, "rest") + asked(case, GiveUpRest)
    moved = asked(case, CloseSettlement)
    signed = data.due if data.statement_total > NOTHING else -data.due
    return {"paid": (moved, data.paid), "what is due": (moved + waits, signed)}


def of_a_months_pay(case: Scenario) -> Figures:
    booked = [sum(effect.parts.values(), NOTHING) for effect in case.effects(BookStaffPay)]
    base = [effect.parts["base_pay"] for effect in case.effects(BookStaffPay)]
    return {"pay": (booked[0] - base[0], case.case.due)} if booked else {}


TABLES: list[tuple[str, Callable[..., Scenario], Iterable[Path], Callable[[Any], Figures]]] = [
    ("bulk orders", wholesale.start, wholesale.PATHS, of_a_bulk_order),
    ("bulk orders that were asked for", wholesale.fresh, wholesale.ASKED, of_a_bulk_order),
    ("the money of bulk orders", wholesale.fresh, wholesale.MONEY, of_a_bulk_order),
    ("brokered sales", brokered.start, brokered.PATHS, of_a_trade),
    ("direct sales", direct.start, direct.PATHS, of_a_direct_sale),
    ("settlements", settlement.start, settlement.PATHS, of_a_settlement),
    ("pay", pay.start, pay.PATHS, of_a_months_pay),
]


@pytest.mark.parametrize(
    ("start", "paths", "figures_of"), [row[1:] for row in TABLES], ids=[row[0] for row in TABLES]
)
def test_the_books_were_asked_for_what_the_case_says(
    start: Callable[..., Scenario], paths: Iterable[Path], figures_of: Callable[[Scenario], Figures]
) -> None:
    seen = 0
    for path, case in zip(paths, walked(start, paths), strict=True):
        for what, (book, says) in figures_of(case).items():
            assert book == says, f"{path.id}: {what}"
            seen += 1
    assert seen, "some of them come to figures"


def test_corrections_are_what_was_booked() -> None:
    case = next(iter(walked(settlement.start, settlement.PATHS[1:2])))
    (corrections,) = case.effects(BookCorrections)
    assert case.case.open_lines == 1
    assert corrections.batch == case.machine.memory.subject
