"""An operations specialist's day: a platform's event signed up for, its plan, a new price told, a price looked back at.

002-b 五1, 八5, 001-t 四1, 001-b 第三章·1(3): operations proposes events and prices, and says what came of them.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from api.labels import Language
from tests.inbox import office
from tests.inbox.days import SHAPES, Day, Days
from tests.inbox.shop import Shop

pytest_plugins = ("tests.inbox.day_fixtures",)
ROLES = ("ops_specialist",)
ON_PAGES = "%Y-%m-%dT%H:%M"


async def works(day: Day) -> None:
    shop = day.shop
    told = await office.new_price(shop, "TEA-250", "169.00")
    lasting = await in_force(shop)

    await day.begins()
    await signs_up(day)
    await changes_a_price(day)
    await tells_the_team(day, told)
    await day.finds(lasting, "My roles")
    await day.does(
        "keep", to="closed", result="销量没有变化，保留新价", conversion_before="2.1", conversion_after="2.2"
    )
    await day.ends()


async def signs_up(day: Day) -> None:
    """From the platform's invitation to a plan that somebody else approves."""
    start = datetime.fromisoformat(office.in_days(20))
    end = start + timedelta(days=3)
    case = await office.begins(
        day,
        "campaign",
        {
            "name": "年终茶礼",
            "kind": "platform",
            "dates.first": start.date().isoformat(),
            "dates.last": end.date().isoformat(),
            "signup_deadline": (start - timedelta(days=10)).strftime(ON_PAGES),
        },
    )
    item = {"sku": "CUP-1", "normal_price.amount": "19.90", "event_price.amount": "15.90"}
    costs = {"unit_cost.amount": "6.00", "fees.amount": "1.20"}
    await day.does_with(
        "check_profit",
        {f"lines.0.{name}": value for name, value in (item | costs).items()},
        to="profit_checked",
    )
    await day.looks_up(case)
    await day.chooses("sign_up")
    await day.answers(
        {
            "platform_form_no": office.number("PF"),
            "goods.0.qty": 200,
            "follow_up_dates": (start - timedelta(days=12)).date().isoformat(),
        }
    )
    await day.sends()
    await day.shop.reaches(case, "signing_up")
    await day.looks_up(case)
    await day.does("submitted", to="platform_review")
    await day.looks_up(case)
    await day.does("platform_yes", to="plan_drafted", platform_reply="通过")
    await day.looks_up(case)
    plan: dict[str, Any] = {
        "theme": "年终茶礼",
        "start": start.strftime(ON_PAGES),
        "end": end.strftime(ON_PAGES),
        "mechanics": ["coupon"],
        "goals.0.metric": "sales",
        "goals.0.target": 4000,
        "budget.amount": "3000",
        "ship_promise_hours": 48,
        "stop_rules": "亏损即停",
    }
    await day.does_with("submit_plan", plan, to="approval")
    held = await office.data(day.shop, case)
    assert (held["theme"], held["main_products"]) == ("年终茶礼", ["CUP-1"])


async def changes_a_price(day: Day) -> None:
    start = datetime.fromisoformat(office.in_days(3)).strftime(ON_PAGES)
    case = await office.begins(
        day,
        "price_change",
        {"skus.0.sku": "CUP-1", "skus.0.new.amount": "18.90", "reason": "rival", "start": start},
    )
    await office.comes_to_hold(day.shop, case, compared=True)
    (row,) = (await office.data(day.shop, case))["skus"]
    assert row["old"]["amount"] == "19.90"


async def tells_the_team(day: Day, case: str) -> None:
    """Who quotes the price is told what to say; the notice goes out from the queue."""
    await day.finds(case, "My roles")
    await day.does("tell_team", to="announced", readers=["cs_agent"])
    notice = await office.child(day.shop, case, "change_broadcast")
    await day.finds(notice, "My roles")
    await day.does("send_notice", to="sent")


async def in_force(shop: Shop) -> str:
    """A price that has been in force for a while."""
    case = await office.new_price(shop, "TEA-250", "168.00", start=office.in_days(0.00001))
    await shop.act(case, "tell_team", {"script": "168 元", "readers": ["cs_agent"]})
    notice = await office.child(shop, case, "change_broadcast")
    held = await office.data(shop, notice)
    names = ("what", "new", "effective_from", "script_for_customers", "readers")
    await shop.act(notice, "send_notice", {name: held[name] for name in names})
    await shop.act(notice, "read_one", {"understood": True})
    await shop.reaches(case, "monitoring")
    return case


@SHAPES
async def test_an_operations_specialists_day(days: Days, size: str, language: Language) -> None:
    await works(await days.of(*ROLES, size=size, language=language))
