"""Which statements read a whole table, of all that a store's processes ask of their database.

SQLite plans alike for an empty table and a full one.
"""

from __future__ import annotations

import re
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Engine
from sqlalchemy.exc import DBAPIError

from models.tables import all_tables
from tests.statements import noted

STAY_SMALL = frozenset({"api_keys", "running_ads"})
"""Tables that don't grow with orders, and may be read whole."""


@contextmanager
def statements() -> Generator[dict[str, Any]]:
    """What any engine of this process is asked meanwhile, each statement once, with its parameters."""
    asked: dict[str, Any] = {}

    def note(statement: str, given: Any) -> None:
        if statement.startswith(("SELECT", "INSERT", "UPDATE", "DELETE", "WITH")):
            asked.setdefault(statement, given)

    with noted(Engine, note):
        yield asked


def whole_tables_read(engine: Engine, asked: Mapping[str, Any]) -> list[str]:
    """A line for each statement that goes through every row of a table that grows, without an index to stop early."""
    grow = all_tables().tables.keys() - STAY_SMALL
    found: list[str] = []
    with engine.connect() as connection:
        for statement, given in asked.items():
            try:
                plan = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", given).fetchall()
            except DBAPIError:
                continue  # of another test's tables
            for row in plan:
                scan = re.fullmatch(r"SCAN (\w+?)(_\d+)?( .*)?", row.detail)
                if scan and scan[1] in grow and " INDEX " not in (scan[3] or ""):
                    found.append(f"{row.detail}: {statement}")
    return found
