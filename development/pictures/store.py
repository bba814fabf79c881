"""A store at work, so that its pages have something to show: people, goods, and cases at many stages.

It is set up over HTTP, as any store is. What is there already stays: it can be set up again.
"""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx

from api.people.sessions import COOKIE

Json = dict[str, Any]

STORE = "tmall"
PASSWORD = "correct-horse-7"  # noqa: S105 - of a store that lives as long as its pictures are taken
_PATIENCE = 120.0

SETTINGS = """\
service_hours = "00:00-24:00"

[replies]
"已发货" = "您好，订单 {order_no} 已由 {carrier} 发出，运单号 {waybill_no}。"
"催发货" = "您好，您的订单 {order_no} 正在备货：{headline}。"
"确认地址" = "请确认收货地址：{address}，电话 {phone}。"
"""
"""The store is always open: its clocks run whenever pictures are taken."""

_CITY = {"province": "浙江省", "city": "杭州市", "district": "西湖区"}
GOODS: dict[str, tuple[str, str, str, str]] = {
    "TEA-250": ("明前龙井 250g 礼盒", "168.00", "A-01-1", "6901234567892"),
    "TEA-100": ("正山小种红茶 100g", "45.90", "A-01-2", "6901234567908"),
    "CUP-1": ("青瓷品茗杯", "19.90", "A-02-3", "6901234567915"),
    "POT-240": ("紫砂壶 西施 240ml", "277.00", "B-04-1", "6901234567922"),
    "TRAY-1": ("竹制干泡茶盘", "149.00", "B-07-2", "6901234567939"),
    "SET-8": ("年货茶礼盒 八件套", "328.00", "C-01-1", "6901234567946"),
    "TIN-1": ("锡罐 密封茶叶罐", "96.00", "C-02-2", "6901234567953"),
}
"""SKU: name, price, bin, barcode."""

_PICKER = ("picker", "packer", "warehouse_keeper", "receiver")
PEOPLE: dict[str, tuple[str, tuple[str, ...], str, bool]] = {
    "li.na": ("李娜", ("cs_agent", "after_sales", "cs_supervisor"), "zh", False),
    "emma.lin": ("Emma Lin", ("cs_agent", "after_sales", "cs_supervisor"), "en", False),
    "wang.wei": ("王伟", _PICKER, "zh", False),
    "sam.wu": ("Sam Wu", _PICKER, "en", False),
    "zhao.min": ("赵敏", ("ops_specialist", "ops_manager"), "zh", True),
    "sun.yan": ("孙燕", ("purchasing", "finance"), "zh", False),
    "hu.bin": ("胡斌", ("logistics", "order_clerk"), "zh", False),
    "he.jun": ("何俊", ("hr",), "zh", False),
}
"""Account: name, roles, language, whether they administer."""

ORDERS: tuple[tuple[str, str, str, dict[str, int], str, str], ...] = (
    ("SO-20611", "pending_confirmation", "王秀英", {"TEA-250": 2, "CUP-1": 4}, "C-1001",
     "要顺丰，周五前一定要到，送长辈的，请附贺卡"),
    ("SO-20613", "pending_confirmation", "李静", {"TEA-100": 6, "TIN-1": 2}, "", "请把发票一起寄来"),
    ("SO-20615", "pending_confirmation", "陈思远", {"TRAY-1": 1}, "", "周末才在家，周六送"),
    ("SO-20617", "pending_confirmation", "张伟", {"POT-240": 1}, "", "壶盖和壶身请分开包"),
    ("SO-20620", "pending_confirmation", "刘洋", {"SET-8": 3}, "", "公司福利，三份分开装"),
    ("SO-20621", "pending_confirmation", "杨丽华", {"TEA-100": 1}, "", "放门卫就行"),
    ("SO-20622", "pending_confirmation", "赵文博", {"POT-240": 2, "TEA-250": 1}, "", "不要放价格单，送人"),
    ("SO-20630", "allocated", "黄晓琳", {"SET-8": 1, "CUP-1": 2}, "", ""),
    ("SO-20631", "allocated", "周杰", {"TEA-250": 1}, "", ""),
    ("SO-20632", "allocated", "吴敏", {"TEA-100": 2, "TIN-1": 1}, "", ""),
    ("SO-20633", "allocated", "徐磊", {"TRAY-1": 1, "CUP-1": 6, "TEA-250": 1}, "", ""),
    ("SO-20634", "allocated", "朱婷", {"POT-240": 1}, "", ""),
    ("SO-20636", "picking", "马超", {"TEA-250": 2, "CUP-1": 4, "TEA-100": 1}, "", ""),
    ("SO-20637", "picking", "胡婷婷", {"SET-8": 2}, "", ""),
    ("SO-20638", "picking", "郭涛", {"TRAY-1": 1, "TIN-1": 3}, "", ""),
    ("SO-20640", "packing", "林志强", {"TEA-250": 1, "CUP-1": 2}, "", ""),
    ("SO-20641", "packing", "何静怡", {"TEA-100": 3}, "", ""),
    ("SO-20645", "packed", "高翔", {"POT-240": 1, "TEA-250": 1}, "", ""),
    ("SO-20650", "in_transit", "王秀英", {"TEA-250": 1, "TIN-1": 1}, "C-1001", ""),
    ("SO-20651", "in_transit", "罗娜", {"SET-8": 1}, "C-1002", ""),
    ("SO-20666", "failed", "邓凯", {"TEA-250": 1}, "", ""),
)  # fmt: skip
"""Number, stage, who receives it, goods, whose customer number, what they wrote."""

FAILING = "SO-20666"
"""Its parcel is refused by the carrier: an effect that failed for good."""


@dataclass
class Account:
    """Somebody who has signed in."""

    id: str
    language: str
    cookie: str = field(repr=False)
    http: httpx.AsyncClient = field(repr=False)


class PictureStore:
    """The store over HTTP."""

    def __init__(self, url: str, key: str) -> None:
        """key: may do everything."""
        self.url = url
        self.key = key
        self.http = self._client(key)
        self.people: dict[str, Account] = {}

    def _client(self, key: str) -> httpx.AsyncClient:
        return httpx.AsyncClient(
            base_url=f"{self.url}/api/v1",
            headers={"Authorization": f"Bearer {key}"},
            timeout=60,
            trust_env=False,
        )

    async def close(self) -> None:
        for client in (self.http, *(one.http for one in self.people.values())):
            await client.aclose()

    async def post(self, path: str, body: Json) -> Any:
        """Raises AssertionError where it is refused."""
        answer = await self.http.post(path, json=body)
        assert answer.status_code < 300, f"{path}: {answer.text}"
        return answer.json()

    async def get(self, path: str, **asked: str) -> Any:
        answer = await self.http.get(path, params=asked)
        assert answer.status_code < 300, f"{path}: {answer.text}"
        return answer.json()

    async def act(self, case: str, action: str, form: Json | None = None, by: str = "") -> None:
        """As soon as the case takes it. by: who does it; else the shop's own software."""
        client = self.people[by].http if by else self.http

        async def is_taken() -> bool:
            answer = await client.post(f"/cases/{case}/actions/{action}", json={"form": form or {}})
            assert answer.status_code < 300 or answer.status_code == 409, f"{case} {action}: {answer.text}"
            return answer.status_code in (200, 201)

        await until(is_taken, f"{case} doesn't take {action}")

    async def stands(self, case: str, *stages: str) -> None:
        async def is_there() -> bool:
            found = {one["key"] for one in (await self.get(f"/cases/{case}"))["stages"]}
            return bool(found & set(stages))

        await until(is_there, f"{case} doesn't come to {stages}")

    # --- setting it up

    async def set_up(self) -> None:
        """People who have signed in, goods on their shelves, and cases."""
        for account, (name, roles, language, administers) in PEOPLE.items():
            await self._hire(account, name, roles, language, administers=administers)
        if (await self.http.get(f"/cases/complaint:{STORE}:CP-1104")).status_code == 200:
            return
        await self._fill()
        await asyncio.gather(*(self._order(*one) for one in ORDERS))
        await self._after_sales()
        await self._words()
        await self._goods_in()
        await self._odd_ones()

    async def _hire(
        self, account: str, name: str, roles: tuple[str, ...], language: str, *, administers: bool
    ) -> None:
        if (await self.http.get(f"/accounts/{account}")).status_code != 200:
            body = {"id": account, "name": name, "kind": "person", "roles": {STORE: list(roles)}}
            more = {"language": language, "password": PASSWORD, "administrator": administers}
            await self.post("/accounts", body | more)
        async with httpx.AsyncClient(base_url=self.url, trust_env=False, timeout=60) as browser:
            answer = await browser.post("/api/v1/session", json={"account": account, "password": PASSWORD})
        assert answer.status_code == 200, answer.text
        cookie = answer.cookies[COOKIE]
        client = httpx.AsyncClient(
            base_url=f"{self.url}/api/v1",
            cookies={COOKIE: cookie},
            headers={"Sec-Fetch-Site": "same-origin"},
            timeout=60,
            trust_env=False,
        )
        self.people[account] = Account(account, language, cookie, client)

    async def _fill(self) -> None:
        products = [
            {"sku": sku, "title": title, "price": {"amount": price}, "codes": [{"code": code}]}
            for sku, (title, price, _, code) in GOODS.items()
        ]
        await self.post("/books/products", {"store": STORE, "products": products})
        bins = [{"bin": name, "place": n} for n, name in enumerate(sorted(one[2] for one in GOODS.values()))]
        await self.post("/books/bins", {"store": STORE, "location": "main", "bins": bins})
        lines = [{"sku": sku, "qty": 500, "bin": one[2]} for sku, one in GOODS.items()]
        await self.post("/books/stock", {"store": STORE, "reference": "OPENING", "lines": lines})

    async def _order(
        self, number: str, stage: str, receiver: str, goods: dict[str, int], customer: str, note: str
    ) -> None:
        case = f"order_fulfilment:{STORE}:{number}"
        total = sum(float(GOODS[sku][1]) * qty for sku, qty in goods.items())
        data: Json = {
            "order_no": number,
            "receiver_name": receiver,
            "phone": f"1381234{number[-4:]}",
            "address": {**_CITY, "street": f"文三路 {int(number[-3:])} 号华星时代广场 12 楼"},
            "lines": [
                {"sku": sku, "qty": qty, "unit_price": {"amount": GOODS[sku][1]}}
                for sku, qty in goods.items()
            ],
            "freight": {"amount": "8.00"},
            "delivery_method": "express",
            "payment_method": "card",
            "buyer_note": note,
        }
        if customer:
            data["customer_no"] = customer
        body = {"store": STORE, "subject": number, "data": data}
        await self.post("/procedures/order_fulfilment/cases", body)
        await self.act(case, "pay", {"paid": {"amount": f"{total + 8:.2f}"}, "payment_no": f"P-{number}"})
        if stage == "pending_confirmation":
            return
        rows = [{"sku": sku, "qty": qty, "bin": GOODS[sku][2]} for sku, qty in goods.items()]
        pieces = sum(goods.values())
        steps: tuple[tuple[str, str, Json], ...] = (
            ("allocated", "start_picking", {}),
            ("picking", "picked", {"lines_scanned": rows}),
            ("packing", "pack", {"goods_qty": pieces, "package_count": 1, "weight_kg": "1.2"}),
        )
        for before, action, form in steps:
            await self.stands(case, before)
            if stage == before:
                return
            await self.act(case, action, form, "wang.wei")
        if stage == "packed":
            return
        await self._hand_over(case, number, stage)

    async def _hand_over(self, case: str, number: str, stage: str) -> None:
        """To the carrier; the one that it refuses stays an incident."""
        now = datetime.now(UTC)
        checked = {"item_no_ok": True, "qty_ok": True, "colour_ok": True}
        await self.act(case, "check_ok", checked, "hu.bin")
        fetched = (now + timedelta(hours=2)).isoformat()
        booked = {"carrier": "sf", "waybill_no": f"SF14206360{number[-3:]}", "pickup_time": fetched}
        await self.act(case, "create_waybill", {**booked, "freight_fee": {"amount": "8.00"}}, "hu.bin")
        if stage == "failed":

            async def has_failed() -> bool:
                found = (await self.get("/tasks", case=case))["items"]
                return any(one["kind"] == "incident" for one in found)

            await until(has_failed, f"{case} has no incident")
            return
        await self.stands(case, "awaiting_pickup")
        await self.act(
            case, "hand_over", {"handed_at": now.isoformat(), "courier_name": "顺丰小李"}, "hu.bin"
        )
        await self.act(case, "transit_scan", {"location": "杭州转运中心", "note": "已发往下一站"})
        await self.stands(case, stage)

    async def _start(self, procedure: str, subject: str, data: Json, event: str = "", by: str = "") -> str:
        body: Json = {"store": STORE, "subject": subject, "data": data}
        if event:
            body["event"] = event
        client = self.people[by].http if by else self.http
        answer = await client.post(f"/procedures/{procedure}/cases", json=body)
        assert answer.status_code < 300, f"{subject}: {answer.text}"
        return f"{procedure}:{STORE}:{subject}"

    async def _after_sales(self) -> None:
        """Two returns: one to be looked at, one that is being decided on."""
        order = {"order_no": "SO-20650", "customer_no": "C-1001"}
        asked = {"lines": [{"line": 1, "qty": 1}], "wanted": "return", "reason": "no_reason"}
        await self._start("aftersales_request", "AS-3301", {**order, **asked})
        order = {"order_no": "SO-20651", "customer_no": "C-1002"}
        asked = {"lines": [{"line": 1, "qty": 1}], "wanted": "exchange", "reason": "no_reason"}
        case = await self._start(
            "aftersales_request", "AS-3302", {**order, **asked, "description": "想换成红茶礼盒"}
        )
        await self.act(case, "start_review", {"handler": "li.na"}, "li.na")

    async def _words(self) -> None:
        """What customers said: inquiries, a review, complaints; one is being looked into."""
        await self._start(
            "customer_inquiry",
            "Q-5501",
            {"topic": "product", "message": "这款紫砂壶第一次用要怎么开壶？", "channel": "chat"},
        )
        await self._start(
            "customer_inquiry",
            "Q-5502",
            {"topic": "delivery", "message": "江浙沪今天下单明天能到吗？", "channel": "phone"},
        )
        await self._start("bad_review", "RV-7701", {"rating": 2, "text": "茶叶罐盖子不严，受潮了"})
        said = {"channel": "chat", "category": "logistics", "severity": "high", "order_no": "SO-20651"}
        words = "顺丰三天没动，客服也联系不上，再不处理我就去平台投诉！"
        await self._start("complaint", "CP-1101", {**said, "content": words, "customer_no": "C-1002"})
        said = {"channel": "phone", "category": "product", "severity": "medium", "order_no": "SO-20650"}
        words = "茶叶罐盖子盖不严，打开已经受潮，照片已发给客服。"
        case = await self._start("complaint", "CP-1102", {**said, "content": words, "customer_no": "C-1001"})
        tomorrow = (datetime.now(UTC) + timedelta(hours=20)).isoformat()
        promised = {"agent": "li.na", "customer_mood": "upset", "promise_time": tomorrow}
        await self.act(case, "acknowledge", promised, "li.na")
        await self.act(case, "investigate", {"facts": "照片显示罐口变形，同批次另有一起反映。"}, "li.na")
        words = {"text": "@wang.wei 同批次的罐子请抽查五个"}
        answer = await self.people["li.na"].http.post(f"/cases/{case}/comments", json=words)
        assert answer.status_code < 300, answer.text

    async def _goods_in(self) -> None:
        """A delivery that is announced, and leave that somebody asks for."""
        soon = datetime.now(UTC) + timedelta(hours=6)
        lines = [{"sku": "TEA-250", "qty": 120}, {"sku": "TIN-1", "qty": 48}]
        await self._start(
            "inbound_receiving",
            "R-8801",
            {"purchase_no": "PO-4401", "lines": lines, "eta": soon.isoformat()},
            "announce",
            "sun.yan",
        )
        first = (datetime.now(UTC) + timedelta(days=7)).date()
        leave = {"kind": "annual", "first_day": first.isoformat(), "stand_in": "li.na"}
        last = (first + timedelta(days=2)).isoformat()
        await self._start(
            "leave_request", "LV-0301", {**leave, "last_day": last, "reason": "回老家"}, by="sun.yan"
        )

    async def _odd_ones(self) -> None:
        """A campaign, an event that is refused, and what comes last."""
        start, end = (datetime.now(UTC) + timedelta(days=n) for n in (20, 24))
        dates = {"first": start.date().isoformat(), "last": end.date().isoformat()}
        plan = {"name": "中秋茶礼节", "kind": "own", "source": "去年同期销售翻倍", "dates": dates}
        await self._start("campaign", "EV-0901", plan, "propose", "zhao.min")
        await self._refused_event()
        said = {"channel": "chat", "category": "description", "severity": "low"}
        words = "详情页写 8 件套，收到只有 7 件，请补寄。"
        await self._start("complaint", "CP-1104", {**said, "content": words})

    async def _refused_event(self) -> None:
        made = await self.post("/keys", {"name": "shop-feed", "roles": ["picker"]})
        event = {
            "specversion": "1.0",
            "id": "e-1",
            "source": "/shop",
            "type": "store.order.paid",
            "subject": "SO-20699",
            "store": STORE,
            "data": {"paid": {"amount": "96.00"}, "payment_no": "P-SO-20699"},
        }
        headers = {"Content-Type": "application/cloudevents+json"}
        async with self._client(made["key"]) as sender:
            answer = await sender.post("/events", content=json.dumps(event), headers=headers)
        assert answer.json()["items"][0]["status"] == "refused", answer.text


async def until(holds: Callable[[], Awaitable[bool]], otherwise: str) -> None:
    """Look again until it is so."""
    end = time.monotonic() + _PATIENCE
    while not await holds():
        if time.monotonic() > end:
            raise AssertionError(otherwise)
        await asyncio.sleep(0.1)
