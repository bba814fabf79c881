"""Whoever a comment names is told: a number beside the queues, a list, the comment itself."""

from __future__ import annotations

import re

import pytest
from playwright.async_api import expect

from api.mentions import names_in
from tests.inbox.screens import PHONE, Screens
from tests.inbox.shop import Shop


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("@li.na 看一下", ["li.na"]),
        ("请 @li.na. 和@wang-2看", ["li.na", "wang-2看", "wang-2"]),
        ("请 @wang-2, @wang-2", ["wang-2"]),
        ("写到 li@example.com", []),
        ("@ 谁", []),
    ],
)
def test_a_name_stands_behind_its_sign(text: str, names: list[str]) -> None:
    assert names_in(text) == names


async def test_who_is_named_sees_it_and_what_was_seen_is_old(shop: Shop, screens: Screens) -> None:
    order = await shop.order()
    named = await shop.hire("cs_supervisor", name="陈主管")
    screen = await screens.at(named)
    await screen.goes()
    await screen.is_live()
    number = screen.page.locator('#queues [data-count="mentions"]')
    await expect(number).to_have_text("0")

    await shop.post(f"/cases/{order.case}/comments", {"text": f"请 @{named.id} 今天定"})
    await expect(number).to_have_text("1")
    await number.click()
    await expect(screen.page).to_have_url(re.compile("/inbox/mentions$"))
    row = screen.page.locator(".aside-list li").filter(has_text="今天定")
    await screen.sees("new", row)
    await row.locator("a").click()
    await screen.sees_case(order)
    await expect(screen.detail.locator(".bubble.to-me")).to_contain_text("今天定")
    await expect(number).to_have_text("0")
    await screen.goes("/inbox/mentions")
    await expect(row).to_be_visible()
    await screen.sees_no("new", row)


async def test_all_of_them_are_seen_at_once_on_a_phone(shop: Shop, screens: Screens) -> None:
    named = await shop.hire("cs_agent", language="en")
    for _ in range(2):
        order = await shop.order()
        await shop.post(f"/cases/{order.case}/comments", {"text": f"@{named.id} urgent"})
    screen = await screens.at(named, PHONE)
    await screen.goes("/inbox/mentions")
    await expect(screen.page.locator(".aside-list .due")).to_have_count(2)
    await screen.clicks("I have seen them all")
    await expect(screen.page.locator(".aside-list .due")).to_have_count(0)


async def test_nobody_is_told_of_a_case_that_is_not_theirs(shop: Shop, screens: Screens) -> None:
    order = await shop.order()
    elsewhere = await shop.hire("cs_agent", stores=("another",))
    author = await shop.hire("cs_agent")
    await shop.post(f"/cases/{order.case}/comments", {"text": f"@{elsewhere.id} @nobody.here"})
    screen = await screens.at(author)
    await screen.goes_to_case(order)
    await screen.page.locator("[data-comment]").fill(f"@{author.id}: 我自己跟")
    await screen.clicks("Comment", screen.detail.locator(".say"))
    await screen.sees("我自己跟", screen.detail)
    await screen.goes("/inbox/mentions")
    await screen.sees("Nobody has named you in a comment.")
    other = await screens.at(elsewhere)
    await other.goes("/inbox/mentions")
    await other.sees("Nobody has named you in a comment.")
