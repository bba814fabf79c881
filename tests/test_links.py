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


def named_tests(document: Path) -> set[str]:
    """The tests that a document names, and what they are made of."""
    return set(re.findall(r"`(tests/[\w/.-]+|make [\w-]+)`", document.read_text(encoding="utf-8")))


def is_there(named: str) -> bool:
    """Whether there is a file, a folder or a target of make with this name."""
    if named.startswith("make "):
        return f"\n{named.removeprefix('make ')}:" in (ROOT / "Makefile").read_text(encoding="utf-8")
    return (ROOT / named).exists()


@pytest.mark.parametrize("folder", sorted({str(d.parent.relative_to(ROOT)) for d in DOCUMENTS}))
def test_what_documents_name_of_tests_is_there(folder: str) -> None:
    documents = [document for document in DOCUMENTS if document.parent == ROOT / folder]
    missing = {d.name: [named for named in sorted(named_tests(d)) if not is_there(named)] for d in documents}
    assert {name: some for name, some in missing.items() if some} == {}


def shows(named: str) -> bool:
    """Whether this is a test, a folder of tests or a check: not what tests only read."""
    path = ROOT / named
    if path.is_dir():
        return any(path.rglob("test_*.py"))
    return named.startswith("make ") or (path.is_file() and "def test_" in path.read_text(encoding="utf-8"))


def test_each_requirement_of_security_names_what_shows_it() -> None:
    text = (ROOT / "docs/security.md").read_text(encoding="utf-8")
    met = text.partition("## How it is met")[2].partition("## What is not met")[0]
    rows = [line.split("|") for line in met.splitlines() if line.startswith("| V")]
    assert len(rows) > 30
    for _, requirement, _, shown_by, _ in rows:
        named = re.findall(r"`([^`]+)`", shown_by)
        assert any(shows(one) for one in named), f"{requirement.strip()} names nothing that shows it"
