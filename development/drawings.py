"""`python -m development.drawings` draws `docs/drawings/*.d2` as SVG beside them; `--check` says what is stale."""

from __future__ import annotations

import argparse
import subprocess
import sys
import sysconfig
from pathlib import Path

FOLDER = Path(__file__).resolve().parents[1] / "docs" / "drawings"


def drawn(source: Path) -> bytes:
    """The drawing, as SVG without a time or a machine in it. Raises CalledProcessError where d2 refuses it."""
    program = Path(sysconfig.get_path("scripts")) / "d2"
    done = subprocess.run(
        [program, "--layout", "dagre", "--pad", "20", "--no-xml-tag", "-", "-"],
        input=source.read_bytes(),
        capture_output=True,
        check=True,
    )
    return done.stdout


def main(arguments: list[str] | None = None) -> int:
    """Draw them all, or check that all are drawn; 1 where one isn't current."""
    parser = argparse.ArgumentParser(prog="python -m development.drawings", description=__doc__)
    parser.add_argument("--check", action="store_true", help="write nothing; say what isn't current")
    options = parser.parse_args(arguments)
    stale: list[str] = []
    for source in sorted(FOLDER.glob("*.d2")):
        target, drawing = source.with_suffix(".svg"), drawn(source)
        if target.exists() and target.read_bytes() == drawing:
            continue
        if options.check:
            stale.append(target.name)
        else:
            target.write_bytes(drawing)
            print(f"drew {target.name}")
    if stale:
        print(f"not current: {', '.join(stale)}; run `make reference`", file=sys.stderr)
    return 1 if stale else 0


if __name__ == "__main__":
    sys.exit(main())
