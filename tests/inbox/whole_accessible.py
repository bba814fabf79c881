"""axe looks at every page of the inbox: at a desk, on a phone and on a PDA, in both themes and languages."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from dataclasses import replace

import pytest
from playwright.async_api import Browser

from development.pictures.carrier import carrier
from development.pictures.pages import PHONE, SHOTS, Shot
from development.pictures.store import FAILING, SETTINGS, PictureStore
from development.pictures.taking import browsing, opened
from tests.inbox.axe import look
from tests.kills.stack import Stack

LIGHT = tuple(shot for shot in SHOTS if shot.theme == "light")
ENGLISH = {"li.na": "emma.lin", "wang.wei": "sam.wu"}


def every_way(shot: Shot) -> list[Shot]:
    """In both themes; in English too, and on a phone what is made for a desk."""
    ways = [shot, replace(shot, name=f"{shot.name} dark", theme="dark")]
    if shot.person in ENGLISH:
        ways.append(replace(shot, name=f"{shot.name} english", person=ENGLISH[shot.person]))
    if shot.is_narrow_too:
        ways.append(replace(shot, name=f"{shot.name} narrow", size=PHONE))
    return ways


WAYS = [way for shot in LIGHT if not shot.is_paper for way in every_way(shot)]


@pytest.fixture(scope="module")
async def store(tmp_path_factory: pytest.TempPathFactory) -> AsyncGenerator[PictureStore]:
    """The store of the pictures, at work."""
    home = tmp_path_factory.mktemp("pictures") / "data"
    home.mkdir()
    (home / "store.toml").write_text(SETTINGS, "utf-8")
    with carrier(lambda order: order == FAILING) as carrier_url:
        stack = Stack(home, carrier_url=carrier_url)
        async with stack.running():
            found = PictureStore(stack.url, stack.key)
            await found.set_up()
            yield found
            await found.close()


@pytest.fixture(scope="module")
async def browser() -> AsyncGenerator[Browser]:
    async with browsing() as one:
        yield one


@pytest.mark.parametrize("shot", WAYS, ids=lambda shot: shot.name)
async def test_axe_finds_nothing(store: PictureStore, browser: Browser, shot: Shot) -> None:
    async with opened(browser, store, shot) as page:
        looked = await look(page)
    assert looked.passed > 10
    assert not looked.faults, "\n".join(looked.faults)
