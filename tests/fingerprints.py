"""`python -m tests.fingerprints`: writes down what is new among the fingerprints of procedures and effects.

A definition that has changed needs a new version, so what is written down stays; an optional field more is added to
it. `--again` writes all anew, for procedures that no case runs yet.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

from activities.contracts import EFFECTS
from workflows.language.fingerprint import Parts, additions, fields_of, fingerprint
from workflows.registry import registry

FILE = Path(__file__).parent / "fingerprints.json"


def current() -> dict[str, Parts]:
    """Of every version of every procedure, `key version` -> the parts of its fingerprint; of every effect,
    `effect Kind` -> the fields of its contract.
    """
    known = registry()
    found = {
        f"{procedure.key} {procedure.version}": fingerprint(procedure.declaration)
        for newest in known
        for procedure in known.versions(newest.key)
        if procedure.__module__.startswith("workflows.procedures.")
    }
    shipped = {
        kind: effect for kind, effect in EFFECTS.items() if effect.__module__.startswith("activities.")
    }
    for kind, effect in shipped.items():
        models = (("asks", effect), ("done", effect.success), ("refused", effect.refusal))
        found[f"effect {kind}"] = {name: fields_of(model) for name, model in models}
    return found


def written() -> dict[str, Parts]:
    """What is written down."""
    return dict(json.loads(FILE.read_text(encoding="utf-8"))) if FILE.exists() else {}


if __name__ == "__main__":
    kept, now = {} if "--again" in sys.argv[1:] else written(), current()
    merged = {name: additions(kept.get(name, parts), parts) for name, parts in {**kept, **now}.items()}
    FILE.write_text(json.dumps(merged, indent=1, sort_keys=True) + "\n", encoding="utf-8")
