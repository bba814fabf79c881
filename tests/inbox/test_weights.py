"""What a browser loads: little, so that a device in a warehouse has it at once."""

from __future__ import annotations

import re

import httpx

from api.people import sessions
from tests.inbox.shop import Person, Shop

KB = 1024
FIRST_LOAD, TASK, LIST = 60 * KB, 5 * KB, 8 * KB
FILES = re.compile(r'(?:href|src)="(/inbox/assets/[^"#]+)')


def browser_of(shop: Shop, person: Person) -> httpx.AsyncClient:
    return httpx.AsyncClient(
        base_url=shop.url,
        cookies={sessions.COOKIE: person.cookie},
        headers={"Accept-Encoding": "gzip", "Sec-Fetch-Site": "same-origin"},
        timeout=60,
        trust_env=False,
    )


async def weight(browser: httpx.AsyncClient, path: str, **asked: str) -> tuple[int, str]:
    """Of the answer's body as it comes over the line, and its text."""
    answer = await browser.get(path, params=asked)
    assert answer.status_code == 200, answer.text
    return answer.num_bytes_downloaded, answer.text


async def test_the_first_page_with_all_that_it_loads_is_light(shop: Shop) -> None:
    order = await shop.order()
    async with browser_of(shop, await shop.staff("cs_agent")) as browser:
        page, text = await weight(browser, "/inbox/", case=order.case)
        files = {path: (await weight(browser, path))[0] for path in sorted(set(FILES.findall(text)))}
    assert len(files) >= 4, "styles, scripts, icons and the mark"
    total = page + sum(files.values())
    assert total < FIRST_LOAD, {"page": page, **files}


async def test_a_task_is_light(shop: Shop) -> None:
    order = await shop.order()
    async with browser_of(shop, await shop.staff("cs_agent")) as browser:
        browser.headers["HX-Request"] = "true"
        task, _ = await weight(browser, "/inbox/part/case", case=order.case)
        rows, _ = await weight(browser, "/inbox/part/list", q=order.number)
    assert task < TASK
    assert rows < LIST


async def test_the_scanners_first_page_is_light(shop: Shop) -> None:
    order = await shop.order("picking")
    async with browser_of(shop, await shop.staff("picker")) as browser:
        page, text = await weight(browser, "/inbox/scan", case=order.case)
        files = {path: (await weight(browser, path))[0] for path in sorted(set(FILES.findall(text)))}
    assert page + sum(files.values()) < FIRST_LOAD, {"page": page, **files}
