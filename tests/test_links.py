"""What the documents point at is there."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
DOCUMENTS = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]


def headings(document: Path) -> set[str]:
    """The anchors of a document, as git hosts make them."""
    text = document.read_text(encoding="utf-8")
    titles = re.findall(r"^#+ (.*)$", text, re.MULTILINE)
    made = {re.sub(r"[^\w\- ]", "", title.lower()).strip().replace(" ", "-") for title in titles}
    return made | set(re.findall(r'<a id="([^"]+)">', text))


def broken(document: Path) -> Iterator[str]:
    for link in re.findall(r"\]\(([^)\s]+)\)", document.read_text(encoding="utf-8")):
        if "://" in link:
            continue
        path, _, anchor = link.partition("#")
        target = (document.parent / path).resolve() if path else document
        if not target.exists() or (anchor and anchor not in headings(target)):
            yield link


@pytest.mark.parametrize("folder", sorted({str(d.parent.relative_to(ROOT)) for d in DOCUMENTS}))
def test_links_lead_somewhere(folder: str) -> None:
    documents = [document for document in DOCUMENTS if document.parent == ROOT / folder]
    assert {d.name: found for d in documents if (found := list(broken(d)))} == {}
