"""What import-linter can't hold: `worker.py` is a module, not a package."""

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
ABOVE = {"start", "benchmarks"}


def test_only_those_who_start_it_import_the_worker() -> None:
    imports = re.compile(r"^\s*(?:from|import) worker\b", re.MULTILINE)
    sources = [file for file in ROOT.glob("[a-z]*/**/*.py") if not file.is_relative_to(ROOT / "tests")]
    importing = {
        file.relative_to(ROOT).parts[0] for file in sources if imports.search(file.read_text("utf-8"))
    }
    assert importing == ABOVE
