"""Chromium takes the pictures."""

from __future__ import annotations

import io
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

from PIL import Image
from playwright.async_api import Browser, BrowserContext, Page, async_playwright

from api.people.sessions import COOKIE
from development.chromium import launch
from development.pictures.pages import Shot
from development.pictures.store import Account, PictureStore

_AS_DRAWN = ("--font-render-hinting=none", "--hide-scrollbars", "--lang=zh-CN")
_PATIENCE = 30_000
_MOST = 100_000
"""Bytes of a picture."""


@asynccontextmanager
async def browsing() -> AsyncGenerator[Browser]:
    """Chromium as it draws the same on every machine."""
    async with async_playwright() as playwright:
        browser = await launch(playwright, *_AS_DRAWN)
        yield browser
        await browser.close()


@asynccontextmanager
async def opened(browser: Browser, store: PictureStore, shot: Shot) -> AsyncGenerator[Page]:
    """The page as the shot wants it. Raises playwright's errors where it doesn't come to be so."""
    person = store.people.get(shot.person)
    context = await _context(browser, store, shot, person)
    try:
        page = await context.new_page()
        answer = await page.goto(store.url + shot.path)
        assert answer is not None, shot.path
        assert answer.status == shot.status, f"{shot.path}: {answer.status}"
        if not shot.is_paper:
            await _is_quiet(page)
            await shot.steps(page)
            await _is_quiet(page)
        yield page
    finally:
        await context.close()


async def _context(
    browser: Browser, store: PictureStore, shot: Shot, person: Account | None
) -> BrowserContext:
    context = await browser.new_context(
        viewport={"width": shot.size.width, "height": shot.size.height},
        locale="en-GB" if person is not None and person.language == "en" else "zh-CN",
        timezone_id="Asia/Shanghai",
        color_scheme=shot.theme,
        reduced_motion="reduce",
        has_touch=shot.is_touched,
    )
    context.set_default_timeout(_PATIENCE)
    if person is not None:
        await context.add_cookies([{"name": COOKIE, "value": person.cookie, "url": store.url}])
    return context


async def _is_quiet(page: Page) -> None:
    """Its pictures are there, and what it asked for has come: the stream of what changes never ends."""
    await page.wait_for_function(
        """() => document.readyState === 'complete' && !document.querySelector('.htmx-request')
          && [...document.images].every((one) => one.complete) && document.fonts.status === 'loaded'"""
    )
    await page.evaluate(
        "() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))"
    )


async def picture(page: Page, style: str = "") -> Image.Image:
    """What is on the screen. style: more of CSS, where something isn't to be seen."""
    png = await page.screenshot(animations="disabled", caret="hide", style=style or None)
    return Image.open(io.BytesIO(png)).convert("RGB")


def small(image: Image.Image) -> bytes:
    """As WebP without a loss: text stays sharp, and it is a third of a PNG. One that is too large loses a little."""
    whole = _webp(image, lossless=True)
    return whole if len(whole) <= _MOST else _webp(image, lossless=False)


def _webp(image: Image.Image, *, lossless: bool) -> bytes:
    out = io.BytesIO()
    image.save(out, "WEBP", lossless=lossless, quality=90, method=6)
    return out.getvalue()
