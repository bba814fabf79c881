"""A warehouse at work, and Chromium on a device in it: what the tests of the scanner's pages stand on."""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import socket
import time
from collections.abc import AsyncGenerator, Generator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Any

import httpx
import uvicorn
from playwright.async_api import Browser, BrowserContext, CDPSession, Page
from sqlalchemy import Engine
from sqlmodel import SQLModel
from temporalio.client import Client
from temporalio.contrib.pydantic import pydantic_data_converter

from activities.configured_ports import open_ports
from api.people.keys import ensure_first_key
from api.serving import server_options
from models.database import open_database, writing
from models.tables import all_tables
from server import create_server
from settings.environment import Settings, load
from start.temporal_server import temporal_server
from tests.api.conftest import until
from tests.inbox.browsers import PATIENCE, close
from worker import workers

STORE = "demo"
PASSWORD = "correct-horse-7"
PRICES = {"TEA-250": "88.00", "TEA-100": "39.90", "CUP-9": "129.00"}
TEA_CODE, TEA_BOX, SMALL_CODE, CUP_CODE = "6901234567892", "16901234567899", "6901234567908", "6901234567915"
BINS = {"TEA-250": "B-07-2", "TEA-100": "A-01-1", "CUP-9": "A-02-3"}
PICKER = ["picker", "packer", "warehouse_keeper", "receiver"]
_KEYS = {"-": ("Minus", 189), ".": ("Period", 190), " ": ("Space", 32), ":": ("Semicolon", 186)}

Json = dict[str, Any]


class _Server(uvicorn.Server):
    """Leaves signals to pytest."""

    @contextlib.contextmanager
    def capture_signals(self) -> Generator[None]:
        yield


class Warehouse:
    """A store with goods in bins, whose work is done over HTTP."""

    def __init__(self, url: str, http: httpx.AsyncClient, engine: Engine) -> None:
        """http: with a key that may do everything."""
        self.url = url
        self.http = http
        self.engine = engine
        self._numbers = itertools.count(1)

    async def fill(self) -> None:
        """Goods, their codes, the bins and what is in them."""
        codes = {
            "TEA-250": [(TEA_CODE, 1), (TEA_BOX, 6)],
            "TEA-100": [(SMALL_CODE, 1)],
            "CUP-9": [(CUP_CODE, 1)],
        }
        products = [
            {
                "sku": sku,
                "title": f"Goods {sku}",
                "price": {"amount": price},
                "codes": [{"code": code, "qty": qty} for code, qty in codes[sku]],
            }
            for sku, price in PRICES.items()
        ]
        await self.post("/books/products", {"store": STORE, "products": products})
        places = [{"bin": name, "place": n} for n, name in enumerate(sorted(BINS.values()))]
        await self.post("/books/bins", {"store": STORE, "location": "main", "bins": places})
        lines = [{"sku": sku, "qty": 1000, "bin": BINS[sku]} for sku in PRICES]
        await self.post("/books/stock", {"store": STORE, "reference": "OPENING", "lines": lines})

    async def post(self, path: str, body: Json) -> Json:
        answer = await self.http.post(path, json=body)
        assert answer.status_code < 300, f"{path}: {answer.text}"
        return answer.json()

    async def look(self, case: str) -> Json:
        return (await self.http.get(f"/cases/{case}")).json()

    async def act(self, case: str, action: str, form: Json | None = None) -> Json:
        return await self.post(f"/cases/{case}/actions/{action}", {"form": form or {}})

    async def at(self, case: str, stage: str) -> None:
        """Wait until the case stands there."""

        async def is_there() -> bool:
            return [one["key"] for one in (await self.look(case))["stages"]] == [stage]

        await until(is_there)

    def number(self, prefix: str = "SO") -> str:
        """One that no other test uses."""
        return f"{prefix}-{next(self._numbers) + 5000}"

    async def order(self, lines: dict[str, int], *, to: str = "picking") -> str:
        """An order's case, at this stage; its number is the last part of its id."""
        number = self.number()
        case = f"order_fulfilment:{STORE}:{number}"
        total = sum(float(PRICES[sku]) * qty for sku, qty in lines.items())
        data = {
            "order_no": number,
            "receiver_name": "王秀英",
            "phone": "13812340001",
            "address": {
                "province": "浙江省",
                "city": "杭州市",
                "district": "西湖区",
                "street": "文三路 478 号",
            },
            "lines": [
                {"sku": sku, "qty": qty, "unit_price": {"amount": PRICES[sku]}} for sku, qty in lines.items()
            ],
            "delivery_method": "express",
            "payment_method": "card",
        }
        start = {"store": STORE, "subject": number, "event": "place_order", "data": data}
        await self.post("/procedures/order_fulfilment/cases", start)
        await self.act(case, "pay", {"paid": {"amount": f"{total:.2f}"}, "payment_no": f"P-{number}"})
        await self.at(case, "allocated")
        if to == "allocated":
            return case
        await self.act(case, "start_picking")
        if to == "picking":
            return case
        asked = (await self.http.get(f"/cases/{case}/actions/picked")).json()
        rows = asked["form"]["properties"]["lines_scanned"]["x-fact"]
        await self.act(case, "picked", {"lines_scanned": rows})
        return case

    async def person(self, name: str, roles: list[str], *, administrator: bool = False) -> str:
        """An account with a password; its id. It speaks English."""
        body = {
            "id": name,
            "name": name,
            "kind": "person",
            "roles": {"*": roles},
            "language": "en",
            "password": PASSWORD,
            "administrator": administrator,
        }
        await self.post("/accounts", body)
        return name


class Device:
    """A browser on a device, with what a test does at it."""

    def __init__(self, warehouse: Warehouse, context: BrowserContext, page: Page, cdp: CDPSession) -> None:
        self.warehouse = warehouse
        self.context = context
        self.page = page
        self.keyboard = Keyboard(cdp)
        self.faults: list[str] = []
        """What the page's scripts, or its policy, complained of."""
        page.on("pageerror", lambda error: self.faults.append(str(error)))
        page.on("console", lambda said: self._heard(said.type, said.text))

    def _heard(self, kind: str, text: str) -> None:
        is_of_network = any(one in text for one in ("Failed to load resource", "Failed to fetch", "net::ERR"))
        if kind == "error" and not is_of_network:
            self.faults.append(text)

    async def open(self, path: str) -> None:
        await self.page.goto(self.warehouse.url + path)

    async def sign_in(self, account: str, to: str = "/inbox/scan") -> None:
        await self.open(f"/inbox/sign-in?to={to}")
        if await self.page.locator("details:not([open]) #account").count():
            await self.page.click("details summary")
        await self.page.fill("#account", account)
        await self.page.fill("#password", PASSWORD)
        await self.page.click("form[action='/inbox/sign-in'] button.main")
        await self.page.wait_for_url(f"**{to}")

    async def work_on(self, case: str, action: str = "") -> None:
        """The page of the person's task of this case."""
        more = f"&action={action}" if action else ""
        await self.open(f"/inbox/scan?case={case}{more}")

    async def scan(self, code: str) -> None:
        """As a wedge types it."""
        await self.keyboard.scan(code)

    async def let_go(self) -> None:
        """Wait until the same label counts once more: within a moment it was read twice."""
        await self.page.wait_for_function("() => performance.now() - scanner.lastAt > 250")

    async def said(self) -> str:
        """What the whole screen says, or has said last."""
        return (await self.page.text_content("#flash")) or ""

    async def until_said(self, text: str) -> None:
        await self.page.wait_for_function(
            "text => document.querySelector('#flash').textContent.includes(text)", arg=text
        )

    async def got(self, sku: str) -> str:
        """What is counted of a line."""
        return await self.page.input_value(f".pick-line[data-sku='{sku}'] [data-qty]")

    async def until_got(self, sku: str, got: int | str) -> None:
        await self.page.wait_for_function(
            "([sku, got]) => document.querySelector(`.pick-line[data-sku='${sku}'] [data-qty]`)?.value === got",
            arg=[sku, str(got)],
        )


class Keyboard:
    """Keys by a clock of their own, so that a busy machine changes nothing about how fast they are."""

    def __init__(self, cdp: CDPSession) -> None:
        self._cdp: Any = cdp  # its own types say nothing of what is told
        self._last = 0.0

    @classmethod
    async def of(cls, page: Page) -> Keyboard:
        """That of a page."""
        return cls(await page.context.new_cdp_session(page))

    async def scan(self, code: str) -> None:
        """As a scanner types: all at once, and Enter."""
        await self.type(code, every=0.004, end="Enter")

    async def tell(self, method: str, **params: Any) -> Json:
        """Something that Chromium alone knows how to do."""
        async with asyncio.timeout(PATIENCE):
            return await self._cdp.send(method, params)

    async def type(
        self, text: str, *, every: float, end: str = "", composed: bool = False, goes_on: bool = False
    ) -> None:
        """Keys so many seconds apart. composed: an input method has them. goes_on: they follow those before at once."""
        await self.tell("Runtime.evaluate", expression=_PATIENT)
        self._last = self._last if goes_on else max(time.time(), self._last + 1)
        sent: list[Any] = []
        for sign in [*text, *([end] if end else [])]:
            self._last += every
            keys = _composed(sign, self._last) if composed else _plain(sign, self._last)
            sent += [self.tell("Input.dispatchKeyEvent", **key) for key in keys]
        await asyncio.gather(*sent)

    async def type_all(self, texts: list[str], *, every: float, end: str) -> None:
        """One after the other, without a pause between them."""
        for text in texts:
            await self.type(text, every=every, end=end, goes_on=text is not texts[0])


_PATIENT = """
    window.isPatient ??= (() => {
        const wait = window.setTimeout.bind(window);
        window.setTimeout = (then, after, ...given) =>
            wait(then, then.name === "handOver" ? after + 3000 : after, ...given);
        return true;
    })()
"""
"""A busy machine brings keys late, whatever their own times say: the page waits longer until it calls them typed."""


def _plain(sign: str, at: float) -> list[Json]:
    """A key that is pressed and let go, as Chromium is told of it."""
    one = {"key": sign, **_place_of(sign)}
    text = {"Enter": "\r", "Tab": ""}.get(sign, sign)
    down = {"type": "keyDown" if text else "rawKeyDown", **one, **({"text": text} if text else {})}
    return [{**down, "timestamp": at}, {"type": "keyUp", **one, "timestamp": at + 0.001}]


def _composed(sign: str, at: float) -> list[Json]:
    """The same while an input method has it: the page learns which key it was, and nothing more."""
    shift = 8 if sign.isupper() and len(sign) == 1 else 0
    one = {"key": "Process", **_place_of(sign), "windowsVirtualKeyCode": 229, "modifiers": shift}
    return [{"type": "rawKeyDown", **one, "timestamp": at}]


def _place_of(sign: str) -> Json:
    """Where the key is on the keyboard."""
    if len(sign) > 1:
        return {"code": sign, "windowsVirtualKeyCode": {"Enter": 13, "Tab": 9}[sign]}
    if sign.isdigit():
        return {"code": f"Digit{sign}", "windowsVirtualKeyCode": ord(sign)}
    if sign.isalpha():
        return {"code": f"Key{sign.upper()}", "windowsVirtualKeyCode": ord(sign.upper())}
    code, number = _KEYS.get(sign, ("", 0))
    return {"code": code, "windowsVirtualKeyCode": number}


@asynccontextmanager
async def warehouse_in(home: Path) -> AsyncGenerator[Warehouse]:
    """A warehouse at work, from the ground."""
    settings = load(data_dir=home, signing_key="a key of the tests", stores=[STORE])
    engine = open_database(f"sqlite:///{home / 'store.db'}")
    all_tables().create_all(engine)
    SQLModel.metadata.create_all(engine)
    with writing(engine) as session:
        first_key = ensure_first_key(session)
    with temporal_server(home / "temporal") as server:
        client = await Client.connect(server.address, data_converter=pydantic_data_converter)
        ports = open_ports(
            stripe_api_key="",
            stripe_api_base=settings.stripe_api_base,
            carrier_url="",
            apprise_urls={},
            locale=settings.locale,
            timezone=settings.store_timezone,
            files=home / "files",
        )
        async with AsyncExitStack() as stack:
            for worker in workers(settings, client, engine, ports):
                await stack.enter_async_context(worker)
            url = await stack.enter_async_context(_serving(settings, engine, client))
            http = httpx.AsyncClient(base_url=f"{url}/api/v1", timeout=60, trust_env=False)
            http.headers["Authorization"] = f"Bearer {first_key}"
            await stack.enter_async_context(http)
            stack.callback(engine.dispose)
            warehouse = Warehouse(url, http, engine)
            await warehouse.fill()
            yield warehouse


@asynccontextmanager
async def _serving(settings: Settings, engine: Engine, client: Client) -> AsyncGenerator[str]:
    app = create_server(settings, engine=engine, client=client)
    listening = socket.socket()
    listening.bind(("127.0.0.1", 0))
    config = uvicorn.Config(app, lifespan="on", timeout_graceful_shutdown=1, **server_options(settings))
    server = _Server(config)
    running = asyncio.create_task(server.serve(sockets=[listening]))
    await until(lambda: server.started or running.done())
    assert server.started, "the server did not start"
    try:
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"
    finally:
        app.state.services.streams.end()
        server.should_exit = True
        await running


@asynccontextmanager
async def device_of(warehouse: Warehouse, chromium: Browser, **more: Any) -> AsyncGenerator[Device]:
    """A device of its own. What its scripts complain of is a fault."""
    context = await chromium.new_context(
        viewport={"width": 390, "height": 844}, locale="en-GB", has_touch=True, **more
    )
    context.set_default_timeout(PATIENCE * 1000)
    page = await context.new_page()
    device = Device(warehouse, context, page, await context.new_cdp_session(page))
    try:
        yield device
    finally:
        await close(context)
    assert not device.faults, sorted(set(device.faults))[:5]
