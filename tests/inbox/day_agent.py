"""An agent's day: orders confirmed and doubted, a new address on the phone, a question, a broken cup, a handover.

001-m 三3, 000-d 四: whoever answers customers checks orders, says what is known, and hands over what others must do.
"""

from __future__ import annotations

from playwright.async_api import expect

from api.labels import Language
from tests.inbox import office
from tests.inbox.days import SHAPES, Day, Days
from tests.inbox.shop import ADDRESS, ALL_OK

pytest_plugins = ("tests.inbox.day_fixtures",)
ROLES = ("cs_agent",)


async def works(day: Day) -> None:
    shop = day.shop
    customer = office.number("C")
    plain, moved, doubtful, handed = [await shop.order(customer_no=customer) for _ in range(4)]
    broken = await office.delivered(shop, customer_no=customer)
    colleague = await shop.staff("cs_agent")

    await day.begins()
    await day.finds(plain.case, "My roles")
    await day.claims()
    await day.does_with("confirm", ALL_OK, to="allocated")

    # somebody telephones: another street number, and nothing else
    await day.looks_up(moved.case)
    await day.chooses("edit_address")
    await day.answers({"new_address.street": "文三路 487 号", "channel": "phone"})
    await day.sends()
    await office.comes_to_hold(shop, moved.case, address={**ADDRESS, "street": "文三路 487 号"})
    await day.looks_up(moved.case)
    await day.sees("文三路 487 号")
    await day.does_with("confirm", ALL_OK, to="allocated")

    await day.finds(doubtful.case, "My roles")
    await day.does(
        "query_customer",
        to="awaiting_customer",
        question="电话打不通，请给一个能联系上的号码",
        channel="chat",
        fields_in_doubt=["phone"],
    )
    await day.looks_up(doubtful.case)
    await day.does_with(
        "customer_reply",
        {"corrected_fields.phone": "13912340002", "channel": "chat"},
        to="pending_confirmation",
    )

    await day.looks_up(doubtful.case)
    await replies(day)
    await hands_over(day, handed.case, colleague.id)
    await answers_a_question(day, customer, broken.number)
    await takes_a_request(day, broken.case)
    await day.ends()

    assert (await office.data(shop, doubtful.case))["phone"] == "13912340002"
    assert await office.owner(shop, handed.case) == colleague.id
    request = await office.child(shop, broken.case, "aftersales_request")
    asked = await office.data(shop, request)
    assert (asked["wanted"], asked["lines"]) == ("exchange", [{"line": 2, "qty": 1}])


async def replies(day: Day) -> None:
    """By a quick reply, whose facts are filled in."""
    await day.page.locator("[popovertarget=replies]").click()
    await day.page.locator("#replies [data-reply*='13912340002']").click()
    said = day.page.locator("[data-comment]")
    await expect(said).to_have_value("请确认收货地址：浙江省 杭州市 西湖区 文三路 478 号，电话 13912340002。")
    await day.page.locator("form.say .say-buttons button").last.click()
    await day.sees("请确认收货地址")
    assert len(await office.comments(day.shop, day.case)) == 1


async def hands_over(day: Day, case: str, colleague: str) -> None:
    await day.looks_up(case)
    await day.claims()
    await day.page.locator("[popovertarget=assign-menu]").click()
    menu = day.page.locator("#assign-menu")
    await menu.locator("#assign-to").fill(colleague)
    await menu.locator("button.main").click()
    await office.is_owned_by(day, colleague)


async def answers_a_question(day: Day, customer: str, order: str) -> None:
    """The customer is looked up by a case of theirs; what is begun from there knows who it is and which order."""
    page = day.page
    await day.looks_up(f"order_fulfilment:tmall:{order}")
    await page.locator(f"a[href^='/inbox/customers/{customer}']").click()
    await expect(page.locator(".customer-head")).to_be_visible()
    await expect(page.locator(".customer-main").get_by_text(order).first).to_be_visible()
    await page.locator("#start a[href*='procedure=customer_inquiry&']").click()
    form = page.locator("#start form")
    await expect(form.locator("[name='f.customer_no']")).to_have_value(customer)
    asked = {"topic": "delivery", "message": "周末也送货吗？", "channel": "phone"}
    inquiry = await office.starts(day, "customer_inquiry", asked)
    await day.does("pick_up", to="in_service")
    await day.looks_up(inquiry)
    await day.does(
        "close_answered",
        to="answered",
        answer_category="delivery-weekend",
        reminded_favourite=True,
        reminded_follow_shop=False,
    )
    assert (await office.data(day.shop, inquiry))["customer_no"] == customer


async def takes_a_request(day: Day, order: str) -> None:
    """One of the cups came broken: it is asked about by its name."""
    await day.looks_up(order)
    await day.chooses("open_aftersales")
    await day.page.locator('[name="f.lines.0._take"]').uncheck()
    await day.answers(
        {
            "request_type": "exchange",
            "lines.1.qty": 1,
            "channel": "phone",
            "reason": "damaged_in_transit",
            "photos": "broken.txt",
        }
    )
    await day.sends()


@SHAPES
async def test_an_agents_day(days: Days, size: str, language: Language) -> None:
    await works(await days.of(*ROLES, size=size, language=language))
