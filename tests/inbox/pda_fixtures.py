"""Fixtures of the scanner's pages: a plugin, so that the tests can import what stands on them from beside it."""

from __future__ import annotations

from collections.abc import AsyncGenerator

import pytest
from playwright.async_api import Browser

from tests.inbox.pda import PICKER, Device, Warehouse, device_of, warehouse_in


@pytest.fixture(scope="session")
async def warehouse(tmp_path_factory: pytest.TempPathFactory) -> AsyncGenerator[Warehouse]:
    """One warehouse for all tests of a process: each uses orders of its own."""
    async with warehouse_in(tmp_path_factory.mktemp("warehouse")) as one:
        await one.person("wang.wei", PICKER)
        await one.person("zhao.min", [*PICKER, "ops_manager"], administrator=True)
        yield one


@pytest.fixture
async def device(warehouse: Warehouse, chromium: Browser) -> AsyncGenerator[Device]:
    """A device at which nobody is signed in."""
    async with device_of(warehouse, chromium) as one:
        yield one


@pytest.fixture
async def pda(device: Device) -> Device:
    """A device at which a picker is signed in."""
    await device.sign_in("wang.wei")
    return device
