"""Draws the pictures that a device shows for the installed inbox, from its mark: `python -m development.app_icons`.

Some devices take no SVG for them. Chromium draws, as the tests have it.
"""

from __future__ import annotations

import asyncio
from pathlib import Path

from playwright.async_api import async_playwright

from development.chromium import launch

ASSETS = Path(__file__).resolve().parents[1] / "inbox" / "assets"
SIZES = (192, 512)
_ROUNDED = 0.8
"""How much of a picture that may be cut to any shape its middle fills."""


async def main() -> None:
    """Write each size, and one that a device may cut to its own shape."""
    mark = (ASSETS / "mark.svg").read_text("utf-8")
    async with async_playwright() as playwright:
        browser = await launch(playwright)
        for size in SIZES:
            page = await browser.new_page(viewport={"width": size, "height": size})
            for name, part, ground in (
                (f"mark-{size}", 1.0, "transparent"),
                (f"mark-{size}-whole", _ROUNDED, "#3f51c7"),
            ):
                await page.set_content(
                    f"<style>body{{margin:0;display:grid;place-items:center;height:100vh;background:{ground}}}"
                    f"svg{{width:{part:.0%};height:{part:.0%}}}</style>{mark}"
                )
                await page.screenshot(path=ASSETS / f"{name}.png", omit_background=True)
            await page.close()
        await browser.close()


if __name__ == "__main__":
    asyncio.run(main())
