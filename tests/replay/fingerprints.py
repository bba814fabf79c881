"""`python -m tests.replay.fingerprints`: commit to the procedures as they are now.

Where cases of the last release may run, a changed procedure needs a new version, and the old file stays.
"""

from __future__ import annotations

import json
from pathlib import Path

from workflows.language.definition import fingerprint
from workflows.registry import registry

FILE = Path(__file__).parents[1] / "fingerprints.json"


def current() -> dict[str, str]:
    """Each version of each of the store's procedures: what would break its running cases if it changed."""
    return {
        f"{procedure.key} {procedure.version}": fingerprint(procedure)
        for newest in registry()
        for procedure in registry().versions(newest.key)
        if procedure.__module__.startswith("workflows.procedures.")
    }


if __name__ == "__main__":
    FILE.write_text(json.dumps(current(), indent=1) + "\n", encoding="utf-8")
