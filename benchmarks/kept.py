"""The databases of `make bench-lists`, kept between its runs as long as they hold what the loader would write now."""

from __future__ import annotations

import hashlib
import shutil
import time
from pathlib import Path

from benchmarks.loading import fill
from benchmarks.stack import ROOT
from benchmarks.walks import SHOWN
from models.revisions import newest

_MADE_OF = (
    "benchmarks/loading.py",
    "benchmarks/walks.py",
    "tests/fingerprints.json",
    str(SHOWN.relative_to(ROOT)),
)
"""What decides what is written: the loader, and what the procedures are."""


class NotKeptHere(Exception):
    """A folder has the name of a database's, and holds something else."""


def kept(home: Path, tasks: int, *, of_suppliers: bool = False) -> Path:
    """The data directory of a store with so many open tasks, or with so many cases of suppliers; filled now, where it
    isn't there or was made otherwise.

    Raises NotKeptHere.
    """
    of_size = home / (f"{tasks}-of-suppliers" if of_suppliers else f"{tasks}")
    mark, made_of = of_size / "made-of", _made_of()
    if mark.exists() and mark.read_text() == made_of:
        return of_size
    if of_size.exists():
        if not mark.exists():
            raise NotKeptHere(f"{of_size} was not made by this benchmark: name another folder")
        shutil.rmtree(of_size)
    of_size.mkdir(parents=True)
    mark.write_text("it is being filled")
    what = "cases of suppliers" if of_suppliers else "open tasks"
    print(f"Filling {of_size} with {tasks:,} {what}", flush=True)
    since = time.monotonic()
    fill(of_size / "guicheng.db", tasks, of_suppliers=of_suppliers)
    mark.write_text(made_of)
    print(f"  took {time.monotonic() - since:.0f} s", flush=True)
    return of_size


def _made_of() -> str:
    parts = [newest(), *(hashlib.sha256((ROOT / name).read_bytes()).hexdigest() for name in _MADE_OF)]
    return hashlib.sha256(" ".join(parts).encode()).hexdigest()
