"""What happens to a page between two looks at it: a night, another tab, a colleague, a session that is over."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from urllib.parse import quote

import httpx
from playwright.async_api import Browser, expect
from sqlalchemy import select
from sqlmodel import col

from api.people import sessions
from models.database import reading, writing
from models.tables.accounts import SignedIn
from tests.api.conftest import until
from tests.inbox import shop
from tests.inbox.depot import PASSWORD, Depot, Person
from tests.inbox.screens import PHONE, Screen, Screens, screens_of

pytest_plugins = ("tests.inbox.desk_fixtures",)


def idle_since(depot: Depot, person: Person, hours: float) -> None:
    """Nobody has used the person's sessions for so long."""
    with writing(depot.stack.engine) as session:
        for row in session.scalars(select(SignedIn).where(col(SignedIn.account) == person.id)):
            row.seen_at = datetime.now(UTC) - timedelta(hours=hours)


def seen_at(depot: Depot, person: Person) -> datetime:
    with reading(depot.stack.engine) as session:
        return max(session.scalars(select(col(SignedIn.seen_at)).where(col(SignedIn.account) == person.id)))


async def at_desk(screens: Screens, person: Person) -> Screen:
    return await screens.at(shop.Person(person.id, person.id, "zh", person.cookie))


async def signs_in_again(screen: Screen) -> None:
    again = screen.dialog("signed-out")
    await expect(again).to_be_visible(timeout=90_000)
    await again.locator("#again-password").fill(PASSWORD)
    await screen.clicks("Sign in", again)
    await expect(again).to_be_hidden()


async def lies(screen: Screen, *, behind: bool) -> None:
    """The page lies behind others, or before them."""
    await screen.page.evaluate(
        """hidden => {
            Object.defineProperty(document, "hidden", { configurable: true, get: () => hidden });
            document.dispatchEvent(new Event("visibilitychange"));
        }""",
        behind,
    )


async def test_a_page_that_is_open_keeps_no_session_from_being_over(depot: Depot) -> None:
    person = await depot.hire("packer")
    idle_since(depot, person, 11)
    alone = seen_at(depot, person)
    cookies = {sessions.COOKIE: person.cookie}
    async with httpx.AsyncClient(base_url=depot.url, cookies=cookies, trust_env=False) as page:
        assert (await page.get("/inbox/scan/line")).status_code == 204
        async with page.stream("GET", "/inbox/live") as stream:
            assert stream.status_code == 200
        row = await page.get("/inbox/part/row", params={"task": "none"}, headers={"By-Itself": "1"})
        assert row.status_code == 200
        assert seen_at(depot, person) == alone

        async def is_noted() -> bool:
            assert (await page.get("/inbox/")).status_code == 200
            return seen_at(depot, person) > alone

        await until(is_noted)


async def test_a_page_left_open_overnight_asks_for_a_password_and_catches_up(
    depot: Depot, desk_browser: Browser
) -> None:
    person = await depot.hire("packer")
    mine, done = await depot.order("packing"), await depot.order("packing")
    async with screens_of(desk_browser, depot.url) as screens:
        screen = await at_desk(screens, person)
        await screen.goes(f"/inbox/?case={mine}")
        await screen.sees_case(mine)
        await screen.is_live()
        await screen.field("weight_kg").fill("1.5")
        await screen.sees("Draft, {when}", screen.card, when="今天")
        screen.may_be_told(401)
        screen.may_lose_its_line()
        idle_since(depot, person, 13)
        await expect(screen.dialog("signed-out")).to_be_visible(timeout=90_000)
        await expect(screen.page.locator("body.live")).to_have_count(0, timeout=60_000)

        await depot.act(done, "cannot_ship", {"cause": "damaged", "lines": [{"line": 1, "qty": 2}]})
        await depot.act(mine, "edit_address", {"new_phone": "13900139000", "requested_by": "customer"})
        new = await depot.order("packing")

        await signs_in_again(screen)
        await screen.is_live()
        await screen.row_is_gone(done)
        await screen.sees("The case has moved on.", screen.detail)
        await expect(screen.field("weight_kg")).to_have_value("1.5")
        await screen.page.locator("#fresh").click()
        await screen.sees_row(new)
        screen.faults = [fault for fault in screen.faults if "401" not in fault]  # the stream was refused


async def test_a_page_that_lay_behind_others_catches_up(depot: Depot, desk_browser: Browser) -> None:
    person = await depot.hire("packer")
    order = await depot.order("packing")
    async with screens_of(desk_browser, depot.url) as screens:
        screen = await at_desk(screens, person)
        screen.may_lose_its_line()
        await screen.goes("/inbox/")
        await screen.sees_row(order)
        await screen.is_live()
        await lies(screen, behind=True)
        await depot.act(order, "pack", {"goods_qty": 4, "package_count": 1, "weight_kg": "1.2"})
        await depot.reaches(order, "packed")
        await lies(screen, behind=False)
        await expect(screen.page.locator(f'#rows .row[data-case="{order}"]:not(.gone)')).to_have_count(
            0, timeout=90_000
        )


async def test_who_comes_by_a_link_after_the_session_is_over_comes_to_the_same_form(
    depot: Depot, desk_browser: Browser
) -> None:
    person = await depot.hire("packer")
    order = await depot.order("packing")
    async with screens_of(desk_browser, depot.url) as screens:
        screen = await screens.at(shop.Person(person.id, person.id, "zh", person.cookie), PHONE)
        screen.may_be_told(401)
        await screen.goes_to_case(order)
        await screen.field("weight_kg").fill("1.5")
        await screen.sees("Draft, {when}", screen.card, when="今天")
        idle_since(depot, person, 13)

        async def is_over() -> bool:
            await screen.goes(f"/inbox/?case={order}")
            return await screen.page.locator("#account").count() == 1

        await until(is_over)
        await screen.signs_in(person.id, PASSWORD)
        await screen.sees_case(order)
        await expect(screen.field("weight_kg")).to_have_value("1.5")


async def test_two_who_take_one_task_are_told_whose_it_is(depot: Depot, desk_browser: Browser) -> None:
    first, second = await depot.hire("packer"), await depot.hire("packer")
    order = await depot.order("packing")
    async with screens_of(desk_browser, depot.url) as screens:
        one, other = await at_desk(screens, first), await at_desk(screens, second)
        for screen in (one, other):
            await screen.goes_to_case(order)
        await other.page.route("**/inbox/live", lambda route: route.abort())
        await one.page.locator("#detail [data-claim]").click()
        await expect(one.page.locator("#detail form[hx-post='/inbox/release']")).to_be_visible()
        claim = other.page.locator("#detail [data-claim]")
        if await claim.count():  # the page may have heard of it by now
            await claim.click(force=True)
        await expect(other.detail.locator(".owned")).to_contain_text(first.id)
        assert await depot.owner_of(order) == first.id


async def test_back_after_an_action_shows_the_case_as_it_is_and_does_nothing_again(
    depot: Depot, desk_browser: Browser
) -> None:
    person = await depot.hire("picker")
    order, following = await depot.order(), await depot.order()
    async with screens_of(desk_browser, depot.url) as screens:
        screen = await at_desk(screens, person)
        await screen.goes("/inbox/")
        await screen.opens(following)
        await screen.opens(order)
        await screen.does_it()
        await depot.reaches(order, "picking")
        await screen.sees_case(following)  # the answer is there, with the next task
        async with screen.page.expect_response(lambda answer: quote(following, safe="") in answer.url):
            await screen.page.go_back()
        await screen.sees_case(following)
        async with screen.page.expect_response(lambda answer: quote(order, safe="") in answer.url):
            await screen.page.go_forward()
        await screen.sees_case(order)
        await expect(screen.card.locator("input[name=action]")).to_have_value("picked")
        steps = (await depot.get(f"/cases/{order}/history"))["items"]
        assert [step["action"] for step in steps].count("start_picking") == 1


async def test_a_phrase_that_an_input_method_puts_in_at_once_is_no_scan(
    depot: Depot, desk_browser: Browser
) -> None:
    person = await depot.hire("picker")
    order = await depot.order()
    async with screens_of(desk_browser, depot.url) as screens:
        screen = await at_desk(screens, person)
        await screen.goes_to_case(order)
        field = screen.page.locator("[data-comment]")
        await field.focus()
        await screen.page.keyboard.insert_text("客户周五前一定要收到")
        await screen.page.keyboard.press("Tab")
        await expect(field).to_have_value("客户周五前一定要收到")
        await screen.sees_case(order)
