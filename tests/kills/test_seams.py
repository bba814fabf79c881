"""A process that kills itself at each seam: what it had begun is done once, and whoever asked gets the same answer."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from typing import Any

import httpx
import pytest
from sqlalchemy import select
from sqlmodel import col

from demo.orders import Fate, read_orders
from demo.staff import placed
from models.database import reading
from models.tables.cases import StepRow
from models.tables.requests import EventRow, EventStatus, RequestRow
from tests.kills.rounds import ORDERS, Round, Rounds, numbered
from tests.kills.seams import API, SEAMS
from tests.kills.stack import Stack
from tests.whole.waiting import until


@pytest.fixture(scope="module")
async def stack(tmp_path_factory: pytest.TempPathFactory) -> AsyncGenerator[Stack]:
    stack = Stack(tmp_path_factory.mktemp("stack") / "data")
    async with stack.running():
        yield stack


@pytest.mark.slow
async def test_an_order_comes_out_as_recorded_whatever_seam_kills(stack: Stack) -> None:
    """Each seam has an order of its own; they are played together, as what a worker leaves waits for its time."""
    orders = {order.fate: order for order in read_orders(ORDERS)}
    rounds = [
        Round(
            place,
            seed := 90_000 + place,
            numbered([orders[Fate.DELIVERED], orders[Fate.UNAVAILABLE]], seed),
            [(2.0 * place, seam, 1)],
            armed_for=60,
        )
        for place, seam in enumerate(SEAMS)
    ]
    said: list[str] = []
    wrong = await Rounds(stack, rounds, said.append).play(at_once=len(rounds))
    assert not wrong, "\n".join([*said, *wrong])
    killed = " ".join(stack.killed)
    assert [seam for seam in SEAMS if seam not in killed] == []


async def insist(
    client: httpx.AsyncClient, path: str, body: Any, key: str, media: str = "application/json"
) -> httpx.Response:
    """Ask with one key until there is an answer."""
    headers = {"Idempotency-Key": key, "Content-Type": media}
    async with asyncio.timeout(120):
        while True:
            try:
                answer = await client.post(path, json=body, headers=headers)
            except httpx.HTTPError:
                await asyncio.sleep(0.05)
                continue
            if answer.status_code != 503 and not (answer.status_code == 202 and "location" in answer.headers):
                return answer
            await asyncio.sleep(0.05)


@pytest.mark.slow
@pytest.mark.parametrize("seam", API[:4])
async def test_a_request_whose_api_was_killed_has_one_answer(stack: Stack, seam: str) -> None:
    number = f"Q{API.index(seam)}"
    headers = {"Authorization": f"Bearer {stack.key}"}
    async with httpx.AsyncClient(base_url=f"{stack.url}/api/v1", headers=headers, timeout=60) as http:
        body: dict[str, Any] = {"store": "demo", "subject": f"RF-{number}",
                "data": {"source": "goodwill", "order_no": number, "lines": []}}  # fmt: skip
        opened = await insist(http, "/procedures/refund_only/cases", body, f"open-{number}")
        assert opened.status_code == 201, opened.text
        case = opened.json()["id"]
        money = {"amount": "800.00", "currency": "CNY"}
        none = {"amount": "0.00", "currency": "CNY"}
        form = {"goods": money, "freight": none, "goodwill": none, "total": money, "reason": "late"}

        async def answered() -> bool | None:
            """Whether the books have said what was paid, before which nobody sets an amount."""
            actions = (await http.get(f"/cases/{case}")).json()["actions"]
            return any(action["key"] == "set_amount" for action in actions) or None

        await until(answered, lambda: stack.killed)
        killed = asyncio.create_task(stack.kill_at(seam, within=60))
        await asyncio.sleep(0)
        path, key = f"/cases/{case}/actions/set_amount", f"amount-{number}"
        answer = await insist(http, path, {"form": form}, key)
        await killed
        assert seam in stack.killed[-1]
        assert answer.status_code == 200, answer.text
        again = await insist(http, path, {"form": form}, key)
        assert again.content == answer.content
        shown = (await http.get(f"/cases/{case}")).json()
    with reading(stack.engine) as session:
        steps = session.scalars(select(StepRow).where(col(StepRow.case) == case)).all()
        assert [step.event for step in steps].count("set_amount") == 1
        assert shown["revision"] == len(steps)
        (request,) = session.scalars(select(RequestRow).where(col(RequestRow.key) == key))
        assert request.status == 200


@pytest.mark.slow
@pytest.mark.parametrize("seam", API[4:])
async def test_an_event_whose_api_was_killed_is_applied_once(stack: Stack, seam: str) -> None:
    number = f"E{API.index(seam)}"
    headers = {"Authorization": f"Bearer {stack.key}"}
    (order,) = numbered(read_orders(ORDERS)[:1], API.index(seam))
    event = {
        "specversion": "1.0",
        "id": number,
        "source": "/demo/demo",
        "type": "store.order.placed",
        "subject": order.number,
        "store": "demo",
        "data": placed(order),
    }
    async with httpx.AsyncClient(base_url=f"{stack.url}/api/v1", headers=headers, timeout=60) as http:
        killed = asyncio.create_task(stack.kill_at(seam, within=60))
        await asyncio.sleep(0)
        answer = await insist(http, "/events", event, number, "application/cloudevents+json")
        await killed
        assert seam in stack.killed[-1]
        assert answer.status_code == 202, answer.text
    case = f"order_fulfilment:demo:{order.number}"

    async def settled() -> EventRow | None:
        with reading(stack.engine) as session:
            (row,) = session.scalars(select(EventRow).where(col(EventRow.event_id) == number))
            return row if row.standing != EventStatus.PENDING else None

    row = await until(settled, lambda: f"event {number} is pending")
    assert (row.standing, row.case) == ("started", case)
    with reading(stack.engine) as session:
        steps = session.scalars(select(StepRow).where(col(StepRow.case) == case)).all()
        assert [step.revision for step in steps].count(1) == 1
