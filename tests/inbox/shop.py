"""A store at work, whose pages are looked at: its people, its goods, its orders, and the carrier that it calls."""

from __future__ import annotations

import asyncio
import itertools
import json
from collections.abc import Awaitable, Callable, Generator, Iterable
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import httpx

from api.labels import Language
from api.people import sessions
from development.pictures.carrier import carrier
from tests.kills.stack import Stack

STORE = "tmall"
PASSWORD = "correct-horse-7"
GOODS = {"TEA-250": "明前龙井 250g 礼盒", "CUP-1": "青瓷品茗杯"}
PRICES = {"TEA-250": "168.00", "CUP-1": "19.90"}
ADDRESS = {"province": "浙江省", "city": "杭州市", "district": "西湖区", "street": "文三路 478 号"}
Json = dict[str, Any]

ALL_OK: Json = dict.fromkeys(("model_ok", "qty_ok", "price_ok", "address_ok", "contact_ok"), True)
WAY: tuple[tuple[str, str, Json], ...] = (
    ("pending_confirmation", "pay", {"paid": {"amount": "375.80"}}),
    ("allocated", "confirm", ALL_OK),
    ("picking", "start_picking", {}),
    (
        "packing",
        "picked",
        {
            "lines_scanned": [
                {"sku": "TEA-250", "qty": 2, "bin": "A-01"},
                {"sku": "CUP-1", "qty": 2, "bin": "A-02"},
            ]
        },
    ),
    ("packed", "pack", {"goods_qty": 4, "package_count": 1, "weight_kg": "1.2"}),
)
"""How an order comes on: where it is then, the action, and its form."""


@dataclass(frozen=True)
class Person:
    """Somebody who works in the store."""

    id: str
    name: str
    language: Language
    cookie: str = field(repr=False)
    """Of the session that they have begun."""


@dataclass(frozen=True)
class Order:
    """An order's case."""

    number: str

    @property
    def case(self) -> str:
        return f"order_fulfilment:{STORE}:{self.number}"


@dataclass
class Gateway:
    """A carrier that the store calls. It lets nobody in while its doors are locked."""

    url: str = ""
    is_locked: bool = False


@contextmanager
def gateway() -> Generator[Gateway]:
    """A carrier on a port of its own."""
    gate = Gateway()
    with carrier(lambda _: gate.is_locked) as gate.url:
        yield gate


async def until(holds: Callable[[], Awaitable[bool]], otherwise: str, *, seconds: float = 60) -> None:
    """Look again until it is so."""
    try:
        async with asyncio.timeout(seconds):
            while True:
                if await holds():
                    return
                await asyncio.sleep(0.05)
    except TimeoutError:
        raise AssertionError(otherwise) from None


class Shop:
    """What tests do without a page: they hire people, and bring cases to where somebody has them before them."""

    password = PASSWORD
    """Everybody's."""

    def __init__(self, stack: Stack, carrier: Gateway) -> None:
        self.carrier = carrier
        self.url = stack.url
        self.http = httpx.AsyncClient(
            base_url=f"{stack.url}/api/v1",
            headers={"Authorization": f"Bearer {stack.key}"},
            timeout=60,
            trust_env=False,
        )
        self._numbers = itertools.count(1)
        self._people: dict[tuple[str, ...], Person] = {}

    async def open(self) -> None:
        """Goods into the catalogue and onto the shelves."""
        products = [
            {"sku": sku, "title": title, "price": {"amount": PRICES[sku]}} for sku, title in GOODS.items()
        ]
        await self.post("/books/products", {"store": STORE, "products": products})
        lines = [{"sku": sku, "qty": 5000, "bin": f"A-0{n}"} for n, sku in enumerate(GOODS, 1)]
        await self.post("/books/stock", {"store": STORE, "reference": "OPENING", "lines": lines})

    async def post(self, path: str, body: Json) -> Any:
        answer = await self.http.post(path, json=body)
        assert answer.status_code < 300, f"{path}: {answer.text}"
        return answer.json()

    async def get(self, path: str, **parameters: str) -> Any:
        answer = await self.http.get(path, params=parameters)
        assert answer.status_code < 300, f"{path}: {answer.text}"
        return answer.json()

    def number(self, prefix: str) -> str:
        """One that nothing else in the store has."""
        return f"{prefix}-{next(self._numbers):05}"

    async def hire(
        self,
        *roles: str,
        name: str = "",
        language: Language = "zh",
        stores: Iterable[str] = ("*",),
        administrator: bool = False,
    ) -> Person:
        """Somebody new with these roles, who has signed in."""
        number = next(self._numbers)
        account = f"{name or roles[0]}.{number}".replace("_", ".")
        body = {
            "id": account,
            "name": f"{name or '员工'}{number}",
            "kind": "person",
            "roles": {store: list(roles) for store in stores},
            "language": language,
            "password": PASSWORD,
            "administrator": administrator,
        }
        await self.post("/accounts", body)
        return await self.sign_in(account, str(body["name"]), language)

    async def staff(self, *roles: str, language: Language = "zh") -> Person:
        """Somebody with these roles; the same one for whoever asks again."""
        key = (*roles, language)
        if key not in self._people:
            self._people[key] = await self.hire(*roles, language=language)
        return self._people[key]

    async def sign_in(self, account: str, name: str, language: Language = "zh") -> Person:
        async with httpx.AsyncClient(base_url=self.url, timeout=60, trust_env=False) as browser:
            answer = await browser.post("/api/v1/session", json={"account": account, "password": PASSWORD})
        assert answer.status_code == 200, answer.text
        return Person(account, name, language, answer.cookies[sessions.COOKIE])

    async def ends_sessions(self, person: Person) -> None:
        """Whatever browsers they are signed in with, they aren't any more."""
        listed = (await self.get(f"/accounts/{person.id}/sessions"))["items"]
        for one in listed:
            answer = await self.http.delete(f"/accounts/{person.id}/sessions/{one['id']}")
            assert answer.status_code < 300, answer.text

    async def changes(self, person: Person, **what: Any) -> None:
        """Their account is another."""
        answer = await self.http.patch(f"/accounts/{person.id}", json=what)
        assert answer.status_code == 200, answer.text

    # --- orders

    async def order(self, stage: str = "pending_confirmation", **more: Any) -> Order:
        """A new order, brought to this stage."""
        order = Order(self.number("SO"))
        lines = [{"sku": sku, "qty": 2, "unit_price": {"amount": price}} for sku, price in PRICES.items()]
        placed: Json = {
            "order_no": order.number,
            "receiver_name": "王秀英",
            "phone": "13812340001",
            "address": ADDRESS,
            "lines": lines,
            "delivery_method": "express",
            "payment_method": "card",
            "buyer_note": "周五前一定要到",  # else nobody need look at it
            **more,
        }
        body = {"store": STORE, "subject": order.number, "data": placed}
        await self.post("/procedures/order_fulfilment/cases", body)
        for reached, action, form in WAY:
            if stage == "awaiting_payment":
                break
            number = {"payment_no": f"P-{order.number}"} if action == "pay" else {}
            await self.act(order.case, action, {**form, **number})
            if reached == stage:
                break
        return order

    async def act(self, case: str, action: str, form: Json) -> None:
        """An action, as soon as the case takes it."""

        async def is_taken() -> bool:
            answer = await self.http.post(f"/cases/{case}/actions/{action}", json={"form": form})
            assert answer.status_code < 300 or answer.status_code == 409, f"{case} {action}: {answer.text}"
            return answer.status_code in (200, 201)

        await until(is_taken, f"{case} doesn't take {action}")

    async def reaches(self, case: str, stage: str) -> None:
        """The case comes to this stage."""

        async def is_there() -> bool:
            return stage in await self.stages(case)

        await until(is_there, f"{case} doesn't come to {stage}")

    async def stages(self, case: str) -> list[str]:
        return [stage["key"] for stage in (await self.get(f"/cases/{case}"))["stages"]]

    async def tasks(self, case: str) -> list[str]:
        return [task["id"] for task in (await self.get("/tasks", case=case))["items"]]

    async def refused_event(self) -> str:
        """An event that its sender may not send; its type."""
        made = await self.post("/keys", {"name": f"picker-{next(self._numbers)}", "roles": ["picker"]})
        number = next(self._numbers)
        event = {
            "specversion": "1.0",
            "id": f"e-{number}",
            "source": "/tests",
            "type": "store.order.paid",
            "subject": f"SO-{number}",
            "store": STORE,
            "data": {"paid": {"amount": "1"}, "payment_no": f"P-{number}"},
        }
        headers = {"Authorization": f"Bearer {made['key']}", "Content-Type": "application/cloudevents+json"}
        answer = await self.http.post("/events", content=json.dumps(event), headers=headers)
        assert answer.json()["items"][0]["status"] == "refused", answer.text
        return str(event["type"])

    def now(self) -> str:
        return datetime.now(UTC).isoformat()
