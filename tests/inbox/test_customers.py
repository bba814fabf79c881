"""A customer on one page, and what is started from there."""

from __future__ import annotations

import re
from html import unescape

import pytest

from models.roles import DEALS_WITH_CUSTOMERS
from tests.inbox.depot import STORE, Depot

pytest_plugins = ("tests.inbox.desk_fixtures",)


def text_of(page: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page))


def address(number: str, **more: str) -> tuple[str, dict[str, str]]:
    return f"/customers/{number}", {"store": STORE, **more}


async def test_orders_cases_and_limits_are_on_one_page(depot: Depot) -> None:
    older, newer = await depot.order(customer_no="C-1"), await depot.order(customer_no="C-1")
    stranger = await depot.order(customer_no="C-2")
    pages = depot.pages(await depot.hire("cs_agent"))
    path, asked = address("C-1")
    page = (await pages.get(path, params=asked)).text
    text = text_of(page)
    for part in ("王秀英", "13812340001", "C-1", "¥375.80", "待拣货", "剩余补偿额度", "¥50.00"):
        assert part in text, part
    numbers = [case.rpartition(":")[2] for case in (newer, older, stranger)]
    assert text.index(numbers[0]) < text.index(numbers[1])
    assert numbers[2] not in text
    assert f'href="/inbox/?case=order_fulfilment%3A{STORE}%3A{numbers[0]}"' in page


async def test_personal_data_are_masked_as_the_api_masks_them(depot: Depot) -> None:
    await depot.order(customer_no="C-3")
    path, asked = address("C-3")
    allowed = {"finance", "ops_specialist"} & {role.value for role in DEALS_WITH_CUSTOMERS}
    assert allowed, "one of them deals with customers, and neither ships nor calls"
    page = (await depot.pages(await depot.hire(*allowed)).get(path, params=asked)).text
    assert ("138***01" in page, "13812340001" in page, "文三路" in page) == (True, False, False)


@pytest.mark.parametrize("role", ["picker", "hr"])
async def test_who_does_not_deal_with_customers_finds_nobody(depot: Depot, role: str) -> None:
    await depot.order(customer_no="C-4")
    path, asked = address("C-4")
    assert (await depot.pages(await depot.hire(role)).get(path, params=asked)).status_code == 404


async def test_what_is_started_knows_the_customer_and_the_order(depot: Depot) -> None:
    older, newer = await depot.order(customer_no="C-5"), await depot.order(customer_no="C-5")
    pages = depot.pages(await depot.hire("cs_agent"))

    async def links(order: str = "") -> dict[str, str]:
        path, asked = address("C-5", order=order)
        page = (await pages.get(path, params=asked)).text
        found = re.findall(r'href="/inbox(/new\?procedure=(\w+)[^"]*)"', page)
        return {key: unescape(link) for link, key in found}

    first = await links()
    assert "complaint" in first
    assert "leave_request" not in first, "its form names no customer and no order"
    assert "cash_handling" not in first
    form = (await pages.get(first["complaint"])).text
    assert re.search(rf'name="f.order_no"[^>]*value="{newer.rpartition(":")[2]}"', form)
    assert re.search(r'name="f.customer_no"[^>]*value="C-5"', form)
    chosen = (await links(older.rpartition(":")[2]))["complaint"]
    assert re.search(
        rf'name="f.order_no"[^>]*value="{older.rpartition(":")[2]}"', (await pages.get(chosen)).text
    )


async def test_goods_of_the_order_are_chosen_by_their_names(depot: Depot) -> None:
    order = (await depot.order(customer_no="C-7")).rpartition(":")[2]
    pages = depot.pages(await depot.hire("cs_agent"))
    form = (await pages.get(f"/new?procedure=aftersales_request&store={STORE}&of.order={order}")).text
    chosen = re.search(r'<select[^>]*name="f\.lines\.0\.line".*?</select>', form, re.DOTALL)
    assert chosen is not None
    assert re.findall(r'value="(\d)">([^<]*)', chosen[0]) == [
        ("1", "明前龙井 250g 礼盒"),
        ("2", "青瓷品茗杯"),
    ]


async def test_only_what_somebody_may_start_is_offered(depot: Depot) -> None:
    picker = (await depot.pages(await depot.hire("picker")).get("/new")).text
    agent = (await depot.pages(await depot.hire("cs_agent")).get("/new")).text
    assert ("procedure=complaint" in picker, "procedure=complaint" in agent) == (False, True)


async def test_replies_are_filled_in_with_the_chosen_case(depot: Depot) -> None:
    older, newer = await depot.order(customer_no="C-6"), await depot.order(customer_no="C-6")
    pages = depot.pages(await depot.hire("cs_agent"))
    path, asked = address("C-6")
    page = (await pages.get(path, params=asked)).text
    assert f"您好，您的订单 {newer.rpartition(':')[2]} 正在备货：明前龙井 250g 礼盒 ×2" in page
    path, asked = address("C-6", case=older)
    assert f"您好，您的订单 {older.rpartition(':')[2]} 正在备货" in (await pages.get(path, params=asked)).text
    assert "填入评论" not in page, "there is no comment box here"
