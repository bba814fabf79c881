"""Products, sent with what nobody but the sender knows."""

from __future__ import annotations

from decimal import Decimal

import pytest

from activities.catalogue.contract import LIST_PRICE
from models.values import yuan
from tests.procedures.paths import act, walk
from tests.procedures.products import test_design_request as design
from tests.procedures.products import test_price_change as price
from tests.procedures.products import test_product_delisting as delisting
from tests.procedures.products import test_product_listing as listing
from tests.procedures.products import test_product_selection as selection
from tests.scenario import person
from workflows.language.filling import filled_in
from workflows.language.refusals import InvalidForm
from workflows.language.sources import sources_of
from workflows.procedures.products.price_change import Margin, Redraft
from workflows.procedures.products.product_delisting import Disposal, Proposal
from workflows.procedures.products.product_listing import ProductInfo, Publication
from workflows.procedures.products.product_selection import FirstPurchase, Scores
from workflows.vocabulary import (
    CONTENT_EDITOR,
    DESIGNER,
    FINANCE,
    OPS_MANAGER,
    OPS_SPECIALIST,
    PURCHASING,
    TECH,
    WAREHOUSE_KEEPER,
)


def test_a_page_has_the_price_that_all_were_told() -> None:
    page = {name: value for name, value in listing.PAGE.items() if name != "price"}
    case = walk(listing.start(), (*listing.WORDED, act("enter_data", CONTENT_EDITOR, **page)))
    assert (case.stage, case.case.price) == ("data_entered", yuan(98))


def test_kind_63_a_page_has_the_price_that_the_book_has() -> None:
    """Another one is a price change, which everybody is told of; it is said here for goods that have none."""
    source = sources_of(ProductInfo)["price"]
    assert (source.kind, source.asks.reading if source.asks else None) == ("known", LIST_PRICE)


def test_a_page_goes_live_now_or_went_earlier() -> None:
    case = walk(listing.start(), listing.SCHEDULED)
    values, said = filled_in(case.machine.context, Publication, person(OPS_SPECIALIST))
    assert values["publish_at"] == said["publish_at"]["maximum"] == case.machine.context.now
    case.act("publish", OPS_SPECIALIST, **values)
    assert walk(case, (act("tech_check", TECH, **listing.TECHNICAL),)).stage == "post_audit"


def test_a_draft_has_the_number_that_comes_next() -> None:
    sent = act("submit_draft", DESIGNER, files=["file:1"])
    assert walk(design.start(), (*design.DRAFTING, sent, design.CHANGE, sent)).case.drafts == 2
    with pytest.raises(InvalidForm, match="known to be 2, not 1"):
        walk(design.start(), (*design.REVIEW, design.CHANGE, design.draft(1)))


def test_a_candidate_is_bought_from_whom_was_chosen_under_a_number_of_its_own() -> None:
    case = walk(selection.start(), selection.ASKED)
    values, _ = filled_in(case.machine.context, Scores, person(OPS_SPECIALIST))
    assert [row["supplier"] for row in values["scores"]] == [one["supplier"] for one in selection.OFFERS]
    walk(case, selection.CHOSEN[len(selection.ASKED) :])
    values, _ = filled_in(case.machine.context, FirstPurchase, person(PURCHASING))
    assert values == {"qty": 200, "supplier": "S-1"}
    case.act("start_purchase", PURCHASING, qty=200)
    assert case.stage == "onboarded"
    assert case.case.procurement_no.startswith("PO-PC-1-")


def test_the_margin_follows_from_price_and_costs() -> None:
    assert walk(selection.start(), selection.COSTED).case.margin_pct == Decimal(50)


def test_what_a_unit_costs_is_the_books_word() -> None:
    case = walk(price.new(), (price.draft(),))
    values, _ = filled_in(case.machine.context, Margin, person(FINANCE))
    assert values == {"unit_cost": yuan(40), "lowest_30d_price": yuan(95)}
    with pytest.raises(InvalidForm, match=r"known to be 40\.00 CNY"):
        walk(case, (price.margin(unit_cost=41),))


def test_a_proposal_is_written_anew_from_the_last_one() -> None:
    case = walk(price.new(), (price.draft(price.CUT), price.margin()))
    values, _ = filled_in(case.machine.context, Redraft, person(OPS_SPECIALIST))
    assert (values["skus"], values["reason"]) == ([row.model_dump() for row in case.case.skus], "rival")


def test_no_more_is_written_down_than_is_left() -> None:
    case = walk(delisting.new(), (*delisting.APPROVED, delisting.DELIST))
    values, said = filled_in(case.machine.context, Disposal, person(WAREHOUSE_KEEPER))
    assert (values["qty"], said["qty"]) == (12, {"maximum": 12})
    with pytest.raises(InvalidForm, match="at most 12, not 13"):
        case.act("dispose", WAREHOUSE_KEEPER, method="scrap", qty=13)


def test_a_verdict_has_no_way_that_is_taken_as_a_rule() -> None:
    mains = selection.ProductSelection.declaration.main_events
    assert "review" not in mains
    assert mains["ready_for_purchase"] == "start_purchase"
    assert OPS_MANAGER in selection.ProductSelection.declaration.stages["review"].role


def test_nobody_counts_what_the_stocks_book_has_counted() -> None:
    fields = Proposal.model_json_schema()["properties"]
    known = {"stock_left", "open_orders", "sales_30d"}
    assert {name for name, field in fields.items() if field.get("x-from", "").startswith("book:")} == known
