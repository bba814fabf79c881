"""Who comes in, and who stays outside."""

from __future__ import annotations

import re

from playwright.async_api import expect

from tests.inbox.screens import Screens
from tests.inbox.shop import PASSWORD, Shop


async def test_nobody_sees_a_page_before_they_have_signed_in_and_comes_where_they_wanted(
    shop: Shop, screens: Screens
) -> None:
    order = await shop.order()
    agent = await shop.hire("cs_agent")
    screen = await screens.at()
    screen.may_be_told(401)
    await screen.goes(f"/inbox/?case={order.case}")
    await expect(screen.page).to_have_url(re.compile("/inbox/sign-in"))

    await screen.signs_in(agent.id, "a wrong password")
    await screen.sees("That isn't right.")
    await expect(screen.page.locator("#account")).to_have_value(agent.id)
    await expect(screen.page.locator("#password")).to_be_focused()

    await screen.signs_in(agent.id, PASSWORD)
    await screen.sees_case(order)

    await screen.page.locator("[popovertarget=me]").first.click()
    await screen.clicks("Sign out")
    await expect(screen.page).to_have_url(re.compile("/inbox/sign-in"))
    await screen.goes()
    await expect(screen.page).to_have_url(re.compile("/inbox/sign-in"))
