"""Alembic's way into the migrations: on the connection that `models.migrate` hands over."""

from typing import Literal

from alembic import context
from alembic.autogenerate.api import AutogenContext
from sqlalchemy import JSON, BigInteger
from sqlmodel import AutoString

from models.table import UtcDateTime
from models.tables import all_tables


def render_item(kind: str, item: object, _context: AutogenContext) -> str | Literal[False]:
    """Write our own column types as such, and plain strings without SQLModel's disguise."""
    if kind != "type":
        return False
    if isinstance(item, UtcDateTime):
        return "models.table.UtcDateTime()"
    if isinstance(item, JSON):
        return "models.table.Json"
    if isinstance(item, BigInteger) and item._variant_mapping:  # noqa: SLF001  # pyright: ignore[reportPrivateUsage]
        return "models.table.Counter"
    if isinstance(item, AutoString):
        length = getattr(item.impl, "length", None)
        return f"sa.String(length={length})" if length else "sa.String()"
    return False


context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=all_tables(),
    compare_type=True,
    render_as_batch=True,
    render_item=render_item,
    transaction_per_migration=True,
)
with context.begin_transaction():
    context.run_migrations()
