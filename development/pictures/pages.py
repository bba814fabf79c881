"""Every page of the inbox that has a picture: who looks at it, on which screen, and what they do first."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from typing import Literal, NamedTuple
from urllib.parse import quote

from playwright.async_api import Page

from development.pictures.store import FAILING, STORE


class Size(NamedTuple):
    """Of a screen, in CSS pixels."""

    width: int
    height: int


DESKTOP, TABLET, PHONE, SCANNER = (
    Size(1440, 900),
    Size(1024, 768),
    Size(390, 844),
    Size(360, 640),
)
Theme = Literal["light", "dark"]
Steps = Callable[[Page], Awaitable[None]]


async def _nothing(page: Page) -> None:
    """The page as it comes."""


@dataclass(frozen=True)
class Shot:
    """A page as somebody sees it."""

    name: str
    what: str
    """In a few words, for whoever looks through them."""
    path: str
    person: str = "li.na"
    """Who has signed in; nobody where it is empty."""
    size: Size = DESKTOP
    theme: Theme = "light"
    steps: Steps = _nothing
    is_paper: bool = False
    """It is for printing, and runs no scripts."""
    is_main: bool = False
    """One of those that are compared with an earlier commit's."""
    status: int = 200

    @property
    def is_narrow_too(self) -> bool:
        """Whether what is done first works on a phone as well."""
        return self.size is DESKTOP and self.steps is _nothing

    @property
    def is_touched(self) -> bool:
        return self.size.width < TABLET.width


def _case(subject: str, procedure: str = "order_fulfilment") -> str:
    return quote(f"{procedure}:{STORE}:{subject}", safe="")


def _clicks(*selectors: str, waits: str = "") -> Steps:
    async def steps(page: Page) -> None:
        for selector in selectors:
            await page.locator(selector).first.click()
        if waits:
            await page.locator(waits).first.wait_for()

    return steps


async def _types_in_palette(page: Page) -> None:
    await page.locator("[data-open=palette]:visible").first.click()
    await page.locator("dialog#palette input").fill("王秀英")
    await page.locator("#found li").first.wait_for()
    await page.locator('#found a:has-text("SO-")').first.wait_for()


async def _selects_three(page: Page) -> None:
    rows = page.locator('#rows .row[data-task$="/pending_confirmation"]')
    for n in range(3):
        await rows.nth(n).hover()
        await rows.nth(n).locator("label.pick").click()
    await page.locator('#bulk header b:has-text("3")').wait_for()


async def _shows_map(page: Page) -> None:
    await page.locator('[popovertarget="case-menu"]').click()
    await page.locator("#case-menu [data-map]").click()
    await page.locator("dialog#map img").wait_for()
    await page.wait_for_function("() => document.querySelector('dialog#map img').naturalWidth > 0")


async def _shows_all_of_the_map(page: Page) -> None:
    await _shows_map(page)
    await page.locator("dialog#map [data-whole]").click()
    await page.wait_for_function("() => document.querySelector('dialog#map img.whole').naturalWidth > 0")


async def _sends_it_empty(page: Page) -> None:
    await page.locator("#act button[type=submit]").click()
    await page.locator("#act .fault").first.wait_for()


async def _picks_some(page: Page) -> None:
    plus = page.locator(".pick-line [data-more]")
    for n in (0, 0, 1):
        await plus.nth(n).click()


async def _makes_a_wave(page: Page) -> None:
    await page.locator('input[name="tasks"]').first.wait_for()
    await page.locator("#wave-form button.main").click()
    await page.wait_for_url("**wave=*")


INBOX = "/inbox/"
_WAVE = f"/inbox/desk/new?store={STORE}&procedure=order_fulfilment"
_DESKTOP = (
    Shot("sign-in", "Signing in", "/inbox/sign-in", person="", is_main=True),
    Shot("list", "What waits for one's roles, by urgency", INBOX, is_main=True),
    Shot("list-en", "The same in English, on a smaller screen", INBOX, "emma.lin", TABLET),
    Shot("case", "An order to confirm: each tick beside what it is held against",
         f"{INBOX}?case={_case('SO-20611')}", is_main=True),
    Shot("case-complaint-en", "A complaint that is looked into, with its comments and its orders",
         f"{INBOX}?case={_case('CP-1102', 'complaint')}", "emma.lin"),
    Shot("case-under-way", "An order on its way: nothing to do, and why it waits",
         f"{INBOX}?case={_case('SO-20650')}"),
    Shot("case-return", "A return on which somebody decides: several ways, none proposed",
         f"{INBOX}?case={_case('AS-3302', 'aftersales_request')}"),
    Shot("refused", "A form that was sent empty", f"{INBOX}?case={_case('CP-1101', 'complaint')}",
         steps=_sends_it_empty),
    Shot("bulk", "Three tasks that are done together", INBOX, steps=_selects_three),
    Shot("palette", "Search, or go anywhere", INBOX, steps=_types_in_palette),
    Shot("keys-en", "The keys", INBOX, "emma.lin", steps=_clicks("[popovertarget=me]:visible", "[data-open=keys]")),
    Shot("me", "Language, theme and mail, at one's own name", INBOX,
         steps=_clicks("[popovertarget=me]:visible")),
    Shot("case-menu", "What else a case offers", f"{INBOX}?case={_case('SO-20645')}", "wang.wei",
         steps=_clicks("[popovertarget=case-menu]")),
    Shot("put-off", "Putting a task off", f"{INBOX}?case={_case('SO-20613')}",
         steps=_clicks("[popovertarget=snooze-menu]")),
    Shot("replies", "Quick replies, with the case's facts filled in", f"{INBOX}?case={_case('SO-20650')}",
         steps=_clicks("[popovertarget=replies]")),
    Shot("map", "The way an order has taken, and where it can go", f"{INBOX}?case={_case('SO-20650')}",
         steps=_shows_map),
    Shot("map-whole-en", "All ways of it", f"{INBOX}?case={_case('SO-20650')}", "emma.lin",
         steps=_shows_all_of_the_map),
    Shot("save-view", "Filters that are kept as a view", f"{INBOX}?procedure=order_fulfilment",
         steps=_clicks("[data-open=save-view]")),
    Shot("nothing-found", "A filter that finds nothing", f"{INBOX}?q=nothing-is-like-this"),
    Shot("nothing-to-do", "An inbox without tasks", f"{INBOX}?queue=mine", "he.jun"),
    Shot("incident", "An effect that failed for good, and the ways on", f"{INBOX}?case={_case(FAILING)}", "zhao.min",
         is_main=True),
    Shot("refused-events", "Events from outside that no case took", f"{INBOX}?queue=events", "zhao.min"),
    Shot("notices", "What the store's cases have told one's roles", "/inbox/notices"),
    Shot("late", "What is late in the store, whoever has the turn", "/inbox/late", "zhao.min"),
    Shot("mentions", "Comments that name one", "/inbox/mentions", "wang.wei"),
    Shot("campaign", "A long form", f"{INBOX}?case={_case('EV-0901', 'campaign')}", "zhao.min"),
    Shot("new", "What can be started", "/inbox/new"),
    Shot("new-complaint", "Starting a case", "/inbox/new?procedure=complaint", is_main=True),
    Shot("customer", "A customer: orders, cases, refunds, and what can be done",
         f"/inbox/customers/C-1001?store={STORE}", is_main=True),
    Shot("desk", "The packing desk", "/inbox/desk", "wang.wei", is_main=True),
    Shot("desk-new-wave", "A wave of several orders", f"{_WAVE}&stage=allocated", "wang.wei",
         steps=_clicks(waits="input[name=tasks]")),
    Shot("desk-wave", "A wave's orders, papers and owner", f"{_WAVE}&stage=picking", "wang.wei",
         steps=_makes_a_wave),
    Shot("desk-check", "Packing, checked by scanning", f"/inbox/desk?case={_case('SO-20640')}", "wang.wei"),
    Shot("commands", "Barcodes to print: what a scan of them does", "/inbox/desk/commands", "wang.wei", is_paper=True),
    Shot("pick-list", "A pick list to print", f"/inbox/papers?paper=pick_list&case={_case('SO-20636')}", "wang.wei",
         is_paper=True),
    Shot("not-there", "An address that leads nowhere", "/inbox/nowhere", status=404),
)  # fmt: skip
_PHONE = (
    Shot("phone-list", "The list on a phone", INBOX, size=PHONE, is_main=True),
    Shot("phone-case", "A case on a phone", f"{INBOX}?case={_case('SO-20611')}", size=PHONE, is_main=True),
    Shot("phone-me-en", "The menu on a phone", INBOX, "emma.lin", PHONE,
         steps=_clicks(".tabs [popovertarget=me]")),
    Shot("phone-new", "Starting a case on a phone", "/inbox/new?procedure=customer_inquiry", size=PHONE),
    Shot("phone-customer", "A customer on a phone", f"/inbox/customers/C-1001?store={STORE}", size=PHONE),
    Shot("phone-desk", "The packing desk on a phone", "/inbox/desk", "wang.wei", PHONE),
)  # fmt: skip
_PDA = (
    Shot("pda-home", "The scanner: what waits, the next first", "/inbox/scan", "wang.wei", SCANNER, is_main=True),
    Shot("pda-pick", "Picking, in the order of the bins", f"/inbox/scan?case={_case('SO-20636')}", "wang.wei", SCANNER,
         steps=_picks_some, is_main=True),
    Shot("pda-pack-en", "Packing in English", f"/inbox/scan?case={_case('SO-20640')}", "sam.wu", SCANNER),
    Shot("pda-receive", "Goods that arrive", f"/inbox/scan?case={_case('R-8801', 'inbound_receiving')}",
         "wang.wei", SCANNER),
    Shot("pda-begin", "Starting a case at the scanner", "/inbox/scan/new", "wang.wei", SCANNER),
    Shot("pda-me", "The menu", "/inbox/scan", "wang.wei", SCANNER, steps=_clicks("[popovertarget=me]")),
    Shot("pda-badge-en", "One's badge and PIN", "/inbox/scan/badge", "sam.wu", SCANNER),
    Shot("pda-devices", "Devices that badges are good at", "/inbox/scan/devices", "zhao.min", SCANNER),
    Shot("pda-nothing", "Nothing waits", "/inbox/scan", "he.jun", SCANNER),
)  # fmt: skip
_IN_THE_DARK = (
    "list",
    "case",
    "case-complaint-en",
    "incident",
    "map",
    "desk",
    "phone-case",
    "pda-pick",
    "customer",
)


def _dark(shot: Shot) -> Shot:
    return replace(shot, name=f"{shot.name}-dark", what=f"{shot.what}; dark", theme="dark")


SHOTS: tuple[Shot, ...] = (
    *_DESKTOP,
    *_PHONE,
    *_PDA,
    *(_dark(one) for one in (*_DESKTOP, *_PHONE, *_PDA) if one.name in _IN_THE_DARK),
)
"""All that have a picture."""
MAIN: tuple[Shot, ...] = tuple(
    one for shot in (*_DESKTOP, *_PHONE, *_PDA) if shot.is_main for one in (shot, _dark(shot))
)
"""What is compared with an earlier commit: in both themes."""
