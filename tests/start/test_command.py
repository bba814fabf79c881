"""`guicheng`: its help, what it starts, and that the documents name it right."""

import re
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from settings.environment import Settings
from start.command import main

ROOT = Path(__file__).parents[2]
DOCUMENTS = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *(ROOT / "docs").glob("*.md")]
NOBODY = "127.0.0.1:1"
"""An address at which nobody listens."""
HELP_ALONE = """
import sys
from start.command import main
for name in ["", *main.commands]:
    try:
        main([*name.split(), "--help"], prog_name="guicheng")
    except SystemExit as end:
        assert end.code == 0, name
heavy = {"pydantic", "temporalio", "fastapi", "sqlalchemy", "statemachine", "uvicorn"}
print("imported:", sorted(heavy & sys.modules.keys()))
"""


def test_help_lists_the_commands_with_a_sentence_each() -> None:
    text = CliRunner().invoke(main, ["--help"]).output
    for name, command in main.commands.items():
        (line,) = re.findall(rf"^  {name} +(.*)$", text, re.MULTILINE)
        assert line == (command.help or "").splitlines()[0]
        assert line.endswith(".")


def test_help_imports_none_of_what_the_commands_run() -> None:
    ran = subprocess.run(
        [sys.executable, "-c", HELP_ALONE], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert ran.stdout.splitlines()[-1] == "imported: []"


@pytest.mark.parametrize(
    "command",
    [
        ["prepare"],
        ["reconcile"],
        ["rebuild"],
        ["replay"],
        ["schedules"],
        ["migrate", "a:b:c", "--to", "2", "--by", "me"],
    ],
    ids=lambda command: command[0],
)
def test_a_temporal_that_does_not_answer_is_told_in_a_sentence(
    command: list[str], own_settings: Settings
) -> None:
    ran = subprocess.run(
        [sys.executable, "-m", "start.command", *command],
        env={
            "PATH": "",
            "PYTHONPATH": str(ROOT),
            "DATA_DIR": str(own_settings.data_dir),
            "TEMPORAL_ADDRESS": NOBODY,
        },
        capture_output=True,
        text=True,
        check=False,
    )
    (sentence,) = ran.stderr.splitlines()
    assert sentence.startswith(f"No Temporal server answers at {NOBODY}.")
    assert ran.returncode == 1


def test_a_fault_in_a_stores_file_is_told(tmp_path: Path) -> None:
    (tmp_path / "store.toml").write_text('service_hour = "9-23"')
    ran = subprocess.run(
        [sys.executable, "-m", "start.command", "check", str(tmp_path / "store.toml")],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 1
    assert "service_hour: there is no such setting; did you mean service_hours?" in ran.stderr


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_documents_name_commands_that_exist_and_no_modules(document: Path) -> None:
    text = document.read_text("utf-8")
    named = set(re.findall(r"(?:`|bin/)guicheng ([a-z]+)", text))
    assert named <= set(main.commands)
    assert set(re.findall(r"python -m ([\w.]+)", text)) <= {"demo"}
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE))
    assert set(re.findall(r"(?:`|^    )make ([a-z-]+)", text, re.MULTILINE)) <= targets


def test_make_has_each_target_once() -> None:
    targets = re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE)
    assert sorted(targets) == sorted(set(targets))


def test_the_guide_names_every_subject_of_effects() -> None:
    guide = (ROOT / "docs" / "writing-a-procedure.md").read_text("utf-8")
    contracts = (ROOT / "activities").glob("*/contract.py")
    subjects = {one.parent.name for one in contracts if re.search(r"Effect\b", one.read_text("utf-8"))}
    assert subjects == set(re.findall(r"^\| [^|]+ \| `([a-z_]+)` \| `[A-Z]", guide, re.MULTILINE))
