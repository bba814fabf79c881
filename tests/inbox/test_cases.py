"""One case: what is asked, what is sent, and what may go wrong on the way."""

from __future__ import annotations

import re
from pathlib import Path

from playwright.async_api import expect

from tests.inbox.screens import Screen, Screens
from tests.inbox.shop import STORE, Shop


async def fills_in_packing(screen: Screen) -> None:
    for name, answer in (("goods_qty", "4"), ("package_count", "1"), ("weight_kg", "1.5")):
        await screen.field(name).fill(answer)


async def test_a_form_shows_what_is_known_proposes_and_leaves_open_what_is_checked(
    shop: Shop, screens: Screens
) -> None:
    order = await shop.order("packing")
    screen = await screens.at(await shop.hire("packer"))
    screen.may_be_told(422)
    await screen.goes(f"/inbox/?q={order.number}")
    await screen.opens(order)
    await expect(screen.field("goods_qty")).to_have_value("")
    await expect(screen.card.locator('.field:has([name="f.goods_qty"]) .origin')).to_have_text("4")
    await screen.field("weight_kg").fill("1.2")
    await screen.sees("Draft, {when}", screen.card, when="今天")
    await screen.goes(f"/inbox/?q={order.number}")
    await screen.opens(order)
    await expect(screen.field("weight_kg")).to_have_value("1.2")
    await screen.clicks("Discard", screen.card)
    await expect(screen.field("weight_kg")).to_have_value("")

    await screen.field("package_count").fill("1")
    await screen.field("weight_kg").fill("heavy")
    await screen.field("goods_qty").fill("3")
    await screen.does_it()
    await screen.sees("Please look at the marked answers.", screen.card)
    await expect(screen.card.locator('.field:has([name="f.weight_kg"]) .fault')).to_be_visible()
    await expect(screen.field("weight_kg")).to_be_focused()
    await expect(screen.field("goods_qty")).to_have_value("3")
    await screen.field("weight_kg").fill("1.2")
    await screen.does_it()
    await expect(screen.card.locator('.field:has([name="f.goods_qty"]) .fault')).to_be_visible()
    await expect(screen.field("goods_qty")).to_be_focused()
    await expect(screen.field("weight_kg")).to_have_value("1.2")
    await screen.field("goods_qty").fill("4")
    await screen.does_it()
    await screen.sees(screen.action("pack"), screen.toast)
    await shop.reaches(order.case, "packed")


async def test_ticks_that_were_set_stay_where_something_else_is_wrong(shop: Shop, screens: Screens) -> None:
    order = await shop.order()
    screen = await screens.at(await shop.hire("cs_agent"))
    screen.may_be_told(422)
    await screen.goes_to_case(order)
    await screen.field("model_ok").check()
    await screen.field("qty_ok").check()
    await screen.does_it()
    await expect(screen.card.locator(".fault")).to_have_count(3)
    await expect(screen.field("price_ok")).to_be_focused()
    await expect(screen.field("model_ok")).to_be_checked()
    await expect(screen.field("price_ok")).not_to_be_checked()


async def test_an_action_is_taken_back_within_five_seconds_or_goes_out_by_itself(
    shop: Shop, screens: Screens
) -> None:
    order, following = await shop.order(), await shop.order()
    screen = await screens.at(await shop.hire("cs_agent"))
    await screen.goes()
    await screen.opens(order)
    await screen.ticks_all()
    await screen.card.locator("summary").click()
    await screen.field("note").fill("老客户")
    await screen.does_it()
    await screen.clicks(
        "Undo", screen.toast
    )  # at once: a busy machine may need most of the five seconds for it
    await screen.sees("Taken back", screen.toast)
    await screen.sees_case(order)
    await expect(screen.field("note")).to_have_value("老客户")
    assert await shop.stages(order.case) == ["pending_confirmation"]

    await screen.ticks_all()
    await screen.does_it()
    await screen.row_is_gone(order)
    assert await shop.stages(order.case) == ["pending_confirmation"]
    await expect(screen.detail.locator(f'.case[data-case="{order.case}"]')).to_have_count(0)
    await screen.sees_row(following)
    await shop.reaches(order.case, "allocated")


async def test_a_double_click_does_it_once(shop: Shop, screens: Screens) -> None:
    order = await shop.order("allocated")
    screen = await screens.at(await shop.hire("picker"))
    await screen.goes_to_case(order)
    await screen.card.locator("button[type=submit]").dblclick()
    await expect(screen.page.locator("#toasts .toast")).to_have_count(1)
    await shop.reaches(order.case, "picking")
    steps = (await shop.get(f"/cases/{order.case}/history"))["items"]
    assert [step["action"] for step in steps].count("start_picking") == 1


async def test_whoever_comes_second_is_told_and_keeps_what_they_typed(shop: Shop, screens: Screens) -> None:
    order = await shop.order("packing")
    first, second = await screens.at(await shop.hire("packer")), await screens.at(await shop.hire("packer"))
    second.may_be_told(409)
    for screen in (first, second):
        await screen.goes_to_case(order)
        await fills_in_packing(screen)
    await first.does_it()
    await shop.reaches(order.case, "packed")
    await second.does_it()
    await second.sees("The case has moved on.", second.detail)
    await second.sees("What you typed is kept as your draft.", second.detail)
    await second.sees("1.5", second.detail.get_by_role("alert"))


async def test_what_is_typed_outlives_a_lost_connection(shop: Shop, screens: Screens) -> None:
    order = await shop.order("packing")
    screen = await screens.at(await shop.hire("packer"))
    await screen.goes_to_case(order)
    await fills_in_packing(screen)
    await screen.sees("Draft, {when}", screen.card, when="今天")
    screen.may_lose_its_line()
    await screen.page.context.set_offline(True)
    await screen.sees("No connection. What you type stays here.")
    await screen.does_it()
    await screen.sees("It did not get through. Try again.", screen.toast)
    await screen.page.context.set_offline(False)
    await expect(screen.page.locator("#offline")).to_be_hidden()
    await expect(screen.field("weight_kg")).to_have_value("1.5")
    await screen.does_it()
    await shop.reaches(order.case, "packed")


async def test_whoever_was_signed_out_signs_in_again_in_the_page(shop: Shop, screens: Screens) -> None:
    order = await shop.order("packing")
    packer = await shop.hire("packer")
    screen = await screens.at(packer)
    screen.may_be_told(401)
    await screen.goes_to_case(order)
    await fills_in_packing(screen)
    await shop.ends_sessions(packer)
    await screen.does_it()
    again = screen.dialog("signed-out")
    await screen.sees("What you typed is still here.", again)
    await again.locator("#again-password").fill("wrong")
    await screen.clicks("Sign in", again)
    await screen.sees("That isn't right.", again)
    await again.locator("#again-password").fill(shop.password)
    await screen.clicks("Sign in", again)
    await expect(again).to_be_hidden()
    await expect(screen.field("weight_kg")).to_have_value("1.5")
    await screen.does_it()
    await shop.reaches(order.case, "packed")


async def test_the_back_button_leads_to_what_was_there_before(shop: Shop, screens: Screens) -> None:
    first, second = await shop.order(), await shop.order()
    screen = await screens.at(await shop.hire("cs_agent"))
    await screen.goes("/inbox/?queue=unclaimed")
    await screen.opens(first)
    await screen.opens(second)
    await screen.page.go_back()
    await screen.sees_case(first)
    await expect(screen.row(first)).to_have_attribute("aria-current", "true")
    await screen.page.go_back()
    await expect(screen.page).to_have_url(re.compile("queue=unclaimed$"))
    await expect(screen.detail.locator(".case")).to_have_count(0)
    await screen.page.go_forward()
    await screen.sees_case(first)


async def test_a_comment_names_somebody_and_a_file_is_added(
    shop: Shop, screens: Screens, tmp_path: Path
) -> None:
    order = await shop.order()
    colleague = await shop.hire("cs_supervisor", name="陈主管")
    screen = await screens.at(await shop.hire("cs_agent"))
    await screen.goes_to_case(order)
    await screen.presses("m")
    await screen.page.keyboard.type(f"请看 @{colleague.id[:2]}", delay=60)
    await screen.page.locator(".mentions button").filter(has_text=colleague.id).click()
    await screen.page.keyboard.type("急件\n请今天回", delay=60)
    await screen.clicks("Comment", screen.detail.locator(".say"))
    await screen.sees(f"请看 @{colleague.id} 急件", screen.detail.locator("ol"))
    (comment,) = (await shop.get(f"/cases/{order.case}/comments"))["items"]
    assert comment["text"] == f"请看 @{colleague.id} 急件\n请今天回"

    picture = tmp_path / "面单.txt"
    picture.write_text("签收照片")
    await screen.page.locator("input[data-into='#case-files']").set_input_files(picture)
    await screen.sees("面单.txt", screen.page.locator("#case-files"))
    await screen.goes_to_case(order)
    async with screen.page.expect_download() as download:
        await screen.page.locator("#case-files a").click()
    assert (await (await download.value).path()).read_text("utf-8") == "签收照片"


async def test_an_incident_has_three_ways_on(shop: Shop, screens: Screens) -> None:
    shop.carrier.is_locked = True
    orders = [await shop.order("packed") for _ in range(3)]
    for order in orders:
        await shop.act(order.case, "check_ok", {"item_no_ok": True, "qty_ok": True, "colour_ok": True})
        booked = {"carrier": "sf", "freight_fee": {"amount": "8"}, "pickup_time": shop.now()}
        await shop.act(order.case, "create_waybill", {**booked, "waybill_no": f"SF{order.number}"})
    screen = await screens.at(await shop.hire("ops_manager"))
    await screen.goes("/inbox/?queue=incidents")
    for order, way in zip(orders, ("retry", "done", "otherwise"), strict=True):
        shop.carrier.is_locked = way != "retry"
        await screen.goes("/inbox/?queue=incidents")
        await screen.opens(order)
        incident = screen.detail.locator(".incident-card")
        await expect(incident.locator(".error")).to_contain_text("403")
        await incident.locator("input[name=reason]").fill("承运商已恢复")
        await incident.locator(f"button[value={way}]").click()
        await expect(incident).to_have_count(0)
    shop.carrier.is_locked = False


async def test_the_map_shows_the_way(shop: Shop, screens: Screens) -> None:
    order = await shop.order("allocated")
    screen = await screens.at(await shop.hire("picker"))
    await screen.goes_to_case(order)
    await screen.clicks("More", screen.detail)
    await screen.clicks("Map", screen.page.locator("#case-menu"))
    picture = screen.dialog("map").locator("img")
    await expect(picture).to_be_visible()
    await expect(picture).not_to_have_js_property("naturalWidth", 0)
    await screen.presses("Escape")
    await expect(screen.dialog("map")).to_be_hidden()


async def test_whoever_may_not_any_more_is_told_that_it_is_gone(shop: Shop, screens: Screens) -> None:
    order = await shop.order("packing")
    packer = await shop.hire("packer")
    screen = await screens.at(packer)
    screen.may_be_told(403, 404, 409)
    await screen.goes_to_case(order)
    await fills_in_packing(screen)
    await shop.changes(packer, roles={"another": ["packer"]})
    await screen.does_it()
    await expect(screen.detail.locator(".empty")).to_be_visible()
    assert await shop.stages(order.case) == ["packing"]


async def test_a_form_of_another_version_is_refused_and_kept(shop: Shop, screens: Screens) -> None:
    order = await shop.order("packing")
    screen = await screens.at(await shop.hire("packer"))
    screen.may_be_told(409)
    await screen.goes_to_case(order)
    await fills_in_packing(screen)
    await screen.card.locator("input[name=version]").evaluate("field => (field.value = '99')")
    await screen.does_it()
    await screen.sees("The case has moved on.", screen.detail)
    await screen.sees("What you typed is kept as your draft.", screen.detail)
    await expect(screen.field("weight_kg")).to_have_value("1.5")


async def test_a_form_of_another_site_does_nothing(shop: Shop, screens: Screens) -> None:
    order = await shop.order()
    agent = await shop.hire("cs_agent")
    (task,) = await shop.tasks(order.case)
    screen = await screens.at(agent)
    screen.may_be_told(401, 403)
    fields = f'<input name="task" value="{task}"><button>Win</button>'
    form = f'<form method="post" action="{shop.url}/inbox/claim">{fields}</form>'
    for site in ("http://127.0.0.1:1/", "http://localhost:1/"):
        await screen.page.route(f"{site}*", lambda route: route.fulfill(body=form, content_type="text/html"))
        await screen.page.goto(site)
        async with screen.page.expect_navigation() as navigation:
            await screen.page.locator("button").click()
        answer = await navigation.value
        assert answer is not None
        assert answer.status in (401, 403)
    assert (await shop.get("/tasks", case=order.case))["items"][0]["claimed_by"] is None


async def test_what_a_customer_has_said_at_first_stands_on_top(shop: Shop, screens: Screens) -> None:
    order = await shop.order("allocated")
    case = f"aftersales_request:{STORE}:AS-{order.number}"
    said = {"order_no": order.number, "lines": [{"line": 1, "qty": 1}], "wanted": "refund", "channel": "chat"}
    data = {**said, "reason": "no_reason", "description": "茶饼受潮，盒子是好的"}
    start = {"store": STORE, "subject": f"AS-{order.number}", "event": "submit", "data": data}
    await shop.post("/procedures/aftersales_request/cases", start)
    screen = await screens.at(await shop.hire("after_sales"))
    await screen.goes_to_case(case)
    await screen.sees("茶饼受潮，盒子是好的", screen.detail.locator(".said"))


async def test_kind_54_who_decides_sees_what_they_judge(shop: Shop, screens: Screens) -> None:
    days = {"first_day": "2031-03-04", "last_day": "2031-03-05"}
    data = {"kind": "personal", "stand_in": "li", "reason": "搬家", **days}
    start = {"store": STORE, "subject": "LV-1", "event": "request", "data": data}
    case = (await shop.post("/procedures/leave_request/cases", start))["id"]
    screen = await screens.at(await shop.hire("ops_manager"))
    await screen.goes_to_case(case)
    await screen.sees("搬家", screen.card.locator(".judged"))
