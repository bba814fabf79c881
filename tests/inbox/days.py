"""A day of somebody at work, from signing in to signing out: what they find, open, answer and send is on the pages.

What others do meanwhile comes over HTTP.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import quote

import pytest
from playwright.async_api import Browser, BrowserContext, Locator, ViewportSize, expect

from api.labels import LANGUAGES, Language, label
from tests.inbox.answering import answer
from tests.inbox.screens import DESKTOP, PHONE, SCANNER, Screen
from tests.inbox.shop import PASSWORD, Shop

SIZES: dict[str, ViewportSize] = {"desktop": DESKTOP, "phone": PHONE, "pda": SCANNER}
SHAPES = pytest.mark.parametrize(
    ("size", "language"), [(size, language) for language in LANGUAGES for size in SIZES]
)
"""Every size of screen, in every language."""
_LOCALES = {"zh": "zh-CN", "en": "en-GB"}
_PATIENCE = 60_000
"""Milliseconds for what a busy machine does in one."""


class Day:
    """At a screen of the inbox."""

    def __init__(self, shop: Shop, screen: Screen, size: str, account: str) -> None:
        self.shop = shop
        self.screen = screen
        self.page = screen.page
        self.size = size
        self.account = account
        self.case = ""
        """The case that is open."""

    @property
    def language(self) -> Language:
        return self.screen.language

    # --- the page

    @property
    def form(self) -> Locator:
        """The form that is open."""
        return self.page.locator("#act")

    @property
    def button(self) -> Locator:
        return self.form.locator("button[type=submit]")

    def says(self, text: str) -> str:
        return self.screen.words(text)

    # --- coming and going

    async def begins(self) -> None:
        """Signs in at the page to which the inbox leads."""
        await self.screen.goes("/inbox/")
        await self.screen.signs_in(self.account, PASSWORD)
        await expect(self.page.locator(".list-pane")).to_be_visible()

    async def ends(self) -> None:
        """Signs out: what the pages showed isn't there for who comes next."""
        await self.page.locator("[popovertarget=me]:visible").click()
        await self.page.locator("#me form[action='/inbox/sign-out'] button").click()
        await expect(self.page.locator("#account")).to_be_visible()
        await self.screen.goes("/inbox/")
        await expect(self.page.locator("#account")).to_be_visible()

    # --- finding something

    async def searches(self, text: str) -> Locator:
        """What the palette finds."""
        await self.page.locator("[data-open=palette]:visible").click()
        await self.page.locator("#palette input").fill(text)
        return self.page.locator("#found a")

    async def goes_to(self, queue: str) -> None:
        """A queue, by its name: from the rail, on a small screen from the palette."""
        name = self.says(queue)
        if self.size == "desktop":
            await self.page.locator("#queues a.queue").filter(has_text=name).first.click()
        else:
            await (await self.searches(name)).filter(has_text=name).last.click()
        await expect(self.page.locator(".list-pane h1")).to_have_text(name)

    async def finds(self, case: str, queue: str = "") -> None:
        """The task of a case in a list: filtered by its number, as lists are long by noon."""
        await self.closes()
        if queue:
            await self.goes_to(queue)
        elif not await self.page.locator("#q:visible").count():
            await self.screen.goes("/inbox/")
        await self.page.locator("#q").fill(subject_of(case))
        await self.screen.row(case).first.locator("a.row-link").click()
        await self._is_open(case)

    async def looks_up(self, case: str) -> None:
        """The case by the palette, which also finds what waits for nobody."""
        id_ = quote(case, safe="")
        its = self.page.locator(f'[href$="case={id_}"], [href*="task={id_}%2F"]')
        link = (await self.searches(subject_of(case))).and_(its).first
        await expect(link).to_be_visible(timeout=_PATIENCE)
        await self.page.evaluate("document.body.dataset.left = ''")  # the case may be open already, as it was
        await link.click()
        await expect(self.page.locator("body:not([data-left])")).to_be_attached(timeout=_PATIENCE)
        await self._is_open(case)

    async def scans(self, case: str) -> None:
        """The case by its code, wherever one is."""
        await self.screen.scans(subject_of(case))
        await self._is_open(case)

    async def _is_open(self, case: str) -> None:
        await expect(self.page.locator(f'#detail .case[data-case="{case}"]')).to_be_visible(timeout=_PATIENCE)
        self.case = case

    async def closes(self) -> None:
        """Back to the list, where the case covers it."""
        back = self.page.locator("#detail [data-close-detail]:visible")
        if self.size != "desktop" and await back.count():
            await back.first.click()

    # --- doing something

    async def sees(self, text: str) -> None:
        """Wait until the text stands somewhere in the open case."""
        case = self.page.locator("#detail, #pda").first
        await expect(case.get_by_text(text).first).to_be_visible(timeout=_PATIENCE)

    async def chooses(self, action: str) -> None:
        """Another action than the usual one."""
        opened = self.form.locator(f'input[name=action][value="{action}"]')
        choice = self.page.locator(f'#detail button[hx-get*="&action={action}&"]')
        await expect(opened.or_(choice).first).to_be_attached(timeout=_PATIENCE)
        if await opened.count():
            return
        if not await choice.first.is_visible():
            menu = choice.first.locator("xpath=ancestor::*[@popover]")
            await self.page.locator(f"[popovertarget={await menu.get_attribute('id')}]").click()
        await choice.first.click()
        await expect(opened).to_be_attached(timeout=_PATIENCE)

    async def answers(self, given: Mapping[str, Any], within: Locator | None = None) -> None:
        """By the names of the answers, as somebody reads them from top to bottom."""
        form = within or self.form
        for path, value in given.items():
            await answer(form, path, value)

    async def does(self, action: str, to: str = "", **answers: Any) -> None:
        """An action with its answers. to: the stage to which it leads."""
        await self.does_with(action, answers, to)

    async def does_with(self, action: str, answers: Mapping[str, Any], to: str = "") -> None:
        case = self.case
        await self.chooses(action)
        await self.answers(answers)
        await self.sends()
        if to:
            await self.shop.reaches(case, to)

    async def sends(self) -> None:
        """The form that is open. It must not be refused: nobody knows better than this person."""
        before = await self.page.locator("#toasts .toast").count()
        await self.button.click()
        await self._is_taken(before)

    async def _is_taken(self, before: int) -> None:
        taken = self.page.locator("#toasts .toast").nth(before)
        refused = self.page.locator("#detail .note.bad, #detail .fault")
        await expect(taken.or_(refused).first).to_be_attached(timeout=_PATIENCE)
        faults = [" ".join((await one.inner_text()).split()) for one in await refused.all()]
        assert not faults, f"{self.case}: {faults}"

    async def begins_case(self, procedure: str, answers: Mapping[str, Any]) -> str:
        """A new case, found by its name; its id."""
        name = label("procedure", procedure, self.language, procedure)
        await (await self.searches(name)).and_(self.page.locator(f'[href$="procedure={procedure}"]')).click()
        form = self.page.locator("#start form")
        await self.answers(answers, form)
        await form.locator("button[type=submit]").click()
        return await self._begun(procedure, self.page.locator("#detail .case[data-case]"), form)

    async def _begun(self, procedure: str, begun: Locator, form: Locator) -> str:
        refused = form.locator(".note.bad, .fault")
        await expect(begun.or_(refused).first).to_be_attached(timeout=_PATIENCE)
        faults = [" ".join((await one.inner_text()).split()) for one in await refused.all()]
        assert not faults, f"{procedure}: {faults}"
        self.case = await begun.get_attribute("data-case") or ""
        return self.case

    async def comments(self, text: str) -> None:
        await self.page.locator("[data-comment]").fill(text)
        await self.page.locator("form.say button.icon-only").last.click()
        await self.sees(text)

    async def claims(self) -> None:
        await self.page.locator("#detail [data-claim]").click()
        await expect(self.page.locator("#detail form[hx-post='/inbox/release']")).to_be_visible()


class HandDay(Day):
    """At a scanner's pages, on a device that lies in the hand."""

    @property
    def form(self) -> Locator:
        return self.page.locator("[data-send]")

    @property
    def button(self) -> Locator:
        return self.form.locator("[data-finish]")

    async def begins(self) -> None:
        await self.screen.goes("/inbox/scan")
        await self.screen.signs_in(self.account, PASSWORD)
        await expect(self.page.locator("[data-home]")).to_be_visible()

    async def finds(self, case: str, queue: str = "") -> None:
        await self.looks_up(case)

    async def looks_up(self, case: str) -> None:
        await self._comes_home()
        box = self.page.locator("[data-type-in] input")
        await box.press_sequentially(subject_of(case), delay=60)  # what arrives at once is a scan
        await self.page.locator("[data-type-in] button").click()
        await self._is_open(case)

    async def scans(self, case: str) -> None:
        await self._comes_home()
        await self.screen.scans(subject_of(case))
        await self._is_open(case)

    async def counts(self, sku: str, qty: int) -> None:
        """Goods: the first piece is scanned, and the others typed."""
        counted = self.page.locator(f".pick-line[data-sku='{sku}'] [data-qty]").last
        await self.screen.scans(sku)
        await expect(counted).to_have_value("1")
        await counted.fill(str(qty))
        await counted.press("Tab")

    async def fills_up(self, sku: str, qty: int) -> None:
        """The rest of the goods, which has a line of its own by now."""
        rest = self.page.locator(f".pick-line[data-split][data-sku='{sku}'] [data-qty]")
        await rest.fill(str(qty))
        await rest.press("Tab")

    async def begins_case(self, procedure: str, answers: Mapping[str, Any]) -> str:
        await self._comes_home()
        await self.page.locator("a[href='/inbox/scan/new']").click()
        await self.page.locator(f"a[href='/inbox/scan/new?procedure={procedure}']").click()
        form = self.page.locator("[data-begin]")
        await self.answers(answers, form)
        await form.locator("button[type=submit]").click()
        begun = self.page.locator(f'[data-work][data-case^="{procedure}:"]')
        return await self._begun(procedure, begun, form)

    async def _comes_home(self) -> None:
        back = self.page.locator(".pda-top a[href='/inbox/scan']")
        if await back.count():
            await back.click()
        await expect(self.page.locator("[data-home]")).to_be_visible(timeout=_PATIENCE)

    async def _is_open(self, case: str) -> None:
        await expect(self.page.locator(f'[data-work][data-case="{case}"]')).to_be_visible(timeout=_PATIENCE)
        self.case = case

    async def chooses(self, action: str) -> None:
        if await self.page.locator(f'[data-work][data-action="{action}"]').count():
            return
        choice = self.page.locator(f'a[href*="&action={action}"]').first
        await expect(choice).to_be_attached(timeout=_PATIENCE)
        if not await choice.is_visible():
            await self.page.locator("[popovertarget=other-actions]").click()
        await choice.click()
        await expect(self.page.locator(f'[data-work][data-action="{action}"]')).to_be_attached(
            timeout=_PATIENCE
        )

    async def sends(self) -> None:
        case, task = self.case, await self.page.get_attribute("[data-work]", "data-task")
        await self.button.click()
        gone = self.page.locator("main#pda").locator(
            f'xpath=self::*[not(.//*[@data-work and @data-task="{task}"])]'
        )
        refused = self.page.locator("[data-refusal], #pda .fault")
        await expect(gone.or_(refused).first).to_be_attached(timeout=_PATIENCE)
        faults = [" ".join((await one.inner_text()).split()) for one in await refused.all()]
        assert not faults, f"{case}: {faults}"


def subject_of(case: str) -> str:
    return case.rpartition(":")[2]


class Days:
    """The days of a test. When it ends, no browser may have complained of anything."""

    def __init__(self, shop: Shop, browser: Browser) -> None:
        self.shop = shop
        self._browser = browser
        self._contexts: list[BrowserContext] = []
        self._screens: list[Screen] = []

    async def of(
        self, *roles: str, size: str = "desktop", language: Language = "zh", by_hand: bool = False
    ) -> Day:
        """Somebody new with these roles, before a screen on which nobody has signed in. by_hand: on a small screen it
        is the scanner's pages at which they work.
        """
        person = await self.shop.hire(*roles, language=language)
        context = await self._browser.new_context(
            viewport=SIZES[size],
            locale=_LOCALES[language],
            has_touch=size != "desktop",
            reduced_motion="reduce",
        )
        context.set_default_timeout(_PATIENCE)
        self._contexts.append(context)
        screen = Screen(await context.new_page(), self.shop.url, language)
        self._screens.append(screen)
        kind: Callable[..., Day] = HandDay if by_hand and size == "pda" else Day
        return kind(self.shop, screen, size, person.id)

    async def close(self) -> list[str]:
        for context in self._contexts:
            await context.close()
        return [fault for screen in self._screens for fault in screen.faults]
