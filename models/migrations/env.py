"""Alembic's way into the migrations: on the connection that `models.migrate` hands over."""

from typing import Literal

from alembic import context
from alembic.autogenerate import renderers
from alembic.autogenerate.api import AutogenContext
from alembic.operations import MigrationScript, ops
from sqlalchemy import JSON, BigInteger
from sqlmodel import AutoString

from models.migrate import declared_alone
from models.table import UtcDateTime
from models.tables import all_tables
from models.tables.words import FULL_TEXT


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


class FullTextOp(ops.MigrateOperation):
    """Makes, or drops, what each database searches a table with."""

    def __init__(self, table: str, *, drops: bool = False) -> None:
        self.statements = {
            dialect: full_text.drop if drops else full_text.make
            for dialect, full_text in FULL_TEXT[table].items()
        }


@renderers.dispatch_for(FullTextOp)
def render_full_text(_context: AutogenContext, made: FullTextOp) -> str:
    """Write the statements out, each for its kind of database."""
    return f"for statement in {made.statements!r}[op.get_bind().dialect.name]: op.execute(statement)"


def add_full_text(_context: object, _revision: object, directives: list[MigrationScript]) -> None:
    """Have the full text search of a table made with the table, and dropped before it."""
    for script in directives:
        for changes in (script.upgrade_ops, script.downgrade_ops):
            found: list[ops.MigrateOperation] = []
            for one in changes.ops if changes else ():
                if isinstance(one, ops.DropTableOp) and one.table_name in FULL_TEXT:
                    found.append(FullTextOp(one.table_name, drops=True))
                found.append(one)
                if isinstance(one, ops.CreateTableOp) and one.table_name in FULL_TEXT:
                    found.append(FullTextOp(one.table_name))
            if changes:
                changes.ops = found


context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=all_tables(),
    compare_type=True,
    render_as_batch=True,
    render_item=render_item,
    include_name=declared_alone,
    process_revision_directives=add_full_text,
    transaction_per_migration=True,
    transactional_ddl=True,  # SQLite can: a migration that is cut short has then never been
)
with context.begin_transaction():
    context.run_migrations()
