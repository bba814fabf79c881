"""What must hold before anything is started, and one sentence for each that says what to do when it doesn't."""

import fcntl
import os
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import IO

from models.revisions import UnknownTables, refuse_unknown, revision_of
from settings.environment import Settings
from start.ports import is_free, is_ours

_ROOM_BYTES = 100_000_000
_LOCK_SECONDS = 5.0


class CannotStart(Exception):
    """Why nothing was started, and what to do about it."""


def usable_directory(directory: Path) -> None:
    """Make the directory where it is missing. Raises CannotStart where files can't be written, or there is no room."""
    try:
        directory.mkdir(parents=True, exist_ok=True)
        probe = directory / f"probe-{os.getpid()}"
        probe.write_bytes(b"x" * 4096)
        probe.unlink()
    except OSError as error:
        raise CannotStart(
            f"DATA_DIR {directory} can't be written ({error.strerror}). Name another: make run DATA_DIR=path"
        ) from error
    if shutil.disk_usage(directory).free < _ROOM_BYTES:
        raise CannotStart(
            f"The disk of DATA_DIR {directory} has less than {_ROOM_BYTES // 1_000_000} MB left. "
            "Make room, or name another: make run DATA_DIR=path"
        )


def sole_use(directory: Path) -> IO[str]:
    """Lock the directory until the returned file is closed or this process ends, however it ends.

    Raises CannotStart where another process has locked it.
    """
    lock = (directory / "lock").open("a+")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        lock.seek(0)
        holder = lock.read().strip()
        lock.close()
        raise CannotStart(
            f"Guicheng already runs on {directory}{f' (process {holder})' if holder else ''}. Stop it first, "
            "or run another beside it: make run PORT=8100 DATA_DIR=.data-8100"
        ) from None
    lock.truncate(0)
    lock.write(str(os.getpid()))
    lock.flush()
    return lock


def ports_free(settings: Settings) -> None:
    """Raises CannotStart where somebody listens at a port that we need, or HOST isn't ours."""
    wanted = [(settings.host, settings.port, "PORT")]
    if settings.is_embedded:
        wanted.append(("127.0.0.1", settings.temporal_port, "TEMPORAL_PORT"))
        wanted.append(("127.0.0.1", settings.temporal_ui_port, "TEMPORAL_UI_PORT"))
    if settings.temporal_codec_url:
        wanted.append(("127.0.0.1", settings.temporal_codec_port, "TEMPORAL_CODEC_PORT"))
    for host, port, name in wanted:
        if is_free(host, port):
            continue
        if not is_ours(host):
            raise CannotStart(
                f"HOST {host} is no address of this machine. "
                "Leave it out for 127.0.0.1, or write 0.0.0.0 for every address."
            )
        # Temporal's ports follow PORT, but for one that was set by itself.
        is_set = name != "PORT" and name.lower() in settings.model_fields_set
        other = f"{name}={port + 100}" if is_set else f"PORT={8100 if settings.port != 8100 else 8200}"
        raise CannotStart(
            f"Port {port} ({name}) on {host} can't be used: somebody listens there, or it isn't ours. "
            f"Stop them, or choose other ports: make run {other}"
        )


def tables_known(file: Path) -> None:
    """Raises CannotStart where this SQLite file is at a revision that this code doesn't know; it isn't touched."""
    try:
        refuse_unknown(revision_of(file), file)
    except UnknownTables as error:
        raise CannotStart(str(error)) from error
    except sqlite3.Error:
        return  # locked or damaged: `database_unlocked` finds it, and says what to do


def database_unlocked(file: Path) -> None:
    """Raises CannotStart where another program keeps this SQLite file from being written, or it is damaged."""
    if not file.exists():
        return
    try:
        with closing(sqlite3.connect(file, timeout=_LOCK_SECONDS, isolation_level=None)) as database:
            database.execute("BEGIN IMMEDIATE")
            database.execute("ROLLBACK")
    except sqlite3.OperationalError as error:
        raise CannotStart(
            f"The database {file} can't be written ({error}). Close the program that holds it, then start."
        ) from error
    except sqlite3.DatabaseError as error:
        raise CannotStart(
            f"{file} is not a usable SQLite database ({error}). Put a backup in its place, or move it away."
        ) from error
