"""How much room a case takes: in the database and in Temporal's history."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

from temporalio.client import Client


def bytes_of_case(database: Path, case: str) -> int:
    """The lengths of all columns of a case's rows, in every table of a SQLite database that names cases."""
    with closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as connection:
        tables = [
            name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
        ]
        return sum(_bytes(connection, table, case) for table in tables)


def _bytes(connection: sqlite3.Connection, table: str, case: str) -> int:
    columns = [row[1] for row in connection.execute(f'PRAGMA table_info("{table}")')]
    named = "id" if table == "cases" else "case"
    if named not in columns:
        return 0
    lengths = " + ".join(f'coalesce(length(CAST("{column}" AS BLOB)), 0)' for column in columns)
    query = f'SELECT coalesce(sum({lengths}), 0) FROM "{table}" WHERE "{named}" = ?'  # noqa: S608 - its own names
    return int(connection.execute(query, (case,)).fetchone()[0])


async def bytes_of_history(client: Client, workflow: str) -> int:
    """What Temporal says that the history of a workflow weighs."""
    description = await client.get_workflow_handle(workflow).describe()
    return description.raw_description.workflow_execution_info.history_size_bytes
