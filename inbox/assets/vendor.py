"""Fetches what pages are made with: htmx and the icons. `python -m inbox.assets.vendor`.

From npm's registry by `npm pack`, each package checked against the digest here. Their licences come with them.
"""

from __future__ import annotations

import base64
import hashlib
import re
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path

INTO = Path(__file__).parent / "vendor"
SPRITE = Path(__file__).parent / "icons.svg"
HTMX = "htmx.org@4.0.1"
ICONS = "@tabler/icons@3.52.0"
SHA512 = {
    HTMX: "oF7JgXhDW9UXCy/k1ZYFUQgzu/rm19ORWPSPNL91vPluB2PB9+MV55tyQdH/w7o2EAbTYUG5SDW1R60mdkdqGg==",
    ICONS: "dldKlJNfO/gZnGLcIY0X2EFFKIMGwL/rEvTqglvBgAPFiwj9pZOCN5V3Sf0Gyjq6foX4VQmLdOmsS4w5FdWKAw==",
}
# fmt: off
NAMES = (
    "alert-circle", "alert-triangle", "arrow-forward-up", "arrow-left", "arrow-right", "barcode",
    "bolt", "bookmark", "bookmark-plus", "building-warehouse", "cash", "check", "chevron-down",
    "chevron-right", "circle-check", "circle-dashed", "circle-x", "clipboard-check", "clock",
    "clock-pause", "copy", "device-mobile", "dots", "download", "external-link", "file-text", "filter",
    "hand-grab", "history", "id-badge-2", "inbox", "keyboard", "list-check", "lock", "logout", "map-pin",
    "message-circle", "minus", "package", "paperclip", "phone", "plus", "printer", "quote",
    "receipt-refund", "refresh", "search", "send", "shield-check", "sitemap", "speakerphone", "tag",
    "upload", "user", "users", "volume", "volume-off", "wifi-off", "x", "zzz",
)
# fmt: on
"""The icons that pages use."""


def main() -> None:
    """Replace the vendored files; exits where a package isn't the one that was chosen."""
    INTO.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as scratch:
        with _package(HTMX, scratch) as package:
            for name in ("dist/htmx.min.js", "dist/ext/hx-sse.min.js", "LICENSE"):
                target = "htmx.LICENSE.txt" if name == "LICENSE" else Path(name).name
                (INTO / target).write_bytes(_read(package, name))
        with _package(ICONS, scratch) as package:
            (INTO / "icons.LICENSE.txt").write_bytes(_read(package, "LICENSE"))
            symbols = [_symbol(name, _read(package, f"icons/outline/{name}.svg").decode()) for name in NAMES]
    SPRITE.write_text(
        '<svg xmlns="http://www.w3.org/2000/svg">\n' + "\n".join(symbols) + "\n</svg>\n", encoding="utf-8"
    )


def _package(package: str, scratch: str) -> tarfile.TarFile:
    command = ["npm", "pack", package, "--silent", "--pack-destination", scratch]
    packed = subprocess.run(command, check=True, capture_output=True, text=True)  # noqa: S603 - a fixed command
    archive = Path(scratch) / packed.stdout.strip().splitlines()[-1]
    digest = base64.b64encode(hashlib.sha512(archive.read_bytes()).digest()).decode()
    if digest != SHA512[package]:
        sys.exit(f"{package} has the digest {digest}, not {SHA512[package]}")
    return tarfile.open(archive)


def _read(package: tarfile.TarFile, name: str) -> bytes:
    file = package.extractfile(f"package/{name}")
    assert file is not None
    return file.read()


def _symbol(name: str, drawing: str) -> str:
    """An icon of 24 by 24 as a part of the sprite: its strokes alone."""
    strokes = re.findall(r"<(?:path|circle|rect|line|polyline)[^>]*/>", drawing)
    kept = [stroke for stroke in strokes if 'stroke="none"' not in stroke]
    return f'<symbol id="{name}" viewBox="0 0 24 24">{"".join(kept)}</symbol>'


if __name__ == "__main__":
    main()
