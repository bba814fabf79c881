"""Fixtures of the days at work."""

from __future__ import annotations

from collections.abc import AsyncGenerator

import pytest
from playwright.async_api import Browser

from tests.inbox.days import Days
from tests.inbox.shop import Shop


@pytest.fixture
async def days(shop: Shop, chromium: Browser) -> AsyncGenerator[Days]:
    """The days of one test."""
    days = Days(shop, chromium)
    try:
        yield days
    finally:
        faults = await days.close()
    assert not faults, "\n".join(faults)
