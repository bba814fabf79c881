"""A commit in a folder of its own."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

from benchmarks.stack import ROOT


class UnknownCommit(Exception):
    """git knows no such commit, or can't check it out; what it said."""


@contextmanager
def checked_out(ref: str) -> Generator[Path]:
    """The tree of a commit, compiled as a tree is that ran before; removed at the end. Raises UnknownCommit."""
    with tempfile.TemporaryDirectory(prefix="guicheng-bench-tree-") as folder:
        tree = Path(folder) / "tree"
        added = _git("worktree", "add", "--detach", str(tree), ref)
        if added.returncode:
            raise UnknownCommit(f"COMPARE={ref}: {added.stderr.strip()}")
        try:
            compiled(tree)
            yield tree
        finally:
            _git("worktree", "remove", "--force", str(tree))


def compiled(tree: Path) -> None:
    """Compile all of a tree, so that no start that is measured does."""
    subprocess.run(
        [sys.executable, "-m", "compileall", "-q", "-x", r"/\.", "."],
        cwd=tree,
        check=False,
        stdout=subprocess.DEVNULL,
    )


def _git(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(["git", *arguments], cwd=ROOT, capture_output=True, text=True, check=False)
