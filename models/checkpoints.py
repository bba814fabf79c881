"""When SQLite's log is written back into its database: while whoever writes it back alone may write.

SQLite before 3.51.3 can lose a page that was committed, where one process begins the log anew at the moment at which
another writes it back (https://sqlite.org/wal.html#walresetbug). SQLite itself writes it back after any commit, beside
other writers. Here no connection does so.
"""

from __future__ import annotations

import sqlite3
from contextlib import closing, suppress

NEVER_BY_ITSELF = "wal_autocheckpoint=0"
"""What each connection is told."""
COMMITS = 64
"""Of one process; after these the log has as many pages as SQLite would let it have, a thousand or so."""


class Checkpoints:
    """Of one database, in one process. One thread at a time may use it."""

    def __init__(self) -> None:
        self._commits = 0

    def are_due_after_commit(self) -> bool:
        """Count a commit. Whether the log should be written back now."""
        self._commits += 1
        return self._commits >= COMMITS

    def try_now(self, writer: sqlite3.Connection) -> None:
        """Write the log back by this connection, or leave it to a later commit where another process writes."""
        with suppress(sqlite3.Error):  # what was committed stays so, whatever comes of this
            write_back(writer)
            self._commits = 0


def write_back(writer: sqlite3.Connection) -> None:
    """Write the log back, while this connection keeps all others, of any process, from writing.

    sqlite3.Error where one of them writes already.
    """
    file = next(path for _, name, path in writer.execute("PRAGMA database_list") if name == "main")
    if not file:
        return
    writer.execute("BEGIN IMMEDIATE")
    try:
        # a connection that is in a transaction can't do it itself
        with closing(sqlite3.connect(file, timeout=0, isolation_level=None)) as other:
            other.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchall()
    finally:
        writer.execute("ROLLBACK")
