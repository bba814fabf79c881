"""How somebody answers a question on a page, whatever it looks like there."""

from __future__ import annotations

from typing import Any

from playwright.async_api import Locator, expect

_PATIENCE = 60_000


async def answer(form: Locator, path: str, value: Any) -> None:
    """One question, whatever it looks like."""
    name = f"f.{path}"
    field = form.locator(f'[name="{name}"]:not([type=hidden]), [name="{name}.amount"]')
    upload = form.locator(f'[data-upload][data-name="{name}"]')
    if not await field.or_(upload).count():
        rows = form.locator(f'[data-rows="{path.partition(".")[0]}"] > [data-add-row]')
        if "." in path and await rows.count():
            await shown(rows)
            await rows.click()
    await expect(field.or_(upload).first).to_be_attached(timeout=_PATIENCE)
    await shown(field.or_(upload).first)
    if await upload.count():
        named: Any = {"name": str(value), "mimeType": "text/plain", "buffer": b"as seen"}
        # a file with what is in it, or its name alone
        await upload.set_input_files(named if isinstance(value, str) else value)
        await expect(form.locator(f'input[type=hidden][name="{name}"]').last).to_be_attached()
        return
    kind = await field.first.evaluate("field => field.tagName === 'SELECT' ? 'select' : field.type")
    match kind:
        case "select" | "select-one":
            await field.select_option(str(value))
        case "radio":
            wanted = str(value).lower() if isinstance(value, bool) else str(value)
            await form.locator(f'label:has([name="{name}"][value="{wanted}"])').click()
        case "checkbox" if isinstance(value, list):
            for one in value:  # pyright: ignore[reportUnknownVariableType]
                await form.locator(f'label:has([name="{name}"][value="{one}"])').click()
        case "checkbox":
            await field.set_checked(bool(value))
        case _:
            await field.fill(str(value))


async def shown(field: Locator) -> None:
    """Opens what a question is folded into."""
    folded = field.locator("xpath=ancestor::details[not(@open)]")
    if await folded.count():
        await folded.last.locator("xpath=./summary").click()
