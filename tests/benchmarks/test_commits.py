"""Another commit beside this tree."""

import subprocess

import pytest

from benchmarks.commits import UnknownCommit, checked_out
from benchmarks.stack import ROOT


def _worktrees() -> str:
    return subprocess.run(
        ["git", "worktree", "list"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout


def test_a_commit_is_checked_out_and_removed_again() -> None:
    with checked_out("HEAD") as tree:
        assert (tree / "benchmarks" / "plain.py").exists()
        assert str(tree) in _worktrees()
    assert not tree.exists()
    assert str(tree) not in _worktrees()


def test_a_commit_that_git_does_not_know_is_named() -> None:
    with pytest.raises(UnknownCommit, match="COMPARE=no-such-commit"), checked_out("no-such-commit"):
        pass
