"""`make try PROCEDURE=key` checks one procedure in seconds: what `make check` and `make test` would say of its file.

The checks run side by side; each prints a line when it is its turn, and all that it found when it found something.
"""

from __future__ import annotations

import argparse
import importlib
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path

from tests.fingerprints import written
from workflows.labels import missing
from workflows.language.fingerprint import differences, fingerprint
from workflows.registry import registry
from workflows.vocabulary import Procedure

ROOT = Path(__file__).resolve().parent.parent
PROCEDURES = ROOT / "workflows" / "procedures"
TESTS = ROOT / "tests" / "procedures"
_AT_ONCE = 3
_BIN = Path(sys.executable).parent


class Unknown(Exception):
    """There is no such procedure. The message names those with a similar key."""


@dataclass(frozen=True)
class Finding:
    """What came of one check: whether it holds, and what it printed."""

    holds: bool
    text: str = ""


def file_of(key: str, procedures: Path = PROCEDURES) -> Path:
    """The file that declares this procedure. Raises Unknown."""
    files = {file.stem: file for file in sorted(procedures.glob("*/*.py")) if not file.stem.startswith("_")}
    if key not in files:
        similar = get_close_matches(key, files, n=3)
        hint = f" Did you mean {' or '.join(similar)}?" if similar else ""
        raise Unknown(f"There is no file workflows/procedures/*/{key}.py.{hint}")
    return files[key]


def declaration(file: Path) -> Finding:
    """Import the file, then all others: what contradicts itself is refused when its class is made, and what contradicts
    another procedure, such as a version that is declared twice, when the registry is.
    """
    try:
        procedure = _procedure(file)
        registry()
    except Exception as error:  # noqa: BLE001 - whatever its author wrote
        return Finding(False, _place(error, file))
    if procedure is None:
        return Finding(False, f"{file.name} declares no procedure.")
    return Finding(True, f"{procedure.key}, version {procedure.version}")


def labels(file: Path) -> Finding:
    """Every stage, action, field and choice has a Chinese label."""
    procedure = _procedure(file)
    lacking = [one for one in missing("zh", [procedure] if procedure else []) if one.procedure]
    lines = [f"{one.group}.po has no entry: {one.context} {one.words!r}" for one in lacking]
    lines += [f"`make labels PROCEDURE={file.stem}` prints the entries to fill in."] if lines else []
    return Finding(not lines, "\n".join(lines))


def version(file: Path) -> Finding:
    """What a running case could notice is as it was written down, or the version is new."""
    procedure = _procedure(file)
    then = written().get(f"{procedure.key} {procedure.version}") if procedure else None
    if procedure is None or then is None:
        return Finding(True, "a new one; `make fingerprints` writes it down")
    changed = ", ".join(differences(then, fingerprint(procedure.declaration)))
    return Finding(not changed, f"{changed}: where cases run, this needs a new version." if changed else "")


def _procedure(file: Path) -> type[Procedure] | None:
    module = importlib.import_module(".".join(file.relative_to(ROOT).with_suffix("").parts))
    for value in vars(module).values():
        if isinstance(value, type) and issubclass(value, Procedure) and value.__module__ == module.__name__:
            return value
    return None


def _place(error: BaseException, file: Path) -> str:
    """The line of the file that the error comes from, where there is one, and the error."""
    where, trace = "", error.__traceback__
    while trace is not None:
        if trace.tb_frame.f_code.co_filename == str(file):
            where = f"line {trace.tb_lineno}: "
        trace = trace.tb_next
    if isinstance(error, SyntaxError) and error.lineno is not None:
        where = f"line {error.lineno}: "
    return f"{where}{type(error).__name__}: {error}"


def _ran(command: Sequence[str | Path]) -> Finding:
    ran = subprocess.run(
        [_BIN / command[0], *command[1:]], cwd=ROOT, capture_output=True, text=True, check=False
    )
    lines = (ran.stdout + ran.stderr).strip().splitlines()
    if ran.returncode:
        return Finding(False, "\n".join(lines))
    return Finding(True, lines[-1].strip("= ") if lines else "")


def _in_turn(*commands: Sequence[str | Path]) -> Finding:
    """Run one after the other, up to the first that fails."""
    finding = Finding(True)
    for command in commands:
        finding = _ran(command)
        if not finding.holds:
            break
    return finding


def checks(file: Path) -> dict[str, Callable[[], Finding]]:
    """What is checked, by its title. The slowest come first."""
    test = TESTS / file.parent.name / f"test_{file.name}"
    if not test.exists():
        nothing = Finding(False, f"There is no {test.relative_to(ROOT)}: see those beside it.")
        return {"scenarios": lambda: nothing, **_checks_of([file])}
    scenarios = ["pytest", "-q", "-p", "no:cacheprovider", test]
    return {"scenarios": lambda: _ran(scenarios), **_checks_of([file, test])}


def _checks_of(files: Sequence[Path]) -> dict[str, Callable[[], Finding]]:
    rule = ["lint-imports", "--no-cache", "--contract", "procedures-import-the-vocabulary"]
    return {
        "types": lambda: _ran(["pyright", *files]),
        "imports": lambda: _ran(rule),
        "style": lambda: _in_turn(
            ["ruff", "check", "--quiet", *files], ["ruff", "format", "--check", *files]
        ),
    }


def main(argv: Sequence[str] | None = None) -> int:
    """The command. 1 where a check doesn't hold."""
    parser = argparse.ArgumentParser(
        prog="make try", description="Check one procedure in seconds: make try PROCEDURE=leave_request"
    )
    parser.add_argument("procedure", metavar="PROCEDURE", help="the key of a procedure, which names its file")
    key = parser.parse_args(argv).procedure
    began = time.monotonic()
    try:
        file = file_of(key)
    except Unknown as error:
        sys.stderr.write(f"{error}\n")
        return 1
    print(f"Checking {file.relative_to(ROOT)}", flush=True)
    failed = _failed(file)
    seconds = time.monotonic() - began
    if failed:
        print(f"{key} is not in order: look at its {' and '.join(failed)} above. ({seconds:.0f} s)")
        return 1
    print(f"{key} is in order. `make check` and `make test` look at everything else. ({seconds:.0f} s)")
    return 0


def _failed(file: Path) -> list[str]:
    """Run all checks, print what each found, and return the titles of those that don't hold."""
    with ThreadPoolExecutor(_AT_ONCE) as threads:
        running: dict[str, Future[Finding]] = {
            title: threads.submit(check) for title, check in checks(file).items()
        }
        if not _printed("declaration", declaration(file)):
            del running["scenarios"]  # they would say the same once more, at length
            failed = ["declaration"]
        else:
            mine = {"labels": labels, "version": version}
            failed = [title for title, check in mine.items() if not _printed(title, check(file))]
        failed += [title for title, finding in running.items() if not _printed(title, finding.result())]
    return failed


def _printed(title: str, finding: Finding) -> bool:
    """Print a line for a check that holds, and everything for one that doesn't. Returns whether it holds."""
    if finding.holds:
        print(f"  {title:<12} ok    {finding.text}".rstrip(), flush=True)
    else:
        text = "\n".join(f"      {line}" for line in finding.text.splitlines())
        print(f"  {title:<12} WRONG\n{text}", flush=True)
    return finding.holds


if __name__ == "__main__":
    sys.exit(main())
