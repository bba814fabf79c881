"""Writes the bill of materials, `sbom.cdx.json` (CycloneDX), from the locks: `python -m development.sbom [--check]`.

It says what is installed to run Guicheng, and, as excluded, what developers install beside it. It depends on the locks
alone, so that two machines write the same.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
import tomllib
from pathlib import Path
from typing import Any, NamedTuple

from development.lock import LOCKS, ROOT
from settings import __version__

BILL = ROOT / "sbom.cdx.json"
_PROJECT = "guicheng"
_PIN = re.compile(r"^(?P<name>[A-Za-z0-9._-]+)==(?P<version>[^\s;\\]+)(?: ; (?P<marker>[^\\]+?))?(?: \\)?$")
_HASH = re.compile(r"^ +--hash=sha256:(?P<digest>[0-9a-f]{64})(?: \\)?$")
_ASKED_BY = re.compile(r"^ +# +(?:via )?(?P<asker>[A-Za-z0-9._-]+)(?: \(.*\))?$")


class Pin(NamedTuple):
    """A package as a lock pins it."""

    name: str
    version: str
    marker: str
    """Where it is installed; everywhere, where it is empty."""
    hashes: list[str]
    askers: list[str]
    """Those that need it."""

    @property
    def purl(self) -> str:
        """What names it in bills of materials."""
        return f"pkg:pypi/{self.name}@{self.version}"


class NotALock(Exception):
    """A line of a lock that can't be read."""


def pins(lock: Path) -> list[Pin]:
    """What a lock pins, in its order. Raises NotALock."""
    found: list[Pin] = []
    for number, line in enumerate(lock.read_text("utf-8").splitlines(), 1):
        if (pin := _PIN.match(line)) is not None:
            found.append(Pin(pin["name"], pin["version"], (pin["marker"] or "").strip(), [], []))
        elif (hashed := _HASH.match(line)) is not None:
            found[-1].hashes.append(hashed["digest"])
        elif (asked := _ASKED_BY.match(line)) is not None and found and asked["asker"] != "via":
            found[-1].askers.append(asked["asker"])
        elif line and not line.lstrip().startswith("#"):
            raise NotALock(f"{lock.name}, line {number} pins nothing: {line}")
    return found


def bill() -> str:
    """The whole file."""
    runtime, all_of_them = (pins(ROOT / name) for name in LOCKS)
    needed = {pin.name for pin in runtime}
    components = runtime + [pin for pin in all_of_them if pin.name not in needed]
    project: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    head = {
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "version": 1,
        "metadata": {
            "component": {
                "type": "application",
                "bom-ref": _PROJECT,
                "name": _PROJECT,
                "version": __version__,
                "description": project["description"],
                "licenses": [{"license": {"id": project["license"]}}],
            }
        },
    }
    lines = [f"{json.dumps(name)}: {json.dumps(value)}," for name, value in head.items()]
    lines += _list("components", [_component(pin, needed) for pin in components], end=",")
    lines += _list("dependencies", _dependencies(components))
    return "\n".join(["{", *lines, "}", ""])


def _list(name: str, values: list[dict[str, Any]], end: str = "") -> list[str]:
    """A line for each, so that a change of one is a change of a line."""
    written = ",\n".join(json.dumps(value) for value in values)
    return [f"{json.dumps(name)}: [", written, f"]{end}"]


def _component(pin: Pin, needed: set[str]) -> dict[str, Any]:
    component = {
        "type": "library",
        "bom-ref": pin.purl,
        "name": pin.name,
        "version": pin.version,
        "scope": "required" if pin.name in needed else "excluded",
        "purl": pin.purl,
        # each of its distributions has one; the lock doesn't say which is whose
        "hashes": [{"alg": "SHA-256", "content": digest} for digest in pin.hashes],
    }
    if pin.marker:
        component["properties"] = [{"name": f"{_PROJECT}:marker", "value": pin.marker}]
    return component


def _dependencies(components: list[Pin]) -> list[dict[str, Any]]:
    """Who needs whom, as the locks say of each package."""
    references = {pin.name: pin.purl for pin in components} | {_PROJECT: _PROJECT}
    needs: dict[str, list[str]] = {reference: [] for reference in (_PROJECT, *references.values())}
    for pin in components:
        for asker in pin.askers:
            needs[references[asker]].append(pin.purl)
    return [{"ref": reference, "dependsOn": sorted(of)} for reference, of in sorted(needs.items())]


def main() -> int:
    """Write the bill, or with `--check` say whether it is current."""
    parser = argparse.ArgumentParser(description="Write the bill of materials from the locks.")
    parser.add_argument("--check", action="store_true", help="only say whether it is current")
    wanted = bill()
    if not parser.parse_args().check:
        BILL.write_text(wanted, "utf-8")
        return 0
    if not BILL.exists() or BILL.read_text("utf-8") != wanted:
        print(f"{BILL.name} is not what the locks pin: run `make sbom`.")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
