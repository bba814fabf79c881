"""What the purchases' book answers: an estimate, the contract's costs, what is due."""

from __future__ import annotations

from datetime import date

import pytest

from activities.purchase_plans.contract import CostSaid, EstimatePurchase, MatchCosts, ReadPurchase
from activities.purchasing.contract import (
    CostedLine,
    DebitSupplier,
    PlacePurchase,
    PostReceipt,
    PrepaySupplier,
)
from activities.stock.contract import Receipt, ReceiveStock
from activities.suppliers.contract import AdmitSupplier
from models.values import PricedLine, SkuQty, yuan
from tests.activities.desk import NOON, Books, rows

PLACE = PlacePurchase(
    purchase="PO-1",
    supplier="S-1",
    contract="K-1",
    lines=(PricedLine(sku="cup", qty=10, unit_price=yuan(38)),),
    delivery_date=NOON.date(),
)
POST = PostReceipt(note="IN-1", purchase="PO-1", lines=(CostedLine(sku="cup", qty=8, unit_cost=yuan(38)),))


def cny(amount: str) -> dict[str, str]:
    return {"amount": amount, "currency": "CNY"}


@pytest.fixture
def placed(books: Books) -> Books:
    admit = AdmitSupplier(
        supplier="S-1",
        company="Kilns",
        contract="K-1",
        valid_from=date(2026, 1, 1),
        valid_to=date(2026, 12, 31),
    )
    assert books.do(admit).ok
    assert books.do(PLACE).ok
    return books


def test_kind_07_the_contract_says_what_the_goods_cost(placed: Books) -> None:
    right = placed.do(MatchCosts(purchase="PO-1", lines=(CostSaid(sku="cup", qty=8),)))
    assert rows(right) == [{"sku": "cup", "unit_cost": cny("38.00")}]
    typed = (CostSaid(sku="cup", qty=8, unit_cost=yuan(99)), CostSaid(sku="jug", qty=1))
    wrong = placed.do(MatchCosts(purchase="PO-1", lines=typed))
    assert wrong.reason == "cup costs 38.00 CNY by the contract, not 99.00 CNY; jug isn't in purchase PO-1"
    assert rows(wrong) == rows(right)
    assert placed.do(MatchCosts(purchase="PO-9", lines=typed)).reason == "there is no purchase PO-9"


def test_kind_07_what_is_due_is_read_from_the_book(placed: Books) -> None:
    placed.do(PrepaySupplier(purchase="PO-1", amount=yuan(300), payment_no="B-1"))
    placed.do(POST)
    placed.do(DebitSupplier(note="IN-1", purchase="PO-1", amount=yuan(38), reason="chipped"))
    assert placed.do(ReadPurchase(purchase="PO-1")).data == {
        "received_value": cny("304.00"),
        "prepaid": cny("300.00"),
        "debited": cny("38.00"),
        "paid": cny("0.00"),
        "due": cny("-34.00"),
    }
    assert not placed.do(ReadPurchase(purchase="PO-9")).ok


def test_an_estimate_is_what_the_goods_cost_last(placed: Books) -> None:
    placed.do(ReceiveStock(reference="IN-0", lines=(Receipt(sku="cup", qty=3),)))
    new = placed.do(EstimatePurchase(lines=(SkuQty(sku="cup", qty=5),)))
    assert new.data == {
        "estimate": None,
        "unknown": ["cup"],
        "stock": [{"sku": "cup", "free": 3, "coming": 10}],
    }
    placed.do(POST)
    known = placed.do(EstimatePurchase(lines=(SkuQty(sku="cup", qty=5),)))
    assert (known.data["estimate"], rows(known, "stock")[0]["coming"]) == (cny("190.00"), 2)
