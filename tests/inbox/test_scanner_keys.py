"""What the pages take for a scan: keys that come too fast for anybody, and text that arrives in one piece."""

from __future__ import annotations

import time
from collections.abc import AsyncGenerator
from typing import Any

import pytest
from playwright.async_api import Browser, Page

from inbox import assets
from tests.inbox.pda import Keyboard

pytest_plugins = ("tests.inbox.pda_fixtures",)
FAST, SLOW = 0.004, 0.2
"""Seconds between two keys: of a scanner, and of a person."""
_PAGE = """<!doctype html><html lang="en"><body class="{body}">
<input id="name" value="Li"><input id="code" data-scan><input id="here" data-scan-here>
<textarea id="note"></textarea><button id="button">Press</button></body></html>"""


class Keys:
    """A page that listens, and a keyboard."""

    def __init__(self, page: Page, keyboard: Keyboard) -> None:
        self.page = page
        self.keyboard = keyboard

    async def scans(self, many: int = 1) -> list[list[Any]]:
        """The scans so far, once there are so many: code, and the id of the field that had the focus."""
        await self.page.wait_for_function("many => scans.length >= many", arg=many)
        return await self.page.evaluate("scans")

    async def value(self, field: str) -> str:
        return await self.page.input_value(f"#{field}")

    async def compose(self, text: str) -> None:
        """What an input method shows while somebody composes."""
        await self.keyboard.tell(
            "Input.imeSetComposition", text=text, selectionStart=len(text), selectionEnd=len(text)
        )


async def opened(chromium: Browser, body: str = "pda") -> Keys:
    page = await (await chromium.new_context()).new_page()
    await page.set_content(_PAGE.format(body=body))
    await page.evaluate(
        """() => {
            window.scans = [];
            window.pressed = [];
            document.addEventListener("scan", ({ detail }) => {
                scans.push([detail.code, detail.field?.id ?? null]);
            });
            document.addEventListener("keydown", (event) => pressed.push(event.key));
        }"""
    )
    await page.add_script_tag(content=assets.found()["app.js"].content.decode())
    return Keys(page, await Keyboard.of(page))


@pytest.fixture
async def keys(chromium: Browser) -> AsyncGenerator[Keys]:
    one = await opened(chromium)
    yield one
    await one.page.context.close()


async def test_a_scan_is_heard_without_focus(keys: Keys) -> None:
    await keys.keyboard.type("SO-7001", every=FAST, end="Enter")
    assert await keys.scans() == [["SO-7001", None]]


@pytest.mark.parametrize("end", ["Enter", "Tab"])
async def test_a_field_with_the_focus_keeps_what_it_had(keys: Keys, end: str) -> None:
    await keys.page.focus("#name")
    await keys.page.evaluate("document.querySelector('#name').setSelectionRange(1, 1)")

    await keys.keyboard.type("6901234567892", every=FAST, end=end)

    assert await keys.scans() == [["6901234567892", "name"]]
    assert await keys.value("name") == "Li"
    assert await keys.page.evaluate("document.querySelector('#name').selectionStart") == 1


async def test_fast_scans_one_after_the_other_are_each_heard(keys: Keys) -> None:
    await keys.page.focus("#name")
    codes = ["SO-7001", "6901234567892", "B-07-2", "SO-7002"]
    await keys.keyboard.type_all(codes, every=FAST, end="Enter")

    assert [code for code, _ in await keys.scans(4)] == codes
    assert await keys.value("name") == "Li"


async def test_the_same_label_read_twice_counts_once(chromium: Browser) -> None:
    keys = await opened(chromium)
    await keys.keyboard.type_all(["SO-7001", "SO-7001", "SO-7002"], every=FAST, end="Enter")
    assert [code for code, _ in await keys.scans(2)] == ["SO-7001", "SO-7002"]

    await keys.page.wait_for_function("() => performance.now() - scanner.lastAt > AGAIN_AT_HOME")
    await keys.keyboard.type("SO-7002", every=FAST, end="Enter")
    assert len(await keys.scans(3)) == 3
    await keys.page.context.close()


async def test_home_waits_longer_than_work(chromium: Browser) -> None:
    keys = await opened(chromium)
    await keys.page.evaluate(
        "document.body.append(Object.assign(document.createElement('div'), {id: 'work'}))"
    )
    await keys.page.evaluate("document.querySelector('#work').setAttribute('data-work', '')")
    await keys.keyboard.type("SO-7001", every=FAST, end="Enter")
    await keys.scans(1)
    await keys.page.wait_for_function("() => performance.now() - scanner.lastAt > AGAIN")
    await keys.keyboard.type("SO-7001", every=FAST, end="Enter")
    assert len(await keys.scans(2)) == 2
    await keys.page.context.close()


async def test_who_types_is_no_scanner(keys: Keys) -> None:
    await keys.page.focus("#name")
    await keys.keyboard.type("abcdef", every=SLOW, end="Enter")
    await keys.page.wait_for_function("() => document.querySelector('#name').value === 'abcdefLi'")
    assert await keys.page.evaluate("scans") == []


async def test_fast_fingers_lose_no_letter(keys: Keys) -> None:
    await keys.page.focus("#name")
    await keys.keyboard.type("the", every=0.03)
    await keys.keyboard.type("n", every=SLOW)

    await keys.page.wait_for_function("() => document.querySelector('#name').value === 'thenLi'")
    assert await keys.page.evaluate("scans") == []


async def test_a_key_of_the_page_waits_until_it_is_none_of_a_scan(chromium: Browser) -> None:
    keys = await opened(chromium, body="inbox")
    await keys.keyboard.type("c", every=SLOW)
    await keys.page.wait_for_function("() => pressed.join('') === 'c'")

    await keys.page.evaluate(
        "() => { location.hash = ''; document.body.className = 'pda'; pressed.length = 0; }"
    )
    await keys.keyboard.type("c7001", every=FAST, end="Enter")
    assert await keys.scans() == [["c7001", None]]
    assert await keys.page.evaluate("pressed") == []
    await keys.page.context.close()


async def test_a_key_that_is_held_down_is_let_through(keys: Keys) -> None:
    begins = time.time()
    for place in range(6):
        key: dict[str, Any] = {"type": "keyDown", "key": "j", "code": "KeyJ", "windowsVirtualKeyCode": 74}
        at = begins + place * 0.03
        await keys.keyboard.tell(
            "Input.dispatchKeyEvent", **key, text="j", autoRepeat=place > 0, timestamp=at
        )
    await keys.page.wait_for_function("() => pressed.length === 6")
    assert await keys.page.evaluate("scans") == []


# --- input methods


async def test_a_scan_into_an_open_composition_is_heard(keys: Keys) -> None:
    await keys.page.focus("#name")
    await keys.compose("ni")
    await keys.keyboard.type("SO-7001", every=FAST, end="Enter", composed=True)

    assert await keys.scans() == [["SO-7001", "name"]]
    await keys.page.wait_for_function("() => document.querySelector('#name').value === 'Li'")


async def test_a_scan_that_begins_a_composition_is_heard(keys: Keys) -> None:
    await keys.page.focus("#note")
    await keys.keyboard.type("B-07", every=FAST, composed=True)
    await keys.compose("b-07")
    await keys.keyboard.type("", every=FAST, end="Enter", composed=True, goes_on=True)

    assert await keys.scans() == [["B-07", "note"]]
    await keys.page.wait_for_function("() => document.querySelector('#note').value === ''")


async def test_text_in_one_piece_is_a_scan_where_the_field_waits_for_it(keys: Keys) -> None:
    await keys.page.focus("#here")
    await keys.page.keyboard.insert_text("SO-7001")

    assert await keys.scans() == [["SO-7001", None]]
    await keys.page.wait_for_function("() => document.querySelector('#here').value === ''")


async def test_text_in_one_piece_with_an_enter_behind_it_is_a_scan_anywhere(keys: Keys) -> None:
    await keys.page.focus("#name")
    await keys.page.keyboard.insert_text("SO-7001")
    await keys.page.keyboard.press("Enter")

    assert await keys.scans() == [["SO-7001", "name"]]
    assert await keys.value("name") == "Li"


async def test_a_word_that_somebody_composes_is_no_scan(keys: Keys) -> None:
    await keys.page.focus("#here")
    await keys.compose("w")
    await keys.page.wait_for_function("() => performance.now() - composing.at > FAST")
    for text in ("wo", "woz", "wozai"):
        await keys.compose(text)
    await keys.page.keyboard.insert_text("我在这里等")

    await keys.page.wait_for_function("() => document.querySelector('#here').value === '我在这里等'")
    assert await keys.page.evaluate("scans") == []


async def test_what_arrives_as_one_composition_is_a_scan(keys: Keys) -> None:
    await keys.page.focus("#here")
    await keys.page.evaluate(
        """() => {
            const field = document.querySelector("#here");
            field.dispatchEvent(new CompositionEvent("compositionstart", { bubbles: true }));
            field.value = "SO-7001";
            field.dispatchEvent(new CompositionEvent("compositionend", { bubbles: true, data: "SO-7001" }));
        }"""
    )
    assert await keys.scans() == [["SO-7001", None]]
    await keys.page.wait_for_function("() => document.querySelector('#here').value === ''")
