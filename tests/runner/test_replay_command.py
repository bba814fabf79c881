"""`cases.replay`: one case's history under a debugger."""

from __future__ import annotations

import io
import sys
from pathlib import Path

import pytest

from cases import replay as command
from models.roles import Role
from settings.environment import Settings
from tests.replay.test_histories import mutant_of
from tests.runner.conftest import Shop
from workflows.registry import registry
from workflows.runner.histories import save, saved


@pytest.fixture
async def kept(shop: Shop, tmp_path: Path) -> Path:
    """A saved history."""
    case = await shop.open("return", "ask", Role.CUSTOMER)
    await shop.act(case, "inspect", Role.AFTER_SALES)
    assert await shop.handle(case).result() == "refunded"
    path = tmp_path / "history.json"
    save(await shop.handle(case).fetch_history(), path, shop.policy)
    return path


async def test_a_breakpoint_in_a_hook_is_hit(
    kept: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    ask = "        self.do(PayOut("
    edited = mutant_of("Return", ask, f"        breakpoint()\n{ask}", tmp_path, monkeypatch)
    monkeypatch.setitem(registry()._versions["return"], 1, edited)
    monkeypatch.setattr(sys, "stdin", io.StringIO("p (self.came_from.id, self.subject)\ncontinue\n"))
    assert await command.main(Settings(), case=kept) == 0
    subject = saved(kept).workflow_id.split(":")[2]
    out = capsys.readouterr().out
    assert f"(Pdb) ('requested', '{subject}')" in out, "who debugs sees the case"
    assert "inspect by after_sales: requested → refunding, asks for PayOut" in out
    assert "replays as it was recorded" in out


async def test_a_case_that_this_code_does_not_fit_is_named(
    kept: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    edited = mutant_of("Return", "PayOut(what=self.subject)", "PayOut(what='other')", tmp_path, monkeypatch)
    monkeypatch.setitem(registry()._versions["return"], 1, edited)
    assert await command.main(Settings(), case=kept) == 1
    assert "can't go on: " in capsys.readouterr().out


async def test_a_file_without_a_history_is_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "other.json"
    path.write_text("{}")
    assert await command.main(Settings(), case=path) == 1
    assert "holds no history" in capsys.readouterr().err
