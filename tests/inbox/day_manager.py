"""A general manager's day: what is late, approvals one by one and together, refusals with a reason, targets, a report.

001-k 3.1, 001-n 1(1), 001-p 第五条4: the general manager decides about money above limits, and about people, and reads
reports.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from playwright.async_api import expect

from api.labels import Language, label
from tests.inbox import office
from tests.inbox.days import SHAPES, Day, Days
from tests.inbox.shop import Order, Shop

pytest_plugins = ("tests.inbox.day_fixtures",)
ROLES = ("gm", "cs_supervisor")
"""In a small store the general manager also stands in for the head of customer service."""


async def works(day: Day) -> None:
    shop = day.shop
    late = await held(shop)
    granted, refused = [await generous(shop) for _ in range(2)]
    leaves = [await leave(shop) for _ in range(3)]
    report = await handed_in(shop)
    employee = await shop.hire("ops_specialist")

    await day.begins()
    await decides_what_is_late(day, late)
    await day.finds(granted, "My roles")
    await day.does("approve", to="refunded", decision_note="老客户，这次给")
    await day.finds(refused, "My roles")
    await day.does("reject", to="rejected", decision_note="已补发过一次")
    await approves_together(day, leaves)

    await day.finds(report, "My roles")
    await day.does("ask_more", to="more_asked", question="退货率为什么上升？")
    await shop.act(report, "submit", {"progress": "杯子破损多，已换内衬", "problems": []})
    await shop.reaches(report, "submitted")
    await day.looks_up(report)
    await day.does("accept", to="accepted", note="好")

    await sets_targets(day, employee.id)
    await day.ends()

    assert await office.answered(shop, refused, "reject") == {"decision_note": "已补发过一次"}
    for case in leaves:
        assert await office.answered(shop, case, "approve") == {"note": "有人替班"}


async def held(shop: Shop) -> Order:
    """An order on hold that was to be looked at before now."""
    order = await shop.order()
    soon = (datetime.now(UTC) + timedelta(seconds=2)).isoformat()
    await shop.act(order.case, "hold", {"reason": "address", "note": "门牌号不清", "review_by": soon})
    await shop.reaches(order.case, "on_hold")
    return order


async def generous(shop: Shop) -> str:
    """A refund beyond what an agent may grant."""
    order = await office.delivered(shop)
    case = await office.begun(
        shop,
        "refund_only",
        office.number("RF"),
        {
            "source": "goodwill",
            "order_no": order.number,
            "goodwill": {"amount": "120"},
            "amount": {"amount": "120"},
        },
    )
    sums = {"goods": "0", "goodwill": "120", "total": "120"}
    money = {name: {"amount": amount} for name, amount in sums.items()}
    await office.is_quoted(shop, case)
    await shop.act(case, "set_amount", {**money, "reason": "客户很不满意"})
    await shop.reaches(case, "approval")
    return case


async def leave(shop: Shop) -> str:
    stand_in = await shop.staff("picker")
    first = (datetime.now(UTC) + timedelta(days=40)).date().isoformat()
    asked = {
        "kind": "annual",
        "first_day": first,
        "last_day": first,
        "stand_in": stand_in.id,
        "reason": "回老家",
    }
    return await office.begun(shop, "leave_request", office.number("LV"), asked)


async def handed_in(shop: Shop) -> str:
    """The report of a week that nobody has reported of yet."""
    weeks = int(office.number("W").partition("-")[2])
    year, week, _ = (datetime.now(UTC) - timedelta(weeks=weeks)).isocalendar()
    case = await office.begun(shop, "work_report", f"week-{year}-W{week:02}", {})
    told = {"problem": "破损", "solution": "换内衬"}
    await shop.act(case, "submit", {"progress": "销售 12 万元", "problems": [told], "next_steps": "备货"})
    await shop.reaches(case, "submitted")
    return case


async def decides_what_is_late(day: Day, late: Order) -> None:
    await day.goes_to("Overdue")
    await day.page.locator(".list-pane a[href='/inbox/late']").click()
    await expect(day.page.locator(".list-pane h1")).to_have_text(day.says("Late in the store"))
    await expect(day.page.locator(".aside-list li").filter(has_text=late.number)).to_be_visible()
    await day.goes_to("Overdue")
    await day.finds(late.case)
    await expect(day.page.locator("#detail .due.late").first).to_be_visible()
    await day.does("release", to="pending_confirmation", finding="电话确认过，地址无误")


async def approves_together(day: Day, cases: list[str]) -> None:
    """Several of a kind at once, each with its result."""
    await day.closes()
    await day.goes_to("My roles")
    await day.page.locator("#q").fill("LV-")
    await expect(day.page.locator("#rows[data-query*='LV-']")).to_be_visible()  # choosing before that is lost
    for case in cases:
        await day.screen.row(case).locator("input[name=tasks]").check()
    bar = day.page.locator("#bulk")
    await day.screen.sees("{n} selected", bar, n=len(cases))
    approve = label("action", "approve", day.language, "leave_request")
    await bar.get_by_role("button", name=approve, exact=True).click()
    await day.answers({"note": "有人替班"}, bar)
    await bar.locator("button[type=submit]").click()
    await day.screen.sees("{n} of {all} done", bar, n=len(cases), all=len(cases))
    for case in cases:
        await day.shop.reaches(case, "approved")
    await bar.locator("[data-clear]").click()


async def sets_targets(day: Day, employee: str) -> None:
    """What somebody's half-year is judged by."""
    measures = (("sales", 50, 120000), ("order_efficiency", 30, 95), ("satisfaction", 20, 98))
    answers: dict[str, object] = {"employee": employee}
    for row, (metric, weight, target) in enumerate(measures):
        given = {"metric": metric, "weight": weight, "target": target}
        answers |= {f"measures.{row}.{name}": value for name, value in given.items()}
    case = await office.begins(day, "performance_appraisal", answers)
    await day.shop.reaches(case, "targets_set")
    assert (await office.data(day.shop, case))["employee"] == employee


@SHAPES
async def test_a_general_managers_day(days: Days, size: str, language: Language) -> None:
    await works(await days.of(*ROLES, size=size, language=language))
