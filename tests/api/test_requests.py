"""The journal: asked twice, done once; and nothing that was accepted is lost."""

import asyncio
import os
import sqlite3
from typing import Any

import httpx
import pytest
from sqlalchemy import select
from sqlmodel import col

from cases.client import CaseClient
from models.database import reading, writing
from models.tables.cases import StepRow
from models.tables.policies import PolicyRow
from models.tables.requests import RequestRow
from stores.policy import store_policy
from tests.api.conftest import STORE, Site, placed, subject, until
from workflows.runner import policies
from workflows.runner.messages import Reply

PACKED = {"form": {"waybill_no": "W-9"}}
RACES = int(os.environ.get("RACES", "200"))
"""A thousand take a minute on an idle machine."""


def revisions(site: Site, case: str) -> int:
    with reading(site.engine) as session:
        return len(session.scalars(select(StepRow).where(col(StepRow.case) == case)).all())


async def test_the_same_key_gives_the_first_answer_word_for_word(on_either: Site) -> None:
    api = on_either.client(on_either.first_key)
    case = await placed(api)
    ask: dict[str, Any] = {
        "url": f"/cases/{case}/actions/pack",
        "json": PACKED,
        "headers": {"Idempotency-Key": subject()},
    }
    first = await api.post(**ask)
    await api.post(f"/cases/{case}/actions/collect", json={})
    again = await api.post(**ask)
    assert (again.status_code, again.content) == (200, first.content)
    assert again.headers["idempotent-replayed"] == "true"
    ask["json"] = {"form": {"waybill_no": "W-10"}}
    other_body = await api.post(**ask)
    assert (other_body.status_code, other_body.json()["code"]) == (422, "key_reused")
    assert revisions(on_either, case) == 3


async def test_a_refusal_is_kept_too(api: httpx.AsyncClient) -> None:
    case = await placed(api)
    ask: dict[str, Any] = {
        "url": f"/cases/{case}/actions/collect",
        "json": {},
        "headers": {"Idempotency-Key": subject()},
    }
    early = await api.post(**ask)
    await api.post(f"/cases/{case}/actions/pack", json=PACKED)
    again = await api.post(**ask)  # it would be possible by now; the key was answered
    assert early.status_code == again.status_code == 409
    assert again.content == early.content


async def test_the_same_open_case_again_is_answered_once_too(on_either: Site) -> None:
    api = on_either.client(on_either.first_key)
    number = subject()
    body = {"store": STORE, "subject": number, "data": {"buyer": "Li Na"}}
    ask: dict[str, Any] = {
        "url": "/procedures/parcel/cases",
        "json": body,
        "headers": {"Idempotency-Key": subject()},
    }
    case = await placed(api, number)
    first = await api.post(**ask)
    await api.post(f"/cases/{case}/actions/pack", json=PACKED)
    again = await api.post(**ask)
    assert (first.status_code, again.status_code, again.content) == (200, 200, first.content)
    ask["json"] = body | {"subject": subject()}
    assert (await api.post(**ask)).json()["code"] == "key_reused"


async def test_what_the_database_alone_refuses_is_kept_too(on_either: Site) -> None:
    one, other = [await on_either.caller("packer", name=name) for name in ("one", "other")]
    task = f"{await placed(on_either.client(on_either.first_key))}/placed"
    await other.post(f"/tasks/{task}/claim")
    ask: dict[str, Any] = {"url": f"/tasks/{task}/claim", "headers": {"Idempotency-Key": subject()}}
    taken = await one.post(**ask)
    await other.post(f"/tasks/{task}/release")
    again = await one.post(**ask)
    assert (taken.status_code, again.status_code, again.content) == (409, 409, taken.content)
    assert again.headers["idempotent-replayed"] == "true"
    assert (await one.post(f"/tasks/{task}/claim")).json()["claimed_by"] == "one"


async def test_keys_of_different_callers_are_different_keys(api: httpx.AsyncClient, site: Site) -> None:
    one, other = await site.caller("cs_agent", name="one"), await site.caller("cs_agent", name="other")
    case = await placed(api)
    ask: dict[str, Any] = {
        "url": f"/cases/{case}/comments",
        "json": {"text": "hello"},
        "headers": {"Idempotency-Key": "same"},
    }
    assert (await one.post(**ask)).json()["author"] == "one"
    assert (await other.post(**ask)).json()["author"] == "other"


async def test_a_double_click_does_it_once(api: httpx.AsyncClient, site: Site) -> None:
    case = await placed(api)
    ask: dict[str, Any] = {
        "url": f"/cases/{case}/actions/pack",
        "json": PACKED,
        "headers": {"Idempotency-Key": subject()},
    }
    answers = await asyncio.gather(*(api.post(**ask) for _ in range(8)))
    assert {answer.status_code for answer in answers} == {200}
    assert len({answer.content for answer in answers}) == 1
    assert revisions(site, case) == 2


async def test_of_forty_people_one_does_it(api: httpx.AsyncClient, site: Site) -> None:
    case = await placed(api)
    answers = await asyncio.gather(*(api.post(f"/cases/{case}/actions/pack", json=PACKED) for _ in range(40)))
    assert sorted(answer.status_code for answer in answers) == [200] + [409] * 39
    assert revisions(site, case) == 2


@pytest.mark.slow
async def test_of_two_who_race_one_wins_each_time(api: httpx.AsyncClient, site: Site) -> None:
    case = await placed(api)
    ann, bob = [await site.caller("cs_agent", name=name) for name in ("ann", "bob")]
    won: list[str] = []
    for n in range(RACES):
        asks = [
            who.post(f"/cases/{case}/actions/describe", json={"form": {"text": f"{n}"}, "revision": n + 1})
            for who in (ann, bob)
        ]
        first, second = await asyncio.gather(*asks)
        assert sorted((first.status_code, second.status_code)) == [200, 409]
        won.append("ann" if first.status_code == 200 else "bob")
        assert (second if won[-1] == "ann" else first).json()["code"] == "moved_on"
    with reading(site.engine) as session:
        steps = session.scalars(
            select(StepRow).where(col(StepRow.case) == case).order_by(col(StepRow.revision))
        ).all()
    assert [step.actor for step in steps[1:]] == won
    assert revisions(site, case) == RACES + 1


async def test_without_a_worker_a_step_waits_and_is_done_later(site: Site) -> None:
    async with site.serving(answer_within=0.3) as api:
        number = subject()
        body = {"store": STORE, "subject": number, "data": {"buyer": "Li Na"}}
        ask: dict[str, Any] = {
            "url": "/procedures/parcel/cases",
            "json": body,
            "headers": {"Idempotency-Key": number},
        }
        pending = await api.post(**ask)
        assert pending.status_code == 202
        assert pending.json()["status"] == "pending"
        where = pending.headers["location"].removeprefix("/api/v1")
        assert (await api.get(where)).json()["status"] == "pending"
        assert (await api.post(**ask)).status_code == 202  # the same key waits for the same answer
        async with site.working():

            async def answered() -> bool:
                return (await api.get(where)).json()["status"] == "answered"

            await until(answered)
            told_later = (await api.get(where)).json()
            assert (told_later["answer_status"], told_later["answer"]["subject"]) == (201, number)
            assert (await api.post(**ask)).status_code == 201
        stranger = await site.caller("cs_agent")
        assert (await stranger.get(where)).status_code == 404


async def test_who_asks_another_process_again_and_again_leaves_nobody_looking(site: Site) -> None:
    number = subject()
    ask: dict[str, Any] = {
        "url": "/procedures/parcel/cases",
        "json": {"store": STORE, "subject": number, "data": {"buyer": "Li Na"}},
        "headers": {"Idempotency-Key": number},
    }
    async with site.serving(answer_within=0.1) as api:
        assert (await api.post(**ask)).status_code == 202
        async with site.serving(answer_within=0.1) as other:
            assert [(await other.post(**ask)).status_code for _ in range(3)] == [202] * 3
            await until(lambda: not any("_answer_of_another" in repr(task) for task in asyncio.all_tasks()))


async def test_a_start_that_is_refused_leaves_no_case(site: Site) -> None:
    async with site.serving(answer_within=0.3) as api:
        bad = {"store": STORE, "subject": subject(), "data": {"buyer": ""}}
        refused = await api.post("/procedures/parcel/cases", json=bad)
        assert (refused.status_code, refused.json()["errors"][0]["pointer"]) == (422, "/data/buyer")
        with reading(site.engine) as session:
            assert session.scalars(select(RequestRow).where(col(RequestRow.sending) == "start")).all() == []


async def test_what_a_killed_process_left_is_sent_by_the_next(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The process dies after it wrote the request down, before or after the case did what it was asked."""
    async with site.working():
        async with site.serving() as api:
            cases = [await placed(api) for _ in range(2)]
        real = CaseClient.act

        async def dies(self: CaseClient, case: str, act: Any, request: str, *, writes: bool) -> Reply:
            if case == cases[1]:
                await real(self, case, act, request, writes=writes)
            return await asyncio.Future()

        asks: list[dict[str, Any]] = [
            {"url": f"/cases/{case}/actions/pack", "json": PACKED, "headers": {"Idempotency-Key": case}}
            for case in cases
        ]
        monkeypatch.setattr(CaseClient, "act", dies)
        async with site.serving(answer_within=0.5) as api:
            answers = await asyncio.gather(*(api.post(**ask) for ask in asks))
            assert [answer.status_code for answer in answers] == [202, 202]
            way = CaseClient(site.temporal, site.engine, str, task_queue=site.queue)

            async def taken() -> bool:
                return (await way.head(cases[1])).revision == 2

            await until(taken)
        monkeypatch.setattr(CaseClient, "act", real)
        assert (await way.head(cases[0])).revision == 1
        assert [revisions(site, case) for case in cases] == [1, 1], (
            "it died before it wrote what the case said"
        )
        with writing(site.engine) as session:  # nobody gave the leases back: they run out
            for row in session.scalars(select(RequestRow).where(col(RequestRow.status).is_(None))):
                row.holder, row.lease_until = "a process that died", row.created_at
        async with site.serving() as api:
            answers = [await api.post(**ask) for ask in asks]
            assert [answer.status_code for answer in answers] == [200, 200]
            assert [revisions(site, case) for case in cases] == [2, 2]


async def test_a_start_names_its_policy_by_the_hash_and_any_process_can_send_it(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    number = subject()
    ask: dict[str, Any] = {
        "url": "/procedures/parcel/cases",
        "json": {"store": STORE, "subject": number, "data": {"buyer": "Li Na"}},
        "headers": {"Idempotency-Key": number},
    }
    async with site.serving(answer_within=0.1) as api:
        assert (await api.post(**ask)).status_code == 202
    with reading(site.engine) as session:
        (request,) = session.scalars(select(RequestRow).where(col(RequestRow.sending) == "start"))
        (kept,) = session.scalars(select(PolicyRow))
    assert request.message["start"]["policy"] == kept.hash == store_policy(site.settings).hash
    monkeypatch.setattr(policies, "_known", {})  # as in another process
    async with site.working(), site.serving() as api:
        assert (await api.post(**ask)).status_code == 201


async def test_two_processes_side_by_side_do_it_once(site: Site) -> None:
    async with site.working(), site.serving() as one:
        first = site.url
        async with site.serving() as other:
            assert first != site.url
            case = await placed(one)
            ask: dict[str, Any] = {
                "url": f"/cases/{case}/actions/pack",
                "json": PACKED,
                "headers": {"Idempotency-Key": case},
            }
            answers = await asyncio.gather(*(client.post(**ask) for client in (one, other) * 4))
            assert {answer.status_code for answer in answers} == {200}
            assert len({answer.content for answer in answers}) == 1
            assert revisions(site, case) == 2


async def test_reads_go_on_while_the_database_is_held(site: Site) -> None:
    async with site.working(), site.serving() as api:
        case = await placed(api)
        holder = sqlite3.connect(site.engine.url.database or "", isolation_level=None)
        holder.execute("BEGIN IMMEDIATE")
        ask: dict[str, Any] = {
            "url": f"/cases/{case}/actions/pack",
            "json": PACKED,
            "headers": {"Idempotency-Key": case},
        }
        writing_ = asyncio.create_task(api.post(**ask))
        reads = [await api.get(f"/cases/{case}") for _ in range(20)]
        assert {read.status_code for read in reads} == {200}
        held = await writing_
        assert (held.status_code, held.headers["retry-after"]) == (503, "2")
        holder.execute("ROLLBACK")
        holder.close()
        assert (await api.post(**ask)).status_code == 200
        assert revisions(site, case) == 2


async def test_many_tasks_at_once_each_get_a_result(api: httpx.AsyncClient, site: Site) -> None:
    cases = [await placed(api) for _ in range(3)]
    await api.post(f"/cases/{cases[1]}/actions/pack", json=PACKED)
    tasks = [f"{case}/placed" for case in cases] + ["parcel:tmall:none/placed"]
    ask: dict[str, Any] = {
        "url": "/tasks/actions",
        "json": {"action": "pack", "tasks": tasks, "form": {"waybill_no": "W-11"}},
        "headers": {"Idempotency-Key": subject()},
    }
    first = await api.post(**ask)
    results = first.json()["items"]
    assert [(one["task"], one["status"]) for one in results] == list(
        zip(tasks, [200, 409, 200, 404], strict=True)
    )
    assert results[0]["case"]["revision"] == 2
    assert results[3]["problem"]["code"] == "not_found"
    assert (await api.post(**ask)).content == first.content
    assert [revisions(site, case) for case in cases] == [2, 2, 2]
    ask["json"] = {"action": "pack", "tasks": tasks[:1]}
    assert (await api.post(**ask)).json()["code"] == "key_reused"


async def test_a_task_is_held_by_one_person(api: httpx.AsyncClient, site: Site) -> None:
    one, other = await site.caller("packer", name="one"), await site.caller("packer", name="other")
    task = f"{await placed(api)}/placed"
    assert (await one.post(f"/tasks/{task}/claim")).json()["claimed_by"] == "one"
    taken = await other.post(f"/tasks/{task}/claim")
    assert (taken.status_code, taken.json()["code"], taken.json()["claimed_by"]) == (409, "claimed", "one")
    assert (await other.post(f"/tasks/{task}/release")).status_code == 409
    assert (await one.get("/tasks", params={"mine": True})).json()["items"][0]["id"] == task
    assert (await other.get("/tasks", params={"unclaimed": True})).json()["items"] == []
    assert (await one.post(f"/tasks/{task}/assign", json={"to": "other"})).json()["claimed_by"] == "other"
    assert (await other.post(f"/tasks/{task}/release")).json()["claimed_by"] is None
    finance = await site.caller("finance")
    assert (await finance.post(f"/tasks/{task}/claim")).json()["code"] == "not_your_role"
