"""Keys as words, for those who read Temporal's UI."""

from __future__ import annotations


def words(procedure: str, key: str) -> str:
    """What people call a stage, event, deadline, role or procedure."""
    del procedure
    return key.replace("_", " ")
