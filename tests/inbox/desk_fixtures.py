"""What tests of the packing desk and of customers stand on: a plugin, which they name."""

from __future__ import annotations

from collections.abc import AsyncGenerator

import pytest
from playwright.async_api import Browser

from tests.inbox.depot import Depot, depot_in


@pytest.fixture(scope="session")
async def depot(tmp_path_factory: pytest.TempPathFactory) -> AsyncGenerator[Depot]:
    """One store for all tests of a process: each uses people and orders of its own."""
    async with depot_in(tmp_path_factory.mktemp("depot") / "data") as one:
        yield one


@pytest.fixture(scope="session")
def desk_browser(chromium: Browser) -> Browser:
    return chromium
