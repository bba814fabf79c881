"""One store's rush: its requests wait for their turn, and those of other stores don't."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from types import SimpleNamespace
from typing import Any

import httpx
import pytest
from sqlalchemy import func, select

from api import turns
from api.access import Caller
from api.problems import Problem
from api.rates import Rates
from api.turns import Turns, give_back, whose_turn
from models.database import reading
from models.rights import Rights
from models.roles import Role
from models.tables.requests import EventRow
from tests.api.conftest import Site, subject, until
from tests.api.test_events import event, send
from tests.api.test_streams import figure
from tests.security import served
from tests.security.served import limited

declared_api, site = served.declared, served.site


def of_stores(*stores: str, name: str = "somebody") -> Caller:
    return Caller(id=name, rights=Rights.plain({Role.PICKER}, stores or None))


def request(path: str = "/api/v1/tasks", query: bytes = b"", method: str = "POST") -> Any:
    return SimpleNamespace(scope={"method": method, "path": path, "query_string": query, "state": {}})


class Desk:
    """Requests that ask for a turn."""

    def __init__(self, at_once: int = 2) -> None:
        self.now = 0.0
        self._asked: list[asyncio.Task[None]] = []
        self.turns = Turns(Rates(1000, 1000), at_once, 3, lambda: self.now)

    def ask(self, store: str, method: str = "POST") -> tuple[Any, asyncio.Task[None]]:
        asked = request(method=method)
        taking = asyncio.ensure_future(self.turns.take(asked, of_stores(store, name=f"of {store}")))
        self._asked.append(taking)
        return asked, taking

    async def close(self) -> None:
        for taking in self._asked:
            taking.cancel()
        await asyncio.gather(*self._asked, return_exceptions=True)

    async def at_work(self, *some: tuple[Any, asyncio.Task[None]]) -> list[bool]:
        await asyncio.sleep(0)
        return [task.done() for _, task in some]


@pytest.fixture
async def desk() -> AsyncGenerator[Desk]:
    """A store may have two requests at work, and three waiting."""
    desk = Desk(2)
    yield desk
    await desk.close()


@pytest.fixture
async def narrow() -> AsyncGenerator[Desk]:
    """A store may have one request at work."""
    desk = Desk(1)
    yield desk
    await desk.close()


@pytest.fixture(autouse=True)
def turns_are_held(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(turns, "_HELD_FOR", 600.0)


async def test_what_is_beyond_a_stores_share_waits_and_another_store_does_not(desk: Desk) -> None:
    other = desk.ask("jd")
    busy = [desk.ask("tmall") for _ in range(4)]
    assert await desk.at_work(*busy) == [True, True, False, False]
    more = desk.ask("jd")
    assert await desk.at_work(other, more) == [True, True]
    give_back(busy[1][0].scope)
    give_back(busy[1][0].scope)  # a request ends once
    assert await desk.at_work(*busy) == [True, True, True, False]
    for asked, _ in (busy[0], busy[2], busy[3]):
        give_back(asked.scope)
    assert await desk.at_work(*busy) == [True] * 4


async def test_what_is_read_does_not_wait_behind_what_is_done(narrow: Desk) -> None:
    narrow.ask("jd")
    done = [narrow.ask("tmall") for _ in range(2)]
    read = [narrow.ask("tmall", "GET") for _ in range(2)]
    assert await narrow.at_work(*done, *read) == [True, False, True, False]


async def test_a_store_that_asks_alone_waits_for_nothing(desk: Desk) -> None:
    assert await desk.at_work(desk.ask("jd"), desk.ask("tmall")) == [True] * 2
    desk.now = 11.0
    assert await desk.at_work(*(desk.ask("tmall") for _ in range(9))) == [True] * 9


async def test_a_store_that_had_all_gives_room_once_another_asks(desk: Desk) -> None:
    had = [desk.ask("tmall") for _ in range(4)]
    assert await desk.at_work(*had, desk.ask("jd")) == [True] * 5
    more = desk.ask("tmall")
    for asked, _ in had[:2]:
        give_back(asked.scope)
    assert await desk.at_work(more) == [False]
    give_back(had[2][0].scope)
    assert await desk.at_work(more) == [True]


async def test_one_who_asks_for_several_stores_is_alone_too(desk: Desk) -> None:
    everywhere, some = of_stores(), list[asyncio.Future[None]]()
    for number in range(9):
        asked = request(query=b"store=jd" if number % 2 else b"")
        some.append(asyncio.ensure_future(desk.turns.take(asked, everywhere)))
    await asyncio.sleep(0)
    assert all(one.done() for one in some)


async def test_who_works_in_all_stores_may_be_of_the_same_one(desk: Desk) -> None:
    """Without a store in its address their request counts by account; it says of no other store that it asks too."""
    some = [desk.ask("tmall") for _ in range(2)]
    for n in range(3):
        asked = request()
        await desk.turns.take(asked, of_stores(name=f"colleague {n}"))
        some.append(desk.ask("tmall"))
    assert await desk.at_work(*some) == [True] * 5


async def test_a_store_has_so_many_waiting_and_no_more(desk: Desk) -> None:
    desk.ask("jd")
    busy = [desk.ask("tmall") for _ in range(6)]
    await desk.at_work(*busy)
    with pytest.raises(Problem, match="3 requests wait") as refused:
        await busy[5][1]
    assert refused.value.code == "too_many"
    assert await desk.at_work(*busy[:5]) == [True, True, False, False, False]


async def test_who_leaves_takes_nobodys_turn(narrow: Desk) -> None:
    narrow.ask("jd")
    first, second, third, fourth = (narrow.ask("tmall") for _ in range(4))
    await narrow.at_work(second)
    second[1].cancel()
    await narrow.at_work(second)
    give_back(first[0].scope)
    third[1].cancel()  # it has its turn and doesn't know it yet
    await asyncio.gather(third[1], return_exceptions=True)
    assert await narrow.at_work(fourth) == [True]
    fifth, sixth = (narrow.ask("tmall") for _ in range(2))
    await narrow.at_work(fifth)
    fifth[1].cancel()
    give_back(fourth[0].scope)  # before the fifth knows that it was cancelled
    assert await narrow.at_work(sixth) == [True]


async def test_a_request_that_takes_long_holds_up_nobody(
    narrow: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(turns, "_HELD_FOR", 0.01)
    narrow.ask("jd")
    first, second = (narrow.ask("tmall") for _ in range(2))
    assert await narrow.at_work(first, second) == [True, False]
    await asyncio.wait_for(second[1], 60)


@pytest.mark.parametrize(
    ("caller", "asked", "lane"),
    [
        (of_stores("tmall"), request(), "tmall"),
        (of_stores("tmall"), request("/api/v1/cases/parcel:jd:P-1/actions/pack"), "tmall"),
        (of_stores("tmall", "jd"), request("/api/v1/cases/parcel:jd:P-1/actions/pack"), "jd"),
        (of_stores("tmall", "jd"), request("/api/v1/cases/parcel:other:P-1"), "account somebody"),
        (of_stores("tmall", "jd"), request(query=b"limit=5&store=jd"), "jd"),
        (of_stores(), request("/inbox/cases/parcel:jd:P-1"), "jd"),
        (of_stores(), request(query=b"store="), "account somebody"),
        (of_stores(), request(), "account somebody"),
    ],
)
def test_a_request_counts_for_its_store_or_its_account(caller: Caller, asked: Any, lane: str) -> None:
    assert whose_turn(asked, caller) == lane


async def test_while_a_store_waits_for_its_worker_another_is_answered(site: Site) -> None:
    async with limited(site, store_requests_at_once=2) as client:
        busy = await site.caller("cs_agent", stores=["tmall"], name="busy")
        quiet = await site.caller("cs_agent", stores=["other"], name="quiet")

        async def waiting() -> float:
            return figure((await client.get(f"{site.url}/metrics")).text, "guicheng_turns_waited_for")

        async def five_wait() -> bool:
            return await waiting() == 5

        def start() -> asyncio.Task[httpx.Response]:
            body = {"store": "tmall", "subject": subject(), "data": {"buyer": "Li Na"}}
            return asyncio.ensure_future(busy.post("/procedures/parcel/cases", json=body))

        assert (await quiet.get("/tasks")).status_code == 200
        begun = [start() for _ in range(7)]
        await until(five_wait)
        assert (await quiet.get("/tasks")).status_code == 200
        assert await waiting() == 5
        async with site.working():
            assert [one.status_code for one in await asyncio.gather(*begun)] == [201] * 7
        await until(lambda: _none(waiting))


async def test_a_batch_of_one_store_has_no_event_of_another_wait(site: Site) -> None:
    async with limited(site):
        busy = await site.caller("platform_feed", stores=["tmall"], name="busy")
        quiet = await site.caller("platform_feed", stores=["other"], name="quiet")
        batch = [event("order.placed", subject(), {"buyer": "Li Na"}, store="tmall") for _ in range(40)]
        sending = asyncio.ensure_future(send(busy, *batch))

        async def are_applied() -> bool:
            with reading(site.engine) as session:
                return session.scalar(select(func.count()).select_from(EventRow)) == len(batch)

        await until(are_applied)
        (told,) = await send(quiet, event("order.cancelled", subject(), store="other"))
        assert (told["status"], told["code"]) == ("pending", "no_case")
        async with site.working():
            assert {one["status"] for one in await sending} <= {"started", "pending"}


async def _none(waiting: Any) -> bool:
    return await waiting() == 0
