"""Signing in with a badge and a PIN, at devices that an administrator has registered, for the scanner's pages alone."""

from __future__ import annotations

from collections.abc import AsyncGenerator

import pytest
from playwright.async_api import Browser, expect
from sqlalchemy import select
from sqlmodel import col

from api.people.passwords import WeakPassword, hashed_pin
from api.people.sessions import BADGE, is_good_for
from models.database import reading
from models.tables.accounts import AuditEntry, Badge
from tests.inbox.pda import PASSWORD, PICKER, Device, Warehouse, device_of

pytest_plugins = ("tests.inbox.pda_fixtures",)
PIN = "4711"


@pytest.fixture
async def registered(device: Device, warehouse: Warehouse) -> Device:
    """A device that an administrator has registered, and left."""
    await device.sign_in("zhao.min", "/inbox/scan/devices")
    await device.page.fill("#device-name", "PDA 7")
    await device.page.click("text=Register this device")
    await device.page.wait_for_selector("text=It is registered")
    await sign_out(device)
    return device


@pytest.fixture
async def badge(warehouse: Warehouse, chromium: Browser) -> AsyncGenerator[tuple[str, str]]:
    """Somebody who has printed their badge at home, and set a PIN: their account, and the code."""
    name = f"picker.{warehouse.number('N')[2:]}"
    await warehouse.person(name, PICKER)
    async with device_of(warehouse, chromium) as home:
        code = await printed(home, name)
        await set_pin(home, PIN)
        yield name, code


async def sign_out(device: Device) -> None:
    await device.open("/inbox/scan")
    await device.page.click("[popovertarget=me]")
    await device.page.click("[data-sign-out] button")
    await device.page.wait_for_url("**/inbox/sign-in**")


async def printed(home: Device, name: str) -> str:
    """A new badge's code, as its person sees it once."""
    await home.sign_in(name, "/inbox/scan/badge")
    await home.page.fill("#badge-password", PASSWORD)
    await home.page.click("form[action='/inbox/scan/badge'] button")
    code = await home.page.text_content(".badge-card [data-code]")
    assert code is not None
    assert code.startswith("GCB-")
    assert await home.page.locator(".badge-card svg.square").count() == 1
    assert await home.page.locator(".badge-card svg.bars").count() == 1
    return code


async def set_pin(home: Device, pin: str, password: str = PASSWORD, said: str = "Your PIN is set.") -> None:
    await home.open("/inbox/scan/badge")
    for field, value in (("#pin", pin), ("#again", pin), ("#pin-password", password)):
        await home.page.fill(field, value)
    await home.page.click("text=Set the PIN")
    await home.page.wait_for_selector(f"text={said}")


async def enter(device: Device, code: str, pin: str) -> None:
    """Scan the badge at the page to sign in on, and type the PIN on its keypad."""
    await device.open("/inbox/sign-in")
    await device.scan(code)
    await device.page.wait_for_selector("[data-badge-form]:not([hidden])")
    for digit in pin:
        await device.page.click(f"[data-digit='{digit}']")
    await device.page.click(".pad .go")


async def lock(device: Device, code: str) -> None:
    """Five wrong PINs. Each waits for its answer: to go elsewhere before would call it off."""
    for _ in range(4):
        await enter(device, code, "9999")
        await device.page.wait_for_selector("text=The badge or the PIN is wrong.")
    await enter(device, code, "9999")
    await device.page.wait_for_selector("text=The badge is locked")


def audited(warehouse: Warehouse, about: str) -> list[str]:
    """What the log says of an account."""
    with reading(warehouse.engine) as session:
        query = select(AuditEntry).where(col(AuditEntry.about) == about).order_by(col(AuditEntry.id))
        return [entry.what for entry in session.scalars(query)]


async def test_a_badge_and_a_pin_open_the_scanner_and_nothing_else(
    registered: Device, badge: tuple[str, str], warehouse: Warehouse
) -> None:
    name, code = badge
    case = await warehouse.order({"CUP-9": 1})
    await enter(registered, code, PIN)
    await registered.page.wait_for_url("**/inbox/scan")
    assert await registered.page.get_attribute("#pda", "data-account") == name

    await registered.work_on(case)
    assert await registered.page.locator(".pick-line").count() == 1
    answers = await registered.page.evaluate(
        """addresses => Promise.all(addresses.map((one) => fetch(one).then((answer) => answer.status)))""",
        [
            "/api/v1/lookup?code=CUP-9",
            "/api/v1/refs/sku?q=CUP",
            "/api/v1/tasks",
            f"/api/v1/cases/{case}",
            "/api/v1/accounts",
            "/api/v1/session",
        ],
    )
    assert answers == [200, 200, 403, 403, 403, 403]
    await registered.open("/inbox/")
    assert registered.page.url.endswith("/inbox/scan")
    for page in ("/inbox/scan/badge", "/inbox/scan/devices"):
        assert (await registered.page.goto(warehouse.url + page)).status == 403  # pyright: ignore[reportOptionalMemberAccess]


async def test_an_administrator_with_a_badge_manages_nothing(
    registered: Device, warehouse: Warehouse, chromium: Browser
) -> None:
    name = f"chief.{warehouse.number('N')[2:]}"
    await warehouse.person(name, PICKER, administrator=True)
    async with device_of(warehouse, chromium) as home:
        code = await printed(home, name)
        await set_pin(home, PIN)
    await enter(registered, code, PIN)
    await registered.page.wait_for_url("**/inbox/scan")

    answer = await registered.page.goto(f"{warehouse.url}/inbox/scan/devices")
    assert answer is not None
    assert answer.status == 403


async def test_five_wrong_pins_lock_the_badge_until_a_new_one_is_set(
    registered: Device, badge: tuple[str, str], warehouse: Warehouse, chromium: Browser
) -> None:
    name, code = badge
    await lock(registered, code)
    await enter(registered, code, PIN)
    await registered.page.wait_for_selector("text=The badge is locked")

    async with device_of(warehouse, chromium) as home:
        await home.sign_in(name, "/inbox/scan/badge")
        await home.page.wait_for_selector("text=locked after five wrong PINs")
        await set_pin(home, "2580", "not my password", "The password is wrong.")
        await set_pin(home, "2580")
    await enter(registered, code, "2580")
    await registered.page.wait_for_url("**/inbox/scan")

    log = audited(warehouse, name)
    assert [what for what in log if what not in ("session_ended", "signed_in")] == [
        "account_made",
        "badge_made",
        "pin_set",
        *["sign_in_refused"] * 5,
        "badge_locked",
        "sign_in_refused",
        "sign_in_refused",
        "pin_set",
    ]


async def test_an_administrator_unlocks_a_badge(
    registered: Device, badge: tuple[str, str], warehouse: Warehouse, chromium: Browser
) -> None:
    name, code = badge
    await lock(registered, code)
    async with device_of(warehouse, chromium) as office:
        await office.sign_in("zhao.min", "/inbox/scan/devices")
        await office.page.click(f"li:has-text('{name}') >> text=Unlock")
        await office.page.wait_for_selector(f"li:has-text('{name}')", state="detached")
    await enter(registered, code, PIN)
    await registered.page.wait_for_url("**/inbox/scan")
    assert "badge_unlocked" in audited(warehouse, name)


async def test_a_new_badge_ends_the_old_one(
    registered: Device, badge: tuple[str, str], warehouse: Warehouse, chromium: Browser
) -> None:
    name, code = badge
    async with device_of(warehouse, chromium) as home:
        new = await printed(home, name)
    await enter(registered, code, PIN)
    await registered.page.wait_for_selector("text=The badge or the PIN is wrong.")
    await enter(registered, new, PIN)
    await registered.page.wait_for_url("**/inbox/scan")


async def test_a_device_that_is_ended_lets_nobody_in(
    registered: Device, badge: tuple[str, str], warehouse: Warehouse, chromium: Browser
) -> None:
    _, code = badge
    await enter(registered, code, PIN)
    await registered.page.wait_for_url("**/inbox/scan")
    async with device_of(warehouse, chromium) as office:
        await office.sign_in("zhao.min", "/inbox/scan/devices")
        ends = office.page.locator("form[action='/inbox/scan/devices/end'] button")
        many = await ends.count()
        await ends.first.click()
        await expect(ends).to_have_count(many - 1)

    await registered.open("/inbox/scan")
    assert "/inbox/sign-in" in registered.page.url
    assert await registered.page.locator("[data-badge-in]").count() == 0


async def test_a_badge_is_good_at_registered_devices_alone(
    device: Device, badge: tuple[str, str], warehouse: Warehouse
) -> None:
    _, code = badge
    await device.open("/inbox/sign-in")
    assert await device.page.locator("[data-badge-in]").count() == 0
    status = await device.page.evaluate(
        """form => fetch("/inbox/sign-in/badge", { method: "POST", body: new URLSearchParams(form) })
            .then((answer) => answer.status)""",
        {"badge": code, "pin": PIN},
    )
    assert status == 401


async def test_only_hashes_are_kept(badge: tuple[str, str], warehouse: Warehouse) -> None:
    name, code = badge
    with reading(warehouse.engine) as session:
        row = session.get_one(Badge, name)
    assert row.hash is not None
    assert row.pin is not None
    assert code not in row.hash
    assert row.pin.startswith("$argon2id$")


@pytest.mark.parametrize(
    "pin", ["123", "123456789", "1234", "4321", "98765432", "7777", "12a4", "１２５４", ""]
)
def test_pins_that_can_be_guessed_are_refused(pin: str) -> None:
    with pytest.raises(WeakPassword):
        hashed_pin(pin)


def test_where_a_badge_is_good_stands_in_one_place() -> None:
    good = (
        "/inbox/scan",
        "/inbox/scan/act",
        "/inbox/live",
        "/api/v1/lookup",
        "/api/v1/refs/bin",
        "/api/v1/files",
    )
    bad = (
        "/",
        "/inbox/",
        "/inbox/act",
        "/inbox/scanner",
        "/api/v1/cases",
        "/api/v1/refs/bin/x",
        "/api/v1/files/1",
    )
    assert all(is_good_for(BADGE, path) for path in good)
    assert not any(is_good_for(BADGE, path) for path in bad)
    assert all(is_good_for(by, path) for by in ("", "password", "provider") for path in (*good, *bad))
