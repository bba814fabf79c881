"""A purchaser's day: what is planned is approved, quoted, agreed on and ordered; a supplier that is late is
asked, put off and closed short; a difference on the dock is settled; and the supplier is graded.

001-n 1, 001-k 3.1.3, 001-e 第五条, 第八条: who plans doesn't approve, and nothing is bought but on contract.
"""

from __future__ import annotations

from datetime import timedelta

import pytest
from playwright.async_api import expect

from api.labels import LANGUAGES, Language
from tests.inbox.days import Day, Days
from tests.inbox.shop import until
from tests.inbox.supply import COST, ORDERED, Supply, today

pytest_plugins = ("tests.inbox.day_fixtures",)
ROLES, BY_HAND = ("purchasing",), False
CAME, MORE = 30, 10
GOOD = 90


async def works(day: Day) -> None:
    supply = Supply(day.shop)
    sku = await supply.goods("狮峰龙井", "C-01", 3)
    maker, other = await supply.supplier(), await supply.supplier()
    late = await supply.purchase(sku, maker)

    await day.begins()
    case = await buys(day, supply, sku, maker, other)
    await hears_that_it_is_late(day, late)
    await settles_what_is_missing(day, supply, late, sku)
    await keeps_a_supplier(day, supply, maker)
    await day.ends()
    (bought,) = (await day.shop.get("/books/purchases", purchase=case.rpartition(":")[2]))["items"]
    assert bought["supplier"] == maker


async def buys(day: Day, supply: Supply, sku: str, maker: str, other: str) -> str:
    """From the plan, which turns out too small, to the order that is paid ahead: as far as it is purchasing's."""
    shop = day.shop
    need_by = (today() + timedelta(days=20)).isoformat()
    plan = {"reason": "low_stock", "lines.0.sku": sku, "lines.0.qty": ORDERED, "lines.0.need_by": need_by}
    case = await day.begins_case("procurement", {**plan, "est_total": "4000"})
    await shop.reaches(case, "plan_drafted")
    await supply.act("finance", case, "budget_ok", budget_line="货款", amount_left={"amount": "9000"})
    await shop.reaches(case, "budget_check")
    await day.looks_up(case)
    more = {"lines.0.qty": ORDERED + MORE, "est_total.amount": "4800", "reason_changed": "春茶提前上市"}
    await day.does_with("replan", more, to="plan_drafted")
    await supply.act("finance", case, "budget_ok", budget_line="货款", amount_left={"amount": "9000"})
    await shop.reaches(case, "budget_check")
    await day.looks_up(case)
    await day.does("submit", to="approval")
    await supply.approved(case)
    await shop.reaches(case, "inquiry")

    await day.finds(case, "My roles")
    quotes: dict[str, object] = {}
    for row, (supplier, price) in enumerate(((maker, COST), (other, "84"))):
        of = f"quotes.{row}"
        quotes |= {f"{of}.supplier": supplier, f"{of}.sku": sku, f"{of}.price": price, f"{of}.lead_days": 5}
    await day.does_with("ask_prices", {**quotes, "reason_fewer": "本地只有两家茶厂"}, to="compared")
    await day.looks_up(case)
    await day.does("negotiate", to="negotiating", final_terms="货到三十天付款", supplier=maker)
    await day.looks_up(case)
    await day.does(
        "draft_contract",
        to="contract_drafted",
        quality_terms="国标一级",
        payment_terms="prepaid",
        penalty="每日千分之五",
    )
    await supply.ordered(case)
    await supply.act("finance", case, "prepay", payment_ref=shop.number("ICBC"))
    await shop.reaches(case, "prepaid")
    await day.looks_up(case)
    promised = (today() + timedelta(days=9)).isoformat()
    await day.does("start_supply", to="in_production", promised_date=promised, channel="phone")
    return case


async def hears_that_it_is_late(day: Day, case: str) -> None:
    """The supplier is asked, and names another day; what it has is on its way."""
    shop = day.shop
    later = (today() + timedelta(days=24)).isoformat()
    await day.looks_up(case)
    await day.does("remind_supplier", note="二十号前能到吗？")
    await until(lambda: has_step(day, case, "remind_supplier"), f"{case}: nobody was reminded")
    await day.looks_up(case)
    await day.does("delay", new_date=later, cause="连日下雨，不能采摘", channel="phone")

    async def is_put_off() -> bool:
        return (await shop.get(f"/cases/{case}"))["data"]["promised_on"] == later

    await until(is_put_off, f"{case} isn't put off")
    await day.looks_up(case)
    await day.does_with(
        "supplier_ships",
        {"delivery_note": "note.txt", "eta": today().isoformat(), "qty.0.qty": CAME, "channel": "email"},
        to="shipped_by_supplier",
    )


async def settles_what_is_missing(day: Day, supply: Supply, case: str, sku: str) -> None:
    """Of thirty on the paper twenty-eight came: they are kept, and the rest of the order is given up."""
    shop = day.shop
    delivery = await supply.child(case, "inbound_receiving")
    await supply.taken_in(delivery, sku, announced=CAME, counted=CAME - 2)
    await supply.act("receiver", delivery, "differs", kind="short", qty=2, photos=["file:seen"])
    await shop.reaches(delivery, "discrepancy")
    await day.finds(delivery, "My roles")
    await day.does("settle_difference", to="count_check", decision="accept_actual", note="按实收数入库")
    await supply.shelved(delivery, sku, CAME - 2)
    await shop.reaches(case, "partly_received")
    await day.looks_up(case)
    await day.does("short_close", to="received", reason="今年不再有货")
    assert [(one["sku"], one["qty"]) for one in (await shop.get(f"/cases/{case}"))["data"]["cancelled"]] == [
        (sku, ORDERED - CAME + 2)
    ]


async def keeps_a_supplier(day: Day, supply: Supply, supplier: str) -> None:
    await graded(day, supply, supplier, GOOD)
    await day.does("keep", to="kept")
    await expect(day.page.locator("#detail .fault")).to_have_count(0)


async def graded(day: Day, supply: Supply, supplier: str, grade: int) -> str:
    """The supplier of the quarter, by what the books say of it and, where they say nothing, by this grade; it has heard
    of that.
    """
    shop = day.shop
    first = (today() - timedelta(days=60)).isoformat()
    period = {"period.first": first, "period.last": today().isoformat()}
    case = await day.begins_case(
        "supplier_evaluation", {"supplier": supplier, **period, "trigger": "routine"}
    )

    async def is_for_people_or_known() -> bool:
        return "data_ready" in await shop.stages(case) or bool(
            (await shop.get(f"/cases/{case}"))["data"]["unread"]
        )

    await until(is_for_people_or_known, f"{case} has no figures, and asks for none")
    if "opened" in await shop.stages(case):
        await day.looks_up(case)
        figures = {
            "on_time_pct": grade,
            "qc_pass_pct": grade,
            "return_pct": 0,
            "claims": 0,
            "price_index": 100,
        }
        await day.does_with("load_data", figures, to="data_ready")
    await shop.reaches(case, "data_ready")
    known = (await shop.get(f"/cases/{case}"))["data"]
    of_figure = {"quality": "qc_pass_pct", "delivery": "on_time_pct", "price": "price_index"}
    judged = {part: grade for part, figure in of_figure.items() if known[figure] is None}
    await supply.act("ops_specialist", case, "score", service=grade, **judged)
    await shop.reaches(case, "scored")
    await day.looks_up(case)
    await day.does("discuss", to="discussed", channel="phone", supplier_comment="雨季过后准时供货")
    await day.looks_up(case)
    return case


async def has_step(day: Day, case: str, action: str) -> bool:
    steps = (await day.shop.get(f"/cases/{case}/history"))["items"]
    return any(step["action"] == action for step in steps)


# who buys sits at a desk, or calls a supplier on the way; goods are in others' hands
@pytest.mark.parametrize(
    ("size", "language"), [(size, language) for language in LANGUAGES for size in ("desktop", "phone")]
)
async def test_a_purchasers_day(days: Days, size: str, language: Language) -> None:
    await works(await days.of(*ROLES, size=size, language=language, by_hand=BY_HAND))
