"""No amount in any form moves more than the books allow: absurd ones are refused, or ask for what a book refuses."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path as FilePath

import pytest

from activities.contracts import EFFECTS
from tests.activities.bounds import HELD
from tests.procedures.absurd import absurd_answers, played_in
from workflows.registry import registry

HERE = FilePath(__file__).parent
MODULES = sorted(f"{path.parent.name}.{path.stem}" for path in HERE.glob("*/test_*.py"))

MOVES_NOTHING = {
    "CheckOrderPrices": "the book says whether it is too cheap",
    "CheckPrices": "the book says what differs",
    "CheckWithdrawal": "the book says whether it may come back",
    "CompareCount": "the book says how far the count is off",
    "CountCampaignStock": "it is counted what is there",
    "EstimatePurchase": "it is estimated from the books",
    "FindLines": "the book says whether an order has such lines",
    "ExpectPurchase": "it says what is to come, and nobody owes that",
    "FilePaper": "a paper says what it says",
    "KeepRecord": "it is written down",
    "MatchCosts": "the book says whether the costs are the contract's",
    "MatchStatement": "the book says what differs",
    "Message": "words",
    "Notify": "words",
    "OpenCase": "the other case judges what it is begun with",
    "PriceOrder": "the book says what it costs",
    "QuoteRefund": "the book says what was paid",
    "QuoteReturn": "the book says what was paid",
    "SealContract": "a text that both sides have agreed on",
    "SendEvent": "the other case judges it",
    "TellParent": "the other case judges it",
}
"""Effects that move neither money nor stock, points or credit."""

EXCEPTIONS = {
    "campaign promo_ready coupons.quota": "a quota is no coupon: each is given out by the members' book",
    "exchange try_again wanted.qty": "the stock's book keeps what is there, and what is dearer is paid before it ships",
    "inbound_receiving draft_note lines.unit_cost": "MatchCosts has held it against the contract before",
    "online_direct_sale fill_order lines.price": "the buyer's own money: the bank says yes or no to it",
    "online_direct_sale fill_order lines.qty": "likewise; what isn't there is refunded when it ships",
    "carrier_selection sign_contract prices.first_kg": "it bounds what a waybill may cost, and moves no money",
    "carrier_selection sign_contract prices.further_kg": "likewise",
    "order_fulfilment create_waybill freight_fee": "the carriers' book bounds it by the contract, where there is one; "
    "its statement is held against it, and from the spending limit up the gm approves what is paid",
    "order_fulfilment create_waybill further.freight_fee": "likewise",
    "order_fulfilment pack package_count": "a piece may go in several packages: they cost no more by that",
    "product_delisting dispose value": "what goods have fetched is noted beside them, and moves no money",
    "product_delisting start_clearance clearance_price": "a price at which nobody buys moves nothing",
    "product_listing fix price": "the page is checked again before it is published at that price",
    "return_refund waive extra_cost": "where no book puts a figure to it, the gm alone gives it up; else the book of "
    "compensation holds it to the limit of whoever does",
    "repair quote price": "the customer agrees to it before anything is charged",
}
"""Answers of forms with which more is asked of a book that doesn't refuse it, and why that may be."""


@pytest.mark.parametrize("name", MODULES)
def test_no_amount_moves_more_than_the_books_allow(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    tried: set[tuple[object, ...]] = set()
    beyond = [
        reached
        for played in played_in(import_module(f"tests.procedures.{name}"), monkeypatch)
        for reached in absurd_answers(played, tried)
        if reached.effect not in HELD | MOVES_NOTHING.keys() and " ".join(reached[:3]) not in EXCEPTIONS
    ]
    assert beyond == []


def test_what_is_excepted_is_there() -> None:
    for one in EXCEPTIONS:
        procedure, event, answer = one.split()
        form = registry().get(procedure).declaration.form_of(event)
        assert form is not None, (procedure, event)
        assert answer.partition(".")[0] in form.model_fields, (procedure, event, answer)
    assert HELD | MOVES_NOTHING.keys() <= EFFECTS.keys()
    assert not HELD & MOVES_NOTHING.keys()
