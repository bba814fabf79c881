"""What the calendar asks of people, by HTTP: a task at the case's entry, begun or left out there."""

from __future__ import annotations

from datetime import UTC, datetime

import httpx
import pytest

from api.diagrams import d2_source
from api.rendering import Walked
from cases.client import CaseClient
from cases.schedules import Calendar, planned
from settings.environment import load
from tests.api.conftest import KEYS, Site, subject
from workflows.procedures.management.compliance_inspection import ComplianceInspection

FIRST = datetime(2026, 12, 1, 1, tzinfo=UTC)
CASES = [f"complaint:shop:{n}" for n in range(5)]


@pytest.fixture
async def asked(site: Site, api: httpx.AsyncClient) -> tuple[httpx.AsyncClient, str]:
    """An inspector, and the inspection that the calendar has opened for them."""
    store = subject()
    chosen = load(data_dir=site.settings.data_dir, stores=[store])
    (plan,) = (plan for plan, _ in planned(chosen) if plan.procedure == "compliance_inspection")
    calendar = Calendar(CaseClient(site.temporal, site.engine, KEYS.sign, task_queue=site.queue), chosen)
    cases = await calendar.open(plan, FIRST)
    assert await calendar.open(plan, FIRST) == cases
    case, *_ = cases.split("; ")
    del api  # it must be there for the inspector's calls
    return await site.caller("supervision"), case


async def test_it_is_in_the_inbox_and_begun_there(asked: tuple[httpx.AsyncClient, str]) -> None:
    inspector, case = asked
    (task,) = (await inspector.get("/tasks", params={"case": case})).json()["items"]
    assert (task["stage"], task["label"], task["overdue"]) == ("new", "To begin", False)
    assert [action["key"] for action in task["actions"]] == ["plan", "leave_out"]
    assert task["due_at"] is not None

    document = (await inspector.get(f"/cases/{case}")).json()
    assert document["data"] == {"department": "customer_service", "procedure": "complaint"}
    forms = {action["key"]: action["form"] for action in document["actions"]}
    assert "sample_cases" in forms["plan"]["properties"]
    assert forms["leave_out"]["required"] == ["reason"]

    short = await inspector.post(f"/cases/{case}/actions/plan", json={"form": {"sample_cases": CASES[:1]}})
    assert (short.status_code, short.json()["code"]) == (422, "invalid_form")
    begun = await inspector.post(f"/cases/{case}/actions/plan", json={"form": {"sample_cases": CASES}})
    assert begun.status_code == 200, begun.text
    assert [stage["key"] for stage in begun.json()["stages"]] == ["planned"]
    assert begun.json()["data"]["department"] == "customer_service"
    history = (await inspector.get(f"/cases/{case}/history")).json()["items"]
    assert [(step["action"], step["after"]) for step in history] == [
        ("await_start", ["new"]),
        ("plan", ["planned"]),
    ]


async def test_it_is_left_out_with_a_reason(asked: tuple[httpx.AsyncClient, str]) -> None:
    inspector, case = asked
    bare = await inspector.post(f"/cases/{case}/actions/leave_out", json={})
    assert (bare.status_code, bare.json()["code"]) == (422, "invalid_form")
    left = await inspector.post(f"/cases/{case}/actions/leave_out", json={"form": {"reason": "盘点周"}})
    assert (left.status_code, left.json()["state"], left.json()["outcome"]) == (200, "closed", "aborted")
    assert (await inspector.get("/tasks", params={"case": case})).json()["items"] == []
    late = await inspector.post(f"/cases/{case}/actions/plan", json={"form": {"sample_cases": CASES}})
    assert late.status_code == 409, late.text


def test_the_diagram_shows_that_it_waits_there() -> None:
    waits = Walked(now=frozenset({"new"}), been=frozenset(), arrows=frozenset())
    assert "new: { class: [start; now] }" in d2_source(ComplianceInspection, "en", waits)
