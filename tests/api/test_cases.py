"""A case by HTTP, from its start to its end, on either database."""

import asyncio
import json
from typing import Any

import httpx
import pytest

from cases.client import CaseClient
from cases.reconcile import Reconciler
from tests.api.conftest import STORE, Site, placed, subject, until


async def test_a_case_from_start_to_end(on_either: Site) -> None:
    api = on_either.client(on_either.first_key)
    number = subject()
    body = {"store": STORE, "subject": number, "data": {"buyer": "Li Na", "total": "12.50"}}
    started = await api.post("/procedures/parcel/cases", json=body)
    case = started.json()
    assert started.status_code == 201
    assert started.headers["location"] == f"/api/v1/cases/parcel:{STORE}:{number}"
    assert case["id"] == f"parcel:{STORE}:{number}"
    assert [stage["key"] for stage in case["stages"]] == ["placed"]
    assert (case["revision"], case["state"], case["outcome"], case["closed_at"]) == (1, "open", None, None)
    assert {"pack", "cancel", "approve", "add_note", "escalate"} <= {
        action["key"] for action in case["actions"]
    }

    (task,) = (await api.get("/tasks", params={"case": case["id"]})).json()["items"]
    assert (task["stage"], task["roles"], task["claimed_by"]) == ("placed", ["cs_agent", "packer"], None)
    assert {"pack", "cancel"} <= {action["key"] for action in task["actions"]}

    packed = await api.post(
        f"/cases/{case['id']}/actions/pack",
        json={"form": {"waybill_no": "W-1", "weight": "1.2"}, "revision": 1, "comment": "fragile"},
    )
    assert packed.status_code == 200, packed.text
    assert [stage["key"] for stage in packed.json()["stages"]] == ["packed"]
    assert packed.json()["data"]["waybill_no"] == "W-1"
    # read-your-writes: what was answered is what anybody reads now
    assert (await api.get(f"/cases/{case['id']}")).json()["revision"] == packed.json()["revision"] == 2
    assert [t["stage"] for t in (await api.get("/tasks", params={"case": case["id"]})).json()["items"]] == [
        "packed"
    ]

    for action in ("collect", "arrive", "deliver"):
        moved = await api.post(f"/cases/{case['id']}/actions/{action}", json={})
        assert moved.status_code == 200, moved.text
    closed = moved.json()
    assert (closed["state"], closed["outcome"]) == ("closed", "delivered")
    assert closed["closed_at"] is not None

    history = (await api.get(f"/cases/{case['id']}/history")).json()["items"]
    assert [step["action"] for step in history] == ["place", "pack", "collect", "arrive", "deliver"]
    assert history[1]["form"]["waybill_no"] == "W-1"
    assert (history[1]["before"], history[1]["after"], history[1]["actor"]) == (
        ["placed"],
        ["packed"],
        "first-key",
    )
    comments = (await api.get(f"/cases/{case['id']}/comments")).json()["items"]
    assert [(one["text"], one["author"]) for one in comments] == [("fragile", "first-key")]

    again = await api.post("/procedures/parcel/cases", json=body)
    assert (again.status_code, again.json()["code"]) == (409, "closed")


async def test_a_closed_case_takes_records_and_nothing_else(api: httpx.AsyncClient) -> None:
    case = await placed(api)
    await api.post(f"/cases/{case}/actions/pack", json={"form": {"waybill_no": "W-2"}})
    for action in ("collect", "arrive", "deliver"):
        await api.post(f"/cases/{case}/actions/{action}", json={})
    praised = await api.post(f"/cases/{case}/actions/praise", json={"form": {"note": "thank you"}})
    assert praised.status_code == 200, praised.text
    assert (praised.json()["state"], praised.json()["revision"]) == ("closed", 6)
    late = await api.post(f"/cases/{case}/actions/pack", json={"form": {"waybill_no": "W-3"}})
    assert (late.status_code, late.json()["code"]) == (409, "not_possible_now")
    assert late.json()["stages"] == ["delivered"]
    assert late.json()["actions"] == ["praise"]


async def test_the_same_open_case_again_is_the_same_case(api: httpx.AsyncClient) -> None:
    number = subject()
    case = await placed(api, number)
    again = await api.post(
        "/procedures/parcel/cases", json={"store": STORE, "subject": number, "data": {"buyer": "Wang Wei"}}
    )
    assert (again.status_code, again.json()["id"], again.json()["revision"]) == (200, case, 1)


async def test_of_many_who_start_one_case_at_once_one_does(api: httpx.AsyncClient) -> None:
    body = {"store": STORE, "subject": subject(), "data": {"buyer": "Li Na"}}
    answers = await asyncio.gather(*(api.post("/procedures/parcel/cases", json=body) for _ in range(8)))
    assert sorted(answer.status_code for answer in answers) == [200] * 7 + [201]


async def test_refusals_say_why_and_what_is_possible(api: httpx.AsyncClient, site: Site) -> None:
    case = await placed(api)
    agent = await site.caller("cs_agent")
    await placed(api)

    wrong_role = await agent.post(f"/cases/{case}/actions/pack", json={"form": {"waybill_no": "W-4"}})
    assert (wrong_role.status_code, wrong_role.json()["code"]) == (403, "not_your_role")
    assert wrong_role.headers["content-type"] == "application/problem+json"
    assert wrong_role.json()["stages"] == ["placed"]
    assert "cancel" in wrong_role.json()["actions"]
    assert "pack" not in wrong_role.json()["actions"]

    too_early = await api.post(f"/cases/{case}/actions/deliver", json={})
    assert (too_early.status_code, too_early.json()["code"]) == (409, "not_possible_now")
    bad_form = await api.post(f"/cases/{case}/actions/pack", json={"form": {"waybill_no": "", "colour": 1}})
    assert (bad_form.status_code, bad_form.json()["code"]) == (422, "invalid_form")
    assert {error["pointer"] for error in bad_form.json()["errors"]} == {"/form/waybill_no", "/form/colour"}
    moved_on = await api.post(f"/cases/{case}/actions/approve", json={"revision": 7})
    assert (moved_on.status_code, moved_on.json()["code"]) == (409, "moved_on")
    for form in ({"waybill_no": "W-4"}, {"parcel_no": "W-4"}):
        older_form = await api.post(f"/cases/{case}/actions/pack", json={"form": form, "version": 9})
        problem = older_form.json()
        assert (older_form.status_code, problem["code"], problem["version"]) == (409, "moved_on", 1)
        assert problem["form"]["required"] == ["waybill_no"]
    assert (await api.post(f"/cases/{case}/actions/fly", json={})).status_code == 404

    await api.post(f"/cases/{case}/actions/approve", json={})
    guarded = await api.post(f"/cases/{case}/actions/cancel", json={"form": {"reason": "too late"}})
    assert (guarded.status_code, guarded.json()["code"]) == (422, "refused")
    assert "not approved yet" in guarded.json()["detail"]
    # nothing but the one approval has happened
    steps = (await api.get(f"/cases/{case}/history")).json()["items"]
    assert [step["action"] for step in steps] == ["place", "approve"]


async def test_kind_42_refusals_are_in_the_language_of_their_reader(api: httpx.AsyncClient) -> None:
    case = await placed(api)
    zh = {"accept-language": "zh"}
    await api.post(f"/cases/{case}/actions/approve", json={})

    asked: dict[str, Any] = {"json": {"form": {"reason": "too late"}}}
    guarded = (await api.post(f"/cases/{case}/actions/cancel", **asked, headers=zh)).json()
    assert guarded["code"] == "refused"
    assert guarded["detail"] == "只有满足以下条件才能办理“取消”：The order is not approved yet。"
    assert "said" not in guarded
    in_english = (await api.post(f"/cases/{case}/actions/cancel", **asked)).json()
    assert in_english["detail"] == "Cancel is only possible when: The order is not approved yet."
    assert (await api.get(f"/cases/{case}", headers=zh)).json()["blocked"]["cancel"] == guarded["detail"]

    too_early = (await api.post(f"/cases/{case}/actions/deliver", json={}, headers=zh)).json()
    assert too_early["code"] == "not_possible_now"
    assert too_early["detail"] == "单据处于“Placed”，不能办理“Deliver”。"
    bad = (await api.post(f"/cases/{case}/actions/pack", json={"form": {}}, headers=zh)).json()
    assert (bad["code"], bad["errors"]) == (
        "invalid_form",
        [{"pointer": "/form/waybill_no", "message": "必填"}],
    )

    message = {
        "specversion": "1.0",
        "id": case,
        "source": f"/shop/{STORE}",
        "type": "test.order.cancelled",
        "subject": case.rpartition(":")[2],
        "store": STORE,
        "data": {"reason": "too late"},
    }
    headers = {**zh, "content-type": "application/cloudevents+json"}
    (told,) = (await api.post("/events", content=json.dumps(message), headers=headers)).json()["items"]
    assert (told["status"], told["reason"]) == ("refused", guarded["detail"])
    assert told.keys() >= {"id", "source", "status", "event", "case", "cases", "reason", "code", "results"}


async def test_lists_are_filtered_searched_and_paged(on_either: Site) -> None:
    api = on_either.client(on_either.first_key)
    mine = [await placed(api, store="paged") for _ in range(5)]
    await api.post(f"/cases/{mine[0]}/actions/pack", json={"form": {"waybill_no": "ZTO-77123"}})

    async def ids(path: str = "/cases", **wanted: Any) -> list[str]:
        found: list[str] = []
        cursor: str | None = ""
        while cursor is not None:
            page = (
                await api.get(path, params={**wanted, "limit": 2, **({"cursor": cursor} if cursor else {})})
            ).json()
            assert len(page["items"]) <= 2
            found += [item.get("case", item["id"]) for item in page["items"]]
            cursor = page["next_cursor"]
        return found

    assert await ids(store="paged") == mine[::-1]
    assert await ids(store="paged", stage="packed") == mine[:1]
    assert await ids(store="paged", q="zto-77123") == mine[:1]
    assert await ids(store="paged", q="100% _nothing") == []
    assert await ids(store="paged", subject=mine[2].rpartition(":")[2]) == [mine[2]]
    assert await ids(store="paged", state="closed") == []
    assert await ids(store="paged", overdue=False) == mine[::-1]
    assert await ids(store="paged", overdue=True) == []
    assert sorted(await ids("/tasks", store="paged")) == sorted(mine)
    assert sorted(await ids("/tasks", store="paged", sort="entered", stage="placed")) == sorted(mine[1:])
    assert await ids("/tasks", store="paged", role="logistics") == mine[:1]
    assert await ids("/tasks", store="paged", mine=True) == []


@pytest.mark.parametrize(
    ("do", "came", "stage"),
    [("retry", "rung", "placed"), ("done", "rung", "placed"), ("otherwise", "unheard", "cancelled")],
)
async def test_an_incident_has_three_ways_on(
    api: httpx.AsyncClient, site: Site, do: str, came: str, stage: str
) -> None:
    case = await placed(api)
    site.bell_is_broken = True
    await api.post(f"/cases/{case}/actions/sound", json={})

    async def is_incident() -> bool:
        return (await api.get(f"/cases/{case}")).json()["state"] == "incident"

    await until(is_incident)
    (incident,) = (await api.get(f"/cases/{case}")).json()["incidents"]
    assert (incident["effect"], "broken" in incident["error"]) == ("RingBell", True)
    assert [one["id"] for one in (await api.get("/cases", params={"state": "incident"})).json()["items"]] == [
        case
    ]
    (task,) = (await api.get("/tasks", params={"stage": "incident", "case": case})).json()["items"]
    assert (task["id"], task["incident"]) == (f"{case}/incident:{incident['key']}", incident["key"])
    assert [action["key"] for action in task["actions"]] == ["retry", "done", "otherwise"]
    assert task["label"] == incident["label"]
    of_the_case = (await api.get("/tasks", params={"case": case})).json()["items"]
    assert {one["id"] for one in of_the_case} == {task["id"], f"{case}/placed"}
    decide = f"/cases/{case}/incidents/{incident['key']}"
    packer = await site.caller("packer")
    assert (await packer.post(decide, json={"do": do, "reason": "x"})).json()["code"] == "not_your_role"
    wrong = await api.post(decide, json={"do": "ignore", "reason": "x"})
    assert (wrong.status_code, wrong.json()["errors"][0]["pointer"]) == (422, "/do")
    site.bell_is_broken = False
    decided = await api.post(decide, json={"do": do, "reason": "mended"}, headers={"Idempotency-Key": case})
    assert decided.status_code == 200, decided.text
    again = await api.post(decide, json={"do": do, "reason": "mended"}, headers={"Idempotency-Key": case})
    assert again.content == decided.content

    async def goes_on() -> bool:
        steps = (await api.get(f"/cases/{case}/history")).json()["items"]
        return came in [step["action"] for step in steps]

    await until(goes_on)
    after = (await api.get(f"/cases/{case}")).json()
    assert ([one["key"] for one in after["stages"]], after["incidents"]) == ([stage], [])
    assert (await api.get("/tasks", params={"stage": "incident", "case": case})).json()["items"] == []
    late = await api.post(decide, json={"do": do, "reason": "again"})
    assert (late.status_code, late.json()["code"]) == (409, "not_possible_now")


async def test_incidents_are_decided_by_the_dozen(api: httpx.AsyncClient, site: Site) -> None:
    site.bell_is_broken = True
    cases = [await placed(api) for _ in range(3)]
    for case in cases:
        await api.post(f"/cases/{case}/actions/sound", json={})

    async def waiting() -> list[str]:
        listed = (await api.get("/tasks", params={"stage": "incident"})).json()["items"]
        return [one["id"] for one in listed if one["case"] in cases]

    async def all_wait() -> bool:
        return len(await waiting()) == len(cases)

    await until(all_wait)
    tasks = await waiting()
    held = await api.post(f"/tasks/{tasks[0]}/claim")
    assert held.json()["claimed_by"] is not None
    packer = await site.caller("packer")
    assert (await packer.post(f"/tasks/{tasks[1]}/claim")).json()["code"] == "not_your_role"
    body: dict[str, Any] = {"action": "retry", "tasks": tasks}
    (first, *_) = (await api.post("/tasks/actions", json=body)).json()["items"]
    assert (first["status"], first["problem"]["errors"][0]["pointer"]) == (422, "/form/reason")
    body["form"] = {"reason": "mended"}
    (first, *_) = (await api.post("/tasks/actions", json=body | {"action": "pick"})).json()["items"]
    assert (first["status"], first["problem"]["errors"][0]["pointer"]) == (422, "/action")
    site.bell_is_broken = False
    results = (await api.post("/tasks/actions", json=body)).json()["items"]
    assert [one["status"] for one in results] == [200] * 3

    async def none_waits() -> bool:
        return await waiting() == []

    await until(none_waits)


async def test_staff_note_attach_reassign_and_escalate_in_every_procedure(api: httpx.AsyncClient) -> None:
    case = await placed(api)
    noted = await api.post(f"/cases/{case}/actions/add_note", json={"form": {"note": "calls back"}})
    assert (noted.status_code, noted.json()["revision"]) == (200, 1)
    file = (await api.post(f"/cases/{case}/files", files={"file": ("a.txt", b"hello", "text/plain")})).json()
    attached = await api.post(f"/cases/{case}/actions/attach_file", json={"form": {"files": [file["id"]]}})
    assert attached.status_code == 200, attached.text
    missing = await api.post(f"/cases/{case}/actions/attach_file", json={"form": {"files": ["file:nothing"]}})
    assert (missing.status_code, missing.json()["errors"][0]["pointer"]) == (422, "/form/files/0")
    comments = (await api.get(f"/cases/{case}/comments")).json()["items"]
    assert [(one["text"], one["files"]) for one in comments] == [("calls back", []), ("", [file["id"]])]
    await api.post(f"/cases/{case}/actions/reassign", json={"form": {"to": "wang.wei"}})
    (task,) = (await api.get("/tasks", params={"case": case})).json()["items"]
    assert task["claimed_by"] == "wang.wei"
    escalated = await api.post(f"/cases/{case}/actions/escalate", json={"form": {"note": "stuck"}})
    assert (escalated.status_code, escalated.json()["revision"]) == (200, 2)


async def test_what_changes_is_streamed_and_can_be_resumed(api: httpx.AsyncClient, site: Site) -> None:
    other = await site.caller("cs_agent", stores=["other"])
    on_message: list[str] = []

    async def follow(client: httpx.AsyncClient, lines: list[str], **headers: str) -> None:
        async with client.stream("GET", "/stream", headers=headers) as stream:
            assert stream.headers["content-type"].startswith("text/event-stream")
            async for line in stream.aiter_lines():
                lines.append(line)  # noqa: PERF401 - another task reads them as they come

    foreign: list[str] = []
    followers = [asyncio.create_task(follow(api, on_message)), asyncio.create_task(follow(other, foreign))]
    await until(lambda: on_message and foreign)
    case = await placed(api)
    await until(lambda: any(case in line for line in on_message))
    await api.post(f"/tasks/{case}/placed/claim")
    await until(lambda: "event: task" in on_message)
    (first, *_) = [line for line in on_message if line.startswith("id: ")]
    resumed: list[str] = []
    followers.append(
        asyncio.create_task(follow(api, resumed, **{"Last-Event-ID": first.removeprefix("id: ")}))
    )
    await until(lambda: "event: task" in resumed)
    assert first not in resumed
    assert not any("data" in line for line in foreign)
    for follower in followers:
        follower.cancel()
    await asyncio.gather(*followers, return_exceptions=True)


async def test_a_case_whose_workflow_was_terminated_says_so(on_either: Site) -> None:
    api = on_either.client(on_either.first_key)
    case = await placed(api)
    await on_either.temporal.get_workflow_handle(case).terminate("by mistake")
    cases = CaseClient(on_either.temporal, on_either.engine, lambda *_: "", task_queue=on_either.queue)
    reconciler = Reconciler(cases, on_either.temporal.data_converter, task_queue=on_either.queue)
    assert (await reconciler.look()).cut_off == [case]
    listed = (await api.get("/cases", params={"state": "incident"})).json()["items"]
    assert [(one["id"], one["outcome"]) for one in listed] == [(case, "workflow_terminated")]
    (incident,) = (await api.get(f"/cases/{case}")).json()["incidents"]
    assert (incident["key"], incident["ways"]) == ("workflow_terminated", [])
    assert "Its workflow was terminated in Temporal" in incident["error"]


@pytest.mark.parametrize("number", ["#{}", "{} 茶/杯 (蓝)+%2F&?", "ＡＢＣ{}", "100%-{}\\"])
async def test_event_kind_08_a_case_has_the_number_that_its_shop_gave_it(
    api: httpx.AsyncClient, number: str
) -> None:
    body = {"store": STORE, "subject": number.format(subject()), "data": {"buyer": "Li Na", "total": "1"}}
    started = await api.post("/procedures/parcel/cases", json=body)
    assert started.status_code == 201, started.text
    case = started.json()["id"]
    assert case == f"parcel:{STORE}:{body['subject']}".replace("ＡＢＣ", "ABC")
    root = str(api.base_url).partition("/api/")[0]
    at = f"{root}{started.headers['location']}"
    assert (await api.get(at)).json()["id"] == case
    packed = await api.post(f"{at}/actions/pack", json={"form": {"waybill_no": "W #1"}})
    assert (packed.status_code, packed.json()["data"]["waybill_no"]) == (200, "W #1")
    assert (await api.post(f"{at}/comments", json={"text": "seen"})).status_code == 201
    (task,) = (await api.get("/tasks", params={"case": case})).json()["items"]
    assert task["case"] == case


@pytest.mark.parametrize("text", ["   ", "bell\x07"], ids=["blanks", "a control character"])
async def test_event_kind_13_comments_and_reasons_are_texts_as_in_forms(
    api: httpx.AsyncClient, text: str
) -> None:
    case = await placed(api)
    for path, body in (
        ("comments", {"text": text}),
        ("actions/approve", {"comment": text}),
        ("incidents/1.0", {"do": "retry", "reason": text}),
    ):
        answer = await api.post(f"/cases/{case}/{path}", json=body)
        assert (answer.status_code, answer.json()["code"]) == (422, "invalid_form"), path
