"""What somebody does at a screen, and sees there: a test of pages reads like their day.

Nothing here waits for a time: each step waits until what it needs is on the page.
"""

from __future__ import annotations

import re
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Any
from urllib.parse import quote

from playwright.async_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Locator,
    Page,
    ViewportSize,
    expect,
)

from api.labels import Language, label
from api.people import sessions
from inbox.filters import mark_of
from inbox.words import chinese, say
from tests.inbox.browsers import PATIENCE, close
from tests.inbox.pda import Keyboard
from tests.inbox.shop import Order, Person

DESKTOP, PHONE, SCANNER = (
    ViewportSize(width=1440, height=900),
    ViewportSize(width=390, height=844),
    ViewportSize(width=360, height=640),
)
_NO_LINE = 0
_CUT_OFF = re.compile(r"net::ERR|Failed to fetch")
_STATUS = re.compile(r"status of (\d+)")


class Screen:
    """One page of a browser, and whoever sits before it."""

    def __init__(self, page: Page, url: str, language: Language) -> None:
        self.page = page
        self.url = url
        self.language: Language = language
        self.faults: list[str] = []
        """What a browser complained of."""
        self._may_be_told: set[int] = set()
        page.on("console", self._heard)
        page.on("pageerror", lambda error: self.faults.append(f"error: {error}"))

    def _heard(self, message: ConsoleMessage) -> None:
        if message.type not in ("error", "warning"):
            return
        status = _STATUS.search(message.text)
        told = int(status[1]) if status is not None else _NO_LINE if _CUT_OFF.search(message.text) else None
        if told in self._may_be_told:
            return
        self.faults.append(f"{message.type}: {message.text}")

    def words(self, text: str, **places: object) -> str:
        """The pages' own words in the language of this screen; what isn't among them as it stands."""
        return say(self.language, text, **places) if text in chinese() else text

    def action(self, key: str, procedure: str = "order_fulfilment") -> str:
        """What an action is called here."""
        return label("action", key, self.language, procedure)

    def may_be_told(self, *statuses: int) -> None:
        """These answers are part of the story; a browser notes each that isn't good."""
        self._may_be_told |= set(statuses)

    def may_lose_its_line(self) -> None:
        """A browser notes each request that doesn't get through."""
        self._may_be_told.add(_NO_LINE)

    # --- going somewhere

    async def goes(self, path: str = "/inbox/") -> None:
        await self.page.goto(self.url + path)

    async def opens(self, order: Order | str) -> None:
        """The task of a case, in the list."""
        await self.row(order).locator("a.row-link").click()
        await self.sees_case(order)

    async def goes_to_case(self, order: Order | str) -> None:
        """The case by its own address."""
        await self.goes(f"/inbox/?case={quote(case_of(order), safe='')}")
        await self.sees_case(order)

    async def signs_in(self, account: str, password: str) -> None:
        await self.page.locator("#account").fill(account)
        await self.page.locator("#password").fill(password)
        await self.page.locator("button.main").click()

    async def is_live(self) -> None:
        """The page hears of what changes."""
        await expect(self.page.locator("body.live")).to_be_attached()

    # --- what is there

    def row(self, order: Order | str) -> Locator:
        """The rows of a case's tasks."""
        return self.page.locator(f'#rows .row[data-case="{case_of(order)}"]')

    def row_of(self, task: str) -> Locator:
        return self.page.locator(f"#row-{mark_of(task)}")

    @property
    def card(self) -> Locator:
        """Where the open case's action is."""
        return self.page.locator("#act")

    @property
    def detail(self) -> Locator:
        return self.page.locator("#detail")

    @property
    def toast(self) -> Locator:
        return self.page.locator("#toasts .toast").last

    def dialog(self, name: str) -> Locator:
        return self.page.locator(f"dialog#{name}")

    def field(self, name: str) -> Locator:
        """A question of the open form, by the name of its answer."""
        return self.card.locator(f'[name="f.{name}"]')

    async def sees(self, text: str, within: Locator | None = None, **places: object) -> None:
        place = within or self.page.locator("body")
        await expect(place.get_by_text(self.words(text, **places)).first).to_be_visible()

    async def sees_no(self, text: str, within: Locator | None = None, **places: object) -> None:
        place = within or self.page.locator("body")
        await expect(place.get_by_text(self.words(text, **places))).to_have_count(0)

    async def sees_case(self, order: Order | str) -> None:
        await expect(self.page.locator(f'#detail .case[data-case="{case_of(order)}"]')).to_be_visible()

    async def sees_row(self, order: Order | str) -> None:
        await expect(self.row(order).first).to_be_visible()

    async def row_is_gone(self, order: Order | str) -> None:
        """Struck through where it stood, or no longer there."""
        await expect(self.page.locator(f'#rows .row[data-case="{case_of(order)}"]:not(.gone)')).to_have_count(
            0
        )

    # --- doing something

    async def clicks(self, name: str, within: Locator | None = None, *, exact: bool = True) -> None:
        """A button or a link by what it says."""
        place, name = within or self.page.locator("body"), self.words(name)
        button = place.get_by_role("button", name=name, exact=exact)
        await button.or_(place.get_by_role("link", name=name, exact=exact)).first.click()

    async def ticks_all(self) -> None:
        for box in await self.card.locator(".ticks input[type=checkbox]").all():
            await box.check()

    async def does_it(self) -> None:
        """The card's own action."""
        await self.card.locator("button[type=submit]").click()

    async def presses(self, *keys: str) -> None:
        """As a person does: what comes faster is a scanner's."""
        for key in keys:
            await self.page.keyboard.press(key, delay=60)

    async def scans(self, code: str) -> None:
        """As a scanner does, which types faster than anybody."""
        await (await Keyboard.of(self.page)).scan(code)


def case_of(order: Order | str) -> str:
    return order.case if isinstance(order, Order) else order


_TOASTS_STAY = """
    const wait = window.setTimeout.bind(window);
    window.setTimeout = (then, after, ...given) =>
        wait(then, /\\bleave\\(/.test(String(then)) ? after + 15_000 : after, ...given);
"""
"""A busy machine may look only once a toast has gone again."""


class Screens:
    """The screens of a test. When it ends, a browser must have complained of nothing at any of them."""

    def __init__(self, browser: Browser, url: str) -> None:
        self._browser = browser
        self._url = url
        self._contexts: list[BrowserContext] = []
        self.all: list[Screen] = []

    async def at(self, person: Person | None = None, size: ViewportSize = DESKTOP, **how: Any) -> Screen:
        """A screen of somebody who is signed in; of nobody, without one."""
        context = await self._browser.new_context(
            viewport=size, locale="zh-CN", has_touch=size is not DESKTOP, reduced_motion="reduce", **how
        )
        context.set_default_timeout(PATIENCE * 1000)
        await context.add_init_script(_TOASTS_STAY)
        self._contexts.append(context)
        if person is not None:
            await context.add_cookies([{"name": sessions.COOKIE, "value": person.cookie, "url": self._url}])
        spoken: Language = person.language if person is not None else "zh"
        screen = Screen(await context.new_page(), self._url, spoken)
        self.all.append(screen)
        return screen

    async def close(self) -> list[str]:
        """Switch them off. What browsers complained of."""
        for context in self._contexts:
            await close(context)
        return [fault for screen in self.all for fault in screen.faults]


@asynccontextmanager
async def screens_of(browser: Browser, url: str) -> AsyncGenerator[Screens]:
    screens = Screens(browser, url)
    try:
        yield screens
    finally:
        faults = await screens.close()
    assert not faults, "\n".join(faults)
