"""`python -m development.pictures` takes the pictures in `docs/inbox/` anew, of a store that it starts for them.

`--only name…` takes some of them. `--compare REF` takes the main pages of a commit and of the files as they are, in
the same minute, and writes where they differ to `build/pages/`.
"""

from __future__ import annotations

import argparse
import asyncio
import sys
from collections.abc import Sequence
from pathlib import Path

from development.pictures.comparing import compare
from development.pictures.instance import ROOT, instance
from development.pictures.pages import SHOTS, Shot
from development.pictures.store import PictureStore
from development.pictures.taking import browsing, opened, picture, small

FOLDER = ROOT / "docs" / "inbox"
_HEAD = """# The inbox in pictures

Each page as its people see it, of a made-up store. `make pictures` takes them anew; [the inbox](../inbox.md) says what
the pages do.
"""


async def take(store: PictureStore, shots: Sequence[Shot]) -> None:
    """Set the store up, and take its pictures."""
    await store.set_up()
    async with browsing() as browser:
        for shot in shots:
            async with opened(browser, store, shot) as page:
                content = small(await picture(page))
            _file(shot).write_bytes(content)
            print(f"{shot.name}: {len(content) / 1024:.0f} KB")
    await store.close()


def _file(shot: Shot) -> Path:
    return FOLDER / f"{shot.name}.webp"


def index() -> str:
    """The page that shows them all."""
    shown = [f"## {shot.what}\n\n![{shot.what}]({shot.name}.webp)\n" for shot in SHOTS]
    return "\n".join([_HEAD, *shown])


def main(arguments: list[str] | None = None) -> int:
    """Take pictures, or compare with an earlier commit; 1 where main pages differ."""
    parser = argparse.ArgumentParser(prog="python -m development.pictures", description=__doc__)
    parser.add_argument("--only", nargs="+", metavar="name", help="these pictures alone")
    parser.add_argument("--compare", metavar="REF", help="compare the main pages with this commit's")
    options = parser.parse_args(arguments)
    if options.compare:
        return compare(options.compare)
    FOLDER.mkdir(exist_ok=True)
    shots = [shot for shot in SHOTS if not options.only or shot.name in options.only]
    with instance() as running:
        asyncio.run(take(PictureStore(running.url, running.key), shots))
    for stray in {*FOLDER.glob("*.webp")} - {_file(shot) for shot in SHOTS}:
        stray.unlink()
    (FOLDER / "README.md").write_text(index(), "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
