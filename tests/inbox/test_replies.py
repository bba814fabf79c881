"""Quick replies: what a store may write in them, and for which cases they are offered."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest
from playwright.async_api import Browser, expect

from settings.environment import SettingsError
from stores.current import read
from stores.faults import facts
from tests.inbox.depot import Depot, counter_of

pytest_plugins = ("tests.inbox.desk_fixtures",)


def file_with(tmp_path: Path, text: str) -> Path:
    file = tmp_path / "store.toml"
    file.write_text(f"[replies]\n{text}\n", "utf-8")
    return file


def test_a_reply_may_name_what_cases_hold(tmp_path: Path) -> None:
    text = "Order {order_no}: {headline}, by {carrier} as {waybill_no}. {{really}}"
    assert read(file_with(tmp_path, f'shipped = "{text}"')).replies == {"shipped": text}
    assert {"order_no", "carrier", "waybill_no", "headline", "store", "subject", "customer_no"} <= facts()


@pytest.mark.parametrize(
    ("line", "fault"),
    [
        ('a = "It is {waybill_nr}"', r"replies.a: no case holds {waybill_nr}; did you mean waybill_no\?"),
        (
            'a = "{order_no.__class__}"',
            "write a plain name in braces, like {order_no}, not {order_no.__class__}",
        ),
        ('a = "{order_no!r}"', "write a plain name in braces"),
        ('a = "{order_no:>9}"', "write a plain name in braces"),
        ('a = "{}"', "write a plain name in braces"),
        ('a = "{order_no"', "replies.a: "),
        ('a = ""', "write the text in quotes"),
        ("a = 3", "write the text in quotes"),
        (f'a = "{"x" * 1001}"', "at most 1000 characters"),
        (f'{"n" * 41} = "x"', "at most 40 characters"),
    ],
)
def test_what_no_reply_can_be_is_refused_when_the_settings_are_read(
    tmp_path: Path, line: str, fault: str
) -> None:
    with pytest.raises(SettingsError, match=fault):
        read(file_with(tmp_path, line))


def test_the_example_can_be_used_as_it_stands(tmp_path: Path) -> None:
    example = (Path(__file__).parents[2] / "docs" / "store.example.toml").read_text("utf-8")
    part = example[example.index("#[replies]") :].split("\n\n")[0]
    text = "\n".join(line.removeprefix("#") for line in part.splitlines())
    (tmp_path / "store.toml").write_text(text, "utf-8")
    assert read(tmp_path / "store.toml").replies == tomllib.loads(text)["replies"]


async def test_a_reply_is_offered_where_the_case_has_all_that_it_names(depot: Depot) -> None:
    case = await depot.order("packing")
    agent = depot.pages(await depot.hire("cs_agent"))
    page = (await agent.get("/part/case", params={"case": case})).text
    assert f"您好，您的订单 {case.rpartition(':')[2]} 正在备货" in page
    assert "运单号" not in page, "it has no waybill yet"
    assert "请确认收货地址：浙江省 杭州市 西湖区 文三路 478 号，电话 13812340001。" in page
    picker = depot.pages(await depot.hire("picker"))
    masked = (await picker.get("/part/case", params={"case": case})).text
    assert "电话 138***01。" in masked
    assert "文三路" not in masked


async def test_a_reply_goes_into_the_comment(depot: Depot, desk_browser: Browser) -> None:
    case = await depot.order()
    agent = await depot.hire("cs_agent")
    async with counter_of(desk_browser, depot, agent, width=390) as counter:
        await counter.goes(f"/inbox/?case={case}")
        await counter.page.locator("[popovertarget=replies]").click()
        await counter.page.locator("#replies [data-copy]").first.click()
        await counter.sees("#toasts", "已复制")
        await counter.page.keyboard.press("Escape")
        await counter.page.locator("[data-comment]").fill("请看：")
        await counter.page.locator("[popovertarget=replies]").click()
        await counter.page.locator("#replies [data-reply]").first.click()
        number = case.rpartition(":")[2]
        goods = "明前龙井 250g 礼盒 ×2、青瓷品茗杯 ×2 · 王秀英 · ¥375.80"
        said = f"请看：\n您好，您的订单 {number} 正在备货：{goods}。"
        await expect(counter.page.locator("[data-comment]")).to_have_value(said)
        await expect(counter.page.locator("[data-comment]")).to_be_focused()
        await expect(counter.page.locator("#replies")).to_be_hidden()
        await counter.page.locator("form.say .say-buttons button").last.click()
        await counter.sees(".bubble", "正在备货")
