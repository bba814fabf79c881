"""A finance clerk's day: refunds that the provider doesn't return, what a purchase costs from its budget to its
invoice, a month's statement that differs from the books, and money that fails for good.

001-k 3.1.3, 001-o 二3, 四3, 001-d 5, 7: finance pays what others have approved, and nobody checks their own work.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, Generator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import pytest
from playwright.async_api import expect

from api.labels import LANGUAGES, Language
from tests.inbox import office
from tests.inbox.bank import TAKEN, Provider, provider
from tests.inbox.days import Day, Days
from tests.inbox.depot import STORE_FILE
from tests.inbox.shop import Order, Shop, gateway, until
from tests.inbox.supply import ORDERED, Supply, today
from tests.kills.stack import Stack

pytest_plugins = ("tests.inbox.day_fixtures",)
ROLES = ("finance",)
PAID_BACK = {"goods": "0", "goodwill": "10", "total": "10"}
OWED = {name: {"amount": amount} for name, amount in PAID_BACK.items()}


@dataclass(frozen=True)
class Purchases:
    """What waits for finance of three purchases, one after the other on their way."""

    planned: str
    contracted: str
    received: str
    delivery: str
    """Of what was received last."""
    sku: str


async def works(day: Day, bank: Provider) -> None:
    shop, supply = day.shop, Supply(day.shop)
    refused, half_done = [await declined(shop) for _ in range(2)]
    returned = await inspected(shop)
    checker = (await shop.staff("finance", language="en")).id
    by_bank = {"route": "bank", "account": "招商银行 6225 8801 2345", "checked_by": day.account}
    await supply.act("finance", half_done, "retry", **by_bank)
    purchases = await bought(supply)
    failed = await out_of_reach(shop, bank)

    await day.begins()
    await pays_another_way(day, refused, half_done, checker)
    await pays_for_goods_that_came_back(day, returned)
    await plans_and_contracts(day, supply, purchases)
    await pays_a_supplier(day, supply, purchases)
    await settles_a_month(day, supply)
    await reports_what_failed(day, bank, failed)
    await day.ends()


# --- refunds


async def pays_another_way(day: Day, refused: str, half_done: str, checker: str) -> None:
    """The provider didn't take this money, and won't return it: another way is named, and somebody else pays."""
    await day.finds(refused, "My roles")
    await day.does("retry", to="paying", route="bank", account="工商银行 6222 0212", checked_by=checker)
    await day.finds(half_done, "My roles")
    await day.sees("招商银行 6225 8801 2345")
    await day.does("pay_ok", to="refunded", payment_ref=office.number("ICBC"))


async def pays_for_goods_that_came_back(day: Day, case: str) -> None:
    """What is due is known from the books; how it went back is said."""
    await day.finds(case, "My roles")
    await day.does("pay_refund", to="refunded", route="manual")
    assert (await office.data(day.shop, case))["refunded"]["amount"] == "39.80"


async def declined(shop: Shop) -> str:
    """A refund of money that didn't come through the provider."""
    return await goodwill(shop, await office.delivered(shop), "failed")


async def goodwill(shop: Shop, order: Order, reached: str) -> str:
    asked: dict[str, Any] = {"source": "goodwill", "order_no": order.number}
    asked |= dict.fromkeys(("goodwill", "amount"), OWED["goodwill"])
    case = await office.begun(shop, "refund_only", office.number("RF"), asked)
    await office.is_quoted(shop, case)
    await shop.act(case, "set_amount", {**OWED, "reason": "包装破损"})
    await shop.reaches(case, reached)
    return case


async def inspected(shop: Shop) -> str:
    """A return that came back as it went out."""
    order = await office.delivered(shop)
    request = await office.requested(shop, order, "return", reason="no_reason")
    case = await office.child(shop, request, "return_refund")
    waybill = office.number("SFR")
    await shop.act(case, "customer_ships", {"carrier": "sf", "waybill_no": waybill})
    await office.comes_in(shop, case, waybill)
    await Supply(shop).act("qc", case, "start_inspection")
    fine = {"lines": [{"line": 2, "qty": 2, "condition": "as_new"}], "fault_owner": "customer"}
    await Supply(shop).act("qc", case, "pass_inspection", **fine)
    await office.comes_to_hold(shop, case, by_hand=True)
    return case


# --- purchases


async def bought(supply: Supply) -> Purchases:
    sku = await supply.goods("狮峰龙井", "C-01", 3)
    maker = await supply.supplier()
    planned, received = await supply.planned(sku), await supply.purchase(sku, maker)
    delivery = await supply.delivery(sku, received)
    await supply.taken_in(delivery, sku)
    await supply.booked_in(delivery, ORDERED)
    contracted = await supply.contracted(sku, maker, "prepaid")
    return Purchases(planned, contracted, received, delivery, sku)


async def plans_and_contracts(day: Day, supply: Supply, purchases: Purchases) -> None:
    """There is money for the plan; a contract is audited, and signed by both sides before anything is ordered."""
    await day.finds(purchases.planned, "My roles")
    await day.does_with("budget_ok", {"budget_line": "货款", "amount_left.amount": "9000"}, to="budget_check")
    await day.finds(purchases.contracted, "My roles")
    await day.does("audit_contract", to="finance_audit")
    contract = await supply.child(purchases.contracted, "b2b_contract")
    await supply.reviewed(contract)
    await day.finds(contract, "My roles")
    await day.does("finance_ok", to="sent", note="条款与报价一致")
    await supply.signed(contract)
    await day.shop.reaches(purchases.contracted, "ordered")
    await day.looks_up(purchases.contracted)
    await day.does("prepay", to="prepaid", payment_ref=office.number("ICBC"))

    await day.finds(contract, "My roles")
    for kind in ("order", "invoice", "delivery"):
        paper = {"document_kind": kind, "number": office.number("DOC"), "file": f"{kind}.txt"}
        await day.does_with("exchange_documents", paper)
        await until(lambda kind=kind: is_filed(day, contract, kind), f"{contract} has no {kind}")
        await day.looks_up(contract)
    await day.does("complete", to="fulfilled", delivered_ok=True, paid_ok=True)


async def is_filed(day: Day, contract: str, kind: str) -> bool:
    return kind in (await office.data(day.shop, contract))["papers"].values()


async def pays_a_supplier(day: Day, supply: Supply, purchases: Purchases) -> None:
    """The receipt is booked; an invoice for more than came is held, and the next one is paid."""
    shop = day.shop
    await day.finds(purchases.delivery, "My roles")
    await day.chooses("book_receipt")
    await day.sends()
    await until(lambda: is_answered(day, purchases.delivery, "book_receipt"), "the receipt isn't booked")
    await supply.put_away(purchases.delivery, purchases.sku, ORDERED)
    await shop.reaches(purchases.received, "received")

    buyer = await shop.staff("purchasing")
    await day.finds(purchases.received, "My roles")
    wrong = {"invoice_no": office.number("INV"), "difference.amount": "80", "owner": buyer.id}
    await day.does_with("invoice_mismatch", {**wrong, "note": "多开了一件"})
    await until(lambda: is_answered(day, purchases.received, "invoice_mismatch"), "nobody was told")
    await day.looks_up(purchases.received)
    await day.does("pay_balance", to="settled", invoice_no=office.number("INV"), three_way_match=True)


async def is_answered(day: Day, case: str, action: str) -> bool:
    return await office.answered(day.shop, case, action) is not None


# --- a statement


async def settles_a_month(day: Day, supply: Supply) -> None:
    """The carrier asks for a parcel that the books don't have, and for a few cents more."""
    shop = day.shop
    first, last = month_before(int(office.number("M").partition("-")[2]))
    period = {"period.first": first.isoformat(), "period.last": last.isoformat()}
    case = await day.begins_case("settlement_reconciliation", {"counterparty": "carrier", **period})
    unknown, lines = office.number("SFU"), "单号,金额\n"
    lines += f"{unknown},18.00\n{office.number('SFV')},0.30\n"
    statement = {"name": "顺丰.csv", "mimeType": "text/csv", "buffer": lines.encode()}
    await day.does_with("load", {"statement": statement, "statement_total.amount": "18.30"}, to="differences")

    await day.looks_up(case)
    logistics = await supply.colleague("logistics")
    await day.does("explain", to="explaining", line=unknown, owner=logistics, question="这单是我们的吗？")
    await supply.act("logistics", case, "owner_reply", cause="missing_order", note="补发件，没有登记")
    await shop.reaches(case, "differences")

    await day.looks_up(case)
    await day.chooses("adjust")
    entry = day.form.locator('[name="f.entries.0.line"]')
    await expect(entry).to_have_value(unknown)
    await day.answers({"entries.0.reason": "补发件，补登运费"})
    await day.page.locator("#act [data-rows=entries] [data-remove-row]").last.click()
    await day.sends()
    await shop.reaches(case, "adjusted")
    await office.comes_to_hold(shop, case, open_lines=1)
    await day.looks_up(case)
    await day.does("to_approval", to="approval")
    await supply.act("gm", case, "approve", note="可以")
    await day.finds(case, "My roles")
    await day.does_with(
        "paid", {"payment_ref": office.number("ICBC"), "amount.amount": "18.30"}, to="settled"
    )
    assert (await office.data(shop, case))["corrected"]["amount"] == "18.00"


def month_before(count: int) -> tuple[date, date]:
    """The first and the last day of the month so many months ago."""
    first = last = today().replace(day=1)
    for _ in range(count):
        last = first - timedelta(days=1)
        first = last.replace(day=1)
    return first, last


# --- an incident


async def out_of_reach(shop: Shop, bank: Provider) -> str:
    """A refund that the provider can't be asked for: it takes the store for somebody else."""
    order = await shop.order("awaiting_payment")
    number = order.number.replace("SO-", TAKEN)
    await shop.act(order.case, "pay", {"paid": {"amount": "375.80"}, "payment_no": number})
    await shop.reaches(order.case, "pending_confirmation")
    bank.refuses_key = True
    case = await goodwill(shop, order, "paying")

    async def has_failed() -> bool:
        return bool((await shop.get(f"/cases/{case}"))["incidents"])

    await until(has_failed, f"{case} has no incident")
    return case


async def reports_what_failed(day: Day, bank: Provider, case: str) -> None:
    """Finance sees what has failed and who decides about it, and asks them; then the money goes back by itself."""
    shop = day.shop
    mender = await shop.staff("tech")
    await day.finds(case, "My roles")
    card = day.page.locator("#detail .incident-card")
    await expect(card).to_contain_text("STRIPE_API_KEY")
    await expect(card.locator("form")).to_have_count(0)
    await day.screen.sees("Operations decide about this.", card)
    await day.comments(f"@{mender.id} 退款卡住了，客户在等")
    bank.refuses_key = False
    (incident,) = (await shop.get(f"/cases/{case}"))["incidents"]
    decided = {"do": "retry", "reason": "密钥已更新"}
    await shop.post(f"/cases/{case}/incidents/{incident['key']}", decided)
    await shop.reaches(case, "refunded")
    await day.looks_up(case)
    await expect(day.page.locator("#detail .incident-card")).to_have_count(0)


# --- the store


@pytest.fixture(scope="module")
def bank() -> Generator[Provider]:
    with provider() as bank:
        yield bank


@pytest.fixture(scope="module")
async def shop(tmp_path_factory: pytest.TempPathFactory, bank: Provider) -> AsyncGenerator[Shop]:
    """A store whose payment provider is somebody else: what didn't come through them, they don't return."""
    home = tmp_path_factory.mktemp("finance") / "data"
    home.mkdir()
    (home / "store.toml").write_text(STORE_FILE, "utf-8")
    with gateway() as carrier:
        asked = {"carrier_url": carrier.url, "stripe_api_key": "sk_test_1", "stripe_api_base": bank.url}
        stack = Stack(home, **asked)
        async with stack.running():
            shop = Shop(stack, carrier)
            await shop.open()
            yield shop
            await shop.http.aclose()


# who pays sits at a desk, and looks at a phone on the way
@pytest.mark.parametrize(
    ("size", "language"), [(size, language) for language in LANGUAGES for size in ("desktop", "phone")]
)
async def test_a_finance_clerks_day(days: Days, bank: Provider, size: str, language: Language) -> None:
    await works(await days.of(*ROLES, size=size, language=language), bank)
