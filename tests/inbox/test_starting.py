"""Beginning a case on a page."""

from __future__ import annotations

import re

from playwright.async_api import expect

from inbox.starting import starts_of
from models.roles import Role
from tests.inbox.screens import Screens
from tests.inbox.shop import STORE, Shop, until
from workflows.registry import registry


async def test_a_case_is_begun_once_it_is_right(shop: Shop, screens: Screens) -> None:
    screen = await screens.at(await shop.hire("cs_agent", stores=[STORE]))
    screen.may_be_told(422)
    await screen.goes("/inbox/new")
    await screen.sees("Choose what to start")
    await screen.page.locator('.starts a[href$="procedure=customer_inquiry"]').click()
    form = screen.page.locator("#start form")
    await expect(form).to_be_visible()
    await form.locator("button[type=submit]").click()
    await expect(form.locator(".fault").first).to_be_visible()
    await expect(form.locator("[aria-invalid=true]").first).to_be_visible()


async def test_nobody_is_offered_what_isnt_theirs_to_begin(shop: Shop, screens: Screens) -> None:
    for role, begins in (("packer", False), ("cs_agent", True)):
        screen = await screens.at(await shop.hire(role))
        await screen.goes("/inbox/new")
        link = screen.page.locator('.starts a[href$="procedure=order_fulfilment"]')
        await expect(link).to_have_count(int(begins))


async def test_what_ones_own_roles_begin_comes_first(shop: Shop, screens: Screens) -> None:
    screen = await screens.at(await shop.hire("warehouse_keeper"))
    await screen.goes("/inbox/new")
    own = {one.key for one in registry() if starts_of(one, {Role.WAREHOUSE_KEEPER})}
    links = await screen.page.locator(".starts a").evaluate_all("all => all.map(one => one.href)")
    begun = [link.rpartition("=")[2] for link in links]
    assert set(begun[: len(own)]) == own
    assert len(begun) > len(own)


async def test_an_order_is_begun_with_rows(shop: Shop, screens: Screens) -> None:
    screen = await screens.at(await shop.hire("cs_agent", stores=[STORE]))
    screen.may_be_told(422)
    await screen.goes("/inbox/new?procedure=order_fulfilment")
    form = screen.page.locator("#start form")
    number = "NEW-1"
    for name, answer in (
        ("subject", number),
        ("f.receiver_name", "王秀英"),
        ("f.phone", "13812340001"),
        ("f.address.province", "浙江省"),
        ("f.address.city", "杭州市"),
        ("f.address.street", "文三路 478 号"),
        ("f.lines.0.sku", "CUP-1"),
        ("f.lines.0.qty", "2"),
        ("f.lines.0.unit_price.amount", "19.90"),
    ):
        await form.locator(f'[name="{name}"]').fill(answer)
    await form.locator("[data-add-row]").first.click()
    row = form.locator("[data-row]").nth(1)
    await row.locator('[name="f.lines.1.sku"]').fill("TEA-250")
    await row.locator("[data-remove-row]").click()
    await expect(form.locator("[data-row]")).to_have_count(1)
    await expect(form.locator("[data-add-row]").first).to_be_focused()
    await form.locator('[name="f.delivery_method"][value=express]').check()
    await form.locator('[name="f.payment_method"][value=card]').check()
    await form.locator("button[type=submit]").click()
    channel = form.locator('.field:has([name="f.channel"])')
    await expect(
        channel.locator(".fault")
    ).to_be_visible()  # who speaks for a customer says how they were told
    await channel.locator("select").select_option("phone")
    await form.locator("button[type=submit]").click()
    await expect(screen.page).to_have_url(re.compile("/inbox/\\?case="))

    async def is_there() -> bool:
        return bool((await shop.get("/cases", q=number))["items"])

    await until(is_there, "no case has begun")
