"""The main pages of a commit and of the files as they are, held against each other."""

from __future__ import annotations

import asyncio
import shutil
import subprocess
import tempfile
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from PIL import Image, ImageChops
from playwright.async_api import Browser

from development.pictures.instance import ROOT, Instance, instance
from development.pictures.pages import MAIN, Shot
from development.pictures.store import PictureStore
from development.pictures.taking import browsing, opened, picture

FOLDER = ROOT / "build" / "pages"
_STILL = """
  .due, .age, time, .when, .pda-clock, .wave-name { visibility: hidden !important; }
  * { animation: none !important; transition: none !important; }
"""
"""What says how late it is, is not compared."""
_TOLERANCE = 24
"""Of 255, by which a colour may differ: edges of letters are drawn a little otherwise."""
_DIFFERS_FROM = 0.0002
"""Of a page's pixels."""


def compare(ref: str) -> int:
    """Write the differences; 1 where there are any. Raises CalledProcessError where there is no such commit."""
    shutil.rmtree(FOLDER, ignore_errors=True)
    FOLDER.mkdir(parents=True)
    with _checked_out(ref) as checkout, instance(checkout) as before, instance() as now:
        differing = asyncio.run(_compare(before, now))
    print(f"{differing} of {len(MAIN)} main pages differ from {ref}" + (f": {FOLDER}" if differing else ""))
    return 1 if differing else 0


@contextmanager
def _checked_out(ref: str) -> Generator[Path]:
    with tempfile.TemporaryDirectory(prefix="guicheng-compare-") as home:
        checkout = Path(home) / "before"
        _git("worktree", "add", "--detach", str(checkout), ref)
        try:
            yield checkout
        finally:
            _git("worktree", "remove", "--force", str(checkout))


def _git(*arguments: str) -> None:
    subprocess.run(["git", *arguments], cwd=ROOT, check=True, capture_output=True)


async def _compare(before: Instance, now: Instance) -> int:
    stores = [PictureStore(one.url, one.key) for one in (before, now)]
    await asyncio.gather(*(store.set_up() for store in stores))
    differing = 0
    async with browsing() as browser:
        for shot in MAIN:
            old, new = await asyncio.gather(*(_taken(browser, store, shot) for store in stores))
            share = differs(old, new)
            if share > _DIFFERS_FROM:
                differing += 1
                side_by_side(old, new).save(FOLDER / f"{shot.name}.png")
                print(f"{shot.name}: {share:.2%} of its pixels")
    for store in stores:
        await store.close()
    return differing


async def _taken(browser: Browser, store: PictureStore, shot: Shot) -> Image.Image:
    async with opened(browser, store, shot) as page:
        return await picture(page, style=_STILL)


def differs(old: Image.Image, new: Image.Image) -> float:
    """The share of pixels that differ by more than is tolerated; all of them where the sizes do."""
    if old.size != new.size:
        return 1.0
    marked = _marked(old, new)
    return sum(marked.histogram()[1:]) / (marked.width * marked.height)


def _marked(old: Image.Image, new: Image.Image) -> Image.Image:
    """White where they differ."""
    grey: Any = ImageChops.difference(old, new).convert("L")
    return grey.point([255 if by > _TOLERANCE else 0 for by in range(256)])


def side_by_side(old: Image.Image, new: Image.Image) -> Image.Image:
    """Before, now, and now with what differs in red."""
    marked = new.copy()
    if old.size == new.size:
        marked = Image.composite(Image.new("RGB", new.size, "#e5123f"), new, _marked(old, new))
    sheet = Image.new("RGB", (old.width + 2 * new.width + 20, max(old.height, new.height)), "white")
    for place, image in enumerate((old, new, marked)):
        sheet.paste(image, (place * (new.width + 10) if place else 0, 0))
    return sheet
