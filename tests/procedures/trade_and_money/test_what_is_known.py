"""Trade and money, by people who send only what nobody knows: the rest is filled in, or proposed to them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest
from pydantic_core import to_jsonable_python

from activities.settlement.contract import MatchStatement
from activities.stock.contract import FREE_OF, ReserveStock
from activities.trade.contract import CREDIT_LEFT, LEVEL_PRICE, PriceOrder
from models.book_reading import BookReading
from tests.scenario import MONDAY, Scenario, person, yes
from workflows.language.filling import filled_in
from workflows.language.refusals import InvalidForm
from workflows.procedures.trade_and_money.b2b_contract import B2bContract, TermsAgain
from workflows.procedures.trade_and_money.brokered_sale import BrokeredSale
from workflows.procedures.trade_and_money.distributor_management import (
    CreditLimit,
    DistributorManagement,
    LeadAgain,
)
from workflows.procedures.trade_and_money.distributor_management import (
    TermsAgain as OtherTerms,
)
from workflows.procedures.trade_and_money.settlement_reconciliation import (
    Moved,
    MovedLess,
    SettlementReconciliation,
)
from workflows.procedures.trade_and_money.wholesale_order import WholesaleOrder
from workflows.vocabulary import (
    BANK_FEED,
    BUYER_ORG,
    DISTRIBUTION_MANAGER,
    DISTRIBUTOR,
    FINANCE,
    LOGISTICS,
    OPS_MANAGER,
    PURCHASING,
    SUPPLIER,
    TRADE_CENTRE,
    Form,
    Money,
    Role,
    yuan,
)
from workflows.wholesaling import Check, OrderOfQuote, Quote, Settlement

ADDRESS = {"province": "浙江", "city": "杭州", "district": "西湖", "street": "文三路 1 号"}
PLACES = [
    {"name": "王芳", "phone": "13800138000", "address": ADDRESS, "lines": [{"sku": "TEA", "qty": 60}]},
    {"name": "李娜", "phone": "13800138001", "address": ADDRESS, "lines": [{"sku": "TEA", "qty": 40}]},
]
RIGHT = {"credit_ok": True, "stock_ok": True, "price_ok": True}


def given(case: Scenario, form: type[Form], by: Role) -> dict[str, Any]:
    return filled_in(case.machine.context, form, person(by), books)[0]


def beside(case: Scenario, form: type[Form], by: Role) -> dict[str, Any]:
    _, said = filled_in(case.machine.context, form, person(by), books)
    return {name: one["x-fact"] for name, one in said.items() if "x-fact" in one}


def books(question: BookReading, by: Mapping[str, Any]) -> Any:
    """What they say: 40 are free, and 500 may still be owed."""
    return {
        FREE_OF: [{"sku": line.sku, "qty": 40} for line in by.get("lines", ())],
        CREDIT_LEFT: yuan(500),
        LEVEL_PRICE: yuan(8),
    }[question]


def quoted() -> Scenario:
    case = Scenario(WholesaleOrder, subject="W-1", answers={PriceOrder: yes(amount={"amount": "800"})})
    case.act(
        "ask_bulk", DISTRIBUTION_MANAGER, company="ACME", contact="Li", lines=[{"sku": "TEA", "qty": 100}],
        partner_no="P-1", channel="phone",
    )  # fmt: skip
    prices = to_jsonable_python(given(case, Quote, DISTRIBUTION_MANAGER)["prices"])
    return case.act("quote", DISTRIBUTION_MANAGER, prices=prices, valid_until="2026-12-01", lead_days=5)


def shipped() -> Scenario:
    case = quoted()
    lines = [line.model_dump() for line in given(case, OrderOfQuote, BUYER_ORG)["lines"]]
    case.act("accept_quote", BUYER_ORG, lines=lines, ship_to=PLACES, payment="credit")
    case.act("take_check", DISTRIBUTION_MANAGER, **RIGHT).act("on_credit", DISTRIBUTION_MANAGER, **RIGHT)
    return case.act("ship", LOGISTICS)


def test_an_order_is_shipped_under_the_numbers_that_it_has() -> None:
    case = shipped()
    assert (case.stage, case.case.partner_no) == ("shipping", "P-1")
    form = case.steps[-1].form
    assert form is not None
    assert form["order_nos"] == ["W-1-1", "W-1-2"] == [one.order for one in case.effects(ReserveStock)]


def test_a_quote_stays_with_whom_it_was_given_to() -> None:
    with pytest.raises(InvalidForm, match="P-1"):
        quoted().act(
            "accept_quote", BUYER_ORG, lines=[{"sku": "TEA", "qty": 100}], ship_to=PLACES, payment="credit",
            partner_no="P-2",
        )  # fmt: skip


def test_what_is_owed_is_proposed_to_whoever_settles() -> None:
    case = shipped().child("order_fulfilment", "delivered", ended=False)
    assert given(case, Settlement, FINANCE) == {"paid": yuan(800), "rebate": yuan(0)}


def test_who_checks_an_order_sees_what_it_comes_to() -> None:
    facts = beside(shipped(), Check, DISTRIBUTION_MANAGER)
    assert facts == {
        "price_ok": yuan(800), "stock_ok": [{"sku": "TEA", "qty": 40}], "credit_ok": yuan(500),
    }  # fmt: skip


def settling() -> Scenario:
    period = {"first": "2026-10-01", "last": "2026-10-31"}
    case = Scenario(SettlementReconciliation, subject="carrier-1")
    case.act("open_period", FINANCE, counterparty="carrier", period=period)
    return case.act("load", FINANCE, statement="file:1", statement_total="900")


def test_a_statement_is_that_of_the_settlement() -> None:
    (match,) = settling().effects(MatchStatement)
    assert match.counterparty == "carrier"


def test_what_moved_is_read_from_the_bank_beside_what_is_due() -> None:
    case = settling().act("approve", OPS_MANAGER, note="ok")
    assert given(case, MovedLess, FINANCE) == {"paid_at": MONDAY}
    assert beside(case, Moved, FINANCE) == {"amount": yuan(900)}


def matching() -> Scenario:
    case = Scenario(BrokeredSale, subject="T-1")
    case.act(
        "post", SUPPLIER, side="supply", goods="tea", qty="10", unit="kg", price="9", spec="GB",
        valid_until="2026-12-31", offered_by="S-1",
    )  # fmt: skip
    case.act("publish", TRADE_CENTRE, note="ok").act("choose_partner", BUYER_ORG, partner="B-1")
    return case.act("match", TRADE_CENTRE, note="ok").act("sign", BUYER_ORG)


def test_a_contract_has_a_number_of_its_own_and_all_money_goes_back() -> None:
    case = matching()
    assert str(case.case.contract).startswith("CT-T-1-")
    case.child("b2b_contract", "effective", ended=False).act("pay", BANK_FEED, amount="90")
    case.act("order_delivery", TRADE_CENTRE, delivery_unit="depot", pickup_date="2026-12-01")
    form = case.act("not_supplied", TRADE_CENTRE, reason="sold out").steps[-1].form
    assert case.stage == "defaulted"
    assert form is not None
    assert Money.model_validate(form["refund"]) == yuan(90)


def test_who_is_lost_is_known_and_who_is_met_may_be_put_right() -> None:
    case = Scenario(DistributorManagement, subject="D-1")
    case.act("add_lead", DISTRIBUTION_MANAGER, company="ACME", channel="fair", contact="Li")
    lead = given(case, LeadAgain, DISTRIBUTION_MANAGER)
    assert lead == {"company": "ACME", "channel": "fair", "contact": "Li"}
    case.act("contact", DISTRIBUTION_MANAGER, **{**lead, "contact": "Wang"})
    case.act("no_interest", DISTRIBUTION_MANAGER, note="too dear")
    assert (case.stage, case.case.company, case.case.contact) == ("lost", "ACME", "Wang")


def test_terms_are_changed_from_what_they_are() -> None:
    case = Scenario(DistributorManagement, subject="D-1")
    case.act("add_lead", DISTRIBUTION_MANAGER, company="ACME", channel="fair", contact="Li")
    case.act("contact", DISTRIBUTION_MANAGER, **given(case, LeadAgain, DISTRIBUTION_MANAGER))
    case.act("apply", DISTRIBUTOR, licence="file:1", shops=["https://a.example"], region="浙江")
    case.act("qualify", DISTRIBUTION_MANAGER, check_result="good")
    terms = {
        "price_level": "B",
        "rebate_pct": "3",
        "min_price_rule": "list",
        "payment": "30d",
        "drop_ship": True,
    }
    case.act("talk_terms", DISTRIBUTION_MANAGER, **terms, credit_limit="1000")
    assert given(case, CreditLimit, FINANCE) == {"credit_limit": yuan(1000)}
    case.act(
        "change_terms",
        DISTRIBUTION_MANAGER,
        **{**given(case, OtherTerms, DISTRIBUTION_MANAGER), "price_level": "A"},
    )
    assert (case.case.price_level, case.case.min_price_rule) == ("A", "list")
    assert str(case.act("sign", DISTRIBUTION_MANAGER).case.contract).startswith("CT-D-1-")


def test_a_contract_is_submitted_as_it_was_drafted() -> None:
    case = Scenario(B2bContract, subject="C-1").act(
        "draft", PURCHASING, kind="purchase", party="S-1", lines=[{"goods": "tea", "qty": 10, "price": "9.50"}],
        amount="95", delivery_date="2027-03-01", delivery_place=ADDRESS, payment_terms="30 days",
        quality_terms="GB", breach_terms="1 % a day",
    )  # fmt: skip
    before = case.case
    case.act("submit", PURCHASING, **given(case, TermsAgain, PURCHASING))
    assert (case.stage, case.case) == ("internal_review", before)
