"""Copies of SQLite databases, whole or not at all, also while somebody writes."""

from __future__ import annotations

import os
import shutil
import sqlite3
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

_UNFINISHED = ".unfinished"


class CannotCopy(Exception):
    """The copy wasn't made; the message says why."""


def copy_databases(files: Sequence[Path], to: Path) -> None:
    """Copy the databases, one after the other, into the directory `to`, which appears when all of them are on the disk.

    What an earlier copy beside it left unfinished is removed. Raises CannotCopy.
    """
    for left in to.parent.glob(f"*{_UNFINISHED}"):
        shutil.rmtree(left)
    unfinished = to.with_name(f"{to.name}{_UNFINISHED}")
    try:
        unfinished.mkdir(parents=True)
        needed = sum(file.stat().st_size for file in files)
        free = shutil.disk_usage(unfinished).free
        if free < needed:
            raise CannotCopy(
                f"The databases can't be copied to {to.parent}: that takes {needed // 1_000_000 + 1} MB, "
                f"and {free // 1_000_000} MB are left. Make room, then start again"
            )
        for file in files:
            _copy(file, unfinished / file.name)
        _flush(unfinished)
        unfinished.rename(to)
    except (OSError, sqlite3.Error) as error:
        raise CannotCopy(f"The databases can't be copied to {to} ({error})") from error


def _copy(file: Path, to: Path) -> None:
    with closing(sqlite3.connect(file)) as source, closing(sqlite3.connect(to)) as target:
        source.backup(target)
    _flush(to)


def _flush(path: Path) -> None:
    opened = os.open(path, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)
