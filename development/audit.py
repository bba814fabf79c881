"""Asks for known vulnerabilities of what the locks pin: `python -m development.audit`.

pip-audit passes over what it could not ask about. Here that is an outcome of its own: no answer is no good answer.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any, NamedTuple

from development.lock import LOCKS, ROOT

VULNERABLE, NOT_ASKED = 1, 2
"""Exit codes beside 0."""
_WITHIN = 600.0


class Answer(NamedTuple):
    """What came of asking about one lock."""

    asked: int
    """Packages that somebody answered for."""
    found: list[str]
    """A line for each vulnerability."""
    not_asked: list[str]
    """Packages that nobody answered for, or why none was asked about."""


def ask(lock: Path) -> Answer:
    """What pip-audit says of a lock."""
    program = Path(sys.executable).parent / "pip-audit"
    command = [program, "--requirement", lock, "--disable-pip", "--require-hashes", "--format", "json"]
    try:
        ran = subprocess.run(
            [*command, "--progress-spinner", "off"],
            capture_output=True,
            text=True,
            timeout=_WITHIN,
            check=False,
        )
    except FileNotFoundError:
        return Answer(0, [], [f"{program.name} is not installed: `make audit` installs it"])
    except subprocess.TimeoutExpired:
        return Answer(0, [], [f"nobody answered within {_WITHIN:g} s"])
    try:
        return read(json.loads(ran.stdout)["dependencies"])
    except (ValueError, KeyError):
        last = (ran.stderr.strip().splitlines() or [f"it ended with {ran.returncode}"])[-1]
        return Answer(0, [], [last[:300]])


def read(dependencies: Iterable[dict[str, Any]]) -> Answer:
    """The same from what it lists."""
    asked, found, not_asked = 0, list[str](), list[str]()
    for one in dependencies:
        if "skip_reason" in one:
            not_asked.append(one["name"])
            continue
        asked += 1
        for known in one["vulns"]:
            mended = ", ".join(known["fix_versions"]) or "no version yet"
            found.append(f"{one['name']} {one['version']}: {known['id']}, mended in {mended}")
    return Answer(asked, found, not_asked)


def told(name: str, answer: Answer) -> str:
    """What came of it, for a person."""
    lines = [f"{name}: {answer.asked} packages asked about, {len(answer.found)} vulnerabilities known."]
    lines += [f"  {line}" for line in answer.found]
    if answer.not_asked:
        lines.append(f"{name}: NOT ASKED about {len(answer.not_asked)}: {', '.join(answer.not_asked[:10])}")
    return "\n".join(lines)


def exit_code(answers: Iterable[Answer]) -> int:
    """0 only where everything was asked about, and nothing is known."""
    given = list(answers)
    if any(answer.found for answer in given):
        return VULNERABLE
    return NOT_ASKED if any(answer.not_asked or not answer.asked for answer in given) else 0


def main() -> int:
    """Ask about each lock. 1 where something is known, 2 where it could not be asked about everything."""
    answers: list[Answer] = []
    for name in LOCKS:
        answers.append(ask(ROOT / name))
        print(told(name, answers[-1]), flush=True)
    code = exit_code(answers)
    if code == NOT_ASKED:
        print("This is no audit: whoever knows vulnerabilities couldn't be asked about all packages.")
    return code


if __name__ == "__main__":
    sys.exit(main())
