"""The store's file as it is now: read when a process starts, and again once it has changed.

What is read again counts for what begins from then on: a case keeps the limits that it began with.
"""

from __future__ import annotations

import logging
import threading
import time
import tomllib
from collections.abc import Callable
from decimal import Decimal
from functools import cache
from pathlib import Path

from settings.environment import Settings, SettingsError
from stores.file import StoreSettings

_LOOK_EVERY = 1.0
_SETTLED_AFTER = 1.0
"""Seconds since it was written: an editor may still be at a younger file."""

_log = logging.getLogger("store")

Mark = tuple[int, int, int]
"""What tells one state of a file from another."""


class StoreFile:
    """One file, and the settings that it held when it was last read."""

    def __init__(self, path: Path, *, required: bool = False, clock: Callable[[], float] = time.time) -> None:
        """Read it now. Raises SettingsError for a fault, and where it is required and isn't there."""
        self._path, self._clock = path, clock
        self._mark = _mark(path)
        if self._mark is None and required:
            raise SettingsError(f"STORE_SETTINGS: there is no file {path}.")
        self._settings = read(path) if self._mark else StoreSettings()
        self._looked_at = clock()
        self._one_looks = threading.Lock()

    def now(self) -> StoreSettings:
        """The settings. A change of the file is seen within a second or two.

        A fault that comes later is logged, and the settings stay as they were: a slip must not stop the store.
        """
        if self._since(self._looked_at) >= _LOOK_EVERY and self._one_looks.acquire(blocking=False):
            try:
                self._looked_at = self._clock()
                self._look()
            finally:
                self._one_looks.release()
        return self._settings

    def _since(self, moment: float) -> float:
        """Seconds; very many where the clock was set back."""
        passed = self._clock() - moment
        return passed if passed >= 0 else float("inf")

    def _look(self) -> None:
        mark = _mark(self._path)
        if mark == self._mark:
            return
        if mark is None:
            self._mark = None
            _log.warning("%s is gone: its settings count until it is back, or until a restart", self._path)
            return
        if self._since(mark[0] / 1e9) < _SETTLED_AFTER:
            return
        self._mark = mark
        try:
            self._settings = read(self._path)
        except SettingsError as error:
            _log.error("the earlier settings of %s still count:\n%s", self._path, error)
        else:
            _log.info("%s was read again", self._path)


@cache
def _file(path: Path, required: bool) -> StoreFile:  # noqa: FBT001 - as the cache wants it
    return StoreFile(path, required=required)


def store_settings(chosen: Settings) -> StoreSettings:
    """The settings in the store's file now. Raises SettingsError where its first reading finds a fault."""
    return _file(chosen.store_file, chosen.store_settings is not None).now()


def is_off(chosen: Settings, procedure: str) -> bool:
    """Whether the store doesn't run this procedure: no new case of it begins."""
    return procedure in store_settings(chosen).procedures.off


def read(path: Path) -> StoreSettings:
    """The settings in a file. Raises SettingsError, one line a fault."""
    from stores.faults import checked  # noqa: PLC0415 - it reads every procedure: only where there is a file

    try:
        document = tomllib.loads(path.read_text("utf-8"), parse_float=Decimal)
    except OSError as error:
        raise SettingsError(f"{path} can't be read: {error.strerror}.") from None
    except ValueError as error:  # of TOML, or of UTF-8
        raise SettingsError(f"{path} is not TOML: {error}.") from None
    settings, faults = checked(document)
    if settings is None:
        raise SettingsError("\n".join(f"{path}: {fault}." for fault in faults))
    return settings


def _mark(path: Path) -> Mark | None:
    try:
        seen = path.stat()
    except OSError:
        return None
    return seen.st_mtime_ns, seen.st_size, seen.st_ino
