"""Where the bytes of files lie: in the data directory, under their own SHA-256, each content once."""

from __future__ import annotations

import hashlib
import os
import secrets
from collections.abc import AsyncIterator
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

from api.problems import Problem, unavailable

LARGEST = 10 * 1024 * 1024
"""The most bytes of a file."""
_JUST_NOW = 3600.0
"""Seconds within which a file whose bytes are kept may still be about to be written down."""


class Kept(NamedTuple):
    """A file's bytes, as they are kept."""

    sha256: str
    size: int


class FileStore:
    """Keeps bytes by their content. Nothing is overwritten, and nothing is half there."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory

    def path(self, sha256: str) -> Path:
        """Where the bytes are."""
        return self._directory / sha256[:2] / sha256

    async def keep(self, chunks: AsyncIterator[bytes]) -> Kept:
        """Write bytes down as they come. Raises Problem `too_large`, `unavailable` where the disk is full."""
        hashed, size = hashlib.sha256(), 0
        unfinished = self._directory / f".{secrets.token_hex(8)}"
        try:
            self._directory.mkdir(parents=True, exist_ok=True)
            with unfinished.open("xb") as file:
                async for chunk in chunks:
                    size += len(chunk)
                    if size > LARGEST:
                        raise Problem("too_large", f"A file may have {LARGEST // 2**20} MiB.")
                    hashed.update(chunk)
                    file.write(chunk)
                file.flush()
                os.fsync(file.fileno())
            path = self.path(hashed.hexdigest())
            path.parent.mkdir(exist_ok=True)
            unfinished.rename(path)
        except OSError as error:
            raise unavailable(f"The file can't be kept now: {error.strerror}.", retry_after=30) from error
        finally:
            unfinished.unlink(missing_ok=True)
        return Kept(hashed.hexdigest(), size)

    def drop(self, sha256: str, now: datetime) -> None:
        """Remove the bytes that no file has any more; not those that somebody has just sent again."""
        path, aside = self.path(sha256), self._directory / f".{secrets.token_hex(8)}"
        try:
            path.rename(aside)
        except FileNotFoundError:
            return
        if now.timestamp() - aside.stat().st_mtime < _JUST_NOW and not path.exists():
            aside.rename(path)
        else:
            aside.unlink()
