"""The pages of a store at work, in a browser: one store and one browser for all tests of a process."""

from __future__ import annotations

from collections.abc import AsyncGenerator

import pytest
from playwright.async_api import Browser, async_playwright, expect

from development.chromium import launch
from tests.inbox.browsers import PATIENCE
from tests.inbox.depot import STORE_FILE
from tests.inbox.screens import Screens, screens_of
from tests.inbox.shop import Shop, gateway
from tests.kills.stack import Stack


@pytest.fixture(scope="session")
async def shop(tmp_path_factory: pytest.TempPathFactory) -> AsyncGenerator[Shop]:
    """Temporal, a worker and the server as processes of their own, and people and goods."""
    home = tmp_path_factory.mktemp("inbox") / "data"
    home.mkdir()
    (home / "store.toml").write_text(STORE_FILE, "utf-8")
    with gateway() as carrier:
        stack = Stack(home, carrier_url=carrier.url)
        async with stack.running():
            shop = Shop(stack, carrier)
            await shop.open()
            yield shop
            await shop.http.aclose()


@pytest.fixture(scope="session")
async def chromium() -> AsyncGenerator[Browser]:
    expect.set_options(timeout=PATIENCE * 1000)
    async with async_playwright() as playwright:
        browser = await launch(playwright)
        yield browser
        await browser.close()


@pytest.fixture
async def screens(shop: Shop, chromium: Browser) -> AsyncGenerator[Screens]:
    """The screens of one test: it fails where a browser complains of anything at one of them."""
    async with screens_of(chromium, shop.url) as screens:
        yield screens
