"""Migrations with one more than there is, for tests that upgrade."""

import shutil
from pathlib import Path

import pytest

from models import migrate, revisions
from models.revisions import newest

NEXT = "9999"
"""The revision of the migration that is added."""

_NEXT = """
import os
import sqlalchemy as sa
from alembic import op

revision = {revision!r}
down_revision = {before!r}

def upgrade():
    op.create_table("later", sa.Column("key", sa.Integer, primary_key=True))
    if "DIE" in os.environ:
        os._exit(9)
    op.create_table("latest", sa.Column("key", sa.Integer, primary_key=True))
"""


def migrations_with_one_more(home: Path) -> Path:
    """A copy of the migrations; the added one ends its process in the middle where DIE is in the environment."""
    copied = home / "migrations"
    shutil.copytree(revisions.MIGRATIONS, copied)
    (copied / "versions" / f"{NEXT}_later.py").write_text(_NEXT.format(revision=NEXT, before=newest()))
    return copied


def use(migrations: Path, patch: pytest.MonkeyPatch) -> None:
    """Have them be this code's."""
    for module in (migrate, revisions):
        patch.setattr(module, "MIGRATIONS", migrations)
