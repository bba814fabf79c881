"""Files that pages load. Each has its content's hash in its address, so that browsers keep it for good."""

from __future__ import annotations

import gzip
import hashlib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

HERE = Path(__file__).parent
TYPES = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
    ".webmanifest": "application/manifest+json",
    ".png": "image/png",
}

JOINED = {"app.css": ("styles",), "app.js": ("vendor", "scripts"), "scan.js": ("scan",)}
"""One stylesheet, one script, and that of the scanner's pages: each of these folders' files in their order.

htmx begins as soon as its own script is through. In one file with it, what it has to know of is there by then.
"""


@dataclass(frozen=True)
class Asset:
    """A file, as it is sent."""

    content: bytes
    packed: bytes
    """By gzip."""
    media_type: str
    mark: str
    """The first signs of its hash."""


@cache
def found() -> dict[str, Asset]:
    """Every file, by its name."""
    files = sorted(HERE.glob("*.*"))
    known = {file.name: _asset(file.name, file.read_bytes()) for file in files if file.suffix in TYPES}
    for name, folders in JOINED.items():
        parts = [file for folder in folders for file in sorted((HERE / folder).glob(f"*{Path(name).suffix}"))]
        together = b"\n".join(file.read_bytes() for file in parts)
        known[name] = _asset(name, together)
    return known


def _asset(name: str, content: bytes) -> Asset:
    mark = hashlib.sha256(content).hexdigest()[:10]
    return Asset(content, gzip.compress(content, 9, mtime=0), TYPES[Path(name).suffix], mark)


@cache
def address(name: str) -> str:
    """Where a page loads the file from."""
    return f"/inbox/assets/{found()[name].mark}/{name}"
