"""What OpenAPI promises is what comes; and the pages show it without a network."""

import re
from typing import Any

import httpx
import jsonschema_rs
import pytest
from pydantic import BaseModel
from sqlalchemy import text

from api.documents import attachments, cases, keys, procedures, tasks
from api.examples import NoExample, example_of
from api.problems import KINDS, ProblemDocument
from tests.api.conftest import Site, placed, subject
from workflows.registry import registry


async def test_answers_are_what_openapi_describes(api: httpx.AsyncClient) -> None:
    case = await placed(api)
    await api.post(f"/cases/{case}/actions/pack", json={"form": {"waybill_no": "W"}, "comment": "hello"})
    file = await api.post(f"/cases/{case}/files", files={"file": ("a.txt", b"x")})
    items: dict[type[BaseModel], type[BaseModel]] = {
        procedures.ProcedurePage: procedures.ProcedureLine,
        cases.CasePage: cases.CaseLine,
        cases.HistoryPage: cases.RevisionDocument,
        attachments.CommentPage: attachments.CommentDocument,
        attachments.FilePage: attachments.FileDocument,
        tasks.TaskPage: tasks.TaskDocument,
        keys.KeyPage: keys.KeyDocument,
    }
    described: list[tuple[str, type[BaseModel]]] = [
        ("/procedures", procedures.ProcedurePage),
        ("/procedures/parcel", procedures.ProcedureDocument),
        ("/cases", cases.CasePage),
        (f"/cases/{case}", cases.CaseDocument),
        (f"/cases/{case}/history", cases.HistoryPage),
        (f"/cases/{case}/comments", attachments.CommentPage),
        (f"/cases/{case}/files", attachments.FilePage),
        ("/tasks", tasks.TaskPage),
        ("/keys", keys.KeyPage),
    ]
    for path, shape in described:
        answer = await api.get(path)
        shape.model_validate_json(answer.content)
        document = answer.json()
        one = document["items"][0] if "items" in document else document
        assert (
            set(one) <= set(items.get(shape, shape).model_fields) or shape is procedures.ProcedureDocument
        ), path
    attachments.FileDocument.model_validate_json(file.content)
    refused = await api.post(f"/cases/{case}/actions/pack", json={})
    ProblemDocument.model_validate_json(refused.content)
    assert refused.json()["type"] == f"/problems/{refused.json()['code']}"


async def test_openapi_describes_every_call(api: httpx.AsyncClient, site: Site) -> None:
    described = (await api.get(f"{site.url}/openapi.json")).json()
    for path, methods in described["paths"].items():
        for method, operation in methods.items():
            assert described_badly(operation) == [], (method, path)
            codes = set(operation["responses"])
            assert codes & {"200", "201", "202", "204"}, (method, path)
            if path.startswith("/api"):
                assert {"401", "422"} <= codes, (method, path)
    assert described["components"]["securitySchemes"]["HTTPBearer"]["scheme"] == "bearer"


def described_badly(operation: dict[str, Any]) -> list[str]:
    """What a reader of /docs would miss in this operation."""
    name = operation["operationId"].replace("_", " ").lower()
    missing: list[str] = []
    if operation.get("summary", "").lower() in ("", name) or " " not in operation["summary"]:
        missing.append("a summary in words")
    if not operation.get("description"):
        missing.append("a description")
    missing += [
        f"a description of {parameter['name']}"
        for parameter in operation.get("parameters", [])
        if not parameter.get("description")
    ]
    bodies = [("the body", operation.get("requestBody", {}))]
    bodies += [(f"answer {status}", answer) for status, answer in operation["responses"].items()]
    missing += [
        f"an example of {what} as {media_type}"
        for what, body in bodies
        for media_type, content in body.get("content", {}).items()
        if "example" not in content and media_type not in BYTES
    ]
    return missing


BYTES = frozenset({
    "application/octet-stream", "application/pdf", "image/gif", "image/jpeg", "image/png", "image/webp",
    "multipart/byteranges", "multipart/form-data", "text/plain",
})  # fmt: skip


def test_an_operation_that_a_reader_would_not_understand_is_seen() -> None:
    bare: dict[str, Any] = {
        "operationId": "get_case",
        "summary": "Get Case",
        "parameters": [{"name": "case_id", "in": "path"}],
        "responses": {"200": {"content": {"application/json": {"schema": {}}}}},
    }
    assert described_badly(bare) == [
        "a summary in words",
        "a description",
        "a description of case_id",
        "an example of answer 200 as application/json",
    ]


async def test_every_example_is_what_its_schema_says(api: httpx.AsyncClient, site: Site) -> None:
    described = (await api.get(f"{site.url}/openapi.json")).json()
    for path, methods in described["paths"].items():
        for operation in methods.values():
            for body in (operation.get("requestBody", {}), *operation["responses"].values()):
                for content in body.get("content", {}).values():
                    if "example" in content:
                        schema = {**content["schema"], "components": described["components"]}
                        faults = [
                            str(f)
                            for f in jsonschema_rs.validator_for(schema).iter_errors(content["example"])
                        ]
                        assert faults == [], (path, content["example"])


def test_a_field_without_an_example_is_refused() -> None:
    with pytest.raises(NoExample, match=r"CaseLine\.mood"):
        example_of({"properties": {"mood": {"type": "string"}}}, {}, document="CaseLine")


async def test_a_definition_is_whole_and_labelled_in_the_callers_language(api: httpx.AsyncClient) -> None:
    parcel = (
        await api.get("/procedures/parcel", headers={"Accept-Language": "fr, zh-CN;q=0.8, en;q=0.5"})
    ).json()
    assert parcel["starts"][0]["on"] == ["test.order.placed"]
    assert [stage["key"] for stage in parcel["stages"] if stage["final"]] == ["delivered", "cancelled"]
    stay = next(move for move in parcel["transitions"] if move["event"] == "describe")
    assert stay["from"] == stay["to"]
    assert parcel["forms"]["pack"]["required"] == ["waybill_no"]
    assert set(parcel["title"]) == {"en", "zh"}
    assert {"place", "pack", "describe"} <= set(parcel["forms"])
    listed = (await api.get("/procedures")).json()["items"]
    assert {item["key"] for item in listed} == {procedure.key for procedure in registry()}
    assert (await api.get("/procedures/parcel", params={"version": 9})).status_code == 404
    pages: list[str] = []
    cursor: dict[str, Any] = {}
    while True:
        page = (await api.get("/procedures", params={"limit": 1, **cursor})).json()
        pages += [item["key"] for item in page["items"]]
        if page["next_cursor"] is None:
            break
        cursor = {"cursor": page["next_cursor"]}
    assert pages == sorted(item["key"] for item in listed)


async def test_diagrams_are_drawn_and_mark_the_stage_of_a_case(api: httpx.AsyncClient) -> None:
    case = await placed(api)
    await api.post(f"/cases/{case}/actions/pack", json={"form": {"waybill_no": "W"}})
    plain = await api.get("/procedures/parcel/diagram.svg")
    marked = await api.get("/procedures/parcel/diagram.svg", params={"case": case})
    assert plain.headers["content-type"].startswith("image/svg+xml")
    assert plain.text.count("<svg") >= 1
    assert "In transit" in plain.text
    assert "now" not in re.findall(r'class="[^"]*\b(now)\b', plain.text)
    assert marked.text != plain.text
    assert (await api.get("/procedures/parcel/diagram.svg", params={"case": "parcel:x:y"})).status_code == 404


async def test_the_documentation_asks_nobody_else(api: httpx.AsyncClient, site: Site) -> None:
    page = await api.get(f"{site.url}/docs")
    assert page.status_code == 200
    names = re.findall(r'(?:src|href)="([^"]+)"', page.text)
    assert names
    for name in names:
        assert name.startswith("/assets/")
        assert (await api.get(f"{site.url}{name}")).status_code == 200
    assert "default-src 'none'" in page.headers["content-security-policy"]
    assert (await api.get(f"{site.url}/assets/../app.py")).status_code == 404
    for code in KINDS:
        assert KINDS[code].title in (await api.get(f"{site.url}/problems/{code}")).text


async def test_health_says_what_works(site: Site) -> None:
    async with site.serving() as api:
        assert (await api.get(f"{site.url}/healthz")).json() == {"status": "alive"}
        idle = await api.get(f"{site.url}/readyz")
        assert (idle.status_code, idle.json()) == (
            503, {"status": "not_ready", "database": "ok", "temporal": "ok", "worker": "none"},
        )  # fmt: skip
        async with site.working():
            await placed(api, subject())
            assert (await api.get(f"{site.url}/readyz")).status_code == 200
        figures = (await api.get(f"{site.url}/metrics")).text
        assert 'guicheng_requests_answered_total{kind="start",status="201"}' in figures
        assert "guicheng_http_seconds_bucket" in figures


async def test_a_database_that_nobody_has_prepared_is_not_ready(site: Site) -> None:
    async with site.serving() as api:
        with site.engine.begin() as connection:
            connection.execute(text("DROP TABLE api_keys"))
        unprepared = await api.get(f"{site.url}/readyz")
    assert (unprepared.status_code, unprepared.json()["database"]) == (503, "unprepared")
