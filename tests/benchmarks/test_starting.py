"""How a commit is started."""

import sys
from pathlib import Path

import pytest

from benchmarks.stack import ROOT
from benchmarks.starting import NotStarted, command


def test_a_start_is_what_make_run_runs(tmp_path: Path) -> None:
    assert command(ROOT) == [sys.executable, "-m", "start.command", "run"]
    (tmp_path / "Makefile").write_text("run: $(RUNTIME) ## Start\n\t@exec $(BIN)/python -m stack.run\n")
    assert command(tmp_path) == [sys.executable, "-m", "stack.run"]


def test_a_tree_without_a_recipe_is_refused(tmp_path: Path) -> None:
    (tmp_path / "Makefile").write_text("demo:\n\techo demo\n")
    with pytest.raises(NotStarted, match="make run"):
        command(tmp_path)
