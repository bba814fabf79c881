"""A store with a packing desk, at work: its people, its goods and its orders; and a counter at which somebody sits."""

from __future__ import annotations

import itertools
import re
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
from playwright.async_api import Browser, Page, expect

from api.people import sessions
from tests.api.conftest import until
from tests.inbox.browsers import PATIENCE, close
from tests.inbox.pda import Keyboard
from tests.kills.stack import Stack

STORE = "tmall"
PASSWORD = "correct-horse-7"
GOODS = {"TEA-250": ("明前龙井 250g 礼盒", "168.00", "A-01"), "CUP-1": ("青瓷品茗杯", "19.90", "B-07")}
CODES = {"TEA-250": "6901234567892"}
WAREHOUSE = ("picker", "packer", "warehouse_keeper")
ADDRESS = {"province": "浙江省", "city": "杭州市", "district": "西湖区", "street": "文三路 478 号"}
STORE_FILE = """
[replies]
"已发货" = "您好，订单 {order_no} 已由 {carrier} 发出，运单号 {waybill_no}。"
"催发货" = "您好，您的订单 {order_no} 正在备货：{headline}。"
"确认地址" = "请确认收货地址：{address}，电话 {phone}。"
"""
Json = dict[str, Any]


@dataclass(frozen=True)
class Person:
    """Somebody who has signed in."""

    id: str
    cookie: str = field(repr=False)


class Depot:
    """What tests do without a page."""

    def __init__(self, stack: Stack) -> None:
        self.stack = stack
        self.url = stack.url
        self.http = httpx.AsyncClient(
            base_url=f"{stack.url}/api/v1",
            headers={"Authorization": f"Bearer {stack.key}"},
            timeout=60,
            trust_env=False,
        )
        self._numbers = itertools.count(1)
        self._pages: list[httpx.AsyncClient] = []

    async def open(self) -> None:
        """Goods into the catalogue, and into their bins."""
        products = [
            {
                "sku": sku,
                "title": title,
                "price": {"amount": price},
                **({"codes": [{"code": CODES[sku]}]} if sku in CODES else {}),
            }
            for sku, (title, price, _) in GOODS.items()
        ]
        await self.post("/books/products", {"store": STORE, "products": products})
        bins = [{"bin": bin_, "place": place} for place, (_, _, bin_) in enumerate(GOODS.values())]
        await self.post("/books/bins", {"store": STORE, "location": "main", "bins": bins})
        lines = [{"sku": sku, "qty": 5000, "bin": bin_} for sku, (_, _, bin_) in GOODS.items()]
        await self.post("/books/stock", {"store": STORE, "reference": "OPENING", "lines": lines})

    async def close(self) -> None:
        for client in (self.http, *self._pages):
            await client.aclose()

    async def post(self, path: str, body: Json) -> Any:
        answer = await self.http.post(path, json=body)
        assert answer.status_code < 300, f"{path}: {answer.text}"
        return answer.json()

    async def get(self, path: str, **parameters: Any) -> Any:
        answer = await self.http.get(path, params=parameters)
        assert answer.status_code < 300, f"{path}: {answer.text}"
        return answer.json()

    # --- people

    async def hire(self, *roles: str, language: str = "zh", store: str = "*") -> Person:
        """Somebody new with these roles, who has signed in."""
        account = f"{roles[0]}.{next(self._numbers)}".replace("_", ".")
        await self.post(
            "/accounts",
            {
                "id": account,
                "name": account,
                "kind": "person",
                "roles": {store: list(roles)},
                "language": language,
                "password": PASSWORD,
            },
        )
        async with httpx.AsyncClient(base_url=self.url, timeout=60, trust_env=False) as browser:
            answer = await browser.post("/api/v1/session", json={"account": account, "password": PASSWORD})
        assert answer.status_code == 200, answer.text
        return Person(account, answer.cookies[sessions.COOKIE])

    def pages(self, person: Person) -> httpx.AsyncClient:
        """The pages as somebody's browser asks for them."""
        client = httpx.AsyncClient(
            base_url=f"{self.url}/inbox",
            cookies={sessions.COOKIE: person.cookie},
            headers={"Sec-Fetch-Site": "same-origin", "HX-Request": "true"},
            timeout=60,
            trust_env=False,
        )
        self._pages.append(client)
        return client

    # --- orders

    async def order(self, stage: str = "allocated", **placed: Any) -> str:
        """A new order of two of each of the goods, brought to this stage; the id of its case."""
        number = f"SO-{next(self._numbers):05}"
        case = f"order_fulfilment:{STORE}:{number}"
        lines = [
            {"sku": sku, "qty": 2, "unit_price": {"amount": price}} for sku, (_, price, _) in GOODS.items()
        ]
        data = {
            "order_no": number,
            "receiver_name": "王秀英",
            "phone": "13812340001",
            "address": ADDRESS,
            "lines": lines,
            "delivery_method": "express",
            "payment_method": "card",
            **placed,
        }
        await self.post(
            "/procedures/order_fulfilment/cases", {"store": STORE, "subject": number, "data": data}
        )
        await self.act(case, "pay", {"paid": {"amount": "375.80"}, "payment_no": f"P-{number}"})
        await self.reaches(case, "allocated")
        if stage in ("picking", "packing"):
            await self.act(case, "start_picking", {})
        if stage == "packing":
            rows = [{"sku": sku, "qty": 2, "bin": bin_} for sku, (_, _, bin_) in GOODS.items()]
            await self.act(case, "picked", {"lines_scanned": rows})
        return case

    async def act(self, case: str, action: str, form: Json) -> None:
        """An action, as soon as the case takes it."""

        async def is_taken() -> bool:
            answer = await self.http.post(f"/cases/{case}/actions/{action}", json={"form": form})
            assert answer.status_code < 300 or answer.status_code == 409, f"{action}: {answer.text}"
            return answer.status_code in (200, 201)

        await until(is_taken)

    async def reaches(self, case: str, stage: str) -> None:
        async def is_there() -> bool:
            return stage in [one["key"] for one in (await self.get(f"/cases/{case}"))["stages"]]

        await until(is_there)

    async def owner_of(self, case: str) -> str | None:
        """Who holds the case's task."""
        (task,) = (await self.get("/tasks", case=case))["items"]
        return task["claimed_by"]


def _stack(home: Path) -> Stack:
    home.mkdir(parents=True)
    (home / "store.toml").write_text(STORE_FILE, "utf-8")
    return Stack(home, apprise_urls='{"person": ["json://127.0.0.1:9/{to}"]}')


@asynccontextmanager
async def depot_in(home: Path) -> AsyncGenerator[Depot]:
    """Temporal, a worker and the server as processes of their own."""
    stack = _stack(home)
    async with stack.running():
        depot = Depot(stack)
        await depot.open()
        yield depot
        await depot.close()


class Counter:
    """A page of a browser, and whoever sits before it with a scanner."""

    def __init__(self, page: Page, url: str) -> None:
        self.page = page
        self.faults: list[str] = []
        self._url = url
        page.on(
            "console",
            lambda said: self.faults.append(said.text) if said.type in ("error", "warning") else None,
        )
        page.on("pageerror", lambda error: self.faults.append(str(error)))

    async def goes(self, path: str) -> None:
        await self.page.goto(f"{self._url}{path}")

    async def scans(self, code: str) -> None:
        """As a scanner does."""
        await (await Keyboard.of(self.page)).scan(code)

    async def sees(self, selector: str, text: str) -> None:
        await expect(self.page.locator(selector).first).to_contain_text(text)


@asynccontextmanager
async def counter_of(
    browser: Browser, depot: Depot, person: Person, width: int = 1440
) -> AsyncGenerator[Counter]:
    """A browser of somebody who is signed in. It must have complained of nothing when it is closed."""
    context = await browser.new_context(
        viewport={"width": width, "height": 900}, reduced_motion="reduce", locale="zh-CN"
    )
    context.set_default_timeout(PATIENCE * 1000)
    await context.add_cookies([{"name": sessions.COOKIE, "value": person.cookie, "url": depot.url}])
    counter = Counter(await context.new_page(), depot.url)
    try:
        yield counter
    finally:
        await close(context)
    assert counter.faults == []


def wave_in(address: str) -> str:
    """The wave that an answer leads to."""
    found = re.search(r"wave=(wave-[0-9a-f]+)", address)
    assert found is not None, address
    return found[1]
