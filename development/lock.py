"""Pins every dependency by version and hash: `python -m development.lock [--check] [--upgrade]`.

Each lock begins with a hash of what pyproject.toml asks for, so that `--check` needs no network.
"""

import argparse
import hashlib
import json
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
LOCKS = {"requirements.txt": ["build"], "requirements-dev.txt": ["build", "dev"]}
"""Each lock, and the groups of development dependencies that it holds beside those of the project."""
MARK = "# pins what pyproject.toml asked for at "


def asked() -> str:
    """A hash of the dependencies in pyproject.toml: all that a lock depends on."""
    project: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    wanted = [
        project["project"]["requires-python"],
        project["project"]["dependencies"],
        project["dependency-groups"],
        project["build-system"]["requires"],
    ]
    return hashlib.sha256(json.dumps(wanted, sort_keys=True).encode()).hexdigest()[:16]


def stale() -> list[str]:
    """The locks that were made for other dependencies than pyproject.toml names now."""
    first_line = MARK + asked()
    return [name for name in LOCKS if not (ROOT / name).read_text("utf-8").startswith(first_line + "\n")]


def pin(*, upgrade: bool) -> None:
    """Write both locks. The run-time one comes first and binds the developers' one."""
    runtime = next(iter(LOCKS))
    for name, groups in LOCKS.items():
        lock = ROOT / name
        command = [
            *("uv", "pip", "compile", "pyproject.toml", "--quiet", "--universal", "--python-version", "3.11"),
            *("--generate-hashes", "--no-header", "--no-emit-index-url", "--no-emit-find-links"),
            *("--output-file", name, *(f"--group={group}" for group in groups)),
        ]
        if name != runtime:
            command += ["--constraint", runtime]
        if upgrade:
            command.append("--upgrade")
        subprocess.run([Path(sys.executable).parent / command[0], *command[1:]], cwd=ROOT, check=True)
        lock.write_text(f"{MARK}{asked()}\n{lock.read_text('utf-8')}", "utf-8")


def main() -> int:
    """Pin, or with `--check` say which locks no longer fit pyproject.toml."""
    parser = argparse.ArgumentParser(description="Pin every dependency by version and hash.")
    parser.add_argument("--check", action="store_true", help="only say whether the locks fit pyproject.toml")
    parser.add_argument("--upgrade", action="store_true", help="take newer versions")
    options = parser.parse_args()
    if options.check:
        outdated = stale()
        for name in outdated:
            print(f"{name} was pinned for other dependencies than pyproject.toml names: run `make lock`.")
        return len(outdated)
    pin(upgrade=options.upgrade)
    return 0


if __name__ == "__main__":
    sys.exit(main())
