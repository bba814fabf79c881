"""What may happen once happens once, however many ask at the same moment."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest

from activities.catalogue.contract import SetProduct
from activities.counts.contract import FreezeScope
from activities.members.contract import SetMember
from activities.purchasing.contract import PlacePurchase, PrepaySupplier
from activities.settlement.contract import BookStaffPay, CloseSettlement, Counterparty
from activities.stock.contract import Receipt, ReceiveStock
from activities.suppliers.contract import AdmitSupplier
from activities.trade.contract import DrawCredit, GiveCreditBack, OpenPriceList, SettleCredit
from models.database import reading
from models.effect import Effect, Outcome
from models.tables.settlement import StaffPay
from models.tables.trade import Distributor
from models.values import PricedLine, SkuQty, yuan
from tests.activities.desk import NOON, Books

MANY = range(6)


def at_once(books: Books, effects: list[Effect]) -> list[Outcome]:
    gate = Barrier(len(effects))

    def do(place: int) -> Outcome:
        gate.wait()
        return books.do(effects[place], f"9.{place}")

    with ThreadPoolExecutor(len(effects)) as pool:
        return list(pool.map(do, range(len(effects))))


def _freeze(number: int) -> Effect:
    return FreezeScope(count=f"C-{number}", scope=("cup",))


def _prepay(number: int) -> Effect:
    return PrepaySupplier(purchase=f"PO-{number}", amount=yuan(1), payment_no="P-1")


def _settle(number: int) -> Effect:
    return CloseSettlement(
        batch=f"B-{number}",
        counterparty=Counterparty.PLATFORM,
        payment_no="P-1",
        amount=yuan(5),
        paid_at=NOON,
    )


@pytest.mark.parametrize(
    "ask",
    [_freeze, _settle, _prepay],
    ids=["a frozen scope", "a settlement's payment", "a prepayment"],
)
def test_one_of_many_has_it(books: Books, ask: Callable[[int], Effect]) -> None:
    books.do(SetProduct(sku="cup", title="Cup"))
    books.do(
        AdmitSupplier(
            supplier="S-1", company="Kilns", contract="K-1", valid_from=NOON.date(), valid_to=NOON.date()
        )
    )
    for number in MANY:
        lines = (PricedLine(sku="cup", qty=10, unit_price=yuan(5)),)
        place = PlacePurchase(
            purchase=f"PO-{number}",
            supplier="S-1",
            contract="K-1",
            lines=lines,
            delivery_date=NOON.date() + timedelta(days=1),
        )
        assert books.do(place).ok
    outcomes = at_once(books, [ask(number) for number in MANY])
    assert [outcome.ok for outcome in outcomes].count(True) == 1


@pytest.mark.parametrize(
    "entry",
    [SetProduct(sku="cup", title="Cup"), SetMember(member="M-1", name="Li Lei")],
    ids=["sku", "member"],
)
def test_one_of_many_makes_it_and_the_others_find_it(books: Books, entry: Effect) -> None:
    outcomes = at_once(books, [entry for _ in MANY])
    assert [outcome.data["created"] for outcome in outcomes].count(True) == 1


def test_of_two_pay_runs_one_is_kept(books: Books) -> None:
    at_once(books, [BookStaffPay(employee="wang", period="2026-05", parts={"base": yuan(n)}) for n in MANY])
    with reading(books.engine) as session:
        assert [row.replaced for row in session.query(StaffPay)].count(False) == 1


def test_credit_that_is_paid_and_given_back_at_once_is_free_once(books: Books) -> None:
    books.do(OpenPriceList(distributor="D-1", company="South", level="gold", payment="30d"))
    cups = (SkuQty(sku="cup", qty=2),)
    for number in range(8):
        books.do(DrawCredit(partner="D-1", order="WO-0", lines=cups, amount=yuan(500)))
        order, key = f"WO-{number + 1}", f"{number}.1"
        books.do(DrawCredit(partner="D-1", order=order, lines=cups, amount=yuan(30)), key)
        paid = SettleCredit(partner="D-1", order=order, paid=yuan(30), rebate=yuan(0))
        gate = Barrier(2)

        def pay(effect: Effect = paid, gate: Barrier = gate, key: str = key) -> Outcome:
            gate.wait()
            return books.do(effect, f"pay {key}")

        def give_back(gate: Barrier = gate, key: str = key) -> Outcome:
            gate.wait()
            return books.do(GiveCreditBack(of=key), f"back {key}", of=key)

        with ThreadPoolExecutor(2) as pool:
            pool.submit(pay)  # refused, where what was owed is given back already
            given_back = pool.submit(give_back)
        assert given_back.result().ok
    with reading(books.engine) as session:
        assert session.get_one(Distributor, ("tmall", "D-1")).used == 5_000_000


def test_new_goods_that_come_in_any_order_never_wait_for_each_other(books: Books) -> None:
    for again in range(5):
        goods = [Receipt(sku=f"cup-{again}-{number}", qty=1) for number in range(20)]
        receipts: list[Effect] = [
            ReceiveStock(reference="IN-1", lines=tuple(lines)) for lines in (goods, goods[::-1])
        ]
        gate = Barrier(2)

        def receive(
            place: int, again: int = again, gate: Barrier = gate, asked: list[Effect] = receipts
        ) -> bool:
            gate.wait()
            return books.do(asked[place], f"{again}.{place}").ok

        with ThreadPoolExecutor(2) as pool:
            assert all(pool.map(receive, range(2)))
        assert books.stock(goods[0].sku).on_hand == 2
