"""What a team is told is there for each of its people: a number beside the queues, a list, the case itself."""

from __future__ import annotations

import re

from playwright.async_api import expect

from tests.inbox.office import in_days
from tests.inbox.screens import PHONE, Screens
from tests.inbox.shop import STORE, Shop

READER = "factory_resident"
"""A team that nothing else in these tests tells anything."""


async def broadcast(shop: Shop, new: str) -> str:
    """A change that this team is to know of; its case."""
    told = {
        "what": "page",
        "new": new,
        "effective_from": in_days(1),
        "script_for_customers": "",
        "readers": [READER],
    }
    number = shop.number("CB")
    await shop.post("/procedures/change_broadcast/cases", {"store": STORE, "subject": number, "data": told})
    case = f"change_broadcast:{STORE}:{number}"
    await shop.act(case, "send_notice", told)
    await shop.reaches(case, "sent")
    return case


async def test_a_team_whose_task_it_is_not_reads_its_notice_and_says_so(shop: Shop, screens: Screens) -> None:
    reader, other = await shop.hire(READER), await shop.hire("designer")
    screen = await screens.at(reader)
    number = screen.page.locator('#queues [data-count="notices"]')
    await screen.goes("/inbox/notices")  # what was there before is seen
    await expect(number).to_have_text("0")
    await screen.goes()
    await screen.is_live()

    case = await broadcast(shop, "礼盒换新包装")
    await expect(number).to_have_text("1")
    await number.click()
    await expect(screen.page).to_have_url(re.compile("/inbox/notices$"))
    row = screen.page.locator(".aside-list li").filter(has_text="礼盒换新包装")
    await expect(row.locator(".due")).to_be_visible()
    await expect(number).to_have_text("0")
    await row.locator("a").click()
    await screen.sees_case(case)
    await screen.ticks_all()
    await screen.does_it()
    await shop.reaches(case, "partly_read")
    await screen.goes("/inbox/notices")
    await expect(row).to_be_visible()
    await expect(row.locator(".due")).to_have_count(0)

    theirs = await screens.at(other, PHONE)
    await theirs.goes("/inbox/notices")
    await expect(theirs.page.locator(".list-pane h1")).to_be_visible()
    await theirs.sees_no("礼盒换新包装")
