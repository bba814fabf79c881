"""axe looks at a page: what of WCAG 2.2 AA it finds broken."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Page

TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
_AXE: Any = Axe()


@dataclass(frozen=True)
class Looked:
    """What it found."""

    passed: int
    faults: list[str]


async def look(page: Page) -> Looked:
    """All of the page as it stands."""
    options: dict[str, Any] = {
        "runOnly": {"type": "tag", "values": TAGS},
        "resultTypes": ["violations", "passes"],
    }
    found: Any = (await _AXE.run(page, options=options)).response
    faults = [
        f"{rule['id']} ({rule['impact']}): {rule['help']}: {node['html'][:200]} {node['failureSummary'][:300]}"
        for rule in found["violations"]
        for node in rule["nodes"]
    ]
    return Looked(sum(len(rule["nodes"]) for rule in found["passes"]), faults)
