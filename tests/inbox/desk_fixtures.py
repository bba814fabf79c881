"""What tests of the packing desk and of customers stand on: a plugin, which they name."""

from __future__ import annotations

import os
from collections.abc import AsyncGenerator

import pytest
from playwright.async_api import Browser, async_playwright

from tests.inbox.depot import Depot, depot_in

_CHROMIUM = os.environ.get("CHROMIUM", "/usr/bin/chromium")
_QUIETLY = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
]  # fmt: skip


@pytest.fixture(scope="session")
async def depot(tmp_path_factory: pytest.TempPathFactory) -> AsyncGenerator[Depot]:
    """One store for all tests of a process: each uses people and orders of its own."""
    async with depot_in(tmp_path_factory.mktemp("depot") / "data") as one:
        yield one


@pytest.fixture(scope="session")
async def desk_browser() -> AsyncGenerator[Browser]:
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=_CHROMIUM, args=_QUIETLY)
        yield browser
        await browser.close()
