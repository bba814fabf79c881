"""Lists: what is in them, whose it is, what becomes of it, and what changes meanwhile."""

from __future__ import annotations

import asyncio
import re
from datetime import UTC, datetime, timedelta

from playwright.async_api import Route, expect

from tests.inbox.screens import Screens
from tests.inbox.shop import ALL_OK, Shop, until


async def test_filters_stay_and_can_be_kept_as_a_view(shop: Shop, screens: Screens) -> None:
    first, other = await shop.order(), await shop.order()
    screen = await screens.at(await shop.hire("cs_agent"))
    await screen.goes()
    await screen.sees_row(other)
    await screen.page.locator("#q").fill(first.number)
    await screen.row_is_gone(other)
    await screen.page.locator("select[name=sort]").select_option("entered")
    await expect(screen.page).to_have_url(re.compile(f"q={first.number}&sort=entered"))

    await screen.opens(first)
    await expect(screen.page).to_have_url(re.compile(f"q={first.number}&sort=entered&task="))
    await expect(screen.page.locator("#q")).to_have_value(first.number)
    await screen.page.go_back()
    await expect(screen.page).to_have_url(re.compile(f"q={first.number}&sort=entered$"))
    await expect(screen.page.locator("#q")).to_have_value(first.number)
    await screen.row_is_gone(other)

    await screen.clicks("Save this view")
    await screen.page.locator("#view-name").fill("一张单")
    await screen.clicks("Save", screen.dialog("save-view"))
    await expect(screen.dialog("save-view")).to_be_hidden()
    await screen.goes()
    await screen.sees_row(other)
    await screen.clicks("一张单", screen.page.locator("#queues"))
    await screen.sees_row(first)
    await screen.row_is_gone(other)
    view = screen.page.locator(".with-drop")
    await view.hover()
    await view.locator(".drop").click()
    await expect(view).to_have_count(0)

    await screen.page.locator("#q").fill("no such thing")
    await screen.sees("No task is like that.")
    await screen.clicks("Show all of them")
    await screen.sees_row(other)


async def test_a_task_is_claimed_given_back_and_handed_over(shop: Shop, screens: Screens) -> None:
    order = await shop.order()
    agent, other = await shop.hire("cs_agent"), await shop.hire("cs_agent")
    screen = await screens.at(agent)
    await screen.goes("/inbox/?queue=unclaimed")
    await screen.opens(order)
    await screen.clicks("Claim", screen.detail)
    await expect(screen.row(order).locator(".owner .avatar")).to_be_visible()
    await screen.goes("/inbox/?queue=mine")
    await screen.opens(order)
    await screen.clicks("Release", screen.detail, exact=False)
    await expect(screen.row(order).locator(".owner .avatar")).to_have_count(0)

    await screen.clicks("Hand over", screen.detail)
    await screen.page.locator("#assign-to").press_sequentially(other.id)
    await screen.page.locator("#assign-to-picks [data-choose]").filter(has_text=other.id).click()
    await expect(screen.page.locator("#assign-to")).to_have_value(other.id)
    await screen.clicks("Hand over", screen.page.locator("#assign-menu"))
    await expect(screen.detail.locator(".owned")).to_contain_text(other.id)
    (task,) = (await shop.get("/tasks", case=order.case))["items"]
    assert task["claimed_by"] == other.id


async def test_nobody_is_handed_a_task_who_isnt_there(shop: Shop, screens: Screens) -> None:
    order = await shop.order()
    screen = await screens.at(await shop.hire("cs_agent"))
    await screen.goes(f"/inbox/?q={order.number}")
    await screen.opens(order)
    await screen.clicks("Hand over", screen.detail)
    await screen.page.locator("#assign-to").fill("nobody.here")
    await screen.clicks("Hand over", screen.page.locator("#assign-menu"))
    await screen.sees("There is nobody of this name.", screen.toast)
    (task,) = (await shop.get("/tasks", case=order.case))["items"]
    assert task["claimed_by"] is None


async def test_a_task_is_put_off_and_comes_back(shop: Shop, screens: Screens) -> None:
    order = await shop.order()
    screen = await screens.at(await shop.hire("cs_agent"))
    await screen.goes(f"/inbox/?q={order.number}")
    await screen.opens(order)
    await screen.presses("s")
    await screen.clicks("In an hour", screen.page.locator("#snooze-menu"), exact=False)
    await screen.sees("Put off", screen.toast)
    await screen.row_is_gone(order)
    await screen.goes(f"/inbox/?q={order.number}")
    await screen.sees("No task is like that.")
    await screen.clicks("Snoozed", screen.page.locator("#queues"), exact=False)
    await screen.opens(order)
    await screen.presses("s")
    await screen.clicks("Not any more", screen.page.locator("#snooze-menu"))
    await screen.sees("It is back in the list", screen.toast)
    await screen.goes(f"/inbox/?q={order.number}")
    await screen.sees_row(order)


async def test_many_tasks_are_done_at_once_each_with_its_result(shop: Shop, screens: Screens) -> None:
    orders = [await shop.order("allocated") for _ in range(3)]
    screen = await screens.at(await shop.hire("picker"))
    await screen.goes()
    for order in orders:
        await screen.row(order).locator("input[name=tasks]").check()
    bar = screen.page.locator("#bulk")
    await screen.sees("{n} selected", bar, n=3)
    await shop.act(orders[1].case, "start_picking", {})
    await screen.clicks(screen.action("start_picking"), bar)
    await bar.locator("button[type=submit]").click()
    await screen.sees("{n} of {all} done", bar, n=2, all=3)
    await expect(bar.locator(".no-way")).to_contain_text(orders[1].number)
    for order in orders:
        await shop.reaches(order.case, "picking")
    await screen.clicks("Close", bar)
    await expect(bar).to_be_hidden()


async def test_tasks_of_several_kinds_have_no_action_in_common(shop: Shop, screens: Screens) -> None:
    orders = [await shop.order("allocated"), await shop.order("picking")]
    screen = await screens.at(await shop.hire("picker"))
    await screen.goes()
    for order in orders:
        await screen.row(order).locator("input[name=tasks]").check()
    bar = screen.page.locator("#bulk")
    await screen.sees("These are tasks of several kinds: nothing can be done to all of them.", bar)
    await screen.presses("Escape")
    await expect(bar).to_be_hidden()


async def test_a_list_is_taken_along_as_a_table(shop: Shop, screens: Screens) -> None:
    order = await shop.order(receiver_name="=1+1")
    screen = await screens.at(await shop.hire("cs_agent"))
    await screen.goes(f"/inbox/?q={order.number}")
    async with screen.page.expect_download() as download:
        await screen.clicks("Export")
        await screen.clicks("As text (CSV)")
    text = (await (await download.value).path()).read_text("utf-8-sig")
    head, row = text.strip().splitlines()
    assert head == "编号,流程,环节,待办,内容,店铺,办理人,进入时间,时限"
    assert row.startswith(
        f"{order.number},订单处理与发货,待确认,确认订单,明前龙井 250g 礼盒 ×2、青瓷品茗杯 ×2 · =1+1 · ¥375.80,"
    )
    assert all(not cell.startswith(("=", "+", "@")) for cell in row.split(","))


async def test_what_changes_elsewhere_changes_here(shop: Shop, screens: Screens) -> None:
    order, other = await shop.order(), await shop.order()
    screen = await screens.at(await shop.hire("cs_agent"))
    await screen.goes()
    await screen.is_live()
    (task,) = await shop.tasks(order.case)
    await shop.post(f"/tasks/{task}/assign", {"to": (await shop.staff("cs_agent")).id})
    await expect(screen.row(order).locator(".owner .avatar")).to_be_visible()

    await screen.opens(order)
    await shop.post(f"/cases/{order.case}/comments", {"text": "客户来电催过"})
    await shop.act(
        order.case,
        "confirm",
        dict.fromkeys(("model_ok", "qty_ok", "price_ok", "address_ok", "contact_ok"), True),
    )
    await screen.row_is_gone(order)
    await screen.sees("客户来电催过", screen.detail)
    await expect(screen.detail.locator(".path .now")).not_to_contain_text("待确认")

    await screen.opens(other)
    await screen.card.locator("summary").click()
    await screen.field("note").fill("还在写")
    await shop.act(other.case, "confirm", ALL_OK)
    await screen.sees("The case has moved on.", screen.detail)
    await expect(screen.field("note")).to_have_value("还在写")

    new = await shop.order()
    await screen.sees("{n} new", screen.page.locator("#fresh"), n=1)
    await screen.page.locator("#fresh").click()
    await screen.sees_row(new)


_NOTE_WHAT_IS_TOLD = """() => {
  window.told = [];
  document.addEventListener("changed", (event) => told.push(...Object.keys(JSON.parse(event.detail.data))));
  document.addEventListener("counts", () => { window.counted = [...told]; });
}"""


async def test_a_number_that_comes_before_its_rows_is_held_against_them(shop: Shop, screens: Screens) -> None:
    done = await shop.order()
    screen = await screens.at(await shop.hire("cs_agent"))
    held = asyncio.Event()

    async def wait(route: Route) -> None:
        await held.wait()
        await route.continue_()

    await screen.page.route("**/inbox/part/row*", wait)
    await screen.goes()
    await screen.is_live()
    await screen.page.evaluate(_NOTE_WHAT_IS_TOLD)
    number = await screen.page.locator("#queues [data-count=roles]").inner_text()
    await shop.act(done.case, "confirm", ALL_OK)
    new = await shop.order()
    was_told = """([name, number]) =>
      window.counted?.includes(name) && $("#queues [data-count=roles]").textContent === number"""
    await screen.page.wait_for_function(was_told, arg=[new.case, number])
    held.set()
    await screen.row_is_gone(done)
    await screen.sees("{n} new", screen.page.locator("#fresh"), n=1)


async def test_events_that_nobody_could_use_are_tried_again_or_settled(shop: Shop, screens: Screens) -> None:
    kind = await shop.refused_event()
    screen = await screens.at(await shop.hire("ops_manager", "order_clerk"))
    await screen.goes("/inbox/?queue=events")
    row = (
        screen.page.locator("#rows .row")
        .filter(has_text=kind)
        .filter(has_text=screen.words("Its sender may not do this"))
    )
    await expect(row).to_be_visible()
    await row.locator("button[value=retry]").click()
    await expect(screen.toast).to_be_visible()
    await screen.goes("/inbox/?queue=events")
    await row.locator("input[name=reason]").fill("已在后台补录")
    await row.locator("button[value=settle]").click()
    await screen.sees("Done", screen.toast)

    async def is_settled() -> bool:
        return not (await shop.get("/events", status="refused", type=kind))["items"]

    await until(is_settled, "the event isn't settled")


async def test_what_others_are_late_with_stands_in_a_list_of_its_own(shop: Shop, screens: Screens) -> None:
    order = await shop.order()
    soon = (datetime.now(UTC) + timedelta(seconds=20)).isoformat()
    await shop.act(order.case, "hold", {"reason": "address", "note": "门牌号不清", "review_by": soon})

    async def is_late() -> bool:
        found = await shop.get("/cases", subject=order.number, overdue="true")
        return bool(found["items"])

    await until(is_late, f"{order.case} isn't late")
    screen = await screens.at(await shop.staff("gm"))
    await screen.goes("/inbox/?queue=overdue")
    await expect(screen.row(order)).to_have_count(0)
    await screen.page.locator(".list-pane a[href='/inbox/late']").click()
    row = screen.page.locator(".aside-list li").filter(has_text=order.number)
    await expect(row.locator(".due.late")).to_be_visible()
    await row.locator("a").click()
    await screen.sees_case(order)
