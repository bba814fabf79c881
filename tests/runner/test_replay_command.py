"""`cases.replay`: one case's history under a debugger."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

import pytest

from cases import replay as command
from models.roles import Role
from tests.runner.conftest import Shop
from tests.runner.procedures import Return
from workflows.runner.histories import save, saved


@pytest.fixture
async def kept(shop: Shop, tmp_path: Path) -> Path:
    """A saved history."""
    case = await shop.open("return", "ask", Role.CUSTOMER)
    await shop.act(case, "inspect", Role.AFTER_SALES)
    assert await shop.handle(case).result() == "refunded"
    path = tmp_path / "history.json"
    save(await shop.handle(case).fetch_history(), path)
    return path


async def test_a_breakpoint_in_a_hook_is_hit(
    kept: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    stopped: list[str] = []

    def debugger() -> None:
        machine = sys._getframe(1).f_locals["self"]
        stopped.append(f"{machine.step.event} of {machine.subject}")

    real = Return.pay

    def with_breakpoint(self: Return) -> None:
        breakpoint()  # noqa: T100 - what this test is about
        real(self)

    monkeypatch.setattr(Return, "pay", with_breakpoint)
    monkeypatch.setattr(sys, "breakpointhook", debugger)
    assert await asyncio.to_thread(command.main, ["--file", str(kept)]) == 0
    subject = saved(kept).workflow_id.split(":")[2]
    assert stopped == [f"inspect of {subject}"]
    out = capsys.readouterr().out
    assert "inspect by after_sales: requested → refunding, asks for PayOut" in out
    assert "replays as it was recorded" in out


async def test_a_case_that_this_code_does_not_fit_is_named(
    kept: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(Return, "pay", lambda self: None)  # noqa: ARG005
    assert await asyncio.to_thread(command.main, ["--file", str(kept)]) == 1
    assert "can't go on: " in capsys.readouterr().out


def test_a_file_without_a_history_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "other.json"
    path.write_text("{}")
    with pytest.raises(SystemExit, match="holds no history"):
        command.main(["--file", str(path)])
