"""What lies in the data directory is its owner's alone: databases, keys, logs and files hold personal data."""

import os
import stat
from collections.abc import Iterator
from pathlib import Path

UMASK = 0o077
"""What new files and folders take away from everybody but their owner."""
_OTHERS = stat.S_IRWXG | stat.S_IRWXO


def keep_private() -> None:
    """From here on, what this process makes, and those that it starts, is its owner's alone."""
    os.umask(UMASK)


def make_private(directory: Path) -> str:
    """Take the directory, and what lies in it, from everybody but their owner. A sentence where something was changed,
    or couldn't be; else nothing.

    A directory that was its owner's already is looked at without its folders: nobody else gets there.
    """
    if directory.stat().st_mode & stat.S_ISVTX:
        return f"DATA_DIR {directory} is shared by users, who may read what lies there: name a folder of its own."
    was_open = _is_open(directory)
    try:
        changed = sum(_close(path) for path in (directory, *_inside(directory, deep=was_open)))
    except PermissionError as error:
        return (
            f"Others may read DATA_DIR {directory}: {error.filename} is another user's, and stays as it is."
        )
    if not changed:
        return ""
    return (
        f"DATA_DIR {directory} could be read by other users of this machine; it is its owner's alone now "
        f"({changed} files and folders changed)."
    )


def _inside(directory: Path, *, deep: bool) -> Iterator[Path]:
    with os.scandir(directory) as entries:
        for entry in entries:
            if entry.is_symlink():
                continue
            yield Path(entry.path)
            if deep and entry.is_dir():
                yield from _inside(Path(entry.path), deep=True)


def _is_open(path: Path) -> bool:
    return bool(path.stat().st_mode & _OTHERS)


def _close(path: Path) -> bool:
    """Whether it had to be changed."""
    try:
        mode = stat.S_IMODE(path.stat().st_mode)
        if mode & _OTHERS:
            path.chmod(mode & ~_OTHERS)
    except FileNotFoundError:  # a database's log, which its last reader has taken away
        return False
    return bool(mode & _OTHERS)
