"""Repair: every move, every refusal, the customer's item and money."""

from __future__ import annotations

from typing import Any

import pytest

from activities.carriers.contract import BookWaybill, PrepareReturnLabel
from activities.cases.contract import OpenCase
from activities.money.contract import BookReceivable, ChargeDifference, PayRefund, RecordRefund
from activities.orders.contract import QuoteRefund
from activities.registers.contract import KeepRecord
from activities.stock.contract import Disposition, ReceiveStock
from models.values import LineQty, yuan
from tests.procedures.paths import (
    Act,
    Answers,
    Path,
    Refused,
    act,
    child,
    each,
    messages,
    untaken,
    walk,
    walked,
)
from tests.scenario import Scenario, no, yes
from workflows.language.memory import Ask
from workflows.language.refusals import Refusal
from workflows.language.timing import days, hours
from workflows.procedures.after_sales.repair import Repair
from workflows.vocabulary import (
    AFTER_SALES,
    CARRIER_FEED,
    CS_SUPERVISOR,
    CUSTOMER,
    FINANCE,
    LOGISTICS,
    OPS_MANAGER,
    QC,
    WAREHOUSE_KEEPER,
)

LINES = [{"line": 1, "qty": 1}]


def start(answers: Answers | None = None, **more: Any) -> Scenario:
    case = Scenario(Repair, subject="RP-1", answers=dict(answers or {}))
    return case.act("authorise", order_no="SO-1", lines=LINES, **more)


def diagnose(cause: str = "wear") -> Act:
    return act("diagnose", AFTER_SALES, fault="no power", cause=cause)


def estimate(event: str, *, covered: bool, ready: str = "2026-12-01", **more: Any) -> Act:
    return act(event, AFTER_SALES, covered=covered, ready_date=ready, **more)


def checklist(event: str, *, passed: bool) -> Act:
    return act(event, QC, checklist_passed=passed)


IN = act(
    "item_in",
    WAREHOUSE_KEEPER,
    serial_no="S-1",
    accessories=["cable"],
    appearance="scratched",
    photos=["file:1"],
)
HERE = (IN, diagnose())
FREE = estimate("in_warranty", covered=True)
QUOTE = estimate("quote", covered=False, price="60")
ACCEPT = act("accept_quote", CUSTOMER, decision="accept", payment_ref="PAY-2")
DECLINE = act("decline_quote", CUSTOMER, decision="decline")
REPAIRED = act("repaired", AFTER_SALES, work_done="new battery")
CANNOT = act("cannot_repair", AFTER_SALES, reason="no parts")
PASS, FAIL = checklist("test_ok", passed=True), checklist("test_fail", passed=False)
BY_HAND = act("return_by_hand", FINANCE, refund_no="BANK-1")
SEND = act("send_item", LOGISTICS, carrier="sf", waybill_no="SF-1")
BACK = act("goods_sent_back", LOGISTICS, carrier="sf", waybill_no="SF-2")
GIVE_BACK = act("give_back", AFTER_SALES, reason="the customer wants it")
SIGNED = act("delivered_back", CARRIER_FEED)


def convert(into: str = "exchange") -> Act:
    return act("convert", AFTER_SALES, into=into)


LOST = act("lost_on_way", CARRIER_FEED)
NOT_TAKEN = act("not_taken", CARRIER_FEED)
LATE = act("came_late", WAREHOUSE_KEEPER, package_state="intact", received_at="2026-11-23T02:00:00Z")

PATHS = [
    Path("instructions at once", (), "awaiting_item", effects=["QuoteRefund", "Message"]),
    Path("mended in warranty", (*HERE, FREE, REPAIRED, PASS, SEND, SIGNED), "completed"),
    Path("never sent", (days(14),), "expired"),
    Path("sent after all", (days(14), LATE), "expired", opened=["repair"]),
    Path("not taken", (*HERE, FREE, REPAIRED, PASS, SEND, NOT_TAKEN, SEND, SIGNED), "completed"),
    Path("lost on its way", (*HERE, FREE, REPAIRED, PASS, SEND, LOST), "lost", opened=["lost_parcel_claim"]),
    Path(
        "sent back, and not taken",
        (*HERE, QUOTE, DECLINE, BACK, NOT_TAKEN, LATE),
        "sent_back",
        opened=["repair"],
    ),
    Path(
        "sent back, and lost", (*HERE, QUOTE, DECLINE, BACK, LOST), "sent_back", opened=["lost_parcel_claim"]
    ),
    Path("diagnosed late", (IN, hours(48)), "received", notified=[CS_SUPERVISOR], missed=["received"]),
    Path("quoted and accepted", (*HERE, QUOTE, ACCEPT), "repairing"),
    Path("accepted, not paid", (*HERE, QUOTE, ACCEPT), "quoted", answers={ChargeDifference: no("no funds")}),
    Path("quoted and declined", (*HERE, QUOTE, DECLINE), "declined_return"),
    Path("declined and sent back", (*HERE, QUOTE, DECLINE, BACK), "sent_back"),
    Path("given back as it is", (*HERE, CANNOT, GIVE_BACK, BACK), "sent_back"),
    Path(
        "given back, and finance returns the money",
        (*HERE, QUOTE, ACCEPT, CANNOT, GIVE_BACK, BY_HAND, BACK),
        "sent_back",
        answers={PayRefund: no("route closed")},
    ),
    Path("sent back late", (*HERE, QUOTE, DECLINE, hours(48)), "declined_return", notified=[AFTER_SALES]),
    Path("quoted in vain", (*HERE, QUOTE, days(7)), "declined_return", missed=[]),
    Path("still broken", (*HERE, FREE, REPAIRED, FAIL), "repairing"),
    Path("beyond repair at once", (*HERE, CANNOT), "unrepairable"),
    Path("beyond repair at the bench", (*HERE, FREE, CANNOT, convert()), "converted", opened=["exchange"]),
    Path("money back", (*HERE, CANNOT, convert("refund")), "converted", opened=["refund_only"]),
    Path(
        "whose exchange was stopped",
        (*HERE, CANNOT, convert(), child("exchange", "aborted")),
        "unrepairable",
    ),
    Path("exchanged", (*HERE, CANNOT, convert(), child("exchange", "completed")), "made_good"),
    Path(
        "refused in its turn",
        (*HERE, CANNOT, convert("refund"), child("refund_only", "rejected")),
        "unrepairable",
    ),
    Path("not ready as promised", (*HERE, FREE, days(9)), "repairing", missed=["ready_as_promised"]),
    Path(
        "too long",
        (*HERE, FREE, days(15)),
        "repairing",
        notified=[CS_SUPERVISOR, OPS_MANAGER],
        missed=["ready_as_promised", "turnaround"],
    ),
    Path(
        "paid for nothing, and the money doesn't go back",
        (*HERE, QUOTE, ACCEPT, CANNOT),
        "unrepairable",
        notified=[FINANCE],
        answers={PayRefund: no("route closed")},
    ),
    Path(
        "and finance returns it by hand",
        (*HERE, QUOTE, ACCEPT, CANNOT, BY_HAND),
        "unrepairable",
        answers={PayRefund: no("route closed")},
    ),
    Path(
        "by hand, after it was converted",
        (*HERE, QUOTE, ACCEPT, CANNOT, convert("refund"), BY_HAND),
        "converted",
        answers={PayRefund: no("route closed")},
    ),
    Path(
        "posted, and on its way",
        (
            act("customer_ships", CUSTOMER, carrier="YTO", waybill_no="YT-1"),
            act("parcel_seen", CARRIER_FEED),
        ),
        "awaiting_item",
    ),
]

REFUSALS = [
    Refused("covered, yet quoted", (*HERE, estimate("quote", covered=True, price="1")), "/covered"),
    Refused("not covered, yet free", (*HERE, estimate("in_warranty", covered=False, price="1")), "/covered"),
    Refused("a quote without a price", (*HERE, estimate("quote", covered=False)), "/price"),
    Refused(
        "ready last week", (*HERE, estimate("in_warranty", covered=True, ready="2026-11-01")), "/ready_date"
    ),
    Refused(
        "accepts to decline", (*HERE, QUOTE, act("accept_quote", CUSTOMER, decision="decline")), "/decision"
    ),
    Refused(
        "declines to accept",
        (*HERE, QUOTE, act("decline_quote", CUSTOMER, decision="accept", payment_ref="1")),
        "/decision",
    ),
    Refused(
        "fails and passes", (*HERE, FREE, REPAIRED, checklist("test_ok", passed=False)), "/checklist_passed"
    ),
    Refused(
        "passes and fails", (*HERE, FREE, REPAIRED, checklist("test_fail", passed=True)), "/checklist_passed"
    ),
    Refused(
        "the customer diagnoses", (IN, act("diagnose", CUSTOMER, fault="x", cause="wear")), "not_your_role"
    ),
    Refused(
        "no photo",
        (act("item_in", WAREHOUSE_KEEPER, serial_no="S", accessories=["x"], appearance="x"),),
        "/photos",
    ),
]

MESSAGES = {
    "authorise": {"return_instructions"},
    "send_item": {"repair_sent_back"},
    "quote": {"repair_quote"},
    "payment_declined": {"repair_not_paid"},
    "decline_quote": {"return_goes_back"},
    "give_back": {"return_goes_back"},
    "goods_sent_back": {"return_sent_back"},
    "cannot_repair": {"repair_impossible"},
    "money_not_returned": {"refund_failed to finance"},
    "no_item": {"repair_expired"},
    "not_taken": {"repair_not_taken to logistics"},
    "lost_on_way": {"repair_lost"},
}


@each(PATHS)
def test_path(line: Path) -> None:
    line.check(start)


@each(REFUSALS)
def test_refusal(line: Refused) -> None:
    line.check(start)


def test_each_event_sends_its_messages() -> None:
    assert messages(walked(start, PATHS)) == MESSAGES


def test_every_move_is_taken() -> None:
    assert untaken(Repair, start, PATHS) == {
        ("label_ready", "awaiting_item", "awaiting_item"),
        ("money_not_returned", "converted", "converted"),
        ("money_not_returned", "declined_return", "declined_return"),
        ("money_not_returned", "sent_back", "sent_back"),
        ("money_not_returned", "made_good", "made_good"),
        ("return_by_hand", "made_good", "made_good"),
        ("return_by_hand", "sent_back", "sent_back"),
    }


def test_a_quote_that_is_accepted_is_paid() -> None:
    (paid,) = walk(start(), (*HERE, QUOTE, ACCEPT)).effects(ChargeDifference)
    assert (paid.order, paid.amount) == ("SO-1", yuan(60))


class Unanswered(Scenario):
    """The provider has not answered yet."""

    def _perform(self, ask: Ask) -> None:
        if not isinstance(ask.effect, ChargeDifference):
            super()._perform(ask)


def test_no_work_and_no_refund_on_the_customers_word_alone() -> None:
    for work in (REPAIRED, CANNOT):
        case = Unanswered(Repair, subject="RP-1").act("authorise", order_no="SO-1", lines=LINES)
        walk(case, (*HERE, QUOTE, ACCEPT))
        with pytest.raises(Refusal, match="payment has come in"):
            walk(case, (work,))
        assert case.effects(PayRefund) == []


def test_what_finance_returns_by_hand_is_written_down_once() -> None:
    case = walk(start({PayRefund: no("route closed")}), (*HERE, QUOTE, ACCEPT, CANNOT, BY_HAND))
    (refund,) = case.effects(RecordRefund)
    assert (refund.order, refund.amount, refund.refund_no) == ("SO-1", yuan(60), "BANK-1")
    assert "return_by_hand" not in case.offers(FINANCE)
    assert "return_by_hand" not in walk(start(), (*HERE, QUOTE, ACCEPT, CANNOT)).offers(FINANCE)


def test_what_was_paid_goes_back_once() -> None:
    case = walk(start(), (*HERE, QUOTE, ACCEPT, CANNOT))
    assert len(case.effects(PayRefund)) == 1
    assert "ChargeDifference" not in case.undoable


def test_a_paid_repair_that_fails_is_refunded() -> None:
    (refund,) = walk(start(), (*HERE, QUOTE, ACCEPT, CANNOT)).effects(PayRefund)
    assert refund.amount == yuan(60)
    assert walk(start(), (*HERE, FREE, CANNOT)).effects(PayRefund) == []


def test_a_declined_quote_costs_the_inspection() -> None:
    (fee,) = walk(start(), (*HERE, QUOTE, DECLINE)).effects(BookReceivable)
    assert fee.amount == yuan(20)


def test_a_makers_fault_is_the_suppliers() -> None:
    case = walk(start(), (IN, diagnose("manufacture"), FREE, REPAIRED, PASS, SEND, SIGNED))
    assert case.effects(KeepRecord)[-1].book == "supplier_faults"
    assert case.undoable[-1] == "KeepRecord"


def test_kind_66_what_it_becomes_is_waited_for() -> None:
    case = walk(start(KNOWN), (*HERE, CANNOT, convert("refund")))
    assert (case.stage, case.effects(ReceiveStock)) == ("converted", []), "the item is its owner's still"
    walk(case, (child("refund_only", "rejected"),))
    assert (case.stage, case.case.into) == ("unrepairable", None)
    paid = walk(start(KNOWN), (*HERE, CANNOT, convert("refund"), child("refund_only", "refunded")))
    assert (paid.stage, len(paid.effects(ReceiveStock))) == ("made_good", 1)


def test_what_it_becomes() -> None:
    (exchange,) = walk(start(), (*HERE, CANNOT, convert())).effects(OpenCase)
    assert (exchange.form["order_no"], exchange.form["shop_pays_postage"]) == ("SO-1", True)
    (refund,) = walk(start(), (*HERE, CANNOT, convert("refund"))).effects(OpenCase)
    assert (refund.form["source"], refund.form["lines"]) == ("returned", LINES)


def test_a_wrong_waybill_is_voided() -> None:
    case = walk(start(), (*HERE, FREE, REPAIRED, PASS, SEND, SEND))
    assert case.kinds[-4:] == ["Message", "VoidWaybill", "BookWaybill", "Message"]


RECEIVER = {
    "receiver_name": "王小明",
    "phone": "13800000000",
    "address": {"province": "浙江省", "city": "杭州市", "district": "余杭区", "street": "文一西路 1 号"},
}
QUOTED = yes(
    value={"amount": "99"},
    goods=[{"line": 1, "sku": "KETTLE", "qty": 1, "location": "north"}],
    receiver=RECEIVER,
)
KNOWN: Answers = {QuoteRefund: QUOTED}


def test_kind_18_what_lies_in_the_workshop_is_exchanged_from_there() -> None:
    (opened,) = walk(start(KNOWN), (*HERE, CANNOT, convert())).effects(OpenCase)
    assert (opened.procedure, opened.form["are_here"]) == ("exchange", True)


@pytest.mark.parametrize("steps", [(QUOTE, DECLINE), (QUOTE, days(7)), (CANNOT, GIVE_BACK)])
def test_kind_18_it_is_sent_back_with_a_waybill(steps: tuple[Any, ...]) -> None:
    case = walk(start(KNOWN), (*HERE, *steps))
    assert case.stage == "declined_return"
    assert "goods_sent_back" in case.offers(LOGISTICS)
    (booked,) = walk(case, (BACK,)).effects(BookWaybill)
    assert (booked.waybill_no, booked.receiver, case.stage) == ("SF-2", "王小明", "sent_back")


def test_kind_18_what_is_refunded_stays_here_as_defective() -> None:
    case = walk(start(KNOWN), (*HERE, CANNOT, convert("refund"), child("refund_only", "refunded")))
    (kept,), (opened,) = case.effects(ReceiveStock), case.effects(OpenCase)
    (row,) = kept.lines
    assert (row.sku, row.disposition, row.location) == ("KETTLE", Disposition.DEFECTIVE, "north")
    assert opened.form["amount"] == {"amount": "99", "currency": "CNY"}


def test_kind_39_who_accepts_is_charged_once_and_shows_no_payment() -> None:
    case = walk(start(), (*HERE, QUOTE, act("accept_quote", CUSTOMER, decision="accept")))
    assert (case.stage, len(case.effects(ChargeDifference))) == ("repairing", 1)


def test_kind_39_the_shop_pays_the_postage() -> None:
    case = start({PrepareReturnLabel: yes(waybill_no="SF-9", carrier="sf")}, shop_pays_postage=True)
    assert messages([case])["label_ready"] == {"return_label"}


@pytest.mark.parametrize(("decision", "stage"), [("accept", "repairing"), ("decline", "declined_return")])
def test_kind_33_staff_say_what_the_customer_said(decision: str, stage: str) -> None:
    Refused(
        "by which way",
        (*HERE, QUOTE, act(f"{decision}_quote", AFTER_SALES, decision=decision)),
        "/channel",
    ).check(start)
    heard = act(f"{decision}_quote", AFTER_SALES, decision=decision, channel="phone")
    assert walk(start(), (*HERE, QUOTE, heard)).stage == stage


@pytest.mark.parametrize(
    ("steps", "goodwill"),
    [
        ((IN, diagnose("misuse"), CANNOT), "99"),
        ((IN, diagnose("wear"), CANNOT), "99"),
        ((IN, diagnose("wear"), FREE, CANNOT), "0"),
        ((IN, diagnose("manufacture"), CANNOT), "0"),
    ],
    ids=["misused", "worn out", "worn out in warranty", "made badly"],
)
def test_kind_01_what_its_owner_has_ruined_is_no_debt(steps: tuple[Any, ...], goodwill: str) -> None:
    (opened,) = walk(start(KNOWN), (*steps, convert("refund"))).effects(OpenCase)
    assert (opened.form["amount"]["amount"], opened.form["goodwill"]["amount"]) == ("99", goodwill)


def test_kind_66_an_item_that_comes_late_is_asked_for_by_nobody() -> None:
    (opened,) = walk(start(KNOWN), (days(14), LATE)).effects(OpenCase)
    again = Scenario(Repair, subject="RP-2").act("authorise", **opened.form)
    assert (again.stage, messages([again])) == ("awaiting_item", {})
    assert "item_in" in again.offers(WAREHOUSE_KEEPER)


def test_kind_66_a_lost_item_is_claimed_at_its_value() -> None:
    (opened,) = walk(start(KNOWN), (*HERE, FREE, REPAIRED, PASS, SEND, LOST)).effects(OpenCase)
    assert (opened.subject, opened.form["declared_value"]["amount"]) == ("SF-1", "99")


def test_kind_66_an_item_lost_on_its_way_to_its_owner_is_made_good_with_what_its_repair_cost() -> None:
    case = walk(start(KNOWN), (*HERE, QUOTE, ACCEPT, REPAIRED, PASS, SEND, LOST))
    (claim,) = case.effects(OpenCase)
    assert claim.form["paid"]["amount"] == "159"
    assert claim.form["parcel"]["lines"] == [{"sku": "KETTLE", "qty": 1}]
    assert case.entry.lines == (LineQty(line=1, qty=1),), "it comes back in no other case"


def test_kind_58_an_item_that_is_refunded_is_the_shops() -> None:
    kept = walk(start(KNOWN), (*HERE, CANNOT, GIVE_BACK))
    refunded = walk(start(KNOWN), (*HERE, CANNOT, convert("refund")))
    assert (kept.entry.lines, refunded.entry.lines) == ((), (LineQty(line=1, qty=1),))


LABEL: Answers = {**KNOWN, PrepareReturnLabel: yes(waybill_no="SF-9", carrier="sf", freight={"amount": "8"})}
POSTED = act("customer_ships", CUSTOMER, carrier="YTO", waybill_no="YT-1", postage="11", photo=["file:1"])


def with_label() -> Scenario:
    return start(LABEL, shop_pays_postage=True)


@pytest.mark.parametrize(
    ("cause", "priced", "asked", "payer"),
    [
        ("misuse", (QUOTE, ACCEPT), [68], "customer"),
        ("wear", (FREE,), [], "shop"),
        ("manufacture", (FREE,), [], "shop"),
    ],
)
def test_kind_38_who_is_at_fault_pays_the_postage_of_a_repair(
    cause: str, priced: tuple[Act, ...], asked: list[int], payer: str
) -> None:
    case = walk(with_label(), (IN, diagnose(cause), *priced, REPAIRED, PASS, SEND))
    assert [one.amount for one in case.effects(ChargeDifference)] == [yuan(sum_) for sum_ in asked]
    assert case.effects(BookWaybill)[-1].payer == payer


def test_kind_38_who_declines_a_repair_of_what_they_spoilt_owes_the_label() -> None:
    case = walk(with_label(), (IN, diagnose("misuse"), QUOTE, DECLINE))
    assert [one.amount for one in case.effects(BookReceivable)] == [yuan(28)]


@pytest.mark.parametrize(
    ("cause", "steps", "repaid"),
    [("manufacture", (), ["11"]), ("misuse", (QUOTE,), []), ("wear", (FREE,), ["11"])],
)
def test_kind_38_what_posting_an_item_has_cost_is_repaid_where_its_owner_is_not_at_fault(
    cause: str, steps: tuple[Act, ...], repaid: list[str]
) -> None:
    case = walk(start(KNOWN), (POSTED, IN, diagnose(cause), *steps))
    assert [one.form["amount"]["amount"] for one in case.effects(OpenCase)] == repaid
