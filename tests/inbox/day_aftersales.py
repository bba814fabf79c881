"""An after-sales clerk's day: requests decided, goods inspected, a deduction, a repair, a refusal and its appeal.

001 2.2.6, 3.1.4, 000-d 五: after-sales answers for returns, exchanges, repairs and refunds, and for the goods' quality.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from playwright.async_api import expect

from api.labels import Language
from tests.inbox import office
from tests.inbox.days import SHAPES, Day, Days
from tests.inbox.shop import GOODS, Shop

pytest_plugins = ("tests.inbox.day_fixtures",)
ROLES = ("after_sales", "qc")
"""In a small store who decides about goods also inspects them: 001 2.2.6."""
CUP = GOODS["CUP-1"]


async def works(day: Day) -> None:
    shop = day.shop
    doubtful, wanted, faulty, unfounded = [
        await office.requested(shop, await office.delivered(shop), *what)
        for what in (("refund",), ("exchange",), ("repair",), ("refund",))
    ]
    spoilt = await arrived(shop)

    await day.begins()
    await refunds(day, doubtful)
    await exchanges(day, wanted)
    await mends(day, faulty)
    await refuses(day, unfounded)
    await inspects(day, spoilt)
    await day.ends()


async def takes_on(day: Day, request: str) -> None:
    """What it is about stands there by the goods' names."""
    await day.finds(request, "My roles")
    await day.sees(CUP)
    await day.does("start_review", to="under_review")
    await day.looks_up(request)


async def refunds(day: Day, request: str) -> None:
    """The customer is asked first, and answers on the phone; then money goes back, and the request is closed."""
    shop = day.shop
    await takes_on(day, request)
    tomorrow = datetime.fromisoformat(office.in_days(1)).strftime("%Y-%m-%dT%H:%M")
    await day.does("ask_info", to="need_info", needed="请发一张破损照片", due=tomorrow)
    await day.looks_up(request)
    await day.does("give_info", to="under_review", answer="照片已发到微信", channel="phone")
    await day.looks_up(request)
    decided = {"liability": "shop", "freight_payer": "shop", "loss_estimate.amount": "20.00"}
    await day.does_with("approve_refund", decided)
    refund = await office.child(shop, request, "refund_only")
    await office.is_quoted(shop, refund)
    await day.looks_up(refund)
    await day.does("set_amount", reason="杯口有裂纹")
    await shop.reaches(refund, "refunded")
    await shop.reaches(request, "remedied")
    await day.looks_up(request)
    later = (datetime.now() + timedelta(days=7)).date().isoformat()  # noqa: DTZ005 - a day on any clock
    await day.does("close", to="closed", root_cause="packing", follow_up_date=later, record_complete=True)
    assert (await office.data(shop, refund))["total"]["amount"] == "39.80"


async def exchanges(day: Day, request: str) -> None:
    """Within seven days it is granted by itself; the customer tells on the phone by which parcel the old goods come."""
    case = await office.child(day.shop, request, "exchange")
    await day.shop.reaches(case, "awaiting_shipment")
    await day.looks_up(case)
    await day.sees(CUP)
    posted = {"carrier": "sf", "waybill_no": office.number("SFX"), "channel": "phone"}
    await day.does_with("customer_ships", posted, to="in_return_transit")


async def mends(day: Day, request: str) -> None:
    """A repair within warranty, up to its test."""
    shop = day.shop
    await takes_on(day, request)
    decided = {"liability": "supplier", "freight_payer": "shop", "loss_estimate.amount": "5.00"}
    await day.does_with("approve_repair", decided)
    case = await office.child(shop, request, "repair")
    item = {"serial_no": office.number("SN"), "accessories": ["盒子"], "appearance": "杯口有裂纹"}
    await shop.reaches(case, "awaiting_item")
    await shop.act(case, "item_in", {**item, "photos": [await office.kept(shop, case)]})
    await shop.reaches(case, "received")
    await day.finds(case, "My roles")
    await day.does("diagnose", to="diagnosing", fault="釉面开裂", cause="manufacture")
    await day.looks_up(case)
    ready = (datetime.now() + timedelta(days=3)).date().isoformat()  # noqa: DTZ005 - a day on any clock
    await day.does("in_warranty", to="repairing", covered=True, ready_date=ready)
    await day.looks_up(case)
    await day.does("repaired", to="testing", work_done="重新上釉")
    await day.looks_up(case)
    await day.does("test_ok", to="returning", checklist_passed=True)


async def refuses(day: Day, request: str) -> None:
    """With the clause of the policy; the customer appeals on the phone, and somebody else decides about that."""
    await takes_on(day, request)
    await day.does(
        "reject", to="rejected", policy_clause="售后政策 3.2", explanation="超过签收 48 小时且无照片"
    )
    await day.looks_up(request)
    await day.does("appeal", to="appealed", grounds="我当天就打过电话", channel="phone")


async def inspects(day: Day, case: str) -> None:
    """One of two cups is spoilt: shown by a photo, and the customer agrees to get less."""
    shop = day.shop
    await day.finds(case, "My roles")
    await day.does("start_inspection", to="inspecting")
    await day.looks_up(case)
    await day.chooses("fail_inspection")
    await expect(day.form.get_by_text(CUP).first).to_be_visible()
    await day.answers(
        {
            "lines.0.qty": 2,
            "lines.0.condition": "damaged",
            "fault_owner": "customer",
            "photos": "cup.txt",
            "note": "有茶渍",
        }
    )
    await day.sends()
    await shop.reaches(case, "negotiating")
    await day.looks_up(case)
    await day.does_with(
        "agree_partial",
        {
            "deduction.amount": "10.00",
            "reason": "有茶渍",
            "customer_agrees": True,
            "channel": "phone",
        },
        to="partial_agreed",
    )
    await day.looks_up(case)
    await day.does("partial_to_refund", reason="有茶渍", customer_agrees=True)
    await shop.reaches(case, "refunded")
    assert (await office.data(shop, case))["deduction"]["amount"] == "10.00"


async def arrived(shop: Shop) -> str:
    """A return that has come."""
    order = await office.delivered(shop)
    request = await office.requested(shop, order, "return", reason="no_reason")
    case = await office.child(shop, request, "return_refund")
    waybill = office.number("SFR")
    await shop.act(case, "customer_ships", {"carrier": "sf", "waybill_no": waybill})
    await office.comes_in(shop, case, waybill)
    return case


@SHAPES
async def test_an_aftersales_clerks_day(days: Days, size: str, language: Language) -> None:
    await works(await days.of(*ROLES, size=size, language=language))
