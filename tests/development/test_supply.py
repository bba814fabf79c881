"""The bill of materials says what the locks pin; an audit that nobody answered is none."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

from development import audit, sbom
from development.audit import Answer, exit_code, read, told
from development.lock import LOCKS, ROOT
from development.sbom import NotALock, bill, pins


def test_the_bill_is_current_and_names_every_pin() -> None:
    assert sbom.BILL.read_text("utf-8") == bill()
    document = json.loads(bill())
    scopes = {one["purl"]: one["scope"] for one in document["components"]}
    runtime, all_of_them = (pins(ROOT / name) for name in LOCKS)
    assert {pin.purl for pin in (*runtime, *all_of_them)} == scopes.keys()
    assert all(scopes[pin.purl] == "required" for pin in runtime)
    assert all(pin.hashes for pin in all_of_them)
    lines = [
        re.match(r"[A-Za-z0-9._-]+==", line) for line in (ROOT / "requirements.txt").read_text().splitlines()
    ]
    assert sum(map(bool, lines)) == len(runtime)


def test_the_bill_is_the_same_everywhere() -> None:
    text = bill()
    assert text == bill()
    assert not re.search(r'serialNumber|timestamp|://|"/', text)


def test_the_bill_says_who_needs_whom() -> None:
    needs = {one["ref"]: one["dependsOn"] for one in json.loads(bill())["dependencies"]}
    assert any(ref.startswith("pkg:pypi/fastapi@") for ref in needs["guicheng"])
    fastapi = next(of for ref, of in needs.items() if ref.startswith("pkg:pypi/fastapi@"))
    assert any(ref.startswith("pkg:pypi/starlette@") for ref in fastapi)
    assert {ref for of in needs.values() for ref in of} <= needs.keys()


def test_a_line_that_pins_nothing_is_named(tmp_path: Path) -> None:
    lock = tmp_path / "lock.txt"
    lock.write_text("a==1 \\\n    --hash=sha256:" + "0" * 64 + "\n-r other.txt\n")
    with pytest.raises(NotALock, match="line 3"):
        pins(lock)


KNOWN: dict[str, Any] = {
    "name": "a", "version": "1", "vulns": [{"id": "CVE-1", "fix_versions": ["2"]}, {"id": "CVE-2", "fix_versions": []}],
}  # fmt: skip
SKIPPED = {"name": "b", "skip_reason": "Dependency not found"}
GOOD: dict[str, Any] = {"name": "c", "version": "1", "vulns": []}


def test_an_audit_tells_what_is_known_and_what_was_not_asked() -> None:
    answer = read([KNOWN, SKIPPED, GOOD])
    assert (answer.asked, answer.not_asked) == (2, ["b"])
    assert answer.found == ["a 1: CVE-1, mended in 2", "a 1: CVE-2, mended in no version yet"]
    assert "NOT ASKED about 1: b" in told("lock", answer)
    assert exit_code([answer]) == audit.VULNERABLE
    assert exit_code([read([SKIPPED, GOOD])]) == audit.NOT_ASKED
    assert exit_code([read([])]) == audit.NOT_ASKED
    assert exit_code([read([GOOD])]) == 0


def test_an_audit_that_can_not_be_had_is_none(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(audit.sys, "executable", str(tmp_path / "python"))
    answer = audit.ask(ROOT / "requirements.txt")
    assert answer == Answer(0, [], ["pip-audit is not installed: `make audit` installs it"])
    (tmp_path / "pip-audit").write_text("#!/bin/sh\necho 'no route to host' >&2\nexit 1\n")
    (tmp_path / "pip-audit").chmod(0o755)
    assert audit.ask(ROOT / "requirements.txt").not_asked == ["no route to host"]
