"""Writes the typed Python client, `client/`, from the API's own description: `python -m development.client`.

With `--check` nothing is written: it fails when `client/` is not what the description gives.
"""

from __future__ import annotations

import filecmp
import json
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from api.app import create_app
from settings.environment import Settings

CLIENT = Path(__file__).parent.parent / "client"
_BIN = Path(sys.executable).parent


class CannotGenerate(Exception):
    """The generator failed; the message holds what it said."""


def generate(into: Path) -> None:
    """Write the client of the API as it is declared now. Raises CannotGenerate."""
    with tempfile.TemporaryDirectory() as scratch:
        described = Path(scratch) / "openapi.json"
        described.write_text(json.dumps(create_app(Settings()).openapi()))
        config = Path(scratch) / "config.json"
        config.write_text(json.dumps({"post_hooks": []}))
        command = [_BIN / "openapi-python-client", "generate", "--path", described, "--config", config]
        done = subprocess.run(
            [*command, "--output-path", into, "--meta", "none", "--overwrite"],
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            raise CannotGenerate(done.stdout + done.stderr)
    shutil.rmtree(into / ".ruff_cache", ignore_errors=True)


def differences(one: Path, other: Path) -> list[str]:
    """The files that aren't the same in both."""
    names = {path.relative_to(root) for root in (one, other) for path in root.rglob("*.py")}
    _, differ, missing = filecmp.cmpfiles(one, other, [str(name) for name in names], shallow=False)
    return sorted([*differ, *missing])


def main(arguments: list[str]) -> None:
    """Generate, or compare."""
    try:
        if "--check" not in arguments:
            shutil.rmtree(CLIENT, ignore_errors=True)
            generate(CLIENT)
            return
        with tempfile.TemporaryDirectory() as scratch:
            fresh = Path(scratch) / "client"
            generate(fresh)
            stale = differences(CLIENT, fresh)
    except CannotGenerate as error:
        sys.exit(str(error))
    if stale:
        sys.exit(f"client/ is not what the API declares: {', '.join(stale[:5])}. `make client` writes it.")


if __name__ == "__main__":
    main(sys.argv[1:])
