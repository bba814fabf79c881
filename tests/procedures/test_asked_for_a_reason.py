"""What people are asked though it sounds as if somebody knew it: each with its reason."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from tests.scenario import documented
from workflows.language.forms import Form
from workflows.language.procedure import Procedure
from workflows.language.sources import sources_of

LIKE_KNOWN = re.compile(
    r"(^|_)(signer|signature|signed|operator|checker|picker|packer|counter|handler|inspector|agent|clerk|by|who|user"
    r"|employee|today|now|at|on|date|day|time|no|number|total|sum|balance|amount|roi|ctr|cpc|attempt|attempts|done"
    r"|count|revision|store|shop|owner|approver|stock|price|cost|value|left)(_|$)"
)
"""Names that sound like what the case, the caller, the clock, a number range or a book knows."""

ASKED_FOR_A_REASON = {
    "It stands on another's paper, and is scanned or read off it.": (
        "b2b_contract.Signatures.signed_file b2b_contract.ContractPaper.number bad_review.Fake.platform_case_no "
        "carrier_selection.Quotes.price_table exchange.SentBack.waybill_no "
        "inbound_receiving.Announced.purchase_no inbound_receiving.OrderFound.purchase_no "
        "inbound_receiving.GoodsCount.delivery_note_no "
        "logistics_exception.Detected.waybill_no logistics_exception.CarrierAsked.carrier_case_no "
        "logistics_exception.PaidOut.payment_no lost_parcel_claim.Report.waybill_no "
        "lost_parcel_claim.Trace.carrier_case_no order_fulfilment.Waybill.waybill_no "
        "order_fulfilment.ParcelBack.parcel_no presale_preship.Departure.waybill_no "
        "procurement.Invoice.invoice_no procurement.Mismatch.invoice_no repair.ItemIn.serial_no "
        "repair.SentBack.waybill_no return_refund.SentBack.waybill_no "
        "return_refund.PostagePaid.payment_no settlement_reconciliation.Statement.statement_total "
        "supplier_onboarding.Offer.price_list supplier_onboarding.TheirSignature.signed_file"
    ),
    "It says what the case is to be about: nothing knows that before.": (
        "aftersales_request.Request.order_no commission_settlement.MonthTarget.employee "
        "customer_care.Unsubscribing.customer_no member_management.Spending.order_no "
        "out_of_stock.Report.order_no permission_grant.Wanted.employee product_listing.Request.shop "
        "refund_only.RefundRequest.order_no satisfaction_survey.Unsubscribing.customer_no "
        "conversion_diagnosis.Trigger.value daily_store_check.NewDay.shop"
    ),
    "Somebody outside the store says it, or did it.": (
        "logistics_exception.Detected.reported_by member_management.Closure.requested_by "
        "supplier_onboarding.TheirSignature.signer carrier_selection.Quotes.pickup_time"
    ),
    "Somebody else than who acts is chosen.": (
        "bad_review.Assignment.agent cs_quality_review.Sample.agent customer_care.Gift.customer_no "
        "exchange.ShipFirst.approver procurement.Mismatch.owner refund_only.Retry.checked_by "
        "settlement_reconciliation.Question.owner"
    ),
    "It is decided, promised or agreed here.": (
        "b2b_contract.Terms.delivery_date bad_review.Offer.amount complaint.Finding.at_fault "
        "complaint.Offer.cost complaint.Obedience.cost distributor_management.Terms.price_level "
        "distributor_management.Terms.min_price_rule leave_request.Leave.last_day "
        "logistics_exception.Compensation.amount major_decision_approval.Matter.needed_by "
        "market_research.Request.needed_by order_fulfilment.Split.who_pays_extra_freight "
        "order_fulfilment.Promise.promised_at out_of_stock.Partial.ship_now "
        "presale_preship.Selection.batch_no product_selection.Costing.target_price "
        "return_refund.Inspection.fault_owner training.Plan.date "
        "supplier_onboarding.Score.price"
    ),
    "It is estimated, and no book can.": (
        "carrier_selection.Choice.est_cost_per_parcel major_decision_approval.Matter.cost "
        "product_selection.Costing.unit_cost store_setup.PlatformChoice.est_cost"
    ),
    "No book of the store has it.": (
        "campaign.Review.cost cs_quality_review.Sample.reminders_done "
        "customer_inquiry.Closing.reminded_follow_shop "
        "distributor_management.Breach.seen_price "
        "logistics_cost_review.Costs.orders_without_cost logistics_cost_review.Costs.warehouse_cost "
        "logistics_cost_review.Costs.total procurement.Budget.amount_left "
        "supplier_evaluation.Figures.on_time_pct"
    ),
    "Its name only looks like one that is known: it holds words.": (
        "campaign.Review.next_time cross_department_issue.Done.done "
        "product_selection.Costing.value_points repair.Repaired.work_done "
        "site_change.Proposal.user_value"
    ),
}


def forms_of_people() -> Iterator[tuple[type[Procedure], type[Form]]]:
    """Each form that people answer."""
    for procedure in documented():
        forms = {
            move.form
            for _, move in procedure.declaration.all_transitions
            if move.form is not None and any(role.is_person for role in move.by)
        }
        yield from ((procedure, form) for form in forms)


def sounding_known() -> set[str]:
    """The answers that are needed, are left to people, and sound as if they needn't be."""
    return {
        f"{procedure.key}.{form.__name__}.{name}"
        for procedure, form in forms_of_people()
        for name, field in form.model_fields.items()
        if field.is_required() and name not in sources_of(form) and LIKE_KNOWN.search(name)
    }


def test_what_sounds_known_is_asked_for_a_reason_alone() -> None:
    named = [name for names in ASKED_FOR_A_REASON.values() for name in names.split()]
    assert len(named) == len(set(named))
    assert sounding_known() == set(named), "mark what is known, or say why people are asked"


NUMBERED_BY_PERIOD = ("daily_store_check", "logistics_cost_review", "work_report")
"""One case for each day, week or month: whoever begins one by hand writes that, and never a second one."""

ALL = sorted(documented(), key=lambda one: one.key)


@pytest.mark.parametrize("procedure", ALL, ids=[one.key for one in ALL])
def test_whom_people_start_gets_a_number_by_itself(procedure: type[Procedure]) -> None:
    """A range of numbers, where people start it; none, where others do, or where a period is its number."""
    starts = [move for _, move in procedure.declaration.all_transitions if move.is_start]
    by_people = any(role.is_person for move in starts for role in move.by)
    assert bool(procedure.numbers) == (by_people and procedure.key not in NUMBERED_BY_PERIOD)
    assert re.fullmatch(r"[A-Z]{0,5}", procedure.numbers)


def test_no_two_procedures_draw_from_one_range() -> None:
    ranges = [procedure.numbers for procedure in documented() if procedure.numbers]
    assert len(ranges) == len(set(ranges))
