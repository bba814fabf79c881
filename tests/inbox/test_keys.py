"""All that can be done without a mouse."""

from __future__ import annotations

import re

from playwright.async_api import expect

from tests.inbox.screens import Screen, Screens
from tests.inbox.shop import Order, Shop


async def stands_at(screen: Screen, order: Order) -> None:
    """The keys are at this row."""
    await expect(screen.row(order)).to_have_class(re.compile(r"\bat\b"))


async def test_a_list_is_worked_by_keys_alone(shop: Shop, screens: Screens) -> None:
    orders = [await shop.order("allocated") for _ in range(3)]
    first, second, third = orders
    screen = await screens.at(await shop.hire("picker"))
    await screen.goes("/inbox/?sort=entered&q=SO-")
    mine = await screen.page.locator("#rows .row").evaluate_all("rows => rows.map((row) => row.dataset.case)")
    at = mine.index(first.case)
    assert mine[at : at + 3] == [order.case for order in orders]
    await screen.presses(*"j" * (at + 1))
    await stands_at(screen, first)
    await screen.presses("j", "j", "k")
    await stands_at(screen, second)
    await screen.presses("x")
    bar = screen.page.locator("#bulk")
    await screen.sees("{n} selected", bar, n=1)
    await expect(screen.row(second)).to_have_class(re.compile("selected"))
    await screen.presses("Escape")
    await expect(bar).to_be_hidden()

    await screen.presses("Enter")
    await screen.sees_case(second)
    await screen.presses("c")
    await expect(screen.row(second).locator(".owner .avatar")).to_be_visible()
    await screen.presses("j")
    await screen.sees_case(third)
    await screen.presses("s")
    await expect(screen.page.locator("#snooze-menu")).to_be_visible()
    await screen.presses("Escape")
    await expect(screen.page.locator("#snooze-menu")).to_be_hidden()
    await screen.presses("m")
    await expect(screen.page.locator("[data-comment]")).to_be_focused()
    await screen.page.keyboard.type("j k x", delay=60)
    await expect(screen.page.locator("[data-comment]")).to_have_value("j k x")
    await screen.presses("Escape")
    await expect(screen.page.locator("[data-comment]")).not_to_be_focused()
    await screen.presses("/")
    await expect(screen.page.locator("#q")).to_be_focused()
    await screen.presses("Escape", "Escape")
    await expect(screen.page.locator("#detail .case")).to_have_count(0)
    await screen.presses("?")
    await expect(screen.dialog("keys")).to_be_visible()
    await screen.presses("Escape")
    await expect(screen.dialog("keys")).to_be_hidden()

    await screen.goes(f"/inbox/?q={first.number}")
    await screen.presses("j", "Enter")
    await screen.sees_case(first)
    await screen.presses("Control+Enter")
    await screen.sees(screen.action("start_picking"), screen.toast)
    await shop.reaches(first.case, "picking")


async def test_the_palette_leads_anywhere(shop: Shop, screens: Screens) -> None:
    order = await shop.order()
    screen = await screens.at(await shop.hire("cs_agent"))
    await screen.goes()
    palette = screen.dialog("palette")
    await screen.presses("Control+k")
    await expect(palette).to_be_visible()
    await screen.sees("Snoozed", palette)
    await palette.locator("input").fill(order.number)
    await screen.sees(order.number, palette.locator("#found"))
    await screen.presses("ArrowDown", "Enter")
    await screen.sees_case(order)

    await screen.presses("Control+k")
    await palette.locator("input").fill("投诉")
    await palette.get_by_role("link", name="投诉处理").last.click()
    await expect(screen.page).to_have_url(re.compile("/inbox/new"))
    await screen.presses("Control+k")
    await palette.locator("input").fill("zzzz")
    await screen.sees("Nothing found", palette)
    await screen.presses("Escape")
    await expect(palette).to_be_hidden()


async def test_a_scanned_code_opens_its_case(shop: Shop, screens: Screens) -> None:
    order = await shop.order()
    screen = await screens.at(await shop.hire("cs_agent"))
    await screen.goes()
    await screen.sees_row(order)
    await screen.scans(order.number)
    await screen.sees_case(order)


async def test_dialogs_give_the_focus_back(shop: Shop, screens: Screens) -> None:
    order = await shop.order()
    screen = await screens.at(await shop.hire("cs_agent"))
    await screen.goes_to_case(order)
    for opener, opened in (
        (screen.page.locator("[data-open=palette]").first, screen.dialog("palette")),
        (screen.page.locator("[popovertarget=me]").first, screen.page.locator("#me")),
        (screen.page.locator("[popovertarget=case-menu]"), screen.page.locator("#case-menu")),
        (screen.page.locator("[popovertarget=assign-menu]"), screen.page.locator("#assign-menu")),
    ):
        await opener.focus()
        await screen.presses("Enter")
        await expect(opened).to_be_visible()
        await screen.presses("Escape")
        await expect(opened).to_be_hidden()
        await expect(opener).to_be_focused()


async def test_the_way_into_a_page_by_tabs(shop: Shop, screens: Screens) -> None:
    order = await shop.order()
    screen = await screens.at(await shop.hire("cs_agent"))
    await screen.goes_to_case(order)
    await screen.presses("Tab")
    skip = screen.page.locator(".skip")
    await expect(skip).to_be_focused()
    await screen.presses("Enter")
    await screen.presses("Tab")
    inside = await screen.detail.evaluate("detail => detail.contains(document.activeElement)")
    assert inside, "the way leads past the lists"
