"""Counts the lines of every Python file, and names those that have too many: `python -m development.lengths`."""

from __future__ import annotations

import os
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

from development.lock import ROOT

FILE = 400
PROCEDURE = 500
"""A procedure's table and its rules stand in one file."""
LONGER = {"workflows/procedures/orders_and_logistics/order_fulfilment.py": 799}
"""The longest procedure: all that may become of an order."""
_PROCEDURES = "workflows/procedures/"
_UNLIMITED = "tests/procedures/"
"""A procedure's test is as long as its table has ways."""


def limit_of(path: str) -> int | None:
    """How many lines a file may have, by its path from the root; None where it may have any number."""
    if path.startswith(_UNLIMITED):
        return None
    return LONGER.get(path, PROCEDURE if path.startswith(_PROCEDURES) else FILE)


def too_long(root: Path) -> list[str]:
    """A sentence for each file that has too many lines."""
    found: list[str] = []
    for file in _written_by_hand(root):
        path = file.relative_to(root).as_posix()
        lines, limit = len(file.read_bytes().splitlines()), limit_of(path)
        if limit is not None and lines > limit:
            found.append(f"{path} has {lines} lines, {lines - limit} more than the {limit} that it may have.")
    return found


def _written_by_hand(root: Path) -> Iterator[Path]:
    """The Python files that nothing generates. What does is named in one place, for ruff."""
    project = tomllib.loads((root / "pyproject.toml").read_text("utf-8"))
    generated = [root / path for path in project["tool"]["ruff"]["extend-exclude"]]
    for folder, folders, files in os.walk(root):
        here = Path(folder)
        folders[:] = sorted(
            name for name in folders if not name.startswith((".", "__")) and here / name not in generated
        )
        yield from (
            here / name for name in sorted(files) if name.endswith(".py") and here / name not in generated
        )


def main() -> int:
    """Print the sentences; 1 where there are any."""
    sentences = too_long(ROOT)
    sys.stdout.writelines(f"{one}\n" for one in sentences)
    if sentences:
        sys.stdout.write("Give what isn't a file's own to where it belongs: CONTRIBUTING.md, How we write.\n")
    return 1 if sentences else 0


if __name__ == "__main__":
    sys.exit(main())
