"""`python -m workflows.reference` writes `docs/reference/`; `--check` says what is not current, and writes nothing."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from workflows.labels import LANGUAGES
from workflows.reference.index import pages
from workflows.registry import registry

WHERE = Path(__file__).resolve().parents[2] / "docs" / "reference"


def main(arguments: list[str] | None = None, where: Path = WHERE) -> int:
    """The command. 1 where `--check` finds a page that is missing, differs, or that nothing writes any more."""
    parser = argparse.ArgumentParser(prog="python -m workflows.reference", description=__doc__)
    parser.add_argument("--check", action="store_true", help="compare only")
    check = parser.parse_args(arguments).check
    wanted = pages(registry())
    there = {
        path.relative_to(where).as_posix() for name in LANGUAGES for path in (where / name).rglob("*.md")
    }
    stale = sorted(there - wanted.keys())
    changed = [name for name, text in wanted.items() if _read(where / name) != text]
    if check:
        for name in (*changed, *stale):
            sys.stdout.write(f"docs/reference/{name} is not current: `make reference` writes it.\n")
        return 1 if changed or stale else 0
    for name in changed:
        path = where / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(wanted[name], encoding="utf-8")
    for name in stale:
        (where / name).unlink()
    return 0


def _read(path: Path) -> str | None:
    try:
        return path.read_text(encoding="utf-8")
    except FileNotFoundError:
        return None


if __name__ == "__main__":
    sys.exit(main())
