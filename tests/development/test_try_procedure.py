"""`make try`, as an author meets it."""

import subprocess
import sys
from pathlib import Path

import pytest

from development.try_procedure import ROOT, Unknown, declaration, file_of, labels, main, version


def test_a_procedure_in_order_is_said_to_be(capfd: pytest.CaptureFixture[str]) -> None:
    assert main(["leave_request"]) == 0
    lines = capfd.readouterr().out.splitlines()
    assert lines[0] == "Checking workflows/procedures/management/leave_request.py"
    assert {line.split()[0]: line.split()[1] for line in lines[1:-1]} == dict.fromkeys(
        ["declaration", "labels", "version", "scenarios", "types", "imports", "style"], "ok"
    )
    assert lines[-1].startswith("leave_request is in order.")


def test_a_misspelt_key_is_told_with_similar_ones() -> None:
    with pytest.raises(Unknown, match="Did you mean leave_request"):
        file_of("leave_requst")


def test_a_refused_declaration_is_told_with_its_line() -> None:
    file = Path(__file__).with_name("sample_broken.py")
    finding = declaration(file)
    assert not finding.holds
    assert finding.text.startswith("line 10: ")
    assert "finish" in finding.text


def test_a_missing_label_is_told_with_the_entry() -> None:
    finding = labels(ROOT / "tests" / "language" / "sample.py")
    assert not finding.holds
    assert "has no entry: stage" in finding.text
    assert "make labels" in finding.text.splitlines()[-1]


def test_a_change_under_running_cases_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    then = {"leave_request 1": {"stages": "other"}}
    monkeypatch.setattr("development.try_procedure.written", lambda: then)
    finding = version(file_of("leave_request"))
    assert not finding.holds
    assert "stages" in finding.text
    assert "new version" in finding.text


def test_without_a_key_it_says_how() -> None:
    ran = subprocess.run(
        [sys.executable, "-m", "development.try_procedure"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 2
    assert "PROCEDURE" in ran.stderr
