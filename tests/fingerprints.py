"""`python -m tests.fingerprints`: writes down what is new among the procedures' fingerprints.

What is written down already stays: a definition that has changed needs a new version. `--again` writes all anew, for
procedures that no case runs yet.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

from workflows.language.definition import fingerprint
from workflows.registry import registry

FILE = Path(__file__).parent / "fingerprints.json"


def current() -> dict[str, str]:
    """`key version` -> fingerprint, of every version of every procedure."""
    known = registry()
    return {
        f"{procedure.key} {procedure.version}": fingerprint(procedure)
        for newest in known
        for procedure in known.versions(newest.key)
        if procedure.__module__.startswith("workflows.procedures.")
    }


def written() -> dict[str, str]:
    """What is written down."""
    return dict(json.loads(FILE.read_text(encoding="utf-8"))) if FILE.exists() else {}


if __name__ == "__main__":
    kept = {} if "--again" in sys.argv[1:] else written()
    FILE.write_text(json.dumps({**current(), **kept}, indent=1, sort_keys=True) + "\n", encoding="utf-8")
