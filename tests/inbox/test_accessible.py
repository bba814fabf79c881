"""The main pages work for everybody, with keys alone too; `whole_accessible.py` looks at every page."""

from __future__ import annotations

from playwright.async_api import Page, ViewportSize, expect

from tests.inbox.axe import look
from tests.inbox.screens import PHONE, SCANNER, Screens
from tests.inbox.shop import Shop

TABLET = ViewportSize(width=1024, height=768)
FOCUSED = """() => {
  const el = document.activeElement;
  if (!el || el === document.body) return null;
  const seen = (one) => {
    const style = getComputedStyle(one);
    const ring = style.outlineStyle !== "none" && parseFloat(style.outlineWidth) > 0;
    return ring || style.boxShadow !== "none";
  };
  const box = el.getBoundingClientRect();
  const around = [el, el.nextElementSibling, el.closest(".row, .search, .palette-box, label")];
  return {
    name: (el.getAttribute("aria-label") || el.labels?.[0]?.textContent || el.textContent || "").trim().slice(0, 60),
    place: el.tagName.toLowerCase() + (el.id ? "#" + el.id : "") + "." + [...el.classList].join("."),
    top: Math.round(box.top), bottom: Math.round(box.bottom), right: Math.round(box.right),
    shown: around.some((one) => one && seen(one)),
  };
}"""


async def walk(page: Page, most: int = 120) -> list[dict[str, object]]:
    """Where Tab leads, from the top until it comes round."""
    await page.evaluate("() => { document.activeElement?.blur(); window.scrollTo(0, 0); }")
    stops: list[dict[str, object]] = []
    for _ in range(most):
        await page.keyboard.press("Tab")
        stop = await page.evaluate(FOCUSED)
        if stop is None or (stops and stop == stops[0]):
            break
        stops.append(stop)
    return stops


async def test_axe_finds_nothing_on_the_main_pages(shop: Shop, screens: Screens) -> None:
    order = await shop.order("packing")
    packer, agent = await shop.staff("packer"), await shop.staff("cs_agent", language="en")
    found: list[str] = []
    for person, size, theme, path in (
        (None, PHONE, "light", "/inbox/sign-in"),
        (packer, SCANNER, "light", f"/inbox/scan?case={order.case}"),
        (packer, None, "dark", f"/inbox/?case={order.case}"),
        (agent, None, "light", "/inbox/"),
        (agent, PHONE, "dark", "/inbox/"),
        (agent, TABLET, "light", "/inbox/"),
    ):
        sized = {"size": size} if size is not None else {}
        screen = await screens.at(person, color_scheme=theme, **sized)
        await screen.goes(path)
        await expect(screen.page.locator("h1").first).to_be_attached()
        looked = await look(screen.page)
        assert looked.passed > 20
        found += [f"{path} {theme}: {fault}" for fault in looked.faults]
    assert not found, "\n".join(found)


async def test_the_skip_link_comes_first_and_leads_past_the_menu(shop: Shop, screens: Screens) -> None:
    order = await shop.order("packing")
    screen = await screens.at(await shop.staff("packer"))
    await screen.goes_to_case(order)
    await screen.page.evaluate("() => document.activeElement?.blur()")
    await screen.page.keyboard.press("Tab")
    skip = screen.page.locator("a.skip")
    await expect(skip).to_be_focused()
    await expect(skip).to_be_in_viewport()
    await screen.page.keyboard.press("Enter")
    await screen.page.keyboard.press("Tab")
    inside = await screen.page.evaluate("() => !!document.activeElement.closest('#detail')")
    assert inside, "what comes next is within the task"


async def test_tab_leads_through_a_case_and_shows_where_it_is(shop: Shop, screens: Screens) -> None:
    order = await shop.order("packing")
    screen = await screens.at(await shop.staff("packer"))
    await screen.goes_to_case(order)
    stops = await walk(screen.page, most=200)
    hidden = [stop["place"] for stop in stops if not stop["shown"]]
    assert not hidden, "nobody sees that the focus is there"
    nameless = [stop["place"] for stop in stops if not stop["name"]]
    assert not nameless
    places = [str(stop["place"]) for stop in stops]
    order_of = [
        next(n for n, place in enumerate(places) if mark in place) for mark in ("find", "queue", "#q")
    ]
    assert order_of == sorted(order_of), "the menu, then the list"
    card = next(
        n
        for n, stop in enumerate(stops)
        if "f-goods_qty" in str(stop["place"]) or "main" in str(stop["place"])
    )
    assert order_of[-1] < card, "the case comes after the list"
